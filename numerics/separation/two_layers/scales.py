r"""How stable the pyramid's two-hidden-layer network can be made for all data at once, and by which scales.

Off the kinks, with t = |x|_1, A = {t < 1}, G = gamma^2 and B = beta^2, the gradient of ``pyramid_network`` has exactly

    |grad f(x)|^2 = 1 + 1_A ((1-t)^2/G + G + |x|^2/B + d G B (1 + |x|^2)):

b3 gives 1, w3 the output (1-t)/gamma of the second layer, b2 gives gamma, W2 gives gamma alpha relu(+-x_i) with
alpha gamma = 1/beta, and of the first layer d neurons are active (one of each pair), each with -gamma beta (+-x, 1).

*Worst data.* The trace of K is the mean of |grad f(x_j)|^2, so the sharpness is at most its supremum, and a data set of
one point has that as its sharpness. It grows in |x|, and |x| <= t with equality on the axes, near which there are data
off the kinks; at |x| = t it is a convex quadratic in t, hence at most the larger of its values at the ends:

    t = 0:  1 + 1/G + G + d G B,        t = 1:  1 + G + 1/B + 2 d G B,

and comes as close to it as one likes. So ``worst_case`` is the supremum over all data off the kinks, never attained.

*Best scales.* For every lambda in [0, 1] the larger one is at least the mean with the weights 1 - lambda and lambda,

    1 + (1-lambda)/G + G + lambda/B + (1+lambda) d G B,

and the weighted inequality between arithmetic and geometric means bounds such a sum below for all G, B > 0
(``posynomial_bound``). The same holds for all rescalings neuron by neuron: in the logarithms of the scales both values,
as maxima over all orthants and vertices, are convex and do not change when inputs are permuted or reflected, so scales
may be averaged over these without loss.

*All d.* With c = (2d)^(1/3): 1 + sqrt(3) c <= best <= 1 + sqrt(3) c + (sqrt(3)-1)/c. For the lower end take
lambda = 1/sqrt(3) and drop the term G; for the upper end G = (sqrt(3)-1)/c and B = 1/c, where both values agree.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb
from scipy.optimize import brentq

from numerics.exact.balls import ball, lower
from numerics.separation.two_layers.network import LayerScales

_DENOMINATOR = 10**9
Posynomial = tuple[arb, arb, arb, arb]
"""Coefficients c of c1/G + c2 G + c3/B + c4 G B, none of them negative."""


def exact_gradient(point: Sequence[Fraction], scales: LayerScales) -> list[Fraction]:
    """The gradient of ``pyramid_network`` at one rational point, with relu'(0) = 0, in the order of the network.

    Backpropagation in fractions, entry by entry.
    """
    alpha, beta, gamma = scales.alpha, scales.beta, scales.gamma
    signs = [(i, sign) for sign in (1, -1) for i in range(len(point))]
    first = [alpha * sign * point[i] for i, sign in signs]
    hidden = [max(a, Fraction(0)) for a in first]
    second = 1 / gamma - beta * sum(hidden, Fraction(0))
    in_b2 = gamma if second > 0 else Fraction(0)
    in_b1 = [-beta * in_b2 if a > 0 else Fraction(0) for a in first]
    in_W1 = [slope * coordinate for slope in in_b1 for coordinate in point]
    return [*in_W1, *in_b1, *(in_b2 * h for h in hidden), in_b2, max(second, Fraction(0)), Fraction(1)]


def gradient_square(point: Sequence[Fraction], scales: LayerScales) -> Fraction:
    """|grad f|^2 at a rational point off the kinks by the formula above, exactly.

    Raises:
        ValueError: the point has a coordinate 0, or |x|_1 = 1.
    """
    t = sum(map(abs, point), Fraction(0))
    if t == 1 or 0 in point or not point:
        raise ValueError(f"the point {tuple(map(str, point))} is on a kink: a coordinate is 0, or |x|_1 is 1")
    if t > 1:
        return Fraction(1)
    G, B, square = scales.gamma**2, scales.beta**2, sum((c * c for c in point), Fraction(0))
    return 1 + (1 - t) ** 2 / G + G + square / B + len(point) * G * B * (1 + square)


def end_values(d: int, scales: LayerScales) -> tuple[Fraction, Fraction]:
    """The limits of |grad f|^2 towards the apex, t = 0, and towards a vertex, t = 1; exactly.

    >>> from numerics.separation.two_layers.network import UNIT_SCALES
    >>> [str(value) for value in end_values(2, UNIT_SCALES)]
    ['5', '7']
    """
    if d < 1:
        raise ValueError(f"the pyramid needs at least one input, not {d}")
    G, B = scales.gamma**2, scales.beta**2
    return 1 + 1 / G + G + d * G * B, 1 + G + 1 / B + 2 * d * G * B


def worst_case(d: int, scales: LayerScales) -> Fraction:
    """The supremum of the sharpness over all finite data sets off the kinks, labels from the pyramid; exactly."""
    return max(end_values(d, scales))


def posynomial_bound(coefficients: Posynomial, weight: Fraction) -> arb:
    r"""A ball whose lower end is at most c1/G + c2 G + c3/B + c4 G B for all G, B > 0.

    The weighted means inequality sum_i c_i m_i >= prod_i (c_i m_i / p_i)^{p_i} with the weights
    p = ((1-r)/2, (1-3r)/2, r, r), which add up to 1 and for which G and B cancel, r = ``weight`` in (0, 1/3).

    Raises:
        ValueError: the weight is outside (0, 1/3).
        ArithmeticError: a coefficient is not certainly positive.
    """
    if not 0 < weight < Fraction(1, 3):
        raise ValueError(f"the weight must lie strictly between 0 and 1/3, not {weight}")
    if not all(coefficient > 0 for coefficient in coefficients):
        raise ArithmeticError("a coefficient of the posynomial is not certainly positive")
    product = arb(1)
    for coefficient, power in zip(coefficients, ((1 - weight) / 2, (1 - 3 * weight) / 2, weight, weight), strict=True):
        product *= (coefficient / ball(power)) ** ball(power)
    return product


def posynomial_minimum(coefficients: Sequence[float]) -> tuple[float, float, float]:
    """In floats, where c1/G + c2 G + c3/B + c4 G B is least: G and B, and the weight r that makes the bound tight.

    The best B is sqrt(c3/(c4 G)); then y = sqrt(G) solves c2 y^4 + sqrt(c3 c4) y^3 = c1.
    """
    c1, c2, c3, c4 = coefficients
    cross = math.sqrt(c3 * c4)
    largest = min((c1 / c2) ** 0.25, (c1 / cross) ** (1 / 3))
    y = brentq(lambda y: c2 * y**4 + cross * y**3 - c1, 0.0, 1.01 * largest, xtol=1e-15 * largest, rtol=1e-14)
    G = y * y
    B = math.sqrt(c3 / (c4 * G))
    return G, B, c3 / B / (c1 / G + c2 * G + 2 * c3 / B)


def rational(value: float) -> Fraction:
    """The nearest multiple of 1e-9: short exact scales, near enough to the best ones."""
    return Fraction(round(value * _DENOMINATOR), _DENOMINATOR)


@dataclass(frozen=True)
class OptimisedScales:
    """The best layer scales for all data at once, with what proves it.

    dimension: d.
    scales: exact, to nine places.
    multiplier, weight: lambda and r of the lower bound.
    worst_case: the supremum of the sharpness at these scales, over all data off the kinks; exact.
    least_possible: no rescaling of the neurons has a smaller supremum; a lower bound.
    """

    dimension: int
    scales: LayerScales
    multiplier: Fraction
    weight: Fraction
    worst_case: Fraction
    least_possible: Fraction

    @property
    def step_size(self) -> Fraction:
        """2/worst_case: for every data set off the kinks the network is a stable minimum up to this step size."""
        return 2 / self.worst_case


def least_worst_case(d: int, multiplier: Fraction, weight: Fraction) -> Fraction:
    """A lower bound of ``worst_case`` for all scales, from lambda = ``multiplier`` in (0, 1) and the weight r."""
    if not 0 < multiplier < 1:
        raise ValueError(f"the multiplier must lie strictly between 0 and 1, not {multiplier}")
    coefficients = (ball(1 - multiplier), arb(1), ball(multiplier), ball((1 + multiplier) * d))
    return lower(1 + posynomial_bound(coefficients, weight))


def optimised_scales(d: int) -> OptimisedScales:
    """The scales of least ``worst_case`` in dimension d: found in floats, proved in fractions and balls.

    Raises:
        ValueError: d < 1.

    >>> best = optimised_scales(2)
    >>> round(float(best.worst_case), 5), round(float(best.step_size), 5), best.worst_case - best.least_possible < 1e-7
    (4.20489, 0.47564, True)
    """
    if d < 1:
        raise ValueError(f"the pyramid needs at least one input, not {d}")

    def excess_at_vertex(multiplier: float) -> float:
        # derivative in lambda of the least mean, which is concave in lambda
        G, B, _ = posynomial_minimum((1 - multiplier, 1, multiplier, (1 + multiplier) * d))
        return 1 / B + d * G * B - 1 / G

    multiplier = rational(brentq(excess_at_vertex, 1e-6, 1 - 1e-6, xtol=1e-13))
    G, B, weight = posynomial_minimum([float(c) for c in (1 - multiplier, 1, multiplier, (1 + multiplier) * d)])
    scales = LayerScales.of(rational(math.sqrt(B)), rational(math.sqrt(G)))
    least = least_worst_case(d, multiplier, rational(weight))
    return OptimisedScales(d, scales, multiplier, rational(weight), worst_case(d, scales), least)


def for_every_dimension(d: int) -> tuple[arb, arb]:
    """The closed-form ends 1 + sqrt(3) (2d)^(1/3) and that plus (sqrt(3)-1)/(2d)^(1/3) of the least worst case."""
    if d < 1:
        raise ValueError(f"the pyramid needs at least one input, not {d}")
    cube_root, root = arb(2 * d).root(3), arb(3).sqrt()
    return 1 + root * cube_root, 1 + root * cube_root + (root - 1) / cube_root
