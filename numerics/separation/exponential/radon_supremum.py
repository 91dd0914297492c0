r"""M = sup |R psi|/g over all lines and all eps in (0, 1), by branch and bound in balls.

*Majorant.* |D| rises on [0, y*], y* = sqrt(3/11), to Dmax and falls to |D(1)| on [y*, 1]. So for t >= 0 and every eps,
|D(t) - D(t/eps)| <= p(t), p(t) = Dmax - min(|D(t)|, |D(1)|) for t <= y*, |D(t)| - |D(1)| for y* <= t <= 1, 0 beyond; p
falls. Hence

    |R psi(a, b)| <= F(a, b) = |sin 3a| (p(|b-s|) + p(|b+s|)) + |cos 3a| (p(|b-c|) + p(|b+c|)),   s = sin a, c = cos a,

and by symmetry 0 <= a <= pi/4, b >= 0 are enough; F = 0 for b >= 2.

*Peaks.* As eps -> 0, |R psi|/g comes near sqrt(2) Dmax/g(1/sqrt 2) at the lines close to an edge of the pyramid (a =
pi/4, "diagonal") and near Dmax/g(1) at the lines through one vertex (a = 0, b = 1, "axis"): both are lower bounds of M.
Near a peak no box can be decided, and a local argument takes over; which peak is higher depends on d and R. With w =
1/20, the box of half width w about the peak, sigma = |D(2w)|/(2w), |D(t)| >= sigma t on [0, 2w] and |D| <= |D(1)|
there, so p(t) <= Dmax - sigma t:

- diagonal, a = pi/4 - f with |f| <= w, say f >= 0. The far terms vanish, and the weights |sin 3a|, |cos 3a| = (cos 3f
  +- sin 3f)/sqrt 2 add up to sqrt 2 cos 3f. For b <= 1/sqrt 2, F <= sqrt 2 Dmax and g(b) >= g(1/sqrt 2). For b = 1/sqrt
  2 + h the larger weight has the larger distance, so by Chebyshev's sum inequality F <= sqrt 2 cos 3f (Dmax - sigma h);
  it is enough that -g' <= g(1/sqrt 2) sigma/Dmax.
- axis, a = f in [0, w], b = 1 + h, |h| <= w. p(t) <= (5 pi/8)(1-t)^4 = A (1-t)^4 on [y*, 1], from |D'| <= (5
  pi/2)(1-t)^3, and 1 - cos 3f >= (9/2) f^2 (1 - 3 f^2/4). For h >= 0, F <= cos 3f (Dmax - sigma h) + 3 A f^5. For h =
  -k < 0, F <= cos 3f Dmax + 6 A f (k + f)^4 <= cos 3f Dmax + 48 A (f^5 + f k^4), while g(1-k) >= g(1) + k P(1) K(1),
  K^2 = P^2 + q^2. The powers of f are absorbed by Dmax (1 - cos 3f), sigma h by -g', and f k^4 by the growth of g.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt
from flint import arb, ctx
from jaxtyping import Float64

from numerics.exact.balls import ball
from numerics.network import Array
from numerics.population.isotropic import UniformBall
from numerics.separation.exponential.profile import final_profile, greatest_profile, profile, profile_values
from numerics.separation.exponential.weight_fall import steepest_fall

WIDTH = Fraction(1, 20)
"""w, half the width of the box of the local argument."""
_PRECISION = 96
_COARSEST, _FINEST = 4, 22
"""Boxes have sides from 2^-4 down to 2^-22."""
_MOST_BOXES = 300_000


@dataclass(frozen=True, eq=False)
class Supremum:
    """|R psi| <= value * g on all lines, for all eps in (0, 1); the least such number if ``exact``."""

    value: arb
    exact: bool
    peak: str
    boxes: int


@dataclass(frozen=True)
class Rectangle:
    """A rectangle of angles and thresholds that the branch and bound may leave out."""

    angles: tuple[float, float]
    thresholds: tuple[float, float]


def enclosed_supremum(dimension: int, radius: int | Fraction) -> Supremum:
    """M for X uniform on the ball of this radius in this dimension, proved in balls.

    Where neither peak is the supremum, M is a bound, a thousandth above the largest F/g of a scan.

    Raises:
        ValueError: d < 2, or R <= 2, where the support of psi is not inside the ball.
        ArithmeticError: no bound could be proved.
    """
    if isinstance(radius, float) or dimension < 2 or radius <= 2:
        raise ValueError(f"a dimension >= 2 and an exact radius > 2 are needed, not {dimension} and {radius!r}")
    population = UniformBall(dimension, Fraction(radius))
    with ctx.workprec(_PRECISION):
        diagonal, axis = peak_values(population)
        name = "diagonal" if diagonal > axis else "axis"
        value = diagonal if diagonal > axis else axis
        if local_argument(population, name):
            boxes = branch_and_bound(population, value, _SETTLED[name])
            if boxes is not None:
                return Supremum(value, True, name, boxes)
        bound = ball(Fraction(scanned_ratio(population)) * Fraction(1001, 1000))
        boxes = branch_and_bound(population, bound, None)
        if boxes is None:
            raise ArithmeticError(f"no supremum was proved for d = {dimension}, R = {radius}")
        return Supremum(bound, False, "none", boxes)


def peak_values(population: UniformBall) -> tuple[arb, arb]:
    """sqrt(2) Dmax/g(1/sqrt 2) and Dmax/g(1); |R psi|/g comes as close as one likes to both as eps -> 0."""
    root = arb(2).sqrt()
    return (
        root * greatest_profile() / population.enclosed_weight(1 / root),
        greatest_profile() / population.enclosed_weight(arb(1)),
    )


def local_argument(population: UniformBall, peak: str) -> bool:
    """Whether F/g is at most its value at the peak on the box of half width ``WIDTH`` about it, proved."""
    w, greatest = ball(WIDTH), greatest_profile()
    sigma = -profile(2 * w) / (2 * w)
    x = arb(0).union(4 * w**2)
    # |D|/t falls on [0, 2w], and stays below |D(1)|/t
    common = (-2100 + 5292 * x - 4860 * x**2 + 1540 * x**3 < 0) and bool(-profile(2 * w) < final_profile())
    if peak == "diagonal":
        b = 1 / arb(2).sqrt()
        far = bool(b - w + (arb.pi() / 4 - w).sin() > 1)
        fall = steepest_fall(population, b, b + w)
        return common and far and bool(fall * greatest < sigma * population.enclosed_weight(b))
    P, q = population.enclosed_moments(arb(1))
    g, growth = population.enclosed_weight(arb(1)), P * (P**2 + q**2).sqrt()
    A, curvature = 5 * arb.pi() / 8, greatest * ball(Fraction(9, 2)) * (1 - ball(Fraction(3, 4)) * w**2)
    far = bool(1 - w + w.cos() > 1) and bool((1 - 2 * w) ** 2 > ball(Fraction(3, 11)))
    fall = steepest_fall(population, arb(1), 1 + w)
    absorbed = bool(48 * A * w**3 < curvature) and bool(48 * A * w**4 * g < greatest * growth)
    return common and far and absorbed and bool(fall * greatest < (3 * w).cos() * sigma * g)


_SETTLED = {
    "diagonal": Rectangle((0.7355, 0.8353), (0.6572, 0.7570)),
    "axis": Rectangle((0.0, 0.0499), (0.9501, 1.0499)),
}
"""Rectangles inside the boxes of the local argument."""


def branch_and_bound(population: UniformBall, bound: arb, settled: Rectangle | None) -> int | None:
    """How many boxes prove F <= bound * g outside the settled rectangle, in balls; None if they do not.

    Boxes are gone through in depth, so that one that cannot be decided ends the search soon.
    """
    side, boxes = 1 << _COARSEST, 0
    left = [(i, j, _COARSEST) for i in range(side * 101 // 128 + 1) for j in range(2 * side)]

    @cache
    def least_weight(end: Fraction) -> arb:
        return population.enclosed_weight(ball(end))

    while left:
        i, j, level = left.pop()
        if settled is not None and _inside(i, level, settled.angles) and _inside(j, level, settled.thresholds):
            continue
        boxes += 1
        if greatest_majorant(i, j, level) <= bound * least_weight(Fraction(j + 1, 1 << level)):
            continue
        if level == _FINEST or boxes > _MOST_BOXES:
            return None
        left += [(2 * i + e, 2 * j + f, level + 1) for e in (0, 1) for f in (0, 1)]
    return boxes


def _inside(k: int, level: int, ends: tuple[float, float]) -> bool:
    return ends[0] <= k * 2.0**-level and (k + 1) * 2.0**-level <= ends[1]


def greatest_majorant(i: int, j: int, level: int) -> arb:
    """A ball of numbers at least F on the angles [i, i + 1]/2^level and the thresholds [j, j + 1]/2^level."""
    s0, s1, c0, c1, sine, cosine = _directions(i, level)
    b0, b1 = arb(j) / (1 << level), arb(j + 1) / (1 << level)
    by_sine = _fallen((b0 - s1).max(s0 - b1)) + _fallen(b0 + s0)
    by_cosine = _fallen((b0 - c1).max(c0 - b1)) + _fallen(b0 + c0)
    return sine * by_sine + cosine * by_cosine


@lru_cache(maxsize=4096)
def _directions(i: int, level: int) -> tuple[arb, arb, arb, arb, arb, arb]:
    """Sine and cosine at both ends, s0 <= s1 and c0 <= c1, and the largest |sin 3a| and |cos 3a| between."""
    low, high = arb(i) / (1 << level), arb(i + 1) / (1 << level)
    angle = 3 * low.union(high)
    return low.sin(), high.sin(), high.cos(), low.cos(), abs(angle.sin()).upper(), abs(angle.cos()).upper()


def _fallen(distance: arb) -> arb:
    """A ball of numbers at least p at the distances in a ball and beyond; p(0) where they are negative."""
    t = distance.lower().max(arb(0))
    if t >= 1:
        return arb(0)
    size = -profile(t)
    # the first is the larger where it is not decided on which side of y* they are
    return size - final_profile() if 11 * t**2 > 3 else greatest_profile() - size.min(final_profile())


def majorant(angle: npt.ArrayLike, threshold: npt.ArrayLike) -> Float64[Array, ...]:
    """F at lines with these angles and thresholds, in floats; the shapes broadcast."""
    a, b = np.asarray(angle, dtype=np.float64), np.asarray(threshold, dtype=np.float64)
    s, c = np.sin(a), np.cos(a)
    sine, cosine = (_p(abs(b - s)) + _p(abs(b + s))), (_p(abs(b - c)) + _p(abs(b + c)))
    return np.asarray(abs(np.sin(3 * a)) * sine + abs(np.cos(3 * a)) * cosine)


def _p(t: Array | np.float64) -> Float64[Array, ...]:
    size, greatest, final = -profile_values(t), float(greatest_profile()), float(final_profile())
    return np.where(t * t > 3 / 11, size - final, greatest - np.minimum(size, final))


def scanned_ratio(population: UniformBall) -> float:
    """The largest F/g on a grid of lines: a guess, proves nothing."""
    angles, thresholds = np.linspace(0, math.pi / 4, 513)[:, None], np.linspace(0, 2, 2001)
    return float((majorant(angles, thresholds) / population.weight(thresholds)).max())
