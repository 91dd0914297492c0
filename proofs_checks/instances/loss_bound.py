"""The bound on the stability norm by the sharpness and the loss, and an instance that asks much of it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from numerics.network import ShallowNetwork
from numerics.norm import stability_norm
from proofs_checks.instances.hessian import autograd_hessian
from proofs_checks.instances.networks import Comparison, Problem

DEMANDING = Problem(
    ShallowNetwork(np.array([[100.0], [-353.566]]), np.array([0.0, -282.853]), np.array([70.711, 50.002]), 0.0),
    np.array([[1.0], [-1.0], [-1.0]]),
)
"""An instance that needs a constant above 0.288; random search finds none above 0.17."""
DEMANDING_RESIDUALS = (-1 / 3, -2 / 3, -2 / 3)

THREE_IN_PLANE = Problem(
    ShallowNetwork(
        np.array([[5700.0, 1300.0], [5700.0, -1300.0]]), np.array([-22780.0, -22780.0]), np.array([14.6, 14.6]), 0.0
    ),
    np.array([[4.0, 0.0], [3.9, 0.5], [3.9, -0.5]]),
)
"""Three data near each other: each neuron has 20 at the first, 100 at another one, and misses the third."""
THREE_RESIDUALS = (-2.0, -1.0, -1.0)


def bound(problem: Problem, residuals: npt.ArrayLike, constant: float = 0.5, offset: float = 0.5) -> Comparison:
    """The right side with the constants given, against |f|_S; the claim has 1/2 and 1/2."""
    r = np.broadcast_to(np.asarray(residuals, dtype=float), len(problem.x))
    top = float(np.linalg.eigvalsh(autograd_hessian(problem, r))[-1])
    radius_square = float(np.max(np.sum(problem.x**2, axis=1)))
    term = constant * np.sqrt(1 + radius_square) * np.sqrt(np.mean(r**2))
    rounding = 10 * problem.rounding * (1 + float(np.max(np.abs(r))))
    norm = stability_norm(problem.network, problem.x)
    return Comparison(top / 2 - offset + float(term), norm, rounding, "bound against |f|_S")
