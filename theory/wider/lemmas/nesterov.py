r"""Nesterov's momentum, linearised: the gradient is taken ahead of the deviation.

With :math:`C = I - \eta\hessian`, :math:`\delta'' = (1 + \beta)C\delta' - \beta C\delta`: both coefficients of the recursion are matrices that commute.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByHypothesis, Chain, Hypothesis, Rewrite, Squares
from theory.quantities import definition, names
from theory.stability.lemmas.descent import inner
from theory.symbols import eta, indexed, p, parameters, q
from theory.wider.lemmas.second_order import (
    NAME,
    NESTEROV,
    at_most,
    below_one,
    beta,
    earlier,
    form,
    friction,
    hessian,
    later,
    positive,
    present,
    square,
    symmetric,
    test,
)

total, image_of_total = indexed("total", "s"), indexed("image_of_total", r"\hat s")
change, image_of_change = indexed("change", "d"), indexed("image_of_change", r"\hat d")
kept, image_of_kept = indexed("kept_of_earlier", "c"), indexed("image_of_earlier", r"\hat\delta")


def _times(vector: sp.IndexedBase) -> sp.Expr:
    return sp.Sum(hessian[p, q] * vector[q], (q, 1, parameters))


ahead = indexed("deviation_ahead", "a")
nesterov = (
    definition("ahead", r"a = \delta' + \beta(\delta' - \delta)", ahead[p], present[p] + beta * (present[p] - earlier[p]), p),
    Hypothesis(
        "Nesterov, linearised",
        r"\delta'' = a - \eta\hessian a",
        sp.Eq(later[p], ahead[p] - eta * _times(ahead), evaluate=False),
        (p,),
    ),
)  # fmt: skip
below_nesterov = at_most(NESTEROV, r"\tfrac{2(1+\beta)}{(1+2\beta)\eta}")
vectors = (
    definition("total", r"s = \delta + \delta'", total[p], earlier[p] + present[p], p),
    definition("image of the total", r"\hat s = \hessian s", image_of_total[p], _times(total), p),
    definition("change", r"d = \delta - \delta'", change[p], earlier[p] - present[p], p),
    definition("image of the change", r"\hat d = \hessian d", image_of_change[p], _times(change), p),
)


def form_of_nesterov(first: sp.IndexedBase, second: sp.IndexedBase) -> sp.Expr:
    r""":math:`|\delta|^2 + \beta^2|C\delta|^2 + 2|\delta'|^2 - 2(1+\beta)\langle\delta, C\delta'\rangle`."""
    kept_of_first = sp.Sum((first[p] - eta * _times(first)) ** 2, (p, 1, parameters))
    crossed = inner(first, second) - eta * form(lambda r: first[r], lambda r: second[r])
    return inner(first, first) + beta**2 * kept_of_first + 2 * inner(second, second) - 2 * (1 + beta) * crossed


_level = NESTEROV / eta
_before, _after = form_of_nesterov(earlier, present), form_of_nesterov(present, later)
_of_total = form(lambda r: total[r])
_of_change = form(lambda r: change[r])
_square = square(lambda r: image_of_change[r])
_slack = (1 + 2 * beta) * (_level * square(lambda r: change[r]) - _of_change)
_other_slack = (1 + 2 * beta) * eta**2 * (_level * _of_change - _square)
_fall = (1 - beta) * eta * (_of_total + _slack) / 2 + beta / 2 * (
    eta**2 * square(lambda r: image_of_total[r]) + _other_slack
)


def _beyond(r: sp.Symbol) -> sp.Expr:
    return _level * change[r] - image_of_change[r]


_upper = _level * _square - form(lambda r: image_of_change[r])
_lower = form(_beyond)
_share = beta / 2 * (1 + 2 * beta) * eta**2 / _level
_rest = _share * (_upper + _lower)
_squares = beta / 2 * eta**2 * square(lambda r: image_of_total[r])
_damped = friction * eta / 2
NESTEROV_FALLS = (
    Chain(
        "Nesterov: the form does not grow",
        _after,
        hypotheses=(symmetric, *nesterov, *vectors, below_one, positive, below_nesterov),
        claim=NAME,
    )
    .equals(
        _before - _fall,
        Rewrite("one step", (nesterov[1].name, nesterov[0].name, *names(vectors[1::2]), *names(vectors[::2]), symmetric.name)),
    )
    .equals(
        _before - _damped * (_of_total + _slack) - _squares - beta / 2 * _other_slack,
        ByHypothesis(below_one.name, eta * (_of_total + _slack) / 2),
    )
    .equals(
        _before - _damped * (_of_total + _slack) - _squares - _rest,
        Rewrite("a matrix times what it is below", (vectors[3].name, symmetric.name)),
    )
    .at_most(
        _before - _damped * _slack - _squares - _rest,
        ByHypothesis(positive.name, _damped, {test: sp.Lambda(p, total[p])}),
    )
    .at_most(
        _before - _squares - _rest,
        ByHypothesis(below_nesterov.name, _damped * (1 + 2 * beta), {test: sp.Lambda(p, change[p])}),
    )
    .at_most(
        _before - _squares - _share * _lower,
        ByHypothesis(below_nesterov.name, _share, {test: sp.Lambda(p, image_of_change[p])}),
    )
    .at_most(_before - _squares, ByHypothesis(positive.name, _share, {test: sp.Lambda(p, _beyond(p))}))
    .at_most(
        _before,
        Squares("a square", [(beta / 2 * eta**2, image_of_total[p])], over=[(p, 1, parameters)]),
    )
    .conclude()
)  # fmt: skip
