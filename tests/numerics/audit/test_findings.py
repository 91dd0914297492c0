"""What follows from the numbers: the bound, the largest stable step and the verdict, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from numerics.audit.findings import bound, judged
from numerics.exact.intervals import Interval
from tests.numerics.audit.audits import interpolating, on_a_kink


def exactly(low: Fraction | int | str, high: Fraction | int | str) -> Interval:
    return Fraction(low), Fraction(high)


def test_the_bound_holds_for_every_curvature_of_the_interval() -> None:
    assert bound(Fraction(2, 5), (Fraction(0), Fraction(0))) == exactly(2, 2)
    assert bound(Fraction(2, 5), (Fraction(0), Fraction(1, 2))) == exactly(2, 3)
    assert bound(Fraction(4), (Fraction(0), Fraction(1))) == exactly("-1/2", "-1/4")


@pytest.mark.parametrize(
    ("sharpness", "verdict"),
    [(("4", "5"), "stable"), (("4", "5.1"), "undecided"), (("5", "6"), "undecided"), (("5.1", "6"), "unstable")],
)
def test_verdicts_by_the_ends_of_the_interval(sharpness: tuple[str, str], verdict: str) -> None:
    """At the step size 2/5, where the limit is 5."""
    ends = exactly(*sharpness)
    found = judged(replace(interpolating(), sharpness=ends))
    assert found.verdict == verdict
    assert found.largest_stable_step == (2 / ends[1], 2 / ends[0])


def test_on_kinks_only_instability_is_decided() -> None:
    found = on_a_kink()
    limit = 2 / found.mean_gradient_square[0]
    assert found.verdict == "undecided"
    assert found.largest_stable_step == exactly(0, limit)
    assert judged(replace(found, step_size=limit * Fraction(101, 100))).verdict == "unstable"
    away = judged(replace(found, interpolating=False, step_size=limit * 2))
    assert (away.verdict, away.largest_stable_step) == ("undecided", None)


def test_no_tightness_where_the_bound_is_not_positive() -> None:
    found = judged(replace(interpolating(), step_size=Fraction(2)))
    assert found.bound == exactly(0, 0)
    assert found.tightness is None
