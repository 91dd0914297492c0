"""depth-separation-two-layers: a net with two hidden layers is the pyramid, with sharpness at most 2d + 3."""

from __future__ import annotations

import hypothesis
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.network import Array
from proofs_checks.deep import deep_network
from proofs_checks.instances import Comparison
from proofs_checks.ledger import Evidence

CLAIM = "depth-separation-two-layers"


def pyramid(x: Array) -> tuple[Array, float]:
    """Values and sharpness of relu(1 - sum relu(x_i) - sum relu(-x_i)) at the data."""
    d = x.shape[1]
    return deep_network(np.concatenate([np.eye(d), -np.eye(d)]), np.zeros(2 * d), -np.ones(2 * d), 1.0, x)


def bound(x: Array, constant: float = 3.0) -> Comparison:
    """2d + 3 against the sharpness."""
    return Comparison(2 * x.shape[1] + constant, pyramid(x)[1], 1e-12)


@st.composite
def data_off_kinks(draw: st.DrawFn) -> Array:
    """Data with no coordinate 0 and no datum of 1-norm 1, most of it under the pyramid."""
    d, n = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    entries = draw(st.lists(st.integers(-20, 20).filter(bool), min_size=n * d, max_size=n * d))
    x = np.array(entries).reshape(n, d) / 20.3
    hypothesis.assume(not np.any(np.abs(x).sum(axis=1) == 1))
    return x


def test_pyramid_and_bound(evidence: Evidence) -> None:
    """The net computes the pyramid, and its sharpness is below the bound."""
    with evidence.tested(CLAIM, "the net is the pyramid, and its sharpness is at most 2d + 3, d = 1..4") as tally:

        @settings(max_examples=80)
        @given(data_off_kinks())
        def holds(x: Array) -> None:
            values, _ = pyramid(x)
            np.testing.assert_allclose(values, np.maximum(1 - np.abs(x).sum(axis=1), 0), atol=1e-15)
            comparison = bound(x)
            assert not comparison.violated, f"{comparison} is false at {x.tolist()}"
            tally.add(comparison.slack)

        holds()


@pytest.mark.parametrize("constant", [2.0, 2.99])
def test_control(evidence: Evidence, constant: float) -> None:
    """Smaller constants, refuted by one datum just inside a vertex."""
    x = np.array([[0.999, 0.0005]])
    comparison = bound(x, constant)
    found = f"{comparison} is false at x = {x.tolist()}" if comparison.violated else None
    evidence.control(CLAIM, f"2d + {constant:g} in place of 2d + 3", found)
