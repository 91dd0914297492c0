"""Folding is exact, its refusals are named, and a network is held against its model."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from numerics.loading.folding import (
    Elementwise,
    Part,
    Relu,
    batch_normalisation,
    folded_network,
    fractions,
    require_agreement,
)
from numerics.loading.layers import Layer, NotCoveredError
from numerics.network import Array

HIDDEN = Layer("hidden", np.array([[1.0, 2.0], [0.1, -3.0]]), np.array([0.5, 0.25]))
OUTPUT = Layer("output", np.array([[2.0, -1.0]]), np.array([0.125]))


def scaled(operation: str, *numbers: float, trained: bool = True) -> Elementwise:
    """An operation with numbers."""
    return Elementwise("scaling", operation, fractions(np.array(numbers)), trained)  # type: ignore[arg-type]


def test_nothing_to_fold() -> None:
    found = folded_network([HIDDEN, Relu(), OUTPUT], ["said"])
    assert np.array_equal(found.loaded.network.W1, HIDDEN.weight)
    assert (found.loaded.notes, found.loaded.input_scaling) == (("said",), None)


def test_scalings_about_both_layers_are_folded_exactly() -> None:
    """With three tenths as weights: each parameter is the float next to the fraction."""
    parts: list[Part] = [
        scaled("*", 3.0),
        scaled("-", 0.1, 2.0),
        HIDDEN,
        scaled("/", 3.0, 7.0),
        Relu(),
        scaled("+", 0.3),
        OUTPUT,
        scaled("*", 0.7),
    ]
    network = folded_network(parts).loaded.network
    W, b = [fractions(row) for row in HIDDEN.weight], fractions(HIDDEN.bias if HIDDEN.bias is not None else np.empty(0))
    shift, factor = fractions(np.array([-0.1, -2.0])), [Fraction(1, 3), Fraction(1, 7)]
    for i in range(2):
        assert network.W1[i].tolist() == [float(factor[i] * W[i][j] * 3) for j in range(2)]
        assert network.b1[i] == float(factor[i] * (b[i] + sum(W[i][j] * shift[j] for j in range(2))))
    assert network.w2.tolist() == [float(Fraction(0.7) * 2), float(-Fraction(0.7))]
    assert network.b2 == float(Fraction(0.7) * (Fraction(1, 8) + Fraction(0.3)))


def test_a_preprocessing_leaves_the_weights_alone() -> None:
    parts: list[Part] = [scaled("-", 1.0, 2.0, trained=False), scaled("/", 4.0, trained=False), HIDDEN, Relu(), OUTPUT]
    found = folded_network(parts).loaded
    assert np.array_equal(found.network.W1, HIDDEN.weight)
    assert found.prepare([[5.0, 2.0]]).tolist() == [[1.0, 0.0]]
    assert found.notes[0].startswith("The data were scaled by ")
    assert "[" not in found.notes[0]


def test_a_layer_takes_its_bias_from_what_is_folded_into_it() -> None:
    parts: list[Part] = [Layer("bare", HIDDEN.weight, None), scaled("+", 0.5, 0.25), Relu(), OUTPUT]
    assert folded_network(parts).loaded.network.b1.tolist() == [0.5, 0.25]
    found = folded_network([Layer("bare", HIDDEN.weight, None), scaled("*", 0.5), Relu(), OUTPUT]).loaded
    assert (found.network.b1.tolist(), found.zero_biases) == ([0.0, 0.0], ("the hidden layer bare",))


def test_batch_normalisation() -> None:
    one, two = np.array([1.0]), np.array([2.0])
    parts = batch_normalisation("norm", one, two, 0.0, None, None)
    assert [part.trained for part in parts if isinstance(part, Elementwise)] == [False, False]
    root = parts[1]
    assert isinstance(root, Elementwise)
    assert abs(root.numbers[0] ** 2 - 2) < Fraction(1, 2**190)
    parts = batch_normalisation("norm", one, two, 0.0, one, two)
    assert [part.trained for part in parts if isinstance(part, Elementwise)] == [True] * 4
    with pytest.raises(ValueError, match="norm has a variance that is not positive"):
        batch_normalisation("norm", one, -one, 0.5, None, None)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ([HIDDEN, OUTPUT], "no relu between"),
        ([HIDDEN, Relu(), OUTPUT, Relu()], "relu after its last layer"),
        ([HIDDEN, Relu(), Relu(), OUTPUT], "2 relus around"),
        ([Relu(), HIDDEN, Relu(), OUTPUT], "2 relus around"),
        ([HIDDEN, Relu(), HIDDEN, Relu(), OUTPUT], r"3 \(hidden, hidden, output\)"),
        ([], r"0 \(none\)"),
        ([Layer("wide", np.zeros((1500, 1500)), np.zeros(1500)), scaled("*", 2.0), Relu(), OUTPUT], "are folded"),
    ],
)
def test_other_chains(parts: list[Part], message: str) -> None:
    with pytest.raises(NotCoveredError, match=message):
        folded_network(parts)


@pytest.mark.parametrize(
    ("part", "message"),
    [
        (scaled("*", 1.0, 2.0, 3.0), "has 3 entries, but stands where 2 numbers pass"),
        (scaled("/", 0.0), "divides by zero"),
        (scaled("*", 1e308, 1e308), "range of float64"),
    ],
)
def test_scalings_that_do_not_fit(part: Elementwise, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        folded_network([Layer("large", 100 * HIDDEN.weight, HIDDEN.bias), part, Relu(), OUTPUT])


def test_a_preprocessing_that_does_not_fit() -> None:
    with pytest.raises(ValueError, match="3 entries, but the network has 2 inputs"):
        folded_network([scaled("-", 1.0, 2.0, 3.0, trained=False), HIDDEN, Relu(), OUTPUT])
    with pytest.raises(ValueError, match="scales an input by zero"):
        folded_network([scaled("/", 0.0, trained=False), HIDDEN, Relu(), OUTPUT])


def values(x: Array) -> Array:
    """The network of HIDDEN and OUTPUT, in float32."""
    weight, bias = HIDDEN.weight.T.astype(np.float32), np.array([0.5, 0.25], dtype=np.float32)
    inner = np.maximum(x.astype(np.float32) @ weight + bias, 0)
    return np.asarray(inner @ np.array([2.0, -1.0], dtype=np.float32) + np.float32(0.125), dtype=np.float64)


def test_agreement_within_the_rounding_of_the_model() -> None:
    found = folded_network([HIDDEN, Relu(), OUTPUT])
    require_agreement(found, values, np.float32)
    require_agreement(found, values, np.float32, [[1e4, -1.0]])
    # 0.1 is another number in float32
    with pytest.raises(NotCoveredError, match="another function than the model: at x = "):
        require_agreement(found, values, np.float64)


def test_models_that_differ() -> None:
    found = folded_network([HIDDEN, Relu(), OUTPUT])
    with pytest.raises(NotCoveredError, match="another function"):
        require_agreement(found, lambda x: values(np.trunc(x)), np.float32)
    with pytest.raises(NotCoveredError, match="another function"):
        require_agreement(found, lambda x: np.full(len(x), np.nan), np.float32)
    with pytest.raises(NotCoveredError, match="gives 3 values"):
        require_agreement(found, lambda x: x[:3, 0], np.float32)
    # differs at the caller's point alone
    with pytest.raises(NotCoveredError, match=r"at x = \[5. 6.\]"):
        require_agreement(found, lambda x: values(x) + (x[:, 0] == 5.0), np.float32, [[5.0, 6.0]])


def test_several_outputs_are_compared_each() -> None:
    last = Layer("last", np.array([[2.0, -1.0], [1.0, 0.5], [0.0, 1.0]]), np.array([0.125, 0.0, 1.0]))
    found = folded_network([HIDDEN, Relu(), last])

    def both(x: Array, off: float = 0.0) -> Array:
        hidden = np.maximum(x @ HIDDEN.weight.T + np.array([0.5, 0.25]), 0.0)
        computed: Array = hidden @ last.weight.T + np.array([0.125, 0.0, 1.0 + off])
        return computed

    require_agreement(found, both, np.float64)
    with pytest.raises(NotCoveredError, match="another function"):
        require_agreement(found, lambda x: both(x, 1e-3), np.float64)
    with pytest.raises(NotCoveredError, match="there must be 3 for each"):
        require_agreement(found, lambda x: both(x)[:, :2], np.float64)


def test_large_thresholds_are_met() -> None:
    """A unit that is active far out only is not taken for a constant."""
    far = Layer("far", np.array([[1e-3, 0.0], [0.0, 1e-3]]), np.array([-1e3, -1e3]))
    with pytest.raises(NotCoveredError, match="another function"):
        require_agreement(folded_network([far, Relu(), OUTPUT]), lambda x: np.full(len(x), 0.125), np.float32)


def test_networks_beyond_comparison() -> None:
    huge = Layer("huge", np.full((2, 2), 1e300), HIDDEN.bias)
    with pytest.raises(NotCoveredError, match="too large to be compared"):
        require_agreement(folded_network([huge, Relu(), OUTPUT]), values, np.float32)
