"""A network on data: validated once, with everything that several quantities rest on computed once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from numerics.arrays.checks import Array, require_device, require_finite, validate_data, validate_labels
from numerics.arrays.gradients import DeviceGradients, Gradients
from numerics.arrays.hyperplanes import Indices, hyperplane_groups
from numerics.arrays.moments import SideMoments, Survey, activity, preactivation_blocks, row_blocks, survey
from numerics.exact.network import ExactData, ExactNetwork
from numerics.exact.rounded import nearest_floats
from numerics.network import ShallowNetwork

# a loss of 1e-13, to which networks are trained, leaves pre-activations of data on kinks near its root
_NEAR_KINK = 1e-7

Pattern = npt.NDArray[np.bool_]
Values = TypeVar("Values", Array, Pattern)


@dataclass(frozen=True, eq=False, init=False)
class Problem:
    """A network f on data x_j with labels y_j; the subject of every norm, sharpness, enclosure and audit.

    Args:
        network: k neurons on d inputs; or what `numerics.loading.as_network` takes: a torch.nn.Sequential(Linear, ReLU,
            Linear), a state_dict, a fitted scikit-learn MLPRegressor or a Pipeline of one, or the path of a file.
        x: the data [n, d]; kept as they reach the network, if a preprocessing stands in front of it.
        y: the labels [n] or [n, 1], or None where nothing depends on them.
        zero_biases: whether layers without a bias are read with one of zeros; the field names those layers.
        device: "cpu", or "cuda" for the products with gradients by which large problems are measured in floats, to the
            same results but for rounding; all else is computed on the CPU.

    The arrays are read-only; what is derived from them is computed when it is first asked for, and kept. `remarks` are
    what was taken for granted in reading the network, as sentences.

    Raises:
        NotCoveredError: the network is none that the theory speaks of.
        TypeError: an entry is not a real number, or the network is none of these objects.
        ValueError: the shapes do not fit together, or an entry is not finite; or there is no such device.

    >>> problem = Problem.of(ShallowNetwork([[1.0]], [0.0], [2.0], 0.0), [[3.0], [-1.0]], [5.0, 0.0])
    >>> problem.n, problem.residuals.tolist(), problem.near_kinks
    (2, [1.0, 0.0], 0)
    """

    network: ShallowNetwork
    x: Array
    y: Array | None
    remarks: tuple[str, ...]
    zero_biases: tuple[str, ...]
    device: str

    def __init__(
        self,
        network: object,
        x: npt.ArrayLike,
        y: npt.ArrayLike | None = None,
        *,
        zero_biases: bool = False,
        device: str = "cpu",
    ) -> None:
        require_device(device)
        own, remarks, missing = network, tuple[str, ...](), tuple[str, ...]()
        if not isinstance(own, ShallowNetwork):
            # the readers of files and of other libraries' objects are imported where they are needed
            from numerics.loading.networks import as_network

            loaded = as_network(own, x, with_scaling=True, zero_biases=zero_biases)
            own, remarks, missing = loaded.network, loaded.notes, loaded.zero_biases
            x = x if loaded.input_scaling is None else loaded.prepare(x)
        data = validate_data(x, own.d)
        object.__setattr__(self, "network", own)
        object.__setattr__(self, "remarks", remarks)
        object.__setattr__(self, "zero_biases", missing)
        object.__setattr__(self, "device", device)
        object.__setattr__(self, "x", _read_only(data))
        object.__setattr__(self, "y", None if y is None else _read_only(validate_labels(y, len(data))))

    @classmethod
    def of(cls, network: object, x: npt.ArrayLike | None = None, y: npt.ArrayLike | None = None) -> Problem:
        """The problem of a network, as the class takes it, on the data x [n, d] with labels y [n]; a Problem as it is.

        Raises:
            TypeError: data or labels are given beside a Problem, or a network without data; else as the class.
        """
        if isinstance(network, Problem):
            if x is not None or y is not None:
                raise TypeError("a Problem has its data and labels already; give none beside it")
            return network
        if x is None:
            raise TypeError("a network is measured on data: give x beside it, or a Problem")
        return cls(network, x, y)

    def at(self, network: ShallowNetwork) -> Problem:
        """Another network on the same data and labels, whose exact form it shares. ValueError if d is another."""
        if network is self.network:
            return self
        if network.d != self.network.d:
            raise ValueError(f"the network must have {self.network.d} inputs, as the data have columns")
        other = object.__new__(Problem)
        # frozen, and validated already
        vars(other).update(network=network, x=self.x, y=self.y, remarks=(), zero_biases=(), device=self.device)
        vars(other).update(_origin=self)
        return other

    @property
    def n(self) -> int:
        """The number of data."""
        return len(self.x)

    @property
    def labels(self) -> Array:
        """Y [n]; ValueError if there are none."""
        if self.y is None:
            raise ValueError("this depends on the labels y, and none are given")
        return self.y

    def preactivations(self) -> Array:
        """<w1_i, x_j> + b1_i at [j, i], shape [n, k]; not kept, for its size."""
        return np.concatenate([t for _, t in self.preactivation_blocks()])

    def preactivation_blocks(self) -> Iterator[tuple[slice, Array]]:
        """They as those of `numerics.arrays.moments`, to be written upon. Errors as there."""
        f, known = self.network, self._from_exact
        if known is None:
            return preactivation_blocks(f.W1, f.b1, self.x)
        return ((rows, known[rows].copy()) for rows in row_blocks(self.n, max(f.W1.shape)))

    @property
    def _from_exact(self) -> Array | None:
        known: Array | None = vars(self).get("_rounded_once")
        return known

    @property
    def has_exact_parts(self) -> bool:
        """Whether this is what `with_exact_parts` returns."""
        return self._from_exact is not None

    def with_exact_parts(self) -> Problem:
        """The same problem; what cancels in floats is computed exactly in it and rounded once, which takes long.

        These are the pre-activations, kept [n, k], and with labels the residuals r and the blocks E[r 1_i (X, 1)].

        Raises:
            OverflowError: one exceeds the range of float64.
        """
        exact, other = self.exact, object.__new__(Problem)
        t = nearest_floats(exact.preactivations)
        # what is below all floats keeps its side
        t = np.where(t == 0, exact.signs * float(np.finfo(np.float64).smallest_subnormal), t)
        kept = ("network", "x", "y", "remarks", "zero_biases", "device", "exact")
        vars(other).update({name: vars(self)[name] for name in kept}, _rounded_once=_read_only(t))
        if self.y is not None:
            blocks = np.column_stack([nearest_floats(part) for part in exact.residual_blocks(self.y)]) / self.n
            residuals = nearest_floats(exact.residuals(self.y))[:, 0]
            vars(other).update(residuals=_read_only(residuals), residual_blocks=_read_only(blocks))
        return other

    @cached_property
    def _survey(self) -> Survey:
        """All that one pass over the pre-activations shows. OverflowError if one exceeds the range of float64."""
        f = self.network
        return survey(self.preactivation_blocks(), f.W1, f.w2, f.b2, self.x, _NEAR_KINK)

    @cached_property
    def _activity(self) -> tuple[Pattern, float]:
        """The pattern and E |grad f|^2, which take a third of what the survey takes, and are the same in it."""
        known: Survey | None = vars(self).get("_survey")
        if known is not None:
            return known.pattern, known.gradient_square
        return activity(self.preactivation_blocks(), self.network.w2, self.x)

    @property
    def pattern(self) -> Pattern:
        """M [n, k], whether a neuron is active on a datum, decided exactly: t > 0."""
        return self._activity[0]

    @cached_property
    def gradients(self) -> Gradients:
        """Products with the gradients of the network at the data."""
        f, known = self.network, self._from_exact
        if known is None and self.device != "cpu":
            there = DeviceGradients(f.W1, f.b1, f.w2, self.x, self.pattern, device=self.device)
            return there.without_dark_columns()
        outputs = None if known is None else np.maximum(known, 0.0)
        return Gradients(f.W1, f.b1, f.w2, self.x, self.pattern, outputs=outputs).without_dark_columns()

    @cached_property
    def _sides(self) -> tuple[SideMoments, SideMoments]:
        above, below = self._survey.sides
        return above.moments(), below.moments()

    @property
    def above(self) -> SideMoments:
        """Moments of the data on the active side of each neuron, t > 0."""
        return self._sides[0]

    @property
    def below(self) -> SideMoments:
        """Moments of the data on the other side, t < 0."""
        return self._sides[1]

    @cached_property
    def hyperplanes(self) -> tuple[Indices, ...]:
        """The neurons with w1 != 0 grouped by hyperplane, decided exactly; see `hyperplane_groups`."""
        return hyperplane_groups(self.network.W1, self.network.b1)

    @property
    def mean_gradient(self) -> Array:
        """E grad f [k d + 2k + 1] over the data, in the order W1 (row by row), b1, w2, b2, in floats."""
        above, w2 = self._survey.sides[0], self.network.w2
        with np.errstate(over="ignore"):
            in_W1, in_b1 = w2[:, None] * above.first_moment, w2 * above.probability
        return np.concatenate([in_W1.ravel(), in_b1, above.excess, [1.0]])

    @property
    def gradient_square(self) -> float:
        """E |grad f|^2 over the data, the trace of K, in floats; infinite where it exceeds their range."""
        return self._activity[1]

    @cached_property
    def values(self) -> Array:
        """f(x_j) [n]. Raises OverflowError where one exceeds the range of float64."""
        return require_finite(self._survey.values, "the network's values")

    @cached_property
    def residuals(self) -> Array:
        """f(x_j) - y_j [n]. Errors as for `values` and `labels`."""
        return _read_only(self.values - self.labels)

    @property
    def near_kinks(self) -> int:
        """The number of pairs of neuron and datum with |pre-activation| <= 1e-7 |w1_i| max_j |x_j|, in floats."""
        return self._survey.near_kinks

    @property
    def kinks(self) -> int:
        """The number of pairs of neuron and datum with pre-activation exactly zero; see `arrays.kinks`."""
        return self._survey.kinks

    @cached_property
    def residual_blocks(self) -> Array:
        """B_i = E[r 1_i (X, 1)], r the residuals, one a row [k, d + 1]. Errors as for `residuals`."""
        blocks = self.gradients.blocks(self.residuals / self.n)
        blocks.setflags(write=False)
        return blocks

    @cached_property
    def _exact_data(self) -> ExactData:
        origin: Problem | None = vars(self).get("_origin")
        return ExactData(self.x) if origin is None else origin._exact_data

    @cached_property
    def exact(self) -> ExactNetwork:
        """The network on the data in exact arithmetic."""
        return ExactNetwork(self.network, self._exact_data)


def _read_only(values: Values) -> Values:
    """The array itself if nobody can write to it, else a copy."""
    if not values.flags.writeable:
        return values
    kept = values.copy()
    kept.setflags(write=False)
    return kept
