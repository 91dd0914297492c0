"""The functions that occur in derivations, by the names of their classes, on numbers and jets."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

from flint import acb, fmpq

from theory.falsifier import jets, values
from theory.falsifier.jets import Value, constant
from theory.falsifier.values import Beyond, Number


def whole(value: Value) -> int:
    """An integer value; raises `Beyond` for anything else, such as an index that is no integer."""
    if isinstance(value, fmpq) and value.q == 1:
        return int(value.p)
    raise Beyond("an index or a limit of a sum is not an integer")


def _delta(a: Value, b: Value) -> Value:
    return fmpq(int(whole(a) == whole(b)))


def _half(x: Value) -> Value:
    return x * fmpq(1, 2)


def _reciprocal(x: Value) -> Value:
    return jets.power(x, fmpq(-1))


def _exp(x: Value) -> Value:
    return jets.apply("exp", x)


def _log(x: Value) -> Value:
    return jets.apply("log", x)


def _root(x: Value) -> Value:
    return jets.power(x, fmpq(1, 2))


def _extreme(choose: Callable[[Number, Number], Number], larger: bool) -> Callable[..., Value]:
    def pair(a: Value, b: Value) -> Value:
        first, second = (a, b) if larger else (b, a)
        return jets.by_sign(a - b, first, second, lambda _: choose(constant(a), constant(b)))

    return lambda *arguments: reduce(pair, arguments)


def _absolute(x: Value) -> Value:
    return jets.by_sign(x, x, -x, values.absolute)


def _sign(x: Value) -> Value:
    return jets.by_sign(x, fmpq(1), fmpq(-1), lambda v: values.step(v) - values.step(-v))


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "step": lambda x: jets.by_sign(x, fmpq(1), fmpq(0), values.step),
    "relu": lambda x: jets.by_sign(x, x, fmpq(0), lambda v: values.larger(v, fmpq(0))),
    "Abs": _absolute,
    "sign": _sign,
    "Min": _extreme(values.smaller, larger=False),
    "Max": _extreme(values.larger, larger=True),
    "KroneckerDelta": _delta,
    "exp": _exp,
    "log": _log,
    "sinh": lambda x: _half(_exp(x) - _exp(-x)),
    "cosh": lambda x: _half(_exp(x) + _exp(-x)),
    "tanh": lambda x: (_exp(2 * x) - 1) * _reciprocal(_exp(2 * x) + 1),
    "asinh": lambda x: _log(x + _root(x * x + 1)),
    "acosh": lambda x: _log(x + _root(x * x - 1)),
    "atanh": lambda x: _half(_log((1 + x) * _reciprocal(1 - x))),
    "cot": lambda x: jets.apply("cos", x) * _reciprocal(jets.apply("sin", x)),
    "sec": lambda x: _reciprocal(jets.apply("cos", x)),
    "csc": lambda x: _reciprocal(jets.apply("sin", x)),
    "erfc": lambda x: 1 - jets.apply("erf", x),
    "loggamma": lambda x: jets.apply("lgamma", x),
    "factorial": lambda x: jets.apply("gamma", x + 1),
    "beta": lambda x, y: jets.apply("gamma", x) * jets.apply("gamma", y) * _reciprocal(jets.apply("gamma", x + y)),
    "re": lambda x: x.real if isinstance(x, acb) else x,
    "im": lambda x: x.imag if isinstance(x, acb) else x * 0,
    "conjugate": lambda x: x.conjugate() if isinstance(x, acb) else x,
    **{name: lambda x, name=name: jets.apply(name, x) for name in ("sin", "cos", "tan", "asin", "acos", "atan", "erf", "gamma")},
}  # fmt: skip
"""Functions by the names of their classes."""
