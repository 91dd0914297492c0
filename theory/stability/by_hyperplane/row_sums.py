r"""The row sums :math:`s = K\mathbf 1` of the Gram matrix: their mean, their mean square and their kurtosis.

:math:`s_j = \langle\nabla f(x_j), q\rangle` with the mean gradient q.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Drop, Identity, Rewrite
from theory.quantities import definition
from theory.stability.by_hyperplane.oriented_neurons import (
    GRAM_MEAN,
    K,
    gram_definition,
    mean_gradient_square,
    side_means,
    square,
    squared_mean,
)
from theory.symbols import indexed, j, l, mean, n, scalar

NAME = "mean-square-stability"

row_sum = indexed("row_sum", "s")
second = scalar("mean_square_row_sum", "F", positive=True)
gain = scalar("gain", r"\kappa", positive=True)


row_sums = definition("row sums of K", r"s = K\mathbf 1", row_sum[j], sp.Sum(K[j, l], (l, 1, n)), j)
mean_square = definition(
    "mean square of the row sums",
    r"F = \lvert q\rvert^4 + \frac1n\sum_j (s_j - \lvert q\rvert^2)^2",
    second,
    square**2 + mean((row_sum[j] - square) ** 2),
)
gain_definition = definition(
    "gain",
    r"\kappa = 1 + \frac1n\sum_j (s_j^2/F - 1)^2",
    gain,
    1 + mean((row_sum[j] ** 2 - second) ** 2) / second**2,
)
net = (gram_definition, *side_means, row_sums, squared_mean)
MEAN_ROW_SUM = (
    Chain("The mean of the row sums", mean(row_sum[j]), hypotheses=net, claim=NAME)
    .equals(sp.Sum(K[j, l], (j, 1, n), (l, 1, n)) / n, Rewrite("row sums", (row_sums.name,)))
    .equals(mean_gradient_square, ByDerivation(GRAM_MEAN, reason="the mean gradient, block by block"))
    .equals(square, ByHypothesis(squared_mean.name, -1))
    .conclude()
)
MEAN_SQUARE = (
    Chain("F is the mean square of the row sums", mean(row_sum[j] ** 2), hypotheses=(*net, mean_square), claim=NAME)
    .equals(mean((row_sum[j] - square) ** 2) + 2 * square * mean(row_sum[j]) - square**2, Identity("expand the square"))
    .equals(
        mean((row_sum[j] - square) ** 2) + square**2,
        ByDerivation(MEAN_ROW_SUM, 2 * square, reason="their mean is the squared mean gradient"),
    )
    .equals(second, ByHypothesis(mean_square.name, -1))
    .conclude()
)
FOURTH = (
    Chain(
        "The gain by the fourth moment of the row sums",
        gain * second**2,
        hypotheses=(*net, mean_square, gain_definition),
        claim=NAME,
    )
    .equals(
        mean(row_sum[j] ** 4) - 2 * second * mean(row_sum[j] ** 2) + 2 * second**2,
        ByHypothesis(gain_definition.name, second**2, reason="definition of the gain"),
    )
    .equals(mean(row_sum[j] ** 4), ByDerivation(MEAN_SQUARE, -2 * second, reason="F is the mean square"))
    .conclude()
)
GAIN = (
    Chain(
        "The gain is the kurtosis of the row sums",
        gain * mean(row_sum[j] ** 2) ** 2,
        hypotheses=FOURTH.hypotheses,
        claim=NAME,
    )
    .equals(
        gain * second * mean(row_sum[j] ** 2),
        ByDerivation(MEAN_SQUARE, gain * mean(row_sum[j] ** 2), reason="F is the mean square"),
    )
    .equals(gain * second**2, ByDerivation(MEAN_SQUARE, gain * second, reason="F is the mean square"))
    .equals(mean(row_sum[j] ** 4), ByDerivation(FOURTH, reason="the gain by the fourth moment"))
    .conclude()
)
AT_LEAST_ONE = (
    Chain("The gain is at least one", gain, hypotheses=(gain_definition,), claim=NAME)
    .equals(
        1 + mean((row_sum[j] ** 2 - second) ** 2) / second**2,
        Rewrite("definition of the gain", (gain_definition.name,)),
    )
    .at_least(1, Drop("a mean of squares", mean((row_sum[j] ** 2 - second) ** 2) / second**2))
    .conclude()
)
