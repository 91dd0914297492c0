"""Exact evaluation of expressions with symbolic sums on concrete instances, in SymPy's numbers."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import sympy as sp

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
        if e.func.__name__ in ("step", "relu", "Min", "Max", "Abs"):
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
