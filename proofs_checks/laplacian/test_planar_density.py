"""planar-density: densities below the weight of planar data on every line, certified; bumps and their integrals."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import pytest

from numerics.certificate.density import write_density
from numerics.laplacian.bump_density import CHORD_SLOPE, BumpDensity, chord_bend
from numerics.laplacian.largest_density import LargestDensity, largest_density
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.evidence.record import Table
from proofs_checks.instances.certificates import accepted, refused
from proofs_checks.instances.planar import POINTS, clusters
from theory.laplacian.planar_density import MASSES

CLAIM = "planar-density"
SHARE = 0.98
"""Of the densities found this much is certified: then boxes are few."""
DATA = {**POINTS, "twelve points": clusters()[0]}
TRIPLES = ((3, 4, 5), (5, 12, 13), (8, 15, 17), (7, 24, 25))
"""Distance, half chord and radius of lines that meet a disc, all whole."""
Document = dict[str, Any]


def test_derived(evidence: Evidence) -> None:
    """Every derivation, by the kernel and the falsifier."""
    evidence.derived(CLAIM)


@pytest.fixture(scope="module")
def densities() -> dict[str, LargestDensity]:
    """What the search finds for each set of points."""
    return {
        name: largest_density(x, spacing=0.3 if name == "twelve points" else float(np.ptp(x, axis=0).max()) / 8)
        for name, x in DATA.items()
    }


def test_certificates(evidence: Evidence, densities: dict[str, LargestDensity]) -> None:
    """Each density, written out and proved by the independent checker in exact arithmetic."""
    with evidence.certified(
        CLAIM,
        ("below-the-weight", "laplacian"),
        "certificates of densities below the weight on all lines, accepted by a checker in exact arithmetic",
    ) as proofs:
        rows = []
        for name, x in DATA.items():
            found = densities[name]
            density = found.density.scaled(SHARE)
            mass = Fraction(accepted(partial(write_density, density=density, points=x.tolist()))["mass"])
            proofs.at_most(Fraction(MASSES[name]), mass, f"the mass on {name}")
            rows.append((name, len(x), float(mass), found.ceiling, float(mass) / found.ceiling))
        proofs.table = Table(("points", "n", "mass of the density", "no density has more", "share"), tuple(rows))


def over_line(u: Fraction, r: Fraction, half: Fraction) -> Fraction:
    """The integral of (1 - (u^2 + t^2)/r^2)^2 over -half <= t <= half, power by power."""
    rest = 1 - u**2 / r**2
    return 2 * (rest**2 * half - 2 * rest * half**3 / (3 * r**2) + half**5 / (5 * r**4))


def test_transform(evidence: Evidence) -> None:
    """On lines whose chords are whole numbers, in rational numbers; and the densities of numerics there."""
    with evidence.tested(CLAIM, ("transform", "mass"), "chords with whole numbers, exactly and in numerics") as tally:
        for (u, half, r), scale in itertools.product(TRIPLES, (1, 7)):
            distance, chord, radius = (Fraction(entry, scale) for entry in (u, half, r))
            exact = over_line(distance, radius, chord)
            assert exact == Fraction(16, 15) * chord**5 / radius**4
            bump = BumpDensity([[0.0, 0.0]], [float(radius)], [1.0])
            found = bump.radon([[0.6, 0.8]], [float(distance)])
            assert found == pytest.approx([float(exact)], rel=1e-13)
            # shells of the mass: the integral over all lines of one direction
            across = np.linspace(-float(radius), float(radius), 4001)
            total = np.trapezoid(bump.radon(np.tile([1.0, 0.0], (4001, 1)), across), across)
            assert total == pytest.approx(bump.mass, rel=1e-6)
            tally.count()


def steepest(function: Callable[[np.ndarray], np.ndarray], order: int) -> float:
    """The largest size of a derivative on (0, 1), by differences."""
    s = np.linspace(0, 1, 2001)
    return float(np.abs(np.diff(function(s), order)).max() / (s[1] - s[0]) ** order)


def profile(s: np.ndarray) -> np.ndarray:
    """(1 - s^2)^(5/2)."""
    return np.asarray(np.maximum(1 - s**2, 0) ** 2.5)


def test_slope_and_bend(evidence: Evidence) -> None:
    """The bounds are those of numerics, and are attained: by differences."""
    with evidence.tested(
        CLAIM, ("slope", "slope-bounded", "bend", "bend-bounded"), "the largest slope and bend by differences"
    ) as tally:
        slope, bend = 16 / 15 * steepest(profile, 1), steepest(profile, 2)
        assert np.sqrt(3) == CHORD_SLOPE
        assert chord_bend(np.array([2.0])) == pytest.approx([16 / 15 * 5 / 2], rel=1e-15)
        for found, bound in ((slope, CHORD_SLOPE), (bend, 5.0)):
            assert bound * (1 - 1e-5) <= found <= bound * (1 + 1e-9)
            tally.count()


@pytest.mark.parametrize(
    ("variant", "change", "because"),
    [
        (
            "the density on a triangle larger by 2 percent",
            lambda d: d.update(heights=[height * 51 // 50 for height in d["heights"]]),
            "its transform comes within half a percent of the weight on some line",
        ),
        (
            "the density on a triangle, one vertex of which is there ten times",
            lambda d: d["multiplicities"].__setitem__(0, 10),
            "the other two vertices then have a sixth of the probability together",
        ),
        (
            "the density on a triangle of which one vertex is a tenth nearer to another",
            lambda d: d["points"][1].__setitem__(0, d["points"][1][0] * 9 // 10),
            "lines near the vertex then have a smaller weight, or none",
        ),
    ],
    ids=["larger", "uneven", "moved"],
)
def test_control_of_certificates(
    evidence: Evidence,
    densities: dict[str, LargestDensity],
    variant: str,
    change: Callable[[Document], object],
    because: str,
) -> None:
    """Certificates that are wrong, refused."""
    write = partial(write_density, density=densities["a triangle"].density, points=DATA["a triangle"].tolist())
    evidence.control(CLAIM, variant, refused(write, change), because=because, statement="below-the-weight")


def test_control_of_bounds(evidence: Evidence) -> None:
    """Smaller bounds of slope and bend, and another power in the transform."""
    slope, bend = 16 / 15 * steepest(profile, 1), steepest(profile, 2)
    u, half, r = (Fraction(entry) for entry in TRIPLES[0])
    other, exact = Fraction(16, 15) * half**4 / r**3, over_line(u, r, half)
    for variant, found, because, statement in (
        (
            "a slope of at most 1.73",
            f"{slope:.6f}" if slope > 1.73 else None,
            "it is sqrt(3) at s = 1/2",
            "slope-bounded",
        ),
        ("a bend of at most 4.99", f"{bend:.6f}" if bend > 4.99 else None, "it is 5 at s = 0", "bend-bounded"),
        (
            "the power 2 of 1 - s^2 in place of 5/2",
            f"at u = 3, r = 5 the integral is {exact}, not {other}" if other != exact else None,
            "it is that of the density along the chord, whose length has another root of 1 - s^2",
            "transform",
        ),
    ):
        evidence.control(CLAIM, variant, found, because=because, statement=statement)
