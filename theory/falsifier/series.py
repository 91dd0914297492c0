r"""Functions with an equation for a derivative, by their power series about the point of an instance.

From :math:`f^{(r)} = E` near :math:`x_0` and :math:`f^{(m)}(x_0) = c_m` for m < r:
:math:`f(x_0+\delta) = \sum_{m<r} c_m\delta^m/m! + \sum_k e_k\delta^{k+r} k!/(k+r)!`, where :math:`e_k` are the coefficients of E.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count

from flint import fmpq

from theory.falsifier import jets, values
from theory.falsifier.jets import Direction, Jet, Value, constant
from theory.falsifier.points import Point
from theory.falsifier.programs import program
from theory.falsifier.setting import Slope
from theory.falsifier.values import Beyond, Number

_serial = count(start=10**9)


def solution(slope: Slope, start: Sequence[Number], point: Point) -> Callable[[Value], Value]:
    """The function with this derivative and these values of itself and its lower derivatives at the instance.

    It is known at the instance and in nilpotent directions from it; elsewhere it raises `values.Beyond`.
    """
    right = program(slope.value)

    def value(argument: Value) -> Value:
        place = point.scalar(slope.variable)
        if values.apart(constant(argument), place):
            raise Beyond("a function is known by its derivative at one point alone")
        delta = argument.nilpotent if isinstance(argument, Jet) else Jet({})
        degree = sum(direction.order for direction in {d for monomial in delta.terms for d, _ in monomial})
        coefficients: list[Value] = [*start[: degree + 1]]
        factorial = fmpq(1)
        for power in range(len(coefficients)):
            factorial = factorial * max(power, 1)
            coefficients[power] = coefficients[power] / factorial
        rest = degree - slope.order
        if rest >= 0:
            direction = Direction(next(_serial), rest)
            series = right(point, {slope.variable: jets.moved(place, direction) if rest else place})
            for k in range(rest + 1):
                inner = jets.coefficient(series, direction, k)
                coefficients.append(inner * _falling(k, slope.order))
        total: Value = fmpq(0)
        for coefficient in reversed(coefficients):
            total = delta * total + coefficient
        return jets.settled(total) if isinstance(total, Jet) else total

    return value


def _falling(k: int, order: int) -> fmpq:
    """k!/(k+order)!"""
    factor = fmpq(1)
    for step in range(k + 1, k + order + 1):
        factor = factor / step
    return factor
