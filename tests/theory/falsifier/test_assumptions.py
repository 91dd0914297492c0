"""Instances are made to satisfy what is assumed, exactly, or are given up."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp
from flint import fmpq

from tests.theory.falsifier.bare import Hypothesis, stated
from theory.falsifier import values
from theory.falsifier.assumptions import admissible
from theory.falsifier.instances import Point
from theory.falsifier.programs import evaluated
from theory.falsifier.setting import setting

i, j, m, n, k = sp.symbols("i j m n k", integer=True, positive=True)
x, y, z = sp.symbols("x y z", real=True)
p, q = sp.symbols("p q", positive=True)
A, B = sp.IndexedBase(sp.Symbol("A", real=True)), sp.IndexedBase(sp.Symbol("B", real=True))
w = sp.IndexedBase(sp.Symbol("w", nonnegative=True))
f = sp.Function("f", real=True)


def total(body: sp.Expr, index: sp.Symbol = i) -> sp.Sum:
    """A sum over 1..n."""
    return sp.Sum(body, (index, 1, n))


def same(left: Any, right: Any) -> sp.Eq:
    """An equation that is not evaluated."""
    return sp.Eq(left, right, evaluate=False)


MET = {
    "a sum": [(same(total(A[i]), 1), ())],
    "probabilities": [(same(total(w[i]), 1), ())],
    "a sphere": [(same(total(A[i] ** 2), 1), ())],
    "no charge and no moment": [(same(total(A[i]), 0), ()), (same(total(A[i] * B[i]), 0), ())],
    "an eigenvector": [(same(total(A[i, j] * B[j], j), x * B[i]), ((i, n),))],
    "orthonormal": [(same(total(A[j, i] * A[m, i]), sp.KroneckerDelta(j, m)), ((j, n), (m, n)))],
    "bounds": [(sp.Ge(p, A[i]), ((i, n),)), (sp.Ge(p, -A[i]), ((i, n),))],
    "a chain of bounds": [(sp.Le(x, y), ()), (sp.Le(y, z), ()), (sp.Le(p, 2 / q), ())],
    "strictly": [(sp.Gt(x, y), ()), (sp.Ne(x, 0), ())],
    "a quadratic form": [(sp.Ge(p * total(B[i] ** 2), total(A[i] * B[i]) ** 2, evaluate=False), (B,))],
    "a form in two indices": [
        (sp.Ge(p * total(total(B[i, j] ** 2, j)), total(A[i] * B[i, 1]) ** 2, evaluate=False), (B,)),
    ],
    "an even power of one variable": [
        (sp.Le((p * B[1] ** 2 - x * B[1] ** 2) ** 2, q * B[1] ** 4, evaluate=False), (B,)),
    ],
    "a derivative": [(same(sp.Derivative(f(x), x), x**2 + y), ())],
}  # fmt: skip


@pytest.mark.parametrize("stated_for_all", MET.values(), ids=MET.keys())
def test_met(stated_for_all: list[Any]) -> None:
    """At most instances, the first of which is a boundary case; the relations hold there."""
    stage = setting(stated(f(x), "=", f(x), *stated_for_all))
    with values.working():
        points = [Point(stage, number, 0) for number in range(16)]
        met = [point for point in points if admissible(point)]
        assert len(met) >= 12
        for point in met:
            for assumption in stage.assumptions:
                if not assumption.ranges and not assumption.quantified:
                    gap = evaluated(assumption.relation.lhs, point) - evaluated(assumption.relation.rhs, point)
                    assert values.satisfied(assumption.relation.rel_op, gap)


CONTRADICTORY = {
    "two values": [(same(x + y, 1), ()), (same(x + y, 2), ())],
    "a negative square": [(sp.Le(x**2, -1), ())],
    "false": [sp.false],
    "out of its kind": [(same(p + 1, 0), ())],
    "a bound of all numbers": [(sp.Le(x, y), (x,))],
}


@pytest.mark.parametrize("stated_for_all", CONTRADICTORY.values(), ids=CONTRADICTORY.keys())
def test_given_up(stated_for_all: list[Any]) -> None:
    """No instance is admissible."""
    stage = setting(stated(z, "=", z, *stated_for_all))
    with values.working():
        assert not any(admissible(Point(stage, number, 0)) for number in range(12))


def test_definitions_are_computed() -> None:
    """In the order of what they depend on, within their ranges, once."""
    definitions = [(same(A[i], i * x), ((i, n),)), (same(y, total(A[i])), ()), (same(x, 3), ())]
    stage = setting(stated(y, "=", y, *definitions))
    assert set(stage.definitions) == {A.label, x, y}
    with values.working():
        point = Point(stage, 2, 0)
        assert evaluated(y, point) == fmpq(9)
        assert (A.label, (3,)) not in point.values
        evaluated(A[3], point)
        assert (A.label, (3,)) in point.values


def test_what_is_no_definition() -> None:
    """A repeated index, an entry, a circle, a second definition."""
    relations = [(same(A[i, i], 1), (i,)), (same(B[1], 2), ()), (same(x, y), ()), (same(y, x), ()), (same(x, 5), ())]
    stage = setting(stated(z, "=", z, *relations))
    assert set(stage.definitions) == {x}
    assert len(stage.assumptions) == 4


def test_hypotheses_are_left_alone() -> None:
    """Nothing that is read is changed."""
    hypothesis = Hypothesis("sum", same(total(A[i]), 1))
    derivation = stated(total(A[i]), "=", 1, hypothesis.relation)
    before = repr(derivation)
    with values.working():
        admissible(Point(setting(derivation), 5, 0))
    assert repr(derivation) == before
