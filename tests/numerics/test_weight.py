"""g and gt against exact rationals, and by what they must satisfy."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.arrays.moments import preactivation_blocks, side_moments
from numerics.weight import one_sided_weight, weight
from proofs_checks.instances.pinned import PINNED, Pinned, close
from tests.numerics.examples import Example, gaussian, grid_examples
from tests.numerics.reference import exact, side_weight

AXES = np.array([[1.0, 0.0], [0.0, -1.0]])


@given(grid_examples())
def test_moments_agree_with_exact_rationals(example: Example) -> None:
    f, x = example.network, example.x
    above, below = side_moments(f.W1, f.b1, x)
    points = [exact(point) for point in x]
    for i in range(f.k):
        w, b = exact(f.W1[i]), Fraction(float(f.b1[i]))
        found = above.excess[i] * above.feature_norm[i], below.excess[i] * below.feature_norm[i]
        expected = side_weight(w, b, points), side_weight([-entry for entry in w], -b, points)
        assert found == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("pinned", PINNED.values(), ids=list(PINNED))
def test_sides_worked_out_by_hand(pinned: Pinned) -> None:
    """Data on kinks are on neither side."""
    sides = side_moments(pinned.network.W1, pinned.network.b1, pinned.x)
    for found, sign in zip(sides, (1, -1), strict=True):
        for i in range(pinned.network.k):
            side = pinned.problem.side(i, sign)
            assert found.probability[i] == pytest.approx(float(side.probability), rel=1e-15)
            assert found.excess[i] == pytest.approx(float(side.excess), rel=1e-15)
            assert found.feature_norm[i] == pytest.approx(float(side.lever_square) ** 0.5, rel=1e-15)


@pytest.mark.parametrize("name", [name for name, pinned in PINNED.items() if pinned.problem.kinks() == 0])
def test_weights_worked_out_by_hand(name: str) -> None:
    pinned = PINNED[name]
    reduced, canonical = pinned.network.reduced(), pinned.network.canonical()
    both = np.abs(reduced.amplitudes) @ weight(reduced.directions, reduced.thresholds, pinned.x)
    own = np.abs(canonical.amplitudes) @ one_sided_weight(canonical.directions, canonical.thresholds, pinned.x)
    assert close(float(both), pinned.norm)
    assert close(float(own), pinned.one_sided)


@given(st.integers(0, 2**32), st.integers(1, 30), st.integers(1, 4))
def test_weights_follow_their_definition(seed: int, n: int, d: int) -> None:
    example = gaussian(seed, n, d, k=3)
    form = example.network.canonical()
    found = one_sided_weight(form.directions, form.thresholds, example.x)
    for v, b, value in zip(form.directions, form.thresholds, found, strict=True):
        t = example.x @ v - b
        inside = t > 0
        expected = 0.0
        if inside.any():
            expected = inside.mean() ** 2 * t[inside].mean() * np.sqrt(1 + np.sum(example.x[inside].mean(axis=0) ** 2))
        assert value == pytest.approx(expected, rel=1e-11)


@given(st.integers(0, 2**32))
def test_the_weight_does_not_depend_on_orientation(seed: int) -> None:
    example = gaussian(seed, n=25, d=3, k=4)
    form = example.network.canonical()
    here = weight(form.directions, form.thresholds, example.x)
    np.testing.assert_allclose(here, weight(-form.directions, -form.thresholds, example.x), rtol=1e-13)
    sides = [one_sided_weight(s * form.directions, s * form.thresholds, example.x) for s in (1.0, -1.0)]
    np.testing.assert_allclose(here, np.minimum(*sides), rtol=1e-13)


def test_the_weight_is_zero_outside_the_data() -> None:
    x = [[1.0, 1.0], [2.0, 3.0]]
    assert weight(AXES, [2.5, -0.5], x).tolist() == [0.0, 0.0]
    # on the boundary too: all data lie on one closed side
    assert weight(AXES, [2.0, -1.0], x).tolist() == [0.0, 0.0]
    assert one_sided_weight(AXES, [2.5, -0.5], x).tolist() == [0.0, 0.0]


def test_data_on_the_hyperplane_are_on_neither_side() -> None:
    above, below = side_moments(np.array([[1.0]]), np.array([-1.0]), np.array([[1.0], [3.0], [0.0], [1.0]]))
    assert (above.probability[0], below.probability[0]) == (0.25, 0.25)


def test_known_values() -> None:
    # one point at 3 above 0, mass 1/2: (1/2) 3 sqrt(1/4 + 9/4); the other at -1: (1/2) 1 sqrt(1/4 + 1/4)
    x = [[3.0], [-1.0]]
    np.testing.assert_allclose(one_sided_weight([[1.0], [-1.0]], [0.0, 0.0], x), [1.5 * 2.5**0.5, 0.5**1.5], rtol=1e-15)
    np.testing.assert_allclose(weight([[1.0]], [0.0], x), [0.5**1.5], rtol=1e-15)


@pytest.mark.parametrize("scale", [1e-150, 1e-8, 1e8, 1e150])
def test_weights_of_badly_scaled_data(scale: float) -> None:
    # gt = P E[t] sqrt(P^2 + |E X 1|^2) with P = 1/2, E t = scale/2 and |E X 1| = (sqrt 2) scale / 2
    x = np.array([[scale, scale], [-scale, 0.0]])
    expected = 0.5 * scale * np.hypot(0.5, 0.5 * np.sqrt(2) * scale)
    np.testing.assert_allclose(one_sided_weight([[1.0, 0.0]], [0.0], x), [expected], rtol=1e-14)


def test_overflow_is_an_error() -> None:
    with pytest.raises(OverflowError, match="weights"):
        one_sided_weight([[1.0]], [0.0], [[1e200]])


def test_many_hyperplanes_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    example = gaussian(5, n=101, d=4, k=9)
    whole = side_moments(example.network.W1, example.network.b1, example.x)
    monkeypatch.setattr("numerics.arrays.moments._BLOCK_ENTRIES", 64)
    assert len(list(preactivation_blocks(example.network.W1, example.network.b1, example.x))) == 15
    parts = side_moments(example.network.W1, example.network.b1, example.x)
    for here, there in zip(whole, parts, strict=True):
        np.testing.assert_allclose(here.excess, there.excess, rtol=1e-13)
        np.testing.assert_allclose(here.feature_norm, there.feature_norm, rtol=1e-13)


def test_arguments_are_checked() -> None:
    x = [[1.0, 2.0]]
    with pytest.raises(ValueError, match=r"unit vectors, but the norm of row 1 is 2\.0"):
        weight([[1.0, 0.0], [2.0, 0.0]], [0.0, 0.0], x)
    with pytest.raises(ValueError, match="one threshold for each of the 2"):
        weight(AXES, [0.0], x)
    with pytest.raises(ValueError, match="must have 2 columns"):
        weight(AXES, [0.0, 0.0], [[1.0]])
    with pytest.raises(ValueError, match="finite"):
        weight(AXES, [0.0, np.inf], x)
