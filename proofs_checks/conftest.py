"""The ``evidence`` fixture, the command line options, and the table at the end of a run."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import hypothesis
import pytest

from proofs_checks.evidence import coq
from proofs_checks.evidence.ledger import LEVELS, PASSED, Evidence, Ledger
from theory.claim import registry

hypothesis.settings.register_profile(
    "checks",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=150,
    suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.filter_too_much],
)
_LEDGER = pytest.StashKey[Ledger]()
_PROOFS = pytest.StashKey[Future[Path]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of the checks."""
    group = parser.getgroup("proofs_checks", "stable minima")
    group.addoption("--evidence", type=Path, metavar="FILE", help="write the evidence to FILE, as JSON")
    group.addoption("--profile", choices=("quick", "full"), default="quick", help="size of the MNIST sweep")


def pytest_configure(config: pytest.Config) -> None:
    """Open the ledger; refuse a file that cannot be written before anything is checked."""
    hypothesis.settings.load_profile("checks")
    config.stash[_LEDGER] = Ledger(registry(), config.getoption("profile", "quick"))
    target: Path | None = config.getoption("evidence", None)
    if target is not None and not target.parent.is_dir():
        raise pytest.UsageError(f"--evidence: there is no folder {target.parent} to write to")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Checks that wait for the proof assistant come last: it compiles while the others run."""
    items.sort(key=_needs_proofs)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start to compile the proofs, if they are going to be checked."""
    wanted = any(map(_needs_proofs, session.items)) and not session.config.option.collectonly
    if wanted and not coq.missing():
        session.config.stash[_PROOFS] = ThreadPoolExecutor(max_workers=1).submit(coq.build)


def _needs_proofs(item: pytest.Item) -> bool:
    return "proofs" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def proofs(request: pytest.FixtureRequest) -> Path | str:
    """The folder of the compiled proofs, or why there is no proof assistant here; where it must be, that fails."""
    why_not = coq.missing()
    if why_not:
        assert not os.environ.get("CI"), f"{why_not}, but here proofs have to be checked"
        return why_not
    return request.config.stash[_PROOFS].result()


@pytest.fixture
def evidence(request: pytest.FixtureRequest) -> Evidence:
    """Records what this test finds."""
    return Evidence(request.config.stash[_LEDGER], request.node.nodeid)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Write the evidence, also of a run that failed or was interrupted."""
    target: Path | None = session.config.getoption("evidence", None)
    if target is None or session.config.option.collectonly:
        return
    ledger = session.config.stash[_LEDGER]
    command = shlex.join(["pytest", *map(str, session.config.invocation_params.args)])
    try:
        ledger.write(target, command=command, passed=exitstatus == 0)
    except OSError as error:
        raise pytest.UsageError(f"--evidence: cannot write {target}: {error.strerror or error}") from None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the table of claims."""
    ledger = config.stash[_LEDGER]
    if not ledger.checks and not ledger.controls:
        return
    rows: list[tuple[str, ...]] = [("claim", "strength", "evidence", "instances", "smallest slack", "controls refuted")]
    rows += [_row(ledger, claim.name) for claim in ledger.claims]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    terminalreporter.section("claims")
    for place, row in enumerate(rows):
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        terminalreporter.write_line(line.rstrip(), bold=place == 0, red=place > 0 and row[1] == "-")


def _row(ledger: Ledger, name: str) -> tuple[str, ...]:
    checks, controls = ledger.of(name)
    passed = [check for check in checks if check.outcome == PASSED]
    slacks = [check.figures["smallest slack"] for check in passed if "smallest slack" in check.figures]
    return (
        name,
        ledger.strength(name) or "-",
        ", ".join(_in_order(check.level for check in passed)) or "not checked here",
        str(sum(check.figures.get("instances", 0) for check in passed)),
        f"{min(slacks):.2g}" if slacks else "",
        f"{sum(control.refuted for control in controls)} of {len(controls)}",
    )


def _in_order(levels: Iterable[str]) -> list[str]:
    reached = set(levels)
    return [level for level in LEVELS if level in reached]
