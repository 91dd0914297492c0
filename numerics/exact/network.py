"""A network on its data in exact arithmetic: floats are rationals, and so is everything here."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
import numpy.typing as npt
from flint import arb, fmpz_mat

from numerics.arrays.checks import Array
from numerics.arrays.hyperplanes import Indices, representative
from numerics.exact.dyadic import Dyadic, Pattern
from numerics.network import ShallowNetwork


@dataclass(frozen=True, eq=False)
class ExactSide:
    """Sums over the n data on one side, t_i > 0 or t_i < 0, of each of k neurons.

    outputs [n, k]: |t_ij| on the side, else 0;  mask [n, k]: 1 on the side, else 0;  excess [1, k]: sum of |t_i|;
    feature [1, k]: |sum of (x_j, 1)|^2.
    """

    outputs: Dyadic
    mask: Dyadic
    excess: Dyadic
    feature: Dyadic

    @property
    def n(self) -> int:
        """The number of data."""
        return self.mask.shape[0]

    def term(self, neuron: int) -> arb:
        """E |t| 1{side} sqrt(P(side)^2 + |E X 1{side}|^2): |w1| times the one-sided weight."""
        return self.excess.ball(0, neuron) * self.feature.ball(0, neuron).sqrt() / self.n**2


def smaller_side(above: arb, below: arb) -> arb:
    """The smaller of what stands for gt(v, b) and for gt(-v, -b): what g is made with; see `numerics.weight`."""
    return above.min(below)


def gram_sum(outputs: Dyadic, levers: Dyadic, features: Dyadic) -> Dyadic:
    """The matrix n K = 1 1^T + Z Z^T + (L L^T) o (1 1^T + X X^T) [n, n], as `arrays.gram.gram_sum`, exactly."""
    return levers @ levers.T * features + outputs @ outputs.T + _one()


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
        return self.preactivations.positive_part()

    @cached_property
    def signs(self) -> npt.NDArray[np.int8]:
        """The signs of the pre-activations [n, k]."""
        return self.preactivations.signs()

    @cached_property
    def above(self) -> ExactSide:
        """Where the neurons are active."""
        return self._side(self.hidden, self.signs > 0)

    @cached_property
    def below(self) -> ExactSide:
        """Where the pre-activations are negative."""
        return self._side((-self.preactivations).positive_part(), self.signs < 0)

    def _side(self, outputs: Dyadic, pattern: Pattern) -> ExactSide:
        mask = Dyadic.mask(pattern)
        count = mask.columns_summed()
        feature = (mask.T @ self.data.x).row_squares() + count * count
        return ExactSide(outputs, mask, outputs.columns_summed(), feature)

    @cached_property
    def kinks(self) -> int:
        """The number of pairs of neuron and datum with pre-activation exactly zero."""
        return int(np.count_nonzero(self.signs == 0))

    @cached_property
    def gram(self) -> Dyadic:
        """Phi^T Phi = n K, [n, n]."""
        return gram_sum(self.hidden, self.above.mask * self.w2, self.data.features)

    def residuals(self, y: Array) -> Dyadic:
        """f(x_j) - y_j [n, 1]."""
        return self.hidden @ self.w2.T + self.b2 + -Dyadic.of(y[:, None])

    def residual_blocks(self, y: Array) -> tuple[Dyadic, Dyadic]:
        """sum_j r_j 1_ij (x_j, 1), r the residuals: the part along the inputs [k, d], and along the bias [k, 1]."""
        weighted = self.above.mask * self.residuals(y)
        return weighted.T @ self.data.x, weighted.columns_summed().T

    def relative_lengths(self, group: Indices) -> list[Fraction]:
        """|w1_i| / |w1_r| of the neurons i on one hyperplane, r their representative."""
        chosen = representative(self.network.W1, group)
        column = int(np.argmax(np.abs(self.network.W1[chosen])))
        unit = self.W1.fraction(chosen, column)
        return [abs(self.W1.fraction(int(i), column) / unit) for i in group]

    def merged_output_weight(self, group: Indices) -> Fraction:
        """sum_i w2_i |w1_i| / |w1_r| over neurons on one hyperplane, r their representative."""
        ratios = self.relative_lengths(group)
        return sum((self.w2.fraction(0, int(i)) * ratio for i, ratio in zip(group, ratios, strict=True)), Fraction(0))


def _one() -> Dyadic:
    return Dyadic(fmpz_mat(1, 1, [1]))
