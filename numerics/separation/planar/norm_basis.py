"""From the float solution of the linear program to exact candidates: its basis, solved over Q(sqrt(r_1), ...)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np
from flint import fmpq, fmpq_mat, nmod_mat

from numerics.exact.root_sums import RootSum
from numerics.separation.planar.dichotomies import Line, PlanarData, offsets
from numerics.separation.planar.norm_search import FloatOptimum, float_optimum, float_weights, rational_near

Candidate = tuple[tuple[RootSum, ...], tuple[Fraction, Fraction, Fraction], tuple[tuple[Line, Fraction], ...]]
"""A dual measure, the affine part of a net, and its lines with their amplitudes."""

TOLERANCES = (1e-9, 1e-7, 1e-11, 1e-5)
"""How near to 1 a constraint's ratio is taken for tight, one after another."""
_PRIME = 2**61 - 1


def float_solutions(data: PlanarData, lines: Sequence[Line]) -> Iterator[Candidate]:
    """Exact candidates for an optimal dual measure and an optimal net, none of them proved.

    A basis is the affine functions, then the lines in use, then other tight lines, as far as they are independent on
    the data; if they do not determine the measure, some of its masses are set to rational numbers near the float ones.
    """
    optimum = float_optimum(data, lines, float_weights(lines))
    tried = set()
    for tolerance in TOLERANCES:
        basis = _basis(data, lines, optimum, tolerance)
        if basis not in tried:
            tried.add(basis)
            yield _solved(data, lines, optimum, basis)


def _rows(data: PlanarData, lines: Sequence[Line]) -> list[list[int]]:
    """The values of 1, D x_1, D x_2 and of the lines' D relu(<w,x> - c) at the points."""
    affine = [[1] * len(data.points), [x for x, _ in data.whole], [y for _, y in data.whole]]
    if not lines:
        return affine
    t = offsets(data, [(*line.normal, line.offset) for line in lines])
    return affine + [[max(int(entry), 0) for entry in row] for row in t]


def _basis(data: PlanarData, lines: Sequence[Line], optimum: FloatOptimum, tolerance: float) -> tuple[int, ...]:
    """Indices of basis rows: 0 to 2 affine functions, from 3 lines, beyond these masses of single points."""
    used = np.argsort(-optimum.contributions, kind="stable")
    used = used[optimum.contributions[used] > tolerance * optimum.value]
    near = np.argsort(-np.abs(optimum.ratios), kind="stable")
    near = near[(np.abs(optimum.ratios[near]) > 1 - tolerance) & ~np.isin(near, used)]
    order = [*used.tolist(), *near.tolist()]
    count = len(data.points)
    rows = _rows(data, [lines[i] for i in order]) + [[int(j == k) for j in range(count)] for k in range(count)]
    # columns independent modulo a prime are independent over the rationals
    flat = [rows[i][j] % _PRIME for j in range(count) for i in range(len(rows))]
    reduced, rank = nmod_mat(count, len(rows), flat, _PRIME).rref()
    pivots, row = [], 0
    for column in range(len(rows)):
        if row < rank and int(reduced[row, column]) != 0:
            pivots.append(column)
            row += 1
    names = [0, 1, 2, *(3 + i for i in order), *(3 + len(lines) + j for j in range(count))]
    return tuple(names[column] for column in pivots)


def _solved(data: PlanarData, lines: Sequence[Line], optimum: FloatOptimum, basis: tuple[int, ...]) -> Candidate:
    count = len(data.points)
    affine = [i for i in basis if i < 3]
    chosen = [i - 3 for i in basis if 3 <= i < 3 + len(lines)]
    fixed = [i - 3 - len(lines) for i in basis if i >= 3 + len(lines)]
    every = _rows(data, [lines[i] for i in chosen])
    rows = [every[i] for i in affine] + every[3:] + [[int(j == k) for j in range(count)] for k in fixed]
    # unknown masses times D against D relu: the weights are scaled by D instead
    right = [RootSum()] * len(affine)
    right += [lines[i].weight * (data.scale * (1 if optimum.ratios[i] > 0 else -1)) for i in chosen]
    right += [RootSum.of(rational_near(float(optimum.measure[j]))) for j in fixed]
    radicands = sorted({radicand for side in right for _, radicand in side.terms})
    matrix = fmpq_mat(count, count, [fmpq(entry) for row in rows for entry in row])
    dual = [RootSum()] * count
    if radicands:
        tables = [{radicand: factor for factor, radicand in side.terms} for side in right]
        entries = [table.get(radicand, Fraction(0)) for table in tables for radicand in radicands]
        solution = matrix.solve(fmpq_mat(count, len(radicands), [fmpq(e.numerator, e.denominator) for e in entries]))
        dual = [
            RootSum.from_terms({radicand: _fraction(solution[j, k]) for k, radicand in enumerate(radicands)})
            for j in range(count)
        ]
    labels = [fmpq(label.numerator, label.denominator) for label in data.labels]
    found = matrix.transpose().solve(fmpq_mat(count, 1, labels))
    values = [_fraction(found[k, 0]) for k in range(count)]
    parts = dict(zip(affine, values[: len(affine)], strict=True))
    zero = Fraction(0)
    scaled = parts.get(0, zero), parts.get(1, zero) * data.scale, parts.get(2, zero) * data.scale
    amplitudes = [value * data.scale for value in values[len(affine) : len(affine) + len(chosen)]]
    return tuple(dual), scaled, tuple((lines[i], a) for i, a in zip(chosen, amplitudes, strict=True))


def _fraction(value: fmpq) -> Fraction:
    return Fraction(int(value.p), int(value.q))
