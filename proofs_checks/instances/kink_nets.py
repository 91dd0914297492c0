"""Thousands of nets with data on kinks at once, in whole numbers: one true step of gradient descent, by definition."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from jaxtyping import Int64

Whole = npt.NDArray[np.object_]
Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

SCALE = 2**40
"""Step sizes are whole multiples of its inverse."""


@dataclass(frozen=True)
class KinkNets:
    """m nets with k neurons on n data each, all whole numbers; the labels are the values of the net.

    W1 [m, k, d], b1 [m, k], w2 [m, k], x [m, n, d]. The output bias is 0.
    """

    W1: Int64[Numbers, "m k d"]
    b1: Int64[Numbers, "m k"]
    w2: Int64[Numbers, "m k"]
    x: Int64[Numbers, "m n d"]

    @classmethod
    def drawn(cls, count: int, n: int, d: int, k: int, seed: int) -> KinkNets:
        """Entries between -3 and 3; three of four hyperplanes go through a datum, some through equal ones."""
        generator = np.random.default_rng((seed, n, d, k))
        x = generator.integers(-3, 4, (count, n, d))
        W1, w2 = generator.integers(-3, 4, (count, k, d)), generator.integers(-3, 4, (count, k))
        chosen = np.take_along_axis(x, generator.integers(0, n, (count, k, 1)), axis=1)
        through = -np.einsum("mkd,mkd->mk", W1, chosen)
        return cls(
            W1, np.where(generator.random((count, k)) < 0.75, through, generator.integers(-3, 4, (count, k))), w2, x
        )

    @property
    def preactivations(self) -> Numbers:
        """<w1_i, x_j> + b1_i [m, n, k]."""
        found: Numbers = np.einsum("mnd,mkd->mnk", self.x, self.W1) + self.b1[:, None, :]
        return found

    @property
    def kinks(self) -> Numbers:
        """The number of pairs on kinks of each net [m]."""
        found: Numbers = (self.preactivations == 0).sum(axis=(1, 2))
        return found

    def listed_norm(self) -> Floats:
        """sum_i |a_i| min(gt, gt of the other side) [m], with strict masks: neurons on one hyperplane are not merged.

        It is at least the stability norm.
        """
        t, n = self.preactivations, self.x.shape[1]
        sides = []
        for sign in (1, -1):
            mask = sign * t > 0
            lever = (mask.sum(axis=1) ** 2 + (np.einsum("mnk,mnd->mkd", mask, self.x) ** 2).sum(axis=2)) / n**2
            sides.append(np.maximum(sign * t, 0).sum(axis=1) / n * np.sqrt(lever))
        # |a_i| times the weight of the unit normal is |w2_i| times that of w1_i; with w1 = 0 there is no hyperplane
        terms = np.abs(self.w2) * np.minimum(*sides) * self.W1.any(axis=2)
        found: Floats = terms.sum(axis=1)
        return found

    def mean_gradient_square(self, at_zero: Fraction) -> list[Fraction]:
        """|q|^2 [m] with this derivative of the rectifier at 0, neuron by neuron."""
        t, n, double = self.preactivations, self.x.shape[1], at_zero.denominator
        mask = np.where(t == 0, at_zero.numerator, double * (t > 0))
        output = double**2 * np.maximum(t, 0).sum(axis=1) ** 2
        lever = mask.sum(axis=1) ** 2 + (np.einsum("mnk,mnd->mkd", mask, self.x) ** 2).sum(axis=2)
        sums = (output + self.w2**2 * lever).sum(axis=1)
        return [1 + Fraction(int(total), (n * double) ** 2) for total in sums]

    def step(self, multiples: list[int], at_zero: Fraction, backwards: int = 0) -> list[Fraction]:
        """|delta_1|^2 - |delta_0|^2 [m] after one step from the output bias moved by 1, step sizes multiples/SCALE [m].

        Forward and backward pass at the point moved, nothing simplified. With ``backwards`` all input biases are moved
        by -1/backwards as well, so that no datum is on a kink.
        """
        unit = max(backwards, 1)
        n, double = self.x.shape[1], at_zero.denominator
        t = self.preactivations.astype(object) * unit - (1 if backwards else 0)
        mask = np.where(t == 0, at_zero.numerator, double * (t > 0)).astype(object)
        z = np.maximum(t, 0)
        w2 = self.w2.astype(object)
        values = (z * w2[:, None, :]).sum(axis=2) + unit
        labels = unit * (np.maximum(self.preactivations, 0) * self.w2[:, None, :]).sum(axis=2)
        residuals = values - labels.astype(object)
        pulled = residuals[:, :, None] * mask
        # sums over the data, in units of 1/unit^2 and double: input weights, input biases, output weights, output bias
        biases = unit * w2 * pulled.sum(axis=1)
        weights = unit * w2[:, :, None] * (pulled[:, :, :, None] * self.x.astype(object)[:, :, None, :]).sum(axis=1)
        outputs = double * (residuals[:, :, None] * z).sum(axis=1)
        constant = double * unit * residuals.sum(axis=1)
        found = []
        for m, multiple in enumerate(multiples):
            whole = n * double * unit**2 * SCALE
            moved = -(whole // unit) if backwards else 0
            after = (
                sum(int(multiple * entry) ** 2 for entry in (*weights[m].ravel(), *outputs[m]))
                + sum((moved - int(multiple * entry)) ** 2 for entry in biases[m])
                + (whole - int(multiple * constant[m])) ** 2
            )
            found.append(Fraction(after - whole**2 - self.w2.shape[1] * moved**2, whole**2))
        return found


def just_above(thresholds: Floats) -> list[int]:
    """Step sizes a millionth above the thresholds, as multiples of 1/SCALE."""
    return [int(np.ceil(SCALE * float(threshold) * (1 + 1e-6))) + 1 for threshold in thresholds]
