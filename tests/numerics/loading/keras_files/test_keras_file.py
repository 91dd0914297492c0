"""Files of Keras give the network of their kernels [in, out]; what is no shallow ReLU network is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from numerics.loading import LoadedNetwork, NotCoveredError, load_network
from numerics.loading.layers import RELU_ASSUMED
from numerics.network import Array
from tests.numerics.loading.keras_files.examples import (
    HIDDEN,
    INPUT,
    NETWORK,
    OUTPUT,
    dense,
    layer,
    named_groups,
    sequential,
    write_keras,
    write_weights,
    write_whole,
)

PLAIN = sequential(INPUT, HIDDEN, OUTPUT)


def assert_is_network(found: LoadedNetwork) -> None:
    """It is NETWORK."""
    network = found.network
    assert (network.W1.tolist(), network.b1.tolist()) == (NETWORK.W1.tolist(), NETWORK.b1.tolist())
    assert (network.w2.tolist(), network.b2) == (NETWORK.w2.tolist(), NETWORK.b2)


def test_whole_models(tmp_path: Path) -> None:
    for path in (write_keras(tmp_path, PLAIN), write_whole(tmp_path / "model.h5", PLAIN)):
        found = load_network(path)
        assert_is_network(found)
        assert found.notes == ()


def test_weights_alone(tmp_path: Path) -> None:
    found = load_network(write_weights(tmp_path / "model.weights.h5"))
    assert_is_network(found)
    assert found.notes == (RELU_ASSUMED,)


def test_relu_in_layers_of_its_own(tmp_path: Path) -> None:
    bare = dense("hidden", 3, "linear", kernel_regularizer={"class_name": "L2"})
    for relu in (
        layer("ReLU", "relu", max_value=None, negative_slope=0.0, threshold=0.0),
        layer("Activation", "relu", activation="relu"),
    ):
        found = load_network(write_keras(tmp_path, sequential(INPUT, bare, relu, layer("Dropout", "drop"), OUTPUT)))
        assert_is_network(found)
        assert [note[:22] for note in found.notes] == ["The weight penalty of ", "The dropout of layer d"]


def test_a_preprocessing_is_of_the_data(tmp_path: Path) -> None:
    rescaling = layer("Rescaling", "scale", scale=0.5, offset=1.0)
    normal = layer("Normalization", "normal", axis=[-1], invert=False)
    moments: list[Array] = [np.array([1.0, 2.0]), np.array([4.0, 0.0]), np.array(3.0)]
    groups = named_groups(normalization=moments)
    groups = (*groups[:2], ("normalization", "normal", moments))
    path = write_keras(tmp_path, sequential(INPUT, rescaling, normal, HIDDEN, OUTPUT), *groups)
    with pytest.raises(NotCoveredError, match=r"model\.keras: the network has a preprocessing"):
        load_network(path)
    found = load_network(path, with_scaling=True)
    assert_is_network(found)
    assert found.prepare([[4.0, 2.0 + 2e-7]]).tolist() == [[1.0, pytest.approx(1.0)]]


@pytest.mark.parametrize(("mean", "variance"), [([1.0, -0.5], [0.25, 4.0]), ([[1.0, -0.5]], [[0.25, 4.0]]), (0.5, 4.0)])
def test_a_normalisation_that_was_told_its_numbers(tmp_path: Path, mean: Any, variance: Any) -> None:
    """It learned nothing, and stores nothing."""
    normal = layer("Normalization", "normal", axis=[-1], invert=False, mean=mean, variance=variance)
    found = load_network(write_keras(tmp_path, sequential(INPUT, normal, HIDDEN, OUTPUT)), with_scaling=True)
    assert_is_network(found)
    x = np.array([[2.0, 1.5], [0.0, -1.0]])
    expected = (x - np.reshape(mean, -1)) / np.sqrt(np.reshape(variance, -1))
    np.testing.assert_array_equal(found.prepare(x), expected)


def test_batch_normalisation_is_folded(tmp_path: Path) -> None:
    norm = layer("BatchNormalization", "batch_normalization", axis=-1, epsilon=0.0, center=True, scale=True)
    variables = [np.array(row) for row in ([2.0] * 3, [1.0] * 3, [0.5] * 3, [4.0] * 3)]  # gamma, beta, mean, variance
    bare, relu = dense("hidden", 3, "linear"), layer("Activation", "relu", activation="relu")
    config = sequential(INPUT, bare, norm, relu, OUTPUT)
    found = load_network(write_keras(tmp_path, config, *named_groups(batch_normalization=variables)))
    assert np.array_equal(found.network.W1, NETWORK.W1)
    assert np.array_equal(found.network.b1, NETWORK.b1 + 0.5)
    assert "that of the folded network" in found.notes[0]
    with pytest.raises(NotCoveredError, match="batch_normalization is a layer of its own"):
        load_network(tmp_path / "model.weights.h5")


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ((INPUT, dense("hidden", 3, "tanh"), OUTPUT), "layer hidden has the activation 'tanh'"),
        ((INPUT, HIDDEN, dense("out", 1, "sigmoid")), "layer out has the activation 'sigmoid'"),
        ((INPUT, HIDDEN, dense("out", 1, "relu")), "relu after its last layer"),
        ((INPUT, dense("hidden", 3, "linear"), OUTPUT), "no relu between"),
        ((INPUT, dense("hidden", 3, "relu", trainable=False), OUTPUT), "'hidden' is frozen"),
        ((INPUT, dense("hidden", 3, "relu", kernel_constraint={}), OUTPUT), "has a kernel_constraint"),
        ((INPUT, dense("hidden", 3, "relu", dtype="mixed_float16"), OUTPUT), "computes in mixed_float16"),
        ((layer("InputLayer", "in", batch_shape=[None, 5, 2]), HIDDEN, OUTPUT), r"takes data \[5, 2\], but the first"),
        ((layer("InputLayer", "in", batch_shape=[None, None, 2]), HIDDEN, OUTPUT), "a Flatten is missing"),
        ((INPUT, HIDDEN, layer("LeakyReLU", "leaky"), OUTPUT), "layer 'leaky' is a LeakyReLU"),
        ((INPUT, HIDDEN | {"registered_name": "Mine"}, OUTPUT), "layer 'hidden' is a Dense"),
        ((INPUT, HIDDEN, layer("Dropout", "out"), dense("other", 1, "linear")), "is of layer 'out', not 'other'"),
        ((INPUT, dense("hidden", 3, "relu", use_bias=False), OUTPUT), "stores kernel, but .* holds 2"),
        ((INPUT, layer("Dense", "hidden", use_bias=True), OUTPUT), "configuration .* is damaged: KeyError: 'units'"),
        ((INPUT, layer("Rescaling", "scale", scale="a", offset=0), HIDDEN, OUTPUT), "is damaged"),
        ((INPUT, dense("hidden", 4, "relu"), OUTPUT), r"must be \[inputs, 4\], not \[2, 3\]"),
    ],
)
def test_other_models(tmp_path: Path, layers: tuple[dict[str, Any], ...], message: str) -> None:
    with pytest.raises(ValueError, match=message) as refused:
        load_network(write_keras(tmp_path, sequential(*layers)))
    assert str(refused.value).startswith(str(tmp_path / "model.keras"))


def test_weights_that_are_no_numbers(tmp_path: Path) -> None:
    """Half precision is stored in integers, which are not its numbers."""
    path = write_weights(tmp_path / "model.weights.h5")
    with h5py.File(path, "r+") as file:
        kernel = file["layers/dense/vars/0"][()]
        del file["layers/dense/vars/0"]
        file["layers/dense/vars/0"] = kernel.astype(np.int16)
    with pytest.raises(ValueError, match=r"dense/vars/0 must hold real numbers, but its entries are of type int16"):
        load_network(path)


def test_damaged_files(tmp_path: Path) -> None:
    path = write_keras(tmp_path, PLAIN)
    whole = path.read_bytes()
    flipped = bytearray(whole)
    flipped[whole.index(NETWORK.W1.T.astype(np.float32).tobytes())] ^= 1
    for content in (whole[:-100], whole[:100], bytes(flipped)):
        path.write_bytes(content)
        with pytest.raises(ValueError, match="damaged"):
            load_network(path)
    whole = (tmp_path / "model.weights.h5").read_bytes()
    for content in (whole[:-100], whole[:100], b"x" * 100):
        (tmp_path / "model.weights.h5").write_bytes(content)
        with pytest.raises(ValueError, match="damaged"):
            load_network(tmp_path / "model.weights.h5")


def test_several_outputs(tmp_path: Path) -> None:
    """With a configuration, and of weights alone."""
    kernel, bias = np.arange(12.0).reshape(3, 4), np.array([1.0, 2.0, 3.0, 4.0])
    groups = ("dense", "hidden", [NETWORK.W1.T, NETWORK.b1]), ("dense_1", "out", [kernel, bias])
    config = sequential(INPUT, HIDDEN, dense("out", 4, "linear"))
    for path in (write_keras(tmp_path, config, *groups), write_weights(tmp_path / "model.weights.h5", *groups)):
        found = load_network(path, several=True)
        assert (found.output_weights.tolist(), found.output_biases.tolist()) == (kernel.T.tolist(), bias.tolist())
        with pytest.raises(NotCoveredError, match="must have one output"):
            load_network(path)
