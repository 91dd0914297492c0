"""Growing a convex body that the piecewise linear iteration may not leave, in floats: a candidate to decide exactly."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from jaxtyping import Float64
from scipy.spatial import ConvexHull

from numerics.arrays.checks import Array
from numerics.kinks.invariant_body import Body, PiecewiseIteration

# the images of a body are compared with it up to this share of the unit
_TOLERANCE = 1e-9


def grown_body(
    iteration: PiecewiseIteration, units: int = 50, *, start: float = 0.3, rounds: int = 200, largest: int = 20
) -> Body | None:
    """The convex hull of a small body and of all its images, rounded outwards to whole numbers; None if it grows on.

    In every round the images of the half of the body in each mode are added where they stick out, each as the corners
    of the cell of whole numbers that it lies in. `Body.is_invariant` decides whether the result is what is wanted.

    Args:
        iteration: in coordinates of which a step in mode 0 keeps the third.
        units: whole numbers to the length 1 along the third axis, where the body starts with 1 and -1.
        start: the extent along the other two axes.
        rounds: at most.
        largest: the extent, in lengths, at which it is given up.
    """
    inactive, active = (np.array(matrix, dtype=float) for matrix in (iteration.inactive, iteration.active))
    switch = np.array(iteration.switch, dtype=float)
    axes = np.diag([start, start, 1.0])
    points = np.rint(np.vstack([axes, -axes]) * units)
    for _ in range(rounds):
        hull = ConvexHull(points)
        vertices, sides = points[hull.vertices], points[hull.vertices] @ switch
        crossed = _crossings(points, points @ switch, hull.simplices)
        added = []
        for step, half, keeps_third in ((active, sides >= 0, False), (inactive, sides <= 0, True)):
            for part, flat in ((vertices[half], keeps_third), (crossed, False)):
                images = part @ step.T
                beyond = (hull.equations[:, :3] @ images.T + hull.equations[:, 3:]).max(axis=0) > _TOLERANCE * units
                added.append(_cells(images[beyond], flat=flat))
        new = np.vstack(added)
        if not len(new):
            return _body(vertices)
        points = np.unique(np.vstack([vertices, new]), axis=0)
        if np.abs(points).max() > largest * units:
            return None
    return None


def _crossings(points: Array, sides: Array, triangles: npt.NDArray[np.int32]) -> Array:
    """Where the edges of the triangles cross the plane on which `sides` [m] is 0."""
    pairs = np.vstack([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    first, second = pairs[sides[pairs[:, 0]] * sides[pairs[:, 1]] < 0].T
    share = (sides[first] / (sides[first] - sides[second]))[:, None]
    crossed: Array = points[first] + share * (points[second] - points[first])
    return crossed


def _cells(images: Float64[Array, "m 3"], *, flat: bool) -> Float64[Array, "c 3"]:
    """The corners of the cells that the images lie in; flat ones if the third coordinates are whole already."""
    lowest = np.floor(images)
    if flat:
        lowest[:, 2] = np.rint(images[:, 2])
    heights = (0,) if flat else (0, 1)
    corners = [lowest + np.array([a, b, c]) for a in (0, 1) for b in (0, 1) for c in heights]
    return np.vstack(corners)


def _body(points: Float64[Array, "m 3"]) -> Body:
    hull = ConvexHull(points)
    place = {int(vertex): index for index, vertex in enumerate(hull.vertices)}
    vertices = tuple((int(a), int(b), int(c)) for a, b, c in points[hull.vertices])
    return Body(vertices, tuple((place[int(a)], place[int(b)], place[int(c)]) for a, b, c in hull.simplices))
