r"""Batches of B of n data, drawn without replacement: the first two moments of the weights 1/B of the data in a batch.

In formulas :math:`\mathcal{B}` is a batch and B the number of its data, while b is a threshold or a bias. All that is used is that B data are drawn and that all data, and all pairs of different data, are drawn equally often.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Hypothesis, Identity
from theory.latex import named
from theory.symbols import indexed, j, l, n, scalar

NAME = "mean-square-stability"

B = sp.Symbol(named("batch", r"\mathcal{B}"), integer=True, positive=True)
batches = sp.Symbol(named("batches", "N"), integer=True, positive=True)
probability = indexed("probability", r"\pi", nonnegative=True)
drawn = indexed("drawn", "d", nonnegative=True)
size = sp.Symbol(named("batch_size", "B"), integer=True, positive=True)
one_datum = scalar("chance_of_a_datum", "P_1")
two_data = scalar("chance_of_a_pair", "P_2")
same = sp.KroneckerDelta(j, l)

two_or_more = Hypothesis("at least two data", r"n - 1 \ne 0", sp.Ne(n - 1, 0, evaluate=False))
total_probability = Hypothesis(
    "probabilities of the batches",
    r"\textstyle\sum_{\mathcal{B}} \pi_{\mathcal{B}} = 1",
    sp.Eq(sp.Sum(probability[B], (B, 1, batches)), 1, evaluate=False),
)
batch_weight = indexed("batch_weight", r"\omega")
unbiased = Hypothesis(
    "batches are unbiased",
    r"\textstyle\sum_{\mathcal{B}} \pi_{\mathcal{B}} \omega_{\mathcal{B},j} = 1/n",
    sp.Eq(sp.Sum(probability[B] * batch_weight[B, j], (B, 1, batches)), 1 / n, evaluate=False),
    ((j, n),),
)
share = scalar("batch_share", "p", nonnegative=True)
second_moments = Hypothesis(
    "second moments of the batch weights",
    r"\textstyle\sum_{\mathcal{B}} \pi_{\mathcal{B}} \omega_{\mathcal{B},j}\omega_{\mathcal{B},l} = (1-p)/n^2 + \mathbf 1\{j = l\}\,p/n",
    sp.Eq(
        sp.Sum(probability[B] * batch_weight[B, j] * batch_weight[B, l], (B, 1, batches)),
        (1 - share) / n**2 + sp.KroneckerDelta(j, l) * share / n,
        evaluate=False,
    ),
    ((j, n), (l, n)),
)
drawn_batches = (total_probability, unbiased, second_moments)
"""What is used of the batches: their weights have these first and second moments."""

indicator = Hypothesis(
    "a datum is in a batch or not",
    r"d_{\mathcal{B},j}^2 = d_{\mathcal{B},j}",
    sp.Eq(drawn[B, j] ** 2, drawn[B, j], evaluate=False),
    ((B, batches), (j, n)),
)
full = Hypothesis(
    "a batch has B data",
    r"\textstyle\sum_j d_{\mathcal{B},j} = B",
    sp.Eq(sp.Sum(drawn[B, j], (j, 1, n)), size, evaluate=False),
    ((B, batches),),
)
exchangeable = Hypothesis(
    "all data, and all pairs of data, are drawn equally often",
    r"\textstyle\sum_{\mathcal{B}} \pi_{\mathcal{B}} d_{\mathcal{B},j}d_{\mathcal{B},l} = P_1 \text{ for } j = l,\ P_2 \text{ for } j \ne l",
    sp.Eq(
        sp.Sum(probability[B] * drawn[B, j] * drawn[B, l], (B, 1, batches)),
        same * one_datum + (1 - same) * two_data,
        evaluate=False,
    ),
    ((j, n), (l, n)),
)
law = (total_probability, indicator, full, exchangeable)
"""What is assumed of uniform batches without replacement."""
_law = (*law, two_or_more)

ONE_DATUM = (
    Chain("The chance of a datum", n * one_datum, hypotheses=law, claim=NAME)
    .equals(
        sp.Sum(probability[B] * drawn[B, j] ** 2, (B, 1, batches), (j, 1, n)),
        ByHypothesis(exchangeable.name, -1, at={l: j}, over=((j, 1, n),)),
    )
    .equals(
        sp.Sum(probability[B] * sp.Sum(drawn[B, j], (j, 1, n)), (B, 1, batches)),
        ByHypothesis(indicator.name, probability[B], over=((j, 1, n), (B, 1, batches))),
    )
    .equals(
        size * sp.Sum(probability[B], (B, 1, batches)),
        ByHypothesis(full.name, probability[B], over=((B, 1, batches),)),
    )
    .equals(size, ByHypothesis(total_probability.name, size))
    .conclude()
)
PAIRS = (
    Chain("The chance of a pair", n * one_datum + n * (n - 1) * two_data, hypotheses=law, claim=NAME)
    .equals(
        sp.Sum(probability[B] * sp.Sum(drawn[B, j], (j, 1, n)) * sp.Sum(drawn[B, l], (l, 1, n)), (B, 1, batches)),
        ByHypothesis(exchangeable.name, -1, over=((j, 1, n), (l, 1, n))),
    )
    .equals(
        size * sp.Sum(probability[B] * sp.Sum(drawn[B, l], (l, 1, n)), (B, 1, batches)),
        ByHypothesis(full.name, probability[B] * sp.Sum(drawn[B, l], (l, 1, n)), over=((B, 1, batches),)),
    )
    .equals(
        size**2 * sp.Sum(probability[B], (B, 1, batches)),
        ByHypothesis(full.name, size * probability[B], over=((B, 1, batches),)),
    )
    .equals(size**2, ByHypothesis(total_probability.name, size**2))
    .conclude()
)
noise = (n - size) / (size * (n - 1))
r"""The share :math:`p = (n-B)/(B(n-1))`."""
UNBIASED = (
    Chain(
        "Every datum has the weight 1/n on average",
        sp.Sum(probability[B] * drawn[B, j] / size, (B, 1, batches)),
        hypotheses=law,
        for_all=((j, n),),
        claim=NAME,
    )
    .equals(
        sp.Sum(probability[B] * drawn[B, j] ** 2 / size, (B, 1, batches)),
        ByHypothesis(indicator.name, -probability[B] / size, over=((B, 1, batches),)),
    )
    .equals(one_datum / size, ByHypothesis(exchangeable.name, 1 / size, at={l: j}))
    .equals(1 / n, ByDerivation(ONE_DATUM, 1 / (n * size), reason="the chance of a datum"))
    .conclude()
)
SECOND_MOMENTS = (
    Chain(
        "Second moments of the weights of a batch without replacement",
        sp.Sum(probability[B] * (drawn[B, j] / size) * (drawn[B, l] / size), (B, 1, batches)),
        hypotheses=_law,
        for_all=((j, n), (l, n)),
        claim=NAME,
    )
    .equals((same * one_datum + (1 - same) * two_data) / size**2, ByHypothesis(exchangeable.name, 1 / size**2))
    .equals(
        (same * one_datum + (1 - same) * (size**2 - n * one_datum) / (n * (n - 1))) / size**2,
        ByDerivation(PAIRS, (1 - same) / (n * (n - 1) * size**2), reason="the chance of a pair"),
    )
    .equals(
        (same * size / n + (1 - same) * (size**2 - size) / (n * (n - 1))) / size**2,
        ByDerivation(
            ONE_DATUM,
            (same / n - (1 - same) / (n * (n - 1))) / size**2,
            reason="the chance of a datum",
        ),
    )
    .equals((1 - noise) / n**2 + same * noise / n, Identity("collect"))
    .conclude()
)
