"""Evidence: what is refused, and what follows from what is accepted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofs_checks.evidence.file import parse_evidence, read_evidence
from proofs_checks.evidence.record import LEVELS, NOT_CHECKED, Check, Claim, Control, Derivation, Evidence, rank

Record = dict[str, Any]


def claim(name: str, *levels: str, rests_on: tuple[str, ...] = (), strength: str | None = None, **more: Any) -> Claim:
    """A claim with one passed check for each level, recorded at ``strength`` or at the strongest of them."""
    checks = tuple(Check(level, f"test_{name}.py::{level}", "passed", "", {}) for level in levels)
    strength = strength or (max(levels, key=rank) if levels else None)
    fields = {"checks": checks, "controls": (), "derivations": ()} | more
    return Claim(name, name, "x", (), "source", rests_on, strength, **fields)


def evidence(*claims: Claim, outcome: str = "passed") -> Evidence:
    """Evidence with nothing but claims."""
    return Evidence(claims, {}, {}, {}, "pytest", outcome)


def test_sample_is_read(record: Record) -> None:
    read = parse_evidence(record)
    bound = read.claim("sharpness-lower-bound")
    assert bound is not None
    assert bound.levels == ("derived", "tested")
    assert (bound.instances, bound.smallest_slack, bound.controls_refuted) == (41200, 3.4e-9, 2)
    assert read.problems == ()


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        ("claims.1.evidence.0.level", "proved", "'level' is 'proved', expected one of machine-checked"),
        ("claims.1.evidence.0.level", NOT_CHECKED, "'level'"),
        ("claims.1.evidence.0.outcome", "ok", "'outcome' is 'ok'"),
        ("claims.1.strength", "certain", "claim 'sharpness-lower-bound': 'strength' is 'certain'"),
        ("claims.1.controls.0.refuted", "yes", "expected true, false or null"),
        ("claims.1.hypotheses", "one", "expected a list of texts"),
        ("claims.1.title", None, "'title' is None"),
        ("claims.1.name", "linear-stability", "recorded 2 times"),
        ("claims.1.name", "a/../b", "lower-case words"),
        ("claims.1", 7, "claims[1] is int"),
        ("claims", {}, "expected a list"),
        ("outcome", "partly", "expected one of passed, failed"),
        ("format", "stable-minima evidence 2", "expected 'stable-minima evidence 1'"),
        ("environment", [], "expected an object"),
    ],
)
def test_what_breaks_the_schema_is_refused(record: Record, path: str, value: object, complaint: str) -> None:
    *way, last = path.split(".")
    place: Any = record
    for key in way:
        place = place[int(key) if key.isdigit() else key]
    place[int(last) if last.isdigit() else last] = value
    with pytest.raises(ValueError, match=r".") as error:
        parse_evidence(record)
    assert complaint in str(error.value)


@pytest.mark.parametrize("key", ["format", "claims", "environment", "seeds", "data", "command", "outcome"])
def test_missing_entries_are_named(record: Record, key: str) -> None:
    del record[key]
    with pytest.raises(ValueError, match=f"'{key}' is missing"):
        parse_evidence(record)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [("{", "not valid JSON"), ("[]", "the file is list"), ('{"format": NaN}', "NaN stands for a number")],
)
def test_malformed_files_are_refused(tmp_path: Path, content: str, complaint: str) -> None:
    path = tmp_path / "evidence.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"evidence\.json") as error:
        read_evidence(path)
    assert complaint in str(error.value)


def test_infinite_slack_is_kept(record: Record, tmp_path: Path) -> None:
    record["claims"][0]["evidence"][2]["figures"]["smallest slack"] = float("inf")
    path = tmp_path / "evidence.json"
    path.write_text(json.dumps(record))
    assert read_evidence(path).claims[0].smallest_slack == float("inf")


def test_derivations_may_have_names_and_assumptions(record: Record) -> None:
    uses = [{"name": "masks", "latex": "m > 0"}]
    record["claims"][0]["derivations"] = [{"title": "One step", "latex": "a = a", "uses": uses, "inherits": ["Bound"]}]
    assert parse_evidence(record).claims[0].derivations == (
        Derivation("One step", "a = a", (("masks", "m > 0"),), ("Bound",)),
    )


levels = st.sampled_from(list(LEVELS))


@given(st.lists(st.tuples(levels, st.sets(st.integers(0, 5))), min_size=1, max_size=6))
def test_no_claim_is_stronger_than_what_it_rests_on(drawn: list[tuple[str, set[int]]]) -> None:
    claims = [
        claim(f"c{place}", level, rests_on=tuple(f"c{other}" for other in below if other < place))
        for place, (level, below) in enumerate(drawn)
    ]
    found = evidence(*claims)
    for each in claims:
        for name in each.rests_on:
            support = found.claim(name)
            assert support is not None
            assert rank(found.strength(each)) <= rank(found.strength(support))
        assert rank(found.strength(each)) <= rank(each.levels[0])


def test_overclaimed_strength_is_not_shown() -> None:
    found = evidence(claim("bold", "tested", strength="derived"))
    assert found.standing(found.claims[0]) == "tested"
    assert [problem.text for problem in found.problems] == [
        "recorded as derived, but the evidence carries tested at most"
    ]


def test_recorded_strength_is_an_upper_limit() -> None:
    found = evidence(claim("modest", "derived", strength="observed"))
    assert found.standing(found.claims[0]) == "observed"
    assert not found.problems


def test_failed_check_leaves_no_strength() -> None:
    broken = (
        Check("derived", "test_a.py::x", "passed", "", {}),
        Check("tested", "test_a.py::y", "failed", "", {"instances": 3}),
    )
    found = evidence(claim("a", checks=broken, strength="derived"), claim("b", "derived", rests_on=("a",)))
    assert [found.standing(each) for each in found.claims] == ["failed", "unsupported"]
    assert [(problem.text, problem.node) for problem in found.problems] == [("check failed", "test_a.py::y")]


def test_control_that_was_not_refuted_fails_the_claim() -> None:
    found = evidence(claim("a", "derived", controls=(Control("moved", "test_a.py::c", False, ""),)))
    assert found.standing(found.claims[0]) == "failed"
    assert found.problems[0].node == "test_a.py::c"


def test_control_that_did_not_run_fails_nothing() -> None:
    found = evidence(claim("a", "derived", controls=(Control("moved", "test_a.py::c", None, ""),)))
    assert found.problems == ()
    assert found.claims[0].controls_refuted == 0


def test_claim_without_evidence_is_a_problem() -> None:
    idle = (Check("machine-checked", "test_a.py::coq", NOT_CHECKED, "", {}),)
    for found in (evidence(claim("a", checks=idle)), evidence(claim("a"))):
        assert found.standing(found.claims[0]) == NOT_CHECKED
        assert "no evidence" in found.problems[0].text


def test_check_that_did_not_run_beside_one_that_did_is_no_problem() -> None:
    mixed = (
        Check("machine-checked", "test_a.py::coq", NOT_CHECKED, "", {"instances": 9}),
        Check("derived", "test_a.py::steps", "passed", "", {}),
    )
    found = evidence(claim("a", checks=mixed, strength="derived"))
    assert found.problems == ()
    assert (found.claims[0].levels, found.claims[0].instances) == (("derived",), 0)


@pytest.mark.parametrize(
    ("claims", "text"),
    [
        ((), "no claim was checked"),
        ((claim("a", "derived", rests_on=("b",)),), "rests on b, of which there is no evidence"),
        ((claim("a", "derived", rests_on=("a",)),), "rests on itself"),
        ((claim("a", "derived", rests_on=("b",)), claim("b", "derived", rests_on=("a",))), "rests on itself"),
    ],
)
def test_what_hangs_in_the_air_is_a_problem(claims: tuple[Claim, ...], text: str) -> None:
    assert any(text in problem.text for problem in evidence(*claims).problems)


def test_failed_run_without_failed_claim_is_a_problem() -> None:
    assert "outside of any claim" in evidence(claim("a", "derived"), outcome="failed").problems[0].text


def test_true_is_not_a_number_of_instances() -> None:
    odd = (Check("tested", "test_a.py::x", "passed", "", {"instances": True, "smallest slack": "none"}),)
    found = claim("a", checks=odd, strength="tested")
    assert (found.instances, found.smallest_slack) == (0, None)
