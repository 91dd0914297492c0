"""Certificates that no shallow network of small stability norm interpolates points of the plane.

A measure mu on the points that sees no affine function proves |f|_S >= int y dmu, if |int relu(<v,x> - b) dmu| <=
gt(v, b) for every line and both of its sides. It is enough to look at the lines through two of the points, with a
prefix or a suffix of the points on the line counted as active.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction

from proofs_checks.verify.arithmetic import dot
from proofs_checks.verify.reading import Entries, finite_sizes, require

MOST_WORK = 1 << 28
"""Cubes of the number of points: some minutes."""


def check_separation(certificate: Entries) -> str:
    """What is proved, in words; raises `NotProved` where the claim is not."""
    points, scale = certificate.pairs("points"), certificate.whole("scale")
    multiplicities, labels = certificate.wholes("multiplicities"), certificate.rationals("labels")
    measure, denominator = certificate.wholes("measure"), certificate.whole("denominator")
    claims = certificate.object("claims")
    certificate.close()
    least = claims.rational("least_norm")
    claims.close()

    fits = len(set(points)) == len(points) == len(multiplicities) == len(labels) == len(measure)
    require(fits and min(scale, denominator, *multiplicities) > 0, "distinct points, each with its entries")
    finite_sizes((len(points),) * 3, MOST_WORK, f"{len(points)} points")
    augmented = [(a, b, scale) for a, b in points]
    require(not any(dot(measure, column) for column in zip(*augmented, strict=True)), "no affine function is seen")
    for first, second in itertools.combinations(points, 2):
        require_seen_little(augmented, multiplicities, measure, denominator, (first, second))
    seen = sum((m * label for m, label in zip(measure, labels, strict=True)), Fraction(0))
    require(seen >= least * denominator, "the least norm")
    return f"every shallow network that interpolates the points has a stability norm of at least {least}"


def require_seen_little(
    points: Sequence[tuple[int, int, int]],
    multiplicities: Sequence[int],
    measure: Sequence[int],
    denominator: int,
    line: tuple[tuple[int, int], tuple[int, int]],
) -> None:
    """On one line, in whole numbers: (moment n^2 scale)^2 <= (denominator excess)^2 |sum over the active of (x, 1)|^2,
    side by side.
    """
    (a, b), (c, d) = line
    p, q, scale, n = d - b, a - c, points[0][2], sum(multiplicities)
    heights = [p * (x - a) + q * (z - b) for x, z, _ in points]
    require(any(heights), "points that are not on a line")
    moment = sum(m * max(height, 0) for m, height in zip(measure, heights, strict=True))
    seen = (moment * n * n * scale) ** 2
    on = sorted((j for j, h in enumerate(heights) if h == 0), key=lambda j: p * points[j][1] - q * points[j][0])
    for sign in (1, -1):
        active = [j for j, height in enumerate(heights) if sign * height > 0]
        excess = sum(multiplicities[j] * abs(heights[j]) for j in active)
        inside = [sum(multiplicities[j] * points[j][i] for j in active) for i in range(3)]
        for order in (on, on[::-1]):
            sums = list(inside)
            for j in [None, *order]:
                if j is not None:
                    sums = [total + multiplicities[j] * entry for total, entry in zip(sums, points[j], strict=True)]
                small = seen <= (denominator * excess) ** 2 * dot(sums, sums)
                require(small, f"the measure at the line through ({a}, {b}) and ({c}, {d}), over {scale}")
