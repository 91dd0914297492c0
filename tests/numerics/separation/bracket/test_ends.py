"""Both ends of a bracket, and that no false claim passes."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from numerics.separation.bracket.table import (
    stability_bound,
)
from tests.numerics.separation.bracket.brackets import small


def test_ends() -> None:
    """At C = 1/2 the ends of the two explicit certificates meet within 3e-5, and are proved."""
    bracket = small()
    assert bracket.norm == Fraction(1, 2)
    assert bracket.lower == Fraction(1, 2) - Fraction(1, 2) * bracket.supremum
    assert 1 < bracket.ratio < Fraction(10001, 10000)
    verification = bracket.verify()
    assert verification.proved, verification.failure()
    assert verification.failure() == ""


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"supremum": Fraction(149, 1000)}, "sup |m|/g"),
        ({"error": Fraction(4252, 10000)}, "the net's error"),
        ({"step_size": Fraction(9, 8)}, "within C"),
    ],
)
def test_false_claims(change: dict[str, Any], message: str) -> None:
    """Each claim is checked, and the failure says which one is false."""
    verification = replace(small(), **change).verify()
    assert not verification.proved
    assert message in verification.failure()
    assert ";" not in verification.failure()


def test_no_lower_end() -> None:
    """A bound that proves nothing has no ratio."""
    with pytest.raises(ArithmeticError, match="not positive"):
        _ = replace(small(), step_size=Fraction(1, 20)).ratio


def test_better_ends() -> None:
    """The better of each end is taken; different step sizes do not mix."""
    bracket = small()
    worse_lower, worse_upper = replace(bracket, supremum=Fraction(1, 4)), replace(bracket, error=Fraction(1, 2))
    best = worse_lower.better_ends(worse_upper)
    assert (best.lower, best.upper) == (bracket.lower, bracket.upper)
    assert worse_upper.better_ends(worse_lower).ratio == bracket.ratio
    with pytest.raises(ValueError, match="different step sizes"):
        bracket.better_ends(replace(bracket, step_size=Fraction(1, 2)))


@pytest.mark.parametrize("step_size", [Fraction(0), Fraction(2), Fraction(-1)])
def test_step_sizes(step_size: Fraction) -> None:
    """Only step sizes between 0 and 2 have a bound."""
    with pytest.raises(ValueError, match="between 0 and 2"):
        stability_bound(step_size)
