"""Certificates that no shallow network of a bounded stability norm is near the pyramid everywhere on a disc.

For a measure mu that sees no affine function, and |int relu(<v, x> - b) dmu| <= M g(b) for all lines,

    sup |f - phi| |mu| >= int phi dmu - int f dmu >= int phi dmu - M |f|_S.

As relu(l) - relu(-l) = l, and mu has the symmetries of the square, the lines x + tau y = c with 0 <= tau <= 1 and c >=
0 are enough; relu(x + tau y - c) has the weight G = W g(c/W), W = sqrt(1 + tau^2). For numbers with a - s b <= g(b) on
[0, R), a >= 0 and p^2 + q^2 <= 1, that is at least a (p + q tau) - s c.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil, isqrt

from proofs_checks.verify.arithmetic import dot
from proofs_checks.verify.boxes import Box, Form, require_within
from proofs_checks.verify.disc import both, images, place, read_disc, require_moderate, shown
from proofs_checks.verify.reading import Entries, finite_sizes, require
from proofs_checks.verify.uniform import Tangents, UniformOnBall

MOST_POINTS = 1 << 14
_BITS = 64


def check_disc_measure(certificate: Entries) -> str:
    """What is proved, in words; raises `NotProved` where the claim is not."""
    radius, norm = read_disc(certificate)
    points, scale = certificate.pairs("points"), certificate.whole("scale")
    measure, denominator = certificate.wholes("measure"), certificate.whole("denominator")
    supremum = certificate.rational("supremum")
    claims = certificate.object("claims")
    certificate.close()
    least = claims.rational("least_error")
    claims.close()

    finite_sizes((len(points),), MOST_POINTS, f"{len(points)} points")
    require_moderate(scale, denominator, supremum, least, *measure, *both(points))
    require(scale > 0 and denominator > 0 and supremum > 0, "a positive scale, denominator and supremum")
    require(len(set(points)) == len(points) == len(measure), "distinct points, each with its mass")
    require(all(0 <= y <= x for x, y in points), "points with 0 <= y <= x, which stand for their images")
    require(all(x * x + y * y <= (radius * scale) ** 2 for x, y in points), "points in the disc")
    orbits = [images(point) for point in points]
    sizes = list(map(len, orbits))
    require(dot(measure, sizes) == 0, "no affine function is seen: the masses add up to 0")
    total = dot(map(abs, measure), sizes)
    require(total > 0, "a measure that is not 0")
    require_within(
        [(mass << _BITS, (x, y, -scale)) for mass, orbit in zip(measure, orbits, strict=True) for x, y in orbit],
        0,
        [Box(0, j, 0) for j in range(ceil(3 * radius / 2))],  # c <= W R on lines that meet the disc, W <= sqrt(2)
        weight_limit(UniformOnBall(2, radius), supremum * denominator * scale * 2**_BITS),
        lambda box: f"the supremum of the measure, at lines x + tau y = c near {place(box, 'tau', 'c')}",
    )
    heights = (max(scale - x - y, 0) * size for (x, y), size in zip(points, sizes, strict=True))
    seen = Fraction(dot(measure, heights), scale)
    require(seen - norm * supremum * denominator >= least * total, "the least error")
    return (
        f"every shallow network with a stability norm of at most {shown(norm)}, for X uniform on the disc of radius "
        f"{shown(radius)}, is somewhere on it at least {shown(least)} away from the pyramid"
    )


def weight_limit(population: UniformOnBall, factor: Fraction) -> Callable[[Box], Form]:
    """For each box of (tau, c) an affine function below factor G, near it at the middle of the box."""
    tangents = Tangents(population, factor)

    def limit(box: Box) -> Form:
        one, tau, c = (index << _BITS - box.depth for index in (2 << box.depth, 2 * box.i + 1, 2 * box.j + 1))
        length = isqrt(one * one + tau * tau) + 1  # W at the middle, or a little more
        a, s = tangents.near(c, length, box.depth + 2)
        return a * one // length, a * tau // length, -s

    return limit
