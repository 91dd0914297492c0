"""A chain of layers, scalings and relu: folded exactly into two layers, and compared with the model it comes from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import isqrt

import numpy as np
import numpy.typing as npt
from jaxtyping import Float64

from numerics.arrays.checks import row_norms
from numerics.loading.layers import Layer, LoadedNetwork, NotCoveredError, loaded_network
from numerics.loading.scaling import InputScaling, Operation, ScalingStep
from numerics.network import Array, validate_data

MOST_FOLDED_ENTRIES = 2**21  # some seconds
_ROOT_BITS = 200
_SEED = 20230501
_POINTS_A_SCALE = 16
_MOST_INPUTS = 2**20
_MOST_ENTRIES = 2**23
_SCALES = (2.0**-10, 2.0**-5, 1.0, 2.0**5, 2.0**10)


@dataclass(frozen=True)
class Elementwise:
    """z -> z (operation) numbers: one number for each coordinate, or one for all.

    `trained` tells parameters of the network, which are folded into a layer, from a preprocessing of the data.
    """

    name: str
    operation: Operation
    numbers: tuple[Fraction, ...]
    trained: bool = True


@dataclass(frozen=True)
class Relu:
    """z -> max(z, 0)."""


Part = Layer | Elementwise | Relu


def fractions(array: Float64[Array, ...]) -> tuple[Fraction, ...]:
    """The entries, exactly. ValueError if one is not finite."""
    try:
        return tuple(Fraction(float(entry)) for entry in array.reshape(-1))
    except (OverflowError, ValueError) as error:
        raise ValueError(f"a parameter is not finite: {error}") from error


def batch_normalisation(
    name: str,
    mean: Float64[Array, " m"],
    variance: Float64[Array, " m"],
    eps: float,
    weight: Float64[Array, " m"] | None,
    bias: Float64[Array, " m"] | None,
) -> list[Part]:
    """The parts of z -> (z - mean)/sqrt(variance + eps) weight + bias of stored moments, the root to 200 bits.

    Without weight and bias nothing of it is trained by gradient descent.

    Raises:
        ValueError: a variance + eps is not positive, or an entry is not finite.
    """
    trained = weight is not None or bias is not None
    squares = [value + Fraction(eps) for value in fractions(variance)]
    if any(square <= 0 for square in squares):
        raise ValueError(f"{name} has a variance that is not positive")
    roots = tuple(
        Fraction(isqrt((square.numerator << 2 * _ROOT_BITS) * square.denominator), square.denominator << _ROOT_BITS)
        for square in squares
    )
    parts: list[Part] = [Elementwise(name, "-", fractions(mean), trained), Elementwise(name, "/", roots, trained)]
    if weight is not None:
        parts.append(Elementwise(name, "*", fractions(weight)))
    if bias is not None:
        parts.append(Elementwise(name, "+", fractions(bias)))
    return parts


@dataclass(frozen=True, eq=False)
class FoldedNetwork:
    """A network, and of each bias of its two layers the sum of the absolute values of the terms added up in it."""

    loaded: LoadedNetwork
    bias_terms: tuple[Float64[Array, ...], Float64[Array, ...]]


def folded_network(parts: Sequence[Part], notes: Sequence[str] = ()) -> FoldedNetwork:
    """The network that a chain of parts computes, from the first part to the last.

    A preprocessing in front becomes `input_scaling`, and the weights stay as they were trained. Every other scaling is
    folded into the layer next to it in fractions, each parameter rounded to float64 once: for s before and t after,

        t(W s(x) + b), s(x) = p x + q, t(z) = r z + u   has   W'_ij = r_i W_ij p_j, b'_i = r_i (b_i + (W q)_i) + u_i.

    Notes say that the parameters, and so the sharpness, are then those of the folded network.

    Raises:
        NotCoveredError: the chain is no layer, relu, layer, but for scalings, or is too large to fold.
        ValueError: shapes do not fit, a scaling divides by zero, or an entry is not finite.
    """
    scalers: list[str] = []
    steps: list[ScalingStep] = []
    for part in parts:
        if not isinstance(part, Elementwise) or part.trained:
            break
        steps.append(ScalingStep(part.operation, np.array([float(number) for number in part.numbers])))
        scalers.append(part.name)
    (hidden, hidden_terms), (output, output_terms) = (_folded_layer(stage) for stage in _stages(parts[len(steps) :]))
    loaded = loaded_network([hidden, output])
    names = list(dict.fromkeys(part.name for part in parts[len(steps) :] if isinstance(part, Elementwise)))
    said = list(notes)
    if names:
        said.append(
            f"Folded into the layers: {', '.join(names)}, each parameter rounded to float64 once. The sharpness is "
            "that of the folded network, whose parameters are others than those that were trained."
        )
    scaling = InputScaling(tuple(steps)) if steps else None
    if scaling is not None:
        scaling.require_inputs(loaded.first.d)
        named = ", ".join(dict.fromkeys(scalers))
        said.append(f"The data were scaled by {named}, in float64; the weights are as they were trained.")
    loaded = replace(loaded, notes=tuple(said), input_scaling=scaling)
    return FoldedNetwork(loaded, (hidden_terms, output_terms))


def _stages(parts: Sequence[Part]) -> tuple[list[Layer | Elementwise], list[Layer | Elementwise]]:
    """What stands before the relu and what behind it, one layer in each."""
    stages: list[list[Layer | Elementwise]] = [[]]
    for part in parts:
        if isinstance(part, Relu):
            stages.append([])
        else:
            stages[-1].append(part)
    layers = [[part for part in stage if isinstance(part, Layer)] for stage in stages]
    if any(len(held) > 1 for held in layers):
        raise NotCoveredError("the network has two layers with no relu between them")
    if len(stages) > 1 and not stages[-1]:
        raise NotCoveredError("the network has a relu after its last layer; the output must be affine in the neurons")
    if [len(held) for held in layers] != [1, 1]:
        loaded_network([layer for held in layers for layer in held])
        raise NotCoveredError(f"the network has {len(stages) - 1} relus around two layers, not one between them")
    return stages[0], stages[1]


def _folded_layer(stage: Sequence[Layer | Elementwise]) -> tuple[Layer, Float64[Array, " outputs"]]:
    """The layer with the scalings about it, and the sizes of the terms of its biases."""
    place = next(index for index, part in enumerate(stage) if isinstance(part, Layer))
    layer = stage[place]
    assert isinstance(layer, Layer)
    before = [part for part in stage[:place] if isinstance(part, Elementwise)]
    after = [part for part in stage[place + 1 :] if isinstance(part, Elementwise)]
    if not before and not after:
        return layer, np.abs(np.zeros(1) if layer.bias is None else layer.bias.reshape(-1))
    outputs, inputs = layer.weight.shape
    if layer.weight.size > MOST_FOLDED_ENTRIES:
        raise NotCoveredError(
            f"{layer.name} has {layer.weight.size:,} weights; at most {MOST_FOLDED_ENTRIES:,} are folded with a scaling"
        )
    if layer.bias is None and not any(part.operation in "+-" for part in after):
        return layer, np.zeros(outputs)
    bias = (Fraction(0),) * outputs if layer.bias is None else fractions(layer.bias)
    if len(bias) != outputs:
        raise ValueError(f"the bias of {layer.name} must have {outputs} entries, not {len(bias)}")
    p, q, q_size = _affine(before, inputs)
    r, u, u_size = _affine(after, outputs)
    weight, biases, terms = np.empty((outputs, inputs)), np.empty(outputs), np.empty(outputs)
    for i, row in enumerate(layer.weight):
        exact, moved, size = fractions(row), bias[i], abs(bias[i])
        if before:
            moved += sum(w * shift for w, shift in zip(exact, q, strict=True))
            size += sum(abs(w) * term for w, term in zip(exact, q_size, strict=True))
            exact = tuple(w * factor for w, factor in zip(exact, p, strict=True))
        weight[i] = [_rounded(r[i] * w) for w in exact]
        biases[i], terms[i] = _rounded(r[i] * moved + u[i]), _rounded(abs(r[i]) * size + u_size[i])
    return Layer(layer.name, weight, biases), terms


def _affine(scalings: Sequence[Elementwise], length: int) -> tuple[list[Fraction], list[Fraction], list[Fraction]]:
    """Factor and shift of z -> factor z + shift, and the sizes of the terms of the shift."""
    factor, shift, size = [Fraction(1)] * length, [Fraction(0)] * length, [Fraction(0)] * length
    for part in scalings:
        if len(part.numbers) not in (1, length):
            raise ValueError(f"{part.name} has {len(part.numbers)} entries, but stands where {length} numbers pass")
        numbers = part.numbers * length if len(part.numbers) == 1 else part.numbers
        if part.operation in "+-":
            sign = 1 if part.operation == "+" else -1
            shift = [old + sign * number for old, number in zip(shift, numbers, strict=True)]
            size = [old + abs(number) for old, number in zip(size, numbers, strict=True)]
            continue
        if part.operation == "/":
            if 0 in numbers:
                raise ValueError(f"{part.name} divides by zero")
            numbers = tuple(1 / number for number in numbers)
        factor = [old * number for old, number in zip(factor, numbers, strict=True)]
        shift = [old * number for old, number in zip(shift, numbers, strict=True)]
        size = [old * abs(number) for old, number in zip(size, numbers, strict=True)]
    return factor, shift, size


def _rounded(number: Fraction) -> float:
    try:
        return float(number)
    except OverflowError:
        raise ValueError("a folded parameter exceeds the range of float64") from None


def require_agreement(
    found: FoldedNetwork, values: Callable[[Array], Array], dtype: npt.DTypeLike, points: npt.ArrayLike | None = None
) -> None:
    """Compare the network with its model at random points, of five scales from 2^-10 to 2^10, and at those given.

    The points are normal, also of the scale of the thresholds b1/|w1| and, with a preprocessing, such that the prepared
    data are normal; rounded to `dtype`. With u the unit roundoff of `dtype`, B_1 [k] and B_2 the sums of absolute
    values of the terms of the biases, and Z the same of z = prepare(x), the values may differ by

        2 (d + k + 16) u (sum_i |w2_i| (<|w1_i|, Z> + B_1i) + B_2) + tiny,

    for each output, twice the first-order bound of the rounding of two products, summed in any order. A datum whose
    sums are beyond a quarter of the range of `dtype` is not compared.

    Args:
        found: the network.
        values: f(x_j) at x [n, d], as the model computes it, [n], or of m outputs [n, m].
        dtype: the arithmetic of the model, the coarsest in it.
        points: [m, d], as they are given to the model.

    Raises:
        NotCoveredError: they differ, or the network is too large to compare.
        TypeError, ValueError: the points are no data of this network.
    """
    network, scaling = found.loaded.first, found.loaded.input_scaling
    weights, biases = found.loaded.output_weights, found.loaded.output_biases
    if max(network.d, network.k, len(weights)) > _MOST_INPUTS:
        raise NotCoveredError(f"{network.d:,} inputs or {network.k:,} neurons are too many to compare with the model")
    limits = np.finfo(dtype)
    x = _points(found).astype(dtype).astype(np.float64)
    x = x[np.isfinite(x).all(axis=1)]
    if points is not None:
        x = np.concatenate([x, validate_data(points, network.d)])
    computed = np.asarray(values(x), dtype=np.float64)
    if computed.size != len(x) * len(weights):
        each = "one" if len(weights) == 1 else str(len(weights))
        raise NotCoveredError(
            f"the model gives {computed.size} values for {len(x)} data; there must be {each} for each"
        )
    computed = computed.reshape(len(x), len(weights))
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        z = x if scaling is None else scaling.prepare(x)
        inside = _terms(x, scaling) @ np.abs(network.W1).T + found.bias_terms[0]
        size = inside @ np.abs(weights).T + found.bias_terms[1]
        allowed = (network.d + network.k + 16) * float(limits.eps) * size + float(limits.tiny) * (1 + network.k)
        largest = np.maximum(size.max(axis=1), inside.max(axis=1, initial=0.0))
        expected = np.maximum(z @ network.W1.T + network.b1, 0.0) @ weights.T + biases
        compared = largest < float(limits.max) / 4
        wrong = compared[:, None] & ~(np.abs(computed - expected) <= allowed)
    if not (compared & x.any(axis=1)).any():
        raise NotCoveredError(f"the weights are too large to be compared with the model in {np.dtype(dtype)}")
    if wrong.any():
        j, r = np.unravel_index(int(np.argmax(wrong)), wrong.shape)
        where = np.array2string(x[j], threshold=6)
        raise NotCoveredError(
            f"what was read is another function than the model: at x = {where} the model is {computed[j, r]:.8g}, "
            f"the network {expected[j, r]:.8g}; rounding explains at most {allowed[j, r]:.2g}"
        )


def _terms(x: Float64[Array, "n d"], scaling: InputScaling | None) -> Float64[Array, "n d"]:
    """The sums of absolute values of the terms of prepare(x); |x| without a preprocessing."""
    terms: Float64[Array, "n d"] = np.abs(x)
    for step in () if scaling is None else scaling.steps:
        sizes = np.abs(step.numbers)
        terms = terms + sizes if step.operation in "+-" else terms * sizes if step.operation == "*" else terms / sizes
    return terms


def _points(found: FoldedNetwork) -> Float64[Array, "n d"]:
    """Seeded random points, of several scales and about the thresholds."""
    network, scaling = found.loaded.first, found.loaded.input_scaling
    rng = np.random.default_rng(_SEED)
    count = max(1, min(_POINTS_A_SCALE, _MOST_ENTRIES // (len(_SCALES) * max(network.d, network.k))))
    unit = rng.standard_normal((count, network.d))
    norms = row_norms(network.W1)
    active = (norms > 0) & (network.b1 != 0)
    threshold = float(np.median(np.abs(network.b1[active]) / norms[active])) if active.any() else 1.0
    batches = [scale * unit for scale in _SCALES]
    batches += [scale * threshold * unit for scale in (0.5, 2.0)]
    if scaling is not None:
        batches += [scaling.undone(scale * unit) for scale in (0.5, 2.0)]
    return np.concatenate(batches)
