"""A network on its data in exact arithmetic: floats are rationals, and so is everything here."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from flint import arb, fmpz_mat

from numerics.arrays.checks import Array
from numerics.arrays.hyperplanes import Indices, representative
from numerics.exact.dyadic import Dyadic, Integers
from numerics.network import ShallowNetwork


@dataclass(frozen=True, eq=False)
class ExactSide:
    """Sums over the data on one side, t_i > 0 or t_i < 0, of each of k neurons.

    mask [n, k] of whole numbers 0 and 1;  count [1, k]: number of data;  excess [1, k]: sum of |t_i|;
    feature [1, k]: |sum of (x_j, 1)|^2.
    """

    mask: Dyadic
    count: Dyadic
    excess: Dyadic
    feature: Dyadic

    def term(self, neuron: int, data: int) -> arb:
        """E |t| 1{side} sqrt(P(side)^2 + |E X 1{side}|^2): |w1| times the one-sided weight."""
        return self.excess.ball(0, neuron) * self.feature.ball(0, neuron).sqrt() / data**2


class ExactData:
    """The data x [n, d] as rationals, and what depends on them alone."""

    def __init__(self, floats: Array) -> None:
        self.floats = floats
        self.x = Dyadic.of(floats)

    @cached_property
    def features(self) -> Dyadic:
        """1 + <x_j, x_l> [n, n]."""
        return self.x @ self.x.T + _one()


class ExactNetwork:
    """Pre-activations, activation patterns, values and gradients of a network on data, all exact.

    Whether a datum lies on a kink is decided: masks are strict, relu'(0) = 0.
    """

    def __init__(self, network: ShallowNetwork, data: ExactData) -> None:
        self.network, self.data = network, data
        self.n, self.k = data.x.shape[0], network.k
        self.W1, self.b1 = Dyadic.of(network.W1), Dyadic.of(network.b1[None, :])
        self.w2, self.b2 = Dyadic.of(network.w2[None, :]), Dyadic.of(np.array([[network.b2]]))
        self.preactivations = data.x @ self.W1.T + self.b1

    @cached_property
    def hidden(self) -> Dyadic:
        """Z = relu of the pre-activations [n, k]."""
        return self.preactivations.mapped(lambda t: np.where(t > 0, t, 0))

    @cached_property
    def pattern(self) -> Integers:
        """Where the neurons are active: 1 and 0, [n, k]."""
        return _mask(self.preactivations.integers)

    @cached_property
    def above(self) -> ExactSide:
        """Where the neurons are active."""
        return self._side(self.preactivations)

    @cached_property
    def below(self) -> ExactSide:
        """Where the pre-activations are negative."""
        return self._side(-self.preactivations)

    def _side(self, t: Dyadic) -> ExactSide:
        mask = Dyadic.whole(_mask(t.integers))
        count = mask.columns_summed()
        moments = mask.T @ self.data.x
        squares = (moments * moments).T.columns_summed()
        return ExactSide(mask, count, (mask * t).columns_summed(), squares + count * count)

    @cached_property
    def kinks(self) -> int:
        """The number of pairs of neuron and datum with pre-activation exactly zero."""
        return int(np.count_nonzero(self.preactivations.integers == 0))

    @cached_property
    def gram(self) -> Dyadic:
        """Phi^T Phi = n K, [n, n]."""
        scaled = self.above.mask * self.w2
        return scaled @ scaled.T * self.data.features + self.hidden @ self.hidden.T + _one()

    def residuals(self, y: Array) -> Dyadic:
        """f(x_j) - y_j [n, 1]."""
        return self.hidden @ self.w2.T + self.b2 + -Dyadic.of(y[:, None])

    def row(self, neuron: int) -> Dyadic:
        """w1 of one neuron, [1, d]."""
        return Dyadic(fmpz_mat(1, self.network.d, self.W1.integers[neuron].tolist()), self.W1.exponent)

    def merged_output_weight(self, group: Indices) -> Fraction:
        """sum_i w2_i |w1_i| / |w1_r| over neurons on one hyperplane, r their representative."""
        chosen = representative(self.network.W1, group)
        column = int(np.argmax(np.abs(self.network.W1[chosen])))
        unit = self.W1.fraction(chosen, column)
        ratios = (abs(self.W1.fraction(int(i), column) / unit) for i in group)
        return sum((self.w2.fraction(0, int(i)) * ratio for i, ratio in zip(group, ratios, strict=True)), Fraction(0))


def _mask(t: Integers) -> Integers:
    return (t > 0).astype(np.int64).astype(object)


def _one() -> Dyadic:
    return Dyadic.whole(np.array([[1]], dtype=object))
