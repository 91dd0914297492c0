"""Functions that are known by an equation for a derivative: which equations are used, and what follows from them."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp
from flint import fmpq

from tests.theory.falsifier.bare import stated
from theory.falsifier import Refuted, falsify, values
from theory.falsifier.instances import Point
from theory.falsifier.programs import evaluated
from theory.falsifier.setting import setting
from theory.falsifier.values import Beyond

x, y = sp.symbols("x y", real=True)
f, g, h = (sp.Function(name, real=True) for name in "fgh")
grows = sp.Function("grows", positive=True)


def slope(function: Any, right: Any, order: int = 1) -> sp.Eq:
    """An equation for a derivative."""
    return sp.Eq(sp.Derivative(function(x), (x, order)), right, evaluate=False)


energy = f(x) ** 2 + sp.Derivative(f(x), x) ** 2
TRUE = {
    "an oscillation": stated(sp.Derivative(energy, x), "=", 0, slope(f, -f(x), 2)),
    "a primitive": stated(sp.Derivative(x * f(x), x), "=", f(x) + x**2, slope(f, x)),
    "of a positive function": stated(sp.Derivative(sp.log(grows(x)), x), "=", y, slope(grows, y * grows(x))),
    "by another function": stated(sp.Derivative(f(x), (x, 2)), "=", 2 * x, slope(f, g(x)), slope(g, 2 * x)),
}
FALSE = {
    "a growing one": stated(sp.Derivative(energy, x), "=", 0, slope(f, f(x), 2)),
    "a primitive, doubled": stated(sp.Derivative(x * f(x), x), "=", f(x) + 2 * x**2, slope(f, x)),
    "of a positive function, turned": stated(
        sp.Derivative(grows(x), x), "=", -y * grows(x), slope(grows, y * grows(x))
    ),
}


@pytest.mark.parametrize("derivation", TRUE.values(), ids=TRUE.keys())
def test_true(derivation: Any) -> None:
    """At every instance."""
    falsify(derivation)


@pytest.mark.parametrize("derivation", FALSE.values(), ids=FALSE.keys())
def test_false(derivation: Any) -> None:
    """At one."""
    with pytest.raises(Refuted):
        falsify(derivation)


def test_which_equations_are_used() -> None:
    """The lowest order of each function; a higher one gives the function on its right, or stays an assumption."""
    second, third = slope(f, h(x), 2), slope(f, x, 3)
    stage = setting(stated(f(x), "=", f(x), second, third, slope(f, g(x))))
    assert {function.__name__: found.order for function, found in stage.slopes.items()} == {"f": 1, "h": 0}
    assert [assumption.relation for assumption in stage.assumptions] == [third]


def test_one_point_alone() -> None:
    """An equation says what a function is near the instance, nothing of other places."""
    stage = setting(stated(f(x), "=", f(y), slope(f, x)))
    with values.working():
        point = Point(stage, 0, 0, given={x: fmpq(1), y: fmpq(2)})
        evaluated(f(x), point)
        with pytest.raises(Beyond, match="one point alone"):
            evaluated(f(y), point)
