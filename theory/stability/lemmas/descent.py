"""The deviation from a minimum, in parameters."""

from __future__ import annotations

import sympy as sp

from theory.symbols import indexed, p, parameters

NAME = "linear-stability"

deviation = indexed("deviation", r"\delta")


def inner(first: sp.IndexedBase, second: sp.IndexedBase) -> sp.Expr:
    """The inner product of two vectors of parameters."""
    return sp.Sum(first[p] * second[p], (p, 1, parameters))
