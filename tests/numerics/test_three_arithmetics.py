"""Floats, exact numbers and balls hold the same quantities: those of theory and of slow rationals."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from flint import arb
from hypothesis import given

from numerics.enclosure import enclose, enclosed_gram
from numerics.exact.balls import ball
from numerics.exact.network import smaller_side as smaller_ball
from numerics.flattest.implementation import implementation_lower_bound
from numerics.flattest.rescaling import certified_implementation_lower_bound
from numerics.gram import gram_matrix, gram_sharpness, mean_gradient_square
from numerics.network import Array
from numerics.norm import one_sided_norm, stability_norm
from numerics.problem import Problem
from numerics.weight import one_sided_weight, smaller_side, weight
from proofs_checks.instances.exact import RationalProblem, value
from proofs_checks.instances.profiles import settings
from tests.numerics.examples import Example, grid_examples, net
from theory.falsifier.evaluate import evaluate
from theory.quantities import one_sided_weight as one_sided_weight_formula
from theory.quantities import weight as weight_formula
from theory.symbols import indexed


def rational(example: Example) -> RationalProblem:
    f = example.network
    return RationalProblem.of(f.W1, f.b1, f.w2, f.b2, example.x, example.y)


def close_to(found: float, exact: arb) -> bool:
    """A float is within rounding of a ball."""
    return bool(abs(found - exact) <= 1e-12 * (1 + abs(exact)))


@settings(max_examples=40)
@given(grid_examples())
def test_the_norms(example: Example) -> None:
    exact, problem = rational(example), Problem(example.network, example.x, example.y)
    enclosed = enclose(problem)
    for floating, enclosure, terms in (
        (stability_norm(problem), enclosed.stability_norm, exact.stability_norm()),
        (one_sided_norm(problem), enclosed.one_sided_norm, exact.one_sided_norm()),
        (mean_gradient_square(problem), enclosed.mean_gradient_square, ((exact.mean_gradient_square(), Fraction(1)),)),
    ):
        assert enclosure.overlaps(value(terms))
        assert close_to(floating, value(terms))
    assert enclosed.loss is not None
    assert enclosed.loss.overlaps(ball(exact.loss()))
    assert enclosed.kinks == problem.kinks == exact.kinks()


@settings(max_examples=40)
@given(grid_examples())
def test_the_gram_matrix(example: Example) -> None:
    exact, problem, n = rational(example).gram(), Problem(example.network, example.x), len(example.x)
    enclosed = enclosed_gram(problem)
    floating = gram_matrix(problem)
    for j in range(n):
        for l in range(n):  # noqa: E741 - as in theory
            assert problem.exact.gram.fraction(j, l) == n * exact[j][l]
            assert enclosed[j, l].overlaps(ball(exact[j][l]))
            assert float(enclosed[j, l].rad()) <= 1e-30
            assert floating[j, l] == pytest.approx(float(exact[j][l]), rel=1e-15)
    assert enclose(problem).gram_sharpness.overlaps(rational(example).sharpness(40))
    assert close_to(gram_sharpness(problem), enclose(problem).gram_sharpness)


@settings(max_examples=40)
@given(grid_examples())
def test_the_bound_on_implementations_at_the_constant_vector_is_made_of_the_norm(example: Example) -> None:
    """1 + 2 |f|_S: the smaller side of the dual certificates is that of g."""
    problem, ones = Problem(example.network, example.x), np.ones((1, len(example.x)))
    expected = 1 + 2 * value(rational(example).stability_norm())
    assert close_to(implementation_lower_bound(problem, vectors=ones), expected)
    proved = certified_implementation_lower_bound(problem, vectors=ones)
    assert abs(ball(proved) - expected) <= 1e-15 * expected


def by_theory(formula: sp.Expr, normal: Array, threshold: float, x: Array) -> float:
    """A weight as theory defines it, on rational data at a rational normal of any length."""
    here = {
        "n": len(x),
        "d": len(normal),
        "x": [[Fraction(entry) for entry in point] for point in x.tolist()],
        "v_at": [Fraction(entry) for entry in normal.tolist()],
        "minus_v_at": [-Fraction(entry) for entry in normal.tolist()],
        "b_at": Fraction(threshold),
    }
    return float(evaluate(formula, here))


@settings(max_examples=20)
@given(grid_examples())
def test_the_weights_are_those_of_theory(example: Example) -> None:
    """Weights are homogeneous in (w1, b1), so that normals may be rational, and of any length."""
    v, minus_v, b = indexed("v_at", "v"), indexed("minus_v_at", "-v"), sp.Symbol("b_at", real=True)
    problem = Problem(example.network, example.x)
    f, exact = problem.network, problem.exact
    for i in np.flatnonzero(np.any(f.W1 != 0, axis=1))[:1]:
        length = float(np.linalg.norm(f.W1[i]))
        unit, threshold = f.W1[[i]] / length, -f.b1[[i]] / length
        of_gt = by_theory(one_sided_weight_formula(v, b), f.W1[i], -float(f.b1[i]), example.x)
        of_g = by_theory(weight_formula(v, minus_v, b), f.W1[i], -float(f.b1[i]), example.x)
        assert float(exact.above.term(int(i))) == pytest.approx(of_gt, rel=1e-14)
        assert float(smaller_ball(exact.above.term(int(i)), exact.below.term(int(i)))) == pytest.approx(of_g, rel=1e-14)
        if not np.any(np.abs(example.x @ unit[0] - threshold) < 1e-9):  # a unit normal is rounded
            assert one_sided_weight(unit, threshold, example.x)[0] * length == pytest.approx(of_gt, rel=1e-12)
            assert weight(unit, threshold, example.x)[0] * length == pytest.approx(of_g, rel=1e-12)


def test_the_smaller_side() -> None:
    assert smaller_side(np.array([1.0, 3.0]), np.array([2.0, 2.0])).tolist() == [1.0, 2.0]
    assert smaller_ball(arb(1), arb(2)) == 1


def test_two_sides_that_differ() -> None:
    """Two data on one side, far away, and one on the other, near: all three take the near one."""
    f, x = net([[1.0]], [0.0], [2.0]), np.array([[3.0], [5.0], [-1.0]])
    expected = 2 * float(np.hypot(1, 1)) / 9
    assert stability_norm(f, x) == pytest.approx(expected, rel=1e-15)
    assert float(enclose(f, x).stability_norm) == pytest.approx(expected, rel=1e-15)
    assert float(value(RationalProblem.of(f.W1, f.b1, f.w2, f.b2, x).stability_norm())) == pytest.approx(expected)
