"""Bodies grown in floats, decided exactly."""

from __future__ import annotations

from fractions import Fraction

from numerics.kinks.growing import grown_body
from numerics.kinks.invariant_body import PiecewiseIteration
from tests.numerics.kinks.test_invariant_body import CHANGE, GRADIENTS


def iteration(step_size: Fraction) -> PiecewiseIteration:
    return PiecewiseIteration.of(GRADIENTS, [1], Fraction(2), CHANGE, step_size)


def test_a_stable_iteration_has_an_invariant_body() -> None:
    stable = iteration(Fraction(1, 10))
    body = grown_body(stable)
    assert body is not None
    assert body.is_invariant(stable)


def test_an_unstable_one_has_none() -> None:
    assert grown_body(iteration(Fraction(1, 4))) is None


def test_few_rounds_are_not_enough() -> None:
    assert grown_body(iteration(Fraction(1, 10)), rounds=1) is None
