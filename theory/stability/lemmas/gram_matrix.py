"""The entries of the n x n Gram matrix of the gradients."""

from __future__ import annotations

import sympy as sp

from theory.kernel import Chain, Differentiate, Hypothesis, Rewrite
from theory.kernel.functions import relu
from theory.quantities import gram_entry, inner_of_data
from theory.stability.lemmas.derivatives_of_net import (
    CONSTANT_PATTERN,
    NAME,
    coordinate,
    neuron,
    off_kinks,
)
from theory.symbols import (
    W1,
    active,
    b1,
    b2,
    d,
    i,
    indexed,
    j,
    k,
    l,
    n,
    network,
    preactivation,
    w2,
)  # fmt: skip

Z = indexed("Z", "z")
M = indexed("M", "m")
features = (
    Hypothesis("mask", r"m_{j,i} = \mathbf 1\{\langle w^{(1)}_i,x_j\rangle + b^{(1)}_i > 0\}", sp.Eq(M[j, i], active()), (j, i)),
    Hypothesis("output of a neuron", r"z_{j,i} = (\langle w^{(1)}_i,x_j\rangle + b^{(1)}_i)_+", sp.Eq(Z[j, i], relu(preactivation())), (j, i)),
)  # fmt: skip


def _product(by: sp.Expr) -> sp.Expr:
    return sp.Derivative(network(j), by) * sp.Derivative(network(l), by)


inner_product = (
    sp.Sum(_product(W1[neuron, coordinate]), (coordinate, 1, d), (neuron, 1, k))
    + sp.Sum(_product(b1[neuron]) + _product(w2[neuron]), (neuron, 1, k))
    + _product(b2)
)
r"""The inner product of two gradients, :math:`\langle\nabla f(x_j),\nabla f(x_l)\rangle = nK_{j,l}`, block by block."""
GRAM = (
    Chain(
        "Entries of the Gram matrix, n times",
        inner_product,
        hypotheses=(off_kinks, *features),
        for_all=((j, n), (l, n)),
        claim=NAME,
    )
    .equals(
        1
        + sp.Sum(relu(preactivation(neuron, j)) * relu(preactivation(neuron, l)), (neuron, 1, k))
        + sp.Sum(
            gram_entry(
                (sp.S.Zero, sp.S.Zero),
                w2[neuron],
                (active(neuron, j), active(neuron, l)),
                inner_of_data(index=coordinate),
            ),
            (neuron, 1, k),
        ),
        Differentiate(CONSTANT_PATTERN, off_kinks.name),
    )
    .equals(
        1 + sp.Sum(Z[j, i] * Z[l, i], (i, 1, k)) + sp.Sum(w2[i] ** 2 * M[j, i] * M[l, i], (i, 1, k)) * inner_of_data(),
        Rewrite("collect, neuron by neuron", [feature.name for feature in features]),
    )
    .conclude()
)
