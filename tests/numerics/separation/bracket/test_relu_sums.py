"""Corner bounds and branch and bound of sums of relus."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from numerics.network import Array
from numerics.separation.bracket.relu_sums import Boxes, Integers, ReluSum, branch_and_bound

EIGHTHS = st.integers(-24, 24).map(lambda k: k / 8)


def values(function: ReluSum, s: Array, t: Array) -> Array:
    """F at places, plainly."""
    alpha, beta, gamma = function.forms.T
    return np.asarray(np.maximum(alpha + beta * s[:, None] + gamma * t[:, None], 0) @ function.weights)


def above(function: ReluSum, bound: float) -> object:
    """The excess of F over a bound."""

    def excess(boxes: Boxes) -> tuple[Array, Array]:
        return boxes.highest.max(axis=1) - bound, boxes.lowest - bound

    return branch_and_bound(function, excess, last_depth=12)


@given(hnp.arrays(float, (5, 3), elements=EIGHTHS), hnp.arrays(float, 5, elements=EIGHTHS), st.integers(0, 2**32 - 1))
def test_bounds_enclose(forms: Array, weights: Array, seed: int) -> None:
    """F lies between the interpolants of the corner bounds, after splits too, and is 0 on boxes that are not active."""
    function = ReluSum(forms, weights, (1.0, 1.0))
    random = np.random.default_rng(seed)
    boxes = function.start(1)
    for _ in range(3):
        side = 2.0**-boxes.depth
        e, f = random.uniform(size=(2, len(boxes)))
        inside = values(function, (boxes.i + e) * side, (boxes.j + f) * side)
        share = np.stack([(1 - e) * (1 - f), (1 - e) * f, e * (1 - f), e * f], axis=1)
        assert (inside <= (share * boxes.highest).sum(axis=1) + 1e-12).all()
        assert (inside >= (share * boxes.lowest).sum(axis=1) - 1e-12).all()
        assert (inside[~boxes.active] == 0).all()
        boxes = function.split(boxes, random.uniform(size=len(boxes)) < 0.7)


def exact_bounds(function: ReluSum, boxes: Boxes, box: int, which: int) -> tuple[Fraction, Fraction]:
    """The values at a corner of the functions below and above F on a box, in fractions."""
    corners = [tuple(Fraction(float(side[box])) for side in boxes.corner(corner)) for corner in range(4)]
    low = high = Fraction(0)
    for form, weight in zip(function.forms, function.weights, strict=True):
        alpha, beta, gamma = map(Fraction, form.tolist())
        values = [alpha + beta * s + gamma * t for s, t in corners]
        rectified = max(values[which], Fraction(0))
        tilted = values[which] if min(values) >= 0 or (max(values) > 0 and sum(values) > 0) else Fraction(0)
        m = Fraction(float(weight))
        low, high = low + m * (tilted if m > 0 else rectified), high + m * (rectified if m > 0 else tilted)
    return low, high


@given(
    hnp.arrays(np.int64, (4, 3), elements=st.integers(-(2**23), 2**23)),
    hnp.arrays(float, 4, elements=st.floats(-(2.0**40), 2.0**40)),
    st.integers(0, 2**32 - 1),
)
def test_rounding_is_bounded(forms: Integers, weights: Array, seed: int) -> None:
    """Corner bounds in floats are on the safe side of the exact ones, by no more than twice what is allowed for."""
    function = ReluSum(forms / 2.0**20, weights, (1.0, 1.0))
    random = np.random.default_rng(seed)
    boxes = function.start(1)
    for _ in range(3):
        for box, which in itertools.product(range(min(len(boxes), 2)), range(4)):
            low, high = exact_bounds(function, boxes, box, which)
            room = 2 * Fraction(function.rounding)
            assert 0 <= low - Fraction(float(boxes.lowest[box, which])) <= room
            assert 0 <= Fraction(float(boxes.highest[box, which])) - high <= room
        boxes = function.split(boxes, random.uniform(size=len(boxes)) < 0.7)


def test_maximum_is_found() -> None:
    """1 - |s - t|, largest on the diagonal: proved just above the maximum, refuted on the spot just below."""
    forms = np.array([[0, 1, -1], [0, -1, 1], [1, 0, 0]], dtype=float)
    function = ReluSum(forms, np.array([-1.0, -1.0, 1.0]), (1.0, 1.0))
    assert above(function, 1.0001).proved  # type: ignore[attr-defined]
    outcome = above(function, 0.9999)
    assert not outcome.proved  # type: ignore[attr-defined]
    s, t = outcome.stuck  # type: ignore[attr-defined]
    assert 1 - abs(s - t) > 0.9999


def test_gives_up() -> None:
    """The exact maximum cannot be proved with rounding; the search ends at its limits and says where."""
    function = ReluSum(np.array([[0.0, 1.0, 0.0]]), np.array([1.0]), (1.0, 1.0))
    outcome = branch_and_bound(
        function, lambda part: (part.highest.max(axis=1) - 1, part.lowest - 1), last_depth=22, most_boxes=2000
    )
    assert not outcome.proved
    assert outcome.stuck is not None
    assert outcome.boxes <= 2000


@pytest.mark.parametrize(
    ("forms", "weights", "extent", "message"),
    [
        ([[0.1, 0, 0]], [1.0], (1.0, 1.0), "bits after the point"),
        ([[16.0, 0, 0]], [1.0], (1.0, 1.0), "below 16"),
        ([[np.nan, 0, 0]], [1.0], (1.0, 1.0), "bits after the point"),
        ([[1.0, 0, 0]], [np.inf], (1.0, 1.0), "finite"),
        ([[1.0, 0, 0]], [1.0], (1.0, 9.0), "between 0 and 7"),
    ],
)
def test_bad_input(forms: list[list[float]], weights: list[float], extent: tuple[float, float], message: str) -> None:
    """What the error bound does not cover is refused."""
    with pytest.raises(ValueError, match=message):
        ReluSum(np.array(forms), np.array(weights), extent)
