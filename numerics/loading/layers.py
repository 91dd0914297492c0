"""From named weight matrices to the shallow network, or to the reason why there is none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from jaxtyping import Float64

from numerics.arrays.files import AnyArray
from numerics.network import Array, ShallowNetwork, validate_data


class NotCoveredError(ValueError):
    """A well-formed network that the theory does not speak of; the message names what it has."""


Operation = Literal["+", "-", "*", "/"]
_FORWARD = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}
_BACKWARD = {"+": np.subtract, "-": np.add, "*": np.divide, "/": np.multiply}


@dataclass(frozen=True, eq=False)
class ScalingStep:
    """x -> x (operation) numbers: [d], one for each input, or [1], one for all."""

    operation: Operation
    numbers: Float64[Array, " m"]


@dataclass(frozen=True, eq=False)
class InputScaling:
    """A preprocessing of the data in front of the network, such as (x - mean)/std: one step after the other.

    >>> scaling = InputScaling((ScalingStep("-", np.array([1.0, 2.0])), ScalingStep("/", np.array([4.0]))))
    >>> scaling.prepare([[5.0, 2.0]])
    array([[1., 0.]])
    """

    steps: tuple[ScalingStep, ...]

    def prepare(self, x: npt.ArrayLike) -> Float64[Array, "n d"]:
        """The data as they reach the first layer: each step in float64, as scikit-learn takes it.

        Raises:
            TypeError, ValueError: x is no finite array [n, d], or a prepared datum is not finite.
        """
        data = validate_data(x)
        self.require_inputs(data.shape[1])
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            for step in self.steps:
                data = _FORWARD[step.operation](data, step.numbers)
        return validate_data(data)

    def undone(self, z: Float64[Array, "n d"]) -> Float64[Array, "n d"]:
        """Data whose preparation is about z."""
        for step in reversed(self.steps):
            z = _BACKWARD[step.operation](z, step.numbers)
        return z

    def require_inputs(self, d: int) -> None:
        """ValueError unless all steps are finite, for d inputs, and do not divide or multiply by zero."""
        for step in self.steps:
            if step.numbers.size not in (1, d):
                raise ValueError(f"the preprocessing has {step.numbers.size} entries, but the network has {d} inputs")
            if not np.isfinite(step.numbers).all() or (step.operation in "*/" and not step.numbers.all()):
                raise ValueError(f"the preprocessing ({self}) is not finite, or scales an input by zero")

    def __str__(self) -> str:
        shown = (
            f"{step.operation} {step.numbers[0]:.6g}"
            if step.numbers.size == 1
            else f"{step.operation} [{step.numbers[0]:.6g}, ...]"
            for step in self.steps
        )
        return f"x {' '.join(shown)} (from left to right)"


@dataclass(frozen=True, eq=False)
class LoadedNetwork:
    """A network, what was taken for granted in reading it, as sentences, and the preprocessing of its data, if any.

    The network is a function of the prepared data: the model is x -> network(prepare(x)). `zero_biases` are the layers
    without a bias, read as one of zeros: the Hessian of the trained parameters is then a principal submatrix of that of
    the network, so that its largest eigenvalue is no larger.
    """

    network: ShallowNetwork
    notes: tuple[str, ...] = ()
    input_scaling: InputScaling | None = None
    zero_biases: tuple[str, ...] = ()

    def prepare(self, x: npt.ArrayLike) -> Float64[Array, "n d"]:
        """The data x [n, d] as they reach the network; x itself if there is no preprocessing."""
        return validate_data(x) if self.input_scaling is None else self.input_scaling.prepare(x)


@dataclass(frozen=True, eq=False)
class Layer:
    """x -> weight x + bias: weight [outputs, inputs], bias [outputs] or None, and a name for messages."""

    name: str
    weight: Float64[Array, "outputs inputs"]
    bias: Float64[Array, ...] | None


RELU_ASSUMED = "The file does not name the activation; it was read as relu."
_OWN_NAMES = ("W1", "b1", "w2", "b2")


def loaded_network(
    layers: Sequence[Layer], notes: Sequence[str] = (), scaling: InputScaling | None = None
) -> LoadedNetwork:
    """The network of a hidden and an output layer, in this order; a bias that is not there is 0, and is told.

    Raises:
        NotCoveredError: another number of layers, or more than one output.
        ValueError: the shapes do not fit, or an entry is not finite.
    """
    names = ", ".join(layer.name for layer in layers) or "none"
    if len(layers) != 2:
        raise NotCoveredError(
            f"a network of one hidden layer has 2 layers of weights, but this one has {len(layers)} ({names})"
        )
    hidden, output = layers
    if len(output.weight) != 1:
        raise NotCoveredError(
            f"the network must have one output, but {output.name} has {len(output.weight)}; of several there is "
            "numerics.audit.several_outputs, from Python"
        )
    for layer in layers:
        if layer.bias is not None and layer.bias.size != len(layer.weight):
            raise ValueError(f"the bias of {layer.name} must have {len(layer.weight)} entries, not {layer.bias.size}")
    if output.weight.shape[1] != len(hidden.weight):
        raise ValueError(
            f"{output.name} takes {output.weight.shape[1]} inputs, but {hidden.name} has {len(hidden.weight)} outputs"
        )
    biases = [np.zeros(len(layer.weight)) if layer.bias is None else layer.bias.reshape(-1) for layer in layers]
    network = ShallowNetwork(hidden.weight, biases[0], output.weight[0], float(biases[1][0]))
    roles = zip(("hidden", "output"), layers, strict=True)
    missing = [f"the {role} layer {layer.name.removeprefix('layer ')}" for role, layer in roles if layer.bias is None]
    return LoadedNetwork(network, tuple(notes), scaling, tuple(missing))


def network_of_named_arrays(
    arrays: Mapping[str, AnyArray], *, ordered: bool, notes: Sequence[str] = ()
) -> LoadedNetwork:
    """The network whose parameters are the arrays, behind any prefix: W1, b1, w2 (or W2), b2, or those of two layers.

    W1 is [k, d], w2 [k], [1, k] or [k, 1], b2 one number. A layer is NAME.weight [outputs, inputs], as torch writes it,
    or NAME/kernel [inputs, outputs], as Keras and Flax do, with NAME.bias [outputs].

    Args:
        arrays: by name.
        ordered: whether their order is that of the layers; otherwise the shapes decide, then numbers in the names.
        notes: what is to be said of them.

    Raises:
        NotCoveredError: the arrays are those of another network.
        ValueError: they are those of no network, or their layout or order is not told by names and shapes.
    """
    prefix = re.match(r".*[./]|", min(arrays, default=""))
    assert prefix is not None
    own = {name.removeprefix(prefix[0]): array for name, array in arrays.items()}
    said = (RELU_ASSUMED, *notes)
    if {"W1", "b1", "b2", *own} in (set(_OWN_NAMES), {"W1", "b1", "W2", "b2"}) and "W1" in own:
        return loaded_network(_own_layers({name.replace("W2", "w2"): array for name, array in own.items()}), said)
    # Dense_0 of Flax is the first that was constructed, which may be the output
    numbered = not any(_is_called(name, "kernel") for name in arrays)
    return loaded_network(_ordered(_layers(arrays), ordered=ordered, numbered=numbered), said)


def _own_layers(arrays: Mapping[str, AnyArray]) -> list[Layer]:
    W1, w2 = (_floats(arrays[name], name) for name in ("W1", "w2"))
    b1, b2 = (_floats(arrays[name], name) if name in arrays else None for name in ("b1", "b2"))
    if W1.ndim != 2 or w2.ndim > 2 or max(w2.shape, default=1) != w2.size:
        raise NotCoveredError(
            f"W1 must be [k, d] and w2 [k], for one output, but their shapes are {list(W1.shape)} and {list(w2.shape)}"
        )
    if w2.ndim == 2 and len(w2) > 1 and W1.shape[0] == W1.shape[1]:
        raise ValueError(
            f"w2 is a column, as in relu(x @ W1) @ w2, and W1 is square {list(W1.shape)}, so that nothing tells "
            "whether its rows are neurons; store W1 as [k, d] and w2 as [k]"
        )
    if b2 is not None and b2.size != 1:
        raise NotCoveredError(f"b2 must be one number, for one output, but its shape is {list(b2.shape)}")
    if W1.shape[0] != w2.size:
        raise ValueError(f"w2 must have {len(W1)} entries, as W1 has rows, not {w2.size}")
    if b1 is not None and b1.size != len(W1):
        raise ValueError(f"b1 must have {len(W1)} entries, as W1 has rows, not {b1.size}")
    return [Layer("W1", W1, b1), Layer("w2", w2.reshape(1, -1), b2)]


def _layers(arrays: Mapping[str, AnyArray]) -> list[Layer]:
    held = ", ".join(f"{name} {list(array.shape)}" for name, array in list(arrays.items())[:12]) or "nothing"
    _require_fully_connected(arrays, held)
    biases = {_stem(name, "bias"): name for name in arrays if _is_called(name, "bias")}
    layers = []
    for name, array in arrays.items():
        for role in ("weight", "kernel"):
            if _is_called(name, role):
                stem = _stem(name, role)
                matrix, bias = _floats(array, name), biases.pop(stem, None)
                layers.append(
                    Layer(
                        stem.rstrip("._/") or role,
                        matrix.T if role == "kernel" else matrix,
                        None if bias is None else _floats(arrays[bias], bias),
                    )
                )
    strangers = [name for name in arrays if not any(_is_called(name, role) for role in ("weight", "kernel", "bias"))]
    if strangers or biases or not layers:
        raise NotCoveredError(
            "the parameters of a shallow network are W1, b1, w2, b2, or the weight and bias of two layers; "
            f"this holds {held}"
        )
    return layers


_OTHER_KINDS = (
    (r"running_(mean|var)|num_batches_tracked|moving_(mean|variance)|batch_stats", "a BatchNorm, whose place and "
     "epsilon the file does not tell; export the network to ONNX, or give the module itself, after .eval()"),
    (r"weight_[ih]h|recurrent_kernel", "a recurrent layer (LSTM, GRU or RNN)"),
    (r"in_proj_(weight|bias)", "an attention"),
    (r"_packed_params|zero_point", "quantised weights"),
    (r"weight_(g|v|u|orig|mask)$|parametrizations\.", "a layer parametrised by others than its weights, as by "
     "weight_norm or pruning; the sharpness is that in those"),
    (r"(^|[._/])gamma", "a normalisation"),
)  # fmt: skip


def _require_fully_connected(arrays: Mapping[str, AnyArray], held: str) -> None:
    for pattern, kind in _OTHER_KINDS:
        for name in arrays:
            if re.search(pattern, name):
                raise NotCoveredError(f"{name} is of {kind}. Found {held}")
    for name, array in arrays.items():
        if (_is_called(name, "weight") or _is_called(name, "kernel")) and array.ndim != 2:
            shape = f"{name} has the shape {list(array.shape)}"
            of = {1: ", as of a normalisation"}.get(array.ndim, ", as of a convolution" if array.ndim > 2 else "")
            raise NotCoveredError(f"{shape}{of}, so it is no fully connected layer; found {held}")


def _is_called(name: str, role: str) -> bool:
    return re.search(rf"(^|[._/]){role}(:0)?$", name) is not None


def _stem(name: str, role: str) -> str:
    return name.removesuffix(":0").removesuffix(role)


def _ordered(layers: list[Layer], *, ordered: bool, numbered: bool) -> list[Layer]:
    if len(layers) != 2:
        return layers if ordered else sorted(layers, key=_natural)
    first, second = layers
    fits = [pair for pair in ((first, second), (second, first)) if _fit(*pair)]
    if len(fits) == 1:
        return list(fits[0])
    if ordered:
        return layers
    told = numbered and all(re.search(r"\d", layer.name) for layer in layers)
    if len(fits) == 2 and not told:
        raise ValueError(f"nothing tells which of {first.name} and {second.name} comes first; name them W1, b1, w2, b2")
    return sorted(layers, key=_natural)


def _fit(hidden: Layer, output: Layer) -> bool:
    return len(output.weight) == 1 and output.weight.shape[1] == len(hidden.weight)


def _natural(layer: Layer) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", layer.name)]


def _floats(array: AnyArray, name: str) -> Float64[Array, ...]:
    """The entries in float64, if they are real and none is rounded by it."""
    if array.dtype.kind not in "fiu":
        raise ValueError(f"{name} must hold real numbers, but its entries are of type {array.dtype}")
    with np.errstate(over="ignore", invalid="ignore"):
        floats = array.astype(np.float64)
    if array.dtype.itemsize > 4 and array.dtype != np.float64:
        # 0 and nan are the same in both
        back = floats.astype(np.longdouble) == array.astype(np.longdouble)
        if not (back | np.isnan(floats)).all():
            raise ValueError(f"{name}, of type {array.dtype}, has entries that float64 does not hold")
    return floats
