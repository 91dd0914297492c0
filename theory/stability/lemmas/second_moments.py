r"""One step of linearised SGD in mean square, seen along a direction and added up over all.

A deviation :math:`\delta = \sum_l u_l\nabla f(x_l)` is seen by the data as the slopes
:math:`a_j = \langle\nabla f(x_j),\delta\rangle = n\sum_l K_{j,l}u_l`; a step with the batch weights :math:`\omega_{\mathcal{B},j}` takes
:math:`u_j` to :math:`u_j - \eta\,\omega_{\mathcal{B},j}a_j`.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Hypothesis, Identity, Rewrite
from theory.quantities import definition
from theory.stability.lemmas.batches import (
    B,
    batch_weight,
    batches,
    drawn_batches,
    probability,
    second_moments,
    share,
    total_probability,
    unbiased,
)
from theory.stability.lemmas.gram_spectrum import K
from theory.symbols import eta, indexed, j, l, mean, n, scalar

NAME = "mean-square-threshold"

direction = indexed("direction_coordinates", "u")
slope = indexed("slope", "a")
slopes = definition("slopes of the direction", r"a = n K u", slope[j], n * sp.Sum(K[j, l] * direction[l], (l, 1, n)), j)


def over_batches(body: sp.Expr) -> sp.Expr:
    """The mean over the batches."""
    return sp.Sum(probability[B] * body, (B, 1, batches))


length = sp.Sum(direction[j] * slope[j], (j, 1, n))
r""":math:`\lvert\delta\rvert^2 = \sum_j u_ja_j`."""
seen = sp.Sum(batch_weight[B, j] * slope[j] ** 2, (j, 1, n))
_moved = sp.Sum((direction[j] - eta * batch_weight[B, j] * slope[j]) * slope[j], (j, 1, n))
from_direction = Hypothesis(
    "no growth in one step from the direction",
    r"\E\langle\delta_0,\delta_1\rangle^2 \le \lvert\delta_0\rvert^4 \text{ from } \delta_0 = \textstyle\sum_l u_l\nabla f(x_l)",
    sp.Le(over_batches(_moved**2), length**2, evaluate=False),
)
growth = (1 - share) * mean(slope[j] ** 2) ** 2 + share * mean(slope[j] ** 4)
DIRECTION = (
    Chain(
        "One step of stochastic gradient descent, along a direction",
        eta * growth,
        hypotheses=(*drawn_batches, from_direction),
        claim=NAME,
    )
    .equals(
        eta * over_batches(seen**2),
        ByHypothesis(second_moments.name, -eta * slope[j] ** 2 * slope[l] ** 2, over=((j, 1, n), (l, 1, n))),
    )
    .equals(
        (over_batches(_moved**2) - length**2 * sp.Sum(probability[B], (B, 1, batches))) / eta
        + 2 * length * over_batches(seen),
        Identity("expand the square"),
    )
    .equals(
        (over_batches(_moved**2) - length**2) / eta + 2 * length * over_batches(seen),
        ByHypothesis(total_probability.name, -(length**2) / eta),
    )
    .equals(
        (over_batches(_moved**2) - length**2) / eta + 2 * length * mean(slope[j] ** 2),
        ByHypothesis(unbiased.name, 2 * length * slope[j] ** 2, over=((j, 1, n),)),
    )
    .at_most(2 * length * mean(slope[j] ** 2), ByHypothesis(from_direction.name, 1 / eta))
    .conclude()
)

top = scalar("tested_eigenvalue", r"\lambda", positive=True)
eigenvector = Hypothesis(
    "u is an eigenvector of K",
    r"a = n K u = n\lambda u",
    sp.Eq(slope[j], n * top * direction[j], evaluate=False),
    ((j, n),),
)
unit = Hypothesis(
    "u is a unit vector",
    r"\textstyle\sum_j u_j^2 = 1",
    sp.Eq(sp.Sum(direction[j] ** 2, (j, 1, n)), 1, evaluate=False),
)
eigenvector_level = top * (1 + share * (n * sp.Sum(direction[j] ** 4, (j, 1, n)) - 1))
_squares = sp.Sum(direction[j] ** 2, (j, 1, n))
_growth_of_eigenvector = top * ((1 - share) * _squares**2 + share * n * sp.Sum(direction[j] ** 4, (j, 1, n)))
EIGENVECTOR = (
    Chain(
        "An eigenvector of the Gram matrix",
        eta * eigenvector_level,
        hypotheses=(eigenvector, unit, *drawn_batches, from_direction),
        claim=NAME,
    )
    .equals(
        eta * top * ((1 - share) * _squares + share * n * sp.Sum(direction[j] ** 4, (j, 1, n))),
        ByHypothesis(unit.name, -eta * top * (1 - share)),
    )
    .equals(
        eta * _growth_of_eigenvector,
        ByHypothesis(unit.name, -eta * top * (1 - share) * _squares),
    )
    .equals(eta * growth / (n**2 * top**3), Rewrite("the slopes of an eigenvector", (eigenvector.name,)))
    .at_most(
        2 * length * mean(slope[j] ** 2) / (n**2 * top**3),
        ByDerivation(DIRECTION, 1 / (n**2 * top**3), reason="one step along it"),
    )
    .equals(2 * _squares**2, Rewrite("the slopes of an eigenvector", (eigenvector.name,)))
    .equals(2 * _squares, ByHypothesis(unit.name, 2 * _squares))
    .equals(2, ByHypothesis(unit.name, 2))
    .conclude()
)


_batch_trace = sp.Sum(batch_weight[B, j] * n * K[j, j], (j, 1, n))
_batch_square = sp.Sum(batch_weight[B, j] * batch_weight[B, l] * n**2 * K[j, l] ** 2, (j, 1, n), (l, 1, n))
over_directions = Hypothesis(
    "no growth in one step, added up over all directions",
    r"\E\operatorname{tr}(I - \eta \hessian_{\mathcal{B}})^2 \le \operatorname{tr} I",
    sp.Le(over_batches(eta**2 * _batch_square - 2 * eta * _batch_trace), 0, evaluate=False),
)
trace = sp.Sum(K[j, j], (j, 1, n))
trace_growth = (1 - share) * sp.Sum(K[j, l] ** 2, (j, 1, n), (l, 1, n)) + share * n * sp.Sum(K[j, j] ** 2, (j, 1, n))
TRACE = (
    Chain(
        "One step of stochastic gradient descent, in all directions",
        eta * trace_growth,
        hypotheses=(*drawn_batches, over_directions),
        claim=NAME,
    )
    .equals(
        eta * over_batches(_batch_square),
        ByHypothesis(second_moments.name, -eta * n**2 * K[j, l] ** 2, over=((j, 1, n), (l, 1, n))),
    )
    .at_most(2 * over_batches(_batch_trace), ByHypothesis(over_directions.name, 1 / eta))
    .equals(2 * trace, ByHypothesis(unbiased.name, 2 * n * K[j, j], over=((j, 1, n),)))
    .conclude()
)
