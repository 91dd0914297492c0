"""The shallow ReLU network: parameters, values, gradients, canonical and reduced form."""

import os
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from numerics.arrays.checks import (
    Array,
    real_array,
    require_finite,
    row_exponents,
    validate_data,
    validate_labels,
)
from numerics.arrays.files import load_arrays, save_arrays
from numerics.arrays.hyperplanes import Indices, hyperplane_groups, merged_output_weight, representative
from numerics.arrays.moments import output_values, positive_moments, stacked
from numerics.arrays.shared_hyperplanes import kept_scales, parted

__all__ = [
    "Array",
    "CanonicalForm",
    "Indices",
    "ReducedForm",
    "ShallowNetwork",
    "validate_data",
    "validate_labels",
]


@dataclass(frozen=True, eq=False)
class CanonicalForm:
    """The neurons with w1 != 0 as a relu(<v, x> - b): v = w1/|w1|, b = -b1/|w1|, a = w2 |w1|.

    directions v [m, d], thresholds b [m], amplitudes a [m], neurons [m] (their indices in the network).
    """

    directions: Array
    thresholds: Array
    amplitudes: Array
    neurons: Indices


@dataclass(frozen=True, eq=False)
class ReducedForm:
    """One entry for each distinct hyperplane {<v, x> = b}; (v, b) and (-v, -b) are the same one.

    directions v [m, d], thresholds b [m] (those of the member with the largest weights), amplitudes [m] (the
    sums of the members' a), members (the indices of the neurons on each hyperplane).
    """

    directions: Array
    thresholds: Array
    amplitudes: Array
    members: tuple[Indices, ...]


@dataclass(frozen=True, eq=False, init=False)
class ShallowNetwork:
    """f(x) = sum_i w2_i relu(<w1_i, x> + b1_i) + b2, all parameters trained.

    Args:
        W1: [k, d], the weights of the k hidden neurons.
        b1: [k], their biases.
        w2: [k], the output weights.
        b2: the output bias.

    The arrays are copied and made read-only. k = 0 is the constant b2.

    Raises:
        TypeError: an entry is not a real number.
        ValueError: the shapes do not fit together, or an entry is not finite.

    >>> network = ShallowNetwork(W1=[[1.0], [-1.0]], b1=[0.0, 0.0], w2=[1.0, 1.0], b2=0.5)  # |x| + 1/2
    >>> network([[-2.0], [3.0]])
    array([2.5, 3.5])
    """

    W1: Array
    b1: Array
    w2: Array
    b2: float

    def __init__(self, W1: npt.ArrayLike, b1: npt.ArrayLike, w2: npt.ArrayLike, b2: npt.ArrayLike) -> None:
        arrays = {
            "W1": real_array(W1, "W1", 2).copy(),
            "b1": real_array(b1, "b1", 1).copy(),
            "w2": real_array(w2, "w2", 1).copy(),
        }
        k, d = arrays["W1"].shape
        if d == 0:
            raise ValueError("W1 must have at least one column, one for each input")
        for name, array in arrays.items():
            if len(array) != k:
                raise ValueError(f"{name} must have {k} entries, as W1 has rows, not {len(array)}")
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        object.__setattr__(self, "b2", float(real_array(b2, "b2", 0)))

    @property
    def d(self) -> int:
        """The number of inputs."""
        return int(self.W1.shape[1])

    @property
    def k(self) -> int:
        """The number of hidden neurons."""
        return int(self.W1.shape[0])

    def __call__(self, x: npt.ArrayLike) -> Array:
        """The values f(x_j) [n] at the data x [n, d]."""
        return output_values(self.W1, self.b1, self.w2, self.b2, validate_data(x, self.d))

    def preactivations(self, x: npt.ArrayLike) -> Array:
        """<w1_i, x_j> + b1_i at [j, i], shape [n, k]."""
        return stacked(self.W1, self.b1, validate_data(x, self.d))

    def gradients(self, x: npt.ArrayLike) -> Array:
        """The gradients of f(x_j) in the parameters, one a row: Phi^T, shape [n, k d + 2k + 1].

        The order is W1 (row by row), b1, w2, b2. The derivative of relu at 0 is taken as 0.
        """
        data = validate_data(x, self.d)
        t = stacked(self.W1, self.b1, data)
        with np.errstate(over="ignore"):
            in_b1 = np.where(t > 0, self.w2, 0.0)
            in_W1 = (in_b1[:, :, None] * data[:, None, :]).reshape(len(data), -1)
        gradients = np.concatenate([in_W1, in_b1, np.maximum(t, 0.0), np.ones((len(data), 1))], axis=1)
        return require_finite(gradients, "the gradients")

    def rescaled(self, scales: npt.ArrayLike) -> "ShallowNetwork":
        """The same function with (c_i w1_i, c_i b1_i, w2_i / c_i) for (w1_i, b1_i, w2_i), scales c [k] > 0.

        Exact for scales that are powers of two, as long as nothing underflows. Neurons that share a hyperplane go on
        sharing it: the last bits of their scales are cut off, so that c_i (w1_i, b1_i) is exact.

        Raises:
            ValueError: a scale is not positive and finite, or not one for each neuron.
            ArithmeticError: a parameter leaves the range of float64, or a neuron would leave the hyperplane that it
                shares, its weights having too many bits for any scale near the one given but a power of two.
        """
        c = self._validated_scales(scales)
        kept = kept_scales(self.W1, self.b1, c)
        for neuron in parted(c, kept):
            raise ArithmeticError(
                f"neuron {neuron} would leave the hyperplane that it shares at scale {c[neuron]}, not at {kept[neuron]}"
            )
        return self._multiplied(kept)

    def rescaled_about(self, scales: npt.ArrayLike) -> "ShallowNetwork":
        """`rescaled` with the scales nearest to those given at which neurons that share a hyperplane go on sharing it.

        Powers of two at worst, within a factor sqrt(2) of what is given. Errors as there, but for the last.
        """
        return self._multiplied(kept_scales(self.W1, self.b1, self._validated_scales(scales)))

    def _validated_scales(self, scales: npt.ArrayLike) -> Array:
        c = real_array(scales, "scales", 1)
        if len(c) != self.k:
            raise ValueError(f"there must be one scale for each of the {self.k} neurons, not {len(c)}")
        if not (c > 0).all():
            raise ValueError(f"scales must be positive, but the smallest is {c.min()}")
        return c

    def _multiplied(self, c: Array) -> "ShallowNetwork":
        with np.errstate(over="ignore", under="ignore"):
            W1, b1, w2 = c[:, None] * self.W1, c * self.b1, self.w2 / c
        for before, after in ((self.W1, W1), (self.b1, b1), (self.w2, w2)):
            if not np.isfinite(after).all() or not np.array_equal(before == 0, after == 0):
                raise ArithmeticError("a rescaled parameter leaves the range of float64")
        return ShallowNetwork(W1, b1, w2, self.b2)

    def balanced(self, x: npt.ArrayLike) -> "ShallowNetwork":
        """The rescaling with E relu_i = |w2_i| sqrt(P_i^2 + |E X 1_i|^2), the mean over the data x [n, d].

        There the step from |E grad f|^2 to the one-sided norm (AM-GM, neuron by neuron) is an equality.
        Neurons with w2_i = 0, or inactive on all data, cannot be balanced and stay as they are; those that share a
        hyperplane are balanced as far as they can be without leaving it (see `rescaled_about`). A datum exactly on
        a kink may end on either side of it, by rounding; scales that are powers of two (`rescaled`) avoid that.
        """
        moments = positive_moments(self.W1, self.b1, validate_data(x, self.d))
        scales = np.ones(self.k)
        free = (self.w2 != 0) & (moments.excess > 0)
        scales[free] = (
            np.sqrt(np.abs(self.w2[free])) * np.sqrt(moments.feature_norm[free]) / np.sqrt(moments.excess[free])
        )
        return self.rescaled_about(scales)

    def canonical(self) -> CanonicalForm:
        """The neurons with w1 != 0 by direction, threshold and amplitude.

        Raises:
            OverflowError: a threshold or an amplitude exceeds the range of float64.
        """
        neurons = np.flatnonzero(np.any(self.W1 != 0, axis=1))
        W1, b1, w2 = self.W1[neurons], self.b1[neurons], self.w2[neurons]
        exponents = row_exponents(W1)
        scaled = np.ldexp(W1, -exponents[:, None])
        norms = np.sqrt(np.sum(scaled * scaled, axis=1))
        with np.errstate(over="ignore"):
            thresholds = np.ldexp(-b1 / norms, -exponents)
            amplitudes = np.ldexp(w2 * norms, exponents)
        return CanonicalForm(
            directions=scaled / norms[:, None],
            thresholds=require_finite(thresholds, "the thresholds -b1/|w1|"),
            amplitudes=require_finite(amplitudes, "the amplitudes w2 |w1|"),
            neurons=neurons,
        )

    def reduced(self) -> ReducedForm:
        """The neurons merged by hyperplane, their amplitudes added: relu(t) and relu(-t) differ by t, affine.

        Which neurons share a hyperplane is decided exactly, on (w1, b1) as rational numbers. Neurons with
        w1 = 0 belong to no hyperplane.

        Raises:
            OverflowError: a threshold or an amplitude exceeds the range of float64.

        >>> network = ShallowNetwork([[1.0], [-2.0]], [0.0, 0.0], [3.0, -1.5], 0.0)  # 3 relu(x) - 3 relu(-x)
        >>> network.reduced().amplitudes
        array([0.])
        """
        members = hyperplane_groups(self.W1, self.b1)
        chosen = [representative(self.W1, group) for group in members]
        merged = [merged_output_weight(self.W1, self.w2, group) for group in members]
        canonical = ShallowNetwork(self.W1[chosen], self.b1[chosen], np.array(merged), self.b2).canonical()
        return ReducedForm(canonical.directions, canonical.thresholds, canonical.amplitudes, members)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the parameters to the .npz file `path`, atomically."""
        save_arrays(path, {"W1": self.W1, "b1": self.b1, "w2": self.w2, "b2": self.b2})

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a network from an .npz file with the arrays W1 [k, d], b1 [k], w2 [k], b2 [].

        Raises:
            FileNotFoundError, PermissionError: the file cannot be opened.
            ValueError: the file is damaged, an array is missing, of the wrong shape or type, or not finite.
        """
        arrays = load_arrays(path, ("W1", "b1", "w2", "b2"))
        try:
            return cls(**arrays)
        except (TypeError, ValueError) as error:
            raise ValueError(f"{path} does not hold a shallow network: {error}") from error
