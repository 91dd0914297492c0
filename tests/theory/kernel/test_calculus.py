"""Steps of analysis: what is proved, and what is refused."""

from __future__ import annotations

import pytest
import sympy as sp

from theory.kernel.calculus import Chain, Elementary, Evaluate, OnInterval
from theory.kernel.chain import FalseStep

t, u = sp.symbols("t u", positive=True)
x = sp.Symbol("x", real=True)


def test_derivatives_and_roots() -> None:
    """Derivatives are carried out, roots multiplied out."""
    derivative = sp.Derivative(sp.sqrt(1 - t**2), t)
    assert Chain("circle", derivative).equals(-t / sp.sqrt(1 - t**2), Elementary("differentiate")).conclude()
    with pytest.raises(FalseStep, match="the difference is"):
        Chain("circle", derivative).equals(t / sp.sqrt(1 - t**2), Elementary("differentiate"))


def test_unknown_functions_are_carried_along() -> None:
    """The product rule for a function that is not given."""
    f = sp.Function("f", real=True)(x)
    product = sp.Derivative(x * f, x)
    assert Chain("product", product).equals(f + x * sp.Derivative(f, x), Elementary("product rule")).conclude()
    with pytest.raises(FalseStep):
        Chain("product", product).equals(f + sp.Derivative(f, x), Elementary("product rule"))


def test_an_inequality_is_no_identity() -> None:
    """Neither justification speaks of inequalities."""
    area = sp.Integral(t, (t, 0, 1))
    for why in (Elementary("no"), Evaluate("no", area, t**2 / 2)):
        with pytest.raises(FalseStep):
            Chain("area", area).at_most(sp.S.One, why)


def test_integrals_by_a_primitive() -> None:
    """Also up to infinity, with a parameter, and where the primitive has to be continued to the end."""
    decay = sp.Integral(sp.exp(-u * t), (t, 0, sp.oo))
    assert Chain("decay", decay).equals(1 / u, Evaluate("a primitive", decay, -sp.exp(-u * t) / u)).conclude()
    angle = sp.Integral(1 / (1 + 3 * sp.sin(t) ** 2), (t, 0, sp.pi / 2))
    primitive = sp.atan(2 * sp.tan(t)) / 2
    assert Chain("angle", angle).equals(sp.pi / 4, Evaluate("a primitive", angle, primitive)).conclude()


def test_a_wrong_primitive_is_refused() -> None:
    """Its derivative is not the integrand."""
    area = sp.Integral(t**2, (t, 0, 1))
    with pytest.raises(FalseStep):
        Chain("area", area).equals(sp.Rational(1, 2), Evaluate("wrong", area, t**3 / 2))


def test_a_primitive_that_jumps_is_refused() -> None:
    """Its derivative is the integrand, but between the ends it falls by pi/2: quadrature tells."""
    angle = sp.Integral(1 / (1 + 3 * sp.sin(t) ** 2), (t, 0, sp.pi))
    jumping = sp.atan(2 * sp.tan(t)) / 2
    with pytest.raises(FalseStep, match="quadrature"):
        Chain("angle", angle).equals(sp.S.Zero, Evaluate("jumps", angle, jumping))


def test_the_value_has_to_be_right() -> None:
    """A right primitive with a wrong value."""
    area = sp.Integral(t**2, (t, 0, 1))
    with pytest.raises(FalseStep):
        Chain("area", area).equals(sp.Rational(1, 2), Evaluate("a primitive", area, t**3 / 3))


@pytest.mark.parametrize(
    ("low", "high", "proved"), [(0, 1, True), (-1, 1, False), (0, 3, False), (1, 2, False)], ids=str
)
def test_the_sign_of_a_polynomial(low: int, high: int, proved: bool) -> None:
    """The polynomial x (1 - x) is not negative on [0, 1] and nowhere else."""
    chain = Chain("sign", x)
    if proved:
        assert chain.at_least(x**2, OnInterval("Sturm", x, low, high)).conclude()
    else:
        with pytest.raises(FalseStep):
            chain.at_least(x**2, OnInterval("Sturm", x, low, high))


def test_a_double_root_does_not_change_the_sign() -> None:
    """(x - 1/2)^2 touches zero inside; its negative does too, and is refused."""
    square = (x - sp.Rational(1, 2)) ** 2
    assert Chain("square", square).at_least(sp.S.Zero, OnInterval("Sturm", x, 0, 1)).conclude()
    with pytest.raises(FalseStep):
        Chain("square", square).at_most(sp.S.Zero, OnInterval("Sturm", x, 0, 1))
