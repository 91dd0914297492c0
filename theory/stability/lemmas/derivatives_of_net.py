r"""First and second derivatives of a net and of its loss, from the network itself.

Gradients are taken parameter by parameter. Second derivatives are taken along a line :math:`\theta + \tau t`: those along all lines
make up the Hessian, a symmetric matrix.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByHypothesis, Chain, Derivation, Differentiate, Hypothesis
from theory.kernel.functions import relu, step
from theory.latex import named
from theory.symbols import (
    W1,
    active,
    b1,
    b2,
    c,
    d,
    i,
    index,
    indexed,
    j,
    k,
    mean,
    n,
    network,
    preactivation,
    scalar,
    w2,
    x,
    y,
)  # fmt: skip

NAME = "gram-form"

neuron, coordinate = index("r"), index("s")
off_kinks = Hypothesis(
    "no datum on a kink",
    r"\langle w^{(1)}_i, x_j\rangle + b^{(1)}_i \neq 0 \text{ for all } i, j",
    sp.Ne(preactivation(), 0, evaluate=False),
    ((i, k), (j, n)),
)
CONSTANT_PATTERN = "the activation pattern is constant near the parameters"


def _gradient(name: str, by: sp.Expr, value: sp.Expr) -> Derivation:
    return (
        Chain(
            name,
            sp.Derivative(network(j), by),
            hypotheses=(off_kinks,),
            for_all=((neuron, k), (coordinate, d), (j, n)),
            claim=NAME,
        )
        .equals(value, Differentiate(CONSTANT_PATTERN, off_kinks.name))
        .conclude()
    )


GRADIENT_W1 = _gradient(
    "Gradient by an input weight", W1[neuron, coordinate], w2[neuron] * active(neuron) * x[j, coordinate]
)
GRADIENT_B1 = _gradient("Gradient by an input bias", b1[neuron], w2[neuron] * active(neuron))
GRADIENT_W2 = _gradient("Gradient by an output weight", w2[neuron], relu(preactivation(neuron)))
GRADIENT_B2 = _gradient("Gradient by the output bias", b2, sp.S.One)

tau = scalar("along_line", r"\tau")
direction_of_w1, direction_of_b1, direction_of_w2 = (
    indexed("direction_W1", r"\dot w^{(1)}"),
    indexed("direction_b1", r"\dot b^{(1)}"),
    indexed("direction_w2", r"\dot w^{(2)}"),
)
direction_of_b2 = scalar("direction_b2", r"\dot b^{(2)}")
moving = sp.Sum((W1[i, c] + tau * direction_of_w1[i, c]) * x[j, c], (c, 1, d)) + b1[i] + tau * direction_of_b1[i]
"""The pre-activation along a line."""
_speed = sp.Sum(direction_of_w1[i, c] * x[j, c], (c, 1, d)) + direction_of_b1[i]
moving_network = sp.Sum((w2[i] + tau * direction_of_w2[i]) * relu(moving), (i, 1, k)) + b2 + tau * direction_of_b2
off_kinks_along = Hypothesis(
    "no datum on a kink at this point of the line",
    r"\langle w^{(1)}_i + \tau\dot w^{(1)}_i, x_j\rangle + b^{(1)}_i + \tau\dot b^{(1)}_i \neq 0 \text{ for all } i, j",
    sp.Ne(moving, 0, evaluate=False),
    ((i, k), (j, n)),
)


def _along(name: str, value: sp.Expr, *by: sp.Symbol) -> Derivation:
    start = sp.Derivative(moving_network, *by)
    return (
        Chain(name, start, hypotheses=(off_kinks_along,), for_all=((j, n),), claim=NAME)
        .equals(value, Differentiate(CONSTANT_PATTERN, off_kinks_along.name))
        .conclude()
    )


slope = (
    sp.Sum((w2[i] + tau * direction_of_w2[i]) * step(moving) * _speed + direction_of_w2[i] * relu(moving), (i, 1, k))
    + direction_of_b2
)
bend = 2 * sp.Sum(direction_of_w2[i] * step(moving) * _speed, (i, 1, k))
SLOPE = _along("First derivative of the net along a line", slope, tau)
BEND = _along("Second derivative of the net along a line", bend, tau, tau)

output = sp.Function(named("network_output", "f(x_{{{0}}})"), real=True)(j, tau)
interpolating = Hypothesis(
    "the net interpolates the data",
    r"f(x_j) = y_j \text{ for all } j",
    sp.Eq(output - y[j], 0, evaluate=False),
    ((j, n),),
)
loss_along = sp.Rational(1, 2) * mean((output - y[j]) ** 2)
_curved = sp.Derivative(output, tau, tau)
_gauss_newton = mean(sp.Derivative(output, tau) ** 2)
HESSIAN_ALONG = (
    Chain("The Hessian of the loss along a line", sp.Derivative(loss_along, tau, tau), claim=NAME)
    .equals(_gauss_newton + mean((output - y[j]) * _curved), Differentiate("product rule"))
    .conclude()
)
HESSIAN = (
    Chain(
        "The Hessian of the loss at an interpolating point",
        sp.Derivative(loss_along, tau, tau),
        hypotheses=(interpolating,),
        claim=NAME,
    )
    .equals(_gauss_newton + mean((output - y[j]) * _curved), Differentiate("product rule"))
    .equals(_gauss_newton, ByHypothesis(interpolating.name, _curved / n, over=[(j, 1, n)]))
    .conclude()
)
