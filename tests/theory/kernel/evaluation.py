"""Exact evaluation of expressions with symbolic sums on concrete instances, and random instances to evaluate on."""

from __future__ import annotations

import random
from collections.abc import Mapping
from itertools import product
from typing import Any

import sympy as sp

from theory.kernel.functions import relu, step

Values = Mapping[str, Any]
"""Values by name: a number for a symbol, a nested sequence for an indexed base (its first entry has index 1)."""


def evaluate(expression: sp.Expr, values: Values) -> sp.Expr:
    """The exact value of an expression, a SymPy number.

    ``values`` maps names to rational numbers (int, Fraction, Rational), to nested sequences of them for indexed
    bases, and sizes such as ``n`` to integers. Raises ``KeyError`` where a name has no value.

    >>> i, n = sp.symbols("i n", integer=True, positive=True)
    >>> a = sp.IndexedBase("a", real=True)
    >>> evaluate(sp.sqrt(sp.Sum(a[i] ** 2, (i, 1, n))), {"n": 2, "a": [1, 1]})
    sqrt(2)
    """
    return _Evaluator(values)(expression, {})


class _Evaluator:
    def __init__(self, values: Values) -> None:
        self._values = values

    def __call__(self, e: sp.Expr, bound: dict[sp.Symbol, int]) -> sp.Expr:
        if e.is_number and not e.args:
            return e
        if isinstance(e, sp.Symbol):
            return sp.sympify(bound[e]) if e in bound else _number(self._values[e.name])
        if isinstance(e, sp.Indexed):
            entry = self._values[str(e.base.label)]
            for index in e.indices:
                entry = entry[int(self(index, bound)) - 1]
            return _number(entry)
        if isinstance(e, sp.Sum):
            return self._sum(e, bound)
        arguments = [self(argument, bound) for argument in e.args]
        if isinstance(e, step | relu | sp.Min | sp.Max | sp.Abs):
            arguments = [_decided(argument) for argument in arguments]
        return e.func(*arguments)

    def _sum(self, e: sp.Sum, bound: dict[sp.Symbol, int]) -> sp.Expr:
        # limits run from the innermost to the outermost index; none of them depends on another here
        ranges = [range(int(self(lo, bound)), int(self(hi, bound)) + 1) for _, lo, hi in e.limits]
        indices = [index for index, _, _ in e.limits]
        return sp.Add(*(self(e.function, bound | dict(zip(indices, at, strict=True))) for at in product(*ranges)))


def _number(value: Any) -> sp.Expr:
    if isinstance(value, float):
        return sp.Rational(*value.as_integer_ratio())
    return sp.sympify(value) if isinstance(value, int | sp.Expr) else sp.Rational(value.numerator, value.denominator)


def _decided(value: sp.Expr) -> sp.Expr:
    """A number whose comparisons evaluate; a sum of roots that is exactly zero is recognised as such."""
    return sp.S.Zero if not value.is_Rational and sp.simplify(value) == 0 else value


class RandomValues(dict[str, Any]):
    """Values drawn on demand that respect the assumptions on symbols: small rationals, sizes from 1 to 3."""

    def __init__(self, expressions: list[sp.Expr], seed: int) -> None:
        super().__init__()
        generator = random.Random(seed)
        sizes: set[sp.Symbol] = set()
        labels: dict[sp.Symbol, sp.IndexedBase] = {}
        indices: set[sp.Symbol] = set()
        scalars: set[sp.Symbol] = set()
        for e in expressions:
            for item in e.atoms(sp.Indexed):
                labels[item.base.label] = item.base
                indices |= {s for index in item.indices for s in index.free_symbols}
            for total in e.atoms(sp.Sum):
                sizes |= {s for limit in total.limits for s in limit[2].free_symbols}
            scalars |= e.free_symbols
        scalars -= set(labels) | {item for item in scalars if isinstance(item, sp.Indexed)}
        for symbol in sorted(sizes, key=str):
            self[symbol.name] = generator.randint(1, 3)
        smallest = min((self[symbol.name] for symbol in sizes), default=3)
        for symbol in sorted(scalars - sizes, key=str):
            if symbol in indices:
                self[symbol.name] = generator.randint(1, smallest)  # a free index lies in its index set
            elif symbol.is_integer:
                self[symbol.name] = generator.randint(1, 3)
            else:
                self[symbol.name] = _draw(symbol, generator)
        for label in sorted(labels, key=str):
            self[label.name] = _Entries(labels[label], generator)

    def readable(self) -> str:
        """The drawn values, one line."""
        return ", ".join(f"{name} = {value}" for name, value in sorted(self.items()))


class _Entries:
    """The entries of one indexed base, drawn when first asked for."""

    def __init__(self, base: sp.IndexedBase, generator: random.Random) -> None:
        self._base, self._generator = base, generator
        self._drawn: dict[int, Any] = {}

    def __getitem__(self, place: int) -> Any:
        if place not in self._drawn:
            self._drawn[place] = _LazyEntry(self._base, self._generator)
        return self._drawn[place]

    def __repr__(self) -> str:
        return "[" + ", ".join(f"{place + 1}: {entry!r}" for place, entry in sorted(self._drawn.items())) + "]"


class _LazyEntry(_Entries):
    """An entry that is a number, or a row of further entries if it is indexed again."""

    def __init__(self, base: sp.IndexedBase, generator: random.Random) -> None:
        super().__init__(base, generator)
        self._value = _draw(base.label, generator)

    @property
    def numerator(self) -> int:
        return int(self._value.p)

    @property
    def denominator(self) -> int:
        return int(self._value.q)

    def __repr__(self) -> str:
        return super().__repr__() if self._drawn else str(self._value)


def _draw(symbol: sp.Symbol, generator: random.Random) -> sp.Rational:
    value = sp.Rational(generator.randint(-6, 6), generator.randint(1, 4))
    if symbol.is_positive:
        return abs(value) + sp.Rational(1, generator.randint(1, 4))
    return abs(value) if symbol.is_nonnegative else value
