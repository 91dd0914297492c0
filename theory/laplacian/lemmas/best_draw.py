r"""Of the nets that sample the smoothed pyramid some one is near it and has no larger norm than it needs.

A net drawn from :math:`\lvert\alpha\rvert` has a mean error below :math:`\frac52\lvert\alpha\rvert R/\sqrt k` and a mean norm
:math:`N_R(\epsilon)`; the least value of any combination of the two is at most its mean.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Hypothesis, Identity, Rewrite
from theory.laplacian.lemmas import pyramid_norm, sampling
from theory.laplacian.lemmas.one_scale import R, share
from theory.laplacian.lemmas.pyramid_norm import norm, norm_bound
from theory.symbols import index, indexed, k, scalar

NAME = "universal-approximation"

a, tuples = index("a"), index("T")
multiplier = scalar("multiplier", r"\mu", positive=True)
error_of_draw, norm_of_draw = (
    indexed("error_of_draw", "X", nonnegative=True),
    indexed("norm_of_draw", "Y", nonnegative=True),
)
best_error, best_norm = scalar("best_error", "X^*", nonnegative=True), scalar("best_norm", "Y^*", nonnegative=True)
mean_error = Hypothesis(
    "the mean error",
    r"\E\sup_{B_R}\lvert f_k-\varphi*P_\epsilon\rvert = \tfrac1T\textstyle\sum_a X_a",
    sp.Eq(sampling.error, sp.Sum(error_of_draw[a], (a, 1, tuples)) / tuples, evaluate=False),
)
mean_norm = Hypothesis(
    "the mean norm",
    r"\tfrac1T\textstyle\sum_a Y_a = \tfrac{\lvert\alpha\rvert}k\,\E\sum_i g_R(b_i) = \int g_R\,d\lvert\alpha\rvert = N_R(\epsilon)",
    sp.Eq(norm, sp.Sum(norm_of_draw[a], (a, 1, tuples)) / tuples, evaluate=False),
)
least = Hypothesis(
    "the best draw",
    r"\mu X^* + Y^* \le \mu X_a + Y_a \text{ for every draw } a",
    sp.Ge(multiplier * error_of_draw[a] + norm_of_draw[a], multiplier * best_error + best_norm, evaluate=False),
    ((a, tuples),),
)
FINITE = (
    Chain(
        "Some draw is no worse than the mean",
        multiplier * best_error + best_norm,
        hypotheses=(mean_error, mean_norm, least, *sampling.SAMPLING.hypotheses, *pyramid_norm.NORM.hypotheses),
        claim=NAME,
    )
    .equals(sp.Sum(multiplier * best_error + best_norm, (a, 1, tuples)) / tuples, Identity("the mean of a constant"))
    .at_most(
        sp.Sum(multiplier * error_of_draw[a] + norm_of_draw[a], (a, 1, tuples)) / tuples,
        ByHypothesis(least.name, 1 / tuples, over=[(a, 1, tuples)]),
    )
    .equals(multiplier * sampling.error + norm, Rewrite("the means", [mean_error.name, mean_norm.name]))
    .at_most(
        multiplier * sp.Rational(5, 2) * share * R / sp.sqrt(k) + norm,
        ByDerivation(sampling.SAMPLING, multiplier, reason="the expected error of k neurons"),
    )
    .at_most(
        multiplier * sp.Rational(5, 2) * share * R / sp.sqrt(k) + norm_bound,
        ByDerivation(pyramid_norm.NORM, reason="the norm that the smoothed pyramid needs"),
    )
    .conclude()
)
