"""The command line of the audit: networks on data at step sizes, a row each, and the files that are asked for."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from numerics.arrays.files import atomic_writer
from numerics.audit.effort import shown
from numerics.audit.examination import audit, can_enclose
from numerics.audit.findings import Audit, judged
from numerics.audit.options import parsed, require_places, versions
from numerics.audit.page import to_page
from numerics.audit.picture import save_picture
from numerics.audit.statements import ENCLOSED
from numerics.audit.text import Row, step_text, to_json, to_json_list, to_quiet, to_rows, to_table
from numerics.loading import Data, read_data
from numerics.problem import Problem
from theory.terminal import NOT_WRITTEN, complain, put

ANSWERED, UNDECIDED, BAD_INPUT = 0, 1, 2


def run(arguments: Sequence[str] | None, prog: str) -> int:
    """Audit the networks of the command line, called ``prog`` in the help; returns the exit status.

    0 if all is answered, 1 if something is undecided, 2 for bad input, 3 if an answer or a file could not be written.
    """
    options = parsed(arguments, prog)
    try:
        require_places(options)
        data = read_data(options.data, options.label)
    except Exception as error:
        return _failed(*_explained(error))
    several = len(options.networks) * len(options.step_sizes) > 1
    rows: list[Row] = []
    problem, status = None, ANSWERED
    for path in options.networks:
        try:
            problem, found = _audited(path, data, options)
        except Exception as error:
            words, failed = _explained(error)
            if not several:
                return _failed(words, failed)
            if options.quiet:
                complain(f"error: {path}: {words}")
            rows.append(Row(str(path), words))
            status = max(status, failed)
        else:
            rows += [Row(str(path), one) for one in found]
            status = max(status, *(UNDECIDED if one.verdict == "undecided" else ANSWERED for one in found))
    status = max(status, _answer(_text(rows, several, options)))
    return max(status, *(_written(path, write) for path, write in _files(rows, problem, options)), ANSWERED)


def _audited(path: Path, data: Data, options: argparse.Namespace) -> tuple[Problem, list[Audit]]:
    """The network of a file on the data, and its audit at each step size."""
    problem = Problem(path, data.x, data.y, zero_biases=options.zero_biases)
    if options.certificate is not None and problem.zero_biases:
        from numerics.audit.certificate import NOT_OF_TRAINED

        raise ValueError(NOT_OF_TRAINED)
    if options.certificate is not None and not can_enclose(problem):
        raise ValueError(
            f"a certificate needs enclosures, which are made {ENCLOSED}; these are {problem.n:,} data with "
            f"{problem.network.k:,} neurons and {problem.network.d:,} inputs"
        )
    first, *others = options.step_sizes
    with shown(problem, options.quiet) as report:
        found = [audit(problem, step_size=first, report=report)]
        found += [_at_step_size(problem, found[0], eta, report) for eta in others]
    read = f"{options.data.name} has {data.rows:,} rows; the label is {data.label}."
    return problem, [replace(one, remarks=(*problem.remarks, read, *data.notes)) for one in found]


def _at_step_size(problem: Problem, found: Audit, eta: Fraction, report: Callable[[str], None]) -> Audit:
    """The audit at another step size: no enclosure depends on it, but where it is next to 2/sharpness."""
    other = judged(replace(found, step_size=eta, bound=None, tightness=None, verdict=None))
    if other.verdict != "undecided" or found.kinks or not found.enclosed:
        return other
    closer = audit(problem, step_size=eta, rescaled=False, report=report)
    return replace(closer, flattest_gram_sharpness=found.flattest_gram_sharpness, notes=found.notes)


def _text(rows: Sequence[Row], several: bool, options: argparse.Namespace) -> str:
    if options.quiet:
        return "\n".join(to_quiet(row) for row in rows)
    if several:
        return to_json_list(rows) if options.json else to_rows(rows)
    found = rows[0].found
    assert isinstance(found, Audit)
    return to_json(found) if options.json else to_table(found)


def _files(
    rows: Sequence[Row], problem: Problem | None, options: argparse.Namespace
) -> Iterator[tuple[Path, Callable[[], None]]]:
    """The files that are asked for, each with what writes it; a certificate and a plot only where there is one row."""
    found = rows[0].found
    if options.certificate is not None and isinstance(found, Audit) and problem is not None:
        from numerics.audit.certificate import write_audit

        yield options.certificate, lambda: write_audit(options.certificate, problem, found)
    if options.plot is not None and isinstance(found, Audit):
        yield options.plot, lambda: save_picture(found, options.plot)
    if options.html is not None:
        yield options.html, lambda: _write_page(rows, options)


def _write_page(rows: Sequence[Row], options: argparse.Namespace) -> None:
    page = to_page(rows, [_commands(row, options) for row in rows], versions())
    with atomic_writer(options.html) as file:
        file.write(page.encode("utf-8", "backslashreplace"))


def _commands(row: Row, options: argparse.Namespace) -> str:
    """How the certificate of a row is written and checked, ready for a shell."""
    step = row.found.step_size if isinstance(row.found, Audit) else None
    certificate = str(options.certificate or "audit.json")
    data = ["--data", str(options.data), *(["--label", options.label] if options.label is not None else [])]
    write = ["python", "-m", "numerics.audit", row.network, *data]
    write += [*([] if step is None else ["--step-size", step_text(step)]), "--certificate", certificate]
    verify = ["python", "-m", "proofs_checks.verify", certificate, "--network", row.network, *data]
    return f"{shlex.join(write)}\n{shlex.join(verify)}"


def _written(path: Path, write: Callable[[], None]) -> int:
    try:
        write()
    except (ArithmeticError, MemoryError, OSError, ValueError) as error:
        return _failed(f"{path} could not be written: {_explained(error)[0]}", NOT_WRITTEN)
    return ANSWERED


def _explained(error: Exception) -> tuple[str, int]:
    """An error in words, with the exit status; what no input should cause goes on as it is."""
    if isinstance(error, MemoryError):
        return "there is not enough memory for this network and these data", BAD_INPUT
    if isinstance(error, ArithmeticError) and not isinstance(error, OverflowError):
        return str(error), UNDECIDED
    if isinstance(error, OverflowError | OSError | TypeError | ValueError):
        return str(error), BAD_INPUT
    raise error


def _failed(words: str, status: int) -> int:
    complain(f"error: {words}")
    return status


def _answer(text: str) -> int:
    """Print the answer; returns 3 if a pipe is closed or a device full, which is then said on stderr."""
    why = put(text, "stdout")
    return _failed(f"the answer could not be written: {why}", NOT_WRITTEN) if why else ANSWERED
