r"""Methods with momentum, linearised: two deviations give the next, and a quadratic form of two successive ones falls.

For :math:`\delta'' = A\delta' - B\delta` with commuting symmetric matrices A and B the form

.. math:: \langle\delta, (1 + B^2)\delta\rangle + 2|\delta'|^2 - 2\langle\delta, A\delta'\rangle

falls by :math:`(1 - B)\bigl((1 + B)(|\delta|^2 + |\delta'|^2) - 2\langle\delta, A\delta'\rangle\bigr)` in a step, which is not negative where
:math:`|A| \le 1 + B` and :math:`B \le 1`: the conditions of Schur. No eigenbasis is used.
"""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp

from theory.kernel import ByHypothesis, Chain, Hypothesis, Rewrite
from theory.quantities import definition
from theory.stability.lemmas.descent import inner
from theory.symbols import eta, indexed, p, parameters, q, scalar

NAME = "momentum"

beta = scalar("momentum", r"\beta", nonnegative=True)
friction = scalar("friction", r"\varphi", positive=True)
half = indexed("half_of_hessian", "A")
hessian = indexed("hessian", r"\hessian")
earlier = indexed("earlier_deviation", r"\delta")
present = indexed("present_deviation", r"\delta'")
later = indexed("later_deviation", r"\delta''")
test = indexed("test_direction", "t")
image_of_earlier, image_of_present = indexed("image_of_earlier", "u"), indexed("image_of_present", "u'")
difference, image_of_difference = indexed("difference", "d"), indexed("image_of_difference", r"\hat d")

below_one = Hypothesis("momentum below one", r"\varphi = 1 - \beta > 0", sp.Eq(friction, 1 - beta, evaluate=False))
symmetric = Hypothesis(
    "symmetric matrix",
    r"\hessian_{p,q} = A_{p,q} + A_{q,p}",
    sp.Eq(hessian[p, q], half[p, q] + half[q, p], evaluate=False),
    (p, q),
)


def form(entry: Callable[[sp.Symbol], sp.Expr], other: Callable[[sp.Symbol], sp.Expr] | None = None) -> sp.Expr:
    r""":math:`\langle a, \hessian b\rangle` of vectors given by their entries, b = a unless it is given."""
    return sp.Sum(entry(p) * hessian[p, q] * (other or entry)(q), (p, 1, parameters), (q, 1, parameters))


def square(entry: Callable[[sp.Symbol], sp.Expr]) -> sp.Expr:
    """The squared length of a vector given by its entries."""
    return sp.Sum(entry(p) ** 2, (p, 1, parameters))


def times(vector: sp.IndexedBase) -> sp.Expr:
    """An entry of the Hessian times a vector."""
    return sp.Sum(hessian[p, q] * vector[q], (q, 1, parameters))


def at_most(threshold: sp.Expr, words: str) -> Hypothesis:
    r"""The hypothesis :math:`\hessian \preceq` a threshold over :math:`\eta`; ``words`` are its LaTeX."""
    return Hypothesis(
        "curvature at most the threshold",
        rf"\langle t, \hessian t\rangle \le {words}\lVert t\rVert^2 \text{{ for all }} t",
        sp.Ge(threshold / eta * inner(test, test), form(lambda r: test[r]), evaluate=False),
        (test,),
    )


positive = Hypothesis(
    "no negative curvature",
    r"\langle t, \hessian t\rangle \ge 0 \text{ for all } t",
    sp.Ge(form(lambda r: test[r]), 0, evaluate=False),
    (test,),
)
images = (
    definition("image of the earlier deviation", r"u = \hessian\delta", image_of_earlier[p], times(earlier), p),
    definition("image of the present deviation", r"u' = \hessian\delta'", image_of_present[p], times(present), p),
)

HEAVY_BALL = 2 * (1 + beta)
r"""What :math:`\eta\lambda` may be for the heavy ball."""
NESTEROV = 2 * (1 + beta) / (1 + 2 * beta)
AVERAGED = 2 * (1 + beta) / friction
_weight = 1 + beta**2
heavy_ball = Hypothesis(
    "heavy ball, linearised",
    r"\delta'' = \delta' - \eta\hessian\delta' + \beta(\delta' - \delta)",
    sp.Eq(later[p], present[p] - eta * times(present) + beta * (present[p] - earlier[p]), evaluate=False),
    (p,),
)
below_heavy_ball = at_most(HEAVY_BALL, r"\tfrac{2(1+\beta)}\eta")


def form_of_heavy_ball(first: sp.IndexedBase, second: sp.IndexedBase) -> sp.Expr:
    r""":math:`(1+\beta^2)|\delta|^2 + 2|\delta'|^2 - 2\langle\delta, (1 + \beta - \eta\hessian)\delta'\rangle`."""
    crossed = (1 + beta) * inner(first, second) - eta * form(lambda r: first[r], lambda r: second[r])
    return _weight * inner(first, first) + 2 * inner(second, second) - 2 * crossed


def _at(entry: Callable[[sp.Symbol], sp.Expr]) -> dict[sp.IndexedBase, sp.Lambda]:
    return {test: sp.Lambda(p, entry(p))}


def _total(r: sp.Symbol) -> sp.Expr:
    return earlier[r] + present[r]


def _change(r: sp.Symbol) -> sp.Expr:
    return earlier[r] - present[r]


_before, _after = form_of_heavy_ball(earlier, present), form_of_heavy_ball(present, later)
_low = eta / 2 * form(_total)
_high = eta / 2 * (HEAVY_BALL / eta * square(_change) - form(_change))
HEAVY_BALL_FALLS = (
    Chain(
        "Heavy ball: the form does not grow",
        _after,
        hypotheses=(symmetric, heavy_ball, below_one, positive, below_heavy_ball),
        claim=NAME,
    )
    .equals(
        _before - (1 - beta) * (_low + _high),
        Rewrite("one step", (heavy_ball.name, symmetric.name)),
    )
    .equals(_before - friction * (_low + _high), ByHypothesis(below_one.name, _low + _high))
    .at_most(_before - friction * _high, ByHypothesis(positive.name, friction * eta / 2, _at(_total)))
    .at_most(_before, ByHypothesis(below_heavy_ball.name, friction * eta / 2, _at(_change)))
    .conclude()
)


def _weighed_total(r: sp.Symbol) -> sp.Expr:
    return _weight * earlier[r] + (1 + beta) * present[r]


def _weighed_change(r: sp.Symbol) -> sp.Expr:
    return _weight * earlier[r] - (1 + beta) * present[r]


_gain = eta / (2 * (1 + beta))
_length = (1 - beta) ** 2 * inner(present, present)
_first = _length + _gain * form(_weighed_total)
HEAVY_BALL_LENGTH = (
    Chain(
        "Heavy ball: the form bounds the deviation",
        _length,
        hypotheses=(symmetric, positive, below_heavy_ball),
        claim=NAME,
    )
    .at_most(_first, ByHypothesis(positive.name, _gain, _at(_weighed_total)))
    .at_most(
        _first + _gain * (HEAVY_BALL / eta * square(_weighed_change) - form(_weighed_change)),
        ByHypothesis(below_heavy_ball.name, _gain, _at(_weighed_change)),
    )
    .equals(_weight * _before, Rewrite("the symmetric matrix", (symmetric.name,)))
    .conclude()
)
