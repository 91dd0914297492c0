r"""Nets with two hidden layers of which the second is one neuron: their derivatives, layer by layer, and their Gram matrix.

Such a net is :math:`f = w^{(3)} (s)_+ + b^{(3)}` with a shallow net s. Its first layer is written in pairs of neurons here, one pair for each
coordinate, as the pyramid has them.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import Chain, Derivation, Differentiate, Hypothesis, Squares
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
    l,
    n,
    network,
    p,
    preactivation,
    q,
    scalar,
    w2,
    x,
)

NAME = "depth-separation-two-layers"

parameter, third_weight, third_bias = (
    scalar("inner_parameter", r"\tau"),
    scalar("third_weight", "w^{(3)}"),
    scalar("third_bias", "b^{(3)}"),
)
shallow = sp.Function(named("inner_net", r"s({0})"), real=True)(parameter)
deep = third_weight * relu(shallow) + third_bias
along = tuple(scalar(f"direction_{place}", rf"\delta_{place}") for place in range(4))
off_second = Hypothesis("second layer off its kink", r"s \ne 0", sp.Ne(shallow, 0, evaluate=False))
outer_derivatives = sum(
    direction * sp.Derivative(deep, variable)
    for direction, variable in zip(along, (parameter, third_weight, third_bias), strict=False)
)
outer_gradient = (
    along[0] * third_weight * step(shallow) * sp.Derivative(shallow, parameter) + along[1] * relu(shallow) + along[2]
)
OUTER = (
    Chain("The second layer and the output", outer_derivatives, hypotheses=(off_second,), claim=NAME)
    .equals(outer_gradient, Differentiate("the activation is constant off the kink", off_second.name))
    .conclude()
)

off_first = Hypothesis(
    "first layer off its kinks",
    r"\langle w^{(1)}_i, x_j\rangle + b^{(1)}_i \ne 0",
    sp.Ne(preactivation(), 0, evaluate=False),
    ((i, k), (j, n)),
)
inner_derivatives = sum(
    direction * sp.Derivative(network(), variable)
    for direction, variable in zip(along, (b2, w2[p], b1[p], W1[p, q]), strict=True)
)
inner_gradient = (
    along[0] + along[1] * relu(preactivation(p)) + along[2] * w2[p] * active(p) + along[3] * w2[p] * active(p) * x[j, q]
)
INNER = (
    Chain(
        "The first layer",
        inner_derivatives,
        hypotheses=(off_first,),
        for_all=((j, n), (p, k), (q, d)),
        claim=NAME,
    )
    .equals(inner_gradient, Differentiate("activations are constant off the kinks", off_first.name))
    .conclude()
)

e = index("e")
over_coordinates = ((c, 1, d),)
over_data = ((j, 1, n),)
Over = tuple[tuple[sp.Symbol, int, sp.Expr], ...]
Blocks = tuple[tuple[tuple[sp.Expr, ...], Over], ...]
"""Entries of a gradient, with the indices that they run over."""


def summed(body: sp.Expr, over: Over) -> sp.Expr:
    """The sum, or the body itself where there is nothing to run over."""
    return sp.Sum(body, *over) if over else body


def squares(parts: Blocks) -> sp.Expr:
    """Sum over the entries of their squares."""
    return sum(summed(sp.Add(*(a**2 for a in entries)), over) for entries, over in parts)


u = indexed("test_vector", "u")
length = sp.Sum(u[j] ** 2, *over_data)


def form(parts: Blocks) -> sp.Expr:
    """Sum over the entries of (sum_j u_j entry_j)^2, where the entries are given at datum j."""
    return sum(summed(sp.Add(*(sp.Sum(u[j] * a, *over_data) ** 2 for a in entries)), over) for entries, over in parts)


families = tuple(indexed(f"gradient_entry_{place}", rf"\phi^{{({place})}}") for place in range(9))


def entries_of(datum: sp.Expr = j) -> Blocks:
    """Any gradient with blocks of the same shapes."""
    alone, by_neuron, by_weight = families[:3], families[3:7], families[7:]
    return (
        (tuple(a[datum] for a in alone), ()),
        (tuple(a[c, datum] for a in by_neuron), over_coordinates),
        (tuple(a[c, e, datum] for a in by_weight), (*over_coordinates, (e, 1, d))),
    )


def trace() -> Derivation:
    """The quadratic form of any Gram matrix is at most its trace times the square of the vector: Cauchy and Schwarz."""
    chain = Chain("A Gram matrix is below its trace", form(entries_of()), claim=NAME)
    done: sp.Expr = sp.S.Zero
    names = ("the second layer and the output", "neurons of the first layer", "weights of the first layer")
    for place, (name, block, (others, _)) in enumerate(zip(names, entries_of(), entries_of(l), strict=True)):
        entries, over = block
        done += summed(sp.Sum(sp.Add(*(a**2 for a in entries)), *over_data), over)
        chain = chain.at_most(
            length * done + form(entries_of()[place + 1 :]),
            Squares(
                f"Cauchy and Schwarz, {name}",
                tuple((sp.Rational(1, 2), u[j] * b - u[l] * a) for a, b in zip(entries, others, strict=True)),
                over=(*over, (j, 1, n), (l, 1, n)),
            ),
        )
    return chain.conclude()


TRACE = trace()
