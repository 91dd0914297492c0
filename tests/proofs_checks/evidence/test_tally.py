"""Counting: what refutes is never counted, a check that tried or decided nothing fails, floats prove nothing."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from flint import arb, fmpq

from proofs_checks.evidence.tally import Proofs, Tally

ROOT_OF_TWO = arb(2).sqrt()


def test_margin_equality_and_undecided() -> None:
    """Instances within rounding, and those with equality, are counted apart: neither is a smallest margin of zero."""
    tally = Tally()
    for margin in (0.5, None, 0.25):
        tally.add(margin)
    tally.count()
    counted = {"instances": 4, "smallest relative margin": 0.25, "undecided, within rounding": 1}
    assert tally.summary() == counted
    tally.add(0.0)
    assert tally.summary() == counted | {"instances": 5, "met with equality": 1}


@pytest.mark.parametrize("margin", [-0.5, -1e-300, -math.inf, math.nan])
def test_a_negative_margin_refutes(margin: float) -> None:
    """It is no instance of an inequality that holds."""
    tally = Tally()
    with pytest.raises(AssertionError, match="does not hold"):
        tally.add(margin)
    assert tally.instances == 0


def test_nothing_tried_and_nothing_decided() -> None:
    """Neither is a check."""
    tally = Tally()
    with pytest.raises(AssertionError, match="it tried no instance"):
        tally.require_some("it")
    tally.add(None)
    with pytest.raises(AssertionError, match="it decided none of its 1 instances"):
        tally.require_some("it")
    tally.add(0.1)
    tally.require_some("it")


@pytest.mark.parametrize(
    ("left", "right"),
    [(1, 2), (Fraction(1, 3), Fraction(1, 2)), (1, fmpq(4, 3)), (0, 0), (Fraction(1, 3), Fraction(1, 3))],
)
def test_at_most_of_exact_numbers(left: Any, right: Any) -> None:
    """True inequalities are counted; the other way round they are not proved, unless the sides are equal."""
    proofs = Proofs()
    proofs.at_most(left, right)
    assert proofs.instances == 1
    assert ("met with equality" in proofs.summary()) == (left == right)
    if left != right:
        with pytest.raises(AssertionError, match="the bound is not proved"):
            proofs.at_most(right, left, "the bound")
        assert proofs.instances == 1


def test_at_most_of_balls() -> None:
    """Balls that overlap decide nothing."""
    proofs = Proofs()
    proofs.at_most(ROOT_OF_TWO, Fraction(3, 2))
    assert proofs.summary()["smallest relative margin"] == pytest.approx((1.5 - 2**0.5) / 1.5)
    for left, right in ((ROOT_OF_TWO**2, 2), (2, ROOT_OF_TWO**2), (arb("nan"), 1), (1, arb("nan"))):
        with pytest.raises(AssertionError, match="is not proved"):
            proofs.at_most(left, right)
    assert proofs.instances == 1


@pytest.mark.parametrize(
    ("prove", "complaint"),
    [
        (lambda p: p.at_most(0.5, 1), "a float"),
        (lambda p: p.at_most(0, 1.0), "a float"),
        (lambda p: p.at_most(False, 1), "a bool"),
        (lambda p: p.at_most("0", 1), "a str"),
        (lambda p: p.add(0.5), "the margin 0.5 proves no inequality"),
        (lambda p: p.equal(0.5, 0.5), "whole numbers"),
        (lambda p: p.equal(1, 1.0), "whole numbers"),
        (lambda p: p.equal(True, 1), "whole numbers"),
        (lambda p: p.equal(ROOT_OF_TWO, ROOT_OF_TWO), "whole numbers"),
    ],
)
def test_what_proves_nothing_is_refused(prove: Callable[[Proofs], None], complaint: str) -> None:
    """Floats, truth values and texts are no exact numbers; balls are never equal with certainty."""
    proofs = Proofs()
    with pytest.raises(TypeError, match=complaint):
        prove(proofs)
    assert proofs.instances == 0


@pytest.mark.parametrize(("left", "right"), [(1, 2), (0, -1), (Fraction(1, 3), Fraction(1, 2)), (1, Fraction(2, 3))])
def test_what_is_not_equal_fails(left: int | Fraction, right: int | Fraction) -> None:
    """In either order, and nothing is counted."""
    proofs = Proofs()
    for one, other in ((left, right), (right, left)):
        with pytest.raises(AssertionError, match="the sum is false"):
            proofs.equal(one, other, "the sum")
    assert proofs.instances == 0


@pytest.mark.parametrize("name", ["instances", "smallest relative margin"])
def test_what_is_counted_cannot_be_set(name: str) -> None:
    proofs = Proofs()
    proofs.at_most(0, 1)
    assert name in proofs.summary()
    proofs.figures[name] = 10**9
    with pytest.raises(AssertionError, match=f"{name} is counted"):
        proofs.summary()


def test_enclosures() -> None:
    """Ends are rounded outward; what is equal is counted."""
    proofs = Proofs()
    proofs.equal(Fraction(2, 4), Fraction(1, 2))
    proofs.encloses("root of 2", ROOT_OF_TWO, 3)
    assert proofs.summary() == {"instances": 1, "root of 2": "[1.414, 1.415]"}
