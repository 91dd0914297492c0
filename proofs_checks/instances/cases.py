"""The tricky networks on data, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from numerics.network import ShallowNetwork
from proofs_checks.instances.problem import Problem


def _case(W1: object, b1: object, w2: object, x: object) -> Problem:
    return Problem(ShallowNetwork(np.array(W1), np.array(b1), np.array(w2), 0.5), np.array(x, dtype=float))


CASES: Mapping[str, Problem] = MappingProxyType(
    {
        "n = 1": _case([[1.0, 2.0], [-1.0, 0.5]], [0.25, -0.5], [1.5, -2.0], [[0.5, 1.0]]),
        "d = 1": _case([[1.0], [-2.0], [0.5]], [0.25, 0.5, -1.0], [1.0, 2.0, -1.0], [[-1.0], [0.0], [3.0]]),
        "k = 1": _case([[1.0, -1.0]], [0.25], [3.0], [[1.0, 0.0], [0.0, 1.0], [2.0, 3.0]]),
        "dead neurons": _case([[1.0, 0.0], [0.0, 1.0]], [-9.0, 0.25], [5.0, 1.0], [[1.0, 1.0], [-1.0, 2.0]]),
        "a dead layer": _case([[1.0], [-1.0]], [-9.0, -9.0], [5.0, 1.0], [[1.0], [2.0]]),
        "a neuron active on all data": _case([[1.0], [-1.0]], [9.0, 0.25], [1.0, -2.0], [[1.0], [2.0], [-0.5]]),
        "zero input weights": _case([[0.0, 0.0], [1.0, 1.0]], [2.0, -0.5], [1.0, -1.0], [[1.0, 2.0], [0.0, -3.0]]),
        "a constant neuron of negative bias": _case(
            [[0.0, 0.0], [1.0, 1.0]], [-2.0, -0.5], [1.0, -1.0], [[1.0, 2.0], [0.0, -3.0]]
        ),
        "constant neurons only": _case([[0.0], [0.0]], [0.5, -1.0], [2.0, 3.0], [[1.0], [-1.0]]),
        "zero output weights": _case([[1.0, 0.0], [1.0, 1.0]], [0.5, -0.5], [0.0, -1.0], [[1.0, 2.0], [0.0, -3.0]]),
        "duplicated points": _case([[1.0, 0.5]], [0.25], [2.0], [[1.0, 1.0]] * 3 + [[-1.0, 0.0]] * 2),
        "duplicated neurons": _case(
            [[1.0, 0.5], [1.0, 0.5], [2.0, 1.0]], [0.25, 0.25, 0.5], [2.0, -1.0, 0.75], [[1.0, 1.0], [-1.0, 0.0]]
        ),
        "a neuron and its reflection": _case([[1.0], [-1.0]], [0.5, -0.5], [3.0, 1.0], [[0.0], [-3.0], [1.0]]),
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

KINK_CASES: Mapping[str, Problem] = MappingProxyType(
    {
        "a datum on a kink": _case([[1.0], [1.0]], [-1.0, 0.25], [1.0, -1.0], [[1.0], [0.0], [2.0]]),
        "data on every kink": _case([[1.0], [-1.0]], [-1.0, 0.0], [2.0, 1.0], [[1.0], [0.0], [2.0]]),
        "the only datum on the kink": _case([[1.0, 2.0]], [-5.0], [3.0], [[1.0, 2.0]]),
        "all data on one kink": _case([[1.0, 0.0]], [-1.0], [3.0], [[1.0, 2.0], [1.0, -1.0]]),
        "a kink of both orientations": _case(
            [[1.0, 1.0], [-2.0, -2.0]], [-1.0, 2.0], [3.0, 1.0], [[1.0, 0.0], [3.0, 0.0], [-1.0, 0.5]]
        ),
        "a neuron that is zero": _case([[0.0], [1.0]], [0.0, 0.5], [2.0, 1.0], [[1.0], [-1.0]]),
        # the row divided by its norm, sqrt(10)/2, puts the second datum on one side
        "a kink with an irrational normal": _case(
            [[0.5, -1.5]], [-0.5], [1.0], [[1.0, -0.5], [-0.5, -0.5], [0.0, 0.0], [1.5, -1.5], [0.0, 0.5]]
        ),
    }
)  # fmt: skip
"""Cases by name with data on kinks, where the network is not differentiable in its parameters."""
