"""Identities are seen to hold by expansion, and nothing else is."""

from __future__ import annotations

import pytest
import sympy as sp

from tests.theory.falsifier.bare import Bare, stated
from theory.falsifier.expansion import vanishes
from theory.falsifier.setting import setting
from theory.kernel.functions import relu, step

i, j, n = sp.symbols("i j n", integer=True, positive=True)
x, y = sp.symbols("x y", real=True)
p, q = sp.symbols("p q", positive=True)
u = sp.Symbol("u", nonnegative=True)
A, B = sp.IndexedBase(sp.Symbol("A", real=True)), sp.IndexedBase(sp.Symbol("B", real=True))
sum_of_roots = sp.sqrt(p) + sp.sqrt(q)

TRUE = {
    "a square of a sum": stated(sp.Sum(A[i], (i, 1, n)) ** 2, "=", sp.Sum(A[i] * A[j], (i, 1, n), (j, 1, n))),
    "masks are idempotent": stated(step(x) ** 2, "=", step(x)),
    "the rectifier": stated(relu(x) ** 2, "=", x**2 * step(x)),
    "homogeneous": stated(relu(p * x), "=", p * relu(x)),
    "the same mask": stated(step(x / p), "=", step(p * x)),
    "absolute values": stated(sp.Abs(x * p) ** 2 + sp.Abs(-y), "=", p**2 * x**2 + sp.Abs(y)),
    "roots": stated((sp.sqrt(p) - sp.sqrt(q)) * sum_of_roots, "=", p - q),
    "a root of a square": stated(sp.sqrt(4 * u**2 * p**3), "=", 2 * u * p * sp.sqrt(p)),
    "a root in a denominator": stated(1 / sp.sqrt(p), "=", sp.sqrt(p) / p),
    "fractions": stated(1 / (x + p) - 1 / p, "=", -x / (p * (x + p))),
    "a definition": stated(sp.Sum(A[i], (i, 1, n)), "=", n * x, (sp.Eq(A[i], x), (i,))),
    "deltas": stated(sp.Sum(sp.KroneckerDelta(i, j) * A[i], (i, 1, n), (j, 1, n)), "=", sp.Sum(A[i], (i, 1, n))),
    "products": stated(sp.Product(A[i] * x, (i, 1, n)), "=", sp.Product(A[i], (i, 1, n)) * x**n),
}  # fmt: skip

NOT_SEEN = {
    "cross terms": stated(sp.Sum(A[i], (i, 1, n)) ** 2, "=", sp.Sum(A[i] ** 2, (i, 1, n))),
    "a mask and its factor": stated(step(u * x), "=", step(x)),
    "a mask mirrored": stated(step(-x), "=", step(x)),
    "a real factor": stated(relu(y * x), "=", y * relu(x)),
    "the sign of a root": stated(sp.sqrt(x**2), "=", x),
    "an odd power": stated(sp.sqrt(p**3), "=", p),
    "the triangle": stated(sp.Abs(x + y), "=", sp.Abs(x) + sp.Abs(y)),
    "the smaller": stated(sp.Min(x, y), "=", sp.Min(x, 2 * y)),
    "within its range only": stated(A[n + 1], "=", x, (sp.Eq(A[i], x), ((i, n),))),
    "no polynomial": stated(sp.exp(x), "=", sp.exp(y)),
    "a complex number": stated(sp.Symbol("z"), "=", sp.Symbol("z")),
}


@pytest.mark.parametrize("size", [1, 2])
@pytest.mark.parametrize("derivation", TRUE.values(), ids=TRUE.keys())
def test_seen(derivation: Bare, size: int) -> None:
    """At both sizes."""
    assert vanishes(setting(derivation), derivation.start, derivation.steps[0].expression, size)


@pytest.mark.parametrize("derivation", NOT_SEEN.values(), ids=NOT_SEEN.keys())
def test_not_seen(derivation: Bare) -> None:
    """Nothing is taken for zero that is not."""
    assert not vanishes(setting(derivation), derivation.start, derivation.steps[0].expression, 2)
