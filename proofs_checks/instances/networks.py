"""Instances to check claims on: networks and data of many shapes, tricky cases by name, and refutation by search."""

from __future__ import annotations

from dataclasses import dataclass

import hypothesis
import numpy as np
from hypothesis import strategies as st

from numerics.network import Array, ShallowNetwork
from proofs_checks.instances.cases import CASES, KINK_CASES
from proofs_checks.instances.problem import UNIT_ROUNDOFF, Check, Comparison, Problem
from proofs_checks.instances.profiles import generator

__all__ = [
    "CASES",
    "KINK_CASES",
    "UNIT_ROUNDOFF",
    "Check",
    "Comparison",
    "Problem",
    "counterexample",
    "nearly_tight_problems",
    "problems",
]

_quarters = st.integers(-8, 8).map(lambda q: q / 4)
_FINE = 1 / 64

# the first choice of several is drawn the most often
_ALONE = (
    "between data", "between data", "generic", "through the origin", "dead", "always active", "constant", "constant",
)  # fmt: skip
_RELATED = {
    "duplicate": (1.0,),
    "reflection": (-1.0,),
    "multiple": (3.0, 0.5),
    "reflected multiple": (-3.0, -2.0),
    "cancelling": (1.0, -1.0, -2.0, 0.5),
}


@dataclass(frozen=True)
class _Neuron:
    """One neuron w2 relu(<w1, x> + b1)."""

    w1: Array
    b1: float
    w2: float


def _matrix(draw: st.DrawFn, rows: int, columns: int) -> Array:
    flat = draw(st.lists(_quarters, min_size=rows * columns, max_size=rows * columns))
    return np.array(flat).reshape(rows, columns)


def _data(draw: st.DrawFn, n: int, d: int) -> Array:
    """Points with entries in quarters, now and then one of them repeated."""
    x = _matrix(draw, n, d)
    if n > 1 and draw(st.sampled_from((False, False, False, True))):
        x[-1] = x[draw(st.integers(0, n - 2))]
    return x


def _related(draw: st.DrawFn, kind: str, earlier: list[_Neuron]) -> _Neuron:
    """A neuron on the hyperplane of an earlier one."""
    chosen = [neuron for neuron in earlier if neuron.w1.any() and neuron.w2] or earlier
    first, factor = draw(st.sampled_from(chosen)), draw(st.sampled_from(_RELATED[kind]))
    w2 = -first.w2 / abs(factor) if kind == "cancelling" else draw(_quarters)
    return _Neuron(factor * first.w1, factor * first.b1, w2)


def _neuron(draw: st.DrawFn, x: Array, kinks: bool) -> _Neuron:
    """A neuron with its kink among the data or off them."""
    kind = draw(st.sampled_from(("through a datum", *_ALONE) if kinks else _ALONE))
    w2 = draw(_quarters)
    w1, b1 = _matrix(draw, 1, x.shape[1])[0], draw(_quarters)
    if kind == "constant":
        w1 = np.zeros_like(w1)
    elif not w1.any():
        w1[0] = 1.0
    slopes = x @ w1
    levels = np.unique(slopes)
    match kind:
        case "dead":
            b1 = -float(levels[-1]) - abs(b1)
        case "always active":
            b1 = -float(levels[0]) + abs(b1)
        case "through the origin":
            b1 = 0.0
        case "through a datum":
            b1 = -float(draw(st.sampled_from(levels.tolist())))
        case "between data" if len(levels) > 1:
            gap = draw(st.integers(0, len(levels) - 2))
            b1 = -float(levels[gap] + levels[gap + 1]) / 2
    if not kinks and np.any(slopes + b1 == 0):
        # slopes and biases are multiples of 1/32, so that no datum is there
        b1 += -_FINE if kind == "dead" else _FINE
    return _Neuron(w1, b1, w2)


@st.composite
def problems(
    draw: st.DrawFn, *, max_n: int = 6, max_d: int = 3, max_k: int = 4, d: int | None = None, kinks: bool = False
) -> Problem:
    """Networks and data with dyadic entries, so that pre-activations are exact; kinks only where asked for.

    Among the neurons are duplicates, reflections and multiples of others (all on one hyperplane, with either
    orientation, the amplitudes of some cancelling), dead ones, some that are active on all data, constants (w1 = 0)
    and output weights 0; among the data equal points. n, d and k are 1 now and then. Scales are mixed in: each neuron
    may be rescaled by a power of two, keeping its function, and all data may be scaled, so that badly scaled problems
    are common.
    """
    d = d or draw(st.integers(1, max_d))
    n, k = draw(st.integers(1, max_n)), draw(st.integers(1, max_k))
    x = _data(draw, n, d)
    neurons = [_neuron(draw, x, kinks)]
    for _ in range(1, k):
        kind = draw(st.sampled_from((None, "cancelling", *_RELATED)))
        neurons.append(_related(draw, kind, neurons) if kind else _neuron(draw, x, kinks))
    W1 = np.array([neuron.w1 for neuron in neurons])
    b1, w2 = np.array([neuron.b1 for neuron in neurons]), np.array([neuron.w2 for neuron in neurons])
    data_scale = 2.0 ** draw(st.sampled_from((0, 0, 0, -6, 6)))
    exponents = draw(st.sampled_from(((0,), (0,), (0, -3, 3))))
    scales = np.array([2.0 ** draw(st.sampled_from(exponents)) for _ in range(k)])
    network = ShallowNetwork(W1, b1 * data_scale, w2, 0.0).rescaled(scales)
    return Problem(network, x * data_scale)


@st.composite
def nearly_tight_problems(draw: st.DrawFn, /, **shape: int) -> Problem:
    """Even functions on symmetric data, balanced: there the chain of inequalities is often an equality.

    With data x and -x, and every neuron with its mirror image, the constant vector is an eigenvector of K and both
    orientations of a hyperplane through 0 weigh the same. Such instances refute variants that random ones do not.
    No datum is on a kink.
    """
    half = draw(problems(**shape, max_n=3, max_k=2, kinks=True))
    x = np.concatenate([half.x, -half.x])
    clear = np.all(x @ half.network.W1.T != 0, axis=0)
    hypothesis.assume(clear.any())
    W1, w2 = half.network.W1[clear], half.network.w2[clear]
    twin = ShallowNetwork(np.concatenate([W1, -W1]), np.zeros(2 * len(W1)), np.concatenate([w2, w2]), 0.0)
    return Problem(twin.balanced(x), x)


def counterexample(
    claimed: Check,
    problem: st.SearchStrategy[Problem] | None = None,
    tries: int = 2000,
    known: Problem | None = None,
) -> str | None:
    """An instance in which a false claim fails, in words: ``known`` if it is one, else the simplest found; or None."""

    def refutes(candidate: Problem) -> bool:
        return claimed(candidate).violated

    if known is not None and refutes(known):
        return f"{claimed(known)} is false at {known!r}"
    try:
        found = hypothesis.find(
            nearly_tight_problems() | problems() if problem is None else problem,
            refutes,
            settings=hypothesis.settings(max_examples=tries),
            random=generator(),
        )
    except hypothesis.errors.NoSuchExample:
        return None
    return f"{claimed(found)} is false at {found!r}"
