"""Certificates that a density has integrals over the lines of the plane which are at most the weights of given data.

The density rho is a sum of h (1 - |x - c|^2/r^2)_+^2, with the mass h pi r^2/3 each. Where R rho <= g on all lines, int
rho d|Delta f| <= |f|_S for every shallow network f, since Delta f is a measure on lines.
"""

from __future__ import annotations

from fractions import Fraction

from proofs_checks.verify.disc import both, require_moderate
from proofs_checks.verify.lines import Bump, Datum, Lines, length
from proofs_checks.verify.reading import Entries, require
from proofs_checks.verify.uniform import pi


def check_density(certificate: Entries) -> str:
    """What is proved, in words; raises `NotProved` where the claim is not."""
    points, scale = certificate.pairs("points"), certificate.whole("scale")
    multiplicities, centres = certificate.wholes("multiplicities"), certificate.pairs("centres")
    radii, heights = certificate.wholes("radii"), certificate.wholes("heights")
    denominator = certificate.whole("denominator")
    claims = certificate.object("claims")
    certificate.close()
    mass = claims.rational("mass")
    claims.close()

    require_moderate(scale, denominator, mass, *multiplicities, *radii, *heights, *both(points), *both(centres))
    fits = len(set(points)) == len(points) == len(multiplicities) > 0
    require(fits and min(scale, denominator, *multiplicities) > 0, "distinct points, each with its entries")
    require(len(centres) == len(radii) == len(heights) > 0, "a radius and a height for each centre")
    require(min(*radii, *heights) > 0, "radii and heights above 0")
    content = sum(height * radius**2 for height, radius in zip(heights, radii, strict=True))
    require(Fraction(content, 3 * denominator * scale**2) * pi()[0] >= mass, "the mass")

    # angles move what is amid the data by little
    a, b = ((min(column) + max(column)) // 2 for column in zip(*points, strict=True))
    data = [
        Datum(x - a, y - b, length(x - a, y - b), times, (times * scale, times * x, times * y))
        for (x, y), times in zip(points, multiplicities, strict=True)
    ]
    bumps = [
        Bump(x - a, y - b, length(x - a, y - b), radius, height)
        for (x, y), radius, height in zip(centres, radii, heights, strict=True)
    ]
    Lines(data, bumps, Fraction(sum(multiplicities) ** 2 * scale, denominator)).require_below()
    return (
        f"a density of mass at least {mass} has on every line of the plane an integral of at most the weight that the "
        f"{sum(multiplicities)} data give to the line"
    )
