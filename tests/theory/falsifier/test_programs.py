"""Values of expressions: exact for rational numbers, enclosed for others, undefined where there is none."""

from __future__ import annotations

from typing import Any

import mpmath
import pytest
import sympy as sp
from flint import arb, fmpq

from tests.theory.falsifier.bare import stated
from theory.falsifier import values
from theory.falsifier.instances import Point
from theory.falsifier.programs import evaluated
from theory.falsifier.setting import setting
from theory.falsifier.values import Beyond, Number, Undefined
from theory.kernel.functions import relu, step

i, j, n = sp.symbols("i j n", integer=True, positive=True)
x, y, t = sp.symbols("x y t", real=True)
p = sp.Symbol("p", positive=True)
A = sp.IndexedBase(sp.Symbol("A", real=True))
label = A.label
HALF = sp.Rational(1, 2)


def rational(number: int | tuple[int, int]) -> fmpq:
    """A number, or a pair of numerator and denominator."""
    return fmpq(*number) if isinstance(number, tuple) else fmpq(number)


def at(e: Any, **given: Any) -> Number:
    """The value at an instance: x, y, p and n by name, A by its entries."""
    names: dict[Any, Any] = {s: rational(given[s.name]) for s in (x, y, p, n) if s.name in given}
    names |= {(label, (place,)): fmpq(entry) for place, entry in enumerate(given.get("A", []), 1)}
    with values.working():
        return evaluated(sp.sympify(e), Point(setting(stated(e, "=", e)), 0, 0, given=names))


EXACT = [
    (sp.Sum(A[i] ** 2, (i, 1, n)), {"n": 3, "A": [1, 2, 3]}, fmpq(14)),
    (sp.Sum(A[i], (i, 1, n)), {"n": 0, "A": []}, fmpq(0)),
    (sp.Sum(A[i], (i, 1, j), (j, 1, n)), {"n": 3, "A": [1, 10, 100]}, fmpq(3 + 20 + 100)),
    (sp.Product(A[i], (i, 1, n)), {"n": 3, "A": [2, 3, 5]}, fmpq(30)),
    (sp.sqrt(x), {"x": (4, 9)}, fmpq(2, 3)),
    (x ** sp.Rational(-3, 2), {"x": (4, 9)}, fmpq(27, 8)),
    (sp.Min(x, y) + 10 * sp.Max(x, y), {"x": -2, "y": 3}, fmpq(28)),
    (step(x) + 10 * relu(y) + 100 * sp.Abs(x), {"x": 0, "y": -3}, fmpq(0)),
    (step(x) + 10 * relu(y) + 100 * sp.sign(y), {"x": 2, "y": 3}, fmpq(131)),
    (sp.KroneckerDelta(i, 2), {}, fmpq(0)),
    (sp.Derivative(x**3 * y, (x, 2)), {"x": 2, "y": 5}, fmpq(60)),
    (sp.Derivative(x**3 * y**2, x, y), {"x": 2, "y": 5}, fmpq(120)),
    (sp.Derivative(x * sp.Derivative(x**3, x), x), {"x": 2}, fmpq(36)),
    (sp.Derivative(1 / x, (x, 3)), {"x": 2}, fmpq(-6, 16)),
    (sp.Derivative(sp.Sum(A[i] ** 3, (i, 1, n)), A[2]), {"n": 3, "A": [1, 2, 3]}, fmpq(12)),
    (sp.Derivative(relu(x * y) + sp.Abs(x), x), {"x": -2, "y": -3}, fmpq(-4)),
    (sp.Subs(sp.Derivative(x**2, x), x, y), {"y": 7}, fmpq(14)),
    (sp.Integral(t**2 * x, (t, 0, y)), {"x": 3, "y": 2}, fmpq(8)),
    (sp.Derivative(sp.Integral(t**2 * x, (t, 0, x)), x), {"x": 3}, fmpq(36)),
    (sp.gamma(5) + sp.factorial(x), {"x": 3}, fmpq(30)),
    (sp.Piecewise((x, x > 1), (y, True)), {"x": 1, "y": 5}, fmpq(5)),
]  # fmt: skip


@pytest.mark.parametrize(("e", "given", "expected"), EXACT)
def test_exact(e: sp.Expr, given: dict[str, Any], expected: fmpq) -> None:
    """Rational values are exact."""
    value = at(e, **given)
    assert isinstance(value, fmpq)
    assert value == expected


ENCLOSED = [
    (sp.sqrt(2), "sqrt(2)"),
    (sp.exp(x) * sp.sin(y) + sp.log(p), "exp(1/3)*sin(-2) + log(5/7)"),
    (p**x, "(5/7)**(1/3)"),
    (sp.asin(x) + sp.acos(x) + sp.atan(y) + sp.tan(x), "pi/2 + atan(-2) + tan(1/3)"),
    (sp.asinh(y) + sp.acosh(p + 1) + sp.atanh(x), "asinh(-2) + acosh(12/7) + atanh(1/3)"),
    (sp.sinh(x) + sp.cosh(y) + sp.tanh(y), "sinh(1/3) + cosh(-2) + tanh(-2)"),
    (sp.erf(x) + sp.erfc(y) + sp.gamma(p) + sp.loggamma(p), "erf(1/3) + erfc(-2) + gamma(5/7) + loggamma(5/7)"),
    (sp.beta(p, p), "gamma(5/7)**2/gamma(10/7)"),
    (sp.Derivative(sp.erf(x), x), "2*exp(-1/9)/sqrt(pi)"),
    (sp.Derivative(sp.sqrt(1 + x**2), (x, 2)), "(1 + 1/9)**(-3/2)"),
    (sp.Derivative(p**x, x), "(5/7)**(1/3)*log(5/7)"),
    (sp.Derivative(sp.Integral(sp.exp(-x * t), (t, 0, x)), x), "2*exp(-1/9) - 9*(1 - exp(-1/9))"),
    (sp.Integral(t**2, (t, 0, x)), "1/81"),
    (sp.Integral(t**2, (t, x, 0)), "-1/81"),
    (sp.Integral(sp.exp(-(t**2)), (t, -sp.oo, sp.oo)), "sqrt(pi)"),
    (sp.Integral(sp.exp(t), (t, -sp.oo, x)), "exp(1/3)"),
    (sp.Integral(1 / (1 + t**2) ** 2, (t, 0, sp.oo)), "pi/4"),
    (sp.Integral(1 / sp.sqrt(1 - t**2), (t, -1, 1)), "pi"),
    (sp.Integral(sp.log(t), (t, 0, 1)), "-1"),
    (sp.Integral(x * y * t, (t, 0, 1), (y, 0, x)), "1/108"),
    (sp.re(sp.exp(sp.I * x)) + sp.im(sp.conjugate(sp.I * x)), "cos(1/3) - 1/3"),
]  # fmt: skip


@pytest.mark.parametrize(("e", "expected"), ENCLOSED)
def test_enclosed(e: sp.Expr, expected: str) -> None:
    """Others lie in a small ball, at x = 1/3, y = -2, p = 5/7."""
    value = at(e, x=(1, 3), y=-2, p=(5, 7))
    digits = sp.N(sp.sympify(expected, rational=True), 40)
    with values.working():
        assert arb(value).rad() < arb(10) ** -15
        assert abs(arb(value).mid() - arb(str(digits))) < arb(value).rad() + arb(10) ** -38


def test_quadrature_owns_up_to_a_jump() -> None:
    """The integral of an indicator is enclosed, by a ball that is not small."""
    value = at(sp.Integral(step(t - sp.Rational(1, 3)), (t, 0, 1)))
    assert arb(value).contains(fmpq(2, 3))
    assert mpmath.mpf(float(arb(value).rad())) > 1e-8


UNDEFINED = [
    (1 / x, {"x": 0}),
    (sp.sqrt(x), {"x": -1}),
    (x**y, {"x": -2, "y": (1, 3)}),
    (x**y, {"x": 0, "y": (-1, 3)}),
    (sp.log(x), {"x": 0}),
    (sp.asin(x), {"x": 2}),
    (sp.acosh(x), {"x": (1, 2)}),
    (sp.gamma(x), {"x": -1}),
    (sp.Derivative(relu(x), x), {"x": 0}),
    (sp.Derivative(step(x), x), {"x": 0}),
    (sp.Derivative(sp.Abs(x), x), {"x": 0}),
    (sp.Derivative(sp.Min(x, y), x), {"x": 1, "y": 1}),
    (sp.Derivative(sp.sqrt(x), x), {"x": 0}),
    (0 * sp.Pow(x, -1, evaluate=False) + sp.Sum(1 / A[i], (i, 1, 1)), {"x": 1, "A": [0]}),
]  # fmt: skip


@pytest.mark.parametrize(("e", "given"), UNDEFINED)
def test_undefined(e: sp.Expr, given: dict[str, Any]) -> None:
    """No value is made up."""
    with pytest.raises(Undefined):
        at(e, **given)


def test_what_could_be_zero_is_unknown() -> None:
    """1/(sqrt(2) sqrt(3) - sqrt(6)) has no value, and this is not seen: nothing is known of it."""
    value = at(1 / (sp.Mul(sp.sqrt(x), sp.sqrt(y)) - sp.sqrt(x * y)), x=2, y=3)
    assert not arb(value).is_finite()
    assert not values.apart(value, fmpq(5))


def test_a_wide_ball_satisfies_no_equation() -> None:
    """Nor a bound that it may violate; a narrow one about 0 satisfies an equation."""
    for wide in (values.unknown(), arb(0, 1), arb(0, 0.001)):
        assert not any(values.satisfied(operator, wide) for operator in ("==", "!=", ">=", "<=", ">", "<"))
    narrow = arb(0, arb(10) ** -80)
    assert [o for o in ("==", "!=", ">=", "<=", ">", "<") if values.satisfied(o, narrow)] == ["==", ">=", "<="]


BEYOND = [
    sp.zeta(x), A[0], sp.Sum(1, (i, 1, 1000)), sp.Sum(1, (i, 1, HALF)), sp.Integral(t, t), sp.Derivative(x**2, (x, n)),
    A[HALF],
]  # fmt: skip


@pytest.mark.parametrize("e", BEYOND)
def test_beyond(e: sp.Expr) -> None:
    """What is not evaluated says so."""
    with pytest.raises(Beyond):
        at(e, x=2, n=2)


def test_bound_names_are_bound() -> None:
    """The integration variable of one integral is not the free symbol of the same name."""
    e = x * sp.Integral(x, (x, 0, 1)) + sp.Derivative(sp.Integral(x * y, (x, 0, y)), y)
    value = at(e, x=10, y=2)
    assert abs(arb(value) - 11) < arb(10) ** -15
