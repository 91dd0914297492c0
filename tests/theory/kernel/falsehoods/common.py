"""Derivations that must not be accepted: each rule of the kernel with the nearest thing that it must refuse.

A falsehood is a function that builds a derivation; its docstring is what the derivation claims. ``@falsehood`` marks
one whose conclusion is false somewhere, so that the falsifier has to refute it as well; ``@unproved`` one whose
conclusion may be true or meaningless, but is not proved by what is given for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp

from theory.kernel import (
    Chain,
    Derivation,
    Hypothesis,
    Identity,
)

Build = Callable[[], Derivation]
FALSEHOODS: dict[str, Build] = {}
UNPROVED: dict[str, Build] = {}


def falsehood(build: Build) -> Build:
    """Register a derivation of something false."""
    FALSEHOODS[build.__name__] = build
    return build


def unproved(build: Build) -> Build:
    """Register a derivation that proves nothing, whatever its conclusion is."""
    UNPROVED[build.__name__] = build
    return build


i, j, m = sp.symbols("i j m", integer=True, positive=True)
n, k, d = sp.symbols("n k d", integer=True, positive=True)
x, y, z = sp.symbols("x y z", real=True)
u, v = sp.symbols("u v", nonnegative=True)
p, q = sp.symbols("p q", positive=True)


def family(name: str, **assumptions: bool) -> sp.IndexedBase:
    """A family of numbers; real unless the assumptions say more."""
    return sp.IndexedBase(sp.Symbol(name, **(assumptions or {"real": True})))


a, b, A = family("a"), family("b"), family("A")
w = family("w", nonnegative=True)
one = sp.S.One


def eq(left: sp.Expr | int, right: sp.Expr | int) -> sp.Eq:
    """An equation that is not evaluated."""
    return sp.Eq(sp.sympify(left), sp.sympify(right), evaluate=False)


def ge(left: sp.Expr | int, right: sp.Expr | int) -> sp.Ge:
    """A lower bound that is not evaluated."""
    return sp.Ge(sp.sympify(left), sp.sympify(right), evaluate=False)


def le(left: sp.Expr | int, right: sp.Expr | int) -> sp.Le:
    """An upper bound that is not evaluated."""
    return sp.Le(sp.sympify(left), sp.sympify(right), evaluate=False)


def given(relation: Any, *for_all: Any, name: str = "given") -> Hypothesis:
    """A hypothesis of any content."""
    return Hypothesis(name, "", relation, tuple(for_all))


def identity(left: sp.Expr | int, right: sp.Expr | int, **stated: Any) -> Derivation:
    """Left equals right, as an identity."""
    return Chain("identity", sp.sympify(left), **stated).equals(right, Identity("identity")).conclude()


t = sp.Symbol("t", real=True)
f = sp.Function("f", real=True)
delta = sp.KroneckerDelta


def because(left: sp.Expr | int, right: sp.Expr | int, why: Any, **stated: Any) -> Derivation:
    """Left equals right, for a reason."""
    return Chain("attack", sp.sympify(left), **stated).equals(right, why).conclude()
