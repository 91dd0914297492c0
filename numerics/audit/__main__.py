"""`python -m numerics.audit`: exit status 0 answered, 1 undecided, 2 bad input."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path

from tqdm import tqdm

from numerics.audit.examination import audit, can_enclose
from numerics.audit.findings import Audit
from numerics.audit.picture import FORMATS, save_picture
from numerics.audit.text import to_json, to_table
from numerics.loading import as_network, read_data
from numerics.problem import Problem

ANSWERED, UNDECIDED, BAD_INPUT = 0, 1, 2
_LONGEST_NUMBER = 100
_LARGEST_EXPONENT = 400


def main(arguments: Sequence[str] | None = None, prog: str = "python -m numerics.audit") -> int:
    """Audit the network of the command line, called ``prog`` in the help; returns the exit status."""
    options = _parser(prog).parse_args(arguments)
    try:
        found, problem = _audited(options)
        if options.certificate is not None:
            from numerics.audit.certificate import write_audit

            write_audit(options.certificate, problem, found)
        if options.plot is not None:
            save_picture(found, options.plot)
    except OverflowError as error:
        return _failed(error, BAD_INPUT)
    except ArithmeticError as error:
        return _failed(error, UNDECIDED)
    except (OSError, TypeError, ValueError) as error:
        return _failed(error, BAD_INPUT)
    except MemoryError:
        return _failed("there is not enough memory for this network and these data", BAD_INPUT)
    print(to_json(found) if options.json else to_table(found))
    return UNDECIDED if found.verdict == "undecided" else ANSWERED


def _audited(options: argparse.Namespace) -> tuple[Audit, Problem]:
    for path in (options.certificate, options.plot):
        if path is not None and not path.parent.is_dir():
            raise ValueError(f"there is no folder {path.parent} for {path.name}")
    if options.plot is not None and options.plot.suffix.lower() not in FORMATS:
        raise ValueError(f"{options.plot} must end in {', '.join(FORMATS)}")
    data = read_data(options.data, options.label)
    loaded = as_network(options.network, data.x, with_scaling=True)
    problem = Problem.of(loaded.network, loaded.prepare(data.x), data.y)
    if options.certificate is not None and not can_enclose(problem):
        raise ValueError(
            f"a certificate needs enclosures, and {problem.n:,} data with {problem.network.k:,} neurons are too many"
        )
    with tqdm(total=3, disable=None, leave=False, bar_format="{desc}{bar:20}") as progress:

        def report(step: str) -> None:
            progress.set_description_str(f"{step} ")
            progress.update()

        found = audit(problem, step_size=options.step_size, report=report)
    read = f"{options.data.name} has {data.rows:,} rows; the label is {data.label}."
    return replace(found, remarks=(*loaded.notes, read, *data.notes)), problem


def _failed(error: object, status: int) -> int:
    print(f"error: {error}", file=sys.stderr)
    return status


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=prog,
        description="What the theory of stable minima says about a shallow ReLU network with one output.",
        epilog="Exit status: 0 answered, 1 undecided, 2 bad input.",
    )
    parser.add_argument(
        "network", type=Path, help=".npz (W1, b1, w2, b2), .safetensors, .pt or .pth (a state_dict), or .onnx"
    )
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        help="a table (.csv, .tsv, .txt, also .gz), arrays x and y (.npz, .safetensors), one array (.npy), or a folder "
        "with the files of MNIST",
    )
    parser.add_argument(
        "--label", metavar="COLUMN", help="the label's column or array, where it is not called y, label or target"
    )
    parser.add_argument(
        "--step-size",
        type=_step_size,
        metavar="ETA",
        help="as 0.1 or 1/10, for the loss 1/(2n) sum (f(x_j) - y_j)^2: twice the learning rate of torch.nn.MSELoss",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--certificate", type=Path, metavar="OUT", help="write a certificate for proofs_checks.verify")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="write a picture: .png, .pdf or .svg")
    return parser


def _step_size(text: str) -> Fraction:
    wrong = argparse.ArgumentTypeError(
        f"the step size must be a positive number such as 0.1 or 1/10, not {text[:40]!r}"
    )
    if len(text) > _LONGEST_NUMBER:
        raise wrong
    try:
        # in decimals first: a fraction would write out the zeros of 1e999999999
        value = Fraction(text) if "/" in text else _fraction(Decimal(text))
    except (ValueError, InvalidOperation, ZeroDivisionError, OverflowError) as error:
        raise wrong from error
    if value <= 0:
        raise wrong
    return value


def _fraction(value: Decimal) -> Fraction:
    if not value.is_finite() or abs(value.adjusted()) > _LARGEST_EXPONENT:
        raise ValueError(value)
    return Fraction(value)


if __name__ == "__main__":
    sys.exit(main())
