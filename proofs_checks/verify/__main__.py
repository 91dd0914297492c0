"""``python -m proofs_checks.verify FILE... [--network FILE --data FILE]``: check certificates in exact arithmetic.

One line a file; exit status 0 if all are accepted, 1 if one is refused, 2 if one is unreadable, 3 if the answer cannot
be printed. `FORMAT.md` describes the format.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from proofs_checks.verify.audit import check_audit
from proofs_checks.verify.density import check_density
from proofs_checks.verify.disc_measure import check_disc_measure
from proofs_checks.verify.disc_net import check_disc_net
from proofs_checks.verify.exponential import check_exponential
from proofs_checks.verify.flattest import check_flattest
from proofs_checks.verify.minimum import check_minimum
from proofs_checks.verify.reading import Entries, NotProved, Unreadable, parsed
from proofs_checks.verify.separation import check_separation

FORMAT = "stable-minima certificate 3"
KINDS: Mapping[str, Callable[[Entries], str]] = {
    "audit": check_audit,
    "minimum": check_minimum,
    "flattest": check_flattest,
    "separation": check_separation,
    "density": check_density,
    "disc-measure": check_disc_measure,
    "disc-net": check_disc_net,
    "exponential": check_exponential,
}
ACCEPTED, REFUSED, UNREADABLE, UNSAID = 0, 1, 2, 3


def check(content: bytes) -> str:
    """What the certificate proves, in words. Raises `NotProved` or `Unreadable`."""
    certificate = parsed(content)
    if certificate.text("format") != FORMAT:
        raise Unreadable(f"its format is not {FORMAT!r}")
    kind = certificate.text("kind")
    if kind not in KINDS:
        raise Unreadable(f"its kind is none of {', '.join(KINDS)}")
    return KINDS[kind](certificate)


def main(arguments: Sequence[str] | None = None, prog: str = "python -m proofs_checks.verify") -> int:
    """Run the command line, called ``prog`` in the help; returns the exit status, or leaves with that of `_say`."""
    parser = _Parser(prog=prog, description="Check certificates exactly.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="certificates")
    parser.add_argument("--network", type=Path, metavar="FILE", help="compare with this network, read by the project")
    parser.add_argument("--data", type=Path, metavar="FILE", help="compare with these data, read by the project")
    parser.add_argument("--label", metavar="COLUMN", help="which column or array of --data is y, as for the audit")
    parser.add_argument(
        "--zero-biases", action="store_true", help="read a layer of --network without a bias as one of 0"
    )
    try:
        options = parser.parse_args(arguments)
        if options.label is not None and options.data is None:
            parser.error("--label names a column of --data, and there is no --data")
        if options.zero_biases and options.network is None:
            parser.error("--zero-biases is of --network, and there is no --network")
    except SystemExit as leaving:
        return int(leaving.code or 0)
    return max(_outcome(path, options) for path in options.files)


def _outcome(path: Path, options: argparse.Namespace) -> int:
    """Check one file, and print its line."""
    try:
        content = path.read_bytes()
        said, status = f"accepted: {check(content)}", ACCEPTED
        if options.network is not None or options.data is not None:
            said, status = _compared(said, lambda: _compare(content, options))
    except NotProved as error:
        said, status = f"refused, not proved: {error}", REFUSED
    except FileNotFoundError:
        said, status = "unreadable: there is no such file", UNREADABLE
    except OSError as error:
        said, status = f"unreadable: {error.strerror or error}", UNREADABLE
    except Unreadable as error:
        said, status = f"unreadable, or not a certificate of this version: {error}", UNREADABLE
    except (MemoryError, OverflowError, RecursionError) as error:
        said, status = f"unreadable: it asks for too much ({type(error).__name__})", UNREADABLE
    _say(f"{path}: {said}")
    return status


def _compare(content: bytes, options: argparse.Namespace) -> str:
    # this alone imports the rest of the project
    try:
        from proofs_checks.verify.source import compare
    except ModuleNotFoundError as error:
        why = f"files of networks and data are read where the project is installed; here is no {error.name}"
        raise Unreadable(why) from None
    return compare(content, options.network, options.data, options.label, zero_biases=options.zero_biases)


def _say(answer: str) -> None:
    """Print an answer; where that cannot be done, leave with a status that is no verdict."""
    stream = sys.stdout
    try:
        if stream is None:
            raise OSError("standard output is closed")
        # a name of a file need not be text in the encoding of the terminal
        encoding = stream.encoding or "utf-8"
        print(answer.encode(encoding, "backslashreplace").decode(encoding), flush=True)
    except OSError as error:
        if stream is not None:
            # what is still buffered goes nowhere: Python would try again when it ends, and fail with its own status
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        with contextlib.suppress(OSError):
            os.write(2, f"error: the answer could not be written: {error.strerror or error}\n".encode())
        raise SystemExit(UNSAID) from None


class _Parser(argparse.ArgumentParser):
    def print_help(self, file: object = None) -> None:  # noqa: ARG002
        _say(self.format_help().rstrip())


def _compared(said: str, compare: Callable[[], str]) -> tuple[str, int]:
    """What is said of a certificate that is accepted, with the comparison, and the status."""
    try:
        return f"{said}; {compare()}", ACCEPTED
    except NotProved as error:
        return f"refused, of another source: {error}", REFUSED
    except Unreadable as error:
        return f"not compared, though the certificate itself is {said.partition(':')[0]}: {error}", UNREADABLE


if __name__ == "__main__":
    sys.exit(main())
