"""The command line of the audit: networks on data at step sizes, a row each, and the files that are asked for."""

from __future__ import annotations

import argparse
import hashlib
import json
import shlex
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from tqdm import tqdm

from numerics.arrays.files import atomic_writer, read_table, write_table
from numerics.arrays.parallel import run_all
from numerics.audit.answers import ANSWERED, UNDECIDED, answered, explained, refused
from numerics.audit.batches import BatchThresholds, batch_fields, batch_table, batch_thresholds
from numerics.audit.effort import shown
from numerics.audit.examination import audit
from numerics.audit.findings import Audit, judged
from numerics.audit.losses.command import run_with_loss
from numerics.audit.methods.method import OTHER_LOSSES
from numerics.audit.methods.options import method_for
from numerics.audit.options import add_folder, is_several, parsed, require_all_asked, require_places, versions
from numerics.audit.outputs.command import run_with_outputs
from numerics.audit.shown.page import to_page
from numerics.audit.shown.picture import save_picture
from numerics.audit.shown.text import (
    CSV_COLUMNS,
    Row,
    csv_record,
    step_text,
    to_json,
    to_json_list,
    to_quiet,
    to_rows,
    to_table,
)
from numerics.audit.statements import statements
from numerics.loading import Data, LoadedNetwork, load_network, read_data
from numerics.problem import Problem
from numerics.training.mnist import data_digest
from theory.terminal import NOT_WRITTEN, complain

_BETWEEN_WRITES = 1.0
"""Seconds between two versions of a table that grows, at least."""


def run(arguments: Sequence[str] | None, prog: str) -> int:
    """Audit the networks of the command line, called ``prog`` in the help; returns the exit status.

    0 if all is answered, 1 if something is undecided, 2 for bad input, 3 if an answer or a file could not be written.
    """
    options = parsed(arguments, prog)
    if options.loss in OTHER_LOSSES:
        return run_with_loss(options)
    try:
        add_folder(options)
        require_places(options)
        data = read_data(options.data, options.label, several=True)
        if data.y.ndim == 2:
            return run_with_outputs(data, options)
        if options.csv is not None:
            return _to_csv(data, options)
        if is_several(options):
            rows, status = _rows(data, options)
            problem = None
        else:
            (path,) = options.networks
            problem, found = _audited(path, data, options)
            rows, status = [Row(str(path), one) for one in found], _worst(found)
        batches = None if problem is None or not options.batch_sizes else _batches(problem, rows, options)
    except Exception as error:
        return refused(*explained(error))
    status = max(status, answered(_text(rows, options, batches)))
    return max(status, *(_written(path, write) for path, write in _files(rows, problem, options)), ANSWERED)


def _rows(data: Data, options: argparse.Namespace) -> tuple[list[Row], int]:
    """A row for each network and step size, and the worst exit status."""
    rows: list[Row] = []
    status = ANSWERED
    for path, (found, failed) in zip(options.networks, _examinations(options.networks, data, options), strict=True):
        if options.quiet and isinstance(found, str):
            complain(f"error: {path}: {found}")
        rows += _rows_of(path, found)
        status = max(status, failed)
    return rows, status


def _rows_of(path: Path, found: list[Audit] | str) -> list[Row]:
    return [Row(str(path), found)] if isinstance(found, str) else [Row(str(path), one) for one in found]


Examination = tuple[list[Audit] | str, int]
"""The audits of a network, or in words why there are none; and the exit status."""


def _examinations(
    paths: Sequence[Path],
    data: Data,
    options: argparse.Namespace,
    keep: Callable[[int, Examination], None] = lambda _, __: None,
) -> Iterator[Examination]:
    """What is found of each network, here or elsewhere; the files are read here."""
    here = options.scheduler is None and options.many is None and options.workers in (None, 1)
    found = run_all(
        _examined,
        (_loaded(path, data, options) for path in paths),
        # a bar for each network is for one at a time
        (data, argparse.Namespace(**vars(options) | {"quiet": options.quiet or not here})),
        scheduler=options.scheduler,
        workers=1 if here or len(paths) < 2 else options.workers,
        keep=keep,
    )
    hidden = True if here or options.quiet else None
    yield from tqdm(found, "networks", len(paths), disable=hidden, leave=False)


def _loaded(path: Path, data: Data, options: argparse.Namespace) -> LoadedNetwork | Exception:
    try:
        return load_network(path, data.x, with_scaling=True, zero_biases=options.zero_biases)
    except Exception as error:
        explained(error)
        return error


def _examined(shared: tuple[Data, argparse.Namespace], network: LoadedNetwork | Exception) -> Examination:
    try:
        if isinstance(network, Exception):
            raise network
        _, found = _audited(network, *shared)
    except Exception as error:
        return explained(error)
    return found, _worst(found)


def _worst(found: Iterable[Audit]) -> int:
    return UNDECIDED if any(one.verdict == "undecided" for one in found) else ANSWERED


def _audited(network: object, data: Data, options: argparse.Namespace) -> tuple[Problem, list[Audit]]:
    """The network, or that of a file, on the data, and its audit at each step size."""
    problem = Problem(network, data.x, data.y, zero_biases=options.zero_biases, device=options.device)
    if options.certificate is not None:
        from numerics.audit.certificate import require_certifiable

        require_certifiable(problem)
    method = method_for(options, problem, network)
    first, *others = options.step_sizes
    with shown(problem, options.quiet) as report:
        found = [audit(problem, step_size=first, method=method, report=report)]
        found += [_at_step_size(problem, found[0], eta, report) for eta in others]
    read = f"{options.data.name} has {data.rows:,} rows; the label is {data.label}."
    return problem, [replace(one, remarks=(*problem.remarks, read, *data.notes)) for one in found]


def _at_step_size(problem: Problem, found: Audit, eta: Fraction, report: Callable[[str], None]) -> Audit:
    """The audit at another step size: no enclosure depends on it, but where it is next to 2/sharpness."""
    other = judged(replace(found, step_size=eta, bound=None, tightness=None, verdict=None))
    if other.verdict == "undecided" and not found.kinks and found.enclosed:
        closer = audit(problem, step_size=eta, method=found.method, rescaled=False, report=report)
        other = replace(closer, flattest_gram_sharpness=found.flattest_gram_sharpness)
    return replace(other, notes=statements(other))


def _to_csv(data: Data, options: argparse.Namespace) -> int:
    """Add the rows that the table lacks as they are found, and print how many there are of each verdict."""
    keys = _keys(data, options)
    held: dict[str, list[dict[str, str]]] = {key: [] for key in keys.values()}
    known = read_table(options.csv, CSV_COLUMNS)
    require_all_asked(known, options)
    for record in known:
        if not record["error"]:
            held.get(record["key"], []).append(record)
    records = {path: held[key] for path, key in keys.items() if len(held[key]) == len(options.step_sizes)}
    missing = [path for path in options.networks if path not in records]
    written = time.monotonic()

    def write() -> None:
        nonlocal written
        found = [record for path in options.networks for record in records.get(path, [])]
        write_table(options.csv, CSV_COLUMNS, found)
        written = time.monotonic()

    def keep(number: int, examination: Examination) -> None:
        path = missing[number]
        records[path] = [csv_record(row, keys[path]) for row in _rows_of(path, examination[0])]
        if time.monotonic() > written + _BETWEEN_WRITES:
            write()

    if failed := _written(options.csv, write):
        return failed
    try:
        status = max((found for _, found in _examinations(missing, data, options, keep)), default=ANSWERED)
    finally:
        failed = _written(options.csv, write)
    lines = [record for path in options.networks for record in records[path]]
    counts = Counter("failed" if line["error"] else line["verdict"] or "answered" for line in lines)
    status = max(status, failed, UNDECIDED if "undecided" in counts else ANSWERED)
    said = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
    return max(status, answered(f"{options.csv}: {len(options.networks)} networks, {len(missing)} audited; {said}"))


def _keys(data: Data, options: argparse.Namespace) -> dict[Path, str]:
    """SHA-256, in hexadecimal, of all that determines the rows of each network."""
    from numerics.arrays.cluster import identity
    from numerics.loading.networks import files_of

    steps = [None if eta is None else str(eta) for eta in options.step_sizes]
    shared = [sorted(identity().items()), steps, options.zero_biases, data_digest(data.x, data.y)]
    shared += [*options.method.as_options(), options.device]
    found = {}
    for path in options.networks:
        content = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files_of(path)]
        found[path] = hashlib.sha256(json.dumps([*shared, str(path), content]).encode()).hexdigest()
    return found


def _batches(problem: Problem, rows: Sequence[Row], options: argparse.Namespace) -> BatchThresholds:
    found = rows[0].found
    assert isinstance(found, Audit)
    return batch_thresholds(problem, found, options.batch_sizes)


def _text(rows: Sequence[Row], options: argparse.Namespace, batches: BatchThresholds | None = None) -> str:
    if options.quiet:
        return "\n".join(to_quiet(row) for row in rows)
    if is_several(options):
        return to_json_list(rows) if options.json else to_rows(rows)
    found = rows[0].found
    assert isinstance(found, Audit)
    if batches is None:
        return to_json(found) if options.json else to_table(found)
    if options.json:
        return json.dumps(json.loads(to_json(found)) | batch_fields(batches), indent=2, ensure_ascii=False)
    return f"{to_table(found)}\n\n{batch_table(batches)}"


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
    found = row.found if isinstance(row.found, Audit) else None
    certificate = str(options.certificate or "audit.json")
    data = ["--data", str(options.data), *(["--label", options.label] if options.label is not None else [])]
    write = ["python", "-m", "numerics.audit", row.network, *data]
    if found is not None:
        write += found.method.as_options()
        write += [] if found.step_size is None else ["--step-size", step_text(found.step_size)]
    write += ["--certificate", certificate]
    verify = ["python", "-m", "proofs_checks.verify", certificate, "--network", row.network, *data]
    return f"{shlex.join(write)}\n{shlex.join(verify)}"


def _written(path: Path, write: Callable[[], None]) -> int:
    try:
        write()
    except (ArithmeticError, MemoryError, OSError, ValueError) as error:
        return refused(f"{path} could not be written: {explained(error)[0]}", NOT_WRITTEN)
    return ANSWERED
