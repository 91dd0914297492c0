"""Upper bounds of the Hessian in floats: no level below the largest eigenvalue is ever proved, those above it are."""

from __future__ import annotations

import numpy as np
import pytest
from flint import ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.wider.outputs import VectorNetwork, sharpness
from numerics.wider.outputs.exact import ExactOutputs
from numerics.wider.outputs.hessian import HessianParts
from numerics.wider.outputs.near_hessian import near_at_most


@settings(max_examples=25)
@given(
    st.integers(0, 10**6),
    st.integers(1, 5),
    st.integers(1, 4),
    st.integers(0, 5),
    st.integers(1, 4),
    st.sampled_from([1e-30, 1e-3, 1.0, 1e4]),
)
def test_levels(seed: int, n: int, d: int, k: int, m: int, scale: float) -> None:
    """Of networks, data and labels of any size; the residual part may be next to the sharpness."""
    rng = np.random.default_rng(seed)
    shapes = (k, d), (k,), (m, k), (m,), (n, d), (n, m)
    W1, b1, W2, b2, x, y = (rng.standard_normal(shape) for shape in shapes)
    network = VectorNetwork(W1, scale * b1, W2 / scale, b2)
    top = sharpness(network, x, y)
    with ctx.workprec(128):
        exact = ExactOutputs(network, x)
        parts = HessianParts(exact, y)
        above, below = top * (1 + 1e-8), top * (1 - 1e-8)
        if above > parts.residual_part * (1 + 1e-6):
            assert near_at_most(exact, parts.blocks, parts.block_squares, above)
        if below > parts.residual_part:
            assert not near_at_most(exact, parts.blocks, parts.block_squares, below)


def test_beyond_the_range_of_floats_nothing_is_proved() -> None:
    network = VectorNetwork([[1e200], [1.0]], [1e200, 1.0], [[1e200, 1.0]], [0.0])
    with ctx.workprec(128):
        exact = ExactOutputs(network, np.array([[1.0], [2.0]]))
        parts = HessianParts(exact, np.array([[0.0], [1.0]]))
        assert not near_at_most(exact, parts.blocks, parts.block_squares, 1e308)


@pytest.mark.parametrize("share", [0.5, 0.999])
def test_a_factor_that_is_too_short_is_made_up_for(monkeypatch: pytest.MonkeyPatch, share: float) -> None:
    """Its distance from G_i is measured, so that no bad one proves a level that is too low."""
    rng = np.random.default_rng(0)
    shapes = (3, 2), (3,), (2, 3), (2,), (4, 2), (4, 2)
    W1, b1, W2, b2, x, y = (rng.standard_normal(shape) for shape in shapes)
    network = VectorNetwork(W1, b1, W2, b2)
    import scipy.linalg

    cholesky = scipy.linalg.cholesky

    def short(matrix: np.ndarray, **options: bool) -> np.ndarray:
        factor: np.ndarray = cholesky(matrix, **options)
        return share * factor if options.get("lower") else factor

    top = sharpness(network, x, y)
    with ctx.workprec(128):
        exact = ExactOutputs(network, x)
        parts = HessianParts(exact, y)
        monkeypatch.setattr(scipy.linalg, "cholesky", short)
        assert not near_at_most(exact, parts.blocks, parts.block_squares, top * (1 - 1e-9))
