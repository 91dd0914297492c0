"""A network that memorises its data: one balanced neuron for each datum, and its sharpness and norm in closed form."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.optimize
from jaxtyping import Float64

from numerics.arrays.checks import Array, real_array, require_finite, row_norms, validate_data, validate_labels
from numerics.network import ShallowNetwork

# a lead that rounding could have made
_ROUNDING = 1e-9


def memorising_network(
    x: npt.ArrayLike, y: npt.ArrayLike, b2: float = 0.0, *, directions: npt.ArrayLike | None = None
) -> ShallowNetwork:
    """The network with one neuron for each datum with y_j != b2, which it alone activates, and none for the others.

    With D_j = |y_j - b2|, L_j = sqrt(1 + |x_j|^2) and the lead m_j = <v_j, x_j> - max_{l != j} <v_j, x_l> along the
    direction v_j, the neuron's threshold is b_j = <v_j, x_j> - t_j with t_j = m_j / (2 + L_j), and

        w1 = sqrt(D_j L_j) v_j / t_j,  b1 = -sqrt(D_j L_j) b_j / t_j,  w2 = sign(y_j - b2) sqrt(D_j / L_j).

    It interpolates, no datum is on a kink, and every neuron is balanced. Since t_j (1 + L_j) < m_j, the side of the
    datum has the smaller weight, if n >= 2. Gram matrix, sharpness and norm: `memorising_gram` and below.

    Args:
        x: the data [n, d].
        y: the labels [n].
        b2: the output bias, that is the label that costs nothing.
        directions: v [n, d], of any lengths but 0 where y_j != b2; None takes x_j minus the mean of the data. The data
            themselves do for points on a sphere about the origin.

    Raises:
        TypeError, ValueError: data, labels or directions are not finite real numbers of the right shape; or a datum
            with y_j != b2 does not lead along its direction, by more than rounding.
        OverflowError: a weight exceeds the range of float64.

    >>> network = memorising_network([[3.0], [-1.0]], [2.0, 0.0])
    >>> network.k, network([[3.0], [-1.0]])
    (1, array([2., 0.]))
    """
    data, labels, bias = _validated(x, y, b2)
    v = _directions(data, directions)
    chosen = np.flatnonzero(labels != bias)
    distances, levers = np.abs(labels - bias)[chosen], np.sqrt(1 + np.sum(data * data, axis=1))[chosen]
    places, leads = _leads(data, v, chosen)
    inside = leads / (2 + levers)
    outputs = np.sqrt(distances * levers)
    scales = outputs / inside
    W1 = require_finite(scales[:, None] * v[chosen], "the weights")
    b1 = require_finite(-scales * (places - inside), "the input biases")
    return ShallowNetwork(W1, b1, np.sign(labels[chosen] - bias) * np.sqrt(distances / levers), bias)


def memory_costs(x: npt.ArrayLike, y: npt.ArrayLike, b2: float = 0.0) -> Float64[Array, " n"]:
    """What it costs to memorise each datum, c_j = |y_j - b2| sqrt(1 + |x_j|^2), [n]. Errors as for the network.

    >>> memory_costs([[3.0], [0.0]], [2.0, -1.0])  # 2 sqrt(10) and 1
    array([6.32455532, 1.        ])
    """
    data, labels, bias = _validated(x, y, b2)
    return require_finite(np.abs(labels - bias) * np.sqrt(1 + np.sum(data * data, axis=1)), "the costs")


def memorising_gram(costs: npt.ArrayLike) -> Float64[Array, "n n"]:
    """The Gram matrix of the memorising network by its costs c [n]: K = (1 1^T + 2 diag(c)) / n.

    >>> memorising_gram([1.0, 3.0])
    array([[1.5, 0.5],
           [0.5, 3.5]])
    """
    c = _validated_costs(costs)
    return (1 + 2 * np.diag(c)) / len(c)


def memorising_sharpness(costs: npt.ArrayLike) -> float:
    """lambda_max of `memorising_gram`: the one solution above 2 max c / n of mean_j 1 / (lambda - 2 c_j / n) = 1.

    Args:
        costs: c [n], not negative.

    Raises:
        TypeError, ValueError: the costs are not finite, negative, or none.

    >>> round(memorising_sharpness([1.0, 3.0]), 12)  # (5 + sqrt(5)) / 2
    3.61803398875
    >>> memorising_sharpness([2.0, 2.0])  # 1 + 2 c / n
    3.0
    """
    c = _validated_costs(costs)
    n = len(c)
    shifts = 2 * c / n
    # Rayleigh quotients at all-ones and at one datum from below; the sum of the two largest eigenvalues from above
    low, high = max(1 + shifts.mean(), shifts.max() + 1 / n), 1 + shifts.max()

    def excess(value: float) -> float:
        return float(np.mean(1 / (value - shifts))) - 1

    if excess(low) <= 0 or excess(high) >= 0:  # equal costs, up to rounding
        return float(low if excess(low) <= 0 else high)
    return float(scipy.optimize.brentq(excess, low, high, xtol=1e-300, rtol=8.9e-16))


def memorising_norm(costs: npt.ArrayLike) -> float:
    """|f|_S = sum_j c_j / n^2 of the memorising network for its costs c [n]; 0 for n = 1, where no hyperplane weighs.

    Errors as for `memorising_sharpness`.

    >>> memorising_norm([1.0, 3.0])
    1.0
    """
    c = _validated_costs(costs)
    return float(c.sum() / len(c) ** 2) if len(c) > 1 else 0.0


def memorising_point(x: npt.ArrayLike, y: npt.ArrayLike, b2: float = 0.0) -> tuple[float, float]:
    """(2 / lambda_max, |f|_S): the largest step size at which the memorising network is stable, and its norm.

    The main theorem allows a norm of at most 1/eta - 1/2 there. Errors as for `memory_costs`.

    >>> memorising_point([[1.0], [-1.0]], [1.0, -1.0])  # c = sqrt(2): lambda_max = 1 + sqrt(2)
    (0.8284271247461902, 0.7071067811865476)
    """
    costs = memory_costs(x, y, b2)
    return 2 / memorising_sharpness(costs), memorising_norm(costs)


def _validated(x: object, y: object, b2: float) -> tuple[Array, Array, float]:
    data = validate_data(x)
    return data, validate_labels(y, len(data)), float(real_array(b2, "b2", 0))


def _validated_costs(costs: object) -> Array:
    c = real_array(costs, "costs", 1)
    if len(c) == 0 or c.min() < 0:
        raise ValueError(f"costs must be one number for each datum, none of them negative, not {costs}")
    return c


def _directions(data: Array, directions: object) -> Array:
    n, d = data.shape
    if directions is None:
        return data - data.mean(axis=0) if n > 1 else np.eye(1, d)
    v = real_array(directions, "directions", 2)
    if v.shape != data.shape:
        raise ValueError(f"there must be one direction for each datum, shape {data.shape}, not {v.shape}")
    return v


def _leads(data: Array, v: Array, chosen: npt.NDArray[np.intp]) -> tuple[Array, Array]:
    """<v_j, x_j> and how far it exceeds all other <v_j, x_l>, for the chosen data; 1 where there is no other."""
    along = v[chosen] @ data.T
    rows = np.arange(len(chosen))
    places = along[rows, chosen]
    if len(data) == 1:
        return places, np.ones(len(chosen))
    along[rows, chosen] = -np.inf
    nearest = along.argmax(axis=1)
    leads: Array = places - along[rows, nearest]
    least = _ROUNDING * row_norms(v[chosen]) * row_norms(data).max()
    for row in np.flatnonzero(~(leads > least)):
        j, other = int(chosen[row]), int(nearest[row])
        equal = np.array_equal(data[j], data[other])
        reason = (
            "the two are equal" if equal else "give another direction: there is one unless it lies among the others"
        )
        raise ValueError(f"datum {j} is not cut off from datum {other} along its direction; {reason}")
    return places, leads
