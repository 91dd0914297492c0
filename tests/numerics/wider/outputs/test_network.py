"""Networks with several outputs: their values, their checks, and what is had of one output."""

from __future__ import annotations

import numpy as np
import pytest

from numerics.wider.outputs import VectorNetwork
from numerics.wider.outputs.network import Features, combination, residuals, slopes_along, split
from tests.unchecked import unchecked

NET = VectorNetwork([[1.0], [-1.0]], [0.0, 0.0], [[1.0, 1.0], [1.0, -1.0]], [0.0, 0.5])


def test_values_and_a_combination() -> None:
    """|x| and x + 1/2, and of them twice the first without the second."""
    assert NET([[-2.0], [3.0]]).tolist() == [[2.0, -1.5], [3.0, 3.5]]
    assert (NET.d, NET.k, NET.m) == (1, 2, 2)
    assert NET.combined([2.0, -1.0])(np.array([[-2.0], [3.0]])).tolist() == [5.5, 2.5]


def test_without_neurons_it_is_its_biases() -> None:
    constant = VectorNetwork(np.zeros((0, 2)), np.zeros(0), np.zeros((3, 0)), [1.0, 2.0, 3.0])
    assert constant([[5.0, 6.0]]).tolist() == [[1.0, 2.0, 3.0]]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"W2": [[1.0, 1.0]]}, "a row"),
        ({"b2": []}, "an entry"),
        ({"W2": [[1.0], [2.0]]}, "shape|entr"),
        ({"b1": [0.0, np.nan]}, "finite"),
    ],
)
def test_shapes_and_entries_are_checked(changed: dict[str, object], words: str) -> None:
    arrays = {"W1": NET.W1, "b1": NET.b1, "W2": NET.W2, "b2": NET.b2} | changed
    with pytest.raises(ValueError, match=words):
        unchecked(VectorNetwork)(**arrays)


def test_a_combination_has_an_entry_for_each_output() -> None:
    with pytest.raises(ValueError, match="2 entries"):
        NET.combined([1.0])


def test_products_with_the_gradients_are_adjoint() -> None:
    rng = np.random.default_rng(0)
    network = VectorNetwork(*(rng.standard_normal(shape) for shape in ((4, 3), 4, (2, 4), 2)))
    features = Features.of(network, rng.standard_normal((5, 3)))
    v, u = rng.standard_normal(4 * 3 + 4 + 2 * 4 + 2), rng.standard_normal((5, 2))
    along = slopes_along(network, features, split(network, v))
    image = np.concatenate([part.ravel() for part in combination(network, features, u)])
    assert float(np.sum(u * along)) == pytest.approx(float(v @ image), rel=1e-12)


def test_labels_have_a_row_for_each_datum() -> None:
    features = Features.of(NET, [[1.0]])
    assert residuals(NET, features, [[1.0, 1.0]]).tolist() == [[0.0, 0.5]]
    with pytest.raises(ValueError, match="a row for each datum"):
        residuals(NET, features, [[1.0], [1.0]])
