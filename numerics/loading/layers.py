"""From named weight matrices to the shallow network, or to the reason why there is none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from jaxtyping import Float64

from numerics.arrays.checks import real_array
from numerics.arrays.files import AnyArray
from numerics.loading.scaling import InputScaling
from numerics.network import Array, ShallowNetwork, validate_data


class NotCoveredError(ValueError):
    """A well-formed network that the theory does not speak of; the message names what it has."""


@dataclass(frozen=True, eq=False)
class Layer:
    """x -> weight x + bias: weight [outputs, inputs], bias [outputs] or None, and a name for messages."""

    name: str
    weight: Float64[Array, "outputs inputs"]
    bias: Float64[Array, ...] | None


@dataclass(frozen=True, eq=False)
class LoadedNetwork:
    """A network, what was taken for granted in reading it, as sentences, and the preprocessing of its data, if any.

    The network is a function of the prepared data: the model is x -> network(prepare(x)). `zero_biases` are the layers
    without a bias, read as one of zeros: the Hessian of the trained parameters is then a principal submatrix of that of
    the network, so that its largest eigenvalue is no larger. `first` is the network of the first output; where there
    are several, `last` is the output layer of all, behind the same neurons.
    """

    first: ShallowNetwork
    notes: tuple[str, ...] = ()
    input_scaling: InputScaling | None = None
    zero_biases: tuple[str, ...] = ()
    last: Layer | None = None

    @property
    def network(self) -> ShallowNetwork:
        """The network, if it has one output. NotCoveredError if it has several."""
        if self.last is not None:
            name = f"layer {self.last.name}" if self.last.name.isdecimal() else self.last.name
            raise NotCoveredError(
                f"the network must have one output, but {name} has {len(self.last.weight)}; several are "
                "audited on labels y [n, m], a column for each (of classes: one-hot), in Python by "
                "numerics.audit.several_outputs"
            )
        return self.first

    @property
    def output_weights(self) -> Float64[Array, "m k"]:
        """The weights of all outputs, a row for each."""
        return self.first.w2[None, :] if self.last is None else self.last.weight

    @property
    def output_biases(self) -> Float64[Array, " m"]:
        """Their biases, 0 where there are none."""
        if self.last is None:
            return np.array([self.first.b2])
        return np.zeros(len(self.last.weight)) if self.last.bias is None else self.last.bias.reshape(-1)

    def prepare(self, x: npt.ArrayLike) -> Float64[Array, "n d"]:
        """The data x [n, d] as they reach the network; x itself if there is no preprocessing."""
        return validate_data(x) if self.input_scaling is None else self.input_scaling.prepare(x)


RELU_ASSUMED = (
    "The file does not name the activation; it was read as relu, with nothing before or behind the two layers."
)
_OWN_NAMES = ("W1", "b1", "w2", "b2")


def loaded_network(
    layers: Sequence[Layer], notes: Sequence[str] = (), scaling: InputScaling | None = None
) -> LoadedNetwork:
    """The network of a hidden and an output layer, in this order; a bias that is not there is 0, and is told.

    Raises:
        NotCoveredError: another number of layers, or no output.
        ValueError: the shapes do not fit, or an entry is not finite.
    """
    names = ", ".join(layer.name for layer in layers) or "none"
    if len(layers) != 2:
        raise NotCoveredError(
            f"a network of one hidden layer has 2 layers of weights, but this one has {len(layers)} ({names})"
            + ("; in Python numerics.audit.any_network audits a module of any depth" if len(layers) > 2 else "")
        )
    hidden, output = layers
    if len(output.weight) == 0:
        raise NotCoveredError(f"the network must have an output, but {output.name} has none")
    for layer in layers:
        if layer.bias is not None and layer.bias.size != len(layer.weight):
            raise ValueError(f"the bias of {layer.name} must have {len(layer.weight)} entries, not {layer.bias.size}")
    if output.weight.shape[1] != len(hidden.weight):
        raise ValueError(
            f"{output.name} takes {output.weight.shape[1]} inputs, but {hidden.name} has {len(hidden.weight)} outputs"
        )
    biases = [np.zeros(len(layer.weight)) if layer.bias is None else layer.bias.reshape(-1) for layer in layers]
    weights, shifts = real_array(output.weight, "w2", 2), real_array(biases[1], "b2", 1)
    first = ShallowNetwork(hidden.weight, biases[0], weights[0], float(shifts[0]))
    roles = zip(("hidden", "output"), layers, strict=True)
    missing = [f"the {role} layer {layer.name.removeprefix('layer ')}" for role, layer in roles if layer.bias is None]
    last = None if len(output.weight) == 1 else output
    return LoadedNetwork(first, tuple(notes), scaling, tuple(missing), last)


def network_of_named_arrays(
    arrays: Mapping[str, AnyArray], *, ordered: bool, notes: Sequence[str] = (), inputs: int | None = None
) -> LoadedNetwork:
    """The network whose parameters are the arrays, behind any prefix: W1, b1, w2 (or W2), b2, or those of two layers.

    W1 is [k, d], w2 [k], [1, k] or [k, 1], b2 one number; of m outputs w2 is [m, k] and b2 [m]. A layer is NAME.weight
    [outputs, inputs], as torch writes it, or NAME/kernel [inputs, outputs], as Keras and Flax do, with NAME.bias
    [outputs].

    Args:
        arrays: by name.
        ordered: whether their order is that of the layers; otherwise the shapes decide, then numbers in the names, if
            these are the same before the numbers, then the inputs.
        notes: what is to be said of them.
        inputs: the d of the data, if it is known.

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
    return loaded_network(_ordered(_layers(arrays), ordered=ordered, numbered=numbered, inputs=inputs), said)


def _own_layers(arrays: Mapping[str, AnyArray]) -> list[Layer]:
    W1, w2 = (_floats(arrays[name], name) for name in ("W1", "w2"))
    b1, b2 = (_floats(arrays[name], name) if name in arrays else None for name in ("b1", "b2"))
    if W1.ndim != 2 or w2.ndim not in (1, 2):
        raise NotCoveredError(
            f"W1 must be [k, d] and w2 [k], or [m, k] for m outputs, but their shapes are {list(W1.shape)} and "
            f"{list(w2.shape)}"
        )
    if max(w2.shape) != w2.size or (w2.size != len(W1) and w2.shape[1:] == (len(W1),)):
        return _of_several_outputs(W1, b1, w2, b2)
    if w2.ndim == 2 and len(w2) > 1 and W1.shape[0] == W1.shape[1]:
        raise ValueError(
            f"w2 is a column, as in relu(x @ W1) @ w2, and W1 is square {list(W1.shape)}, so that nothing tells "
            "whether its rows are neurons; store W1 as [k, d] and w2 as [k]"
        )
    if b2 is not None and b2.size != 1:
        raise NotCoveredError(f"b2 must be one number, for one output, but its shape is {list(b2.shape)}")
    if W1.shape[0] != w2.size:
        turned = "; W1 has so many columns: is it [d, k], to be stored as [k, d]?" if W1.shape[1] == w2.size else ""
        raise ValueError(f"w2 must have {len(W1)} entries, as W1 has rows, not {w2.size}{turned}")
    if b1 is not None and b1.size != len(W1):
        raise ValueError(f"b1 must have {len(W1)} entries, as W1 has rows, not {b1.size}")
    return [Layer("W1", W1, b1), Layer("w2", w2.reshape(1, -1), b2)]


def _of_several_outputs(W1: Array, b1: Array | None, w2: Array, b2: Array | None) -> list[Layer]:
    if w2.shape[0] == w2.shape[1]:
        raise ValueError(
            f"w2 is square {list(w2.shape)}, so that nothing tells whether its rows are outputs; name the arrays "
            "0.weight, 0.bias, 2.weight and 2.bias, as torch does, whose rows are outputs"
        )
    if w2.shape[1] != len(W1):
        raise ValueError(f"w2 must be [m, {len(W1)}], a row for each output, as W1 has {len(W1)}, not {list(w2.shape)}")
    return [Layer("W1", W1, b1), Layer("w2", w2, b2)]


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


def _ordered(layers: list[Layer], *, ordered: bool, numbered: bool, inputs: int | None) -> list[Layer]:
    if len(layers) != 2:
        return layers if ordered else sorted(layers, key=_natural)
    first, second = layers
    fits = [pair for pair in ((first, second), (second, first)) if _fit(*pair)]
    # one output is what most networks have, and tells most, unless the data are of another network
    fits = [
        (one, last) for one, last in fits if len(last.weight) == 1 and inputs in (None, one.weight.shape[1])
    ] or fits
    if len(fits) == 1:
        return list(fits[0])
    if ordered:
        return layers
    if len(fits) == 0 or (numbered and _numbers_tell(first, second)):
        return sorted(layers, key=_natural)
    taking = [pair for pair in fits if pair[0].weight.shape[1] == inputs]
    if len(taking) == 1:
        return list(taking[0])
    raise ValueError(
        f"nothing tells which of {first.name} and {second.name} comes first, and what is ambiguous is refused, not "
        "guessed; name them in their order 0.weight, 0.bias, 2.weight and 2.bias, as torch does, whose weights are "
        "[outputs, inputs]"
    )


def _numbers_tell(first: Layer, second: Layer) -> bool:
    """Whether the names differ in a number first: as 0 and 2 or fc1 and fc2, unlike encoder.0 and decoder.0."""
    for one, other in zip(_natural(first), _natural(second), strict=False):
        if one != other:
            return one[0] >= 0 and other[0] >= 0
    return False


def _fit(hidden: Layer, output: Layer) -> bool:
    return bool(output.weight.shape[1] == len(hidden.weight))


def _natural(layer: Layer) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", layer.name)]


def not_real(name: str, dtype: npt.DTypeLike) -> str:
    """What is said of entries of a type that holds no real numbers."""
    half = ", which may be bfloat16, that NumPy does not have: store float32" if dtype == "V2" else ""
    return f"{name} must hold real numbers, but its entries are of type {dtype}{half}"


def _floats(array: AnyArray, name: str) -> Float64[Array, ...]:
    """The entries in float64, if they are real and none is rounded by it."""
    if array.dtype.kind not in "fiu":
        raise ValueError(not_real(name, array.dtype))
    with np.errstate(over="ignore", invalid="ignore"):
        floats = array.astype(np.float64)
    if array.dtype.itemsize > 4 and array.dtype != np.float64:
        # 0 and nan are the same in both
        back = floats.astype(np.longdouble) == array.astype(np.longdouble)
        if not (back | np.isnan(floats)).all():
            raise ValueError(f"{name}, of type {array.dtype}, has entries that float64 does not hold")
    return floats
