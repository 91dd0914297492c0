r"""The inequality of the arithmetic and geometric mean, neuron by neuron, what it loses, and when it loses nothing."""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Drop, Hypothesis, Rewrite, Squares
from theory.quantities import names
from theory.stability.by_hyperplane.mean_gradient import NAME, place, plane
from theory.stability.by_hyperplane.network import (
    NEURONS,
    SIDES,
    amplitudes,
    excess,
    gradient_square,
    lever_square,
    one_sided_norm,
    output_weight,
    over_neurons,
    planes,
    presence,
    present,
    proper,
    scale,
    square_definition,
    weights,
)
from theory.symbols import H, i, k

at_place = {H: plane, i: place}


def _imbalance(s: int) -> sp.Expr:
    return scale[H, i] * excess[s][H] - sp.Abs(output_weight[H, i]) * sp.sqrt(lever_square(s))


def _constant_squares(s: int) -> list[sp.Expr]:
    """Roots whose squares a constant neuron adds, with the factor that is 0 for every other neuron."""
    constant = 1 - proper()
    return [constant * scale[H, i] * excess[s][H], constant * output_weight[H, i] * sp.sqrt(lever_square(s))]


def _roots(s: int) -> list[sp.Expr]:
    return [proper() * _imbalance(s), *_constant_squares(s)]


def _gap(s: int) -> sp.Expr:
    return sp.Add(*(root**2 for root in _roots(s)))


weighted = (square_definition, *presence, *amplitudes, *weights)
gap_of_neurons = over_neurons(_gap)
r"""The sum over the neurons of the squares that the inequality drops."""
GAP = (
    Chain(
        "What is lost from the squared mean gradient to the one-sided weights",
        gradient_square - 1 - 2 * one_sided_norm,
        hypotheses=weighted,
        claim=NAME,
    )
    .equals(
        gap_of_neurons,
        Rewrite("complete the square", names((square_definition,), weights, amplitudes, presence)),
    )
    .conclude()
)
ONE_SIDED = (
    Chain("Arithmetic and geometric mean, neuron by neuron", gradient_square, hypotheses=weighted, claim=NAME)
    .equals(1 + 2 * one_sided_norm + gap_of_neurons, ByDerivation(GAP, reason="complete the square"))
    .at_least(1 + 2 * one_sided_norm, Drop("squares are not negative", gap_of_neurons))
    .conclude()
)
equality = Hypothesis(
    "equality in the second inequality",
    r"1 + 2\sum\lvert a\rvert\,\tilde g = \lVert q\rVert^2",
    sp.Eq(1 + 2 * one_sided_norm, gradient_square, evaluate=False),
)
_elsewhere = 1 - sp.KroneckerDelta(H, plane) * sp.KroneckerDelta(i, place)
gap_of_place = sp.Add(*(present[s][H, i] * _gap(s) for s in SIDES)).xreplace(at_place)
ONLY_BALANCED = (
    Chain(
        "Equality leaves no neuron unbalanced",
        gap_of_place,
        hypotheses=(*weighted, equality),
        for_all=((plane, planes), (place, k)),
        claim=NAME,
    )
    .at_most(
        gap_of_neurons,
        Squares(
            "the other neurons add squares",
            [(present[s][H, i], _elsewhere * root) for s in SIDES for root in _roots(s)],
            over=NEURONS,
        ),
    )
    .equals(gradient_square - 1 - 2 * one_sided_norm, ByDerivation(GAP, -1, reason="complete the square"))
    .equals(sp.S.Zero, ByHypothesis(equality.name, -1))
    .conclude()
)
balanced = tuple(
    Hypothesis(
        f"{name}, {word} v",
        rf"\chi^{{{sign}}}_{{H,i}}\,{latex.replace('@', sign)} = 0",
        sp.Eq(present[s][H, i] * root, 0, evaluate=False),
        ((H, planes), (i, k)),
    )
    for s, sign, word in ((1, "+", "along"), (-1, "-", "against"))
    for name, latex, root in zip(
        ("balanced neurons", "constant neurons give nothing", "constant neurons are not moved"),
        (
            r"\mathbf 1\{v_H \neq 0\}\bigl(\varrho_{H,i}\bar z^{@}_H - \lvert w_{H,i}\rvert F^{@}_H\bigr)",
            r"\mathbf 1\{v_H = 0\}\varrho_{H,i}\bar z^{@}_H",
            r"\mathbf 1\{v_H = 0\} w_{H,i}F^{@}_H",
        ),
        _roots(s),
        strict=True,
    )
)
_by_balance = Chain(
    "Balanced neurons give equality", gradient_square, hypotheses=(*weighted, *balanced), claim=NAME
).equals(1 + 2 * one_sided_norm + gap_of_neurons, ByDerivation(GAP, reason="complete the square"))
_left = [(s, root) for s in SIDES for root in _roots(s)]
for place_in_list, (hypothesis, (_, root)) in enumerate(zip(balanced, _left, strict=True), 1):
    _rest = sp.Add(*(sp.Sum(present[t][H, i] * other**2, *NEURONS) for t, other in _left[place_in_list:]))
    _by_balance = _by_balance.equals(1 + 2 * one_sided_norm + _rest, ByHypothesis(hypothesis.name, root, over=NEURONS))
BALANCED = _by_balance.conclude()
