"""The ``evidence`` fixture, the command line options, and the table at the end of a run."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from numerics.arrays.processes import alone, end_with, end_with_parent
from proofs_checks.evidence import coq
from proofs_checks.evidence.ledger import Evidence, Ledger
from proofs_checks.evidence.record import FAILED
from proofs_checks.evidence.standing import standings
from proofs_checks.instances import profiles
from proofs_checks.run import distribution
from proofs_checks.run.distribution import (  # noqa: F401  (hooks)
    pytest_cmdline_main,
    pytest_xdist_auto_num_workers,
    pytest_xdist_make_scheduler,
)
from proofs_checks.run.ending import Outcome, finish
from proofs_checks.run.gathering import Gathering, pack
from proofs_checks.run.selection import CHECKS, asked_for, by_keyword, claim_of, claims_of
from theory.registry import BrokenClaimError, registry

if TYPE_CHECKING:
    from numerics.training.mnist import Dataset, Preprocessing
    from numerics.training.sweep import SweepRun

MANY = 3
"""Claims, from which on a process of their own is worth its start."""
OF_ALL_CLAIMS = "test_machine_checked"
"""The file of checks that belongs to every claim."""

_LEDGER = pytest.StashKey[Ledger]()
_GATHERING = pytest.StashKey[Gathering]()
_PROOFS = pytest.StashKey[Future[coq.Build]]()
_CHOSEN = pytest.StashKey[frozenset[str]]()
_OUTCOME = pytest.StashKey[Outcome]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of the checks."""
    group = parser.getgroup("proofs_checks", "stable minima")
    group.addoption("--evidence", type=Path, metavar="FILE", help="write the evidence to FILE, as JSON")
    group.addoption("--profile", choices=("quick", "full"), default="quick", help="size of the MNIST sweep")
    group.addoption("--mnist", type=Path, metavar="DIR", help="folder of MNIST's files, to train on in place of ours")
    group.addoption("--claim", action="append", default=[], metavar="NAME", help="check this claim only; repeatable")


def pytest_configure(config: pytest.Config) -> None:
    """Open the ledger; refuse an unknown claim, and a file that cannot be written, before anything is checked."""
    end_with_parent()
    distribution.one_thread()
    profiles.load("checks", config)
    ledger = config.stash[_LEDGER] = Ledger(registry(), config.getoption("profile", "quick"))
    # one claim whose file cannot be read keeps no other from being checked
    config.option.continue_on_collection_errors = True
    # no check may fail and pass all the same, as those marked xfail would
    config.option.runxfail = True
    wanted, named = asked_for(config), by_keyword(config)
    ledger.selected = tuple(dict.fromkeys([*wanted, *named]))
    config.stash[_CHOSEN] = frozenset({*ledger.selected, *([OF_ALL_CLAIMS] if wanted and not named else ())})
    if distribution.is_worker(config):
        end_with(os.getppid())
        return
    gathering = config.stash[_GATHERING] = Gathering(config, ledger)
    config.pluginmanager.register(gathering)
    target: Path | None = config.getoption("evidence", None)
    if target is not None and not target.parent.is_dir():
        raise pytest.UsageError(f"--evidence: there is no folder {target.parent} to write to")
    images: Path | None = config.getoption("mnist", None)
    if images is not None:
        from numerics.training import sweep

        try:
            ledger.data[f"MNIST, of {images}"] = sweep.sweep_digest(sweep.profile(config.getoption("profile")), images)
        except (OSError, ValueError) as error:
            raise pytest.UsageError(f"--mnist: {error}") from error


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out files that do not belong to the claims chosen, unread."""
    chosen = config.stash[_CHOSEN]
    if not chosen or collection_path.suffix != ".py" or not collection_path.is_relative_to(CHECKS):
        return None
    return None if chosen & {claim_of(collection_path), collection_path.stem} else True


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Record files that cannot be read as failures of their claims."""
    report = yield
    claim, config = claim_of(collector.path), collector.config
    if report.failed and claim:
        call = getattr(report, "call", None)
        error = call.excinfo.value if call is not None and call.excinfo is not None else str(report.longrepr)
        if isinstance(error, pytest.Collector.CollectError):
            error = error.__cause__ or str(report.longrepr)
        config.stash[_LEDGER].crash(claim, report.nodeid, error)
        if distribution.is_worker(config):
            report.evidence = pack(config.stash[_LEDGER])  # type: ignore[attr-defined]
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Checks that wait come last: derivations are judged and proofs compiled while the others run."""
    items.sort(key=lambda item: (_needs_proofs(item), _judges_derivations(item)))


def pytest_deselected(items: Iterable[pytest.Item]) -> None:
    """Note the claims of which only some checks run."""
    for item in items:
        item.config.stash[_LEDGER].incomplete |= claims_of([item.path])


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start to judge derivations and to compile the proofs, if they are going to be checked.

    A worker does so when it comes to them.
    """
    config = session.config
    if config.option.collectonly:
        return
    _import_claims(session)
    waiting = [claim for item in session.items if _judges_derivations(item) and (claim := claim_of(item.path))]
    if waiting:
        from proofs_checks.evidence.ahead import Ahead

        if len(waiting) > MANY and not distribution.is_worker(config):
            config.stash[_LEDGER].ahead = Ahead(waiting)
    wanted = any(map(_needs_proofs, session.items)) and not distribution.is_worker(config)
    if wanted and not coq.missing():
        config.stash[_PROOFS] = ThreadPoolExecutor(max_workers=1).submit(coq.build)


def _import_claims(session: pytest.Session) -> None:
    """Import the claims whose checks run, since what hypothesis draws depends on the modules that are there.

    Imported one by one they would depend on what this process checked before.
    """
    for name in sorted(claims_of(item.path for item in session.items)):
        with contextlib.suppress(BrokenClaimError):
            registry()[name]


def _judges_derivations(item: pytest.Item) -> bool:
    return item.name == "test_derived"


def _needs_proofs(item: pytest.Item) -> bool:
    # a test over no theorems is there as one that is skipped
    return "proofs" in getattr(item, "fixturenames", ()) and item.get_closest_marker("skip") is None


@pytest.fixture(scope="session")
def proofs(request: pytest.FixtureRequest) -> coq.Build | str:
    """The compiled proofs, or why there is no proof assistant here; where it must be, that fails."""
    why_not = coq.missing()
    if why_not:
        assert not os.environ.get("CI"), f"{why_not}, but here proofs have to be checked"
        return why_not
    building = request.config.stash.get(_PROOFS, None)
    if building is None:
        return coq.build()
    if not building.done() and sys.stdout.isatty():
        with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            print("waiting for Coq: uncompiled proofs take some minutes ", flush=True)
    return building.result()


@pytest.fixture(scope="session")
def mnist(request: pytest.FixtureRequest) -> Path | None:
    """The folder of the MNIST files to train on, None for the digits that the project carries."""
    folder: Path | None = request.config.getoption("mnist")
    return folder


@pytest.fixture(scope="session")
def tasks(request: pytest.FixtureRequest, mnist: Path | None) -> dict[Preprocessing, Dataset]:
    """The data of the sweep over step sizes, raw and standardised."""
    from numerics.training.sweep import profile, sweep_tasks

    return sweep_tasks(profile(request.config.getoption("profile")), mnist)


@pytest.fixture(scope="session")
def runs(request: pytest.FixtureRequest, mnist: Path | None) -> tuple[SweepRun, ...]:
    """The sweep; finished runs come from the cache, also those that another worker makes meanwhile."""
    from numerics.arrays.files import cache_folder
    from numerics.training.sweep import profile, run_sweep

    cache = cache_folder() / "runs"
    cache.mkdir(parents=True, exist_ok=True)
    with alone(cache / ".lock"):
        return run_sweep(profile(request.config.getoption("profile")), directory=mnist)


@pytest.fixture
def evidence(request: pytest.FixtureRequest) -> Evidence:
    """Records what this test finds."""
    return Evidence(request.config.stash[_LEDGER], request.node.nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Record failures that no check recorded as failures of the claim; a worker's last report has what was found."""
    report = yield
    ledger, claim = item.config.stash[_LEDGER], claim_of(item.path)
    if report.failed and claim and call.excinfo is not None and not ledger.has_failure_at(item.nodeid):
        ledger.crash(claim, item.nodeid, call.excinfo.value)
    if report.when == "teardown" and distribution.is_worker(item.config):
        report.evidence = pack(ledger)  # type: ignore[attr-defined]
    return report


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Compose the record and write it, also of a run that failed; a failed claim fails the run."""
    config = session.config
    if config.option.collectonly or distribution.is_worker(config):
        return
    ledger = config.stash[_LEDGER]
    if ledger.ahead is not None:
        ledger.ahead.close()
    try:
        config.stash[_OUTCOME] = finish(session, exitstatus, ledger, config.stash[_GATHERING])
    except Exception as error:  # whatever goes wrong here must not hide what the run found
        trouble = f"the evidence could not be composed: {type(error).__name__}: {error}"
        config.stash[_OUTCOME] = Outcome(trouble=trouble)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the table of claims and statements, what failed and why, and the controls of chosen claims."""
    from proofs_checks.evidence import table

    outcome = config.stash.get(_OUTCOME, Outcome())
    if outcome.trouble:
        terminalreporter.write_line(outcome.trouble, red=True)
    found = outcome.found
    if found is None:
        return
    standing = standings(found.claims)
    terminalreporter.section("claims")
    rows = table.rows(found, standing)
    head, *lines = table.aligned(rows)
    terminalreporter.write_line(head, bold=True)
    for row, line in zip(rows, lines, strict=True):
        terminalreporter.write_line(line, red=row[2] == FAILED, bold=bool(row[0]))
    for claim in found.claims:
        if claim.name in found.selected and claim.controls:
            terminalreporter.section(f"controls of {claim.name}", sep="-")
            for line in table.controls(claim):
                terminalreporter.write_line(line, red=line.startswith("not refuted"))
    if failures := table.failures(found, standing):
        terminalreporter.section("failed", sep="-")
        for line in failures:
            terminalreporter.write_line(line, red=True)
