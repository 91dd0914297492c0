"""Signs by shape: each rule, at its boundary, and the nearest thing of which it must say nothing."""

from __future__ import annotations

import pytest
import sympy as sp

from theory.kernel.functions import relu, step
from theory.kernel.sign import is_integer, is_nonnegative, is_nonzero, is_positive, is_real

i, n, k = sp.symbols("i n k", integer=True, positive=True)
t = sp.Symbol("t", integer=True, nonnegative=True)
x, y = sp.symbols("x y", real=True)
u, v = sp.symbols("u v", nonnegative=True)
p, q = sp.symbols("p q", positive=True)
z = sp.Symbol("z")
a = sp.IndexedBase(sp.Symbol("a", real=True))
r = sp.IndexedBase(sp.Symbol("r", positive=True))
whole = sp.IndexedBase(sp.Symbol("m", integer=True, positive=True))
f, g = sp.Function("f", real=True), sp.Function("g", positive=True)
half = sp.Rational(1, 2)


def total(e: sp.Expr) -> sp.Expr:
    """A sum over i to n."""
    return sp.Sum(e, (i, 1, n))


def kept(head: type[sp.Basic], *arguments: sp.Expr) -> sp.Expr:
    """A node that SymPy does not evaluate."""
    return head(*arguments, evaluate=False)


POSITIVE = [
    p,
    r[i],
    g(x),
    sp.pi - 3,
    p + u,
    p + 1,
    p * q,
    p * r[i] * g(x),
    kept(sp.Mul, -1 - u, -2),
    n - half,
    n + k - sp.Rational(3, 2),
    2 * n - 1,
    whole[i] - half + u,
    p**-2,
    p**x,
    (1 + u) ** half,
    (-1 - u) ** 2,
    sp.exp(x),
    sp.cosh(x),
    sp.erf(p) * sp.atan(p) * sp.tanh(p) * sp.sinh(p) * sp.asinh(p),
    sp.gamma(p),
    relu(1 + u),
    step(p + q),
    sp.log(1 + p),
    kept(sp.Abs, 1 + u),
    kept(sp.Abs, -1 - u),
    kept(sp.Max, x, p),
    kept(sp.Min, p, q, g(x)),
    total(r[i]),
]
NONNEGATIVE = [
    u,
    sp.S.Zero,
    u * v,
    kept(sp.Mul, -1, -1 - u, u),
    n - 1,
    n + k - 2,
    2 * n - 2,
    t,
    u + v,
    v - u * (-u - 1),
    v + x**2 - r[i] * u * (-p - v),
    x**2,
    a[i] ** 4,
    f(x) ** 2,
    u ** sp.Rational(1, 3),
    u**t,
    sp.erf(u),
    sp.atan(u),
    sp.log(1 + u),
    sp.Abs(x),
    relu(x),
    step(x),
    sp.acos(x),
    sp.KroneckerDelta(i, n),
    kept(sp.Max, x, u),
    kept(sp.Min, u, p),
    total(a[i] ** 2),
    x - sp.Min(x, y),
    sp.Abs(x) - x,
    sp.Abs(x) + x,
    total(sp.Abs(a[i])) - sp.Abs(total(a[i])),
    total(r[i] * sp.Abs(a[i])) - sp.Abs(total(r[i] * a[i])),
]
OTHERS = [
    x,
    a[i],
    f(x),
    z,
    z**2,
    sp.exp(z),
    -p,
    -u,
    sp.pi - 4,
    p - q,
    p - 1,
    p - half,
    u - half,
    n - 2,
    n - k,
    n + k - sp.Rational(5, 2),
    2 * n - 3,
    1 - half * n,
    2 - n,
    n + x - 1,
    whole[i] - 2,
    r[i] - half,
    x * p,
    x * y,
    kept(sp.Mul, -1, u),
    kept(sp.Mul, -1 - u, p),
    kept(sp.Mul, -1 - u, -1 - v, -1),
    x**3,
    x**n,
    (x - y) ** 3,
    (-1 - u) ** 3,
    sp.erf(x),
    sp.atan(-p),
    sp.log(p),
    sp.log(u),
    sp.sin(p),
    sp.cos(x),
    kept(sp.Max, x, y),
    kept(sp.Max, -p, x),
    kept(sp.Min, x, p),
    total(a[i]),
    sp.Min(x, y) - x,
    x - sp.Max(x, y),
    x - sp.Min(y, -x),
    x - sp.Abs(x),
    sp.Abs(x) - y,
    sp.Abs(x) - 2 * x,
    sp.Abs(x) - x - y,
    sp.Abs(x) - x - 1,
    sp.Abs(total(a[i])) - total(sp.Abs(a[i])),
    sp.Sum(sp.Abs(a[i]), (i, 1, k)) - sp.Abs(total(a[i])),
    total(sp.Abs(a[i])) - sp.Abs(total(2 * a[i])),
    total(sp.Abs(a[i])) - total(a[i]) ** 2,
    total(sp.Abs(a[i])) - sp.Abs(total(a[i] ** 2)),
]


@pytest.mark.parametrize("e", POSITIVE, ids=str)
def test_positive(e: sp.Expr) -> None:
    """Hence at least 0, not 0, and real; its negative is neither positive nor at least 0."""
    assert is_positive(e)
    assert is_nonnegative(e)
    assert is_nonzero(e)
    assert is_nonzero(-e)
    assert is_real(e)
    assert not is_positive(-e)
    assert not is_nonnegative(-e)


@pytest.mark.parametrize("e", NONNEGATIVE, ids=str)
def test_nonnegative(e: sp.Expr) -> None:
    """And 0 somewhere: not positive."""
    assert is_nonnegative(e)
    assert not is_positive(e)
    assert not is_nonzero(e)
    assert is_real(e)


@pytest.mark.parametrize("e", OTHERS, ids=str)
def test_of_no_sign_that_is_seen(e: sp.Expr) -> None:
    """Negative somewhere, or no real number."""
    assert not is_nonnegative(e)
    assert not is_positive(e)


def test_nonzero() -> None:
    """Of either sign, everywhere."""
    assert is_nonzero(-1 - u)
    assert is_nonzero(sp.Abs(-p))
    for e in (x, u, x**2, p - q, sp.Abs(x)):
        assert not is_nonzero(e)


@pytest.mark.parametrize(
    ("e", "seen"),
    [
        (n, True),
        (t, True),
        (whole[i], True),
        (sp.S.Zero, True),
        (-n * k + 3, True),
        (2**n, True),
        (n**t, True),
        (sp.Abs(n - 4), True),
        (kept(sp.Min, n, k), True),
        (kept(sp.Max, n, t), True),
        (relu(n - k), True),
        (step(x), True),
        (sp.KroneckerDelta(i, n), True),
        (total(whole[i]), True),
        (total(sp.S.One / 2), False),
        (half, False),
        (x, False),
        (p, False),
        (a[i], False),
        (r[i], False),
        (n / 2, False),
        (n + half, False),
        (n * p, False),
        (2**-n, False),
        (n ** (n - 2), False),
        (n**-1, False),
        (n**p, False),
        (p**n, False),
        (sp.sqrt(n), False),
        (relu(n - p), False),
        (sp.Abs(x), False),
        (kept(sp.Min, n, p), False),
        (sp.gamma(n), False),
        (sp.pi, False),
        (10**n / 6, False),
    ],
    ids=str,
)
def test_whole(e: sp.Expr, seen: bool) -> None:
    """Sums, products and powers of whole numbers, no quotients."""
    assert is_integer(e) == seen


@pytest.mark.parametrize(
    ("e", "seen"),
    [
        (x + a[i] * f(x), True),
        (sp.pi * x - sp.E, True),
        (total(a[i]), True),
        (x**3, True),
        (1 / x, True),
        (sp.log(p) * x, True),
        (sp.sin(x) + sp.cos(x) + sp.erf(x) + sp.atan(x), True),
        (kept(sp.Min, x, y) * relu(x), True),
        (sp.sqrt(u) - p**x, True),
        (z, False),
        (x + z, False),
        (sp.I, False),
        (sp.I * x, False),
        (total(z * a[i]), False),
        (sp.sqrt(x), False),
        (x**half, False),
        (x**y, False),
        (z**2, False),
        (sp.log(u), False),
        (sp.log(x), False),
        (sp.sin(z), False),
        (sp.exp(z), False),
        (sp.asin(x), False),
        (sp.oo * x, False),
    ],
    ids=str,
)
def test_real(e: sp.Expr, seen: bool) -> None:
    """Wherever it is defined; roots of what may be negative are not."""
    assert is_real(e) == seen
