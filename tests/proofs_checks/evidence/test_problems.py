"""What stands in red: every failure with its reason, whatever hangs in the air, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from proofs_checks.evidence.problems import Problem, problems
from proofs_checks.evidence.record import FAILED, NOT_CHECKED, PASSED, Check, Claim, Control, Crash, Evidence, Statement
from proofs_checks.evidence.standing import standings

CONTROLS = tuple(Control(f"variant {n}", "one", "false", "c", True, "x = 1") for n in range(3))
DERIVED = Check("derived", ("one",), "test_a.py::x", PASSED, "steps", {})


def claim(name: str, *rests_on: str, **more: Any) -> Claim:
    """A claim of one derived statement."""
    fields = {"statements": (Statement("one", "x"),), "checks": (DERIVED,), "controls": CONTROLS}
    return Claim(name, name, "source", **fields | {"rests_on": rests_on} | more)


def of(*claims: Claim, outcome: str = PASSED, selected: tuple[str, ...] = ()) -> tuple[Problem, ...]:
    """What is wrong with a run."""
    return problems(Evidence(claims, {}, {}, {}, "pytest", outcome, selected=selected), standings(claims))


def test_a_clean_run() -> None:
    """A claim that rests on another, a check that did not run beside one that did."""
    idle = Check("machine-checked", ("one",), "n", NOT_CHECKED, "", {}, "Coq is not installed")
    assert of(claim("a", "b"), claim("b", checks=(DERIVED, idle))) == ()


@pytest.mark.parametrize(
    ("more", "text", "detail"),
    [
        (
            {"checks": (replace(DERIVED, outcome=FAILED, reason="false at x = 1"),)},
            "check failed: steps",
            "false at x = 1",
        ),
        (
            {"controls": (*CONTROLS, replace(CONTROLS[0], refuted=False, counterexample="none was found"))},
            "a false variant was not refuted: variant 0",
            "none was found",
        ),
        ({"crashes": (Crash("n", "ZeroDivisionError"),)}, "a test failed", "ZeroDivisionError"),
        ({"controls": CONTROLS[:2]}, "2 controls, at least 3 needed", ""),
        (
            {"checks": (Check("machine-checked", ("one",), "n", NOT_CHECKED, "", {}, "no Coq"),)},
            "no evidence: nothing that checks this has run",
            "no Coq",
        ),
        ({"checks": (), "controls": ()}, "no evidence: nothing that checks this has run", ""),
        (
            {"statements": (), "checks": (), "fault": "no such name", "culprit": "a"},
            "its module cannot be imported, or its references lead nowhere",
            "no such name",
        ),
    ],
)
def test_each_failure_is_said_once(more: dict[str, Any], text: str, detail: str) -> None:
    """With its reason; what rests on it is unsupported, which needs no saying."""
    found = of(claim("a", **more), claim("b", "a"), outcome=FAILED if "no evidence" not in text else PASSED)
    assert [(problem.text, problem.detail, problem.claim and problem.claim.name) for problem in found] == [
        (text, detail, "a")
    ]


def test_what_imports_a_broken_module_is_no_problem_of_its_own() -> None:
    """The module is."""
    broken = claim("a", statements=(), checks=(), fault="no such name", culprit="a")
    importing = claim("b", statements=(), checks=(), fault="no such name", culprit="a")
    crashed = claim("c", checks=(), crashes=(Crash("n", "no such name", "a"),))
    assert [problem.claim and problem.claim.name for problem in of(broken, importing, crashed)] == ["a"]


def test_what_fails_by_the_fault_of_another_claim_is_no_problem_of_its_own() -> None:
    """Where that one was checked, and failed."""
    false = replace(DERIVED, outcome=FAILED, reason="step 1 of 'lemma'")
    broken, citing = claim("a", checks=(false,)), claim("b", "a", checks=(replace(false, culprit="a"),))
    assert [problem.claim and problem.claim.name for problem in of(broken, citing, outcome=FAILED)] == ["a"]
    alone = of(broken, citing, outcome=FAILED, selected=("b",))
    assert [(problem.claim and problem.claim.name, problem.detail) for problem in alone] == [("b", "step 1 of 'lemma'")]


def test_statements_are_named() -> None:
    """Those that failed, and those of which nothing ran."""
    two = (Statement("one", "x"), Statement("two", "y"), Statement("three", "z"))
    checks = (replace(DERIVED, outcome=FAILED), replace(DERIVED, statements=("two",)))
    found = of(claim("a", statements=two, checks=checks))
    assert [problem.statements for problem in found] == [("one",), ("three",)]


@pytest.mark.parametrize(
    ("claims", "text"),
    [
        ((), "no claim was checked"),
        ((claim("a", "b"),), "rests on b, of which there is no evidence"),
        ((claim("a", statements=(Statement("one", "x", rests_on=("b.one",)),)),), "rests on b, of which"),
        ((claim("a", "a"),), "rests on itself"),
        ((claim("a", "b"), claim("b", "a")), "rests on itself"),
    ],
)
def test_what_hangs_in_the_air(claims: tuple[Claim, ...], text: str) -> None:
    """No claim, no ground, a circle."""
    assert any(text in problem.text for problem in of(*claims))


def test_a_failed_run_without_a_failed_claim() -> None:
    """The output of the run has to be looked at."""
    assert "outside of any claim" in of(claim("a"), outcome=FAILED)[0].text
    assert len(of(claim("a", crashes=(Crash("n", "r"),)), outcome=FAILED)) == 1


def test_a_run_of_some_claims() -> None:
    """What they rest on was not asked for, and is no problem; a claim that is not there is."""
    idle = claim("b", checks=(), controls=())
    assert of(claim("a", "b"), idle, selected=("a",)) == ()
    assert [problem.text for problem in of(claim("a"), selected=("a", "c"))] == ["there is no claim c"]
