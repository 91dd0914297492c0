"""A network on data in whole numbers: f(x) = sum_i w2_i relu(<w1_i, x> + b1_i) + b2."""

from __future__ import annotations

from fractions import Fraction

from proofs_checks.verify.arithmetic import dot, gram, integers, products
from proofs_checks.verify.reading import Entries, finite_sizes, require

MOST_PRODUCTS = 1 << 32
"""n^2 (k + d + 1) times the length of the numbers in words of 64 bits: some minutes; half of it are 1,024 images."""


class NetworkOnData:
    """Exact pre-activations and inner products.

    Each quantity is a whole number over a power of two: ``x`` rows (x_j, 1) over 2^x_bits, ``rows`` (w1_i, b1_i) over
    2^w_bits, ``w2`` over 2^w2_bits, ``preactivations`` [n][k] over 2^t_bits with t_bits = x_bits + w_bits, and
    ``features`` [j][l], l <= j, the inner products <(x_j, 1), (x_l, 1)> over 2^(2 x_bits).
    """

    def __init__(self, network: Entries, data: Entries) -> None:
        """Read a network and its data, labels or not. Raises `NotProved` for shapes that do not fit, `Unreadable` for
        other objects.
        """
        W1, b1, w2, b2 = (network.array(name, size) for name, size in (("W1", 2), ("b1", 1), ("w2", 1), ("b2", 0)))
        x = data.array("x", 2)
        y = data.array("y", 1) if "y" in data else None
        network.close()
        data.close()
        (self.n, d), (self.k, width) = x.shape, W1.shape
        fits = self.n > 0 < d and width == d and b1.shape == w2.shape == (self.k,)
        require(fits and (y is None or y.shape == (self.n,)), "network and data that fit together")
        inputs, self.x_bits = integers(x.entries)
        weights, self.w_bits = integers([*W1.entries, *b1.entries])
        (*self.w2, self.b2), self.w2_bits = integers([*w2.entries, *b2.entries])
        words = (
            1 + max(max(map(abs, part)).bit_length() for part in (inputs, weights or [0], [*self.w2, self.b2])) // 64
        )
        what = f"{self.n} data, {self.k} neurons and {d} inputs, in numbers of {words} words"
        finite_sizes((self.n, self.n, self.k + d + 1, words), MOST_PRODUCTS, what)
        self.t_bits = self.x_bits + self.w_bits
        one = 1 << self.x_bits
        self.x = [[*inputs[at : at + d], one] for at in range(0, self.n * d, d)]
        biases = weights[self.k * d :]
        self.rows = [[*weights[i * d : i * d + d], biases[i]] for i in range(self.k)]
        self._multiply(inputs[0], d, one)
        self.hidden = [[max(t, 0) for t in row] for row in self.preactivations]
        self.masks = [[int(t > 0) for t in row] for row in self.preactivations]
        self.labels = None if y is None else [Fraction(label) for label in y.entries]

    def _multiply(self, usual: int, d: int, one: int) -> None:
        """Inner products of (x, 1) with the rows and with itself, by x less its most usual entry.

        Images begin with background: most differences are zero, and zeros cost nothing.
        """
        less = [[entry - usual for entry in row[:d]] for row in self.x]
        self.preactivations = products(
            [[*row, usual, one] for row in less], [[*weights, sum(weights), bias] for *weights, bias in self.rows]
        )
        sums, self.features = [usual * sum(row) for row in less], gram(less)
        constant = d * usual**2 + one**2
        for row, own in zip(self.features, sums, strict=True):
            row[:] = [value + own + other + constant for value, other in zip(row, sums, strict=False)]

    @property
    def residuals(self) -> list[Fraction]:
        """f(x_j) - y_j, for data with labels."""
        require(self.labels is not None, "data with labels")
        unit = 1 << self.w2_bits + self.t_bits
        values = [dot(self.w2, row) + (self.b2 << self.t_bits) for row in self.hidden]
        return [Fraction(value, unit) - label for value, label in zip(values, self.labels or [], strict=True)]

    @property
    def kinks(self) -> int:
        """Pairs of datum and neuron with pre-activation zero."""
        return sum(row.count(0) for row in self.preactivations)
