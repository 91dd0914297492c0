r"""Eigenvectors and bounds of :math:`H = \Phi\Phi^T/n` and :math:`K = \Phi^T\Phi/n`, for any real matrix :math:`\Phi` with n columns."""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByHypothesis, Chain, Derivation, Hypothesis, Rewrite, Squares
from theory.latex import latex, named
from theory.stability.lemmas.derivatives_of_net import NAME
from theory.symbols import (
    Phi,
    index,
    indexed,
    j,
    l,
    m,
    mean,
    n,
    p,
    parameters,
    q,
    scalar,
)  # fmt: skip

K, hessian = indexed("K", "K"), indexed("hessian_of_features", r"\hessian")
gram_definition = Hypothesis(
    "Gram matrix",
    r"K = \tfrac1n\Phi^{\mathsf T}\Phi",
    sp.Eq(K[j, l], sp.Sum(Phi[p, j] * Phi[p, l], (p, 1, parameters)) / n),
    (j, l),
)
hessian_definition = Hypothesis(
    "Hessian", r"\hessian = \tfrac1n\Phi\Phi^{\mathsf T}", sp.Eq(hessian[p, q], mean(Phi[p, j] * Phi[q, j])), (p, q)
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
            rf"{latex(matrix.label)} {letter}_m = \lambda_m {letter}_m,\ \lambda_m > 0, \text{{ for }} m = 1, \dots, R",
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
    hessian, parameter_vector, p, q, parameters, letters=("the Hessian", "v")
)
TO_H = (
    Chain(
        "An eigenvector u of K gives the eigenvector Phi u of the Hessian, with the same eigenvalue",
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
        "An eigenvector v of the Hessian gives the eigenvector Phi^T v of K, with the same eigenvalue",
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
        "Orthonormal eigenvectors of K give orthogonal ones of the Hessian, of squared lengths n lambda",
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
        "Orthonormal eigenvectors of the Hessian give orthogonal ones of K, of squared lengths n lambda",
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

top = scalar("largest_eigenvalue", r"\lambda", positive=True)
u, v = indexed("data_direction", "u"), indexed("parameter_direction", "v")


def _form(
    vector: sp.IndexedBase, matrix: sp.IndexedBase, row: sp.Symbol, column: sp.Symbol, size: sp.Symbol
) -> sp.Expr:
    return sp.Sum(vector[row] * matrix[row, column] * vector[column], (row, 1, size), (column, 1, size))


def _square(vector: sp.IndexedBase, row: sp.Symbol, size: sp.Symbol) -> sp.Expr:
    return sp.Sum(vector[row] ** 2, (row, 1, size))


form_of_gram, form_of_hessian = _form(u, K, j, l, n), _form(v, hessian, p, q, parameters)
square_of_u, square_of_v = _square(u, j, n), _square(v, p, parameters)
_features = mean(sp.Sum(Phi[p, j] * v[p], (p, 1, parameters)) ** 2)
_combined = sp.Sum(sp.Sum(Phi[p, j] * u[j], (j, 1, n)) ** 2, (p, 1, parameters)) / n
hessian_below = Hypothesis(
    "the Hessian is at most lambda",
    r"\langle v, \hessian v\rangle = \tfrac1n\lVert\Phi^{\mathsf T}v\rVert^2 \le \lambda\lVert v\rVert^2 \text{ for all } v",
    sp.Ge(top * square_of_v, _features, evaluate=False),
    (v,),
)
gram_below = Hypothesis(
    "K is at most lambda",
    r"\langle u, Ku\rangle = \tfrac1n\lVert\Phi u\rVert^2 \le \lambda\lVert u\rVert^2 \text{ for all } u",
    sp.Ge(top * square_of_u, _combined, evaluate=False),
    (u,),
)


def _bounded(
    name: str,
    square: sp.Expr,
    form: sp.Expr,
    below: Hypothesis,
    at: tuple[sp.IndexedBase, sp.Lambda],
    root: sp.Expr,
    over: tuple[sp.Symbol, int, sp.Symbol],
    definition: Hypothesis,
) -> Derivation:
    """From one matrix to the other: n^2 lambda^2 |u|^2 - n lambda |Phi u|^2 is a square plus what the hypothesis leaves."""
    family, function = at
    relation = below.relation
    assert isinstance(relation, sp.Ge)
    left = (relation.lhs - relation.rhs).replace(
        lambda item: isinstance(item, sp.Indexed) and item.base == family, lambda item: function(*item.indices)
    )
    after = top * square - left / (n * top)
    return (
        Chain(name, top * square, hypotheses=(definition, below), claim=NAME)
        .at_least(after, ByHypothesis(below.name, 1 / (n * top), (at,)))
        .at_least(
            after - sp.Sum(root**2, over) / (n**2 * top),
            Squares("a square is not negative", [(1 / (n**2 * top), root)], over=[over]),
        )
        .equals(form, Rewrite("exchange the sums", [definition.name]))
        .conclude()
    )


GRAM_BELOW = _bounded(
    "A bound of the Hessian is one of K",
    square_of_u,
    form_of_gram,
    hessian_below,
    (v, sp.Lambda(p, sp.Sum(Phi[p, l] * u[l], (l, 1, n)))),
    sp.Sum(Phi[p, j] * sp.Sum(Phi[p, l] * u[l], (l, 1, n)), (p, 1, parameters)) - n * top * u[j],
    (j, 1, n),
    gram_definition,
)
HESSIAN_BELOW = _bounded(
    "A bound of K is one of the Hessian",
    square_of_v,
    form_of_hessian,
    gram_below,
    (u, sp.Lambda(j, sp.Sum(Phi[q, j] * v[q], (q, 1, parameters)))),
    sp.Sum(Phi[p, j] * sp.Sum(Phi[q, j] * v[q], (q, 1, parameters)), (j, 1, n)) - n * top * v[p],
    (p, 1, parameters),
    hessian_definition,
)
