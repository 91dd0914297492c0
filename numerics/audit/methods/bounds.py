"""What the stability norm cannot exceed where layers have steps of their own."""

from __future__ import annotations

from fractions import Fraction

from flint import arb, ctx

from numerics.exact.balls import ball
from numerics.exact.intervals import Interval, interval

_PRECISION = 128

Layers = tuple[Fraction, Fraction, Fraction]
"""What (W1, b1), w2 and b2 have, in this order."""


def bound_by_layers(steps: Layers, negative_curvature: Interval) -> Interval:
    """What |f|_S cannot exceed with the steps s_1, s_2, s_0 of (W1, b1), of w2 and of b2, where stable up to nu:

        (1 + nu sqrt(s_1 s_2)/s_0)(2 - s_0)/(2 sqrt(s_1 s_2)), for all nu of an interval, |residual part| <= nu.

    For nu = 0 it is the claim layerwise-steps; else any-architecture.two-ends in the parameters divided by the roots of
    their steps, where the output bias has the curvature s_0, and the residuals, which couple (W1, b1) with w2 alone,
    move the eigenvalues by at most nu sqrt(s_1 s_2).

    >>> step = Fraction(2, 5)
    >>> [float(end) for end in bound_by_layers((step, step, step), (Fraction(0), Fraction(1, 2)))]
    [2.0, 3.0]
    """
    first, second, bias = steps
    with ctx.workprec(_PRECISION):
        root = ball(first * second).sqrt()
        ends = [_bound(root, bias, nu) for nu in negative_curvature]
    return min(low for low, _ in ends), max(high for _, high in ends)


def _bound(root: arb, bias: Fraction, nu: Fraction) -> Interval:
    return interval((1 + ball(nu) * root / ball(bias)) * ball(2 - bias) / (2 * root))
