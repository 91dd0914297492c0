r"""A net with one neuron for each datum that is the only one to activate it, balanced: values, Gram matrix, one-sided norm.

Neuron i belongs to datum i, with the output :math:`z_i` there and the output weight :math:`w_i`; where :math:`y_i = b^{(2)}` both are 0, which
is the same as no neuron. With :math:`\delta_i = |y_i - b^{(2)}|` and :math:`L_i = \sqrt{1 + |x_i|^2}` the cost of datum i is
:math:`\kappa_i = \delta_i L_i`.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Hypothesis, Rewrite, Squares
from theory.quantities import definition, inner_of_data, lever_square, names
from theory.stability.lemmas.gram_matrix import M, Z
from theory.symbols import b2, c, d, i, indexed, j, l, mean, n, scalar, x, y

NAME = "memorisation"

sign = indexed("sign_of_label", "s")
distance = indexed("label_distance", r"\delta", nonnegative=True)
lever = indexed("length_of_datum", "L", positive=True)
cost = indexed("cost_of_datum", r"\kappa", nonnegative=True)
own_output = indexed("own_output", "z", nonnegative=True)
output_weight = indexed("output_weight_of_datum", "w")
u = indexed("data_direction", "u")

_square = 1 + sp.Sum(x[i, c] ** 2, (c, 1, d))
labels = Hypothesis(
    "label", r"y_j = b^{(2)} + s_j\delta_j", sp.Eq(y[j], b2 + sign[j] * distance[j], evaluate=False), ((j, n),)
)
signs = Hypothesis("sign", r"s_i = \pm 1", sp.Eq(sp.Abs(sign[i]), 1, evaluate=False), ((i, n),))
length = definition("length of a datum", r"L_i = \sqrt{1 + \lVert x_i\rVert^2}", lever[i], sp.sqrt(_square), i)
costs = definition("cost of a datum", r"\kappa_i = \delta_i L_i", cost[i], distance[i] * lever[i], i)
weights = (
    definition("output of a neuron at its datum", r"z_i = \sqrt{\delta_i L_i}", own_output[i], sp.sqrt(distance[i] * lever[i]), i),
    definition("output weight", r"w_i = s_i\sqrt{\delta_i/L_i}", output_weight[i], sign[i] * sp.sqrt(distance[i] / lever[i]), i),
)  # fmt: skip
alone = (
    Hypothesis("output at its own datum alone", r"z_{j,i} = z_i\,\mathbf 1\{i = j\}", sp.Eq(Z[j, i], sp.KroneckerDelta(i, j) * own_output[i], evaluate=False), (j, i)),
    Hypothesis("active at its own datum alone", r"m_{j,i} = \mathbf 1\{i = j\}", sp.Eq(M[j, i], sp.KroneckerDelta(i, j), evaluate=False), (j, i)),
)  # fmt: skip
defined = (costs, *weights, length)

value = sp.Sum(output_weight[i] * Z[j, i], (i, 1, n)) + b2
INTERPOLATION = (
    Chain("The net at datum j", value, hypotheses=(labels, *defined, *alone), for_all=((j, n),), claim=NAME)
    .equals(output_weight[j] * own_output[j] + b2, Rewrite("only its own neuron is active", names(alone)))
    .equals(sign[j] * distance[j] + b2, Rewrite("the scales cancel", names(weights)))
    .equals(y[j], ByHypothesis(labels.name, -1))
    .conclude()
)

entry = (
    1
    + sp.Sum(Z[j, i] * Z[l, i], (i, 1, n))
    + sp.Sum(output_weight[i] ** 2 * M[j, i] * M[l, i], (i, 1, n)) * inner_of_data()
)
r"""The entry :math:`nK_{j,l}` of the Gram matrix, as `theory.stability.gram_form` has it."""
row = sp.Sum(entry * u[l], (l, 1, n))
total_row = sp.Sum(u[l], (l, 1, n)) + 2 * cost[j] * u[j]
GRAM = (
    Chain(
        "A row of n times the Gram matrix, applied to any vector",
        row,
        hypotheses=(signs, *defined, *alone),
        for_all=((j, n),),
        claim=NAME,
    )
    .equals(
        sp.Sum(u[l], (l, 1, n)) + (own_output[j] ** 2 + output_weight[j] ** 2 * (1 + sp.Sum(x[j, c] ** 2, (c, 1, d)))) * u[j],
        Rewrite("different data share no neuron", names(alone)),
    )
    .equals(
        sp.Sum(u[l], (l, 1, n)) + (own_output[j] ** 2 + output_weight[j] ** 2 * lever[j] ** 2) * u[j],
        Rewrite("length of a datum", [length.name]),
    )
    .equals(
        sp.Sum(u[l], (l, 1, n)) + (1 + sign[j] ** 2) * distance[j] * lever[j] * u[j],
        Rewrite("both parts of a neuron weigh the same", names(weights)),
    )
    .equals(
        sp.Sum(u[l], (l, 1, n)) + 2 * distance[j] * lever[j] * u[j],
        ByHypothesis(signs.name, (sp.Abs(sign[j]) + 1) * distance[j] * lever[j] * u[j], {i: j}),
    )
    .equals(total_row, Rewrite("definition of the cost", [costs.name]))
    .conclude()
)  # fmt: skip

excess = mean(Z[j, i])
feature = sp.sqrt(lever_square(mean(M[j, i]), sp.Sum(mean(x[j, c] * M[j, i]) ** 2, (c, 1, d))))
BALANCED = (
    Chain(
        "The mean output of a neuron",
        excess,
        hypotheses=(signs, *defined, *alone),
        for_all=((i, n),),
        claim=NAME,
    )
    .equals(own_output[i] / n, Rewrite("only its own datum", names(alone)))
    .equals(sp.Abs(sign[i]) * own_output[i] / n, ByHypothesis(signs.name, -own_output[i] / n))
    .equals(sp.Abs(output_weight[i]) * feature, Rewrite("the definitions", names(defined, alone)))
    .conclude()
)
one_sided = sp.Abs(output_weight[i]) * excess * feature
OF_NEURON = (
    Chain(
        "The amplitude of a neuron times its one-sided weight",
        one_sided,
        hypotheses=(signs, *defined, *alone),
        for_all=((i, n),),
        claim=NAME,
    )
    .equals(sp.Abs(sign[i]) * cost[i] / n**2, Rewrite("the definitions", names(alone, defined)))
    .equals(cost[i] / n**2, ByHypothesis(signs.name, cost[i] / n**2))
    .conclude()
)
norm = sp.Sum(cost[i], (i, 1, n)) / n**2
ONE_SIDED = (
    Chain(
        "The sum of the amplitudes times the one-sided weights",
        sp.Sum(one_sided, (i, 1, n)),
        hypotheses=OF_NEURON.hypotheses,
        claim=NAME,
    )
    .equals(norm, ByDerivation(OF_NEURON, over=[(i, 1, n)]))
    .conclude()
)

largest_distance = scalar("largest_label_distance", "D", nonnegative=True)
reach = scalar("data_reach", r"\varrho", positive=True)
within = (
    Hypothesis("labels near the output bias", r"\delta_j \le D", sp.Le(distance[j], largest_distance, evaluate=False), ((j, n),)),
    Hypothesis("data within the radius", r"L_j \le \varrho = \sqrt{1 + R^2}", sp.Le(lever[j], reach, evaluate=False), ((j, n),)),
)  # fmt: skip
total, square = sp.Sum(u[j], (j, 1, n)), sp.Sum(u[j] ** 2, (j, 1, n))
form = (total**2 + 2 * sp.Sum(cost[j] * u[j] ** 2, (j, 1, n))) / n
r"""The quadratic form :math:`\langle u, Ku\rangle`."""
FORM = (
    Chain(
        "The quadratic form of the Gram matrix",
        sp.Sum(u[j] * row, (j, 1, n)) / n,
        hypotheses=GRAM.hypotheses,
        claim=NAME,
    )
    .equals(form, ByDerivation(GRAM, u[j] / n, over=[(j, 1, n)]))
    .conclude()
)
upper_bound = 1 + 2 * largest_distance * reach / n
UPPER = (
    Chain("The quadratic form at any vector", form, hypotheses=(costs, *within), claim=NAME)
    .at_most(
        square + 2 * sp.Sum(cost[j] * u[j] ** 2, (j, 1, n)) / n,
        Squares("Cauchy and Schwarz", ((1 / (2 * n), u[j] - u[l]),), over=((j, 1, n), (l, 1, n))),
    )
    .equals(
        square + 2 * sp.Sum(distance[j] * lever[j] * u[j] ** 2, (j, 1, n)) / n,
        Rewrite("definition of the cost", [costs.name]),
    )
    .at_most(
        square + 2 * largest_distance * sp.Sum(lever[j] * u[j] ** 2, (j, 1, n)) / n,
        ByHypothesis(within[0].name, 2 * lever[j] * u[j] ** 2 / n, over=[(j, 1, n)]),
    )
    .at_most(upper_bound * square, ByHypothesis(within[1].name, 2 * largest_distance * u[j] ** 2 / n, over=[(j, 1, n)]))
    .conclude()
)
