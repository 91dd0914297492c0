r"""Certificates that the error of shallow networks on a pyramid falls no faster than exponentially with their norm.

The test function psi of the claim exponential-certificate, at its scale eps, has |phi against Laplacian psi| = (32/63)
log(1/eps) and a Laplacian of mass at most 45 pi/(16 eps); so by duality |R psi| <= M g on all lines at all scales gives
sup |f - phi| >= 512/(2835 pi e) exp(-63 M |f|_S/32), at the scale exp(-1 - 63 M |f|_S/32).

|R psi| at the normal (cos a, sin a) and the threshold b is, at all scales, at most |sin 3a| (p(|b - s|) + p(b + s)) +
|cos 3a| (p(|b - c|) + p(b + c)), s = sin a, c = cos a, where p falls: with |D(t)| = pi t (945 - 2100 t^2 + 2646 t^4 -
1620 t^6 + 385 t^8)/8064, largest at t^2 = 3/11, where it is 622 sqrt(33) pi/102487, and 2 pi/63 at 1, p is the largest
less min(|D|, 2 pi/63) up to there, |D| - 2 pi/63 from there to 1, and 0 beyond. By the symmetries of psi 0 <= a <= pi/4
and 0 <= b <= 2 are enough. The angle is that of u = tan(a/2): s = 2u/(1+u^2) rises and c = (1-u^2)/(1+u^2) falls.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, factorial

from proofs_checks.verify.arithmetic import root
from proofs_checks.verify.boxes import Box
from proofs_checks.verify.disc import require_moderate, shown
from proofs_checks.verify.reading import Entries, NotProved, Unreadable, require
from proofs_checks.verify.uniform import Tangents, UniformOnBall, pi

_BITS = 40
_UNIT = 1 << _BITS
_FINE = 1 << 64
_DEEPEST = 30
_MOST_BOXES = 1 << 20
_COEFFICIENTS = (385, -1620, 2646, -2100, 945)
_GREATEST = ceil(_FINE * Fraction(622, 102487) * root(Fraction(33), up=True))
_FINAL = _FINE * 2 // 63
"""The largest value of |D|/pi and that at 1, over 2^64."""


def check_exponential(certificate: Entries) -> str:
    """What is proved, in words; raises `NotProved` where the claim is not."""
    dimension, radius = certificate.whole("dimension"), certificate.rational("radius")
    supremum = certificate.rational("supremum")
    claims = certificate.object("claims")
    certificate.close()
    constant, rate = claims.rational("constant"), claims.rational("rate")
    claims.close()

    require(2 <= dimension <= 32, "a dimension from 2 to 32")
    require(2 < radius <= 64, "a radius above 2 and up to 64")
    require(supremum > 0, "a positive supremum")
    require_moderate(radius, supremum)
    require(63 * supremum <= 32 * rate, "the rate")
    e = sum(Fraction(1, factorial(k)) for k in range(40)) + Fraction(1, factorial(39))
    require(constant * 2835 * pi()[1] * e <= 512, "the constant")
    require_dominated(UniformOnBall(dimension, radius), supremum)
    return (
        f"every shallow network, for X uniform on the ball of radius {shown(radius)} in {dimension} dimensions, is "
        f"somewhere on it at least {shown(constant)} exp(-{shown(rate)} C) away from the pyramid in two coordinates, C "
        "its stability norm"
    )


def require_dominated(population: UniformOnBall, supremum: Fraction) -> None:
    """Refuse unless the bound of |R psi| is at most supremum g on all lines, on boxes of (u, b) cut into four where it
    is not seen to be.
    """
    tangents = Tangents(population, supremum * _FINE / pi()[1])
    left = [Box(0, j, 1) for j in range(4)]
    boxes = 0
    while left:
        box = left.pop()
        side = 1 << box.depth
        if box.i * (box.i + 2 * side) >= side * side:
            continue  # u >= tan(pi/8)
        boxes += 1
        if boxes > _MOST_BOXES:
            raise Unreadable("its boxes are too many for this checker")
        if majorant(box) <= least_weight(tangents, box):
            continue
        if box.depth == _DEEPEST:
            raise NotProved(f"the supremum, on lines near b = {Fraction(box.j * 10**6 // side, 10**6)}")
        left.extend(box.parts())


def least_weight(tangents: Tangents, box: Box) -> int:
    """A number not above the factor of the tangents times g, on a box of (u, b); g falls."""
    a, s = tangents.near(box.j + 1, 1 << box.depth, box.depth + 4)
    return ((a << box.depth) - s * (box.j + 1)) >> box.depth


def majorant(box: Box) -> int:
    """A number not below 2^64/pi times the bound of |R psi|, on a box of (u, b)."""
    b0, b1 = box.j * _UNIT >> box.depth, -(-(box.j + 1) * _UNIT >> box.depth)
    s0, c1 = _circle(box.i, box.depth, (0, 1))
    s1, c0 = _circle(box.i + 1, box.depth, (1, 0))
    # 3s - 4s^3 rises up to s = 1/2 and falls after; 4c^3 - 3c rises for c >= 1/2
    sine = _UNIT if s0 <= _UNIT // 2 <= s1 else max(_triple(s0), _triple(s1))
    cosine = max(abs(_triple(c0)), abs(_triple(c1)))
    by_sine = _p(max(b0 - s1, s0 - b1, 0)) + _p(b0 + s0)
    by_cosine = _p(max(b0 - c1, c0 - b1, 0)) + _p(b0 + c0)
    return ((sine + 1) * by_sine + (cosine + 1) * by_cosine >> _BITS) + 1


def _circle(i: int, depth: int, up: tuple[int, int]) -> tuple[int, int]:
    """2^40 times 2u/(1+u^2) and (1-u^2)/(1+u^2) at u = i/2^depth, each rounded up or down."""
    side = 1 << depth
    square = side * side + i * i
    return 2 * i * side * _UNIT // square + up[0], (side * side - i * i) * _UNIT // square + up[1]


def _triple(x: int) -> int:
    """2^40 (3x - 4x^3) rounded up, for x over 2^40: of a sine that of three times the angle, of a cosine minus it."""
    return 3 * x - (4 * x**3 >> 2 * _BITS)


def _p(t: int) -> int:
    """A number not below 2^64 p/pi at a distance t over 2^40."""
    if t >= _UNIT:
        return 0
    square, size = t * t, 0
    for k, coefficient in enumerate(_COEFFICIENTS):
        size = size * square + (coefficient << 2 * _BITS * k)
    size = size * t * _FINE // (8064 << 9 * _BITS)
    return _GREATEST - min(size, _FINAL) if 11 * square < 3 * _UNIT * _UNIT else size + 1 - _FINAL
