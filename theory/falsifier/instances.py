"""Concrete instances of a setting: exact rational values for every name, boundary cases first.

Sizes are 1, 2 or 3. Entries of families and values of symbols are drawn when they are first asked for, by a rule that depends on
nothing but the seed and the name; what has a definition is computed from it, once.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Mapping
from typing import TypeAlias

import sympy as sp
from flint import acb, fmpq

from theory.falsifier import jets, values
from theory.falsifier.functions import whole
from theory.falsifier.jets import Value
from theory.falsifier.kinds import fits, is_index, of_kind
from theory.falsifier.points import Bound, Entry
from theory.falsifier.programs import evaluated, program
from theory.falsifier.series import solution
from theory.falsifier.setting import Definition, Setting
from theory.falsifier.styles import style
from theory.falsifier.values import Beyond, Number, Undefined

Key: TypeAlias = sp.Symbol | Entry
"""What a value belongs to: a symbol, or an entry of a family."""

LARGEST_SIZE = 3
DEEPEST = 40
"""Definitions and equations for derivatives that are open at a time."""
MOST_WORK = 50_000
"""Values that may be asked for at one instance; beyond that it is given up."""


class Inadmissible(ValueError):  # noqa: N818 - it names what was found
    """An instance at which a hypothesis does not hold, or a definition has no value."""


class Point:
    """An instance: what free names stand for. See `programs.Point`."""

    def __init__(
        self, setting: Setting, number: int, seed: int, size: int = 0, given: Mapping[Key, Number] | None = None
    ) -> None:
        """Draw the sizes and the declared indices; everything else is drawn on demand.

        With a ``size`` all sizes and indices are this one, and some values are ``given``.
        """
        self.setting, self.style, self._seed = setting, style(number), f"{seed}:{number}"
        self.origin = number, seed
        """What it is drawn from, beside the setting."""
        self.values: dict[Key, Number] = dict(given or {})
        if size:
            self.values |= {symbol: fmpq(size) for symbol in setting.names.symbols if symbol.is_integer}
        self.work = 0
        """How many values were asked for."""
        self.read: set[Key] = set()
        """Free names whose values were asked for, definitions followed."""
        self._computed: dict[Hashable, tuple[Value, frozenset[Key]]] = {}
        self._functions: dict[type, Callable[..., Value]] = {}
        self._open: list[Key | type] = []
        self._domain = {symbol: (low, high) for symbol, low, high in setting.domain}
        for rank, symbol in enumerate(setting.sizes):
            if symbol not in setting.definitions and symbol not in self.values and is_index(symbol):
                different = 1 + (rank + number) % LARGEST_SIZE if self.style.size < 0 else self.style.size
                self.values[symbol] = fmpq(different or self.numbers(symbol).randint(1, LARGEST_SIZE))
        for index, upper in setting.ranges if not size else ():
            largest = LARGEST_SIZE if upper is None else whole(evaluated(upper, self))
            self.values[index] = fmpq(self.numbers(index).randint(1, max(largest, 1)))
        smallest = min((int(v.p) for s in setting.sizes if isinstance(v := self.values.get(s), fmpq)), default=3)
        for index in sorted(setting.undeclared - set(self.values), key=str):
            if is_index(index):
                self.values[index] = fmpq(self.numbers(index).randint(1, smallest))

    def scalar(self, symbol: sp.Symbol) -> Number:
        """The value of a symbol."""
        self.work += 1
        value = self.values.get(symbol)
        if value is None:
            definition = self.setting.definitions.get(symbol)
            if definition is not None:
                return self._defined(symbol, symbol, definition, ())
            ends = self._domain.get(symbol)
            value = self.values[symbol] = self._between(symbol, *ends) if ends else self._drawn(symbol, ())
        self.read.add(symbol)
        return value

    def entry(self, entry: Entry) -> Number:
        """The value of an entry of a family."""
        label, place = entry
        self.work += 1
        if self.work > MOST_WORK:
            raise Inadmissible("too much work")
        if min(place) < 1:
            raise Beyond(f"{label} has no entry {place}")
        definition = self.setting.definitions.get(label)
        if definition is not None:
            known = self._computed.get(entry)
            if known is not None:
                self.read |= known[1]
                return known[0]
            if self._in_range(definition, place):
                return self._defined(entry, label, definition, place)
        value = self.values.get(entry)
        if value is None:
            value = self.values[entry] = self._drawn(label, place)
        self.read.add(entry)
        return value

    def function(self, name: type) -> Callable[..., Value]:
        """A cubic polynomial in the arguments, damped at infinity in every other instance; its sign is as declared."""
        if name not in self._functions and name in self.setting.slopes:
            slope = self.setting.slopes[name]
            numbers, sign = self.numbers(name), _sign_of(name)
            start = [_small(numbers) for _ in range(slope.order)]
            if sign and start:
                start[0] = (abs(start[0]) + fmpq(1, 3)) * sign
            continued = solution(slope, tuple(start), self)

            def signed(argument: Value) -> Value:
                if len(self._open) > DEEPEST:
                    raise Inadmissible(f"the equations for {name} are circular")
                self._open.append(name)
                try:
                    value = continued(argument)
                finally:
                    self._open.pop()
                if values.sign(jets.constant(value)) == -sign != 0:
                    raise Inadmissible(f"{name} is not of its sign")
                return value

            self._functions[name] = signed
        if name not in self._functions:
            numbers = self.numbers(name)
            weights = [fmpq(numbers.randint(-3, 3) or 1, numbers.randint(1, 3)) for _ in range(12)]
            damped, sign = numbers.random() < 0.5, _sign_of(name)

            def polynomial(*arguments: Value) -> Value:
                form: Value = sum((weights[4 + k] * a for k, a in enumerate(arguments[:8])), fmpq(0))
                total = form * (form * (form * weights[3] + weights[2]) + weights[1]) + weights[0]
                for k, a in enumerate(arguments):
                    total = total + a * a * (k + 1)
                if damped:
                    total = total * jets.apply("exp", -sum((a * a for a in arguments), fmpq(0)))
                return total if sign == 0 else (total * total + 1) * sign

            self._functions[name] = polynomial
        return self._functions[name]

    def remembered(self, key: Hashable, value: Callable[[], Value]) -> Value:
        """A value that depends on a key and the free names alone, computed once."""
        return self._once(key, value)

    def assign(self, key: Key, value: Number) -> None:
        """Give a free name another value."""
        self.assign_all({key: value})

    def assign_all(self, changes: dict[Key, Number]) -> None:
        """Give several free names other values; what was computed from those that change is forgotten."""
        moved = {key for key, value in changes.items() if not _same(self.values.get(key), value)}
        self.values.update(changes)
        self._computed = {key: found for key, found in self._computed.items() if moved.isdisjoint(found[1])}

    def reading(self, e: sp.Expr, bound: Bound) -> tuple[Number, frozenset[Key]]:
        """The value of an expression and the free names that it depends on."""
        before, self.read = self.read, set()
        try:
            return jets.constant(program(e)(self, bound)), frozenset(self.read)
        finally:
            self.read |= before

    def reading_once(self, key: Hashable, compute: Callable[[], Number]) -> tuple[Number, frozenset[Key]]:
        """A value that depends on a key and the free names alone, computed once, and the names that it depends on."""
        self._once(key, compute)
        return self._computed[key]

    def numbers(self, name: object, place: tuple[int, ...] = ()) -> random.Random:
        """Random numbers that depend on the instance and a name alone."""
        return random.Random(f"{self._seed}:{name}:{place}")

    def inside_domain(self) -> bool:
        """Whether every value lies in its open interval, as far as can be seen."""
        return all(
            (low is sp.S.NegativeInfinity or not values.exceeds(evaluated(low, self), self.scalar(symbol) - _TINY))
            and (high is sp.oo or not values.exceeds(self.scalar(symbol) + _TINY, evaluated(high, self)))
            for symbol, (low, high) in self._domain.items()
        )

    def _defined(self, key: Key, name: sp.Symbol, definition: Definition, place: tuple[int, ...]) -> Number:
        if key in self._open:
            raise Inadmissible(f"the definition of {name} is circular")
        self._open.append(key)
        bound = {index: fmpq(p) for (index, _), p in zip(definition.indices, place, strict=True)}
        try:
            value = self._once(key, lambda: program(definition.value)(self, bound))
        except Undefined as reason:
            raise Inadmissible(f"the definition of {name} has no value: {reason}") from None
        finally:
            self._open.pop()
        if not fits(name, jets.constant(value), certain=False):
            raise Inadmissible(f"{name} is not of its kind")
        return jets.constant(value)

    def _once(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        if key not in self._computed:
            before, self.read = self.read, set()
            try:
                value = compute()
                self._computed[key] = value, frozenset(self.read)
            finally:
                self.read |= before
            return value
        value, read = self._computed[key]
        self.read |= read
        return value

    def _in_range(self, definition: Definition, place: tuple[int, ...]) -> bool:
        return all(
            upper is None or p <= whole(evaluated(upper, self))
            for (_, upper), p in zip(definition.indices, place, strict=True)
        )

    def _drawn(self, label: sp.Symbol, place: tuple[int, ...]) -> Number:
        kind = self.style.name
        if label.is_integer:
            low = 1 if label.is_positive else 0 if label.is_nonnegative else -LARGEST_SIZE
            return fmpq(low if kind == "zero" else self.numbers(label, place).randint(low, LARGEST_SIZE + 1))
        if kind == "equal":
            place = place[1:]
        numbers = self.numbers(label, place)
        value = {
            "zero": lambda: fmpq(0),
            "one": lambda: fmpq(1),
            "minus one": lambda: fmpq(-1),
            "rising": lambda: fmpq(sum(place) + numbers.randint(1, 4)),
            "falling": lambda: -fmpq(sum(place) + numbers.randint(1, 4)),
            "identity": lambda: fmpq(int(len(set(place)) == 1)) if place else _small(numbers),
            "signs": lambda: fmpq(numbers.choice((-1, 0, 0, 1, 1))),
            "large": lambda: fmpq(numbers.randint(-60, 60), numbers.randint(1, 7)),
        }.get(kind, lambda: _small(numbers))()
        if label.is_real is None or label.is_real is False:
            return acb(value, numbers.randint(-2, 2))
        return of_kind(label, value, numbers)

    def _between(self, symbol: sp.Symbol, low: sp.Expr, high: sp.Expr) -> Number:
        if symbol in self._open:
            raise Inadmissible(f"the interval of {symbol} is circular")
        self._open.append(symbol)
        try:
            return self._inside(symbol, low, high)
        finally:
            self._open.pop()

    def _inside(self, symbol: sp.Symbol, low: sp.Expr, high: sp.Expr) -> Number:
        numbers = self.numbers(symbol)
        shares = {"zero": fmpq(1, 97), "minus one": fmpq(96, 97), "one": fmpq(1, 2)}
        share = shares.get(self.style.name, fmpq(numbers.randint(1, 96), 97))
        if low is sp.S.NegativeInfinity:
            return _small(numbers) if high is sp.oo else evaluated(high, self) - share * 4
        start = evaluated(low, self)
        return start + share * 4 if high is sp.oo else start + (evaluated(high, self) - start) * share


_TINY = fmpq(1, 10**30)


def _same(old: Number | None, value: Number) -> bool:
    """Whether two values are equal for certain; balls never are."""
    return isinstance(old, fmpq) and isinstance(value, fmpq) and bool(old == value)


def _small(numbers: random.Random) -> fmpq:
    return fmpq(numbers.randint(-5, 5), numbers.randint(1, 4))


def _sign_of(function: type) -> int:
    assumptions = getattr(function, "_kwargs", {}) or {}
    if assumptions.get("positive") or assumptions.get("nonnegative"):
        return 1
    return -1 if assumptions.get("negative") or assumptions.get("nonpositive") else 0
