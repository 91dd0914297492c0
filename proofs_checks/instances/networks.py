"""Instances to check claims on: networks and data of many shapes, tricky cases by name, and refutation by search."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import hypothesis
import numpy as np
from hypothesis import strategies as st

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
    def slack(self) -> float | None:
        """The difference relative to the larger size, or ``None`` where it is within rounding."""
        difference = self.large - self.small
        if abs(difference) <= self.rounding:
            return None
        return difference / max(abs(self.large), abs(self.small))

    def __str__(self) -> str:
        return f"{self.of}{': ' if self.of else ''}{self.large:.8g} >= {self.small:.8g}"


Check = Callable[[Problem], Comparison]

_quarters = st.integers(-8, 8).map(lambda q: q / 4)
_nonzero_quarters = _quarters.filter(bool)


@st.composite
def problems(
    draw: st.DrawFn, *, max_n: int = 6, max_d: int = 3, max_k: int = 4, d: int | None = None, kinks: bool = False
) -> Problem:
    """Networks and data with dyadic entries, so that pre-activations are exact; kinks only where asked for.

    Scales are mixed in: each neuron may be rescaled by a power of two, keeping its function, and all data may
    be scaled, so that badly scaled problems are common.
    """
    d = d or draw(st.integers(1, max_d))
    n, k = draw(st.integers(1, max_n)), draw(st.integers(1, max_k))

    def matrix(rows: int, columns: int) -> Array:
        flat = draw(st.lists(_quarters, min_size=rows * columns, max_size=rows * columns))
        return np.array(flat).reshape(rows, columns)

    x, W1, w2 = matrix(n, d), matrix(k, d), matrix(1, k)[0]
    # eighths for the biases keep most data off the kinks
    b1 = matrix(1, k)[0] + (0.0 if kinks else 1 / 32)
    data_scale = 2.0 ** draw(st.sampled_from((0, 0, 0, -6, 6)))
    scales = np.array([2.0 ** draw(st.sampled_from((0, 0, -3, 3))) for _ in range(k)])
    network = ShallowNetwork(W1, b1 * data_scale, w2, 0.0).rescaled(scales)
    problem = Problem(network, x * data_scale)
    hypothesis.assume(kinks or not problem.on_kink)
    return problem


@st.composite
def nearly_tight_problems(draw: st.DrawFn, /, **shape: int) -> Problem:
    """Even functions on symmetric data, balanced: there the chain of inequalities is often an equality.

    With data x and -x, and every neuron with its mirror image, the constant vector is an eigenvector of K and both
    orientations of a hyperplane through 0 weigh the same. Such instances refute variants that random ones do not.
    """
    half = draw(problems(**shape, max_n=3, max_k=2, kinks=True))
    x = np.concatenate([half.x, -half.x])
    net = half.network
    twin = ShallowNetwork(np.concatenate([net.W1, -net.W1]), np.zeros(2 * net.k), np.concatenate([net.w2, net.w2]), 0.0)
    problem = Problem(twin.balanced(x), x)
    hypothesis.assume(not problem.on_kink)
    return problem


def _case(W1: object, b1: object, w2: object, x: object) -> Problem:
    return Problem(ShallowNetwork(np.array(W1), np.array(b1), np.array(w2), 0.5), np.array(x, dtype=float))


CASES: Mapping[str, Problem] = MappingProxyType(
    {
        "n = 1": _case([[1.0, 2.0], [-1.0, 0.5]], [0.25, -0.5], [1.5, -2.0], [[0.5, 1.0]]),
        "d = 1": _case([[1.0], [-2.0], [0.5]], [0.25, 0.5, -1.0], [1.0, 2.0, -1.0], [[-1.0], [0.0], [3.0]]),
        "k = 1": _case([[1.0, -1.0]], [0.25], [3.0], [[1.0, 0.0], [0.0, 1.0], [2.0, 3.0]]),
        "dead neurons": _case([[1.0, 0.0], [0.0, 1.0]], [-9.0, 0.25], [5.0, 1.0], [[1.0, 1.0], [-1.0, 2.0]]),
        "a dead layer": _case([[1.0], [-1.0]], [-9.0, -9.0], [5.0, 1.0], [[1.0], [2.0]]),
        "zero input weights": _case([[0.0, 0.0], [1.0, 1.0]], [2.0, -0.5], [1.0, -1.0], [[1.0, 2.0], [0.0, -3.0]]),
        "zero output weights": _case([[1.0, 0.0], [1.0, 1.0]], [0.5, -0.5], [0.0, -1.0], [[1.0, 2.0], [0.0, -3.0]]),
        "duplicated points": _case([[1.0, 0.5]], [0.25], [2.0], [[1.0, 1.0]] * 3 + [[-1.0, 0.0]] * 2),
        "one hyperplane, both orientations": _case(
            [[1.0, 1.0], [-2.0, -2.0], [3.0, 3.0]], [0.25, -0.5, 0.75], [1.0, -1.0, 0.5],
            [[1.0, 0.0], [-1.0, 0.0], [0.0, 2.0]],
        ),
        "amplitudes that cancel": _case([[1.0], [-1.0]], [0.25, -0.25], [1.0, -1.0], [[-2.0], [1.0], [3.0]]),
        "badly scaled data": _case(
            [[2.0**-20], [2.0**20]], [2.0, -(2.0**18)], [2.0**10, 2.0**-9], [[-(2.0**20)], [1.0], [2.0**21]]
        ),
        "badly scaled neurons": _case(
            [[2.0**40], [2.0**-40]], [2.0**39, 2.0**-41], [2.0**-40, 2.0**40], [[-1.0], [2.0]]
        ),
    }
)  # fmt: skip
"""The tricky cases by name; all of them are differentiable at their data."""


def counterexample(claimed: Check, problem: st.SearchStrategy[Problem] | None = None, tries: int = 2000) -> str | None:
    """The simplest instance found in which a false claim fails, in words, or ``None``."""

    def refutes(candidate: Problem) -> bool:
        return claimed(candidate).violated

    try:
        found = hypothesis.find(
            nearly_tight_problems() | problems() if problem is None else problem,
            refutes,
            settings=hypothesis.settings(max_examples=tries),
            random=random.Random(0),
        )
    except hypothesis.errors.NoSuchExample:
        return None
    return f"{claimed(found)} is false at {found!r}"
