"""Other losses: derivatives against automatic differentiation, the tilted law, its norm, and what is refused."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from numerics.gram import gram_matrix, mean_gradient_square
from numerics.network import Array, ShallowNetwork
from numerics.norm import stability_norm
from numerics.wider.losses import (
    LOSSES,
    largest_tilted_norm,
    mean_loss,
    second_derivatives,
    slopes,
    tilted_gradient_square,
    tilted_law,
    tilted_stability_norm,
)
from tests.numerics.examples import Example, examples, net, tricky_list

# what torch.func itself uses
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:DeprecationWarning")

BY_TORCH: Mapping[str, Callable[[torch.Tensor, torch.Tensor], torch.Tensor]] = {
    "half-mse": lambda u, y: functional.mse_loss(u, y) / 2,
    "mse": functional.mse_loss,
    "logistic": functional.binary_cross_entropy_with_logits,
    "poisson": functional.poisson_nll_loss,
    "exponential": lambda u, y: torch.exp(-y * u).mean(),
    "huber": functional.huber_loss,
}
"""The losses of the table as PyTorch has them, the mean over the data."""
LABELS: Mapping[str, st.SearchStrategy[float]] = {
    "logistic": st.floats(0, 1),
    "poisson": st.integers(0, 9).map(float),
    "exponential": st.sampled_from([-1.0, 1.0]),
}
networks_with_seconds = st.tuples(examples(), st.integers(0, 1000))


def labels_of(loss: str, seed: int, n: int) -> Array:
    """Labels [n] in the range that a loss has."""
    random = np.random.default_rng(seed)
    kinds: Mapping[str, Array] = {
        "logistic": random.integers(0, 5, n) / 4,
        "poisson": random.integers(0, 4, n).astype(float),
        "exponential": random.choice([-1.0, 1.0], n),
    }
    return kinds.get(loss, random.standard_normal(n))


def drawn(example: Example, seed: int) -> Array:
    """Second derivatives, some of them 0, not all."""
    s = np.random.default_rng(seed).exponential(size=len(example.x))
    s[1::2] *= seed % 2
    return s


@pytest.mark.parametrize("loss", LOSSES)
@given(data=st.data())
def test_derivatives_are_those_of_the_losses_of_torch(loss: str, data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 4))
    outputs = data.draw(st.lists(st.floats(-9, 9), min_size=n, max_size=n))
    labels = data.draw(st.lists(LABELS.get(loss, st.floats(-9, 9)), min_size=n, max_size=n))
    if loss == "huber" and any(abs(abs(u - y) - 1) < 1e-9 for u, y in zip(outputs, labels, strict=True)):
        return
    y = torch.tensor(labels, dtype=torch.float64)

    def value(u: torch.Tensor) -> torch.Tensor:
        return BY_TORCH[loss](u, y)

    at = torch.tensor(outputs, dtype=torch.float64)
    first = n * torch.func.grad(value)(at)
    second = n * torch.diagonal(torch.func.hessian(value)(at))
    # PyTorch subtracts numbers near 1 where the logistic loss is flat
    assert mean_loss(loss, outputs, labels) == pytest.approx(float(value(at)), rel=1e-9, abs=1e-12)
    assert slopes(loss, outputs, labels) == pytest.approx(first.numpy(), rel=1e-9, abs=1e-12)
    assert second_derivatives(loss, outputs, labels) == pytest.approx(second.numpy(), rel=1e-9, abs=1e-12)


def test_the_factor_of_the_square_loss() -> None:
    assert second_derivatives("half-mse", [3.0, -2.0], [1.0, 1.0]).tolist() == [1.0, 1.0]
    assert second_derivatives("mse", [3.0, -2.0], [1.0, 1.0]).tolist() == [2.0, 2.0]
    twice, once = (second_derivatives(loss, [3.0], [1.0]) for loss in ("mse", "half-mse"))
    assert largest_tilted_norm("0.05", twice) == largest_tilted_norm("0.1", once) == 9.5


def test_certain_outputs_have_curvature_to_the_last_digit() -> None:
    found = second_derivatives("logistic", [40.0, -40.0, 800.0], [1.0, 0.0, 1.0])
    assert found[:2] == pytest.approx([math.exp(-40)] * 2, rel=1e-14)
    assert found[2] == 0


def test_small_losses_to_the_last_digit() -> None:
    assert mean_loss("logistic", [40.0, -40.0], [1.0, 0.0]) == pytest.approx(math.exp(-40), rel=1e-14)
    assert mean_loss("huber", [1.0, 3.0], [0.0, 0.0]) == 1.5


@given(networks_with_seconds)
def test_equal_second_derivatives_give_the_stability_norm(given_: tuple[Example, int]) -> None:
    example, seed = given_
    for s in (0.25, 1.0, 1e-300 * (1 + seed), 1e300):
        seconds = np.full(len(example.x), s)
        norm = tilted_stability_norm(example.network, example.x, seconds=seconds)
        assert norm == pytest.approx(stability_norm(example.network, example.x), rel=1e-9)
        square = tilted_gradient_square(example.network, example.x, seconds=seconds)
        assert square == pytest.approx(mean_gradient_square(example.network, example.x), rel=1e-9)


@given(networks_with_seconds)
def test_whole_weights_are_repeated_data(given_: tuple[Example, int]) -> None:
    example, seed = given_
    counts = np.random.default_rng(seed).integers(0, 3, size=len(example.x))
    counts[0] = 1
    repeated = np.repeat(example.x, counts, axis=0)
    norm = tilted_stability_norm(example.network, example.x, seconds=counts.astype(float))
    assert norm == pytest.approx(stability_norm(example.network, repeated), rel=1e-9, abs=1e-12)
    square = tilted_gradient_square(example.network, example.x, seconds=counts.astype(float))
    assert square == pytest.approx(mean_gradient_square(example.network, repeated), rel=1e-9)


@given(networks_with_seconds)
def test_law_and_square_by_definition(given_: tuple[Example, int]) -> None:
    example, seed = given_
    s = drawn(example, seed)
    mean, law = tilted_law(s)
    assert mean == pytest.approx(s.mean(), rel=1e-12)
    assert law == pytest.approx(s / s.sum(), rel=1e-12)
    square = tilted_gradient_square(example.network, example.x, seconds=s)
    by_gram = len(s) * law @ gram_matrix(example.network, example.x) @ law
    assert square == pytest.approx(by_gram, rel=1e-9)
    assert square >= (1 + 2 * tilted_stability_norm(example.network, example.x, seconds=s)) * (1 - 1e-9)


@pytest.mark.parametrize(("name", "example"), tricky_list())
def test_tricky_networks(name: str, example: Example) -> None:
    s = drawn(example, 3)
    norm = tilted_stability_norm(example.network, example.x, seconds=s)
    assert 0 <= norm <= (tilted_gradient_square(example.network, example.x, seconds=s) - 1) / 2 + 1e-9, name


def test_largest_norm_fades_to_infinity() -> None:
    assert largest_tilted_norm(1, [1.0]) == 0.5
    assert largest_tilted_norm("0.1", [1e-3, 1e-3]) == pytest.approx(9999.5)
    assert largest_tilted_norm("1e-10", [1e-305]) == math.inf
    assert largest_tilted_norm("1e-10", [5e-324, 0.0, 0.0]) == math.inf


@pytest.mark.parametrize(
    ("loss", "labels", "words"),
    [
        ("logistic", [-1.0, 1.0], "labels of the loss logistic are from 0 to 1, but y[0] is -1.0"),
        ("poisson", [0.0, -2.0], "labels of the loss poisson are at least 0, but y[1] is -2.0"),
        ("exponential", [1.0, 0.0], "labels of the loss exponential are -1 or 1, but y[1] is 0.0"),
        ("huber", [0.0, 2.0], "the Huber loss has no second derivative at datum 1, where |f - y| = 1"),
        ("cross-entropy", [0.0, 1.0], "there is no loss 'cross-entropy' here; there are half-mse, mse, logistic"),
        ("mse", [0.0], "there must be one label for each of the 2 data points, but y has 1"),
        ("mse", [0.0, math.nan], "the labels y must be finite"),
    ],
)
def test_refused_labels(loss: str, labels: list[float], words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        second_derivatives(loss, [0.5, 1.0], labels)


def test_other_refusals() -> None:
    network: ShallowNetwork = net([[1.0]], [0.0], [2.0], 0.0)
    with pytest.raises(OverflowError, match="the derivatives of the loss"):
        second_derivatives("poisson", [1000.0], [1.0])
    with pytest.raises(TypeError, match="the outputs must hold real numbers"):
        slopes("mse", ["a"], [1.0])
    with pytest.raises(ValueError, match="all 0: there is no tilted law"):
        tilted_law([0.0, 0.0])
    for seconds in ([-1.0, 2.0], []):
        with pytest.raises(ValueError, match="of a convex loss are at least 0"):
            tilted_law(seconds)
    for measured in (tilted_gradient_square, tilted_stability_norm):
        with pytest.raises(ValueError, match=r"one (weight|second derivative) for each of the 2 data, not 1"):
            measured(network, [[3.0], [-1.0]], seconds=[1.0])
    with pytest.raises(ValueError, match="the step size must be a positive number"):
        largest_tilted_norm(0, [1.0])
