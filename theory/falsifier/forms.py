"""Assumptions about all vectors: quadratic forms that are never negative; and families that have to be orthonormal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TypeAlias

import sympy as sp
from flint import fmpq, fmpq_mat
from sympy.core.relational import Relational

from theory.falsifier import values
from theory.falsifier.instances import Inadmissible, Key, Point
from theory.falsifier.points import Bound
from theory.falsifier.programs import program
from theory.falsifier.setting import Assumption, names
from theory.falsifier.values import Number, Undefined

BISECTIONS = 12
DOUBLINGS = 24
LARGEST_FORM = 14
"""Variables of a quadratic form."""
SAMPLES = 40

Matrix: TypeAlias = list[list[Number]]


def holds(assumption: Assumption, place: Mapping[sp.Symbol, int], point: Point) -> bool:
    """Whether an assumption holds for all values of its quantified names.

    For a quadratic form in them this is decided. An assumption in which nothing is free is taken for true unless a sample
    refutes it. At any other `Inadmissible` is raised: no values of the free names make it a form that is decided.
    """
    form = _form(assumption, place, point)
    if form is not None and assumption.relation.rel_op == "==":
        return all(values.satisfied("==", entry) for row in form for entry in row)
    if form is not None:
        return _not_negative(form)
    if not _is_closed(assumption):
        raise Inadmissible(f"{assumption.hypothesis} is not decided for all values")
    return _survives_samples(assumption, place, point)


def mended(assumption: Assumption, place: Mapping[sp.Symbol, int], point: Point) -> bool:
    """Change one number on which a quadratic form depends linearly until it is not negative, and not much further."""
    for symbol in sorted(_free_symbols(assumption), key=str):
        if symbol not in point.values or symbol.is_integer or not symbol.is_real:
            continue
        before = point.values[symbol]
        forms = [_form_with(assumption, place, point, symbol, fmpq(value)) for value in (1, 2, 3)]
        first, second, third = forms
        if first is not None and second is not None and third is not None:
            slope = _combined(second, first, -1)
            if not any(
                values.apart(entry, fmpq(0))
                for row in _combined(_combined(third, second, -1), slope, -1)
                for entry in row
            ):
                least = _least(_combined(first, slope, -1), slope)
                if least is not None and (least != 0 or not symbol.is_positive):
                    point.assign(symbol, least)
                    return True
        for value in (fmpq(1, 2), fmpq(1, 20), fmpq(1, 500), fmpq(20), fmpq(500)):
            form = _form_with(assumption, place, point, symbol, value)
            if form is not None and _not_negative(form):
                return True
        point.assign(symbol, before)
    return False


def _least(start: Matrix, slope: Matrix) -> fmpq | None:
    """A value t, nearly the least one, at which start + t slope is positive semidefinite."""

    def enough(value: fmpq) -> bool:
        return _not_negative(_combined(start, slope, value))

    high = next((fmpq(2) ** k for k in range(-DOUBLINGS, DOUBLINGS) if enough(fmpq(2) ** k)), None)
    if high is None:
        return None
    low = high / 2
    exact = [-start[k][k] / slope[k][k] for k in range(len(start)) if isinstance(slope[k][k], fmpq) and slope[k][k] > 0]
    for value in exact:
        if isinstance(value, fmpq) and value > 0 and enough(value) and not enough(value * fmpq(999, 1000)):
            return value
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _combined(left: Matrix, right: Matrix, factor: fmpq | int) -> Matrix:
    return [[a + b * factor for a, b in zip(row, other, strict=True)] for row, other in zip(left, right, strict=True)]


def _form_with(
    assumption: Assumption, place: Mapping[sp.Symbol, int], point: Point, symbol: sp.Symbol, value: fmpq
) -> Matrix | None:
    point.assign(symbol, value)
    try:
        return _form(assumption, place, point)
    except (Inadmissible, Undefined):
        return None


def _free_symbols(assumption: Assumption) -> set[sp.Symbol]:
    bound = {*(index for index, _ in assumption.ranges), *assumption.quantified}
    return set(names(assumption.relation).symbols - bound)


def _is_closed(assumption: Assumption) -> bool:
    found = names(assumption.relation)
    bound = {*(index for index, _ in assumption.ranges), *assumption.quantified}
    return found.labels <= bound and not found.functions


def _form(assumption: Assumption, place: Mapping[sp.Symbol, int], point: Point) -> Matrix | None:
    """The symmetric matrix of left side less right side; ``None`` if it is no quadratic form.

    There is a row for the constant unless all terms are seen to be of degree 2.
    """
    relation, quantified = assumption.relation, frozenset(assumption.quantified)
    if relation.rel_op not in (">=", "<=", "=="):
        return None
    degrees = [_degrees(side, quantified) for side in (relation.lhs, relation.rhs)]
    sides = (relation.lhs, relation.rhs)
    present = {degree for degree, side in zip(degrees, sides, strict=True) if side != 0}
    alike = len(present) == 1 and all(low == high and low % 2 == 0 for low, high in present)
    if max(high for _, high in degrees) > 2 and not alike:
        return None
    sense = -1 if relation.rel_op == "<=" else 1
    start: Bound = {index: fmpq(at) for index, at in place.items()}
    read = point.reading(relation.lhs, start)[1] | point.reading(relation.rhs, start)[1]
    keys = sorted((key for key in read if _label(key) in quantified), key=str)
    if len(keys) > LARGEST_FORM or (len(keys) > 1 and max(high for _, high in degrees) > 2):
        return None

    def gap(*moved: Key) -> Number:
        at: dict[Key, Number] = {**start, **dict.fromkeys(keys, fmpq(0))}
        for key in moved:
            at[key] = at[key] + 1
        left, right = (program(side)(point, at) for side in (relation.lhs, relation.rhs))
        return (left - right) * sense

    if alike and len(keys) == 1:
        return [[gap(keys[0])]]  # an even power of one variable
    size = len(keys)
    constant = gap()
    single, double = [gap(key) for key in keys], [gap(key, key) for key in keys]
    matrix = [[fmpq(0) for _ in range(size + 1)] for _ in range(size + 1)]
    matrix[size][size] = constant
    for a, key in enumerate(keys):
        matrix[a][a] = (double[a] - single[a] * 2 + constant) / 2
        matrix[a][size] = matrix[size][a] = (single[a] - constant - matrix[a][a]) / 2
        for b in range(a):
            mixed = (gap(key, keys[b]) - single[a] - single[b] + constant) / 2
            matrix[a][b] = matrix[b][a] = mixed
    pure = all(low == 2 or side == 0 for (low, _), side in zip(degrees, sides, strict=True))
    return [row[:size] for row in matrix[:size]] if pure else matrix


def free_names(assumption: Assumption, place: Mapping[sp.Symbol, int], point: Point) -> frozenset[Key]:
    """The names that an assumption about all vectors depends on."""
    bound = {index: fmpq(at) for index, at in place.items()}
    read = point.reading(assumption.relation.lhs, bound)[1] | point.reading(assumption.relation.rhs, bound)[1]
    return frozenset(key for key in read if _label(key) not in assumption.quantified)


def _label(key: Key) -> sp.Symbol:
    return key[0] if isinstance(key, tuple) else key


def _families(relation: Relational) -> set[tuple[sp.Symbol, int]]:
    return {(item.base.label, len(item.indices)) for item in relation.atoms(sp.Indexed)}


@lru_cache(maxsize=50_000)
def _degrees(e: sp.Expr, quantified: frozenset[sp.Symbol]) -> tuple[int, int]:
    """Bounds of the degrees of the terms in the quantified names; 99 where it is no polynomial. Indices do not count."""
    if isinstance(e, sp.Indexed):
        return (int(e.base.label in quantified),) * 2
    if isinstance(e, sp.Symbol):
        return (int(e in quantified),) * 2
    if isinstance(e, sp.Add | sp.Mul):
        bounds = [_degrees(term, quantified) for term in e.args]
        lows, highs = [low for low, _ in bounds], [high for _, high in bounds]
        return (min(lows), max(highs)) if isinstance(e, sp.Add) else (sum(lows), sum(highs))
    if isinstance(e, sp.Sum | sp.Integral) and not any(
        end.free_symbols & quantified for _, *ends in e.limits for end in ends
    ):
        return _degrees(e.function, quantified)
    if isinstance(e, sp.Derivative) and not any(v.free_symbols & quantified for v, _ in e.variable_count):
        return _degrees(e.expr, quantified)
    if isinstance(e, sp.Pow) and e.exp.is_Integer and e.exp > 0:
        low, high = _degrees(e.base, quantified)
        return int(e.exp) * low, int(e.exp) * high
    return (0, 99) if e.free_symbols & quantified else (0, 0)


def _not_negative(matrix: Matrix) -> bool:
    """Whether a symmetric matrix is positive semidefinite for certain, by elimination."""
    rows = [list(row) for row in matrix]
    for k in range(len(rows)):
        pivot = rows[k][k]
        which = values.sign(pivot)
        if which == 0:
            if any(values.sign(entry) != 0 for entry in rows[k][k:]):
                return False
            continue
        if which != 1:
            return False
        for a in range(k + 1, len(rows)):
            share = rows[a][k] / pivot
            for b in range(k, len(rows)):
                rows[a][b] = rows[a][b] - share * rows[k][b]
    return True


def _survives_samples(assumption: Assumption, place: Mapping[sp.Symbol, int], point: Point) -> bool:
    relation = assumption.relation
    for number in range(SAMPLES):
        sample = Point(point.setting, number, seed=1)
        bound: Bound = {index: fmpq(at) for index, at in place.items()}
        gap = sample.reading(relation.lhs, bound)[0] - sample.reading(relation.rhs, bound)[0]
        if not values.satisfied(relation.rel_op, gap):
            return False
    return True


def orthonormal(relations: Iterable[Relational], point: Point) -> None:
    """Make a family with two indices that a relation multiplies with itself a rational orthogonal matrix."""
    for label in sorted({item for relation in relations for item in _squared(relation)}, key=str):
        places = [key[1] for key in point.values if isinstance(key, tuple) and key[0] == label]
        if not places or label.is_nonnegative:
            continue
        size = max(max(place) for place in places)
        matrix = _orthogonal(size, point)
        point.assign_all({(label, (a + 1, b + 1)): matrix[a, b] for a in range(size) for b in range(size)})


def _squared(relation: Relational) -> set[sp.Symbol]:
    """Labels of families with two indices that are multiplied with themselves in an equation that holds nothing else."""
    found: set[sp.Symbol] = set()
    if relation.rel_op != "==" or len(_families(relation)) > 1:
        return found
    for item in relation.atoms(sp.Mul, sp.Pow):
        factors = [f for part in sp.Mul.make_args(item) for f in ([part.base] * 2 if isinstance(part, sp.Pow) and part.exp == 2 else [part])]  # fmt: skip
        labels = [f.base.label for f in factors if isinstance(f, sp.Indexed) and len(f.indices) == 2]
        found |= {label for label in labels if labels.count(label) > 1}
    return found


def _orthogonal(size: int, point: Point) -> fmpq_mat:
    """A rational orthogonal matrix, Cayley's transform (1 - A)(1 + A)^-1 of a skew matrix A."""
    numbers = point.numbers("orthogonal")
    skew = fmpq_mat(size, size)
    unit = fmpq_mat(size, size)
    for a in range(size):
        unit[a, a] = fmpq(1)
        for b in range(a):
            skew[a, b] = fmpq(numbers.randint(-2, 2))
            skew[b, a] = -skew[a, b]
    return (unit - skew) * (unit + skew).inv()
