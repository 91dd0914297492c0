"""A network on data: validated once, with everything that several quantities rest on computed once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from numerics.arrays.checks import Array, row_norms, validate_data, validate_labels
from numerics.arrays.hyperplanes import Indices, hyperplane_groups
from numerics.arrays.moments import SideMoments, output_values, preactivation_blocks, side_moments, stacked
from numerics.exact.network import ExactData, ExactNetwork
from numerics.network import ShallowNetwork

# a loss of 1e-13, to which networks are trained, leaves pre-activations of data on kinks near its root
_NEAR_KINK = 1e-7


@dataclass(frozen=True, eq=False, init=False)
class Problem:
    """A network f on data x_j with labels y_j; the subject of every norm, sharpness, enclosure and audit.

    Args:
        network: k neurons on d inputs; or what `numerics.loading.as_network` takes: a torch.nn.Sequential(Linear, ReLU,
            Linear), a state_dict, a fitted scikit-learn MLPRegressor or a Pipeline of one, or the path of a file.
        x: the data [n, d]; kept as they reach the network, if a preprocessing stands in front of it.
        y: the labels [n] or [n, 1], or None where nothing depends on them.
        zero_biases: whether layers without a bias are read with one of zeros; the field names those layers.

    The arrays are read-only; what is derived from them is computed when it is first asked for, and kept. `remarks` are
    what was taken for granted in reading the network, as sentences.

    Raises:
        NotCoveredError: the network is none that the theory speaks of.
        TypeError: an entry is not a real number, or the network is none of these objects.
        ValueError: the shapes do not fit together, or an entry is not finite.

    >>> problem = Problem.of(ShallowNetwork([[1.0]], [0.0], [2.0], 0.0), [[3.0], [-1.0]], [5.0, 0.0])
    >>> problem.n, problem.residuals.tolist(), problem.near_kinks
    (2, [1.0, 0.0], 0)
    """

    network: ShallowNetwork
    x: Array
    y: Array | None
    remarks: tuple[str, ...]
    zero_biases: tuple[str, ...]

    def __init__(
        self, network: object, x: npt.ArrayLike, y: npt.ArrayLike | None = None, *, zero_biases: bool = False
    ) -> None:
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
        vars(other).update(network=network, x=self.x, y=self.y, remarks=(), zero_biases=(), _origin=self)
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
        return stacked(self.network.W1, self.network.b1, self.x)

    @cached_property
    def _sides(self) -> tuple[SideMoments, SideMoments]:
        return side_moments(self.network.W1, self.network.b1, self.x)

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

    @cached_property
    def values(self) -> Array:
        """f(x_j) [n]. Raises OverflowError where one exceeds the range of float64."""
        f = self.network
        return _read_only(output_values(f.W1, f.b1, f.w2, f.b2, self.x))

    @cached_property
    def residuals(self) -> Array:
        """f(x_j) - y_j [n]. Errors as for `values` and `labels`."""
        return _read_only(self.values - self.labels)

    @cached_property
    def near_kinks(self) -> int:
        """The number of pairs of neuron and datum with |pre-activation| <= 1e-7 |w1_i| max_j |x_j|, in floats."""
        widths = _NEAR_KINK * row_norms(self.network.W1) * row_norms(self.x).max()
        blocks = preactivation_blocks(self.network.W1, self.network.b1, self.x)
        return sum(int(np.count_nonzero(np.abs(t) <= widths)) for _, t in blocks)

    @cached_property
    def kinks(self) -> int:
        """The number of pairs of neuron and datum with pre-activation exactly zero; see `arrays.kinks`."""
        blocks = preactivation_blocks(self.network.W1, self.network.b1, self.x)
        return sum(int(np.count_nonzero(t == 0)) for _, t in blocks)

    @cached_property
    def _exact_data(self) -> ExactData:
        origin: Problem | None = vars(self).get("_origin")
        return ExactData(self.x) if origin is None else origin._exact_data

    @cached_property
    def exact(self) -> ExactNetwork:
        """The network on the data in exact arithmetic."""
        return ExactNetwork(self.network, self._exact_data)


def _read_only(values: Array) -> Array:
    """The array itself if nobody can write to it, else a copy."""
    if not values.flags.writeable:
        return values
    kept = values.copy()
    kept.setflags(write=False)
    return kept
