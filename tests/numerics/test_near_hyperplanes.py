"""Hyperplanes within rounding of one another: found, and the norm of both readings."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.near_hyperplanes import merged_stability_norm, nearly_coincident
from numerics.network import ShallowNetwork
from numerics.norm import stability_norm
from tests.numerics.examples import Example, gaussian, grid_examples, net


def rounded(seed: int) -> tuple[ShallowNetwork, np.ndarray]:
    """A net whose neurons share hyperplanes, and its data; rows are to be rounded apart."""
    random = np.random.default_rng(seed)
    rows = random.standard_normal((2, 4))
    whole = np.vstack([rows, rows[:1], -rows[:1]])
    return ShallowNetwork(whole[:, :-1], whole[:, -1], np.array([1.0, 2.0, -3.0, 0.5]), 0.0), random.standard_normal(
        (20, 3)
    )


@given(st.integers(0, 2**32))
def test_both_readings_of_rows_that_were_rounded_apart(seed: int) -> None:
    f, x = rounded(seed)
    factors = np.array([1.0, 1.0, 1.1, 0.7])
    rows = np.column_stack([f.W1, f.b1]) * factors[:, None]
    apart = ShallowNetwork(rows[:, :-1], rows[:, -1], f.w2 / factors, 0.0)
    assert merged_stability_norm(apart, x) == pytest.approx(stability_norm(f, x), rel=1e-9)
    (group,) = nearly_coincident(apart, x)
    assert sorted(i for members in group.members for i in members.tolist()) == [0, 2, 3]
    size = float(np.linalg.norm(f.W1[0]))
    assert math.fsum(group.amplitudes) == pytest.approx(-1.5 * size)
    assert stability_norm(apart, x) >= merged_stability_norm(apart, x) * (1 - 1e-9)


def test_single_precision_is_within_the_tolerance() -> None:
    f, x = rounded(0)
    rows = (np.column_stack([f.W1, f.b1]) * np.array([[1.0], [1.0], [1.1], [0.7]])).astype(np.float32)
    apart = ShallowNetwork(rows[:, :-1], rows[:, -1], f.w2 / [1.0, 1.0, 1.1, 0.7], 0.0)
    assert len(nearly_coincident(apart, x)) == 1
    assert merged_stability_norm(apart, x) == pytest.approx(stability_norm(f, x), rel=1e-5)


@given(grid_examples())
def test_distinct_hyperplanes_are_read_as_they_are(example: Example) -> None:
    f, x = example.network, example.x
    assert nearly_coincident(f, x) == ()
    assert merged_stability_norm(f, x) == stability_norm(f, x)


def test_amplitudes_of_one_sign_are_no_matter() -> None:
    for w2, expected in (([1.0, 1.0], 0), ([1.0, -1.0], 1), ([1.0, 0.0], 0)):
        f = net([[0.1], [0.3]], [1.0, 3.0], w2)
        assert len(f.reduced().members) == 2
        assert len(nearly_coincident(f, [[1.0], [-5.0]])) == expected


def test_one_hyperplane_exactly_is_not_near_itself() -> None:
    f = net([[0.1], [-0.2]], [0.3, -0.6], [1.0, -1.0])
    assert nearly_coincident(f, [[1.0]]) == ()


def test_the_size_of_the_data_counts() -> None:
    f = net([[1.0], [1.0]], [0.0, 1e-8], [1.0, -1.0])
    assert len(nearly_coincident(f, [[1.0]])) == 1
    assert nearly_coincident(f, [[1e-6]]) == ()


def test_senseless_input_is_refused() -> None:
    example = gaussian(0, 3, 2, 2)
    for tolerance in (0.0, 1.0, -1.0, math.nan):
        with pytest.raises(ValueError, match="tolerance"):
            nearly_coincident(example.network, example.x, tolerance)
    with pytest.raises(ValueError, match="2 columns"):
        merged_stability_norm(example.network, [[1.0]])
