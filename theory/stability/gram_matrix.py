r"""Entries and eigenvectors of the n x n Gram matrix of the gradients, which has the nonzero eigenvalues of the Hessian at interpolation."""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByHypothesis, Chain, Differentiate, Hypothesis, Rewrite
from theory.kernel.functions import relu
from theory.latex import named
from theory.stability.derivatives_of_net import (
    CONSTANT_PATTERN,
    NAME,
    coordinate,
    neuron,
    off_kinks,
)
from theory.symbols import (
    W1,
    Phi,
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
    m,
    mean,
    n,
    network,
    p,
    parameters,
    preactivation,
    q,
    w2,
    x,
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
            w2[neuron] ** 2
            * active(neuron, j)
            * active(neuron, l)
            * (1 + sp.Sum(x[j, coordinate] * x[l, coordinate], (coordinate, 1, d))),
            (neuron, 1, k),
        ),
        Differentiate(CONSTANT_PATTERN, off_kinks.name),
    )
    .equals(
        1
        + sp.Sum(Z[j, i] * Z[l, i], (i, 1, k))
        + sp.Sum(w2[i] ** 2 * M[j, i] * M[l, i], (i, 1, k)) * (1 + sp.Sum(x[j, c] * x[l, c], (c, 1, d))),
        Rewrite("collect, neuron by neuron", [feature.name for feature in features]),
    )
    .conclude()
)

K, hessian = indexed("K", "K"), indexed("hessian_of_features", "H")
gram_definition = Hypothesis(
    "Gram matrix",
    r"K = \tfrac1n\Phi^{\mathsf T}\Phi",
    sp.Eq(K[j, l], sp.Sum(Phi[p, j] * Phi[p, l], (p, 1, parameters)) / n),
    (j, l),
)
hessian_definition = Hypothesis(
    "Hessian", r"H = \tfrac1n\Phi\Phi^{\mathsf T}", sp.Eq(hessian[p, q], mean(Phi[p, j] * Phi[q, j])), (p, q)
)
eigenvalue = indexed("eigenvalue_of_K", r"\lambda", positive=True)
data_vector, parameter_vector = indexed("eigenvector_of_K", "u"), indexed("eigenvector_of_H", "v")
family = sp.Symbol(named("number_of_eigenvectors", "R"), integer=True, positive=True)
other = index("w")


def _to_parameters(vector: sp.IndexedBase, row: sp.Symbol = p, which: sp.Symbol = m) -> sp.Expr:
    r"""An entry of :math:`\Phi u`."""
    return sp.Sum(Phi[row, j] * vector[which, j], (j, 1, n))


def _to_data(vector: sp.IndexedBase, row: sp.Symbol = j, which: sp.Symbol = m) -> sp.Expr:
    r"""An entry of :math:`\Phi^{\mathsf T}v`."""
    return sp.Sum(Phi[p, row] * vector[which, p], (p, 1, parameters))


def _eigenvectors(
    matrix: sp.IndexedBase,
    vector: sp.IndexedBase,
    row: sp.Symbol,
    column: sp.Symbol,
    size: sp.Symbol,
    *,
    letters: tuple[str, str],
) -> tuple[Hypothesis, Hypothesis]:
    of, letter = letters
    return (
        Hypothesis(
            f"eigenvectors of {of}",
            rf"{of}{letter}_m = \lambda_m {letter}_m,\ \lambda_m > 0, \text{{ for }} m = 1, \dots, R",
            sp.Eq(
                sp.Sum(matrix[row, column] * vector[m, column], (column, 1, size)),
                eigenvalue[m] * vector[m, row],
                evaluate=False,
            ),
            ((m, family), (row, size)),
        ),
        Hypothesis(
            f"orthonormal eigenvectors of {of}",
            rf"\langle {letter}_m, {letter}_w\rangle = \delta_{{m,w}}",
            sp.Eq(
                sp.Sum(vector[m, row] * vector[other, row], (row, 1, size)),
                sp.KroneckerDelta(m, other),
                evaluate=False,
            ),
            ((m, family), (other, family)),
        ),
    )


eigen_of_gram, orthonormal_of_gram = _eigenvectors(K, data_vector, j, l, n, letters=("K", "u"))
eigen_of_hessian, orthonormal_of_hessian = _eigenvectors(
    hessian, parameter_vector, p, q, parameters, letters=("H", "v")
)
TO_H = (
    Chain(
        "An eigenvector u of K gives the eigenvector Phi u of H, with the same eigenvalue",
        sp.Sum(hessian[p, q] * _to_parameters(data_vector, q), (q, 1, parameters)),
        hypotheses=(gram_definition, hessian_definition, eigen_of_gram),
        for_all=((p, parameters), (m, family)),
        claim=NAME,
    )
    .equals(
        sp.Sum(Phi[p, j] * sp.Sum(K[j, l] * data_vector[m, l], (l, 1, n)), (j, 1, n)),
        Rewrite("exchange the sums", [gram_definition.name, hessian_definition.name]),
    )
    .equals(eigenvalue[m] * _to_parameters(data_vector), ByHypothesis(eigen_of_gram.name, Phi[p, j], over=[(j, 1, n)]))
    .conclude()
)
TO_K = (
    Chain(
        "An eigenvector v of H gives the eigenvector Phi^T v of K, with the same eigenvalue",
        sp.Sum(K[j, l] * _to_data(parameter_vector, l), (l, 1, n)),
        hypotheses=(gram_definition, hessian_definition, eigen_of_hessian),
        for_all=((j, n), (m, family)),
        claim=NAME,
    )
    .equals(
        sp.Sum(Phi[p, j] * sp.Sum(hessian[p, q] * parameter_vector[m, q], (q, 1, parameters)), (p, 1, parameters)),
        Rewrite("exchange the sums", [gram_definition.name, hessian_definition.name]),
    )
    .equals(
        eigenvalue[m] * _to_data(parameter_vector),
        ByHypothesis(eigen_of_hessian.name, Phi[p, j], over=[(p, 1, parameters)]),
    )
    .conclude()
)
ORTHOGONAL_OF_H = (
    Chain(
        "Orthonormal eigenvectors of K give orthogonal ones of H, of squared lengths n lambda",
        sp.Sum(_to_parameters(data_vector) * _to_parameters(data_vector, which=other), (p, 1, parameters)),
        hypotheses=(gram_definition, eigen_of_gram, orthonormal_of_gram),
        for_all=((m, family), (other, family)),
        claim=NAME,
    )
    .equals(
        n * sp.Sum(data_vector[m, j] * sp.Sum(K[j, l] * data_vector[other, l], (l, 1, n)), (j, 1, n)),
        Rewrite("exchange the sums", [gram_definition.name]),
    )
    .equals(
        n * eigenvalue[other] * sp.Sum(data_vector[m, j] * data_vector[other, j], (j, 1, n)),
        ByHypothesis(eigen_of_gram.name, n * data_vector[m, j], {m: other}, over=[(j, 1, n)]),
    )
    .equals(
        n * eigenvalue[other] * sp.KroneckerDelta(m, other),
        ByHypothesis(orthonormal_of_gram.name, n * eigenvalue[other]),
    )
    .conclude()
)
ORTHOGONAL_OF_K = (
    Chain(
        "Orthonormal eigenvectors of H give orthogonal ones of K, of squared lengths n lambda",
        sp.Sum(_to_data(parameter_vector) * _to_data(parameter_vector, which=other), (j, 1, n)),
        hypotheses=(hessian_definition, eigen_of_hessian, orthonormal_of_hessian),
        for_all=((m, family), (other, family)),
        claim=NAME,
    )
    .equals(
        n
        * sp.Sum(
            parameter_vector[m, p] * sp.Sum(hessian[p, q] * parameter_vector[other, q], (q, 1, parameters)),
            (p, 1, parameters),
        ),
        Rewrite("exchange the sums", [hessian_definition.name]),
    )
    .equals(
        n * eigenvalue[other] * sp.Sum(parameter_vector[m, p] * parameter_vector[other, p], (p, 1, parameters)),
        ByHypothesis(eigen_of_hessian.name, n * parameter_vector[m, p], {m: other}, over=[(p, 1, parameters)]),
    )
    .equals(
        n * eigenvalue[other] * sp.KroneckerDelta(m, other),
        ByHypothesis(orthonormal_of_hessian.name, n * eigenvalue[other]),
    )
    .conclude()
)
