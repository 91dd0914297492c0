"""The net on a kink whose paths are bounded although its norm exceeds the bound, in rational numbers.

>>> BOUNDED.kinks(), normal_form(BOUNDED.stability_norm())  # four equal data on the kink; 5 sqrt(17)/168
(4, ((Fraction(5, 168), 17),))
"""

from __future__ import annotations

from fractions import Fraction

from numerics.kinks.invariant_body import PiecewiseIteration
from proofs_checks.instances.exact import Matrix, RationalProblem, dot, normal_form

__all__ = ["BOUNDED", "STEP_SIZE", "gram_in_mode", "iteration", "normal_form"]

BOUNDED = RationalProblem.of(
    [[Fraction(1, 18)]], [Fraction(1, 3)], [Fraction(3, 14)], 0, [[4]] * 5 + [[-6]] * 4 + [[-36]]
)
STEP_SIZE = Fraction(17, 10)
_ON_KINK = (5, 6, 7, 8)
_CHANGE = (Fraction(-6), Fraction(1), Fraction(0), Fraction(0))


def iteration(step_size: Fraction) -> PiecewiseIteration:
    """The piecewise linear iteration there."""
    return PiecewiseIteration.of(BOUNDED.gradients(), _ON_KINK, BOUNDED.w2[0], _CHANGE, step_size)


def gram_in_mode(mode: int) -> Matrix:
    """K_m [n][n] with the data on the kink inactive or active."""
    rows = [
        [g + mode * BOUNDED.w2[0] * t for g, t in zip(row, _CHANGE, strict=True)] if j in _ON_KINK else list(row)
        for j, row in enumerate(BOUNDED.gradients())
    ]
    return tuple(tuple(dot(first, second) / len(rows) for second in rows) for first in rows)
