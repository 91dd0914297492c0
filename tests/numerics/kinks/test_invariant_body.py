"""Bodies that the piecewise linear iteration does not leave, decided exactly."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from numerics.kinks import invariant_body
from numerics.kinks.invariant_body import Body, PiecewiseIteration, stored_body

OCTAHEDRON = Body(
    ((1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)),
    tuple((a, b, c) for a in (0, 1) for b in (2, 3) for c in (4, 5)),
)
_HALF = tuple(tuple(Fraction(a == b, 2) for b in range(3)) for a in range(3))
_DOUBLE = tuple(tuple(Fraction(2 * (a == b)) for b in range(3)) for a in range(3))
_UP = (Fraction(0), Fraction(0), Fraction(1))
GRADIENTS = [[Fraction(v) for v in row] for row in ([6, 2, 3, 1], [0, 0, 0, 1], [0, 0, 0, 1])]
"""Those of 2 relu(x) at 3, 0 and -1, the datum 0 on the kink."""
CHANGE = [Fraction(v) for v in (0, 1, 0, 0)]


def test_half_spaces_are_those_of_the_hull() -> None:
    normals, levels = OCTAHEDRON.half_spaces()
    assert sorted(tuple(map(int, row)) for row in normals) == sorted(
        (a, b, c) for a in (-1, 1) for b in (-1, 1) for c in (-1, 1)
    )
    assert list(levels) == [1] * 8


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (replace(OCTAHEDRON, facets=OCTAHEDRON.facets[:-1]), "do not close"),
        (replace(OCTAHEDRON, vertices=(*OCTAHEDRON.vertices, (1, 1, 1))), "beyond a facet"),
        (replace(OCTAHEDRON, facets=(*OCTAHEDRON.facets, (0, 1, 2))), "through the origin"),
        (Body(tuple((x + 2, y, z) for x, y, z in OCTAHEDRON.vertices), OCTAHEDRON.facets), "beyond a facet"),
        # four triangles of one side of a cube: every edge is in two of them, and they cover one side only
        (
            Body(((1, 1, 1), (-1, 1, 1), (-1, -1, 1), (1, -1, 1)), ((0, 1, 2), (0, 1, 3), (0, 2, 3), (1, 2, 3))),
            "do not close",
        ),
    ],
    ids=["a facet missing", "a vertex outside", "a flat facet", "the origin outside", "one side only"],
)
def test_what_is_no_convex_body_is_refused(body: Body, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        body.half_spaces()


def test_each_mode_is_asked_for_on_its_half() -> None:
    shrinks, grows = PiecewiseIteration(_HALF, _HALF, _UP), PiecewiseIteration(_HALF, _DOUBLE, _UP)
    assert OCTAHEDRON.is_invariant(shrinks)
    assert not OCTAHEDRON.is_invariant(grows)
    assert not OCTAHEDRON.is_invariant(PiecewiseIteration(_DOUBLE, _HALF, _UP))


def test_where_an_edge_crosses_the_switch_the_active_mode_is_asked_for() -> None:
    """Every vertex stays in its mode, but the point (9/10, 0, 9/10) of an edge goes to (0, 0, 9/5)."""
    body = replace(OCTAHEDRON, vertices=((9, 0, 0), *OCTAHEDRON.vertices[1:]))
    zero, one = Fraction(0), Fraction(1)
    identity = tuple(tuple(Fraction(a == b) for b in range(3)) for a in range(3))
    active = ((zero, zero, zero), (zero, zero, zero), (one, zero, one))
    assert body.is_invariant(PiecewiseIteration(identity, identity, (-one, zero, one)))
    assert not body.is_invariant(PiecewiseIteration(identity, active, (-one, zero, one)))


def test_the_iteration_in_its_coordinates() -> None:
    iteration = PiecewiseIteration.of(GRADIENTS, [1], Fraction(2), CHANGE, Fraction(1, 10))
    # the slopes of mode 0 are those of the Gram matrix: s - (eta/n) (K s), with the weights of the data
    assert iteration.inactive[0][:2] == (1 - Fraction(50, 30), -Fraction(2, 30))
    assert iteration.inactive[1][:2] == (-Fraction(1, 30), 1 - Fraction(2, 30))
    # the third coordinate stays in mode 0
    assert list(iteration.inactive[2]) == [0, 0, 1]
    assert [row[2] for row in iteration.inactive] == [0, 0, 1]
    # tau = <u, delta>: u = unseen + (2/49) (first - second)
    assert list(iteration.switch) == [Fraction(2, 49), -Fraction(2, 49), 1]


def test_other_dimensions_are_refused() -> None:
    flat = [[Fraction(0), Fraction(1), Fraction(0), Fraction(1)], GRADIENTS[1]]
    with pytest.raises(ValueError, match="span three dimensions"):
        PiecewiseIteration.of(flat, [1], Fraction(2), CHANGE, Fraction(1))


def test_a_damaged_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invariant_body, "STORED", "data/mnist_subset.txt")
    with pytest.raises(ValueError, match="is damaged"):
        stored_body()


def test_the_stored_body_is_a_convex_body() -> None:
    normals, levels = stored_body().half_spaces()
    assert len(normals) == len(levels) == len(stored_body().facets)
