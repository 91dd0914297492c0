"""The ``evidence`` fixture, the command line options, and the table at the end of a run."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from numerics.arrays.processes import end_with_parent
from proofs_checks.evidence import coq, record
from proofs_checks.evidence.ledger import Evidence, Ledger
from proofs_checks.evidence.record import FAILED
from proofs_checks.evidence.standing import standings
from proofs_checks.instances import profiles
from theory.registry import registry

if TYPE_CHECKING:
    from numerics.training.mnist import Dataset, Preprocessing

CHECKS = Path(__file__).parent
MANY = 3
"""Claims, from which on a process of their own is worth its start."""
OF_ALL_CLAIMS = "test_machine_checked"
"""The file of checks that belongs to every claim."""
UNFINISHED: dict[int, str] = {
    pytest.ExitCode.INTERRUPTED: "interrupted",
    pytest.ExitCode.INTERNAL_ERROR: "ended by an internal error",
    pytest.ExitCode.USAGE_ERROR: "called in a wrong way",
    pytest.ExitCode.NO_TESTS_COLLECTED: "nothing was checked",
}
"""How a run ended that says nothing of the claims, or not all; it replaces no evidence."""

_LEDGER = pytest.StashKey[Ledger]()
_PROOFS = pytest.StashKey[Future[coq.Build]]()
_CHOSEN = pytest.StashKey[frozenset[str]]()
_FINISHED = pytest.StashKey[set[str]]()
_RECORD = pytest.StashKey[record.Evidence]()
_TROUBLE = pytest.StashKey[str]()


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
    profiles.load("checks", config)
    claims = registry()
    ledger = config.stash[_LEDGER] = Ledger(claims, config.getoption("profile", "quick"))
    config.stash[_FINISHED] = set()
    # one claim whose file cannot be read keeps no other from being checked
    config.option.continue_on_collection_errors = True
    wanted = [name.replace("_", "-") for name in config.getoption("claim", [])]
    unknown = [name for name in wanted if name not in claims]
    if unknown:
        raise pytest.UsageError(
            f"--claim: no claim is called {', '.join(unknown)}; there are {', '.join(claims.names)}"
        )
    by_keyword = _claims_by_keyword(config)
    ledger.selected = tuple(dict.fromkeys([*wanted, *by_keyword]))
    files = {f"test_{name.replace('-', '_')}" for name in ledger.selected}
    config.stash[_CHOSEN] = frozenset(files | ({OF_ALL_CLAIMS} if wanted and not by_keyword else set()))
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


def _claims_by_keyword(config: pytest.Config) -> list[str]:
    """The claims that ``-k`` names, if it names nothing else; they may be written with hyphens or underscores."""
    words = re.split(r"\s+or\s+", (config.getoption("keyword", "") or "").strip())
    names = [word.replace("_", "-") for word in words]
    if not all(name in registry() for name in names):
        return []
    config.option.keyword = " or ".join(name.replace("-", "_") for name in names)
    return names


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out files that do not belong to the claims chosen, unread."""
    chosen = config.stash[_CHOSEN]
    out = chosen and collection_path.suffix == ".py" and collection_path.stem not in chosen
    return True if out and collection_path.is_relative_to(CHECKS) else None


def _claim_of(file: Path) -> str | None:
    """The claim whose checks are in a file."""
    name = file.stem.removeprefix("test_").replace("_", "-")
    return name if file.is_relative_to(CHECKS) and name in registry() else None


def _claims_of(files: Iterable[Path]) -> set[str]:
    return {name for file in files if (name := _claim_of(file)) is not None}


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Record files that cannot be read as failures of their claims."""
    report = yield
    claim = _claim_of(collector.path)
    if report.failed and claim:
        call = getattr(report, "call", None)
        error = call.excinfo.value if call is not None and call.excinfo is not None else str(report.longrepr)
        if isinstance(error, pytest.Collector.CollectError):
            error = error.__cause__ or str(report.longrepr)
        collector.config.stash[_LEDGER].crash(claim, report.nodeid, error)
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Checks that wait come last: derivations are judged and proofs compiled while the others run."""
    items.sort(key=lambda item: (_needs_proofs(item), _judges_derivations(item)))


def pytest_deselected(items: Iterable[pytest.Item]) -> None:
    """Note the claims of which only some checks run."""
    for item in items:
        item.config.stash[_LEDGER].incomplete |= _claims_of([item.path])


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start to judge derivations and to compile the proofs, if they are going to be checked."""
    if session.config.option.collectonly:
        return
    waiting = [claim for item in session.items if _judges_derivations(item) and (claim := _claim_of(item.path))]
    if len(waiting) > MANY:
        from proofs_checks.evidence.ahead import Ahead

        session.config.stash[_LEDGER].ahead = Ahead(waiting)
    wanted = any(map(_needs_proofs, session.items))
    if wanted and not coq.missing():
        session.config.stash[_PROOFS] = ThreadPoolExecutor(max_workers=1).submit(coq.build)


def _judges_derivations(item: pytest.Item) -> bool:
    return item.name == "test_derived"


def _needs_proofs(item: pytest.Item) -> bool:
    return "proofs" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def proofs(request: pytest.FixtureRequest) -> coq.Build | str:
    """The compiled proofs, or why there is no proof assistant here; where it must be, that fails."""
    why_not = coq.missing()
    if why_not:
        assert not os.environ.get("CI"), f"{why_not}, but here proofs have to be checked"
        return why_not
    building = request.config.stash[_PROOFS]
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


@pytest.fixture
def evidence(request: pytest.FixtureRequest) -> Evidence:
    """Records what this test finds."""
    return Evidence(request.config.stash[_LEDGER], request.node.nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note what ran; record failures that no check recorded as failures of the claim."""
    report = yield
    ledger, claim = item.config.stash[_LEDGER], _claim_of(item.path)
    if report.when == "call" and not report.skipped:
        item.config.stash[_FINISHED].add(item.nodeid)
    if report.failed and claim and call.excinfo is not None and not ledger.has_failure_at(item.nodeid):
        ledger.crash(claim, item.nodeid, call.excinfo.value)
    return report


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Compose the record and write it, also of a run that failed; a failed claim fails the run.

    What a run has that came to no end is written where there is nothing yet.
    """
    config = session.config
    if config.option.collectonly:
        return
    if (ahead := config.stash[_LEDGER].ahead) is not None:
        ahead.close()
    try:
        _finish(session, exitstatus)
    except Exception as error:  # whatever goes wrong here must not hide what the run found
        config.stash[_TROUBLE] = f"the evidence could not be composed: {type(error).__name__}: {error}"
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _finish(session: pytest.Session, exitstatus: int) -> None:
    from proofs_checks.evidence.compose import compose

    config, ledger = session.config, session.config.stash[_LEDGER]
    keyword = config.getoption("keyword", "")
    if keyword and not session.items and not ledger.crashes:
        config.stash[_TROUBLE] = f"-k {keyword} selects no check; the claims are {', '.join(registry().names)}"
        return
    ran = _claims_of(item.path for item in session.items)
    unfinished = [item.path for item in session.items if item.nodeid not in config.stash[_FINISHED]]
    parts = [_absolute(argument.partition("::")[0], config) for argument in config.args if "::" in argument]
    ledger.incomplete |= _claims_of(unfinished) | _claims_of(parts)
    whole = any(CHECKS.is_relative_to(_absolute(argument, config)) for argument in config.args if "::" not in argument)
    recorded = {name for part in (ledger.checks, ledger.controls, ledger.crashes) for name in part}
    # several claims share a file; what is missing of one of which the own file was not run is no fault of the claim
    ledger.incomplete |= (recorded - ran) & (_claims_of(CHECKS.rglob("test_*.py")) if whole else recorded)
    if not whole and not ledger.selected:
        ledger.selected = tuple(sorted(ran | recorded))
        if not ledger.selected:
            return
    target: Path | None = config.getoption("evidence", None)
    command = shlex.join(["pytest", *map(str, config.invocation_params.args)])
    found = compose(ledger, command=command, passed=exitstatus == 0, typeset=target is not None)
    config.stash[_RECORD] = found
    asked = set(ledger.selected) or {claim.name for claim in found.claims}
    failed = {name for name, standing in standings(found.claims).items() if standing.verdict.outcome == FAILED}
    if failed & asked and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        found = config.stash[_RECORD] = record.failed(found)
    if target is not None and (why := UNFINISHED.get(exitstatus)) and target.exists():
        config.stash[_TROUBLE] = f"{why}; the evidence of an earlier run is left as it was: {target}"
    elif target is not None:
        from proofs_checks.evidence.file import write_evidence

        try:
            write_evidence(target, found)
        except OSError as error:
            config.stash[_TROUBLE] = f"--evidence: cannot write {target}: {error.strerror or error}"
            session.exitstatus = pytest.ExitCode.USAGE_ERROR


def _absolute(argument: str, config: pytest.Config) -> Path:
    return (config.invocation_params.dir / argument).resolve()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the table of claims and statements, what failed and why, and the controls of chosen claims."""
    from proofs_checks.evidence import table

    if trouble := config.stash.get(_TROUBLE, ""):
        terminalreporter.write_line(trouble, red=True)
    found = config.stash.get(_RECORD, None)
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
