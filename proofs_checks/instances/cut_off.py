"""Data each of which a hyperplane cuts off from all others, with directions that show it, and labels for them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from numerics.network import Array


@dataclass(frozen=True, eq=False)
class CutOff:
    """Data x [n, d], v [n, d] with <v_j, x_j> > <v_j, x_l> for l != j, an output bias, and several labels y [n]."""

    x: Array
    directions: Array
    b2: float
    labels: tuple[Array, ...]


def _on_a_sphere(draw: st.DrawFn, centre: Array) -> tuple[Array, Array]:
    """Different points of a sphere, in directions of small whole numbers, and these directions."""
    d = len(centre)
    entries = st.lists(st.integers(-3, 3), min_size=d, max_size=d).filter(any)
    rows = np.array(draw(st.lists(entries, min_size=1, max_size=7)), dtype=float)
    units = np.unique((rows / np.linalg.norm(rows, axis=1)[:, None]).round(12), axis=0)
    units /= np.linalg.norm(units, axis=1)[:, None]
    return centre + draw(st.sampled_from((0.5, 1.0, 4.0))) * units, units


def _simplex(draw: st.DrawFn, corner: Array) -> tuple[Array, Array]:
    """At most d + 1 affinely independent points, and for each a direction in which it leads all others by 1."""
    d = len(corner)
    edges = np.eye(d) + np.tril(
        np.array(draw(st.lists(st.integers(-2, 2), min_size=d * d, max_size=d * d))).reshape(d, d), -1
    )
    dual = np.linalg.inv(edges).T
    n = draw(st.integers(1, d + 1))
    x = corner + np.concatenate([np.zeros((1, d)), edges])[:n]
    directions = np.concatenate([-dual[: n - 1].sum(axis=0, keepdims=True), dual[: n - 1]])
    if n == 1:
        directions[:] = 1.0
    return x, directions


@st.composite
def cut_off_data(draw: st.DrawFn) -> CutOff:
    """Points of spheres and of simplices, n and d from 1 on, each with six labels.

    Equal to the output bias; equal to each other; of one distance from it, on either side; such that all data cost the
    same; anything, with some equal to the output bias; one only that differs.
    """
    d = draw(st.integers(1, 4))
    quarters = st.integers(-8, 8).map(lambda q: q / 4)
    origin = draw(st.booleans())
    centre = np.zeros(d) if origin else np.array(draw(st.lists(quarters, min_size=d, max_size=d)))
    x, directions = draw(st.sampled_from((_on_a_sphere, _simplex)))(draw, centre)
    n, b2 = len(x), draw(quarters)
    signs = np.array(draw(st.lists(st.sampled_from((-1.0, 1.0)), min_size=n, max_size=n)))
    anything = np.array(draw(st.lists(st.one_of(st.just(b2), quarters), min_size=n, max_size=n)))
    distance = draw(st.sampled_from((0.25, 1.0, 5.0)))
    lengths = np.sqrt(1 + np.sum(x * x, axis=1))
    one = np.full(n, b2)
    one[draw(st.integers(0, n - 1))] += distance
    labels = (
        np.full(n, b2),
        np.full(n, b2 + distance),
        b2 + distance * signs,
        b2 + distance * signs / lengths,
        anything,
        one,
    )
    return CutOff(x, directions, b2, labels)
