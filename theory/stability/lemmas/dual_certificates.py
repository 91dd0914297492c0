"""Weak duality for the sharpness of a net listed by hyperplane: what a certificate U says of every rescaling, and of every net."""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Drop, Hypothesis, Identity, Rewrite
from theory.kernel.functions import relu, step
from theory.latex import named
from theory.quantities import gradient_square
from theory.stability.by_hyperplane.oriented_neurons import (
    BACKWARD,
    BALANCE,
    FORWARD,
    MERGE,
    SIDE,
    SIDES,
    K,
    constant_bias,
    constant_weight,
    constants,
    gram_definition,
    length,
    lever,
    mean_output,
    over_hyperplanes,
    over_neurons,
)
from theory.symbols import H, c, d, index, indexed, j, l, n, q, scalar, sharpness, w2, x
from theory.symbols import i as neuron

NAME = "flattest-implementation"

r = index("r")
rank = sp.Symbol(named("rank", "R"), integer=True, positive=True)
vector = indexed("test_vector", "u")
certificate = indexed("certificate", "u")
top_eigenvalue = Hypothesis(
    "top eigenvalue",
    r"\textstyle\sum_{j,l} u_ju_lK_{j,l} \le \lambda_{\max}\sum_j u_j^2 \text{ for all } u",
    sp.Ge(
        sharpness * sp.Sum(vector[j] ** 2, (j, 1, n)),
        sp.Sum(vector[j] * vector[l] * K[j, l], (j, 1, n), (l, 1, n)),
        evaluate=False,
    ),
    (vector,),
)
trace_one = Hypothesis(
    "certificate",
    r"U = \sum_r u_r u_r^{\mathsf T},\ \operatorname{tr} U = \sum_{r,j} u_{r,j}^2 = 1",
    sp.Eq(sp.Sum(certificate[r, j] ** 2, (j, 1, n), (r, 1, rank)), 1, evaluate=False),
)


def _against(feature: sp.Expr) -> sp.Expr:
    r""":math:`\sum_r (\sum_j u_{r,j}\phi_j)^2 = \langle\phi\phi^T, U\rangle` for a feature of the data."""
    return sp.Sum(sp.Sum(feature * certificate[r, j], (j, 1, n)) ** 2, (r, 1, rank))


def _against_lever(mask: sp.Expr) -> sp.Expr:
    moments = sp.Sum(sp.Sum(mask * x[j, c] * certificate[r, j], (j, 1, n)) ** 2, (c, 1, d), (r, 1, rank))
    return _against(mask) + moments


outputs = {
    FORWARD: indexed("forward_outputs", "Q^{+}", nonnegative=True),
    BACKWARD: indexed("backward_outputs", "Q^{-}", nonnegative=True),
}
levers = {
    FORWARD: indexed("forward_levers", "P^{+}", nonnegative=True),
    BACKWARD: indexed("backward_levers", "P^{-}", nonnegative=True),
}
_WORDS = {FORWARD: "in the direction of the normal", BACKWARD: "against the normal"}


def _side(side: int) -> tuple[Hypothesis, Hypothesis]:
    words, sign, inner = _WORDS[side], SIDE[side].sign, SIDE[side].latex
    return (
        Hypothesis(
            f"outputs against the certificate, {words}",
            rf"Q^{{{sign}}}_H = \langle Q^{{{sign}}}_H, U\rangle = \sum_r \bigl(\sum_j u_{{r,j}} ({inner})_+\bigr)^2",
            sp.Eq(outputs[side][H], _against(SIDE[side].output), evaluate=False),
            (H,),
        ),
        Hypothesis(
            f"levers against the certificate, {words}",
            rf"P^{{{sign}}}_H = \langle P^{{{sign}}}_H, U\rangle = \sum_r \bigl[\bigl(\sum_j u_{{r,j}} m_j\bigr)^2"
            rf" + \bigl\lvert\sum_j u_{{r,j}} m_j x_j\bigr\rvert^2\bigr],\ m_j = \mathbf 1\{{{inner} > 0\}}",
            sp.Eq(levers[side][H], _against_lever(SIDE[side].mask), evaluate=False),
            (H,),
        ),
    )


sides = (*_side(FORWARD), *_side(BACKWARD))
ones = _against(sp.S.One)
of_constants = sp.Sum(
    relu(constant_bias[q]) ** 2 * ones + constant_weight[q] ** 2 * step(constant_bias[q]) * _against_lever(sp.S.One),
    (q, 1, constants),
)
_products = {s: sp.sqrt(outputs[s][H]) * sp.sqrt(levers[s][H]) for s in SIDES}
of_neurons = over_neurons(
    {s: gradient_square(length[neuron], sp.sqrt(outputs[s][H]), w2[neuron], levers[s][H]) for s in SIDES}
)
_lengths = over_neurons({s: sp.Abs(w2[neuron]) * length[neuron] * _products[s] for s in SIDES})
rescalings_bound = (ones + 2 * _lengths) / n
hyperplanes_bound = (ones + 2 * over_hyperplanes(_products[FORWARD], _products[BACKWARD])) / n

TEST_VECTORS = (
    Chain(
        "The vectors of a certificate as test vectors",
        sharpness,
        hypotheses=(top_eigenvalue, trace_one),
        claim=NAME,
    )
    .equals(
        sharpness * sp.Sum(certificate[r, j] ** 2, (j, 1, n), (r, 1, rank)),
        ByHypothesis("certificate", -sharpness, reason="the certificate has trace one"),
    )
    .at_least(
        sp.Sum(certificate[r, j] * certificate[r, l] * K[j, l], (j, 1, n), (l, 1, n), (r, 1, rank)),
        ByHypothesis(
            "top eigenvalue",
            at={vector: sp.Lambda(j, certificate[r, j])},
            over=[(r, 1, rank)],
            reason="Rayleigh quotients, added up",
        ),
    )
    .conclude()
)
AGAINST = (
    Chain(
        "The Gram matrix against a certificate, neuron by neuron",
        sp.Sum(certificate[r, j] * certificate[r, l] * K[j, l], (j, 1, n), (l, 1, n), (r, 1, rank)),
        hypotheses=(gram_definition, *sides),
        claim=NAME,
    )
    .equals(
        (ones + of_neurons + of_constants) / n,
        Rewrite(
            "the rectifier is homogeneous, its mask does not change with scale",
            ("Gram matrix", *(definition.name for definition in sides)),
        ),
    )
    .conclude()
)
_roots = {
    **{mean_output[s]: sp.Lambda(H, sp.sqrt(outputs[s][H])) for s in SIDES},
    **{lever[s]: sp.Lambda(H, sp.sqrt(levers[s][H])) for s in SIDES},
}
RESCALINGS = (
    Chain(
        "Weak duality for every rescaling",
        sharpness,
        hypotheses=(top_eigenvalue, trace_one, gram_definition, *sides),
        claim=NAME,
    )
    .at_least(TEST_VECTORS.steps[-1].expression, ByDerivation(TEST_VECTORS, reason="the vectors of the certificate"))
    .equals((ones + of_neurons + of_constants) / n, ByDerivation(AGAINST, reason="neuron by neuron"))
    .at_least((ones + of_neurons) / n, Drop("constant neurons add squares", of_constants / n))
    .at_least(
        rescalings_bound,
        ByDerivation(BALANCE, 1 / n, at=_roots, reason="arithmetic and geometric mean, neuron by neuron"),
    )
    .conclude()
)
HYPERPLANES = (
    Chain(
        "Weak duality for every net with the same merged amplitudes",
        sharpness,
        hypotheses=RESCALINGS.hypotheses,
        claim=NAME,
    )
    .at_least(rescalings_bound, ByDerivation(RESCALINGS, reason="every neuron"))
    .at_least(
        hyperplanes_bound,
        ByDerivation(MERGE, 2 / n, at=_roots, reason="the neurons of each hyperplane, the smaller of its sides"),
    )
    .conclude()
)

magnitude = scalar("magnitude", r"\lvert a\rvert", positive=True)
output = scalar("positive_output", "Q", positive=True)
lever_value = scalar("positive_lever", "P", positive=True)
square = scalar("output_weight_square", "t", positive=True)
best_scale = Hypothesis(
    "best scale",
    r"t = \lvert a\rvert\sqrt{Q/P}",
    sp.Eq(square, magnitude * sp.sqrt(output / lever_value), evaluate=False),
)
BEST_SCALE = (
    Chain(
        "The scale at which nothing is lost",
        magnitude**2 / square * output + square * lever_value,
        hypotheses=(best_scale,),
        claim=NAME,
    )
    .equals(2 * magnitude * sp.sqrt(output * lever_value), Rewrite("both terms are equal there", ("best scale",)))
    .conclude()
)

_entry = 1 / sp.sqrt(n)
_side_of_plane = SIDE[FORWARD]
uniform_bound = 1 + 2 * magnitude * _side_of_plane.weight()
UNIFORM = (
    Chain(
        "One side of a hyperplane against the constant certificate",
        (
            sp.Sum(_entry, (j, 1, n)) ** 2
            + 2
            * magnitude
            * sp.sqrt(sp.Sum(_side_of_plane.output * _entry, (j, 1, n)) ** 2)
            * sp.sqrt(
                sp.Sum(_side_of_plane.mask * _entry, (j, 1, n)) ** 2
                + sp.Sum(sp.Sum(_side_of_plane.mask * x[j, c] * _entry, (j, 1, n)) ** 2, (c, 1, d))
            )
        )
        / n,
        claim=NAME,
    )
    .equals(uniform_bound, Identity("the size of the data is a common factor"))
    .conclude()
)
