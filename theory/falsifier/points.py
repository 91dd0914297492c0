"""What programs are functions of: a point, and the values of bound names."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Protocol, TypeAlias

import sympy as sp

from theory.falsifier.jets import Value
from theory.falsifier.values import Number

Entry: TypeAlias = tuple[sp.Symbol, tuple[int, ...]]
"""An entry of a family: the label of its base, and its place."""
Bound: TypeAlias = Mapping[sp.Symbol | Entry, Value]
"""Values that replace those of the point: of bound indices, and of what is differentiated by."""


class Point(Protocol):
    """What free names stand for."""

    def scalar(self, symbol: sp.Symbol) -> Number:
        """The value of a symbol."""
        ...

    def entry(self, entry: Entry) -> Number:
        """The value of an entry of a family."""
        ...

    def function(self, name: type) -> Callable[..., Value]:
        """What an undefined function stands for."""
        ...

    def remembered(self, key: Hashable, value: Callable[[], Value]) -> Value:
        """A value that depends on a key and the free names alone, computed once."""
        ...


Program: TypeAlias = Callable[[Point, Bound], Value]
