"""Exact networks in the notation of ``theory.stability.by_hyperplane.network``, and its definitions put into numbers.

The hyperplane of a neuron is given by the input weights of the first one on it, so that all entries are rational: for
a direction of another length than 1 weights are multiplied and amplitudes divided by it, which cancels in the norm.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import sympy as sp

from proofs_checks.instances.exact import NormalForm, RationalProblem, normal_form
from theory.falsifier.evaluate import evaluate
from theory.kernel import Hypothesis
from theory.stability.by_hyperplane import network as listed_net
from theory.symbols import H, c, i, j

DEFINITIONS = (
    *listed_net.presence,
    *listed_net.features,
    *listed_net.means,
    *listed_net.amplitudes,
    *listed_net.weights,
    listed_net.merging,
    listed_net.norm_definition,
    listed_net.square_definition,
)
"""What the derivations define, in an order in which each uses those before it."""


def listed(problem: RationalProblem) -> dict[str, Any]:
    """The values of all names of the notation at an exact network; places that hold no neuron have the weight 1."""
    groups = [list(group) for group in problem.hyperplanes()]
    groups += [[(neuron, Fraction(1))] for neuron in problem.neurons if not any(problem.W1[neuron])]
    places = max(map(len, groups))
    filled = [group + [(-1, Fraction(0))] * (places - len(group)) for group in groups]
    values: dict[str, Any] = {
        "n": len(problem.x), "d": len(problem.x[0]), "k": places, "planes": len(groups), "x": problem.x,
        "direction_of_plane": [problem.W1[group[0][0]] for group in groups],
        "threshold_of_plane": [-problem.b1[group[0][0]] for group in groups],
        "scale": [[abs(factor) or Fraction(1) for _, factor in group] for group in filled],
        "output_weight": [[problem.w2[neuron] if factor else 1 for neuron, factor in group] for group in filled],
        "listed_along": [[Fraction(factor > 0) for _, factor in group] for group in filled],
        "listed_against": [[Fraction(factor < 0) for _, factor in group] for group in filled],
    }  # fmt: skip
    for definition in DEFINITIONS:
        values |= _table(definition, values)
    return values


def _table(definition: Hypothesis, values: dict[str, Any]) -> dict[str, Any]:
    """The values of the name that a definition defines, by its indices."""
    assert definition.relation is not None
    left, right = definition.relation.lhs, definition.relation.rhs
    if isinstance(left, sp.Symbol):
        return {left.name: evaluate(right, values)}
    sizes = {H: values["planes"], i: values["k"], j: values["n"], c: values["d"]}
    table: Any = {}
    for place in product(*(range(1, sizes[index] + 1) for index in left.indices)):
        at = dict(zip(left.indices, map(sp.Integer, place), strict=True))
        table[place] = evaluate(right.xreplace(at) if not right.has(sp.Sum) else _instance(right, at), values)
    return {left.base.label.name: _nested(table, [sizes[index] for index in left.indices])}


def _instance(e: sp.Expr, at: dict[sp.Symbol, sp.Integer]) -> sp.Expr:
    """Put numbers for the free indices alone."""
    if isinstance(e, sp.Sum):
        free = {index: value for index, value in at.items() if index not in e.variables}
        return sp.Sum(_instance(e.function, free), *e.limits)
    return e.func(*(_instance(part, at) for part in e.args)) if e.has(sp.Sum) else e.xreplace(at)


def _nested(table: dict[tuple[int, ...], Any], sizes: list[int], before: tuple[int, ...] = ()) -> Any:
    if len(before) == len(sizes):
        return table[before]
    return [_nested(table, sizes, (*before, place)) for place in range(1, sizes[len(before)] + 1)]


def in_roots(value: sp.Expr) -> NormalForm:
    """A SymPy number that is a sum of rational multiples of roots, in the normal form of exact sums."""
    terms: list[tuple[Fraction, Fraction]] = []
    for term in sp.Add.make_args(sp.expand(value)):
        coefficient, root = term.as_coeff_Mul()
        square = sp.Rational(sp.expand(root**2))
        terms.append((_fraction(coefficient) * (-1 if root.is_negative else 1), _fraction(square)))
    return normal_form(terms)


def _fraction(number: sp.Rational) -> Fraction:
    return Fraction(int(number.p), int(number.q))
