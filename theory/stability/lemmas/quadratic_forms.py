r"""Quadratic forms after one step of linearised SGD: the squared length, and the form of a certificate.

The slopes :math:`a_j = \langle\nabla f(x_j),\delta\rangle` of a deviation become
:math:`a_j - \eta\,n\sum_l K_{j,l}\omega_{\mathcal{B},l}a_l` in a step with the batch weights :math:`\omega_{\mathcal{B},j}`.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Hypothesis
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
from theory.stability.lemmas.second_moments import NAME, direction, length, over_batches, slope, slopes
from theory.symbols import eta, indexed, j, l, m, n, q, scalar

symmetric = Hypothesis(
    "K is symmetric", r"K_{j,l} = K_{l,j}", sp.Eq(K[j, l], K[l, j], evaluate=False), ((j, n), (l, n))
)
_moved_coordinates = {index: direction[index] - eta * batch_weight[B, index] * slope[index] for index in (j, l)}
length_after = over_batches(n * sp.Sum(K[j, l] * _moved_coordinates[j] * _moved_coordinates[l], (j, 1, n), (l, 1, n)))
r""":math:`\E\lvert\delta_1\rvert^2`."""
weighted = (1 - share) * sp.Sum(K[j, l] * slope[j] * slope[l], (j, 1, n), (l, 1, n)) + share * n * sp.Sum(
    K[j, j] * slope[j] ** 2, (j, 1, n)
)
r""":math:`\langle a, Wa\rangle` with :math:`W = (1-p)K + pn\,\operatorname{diag}K`."""
_first = sp.Sum(batch_weight[B, j] * slope[j] ** 2, (j, 1, n))
_second = n * sp.Sum(K[j, l] * batch_weight[B, j] * slope[j] * batch_weight[B, l] * slope[l], (j, 1, n), (l, 1, n))
_squared_slopes = sp.Sum(slope[j] ** 2, (j, 1, n))
LENGTH = (
    Chain(
        "The squared length after one step of stochastic gradient descent",
        length_after,
        hypotheses=(slopes, symmetric, *drawn_batches),
        claim=NAME,
    )
    .equals(
        over_batches(
            n * sp.Sum(K[j, l] * direction[j] * direction[l], (j, 1, n), (l, 1, n))
            - 2 * eta * n * sp.Sum(K[j, l] * batch_weight[B, j] * slope[j] * direction[l], (j, 1, n), (l, 1, n))
            + eta**2 * _second
        ),
        ByHypothesis(
            symmetric.name,
            -eta * n * probability[B] * direction[j] * batch_weight[B, l] * slope[l],
            over=((j, 1, n), (l, 1, n), (B, 1, batches)),
        ),
    )
    .equals(
        over_batches(
            length
            - 2 * eta * n * sp.Sum(K[j, l] * batch_weight[B, j] * slope[j] * direction[l], (j, 1, n), (l, 1, n))
            + eta**2 * _second
        ),
        ByHypothesis(slopes.name, -probability[B] * direction[j], over=((j, 1, n), (B, 1, batches))),
    )
    .equals(
        over_batches(length - 2 * eta * _first + eta**2 * _second),
        ByHypothesis(
            slopes.name, 2 * eta * probability[B] * batch_weight[B, j] * slope[j], over=((j, 1, n), (B, 1, batches))
        ),
    )
    .equals(
        length - 2 * eta * over_batches(_first) + eta**2 * over_batches(_second),
        ByHypothesis(total_probability.name, length),
    )
    .equals(
        length - 2 * eta * _squared_slopes / n + eta**2 * over_batches(_second),
        ByHypothesis(unbiased.name, -2 * eta * slope[j] ** 2, over=((j, 1, n),)),
    )
    .equals(
        length - eta / n * (2 * _squared_slopes - eta * weighted),
        ByHypothesis(second_moments.name, eta**2 * n * K[j, l] * slope[j] * slope[l], over=((j, 1, n), (l, 1, n))),
    )
    .conclude()
)
level = scalar("level", r"\mu", positive=True)
small_step = Hypothesis("a small step", r"\eta\mu \le 2", sp.Le(eta * level, 2, evaluate=False))
at_most_level = Hypothesis(
    "the level bounds the weighted form",
    r"\langle a, Wa\rangle \le \mu\lvert a\rvert^2",
    sp.Le(weighted, level * _squared_slopes, evaluate=False),
)
NO_GROWTH = (
    Chain(
        "No growth in length",
        length_after,
        hypotheses=(slopes, symmetric, *drawn_batches, small_step, at_most_level),
        claim=NAME,
    )
    .equals(length - eta / n * (2 * _squared_slopes - eta * weighted), ByDerivation(LENGTH, reason="one step"))
    .at_most(length - eta / n * (2 - eta * level) * _squared_slopes, ByHypothesis(at_most_level.name, eta**2 / n))
    .at_most(length, ByHypothesis(small_step.name, eta * _squared_slopes / n))
    .conclude()
)
sharp = scalar("sharpness_at_slopes", r"\lambda", nonnegative=True)
largest = scalar("largest_gradient", "G", nonnegative=True)
sharpness_bound = Hypothesis(
    "the sharpness bounds K",
    r"\langle a, Ka\rangle \le \lambda\lvert a\rvert^2",
    sp.Le(sp.Sum(K[j, l] * slope[j] * slope[l], (j, 1, n), (l, 1, n)), sharp * _squared_slopes, evaluate=False),
)
gradient_bound = Hypothesis(
    "the largest gradient",
    r"\lvert\nabla f(x_j)\rvert^2 = nK_{j,j} \le G \text{ for all } j",
    sp.Le(n * K[j, j], largest, evaluate=False),
    ((j, n),),
)
rest = scalar("rest_of_share", "r", nonnegative=True)
share_at_most_one = Hypothesis("the share is at most one", r"1 - p = r \ge 0", sp.Eq(1 - share, rest, evaluate=False))
_form = sp.Sum(K[j, l] * slope[j] * slope[l], (j, 1, n), (l, 1, n))
largest_level = (1 - share) * sharp + share * largest
LARGEST = (
    Chain(
        "The weighted form, by the largest gradient",
        weighted,
        hypotheses=(sharpness_bound, gradient_bound, share_at_most_one),
        claim=NAME,
    )
    .at_most(
        (1 - share) * _form + share * largest * _squared_slopes,
        ByHypothesis(gradient_bound.name, share * slope[j] ** 2, over=((j, 1, n),)),
    )
    .equals(rest * _form + share * largest * _squared_slopes, ByHypothesis(share_at_most_one.name, _form))
    .at_most((rest * sharp + share * largest) * _squared_slopes, ByHypothesis(sharpness_bound.name, rest))
    .equals(largest_level * _squared_slopes, ByHypothesis(share_at_most_one.name, -sharp * _squared_slopes))
    .conclude()
)

A = indexed("certificate", "A")
symmetric_certificate = Hypothesis(
    "A is symmetric", r"A_{j,l} = A_{l,j}", sp.Eq(A[j, l], A[l, j], evaluate=False), ((j, n), (l, n))
)


def _slope_after(index: sp.Symbol, other: sp.Symbol) -> sp.Expr:
    return slope[index] - eta * n * sp.Sum(K[index, other] * batch_weight[B, other] * slope[other], (other, 1, n))


_PAIRS = ((j, 1, n), (l, 1, n))
_ALL = (*_PAIRS, (m, 1, n), (q, 1, n))
form_before = sp.Sum(A[j, l] * slope[j] * slope[l], *_PAIRS)
form_after = over_batches(sp.Sum(A[j, l] * _slope_after(j, m) * _slope_after(l, q), *_PAIRS))
r""":math:`\E\langle\delta_1, X\delta_1\rangle` with :math:`X = \Phi A\Phi^{\mathsf T}`."""
_cross = sp.Sum(A[j, l] * K[l, m] * slope[j] * slope[m], *_PAIRS, (m, 1, n))
_outer = sp.Sum(A[j, l] * K[j, m] * K[l, q] * slope[m] * slope[q], *_ALL)
_diagonal = sp.Sum(A[j, l] * K[j, m] * K[l, m] * slope[m] ** 2, *_PAIRS, (m, 1, n))
certified_form = 2 / eta * _cross - (1 - share) * _outer - share * n * _diagonal
r""":math:`\langle a, F(A)a\rangle` at :math:`\mu = 2/\eta`."""
_batch_outer = sp.Sum(
    A[j, l] * K[j, m] * K[l, q] * batch_weight[B, m] * slope[m] * batch_weight[B, q] * slope[q], *_ALL
)
_batch_cross = sp.Sum(A[j, l] * K[l, m] * slope[j] * batch_weight[B, m] * slope[m], *_PAIRS, (m, 1, n))
FORM = (
    Chain(
        "A quadratic form after one step of stochastic gradient descent",
        form_after,
        hypotheses=(symmetric_certificate, *drawn_batches),
        claim=NAME,
    )
    .equals(
        over_batches(form_before - 2 * eta * n * _batch_cross + eta**2 * n**2 * _batch_outer),
        ByHypothesis(
            symmetric_certificate.name,
            -eta * n * probability[B] * K[j, m] * batch_weight[B, m] * slope[m] * slope[l],
            over=(*_PAIRS, (m, 1, n), (B, 1, batches)),
        ),
    )
    .equals(
        form_before - 2 * eta * n * over_batches(_batch_cross) + eta**2 * n**2 * over_batches(_batch_outer),
        ByHypothesis(total_probability.name, form_before),
    )
    .equals(
        form_before - 2 * eta * _cross + eta**2 * n**2 * over_batches(_batch_outer),
        ByHypothesis(
            unbiased.name,
            -2 * eta * n * A[l, m] * K[m, j] * slope[l] * slope[j],
            over=((j, 1, n), (l, 1, n), (m, 1, n)),
        ),
    )
    .equals(
        form_before - eta**2 * certified_form,
        ByHypothesis(
            second_moments.name,
            eta**2 * n**2 * A[m, q] * K[m, j] * K[q, l] * slope[j] * slope[l],
            over=_ALL,
        ),
    )
    .conclude()
)
certified = Hypothesis(
    "the certificate",
    r"\langle a, F(A)a\rangle \ge 0",
    sp.Ge(certified_form, 0, evaluate=False),
)
CERTIFICATE = (
    Chain(
        "The form of a certificate does not grow",
        form_after,
        hypotheses=(symmetric_certificate, *drawn_batches, certified),
        claim=NAME,
    )
    .equals(form_before - eta**2 * certified_form, ByDerivation(FORM, reason="one step"))
    .at_most(form_before, ByHypothesis(certified.name, eta**2))
    .conclude()
)
