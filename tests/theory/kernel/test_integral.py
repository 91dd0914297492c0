"""Integrals by a primitive and signs of polynomials: what is proved, and the nearest false thing."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import mpmath
import pytest
import sympy as sp

from theory.kernel.elementary import elementary_identity
from theory.kernel.integral import nonnegative_on_interval, value_of_integral

t, x, b = sp.symbols("t x b", real=True)
p, r = sp.symbols("p r", positive=True)
half = sp.Rational(1, 2)
Domain = Mapping[sp.Symbol, tuple[sp.Expr, sp.Expr]]


def area(body: sp.Expr, low: sp.Expr | int, high: sp.Expr | int) -> sp.Integral:
    """An integral over t that is not carried out."""
    return sp.Integral(body, (t, low, high))


arc = sp.sqrt(1 - t**2)
PROVED: list[tuple[sp.Integral, sp.Expr, sp.Expr, Domain]] = [
    (area(t**2, 0, 1), t**3 / 3, sp.Rational(1, 3), {}),
    (area(t**2, -1, 1), t**3 / 3, sp.Rational(2, 3), {}),
    (area(x * t, 0, x), x * t**2 / 2, x**3 / 2, {x: (0, 1)}),
    (area(t, x, 1), t**2 / 2, (1 - x**2) / 2, {x: (0, 1)}),
    (area(1 / t, p, r), sp.log(t), sp.log(r / p), {p: (0, r)}),
    (area(1 / t**2, 1, sp.oo), -1 / t, sp.S.One, {}),
    (area(sp.exp(-p * t), 0, sp.oo), -sp.exp(-p * t) / p, 1 / p, {}),
    (area(sp.exp(-p * t**2), -sp.oo, sp.oo), sp.sqrt(sp.pi / p) * sp.erf(sp.sqrt(p) * t) / 2, sp.sqrt(sp.pi / p), {}),
    (area(1 / sp.sqrt(1 - t**2), -1, 1), sp.asin(t), sp.pi, {}),
    (area(1 / sp.sqrt(t), 0, 1), 2 * sp.sqrt(t), sp.S(2), {}),
    (area(sp.log(t), 0, 1), t * sp.log(t) - t, -sp.S.One, {}),
    (area(t ** (p - 1), 0, 1), t**p / p, 1 / p, {}),
    (area(1 / (1 + 3 * sp.sin(t) ** 2), 0, sp.pi / 2), sp.atan(2 * sp.tan(t)) / 2, sp.pi / 4, {}),
    (area(1 / (t**2 + b**2), 0, sp.oo), sp.atan(t / b) / b, sp.pi / (2 * b), {b: (0, 1)}),
    (area(sp.cos(t), 0, sp.pi), sp.sin(t), sp.S.Zero, {}),
    (area((1 - arc) / t**2, 0, 1), sp.asin(t) - (1 - arc) / t, sp.pi / 2 - 1, {}),
    (area(t, 1, 1), t, sp.S.Zero, {}),
    (area(x * sp.exp(-p * t), 0, sp.oo), -x * sp.exp(-p * t) / p, x / p, {}),
    (area(sp.exp(-t) * (x * sp.cos(x * t) - sp.sin(x * t)), 0, sp.oo), sp.exp(-t) * sp.sin(x * t), sp.S.Zero, {}),
]
tail = sp.exp(p * t**2) * (1 - sp.erf(t))
turning = 1 / (1 + 3 * sp.sin(t) ** 2)
jump = 10**10 * (t - half)
REFUSED: list[tuple[str, sp.Integral, sp.Expr, Domain, str]] = [
    ("a wrong primitive", area(t**2, 0, 1), t**3 / 2, {}, "derivative of the primitive"),
    ("a primitive wrong by 1e-30", area(t**2, 0, 1), t**3 * (1 + sp.Rational(1, 10**30)) / 3, {}, "derivative"),
    ("the name of another symbol", area(t**2, 0, 1), x**3 / 3, {}, "derivative"),
    ("a pole inside", area(1 / t**2, -1, 1), -1 / t, {}, "defined between"),
    ("a pole inside, odd", area(1 / t, -1, 1), sp.log(sp.Abs(t)), {}, "defined between"),
    ("a pole at the end", area(1 / t, 0, 1), sp.log(t), {}, "no finite limit"),
    ("no decay", area(sp.S.One, 0, sp.oo), t, {}, "no finite limit"),
    ("no limit", area(sp.cos(t), 0, sp.oo), sp.sin(t), {}, "no finite limit"),
    ("a tangent that jumps", area(turning, 0, sp.pi), sp.atan(2 * sp.tan(t)) / 2, {}, "differentiable"),
    ("an arctangent that jumps", area(1 / (1 + t**2), -1, 1), -sp.atan(1 / t), {}, "differentiable"),
    ("a sign that jumps by a little", area(t, 0, 1), t**2 / 2 + sp.Abs(t - half) / jump, {}, "differentiable"),
    ("a root of a square that jumps", area(t, 0, 1), t**2 / 2 + sp.sqrt((t - half) ** 2) / jump, {}, "differentiable"),
    ("an arcsine folded over", area(sp.S.One, 0, sp.pi), sp.asin(sp.sin(t)), {}, "differentiable"),
    ("a logarithm of a negative", area(1 / t, -2, -1), sp.log(t), {}, "differentiable"),
    ("a primitive with a kink", area(2 * sp.Abs(t), -1, 1), t * sp.Abs(t), {}, "differentiable"),
    ("a wave that does not die out", area(p * sp.cos(p * t), 0, sp.oo), sp.sin(p * t), {}, "need not have a limit"),
    ("from infinity to infinity", area(t, sp.oo, sp.oo), t**2 / 2, {}, "in order"),
    ("from minus infinity to minus infinity", area(t, -sp.oo, -sp.oo), t**2 / 2, {}, "in order"),
    ("ends in the wrong order", area(t, 1, 0), t**2 / 2, {}, "in order"),
    ("ends of unknown order", area(1 / t, p, r), sp.log(t), {}, "in order"),
    ("an end beyond the domain", area(1 / (1 - t), 0, x), -sp.log(1 - t), {x: (0, 2)}, "defined between"),
    ("an end that is no number", area(t, sp.log(x), 1), t**2 / 2, {}, "real number"),
    ("a decay of unknown sign", area(sp.exp(-b * t), 0, sp.oo), -sp.exp(-b * t) / b, {}, "differentiable"),
    ("a decay of unknown sign that stays defined", area(b * sp.exp(-b * t), 0, sp.oo), -sp.exp(-b * t), {}, "limit"),
    ("an angle of unknown sign", area(b / (1 + b**2 * t**2), 0, sp.oo), sp.atan(b * t), {}, "special values"),
    ("a power of unknown sign", area((p - 2) * t ** (p - 3), 0, 1), t ** (p - 2), {}, "limit"),
    ("a tail that an exponential may outgrow", area(tail.diff(t), 0, sp.oo), tail, {}, "special values"),
    ("a growing exponential", area(sp.exp(p * t), 0, sp.oo), sp.exp(p * t) / p, {}, "no finite limit"),
    ("a power that is too low", area(t ** (-p - 1), 0, 1), -(t**-p) / p, {}, "special values"),
    ("an integral for a primitive", area(t, 0, 1), sp.Integral(x, (x, 0, t)), {}, "differentiable"),
    ("an end that no quadrature takes", area(sp.exp(t), -sp.oo, sp.Integral(x**2, (x, 0, 1))), sp.exp(t), {}, "held"),
    ("two variables", sp.Integral(t * x, (t, 0, 1), (x, 0, 1)), t**2 * x / 2, {}, "one variable"),
    ("no ends", sp.Integral(t, t), t**2 / 2, {}, "one variable"),
    ("a number that is not exact", area(t / 2, 0, 1), 0.25 * t**2, {}, "differentiable"),
    ("a rectifier", area(sp.Max(t, half), 0, 1), t**2 / 2, {}, "defined between"),
]  # fmt: skip


@pytest.mark.parametrize(("integral", "primitive", "value", "domain"), PROVED, ids=str)
def test_value(integral: sp.Integral, primitive: sp.Expr, value: sp.Expr, domain: Domain) -> None:
    """Also improper at either end, with parameters, and where the primitive has to be continued to the end."""
    assert elementary_identity(value_of_integral(integral, primitive, domain) - value, domain)


@pytest.mark.parametrize(
    ("integral", "primitive", "domain", "why"), [case for _, *case in REFUSED], ids=[what for what, *_ in REFUSED]
)
def test_no_value(integral: sp.Integral, primitive: sp.Expr, domain: Domain, why: str) -> None:
    """Each condition of the fundamental theorem has to be seen."""
    with pytest.raises(ValueError, match=why):
        value_of_integral(integral, primitive, domain)


def test_the_variable_is_bound() -> None:
    """A free symbol of that name, in the ends or in the domain, is another one; its assumptions do not count."""
    assert value_of_integral(area(t**2, 0, t), t**3 / 3, {t: (0, 1)}) == t**3 / 3
    assert value_of_integral(area(1 / (2 - t), 0, 1), -sp.log(2 - t), {t: (5, 6)}) == sp.log(2)
    over_both = sp.Integral(1 / p, (p, -1, 1))
    with pytest.raises(ValueError, match="defined between"):
        value_of_integral(over_both, sp.log(p), {})


def test_a_quadrature_refuses_what_a_limit_got_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is SymPy's; should it be wrong, the value is held against numbers."""
    monkeypatch.setattr(sp, "limit", lambda *_: sp.Rational(1, 7))
    with pytest.raises(ValueError, match="quadrature"):
        value_of_integral(area(1 / t**2, 1, sp.oo), -1 / t, {})


def test_limits_and_quadratures_that_give_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no value then."""

    def gives_up(error: type[Exception]) -> Callable[..., None]:
        def function(*_: object) -> None:
            raise error("it gives up")

        return function

    with monkeypatch.context() as patch:
        patch.setattr(sp, "limit", gives_up(NotImplementedError))
        with pytest.raises(ValueError, match="is not known: it gives up"):
            value_of_integral(area(1 / t**2, 1, sp.oo), -1 / t, {})
    monkeypatch.setattr(mpmath, "quad", gives_up(ZeroDivisionError))
    with pytest.raises(ValueError, match="fails: it gives up"):
        value_of_integral(area(1 / t**2, 1, sp.oo), -1 / t, {})


MACHIN = 4 * sp.atan(sp.Rational(1, 5)) - sp.atan(sp.Rational(1, 239)) - sp.pi / 4
COSINES = sp.cos(sp.pi / 7) - sp.cos(2 * sp.pi / 7) + sp.cos(3 * sp.pi / 7) - half


@pytest.mark.parametrize(
    "bend",
    [
        MACHIN * sp.sqrt(t + 1),
        COSINES * sp.sqrt(t + 1),
        (sp.sqrt(2) + 1) * (sp.sqrt(2) - 1) * sp.sqrt(t + 1) - sp.sqrt(t + 1),
        sp.sqrt(t + 1) / (1 + sp.sqrt(2)) - (sp.sqrt(2) - 1) * sp.sqrt(t + 1),
    ],
    ids=str,
)
@pytest.mark.parametrize("large", [sp.Integer(10) ** 60, p], ids=str)
def test_numbers_that_are_0_unseen(bend: sp.Expr, large: sp.Expr) -> None:
    """SymPy's limit of 1/(1 + bend^2) is then 0, and not 1; beside what is large no quadrature tells."""
    primitive = 1 / (1 + bend**2) - large * sp.exp(-t)
    with pytest.raises(ValueError, match=r"special values|is not seen to be"):
        value_of_integral(area(primitive.diff(t), 0, sp.oo), primitive, {})


def test_numbers_that_are_seen_not_to_be_0() -> None:
    number = sp.atan(sp.Rational(1, 5)) * sp.sqrt(2 * sp.pi)
    assert value_of_integral(area(number * sp.exp(-t), 0, sp.oo), -number * sp.exp(-t), {}) == number


@pytest.mark.parametrize(
    ("polynomial", "low", "high", "proved"),
    [
        (x - x**2, 0, 1, True),
        (x - x**2, -sp.Rational(1, 10**9), 1, False),
        (x - x**2, 0, 1 + sp.Rational(1, 10**9), False),
        (x - x**2, 2, 3, False),
        (x**2 - x, 2, 3, True),
        (-((x - sp.Rational(1, 7)) ** 2), 0, 1, False),
        ((x - sp.Rational(1, 7)) ** 2, 0, 1, True),
        ((x - sp.Rational(1, 7)) ** 2 - sp.Rational(1, 10**20), 0, 1, False),
        ((x - sp.Rational(1, 7)) ** 3, 0, 1, False),
        ((x - sp.Rational(1, 7)) ** 3, sp.Rational(1, 7), 1, True),
        ((x - sp.Rational(1, 7)) ** 3, 0, sp.Rational(1, 7), False),
        (-sp.prod((x - sp.Rational(k, 7)) ** 2 for k in range(8)), 0, 1, False),
        (sp.prod((x - sp.Rational(k, 7)) ** 2 for k in range(8)), 0, 1, True),
        ((x**2 - 2) ** 2 * (1 - x), 0, 1, True),
        ((x**2 - 2) * (x - 2), 0, 2, False),
        (sp.S.Zero, 0, 1, True),
        (x - x, 0, 1, True),
        (sp.S.One, 0, 1, True),
        (-sp.S.One, 0, 1, False),
        (sp.Rational(1, 10**30), 0, 1, True),
        (-sp.Rational(1, 10**30), 0, 1, False),
        (x**2 + 1, -5, 5, True),
        (-x, -1, 0, True),
        (-x, 0, 1, False),
        (sp.pi * x, 0, 1, False),
        (p * x, 0, 1, False),
        (sp.sqrt(1 + x), 0, 1, False),
        (x + 1.0, 0, 1, False),
    ],
    ids=str,
)
def test_sign_of_a_polynomial(polynomial: sp.Expr, low: sp.Expr, high: sp.Expr, proved: bool) -> None:
    """Roots of even order inside, of any order at the ends; constants; rational coefficients in one symbol only."""
    assert nonnegative_on_interval(polynomial, x, low, high) == proved


@pytest.mark.parametrize(("low", "high"), [(1, 0), (0, 0), (0, sp.oo), (0, sp.pi), (p, 1), (0, 0.5)], ids=str)
def test_an_interval_has_rational_ends(low: sp.Expr, high: sp.Expr) -> None:
    """In order, finite, exact."""
    with pytest.raises(ValueError, match="rational ends"):
        nonnegative_on_interval(x, x, low, high)
