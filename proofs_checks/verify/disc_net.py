"""Certificates that a shallow network of a bounded stability norm is near the pyramid everywhere on a disc.

The network is f = constant + sum_k (a_k/8) sum over images of relu(x + tau_k y - c_k), over the eight symmetries of the
square. Its norm is at most sum_k |a_k| W_k g(c_k/W_k), W = sqrt(1 + tau^2), and f - phi has the symmetries, so that the
points with 0 <= y <= x are enough; there phi = relu(1 - x - y).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import groupby
from math import ceil, floor
from operator import itemgetter

from proofs_checks.verify.arithmetic import ZERO, root
from proofs_checks.verify.boxes import Box, Form, require_within
from proofs_checks.verify.disc import Pair, both, images, place, read_disc, require_moderate, shown
from proofs_checks.verify.reading import Entries, finite_sizes, require
from proofs_checks.verify.uniform import UniformOnBall, rounded

MOST_LINES = 1 << 14
_BITS = 64


def check_disc_net(certificate: Entries) -> str:
    """What is proved, in words; raises `NotProved` where the claim is not."""
    radius, norm = read_disc(certificate)
    lines, scale = certificate.pairs("lines"), certificate.whole("scale")
    amplitudes, denominator = certificate.wholes("amplitudes"), certificate.whole("denominator")
    constant = certificate.whole("constant")
    claims = certificate.object("claims")
    certificate.close()
    largest = claims.rational("largest_error")
    claims.close()

    finite_sizes((len(lines),), MOST_LINES, f"{len(lines)} lines")
    require_moderate(scale, denominator, constant, largest, *amplitudes, *both(lines))
    require(min(scale, denominator) > 0 <= largest, "a positive scale and denominator, and no negative error")
    require(len(lines) == len(amplitudes), "an amplitude for each line")
    meeting = all(c >= 0 and c * c < radius**2 * (scale**2 + tau**2) for tau, c in lines)
    require(meeting, "lines x + tau y = c that meet the disc, with c >= 0")
    weighed = zip(lines, amplitudes, strict=True)
    require(norm_above(UniformOnBall(2, radius), scale, weighed) <= norm * denominator, "the norm")
    limit = floor(8 * scale * denominator * largest * 2**_BITS), 0, 0

    def limited(box: Box) -> Form | None:
        # left out are boxes off the disc, or with y >= x: of their points those that count are limits of others
        beyond = box.j > box.i or box.i**2 + box.j**2 >= radius**2 * 4**box.depth
        return None if beyond else limit

    weights: list[tuple[Form, int]] = [((scale, -scale, -scale), -8 * denominator)]
    for (tau, c), a in zip(lines, amplitudes, strict=True):
        orbit = images((scale, tau))
        for x, y in orbit:
            weights.append(((-c, x, y), a * (8 // len(orbit))))
    require_within(
        [(m << _BITS, form) for form, m in _merged(weights) if m],
        8 * scale * constant << _BITS,
        [Box(i, j, 0) for i in range(ceil(radius)) for j in range(i + 1)],
        limited,
        lambda box: f"the largest error, near {place(box, 'x', 'y')}",
    )
    return (
        f"a shallow network with a stability norm of at most {shown(norm)}, for X uniform on the disc of radius "
        f"{shown(radius)}, is everywhere on it within {shown(largest)} of the pyramid"
    )


def _merged(weights: list[tuple[Form, int]]) -> Iterator[tuple[Form, int]]:
    """The sum for each form; sorted, since who writes a certificate can make the hashes of all forms equal."""
    for form, same in groupby(sorted(weights), key=itemgetter(0)):
        yield form, sum(weight for _, weight in same)


def norm_above(population: UniformOnBall, scale: int, lines: Iterable[tuple[Pair, int]]) -> Fraction:
    """A number above sum |a| W g(c/W), for lines (tau, c) over the scale with their amplitudes; g falls."""
    total = ZERO
    for (tau, c), a in lines:
        length = root(Fraction(scale**2 + tau**2), up=True)
        total += abs(a) * length / scale * population.weight(rounded(c / length))[1]
    return total
