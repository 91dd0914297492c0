"""Root-free lower bounds, against a naive checker that shares no code with what makes them."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given

from numerics.exact.balls import ball, upper
from numerics.separation.planar.exact_norm import smallest_interpolating_norm
from numerics.separation.planar.planar_sets import CROSS, GRID, PLANAR_SETS, SEVENTEEN, PlanarSet
from numerics.separation.planar.rational_bound import RationalBound, prove_rational_bound, rational_lower_bound
from proofs_checks.instances.profiles import settings
from tests.numerics.separation.planar.planar import Sample, samples


def naive_check(bound: RationalBound) -> bool:
    """The certificate checked by its description: lines through pairs, orientations, prefixes and suffixes."""
    points, times, mu = bound.points, bound.multiplicities, bound.measure
    n = sum(times)
    if any(
        sum(m * f(p) for m, p in zip(mu, points, strict=True)) for f in (lambda _: 1, lambda p: p[0], lambda p: p[1])
    ):
        return False
    normals = [(b[1] - a[1], a[0] - b[0], a) for a, b in itertools.combinations(points, 2)]
    if all(p * (c[0] - a[0]) + q * (c[1] - a[1]) == 0 for p, q, a in normals for c in points):
        normals = [(b[0] - a[0], b[1] - a[1], c) for a, b in itertools.combinations(points[:2], 2) for c in points]
    for p, q, a in normals:
        t = [p * (x - a[0]) + q * (y - a[1]) for x, y in points]
        on = sorted((j for j in range(len(points)) if t[j] == 0), key=lambda j: -q * points[j][0] + p * points[j][1])
        pairing = sum(m * max(v, Fraction(0)) for m, v in zip(mu, t, strict=True))
        for sign in (1, -1):
            excess = sum(k * max(sign * v, Fraction(0)) for k, v in zip(times, t, strict=True)) / n
            for cut in range(len(on) + 1):
                for part in (on[:cut], on[cut:]):
                    active = [j for j in range(len(points)) if sign * t[j] > 0 or j in part]
                    moments = [sum(times[j] * f for j in active for f in [points[j][i]]) for i in (0, 1)]
                    square = Fraction(sum(times[j] for j in active) ** 2 + moments[0] ** 2 + moments[1] ** 2) / n**2
                    if pairing**2 > bound.denominator**2 * excess**2 * square:
                        return False
    return True


@settings(max_examples=40)
@given(samples())
def test_bounds_are_proved_and_near(sample: Sample) -> None:
    points, labels = sample
    bound = rational_lower_bound(points, labels)
    assert prove_rational_bound(bound) == bound.value
    assert naive_check(bound)
    exact = smallest_interpolating_norm(points, labels)
    assert bound.value <= upper(exact.enclosure)
    assert float(bound.value) == pytest.approx(float(exact.enclosure.mid()), rel=1e-7, abs=1e-12)


@pytest.mark.parametrize("planar", PLANAR_SETS, ids=lambda s: s.name)
def test_named_sets(planar: PlanarSet) -> None:
    bound = rational_lower_bound(planar.points, planar.labels)
    assert prove_rational_bound(bound) == bound.value
    exact = smallest_interpolating_norm(planar.points, planar.labels).enclosure
    assert ball(bound.value) <= exact or bound.value <= upper(exact)
    assert float(bound.value) == pytest.approx(float(exact.mid()), rel=1e-9)


def test_repeated_points_are_merged() -> None:
    bound = rational_lower_bound([*CROSS.points, (0, 0)], [*CROSS.labels, 1])
    assert bound.multiplicities == (2, 1, 1, 1, 1)
    assert naive_check(bound)


def test_more_data() -> None:
    """Sixty random points: the value of the exact proof, by another certificate."""
    generator = np.random.default_rng(0)
    points = [(int(x), int(y)) for x, y in generator.integers(-100, 101, (60, 2))]
    labels = [int(y) for y in generator.integers(0, 2, 60)]
    bound = rational_lower_bound(points, labels)
    exact = smallest_interpolating_norm(points, labels)
    assert prove_rational_bound(bound) == bound.value
    assert float(bound.value) == pytest.approx(float(exact.enclosure.mid()), rel=1e-7)


def test_affine_labels_give_zero() -> None:
    bound = rational_lower_bound(GRID.points, [x + 2 * y for x, y in GRID.points])
    assert bound.value == 0
    assert not any(bound.measure)


@pytest.mark.parametrize("planar", [GRID, SEVENTEEN], ids=lambda s: s.name)
def test_a_larger_claim_is_refused(planar: PlanarSet) -> None:
    bound = rational_lower_bound(planar.points, planar.labels)
    larger = replace(bound, denominator=bound.denominator * 1000 // 1001)
    assert not naive_check(larger)
    with pytest.raises(ArithmeticError, match="violates the constraint of the line"):
        prove_rational_bound(larger)


def test_a_moved_point_is_refused() -> None:
    bound = rational_lower_bound(GRID.points, GRID.labels)
    moved = list(bound.points)
    moved[4] = (Fraction(1, 10), Fraction(0))
    with pytest.raises(ArithmeticError, match="does not annihilate"):
        prove_rational_bound(replace(bound, points=tuple(moved)))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"measure": (1, 2)}, "distinct points, each with one"),
        ({"points": ((Fraction(0), Fraction(0)),) * 5}, "distinct points, each with one"),
        ({"multiplicities": (0, 1, 1, 1, 1)}, "at least 1"),
        ({"denominator": 0}, "at least 1"),
    ],
)
def test_what_is_no_certificate_is_refused(change: dict[str, object], message: str) -> None:
    bound = rational_lower_bound(CROSS.points, CROSS.labels)
    with pytest.raises(ValueError, match=message):
        prove_rational_bound(replace(bound, **change))  # type: ignore[arg-type]
