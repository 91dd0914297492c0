"""The gradient of the loss with an L2 penalty, enclosed: it is 0 where the claim on stationary points speaks."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from flint import arb, ctx

from numerics.enclosure import combination_square
from numerics.exact.balls import ball
from numerics.exact.dyadic import Dyadic
from numerics.exact.intervals import Interval, interval
from numerics.problem import Problem

_PRECISION = 512
"""Bits: at a minimum the parts cancel, and of their squares' sum half of the digits are left."""


def penalised_gradient_norm(problem: Problem, penalty: Fraction, output_bias: bool) -> Interval:
    """|grad L + mu theta|, L = 1/(2n) sum_j (f(x_j) - y_j)^2; without mu b2 in the output bias where that is free.

    A network is homogeneous: <grad f, theta> is 2 (f - b2) + b2. So the square is

        |grad L|^2 + 2 mu E[r (2 (f - b2) + b2)] + mu^2 |theta|^2,   r = f - y.

    Args:
        problem: with labels.
        penalty: mu.
        output_bias: whether b2 is penalised too.

    Raises:
        ValueError: there are no labels.

    >>> from numerics.network import ShallowNetwork
    >>> problem = Problem(ShallowNetwork([[1.0]], [0.0], [1.0], 0.0), [[1.0]], [2.0])  # grad L = (-1, -1, -1, -1)
    >>> low, high = penalised_gradient_norm(problem, Fraction(1), True)  # theta = (1, 0, 1, 0)
    >>> low**2 <= 2 <= high**2, float(high - low) < 1e-100
    (True, True)
    """
    f, exact = problem.network, problem.exact
    with ctx.workprec(_PRECISION):
        residuals = exact.residuals(problem.labels)
        bias = Dyadic.of(np.array([[f.b2]]))
        above_bias = exact.hidden @ exact.w2.T
        values = above_bias + above_bias + bias if output_bias else above_bias + above_bias
        along = (residuals.T @ values).ball() / problem.n
        parts = [exact.W1.row_squares().T.columns_summed(), exact.b1 @ exact.b1.T, exact.w2 @ exact.w2.T]
        length = sum((part.ball() for part in parts), arb(0)) + ((bias * bias).ball() if output_bias else 0)
        own = combination_square(exact, residuals).ball() / problem.n**2
        square = own + 2 * ball(penalty) * along + ball(penalty) ** 2 * length
        low, high = interval(square.max(arb(0)).sqrt())
    return max(low, Fraction(0)), high
