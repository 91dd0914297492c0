"""The table at the end of a run."""

from __future__ import annotations

from dataclasses import replace

from proofs_checks.evidence.record import FAILED, PASSED, Check, Claim, Control, Evidence, Lemma, Statement, Theorem
from proofs_checks.evidence.standing import standings
from proofs_checks.evidence.table import aligned, controls, failures, rows

LEMMA = Lemma("spectral theorem", "...", "a textbook")
CONTROLS = tuple(Control(f"variant {n}", "one", "false", "c", True, "x = 1") for n in range(2))
COQ = Control("variant in Coq", "two", "its negation is proved", "", None, "", Theorem("F.t", "~ X"))
MAIN = Claim(
    "main",
    "Main",
    "source",
    (Statement("one", "x", given=(LEMMA,)), Statement("two", "y")),
    checks=(
        Check("derived", ("one",), "n", PASSED, "", {"steps": 3}),
        Check("tested", ("one", "two"), "n", PASSED, "", {"instances": 150, "smallest relative margin": 0.0321}),
        Check("machine-checked", ("two",), "n", PASSED, "", {}),
    ),
    controls=(*CONTROLS, COQ),
)
RESTING = Claim("resting", "Resting", "source", (Statement("one", "x"),), ("below",), MAIN.checks[:1], (*CONTROLS, COQ))


def evidence(*claims: Claim) -> Evidence:
    """Evidence with nothing but claims."""
    return Evidence(claims, {}, {}, {}, "pytest", PASSED)


def test_rows() -> None:
    """A row for each claim and each statement: standing, without Coq, instances, margin, controls."""
    found = evidence(MAIN, RESTING)
    assert rows(found, standings(found.claims)) == [
        ("main", "", "derived, given spectral theorem", "tested, given spectral theorem", "150", "0.032", "2 of 3"),
        ("", "one", "derived, given spectral theorem", "derived, given spectral theorem", "150", "0.032", "2 of 2"),
        ("", "two", "machine-checked", "tested", "150", "0.032", "0 of 1"),
        ("resting", "", "unsupported: below not checked here", "unsupported", "", "", "2 of 3"),
        ("", "one", "unsupported: below not checked here", "unsupported", "", "", "2 of 2"),
    ]


def test_what_a_statement_is_derived_for() -> None:
    """Its ranges, or their number where they are long; not where something else than the derivation proves it."""
    one, two = MAIN.statements
    short = (replace(one, within=(r"1 \le j \le n", "2 < x < 3")), replace(two, within=("2 < x < 3",)))
    found = evidence(replace(MAIN, statements=short))
    assert [row[2:4] for row in rows(found, standings(found.claims))[1:]] == [
        ("derived for 1 <= j <= n, 2 < x < 3, given spectral theorem",) * 2,
        ("machine-checked", "tested"),
    ]
    claim = replace(MAIN, statements=(replace(one, within=("2 < x < 3",), given=()), two))
    found = evidence(claim)
    assert rows(found, standings(found.claims))[1][2:4] == ("derived for 2 < x < 3",) * 2
    long = tuple(f"0 < x_{{{place}}} < 100" for place in range(3))
    found = evidence(replace(MAIN, statements=(replace(one, within=long, given=()), two)))
    assert rows(found, standings(found.claims))[1][2] == "derived for 3 ranges"


def test_rows_of_a_run_of_some_claims() -> None:
    """Of what they rest on the claims alone: their statements were not asked for."""
    found = replace(evidence(MAIN, RESTING), selected=("resting",))
    assert [row[:2] for row in rows(found, standings(found.claims))] == [("main", ""), ("resting", ""), ("", "one")]


def test_too_few_controls_are_seen() -> None:
    """Out of as many as are needed."""
    found = evidence(replace(MAIN, controls=CONTROLS[:1]))
    assert rows(found, standings(found.claims))[0][-1] == "1 of 3"


def test_lines_are_aligned() -> None:
    """Columns stand below each other, and no line ends with blanks."""
    found = evidence(MAIN)
    lines = aligned(rows(found, standings(found.claims)))
    assert lines[0].startswith("claim  statement  standing")
    assert lines[3].index("machine-checked") == lines[0].index("standing")
    assert all(line == line.rstrip() for line in lines)


def test_failures() -> None:
    """Each reason once, with the statements concerned unless it is all of them."""
    bad = replace(MAIN.checks[1], outcome=FAILED, reason="false at x = 1")
    one = replace(MAIN, name="first", checks=(replace(bad, statements=("one",)), MAIN.checks[2]))
    both = replace(MAIN, name="second", checks=(bad,))
    broken = Claim("third", "T", "", (), fault="no such name", culprit="third")
    found = evidence(one, both, broken, RESTING)
    assert failures(found, standings(found.claims)) == [
        "first one: false at x = 1",
        "second: false at x = 1",
        "third: no such name",
    ]


def test_controls() -> None:
    """Each with its outcome and its statement."""
    assert controls(MAIN) == [
        "refuted: variant 0 (one)",
        "refuted: variant 1 (one)",
        "not checked here: variant in Coq (two)",
    ]
