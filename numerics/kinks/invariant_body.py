"""A convex body that the piecewise linear iteration at one kink never leaves: a proof that all its paths are bounded.

At an interpolating minimum gradient descent is, to first order, delta -> (I - eta H_m) delta, where the mode m is 1 if
the change tau = <u, delta> of the pre-activation at the kink is positive, else 0. Only the span of the gradients and of
u matters. Where it has three dimensions, and no step leads out of a polytope with the origin inside, every path is
bounded: its start is in some multiple of the polytope, and so is all that follows.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from importlib.resources import files
from math import lcm
from typing import Any

import numpy as np
import numpy.typing as npt
from flint import fmpq, fmpq_mat

Vector = tuple[Fraction, ...]
Facet = tuple[int, int, int]
Whole = npt.NDArray[np.object_]
"""Arrays of Python's whole numbers, which do not overflow."""

STORED = "data/kinks/bounded_paths.json"
"""The vertices and facets of the body carried with the project, in the folder of the package."""


@dataclass(frozen=True)
class PiecewiseIteration:
    """The iteration in the coordinates s = (<first, delta>, <second, delta>, <third, delta>), all rational.

    inactive, active: the matrices [3][3] of a step in the modes 0 and 1.
    switch: tau as a functional of s [3]. Where it is 0 the steps of the two modes differ, and any convention for the
        derivative of the rectifier at 0 takes one of them or, between 0 and 1, a mean of both.
    """

    inactive: tuple[Vector, ...]
    active: tuple[Vector, ...]
    switch: Vector

    @classmethod
    def of(
        cls,
        gradients: Sequence[Sequence[Fraction]],
        on_kink: Sequence[int],
        slope: Fraction,
        change: Sequence[Fraction],
        step_size: Fraction,
    ) -> PiecewiseIteration:
        """The iteration at a minimum with equal data on the kink of one neuron.

        The third coordinate belongs to the part of u that no gradient in mode 0 sees: steps in mode 0 keep it.

        Args:
            gradients: of f at the data [n][D], in mode 0.
            on_kink: which data are on the kink.
            slope: the output weight of the neuron.
            change: u [D]: (x_j, 1) of the data on the kink, at the neuron's input weights and bias.
            step_size: eta.

        Raises:
            ValueError: the gradients and u do not span three dimensions, or the gradients in mode 0 not two of them.
        """
        n, size = len(gradients), len(change)
        first, second = next(row for j, row in enumerate(gradients) if j not in on_kink), gradients[on_kink[0]]
        if _matrix([*gradients, change]).rank() != 3 or _matrix([first, second, change]).rank() != 3:
            raise ValueError("the gradients and the change of the pre-activation must span three dimensions")
        pair, change_row = _matrix([first, second]), _matrix([change])
        unseen = change_row - change_row * pair.transpose() * (pair * pair.transpose()).inv() * pair
        functionals = _matrix([first, second, _entries(unseen)[0]])
        back = functionals.transpose() * (functionals * functionals.transpose()).inv()
        identity = fmpq_mat(size, size, [int(a == b) for a in range(size) for b in range(size)])
        steps = []
        for mode in (0, 1):
            rows = [
                [g + mode * slope * t for g, t in zip(row, change, strict=True)] if j in on_kink else row
                for j, row in enumerate(gradients)
            ]
            features = _matrix(rows)
            moved = identity - features.transpose() * features * _rational(step_size / n)
            steps.append(_entries(functionals * moved * back))
        return cls(steps[0], steps[1], _entries(change_row * back)[0])

    def whole(self) -> tuple[Whole, Whole, Whole, int]:
        """Both matrices times one positive whole number, the switch times another, and the first number."""
        scale = lcm(*(entry.denominator for matrix in (self.inactive, self.active) for row in matrix for entry in row))
        units = lcm(*(entry.denominator for entry in self.switch))
        inactive, active = ([[int(entry * scale) for entry in row] for row in m] for m in (self.inactive, self.active))
        return (
            np.array(inactive, dtype=object),
            np.array(active, dtype=object),
            np.array([int(entry * units) for entry in self.switch], dtype=object),
            scale,
        )


@dataclass(frozen=True)
class Body:
    """A polytope in three dimensions with whole coordinates: vertices, and a triangulation of its surface.

    The iteration commutes with positive multiples, so the unit is arbitrary.
    """

    vertices: tuple[tuple[int, int, int], ...]
    facets: tuple[Facet, ...]

    def half_spaces(self) -> tuple[Whole, Whole]:
        """Normals N [m, 3] and levels c [m] > 0 with N v <= c on the body, one pair for each facet.

        Every facet has all vertices on one side, so that it lies in the surface of their hull. With all of them seen
        from outside, every edge is run through as often in one direction as in the other: they are a cycle that covers
        each point of the surface equally often, so at least once, and the half-spaces meet in the hull.

        Raises:
            ValueError: this is not so, or the origin is not inside.
        """
        points = np.array(self.vertices, dtype=object)
        a, b, c = (points[[facet[corner] for facet in self.facets]] for corner in range(3))
        normals: Whole = _cross(b - a, c - a)
        levels: Whole = (normals * a).sum(axis=1)
        outward = np.array([1 if level > 0 else -1 for level in levels], dtype=object)
        normals, levels = normals * outward[:, None], levels * outward
        if not np.all(levels > 0):
            raise ValueError("the plane of a facet goes through the origin")
        if not np.all(normals @ points.T <= levels[:, None]):
            raise ValueError("a vertex lies beyond a facet")
        seen = [facet if sign > 0 else facet[::-1] for facet, sign in zip(self.facets, outward, strict=True)]
        directed = Counter(edge for facet in seen for edge in _edges(facet))
        if any(directed[a, b] != directed[b, a] for a, b in directed):
            raise ValueError("the facets do not close")
        return normals, levels

    def is_invariant(self, iteration: PiecewiseIteration) -> bool:
        """Whether no step leads out of the body, decided exactly; on the switch the steps of both modes are asked for.

        Each half of it, on either side of the switch, is the hull of the vertices there and of the points in which
        edges cross the switch; a step maps it linearly.

        Raises:
            ValueError: it is no convex body with the origin inside.
        """
        normals, levels = self.half_spaces()
        inactive, active, switch, scale = iteration.whole()
        points = np.array(self.vertices, dtype=object)
        sides = points @ switch
        edges = [
            edge for edge in {e for facet in self.facets for e in _edges(facet)} if sides[edge[0]] * sides[edge[1]] < 0
        ]
        first, second = (np.array([edge[end] for edge in edges], dtype=np.int64) for end in (0, 1))
        # the crossing is (|s_b| a + |s_a| b)/(|s_a| + |s_b|)
        before, after = abs(sides[first]), abs(sides[second])
        crossed, shares = points[first] * after[:, None] + points[second] * before[:, None], before + after
        whole = np.concatenate([points, crossed])
        units = scale * np.concatenate([np.ones(len(points), dtype=object), shares])
        cross = np.ones(len(crossed), dtype=bool)
        for step, half in ((inactive, sides <= 0), (active, sides >= 0)):
            part = np.concatenate([half, cross])
            if not np.all(normals @ (whole[part] @ step.T).T <= levels[:, None] * units[part][None, :]):
                return False
        return True


def stored_body() -> Body:
    """The body carried with the project.

    Raises:
        OSError: its file cannot be read.
        ValueError: its file is damaged.
    """
    text = (files("numerics") / STORED).read_text(encoding="utf-8")
    try:
        held = json.loads(text)
        return Body(_triples(held["vertices"]), _triples(held["facets"]))
    except (LookupError, TypeError, ValueError) as error:
        raise ValueError(f"{STORED} is damaged: {error!r}") from error


def _triples(rows: Iterable[Any]) -> tuple[tuple[int, int, int], ...]:
    return tuple((int(a), int(b), int(c)) for a, b, c in rows)


def _cross(first: Whole, second: Whole) -> Whole:
    columns = [(1, 2), (2, 0), (0, 1)]
    return np.stack([first[:, a] * second[:, b] - first[:, b] * second[:, a] for a, b in columns], axis=1)


def _edges(facet: Facet) -> Iterable[tuple[int, int]]:
    return zip(facet, (*facet[1:], facet[0]), strict=True)


def _rational(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)


def _matrix(rows: Sequence[Sequence[Fraction]]) -> fmpq_mat:
    return fmpq_mat(len(rows), len(rows[0]), [_rational(Fraction(entry)) for row in rows for entry in row])


def _entries(matrix: fmpq_mat) -> tuple[Vector, ...]:
    return tuple(tuple(Fraction(int(entry.p), int(entry.q)) for entry in row) for row in matrix.table())
