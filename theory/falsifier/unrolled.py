"""Expressions at fixed sizes over symbolic entries: sums written out, definitions put in, in any algebra."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, Protocol, TypeAlias

import sympy as sp
from flint import fmpq

from theory.falsifier import values
from theory.falsifier.kinds import is_index
from theory.falsifier.points import Entry
from theory.falsifier.setting import Setting
from theory.falsifier.values import Beyond

Key: TypeAlias = sp.Symbol | Entry
Element: TypeAlias = Any
"""An element of the algebra."""
LARGEST_RANGE = 4


class Algebra(Protocol):
    """Numbers, variables and the operations of piecewise polynomials; anything else raises `Beyond`."""

    def number(self, value: fmpq) -> Element:
        """A rational number."""
        ...

    def variable(self, key: Key) -> Element:
        """A symbol, or an entry of a family."""
        ...

    def add(self, left: Element, right: Element) -> Element:
        """The sum."""
        ...

    def multiply(self, left: Element, right: Element) -> Element:
        """The product."""
        ...

    def inverse(self, element: Element) -> Element:
        """The inverse."""
        ...

    def root(self, element: Element) -> Element:
        """The nonnegative square root."""
        ...

    def step(self, element: Element) -> Element:
        """1 where the element is positive, else 0."""
        ...

    def absolute(self, element: Element) -> Element:
        """The absolute value."""
        ...

    def smaller(self, left: Element, right: Element) -> Element:
        """The minimum."""
        ...


class Unrolled:
    """Values of expressions in an algebra, with all sizes equal to ``size`` and free indices at their largest value."""

    def __init__(self, setting: Setting, size: int, algebra: Algebra) -> None:
        """Fix the sizes."""
        self._setting, self._algebra, self.size = setting, algebra, size
        self._known: dict[Key, Element] = {}
        self._open: set[Key] = set()

    def __call__(self, e: Any, bound: Mapping[sp.Symbol, int] | None = None) -> Element:
        """The element that an expression is; raises `Beyond` if it is none."""
        bound, algebra = bound or {}, self._algebra
        if isinstance(e, sp.Rational | sp.Float):
            return algebra.number(values.rational(e))
        if isinstance(e, sp.Symbol):
            if e in bound or self._is_whole(e):
                return algebra.number(fmpq(self.whole(e, bound)))
            return self._named(e, e, ())
        if isinstance(e, sp.Indexed):
            place = tuple(self.whole(index, bound) for index in e.indices)
            return self._named((e.base.label, place), e.base.label, place)
        if isinstance(e, sp.Sum | sp.Product):
            return self._repeated(e, dict(bound), len(e.limits) - 1)
        if isinstance(e, sp.Pow):
            return self._power(e, bound)
        if isinstance(e, sp.KroneckerDelta):
            return algebra.number(fmpq(int(self.whole(e.args[0], bound) == self.whole(e.args[1], bound))))
        name = getattr(getattr(e, "func", None), "__name__", "")
        operations = {"Add": algebra.add, "Mul": algebra.multiply, "Min": algebra.smaller, "Max": self._larger}
        single = {"step": algebra.step, "Abs": algebra.absolute, "relu": self._relu}
        if isinstance(e, sp.core.function.AppliedUndef) or name not in operations | single:
            raise Beyond(f"{name} is not piecewise polynomial")
        arguments = [self(argument, bound) for argument in e.args]
        return reduce(operations[name], arguments) if name in operations else single[name](arguments[0])

    def whole(self, e: sp.Expr, bound: Mapping[sp.Symbol, int]) -> int:
        """An index or a limit; raises `Beyond` if it depends on anything but sizes and indices."""
        fixed = {s: bound.get(s, self.size) for s in e.free_symbols if s in bound or self._is_whole(s)}
        value = e.xreplace({s: sp.Integer(v) for s, v in fixed.items()})
        if not value.is_Integer:
            raise Beyond("an index or a limit that is no integer")
        return int(value)

    def _is_whole(self, symbol: sp.Symbol) -> bool:
        return bool(symbol.is_integer) and symbol not in self._setting.definitions

    def _named(self, key: Key, name: sp.Symbol, place: tuple[int, ...]) -> Element:
        if key not in self._known:
            definition = self._setting.definitions.get(name)
            inside = definition is not None and all(
                upper is None or at <= self.whole(upper, {})
                for (_, upper), at in zip(definition.indices, place, strict=True)
            )
            if definition is None or not inside:
                self._known[key] = self._algebra.variable(key)
            elif key in self._open or is_index(name):
                raise Beyond("a circular definition, or one of a size")
            else:
                self._open.add(key)
                at = {index: p for (index, _), p in zip(definition.indices, place, strict=True)}
                self._known[key] = self(definition.value, at)
        return self._known[key]

    def _repeated(self, e: sp.Expr, bound: dict[sp.Symbol, int], depth: int) -> Element:
        if depth < 0:
            return self(e.function, bound)
        index, low, high = e.limits[depth]
        first, last = self.whole(low, bound), self.whole(high, bound)
        if last - first >= LARGEST_RANGE:
            raise Beyond("a long sum")
        join: Callable[[Element, Element], Element]
        empty, join = (0, self._algebra.add) if isinstance(e, sp.Sum) else (1, self._algebra.multiply)
        terms = (self._repeated(e, {**bound, index: place}, depth - 1) for place in range(first, last + 1))
        return reduce(join, terms, self._algebra.number(fmpq(empty)))

    def _power(self, e: sp.Pow, bound: Mapping[sp.Symbol, int]) -> Element:
        exponent = e.exp if e.exp.is_Rational else sp.Integer(self.whole(e.exp, bound))
        if exponent.q not in (1, 2) or abs(exponent) > 12:
            raise Beyond("a power that is not polynomial")
        base = self(e.base, bound)
        base = base if exponent.q == 1 else self._algebra.root(base)
        base = base if exponent > 0 else self._algebra.inverse(base)
        return reduce(self._algebra.multiply, [base] * abs(int(exponent.p)), self._algebra.number(fmpq(1)))

    def _relu(self, element: Element) -> Element:
        return self._algebra.multiply(element, self._algebra.step(element))

    def _larger(self, left: Element, right: Element) -> Element:
        minus = self._algebra.number(fmpq(-1))
        turned = [self._algebra.multiply(minus, side) for side in (left, right)]
        return self._algebra.multiply(minus, self._algebra.smaller(*turned))
