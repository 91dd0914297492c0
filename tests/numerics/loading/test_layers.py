"""From named arrays to the network: by name, by order, by shape, or a reason why there is none."""

from __future__ import annotations

import numpy as np
import pytest

from numerics.arrays.files import AnyArray
from numerics.loading.layers import (
    RELU_ASSUMED,
    Layer,
    NotCoveredError,
    network_of_named_arrays,
    shallow_network,
)

HIDDEN = Layer("hidden", np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), np.array([7.0, 8.0, 9.0]))
OUTPUT = Layer("output", np.array([[-1.0, 0.0, 1.0]]), np.array([0.5]))


def test_two_layers() -> None:
    network = shallow_network([HIDDEN, OUTPUT])
    assert network.W1.tolist() == HIDDEN.weight.tolist()
    assert (network.b1.tolist(), network.w2.tolist(), network.b2) == ([7.0, 8.0, 9.0], [-1.0, 0.0, 1.0], 0.5)


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([], r"0 \(none\)"),
        ([HIDDEN, HIDDEN, OUTPUT], r"3 \(hidden, hidden, output\)"),
        ([HIDDEN, HIDDEN], "one output, but hidden has 3"),
        ([Layer("bare", HIDDEN.weight, None), OUTPUT], "the hidden layer bare has no bias"),
        ([HIDDEN, Layer("bare", OUTPUT.weight, None)], "the output layer bare has no bias"),
    ],
)
def test_other_networks(layers: list[Layer], message: str) -> None:
    with pytest.raises(NotCoveredError, match=message):
        shallow_network(layers)


def test_shapes_that_do_not_fit() -> None:
    with pytest.raises(ValueError, match="bias of hidden must have 3 entries, not 2"):
        shallow_network([Layer("hidden", HIDDEN.weight, np.zeros(2)), OUTPUT])
    with pytest.raises(ValueError, match="output takes 2 inputs, but hidden has 3 outputs"):
        shallow_network([HIDDEN, Layer("output", np.ones((1, 2)), np.zeros(1))])


def test_own_names() -> None:
    found = network_of_named_arrays(
        {"b2": np.array([[2.0]]), "W1": np.ones((2, 1)), "w2": np.array([[3.0, 4.0]]), "b1": np.zeros(2)}, ordered=False
    )
    assert found.notes == (RELU_ASSUMED,)
    assert (found.network.w2.tolist(), found.network.b2) == ([3.0, 4.0], 2.0)
    with pytest.raises(NotCoveredError, match=r"b2 must be one number, for one output, but its shape is \[2\]"):
        network_of_named_arrays(
            {"W1": np.ones((2, 1)), "b1": np.zeros(2), "w2": np.ones(2), "b2": np.ones(2)}, ordered=False
        )
    with pytest.raises(ValueError, match="W1 must hold real numbers"):
        network_of_named_arrays(
            {"W1": np.array([["a"]]), "b1": np.zeros(1), "w2": np.ones(1), "b2": np.ones(1)}, ordered=False
        )


def test_the_shapes_tell_the_order() -> None:
    """Whichever comes first, and also of integers."""
    arrays = {
        "a.weight": OUTPUT.weight.astype(int),
        "a.bias": np.zeros(1),
        "b.weight": HIDDEN.weight,
        "b.bias": np.ones(3),
    }
    for ordered in (True, False):
        assert network_of_named_arrays(arrays, ordered=ordered).network.W1.tolist() == HIDDEN.weight.tolist()


def test_numbers_in_names_tell_the_order_where_shapes_do_not() -> None:
    arrays: dict[str, AnyArray] = {}
    for name, value in (("layer10", 10.0), ("layer9", 9.0)):
        arrays |= {f"{name}.weight": np.full((1, 1), value), f"{name}.bias": np.zeros(1)}
    assert network_of_named_arrays(arrays, ordered=False).network.W1.tolist() == [[9.0]]
    assert network_of_named_arrays(arrays, ordered=True).network.W1.tolist() == [[10.0]]


def test_strangers() -> None:
    arrays = {"a.weight": np.ones((1, 1)), "a.bias": np.ones(1), "running_mean": np.ones(3)}
    with pytest.raises(NotCoveredError, match=r"this holds a.weight \[1, 1\], a.bias \[1\], running_mean \[3\]"):
        network_of_named_arrays(arrays, ordered=True)
    with pytest.raises(NotCoveredError, match="no fully connected layer"):
        network_of_named_arrays({"a.weight": np.ones((1, 1, 3, 3))}, ordered=True)
