"""SymPy expressions as programs: functions of a point and of the values of bound names.

Sums are loops over their finite ranges (an empty range gives 0), derivatives are jets, integrals are quadrature. SymPy's own
evaluation, differentiation and integration are not used.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import lru_cache, reduce
from itertools import count

import sympy as sp
from flint import acb, arb, fmpq
from sympy.core.function import AppliedUndef

from theory.falsifier import jets, values
from theory.falsifier.functions import FUNCTIONS, whole
from theory.falsifier.integrals import degree_of, integrated
from theory.falsifier.jets import Direction, Value, constant
from theory.falsifier.points import Bound, Entry, Point, Program
from theory.falsifier.setting import names
from theory.falsifier.values import Beyond, Number, Undefined

LARGEST_RANGE = 64
"""Longer sums are not evaluated."""

_serial = count()


def evaluated(e: sp.Expr, point: Point) -> Number:
    """The value of an expression at a point.

    Raises `values.Undefined` where it has none, and `values.Beyond` where it holds something that is not evaluated.
    """
    return constant(program(e)(point, {}))


@lru_cache(maxsize=20000)
def program(e: sp.Expr) -> Program:
    """The program of an expression; raises `Beyond` for functions that are not known."""
    if isinstance(e, sp.Rational | sp.Float):
        number = values.rational(e)
        return lambda _point, _bound: number
    if isinstance(e, sp.Symbol):
        return _symbol(e)
    if isinstance(e, sp.Indexed):
        return _indexed(e)
    for kind, build in _BUILDERS.items():
        if isinstance(e, kind):
            return build(e)
    name = getattr(getattr(e, "func", None), "__name__", "")
    if name in FUNCTIONS:
        function, arguments = FUNCTIONS[name], [program(argument) for argument in e.args]
        return lambda point, bound: function(*(argument(point, bound) for argument in arguments))
    raise Beyond(f"{name or type(e).__name__} is not evaluated")


def _symbol(e: sp.Symbol) -> Program:
    def run(point: Point, bound: Bound) -> Value:
        value = bound.get(e)
        return point.scalar(e) if value is None else value

    return run


def _indexed(e: sp.Indexed) -> Program:
    label, indices = e.base.label, [program(index) for index in e.indices]

    def run(point: Point, bound: Bound) -> Value:
        entry = (label, tuple([whole(index(point, bound)) for index in indices]))
        value = bound.get(entry)
        return point.entry(entry) if value is None else value

    return run


# sums and products are where the time goes: each is a plain loop
def _add(e: sp.Expr) -> Program:
    first, *others = [program(term) for term in e.args]

    def run(point: Point, bound: Bound) -> Value:
        total = first(point, bound)
        for term in others:
            total = total + term(point, bound)
        return total

    return run


def _mul(e: sp.Expr) -> Program:
    first, *others = [program(factor) for factor in e.args]

    def run(point: Point, bound: Bound) -> Value:
        total = first(point, bound)
        for factor in others:
            total = total * factor(point, bound)
        return total

    return run


def _pow(e: sp.Expr) -> Program:
    if e.base is sp.E:
        exponent = program(e.exp)
        return lambda point, bound: jets.apply("exp", exponent(point, bound))
    base = program(e.base)
    if e.exp.is_Integer and 0 < e.exp <= values.LARGEST_EXPONENT:
        return _natural_power(base, int(e.exp))
    exponent = program(e.exp)
    return lambda point, bound: jets.power(base(point, bound), exponent(point, bound))


def _natural_power(base: Program, times: int) -> Program:
    exponent = fmpq(times)

    def run(point: Point, bound: Bound) -> Value:
        value = base(point, bound)
        return value**times if type(value) is fmpq else jets.power(value, exponent)

    return run


def _repeated(unit: fmpq, join: Callable[[Value, Value], Value]) -> Callable[[sp.Expr], Program]:
    """Sums and products over ranges; the limits run from the innermost index to the outermost."""

    def build(e: sp.Expr) -> Program:
        body = program(e.function)
        if any(len(limit) != 3 for limit in e.limits):
            raise Beyond("a sum without limits")
        limits = [(index, program(low), program(high)) for index, low, high in reversed(e.limits)]

        found, number = names(e), next(_serial)
        free = tuple(sorted(found.symbols, key=str))
        families = frozenset(label for label, _ in found.families)

        def run(point: Point, bound: Bound) -> Value:
            key: list[object] = [number]  # of whole numbers, since a rational number takes long to be hashed
            for symbol in free:
                value = bound.get(symbol)
                if value is None:
                    key.append(None)
                elif type(value) is fmpq:
                    key.append((value.p, value.q))
                else:
                    return added(point, bound, 0)
            for name in bound:
                if type(name) is tuple and name[0] in families:
                    return added(point, bound, 0)
            return point.remembered(tuple(key), lambda: added(point, bound, 0))

        def added(point: Point, bound: Bound, depth: int) -> Value:
            if depth == len(limits):
                return body(point, bound)
            index, low, high = limits[depth]
            first, last = whole(low(point, bound)), whole(high(point, bound))
            if last - first > LARGEST_RANGE:
                raise Beyond("a very long sum")
            total: Value = unit
            at = dict(bound)
            for place in range(first, last + 1):
                at[index] = fmpq(place)
                total = join(total, added(point, at, depth + 1))
            return total

        return run

    return build


def _derivative(e: sp.Derivative) -> Program:
    body = program(e.expr)
    variables = []
    for variable, order in e.variable_count:
        if not order.is_Integer:
            raise Beyond("a derivative of symbolic order")
        variables.append((variable, program(variable), int(order)))

    def run(point: Point, bound: Bound) -> Value:
        moved, directions = dict(bound), []
        for variable, place, order in variables:
            key: sp.Symbol | Entry = variable
            if isinstance(variable, sp.Indexed):
                key = (variable.base.label, tuple(whole(program(i)(point, bound)) for i in variable.indices))
            elif not isinstance(variable, sp.Symbol):
                raise Beyond(f"a derivative by {variable}")
            direction = Direction(next(_serial), order)
            moved[key] = jets.moved(moved.get(key, place(point, bound)), direction)
            directions.append((direction, order))
        return jets.derivative(body(point, moved), tuple(directions))

    return run


def _integral(e: sp.Integral) -> Program:
    if any(len(limit) != 3 for limit in e.limits):
        raise Beyond("an integral without limits")
    degree = degree_of(e.function, e.limits[0][0]) if len(e.limits) == 1 else None
    body = program(e.function)
    whole_integral = reduce(
        lambda inner, limit: integrated(program, inner, limit, degree), e.limits, body
    )  # the innermost first

    def run(point: Point, bound: Bound) -> Value:
        if bound:
            return whole_integral(point, bound)
        return point.remembered(e, lambda: whole_integral(point, bound))

    return run


def _subs(e: sp.Subs) -> Program:
    body, places = program(e.expr), [program(place) for place in e.point]
    return lambda point, bound: body(
        point, {**bound, **{v: place(point, bound) for v, place in zip(e.variables, places, strict=True)}}
    )


def _undefined_function(e: sp.Expr) -> Program:
    arguments = [program(argument) for argument in e.args]
    return lambda point, bound: point.function(e.func)(*(argument(point, bound) for argument in arguments))


def _piecewise(e: sp.Piecewise) -> Program:
    branches = [(program(branch), condition) for branch, condition in e.args]

    def run(point: Point, bound: Bound) -> Value:
        for branch, condition in branches:
            if condition == sp.true or (condition != sp.false and _holds(condition, point, bound)):
                return branch(point, bound)
        raise Undefined("no case of a piecewise function applies")

    return run


def _holds(condition: sp.Expr, point: Point, bound: Bound) -> bool:
    if not isinstance(condition, sp.core.relational.Relational):
        raise Beyond("a condition that is no relation")
    which = values.sign(constant(program(condition.lhs)(point, bound) - program(condition.rhs)(point, bound)))
    if which is None:
        raise Beyond("a case that is too close to call")
    signs = {"==": (0,), "!=": (-1, 1), "<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}
    return which in signs[condition.rel_op]


_BUILDERS: dict[type, Callable[[sp.Expr], Program]] = {
    sp.Add: _add,
    sp.Mul: _mul,
    sp.Pow: _pow,
    sp.Sum: _repeated(fmpq(0), operator.add),
    sp.Product: _repeated(fmpq(1), operator.mul),
    sp.Derivative: _derivative,
    sp.Integral: _integral,
    sp.Subs: _subs,
    AppliedUndef: _undefined_function,
    sp.Piecewise: _piecewise,
    type(sp.pi): lambda _: lambda _point, _bound: arb.pi(),
    type(sp.E): lambda _: lambda _point, _bound: arb(1).exp(),
    type(sp.EulerGamma): lambda _: lambda _point, _bound: arb.const_euler(),
    type(sp.I): lambda _: lambda _point, _bound: acb(0, 1),
}
