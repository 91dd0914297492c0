"""Networks with two hidden layers: values, gradients, Hessian, kinks, and the one that is the pyramid."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from numerics.network import Array
from numerics.separation.pyramid import pyramid
from numerics.separation.two_layers.network import UNIT_SCALES, LayerScales, TwoLayerNetwork, pyramid_network
from proofs_checks.instances.profiles import settings
from tests.unchecked import unchecked


def gaussian(seed: int, d: int = 3, k: int = 4, m: int = 3) -> TwoLayerNetwork:
    """A network in general position."""
    r = np.random.default_rng(seed)
    return TwoLayerNetwork(
        r.standard_normal((k, d)),
        r.standard_normal(k),
        r.standard_normal((m, k)),
        r.standard_normal(m),
        r.standard_normal(m),
        0.3,
    )


def torch_value(network: TwoLayerNetwork, theta: torch.Tensor, point: torch.Tensor) -> torch.Tensor:
    """The network's value with other parameters, in PyTorch."""
    (k, m), d = network.widths, network.d
    W1, b1, W2, b2, w3, b3 = torch.split(theta, [k * d, k, m * k, m, m, 1])
    hidden = torch.relu(W1.reshape(k, d) @ point + b1)
    return (torch.relu(W2.reshape(m, k) @ hidden + b2) @ w3 + b3).sum()


@pytest.mark.parametrize("seed", range(4))
def test_values_and_gradients_agree_with_autograd(seed: int) -> None:
    network, x = gaussian(seed), np.random.default_rng(seed + 50).standard_normal((9, 3))
    theta = torch.tensor(network.parameters(), requires_grad=True)
    values, rows = [], []
    for point in torch.tensor(x):
        value = torch_value(network, theta, point)
        values.append(float(value.detach()))
        rows.append(torch.autograd.grad(value, theta)[0].numpy())
    np.testing.assert_allclose(network(x), values, rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(network.gradients(x), np.array(rows), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("d", [1, 2, 3])
def test_the_hessian_at_interpolation_has_the_spectrum_of_the_gram_matrix(d: int) -> None:
    network = pyramid_network(d, LayerScales.of(Fraction(3, 4), Fraction(2, 3)))
    x = np.random.default_rng(d).uniform(-0.6, 0.6, (6, d))
    data, labels = torch.tensor(x), torch.tensor(network(x))

    def loss(theta: torch.Tensor) -> torch.Tensor:
        residuals = torch.stack([torch_value(network, theta, point) for point in data]) - labels
        return (residuals**2).mean() / 2

    hessian_of: Callable[..., torch.Tensor] = torch.autograd.functional.hessian
    hessian = hessian_of(loss, torch.tensor(network.parameters())).numpy()
    features = network.gradients(x)
    np.testing.assert_allclose(hessian, features.T @ features / 6, atol=1e-12)
    assert network.sharpness(x) == pytest.approx(np.linalg.eigvalsh(hessian)[-1], rel=1e-12)


@pytest.mark.parametrize("n", [1, 5, 60])
def test_the_gram_matrix_is_that_of_the_gradients(n: int) -> None:
    network, x = gaussian(7), np.random.default_rng(3).standard_normal((n, 3))
    features = network.gradients(x)
    np.testing.assert_allclose(network.gram_matrix(x), features @ features.T / n, rtol=1e-12, atol=1e-13)
    # more data than parameters, and fewer
    assert network.sharpness(x) == pytest.approx(np.linalg.eigvalsh(features @ features.T / n)[-1], rel=1e-12)


def scales() -> st.SearchStrategy[LayerScales]:
    positive = st.builds(Fraction, st.integers(1, 12), st.integers(1, 12))
    return st.builds(LayerScales.of, positive, positive)


@settings(max_examples=60)
@given(scales(), st.integers(1, 5), st.integers(0, 10**6))
def test_the_pyramid_is_the_same_at_all_scales(s: LayerScales, d: int, seed: int) -> None:
    x = np.random.default_rng(seed).uniform(-1, 1, (8, d))
    np.testing.assert_allclose(pyramid_network(d, s)(x), pyramid(x), atol=1e-12)


def test_powers_of_two_are_exact() -> None:
    x = np.array([[0.25, -0.5], [0.125, 0.0], [2.0, 1.0]])
    network = pyramid_network(2, LayerScales.of(Fraction(1, 4), 8))
    np.testing.assert_array_equal(network(x), [0.25, 0.875, 0.0])


def test_kinks_are_found_where_the_output_depends_on_them() -> None:
    x = np.array([[0.25, 0.25], [0.0, 0.5], [1.0, 0.0], [0.5, 0.5], [2.0, 0.0], [2.0, 2.0], [1e-9, 0.5]])
    network = pyramid_network(2)
    # a coordinate 0 far outside does no harm: the second layer is off nearby
    assert network.kinks(x).tolist() == [False, True, True, True, False, False, False]
    assert network.kinks(x, tolerance=1e-6)[-1]
    near = np.array([[0.5, 0.5 + 1e-9]])
    assert network.kinks(near, tolerance=1e-6).tolist() == [True]
    assert network.kinks(near).tolist() == [False]


def test_all_modes_of_a_kink_counted_exceed_the_bound() -> None:
    at_vertex = np.array([[1 - 1e-9, 0.0]])
    network = pyramid_network(2)
    squares = [float(np.sum(network.gradients(at_vertex, slope_at_kinks=slope) ** 2)) for slope in (0.0, 1.0)]
    assert squares == pytest.approx([5, 9], abs=1e-7)  # one neuron fewer than off the kink, and one more


def test_parameters_go_round() -> None:
    network = gaussian(2)
    again = network.with_parameters(network.parameters())
    for name in ("W1", "b1", "W2", "b2", "w3", "b3"):
        np.testing.assert_array_equal(getattr(again, name), getattr(network, name))
    with pytest.raises(ValueError, match="there are 35 parameters, not 3"):
        network.with_parameters([1.0, 2.0, 3.0])


def test_one_neuron_and_dead_layers() -> None:
    network = TwoLayerNetwork(np.ones((1, 1)), np.zeros(1), np.ones((1, 1)), np.array([-5.0]), np.ones(1), 2.0)
    x = np.array([[1.0], [-1.0]])
    assert network(x).tolist() == [2.0, 2.0]
    assert network.sharpness(x) == 1.0
    assert not network.kinks(x).any()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"b1": np.zeros(3)}, r"b1 must have the shape \(4,\)"),
        ({"W2": np.zeros((1, 3))}, r"W2 must have the shape \(1, 4\)"),
        ({"b2": np.zeros(2)}, "b2 must have the shape"),
        ({"w3": np.zeros((1, 1))}, "w3 must have 1 axes"),
        ({"b3": float("nan")}, "b3 must be finite"),
        ({"W1": np.zeros((4, 0))}, "at least one column"),
    ],
)
def test_parameters_that_do_not_fit_are_refused(change: dict[str, Any], message: str) -> None:
    parts: dict[str, Any] = {
        "W1": np.zeros((4, 2)),
        "b1": np.zeros(4),
        "W2": np.zeros((1, 4)),
        "b2": np.zeros(1),
        "w3": np.zeros(1),
        "b3": 0.0,
    }
    with pytest.raises(ValueError, match=message):
        TwoLayerNetwork(**(parts | change))


def test_bad_input_is_refused() -> None:
    network = pyramid_network(2)
    with pytest.raises(ValueError, match="2 columns"):
        network(np.zeros((3, 1)))
    with pytest.raises(ValueError, match="between 0 and 1"):
        network.gradients(np.ones((1, 2)), slope_at_kinks=1.5)
    with pytest.raises(ValueError, match="tolerance"):
        network.kinks(np.ones((1, 2)), tolerance=-1.0)
    with pytest.raises(ValueError, match="at least one input"):
        pyramid_network(0)
    with pytest.raises(OverflowError):
        network(np.full((1, 2), 1.5e308))


def test_scales_that_change_the_function_are_refused() -> None:
    assert UNIT_SCALES.alpha == 1
    with pytest.raises(ValueError, match="must be 1, not 2"):
        LayerScales(Fraction(2), Fraction(1), Fraction(1))
    with pytest.raises(ValueError, match="positive"):
        LayerScales(Fraction(-1), Fraction(-1), Fraction(1))
    with pytest.raises(ValueError, match="positive"):
        LayerScales.of(0, 1)
    with pytest.raises(TypeError, match="exact"):
        unchecked(LayerScales.__init__)(object.__new__(LayerScales), Fraction(2), 0.5, Fraction(1))


def test_arrays_are_copies() -> None:
    W1: Array = np.ones((2, 2))
    network = TwoLayerNetwork(W1, np.zeros(2), np.ones((1, 2)), np.zeros(1), np.ones(1), 0.0)
    W1[:] = 7
    assert network([[1.0, 1.0]]).tolist() == [4.0]
