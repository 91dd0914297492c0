"""What expressions may be made of and where they are defined: each condition with the nearest thing that it refuses."""

from __future__ import annotations

import pytest
import sympy as sp

from theory.kernel import FalseStep
from theory.kernel.forms import Where, require_formed, require_kind, require_size
from theory.kernel.functions import relu, step

i, j, n, k = sp.symbols("i j n k", integer=True, positive=True)
t = sp.Symbol("t", integer=True, nonnegative=True)
x, y = sp.symbols("x y", real=True)
u = sp.Symbol("u", nonnegative=True)
p, q = sp.symbols("p q", positive=True)
a = sp.IndexedBase(sp.Symbol("a", real=True))
f = sp.Function("f", real=True)
half = sp.Rational(1, 2)
unit = Where(domain={x: (sp.S.Zero, sp.S.One)})
off_zero = Where(nonzero=frozenset({x}))

FORMED: list[tuple[sp.Expr, Where]] = [
    (sp.pi * x + sp.E, Where()),
    (sp.Min(x, y) + sp.Max(x, y) + sp.Abs(x) + relu(y) + step(x), Where()),
    (sp.KroneckerDelta(i, 2 * j + 1), Where()),
    (a[i + 1] + a[2 * j] + a[t + 1], Where()),
    (sp.log(p) + sp.gamma(u + 1) + sp.atan(x) + sp.asinh(x), Where()),
    (sp.asin(x) + sp.acos(-x), unit),
    (sp.asin(1), Where()),
    (sp.tan(1), Where()),
    (1 / x, unit),
    (1 / x, off_zero),
    (1 / (-x), off_zero),
    (1 / (p * x), off_zero),
    (x**-2, off_zero),
    (sp.Pow(p * x, -1, evaluate=False), off_zero),
    (1 / (1 + x**2), Where()),
    (1 / (-1 - x**2), Where()),
    (x**t, Where()),
    (p**-n, Where()),
    (sp.sqrt(u), Where()),
    (p**x, Where()),
    (sp.Sum(a[i], (i, 1, n)), Where()),
    (sp.Sum(a[i] * a[j], (i, 1, n), (j, 1, 2 * k)), Where()),
    (sp.Integral(y**2, (y, 0, x)), Where()),
    (sp.Integral(p, (p, 0, sp.oo)), Where()),
    (sp.Integral(u, (u, 0, p)), Where()),
    (sp.Integral(1 / y, (y, 1, sp.oo)), Where()),
    (sp.Integral(sp.log(y), (y, 1, 2)), Where()),
    (sp.Integral(sp.exp(y), (y, -sp.oo, sp.oo)), Where()),
    (sp.Integral(y, (y, 0, x), (x, 0, 1)), Where()),
    (sp.Derivative(x**2 * f(x), x), Where()),
    (sp.Derivative(a[i] ** 2, a[i]), Where()),
]


@pytest.mark.parametrize(("e", "where"), FORMED, ids=str)
def test_formed(e: sp.Expr, where: Where) -> None:
    """Each node of the closed list where it is seen to be defined."""
    require_formed(e, where)


REFUSED: list[tuple[sp.Expr, Where, str]] = [
    (sp.zeta(p), Where(), "closed list"),
    (sp.I * x, Where(), "closed list"),
    (sp.Float(1), Where(), "closed list"),
    (sp.GoldenRatio + x, Where(), "closed list"),
    (sp.Sum(a[i], (i, 1, n)) + sp.zeta(p), Where(), "closed list"),
    (f(sp.zeta(p)), Where(), "closed list"),
    (sp.Symbol("z") + 1, Where(), "kinds"),
    # an entry at 0, at what may be 0, at a quotient, of a family that is told more than its label
    (a[0], Where(), "positive integer"),
    (a[i - 1], Where(), "positive integer"),
    (a[t], Where(), "positive integer"),
    (a[p], Where(), "positive integer"),
    (a[n / 2], Where(), "positive integer"),
    (sp.IndexedBase(sp.Symbol("a", real=True), shape=(3,))[i], Where(), "shape"),
    (a[a[sp.Symbol("z")]], Where(), "kinds"),
    # undefined somewhere
    (sp.log(u), Where(), "defined"),
    (sp.gamma(x), Where(), "defined"),
    (sp.asin(x), Where(), "defined"),
    (sp.asin(2), Where(), "defined"),
    (sp.tan(x), Where(), "defined"),
    (sp.tan(2), Where(), "defined"),
    (1 / x, Where(), "defined"),
    (1 / y, off_zero, "defined"),
    (1 / (x + y), off_zero, "defined"),
    (1 / (x * y), off_zero, "defined"),
    (sp.Pow(x * y, -1, evaluate=False), off_zero, "defined"),
    (1 / u, Where(), "defined"),
    (1 / (p - q), Where(), "defined"),
    (x**-n, Where(), "defined"),
    (u ** (t - 1), Where(), "defined"),
    (sp.sqrt(x), Where(), "defined"),
    (u ** (-half), Where(), "defined"),
    (u**y, Where(), "defined"),
    (x**p, Where(), "defined"),
    (sp.KroneckerDelta(x, y), Where(), "defined"),
    (sp.KroneckerDelta(i, n / 2), Where(), "defined"),
    (sp.KroneckerDelta(i, 2**n), Where(), "defined"),
    (sp.KroneckerDelta(i, a[j]), Where(), "defined"),
    # sums from elsewhere, to what is no size, over what is no index
    (sp.Sum(a[i], (i, 2, n)), Where(), "from 1"),
    (sp.Sum(t, (t, 1, n)), Where(), "from 1"),
    (sp.Sum(p, (p, 1, n)), Where(), "from 1"),
    (sp.Sum(a[i], (i, 1, n - 1)), Where(), "size"),
    (sp.Sum(a[i], (i, 1, n / 2)), Where(), "size"),
    (sp.Sum(a[i], (i, 1, sp.oo)), Where(), "size"),
    (sp.Sum(a[i], (i, 1, j), (j, 1, n)), Where(), "size"),
    (sp.Sum(sp.Sum(a[i], (i, 1, j)), (j, 1, n)), Where(), "size"),
    (sp.Integral(y, y), Where(), "ends"),
    (sp.Integral(y, (y, 1)), Where(), "ends"),
    (sp.Sum(a[i], (i, 1, n), (i, 1, k)), Where(), "of its own"),
    # what is known of a name outside is not known of it where it is bound
    (sp.Integral(1 / x, (x, -1, 1)), unit, "defined"),
    (sp.Integral(1 / x, (x, -1, 1)), off_zero, "defined"),
    (sp.Integral(sp.log(y), (y, 2, 1)), Where(), "defined"),
    (sp.Integral(y, (y, 0, y)), Where(), "all values"),
    (sp.Integral(y, (y, 0, x), (x, 0, y)), Where(), "all values"),
    (sp.Integral(x, (y, 0, 1), (x, 0, y)), Where(), "all values"),
    (sp.Integral(p, (p, -1, 1)), Where(), "all values"),
    (sp.Integral(p, (p, 1, -1)), Where(), "all values"),
    (sp.Integral(p, (p, -1, sp.oo)), Where(), "all values"),
    (sp.Integral(i, (i, 0, 1)), Where(), "all values"),
    (sp.Integral(t, (t, 0, sp.oo)), Where(), "all values"),
    (sp.Integral(y, (y, 0, 1 / x)), Where(), "defined"),
    (sp.Derivative(n**2, n), Where(), "whole numbers"),
    (sp.Derivative(t**2, t), Where(), "whole numbers"),
    (sp.Derivative(sp.zeta(x), x), Where(), "closed list"),
]


@pytest.mark.parametrize(("e", "where", "words"), REFUSED, ids=str)
def test_refused(e: sp.Expr, where: Where, words: str) -> None:
    """The nearest things that are not."""
    with pytest.raises(FalseStep, match=words):
        require_formed(e, where)


@pytest.mark.parametrize(
    ("value", "symbol", "fits"),
    [
        (2 * n, i, True),
        (n - 1, i, False),
        (p, i, False),
        (sp.S.Zero, i, False),
        (sp.S.Zero, t, True),
        (n - 1, t, True),
        (n - 2, t, False),
        (u, t, False),
        (x, p, True),
        (-x, p, False),
        (u, p, False),
        (x, u, True),
        (u, sp.Symbol("v", nonnegative=True), True),
        (x - 1, u, False),
        (y, x, True),
    ],
    ids=str,
)
def test_kinds(value: sp.Expr, symbol: sp.Symbol, fits: bool) -> None:
    """Only a value of the symbol's kind stands for it; here 0 < x < 1."""
    if fits:
        require_kind(value, symbol, unit)
        return
    with pytest.raises(FalseStep, match="cannot stand for"):
        require_kind(value, symbol, unit)


@pytest.mark.parametrize(
    "e", [n - 1, n / 2, t, p, sp.S.Zero, sp.sqrt(n), sp.oo, j, n + j, "n", sp.Max(n, a[j] ** 2)], ids=str
)
def test_no_sizes(e: sp.Expr) -> None:
    """A size is whole, positive and depends on no other index."""
    with pytest.raises(FalseStep, match="is not a size"):
        require_size(e, {j})


@pytest.mark.parametrize("e", [sp.S.One, n, n * k + 2, t + 1, 2**n], ids=str)
def test_sizes(e: sp.Expr) -> None:
    """Products, sums and powers of sizes are sizes."""
    require_size(e, {j})


def test_ranges() -> None:
    """The ends are in a range of any size; what lies between needs to be known to."""
    where = Where({i: n})
    for index, upper in [(1, n), (n, n), (i, n), (2, 3), (3, 3)]:
        assert where.within(sp.sympify(index), sp.sympify(upper)), (index, upper)
    for index, upper in [(2, n), (0, n), (j, n), (i, k), (n, k), (4, 3), (0, 3), (n + 1, n), (n, 3)]:
        assert not where.within(sp.sympify(index), sp.sympify(upper)), (index, upper)


def test_what_is_bound_is_no_longer_known() -> None:
    """Neither of a name, nor of what its range or interval depends on, nor that something with it is not 0."""
    where = Where({i: n, j: k}, {x: (sp.S.Zero, p), y: (sp.S.Zero, sp.S.One), q: (u, sp.oo)}, frozenset({x + u, y}))
    left = where.without([n, p, u])
    assert (left.ranges, left.domain, left.nonzero) == ({j: k}, {y: (0, 1)}, frozenset({y}))
    inside = where.inside({i: k})
    assert (inside.ranges, inside.domain, inside.nonzero) == ({i: k, j: k}, where.domain, where.nonzero)
    inside = where.inside({n: k})
    assert inside.ranges == {j: k, n: k}


def test_signs_on_the_domain() -> None:
    """By the shape, or by the domain; what is not smooth by the shape alone."""
    assert unit.positive(x)
    assert unit.positive(1 - x)
    assert not unit.positive(x - half)
    assert not unit.nonnegative(x - half)
    assert unit.nonnegative(x * (1 - x))
    assert not unit.positive(sp.log(x))
    assert not unit.nonnegative(-x)
    assert unit.nonnegative(sp.Abs(x) - x)
    assert unit.nonnegative(x - sp.Min(x, y))
    assert not Where().nonnegative(x * (1 - x))
    assert not unit.nonnegative(relu(x - 1) - 1)
    assert not unit.nonnegative(-relu(x))
    assert not unit.positive(1 - 2 * sp.Max(x, half))
