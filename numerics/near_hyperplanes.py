"""Hyperplanes of a network that are the same but for rounding: the stability norm depends on how they are read."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from numerics.arrays.checks import row_norms
from numerics.arrays.hyperplanes import Indices, hyperplane_groups, merged_output_weight, representative
from numerics.arrays.shared_hyperplanes import near_groups
from numerics.network import ShallowNetwork
from numerics.norm import finite_sum, norm_terms
from numerics.problem import Problem

# a few units in the last place of float32, in which many networks are kept
TOLERANCE = 2.0**-21


@dataclass(frozen=True, eq=False)
class NearHyperplanes:
    """Distinct hyperplanes that nearly coincide, with amplitudes that would cancel if they did.

    members: the neurons on each of them.
    amplitudes: the merged amplitude of each, not all of one sign; |sum| is what counts if they are one hyperplane, the
        sum of the absolute values if they are not.
    """

    members: tuple[Indices, ...]
    amplitudes: tuple[float, ...]


def nearly_coincident(
    network: object, x: npt.ArrayLike | None = None, tolerance: float = TOLERANCE
) -> tuple[NearHyperplanes, ...]:
    """The hyperplanes within `tolerance` of one another whose amplitudes have both signs.

    Two hyperplanes {<v,x> = b}, {<v',x> = b'} are near if max |v - s v'| <= tolerance and
    |b - s b'| <= tolerance max(|b|, |b'|, max_j |x_j|), s = 1 or -1; chains of near ones are one group.

    Args:
        network: k neurons, of which those with w1 = 0 belong to no hyperplane; or a `Problem`.
        x: the data [n, d], only for their size; None beside a Problem.
        tolerance: relative.

    Raises:
        TypeError, ValueError: the data are not finite real numbers [n, d], or the tolerance is not in (0, 1).

    >>> network = ShallowNetwork([[0.1], [0.3]], [1.0, 3.0], [3.0, -1.0], 0.0)  # 3 times 0.1 is not 0.3
    >>> [group.amplitudes for group in nearly_coincident(network, [[0.0], [-20.0]])]
    [(0.30000000000000004, -0.3)]
    """
    problem = Problem.of(network, x)
    f, found = problem.network, []
    for group in _near(problem, tolerance):
        members = tuple(group[part] for part in hyperplane_groups(f.W1[group], f.b1[group]))
        amplitudes = tuple(_amplitude(f, part) for part in members)
        if min(amplitudes) < 0 < max(amplitudes):
            found.append(NearHyperplanes(members, amplitudes))
    return tuple(found)


def merged_stability_norm(network: object, x: npt.ArrayLike | None = None, tolerance: float = TOLERANCE) -> float:
    """The stability norm with hyperplanes within `tolerance` of one another counted as one, at its largest neuron's.

    The other reading is `numerics.norm.stability_norm`, where hyperplanes are as distinct as their floats.
    Arguments and errors as for `nearly_coincident`; OverflowError if a term exceeds the range of float64.

    >>> network = ShallowNetwork([[0.1], [0.3]], [1.0, 3.0], [3.0, -1.0], 0.0)
    >>> merged_stability_norm(network, [[0.0], [-20.0]]) < 1e-15  # as distinct ones 0.6
    True
    """
    problem = Problem.of(network, x)
    return finite_sum(norm_terms(problem, _near(problem, tolerance)))


def _near(problem: Problem, tolerance: float) -> tuple[Indices, ...]:
    if not 0 < tolerance < 1:
        raise ValueError(f"the tolerance must lie between 0 and 1, not {tolerance}")
    return near_groups(problem.network.W1, problem.network.b1, tolerance, float(row_norms(problem.x).max()))


def _amplitude(network: ShallowNetwork, members: Indices) -> float:
    size = row_norms(network.W1[[representative(network.W1, members)]])[0]
    return float(np.float64(merged_output_weight(network.W1, network.w2, members)) * size)
