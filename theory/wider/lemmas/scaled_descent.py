r"""Gradient descent with a step size for each parameter, in the inner product in which it is symmetric."""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByHypothesis, Chain, Hypothesis, Rewrite
from theory.quantities import definition
from theory.symbols import indexed, p, parameters, q
from theory.wider.lemmas.layer_steps import NAME

steps = indexed("steps", r"\sigma", positive=True)
half = indexed("half_of_hessian", "A")
hessian = indexed("hessian", r"\hessian")
earlier, later = indexed("earlier_deviation", r"\delta"), indexed("later_deviation", r"\delta'")
image = indexed("image_of_deviation", "u")
test = indexed("test_direction", "t")


def length(vector: sp.IndexedBase) -> sp.Expr:
    r"""The squared length :math:`\langle\delta, \Sigma^{-1}\delta\rangle`."""
    return sp.Sum(vector[p] ** 2 / steps[p], (p, 1, parameters))


def form(vector: sp.IndexedBase) -> sp.Expr:
    """The quadratic form of the Hessian."""
    return sp.Sum(vector[p] * hessian[p, q] * vector[q], (p, 1, parameters), (q, 1, parameters))


symmetric = Hypothesis(
    "symmetric matrix",
    r"\hessian_{p,q} = A_{p,q} + A_{q,p}",
    sp.Eq(hessian[p, q], half[p, q] + half[q, p], evaluate=False),
    (p, q),
)
maps = definition(
    "image of the deviation", r"u = \hessian\delta", image[p], sp.Sum(hessian[p, q] * earlier[q], (q, 1, parameters)), p
)
step = Hypothesis(
    "gradient descent with steps",
    r"\delta' = \delta - \Sigma\hessian\delta,\ \Sigma = \operatorname{diag}(\sigma)",
    sp.Eq(later[p], earlier[p] - steps[p] * image[p], evaluate=False),
    (p,),
)
not_negative = Hypothesis(
    "no negative curvature",
    r"\langle t, \hessian t\rangle \ge 0 \text{ for all } t",
    sp.Ge(form(test), 0, evaluate=False),
    (test,),
)
bounded_by_steps = Hypothesis(
    "curvature at most 2, measured by the steps",
    r"\langle t, \hessian t\rangle \le 2\langle t, \Sigma^{-1}t\rangle \text{ for all } t",
    sp.Ge(2 * length(test), form(test), evaluate=False),
    (test,),
)


def _put(e: sp.Expr, entry: sp.Lambda) -> sp.Expr:
    return e.replace(lambda each: isinstance(each, sp.Indexed) and each.base == test, lambda each: entry(*each.indices))


_first = sp.Lambda(p, steps[p] * image[p])
_second = sp.Lambda(p, 2 * earlier[p] - steps[p] * image[p])
_above = length(later) + _put(2 * length(test) - form(test), _first) / 2
SCALED_FALLS = (
    Chain(
        "No step lengthens the deviation, measured by the steps",
        length(later),
        hypotheses=(symmetric, maps, step, not_negative, bounded_by_steps),
        claim=NAME,
    )
    .at_most(_above, ByHypothesis(bounded_by_steps.name, sp.Rational(1, 2), {test: _first}, reason="along the step"))
    .at_most(
        _above + _put(form(test), _second) / 2,
        ByHypothesis(
            not_negative.name, sp.Rational(1, 2), {test: _second}, reason="along twice the deviation less the step"
        ),
    )
    .equals(length(earlier), Rewrite("the symmetric matrix cancels", (step.name, maps.name, symmetric.name)))
    .conclude()
)
