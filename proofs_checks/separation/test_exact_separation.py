"""exact-separation: the least stability norm of any planar rational data, exactly, and how far two layers go beyond."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.depth.finite.dichotomies import PlanarData, lines
from numerics.depth.finite.exact_norm import prove_norm, smallest_interpolating_norm
from numerics.depth.finite.norm_search import float_optimum
from numerics.depth.finite.planar_sets import (
    CROSS,
    ELEVEN_BY_ELEVEN_PYRAMID,
    FIVE_BY_FIVE,
    FIVE_BY_FIVE_PYRAMID,
    GRID,
    SEVENTEEN,
    PlanarSet,
)
from numerics.depth.finite.rational_bound import prove_rational_bound, rational_lower_bound
from numerics.depth.finite.root_sums import RootSum
from numerics.depth.finite.two_layers import exact_sharpness, origin_bump
from numerics.support.balls import ball, upper
from proofs_checks.evidence.ledger import Evidence

CLAIM = "exact-separation"


def roots(*terms: tuple[Fraction | int, int]) -> RootSum:
    """The sum of q sqrt(r)."""
    return RootSum.combination((1, RootSum.of(q, r)) for q, r in terms)


EXPECTED = (
    (GRID, roots((Fraction(8, 81), 17))),
    (SEVENTEEN, roots((Fraction(9, 578), 201), (Fraction(176, 289), 251), (Fraction(9, 34), 809))),
    (CROSS, roots((Fraction(4, 25), 2))),
    (FIVE_BY_FIVE, roots((Fraction(12, 625), 1), (Fraction(16, 25), 3), (Fraction(8, 125), 21))),
    (FIVE_BY_FIVE_PYRAMID, roots((Fraction(3, 5), 1), (Fraction(4, 625), 86))),
    (ELEVEN_BY_ELEVEN_PYRAMID, roots((Fraction(12, 121), 34), (Fraction(28, 14641), 467))),
)


@pytest.mark.parametrize(("planar", "expected"), EXPECTED, ids=[planar.name for planar, _ in EXPECTED])
def test_named_sets(evidence: Evidence, planar: PlanarSet, expected: RootSum) -> None:
    """S* by a measure and a net of the same value, and once more from below without roots."""
    with evidence.certified(CLAIM, f"{planar.name}: the least norm is {expected}, by measure and net") as proofs:
        exact = smallest_interpolating_norm(planar.points, planar.labels)
        for (factor, radicand), (expected_factor, expected_radicand) in zip(exact.terms, expected.terms, strict=True):
            proofs.equal(factor, expected_factor, "a factor of a root")
            proofs.equal(radicand, expected_radicand, "a radicand")
        bound = prove_rational_bound(rational_lower_bound(planar.points, planar.labels))
        # equality is possible only for a rational S*, so that the upper end of the ball decides
        proofs.at_most(bound, upper(exact.enclosure), "the root-free bound")
        proofs.at_most(exact.enclosure * (1 - ball(Fraction(1, 10**9))), bound, "the least norm but for a billionth")
        proofs.encloses("least stability norm", exact.enclosure)
        proofs.encloses("shallow nets are out above step size", exact.shallow_limit)
        proofs.figures |= {"points": len(planar.points), "lines": exact.lines, "tight lines": len(exact.tight)}


def test_separation_on_seventeen_points(evidence: Evidence) -> None:
    """Where shallow nets are out, and where two hidden layers still are stable."""
    with evidence.certified(
        CLAIM,
        "17 points: two hidden layers, stable up to 68/(19 + sqrt 233), bear steps 35 times those of shallow nets",
    ) as proofs:
        two_layers = exact_sharpness(origin_bump(), SEVENTEEN.points, SEVENTEEN.labels)
        assert two_layers.closed_form == roots((Fraction(19, 34), 1), (Fraction(1, 34), 233))
        for found, expected in zip(two_layers.factor, (32, -323, 289), strict=True):
            proofs.equal(found, expected, "a coefficient of the characteristic polynomial")
        shallow = smallest_interpolating_norm(SEVENTEEN.points, SEVENTEEN.labels).shallow_limit
        ratio: arb = two_layers.largest_stable_step / shallow
        proofs.at_most(35, ratio, "the ratio of the step sizes")
        proofs.encloses("shallow nets are out above step size", shallow)
        proofs.encloses("largest stable step, two layers", two_layers.largest_stable_step)
        proofs.encloses("ratio of the two step sizes", ratio)


@st.composite
def planar_data(draw: st.DrawFn) -> tuple[list[tuple[int, int]], list[int]]:
    """Points of a small grid, possibly repeated or collinear, with labels by point."""
    table = draw(
        st.dictionaries(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), st.integers(-2, 2), min_size=1, max_size=9)
    )
    points = list(table) + draw(st.lists(st.sampled_from(sorted(table)), max_size=3))
    return points, [table[point] for point in points]


def test_any_planar_data(evidence: Evidence) -> None:
    """The function ends in a proof on random data, and both kinds of certificate agree."""
    with evidence.certified(
        CLAIM, "random data, repeated and collinear points among them: a proof each, and a root-free bound that agrees"
    ) as proofs:

        @settings(max_examples=100)
        @given(planar_data())
        def proved(sample: tuple[list[tuple[int, int]], list[int]]) -> None:
            exact = smallest_interpolating_norm(*sample)
            bound = prove_rational_bound(rational_lower_bound(*sample))
            assert exact.enclosure * (1 - ball(Fraction(1, 10**6))) <= ball(bound)
            assert bound <= upper(exact.enclosure)
            proofs.count()

        proved()

    generator = np.random.default_rng(0)
    with evidence.certified(CLAIM, "40 random points with 0-1 labels: a proof") as proofs:
        points = [(int(x), int(y)) for x, y in generator.integers(-100, 101, (40, 2))]
        exact = smallest_interpolating_norm(points, [int(y) for y in generator.integers(0, 2, 40)])
        proofs.count()
        proofs.encloses("least stability norm", exact.enclosure)
        proofs.figures |= {"lines": exact.lines, "roots in the least norm": len(exact.terms)}


def refusal(prove: Callable[[], object]) -> str | None:
    """Why a certificate is refused."""
    try:
        prove()
    except ArithmeticError as error:
        return str(error)
    return None


def largest_over_orientations(planar: PlanarSet) -> float:
    """The value of the linear program with the dearer orientation of each line."""
    data = PlanarData.of(planar.points, planar.labels)
    enumerated = lines(data)
    weights = np.array([max(side.square for side in line.sides) ** 0.5 / line.unit for line in enumerated])
    return float_optimum(data, enumerated, weights).value


def test_controls(evidence: Evidence) -> None:
    """Certificates and claims that are wrong by little, each refused."""
    points, labels = list(SEVENTEEN.points), list(SEVENTEEN.labels)
    exact = smallest_interpolating_norm(points, labels)
    bound = rational_lower_bound(points, labels)
    corner = (Fraction(10), Fraction(10))
    moved = [(Fraction(10), Fraction(11)) if point == corner else point for point in points]
    evidence.control(
        CLAIM,
        "the certificate of the 17 points with (10, 10) moved to (10, 11)",
        refusal(lambda: prove_norm(moved, labels, exact.dual, exact.net)),
    )
    # a linear map keeps what the measure annihilates, and makes the weights smaller
    shrunk = tuple((x, y * Fraction(9, 10)) for x, y in bound.points)
    evidence.control(
        CLAIM,
        "the root-free certificate with all second coordinates times 0.9",
        refusal(lambda: prove_rational_bound(replace(bound, points=shrunk))),
    )
    other = [y + (point == corner) for point, y in zip(points, labels, strict=True)]
    evidence.control(
        CLAIM,
        "the certificate of the 17 points with the label of (10, 10) changed",
        refusal(lambda: prove_norm(points, other, exact.dual, exact.net)),
    )
    longer = replace(bound, measure=tuple(1001 * m for m in bound.measure), denominator=1000 * bound.denominator)
    evidence.control(CLAIM, "the measure scaled by 1.001", refusal(lambda: prove_rational_bound(longer)))
    norm = exact.net.stability_norm(exact.data).enclosure()
    evidence.control(
        CLAIM,
        "a least norm larger by a thousandth",
        f"the net found interpolates with norm {norm.str(10, radius=False)}"
        if norm < exact.enclosure * ball(Fraction(1001, 1000))
        else None,
    )
    wrong = largest_over_orientations(SEVENTEEN)
    evidence.control(
        CLAIM,
        "the maximum over the two orientations in place of the minimum",
        f"it would give {wrong:.6f}, but the net found has norm {norm.str(10, radius=False)}"
        if norm < ball(wrong - 1e-6)
        else None,
    )
