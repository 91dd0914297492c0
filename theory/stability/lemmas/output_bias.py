r"""The Hessian at the output bias, at every differentiable point, and what a bound of the curvature makes of it.

Let e be the unit vector of the output bias, :math:`q = \mathbb E\nabla f` and H the Hessian of the loss. Since the output bias enters
linearly, :math:`He = q` and :math:`\langle e, He\rangle = 1`. So for :math:`t = \alpha e + \xi q`

.. math:: \lvert t\rvert^2 = \alpha^2 + 2\alpha\xi + \xi^2\lvert q\rvert^2, \quad
          \langle t, Ht\rangle = \alpha^2 + 2\alpha\xi\lvert q\rvert^2 + \xi^2\langle q, Hq\rangle,

and no other direction is needed.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from theory.kernel import ByHypothesis, Chain, Derivation, Differentiate, Hypothesis, Identity
from theory.latex import latex, named
from theory.stability.by_hyperplane.network import gradient_square
from theory.symbols import j, mean, scalar, y

shift, along = scalar("shift_of_output_bias", r"\beta_0"), scalar("along_direction", r"\tau")
output = sp.Function(named("output_along_direction", r"f_{{{1}}}(x_{{{0}}})"), real=True)(j, along)
r"""The net at datum j, at the parameters :math:`\theta + \tau t` for any direction t: any net that is differentiable by :math:`\tau`."""
loss = mean((output + shift - y[j]) ** 2) / 2
r"""The loss :math:`\frac1{2n}\sum_j (f_\tau(x_j) + \beta_0 - y_j)^2` at :math:`\theta + \tau t`, its output bias moved by :math:`\beta_0`."""


def column_of_output_bias(claim: str) -> Derivation:
    """The Hessian maps the output bias to the mean gradient: <t, He> = <t, q> for every direction t."""
    return (
        Chain(
            "The column of the Hessian at the output bias, along any direction",
            sp.Derivative(loss, shift, along),
            claim=claim,
        )
        .equals(mean(sp.Derivative(output, along)), Differentiate("the output bias enters linearly"))
        .conclude()
    )


def curvature_of_output_bias(claim: str) -> Derivation:
    """The curvature along the output bias is 1."""
    return (
        Chain("The curvature along the output bias", sp.Derivative(loss, shift, shift), claim=claim)
        .equals(sp.S.One, Differentiate("the output bias enters linearly"))
        .conclude()
    )


along_bias, along_gradient = scalar("along_bias", r"\alpha"), scalar("along_gradient", r"\xi")


@dataclass(frozen=True)
class AtBias:
    r"""What the Hessian makes of the output bias, :math:`He = cq` with :math:`\langle e, q\rangle = 1`: c, the LaTeX of q, and :math:`\langle q, Hq\rangle`.

    For the square loss c is 1 and q the mean gradient; for another loss they are its mean second derivative, and the mean under a law.
    """

    curvature: sp.Expr
    gradient: str
    along_gradient: sp.Symbol

    @property
    def latex(self) -> str:
        """Of which directions t a bound of the curvature speaks."""
        q, c = self.gradient, "" if self.curvature == 1 else latex(self.curvature)
        return (
            rf"t = \alpha e + \xi {q} \text{{ for all }} \alpha, \xi, \text{{ with }}"
            rf" \langle t, \hessian t\rangle = {c}\alpha^2 + 2{c}\alpha\xi\lVert {q}\rVert^2 + \xi^2{latex(self.along_gradient)}"
        )


curvature_of_gradient = scalar("curvature_of_gradient", r"\langle q, \hessian q\rangle")
SQUARE_LOSS = AtBias(sp.S.One, "q", curvature_of_gradient)


def size(square: sp.Expr = gradient_square) -> sp.Expr:
    r"""The squared length of :math:`\alpha e + \xi q`, from that of q."""
    return along_bias**2 + 2 * along_bias * along_gradient + along_gradient**2 * square


def curvature(square: sp.Expr = gradient_square, bias: AtBias = SQUARE_LOSS) -> sp.Expr:
    r"""The curvature of the loss along :math:`\alpha e + \xi q`, from the squared length of q."""
    return (
        bias.curvature * along_bias**2
        + 2 * bias.curvature * along_bias * along_gradient * square
        + along_gradient**2 * bias.along_gradient
    )


def _factor(level: sp.Expr) -> str:
    """Its LaTeX in front of another factor."""
    return rf"\bigl({latex(level)}\bigr)" if level.is_Add else latex(level)


def at_most(largest: sp.Expr, square: sp.Expr = gradient_square, bias: AtBias = SQUARE_LOSS) -> Hypothesis:
    r"""The hypothesis :math:`H \preceq \lambda`, as far as it is needed; ``square`` is the squared length of q."""
    return Hypothesis(
        "no curvature above",
        rf"\langle t, \hessian t\rangle \le {_factor(largest)}\,\lVert t\rVert^2,\ {bias.latex}",
        sp.Ge(largest * size(square), curvature(square, bias), evaluate=False),
        (along_bias, along_gradient),
    )


def at_least(negative: sp.Expr, square: sp.Expr = gradient_square, bias: AtBias = SQUARE_LOSS) -> Hypothesis:
    r"""The hypothesis :math:`H \succeq -\nu`, as far as it is needed; ``square`` is the squared length of q."""
    bottom = "0" if negative == 0 else rf"{_factor(-negative)}\,\lVert t\rVert^2"
    return Hypothesis(
        "no curvature below",
        rf"\langle t, \hessian t\rangle \ge {bottom},\ {bias.latex}",
        sp.Ge(curvature(square, bias), -negative * size(square), evaluate=False),
        (along_bias, along_gradient),
    )


def bound_of_gradient(
    largest: sp.Expr,
    negative: sp.Expr,
    claim: str,
    square: sp.Expr = gradient_square,
    bias: AtBias = SQUARE_LOSS,
) -> Derivation:
    r"""If :math:`-\nu \preceq H \preceq \lambda`, then :math:`c^2\lvert q\rvert^2 \le c\lambda + \nu(\lambda - c)`; :math:`\lambda + \nu` must be positive.

    ``square`` is the squared length of q, by default that of a shallow net; c is 1 unless ``bias`` says otherwise.

    For :math:`A = H + \nu` and :math:`s = \lambda + \nu`, :math:`s A(s - A) = (s-A)A(s-A) + A(s-A)A \succeq 0`: this at e.
    """
    total, c = largest + negative, bias.curvature
    first = {along_bias: negative, along_gradient: c}
    second = {along_bias: largest, along_gradient: -c}
    upper, lower = at_most(largest, square, bias), at_least(negative, square, bias)
    scale = 1 / (c**2 * total)
    slack = scale * (largest * size(square) - curvature(square, bias)).xreplace(first)
    more = scale * (curvature(square, bias) + negative * size(square)).xreplace(second)
    return (
        Chain(
            "The squared mean gradient, from the curvature at the output bias",
            square,
            hypotheses=(upper, lower),
            claim=claim,
        )
        .at_most(square + slack, ByHypothesis(upper.name, scale, first, reason="curvature above"))
        .at_most(square + slack + more, ByHypothesis(lower.name, scale, second, reason="curvature below"))
        .equals(largest / c + negative * (largest - c) / c**2, Identity("expand"))
        .conclude()
    )
