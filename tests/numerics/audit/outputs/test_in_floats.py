"""Several outputs in floats: the margins hold the exact values, where residuals are nothing but rounding too."""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.audit import OutputsAudit, several_outputs
from numerics.audit.outputs import examination
from numerics.network import Array
from numerics.wider.outputs import VectorNetwork

NAMES = ("loss", "sharpness", "gram_sharpness", "mean_gradients", "stability_norm")


def in_floats(network: VectorNetwork, x: Array, y: Array, step_size: object = None) -> OutputsAudit:
    """As if it were too large to be enclosed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(examination, "can_enclose", lambda *_: False)
        return several_outputs(network, x, y, step_size=step_size)


def exact_loss(network: VectorNetwork, x: Array, y: Array) -> Fraction:
    """In whole numbers over powers of two."""
    W1, b1, W2, b2, data, labels = (
        [[Fraction(entry) for entry in np.atleast_1d(row).tolist()] for row in array]
        for array in (network.W1, network.b1, network.W2, network.b2, x, y)
    )
    total = Fraction(0)
    for datum, label in zip(data, labels, strict=True):
        hidden = [
            max(sum((w * entry for w, entry in zip(row, datum, strict=True)), bias[0]), Fraction(0))
            for row, bias in zip(W1, b1, strict=True)
        ]
        for row, bias, entry in zip(W2, b2, label, strict=True):
            total += (sum((w * h for w, h in zip(row, hidden, strict=True)), bias[0]) - entry) ** 2
    return total / (2 * len(data))


@settings(max_examples=20)
@given(
    seed=st.integers(0, 10**6),
    n=st.integers(1, 8),
    d=st.integers(1, 3),
    k=st.integers(0, 4),
    m=st.integers(1, 3),
    off=st.sampled_from([0.0, 1e-14, 1.0, 30.0]),
)
def test_margins_hold_what_is_enclosed(seed: int, n: int, d: int, k: int, m: int, off: float) -> None:
    rng = np.random.default_rng(seed)
    network = VectorNetwork(*(rng.standard_normal(shape) for shape in ((k, d), k, (m, k), m)))
    x = rng.standard_normal((n, d))
    y = network(x) + off * rng.standard_normal((n, m))
    wide, narrow = in_floats(network, x, y), several_outputs(network, x, y)
    assert (wide.enclosed, narrow.enclosed) == (False, True)
    assert wide.loss[0] <= exact_loss(network, x, y) <= wide.loss[1]
    for name in NAMES:
        (low, high), (least, most) = getattr(wide, name), getattr(narrow, name)
        # both contain the value
        assert low <= most, name
        assert least <= high, name
    assert wide.negative_curvature is not None
    assert narrow.negative_curvature is not None
    assert wide.negative_curvature[1] >= narrow.negative_curvature[1]
    assert wide.negative_curvature[1] <= narrow.negative_curvature[1] + Fraction(1, 10**5)
    assert wide.excluded_above is not None
    for excluded, stable in zip(wide.excluded_above, wide.largest_stable_step, strict=True):
        assert excluded >= stable


def test_a_loss_of_nothing_but_rounding_reaches_down_to_zero() -> None:
    """The labels are the exact values, rounded once; the float residuals are rounding of their own."""
    rng = np.random.default_rng(3)
    network = VectorNetwork([[1.0], [1.3]], [0.1, 0.2], [[0.7, 0.3], [1.1, 0.2], [0.1, 0.9]], [0.1, 0.2, 0.3])
    x = rng.standard_normal((60, 1))
    y = network(x)
    found, true = in_floats(network, x, y), exact_loss(network, x, y)
    assert 0 < true < Fraction(1, 10**31)
    assert found.loss[0] == 0
    assert true <= found.loss[1] <= Fraction(1, 10**27)


def test_a_loss_of_large_weights_that_cancel() -> None:
    """1e8 (h_1 - h_2) + 1e7 is near 0: the margin is that of the terms."""
    rng = np.random.default_rng(0)
    network = VectorNetwork([[1.0], [1.0]], [5.0, 5.1], [[1e8, -1e8], [1.0, 0.0]], [1e7, 0.0])
    x = rng.standard_normal((50, 1))
    y = network(x) + np.array([1e-8, 0.0])
    found, true = in_floats(network, x, y), exact_loss(network, x, y)
    assert found.loss[0] <= true <= found.loss[1]
    assert found.negative_curvature is not None
    assert found.negative_curvature[1] > 0


def test_small_residuals_are_not_lost_as_squares() -> None:
    network = VectorNetwork([[1.0]], [0.0], [[0.0], [0.0]], [1e-200, 0.0])
    x, y = np.array([[1.0]]), np.zeros((1, 2))
    low, high = in_floats(network, x, y).loss
    assert 0 < low <= exact_loss(network, x, y) <= high


def test_on_a_kink_the_residual_part_is_not_known() -> None:
    network = VectorNetwork([[1.0]], [0.0], [[2.0], [1.0]], [0.0, 0.0])
    found = in_floats(network, np.array([[0.0], [1.0]]), np.ones((2, 2)), "1/100")
    assert (found.kinks, found.verdict, found.negative_curvature, found.excluded_above) == (1, "undecided", None, None)
    lines = dict(re.split(r" {2,}", line) for line in str(found).split("\n\n")[0].splitlines())
    assert lines["steps excluded above"] == lines["largest stable step"] == "-"


def test_beyond_the_range_of_floats() -> None:
    network = VectorNetwork([[1e200]], [0.0], [[1e200]], [0.0])
    with pytest.raises(OverflowError):
        in_floats(network, np.array([[1.0]]), np.array([[0.0]]))
