"""Bound variables: every binder gets a name of its own before anything is put into an expression, so that nothing is captured."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from functools import lru_cache

import sympy as sp

from theory.kernel.data import FalseStep
from theory.kernel.kinds import RESERVED, dummy, like

NewName = Callable[[sp.Symbol], sp.Symbol]
_REMEMBERED = 50_000
"""Entries and free symbols that are remembered: SymPy takes long over both."""


@lru_cache(maxsize=_REMEMBERED)
def free_symbols(e: sp.Basic) -> frozenset[sp.Basic]:
    """What SymPy calls the free symbols of an expression, found once: to be compared, not computed with."""
    return frozenset(e.free_symbols)


@lru_cache(maxsize=_REMEMBERED)
def _entry(base: sp.IndexedBase, indices: tuple[sp.Expr, ...]) -> sp.Indexed:
    return base[indices]


def renamed(e: sp.Basic, names: Mapping[sp.Symbol, sp.Symbol]) -> sp.Basic:
    """What `xreplace` makes of an expression, each entry of a family made once.

    >>> i, j = sp.symbols("i j", integer=True, positive=True)
    >>> renamed(sp.IndexedBase("a")[i] + i**2, {i: j})
    j**2 + a[j]
    """
    entries = {
        entry: _entry(entry.base, tuple(index.xreplace(names) for index in entry.indices))
        for entry in e.atoms(sp.Indexed)
        if entry.base.label not in names
    }
    return e.xreplace({**names, **entries})


class Numbered:
    """Symbols that no expression contains and that come only once, the same in each computation, so that SymPy remembers them."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, variable: sp.Symbol) -> sp.Symbol:
        """The next symbol, of the same kind."""
        self._count += 1
        return like(variable, f"{RESERVED[1]}{self._count}")


def freshened(e: sp.Basic, new: NewName = dummy) -> sp.Basic:
    """The expression with a new name for each variable bound by a sum or an integral.

    >>> i, n = sp.symbols("i n", integer=True, positive=True)
    >>> fresh = freshened(sp.Sum(i, (i, 1, n)))
    >>> fresh.has(i), fresh.free_symbols
    (False, {n})
    """
    if not e.has(sp.Sum, sp.Integral):
        return e
    if isinstance(e, sp.Sum | sp.Integral):
        body, limits = e.function, []
        renaming: dict[sp.Symbol, sp.Symbol] = {}
        # limits run from the innermost to the outermost; a limit may use the variables of later ones
        for variable, *ends in reversed(e.limits):
            ends = [freshened(renamed(end, renaming), new) for end in ends]
            renaming[variable] = new(variable)
            limits.append((renaming[variable], *ends))
        return e.func(renamed(freshened(body, new), renaming), *reversed(limits))
    return e.func(*(freshened(argument, new) for argument in e.args))


def bound_ranges(e: sp.Basic) -> dict[sp.Symbol, sp.Expr]:
    """The upper limits of the indices that sums bind, in an expression that is freshened."""
    return {index: high for total in e.atoms(sp.Sum) for index, _, high in total.limits}


def entries_replaced(e: sp.Basic, labels: Container[sp.Symbol], put: Callable[[sp.Indexed], sp.Basic]) -> sp.Basic:
    """The expression with something else for each entry of these families, from the inside out; the expression is freshened.

    >>> i = sp.Symbol("i", integer=True, positive=True)
    >>> a = sp.IndexedBase(sp.Symbol("a", integer=True, positive=True))
    >>> entries_replaced(a[a[i]] + i, {a.label}, lambda entry: entry.indices[0] + 1)
    2*i + 2
    """
    if not e.has(sp.Indexed):
        return e
    if isinstance(e, sp.Indexed):
        indices = tuple(entries_replaced(index, labels, put) for index in e.indices)
        made = e.base[indices]
        return put(made) if e.base.label in labels else made
    return e.func(*(entries_replaced(argument, labels, put) for argument in e.args))


def substituted(e: sp.Basic, values: Mapping[sp.Symbol, sp.Expr]) -> sp.Basic:
    """Put expressions for free symbols at once, nothing being captured; raises `FalseStep` where a derivative would change its meaning."""
    e = freshened(e)
    refuse_under_derivatives(e, values)
    return e.xreplace(dict(values))


def refuse_under_derivatives(e: sp.Basic, values: Mapping[sp.Symbol, sp.Expr]) -> None:
    """A variable of a derivative cannot be replaced, and nothing that depends on it can be put under the derivative."""
    incoming = {symbol for value in values.values() for symbol in value.free_symbols}
    for derivative in e.atoms(sp.Derivative):
        held = {symbol for variable in derivative.variables for symbol in variable.free_symbols}
        touched = derivative.free_symbols & set(values)
        if touched and (held & set(values) or held & incoming):
            raise FalseStep(f"{', '.join(sorted(map(str, touched)))} cannot be replaced under {derivative}")
