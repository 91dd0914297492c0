"""The rectifier and its indicator: evaluated where the sign is plain, else left alone; derivatives off the kinks."""

from __future__ import annotations

import pytest
import sympy as sp

from theory.kernel.functions import differentiate, relu, step

i, j, n = sp.symbols("i j n", integer=True, positive=True)
x, y = sp.symbols("x y", real=True)
u = sp.Symbol("u", nonnegative=True)
p = sp.Symbol("p", positive=True)
a, w = (sp.IndexedBase(sp.Symbol(name, real=True)) for name in "aw")
r = sp.IndexedBase(sp.Symbol("r", positive=True))


@pytest.mark.parametrize(
    ("argument", "pattern", "rectified"),
    [
        (sp.S.Zero, 0, 0),
        (sp.Rational(1, 10**9), 1, sp.Rational(1, 10**9)),
        (-sp.Rational(1, 10**9), 0, 0),
        (sp.pi - 3, 1, sp.pi - 3),
        (3 - sp.pi, 0, 0),
        (p, 1, p),
        (-p, 0, 0),
        (2 * p**2 / 3, 1, 2 * p**2 / 3),
        (-u, 0, 0),
        (r[i], 1, r[i]),
        (-sp.Abs(x), 0, 0),
    ],
    ids=str,
)
def test_plain_signs(argument: sp.Expr, pattern: sp.Expr, rectified: sp.Expr) -> None:
    """Of numbers, and of products and powers of symbols; strict at 0."""
    assert step(argument) == pattern
    assert relu(argument) == rectified


@pytest.mark.parametrize("argument", [x, u, sp.Abs(x), a[i], p + 1, n - 1, sp.atan(n - 1), 10**n - 6], ids=str)
def test_others_stay(argument: sp.Expr) -> None:
    """Of unknown sign, or composite: of these SymPy's deductions are not used."""
    assert isinstance(step(argument), step)
    assert isinstance(relu(argument), relu)
    assert step(argument).args == relu(argument).args == (argument,)


@pytest.mark.parametrize(
    ("e", "variable", "derivative"),
    [
        (relu(x), x, step(x)),
        (relu(-x), x, -step(-x)),
        (relu(x) ** 2, x, 2 * x * step(x) ** 2),
        (x * step(x), x, step(x)),
        (step(x), x, 0),
        (relu(x * y), x, y * step(x * y)),
        (relu(x) * relu(y), y, x * step(x) * step(y)),
        (relu(1 - relu(x)), x, -step(x) * step(1 - x * step(x))),
        (relu(a[i] * x), a[j], x * sp.KroneckerDelta(i, j) * step(a[i] * x)),
        (x**2, y, 0),
        (x * step(p, evaluate=False), x, 1),
    ],
    ids=str,
)
def test_derivatives(e: sp.Expr, variable: sp.Expr, derivative: sp.Expr) -> None:
    """Patterns are constant, also those inside patterns."""
    assert sp.expand(differentiate(sp.Derivative(e, variable)) - derivative) == 0


def test_each_neuron_has_its_own_pattern() -> None:
    """Under a sum an indicator goes with the index of its neuron."""
    f = sp.Sum(w[i] * relu(a[i] * x), (i, 1, n))
    slope = differentiate(sp.Derivative(f, x)).subs(n, 2).doit()
    assert sp.expand(slope - sum(w[m] * a[m] * step(a[m] * x) for m in (1, 2))) == 0


def test_undefined_functions_keep_their_derivatives() -> None:
    """And everything outside of a derivative stays."""
    f = sp.Function("f", real=True)
    assert differentiate(sp.Derivative(f(x) * x, x) + relu(y)) == f(x) + x * sp.Derivative(f(x), x) + y * step(y)
