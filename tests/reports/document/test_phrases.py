"""reports.document.phrases: a claim's evidence in a line, and examples that are cut short and stay true."""

from __future__ import annotations

from typing import Any

import pytest

from proofs_checks.evidence.record import FAILED, PASSED, Check, Claim, Control, Figure, Statement, Theorem
from reports.document.phrases import counted, example, strip
from reports.markup import listed


def check(outcome: str = PASSED, **figures: int | float) -> Check:
    """A check that counted this."""
    return Check("tested", ("one",), "a", outcome, "d", figures)


def control(counterexample: str, theorem: Theorem | None = None) -> Control:
    """A control refuted by this."""
    return Control("v", "one", "b", "n", True, counterexample, theorem)


def test_strip_counts_what_passed() -> None:
    """Steps of a check that failed are not proved; what there is none of is left out."""
    closed = Theorem("F.t", "", "", "Closed under the global context")
    claim = Claim(
        name="one",
        title="One",
        source="",
        statements=(Statement("one", "1", theorems=(closed, Theorem("F.u", ""))),),
        checks=(check(steps=3, instances=4), check(FAILED, steps=5)),
    )
    assert (
        strip(claim).replace("\\", "")
        == "1 theorem of Coq without axioms · 3 steps proved by the kernel · 4 instances tried"
    )
    assert strip(claim, "but").endswith("tried · but")


def test_one_of_what_is_counted_is_singular() -> None:
    assert counted(check(instances=1, steps=1)) == "1 instance; 1 step"
    assert counted(check(instances=2, theorems=3)) == "2 instances; 3 theorems"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("1.0161059 >= 1.0169112 is false at W1=[[1.5, 2]]", "1.016 < 1.017"),
        ("4 > 3 at n = 1", "4 > 3 at n = 1"),
        ("5/4, not 1 at Law(w=Fraction(2, 1))", "5/4, not 1"),
        ("bound against that norm: 4.125 >= 5.25 is false at z = [1]", "bound is 4.12 < 5.25, that norm"),
        ("length against 1: 0.64 >= 1 is false", "length is 0.64 < 1"),
        ("error against the bound: 0 >= 0.05 is false for it", "error is 0 < 0.05, the bound, for it"),
        ("16384/9375, not 1/8", "1.75, not 0.125"),
        ("15/4 and 3/4", "15/4 and 3/4"),
        ("2 < 3 at W1 = [[1.0]], b1 = [-0.25], w2 = [0.5]", "2 < 3, for $f(x) = 0.5,(x - 0.25)_+$"),
        ("[4.00000031 +/- 4.41e-09], above 4", "4.0000003, above 4"),
        ("0.33333333 < 1/3", "0.333 < 1/3"),
        ("1.00000001 > 1.00000002", "1.00000001 > 1.00000002"),
        ("at W1 = [[1]]", "at $W^{(1)}$ = [[1]]"),
        # a point next to a vertex is not the vertex
        ("x = (0.9998, 0.0001) alone", "x = (0.9998, 0.0001) alone"),
        ("2.0 < 2.5", "2 < 2.5"),
    ],
)
def test_examples_keep_their_numbers_apart(written: str, shown: str) -> None:
    assert example(control(written)).replace("\\", "") == shown


def test_long_examples_and_theorems() -> None:
    assert example(control("word " * 40)).endswith(" …")
    assert "control\\_two" in example(control("", Theorem("Controls.control_two", "")))


def test_what_was_counted() -> None:
    figures: dict[str, Figure] = {"instances": 72, "smallest relative margin": 0.001, "within the bound": True}
    shown = counted(Check("tested", ("one",), "a", PASSED, "", figures))
    assert shown == "72 instances; smallest relative margin 0.001; within the bound yes"
    shown = counted(Check("tested", ("one",), "a", PASSED, "", {"|q|^2 at eta": "1e-07", "instances": 1}))
    assert shown == r"$\lvert q\rvert{}^{2}$ at $\eta$ $10^{-7}$; 1 instance"


def test_many_figures_get_a_table_of_their_own() -> None:
    """A few stand with the counts; more are listed apart, in their order, and none twice."""
    tally: dict[str, Any] = {"instances": 3, "smallest relative margin": 0.5}
    few = Check("certified", ("one",), "a", PASSED, "", tally | {"M": "[1, 2]"})
    assert not listed(few)
    assert "M" in counted(few)
    assert listed(Check("certified", ("one",), "a", PASSED, "", tally | {"theorem": "so it is " * 20}))
    many = Check("certified", ("one",), "a", PASSED, "", tally | {f"M at {d}": "[1, 2]" for d in range(5)})
    assert [name for name, _ in listed(many)] == [f"M at {d}" for d in range(5)]
    assert "M at" not in counted(many)
    assert "3 instances" in counted(many)
