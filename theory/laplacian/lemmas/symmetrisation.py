r"""Symmetrisation for finitely many equally likely draws: the mean becomes a second tuple, and exchanging draws turns signs.

A supremum over P points is named by what it does: it is at least the value at each point, and it is attained, that is, a mean of the values
with some weights. So the lemma is a chain of sums over T tuples of k draws, or over Z pairs of tuples.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByHypothesis, Chain, Derivation, Hypothesis, Rewrite
from theory.symbols import i, index, indexed, k

NAME = "sobolev-approximation"

a, e, r, p = (index(name) for name in ("a", "e", "r", "p"))
tuples, pairs, points = (index(name) for name in ("T", "Z", "P"))

value = indexed("value_of_draw", r"\psi")
mean_value = indexed("mean_value", r"\bar\psi")
turned = indexed("sign_of_draw", r"\varepsilon")
chosen, chosen_of_pair = (
    indexed("chosen_point", r"\lambda", nonnegative=True),
    indexed("chosen_point_of_pair", r"\mu", nonnegative=True),
)
worst, pair_worst = indexed("worst_deviation", "E"), indexed("worst_of_pair", "U")
signed_worst, mirrored_worst = indexed("worst_signed_sum", "W^{+}"), indexed("worst_mirrored_sum", "W^{-}")
exchange = indexed("exchange_of_draws", r"\pi", nonnegative=True)
difference = sp.Sum(value[a, i, p] - value[e, i, p], (i, 1, k))
each_mean = Hypothesis(
    "each draw has the mean value",
    r"\textstyle\frac1T\sum_a \psi_{a,i}(x_p) = \bar\psi(x_p)",
    sp.Eq(sp.Sum(value[a, i, p], (a, 1, tuples)), tuples * mean_value[p], evaluate=False),
    ((i, k), (p, points)),
)
attained = Hypothesis(
    "the largest deviation, at some point",
    r"E_a = \max_p \textstyle\sum_i (\psi_{a,i} - \bar\psi)(x_p) \text{ as a mean with weights } \lambda_{a,p}",
    sp.Eq(
        worst[a],
        sp.Sum(chosen[a, p] * (sp.Sum(value[a, i, p], (i, 1, k)) - k * mean_value[p]), (p, 1, points)),
    ),
    (a,),
)
weights = Hypothesis(
    "weights of a mean",
    r"\textstyle\sum_p \lambda_{a,p} = 1",
    sp.Eq(sp.Sum(chosen[a, p], (p, 1, points)), 1, evaluate=False),
    ((a, tuples),),
)
pair_largest = Hypothesis(
    "the largest difference of two tuples",
    r"U_{a,e} \ge \textstyle\sum_i (\psi_{a,i} - \psi_{e,i})(x_p) \text{ for every } p",
    sp.Ge(pair_worst[a, e], difference, evaluate=False),
    ((a, tuples), (e, tuples), (p, points)),
)
every_pair = ((a, 1, tuples), (e, 1, tuples))
GHOST = (
    Chain(
        "The mean is one over a second tuple",
        sp.Sum(worst[a], (a, 1, tuples)) / tuples,
        hypotheses=(each_mean, attained, weights, pair_largest),
        claim=NAME,
    )
    .equals(
        sp.Sum(chosen[a, p] * (sp.Sum(value[a, i, p], (i, 1, k)) - k * mean_value[p]), (p, 1, points), (a, 1, tuples))
        / tuples,
        Rewrite("the largest deviation", [attained.name]),
    )
    .equals(
        sp.Sum(chosen[a, p] * difference, (p, 1, points), *every_pair) / tuples**2,
        ByHypothesis(each_mean.name, chosen[r, p] / tuples**2, over=[(i, 1, k), (p, 1, points), (r, 1, tuples)]),
    )
    .at_most(
        sp.Sum(chosen[a, p] * pair_worst[a, e], (p, 1, points), *every_pair) / tuples**2,
        ByHypothesis(pair_largest.name, chosen[a, p] / tuples**2, over=[(p, 1, points), *every_pair]),
    )
    .equals(
        sp.Sum(pair_worst[a, e], *every_pair) / tuples**2,
        ByHypothesis(weights.name, pair_worst[a, e] / tuples**2, over=every_pair),
    )
    .conclude()
)

first, second = indexed("value_of_first", r"\psi"), indexed("value_of_second", r"\psi'")
largest = indexed("largest_of_pair", "U")
pair_attained = Hypothesis(
    "the largest difference, at some point",
    r"U_r = \max_p\textstyle\sum_i (\psi_{r,i} - \psi'_{r,i})(x_p) \text{ as a mean with weights } \mu_{r,p}",
    sp.Eq(largest[r], sp.Sum(chosen_of_pair[r, p] * (first[r, i, p] - second[r, i, p]), (i, 1, k), (p, 1, points))),
    (r,),
)
pair_weights = Hypothesis(
    "weights of another mean",
    r"\textstyle\sum_p \mu_{r,p} = 1",
    sp.Eq(sp.Sum(chosen_of_pair[r, p], (p, 1, points)), 1, evaluate=False),
    ((r, pairs),),
)
onto = Hypothesis(
    "the exchange reaches every pair once",
    r"\textstyle\sum_e \pi_{e,r} = 1",
    sp.Eq(sp.Sum(exchange[e, r], (e, 1, pairs)), 1, evaluate=False),
    ((r, pairs),),
)
one_image = Hypothesis(
    "the exchange sends a pair to one pair",
    r"\textstyle\sum_r \pi_{e,r} = 1",
    sp.Eq(sp.Sum(exchange[e, r], (r, 1, pairs)), 1, evaluate=False),
    ((e, pairs),),
)
exchanged = Hypothesis(
    "draws whose sign is -1 are exchanged",
    r"\psi_{r,i} - \psi'_{r,i} = \varepsilon_i(\psi_{e,i} - \psi'_{e,i}) \text{ where } \pi_{e,r} = 1",
    sp.Eq(
        exchange[e, r] * (first[r, i, p] - second[r, i, p]),
        exchange[e, r] * turned[i] * (first[e, i, p] - second[e, i, p]),
        evaluate=False,
    ),
    ((e, pairs), (r, pairs), (i, k), (p, points)),
)
signed_largest = Hypothesis(
    "the largest signed sum",
    r"W^+_e \ge \textstyle\sum_i \varepsilon_i\psi_{e,i}(x_p) \text{ for every } p",
    sp.Ge(signed_worst[e], sp.Sum(turned[i] * first[e, i, p], (i, 1, k)), evaluate=False),
    ((e, pairs), (p, points)),
)
mirrored_largest = Hypothesis(
    "and with all signs turned",
    r"W^-_e \ge -\textstyle\sum_i \varepsilon_i\psi'_{e,i}(x_p) \text{ for every } p",
    sp.Ge(mirrored_worst[e], -sp.Sum(turned[i] * second[e, i, p], (i, 1, k)), evaluate=False),
    ((e, pairs), (p, points)),
)
both = ((e, 1, pairs), (r, 1, pairs))
carried = exchange[e, r] * chosen_of_pair[r, p]
EXCHANGE = (
    Chain(
        "Pairs of tuples, one pattern of signs",
        sp.Sum(largest[r], (r, 1, pairs)),
        hypotheses=(pair_attained, pair_weights, onto, one_image, exchanged, signed_largest, mirrored_largest),
        claim=NAME,
    )
    .equals(sp.Sum(exchange[e, r] * largest[r], *both), ByHypothesis(onto.name, -largest[r], over=[(r, 1, pairs)]))
    .equals(
        sp.Sum(carried * (first[r, i, p] - second[r, i, p]), (i, 1, k), (p, 1, points), *both),
        Rewrite("the largest difference, at some point", [pair_attained.name]),
    )
    .equals(
        sp.Sum(carried * turned[i] * (first[e, i, p] - second[e, i, p]), (i, 1, k), (p, 1, points), *both),
        ByHypothesis(exchanged.name, chosen_of_pair[r, p], over=[(i, 1, k), (p, 1, points), *both]),
    )
    .at_most(
        sp.Sum(carried * (signed_worst[e] - sp.Sum(turned[i] * second[e, i, p], (i, 1, k))), (p, 1, points), *both),
        ByHypothesis(signed_largest.name, carried, over=[(p, 1, points), *both]),
    )
    .at_most(
        sp.Sum(carried * (signed_worst[e] + mirrored_worst[e]), (p, 1, points), *both),
        ByHypothesis(mirrored_largest.name, carried, over=[(p, 1, points), *both]),
    )
    .equals(
        sp.Sum(exchange[e, r] * (signed_worst[e] + mirrored_worst[e]), *both),
        ByHypothesis(pair_weights.name, exchange[e, r] * (signed_worst[e] + mirrored_worst[e]), over=both),
    )
    .equals(
        sp.Sum(signed_worst[e] + mirrored_worst[e], (e, 1, pairs)),
        ByHypothesis(one_image.name, signed_worst[e] + mirrored_worst[e], over=[(e, 1, pairs)]),
    )
    .conclude()
)
DERIVATIONS: tuple[Derivation, ...] = (GHOST, EXCHANGE)
