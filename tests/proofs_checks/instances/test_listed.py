"""Exact networks in the notation by hyperplane."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp

from proofs_checks.instances.exact import RationalProblem
from proofs_checks.instances.listed import in_roots, listed
from proofs_checks.instances.pinned import PINNED, Pinned


@pytest.mark.parametrize("net", PINNED.values(), ids=PINNED)
def test_the_definitions_give_the_pinned_values(net: Pinned) -> None:
    """The norm and the squared mean gradient, by theory's definitions."""
    values = listed(net.problem)
    assert in_roots(values["stability_norm"]) == net.norm
    square = net.mean_gradient_square
    assert values["mean_gradient_square"] == sp.Rational(square.numerator, square.denominator)


def test_places_by_hyperplane_and_orientation() -> None:
    """Two neurons of opposite orientation share a hyperplane, a constant one has its own; free places hold nothing."""
    net = RationalProblem.of([[1, 0], [-2, 0], [0, 0]], [1, -2, 5], [3, 7, 11], 0, [[1, 1], [-3, 0]])
    values = listed(net)
    assert (values["planes"], values["k"]) == (2, 2)
    assert values["direction_of_plane"] == [(1, 0), (0, 0)]
    assert values["threshold_of_plane"] == [-1, -5]
    assert values["present_along"] == [[1, 0], [1, 0]]
    assert values["present_against"] == [[0, 1], [0, 0]]
    assert values["scale"] == [[1, 2], [1, 1]]
    assert values["amplitude_along"] == [[3, 0], [0, 0]]
    assert values["amplitude_against"] == [[0, 14], [0, 0]]
    assert values["merged_amplitude"] == [17, 0]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (sp.Integer(0), ()),
        (sp.Rational(3, 2), ((Fraction(3, 2), 1),)),
        (2 * sp.sqrt(8) - sp.sqrt(sp.Rational(1, 2)), ((Fraction(7, 2), 2),)),
        (-sp.sqrt(3) / 5 + 1, ((Fraction(1), 1), (Fraction(-1, 5), 3))),
    ],
)
def test_in_roots(value: sp.Expr, expected: object) -> None:
    """Sums of rational multiples of roots, with square-free radicands."""
    assert in_roots(value) == expected
