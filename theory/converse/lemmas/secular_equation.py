r"""The largest eigenvalue of :math:`K = (1 1^T + 2 \mathrm{diag}(\kappa))/n`, how far it is from :math:`1 + 2|f|_S`, and equality.

With :math:`h_j = \lambda - 2\kappa_j/n > 0` and :math:`\mathbb E[1/h] = 1` the vector :math:`v = 1/h` is an eigenvector with positive entries.
"""

from __future__ import annotations

import sympy as sp

from theory.converse.lemmas.memorising_net import NAME, cost, form, norm, square, total, u
from theory.kernel import ByHypothesis, Chain, Drop, Hypothesis, Identity, Rewrite, Squares
from theory.latex import named
from theory.symbols import c, d, eta, indexed, j, l, mean, n, scalar, x

top = scalar("largest_eigenvalue", r"\lambda", positive=True)
distance_to_pole = indexed("distance_to_pole", "h", positive=True)
pole = Hypothesis(
    "distance of a pole",
    r"h_j = \lambda - 2\kappa_j/n > 0",
    sp.Eq(cost[j], n * (top - distance_to_pole[j]) / 2, evaluate=False),
    (j,),
)
secular = Hypothesis("secular equation", r"\frac1n\sum_j \frac1{h_j} = 1", sp.Eq(mean(1 / distance_to_pole[j]), 1, evaluate=False))  # fmt: skip
eigenvector = mean(1 / distance_to_pole[l], l) + 2 * cost[j] / n / distance_to_pole[j]
EIGENVECTOR = (
    Chain("The Gram matrix at the vector 1/h", eigenvector, hypotheses=(pole, secular), for_all=((j, n),), claim=NAME)
    .equals(1 + 2 * cost[j] / n / distance_to_pole[j], ByHypothesis(secular.name))
    .equals(top / distance_to_pole[j], Rewrite("definition", [pole.name]))
    .conclude()
)
LARGEST = (
    Chain("The quadratic form at any vector", form, hypotheses=(pole, secular), claim=NAME)
    .at_most(
        mean(1 / distance_to_pole[l], l) * sp.Sum(distance_to_pole[j] * u[j] ** 2, (j, 1, n))
        + 2 * sp.Sum(cost[j] * u[j] ** 2, (j, 1, n)) / n,
        Squares(
            "Cauchy and Schwarz, by Lagrange's identity",
            ((1 / (2 * n * distance_to_pole[j] * distance_to_pole[l]), distance_to_pole[j] * u[j] - distance_to_pole[l] * u[l]),),
            over=((j, 1, n), (l, 1, n)),
        ),
    )
    .equals(
        sp.Sum(distance_to_pole[j] * u[j] ** 2, (j, 1, n)) + 2 * sp.Sum(cost[j] * u[j] ** 2, (j, 1, n)) / n,
        ByHypothesis(secular.name, sp.Sum(distance_to_pole[j] * u[j] ** 2, (j, 1, n))),
    )
    .equals(top * square, Rewrite("definition", [pole.name]))
    .conclude()
)  # fmt: skip
_norm = sp.Sum(cost[j], (j, 1, n)) / n**2
gap = mean((distance_to_pole[j] - 1) ** 2 / distance_to_pole[j])
GAP = (
    Chain("How far the sharpness is above the bound", top - 1 - 2 * norm, hypotheses=(pole, secular), claim=NAME)
    .equals(mean(distance_to_pole[j]) - 1, Rewrite("definition", [pole.name]))
    .equals(mean(distance_to_pole[j] - 2 + 1 / distance_to_pole[j]), ByHypothesis(secular.name, -1))
    .equals(gap, Identity("complete the squares"))
    .conclude()
)

common = scalar("common_cost", r"\kappa", nonnegative=True)
equal_costs = Hypothesis("equal costs", r"\kappa_j = \kappa", sp.Eq(cost[j], common, evaluate=False), ((j, n),))
EQUAL = (
    Chain("The quadratic form at any vector, for equal costs", form, hypotheses=(equal_costs,), claim=NAME)
    .equals((total**2 + 2 * common * square) / n, ByHypothesis(equal_costs.name, 2 * u[j] ** 2 / n, over=[(j, 1, n)]))
    .at_most(
        (1 + 2 * common / n) * square,
        Squares("Cauchy and Schwarz", ((1 / (2 * n), u[j] - u[l]),), over=((j, 1, n), (l, 1, n))),
    )
    .conclude()
)
EXACT = (
    Chain("One plus twice the norm, for equal costs", 1 + 2 * _norm, hypotheses=(equal_costs,), claim=NAME)
    .equals(1 + 2 * common / n, ByHypothesis(equal_costs.name, 2 / n**2, over=[(j, 1, n)]))
    .conclude()
)
chosen = Hypothesis(
    "choice of the cost",
    r"\kappa = n(1/\eta - \tfrac12)",
    sp.Eq(common, n * (1 / eta - sp.Rational(1, 2)), evaluate=False),
)
ATTAINED = (
    Chain("The norm, for that cost", _norm, hypotheses=(equal_costs, chosen), claim=NAME)
    .equals(common / n, ByHypothesis(equal_costs.name, 1 / n**2, over=[(j, 1, n)]))
    .equals(1 / eta - sp.Rational(1, 2), ByHypothesis(chosen.name, 1 / n))
    .conclude()
)
EDGE = (
    Chain("The sharpness, for that cost", 1 + 2 * common / n, hypotheses=(chosen,), claim=NAME)
    .equals(2 / eta, ByHypothesis(chosen.name, 2 / n))
    .conclude()
)

others = sp.Symbol(named("others", "n'"), integer=True, positive=True)
inside = scalar("distance_of_datum", "t", positive=True)
room = scalar("room_of_others", "r", nonnegative=True)
own_length = scalar("length_of_this_datum", "L", positive=True)
outside = indexed("distance_of_other", "e", nonnegative=True)
near = Hypothesis("threshold near the datum", r"tL \le m - t", sp.Le(inside * own_length, room, evaluate=False))
beyond = Hypothesis(
    "the others lie beyond",
    r"e_l = b_j - \langle v_j,x_l\rangle \ge m - t",
    sp.Ge(outside[l], room, evaluate=False),
    ((l, others),),
)
_moment = sp.Sum(sp.Sum(x[l, c], (l, 1, others)) ** 2, (c, 1, d))
lever_of_others = sp.sqrt(others**2 + _moment)
excess_of_others = sp.Sum(outside[l], (l, 1, others))
SIDE = (
    Chain("The side of the datum, n squared times", inside * own_length, hypotheses=(near, beyond), claim=NAME)
    .at_most(room, ByHypothesis(near.name))
    .at_most(others * room, Drop("there is another datum", (others - 1) * room))
    .at_most(excess_of_others, ByHypothesis(beyond.name, over=[(l, 1, others)]))
    .at_most(
        excess_of_others * lever_of_others,
        Drop("the root is at least 1", excess_of_others * (others**2 - 1 + _moment) / (1 + lever_of_others)),
    )
    .conclude()
)

on_sphere = Hypothesis(
    "points of a sphere",
    r"\lVert x_j\rVert = \lVert x_l\rVert \text{ (from the centre)}",
    sp.Eq(sp.Sum(x[j, c] ** 2, (c, 1, d)), sp.Sum(x[l, c] ** 2, (c, 1, d)), evaluate=False),
    ((j, n), (l, n)),
)
lead = sp.Sum(x[j, c] * (x[j, c] - x[l, c]), (c, 1, d))
squared_distance = sp.Sum((x[j, c] - x[l, c]) ** 2, (c, 1, d)) / 2
SPHERE = (
    Chain("How far a point leads along its own direction", lead, hypotheses=(on_sphere,), for_all=((j, n), (l, n)), claim=NAME)
    .equals(squared_distance, ByHypothesis(on_sphere.name, sp.Rational(1, 2)))
    .conclude()
)  # fmt: skip
