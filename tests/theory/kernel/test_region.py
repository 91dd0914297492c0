"""Signs by shape, by coefficients and by Sturm; points of a domain and of its boundary."""

from __future__ import annotations

import pytest
import sympy as sp

from theory.kernel.balls import sign_of_constant
from theory.kernel.region import Domain, Region, region_of

x, y = sp.symbols("x y", real=True)
p, q = sp.symbols("p q", positive=True)
n = sp.Symbol("n", integer=True, positive=True)
half = sp.Rational(1, 2)


@pytest.mark.parametrize(
    ("e", "sign"),
    [
        (sp.S.Zero, 0),
        (sp.Rational(-1, 10**40), -1),
        (sp.sqrt(2) - sp.Rational(7, 5), 1),
        (sp.pi**2 - 10, -1),
        (sp.exp(sp.Rational(1, 2)) - sp.sqrt(sp.E) * (1 + sp.Rational(1, 10**40)), -1),
        (sp.erf(1) - sp.Rational(5, 6), 1),
        (sp.gamma(sp.Rational(1, 3)) - sp.Rational(8, 3), 1),
        (sp.asin(sp.Rational(1, 3)) + sp.acos(sp.Rational(1, 3)) - sp.pi / 2, None),
        (sp.sin(1) ** 2 + sp.cos(1) ** 2 - 1, None),
        (sp.asin(2), None),
        (sp.log(-2), None),
        (sp.Float(1), None),
        (sp.oo, None),
        (x, None),
    ],
    ids=str,
)
def test_sign_of_a_constant(e: sp.Expr, sign: int | None) -> None:
    """Balls tell signs, not zero; they tell nothing of what is no real number."""
    assert sign_of_constant(e) == sign


@pytest.mark.parametrize(
    ("e", "nonzero"),
    [
        (p + 1, True),
        (-p - 1, True),
        (x**2 + 1, True),
        (x**2, False),
        (p - q, False),
        ((p + 1) * (-q - 2) ** 3, True),
        ((p + 1) * x, False),
        ((-1 - x**2) ** 3, True),
        (sp.exp(x) - 1, False),
        (sp.atan(p) * sp.erf(-q), True),
        (sp.cos(x), False),
        (n - half, True),
    ],
    ids=str,
)
def test_nonzero(e: sp.Expr, nonzero: bool) -> None:
    """Either sign everywhere."""
    assert Region({}).nonzero(e) == nonzero


def test_negative_powers_and_odd_functions_keep_their_sign() -> None:
    """Odd powers of negatives are negative, even ones are not; a sign that is not known is not invented."""
    negative = Region({x: (-2, -1)})
    assert negative.positive(-(x**3))
    assert negative.positive(x**-2)
    assert negative.positive(-1 / x)
    assert negative.positive(sp.asinh(-x))
    assert not negative.nonnegative(x**3)
    assert not negative.nonnegative(sp.erf(x))
    assert not Region({}).nonnegative(x**3)


def test_a_sign_beside_a_root_has_to_be_known() -> None:
    """The difference of the squares has the sign of the sum only where the other term is negative."""
    z = sp.Symbol("z", nonnegative=True)
    root = sp.sqrt(z) * sp.Abs(x)
    assert not Region({}).nonnegative(-p * (root + (1 + 2 * z) * x))
    assert Region({x: (-sp.oo, 0)}).nonnegative(-p * (root + (1 + 2 * z) * x))
    assert not Region({}).nonnegative(-p * (root + (1 + 2 * z) * sp.Abs(x)))


def test_intervals_without_an_end() -> None:
    """All below a number, all above one, all numbers."""
    below, above, all_of_them = Region({x: (-sp.oo, 1)}), Region({x: (1, sp.oo)}), Region({x: (-sp.oo, sp.oo)})
    assert below.positive(1 - x)
    assert not below.positive(-x)
    assert above.positive(x - 1)
    assert not above.positive(x - 2)
    assert not all_of_them.nonnegative(x)
    assert not all_of_them.nonnegative(-x)
    assert all_of_them.positive(1 + x**2)


def test_angles() -> None:
    """The tangent changes its sign at pi/2, the sine at pi, the cosine at both pi/2 and -pi/2."""
    assert Region({x: (0, sp.pi / 2)}).positive(sp.tan(x) * sp.sin(x) * sp.cos(x))
    assert Region({x: (-sp.pi / 2, 0)}).positive(-sp.tan(x))
    assert Region({x: (-sp.pi, 0)}).positive(-sp.sin(x))
    assert not Region({x: (0, sp.pi)}).nonnegative(sp.tan(x))
    assert not Region({x: (0, 2 * sp.pi)}).nonnegative(sp.sin(x))
    assert not Region({x: (-sp.pi, 0)}).nonnegative(sp.cos(x))
    assert not Region({x: (0, sp.pi)}).nonnegative(sp.cos(x))


def test_a_square_root_is_compared_by_squares() -> None:
    """sqrt(1 - x^2) - x has the sign of 1 - 2 x^2, and functions of roots are left alone."""
    assert Region({x: (0, 1 / sp.sqrt(2))}).positive(sp.sqrt(1 - x**2) - x)
    assert Region({x: (1 / sp.sqrt(2), 1)}).positive(x - sp.sqrt(1 - x**2))
    assert not Region({x: (0, 1)}).nonnegative(sp.sqrt(1 - x**2) - x)
    assert not Region({}).nonnegative(sp.erf(sp.sqrt(p)) - half)


def test_the_boundary() -> None:
    """At the end of an interval a root may be 0, and a denominator may not."""
    region = Region({x: (0, 1)}, at={x: sp.S.One})
    assert region.defined(sp.sqrt(1 - x) + sp.asin(x))
    assert not region.defined(sp.asin(x), smooth=True)
    assert not region.defined(1 / (1 - x))
    assert not region.defined(x * sp.log(1 - x))
    assert region.positive(x + y**2)


def test_smooth_is_more_than_defined() -> None:
    """Roots at 0, arcs at 1 and absolute values at 0 are continuous only."""
    touching = Region({x: (-1, 1)})
    for e in (sp.Abs(x), sp.sqrt(sp.Abs(x)), sp.asin(1 - x**2)):
        assert touching.defined(e)
        assert not touching.defined(e, smooth=True)
    assert Region({x: (0, 1)}).defined(sp.Abs(x) + sp.sqrt(x) + sp.asin(1 - x), smooth=True)


def test_integrals_at_the_boundary() -> None:
    """An integral whose end is the symbol goes to the boundary with it."""
    upper = sp.Integral(1 / (1 - y), (y, 0, x))
    assert Region({x: (0, 1)}).defined(upper)
    assert not Region({x: (0, 2)}).defined(upper)
    assert not Region({}).defined(sp.Integral(x * y, (x, 0, 1), (y, 0, 1)))


def test_points_lie_in_the_domain() -> None:
    """Also where ends depend on symbols; integers stay integers, and what may have either sign has both."""
    points = list(Region({x: (p, 2 * p), q: (0, 1)}).points([x, p, q, y, n]))
    assert all(point[p] < point[x] < 2 * point[p] and 0 < point[q] < 1 for point in points)
    assert all(point[n].is_Integer and point[n] > 0 for point in points)
    assert {sp.sign(point[y]) for point in points} == {1, -1}


@pytest.mark.parametrize("domain", [{x: (0, 1)}, {x: (-1, 1)}, {x: (0, sp.oo), y: (x, 2 * x)}, {}], ids=str)
def test_a_remembered_region_says_what_a_new_one_says(domain: Domain) -> None:
    """Whatever it was asked before; and an interval of other numbers, or of floats, is another region."""
    asked = (x, x - x**2, 1 - x**2, sp.sqrt(1 + x**2) - 1, y, y - x, p * x, sp.log(x), x + p, sp.exp(-x) * p)
    for e in (*asked, *asked[::-1], *(-e for e in asked)):
        known, new = region_of(domain), Region(domain)
        said = known.defined(e), known.positive(e), known.nonnegative(e), known.nonzero(e)
        assert said == (new.defined(e), new.positive(e), new.nonnegative(e), new.nonzero(e))
    with pytest.raises(ValueError, match="given exactly"):
        region_of({**domain, x: (0, 1.0)})
