"""A network on data, and a claimed inequality on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from numerics.network import Array, ShallowNetwork

UNIT_ROUNDOFF = float(np.finfo(np.float64).eps) / 2


@dataclass(frozen=True, eq=False)
class Problem:
    """A network and data [n, d]; the labels are the network's own values, so that it interpolates."""

    network: ShallowNetwork
    x: Array

    @property
    def on_kink(self) -> bool:
        """Whether a datum lies on the kink of a neuron."""
        return bool(np.any(self.network.preactivations(self.x) == 0))

    @property
    def rounding(self) -> float:
        r"""A bound of the rounding error of K, of the mean gradient and of the norms, in absolute terms.

        Each is a sum of products in which every addend is bounded by the same quantity with absolute values,
        :math:`S = 1 + \frac1n\sum_{ij} (|w_{1i}||x_j| + |b_{1i}|)^2 + w_{2i}^2 (1 + |x_j|^2)`; a term passes through
        fewer than n + d + k + 20 operations, four times over for products of such sums. The masks are the same in
        all of them, so they contribute nothing.
        """
        net, x = self.network, self.x
        reach = np.abs(x) @ np.abs(net.W1).T + np.abs(net.b1)
        size = 1 + float(np.mean(np.sum(reach**2, axis=1)) + np.sum(net.w2**2) * np.mean(1 + np.sum(x**2, axis=1)))
        operations = len(x) + net.d + net.k + 20
        return 4 * operations * UNIT_ROUNDOFF * size

    def __repr__(self) -> str:
        """One line that can be pasted into Python."""
        net = self.network
        parts = {"W1": net.W1, "b1": net.b1, "w2": net.w2, "x": self.x}
        return ", ".join(f"{name} = {value.tolist()}" for name, value in parts.items())


@dataclass(frozen=True)
class Comparison:
    """``large >= small``, claimed; the verdict allows for rounding."""

    large: float
    small: float
    rounding: float = 0.0
    of: str = ""

    @property
    def violated(self) -> bool:
        """Whether the claim is false beyond rounding."""
        return bool(self.small - self.large > self.rounding)

    @property
    def relative_margin(self) -> float | None:
        """The difference relative to the larger size, or ``None`` where it is within rounding."""
        difference = self.large - self.small
        if abs(difference) <= self.rounding:
            return None
        return difference / max(abs(self.large), abs(self.small))

    def __str__(self) -> str:
        return f"{self.of}{': ' if self.of else ''}{self.large:.8g} >= {self.small:.8g}"


Check = Callable[[Problem], Comparison]
