"""Certificates that a density on the plane lies below the weight of given data, on every line.

What is written is proved by `python -m proofs_checks.verify FILE` in whole numbers and fractions.
"""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from flint import arb

from numerics.certificate.entries import write
from numerics.exact.balls import decimals, lower
from numerics.laplacian.bump_density import BumpDensity

__all__ = ["write_density"]

_PLACE_BITS, _HEIGHT_BITS = 24, 40
_DIGITS = 12
"""Of the mass, after the point."""


def write_density(
    path: str | os.PathLike[str], density: BumpDensity, points: Sequence[Sequence[int | float | Fraction]]
) -> None:
    """Write that (R rho)(v, b) <= g(v, b) on all lines, g the weight of the data, as a "density"; and the mass of rho.

    The density that is written differs a little from the one that is given: its centres are rounded, its radii and
    heights rounded down, and summands that vanish then are left out.

    Args:
        path: the file.
        density: rho.
        points: the data [n, 2]; a float is the binary fraction that it is.

    Raises:
        ValueError: no summand is left.
        OSError: the file cannot be written.
    """
    data = [(Fraction(x), Fraction(y)) for x, y in points]
    scale = math.lcm(*(entry.denominator for point in data for entry in point), 1 << _PLACE_BITS)
    counts = Counter((int(x * scale), int(y * scale)) for x, y in data)
    bumps = []
    for centre, radius, height in zip(density.centres, density.radii, density.heights, strict=True):
        x, y = (round(Fraction(float(entry)) * scale) for entry in centre)
        r, h = math.floor(Fraction(float(radius)) * scale), math.floor(math.ldexp(float(height), _HEIGHT_BITS))
        if r > 0 and h > 0:
            bumps.append(((x, y), r, h))
    if not bumps:
        raise ValueError("nothing is left of the density when its heights and radii are rounded down")
    content = Fraction(sum(h * r * r for _, r, h in bumps), 3 * scale**2 << _HEIGHT_BITS)
    write(
        path,
        "density",
        points=[list(point) for point in counts],
        scale=scale,
        multiplicities=list(counts.values()),
        centres=[list(centre) for centre, _, _ in bumps],
        radii=[r for _, r, _ in bumps],
        heights=[h for _, _, h in bumps],
        denominator=1 << _HEIGHT_BITS,
        claims={"mass": decimals(content * lower(arb.pi()), _DIGITS, up=False)},
    )
