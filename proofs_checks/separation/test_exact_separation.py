"""exact-separation: the least stability norm of any planar rational data, exactly, and how far two layers go beyond."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from flint import arb
from hypothesis import given

from numerics.exact.balls import ball, upper
from numerics.exact.root_sums import RootSum
from numerics.norm import stability_norm
from numerics.separation.planar.dichotomies import PlanarData, lines
from numerics.separation.planar.differentiable_nets import differentiable_network
from numerics.separation.planar.exact_norm import prove_norm, smallest_interpolating_norm
from numerics.separation.planar.planar_sets import (
    CROSS,
    ELEVEN_BY_ELEVEN_PYRAMID,
    FIVE_BY_FIVE,
    FIVE_BY_FIVE_PYRAMID,
    GRID,
    SEVENTEEN,
    PlanarSet,
)
from numerics.separation.planar.rational_bound import prove_rational_bound, rational_lower_bound
from numerics.separation.planar.rational_network import RationalNetwork
from numerics.separation.planar.two_layers import exact_sharpness, origin_bump
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.interpolation import COLLINEAR, exact_value, largest_over_orientations, planar_data
from proofs_checks.instances.networks import Problem, problems
from proofs_checks.instances.profiles import settings

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
    (COLLINEAR, roots((Fraction(2, 9), 1))),
)


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


def test_pinned(evidence: Evidence) -> None:
    """Three points on a line and the cross, by hand: constraints, norms and step sizes."""
    with evidence.tested(
        CLAIM,
        ("lower-bound", "largest-step"),
        "three points on a line: one constraint 1/3 <= 3/9, S* = 2/9, step size 18/13",
    ) as tally:
        data = PlanarData.of(COLLINEAR.points, COLLINEAR.labels)
        # across the line at 1: the datum at 0 alone, mean 1/3, P = 1/3, E X 1 = 0
        (line,) = lines(data)
        assert (line.normal, line.threshold, line.weight) == ((1, 0), Fraction(1), roots((Fraction(1, 9), 1)))
        exact = smallest_interpolating_norm(COLLINEAR.points, COLLINEAR.labels)
        assert exact.dual == tuple(roots((Fraction(q, 9), 1)) for q in (-1, 2, -1))
        assert exact.norm == roots((Fraction(2, 9), 1))
        assert exact.shallow_limit.contains(arb(18) / 13)
        tally.count()
    with evidence.tested(
        CLAIM, ("lower-bound", "prefixes"), "the cross and a line with data on it, some of them active: weights by hand"
    ) as tally:
        # beyond x_1 = 0 is (1, 0) alone: mean 1/5, P = 1/5, |E X 1| = 1/5; other lines through data have one side empty
        weights = {line.normal: line.weight for line in lines(PlanarData.of(CROSS.points, CROSS.labels))}
        assert weights == {(1, 0): roots((Fraction(1, 25), 2)), (0, 1): roots((Fraction(1, 25), 2))}
        # with (0, -5) active beside (1, 3): P = 1/2, E X 1 = (1, -2)/4, less than (1, 3)/4 and P = 1/4 alone
        tilted = PlanarData.of([(1, 3), (-1, 3), (0, -5), (0, 5)], [0, 0, 0, 0])
        upright = next(line for line in lines(tilted) if line.normal == (1, 0))
        assert (upright.weight, upright.side.included) == (roots((Fraction(3, 16), 1)), (2,))
        tally.count()


def moved_network(planar: PlanarSet, epsilon: Fraction) -> tuple[bool, arb]:
    """Whether the optimal net with its lines moved interpolates off all kinks, and its norm."""
    exact = smallest_interpolating_norm(planar.points, planar.labels)
    net = differentiable_network(exact, epsilon)
    values = [net(point) for point in planar.points]
    return values == list(planar.labels) and not net.on_kinks(exact.data), net.stability_norm(exact.data).enclosure()


@pytest.mark.parametrize("planar", [GRID, CROSS, FIVE_BY_FIVE, COLLINEAR], ids=lambda planar: planar.name)
def test_moved_lines(evidence: Evidence, planar: PlanarSet) -> None:
    """Nets that are differentiable at the data come to S* at the rate of the shift."""
    with evidence.tested(
        CLAIM, ("moved-values", "moved-cost"), f"{planar.name}: moved lines interpolate, at a cost linear in the shift"
    ) as tally:
        least = smallest_interpolating_norm(planar.points, planar.labels).enclosure
        extra = []
        for epsilon in (Fraction(1, 10**5), Fraction(1, 10**8)):
            right, norm = moved_network(planar, epsilon)
            assert right
            extra.append(float((norm - least).mid()) / float(epsilon))
            assert extra[-1] > -1e-3
            tally.count()
        assert extra[0] == pytest.approx(extra[1], rel=1e-2, abs=1e-2)


@pytest.mark.parametrize(("planar", "expected"), EXPECTED, ids=[planar.name for planar, _ in EXPECTED])
def test_named_sets(evidence: Evidence, planar: PlanarSet, expected: RootSum) -> None:
    """S* by a measure and a net of the same value, and once more from below without roots."""
    with evidence.certified(
        CLAIM, "values", f"{planar.name}: the least norm is {expected}, by measure and net"
    ) as proofs:
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
        "two-layers-on-seventeen-points",
        "17 points: two hidden layers, stable up to 68/(19 + sqrt 233), bear steps 35.52 times those of shallow nets",
    ) as proofs:
        two_layers = exact_sharpness(origin_bump(), SEVENTEEN.points, SEVENTEEN.labels)
        assert two_layers.closed_form == roots((Fraction(19, 34), 1), (Fraction(1, 34), 233))
        for found, expected in zip(two_layers.factor, (32, -323, 289), strict=True):
            proofs.equal(found, expected, "a coefficient of the characteristic polynomial")
        shallow = smallest_interpolating_norm(SEVENTEEN.points, SEVENTEEN.labels).shallow_limit
        ratio: arb = two_layers.largest_stable_step / shallow
        proofs.at_most(Fraction(3552, 100), ratio, "the ratio of the step sizes")
        proofs.encloses("shallow nets are out above step size", shallow)
        proofs.encloses("largest stable step, two layers", two_layers.largest_stable_step)
        proofs.encloses("ratio of the two step sizes", ratio)


@pytest.mark.parametrize(
    ("planar", "sharpness", "factor", "ratio"),
    [
        (CROSS, roots((Fraction(7, 10), 1), (Fraction(1, 10), 17)), (8, -35, 25), Fraction(1305, 1000)),
        (FIVE_BY_FIVE, roots((Fraction(27, 50), 1), (Fraction(1, 50), 537)), (48, -675, 625), Fraction(3828, 1000)),
    ],
    ids=["cross", "five-by-five"],
)
def test_two_layers_on_smaller_sets(
    evidence: Evidence, planar: PlanarSet, sharpness: RootSum, factor: tuple[int, ...], ratio: Fraction
) -> None:
    """The sharpness of the same net, exactly, and how far its steps go beyond those of shallow nets."""
    with evidence.certified(
        CLAIM, "two-layers-on-cross-and-grid", f"{planar.name}: two hidden layers beyond the limit of shallow nets"
    ) as proofs:
        exact = exact_sharpness(origin_bump(), planar.points, planar.labels)
        assert exact.closed_form == sharpness
        for found, expected in zip(exact.factor, factor, strict=True):
            proofs.equal(found, expected, "a coefficient of the characteristic polynomial")
        shallow = smallest_interpolating_norm(planar.points, planar.labels).shallow_limit
        proofs.at_most(ratio, exact.largest_stable_step / shallow, "the ratio of the step sizes")
        proofs.encloses(f"shallow nets are out above, {planar.name}", shallow)
        proofs.encloses(f"stable up to, {planar.name}", exact.largest_stable_step)


def test_any_planar_data(evidence: Evidence) -> None:
    """The function ends in a proof on random data, and both kinds of certificate agree."""
    with evidence.tested(
        CLAIM,
        ("lower-bound", "prefixes"),
        "random data, repeated and collinear points among them: a proof each, and a root-free bound that agrees",
    ) as tally:

        @settings(max_examples=100)
        @given(planar_data())
        def proved(sample: tuple[list[tuple[int, int]], list[int]]) -> None:
            exact = smallest_interpolating_norm(*sample)
            bound = prove_rational_bound(rational_lower_bound(*sample))
            assert exact.enclosure * (1 - ball(Fraction(1, 10**6))) <= ball(bound)
            assert bound <= upper(exact.enclosure)
            tally.count()

        proved()
        generator = np.random.default_rng(0)
        points = [(int(x), int(y)) for x, y in generator.integers(-100, 101, (40, 2))]
        exact = smallest_interpolating_norm(points, [int(y) for y in generator.integers(0, 2, 40)])
        tally.count()
        tally.figures |= {"lines of 40 random points": exact.lines, "roots in their least norm": len(exact.terms)}


def test_random_nets(evidence: Evidence) -> None:
    """No random net that interpolates its own values on planar data has a smaller norm than S*."""
    with evidence.tested(
        CLAIM,
        ("lower-bound", "largest-step"),
        "random nets and data: the least norm for a net's own values against its norm",
    ) as tally:

        @settings(max_examples=60)
        @given(problems(d=2, max_n=5, max_k=3, kinks=True))
        def holds(problem: Problem) -> None:
            points = [tuple(map(Fraction, point)) for point in problem.x.tolist()]
            labels = [exact_value(problem.network, point) for point in points]
            least = float(smallest_interpolating_norm(points, labels).enclosure.mid())
            norm = stability_norm(problem.network, problem.x)
            assert least <= norm * (1 + 1e-9) + 1e-12
            tally.add((norm - least) / norm if norm - least > 1e-9 * norm + 1e-12 else None)

        holds()


def refusal(prove: Callable[[], object]) -> str:
    """Why a certificate is refused."""
    with pytest.raises(ArithmeticError) as refused:
        prove()
    return str(refused.value)


def test_controls_moved(evidence: Evidence) -> None:
    """Certificates for other data, each refused."""
    points, labels = list(SEVENTEEN.points), list(SEVENTEEN.labels)
    exact = smallest_interpolating_norm(points, labels)
    bound = rational_lower_bound(points, labels)
    corner = (Fraction(10), Fraction(10))
    moved = [(Fraction(10), Fraction(11)) if point == corner else point for point in points]
    evidence.control(
        CLAIM,
        "the certificate of the 17 points with (10, 10) moved to (10, 11)",
        refusal(lambda: prove_norm(moved, labels, exact.dual, exact.net)),
        because="the net does not interpolate there, and the measure does not annihilate affine functions",
        statement="values",
    )
    # a linear map keeps what the measure annihilates, and makes the weights smaller
    shrunk = tuple((x, y * Fraction(9, 10)) for x, y in bound.points)
    evidence.control(
        CLAIM,
        "the root-free certificate with all second coordinates times 0.9",
        refusal(lambda: prove_rational_bound(replace(bound, points=shrunk))),
        because="the weights are smaller there, and the measure's moments are not",
        statement="lower-bound",
    )
    other = [y + (point == corner) for point, y in zip(points, labels, strict=True)]
    evidence.control(
        CLAIM,
        "the certificate of the 17 points with the label of (10, 10) changed",
        refusal(lambda: prove_norm(points, other, exact.dual, exact.net)),
        because="the net does not interpolate",
        statement="values",
    )
    longer = replace(bound, measure=tuple(1001 * m for m in bound.measure), denominator=1000 * bound.denominator)
    evidence.control(
        CLAIM,
        "the measure scaled by 1.001",
        refusal(lambda: prove_rational_bound(longer)),
        because="some constraint is tight",
        statement="lower-bound",
    )


def test_controls_constants(evidence: Evidence) -> None:
    """A larger least norm, the dearer orientation, and a smaller step."""
    exact = smallest_interpolating_norm(SEVENTEEN.points, SEVENTEEN.labels)
    norm = exact.net.stability_norm(exact.data).enclosure()
    evidence.control(
        CLAIM,
        "a least norm larger by a thousandth",
        f"the net found interpolates with norm {norm.str(10, radius=False)}"
        if norm < exact.enclosure * ball(Fraction(1001, 1000))
        else None,
        because="the bound is attained",
        statement="values",
    )
    wrong = largest_over_orientations(SEVENTEEN)
    evidence.control(
        CLAIM,
        "the maximum over the two orientations in place of the minimum",
        f"it would give {wrong:.6f}, but the net found has norm {norm.str(10, radius=False)}"
        if norm < ball(wrong - 1e-6)
        else None,
        because="a net may orient each line as is cheaper, and the weight of its norm is the smaller one",
        statement="lower-bound",
    )
    net = differentiable_network(exact, Fraction(1, 10**6))
    uncorrected = RationalNetwork(net.constant, net.slope, net.neurons[: len(exact.net.neurons)])
    wrong_at = [p for p, y in zip(SEVENTEEN.points, SEVENTEEN.labels, strict=True) if uncorrected(p) != y]
    evidence.control(
        CLAIM,
        "the net with its lines moved and nothing subtracted interpolates",
        f"it misses the label at {len(wrong_at)} of 17 points" if wrong_at else None,
        because="on data near a line that moves the neuron changes by the shift",
        statement="moved-values",
    )


def test_control_collinear(evidence: Evidence) -> None:
    """Lines through two data points, where all data lie on one line."""
    exact = smallest_interpolating_norm(COLLINEAR.points, COLLINEAR.labels)
    (neuron,) = exact.net.neurons
    through_two = {
        not any(neuron.normal[0] * x + neuron.normal[1] * y - neuron.threshold for x, y in pair)
        for pair in combinations(COLLINEAR.points, 2)
    }
    # on the line y = 0 neurons vanish on the data, so such nets are affine there: 0 - 2 + 0 = 0 would have to hold
    second_difference = COLLINEAR.labels[0] - 2 * COLLINEAR.labels[1] + COLLINEAR.labels[2]
    evidence.control(
        CLAIM,
        "lines through at least two data points suffice for data on a line",
        f"labels 0, 1, 0 on 0, 1, 2: norm {exact.norm} by a line through one datum, and no net of lines through two"
        if through_two == {False} and second_difference != 0 and exact.norm == roots((Fraction(2, 9), 1))
        else None,
        because="the only line through two data carries all of them: its neurons vanish there, and its weight is 0",
        statement="lower-bound",
    )
