"""Memorising networks: exact values, one and two data, shared labels, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from numerics.converse.memorisation import (
    memorising_gram,
    memorising_network,
    memorising_norm,
    memorising_point,
    memorising_sharpness,
    memory_costs,
)
from numerics.gram import gram_matrix, gram_sharpness
from numerics.norm import stability_norm


def test_a_network_by_hand() -> None:
    """Data 3/4 and 0: lengths 5/4 and 1, leads (3/4)(3/4) and its double, along x minus the mean 3/8."""
    network = memorising_network([[0.75], [0.0]], [5.0, 1.0])
    assert network.w2 == pytest.approx([2.0, 1.0])
    # t = (9/32) / (2 + 5/4) for the first: w1 = (5/2) (3/8) / t
    assert network.W1[0, 0] == pytest.approx(2.5 * 0.375 * 3.25 * 32 / 9)
    assert network([[0.75], [0.0]]) == pytest.approx([5.0, 1.0])


def test_closed_forms() -> None:
    """Three points of a circle about the origin, labels on either side of the output bias and on it."""
    x = np.array([[1.0, 0.0], [-0.6, 0.8], [0.0, -1.0]])
    y = np.array([2.0, -1.0, 0.5])
    costs = memory_costs(x, y, 0.5)
    assert costs == pytest.approx(np.sqrt(2) * np.array([1.5, 1.5, 0.0]))
    network = memorising_network(x, y, 0.5, directions=x)
    assert network.k == 2
    assert gram_matrix(network, x) == pytest.approx(memorising_gram(costs))
    assert gram_sharpness(network, x) == pytest.approx(memorising_sharpness(costs))
    assert stability_norm(network, x) == pytest.approx(memorising_norm(costs))
    step, norm = memorising_point(x, y, 0.5)
    assert (step, norm) == (2 / memorising_sharpness(costs), memorising_norm(costs))
    assert 1 + 2 * norm < 2 / step


@pytest.mark.parametrize("costs", [[0.0], [0.0, 0.0], [3.0, 3.0, 3.0], [0.1] * 7, [1e12, 1e12]])
def test_equal_costs(costs: list[float]) -> None:
    """The sharpness is 1 + 2 c/n."""
    assert memorising_sharpness(costs) == pytest.approx(1 + 2 * costs[0] / len(costs), rel=1e-15)


@pytest.mark.parametrize("costs", [[1.0, 3.0], [0.0, 0.0, 5.0], [1e-9, 0.0], [1e9, 1.0, 0.0], [2.0, 2.0 + 1e-13]])
def test_secular_equation(costs: list[float]) -> None:
    """The solution is the top eigenvalue."""
    top = float(np.linalg.eigvalsh(memorising_gram(costs))[-1])
    assert memorising_sharpness(costs) == pytest.approx(top, rel=1e-14)


def test_one_datum() -> None:
    """No hyperplane weighs: the norm is 0, the sharpness 1 + 2c; the datum 0 is memorised too."""
    for x in ([[3.0]], [[0.0]], [[0.0, 0.0]]):
        network = memorising_network(x, [2.0])
        assert network(x) == pytest.approx([2.0])
        assert stability_norm(network, x) == memorising_norm(memory_costs(x, [2.0])) == 0.0
        assert gram_sharpness(network, x) == pytest.approx(1 + 2 * memory_costs(x, [2.0])[0])


def test_labels_equal_to_the_output_bias() -> None:
    """They need no neuron, wherever their data lie."""
    assert memorising_network([[1.0], [2.0], [3.0]], [4.0, 4.0, 4.0], 4.0).k == 0
    network = memorising_network([[1.0], [2.0], [3.0]], [5.0, 4.0, 3.0], 4.0)
    assert network([[1.0], [2.0], [3.0]]) == pytest.approx([5.0, 4.0, 3.0])


@pytest.mark.parametrize(
    ("x", "y", "directions", "message"),
    [
        (
            [[1.0], [1.0]],
            [1.0, 0.0],
            None,
            "datum 0 is not cut off from datum 1 along its direction; the two are equal",
        ),
        ([[1.0], [2.0], [4.0]], [0.0, 1.0, 0.0], None, "datum 1 is not cut off .* unless it lies among the others"),
        ([[1.0], [2.0]], [1.0, 1.0], [[0.0], [1.0]], "datum 0 is not cut off from datum 1"),
        ([[1.0], [2.0]], [1.0, 1.0], [[1.0]], r"one direction for each datum, shape \(2, 1\), not \(1, 1\)"),
        ([[1.0], [2.0]], [1.0], None, "one label for each of the 2 data"),
        ([[1.0], [np.nan]], [1.0, 0.0], None, "the data x"),
    ],
)
def test_refused(x: list[list[float]], y: list[float], directions: list[list[float]] | None, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        memorising_network(x, y, directions=directions)


@pytest.mark.parametrize("costs", [[], [-1.0, 1.0], [np.inf]])
def test_costs_refused(costs: list[float]) -> None:
    with pytest.raises(ValueError, match="costs"):
        memorising_sharpness(costs)
