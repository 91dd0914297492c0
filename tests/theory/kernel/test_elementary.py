"""Identities of elementary functions: each rule, and the nearest false thing that it must refuse."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import sympy as sp

from theory.kernel.elementary import defined_on, elementary_identity, is_nonnegative_on, is_positive_on
from theory.kernel.generators import Generators, NotElementary
from theory.kernel.region import Region

x, y = sp.symbols("x y", real=True)
p, q = sp.symbols("p q", positive=True)
z = sp.Symbol("z", nonnegative=True)
n = sp.Symbol("n", integer=True, positive=True)
half, third, tiny = sp.Rational(1, 2), sp.Rational(1, 3), sp.Rational(1, 10**9)
f, g = (sp.Function(name, real=True) for name in "fg")
Domain = Mapping[sp.Symbol, tuple[sp.Expr, sp.Expr]]
UNIT: Domain = {x: (0, 1)}
SYMMETRIC: Domain = {x: (-1, 1)}


def area(body: sp.Expr, variable: sp.Symbol, low: sp.Expr = sp.S.Zero, high: sp.Expr = sp.S.One) -> sp.Integral:
    """An integral that is not carried out."""
    return sp.Integral(body, (variable, low, high))


TRUE: list[tuple[sp.Expr, sp.Expr, Domain]] = [
    (sp.sin(3 * x), 3 * sp.sin(x) - 4 * sp.sin(x) ** 3, {}),
    (sp.cos(x - y), sp.cos(x) * sp.cos(y) + sp.sin(x) * sp.sin(y), {}),
    (sp.sin(x + sp.pi / 4), (sp.sin(x) + sp.cos(x)) / sp.sqrt(2), {}),
    (sp.tan(x), sp.sin(2 * x) / (2 * sp.cos(x) ** 2), {x: (0, sp.pi / 2)}),
    (sp.cos(x / 2) ** 2, (1 + sp.cos(x)) / 2, {}),
    (sp.sin(x / 3 + x / 2), sp.sin(x / 3) * sp.cos(x / 2) + sp.cos(x / 3) * sp.sin(x / 2), {}),
    (sp.sqrt(1 - x**2), sp.sqrt(1 - x) * sp.sqrt(1 + x), SYMMETRIC),
    (sp.sqrt(1 + 1 / p**2), sp.sqrt(p**2 + 1) / p, {}),
    (sp.sqrt((1 - x) / (1 + x)), sp.sqrt(1 - x**2) / (1 + x), SYMMETRIC),
    (sp.cbrt(p) * sp.sqrt(p), p ** sp.Rational(5, 6), {}),
    (1 / (sp.sqrt(2) - 1), sp.sqrt(2) + 1, {}),
    (1 / (sp.sqrt(p + 1) - sp.sqrt(p)), sp.sqrt(p + 1) + sp.sqrt(p), {}),
    (sp.sqrt(x**2), x, UNIT),
    (sp.sqrt(x**2), -x, {x: (-1, 0)}),
    (sp.Abs(x * y) ** 2, x**2 * y**2, {}),
    (sp.Abs(x * y), sp.Abs(x) * y, {y: (0, 1)}),
    (sp.log(x**2), 2 * sp.log(x), UNIT),
    (sp.log(x**2), 2 * sp.log(-x), {x: (-1, 0)}),
    (sp.log(1 - x**2), sp.log(1 - x) + sp.log(1 + x), SYMMETRIC),
    (sp.log(p / (6 * q)), sp.log(p) - sp.log(q) - sp.log(2) - sp.log(3), {}),
    (sp.log(p**y), y * sp.log(p), {}),
    (sp.log(3 * sp.exp(x) / p), x + sp.log(3) - sp.log(p), {}),
    (sp.exp(x + y) / sp.exp(y), sp.exp(x), {}),
    (sp.exp(x / 2) ** 2, sp.exp(x), {}),
    (sp.exp(-(x**2) / (2 * p)) * sp.exp(x**2 / p), sp.exp(x**2 / (2 * p)), {}),
    (sp.cosh(x) ** 2 - sp.sinh(x) ** 2, sp.S.One, {}),
    (sp.tanh(x), (1 - sp.exp(-2 * x)) / (1 + sp.exp(-2 * x)), {}),
    (p ** (x + y), p**x * p**y, {}),
    ((p * q) ** x, p**x * q**x, {}),
    ((1 - x) ** y * (1 + x) ** y, (1 - x**2) ** y, SYMMETRIC),
    (sp.gamma(p + 3), (p + 2) * (p + 1) * p * sp.gamma(p), {}),
    (sp.gamma(2 * p), 2 ** (2 * p - 1) * sp.gamma(p) * sp.gamma(p + half) / sp.sqrt(sp.pi), {}),
    (sp.gamma((p - 1) / 2), sp.gamma((p + 1) / 2) / ((p - 1) / 2), {p: (1, sp.oo)}),
    (sp.asin(x) + sp.acos(x), sp.pi / 2, SYMMETRIC),
    (sp.atan(-x / 2), -sp.atan(x / 2), {}),
    (sp.erf(p / (sp.sqrt(2) * q)), sp.erf(sp.sqrt(2) * p / (2 * q)), {}),
    (sp.Derivative(p**q, p), q * p ** (q - 1), {}),
    (sp.Derivative(p**q, q), sp.log(p) * p**q, {}),
    (sp.Derivative(sp.atan(x / p), x), p / (p**2 + x**2), {}),
    (sp.Derivative(sp.sqrt(1 - x**2), x), -x / sp.sqrt(1 - x**2), SYMMETRIC),
    (sp.Derivative(x * f(x), (x, 2)), 2 * sp.Derivative(f(x), x) + x * sp.Derivative(f(x), (x, 2)), {}),
    (sp.Derivative(sp.exp(f(x)), x), sp.Derivative(f(x), x) * sp.exp(f(x)), {}),
    (sp.Derivative(area(sp.sqrt(y), y, x, sp.S(2)), x), -sp.sqrt(x), UNIT),
    (area(x**2 * p, x), area(y**2 * p, y), {}),
    (x * area(x**2, x), x * area(y**2, y), {}),
    (area(y * area(x * y, x, sp.S.Zero, y), y), area(q * area(p * q, p, sp.S.Zero, q), q), {}),
    (area((1 + y) * area(x * y, x), y), area((1 + p) * area(p * q, q), p), {}),
    (sp.atan(1 - x), -sp.atan(x - 1), {}),
    (sp.atan(1 / (1 - x)), -sp.atan(1 / (x - 1)), UNIT),
    (sp.atan(x - x + p * 0 + sp.sin(x) ** 2 + sp.cos(x) ** 2 - 1), sp.S.Zero, {}),
    (sp.sqrt(sp.atan(1 - x) ** 2), sp.atan(1 - x), UNIT),
    (1 / (x**2 - x + 1), (x + 1) / (x**3 + 1), {x: (-1, 1)}),
    (sp.exp(x / (1 + x)) ** 2, sp.exp(2 * x / (1 + x)), UNIT),
    (sp.exp(sp.sin(x) ** 2 + sp.cos(x) ** 2 - 1), sp.S.One, {}),
    (sp.sin(2 * sp.pi / 7), 2 * sp.sin(sp.pi / 7) * sp.cos(sp.pi / 7), {}),
]  # fmt: skip

FALSE: list[tuple[str, sp.Expr, sp.Expr, Domain]] = [
    ("the log of a square", sp.log((x + sp.Rational(7, 10)) ** 2), 2 * sp.log(x + sp.Rational(7, 10)), SYMMETRIC),
    ("the log of a square, one end beyond", sp.log((x + 1) ** 2), 2 * sp.log(x + 1), {x: (-1 - tiny, 1)}),
    ("the log of a product of negatives", sp.log(x * y), sp.log(x) + sp.log(y), {x: (-1, 0), y: (-1, 0)}),
    ("the log of a sum", sp.log(p + q), sp.log(p) + sp.log(q), {}),
    ("the log at zero", sp.log(z) - sp.log(2 * z), -sp.log(2), {}),
    ("the root of a square", sp.sqrt(x**2), x, SYMMETRIC),
    ("the root of a square of a sum", sp.sqrt((x - half) ** 2), x - half, UNIT),
    ("roots of negatives multiplied", sp.sqrt(x * y), sp.sqrt(x) * sp.sqrt(y), {x: (-1, 0), y: (-1, 0)}),
    ("the wrong branch", sp.sqrt(x**2), x, {x: (-1, 0)}),
    ("the other root", 1 / (sp.sqrt(2) - 1), 1 - sp.sqrt(2), {}),
    ("the root of 3 for that of 2", sp.sqrt(2) * sp.sqrt(3), sp.sqrt(5), {}),
    ("a cube root of a negative", sp.Pow(sp.Pow(x, 3), third, evaluate=False), x, SYMMETRIC),
    ("the absolute value", sp.Abs(x), x, SYMMETRIC),
    ("the absolute value of a sum", sp.Abs(x + y), sp.Abs(x) + sp.Abs(y), {}),
    ("a power of a negative base", sp.Pow(x**2, y / 2, evaluate=False), x**y, {x: (-1, 0)}),
    ("a power of a base at zero", sp.Pow(z, y), sp.Pow(z, y), {}),
    ("the power of a sum", (p + q) ** x, p**x + q**x, {}),
    ("exponents multiplied for added", p ** (x * y), p**x * p**y, {}),
    ("arcsine of the sine beyond pi/2", sp.asin(sp.sin(x)), x, {x: (0, sp.pi)}),
    ("arctangent of the tangent beyond pi/2", sp.atan(sp.tan(x)), x, {x: (sp.pi / 2, sp.pi)}),
    ("arcsine of a number beyond 1", sp.asin(x) + sp.acos(x), sp.pi / 2, {x: (0, sp.Rational(11, 10))}),
    ("arctangents added across the branch", sp.atan(1 / x), sp.pi / 2 - sp.atan(x), SYMMETRIC),
    ("the tangent across pi/2", sp.tan(x) * sp.cos(x), sp.sin(x), {x: (0, sp.pi)}),
    ("sine is one minus cosine squared", sp.sin(x), 1 - sp.cos(x) ** 2, {}),
    ("the sine from the cosine", sp.sin(x), sp.sqrt(1 - sp.cos(x) ** 2), {}),
    ("the sine of twice", sp.sin(2 * x), 2 * sp.sin(x), {}),
    ("the cosine of an odd shift", sp.cos(x + sp.pi), sp.cos(x), {}),
    ("gamma at nonpositive integers", sp.gamma(x + 1), x * sp.gamma(x), {x: (-2, 1)}),
    ("the recurrence one off", sp.gamma(p + 1), (p + 1) * sp.gamma(p), {}),
    ("the duplication by 4^p", sp.gamma(2 * p) * sp.sqrt(sp.pi), 4**p * sp.gamma(p) * sp.gamma(p + half), {}),
    ("a factor at 0", sp.Mul(x, sp.Pow(x, -1), evaluate=False), sp.S.One, SYMMETRIC),
    ("the exponential of a product", sp.exp(x * y), sp.exp(x) * sp.exp(y), {}),
    ("cosh and sinh", sp.cosh(x) ** 2 + sp.sinh(x) ** 2, sp.S.One, {}),
    ("wrong by 1e-30", sp.exp(x) * (1 + sp.Rational(1, 10**30)), sp.exp(x), {}),
    ("a number that is nearly pi", sp.pi, sp.Rational(314159265358979323846264338328, 10**29), {}),
    ("a number that is not exact", x, 1.0 * x, {}),
    ("the derivative of the absolute value", sp.Derivative(sp.Abs(x), x), x / sp.Abs(x), SYMMETRIC),
    ("a derivative at the end of a root", sp.Derivative(sp.sqrt(z), z), 1 / (2 * sp.sqrt(z)), {}),
    ("the derivative with the other sign", sp.Derivative(sp.sqrt(1 - x**2), x), x / sp.sqrt(1 - x**2), SYMMETRIC),
    ("a derivative beyond the domain", sp.Derivative(sp.asin(x), x), 1 / sp.sqrt(1 - x**2), {}),
    ("the product rule", sp.Derivative(x * f(x), x), sp.Derivative(f(x), x), {}),
    ("two unknown functions", f(x), g(x), {}),
    ("one function at two places", f(x), f(y), {}),
    ("the derivative by a parameter under the integral", sp.Derivative(area(x * y, y), x), area(y, y), {}),
    ("the lower end with the upper end's sign", sp.Derivative(area(f(y), y, x, sp.S.One), x), f(x), {}),
    ("a bound name that is free as well", area(x**2, x), x**2 * area(1 + 0 * y, y), {}),
    ("the free symbol for the bound one", area(x * p, x), area(y * x, y), {}),
    ("different ends", area(f(x), x), area(f(x), x, sp.S.Zero, sp.S(2)), {}),
    ("one name for two variables", area((1 + y) * area(x * y, x), y), area((1 + y) * area(x**2, x), y), {}),
    ("the root of a square of an arctangent", sp.sqrt(sp.atan(1 - x) ** 2), -sp.atan(1 - x), UNIT),
    ("an arctangent of a reciprocal left out", sp.atan(1 / p), sp.S.Zero, {}),
    ("an arctangent of a negative reciprocal left out", sp.atan(1 / (1 - x)), sp.S.Zero, UNIT),
    ("an error function of a reciprocal left out", p + sp.erf(1 / p), p, {}),
    ("the imaginary unit", sp.I * x, sp.I * x + 0 * y + 1 - 1, {}),
    ("a rectifier in place of a number", sp.Max(x, 0), x, UNIT),
]  # fmt: skip


@pytest.mark.parametrize(("left", "right", "domain"), TRUE, ids=str)
def test_proved(left: sp.Expr, right: sp.Expr, domain: Domain) -> None:
    """Both sides are defined and equal; and a thousandth more is refused."""
    assert defined_on(left, domain)
    assert defined_on(right, domain)
    assert elementary_identity(left - right, domain)
    assert not elementary_identity(left - right + sp.Rational(1, 1000), domain)


@pytest.mark.parametrize(
    ("what", "left", "right", "domain"), FALSE, ids=lambda item: item if isinstance(item, str) else ""
)
def test_refused(what: str, left: sp.Expr, right: sp.Expr, domain: Domain) -> None:  # noqa: ARG001
    """Not equal, or not defined on the whole domain: what a derivation asks for is refused."""
    asked = defined_on(left, domain) and defined_on(right, domain) and elementary_identity(left - right, domain)
    assert not asked


def test_an_identity_is_one_where_both_sides_are_defined() -> None:
    """What is not defined on the whole domain is not zero there."""
    for undefined in (sp.Mul(x, sp.Pow(x, -1), evaluate=False) - 1, sp.Pow(sp.sqrt(x), 2, evaluate=False) - x):
        assert elementary_identity(undefined, UNIT)
        assert not elementary_identity(undefined, SYMMETRIC)


@pytest.mark.parametrize(
    ("e", "domain", "defined"),
    [
        (1 / x, UNIT, True),
        (1 / x, SYMMETRIC, False),
        (1 / (1 - x), UNIT, True),
        (1 / (1 - x), {x: (0, 2)}, False),
        (1 / z, {}, False),
        (sp.sqrt(z), {}, True),
        (1 / sp.sqrt(z), {}, False),
        (sp.sqrt(x), {}, False),
        (sp.sqrt(1 - x**2), SYMMETRIC, True),
        (sp.log(z), {}, False),
        (sp.log(n), {}, True),
        (sp.log(n - 1), {}, False),
        (sp.asin(x), SYMMETRIC, True),
        (sp.acos(2 * x), SYMMETRIC, False),
        (sp.asin(x), {x: (-2, 0)}, False),
        (sp.acos(x), {x: (0, 2)}, False),
        (sp.tan(x), {x: (-sp.pi / 2, sp.pi / 2)}, True),
        (sp.tan(x), {x: (0, 2)}, False),
        (sp.gamma(p), {}, True),
        (sp.gamma(p - 1), {}, False),
        (sp.gamma(z), {}, False),
        (x**y, {}, False),
        ((1 + x**2) ** y, {}, True),
        (z**p, {}, True),
        (area(1 / x, x), {}, True),
        (area(1 / x, x, -sp.S.One), {}, False),
        (area(sp.log(y - x), x, sp.S.Zero, y), {y: (0, 1)}, True),
        (area(sp.log(y - x), x), {y: (0, 1)}, False),
        (area(1 / x, x, sp.S(2), sp.S.One), {}, False),
        (area(sp.sqrt(x), x, sp.oo, sp.S.Zero), {}, False),
        (area(sp.exp(-x), x, sp.S.Zero, sp.oo), {}, True),
        (area(sp.exp(-(x**2)), x, -sp.oo, sp.oo), {}, True),
        (area(y, y, sp.log(x), sp.S.One), {}, False),
        (sp.Derivative(f(sp.log(p)), p), {}, True),
        (sp.Derivative(f(sp.log(x)), x), {}, False),
        (sp.Derivative(sp.Abs(x), x), {}, False),
        (sp.Float("0.5") * x, {}, False),
        (sp.I * x, {}, False),
        (sp.Symbol("c") + x, {}, False),
        (sp.Function("c")(x), {}, False),
        (sp.nan, {}, False),
        (sp.oo, {}, False),
    ],
    ids=str,
)
def test_where_an_expression_is_defined(e: sp.Expr, domain: Domain, defined: bool) -> None:
    """Denominators, roots, logarithms, arcs, tangents, Gamma, powers, integrals, derivatives, kinds of symbols."""
    assert defined_on(e, domain) == defined


@pytest.mark.parametrize(
    ("e", "domain", "sign"),
    [
        (x - x**2, UNIT, "positive"),
        (x**2, SYMMETRIC, "nonnegative"),
        (x - x**2, {x: (-1, 1)}, ""),
        (x - x**2, {x: (0, sp.Rational(1001, 1000))}, ""),
        ((x - half) ** 2, UNIT, "nonnegative"),
        (-((x - half) ** 2), UNIT, ""),
        (x**2 - x + 1, {}, "positive"),
        (x**2 - x + sp.Rational(1, 4), {}, "nonnegative"),
        (x**2 - x + sp.Rational(24, 100), {}, ""),
        (n - 1, {}, "nonnegative"),
        (n - 2, {}, ""),
        (sp.sin(x), {x: (0, sp.pi)}, "positive"),
        (sp.sin(x), {x: (0, 4)}, ""),
        (sp.cos(x), {x: (-sp.pi / 2, sp.pi / 2)}, "positive"),
        (sp.cos(x), {x: (0, 2)}, ""),
        (sp.log(1 + x), UNIT, "positive"),
        (sp.log(x), UNIT, ""),
        (sp.sqrt(1 - x**2) - x, {x: (0, 1 / sp.sqrt(2))}, "positive"),
        (sp.sqrt(1 - x**2) - x, UNIT, ""),
        (y - x, {x: (0, y), y: (0, 1)}, "positive"),
        (x - y, {x: (0, y), y: (0, 1)}, ""),
        (y - x, {x: (y, sp.oo)}, ""),
        (sp.pi - 3, {}, "positive"),
        (sp.pi - sp.Rational(22, 7), {}, ""),
        (sp.exp(-p) * p, {}, "positive"),
        (p**x, {}, "positive"),
        (f(x) ** 2, {}, "nonnegative"),
        (f(x), {}, ""),
        (sp.Abs(x), SYMMETRIC, "nonnegative"),
        (1 / x**2, SYMMETRIC, ""),
        (sp.sqrt(x), SYMMETRIC, ""),
        (sp.S.Zero, {}, "nonnegative"),
        (x + 1, {}, ""),
        (x**2 + 3 * x + 2, {}, ""),
        (x**2 + y**2, {}, "nonnegative"),
        (z + x**2, {}, "nonnegative"),
        (sp.sqrt(z), {}, "nonnegative"),
        (sp.cbrt(z) + z**p, {}, "nonnegative"),
        (sp.sqrt(p), {}, "positive"),
        (sp.acos(x), UNIT, "positive"),
        (sp.sqrt(p) ** 3 - sp.sqrt(p) + 1, {}, "positive"),
        (sp.sqrt(p) ** 3 - 2 * sp.sqrt(p) + 1, {}, ""),
    ],
    ids=str,
)
def test_signs(e: sp.Expr, domain: Domain, sign: str) -> None:
    """Positive means nonnegative too; on the nearest larger domain, and where it is undefined, nothing is said."""
    assert is_positive_on(e, domain) == (sign == "positive")
    assert is_nonnegative_on(e, domain) == (sign in ("positive", "nonnegative"))


@pytest.mark.parametrize(
    "domain",
    [
        {x: (1, 0)},
        {x: (0, 0)},
        {x: (0, 0.5)},
        {x: (y, 1), y: (x, 2)},
        {sp.Symbol("c"): (0, 1)},
        {p: (-2, -1)},
        {x: (sp.log(y), 1)},
    ],
    ids=str,
)
def test_a_domain_is_made_of_intervals(domain: Domain) -> None:
    """Empty, inexact, circular, of a symbol that is not real, against its kind, with an end that is no number."""
    with pytest.raises(ValueError, match=r"interval|domain|end"):
        elementary_identity(x - x, domain)


def test_the_kind_of_a_symbol_and_its_interval_both_hold() -> None:
    """A nonnegative symbol in (-1, 1) may be zero, a positive one may not."""
    assert is_positive_on(1 - p**2, {p: (-1, 1)})
    assert is_positive_on(p, {p: (-1, 1)})
    assert is_nonnegative_on(z, {z: (-1, 1)})
    assert not is_positive_on(z, {z: (-1, 1)})


def test_integrals_are_in_one_variable_and_not_nested_too_deeply() -> None:
    """Nothing is said of others, though they are equal to themselves."""
    double = sp.Integral(x * y, (x, 0, 1), (y, 0, 1))
    nested = x
    for _ in range(9):
        nested = area(nested, x, high=x)
    for e in (double, nested):
        assert not elementary_identity(e - 2 * e, {})
        assert not defined_on(e, {})
    assert defined_on(nested.function, {})


def test_a_second_look_at_what_is_computed_with() -> None:
    """What is not defined is refused where it is asked for first; the algebra by itself refuses it, too."""
    for e, words in (
        (sp.atan(1 / (sp.sin(x) ** 2 + sp.cos(x) ** 2 - 1)), "a denominator is zero"),
        (sp.sqrt(-p - 1), "not seen to be positive"),
        (sp.zeta(x), "not among the functions"),
    ):
        with pytest.raises(NotElementary, match=words):
            Generators.vanishes(e, Region({}))
