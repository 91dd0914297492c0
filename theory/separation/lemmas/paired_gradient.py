r"""The gradient of nets with two hidden layers whose first layer comes in pairs of neurons and whose second is one neuron.

.. math:: f = w^{(3)} (s)_+ + b^{(3)}, \quad s = b^{(2)} + \sum_i u^+_i (z^+_i)_+ + \sum_i u^-_i (z^-_i)_+, \quad
          z^\pm_i = \langle w^\pm_i, x\rangle + b^\pm_i.

Nine blocks of parameters, one pair of neurons for each coordinate; off the kinks derivatives are carried out layer by layer.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from theory.kernel import Chain, Differentiate, Hypothesis, Rewrite
from theory.kernel.functions import relu, step
from theory.latex import named
from theory.separation.lemmas.two_layer_gradient import NAME, over_coordinates
from theory.symbols import c, d, i, indexed, j, n, p, q, scalar, x


@dataclass(frozen=True)
class Half:
    """One neuron of each pair: input weights [d, d], biases and output weights [d], and pre-activations at the data [n, d]."""

    name: str
    sign: str
    weight: sp.IndexedBase
    bias: sp.IndexedBase
    output: sp.IndexedBase
    before: sp.IndexedBase

    @classmethod
    def of(cls, name: str, sign: str) -> Half:
        """The symbols of a half, its name in words and the sign that its letters carry."""
        letters = (("weight", "w"), ("bias", "b"), ("output", "u"), ("preactivation", "z"))
        weight, bias, output, before = (indexed(f"{name}_{part}", f"{letter}^{{{sign}}}") for part, letter in letters)
        return cls(name, sign, weight, bias, output, before)

    def preactivation(self, neuron: sp.Expr = i) -> sp.Expr:
        """<w_i, x_j> + b_i."""
        return sp.Sum(self.weight[neuron, c] * x[j, c], *over_coordinates) + self.bias[neuron]


UP, DOWN = Half.of("up", "+"), Half.of("down", "-")
HALVES = (UP, DOWN)
second_bias, third_weight, third_bias = (
    scalar("second_bias", "b^{(2)}"),
    scalar("third_weight", "w^{(3)}"),
    scalar("third_bias", "b^{(3)}"),
)
second = second_bias + sum(sp.Sum(h.output[i] * relu(h.preactivation()), (i, 1, d)) for h in HALVES)
parameter = scalar("inner_parameter", r"\tau")
shallow = sp.Function(named("inner_net", r"s({0})"), real=True)(parameter)
deep = third_weight * relu(shallow) + third_bias
along = tuple(scalar(f"direction_{place}", rf"\delta_{place}") for place in range(7))
OFF_SECOND = Hypothesis("second layer off its kink", r"s \ne 0", sp.Ne(shallow, 0, evaluate=False))
outer_derivatives = sum(
    delta * sp.Derivative(deep, variable)
    for delta, variable in zip(along, (parameter, third_weight, third_bias), strict=False)
)
outer_gradient = (
    along[0] * third_weight * step(shallow) * sp.Derivative(shallow, parameter) + along[1] * relu(shallow) + along[2]
)
OUTER = (
    Chain("The second layer and the output", outer_derivatives, hypotheses=(OFF_SECOND,), claim=NAME)
    .equals(outer_gradient, Differentiate("the activation is constant off the kink", OFF_SECOND.name))
    .conclude()
)

OFF_FIRST = tuple(
    Hypothesis(
        f"first layer off its kinks, {half.name}",
        rf"z^{half.sign}_i \ne 0",
        sp.Ne(half.preactivation(), 0, evaluate=False),
        ((i, d), (j, n)),
    )
    for half in HALVES
)
partial: tuple[tuple[sp.Expr, sp.Expr], ...] = (
    (second_bias, sp.S.One),
    *((h.output[p], relu(h.preactivation(p))) for h in HALVES),
    *((h.bias[p], h.output[p] * step(h.preactivation(p))) for h in HALVES),
    *((h.weight[p, q], h.output[p] * step(h.preactivation(p)) * x[j, q]) for h in HALVES),
)
"""Each parameter of the first layer, of the pair p and the coordinate q, with the derivative of s in it."""
inner_derivatives = sum(
    delta * sp.Derivative(second, variable) for delta, (variable, _) in zip(along, partial, strict=True)
)
inner_gradient = sum(delta * value for delta, (_, value) in zip(along, partial, strict=True))
INNER = (
    Chain(
        "The first layer",
        inner_derivatives,
        hypotheses=OFF_FIRST,
        for_all=((j, n), (p, d), (q, d)),
        claim=NAME,
    )
    .equals(
        inner_gradient,
        Differentiate("activations are constant off the kinks", tuple(kink.name for kink in OFF_FIRST)),
    )
    .conclude()
)

FIRST_LAYER = tuple(
    Hypothesis(
        f"first layer, {half.name}",
        rf"w^{half.sign}_{{i,c}} = {value}\delta_{{i,c}}",
        sp.Eq(half.weight[i, c], factor * sp.KroneckerDelta(i, c), evaluate=False),
        ((i, d), (c, d)),
    )
    for half, value, factor in ((UP, "", 1), (DOWN, "-", -1))
)
NO_BIAS = tuple(
    Hypothesis(f"no bias, {half.name}", rf"b^{half.sign}_i = 0", sp.Eq(half.bias[i], 0, evaluate=False), ((i, d),))
    for half in HALVES
)
BEFORE = tuple(
    Chain(
        f"The pre-activations at the pyramid's weights, {half.name}",
        half.preactivation(p),
        hypotheses=(layer, bias),
        for_all=((j, n), (p, d)),
        claim=NAME,
    )
    .equals(factor * x[j, p], Rewrite("each neuron sees one coordinate", (layer.name, bias.name)))
    .conclude()
    for half, layer, bias, factor in zip(HALVES, FIRST_LAYER, NO_BIAS, (1, -1), strict=True)
)

# the squares of all entries, with the pre-activations under names of their own
layer_above = second_bias + sum(sp.Sum(h.output[c] * relu(h.before[j, c]), *over_coordinates) for h in HALVES)
slope_above = third_weight * step(layer_above)
gradient_square = (
    1
    + relu(layer_above) ** 2
    + slope_above**2
    + sum(sp.Sum((slope_above * relu(h.before[j, c])) ** 2, *over_coordinates) for h in HALVES)
    + sum(
        sp.Sum((slope_above * h.output[c] * step(h.before[j, c])) ** 2, *over_coordinates)
        * (1 + sp.Sum(x[j, c] ** 2, *over_coordinates))
        for h in HALVES
    )
)
AT_PYRAMID = (
    Hypothesis("second bias", r"b^{(2)} = 1", sp.Eq(second_bias, 1, evaluate=False)),
    Hypothesis("third weight", r"w^{(3)} = 1", sp.Eq(third_weight, 1, evaluate=False)),
    *(
        Hypothesis(f"output weights, {h.name}", rf"u^{h.sign}_i = -1", sp.Eq(h.output[i], -1, evaluate=False), (i,))
        for h in HALVES
    ),
    *(
        Hypothesis(
            f"pre-activations, {h.name}",
            rf"z^{h.sign}_{{j,i}} = {sign}x_{{j,i}}",
            sp.Eq(h.before[j, i], factor * x[j, i], evaluate=False),
            (j, i),
        )
        for h, sign, factor in ((UP, "", 1), (DOWN, "-", -1))
    ),
)
