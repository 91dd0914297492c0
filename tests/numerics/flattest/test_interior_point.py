"""The least top eigenvalue: in closed form, at a double one, and between the two ends of duality."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from numerics.arrays.checks import Array
from numerics.flattest.interior_point import smallest_top_eigenvalue
from proofs_checks.instances.profiles import settings

GAP = 1e-9
POSITIVE = st.floats(0.01, 100)


def top(base: Array, hidden: Array, patterns: Array, log_scales: Array) -> float:
    """The largest eigenvalue of B + sum_i s_i Q_i + P_i / s_i."""
    s = np.exp(log_scales)[:, None, None]
    return float(np.linalg.eigvalsh(base + (s * hidden + patterns / s).sum(axis=0))[-1])


def dual(base: Array, hidden: Array, patterns: Array, U: Array) -> float:
    """(<B, U> + 2 sum_i sqrt(<Q_i, U> <P_i, U>)) / tr U, below every top eigenvalue for a U without negative ones."""
    of_hidden, of_patterns = (np.einsum("iab,ab->i", matrices, U) for matrices in (hidden, patterns))
    return float((np.sum(base * U) + 2 * np.sum(np.sqrt(of_hidden * of_patterns))) / np.trace(U))


def semidefinite(random: np.random.Generator, m: int, r: int) -> Array:
    factors = random.standard_normal((m, r, int(random.integers(1, r + 1))))
    return factors @ factors.transpose(0, 2, 1)


@settings(max_examples=12)
@given(st.floats(0, 100), st.lists(st.tuples(POSITIVE, POSITIVE), min_size=1, max_size=4))
def test_numbers_are_balanced(b: float, pairs: list[tuple[float, float]]) -> None:
    """The sum b + sum_i q_i s_i + p_i / s_i is smallest at s_i = sqrt(p_i / q_i)."""
    q, p = np.array(pairs).T
    base, hidden, patterns = np.array([[b]]), q[:, None, None], p[:, None, None]
    log_scales, U = smallest_top_eigenvalue(base, hidden, patterns, GAP)
    assert top(base, hidden, patterns, log_scales) == pytest.approx(b + 2 * np.sqrt(p * q).sum(), rel=GAP)
    np.testing.assert_allclose(log_scales, np.log(p / q) / 2, atol=1e-2)
    assert U.shape == (1, 1)


def test_a_double_eigenvalue_needs_both_of_its_vectors() -> None:
    # diag(s, 4/s): both are 2 at s = 2, and s U_11 = (4/s) U_22 gives U = I/2
    hidden, patterns = np.array([[[1.0, 0.0], [0.0, 0.0]]]), np.array([[[0.0, 0.0], [0.0, 4.0]]])
    log_scales, U = smallest_top_eigenvalue(np.zeros((2, 2)), hidden, patterns, GAP)
    assert np.exp(log_scales[0]) == pytest.approx(2.0, rel=1e-8)
    np.testing.assert_allclose(U / np.trace(U), np.eye(2) / 2, atol=1e-8)


def test_what_does_not_matter_is_left_out_of_the_certificate() -> None:
    # diag(s_1 + 1/s_1, 9 s_2 + 1/s_2): 6 at s_2 = 1/3, and s_1 anywhere between
    hidden = np.array([[[1.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 9.0]]])
    patterns = np.array([[[1.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 1.0]]])
    log_scales, U = smallest_top_eigenvalue(np.zeros((2, 2)), hidden, patterns, GAP)
    assert top(np.zeros((2, 2)), hidden, patterns, log_scales) == pytest.approx(6.0, rel=1e-8)
    assert np.exp(log_scales[1]) == pytest.approx(1 / 3, rel=1e-4)
    np.testing.assert_allclose(U / np.trace(U), [[0.0, 0.0], [0.0, 1.0]], atol=1e-8)


@settings(max_examples=12)
@given(st.integers(0, 2**32), st.integers(1, 4), st.integers(1, 4))
# near its minimum the barrier is some 2e7 and a Newton step promises 1e-9, which rounding hides
@example(6020, 3, 4)
def test_the_two_ends_meet(seed: int, r: int, m: int) -> None:
    random = np.random.default_rng(seed)
    base, hidden, patterns = semidefinite(random, 1, r)[0], semidefinite(random, m, r), semidefinite(random, m, r)
    log_scales, U = smallest_top_eigenvalue(base, hidden, patterns, GAP)
    assert np.linalg.eigvalsh(U)[0] > 0
    high, low = top(base, hidden, patterns, log_scales), dual(base, hidden, patterns, U)
    assert low <= high * (1 + 1e-12)
    assert high - low <= 4 * GAP * high
    # nothing next to it is flatter
    for step in random.standard_normal((5, m)):
        assert top(base, hidden, patterns, log_scales + 0.1 * step) >= low * (1 - 1e-12)


@pytest.mark.parametrize("scale", [1e-100, 1e100])
def test_the_unit_does_not_matter(scale: float) -> None:
    random = np.random.default_rng(0)
    base, hidden, patterns = semidefinite(random, 1, 3)[0], semidefinite(random, 2, 3), semidefinite(random, 2, 3)
    here, there = (
        smallest_top_eigenvalue(unit * base, unit * hidden, unit * patterns, GAP)[0] for unit in (1.0, scale)
    )
    np.testing.assert_allclose(here, there, atol=1e-6)


def test_without_scales_the_base_is_left() -> None:
    none = np.zeros((0, 2, 2))
    log_scales, U = smallest_top_eigenvalue(np.diag([1.0, 3.0]), none, none, GAP)
    assert log_scales.shape == (0,)
    assert dual(np.diag([1.0, 3.0]), none, none, U) == pytest.approx(3.0, rel=4 * GAP)


def test_a_coarse_gap_is_reached_sooner_and_kept() -> None:
    random = np.random.default_rng(3)
    base, hidden, patterns = semidefinite(random, 1, 4)[0], semidefinite(random, 3, 4), semidefinite(random, 3, 4)
    log_scales, U = smallest_top_eigenvalue(base, hidden, patterns, 0.1)
    high, low = top(base, hidden, patterns, log_scales), dual(base, hidden, patterns, U)
    assert 1e-6 * high < high - low <= 0.1 * high
