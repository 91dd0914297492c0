r"""Signed sums and centred sums of unit vectors are of the order of the root of their number.

Sums run over all N patterns of k signs, or over all T tuples of k independent draws, each as likely as any other.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByHypothesis, Chain, Derivation, Drop, Hypothesis, Rewrite, Squares
from theory.symbols import c, d, i, index, indexed, j, k

NAME = "sobolev-approximation"

o, a = index("o"), index("a")
patterns, tuples = index("N"), index("T")

sign = indexed("sign_pattern", r"\varepsilon")
unit_vector = indexed("unit_vector", "v")
length = indexed("length_of_sum", r"\rho", nonnegative=True)
independent_signs = Hypothesis(
    "signs of all patterns",
    r"\textstyle\sum_o \varepsilon_{o,i}\varepsilon_{o,j} = N\delta_{ij} \text{ over the } N = 2^k \text{ patterns}",
    sp.Eq(sp.Sum(sign[o, i] * sign[o, j], (o, 1, patterns)), patterns * sp.KroneckerDelta(i, j), evaluate=False),
    ((i, k), (j, k)),
)
unit = Hypothesis(
    "unit vectors",
    r"\lvert v_i\rvert = 1",
    sp.Eq(sp.Sum(unit_vector[i, c] ** 2, (c, 1, d)), 1, evaluate=False),
    ((i, k),),
)
length_of_sum = Hypothesis(
    "length of a signed sum",
    r"\rho_o = \lvert\textstyle\sum_i \varepsilon_{o,i} v_i\rvert",
    sp.Eq(length[o], sp.sqrt(sp.Sum(sp.Sum(sign[o, i] * unit_vector[i, c], (i, 1, k)) ** 2, (c, 1, d)))),
    (o,),
)
total_square = sp.Sum(sp.Sum(sign[o, i] * unit_vector[i, c], (i, 1, k)) ** 2, (c, 1, d), (o, 1, patterns))
SIGNS = (
    Chain(
        "A signed sum of unit vectors",
        sp.Sum(length[o], (o, 1, patterns)) / patterns,
        hypotheses=(independent_signs, unit, length_of_sum),
        claim=NAME,
    )
    .at_most(
        sp.Sum(length[o] ** 2, (o, 1, patterns)) / (2 * sp.sqrt(k) * patterns) + sp.sqrt(k) / 2,
        Squares(
            "arithmetic and geometric mean",
            [(1 / (2 * sp.sqrt(k) * patterns), length[o] - sp.sqrt(k))],
            over=[(o, 1, patterns)],
        ),
    )
    .equals(
        total_square / (2 * sp.sqrt(k) * patterns) + sp.sqrt(k) / 2,
        Rewrite("the squared length", [length_of_sum.name]),
    )
    .equals(
        sp.Sum(unit_vector[i, c] ** 2, (c, 1, d), (i, 1, k)) / (2 * sp.sqrt(k)) + sp.sqrt(k) / 2,
        ByHypothesis(
            independent_signs.name,
            sp.Sum(unit_vector[i, c] * unit_vector[j, c], (c, 1, d)) / (2 * sp.sqrt(k) * patterns),
            over=[(i, 1, k), (j, 1, k)],
        ),
    )
    .equals(sp.sqrt(k), ByHypothesis(unit.name, 1 / (2 * sp.sqrt(k)), over=[(i, 1, k)]))
    .conclude()
)

drawn = indexed("drawn_vector", "w")
mean_vector, second_moment = indexed("mean_vector", r"\bar w"), indexed("second_moment", "s", nonnegative=True)
scatter = indexed("length_of_deviation", r"\rho'", nonnegative=True)
mean_draw = Hypothesis(
    "each draw has the mean",
    r"\textstyle\frac1T\sum_a w_{a,i} = \bar w",
    sp.Eq(sp.Sum(drawn[a, i, c], (a, 1, tuples)), tuples * mean_vector[c], evaluate=False),
    ((i, k), (c, d)),
)
independent_draws = Hypothesis(
    "independent draws",
    r"\textstyle\frac1T\sum_a w_{a,i,c}w_{a,j,c} = \bar w_c^2 \text{ for } i \neq j,\ = s_c \text{ for } i = j",
    sp.Eq(
        sp.Sum(drawn[a, i, c] * drawn[a, j, c], (a, 1, tuples)),
        tuples * (mean_vector[c] ** 2 + sp.KroneckerDelta(i, j) * (second_moment[c] - mean_vector[c] ** 2)),
        evaluate=False,
    ),
    ((i, k), (j, k), (c, d)),
)
unit_draws = Hypothesis(
    "the draws are unit vectors, up to a sign",
    r"\E\lvert w\rvert^2 = \textstyle\sum_c s_c = 1",
    sp.Eq(sp.Sum(second_moment[c], (c, 1, d)), 1, evaluate=False),
)
length_of_deviation = Hypothesis(
    "length of the deviation",
    r"\rho'_a = \lvert\textstyle\sum_i (w_{a,i} - \bar w)\rvert",
    sp.Eq(scatter[a], sp.sqrt(sp.Sum(sp.Sum(drawn[a, i, c] - mean_vector[c], (i, 1, k)) ** 2, (c, 1, d)))),
    (a,),
)
deviation = sp.Sum(sp.Sum(drawn[a, i, c] - mean_vector[c], (i, 1, k)) ** 2, (c, 1, d), (a, 1, tuples))
products = sp.Sum(drawn[a, i, c] * drawn[a, j, c], (a, 1, tuples), (i, 1, k), (j, 1, k), (c, 1, d))
mean_square = sp.Sum(mean_vector[c] ** 2, (c, 1, d))
VARIANCE = (
    Chain(
        "The deviation of a mean of independent unit vectors",
        sp.Sum(scatter[a], (a, 1, tuples)) / tuples,
        hypotheses=(mean_draw, independent_draws, unit_draws, length_of_deviation),
        claim=NAME,
    )
    .at_most(
        sp.Sum(scatter[a] ** 2, (a, 1, tuples)) / (2 * sp.sqrt(k) * tuples) + sp.sqrt(k) / 2,
        Squares(
            "arithmetic and geometric mean",
            [(1 / (2 * sp.sqrt(k) * tuples), scatter[a] - sp.sqrt(k))],
            over=[(a, 1, tuples)],
        ),
    )
    .equals(
        deviation / (2 * sp.sqrt(k) * tuples) + sp.sqrt(k) / 2,
        Rewrite("the squared length", [length_of_deviation.name]),
    )
    .equals(
        (products / tuples - k**2 * mean_square) / (2 * sp.sqrt(k)) + sp.sqrt(k) / 2,
        ByHypothesis(
            mean_draw.name,
            -2 * k * mean_vector[c] / (2 * sp.sqrt(k) * tuples),
            over=[(i, 1, k), (c, 1, d)],
        ),
    )
    .equals(
        k * (sp.Sum(second_moment[c], (c, 1, d)) - mean_square) / (2 * sp.sqrt(k)) + sp.sqrt(k) / 2,
        ByHypothesis(
            independent_draws.name,
            1 / (2 * sp.sqrt(k) * tuples),
            over=[(i, 1, k), (j, 1, k), (c, 1, d)],
        ),
    )
    .equals(
        sp.sqrt(k) - sp.sqrt(k) * mean_square / 2,
        ByHypothesis(unit_draws.name, sp.sqrt(k) / 2),
    )
    .at_most(sp.sqrt(k), Drop("a square", sp.sqrt(k) * mean_square / 2))
    .conclude()
)
DERIVATIONS: tuple[Derivation, ...] = (SIGNS, VARIANCE)
