"""The largest eigenvalue with steps and penalties by layer, against a dense matrix by the definitions."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import scipy.linalg
from hypothesis import given
from hypothesis import strategies as st

from numerics.audit.methods import curvature as room
from numerics.audit.methods.curvature import ADAM_MARGIN, Scaling, enclosed_scaled_top, preconditioned_top
from numerics.hessian import exact_hessian
from numerics.network import Array, ShallowNetwork
from numerics.problem import Problem
from proofs_checks.instances.profiles import settings
from tests.numerics.examples import Example, gaussian, grid_examples, interpolating, net

POWERS = st.integers(-8, 6).map(lambda exponent: Fraction(2) ** exponent)
PENALTIES = st.fractions(0, 2, max_denominator=8)
LARGE = (Fraction(0), Fraction(10**9))


def dense(problem: Problem) -> Array:
    """H [p, p] in floats."""
    matrix = exact_hessian(problem)
    size = matrix.shape[0]
    entries = [[float(matrix.fraction(i, j) / problem.n) for j in range(size)] for i in range(size)]
    return np.array(entries)


def top(problem: Problem, scaling: Scaling) -> float:
    steps, penalties = scaling.along(problem.network.k, problem.network.d)
    root = np.sqrt(steps)
    matrix = root[:, None] * (dense(problem) + np.diag(penalties)) * root
    return float(scipy.linalg.eigvalsh(matrix)[-1])


EXAMPLES = st.one_of(
    st.builds(gaussian, st.integers(0, 2**32), n=st.integers(1, 6), d=st.integers(1, 3), k=st.integers(0, 4)),
    grid_examples(),
)


@settings(max_examples=30)
@given(
    example=EXAMPLES,
    fits=st.booleans(),
    steps=st.tuples(POWERS, POWERS, POWERS),
    penalties=st.tuples(PENALTIES, PENALTIES, PENALTIES),
)
def test_it_encloses_the_eigenvalue(
    example: Example, fits: bool, steps: tuple[Fraction, ...], penalties: tuple[Fraction, ...]
) -> None:
    chosen = interpolating(example) if fits else example
    problem = Problem(chosen.network, chosen.x, chosen.y)
    scaling = Scaling((steps[0], steps[1], steps[2]), (penalties[0], penalties[1], penalties[2]))
    true = top(problem, scaling)
    low, high = enclosed_scaled_top(problem, scaling, LARGE)
    assert float(low) <= true * (1 + 1e-12) + 1e-12
    assert float(high) >= true * (1 - 1e-12) - 1e-12
    assert high - low <= Fraction(1, 10**7) * high


def test_one_step_for_all_is_the_sharpness_times_it() -> None:
    example = gaussian(3, n=5, d=2, k=3)
    problem, eta = Problem(example.network, example.x, example.y), Fraction(3, 7)
    low, high = enclosed_scaled_top(problem, Scaling((eta, eta, eta)), LARGE)
    assert low <= eta * Fraction(float(scipy.linalg.eigvalsh(dense(problem))[-1])) * (1 + Fraction(1, 10**12))
    assert high - low < Fraction(1, 10**8)


def test_dead_neurons_and_none() -> None:
    """The output bias alone: s_0 (1 + m_0)."""
    for network in (net([[1.0]], [-9.0], [1.0], 0.5), ShallowNetwork(np.zeros((0, 1)), np.zeros(0), np.zeros(0), 0.5)):
        problem = Problem(network, [[1.0], [2.0]], [0.5, 0.5])
        scaling = Scaling((Fraction(1),) * 3, (Fraction(0), Fraction(0), Fraction(1, 2)))
        low, high = enclosed_scaled_top(problem, scaling, LARGE)
        assert low <= Fraction(3, 2) <= high


def test_without_an_eigenvector_in_floats_the_ends_still_enclose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_float_eigenvector", lambda *_: None)
    example = gaussian(3, n=5, d=2, k=3)
    problem, steps = Problem(example.network, example.x, example.y), (Fraction(1, 2), Fraction(2), Fraction(1))
    true = top(problem, Scaling(steps))
    sharpness = Fraction(float(scipy.linalg.eigvalsh(dense(problem))[-1]) * 1.001)
    low, high = enclosed_scaled_top(problem, Scaling(steps), (Fraction(0), sharpness))
    assert low == 0
    assert high == 2 * sharpness >= true


def test_many_data_are_refused() -> None:
    problem = Problem(net([[1.0]], [0.5], [1.0]), np.ones((1025, 1)), np.ones(1025))
    with pytest.raises(ValueError, match="at most 1,024 data"):
        enclosed_scaled_top(problem, Scaling((Fraction(1),) * 3), LARGE)


@pytest.mark.parametrize("seed", range(4))
def test_under_adam(seed: int) -> None:
    example = gaussian(seed, n=5, d=2, k=30 if seed else 3)
    problem = Problem(example.network, example.x, example.y)
    entries = np.exp(np.random.default_rng(seed).normal(0, 2, problem.mean_gradient.size))
    root = np.sqrt(entries)
    true = float(scipy.linalg.eigvalsh(root[:, None] * dense(problem) * root)[-1])
    low, high = preconditioned_top(problem, entries)
    assert float(low) < true < float(high)
    assert float(high - low) <= 3 * ADAM_MARGIN * true
