r"""A larger factor of the lower bound from dimension 3 on, where :math:`(1-u/2)^a` is convex in the depth.

With :math:`a = 1 + e`, the mean depth m and :math:`m' = (a+1)s/(a+3)`, in units of A:
:math:`P \ge P_0(1-m/2)^a` and :math:`h \ge h_0(1-m'/2)^a`, what Jensen's inequality says; here by derivatives.
"""

from __future__ import annotations

import sympy as sp

from theory.converse.lemmas.cap_bounds import MONOTONE, as_functions, from_below, rises
from theory.converse.lemmas.cap_moments import (
    INSIDE,
    NAME,
    P,
    as_function,
    flat_excess,
    flat_tail,
    lead,
    leading,
    mean_depth,
    partial_mean,
    root,
    s,
    varying,
)
from theory.kernel import ByHypothesis, Chain, Drop, Elementary, Hypothesis
from theory.symbols import scalar

e = scalar("dimension_beyond_space", "e", nonnegative=True)
a = 1 + e
m = mean_depth(a)
m_of_excess = (a + 1) * s / (a + 3)
P_0, h_0, q = flat_tail(a), flat_excess(a), partial_mean(a)
h = q - (1 - s) * P
grows = s**a * (1 - s / 2) ** a
CONVEX_TAIL = Hypothesis(
    "growth of the tail, from dimension 3 on",
    r"P(s) = \textstyle\int_0^s u^a(1-\tfrac u2)^a\,du,\ P' = s^a(1-\tfrac s2)^a,\ a = 1 + e",
    sp.Eq(sp.Derivative(varying, s), grows, evaluate=False),
)
share, share_of_excess = (2 * a + 1) / (2 * (a + 2)) * s, (a + 1) ** 2 / ((a + 2) * (a + 3)) * s

ratio = a * sp.log(1 - s / 2) - e * sp.log(1 - m / 2) - sp.log(1 - share)
gain = 2 * e * (1 + e) * s / ((2 - s) * (6 + 2 * e - (2 + e) * s) * (6 + 2 * e - (3 + 2 * e) * s))
RATIO = (
    Chain(
        "The growth of the tail over that of its bound, its logarithm",
        sp.Derivative(ratio, s),
        domain=INSIDE,
        claim=NAME,
    )
    .equals(gain, Elementary("differentiate"))
    .at_least(0, Drop("not negative", gain))
    .conclude()
)
ratio_of_excess = a * sp.log(1 - m / 2) - e * sp.log(1 - m_of_excess / 2) - sp.log(1 - share_of_excess)
gain_of_excess = (
    e * (1 + e) * (2 + e) ** 2 * s
    / ((8 + 2 * e - (2 + e) * s) * (6 + 2 * e - (2 + e) * s) * (12 + 7 * e + e**2 - (2 + e) ** 2 * s))
)  # fmt: skip
RATIO_OF_EXCESS = (
    Chain("The bound of the tail over the growth of that of the mean excess, its logarithm", sp.Derivative(ratio_of_excess, s), domain=INSIDE, claim=NAME)
    .equals(gain_of_excess, Elementary("differentiate"))
    .at_least(0, Drop("not negative", gain_of_excess))
    .conclude()
)  # fmt: skip
slower = (1 - m / 2) ** e * (1 - share)
slower_excess = (1 - m_of_excess / 2) ** e * (1 - share_of_excess)
low_tail, low_excess = P_0 * (1 - m / 2) ** a, h_0 * (1 - m_of_excess / 2) ** a
GROWTHS = Hypothesis(
    "the first logarithm is at least 0",
    r"(1-\tfrac s2)^a \ge (1-\tfrac m2)^e\,\bigl(1-\tfrac{2a+1}{2(a+2)}s\bigr) \text{ (equal at }s = 0\text{)}",
    sp.Ge((1 - s / 2) ** a, slower, evaluate=False),
    source=MONOTONE,
)
GROWTHS_OF_EXCESS = Hypothesis(
    "the second logarithm is at least 0",
    r"(1-\tfrac m2)^a \ge (1-\tfrac{m'}2)^e\,\bigl(1-\tfrac{(a+1)^2}{(a+2)(a+3)}s\bigr) \text{ (equal at }s = 0\text{)}",
    sp.Ge((1 - m / 2) ** a, slower_excess, evaluate=False),
    source=MONOTONE,
)
TAIL_ABOVE = rises("the tail from below, from dimension 3 on", r"P \ge P_0\,(1-\tfrac m2)^a", sp.Ge(P, low_tail, evaluate=False))  # fmt: skip
EXCESS_ABOVE = rises("the mean excess from below, from dimension 3 on", r"h \ge h_0\,(1-\tfrac{m'}2)^a", sp.Ge(h, low_excess, evaluate=False))  # fmt: skip
MEAN_ABOVE = rises("the partial mean from below, from dimension 3 on", r"(1-m)P \le q", sp.Le(P, q / (1 - mean_depth(a)), evaluate=False))  # fmt: skip
CONVEX_TAIL_RISES = (
    Chain("The tail gains on the larger bound", sp.Derivative(varying - low_tail, s), hypotheses=(CONVEX_TAIL, GROWTHS), domain=INSIDE, claim=NAME)
    .equals(sp.Derivative(varying, s) - s**a * slower, Elementary("differentiate"))
    .equals(grows - s**a * slower, ByHypothesis(CONVEX_TAIL.name))
    .at_least(0, ByHypothesis(GROWTHS.name, s**a))
    .conclude()
)  # fmt: skip
CONVEX_EXCESS_RISES = (
    Chain("The mean excess gains on the larger bound", sp.Derivative(as_function(h) - low_excess, s), hypotheses=(CONVEX_TAIL, *as_functions(TAIL_ABOVE), GROWTHS_OF_EXCESS), domain=INSIDE, claim=NAME)
    .equals((1 - s) * (grows - sp.Derivative(varying, s)) + varying - P_0 * slower_excess, Elementary("differentiate"))
    .equals(varying - P_0 * slower_excess, ByHypothesis(CONVEX_TAIL.name, s - 1))
    .at_least(low_tail - P_0 * slower_excess, ByHypothesis(TAIL_ABOVE.name))
    .at_least(0, ByHypothesis(GROWTHS_OF_EXCESS.name, P_0))
    .conclude()
)  # fmt: skip
CONVEX_COMPARISONS = (RATIO, RATIO_OF_EXCESS, CONVEX_TAIL_RISES, CONVEX_EXCESS_RISES)
CONVEX_FACTS = (TAIL_ABOVE, MEAN_ABOVE, EXCESS_ABOVE)
convex_weight = lead**2 * h * sp.sqrt(P**2 + q**2)
convex_lower_bound = leading(a) * ((1 - m / 2) * (1 - m_of_excess / 2)) ** a * root((1 - m) ** 2)
CONVEX = from_below(
    "The weight near the edge, from below, from dimension 3 on",
    a,
    low_tail,
    low_excess,
    CONVEX_FACTS,
    convex_lower_bound,
)
