"""Gradients of nets with two hidden layers in blocks, and the quadratic form of their Gram matrix: it is below its trace.

The first layer comes in pairs of neurons, one pair for each coordinate; the second layer is one neuron.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import Chain, Derivation, Squares
from theory.symbols import (
    c,
    d,
    index,
    indexed,
    j,
    l,
    n,
)

NAME = "depth-separation-two-layers"

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
    return sum(summed(a**2, over) for entries, over in parts for a in entries)


u = indexed("test_vector", "u")
length = sp.Sum(u[j] ** 2, *over_data)


def form(parts: Blocks) -> sp.Expr:
    """Sum over the entries of (sum_j u_j entry_j)^2, where the entries are given at datum j."""
    return sum(summed(sp.Sum(u[j] * a, *over_data) ** 2, over) for entries, over in parts for a in entries)


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
        done += sum(summed(sp.Sum(a**2, *over_data), over) for a in entries)
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
