r"""Stability in mean square: the main theorem with a gain that depends on the batch size.

Deviations in the span of the gradients are written :math:`\delta = \sum_l c_l\nabla f(x_l)`; then
:math:`\langle\nabla f(x_j),\delta\rangle = n\sum_l K_{j,l}c_l`, and a step of linearised SGD with the weights :math:`\omega_{\mathcal{B},j}` takes
:math:`c_j` to :math:`c_j - \eta\,\omega_{\mathcal{B},j}\langle\nabla f(x_j),\delta\rangle`. The mean gradient q has :math:`c_l = 1/n`.
"""

from __future__ import annotations

import sympy as sp

from theory.claim import OURS, Claim, Source, Statement
from theory.kernel import ByDerivation, ByHypothesis, Chain, Drop, Hypothesis, Identity, Rewrite
from theory.stability.by_hyperplane.oriented_neurons import (
    NORM,
    K,
    mean_gradient_square,
    norm_definition,
    square,
    squared_mean,
    stability_norm,
)
from theory.stability.by_hyperplane.row_sums import (
    AT_LEAST_ONE,
    FOURTH,
    GAIN,
    MEAN_ROW_SUM,
    MEAN_SQUARE,
    gain,
    gain_definition,
    mean_square,
    net,
    row_sum,
    row_sums,
    second,
)
from theory.stability.lemmas.batches import (
    SECOND_MOMENTS,
    UNBIASED,
    B,
    batch_weight,
    batches,
    drawn_batches,
    law,
    noise,
    probability,
    same,
    second_moments,
    share,
    total_probability,
    two_or_more,
    unbiased,
)
from theory.symbols import eta, indexed, j, l, mean, n

NAME = "mean-square-stability"

coordinates = indexed("coordinates", "c")


def _along(coordinate: sp.Expr, datum: sp.Expr) -> sp.Expr:
    r""":math:`\langle\nabla f(x_j),\delta\rangle` for the deviation with these coordinates, a function of l."""
    return n * sp.Sum(K[datum, l] * coordinate, (l, 1, n))


one_step = Hypothesis(
    "no growth in one step",
    r"\E\langle\delta_0,\delta_1\rangle^2 \le \lvert\delta_0\rvert^4 \text{ for every } \delta_0 = \textstyle\sum_l c_l\nabla f(x_l)",
    sp.Le(
        sp.Sum(
            probability[B]
            * sp.Sum(
                (coordinates[j] - eta * batch_weight[B, j] * _along(coordinates[l], j)) * _along(coordinates[l], j),
                (j, 1, n),
            )
            ** 2,
            (B, 1, batches),
        ),
        sp.Sum(coordinates[j] * _along(coordinates[l], j), (j, 1, n)) ** 2,
        evaluate=False,
    ),
    (coordinates,),
)
sgd = (*drawn_batches, one_step)

_seen = sp.Sum(batch_weight[B, j] * row_sum[j] ** 2, (j, 1, n))
_moved = sp.Sum(probability[B] * (mean(row_sum[j]) - eta * _seen) ** 2, (B, 1, batches))
_linear = 2 * eta * mean(row_sum[j])
from_mean_gradient = Hypothesis(
    "no growth in one step from the mean gradient",
    r"\E\langle q,\delta_1\rangle^2 \le \lvert q\rvert^4 \text{ from } \delta_0 = q",
    sp.Le(_moved, mean(row_sum[j]) ** 2, evaluate=False),
)
_at_mean = sp.Sum(
    probability[B] * sp.Sum((1 / n - eta * batch_weight[B, j] * _along(1 / n, j)) * _along(1 / n, j), (j, 1, n)) ** 2,
    (B, 1, batches),
)
AT_MEAN_GRADIENT = (
    Chain("The deviation is the mean gradient", _moved, hypotheses=(row_sums, one_step), claim=NAME)
    .equals(_at_mean, Rewrite("its coordinates are 1/n", (row_sums.name,)))
    .at_most(
        sp.Sum(_along(1 / n, j) / n, (j, 1, n)) ** 2, ByHypothesis(one_step.name, at={coordinates: sp.Lambda(l, 1 / n)})
    )
    .equals(mean(row_sum[j]) ** 2, Rewrite("its coordinates are 1/n", (row_sums.name,)))
    .conclude()
)
BATCH_MOMENTS = (
    Chain(
        "The second moment of what a batch sees of the mean gradient",
        sp.Sum(probability[B] * _seen**2, (B, 1, batches)),
        hypotheses=(second_moments,),
        claim=NAME,
    )
    .equals(
        (1 - share) * mean(row_sum[j] ** 2) ** 2 + share * mean(row_sum[j] ** 4),
        ByHypothesis(second_moments.name, row_sum[j] ** 2 * row_sum[l] ** 2, over=((j, 1, n), (l, 1, n))),
    )
    .conclude()
)
STEP = (
    Chain(
        "One step of stochastic gradient descent from the mean gradient",
        eta**2 * (1 + share * (gain - 1)) * second**2,
        hypotheses=(*net, mean_square, gain_definition, *drawn_batches, from_mean_gradient),
        claim=NAME,
    )
    .equals(
        eta**2 * ((1 - share) * second**2 + share * mean(row_sum[j] ** 4)),
        ByDerivation(FOURTH, eta**2 * share, reason="the gain by the fourth moment"),
    )
    .equals(
        eta**2 * ((1 - share) * second * mean(row_sum[j] ** 2) + share * mean(row_sum[j] ** 4)),
        ByDerivation(MEAN_SQUARE, -(eta**2) * (1 - share) * second, reason="F is the mean square"),
    )
    .equals(
        eta**2 * ((1 - share) * mean(row_sum[j] ** 2) ** 2 + share * mean(row_sum[j] ** 4)),
        ByDerivation(MEAN_SQUARE, -(eta**2) * (1 - share) * mean(row_sum[j] ** 2), reason="F is the mean square"),
    )
    .equals(
        eta**2 * sp.Sum(probability[B] * _seen**2, (B, 1, batches)),
        ByDerivation(BATCH_MOMENTS, -(eta**2), reason="second moments of the batch weights"),
    )
    .equals(
        _moved
        - mean(row_sum[j]) ** 2 * sp.Sum(probability[B], (B, 1, batches))
        + _linear * sp.Sum(probability[B] * _seen, (B, 1, batches)),
        Identity("expand the square"),
    )
    .equals(
        _moved - mean(row_sum[j]) ** 2 + _linear * sp.Sum(probability[B] * _seen, (B, 1, batches)),
        ByHypothesis(total_probability.name, -(mean(row_sum[j]) ** 2)),
    )
    .equals(
        _moved - mean(row_sum[j]) ** 2 + _linear * mean(row_sum[j] ** 2),
        ByHypothesis(unbiased.name, _linear * row_sum[j] ** 2, over=((j, 1, n),)),
    )
    .at_most(_linear * mean(row_sum[j] ** 2), ByHypothesis(from_mean_gradient.name))
    .equals(_linear * second, ByDerivation(MEAN_SQUARE, _linear, reason="F is the mean square"))
    .equals(
        2 * eta * square * second,
        ByDerivation(MEAN_ROW_SUM, 2 * eta * second, reason="their mean is the squared mean gradient"),
    )
    .conclude()
)
_factor = 1 + share * (gain - 1)
_seen_factor = 1 + share * mean((row_sum[j] ** 2 - second) ** 2) / second**2
bound = _factor * (1 + 2 * stability_norm)
BOUND = (
    Chain(
        "The stability norm, with the gain",
        bound,
        hypotheses=(*net, norm_definition, mean_square, gain_definition, *sgd),
        claim=NAME,
    )
    .equals(_seen_factor * (1 + 2 * stability_norm), Rewrite("definition of the gain", (gain_definition.name,)))
    .at_most(
        _seen_factor * mean_gradient_square,
        ByDerivation(NORM, _seen_factor, reason="the mean gradient and the stability norm"),
    )
    .equals(_seen_factor * square, ByHypothesis(squared_mean.name, -_seen_factor))
    .equals(
        _seen_factor * (second - mean((row_sum[j] - square) ** 2)) / square,
        ByHypothesis(mean_square.name, -_seen_factor / square),
    )
    .at_most(
        _seen_factor * second / square,
        Drop("a mean of squares", _seen_factor * mean((row_sum[j] - square) ** 2) / square),
    )
    .equals(_factor * second / square, Rewrite("definition of the gain", (gain_definition.name,)))
    .at_most(
        2 / eta,
        ByDerivation(
            STEP,
            1 / (eta**2 * square * second),
            reason="one step from the mean gradient",
            discharged=((from_mean_gradient.name, AT_MEAN_GRADIENT),),
        ),
    )
    .conclude()
)

CLAIM = Claim(
    name=NAME,
    title="Stochastic gradient descent in mean square",
    statements=(
        Statement(
            name="bound",
            text=r"""
If linearised SGD with uniform batches of $B$ of $n \ge 2$ data, drawn without replacement, is bounded in mean square from every start, then
$$ \bigl(1 + p(\kappa - 1)\bigr)\bigl(1 + 2\stabilitynorm{f}\bigr) \le \frac2\eta, \qquad
 p = \frac{n-B}{B(n-1)}, \quad \kappa = \frac{n\sum_j s_j^4}{\bigl(\sum_j s_j^2\bigr)^2}, \quad s = K\mathbf 1. $$
For $n = 1$ every batch is the datum and $\kappa = 1$: the bound is that of gradient descent.
""".strip(),
            hypotheses=(
                "The minimum interpolates the data, and no datum is on a kink.",
                "The output bias is trained; batches are drawn independently at every step.",
            ),
            theorems=("MeanSquare.mean_square_stability_batches",),
            rests_on=(
                "mean-square-stability.one-step",
                "mean-square-stability.gain-bound",
                "mean-square-stability.batch-law",
            ),
        ),
        Statement(
            name="one-step",
            text=r"""
If $\E\norm{\delta_t}^2$ is bounded in $t$ from every start, then $\E\langle\delta_0,\delta_1\rangle^2 \le \norm{\delta_0}^4$ for every $\delta_0$.
""".strip(),
            hypotheses=("Linearised SGD with independent batches; no other property of the batches is used.",),
            theorems=("MeanSquare.mean_square_one_step",),
        ),
        Statement(
            name="gain-bound",
            text=r"""
If $\E\langle\delta_0,\delta_1\rangle^2 \le \norm{\delta_0}^4$ for every $\delta_0$ in the span of the gradients, then
$\bigl(1 + p(\kappa - 1)\bigr)\bigl(1 + 2\stabilitynorm{f}\bigr) \le 2/\eta$.
""".strip(),
            hypotheses=(
                r"Batch weights with $\E\omega_j = 1/n$ and $\E\omega_j\omega_l = (1-p)/n^2 + \mathbf 1\{j=l\}\,p/n$, $p \ge 0$.",
                "The output bias is trained.",
            ),
            formal=sp.Le(bound, 2 / eta, evaluate=False),
            derivation=BOUND,
            assumes=sgd,
            theorems=("MeanSquare.one_step_gain",),
        ),
        Statement(
            name="gain",
            text=r"$\kappa\,\bigl(\frac1n\sum_j s_j^2\bigr)^2 = \frac1n\sum_j s_j^4$: the gain is the kurtosis of the row sums of $K$.",
            formal=sp.Eq(gain * mean(row_sum[j] ** 2) ** 2, mean(row_sum[j] ** 4), evaluate=False),
            derivation=GAIN,
        ),
        Statement(
            name="gain-at-least-one",
            text=r"$\kappa \ge 1$.",
            formal=sp.Ge(gain, 1, evaluate=False),
            derivation=AT_LEAST_ONE,
            theorems=("MeanSquare.gain_ge1",),
        ),
        Statement(
            name="batch-law",
            text=r"""
Uniform batches of $B$ of $n \ge 2$ data without replacement, with the weights $\omega_j = 1/B$ of the data in the batch and $0$ of the others, have
$\E\omega_j\omega_l = (1-p)/n^2 + \mathbf 1\{j=l\}\,p/n$ with $p = (n-B)/(B(n-1))$.
""".strip(),
            hypotheses=(
                "Every batch has $B$ data; all data, and all pairs of different data, are drawn equally often.",
            ),
            formal=sp.Eq(SECOND_MOMENTS.start, (1 - noise) / n**2 + same * noise / n, evaluate=False),
            derivation=SECOND_MOMENTS,
            assumes=(*law, two_or_more),
            theorems=("MeanSquare.uniform_second_moments",),
        ),
    ),
    source=Source(OURS, "testing the second moment in the direction of the mean gradient"),
    rests_on=("gram-form",),
    lemmas=(UNBIASED,),
    machine_refuted=(("kappa in place of 1 + p(kappa - 1)", "Controls.control_gain_without_p", "gain-bound"),),
)
