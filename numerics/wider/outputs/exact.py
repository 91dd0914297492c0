"""A network with several outputs on its data in exact arithmetic: what `numerics.exact.network` is for one output."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from flint import arb, fmpz, fmpz_mat

from numerics.arrays.checks import Array
from numerics.arrays.hyperplanes import hyperplane_groups, representative
from numerics.exact.balls import ball
from numerics.exact.dyadic import Dyadic
from numerics.exact.network import ExactData, ExactNetwork, smaller_side
from numerics.network import ShallowNetwork
from numerics.wider.outputs.network import VectorNetwork


class ExactOutputs:
    """Pre-activations, gradients and mean gradients of a network with m outputs on n data, as rationals.

    n, m, k: data, outputs, neurons.
    hidden: what all outputs share, the network of the first of them on the data.
    W2, b2: [m, k] and [1, m].

    >>> exact = ExactOutputs(VectorNetwork([[1.0]], [0.0], [[2.0], [1.0]], [0.0, 0.0]), np.array([[3.0]]))
    >>> [int(exact.gram.fraction(0, column)) for column in range(2)]
    [50, 20]
    """

    def __init__(self, network: VectorNetwork, x: Array) -> None:
        self.network = network
        self.n, self.m, self.k = len(x), network.m, network.k
        first = ShallowNetwork(network.W1, network.b1, network.W2[0], float(network.b2[0]))
        self.hidden = ExactNetwork(first, ExactData(x))
        self.W2, self.b2 = Dyadic.of(network.W2), Dyadic.of(network.b2[None, :])

    @property
    def kinks(self) -> int:
        """The number of pairs of neuron and datum with pre-activation exactly zero."""
        return self.hidden.kinks

    def residuals(self, y: Array) -> Dyadic:
        """f(x_j) - y_j [n, m] for labels y [n, m]."""
        return self.hidden.hidden @ self.W2.T + self.b2 + -Dyadic.of(y)

    @cached_property
    def gram(self) -> Dyadic:
        """The matrix n K [n m, n m] of `numerics.wider.outputs.gram_matrix`, row j m + r for output r at datum j."""
        levers, hidden = self.levers, self.hidden.hidden
        in_hidden = levers @ levers.T * self.spread(self.hidden.data.features)
        one = Dyadic.of(np.ones((1, 1)))
        return in_hidden + self.spread(hidden @ hidden.T + one, own=True)

    def spread(self, matrix: Dyadic, own: bool = False) -> Dyadic:
        """A matrix [n, n] for each pair of outputs, or (own) for each output with itself and else 0: [n m, n m]."""
        m, zero = self.m, fmpz(0)
        entries: list[fmpz] = []
        for row in matrix.matrix.table():
            for r in range(m):
                entries += [entry if r == s or not own else zero for entry in row for s in range(m)]
        return Dyadic(fmpz_mat(self.n * m, self.n * m, entries), matrix.exponent)

    @cached_property
    def levers(self) -> Dyadic:
        """w2_ri where neuron i is active on datum j, else 0, [n m, k]."""
        return (self.of_datum @ self.hidden.above.mask) * (self.of_output @ self.W2)

    @cached_property
    def of_datum(self) -> Dyadic:
        """1 where row j m + r is of datum j, [n m, n]."""
        return Dyadic.mask(np.repeat(np.eye(self.n), self.m, axis=0) > 0)

    @cached_property
    def of_output(self) -> Dyadic:
        """1 where row j m + r is of output r, [n m, m]."""
        return Dyadic.mask(np.tile(np.eye(self.m), (self.n, 1)) > 0)

    @cached_property
    def mean_gradients_gram(self) -> Dyadic:
        """The matrix n^2 Q^T Q [m, m] of the mean gradients; see `numerics.wider.outputs.mean_gradients_gram`."""
        above = self.hidden.above
        count = Dyadic.of(np.array([[float(self.n)]]))
        diagonal = count * count + (above.excess * above.excess).T.columns_summed()
        identity = Dyadic.mask(np.eye(self.m) > 0)
        return (self.W2 * above.feature) @ self.W2.T + identity * diagonal.repeated(self.m, self.m)

    def amplitudes_and_weights(self) -> list[tuple[list[arb], arb]]:
        """The amplitude a_H [m] of each hyperplane and its weight g_H, up to a factor c_H and 1/c_H, in balls.

        What c_H is, the length of the weights of one neuron on it, does not matter to a norm.
        """
        found = []
        for group in hyperplane_groups(self.network.W1, self.network.b1):
            chosen, ratios = representative(self.network.W1, group), self.hidden.relative_lengths(group)
            pairs = list(zip(group, ratios, strict=True))
            merged = [sum(self.W2.fraction(r, int(i)) * ratio for i, ratio in pairs) for r in range(self.m)]
            weight = smaller_side(self.hidden.above.term(chosen), self.hidden.below.term(chosen))
            found.append(([ball(entry) for entry in merged], weight))
        return found
