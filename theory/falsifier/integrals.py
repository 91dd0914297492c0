"""Integrals over one variable as programs: by quadrature, of polynomials exactly."""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp
from flint import fmpq
from sympy.core.function import AppliedUndef

from theory.falsifier import jets, values
from theory.falsifier.jets import Value
from theory.falsifier.points import Bound, Point, Program
from theory.falsifier.quadrature import integral, polynomial_integral
from theory.falsifier.values import Number

LARGEST_DEGREE = 24
"""Polynomials up to this degree are integrated exactly."""


def degree_of(e: sp.Expr, variable: sp.Symbol) -> int | None:
    """The degree of a polynomial in one variable; ``None`` for anything else."""
    if e.has(AppliedUndef, sp.Derivative, sp.Integral, sp.Sum) or not e.is_polynomial(variable):
        return None
    degree = sp.Poly(e, variable).degree()
    return max(int(degree), 0) if degree <= LARGEST_DEGREE else None


def integrated(
    program: Callable[[sp.Expr], Program], body: Program, limit: tuple[sp.Symbol, sp.Expr, sp.Expr], degree: int | None
) -> Program:
    """The integral of a program over one variable, exactly for a polynomial of a degree that is known.

    The ends are expressions, of which ``program`` makes programs.
    """
    variable, low, high = limit
    if low is sp.S.NegativeInfinity and high is sp.oo:
        left, right = ((variable, low, sp.S.Zero), (variable, sp.S.Zero, high))
        halves = integrated(program, body, left, None), integrated(program, body, right, None)
        return lambda point, bound: halves[0](point, bound) + halves[1](point, bound)
    half_line = sp.oo in (high, -low)
    start, end = program(high if low is sp.S.NegativeInfinity else low), program(sp.S.Zero if half_line else high)
    direction = fmpq(-1 if low is sp.S.NegativeInfinity else 1)

    def run(point: Point, bound: Bound) -> Value:
        first = start(point, bound)
        length: Value = direction if half_line else end(point, bound) - first
        if not isinstance(length, jets.Jet) and values.is_exactly_zero(length):
            return fmpq(0)
        at = dict(bound)

        def integrand(share: Number) -> Value:
            at[variable] = first + length * share
            return body(point, at)

        if degree is not None and not half_line:
            return polynomial_integral(integrand, degree) * length
        return integral(integrand, half_line) * (fmpq(1) if half_line else length)

    return run
