r"""Five points against all shallow nets of a small stability norm, and the net that attains their bound.

mu = delta_0/2 - (1/8) sum delta_(+-1/2, +-1/2) annihilates affine functions, has mass 1, and pairs with the pyramid
phi(x) = (1 - |x|_1)_+ to 1/2. For a unit vector v and b >= 0 the four points have <v, p> = +-alpha, +-beta with
alpha = (|v_1| + |v_2|)/2 <= 1/sqrt 2, 0 <= beta <= 1/2, alpha + beta = max(|v_1|, |v_2|) <= 1, so

    8 |int relu(<v,x> - b) dmu| = (alpha - b)_+ + (beta - b)_+ <= e(b),   e(b) = max(1 - 2b, 1/sqrt 2 - b, 0),

and e is the least such function: v = (1, 0) and v = (1, 1)/sqrt 2 attain it. So for X uniform on B_R the certificate
gives

    sup_{B_R} |f - phi| >= (1/2) (1 - C/(4 g(0)))   for |f|_S <= C,   if g(b) >= g(0) e(b) for all b ("the hypothesis").

e(b) <= 1 - sqrt(2) b on [0, 1/sqrt 2], and in the plane -g' = P K + h p (P + b q)/K <= K(0)/2 + q(0) p(0) sqrt(3/2)
there (Cauchy-Schwarz; h = q - bP, K^2 = P^2 + q^2, p the density), with q(0) p(0) = 4/(3 pi^2). This is below sqrt(2)
g(0) = sqrt(2) q(0) K(0) at R = 5/2, and the difference grows with R: the hypothesis holds for all R >= 5/2.
``decide_hypothesis`` settles other R and d; in the plane it holds from R = 1.62 on, and fails at 1.611, where -g'(0) >
2 g(0).

*The optimum.* f = (1 + kappa)/2 - kappa (|x_1| + |x_2|) has |f|_S = 4 kappa g(0). f - phi depends on t = |x|_1 alone,
is -(1 - kappa)/2 at t = 0, (1 - kappa)/2 at t = 1, and (1 + kappa)/2 - kappa sqrt(2) R at the largest t, sqrt(2) R,
linear in between: its size is at most (1 - kappa)/2 iff kappa sqrt(2) R <= 1. So the bound is attained for C <= 4
g(0)/(sqrt(2) R), where the hypothesis holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb

from numerics.exact.balls import Exact, ball
from numerics.network import ShallowNetwork
from numerics.population.isotropic import UniformBall
from numerics.separation.exponential.weight_fall import steepest_fall
from numerics.separation.pyramid import exact_pyramid

Point = tuple[Fraction, Fraction]

_HALF = Fraction(1, 2)
MEASURE: dict[Point, Fraction] = {(Fraction(0), Fraction(0)): _HALF} | {
    (s * _HALF, t * _HALF): Fraction(-1, 8) for s in (1, -1) for t in (1, -1)
}
"""The masses of mu at its five points."""
_FINEST = Fraction(1, 1 << 14)


def pairing() -> Fraction:
    """<phi, mu> = 1/2."""
    return sum((mass * exact_pyramid(point) for point, mass in MEASURE.items()), Fraction(0))


def total_mass() -> Fraction:
    """|mu| = 1."""
    return sum(map(abs, MEASURE.values()), Fraction(0))


def affine_moments() -> tuple[Fraction, Fraction, Fraction]:
    """The integrals of 1, x_1 and x_2 against mu: 0, 0, 0."""
    rows = [(mass, mass * p[0], mass * p[1]) for p, mass in MEASURE.items()]
    zeroth, first, second = (sum(column, Fraction(0)) for column in zip(*rows, strict=True))
    return zeroth, first, second


def envelope(b: arb) -> arb:
    """e(b) = max(1 - 2b, 1/sqrt 2 - b, 0), a ball."""
    return (1 - 2 * b).max(1 / arb(2).sqrt() - b).max(arb(0))


def chord(b: arb) -> arb:
    """(1 - sqrt(2) b)_+, a ball; at least e(b)."""
    return (1 - arb(2).sqrt() * b).max(arb(0))


def neuron_integral(angle: arb, threshold: arb) -> arb:
    """Int relu(<v, x> - b) dmu for v = (cos, sin)(angle), a ball."""
    v = (angle.cos(), angle.sin())
    total = arb(0)
    for point, mass in MEASURE.items():
        total += ball(mass) * (v[0] * ball(point[0]) + v[1] * ball(point[1]) - threshold).max(arb(0))
    return total


@dataclass(frozen=True)
class Hypothesis:
    """Whether g(b) >= g(0) e(b) for all b >= 0, proved on so many intervals, or refuted at the threshold given."""

    holds: bool
    intervals: int
    counterexample: Fraction | None


def decide_hypothesis(
    population: UniformBall, bound: Callable[[arb], arb] = envelope, slope: arb | int = 2
) -> Hypothesis:
    """Prove or refute g(b) >= g(0) bound(b) for all b >= 0, in balls.

    Args:
        population: X uniform on a ball in d dimensions.
        bound: a function that falls, is at most 1 - slope b, and vanishes from 1/sqrt 2 on.
        slope: its slope at 0; near 0 the proof is -g' <= slope g(0), elsewhere that g falls.

    Raises:
        ArithmeticError: neither was proved, as the two sides nearly touch.

    >>> decide_hypothesis(UniformBall(2, Fraction(4))).holds
    True
    >>> decide_hypothesis(UniformBall(2, Fraction(1))).counterexample
    Fraction(3, 8)
    """
    start = population.enclosed_weight(arb(0))
    pending = [(Fraction(0), Fraction(3, 4))]
    proved = 0
    while pending:
        low, high = pending.pop()
        if _holds_on(population, low, high, bound, start, slope):
            proved += 1
            continue
        middle = (low + high) / 2
        at_middle = population.enclosed_weight(ball(middle)) if middle < population.radius else arb(0)
        if at_middle < start * bound(ball(middle)):
            return Hypothesis(False, proved, middle)
        if high - low < _FINEST:
            raise ArithmeticError(f"g(b) >= g(0) e(b) is neither proved nor refuted near b = {float(low):.6f}")
        pending += [(middle, high), (low, middle)]
    return Hypothesis(True, proved, None)


def _holds_on(
    population: UniformBall, low: Fraction, high: Fraction, bound: Callable[[arb], arb], start: arb, slope: arb | int
) -> bool:
    if high >= population.radius:
        return bool(bound(ball(low)).is_zero())
    if low == 0:
        return bool(steepest_fall(population, arb(0), ball(high)) <= slope * start)
    end = population.enclosed_weight(ball(high))
    return bool(end >= start * bound(ball(low)))


def slope_margin(radius: Exact) -> arb:
    """sqrt(2) g(0) - K(0)/2 - q(0) p(0) sqrt(3/2) in the plane, a ball; where positive, the hypothesis holds."""
    _, q = UniformBall(2, Fraction(radius)).enclosed_moments(arb(0))
    K = (ball(Fraction(1, 4)) + q**2).sqrt()
    return arb(2).sqrt() * q * K - K / 2 - 4 / (3 * arb.pi() ** 2) * ball(Fraction(3, 2)).sqrt()


def lower_bound(population: UniformBall, norm: Exact | arb) -> arb:
    """(1/2) (1 - C/(4 g(0))), a ball. Raises ValueError for C < 0, or where the hypothesis is refuted."""
    if not ball(norm) >= 0:
        raise ValueError(f"the stability norm C must be at least 0, not {norm}")
    _require_hypothesis(population)
    return (1 - ball(norm) / (4 * population.enclosed_weight(arb(0)))) / 2


def largest_optimal_norm(radius: Exact) -> arb:
    """4 g(0)/(sqrt(2) R), a ball: up to this norm the bound is attained in the plane."""
    population = UniformBall(2, Fraction(radius))
    return 4 * population.enclosed_weight(arb(0)) / (arb(2).sqrt() * ball(population.radius))


@dataclass(frozen=True, eq=False)
class FivePointOptimum:
    """The best error of a shallow net of a given stability norm, X uniform on B_R in the plane, and a net that has it.

    Args:
        norm: C = 4 kappa g(0), a ball.
        error: (1 - kappa)/2, exactly: the least sup_{B_R} |f - phi| over all nets with |f|_S <= C, of every width.
        network: (1 + kappa)/2 - kappa (|x_1| + |x_2|), its parameters rounded to floats.
    """

    norm: arb
    error: Fraction
    network: ShallowNetwork


def optimum(radius: int | Fraction, slope: Fraction) -> FivePointOptimum:
    """The optimum at the norm 4 kappa g(0), kappa the slope.

    Raises ValueError unless 0 <= kappa sqrt(2) R <= 1 and the hypothesis holds.

    >>> optimum(4, Fraction(1, 8)).error
    Fraction(7, 16)
    """
    if slope < 0 or 2 * (slope * radius) ** 2 > 1:
        raise ValueError(f"the net attains the bound for 0 <= kappa <= 1/(sqrt(2) R), not for {slope} and R = {radius}")
    population = UniformBall(2, Fraction(radius))
    _require_hypothesis(population)
    norm = 4 * ball(slope) * population.enclosed_weight(arb(0))
    return FivePointOptimum(norm, (1 - slope) / 2, pyramid_like_network(slope))


def pyramid_like_network(slope: Exact) -> ShallowNetwork:
    """(1 + kappa)/2 - kappa (|x_1| + |x_2|): four neurons, on two lines."""
    directions = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    return ShallowNetwork(directions, np.zeros(4), np.full(4, -float(slope)), float((1 + Fraction(slope)) / 2))


def sup_error(radius: Exact, slope: Exact) -> arb:
    """The supremum over B_R of |f - phi| for that net, kappa >= 0 and R >= 1: the largest of three values, a ball."""
    R, kappa = Fraction(radius), Fraction(slope)
    if R < 1 or kappa < 0:
        raise ValueError(f"a radius >= 1 and a slope >= 0 are needed, not {radius} and {slope}")
    last = ball((1 + kappa) / 2) - ball(kappa * R) * arb(2).sqrt()
    return ball(abs(1 - kappa) / 2).max(abs(last))


def _require_hypothesis(population: UniformBall) -> None:
    found = decide_hypothesis(population)
    if not found.holds:
        raise ValueError(
            f"for R = {population.radius} in {population.dimension} dimensions the five points give no such bound: "
            f"g(b) < g(0) e(b) at b = {found.counterexample}"
        )
