"""False neighbours of the bounds for other losses, for controls: each with an instance by hand at which it fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from numerics.exact.balls import ball
from numerics.wider.losses import second_derivatives, slopes
from proofs_checks.instances.exact import Matrix, RationalProblem, dot, top_at_most, value
from proofs_checks.instances.weighted_data import ZERO, merged

Bound = Callable[[Fraction, Fraction, Fraction], Fraction]
"""A bound of |q_u|^2 from lambda, nu and sbar."""


@dataclass(frozen=True)
class FalseNeighbour:
    """A false neighbour of a statement, why it is false, and how it fails, in words, or None."""

    name: str
    statement: str
    variant: str
    because: str
    counterexample: Callable[[], str | None]


def two_parameters() -> tuple[Matrix, Fraction]:
    """Hessian and |q_u|^2 of one datum and one parameter besides the bias: h' = 2, h'' = 4, s = 1/4, slope -1/4."""
    s, slope, first, bent = Fraction(1, 4), Fraction(-1, 4), Fraction(2), Fraction(4)
    return ((s * first**2 + slope * bent, s * first), (s * first, s)), 1 + first**2


def _at_two_parameters(told: Bound) -> str | None:
    """There lambda <= 13/20 and nu <= 2/5, and each bound rises with both."""
    hessian, square = two_parameters()
    top, below, mean = Fraction(13, 20), Fraction(2, 5), Fraction(1, 4)
    negative = tuple(tuple(-entry for entry in row) for row in hessian)
    claimed = told(top, below, mean)
    if not (top_at_most(hessian, top) and top_at_most(negative, below) and square > claimed):
        return None
    where = "for a net c + h(t) with h' = 2, h'' = 4 and a loss of slope -1/4, curvature s = 1/4"
    return f"|q|^2 = {square} > {claimed} {where}"


def _at_a_constant(told: Fraction) -> str | None:
    """On data with s = (1/4, 1/8, 0) the Hessian has one eigenvalue, sbar = 1/8, so that eta may be 16."""
    step_size = Fraction(16)
    claimed = 1 / (step_size * told) - Fraction(1, 2)
    return f"the norm 0 > {claimed} at eta = {step_size} for a constant net, s = (1/4, 1/8, 0)" if claimed < 0 else None


def _uniform_law() -> str | None:
    """8 relu(x) at -1 and 10 under max(0, 1 - yf)^2/2, labels 1: s = (1, 0), and the neuron is dead at the first."""
    net = RationalProblem.of([[1]], [0], [8], 0, [[-1], [10]])
    gradient = net.gradients()[0]
    top, mean = dot(gradient, gradient) / 2, Fraction(1, 2)
    under_law = merged(net, (Fraction(1), ZERO)) * Fraction(2)
    uniform = value([(2 * q, r) for q, r in net.stability_norm()]) + 1
    if under_law.enclosure() > ball(top / mean) or not uniform > ball(top / mean):
        return None
    return f"1 + 2|f|_S = {float(uniform):.4f} > {top / mean} for 8 relu(x), x = (-1, 10), s = (1, 0)"


def _not_stationary() -> str | None:
    """The constant net -log 8, with the label 1."""
    (mean,) = second_derivatives("poisson", [-np.log(8.0)], [1.0])
    claimed = mean / 2 - 0.5
    return f"the norm 0 > {claimed:.4f} at eta = 16 for the constant -log 8, label 1" if claimed < 0 else None


def _certain() -> str | None:
    """The output 8 for the label 1."""
    (s,) = second_derivatives("logistic", [8.0], [1.0])
    loss = float(np.logaddexp(0, -8.0))
    return f"{s:.4e} > .99 times {loss:.4e} at output 8, label 1" if s > 0.99 * loss else None


def _mostly_right() -> str | None:
    """Three equal data with the labels 1, 1, 0, and the constant net log 2."""
    y, output = [1.0, 1.0, 0.0], float(np.log(2.0))
    mean_margin = float(np.mean([(2 * each - 1) * output for each in y]))
    gradient = abs(float(np.sum(slopes("logistic", [output] * 3, y))))
    if mean_margin <= 0 or gradient > 1e-15:
        return None
    return f"the constant log 2, labels 1, 1, 0: mean margin {mean_margin:.3f}, gradient 0"


def _unexplained() -> str | None:
    """Three data with the labels 1, 1, 0 and the probabilities 3/4, 3/4, 1/2, whose sum is that of the labels."""
    probabilities, y = (Fraction(3, 4), Fraction(3, 4), Fraction(1, 2)), (1, 1, 0)
    mean, mean_label = sum((p * (1 - p) for p in probabilities), ZERO) / 3, Fraction(sum(y), 3)
    claimed = mean_label * (1 - mean_label)
    if sum(probabilities, ZERO) != sum(y) or mean >= claimed:
        return None
    return f"the mean of s is {mean} < {claimed} for labels 1, 1, 0, probabilities 3/4, 3/4, 1/2"


FALSE_NEIGHBOURS = (
    FalseNeighbour(
        "negative-part",
        "mean-gradient",
        "without the term of the negative curvature",
        "a slope can lower the largest eigenvalue where it makes another one negative",
        lambda: _at_two_parameters(lambda top, _, mean: top / mean),
    ),
    FalseNeighbour(
        "divided-once",
        "mean-gradient",
        "the term of the negative curvature over the mean of s, not over its square",
        "the negative curvature is to be divided by the mean of s too",
        lambda: _at_two_parameters(lambda top, below, mean: top / mean + below * (top - mean) / mean),
    ),
    FalseNeighbour(
        "as-for-squares",
        "mean-gradient",
        "lambda + nu (lambda - 1), as for the square loss",
        "the curvature along the output bias is the mean of s, not 1",
        lambda: _at_two_parameters(lambda top, below, _: top + below * (top - 1)),
    ),
    FalseNeighbour(
        "forgotten",
        "stable-points",
        "1/eta - 1/2, as for the square loss",
        "the curvature along the output bias is the mean of s, not 1",
        lambda: _at_a_constant(Fraction(1)),
    ),
    FalseNeighbour(
        "largest",
        "stable-points",
        "the largest second derivative in place of the mean",
        "the other data count in the mean",
        lambda: _at_a_constant(Fraction(1, 4)),
    ),
    FalseNeighbour(
        "sum",
        "stable-points",
        "the sum of the second derivatives in place of the mean",
        "the loss is a mean over the data",
        lambda: _at_a_constant(Fraction(3, 8)),
    ),
    FalseNeighbour(
        "uniform-law",
        "stable-points",
        "the stability norm in place of that under the tilted law",
        "what only data without curvature see is not bounded",
        _uniform_law,
    ),
    FalseNeighbour(
        "stationary",
        "poisson-norm",
        "the mean label in place of the mean of s at any flat point",
        "away from stationary points the mean of e^f is not that of the labels",
        _not_stationary,
    ),
    FalseNeighbour(
        "fading",
        "fading",
        "the second derivative of the logistic loss at most .99 of the loss",
        "for a certain output both are e^-v to first order",
        _certain,
    ),
    FalseNeighbour(
        "variance",
        "logistic-stationary",
        "the mean of s without the variance of the probabilities",
        "a net that tells the labels apart has less curvature than a constant one",
        _unexplained,
    ),
    FalseNeighbour(
        "mean-margin",
        "separated",
        "no stationary point where the mean margin is positive",
        "one wrong label holds the others back",
        _mostly_right,
    ),
)
