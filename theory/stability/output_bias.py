r"""The Hessian at the output bias, at every differentiable point, and what a bound of the curvature makes of it.

Let e be the unit vector of the output bias, :math:`q = \mathbb E\nabla f` and H the Hessian of the loss. Since the output bias enters
linearly, :math:`He = q` and :math:`\langle e, He\rangle = 1`. So for :math:`t = \alpha e + \beta q`

.. math:: \lvert t\rvert^2 = \alpha^2 + 2\alpha\beta + \beta^2\lvert q\rvert^2, \quad
          \langle t, Ht\rangle = \alpha^2 + 2\alpha\beta\lvert q\rvert^2 + \beta^2\langle q, Hq\rangle,

and no other direction is needed.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByHypothesis, Chain, Derivation, Differentiate, Hypothesis, Identity
from theory.latex import latex
from theory.stability.network_by_hyperplane import (
    SIDES,
    gradient_square,
    input_biases,
    input_weights,
    names,
    network,
    off_kinks,
    output_weights,
    paired,
    planes,
)
from theory.symbols import b2, d, index, j, k, mean, scalar, y

plane, place, coordinate = index("G"), index("r"), index("s")
along_output_bias = scalar("along_output_bias", "t_0")
along_output_weights = paired("along_output_weights", "t")
along_input_biases = paired("along_input_biases", r"\tau")
along_input_weights = paired("along_input_weights", "T")
"""A direction t, with the components of every parameter."""

loss = mean((network() - y[j]) ** 2) / 2
r"""The loss :math:`\frac1{2n}\sum_j (f(x_j) - y_j)^2` of the net, in its own parameters."""


def derivative_along(of: sp.Expr) -> sp.Expr:
    r"""The derivative along t, :math:`\sum_p t_p\,\partial/\partial\theta_p`."""
    of_neurons = (
        sp.Sum(
            along_output_weights[s][plane, place] * sp.Derivative(of, output_weights[s][plane, place])
            + along_input_biases[s][plane, place] * sp.Derivative(of, input_biases[s][plane, place])
            + sp.Sum(
                along_input_weights[s][plane, place, coordinate]
                * sp.Derivative(of, input_weights[s][plane, place, coordinate]),
                (coordinate, 1, d),
            ),
            (place, 1, k),
            (plane, 1, planes),
        )
        for s in SIDES
    )
    return along_output_bias * sp.Derivative(of, b2) + sp.Add(*of_neurons)


def column_of_output_bias(claim: str) -> Derivation:
    """The Hessian maps the output bias to the mean gradient: <t, He> = <t, q> for every direction t."""
    return (
        Chain(
            "The column of the Hessian at the output bias, along any direction",
            derivative_along(sp.Derivative(loss, b2)),
            hypotheses=off_kinks,
            claim=claim,
        )
        .equals(mean(derivative_along(network())), Differentiate("the output bias enters linearly", names(off_kinks)))
        .conclude()
    )


def curvature_of_output_bias(claim: str) -> Derivation:
    """The curvature along the output bias is 1."""
    return (
        Chain("The curvature along the output bias", sp.Derivative(loss, b2, b2), hypotheses=off_kinks, claim=claim)
        .equals(sp.S.One, Differentiate("the output bias enters linearly", names(off_kinks)))
        .conclude()
    )


along_bias, along_gradient = scalar("along_bias", r"\alpha"), scalar("along_gradient", r"\beta")
curvature_of_gradient = scalar("curvature_of_gradient", r"\langle q, Hq\rangle")
_SAYS = (
    r"t = \alpha e + \beta q \text{ for all } \alpha, \beta, \text{ with }"
    r" \langle t, Ht\rangle = \alpha^2 + 2\alpha\beta\lVert q\rVert^2 + \beta^2\langle q, Hq\rangle"
)


def size() -> sp.Expr:
    r"""The squared length of :math:`\alpha e + \beta q`."""
    return along_bias**2 + 2 * along_bias * along_gradient + along_gradient**2 * gradient_square


def curvature() -> sp.Expr:
    r"""The curvature of the loss along :math:`\alpha e + \beta q`."""
    return along_bias**2 + 2 * along_bias * along_gradient * gradient_square + along_gradient**2 * curvature_of_gradient


def at_most(largest: sp.Expr) -> Hypothesis:
    r"""The hypothesis :math:`H \preceq \lambda`, as far as it is needed."""
    return Hypothesis(
        "no curvature above",
        rf"\langle t, Ht\rangle \le {latex(largest)}\,\lVert t\rVert^2,\ {_SAYS}",
        sp.Ge(largest * size(), curvature(), evaluate=False),
        (along_bias, along_gradient),
    )


def at_least(negative: sp.Expr) -> Hypothesis:
    r"""The hypothesis :math:`H \succeq -\nu`, as far as it is needed."""
    bottom = "0" if negative == 0 else rf"-{latex(negative)}\,\lVert t\rVert^2"
    return Hypothesis(
        "no curvature below",
        rf"\langle t, Ht\rangle \ge {bottom},\ {_SAYS}",
        sp.Ge(curvature(), -negative * size(), evaluate=False),
        (along_bias, along_gradient),
    )


def bound_of_gradient(largest: sp.Expr, negative: sp.Expr, claim: str) -> Derivation:
    r"""If :math:`-\nu \preceq H \preceq \lambda`, then :math:`\lvert q\rvert^2 \le \lambda + \nu(\lambda - 1)`; :math:`\lambda + \nu` must be positive.

    For :math:`A = H + \nu` and :math:`s = \lambda + \nu`, :math:`s A(s - A) = (s-A)A(s-A) + A(s-A)A \succeq 0`: this at e.
    """
    total = largest + negative
    first = {along_bias: negative, along_gradient: sp.S.One}
    second = {along_bias: largest, along_gradient: sp.S.NegativeOne}
    upper, lower = at_most(largest), at_least(negative)
    slack = (largest * size() - curvature()).xreplace(first) / total
    more = (curvature() + negative * size()).xreplace(second) / total
    return (
        Chain(
            "The squared mean gradient, from the curvature at the output bias",
            gradient_square,
            hypotheses=(upper, lower),
            claim=claim,
        )
        .at_most(gradient_square + slack, ByHypothesis(upper.name, 1 / total, first, reason="curvature above"))
        .at_most(gradient_square + slack + more, ByHypothesis(lower.name, 1 / total, second, reason="curvature below"))
        .equals(largest + negative * (largest - 1), Identity("expand"))
        .conclude()
    )
