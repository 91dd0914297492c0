"""Everything the theory says of one network on one data set at one step size."""

from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from numerics.arrays.checks import require_finite
from numerics.gram import gram_sharpness, mean_gradient_square
from numerics.norm import one_sided_norm, stability_norm
from numerics.problem import Problem
from numerics.step_size import exact_step_size


@dataclass(frozen=True)
class Measurement:
    """A network on data at a step size eta; every length in the units of the data.

    n, d, k: number of data points, inputs, neurons.
    loss: 1/(2n) sum_j (f(x_j) - y_j)^2.
    step_size: eta, or None.
    gram_sharpness: lambda_max(K) = lambda_max(Phi Phi^T / n), the sharpness at an interpolating differentiable minimum.
    mean_gradient_square: |E grad f|^2.
    one_sided_norm, stability_norm: sum_i |a_i| gt_i, and |f|_S.
    bound: 1/eta - 1/2, or None without a step size.
    tightness: stability_norm / bound, or None where the bound is not positive or there is none.
    largest_stable_step: 2 / gram_sharpness.
    active_neurons: neurons with w2 != 0 that are active on at least one datum.
    dead_layer: no neuron is active, so f is constant on the data and every claim holds trivially.
    near_kinks: pairs of neuron and datum with |pre-activation| <= 1e-7 |w1_i| max_j |x_j|; a network without
        any is differentiable at the data.
    hyperplanes: number of distinct hyperplanes of the neurons with w1 != 0.
    waterfall: the factors between (1 + 2 |f|_S) eta / 2 and 1, in order:
        "stability" gram_sharpness eta / 2 (left out without a step size), "all-ones" |E grad f|^2 / gram_sharpness,
        "balance" (1 + 2 one_sided_norm) / |E grad f|^2,
        "orientation" (1 + 2 stability_norm) / (1 + 2 one_sided_norm).
    """

    n: int
    d: int
    k: int
    loss: float
    step_size: float | None
    gram_sharpness: float
    mean_gradient_square: float
    one_sided_norm: float
    stability_norm: float
    bound: float | None
    tightness: float | None
    largest_stable_step: float
    active_neurons: int
    dead_layer: bool
    near_kinks: int
    hyperplanes: int
    waterfall: dict[str, float]

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain numbers, ready for JSON."""
        return asdict(self)


def measure(
    network: object,
    x: npt.ArrayLike | None = None,
    y: npt.ArrayLike | None = None,
    step_size: object = None,
) -> Measurement:
    """Measure `network` on the data x [n, d] with labels y [n], and at the step size, if one is given.

    A `Problem` with labels may stand in the place of network, data and labels.

    Raises:
        TypeError, ValueError: data, labels or step size are not finite real numbers of the right shape.
        ArithmeticError: the sharpness cannot be computed to 1e-10, or a value exceeds the range of float64.

    >>> from numerics.network import ShallowNetwork
    >>> network = ShallowNetwork([[1.0]], [0.0], [2.0], 0.0)
    >>> measured = measure(network, [[3.0], [-1.0]], [6.0, 0.0], step_size=0.05)
    >>> measured.loss, measured.active_neurons, measured.bound, round(measured.tightness, 6)
    (0.0, 1, 19.5, 0.036262)
    """
    problem = Problem.of(network, x, y)
    f = problem.network
    eta = None if step_size is None else _float(exact_step_size(step_size))
    one_sided, norm = one_sided_norm(problem), stability_norm(problem)
    gradient_square = mean_gradient_square(problem)
    top = gram_sharpness(problem)
    with np.errstate(over="ignore"):
        squares = require_finite(problem.residuals**2, "the squares of the residuals")
    bound = None if eta is None else 1 / eta - 0.5
    active = int(np.count_nonzero((problem.above.probability > 0) & (f.w2 != 0)))
    waterfall = {} if eta is None else {"stability": top * eta / 2}
    waterfall |= {
        "all-ones": gradient_square / top,
        "balance": (1 + 2 * one_sided) / gradient_square,
        "orientation": (1 + 2 * norm) / (1 + 2 * one_sided),
    }
    return Measurement(
        n=problem.n,
        d=f.d,
        k=f.k,
        loss=float(np.mean(squares) / 2),
        step_size=eta,
        gram_sharpness=top,
        mean_gradient_square=gradient_square,
        one_sided_norm=one_sided,
        stability_norm=norm,
        bound=bound,
        tightness=None if bound is None or bound <= 0 else norm / bound,
        largest_stable_step=2 / top,
        active_neurons=active,
        dead_layer=active == 0,
        near_kinks=problem.near_kinks,
        hyperplanes=len(problem.hyperplanes),
        waterfall=waterfall,
    )


def _float(step_size: Fraction) -> float:
    try:
        value, inverse = float(step_size), float(1 / step_size)
    except OverflowError:
        value = inverse = 0.0
    if not (value and inverse):
        raise ValueError("the step size or its inverse exceeds the range of float64; the audit takes it as it is")
    return value
