r"""The weight g of the uniform ball near its edge: the leading constant, both bounds, and their proof at every width.

A cap of width s, {<v,x> > 1-s}, of the unit ball of R^d has the weight g(1-s). With a = (d-1)/2,
c_d = Gamma(d/2+1)/(sqrt(pi) Gamma((d+1)/2)), kappa_d = sqrt2 2^{d+2} c_d^2/((d+1)^2 (d+3)), m = (d+1)s/(d+3),
m' = (d+1)s/(d+5) and Gauss' F,

    g(1-s)/(kappa_d s^{d+2}) = F(-a, a+1; a+3; s/2) sqrt((F(-a, a+1; a+2; s/2)^2 + (1-s/2)^{d+1})/2),

    lower  = (1-s/2)^{d-1} sqrt((1+(1-m)^2)/2),             upper = sqrt((1+(1-s/2)^2)/2),
    larger = ((1-m/2)(1-m'/2))^a sqrt((1+(1-m)^2)/2).

All of them are 1 at s = 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import Literal

from flint import arb, arb_series, ctx

from numerics.exact.balls import ball
from numerics.exact.power_series import truncated

Curve = Literal["weight", "lower", "larger", "upper"]
CURVES: tuple[Curve, ...] = ("weight", "lower", "larger", "upper")
_PRECISION = 128
_FIRST, _NARROWEST = Fraction(1, 16), Fraction(1, 2**14)
"""Up to which width a derivative is tried first, and how narrow a box may become."""
_TERMS = 80


def edge_constant(dimension: int) -> arb:
    """A ball that contains kappa_d, so that g(1-s) ~ kappa_d s^{d+2}.

    Raises:
        ValueError: the dimension is below 1.

    >>> edge_constant(3).overlaps(3 * arb(2).sqrt() / 16)
    True
    """
    d = _dimension(dimension)
    with ctx.workprec(_PRECISION):
        c = (arb(d) / 2 + 1).gamma() / (arb.pi().sqrt() * (arb(d + 1) / 2).gamma())
        constant: arb = arb(2).sqrt() * 2 ** (d + 2) * c**2 / ((d + 1) ** 2 * (d + 3))
        return constant


def edge_curve(dimension: int, width: arb, curve: Curve = "weight") -> arb:
    """A ball that contains g(1-s)/(kappa_d s^{d+2}), or one of its bounds, for a ball s in [0, 1].

    Raises:
        ValueError: the dimension is below 1.

    >>> line = edge_curve(1, ball(Fraction(1, 2)))  # on the line it is its bounds
    >>> line.overlaps(edge_curve(1, ball(Fraction(1, 2)), "lower")), line.str(5, radius=False)
    (True, '0.88388')
    """
    with ctx.workprec(_PRECISION):
        return _taylor(_dimension(dimension), width, 0, curve)[0]


def edge_slope(dimension: int, curve: Curve) -> Fraction:
    """The derivative of a curve at s = 0, exactly.

    With mu = (d+1)/(d+3), nu = (d+1)/(d+5): -a nu/2 - a mu/4 - (a+1)/4 for the weight, -a - mu/2 for the lower bound,
    -a (mu+nu)/2 - mu/2 for the larger one, -1/4 for the upper one. The larger one has the slope of the weight.
    """
    a, mu, nu = (
        Fraction(dimension - 1, 2),
        Fraction(dimension + 1, dimension + 3),
        Fraction(dimension + 1, dimension + 5),
    )
    match curve:
        case "weight":
            return -a * nu / 2 - a * mu / 4 - (a + 1) / 4
        case "lower":
            return -a - mu / 2
        case "larger":
            return -a * (mu + nu) / 2 - mu / 2
        case "upper":
            return -Fraction(1, 4)


def edge_gaps(dimension: int, below: Curve, above: Curve) -> Iterator[tuple[arb, arb]]:
    """Boxes that cover 0 < s <= 1, and on each a positive ball that contains ``above`` minus ``below``.

    In the first box it contains the gap over a power of s: both curves start with the same value, and with the same
    slope or not, which is decided exactly; the next Taylor coefficient on the whole box contains what is meant. The
    other boxes are halved until they decide.

    Raises:
        ArithmeticError: the sign is not decided in a box of width 2^-14; it may be that the one is not below the other.
    """
    d = _dimension(dimension)
    order = 1 if edge_slope(d, below) != edge_slope(d, above) else 2
    with ctx.workprec(_PRECISION):
        stop = _FIRST
        while not (gap := _gap(d, _box(Fraction(0), stop), below, above, order)[order]) > 0 and stop > _NARROWEST:
            stop /= 2
        yield _box(Fraction(0), stop), _required(gap, _box(Fraction(0), stop))
        waiting = [(stop, 1 - stop)]
        while waiting:
            start, width = waiting.pop()
            box = _box(start, width)
            gap = _expanded(d, box, below, above)
            if gap > 0:
                yield box, gap
            elif width > _NARROWEST:
                waiting += [(start, width / 2), (start + width / 2, width / 2)]
            else:
                _required(gap, box)


def _gap(d: int, s: arb, below: Curve, above: Curve, order: int) -> list[arb]:
    """Taylor coefficients 0..order of the gap at s."""
    low, high = _taylor(d, s, order, below), _taylor(d, s, order, above)
    return [one - other for one, other in zip(high, low, strict=True)]


def _expanded(d: int, box: arb, below: Curve, above: Curve) -> arb:
    """The gap on a box, by value and slope in its middle and the second coefficient on all of it."""
    middle = arb(box.mid())
    value, slope = _gap(d, middle, below, above, 1)
    away = box - middle
    return value + slope * away + _gap(d, box, below, above, 2)[2] * away * away


def _required(gap: arb, box: arb) -> arb:
    if not gap > 0:
        raise ArithmeticError(f"at the widths {box.str(5)} the gap {gap.str(5)} is not seen to be positive")
    return gap


def _box(start: Fraction, width: Fraction) -> arb:
    return ball(start).union(ball(start + width))


def _taylor(d: int, s: arb, order: int, curve: Curve) -> list[arb]:
    """Taylor coefficients 0..order of a curve at s."""
    with truncated(order + 1):
        at = arb_series([s, 1])
        m, remote = at * (arb(d + 1) / (d + 3)), 1 - at / 2
        match curve:
            case "weight":
                tail = _hypergeometric(d, 2, at / 2)
                found = _hypergeometric(d, 3, at / 2) * ((tail * tail + remote ** (d + 1)) / 2).sqrt()
            case "lower":
                found = remote ** (d - 1) * _lever(m)
            case "larger":
                product = (1 - m / 2) * (1 - at * (arb(d + 1) / (2 * (d + 5))))
                found = product ** ((d - 1) // 2) * (1 if d % 2 else product.sqrt()) * _lever(m)
            case "upper":
                found = _lever(at / 2)
        return [found[k] for k in range(order + 1)]


def _lever(depth: arb_series) -> arb_series:
    return ((1 + (1 - depth) * (1 - depth)) / 2).sqrt()


def _hypergeometric(d: int, more: int, x: arb_series) -> arb_series:
    """F(-a, a+1; a+more; x) for x within [0, 1/2], by its series.

    From k = a on the |c_k| do not grow: what is left out is at most |c_K| |z|^K/(1-|z|) for |z| < 1, and by Cauchy's
    estimate on the circle of radius 1/4 about x its coefficient j at x is at most 4^j times that at |z| <= 0.76.
    """
    if not x[0].abs_upper() < ball(Fraction(51, 100)):
        raise ValueError(f"a cap has a width in [0, 1], not {(2 * x[0]).str(5)}")
    terms, left_out = _terms(d, more)
    total = arb_series([0])
    for term in reversed(terms):
        total = total * x + term
    return total + arb_series([arb(0, left_out * 4**j) for j in range(ctx.cap)])


@cache
def _terms(d: int, more: int) -> tuple[tuple[arb, ...], arb]:
    """The terms c_0, ..., c_{K-1} of the series and a bound of |c_K| 0.76^K/0.24; exact if the series ends."""
    a, c = Fraction(d - 1, 2), [Fraction(1)]
    while c[-1] and len(c) < _TERMS + d:
        k = len(c) - 1
        c.append(c[k] * (k - a) * (k + a + 1) / ((k + a + more) * (k + 1)))
    left_out = abs(c[-1]) * Fraction(19, 25) ** (len(c) - 1) / Fraction(6, 25)
    return tuple(map(ball, c[:-1])), ball(left_out).abs_upper()


def _dimension(dimension: int) -> int:
    if dimension < 1:
        raise ValueError(f"a ball has dimension >= 1, not {dimension}")
    return dimension
