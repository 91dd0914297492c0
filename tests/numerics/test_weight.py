"""g and gt against values worked out by hand, and by what they must satisfy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.weight import one_sided_weight, weight
from proofs_checks.instances.pinned import PINNED, close
from tests.numerics.examples import gaussian

AXES = np.array([[1.0, 0.0], [0.0, -1.0]])


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
    for rows in (0, 1):
        with pytest.raises(ValueError, match="at least one column"):
            weight(np.zeros((rows, 0)), np.zeros(rows), x)


def test_no_hyperplanes_have_no_weights() -> None:
    assert weight(np.zeros((0, 2)), [], [[1.0, 2.0]]).shape == (0,)
    assert one_sided_weight(np.zeros((0, 2)), [], [[1.0, 2.0]]).shape == (0,)
