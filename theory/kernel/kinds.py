"""The kinds of symbols, and what SymPy is told of them: of indices and natural numbers their sign, but not that they are whole.

What SymPy deduces of whole numbers, of powers and quotients of them and of what is irrational, is not reliable (it holds 10**n/6 to be whole,
and sin(pi 10**n/6) to be 0). So the symbols that the kernel computes with are real numbers to SymPy, and their class says that they are whole.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel.data import FalseStep

KINDS: dict[str, dict[str, bool]] = {
    "index": {"integer": True, "positive": True},
    "natural": {"integer": True, "nonnegative": True},
    "positive": {"positive": True},
    "nonnegative": {"nonnegative": True},
    "real": {"real": True},
}
"""The kinds of symbols: positive integers (indices and sizes), natural numbers, positive, nonnegative and real numbers."""
_FOLLOWS = {name: sp.Symbol("s", **assumptions).assumptions0 for name, assumptions in KINDS.items()}
"""What SymPy knows of a symbol of each kind."""

RESERVED = ("β", "ι")
"""Names that begin so are the kernel's own: of bound indices in canonical order, and of bound variables on the way there."""


class Index(sp.Symbol):  # type: ignore[misc]
    """A positive integer."""


class Natural(sp.Symbol):  # type: ignore[misc]
    """A natural number, 0 among them."""


class IndexDummy(sp.Dummy):  # type: ignore[misc]
    """A positive integer that is like no other."""


class NaturalDummy(sp.Dummy):  # type: ignore[misc]
    """A natural number that is like no other."""


def kind(symbol: sp.Symbol) -> str:
    """The kind of a symbol; raises `FalseStep` for one that is declared otherwise, or has a name of the kernel's own."""
    if type(symbol) not in (sp.Symbol, sp.Dummy, Index, Natural, IndexDummy, NaturalDummy):
        raise FalseStep(f"{symbol} is no symbol")
    if symbol.name.startswith(RESERVED):
        raise FalseStep(f"{symbol}: names that begin with {' or '.join(RESERVED)} are the kernel's own")
    if isinstance(symbol, Index | IndexDummy):
        return "index"
    if isinstance(symbol, Natural | NaturalDummy):
        return "natural"
    known = symbol.assumptions0
    for name, follows in _FOLLOWS.items():
        if known == follows:
            return name
    raise FalseStep(f"{symbol} is of none of the kinds {', '.join(KINDS)}: declared {symbol._assumptions_orig}")


def is_whole(symbol: sp.Symbol) -> bool:
    """Whether a symbol stands for whole numbers."""
    return isinstance(symbol, Index | Natural | IndexDummy | NaturalDummy) or bool(symbol.is_integer)


def like(symbol: sp.Symbol, name: str) -> sp.Symbol:
    """A symbol of the same kind with another name."""
    if not is_whole(symbol):
        return sp.Symbol(name, **symbol.assumptions0)
    return Index(name, positive=True) if symbol.is_positive else Natural(name, nonnegative=True)


def dummy(symbol: sp.Symbol) -> sp.Symbol:
    """A symbol of the same kind that is like no other."""
    if not is_whole(symbol):
        return sp.Dummy(symbol.name, **symbol.assumptions0)
    return IndexDummy(symbol.name, positive=True) if symbol.is_positive else NaturalDummy(symbol.name, nonnegative=True)
