"""The stability norm of several outputs, between two proved ends."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from numerics.arrays.checks import Array, require_finite, row_norms, validate_data
from numerics.arrays.hyperplanes import hyperplane_groups, merged_output_weight, representative
from numerics.arrays.moments import side_moments
from numerics.norm import finite_sum
from numerics.weight import smaller_side, weight_of_side
from numerics.wider.outputs.network import VectorNetwork
from numerics.wider.outputs.state import StateNorm, largest_state


def amplitudes_and_weights(network: VectorNetwork, x: npt.ArrayLike) -> tuple[Array, Array]:
    """The merged amplitudes a_H [h, m] and the weights g_H [h] of the hyperplanes, up to a factor c_H and 1/c_H.

    What c_H is, the length of the weights of one neuron on it, does not matter to a norm, where only products occur;
    dividing by it would only round. Neurons with w1 = 0 belong to no hyperplane. Which neurons share one is exact.

    Args:
        network: m outputs.
        x: the data [n, d].

    Raises:
        TypeError, ValueError: the data are not finite real numbers [n, d].
        OverflowError: a value exceeds the range of float64.
    """
    data = validate_data(x, network.d)
    groups = hyperplane_groups(network.W1, network.b1)
    chosen = np.array([representative(network.W1, group) for group in groups], dtype=np.intp)
    merged = np.array(
        [[merged_output_weight(network.W1, row, group) for row in network.W2] for group in groups]
    ).reshape(len(groups), network.m)
    above, below = side_moments(network.W1[chosen], network.b1[chosen], data)
    weights = smaller_side(weight_of_side(above), weight_of_side(below))
    return require_finite(merged, "the amplitudes"), require_finite(weights, "the weights")


def stability_norm(network: VectorNetwork, x: npt.ArrayLike, *, tolerance: float = 1e-9) -> StateNorm:
    """The largest sum_H sqrt(<a_H, rho a_H>) g_H over the states rho, to a relative gap of at most `tolerance`.

    Every differentiable point with 0 <= Hessian <= 2/eta has a norm of at most 1/eta - 1/2.

    Args:
        network: m outputs. With m = 1 the norm is `numerics.stability_norm`, and so it is in every direction u for
            `network.combined(u)`, which is never more.
        x: the data [n, d].
        tolerance: the largest relative gap between the ends; 1e-9 is safe, below about 1e-11 rounding decides.

    Raises:
        TypeError, ValueError: the data are not finite real numbers [n, d], or a senseless tolerance.
        ArithmeticError: the ends do not come so close; `largest_state` tells how close they come.
        OverflowError: a value exceeds the range of float64.

    >>> network = VectorNetwork(np.eye(2), [0.0, 0.0], 3 * np.eye(2), [0.0, 0.0])  # 3 relu(x_1), 3 relu(x_2)
    >>> found = stability_norm(network, [[1.0, 1.0], [-1.0, 1.0], [1.0, -1.0], [-1.0, -1.0]])
    >>> round(found.lower, 8), round(found.upper, 8)  # g = sqrt(1/8) for both, and so 3 sqrt(1/8) sqrt(2)
    (1.5, 1.5)
    """
    vectors, weights = amplitudes_and_weights(network, x)
    found = largest_state(vectors, weights, tolerance=tolerance)
    if found.gap > tolerance:
        raise ArithmeticError(
            f"the norm lies between {found.lower} and {found.upper}, a relative gap of {found.gap:.1e}; "
            f"{tolerance:g} was not reached"
        )
    return found


def length_norm(network: VectorNetwork, x: npt.ArrayLike) -> float:
    """sum_H |a_H| g_H: between the stability norm and sqrt(m) times it. Arguments and errors as there."""
    vectors, weights = amplitudes_and_weights(network, x)
    with np.errstate(over="ignore"):
        return finite_sum(row_norms(vectors) * weights)
