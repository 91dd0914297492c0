"""What certificates of the disc share. X is uniform on the disc of radius R in the plane; all networks f = affine +
sum_i a_i relu(<v_i, x> - b_i), |v_i| = 1, have |f|_S = sum over lines of |sum of amplitudes| g(b), g as in `uniform`,
and are compared with the pyramid phi(x, y) = (1 - |x| - |y|)_+. Measures and networks have the symmetries of the
square, which phi has too: (+-x, +-y) and (+-y, +-x).
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from proofs_checks.verify.boxes import Box
from proofs_checks.verify.reading import Entries, Unreadable, require

Pair = tuple[int, int]
LARGEST_RADIUS = 64
MOST_BITS = 200
"""Of a numerator or a denominator."""


def read_disc(certificate: Entries) -> tuple[Fraction, Fraction]:
    """The radius of the disc, and the norm that is allowed."""
    radius, norm = certificate.rational("radius"), certificate.rational("norm")
    require_moderate(radius, norm)
    require(0 < radius <= LARGEST_RADIUS, f"a radius above 0 and up to {LARGEST_RADIUS}")
    require(norm >= 0, "a norm that is not negative")
    return radius, norm


def require_moderate(*numbers: int | Fraction) -> None:
    """Refuse, before they are computed with, numbers that would make the work too long."""
    if any(max(abs(number.numerator), number.denominator).bit_length() > MOST_BITS for number in numbers):
        raise Unreadable(f"it has a number of more than {MOST_BITS} bits: too long for this checker")


def both(pairs: Iterable[Pair]) -> list[int]:
    """The numbers of all pairs."""
    return [number for pair in pairs for number in pair]


def images(point: Pair) -> list[Pair]:
    """The images of a point under the symmetries of the square, each once: eight, four or one."""
    x, y = point
    return sorted({(sign * a, other * b) for a, b in ((x, y), (y, x)) for sign in (1, -1) for other in (1, -1)})


def place(box: Box, first: str, second: str) -> str:
    """Where a box is, to six decimals."""
    texts = []
    for name, index in ((first, box.i), (second, box.j)):
        whole = round(Fraction(index, 1 << box.depth) * 10**6)
        texts.append(f"{name} = {whole // 10**6}.{whole % 10**6:06}")
    return " and ".join(texts)


def shown(value: Fraction) -> str:
    """A number as a decimal, where it is one of no more than 30 places."""
    for places in range(31):
        scaled = value * 10**places
        if scaled.denominator == 1:
            digits = f"{abs(scaled.numerator):0{places + 1}}"
            point = len(digits) - places
            return ("-" if value < 0 else "") + digits[:point] + ("." + digits[point:] if places else "")
    return str(value)
