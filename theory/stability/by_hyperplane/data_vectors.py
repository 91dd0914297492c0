r"""The Gram matrix of a net, listed by hyperplane, against a vector on the data: any vector, a law, a subset.

Of a side of hyperplane H a vector u sees the number :math:`\lvert\sum_j u_jz_j\rvert` of the outputs and the length
:math:`\lvert\sum_j u_jm_j(x_j,1)\rvert` of the levers; for a law or a subset these are the means under it.
The net is listed as in `theory.stability.by_hyperplane.oriented_neurons`.
"""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Drop, Hypothesis, Identity, Rewrite
from theory.kernel.functions import step
from theory.quantities import definition, gradient_square, lever_square, names
from theory.stability.by_hyperplane.oriented_neurons import (
    BACKWARD,
    BALANCE,
    FORWARD,
    MERGE,
    SIDE,
    SIDES,
    K,
    constant_masks,
    constant_outputs,
    constant_weight,
    constants,
    gram_definition,
    length,
    lever,
    mean_output,
    over_hyperplanes,
    over_neurons,
)
from theory.stability.lemmas.dual_certificates import top_eigenvalue, vector
from theory.symbols import H, c, d, i, indexed, j, l, n, q, scalar, sharpness, w2, x

NAME = "weights-from-data"

Sides = Mapping[int, sp.Expr]
"""A quantity of hyperplane H on each of its sides."""

_WORDS = {FORWARD: "in the direction of the normal", BACKWARD: "against the normal"}
_LETTER = {FORWARD: "forward", BACKWARD: "backward"}


data_vector = indexed("vector_on_data", "u")
total, squares = sp.Sum(data_vector[j], (j, 1, n)), sp.Sum(data_vector[j] ** 2, (j, 1, n))
unit = Hypothesis("unit vector", r"\sum_j u_j^2 = 1", sp.Eq(squares, 1, evaluate=False))


def _total(term: sp.Expr) -> sp.Expr:
    return sp.Sum(term, (j, 1, n))


def _lever_square(mask: sp.Expr) -> sp.Expr:
    r""":math:`\lvert\sum_j u_jm_j(x_j,1)\rvert^2`."""
    of_data = sp.Sum(_total(data_vector[j] * mask * x[j, c]) ** 2, (c, 1, d))
    return lever_square(_total(data_vector[j] * mask), of_data)


def _family(name: str, latex: str) -> dict[int, sp.IndexedBase]:
    return {s: indexed(f"{_LETTER[s]}_{name}", f"{latex}^{{{SIDE[s].sign}}}", nonnegative=True) for s in SIDES}


_outputs, _levers = _family("outputs_seen", "Z"), _family("levers_seen", "F")
_seen = tuple(
    each
    for s in SIDES
    for each in (
        definition(
            f"outputs against u, {_WORDS[s]}",
            rf"Z^{{{SIDE[s].sign}}}_H = \Bigl\lvert\sum_j u_j({SIDE[s].latex})_+\Bigr\rvert",
            _outputs[s][H],
            sp.Abs(_total(data_vector[j] * SIDE[s].output)),
            H,
        ),
        definition(
            f"levers against u, {_WORDS[s]}",
            rf"F^{{{SIDE[s].sign}}}_H = \Bigl\lvert\sum_j u_j\mathbf 1\{{{SIDE[s].latex} > 0\}}(x_j, 1)\Bigr\rvert",
            _levers[s][H],
            sp.sqrt(_lever_square(SIDE[s].mask)),
            H,
        ),
    )
)
seen_outputs: Sides = {s: _outputs[s][H] for s in SIDES}
seen_levers: Sides = {s: _levers[s][H] for s in SIDES}


def one_sided_sum(outputs: Sides, levers: Sides) -> sp.Expr:
    r"""The sum over the neurons of :math:`\lvert a_i\rvert` times output times lever, each on its own side."""
    return over_neurons({s: sp.Abs(w2[i]) * length[i] * outputs[s] * levers[s] for s in SIDES})


def merged_sum(outputs: Sides, levers: Sides) -> sp.Expr:
    r"""The sum over the hyperplanes of :math:`\lvert a_H\rvert` times the smaller of the products of its two sides."""
    return over_hyperplanes(*(outputs[s] * levers[s] for s in SIDES))


neurons_bound = (total**2 + 2 * one_sided_sum(seen_outputs, seen_levers)) / n
hyperplanes_bound = (total**2 + 2 * merged_sum(seen_outputs, seen_levers)) / n
_neurons = over_neurons({s: gradient_square(length[i], seen_outputs[s], w2[i], seen_levers[s] ** 2) for s in SIDES})
_constants = sp.Sum(
    constant_outputs**2 * total**2 + constant_weight[q] ** 2 * constant_masks * _lever_square(sp.S.One),
    (q, 1, constants),
)
_at = {
    family[s]: sp.Lambda(H, values[s])
    for family, values in ((mean_output, seen_outputs), (lever, seen_levers))
    for s in SIDES
}
_product = sp.Sum(data_vector[j] * data_vector[l] * K[j, l], (j, 1, n), (l, 1, n))
GRADIENTS = (
    Chain("The gradients at the data against a vector", _product, hypotheses=(gram_definition, *_seen), claim=NAME)
    .equals(
        (total**2 + _neurons + _constants) / n,
        Rewrite(
            "the rectifier is homogeneous, its mask does not change with scale",
            names((gram_definition,), _seen),
        ),
    )
    .at_least((total**2 + _neurons) / n, Drop("constant neurons add squares", _constants / n))
    .at_least(
        neurons_bound,
        ByDerivation(BALANCE, 1 / n, at=_at, reason="arithmetic and geometric mean, neuron by neuron"),
    )
    .conclude()
)
_SHARED = ByDerivation(MERGE, 2 / n, at=_at, reason="the neurons of each hyperplane, the smaller of its sides")
VECTOR = (
    Chain(
        "A vector on the data",
        sharpness * squares,
        hypotheses=(top_eigenvalue, *GRADIENTS.hypotheses),
        claim=NAME,
    )
    .at_least(
        _product,
        ByHypothesis(top_eigenvalue.name, at={vector: sp.Lambda(j, data_vector[j])}, reason="Rayleigh quotient"),
    )
    .at_least(neurons_bound, ByDerivation(GRADIENTS, reason="the neurons, each on its own side"))
    .conclude()
)
MERGED = (
    Chain(
        "A vector on the data, and shared hyperplanes",
        sharpness * squares,
        hypotheses=VECTOR.hypotheses,
        claim=NAME,
    )
    .at_least(neurons_bound, ByDerivation(VECTOR, reason="every neuron on its own side"))
    .at_least(hyperplanes_bound, _SHARED)
    .conclude()
)
_spread = _total((data_vector[j] - sp.Sum(data_vector[l], (l, 1, n)) / n) ** 2)
constant_net_bound = 1 - _spread
CONSTANT_NETS = (
    Chain("A unit vector at a constant net", total**2 / n, hypotheses=(unit,), claim=NAME)
    .equals(squares - _spread, Identity("expand the squares"))
    .equals(constant_net_bound, ByHypothesis(unit.name))
    .conclude()
)

is_law = Hypothesis("entries of sum one", r"\sum_j u_j = 1", sp.Eq(total, 1, evaluate=False))
norm_of_law = scalar("norm_of_law", r"\lVert f\rVert_{\mathrm{S},u}")
_norm_under_law = definition(
    "stability norm under u",
    r"\lVert f\rVert_{\mathrm{S},u} = \sum_H \lvert a_H\rvert \min(Z^{+}_HF^{+}_H, Z^{-}_HF^{-}_H),"
    r"\ a_H = \sum_{i \text{ on } H} w^{(2)}_i\varrho_i",
    norm_of_law,
    merged_sum(seen_outputs, seen_levers),
)
LAW = (
    Chain(
        "A law on the data",
        n * squares * sharpness,
        hypotheses=(*MERGED.hypotheses, is_law, _norm_under_law),
        claim=NAME,
    )
    .at_least(n * hyperplanes_bound, ByDerivation(MERGED, n, reason="its Rayleigh quotient, hyperplane by hyperplane"))
    .equals(1 + 2 * merged_sum(seen_outputs, seen_levers), ByHypothesis(is_law.name, total + 1))
    .equals(1 + 2 * norm_of_law, ByHypothesis(_norm_under_law.name, -2))
    .conclude()
)
square_of_law = scalar("square_of_law", r"\lVert q_u\rVert^2")
_square_under_law = definition(
    "squared mean gradient under u",
    r"\lVert q_u\rVert^2 = n\sum_{j,l} u_ju_lK_{j,l} \text{ for } q_u = \textstyle\sum_j u_j\nabla f(x_j)",
    square_of_law,
    n * _product,
)
SQUARE_OF_LAW = (
    Chain(
        "The squared mean gradient under a law",
        square_of_law,
        hypotheses=(*GRADIENTS.hypotheses, is_law, _norm_under_law, _square_under_law),
        claim=NAME,
    )
    .equals(n * _product, ByHypothesis(_square_under_law.name))
    .at_least(n * neurons_bound, ByDerivation(GRADIENTS, n, reason="every neuron on its own side"))
    .at_least(n * hyperplanes_bound, ByDerivation(MERGE, 2, at=_at, reason=_SHARED.reason))
    .equals(1 + 2 * merged_sum(seen_outputs, seen_levers), ByHypothesis(is_law.name, total + 1))
    .equals(1 + 2 * norm_of_law, ByHypothesis(_norm_under_law.name, -2))
    .conclude()
)

member = indexed("member", r"\tau", nonnegative=True)
size = scalar("size_of_subset", "m", positive=True)
chosen = indexed("chosen", r"\kappa")
not_empty = definition("size of the subset", r"m = \lvert T\rvert = \sum_j \tau_j > 0", size, _total(member[j]))
subset = (
    definition(
        "members of the subset", r"\tau_j = \mathbf 1\{\kappa_j > 0\} = \mathbf 1\{j \in T\}", member[j],
        step(chosen[j]), j,
    ),
    not_empty,
    definition("law of the subset", r"u_j = \tau_j/m", data_vector[j], member[j] / size, j),
)  # fmt: skip
_MEMBERS = (
    Chain("The squares of the law of a subset", squares, hypotheses=subset, claim=NAME)
    .equals(_total(member[j]) / size**2, Rewrite("a member counts 1, all others 0", names(subset[2:], subset[:1])))
    .equals(1 / size, ByHypothesis(not_empty.name, -1 / size**2))
    .conclude()
)
_TOTAL = (
    Chain("The law of a subset is one", total, hypotheses=subset, claim=NAME)
    .equals(_total(member[j]) / size, Rewrite("the law of a subset", names(subset[2:])))
    .equals(1, ByHypothesis(not_empty.name, -1 / size))
    .conclude()
)
SUBSET = (
    Chain(
        "A subset of the data",
        n / size * sharpness,
        hypotheses=(*MERGED.hypotheses, _norm_under_law, *subset),
        claim=NAME,
    )
    .equals(
        n * squares * sharpness,
        ByDerivation(_MEMBERS, -n * sharpness, reason="the squares of the law of a subset add up to one over its size"),
    )
    .at_least(1 + 2 * norm_of_law, ByDerivation(LAW, reason="its law", discharged=((is_law.name, _TOTAL),)))
    .conclude()
)
