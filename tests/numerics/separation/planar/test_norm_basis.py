"""Exact candidates from the float solution: each net interpolates, and for the cross both are optimal."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given

from numerics.exact.root_sums import RootSum
from numerics.separation.planar.dichotomies import PlanarData, lines
from numerics.separation.planar.norm_basis import float_solutions
from numerics.separation.planar.planar_sets import CROSS
from numerics.separation.planar.rational_network import Neuron, RationalNetwork
from proofs_checks.instances.profiles import settings
from tests.numerics.separation.planar.planar import Sample, samples


@settings(max_examples=20)
@given(samples(most=6))
def test_nets_interpolate(sample: Sample) -> None:
    """Whatever the floats were: the basis is solved exactly."""
    data = PlanarData.of(*sample)
    for dual, (constant, *slope), used in float_solutions(data, lines(data)):
        neurons = tuple(Neuron(line.normal, line.threshold, amplitude) for line, amplitude in used)
        net = RationalNetwork(constant, (slope[0], slope[1]), neurons)
        assert len(dual) == len(data.points)
        assert [net(point) for point in data.points] == list(data.labels)


def test_cross() -> None:
    """Norm of the net and pairing of the measure with the labels are 4 sqrt(2)/25."""
    data = PlanarData.of(CROSS.points, CROSS.labels)
    dual, (constant, *slope), used = next(float_solutions(data, lines(data)))
    best = RootSum.of(Fraction(4, 25), 2)
    net = RationalNetwork(
        constant,
        (slope[0], slope[1]),
        tuple(Neuron(line.normal, line.threshold, amplitude) for line, amplitude in used),
    )
    assert net.stability_norm(data) == best
    assert dual[CROSS.points.index((Fraction(0), Fraction(0)))] == best
