"""Runs on two workers, over small claims: they find what one process finds, and what is lost with one is not passed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest

from proofs_checks.evidence.ledger import Evidence, Ledger
from proofs_checks.run.gathering import Gathering, add, pack
from tests.overlay import Claims, project
from theory.registry import registry

TWO = ("-p", "xdist.plugin", "-n", "2")
NAMES = ("first-step", "second-step", "third-step")
DYING = "def test_dying():\n    import os\n    os.kill(os.getpid(), 9)\n"


@pytest.fixture
def claims(tmp_path: Path) -> Claims:
    """An empty project."""
    return Claims(project(tmp_path))


def standing(rows: dict[tuple[str, str], list[str]]) -> dict[str, str]:
    """How the claims stand."""
    return {claim: cells[0] for (claim, statement), cells in rows.items() if not statement}


def found(claims: Claims, *arguments: str) -> tuple[int, str, dict[str, Any]]:
    """Exit status, what was printed, and the evidence of a run, without the time, the command and the seal."""
    status, _, printed = claims.run("proofs_checks", *arguments, "--evidence", "evidence.json")
    path = claims.project.folder / "evidence.json"
    record = json.loads(path.read_text("utf-8"))
    path.unlink()
    return status, printed, {key: value for key, value in record.items() if key not in ("written", "command", "seal")}


def test_two_workers_find_what_one_process_finds(claims: Claims) -> None:
    """To the byte, also of a claim that fails, one whose file cannot be read, and those that share a file."""
    seeds = "def test_seed(evidence):\n    evidence.seed('{0}', 7)\n    evidence.data('of {0}', 'digest')\n"
    for name in NAMES:
        claims(name, *(("first-step",) if name != "first-step" else ()), checks=seeds.format(name))
    claims("false-step", formal="x**3", why='Drop("not negative", x**3)')
    claims("unread-step", checks="import no_such_module")
    shared = (
        "def test_{0}(evidence):\n    evidence.control('{0}-step', 'shared', 'x', because='it', statement='square')\n"
    )
    claims.project.write("proofs_checks/test_shared.py", shared.format("second") + shared.format("first"))
    alone, together = found(claims), found(claims, *TWO)
    assert "bringing up nodes" in together[1]
    assert json.dumps(together[2]) == json.dumps(alone[2])
    assert together[0] == alone[0] == 1
    assert "false-step square: step 1 of 'false-step squared' (not negative) does not hold" in together[1]
    assert (
        together[1].split("= claims =")[1].split("short test summary")[0]
        == (alone[1].split("= claims =")[1].split("short test summary")[0])
    )


def test_a_worker_that_dies(claims: Claims) -> None:
    """The claim of the test has failed, whatever else passed; the others are checked by another worker, once."""
    claims("dying-step", checks=DYING)
    claims("first-step")
    claims("resting-step", "dying-step")
    status, rows, printed = claims.run("proofs_checks", *TWO)
    assert status == 1
    assert standing(rows) == {
        "dying-step": "failed",
        "first-step": "tested",
        "resting-step": "unsupported: dying-step failed",
    }
    assert printed.count("node down") == 1
    assert "dying-step: worker 'gw" in printed


def test_an_interrupt(claims: Claims) -> None:
    """It is no success, and what was not checked is not passed."""
    claims("first-step", checks="def test_stop():\n    raise KeyboardInterrupt\n")
    claims("second-step")
    status, rows, printed = claims.run("proofs_checks", *TWO)
    assert status == 2, printed
    assert standing(rows)["first-step"] != "tested"


def test_part_of_the_claims(claims: Claims) -> None:
    """What was not selected is not checked here, and the rest stands for what it is."""
    for name in NAMES:
        claims(name)
    status, rows, printed = claims.run("proofs_checks", *TWO, "-k", "first and not control")
    assert status == 0, printed
    assert rows["first-step", "square"][0] == "derived"
    assert rows["second-step", ""][0] == "not checked here"


def test_packing_empties() -> None:
    """What was packed is gone from its ledger and in the one it is added to; of crashes one for each place."""
    ledger, other = Ledger(registry(), "quick"), Ledger(registry(), "quick")
    evidence = Evidence(ledger, "test_gram_form.py::test_a")
    with evidence.tested("gram-form", "entries", "one entry") as tally:
        tally.count()
    ledger.crash("gram-form", "test_gram_form.py::test_b", "it fell")
    ledger.incomplete.add("gram-form")
    evidence.data("digits", "digest")
    checks = list(ledger.checks["gram-form"])
    packed = pack(ledger)
    assert [*ledger.checks, *ledger.crashes, *ledger.incomplete, *ledger.data] == []
    add(other, packed)
    add(other, packed)
    assert other.checks["gram-form"] == checks * 2
    assert [crash.reason for crash in other.crashes["gram-form"]] == ["it fell"]
    assert (other.incomplete, other.data) == ({"gram-form"}, {"digits": "digest"})


@pytest.mark.parametrize(
    ("reported", "finished"),
    [
        ({"setup": "passed", "call": "passed", "teardown": "passed"}, True),
        ({"setup": "passed", "call": "failed", "teardown": "failed"}, True),
        ({"setup": "passed", "call": "passed"}, False),
        ({"setup": "passed", "call": "skipped", "teardown": "passed"}, True),
        ({"setup": "skipped", "teardown": "passed"}, True),
        ({"setup": "failed", "teardown": "passed"}, False),
        ({"setup": "passed", "???": "failed"}, False),
    ],
    ids=lambda reported: " ".join(reported) if isinstance(reported, dict) else "",
)
def test_a_test_is_through_with_its_last_report(
    pytestconfig: pytest.Config, reported: dict[str, Any], finished: bool
) -> None:
    """Before, what it found may be on its way still."""
    gathering = Gathering(pytestconfig, Ledger(registry(), "quick"))
    for when, outcome in reported.items():
        report = pytest.TestReport("a.py::test", ("a.py", 0, "test"), {}, outcome, None, cast(Any, when))
        gathering.pytest_runtest_logreport(report)
    assert gathering.finished == ({"a.py::test"} if finished else set())


def test_what_workers_found_is_in_the_order_of_one_process(pytestconfig: pytest.Config) -> None:
    """Whoever reports first."""
    ledger = Ledger(registry(), "quick")
    gathering = Gathering(pytestconfig, ledger)
    tests = [f"proofs_checks/stability/test_gram_form.py::test_{number}" for number in range(3)]
    gathering.pytest_xdist_node_collection_finished(tests)
    for test in reversed(tests):
        found = Ledger(registry(), "quick")
        with Evidence(found, test).tested("gram-form", "entries", "one entry") as tally:
            tally.count()
        report = pytest.TestReport(test, (test, 0, "test"), {}, "passed", None, "teardown", evidence=pack(found))
        gathering.pytest_runtest_logreport(report)
    gathering.close()
    assert [check.node for check in ledger.checks["gram-form"]] == tests
