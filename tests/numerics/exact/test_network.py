"""A network on its data, exactly: against rationals that share no code with it, and where floats lose the sign."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from hypothesis import given

from numerics.arrays.hyperplanes import hyperplane_groups, representative
from numerics.exact.balls import ball
from numerics.exact.dyadic import Dyadic
from numerics.exact.network import ExactData, ExactNetwork, smaller_side
from numerics.network import ShallowNetwork
from proofs_checks.instances.exact import RationalProblem
from tests.numerics.examples import Example, grid_examples, net, tricky

Rows = list[list[Fraction]]


def exact_network(network: ShallowNetwork, x: list[list[float]]) -> ExactNetwork:
    return ExactNetwork(network, ExactData(np.array(x)))


def fractions(matrix: Dyadic) -> Rows:
    rows, columns = matrix.shape
    return [[matrix.fraction(i, j) for j in range(columns)] for i in range(rows)]


def assert_is(example: Example) -> None:
    """Every quantity is the rational one."""
    f, n = example.network, len(example.x)
    found = ExactNetwork(f, ExactData(example.x))
    exact = RationalProblem.of(f.W1, f.b1, f.w2, f.b2, example.x, example.y)
    t = exact.preactivations()
    assert fractions(found.preactivations) == [list(row) for row in t]
    assert found.signs.tolist() == [[(value > 0) - (value < 0) for value in row] for row in t]
    assert found.kinks == exact.kinks()
    assert fractions(found.gram) == [[n * entry for entry in row] for row in exact.gram()]
    assert fractions(found.residuals(example.y)) == [[residual] for residual in exact.residuals()]
    for side, sign in ((found.above, 1), (found.below, -1)):
        assert side.n == n
        assert fractions(side.mask) == [[Fraction(sign * value > 0) for value in row] for row in t]
        assert fractions(side.outputs) == [[max(sign * value, Fraction(0)) for value in row] for row in t]
        for i in exact.neurons:
            expected = exact.side(i, sign)
            assert side.excess.fraction(0, i) == n * expected.excess
            assert side.feature.fraction(0, i) == n**2 * expected.lever_square
            assert (side.term(i) ** 2).overlaps(ball(expected.excess**2 * expected.lever_square))
    for group, plane in zip(hyperplane_groups(f.W1, f.b1), exact.hyperplanes(), strict=True):
        factors = {i: abs(factor) for i, factor in plane}
        total = sum((exact.w2[i] * factor for i, factor in factors.items()), Fraction(0))
        assert found.merged_output_weight(group) == total / factors[representative(f.W1, group)]


@given(grid_examples())
def test_rationals_with_kinks_and_shared_hyperplanes(example: Example) -> None:
    assert_is(example)


@pytest.mark.parametrize("example", tricky().values(), ids=list(tricky()))
def test_tricky_cases(example: Example) -> None:
    """Among them no neurons, dead and constant ones, duplicated points, and data of very different sizes."""
    assert_is(example)


def test_both_orientations_of_one_hyperplane() -> None:
    # 3 relu(x) + 2 relu(-x/2): amplitudes 3 and 1, in units of |w1| = 1
    network = net([[1.0], [-0.5]], [0.0, 0.0], [3.0, 2.0])
    (group,) = hyperplane_groups(network.W1, network.b1)
    assert exact_network(network, [[1.0]]).merged_output_weight(group) == 4
    cancelling = net([[1.0], [-2.0]], [0.5, -1.0], [2.0, -1.0])
    (group,) = hyperplane_groups(cancelling.W1, cancelling.b1)
    assert exact_network(cancelling, [[1.0]]).merged_output_weight(group) == 0


def test_kinks_are_counted_on_the_rationals() -> None:
    network = net([[0.1, -0.3]], [0.0], [1.0])
    assert exact_network(network, [[3.0, 1.0]]).kinks == 0  # 3 times 0.1 is not 0.3 exactly
    assert exact_network(network, [[0.3, 0.1]]).kinks == 1
    assert exact_network(net([[1.0, -2.0]], [0.0], [1.0]), [[2.0, 1.0], [0.2, 0.1]]).kinks == 2
    # a neuron without weights or bias is on its kink everywhere
    assert exact_network(net([[0.0]], [0.0], [1.0]), [[1.0], [2.0], [2.0]]).kinks == 3


@pytest.mark.parametrize(("bias", "expected"), [(2.0**-80, 4 + Fraction(1, 2**160)), (-(2.0**-80), 1), (0.0, 1)])
def test_masks_do_not_mind_what_floats_round_to_zero(bias: float, expected: Fraction | int) -> None:
    # at (1, -1): 1 + z^2 + w2^2 (1 + 2) above the kink
    exact = exact_network(net([[1.0, 1.0]], [bias], [1.0]), [[1.0, -1.0]])
    assert exact.gram.fraction() == expected
    assert exact.kinks == (bias == 0)


def test_enormous_and_tiny_weights_are_exact() -> None:
    exact = exact_network(net([[1e300]], [5e-324], [1e300]), [[1e300]])
    value = Fraction(1e300) ** 2 + Fraction(5e-324)
    assert exact.preactivations.fraction() == value
    assert exact.gram.fraction() == 1 + value**2 + Fraction(1e300) ** 2 * (1 + Fraction(1e300) ** 2)


def test_features_are_products_of_the_points_with_a_one_behind() -> None:
    data = ExactData(np.array([[0.1, 2.0], [-1.0, 0.0]]))
    tenth = Fraction(0.1)
    assert fractions(data.features) == [[tenth**2 + 5, 1 - tenth], [1 - tenth, 2]]


def test_the_smaller_side_encloses_whichever_is_smaller() -> None:
    assert smaller_side(arb(1), arb(2)) == smaller_side(arb(2), arb(1)) == 1
    either = smaller_side(arb(2, 1), arb(2.5, 0.25))
    assert either.contains(1)
    assert either.contains(2.5)
    assert not either.overlaps(arb(3))
