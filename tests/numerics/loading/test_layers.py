"""From named arrays to the network: by name, by order, by shape, or a reason why there is none."""

from __future__ import annotations

import numpy as np
import pytest

from numerics.arrays.files import AnyArray
from numerics.loading.layers import (
    RELU_ASSUMED,
    Layer,
    NotCoveredError,
    loaded_network,
    network_of_named_arrays,
)

HIDDEN = Layer("hidden", np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), np.array([7.0, 8.0, 9.0]))
OUTPUT = Layer("output", np.array([[-1.0, 0.0, 1.0]]), np.array([0.5]))


def test_two_layers() -> None:
    network = loaded_network([HIDDEN, OUTPUT]).network
    assert network.W1.tolist() == HIDDEN.weight.tolist()
    assert (network.b1.tolist(), network.w2.tolist(), network.b2) == ([7.0, 8.0, 9.0], [-1.0, 0.0, 1.0], 0.5)


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([], r"0 \(none\)"),
        ([HIDDEN, HIDDEN, OUTPUT], r"3 \(hidden, hidden, output\)"),
        ([HIDDEN, Layer("none", np.zeros((0, 3)), None)], "must have an output, but none has none"),
    ],
)
def test_other_networks(layers: list[Layer], message: str) -> None:
    with pytest.raises(NotCoveredError, match=message):
        loaded_network(layers)


TWO = Layer("two", np.array([[-1.0, 0.0, 1.0], [4.0, 5.0, 6.0]]), np.array([0.5, 0.25]))


def test_several_outputs() -> None:
    """Are all there, and whoever asks for a network of one output is told."""
    found = loaded_network([HIDDEN, TWO])
    assert (found.output_weights.tolist(), found.output_biases.tolist()) == (TWO.weight.tolist(), [0.5, 0.25])
    assert (found.first.w2.tolist(), found.first.b2) == ([-1.0, 0.0, 1.0], 0.5)
    with pytest.raises(NotCoveredError, match=r"one output, but two has 2; several are audited on labels y \[n, m\]"):
        _ = found.network
    one = loaded_network([HIDDEN, OUTPUT])
    assert (one.output_weights.tolist(), one.output_biases.tolist()) == ([[-1.0, 0.0, 1.0]], [0.5])
    bare = loaded_network([HIDDEN, Layer("bare", TWO.weight, None)])
    assert (bare.output_biases.tolist(), bare.zero_biases) == ([0.0, 0.0], ("the output layer bare",))
    with pytest.raises(ValueError, match="w2 must be finite"):
        loaded_network([HIDDEN, Layer("two", np.array([[1.0] * 3, [np.nan] * 3]), TWO.bias)])


def test_several_outputs_by_name() -> None:
    """As [m, k] beside W1 [k, d]; in the other layout, or square, they are refused."""
    own: dict[str, AnyArray] = {"W1": HIDDEN.weight, "b1": np.ones(3), "W2": TWO.weight, "b2": np.array([0.5, 0.25])}
    found = network_of_named_arrays(own, ordered=False)
    assert (found.output_weights.tolist(), found.output_biases.tolist()) == (TWO.weight.tolist(), [0.5, 0.25])
    with pytest.raises(ValueError, match=r"w2 must be \[m, 3\], a row for each output"):
        network_of_named_arrays(own | {"W2": TWO.weight.T}, ordered=False)
    with pytest.raises(ValueError, match="bias of w2 must have 2 entries, not 3"):
        network_of_named_arrays(own | {"b2": np.ones(3)}, ordered=False)
    one = {"W1": np.ones((1, 2)), "b1": np.ones(1), "w2": np.array([[2.0], [3.0]]), "b2": np.ones(2)}
    assert network_of_named_arrays(one, ordered=False).output_weights.tolist() == [[2.0], [3.0]]
    layers: dict[str, AnyArray] = {"out.weight": TWO.weight, "in.weight": HIDDEN.weight}
    layers |= {"out.bias": np.ones(2), "in.bias": np.ones(3)}
    with pytest.raises(ValueError, match="nothing tells which of out and in comes first"):
        network_of_named_arrays(layers, ordered=False)
    layers["in.weight"] = np.ones((3, 5))
    assert network_of_named_arrays(layers, ordered=False).first.d == 5


def test_shapes_that_do_not_fit() -> None:
    with pytest.raises(ValueError, match="bias of hidden must have 3 entries, not 2"):
        loaded_network([Layer("hidden", HIDDEN.weight, np.zeros(2)), OUTPUT])
    with pytest.raises(ValueError, match="output takes 2 inputs, but hidden has 3 outputs"):
        loaded_network([HIDDEN, Layer("output", np.ones((1, 2)), np.zeros(1))])


def test_biases_that_are_not_there() -> None:
    """Are 0, and told, by the names of layers and by those of the parameters."""
    hidden, output = (Layer(f"bare {name}", layer.weight, None) for name, layer in (("a", HIDDEN), ("b", OUTPUT)))
    assert loaded_network([HIDDEN, OUTPUT]).zero_biases == ()
    assert loaded_network([hidden, OUTPUT]).zero_biases == ("the hidden layer bare a",)
    found = loaded_network([hidden, output])
    assert found.zero_biases == ("the hidden layer bare a", "the output layer bare b")
    assert (found.network.b1.tolist(), found.network.b2) == ([0.0, 0.0, 0.0], 0.0)
    own: dict[str, AnyArray] = {"W1": np.ones((2, 1)), "W2": np.ones((1, 2)), "b1": np.array([1.0, 2.0])}
    found = network_of_named_arrays(own, ordered=False)
    assert (found.network.b1.tolist(), found.zero_biases) == ([1.0, 2.0], ("the output layer w2",))


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


def two_layers(first: str, second: str, k: int, d: int) -> dict[str, AnyArray]:
    """A network from R^d to R^d whose first layer is full of ones, the second of twos, the second written first."""
    arrays: dict[str, AnyArray] = {f"{second}.weight": np.full((d, k), 2.0), f"{second}.bias": np.zeros(d)}
    return arrays | {f"{first}.weight": np.ones((k, d)), f"{first}.bias": np.zeros(k)}


WORDS = [
    ("encoder.0", "decoder.0"),
    ("features.0", "classifier.0"),
    ("trunk.0", "head.0"),
    ("encoder", "decoder"),
    # other words before other numbers
    ("enc.1", "dec.0"),
    ("body0.fc", "top1.fc"),
    # a number in one name alone, or the same number
    ("fc", "fc1"),
    ("fc1", "fc01"),
    ("0.encoder", "0.decoder"),
]


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize(("first", "second"), WORDS)
@pytest.mark.parametrize("k", [3, 4])
def test_numbers_behind_other_words_tell_no_order(first: str, second: str, k: int, *, swapped: bool) -> None:
    """All layers square, or the inputs as many as the outputs: either order is a network."""
    arrays = two_layers(*((second, first) if swapped else (first, second)), k, 3)
    with pytest.raises(ValueError, match="is ambiguous is refused, not guessed"):
        network_of_named_arrays(arrays, ordered=False)


@pytest.mark.parametrize(("first", "second"), [("0", "2"), ("fc1", "fc2"), ("net.9", "net.10"), ("a1.in", "a2.0")])
@pytest.mark.parametrize("k", [3, 4])
def test_numbers_behind_the_same_words_tell_the_order(first: str, second: str, k: int) -> None:
    """And the inputs do not overrule them."""
    for inputs in (None, k, 3):
        found = network_of_named_arrays(two_layers(first, second, k, 3), ordered=False, inputs=inputs)
        assert found.first.W1.tolist() == np.ones((k, 3)).tolist()
    back = network_of_named_arrays(two_layers(second, first, k, 3), ordered=False).first
    assert back.W1.tolist() == np.full((3, k), 2.0).tolist()


@pytest.mark.parametrize(("first", "second"), WORDS)
def test_the_inputs_tell_the_order_where_names_do_not(first: str, second: str) -> None:
    arrays = two_layers(first, second, 4, 3)
    assert network_of_named_arrays(arrays, ordered=False, inputs=3).first.W1.tolist() == np.ones((4, 3)).tolist()
    assert network_of_named_arrays(arrays, ordered=False, inputs=4).first.W1.tolist() == np.full((3, 4), 2.0).tolist()
    for inputs, k in ((5, 4), (3, 3)):
        with pytest.raises(ValueError, match="comes first"):
            network_of_named_arrays(two_layers(first, second, k, 3), ordered=False, inputs=inputs)


def test_one_neuron_between_as_many_inputs_as_outputs() -> None:
    """Read as a network with one output, unless the data are of the other one."""
    for first, second in (("in", "out"), ("0", "2")):
        arrays = two_layers(first, second, 1, 4)
        assert network_of_named_arrays(arrays, ordered=False).first.d == 1
        assert network_of_named_arrays(arrays, ordered=False, inputs=1).first.d == 1
        assert network_of_named_arrays(arrays, ordered=False, inputs=4).first.d == 4


def test_strangers() -> None:
    arrays = {"a.weight": np.ones((1, 1)), "a.bias": np.ones(1), "other": np.ones(3)}
    with pytest.raises(NotCoveredError, match=r"this holds a.weight \[1, 1\], a.bias \[1\], other \[3\]"):
        network_of_named_arrays(arrays, ordered=True)
    with pytest.raises(NotCoveredError, match="no fully connected layer"):
        network_of_named_arrays({"a.weight": np.ones((1, 1, 3, 3))}, ordered=True)


@pytest.mark.parametrize("prefix", ["", "model.", "module._orig_mod.net."])
@pytest.mark.parametrize("name", ["w2", "W2"])
@pytest.mark.parametrize(("shape", "last"), [((3,), ()), ((1, 3), (1,)), ((3, 1), (1, 1))])
def test_shapes_and_prefixes_of_own_names(
    prefix: str, name: str, shape: tuple[int, ...], last: tuple[int, ...]
) -> None:
    arrays: dict[str, AnyArray] = {"W1": HIDDEN.weight, "b1": np.ones(3)}
    arrays |= {name: OUTPUT.weight.reshape(shape), "b2": np.full(last, 2.0)}
    found = network_of_named_arrays({prefix + key: value for key, value in arrays.items()}, ordered=False).network
    assert np.array_equal(found.W1, HIDDEN.weight)
    assert (found.w2.tolist(), found.b2) == ([-1.0, 0.0, 1.0], 2.0)


def test_a_square_layer_beside_a_column_may_lie_either_way() -> None:
    square = {"W1": np.ones((2, 2)), "b1": np.ones(2), "w2": np.ones((2, 1)), "b2": np.ones(1)}
    with pytest.raises(ValueError, match="nothing tells whether its rows are neurons"):
        network_of_named_arrays(square, ordered=False)
    assert network_of_named_arrays(square | {"w2": np.ones((1, 2))}, ordered=False).network.k == 2
    with pytest.raises(ValueError, match=r"w2 is square \[2, 2\], so that nothing tells whether its rows are outputs"):
        network_of_named_arrays(square | {"w2": np.ones((2, 2))}, ordered=False)


@pytest.mark.parametrize(
    ("first", "second", "join", "end"),
    [
        ("params/Dense_0", "params/Dense_1", "/", ""),
        # in Flax the number is that of construction, here of the output first
        ("Dense_1", "Dense_0", "/", ""),
        ("dense", "dense_1", "/", ":0"),
        ("module.hidden", "module.output", ".", ""),
    ],
)
def test_kernels_are_inputs_by_outputs(first: str, second: str, join: str, end: str) -> None:
    """Also a square one."""
    kernel, bias = f"{join}kernel{end}", f"{join}bias{end}"
    square = np.array([[1.0, 2.0], [3.0, 4.0]])
    arrays = {second + kernel: np.ones((2, 1)), second + bias: np.ones(1), first + kernel: square, first + bias: [5, 6]}
    found = network_of_named_arrays({name: np.asarray(array) for name, array in arrays.items()}, ordered=False).network
    assert np.array_equal(found.W1, square.T)
    assert found.b1.tolist() == [5.0, 6.0]


def test_numbers_of_kernels_tell_no_order() -> None:
    arrays: dict[str, AnyArray] = {}
    for name in ("Dense_0", "Dense_1"):
        arrays |= {f"{name}/kernel": np.ones((1, 1)), f"{name}/bias": np.zeros(1)}
    with pytest.raises(ValueError, match="which of Dense_0 and Dense_1 comes first"):
        network_of_named_arrays(arrays, ordered=False)


@pytest.mark.parametrize(
    ("name", "shape", "message"),
    [
        ("1.running_mean", (3,), "of a BatchNorm.*after .eval"),
        ("1.weight", (3,), "as of a normalisation"),
        ("1.gamma", (3,), "of a normalisation"),
        ("rnn.weight_ih_l0", (12, 3), "LSTM"),
        ("0.weight", (2, 1, 3, 3), "as of a convolution"),
        ("0.kernel", (3, 1, 2), "as of a convolution"),
        ("0.in_proj_weight", (9, 3), "an attention"),
        ("0.weight_g", (3, 1), "parametrised by others"),
        ("0.parametrizations.weight.original0", (3, 1), "parametrised by others"),
        ("0.weight_orig", (3, 1), "parametrised by others"),
    ],
)
def test_layers_of_other_kinds_are_named(name: str, shape: tuple[int, ...], message: str) -> None:
    with pytest.raises(NotCoveredError, match=message):
        network_of_named_arrays({name: np.ones(shape), "3.weight": np.ones((1, 3))}, ordered=True)


def test_numbers_that_float64_does_not_hold() -> None:
    arrays: dict[str, AnyArray] = {"W1": np.array([[2**53 + 1]]), "b1": np.ones(1), "w2": np.ones(1), "b2": np.ones(1)}
    with pytest.raises(ValueError, match="W1, of type int64, has entries that float64 does not hold"):
        network_of_named_arrays(arrays, ordered=False)
    arrays["W1"] = np.array([[np.longdouble(1) / 3]])
    with pytest.raises(ValueError, match="does not hold"):
        network_of_named_arrays(arrays, ordered=False)
    arrays["W1"] = np.array([[2**60]])
    assert network_of_named_arrays(arrays, ordered=False).network.W1.tolist() == [[2.0**60]]
