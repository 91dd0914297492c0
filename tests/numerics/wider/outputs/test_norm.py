"""The stability norm of several outputs against that of one, and against lengths."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from numerics.norm import stability_norm as norm_of_one_output
from numerics.wider.outputs import VectorNetwork, amplitudes_and_weights, length_norm, stability_norm
from tests.numerics.examples import Example, examples


@given(examples())
def test_with_one_output_it_is_the_norm_of_the_suite(example: Example) -> None:
    f = example.network
    network = VectorNetwork(f.W1, f.b1, f.w2[None], [f.b2])
    found = stability_norm(network, example.x)
    expected = norm_of_one_output(f, example.x)
    assert found.lower == pytest.approx(expected, rel=1e-9, abs=1e-300)
    assert length_norm(network, example.x) == pytest.approx(expected, rel=1e-9, abs=1e-300)


@given(examples())
def test_outputs_that_are_multiples_of_one(example: Example) -> None:
    """F and 2 f have the root of 5 times the norm; and both orders of the outputs the same."""
    f = example.network
    network = VectorNetwork(f.W1, f.b1, np.stack([f.w2, 2 * f.w2]), [f.b2, 0.0])
    expected = 5**0.5 * norm_of_one_output(f, example.x)
    assert stability_norm(network, example.x).lower == pytest.approx(expected, rel=1e-8, abs=1e-300)
    turned = VectorNetwork(f.W1, f.b1, np.stack([2 * f.w2, f.w2]), [0.0, f.b2])
    assert stability_norm(turned, example.x).lower == pytest.approx(expected, rel=1e-8, abs=1e-300)


def test_both_orientations_of_one_hyperplane_are_merged() -> None:
    network = VectorNetwork([[1.0], [-2.0]], [0.0, 0.0], [[1.0, -0.5], [0.0, 1.0]], [0.0, 0.0])
    vectors, weights = amplitudes_and_weights(network, [[1.0], [-1.0]])
    assert vectors.shape == (1, 2)
    assert len(weights) == 1


@pytest.mark.filterwarnings("ignore:An ill-conditioned matrix")
def test_a_gap_that_cannot_be_closed_is_said() -> None:
    rng = np.random.default_rng(1)
    network = VectorNetwork(
        rng.standard_normal((5, 2)), rng.standard_normal(5), rng.standard_normal((3, 5)), np.zeros(3)
    )
    with pytest.raises(ArithmeticError, match="relative gap"):
        stability_norm(network, rng.standard_normal((8, 2)), tolerance=1e-17)
    with pytest.raises(ValueError, match="tolerance"):
        stability_norm(network, rng.standard_normal((8, 2)), tolerance=0.0)
