r"""The gradient of nets with two hidden layers whose first layer comes in pairs of neurons and whose second is one neuron.

.. math:: f(x) = w^{(3)} \Bigl(b^{(2)} + \sum_{i \le d} u^+_i (\langle w^+_i, x\rangle + b^+_i)_+
          + \sum_{i \le d} u^-_i (\langle w^-_i, x\rangle + b^-_i)_+\Bigr)_+ + b^{(3)}

Nine blocks of parameters; the derivative in each is carried out off the kinks of both layers.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from theory.kernel import Chain, Derivation, Differentiate, Hypothesis
from theory.kernel.functions import relu, step
from theory.symbols import c, d, i, indexed, j, n, p, q, scalar, x

CLAIM_NAME = "depth-separation-two-layers"


@dataclass(frozen=True)
class Half:
    """One neuron of each pair: first weights [d, d], their biases [d], weights into the second layer [d]."""

    name: str
    weight: sp.IndexedBase
    bias: sp.IndexedBase
    output: sp.IndexedBase

    @classmethod
    def of(cls, name: str, sign: str) -> Half:
        """The symbols of a half, its name in words, its sign in LaTeX."""
        families = ((f"{name}_{part}", f"{letter}^{{{sign}}}") for part, letter in (("weight", "w"), ("bias", "b"), ("output", "u")))
        return cls(name, *(indexed(*family) for family in families))

    def preactivation(self, neuron: sp.Expr = i, datum: sp.Expr = j) -> sp.Expr:
        """<w_i, x_j> + b_i."""
        return sp.Sum(self.weight[neuron, c] * x[datum, c], (c, 1, d)) + self.bias[neuron]

    def contribution(self, datum: sp.Expr = j) -> sp.Expr:
        """sum_i u_i relu(<w_i, x_j> + b_i)."""
        return sp.Sum(self.output[i] * relu(self.preactivation(i, datum)), (i, 1, d))


UP, DOWN = Half.of("up", "+"), Half.of("down", "-")
HALVES = (UP, DOWN)
second_bias, third_weight, third_bias = scalar("second_bias", "b^{(2)}"), scalar("third_weight", "w^{(3)}"), scalar("third_bias", "b^{(3)}")


def second(datum: sp.Expr = j) -> sp.Expr:
    """The pre-activation of the second layer."""
    return second_bias + UP.contribution(datum) + DOWN.contribution(datum)


def net(datum: sp.Expr = j) -> sp.Expr:
    """f(x_j)."""
    return third_weight * relu(second(datum)) + third_bias


OFF_SECOND = Hypothesis(
    "second layer off its kink",
    r"b^{(2)} + \sum_i u^+_i (\langle w^+_i, x_j\rangle + b^+_i)_+ + \sum_i u^-_i (\langle w^-_i, x_j\rangle + b^-_i)_+ \ne 0",
    sp.Ne(second(), 0, evaluate=False),
    ((j, n),),
)
OFF_FIRST = tuple(
    Hypothesis(
        f"first layer off its kinks, {half.name}",
        rf"\langle w^{sign}_i, x_j\rangle + b^{sign}_i \ne 0",
        sp.Ne(half.preactivation(), 0, evaluate=False),
        ((i, d), (j, n)),
    )
    for half, sign in zip(HALVES, "+-", strict=True)
)
OFF_KINKS = (OFF_SECOND, *OFF_FIRST)


def in_block(name: str, parameter: sp.Expr, derivative: sp.Expr, *free: sp.Symbol) -> Derivation:
    """The derivative of the net at datum j in one parameter."""
    return (
        Chain(
            f"The derivative in {name}",
            sp.Derivative(net(), parameter),
            hypotheses=OFF_KINKS,
            for_all=((j, n), *((index, d) for index in free)),
            claim=CLAIM_NAME,
        )
        .equals(derivative, Differentiate("activations are constant off the kinks", tuple(h.name for h in OFF_KINKS)))
        .conclude()
    )


_slope = third_weight * step(second())
IN_THIRD_BIAS = in_block("the output bias", third_bias, sp.S.One)
IN_THIRD_WEIGHT = in_block("the output weight", third_weight, relu(second()))
IN_SECOND_BIAS = in_block("the bias of the second layer", second_bias, _slope)
IN_OUTPUTS, IN_BIASES, IN_WEIGHTS = (
    tuple(in_block(f"{name}, {half.name}", parameter(half), derivative(half), *free) for half in HALVES)
    for name, parameter, derivative, free in (
        ("a weight into the second layer", lambda half: half.output[p], lambda half: _slope * relu(half.preactivation(p)), (p,)),
        ("a bias of the first layer", lambda half: half.bias[p], lambda half: _slope * half.output[p] * step(half.preactivation(p)), (p,)),
        ("a weight of the first layer", lambda half: half.weight[p, q], lambda half: _slope * half.output[p] * step(half.preactivation(p)) * x[j, q], (p, q)),
    )
)
