r"""The quadratic form of the Hessian of a net listed by hyperplane, at the mean gradient q.

Its part without the residuals is at least :math:`\lvert q\rvert^4`, and what the residuals take away is at most
:math:`\sqrt{1+R^2}\,E|r|\,\lvert q\rvert^2`.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Hypothesis, Identity, Rewrite
from theory.kernel.functions import relu, step
from theory.quantities import definition, names
from theory.stability.by_hyperplane.oriented_neurons import (
    BACKWARD,
    FORWARD,
    NEURONS,
    SIDES,
    constant_bias,
    constant_weight,
    constants,
    length,
    mass,
    mean_gradient_square,
    mean_output,
    member,
    moment,
    over_neurons,
    preactivation,
    side_means,
    square,
    squared_mean,
)
from theory.stability.by_hyperplane.tested_direction import along, bend
from theory.stability.lemmas import residual_part as part
from theory.stability.lemmas.residual_part import reach, reach_definition, residual, within_radius
from theory.symbols import H, c, d, i, indexed, j, l, mean, n, q, scalar, sharpness, w2, x

NAME = "beyond-interpolation"

half = sp.Rational(1, 2)
output = {
    FORWARD: indexed("forward_neuron_output", "z^{+}", nonnegative=True),
    BACKWARD: indexed("backward_neuron_output", "z^{-}", nonnegative=True),
}
mask = {
    FORWARD: indexed("forward_neuron_mask", "m^{+}", nonnegative=True),
    BACKWARD: indexed("backward_neuron_mask", "m^{-}", nonnegative=True),
}
to_weight = {
    FORWARD: indexed("to_forward_weight", "a^{+}"),
    BACKWARD: indexed("to_backward_weight", "a^{-}"),
}
to_bias = {FORWARD: indexed("to_forward_bias", "u^{+}"), BACKWARD: indexed("to_backward_bias", "u^{-}")}
to_input = {FORWARD: indexed("to_forward_input", "U^{+}"), BACKWARD: indexed("to_backward_input", "U^{-}")}
to_constant_weight = indexed("to_constant_weight", "a'")
to_constant_bias = indexed("to_constant_bias", "u'")
to_constant_input = indexed("to_constant_input", "U'")
to_output_bias = scalar("to_output_bias", "e")


def seen_along(bias: sp.Expr, weights: sp.Expr) -> sp.Expr:
    r"""How the pre-activation at a datum changes along a direction, :math:`u + \langle U, x_j\rangle`."""
    return bias + sp.Sum(weights * x[j, c], (c, 1, d))


def neuron_length_square(weight: sp.Expr, bias: sp.Expr, weights: sp.Expr) -> sp.Expr:
    r"""What a neuron with these components has of the squared length of a direction, :math:`a^2 + u^2 + |U|^2`."""
    return weight**2 + bias**2 + sp.Sum(weights**2, (c, 1, d))


_direction = {s: (to_weight[s][H, i], to_bias[s][H, i], to_input[s][H, i, c]) for s in SIDES}
_constant_direction = (to_constant_weight[q], to_constant_bias[q], to_constant_input[q, c])
length_square = (
    to_output_bias**2
    + over_neurons({s: neuron_length_square(*_direction[s]) for s in SIDES})
    + sp.Sum(neuron_length_square(*_constant_direction), (q, 1, constants))
)


features = tuple(
    each
    for s, sign, words in ((FORWARD, "+", "in the direction of the normal"), (BACKWARD, "-", "against the normal"))
    for each in (
        definition(
            f"output of a neuron {words}",
            rf"z^{{{sign}}}_{{H,i,j}} = \bigl({sign.strip('+')}(\langle\varrho_i\nu_H,x_j\rangle - \varrho_i\beta_H)\bigr)_+",
            output[s][H, i, j],
            relu(preactivation(s)),
            H, i, j,
        ),
        definition(
            f"mask of a neuron {words}",
            rf"m^{{{sign}}}_{{H,i,j}} = \mathbf 1\{{z^{{{sign}}}_{{H,i,j}} > 0\}}",
            mask[s][H, i, j],
            step(preactivation(s)),
            H, i, j,
        ),
    )
)  # fmt: skip


Components = tuple[sp.Expr, ...]
"""Of a direction, at a neuron: to the output weight, to the input bias, to the input weights (in coordinate c)."""


def gradient_along(e: sp.Expr, direction: dict[int, Components], constant: Components | None = None) -> sp.Expr:
    r""":math:`\langle\nabla f(x_j), v\rangle` for the direction v with these components; None leaves constant neurons alone."""
    neurons = {
        s: output[s][H, i, j] * direction[s][0] + w2[i] * mask[s][H, i, j] * seen_along(*direction[s][1:])
        for s in SIDES
    }
    along_others = e + over_neurons(neurons)
    if constant is None:
        return along_others
    to_constants = relu(constant_bias[q]) * constant[0] + constant_weight[q] * step(constant_bias[q]) * seen_along(
        *constant[1:]
    )
    return along_others + sp.Sum(to_constants, (q, 1, constants))


def bend_along(direction: dict[int, Components], constant: Components | None = None) -> sp.Expr:
    r""":math:`\frac12\langle v, \nabla^2 f(x_j)v\rangle = \sum_i a_i 1_i(u_i + \langle U_i, x_j\rangle)`; None leaves constant neurons alone."""
    neurons = over_neurons({s: direction[s][0] * mask[s][H, i, j] * seen_along(*direction[s][1:]) for s in SIDES})
    if constant is None:
        return neurons
    return neurons + sp.Sum(constant[0] * step(constant_bias[q]) * seen_along(*constant[1:]), (q, 1, constants))


top_eigenvalue = Hypothesis(
    "top eigenvalue of the Hessian",
    r"\E[\langle\nabla f(X),v\rangle^2] + 2\E\bigl[r\textstyle\sum_i a_i\mathbf 1_i(u_i + \langle U_i,X\rangle)\bigr] \le \lambda_{\max}(\hessian)\lvert v\rvert^2"
    r" \text{ for all } v = (a, u, U, e)",
    sp.Ge(
        sharpness * length_square,
        mean(gradient_along(to_output_bias, _direction, _constant_direction) ** 2)
        + 2 * mean(residual[j] * bend_along(_direction, _constant_direction)),
        evaluate=False,
    ),
    (
        to_output_bias, *to_weight.values(), *to_bias.values(), *to_input.values(),
        to_constant_weight, to_constant_bias, to_constant_input,
    ),
)  # fmt: skip
mean_direction = {s: (length[i] * mean_output[s][H], w2[i] * mass[s][H], w2[i] * moment[s][H, c]) for s in SIDES}
_mask = constant_weight[q] * step(constant_bias[q])
constant_mean_direction = (relu(constant_bias[q]), _mask, _mask * mean(x[l, c], l))


gradient_at_mean = gradient_along(sp.S.One, mean_direction, constant_mean_direction)
bend_at_mean = bend_along(mean_direction, constant_mean_direction)
along_definition = definition(
    "gradient along the mean gradient", r"s_j = \langle\nabla f(x_j), q\rangle", along[j], gradient_at_mean, j
)
bend_definition = definition(
    "curvature along the mean gradient",
    r"D_j = \tfrac12\langle q, \nabla^2 f(x_j)q\rangle",
    bend[j],
    bend_at_mean,
    j,
)
MEAN_ALONG = (
    Chain(
        "The gradients along the mean gradient, on average",
        mean(along[j]),
        hypotheses=(*side_means, *features, along_definition, squared_mean),
        claim=NAME,
    )
    .equals(
        mean_gradient_square,
        Rewrite("block by block", names((along_definition,), features, side_means)),
    )
    .equals(square, ByHypothesis(squared_mean.name, -1))
    .conclude()
)
_neuron_squares = {s: neuron_length_square(*mean_direction[s]) for s in SIDES}
_constant_squares = neuron_length_square(*constant_mean_direction)
_blocks = {
    s: (
        sp.Sum(member[s][H, i] * _neuron_squares[s], *NEURONS),
        sp.Sum(
            member[s][H, i] * mean_direction[s][0] * step(preactivation(s)) * seen_along(*mean_direction[s][1:]),
            *NEURONS,
        ),
    )
    for s in SIDES
} | {
    0: (
        sp.Sum(_constant_squares, (q, 1, constants)),
        sp.Sum(
            constant_mean_direction[0] * step(constant_bias[q]) * seen_along(*constant_mean_direction[1:]),
            (q, 1, constants),
        ),
    )
}


def _bounded(*blocks: int) -> sp.Expr:
    """What is left when these blocks are bounded and the others are not: forward, backward and constant neurons."""
    terms = [
        sp.Abs(residual[j]) * reach * squares if block in blocks else -2 * residual[j] * curvature
        for block, (squares, curvature) in _blocks.items()
    ]
    return mean(sp.Add(*terms))


def neuron_at_mean(side: int) -> dict[sp.Symbol | sp.IndexedBase, sp.Expr | sp.Lambda]:
    """A neuron in an orientation, its residual at a datum and its components of the mean gradient, for `part.NEURON`."""
    weight, bias, inputs = mean_direction[side]
    return {
        part.one_residual: residual[j],
        part.side: preactivation(side),
        part.first: weight,
        part.bias_component: bias,
        part.components: sp.Lambda(c, inputs),
    }


RESIDUALS = (
    Chain(
        "What the residuals take away",
        -2 * mean(residual[j] * bend[j]),
        hypotheses=(*features, bend_definition, within_radius, reach_definition),
        claim=NAME,
    )
    .equals(_bounded(), Rewrite("neuron by neuron", names((bend_definition,), features)))
    .at_most(
        _bounded(FORWARD),
        ByDerivation(
            part.NEURON,
            member[FORWARD][H, i] / n,
            at=neuron_at_mean(FORWARD),
            over=((j, 1, n), *NEURONS),
            reason="neurons in one orientation",
        ),
    )
    .at_most(
        _bounded(FORWARD, BACKWARD),
        ByDerivation(
            part.NEURON,
            member[BACKWARD][H, i] / n,
            at=neuron_at_mean(BACKWARD),
            over=((j, 1, n), *NEURONS),
            reason="neurons in the other",
        ),
    )
    .at_most(
        _bounded(FORWARD, BACKWARD, 0),
        ByDerivation(
            part.NEURON,
            1 / n,
            at={
                part.one_residual: residual[j],
                part.side: constant_bias[q],
                part.first: constant_mean_direction[0],
                part.bias_component: constant_mean_direction[1],
                part.components: sp.Lambda(c, constant_mean_direction[2]),
            },
            over=((j, 1, n), (q, 1, constants)),
            reason="constant neurons",
        ),
    )
    .equals(
        reach * mean(sp.Abs(residual[j])) * (mean_gradient_square - 1),
        Identity("what is left is the squared mean gradient without the output bias"),
    )
    .conclude()
)

length_square_at_mean = 1 + sp.Add(*(squares for squares, _ in _blocks.values()))
r"""The squared length of the direction of the mean gradient, component by component."""
at_mean_gradient = {
    to_output_bias: sp.S.One,
    **{family: sp.Lambda((H, i), mean_direction[s][0]) for s, family in to_weight.items()},
    **{family: sp.Lambda((H, i), mean_direction[s][1]) for s, family in to_bias.items()},
    **{family: sp.Lambda((H, i, c), mean_direction[s][2]) for s, family in to_input.items()},
    to_constant_weight: sp.Lambda(q, constant_mean_direction[0]),
    to_constant_bias: sp.Lambda(q, constant_mean_direction[1]),
    to_constant_input: sp.Lambda((q, c), constant_mean_direction[2]),
}
"""The components of the mean gradient."""
