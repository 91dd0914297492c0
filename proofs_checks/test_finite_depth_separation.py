"""finite-depth-separation: nine points, a shallow net that attains the bound, a deep net that is stable beyond it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from numerics.network import Array, ShallowNetwork
from numerics.norm import stability_norm
from proofs_checks.deep import deep_network
from proofs_checks.grid import ATTAINS, GRID, LABELS
from proofs_checks.ledger import Evidence

CLAIM = "finite-depth-separation"

BOUND = 8 * math.sqrt(17) / 81


def deep_net() -> tuple[Array, float]:
    """Values and sharpness of relu(1 - 3 sum relu(+-x_i - 1/2)) on the grid."""
    return deep_network(np.concatenate([np.eye(2), -np.eye(2)]), np.full(4, -0.5), np.full(4, -3.0), 1.0, GRID)


def test_attained(evidence: Evidence) -> None:
    """The shallow net interpolates, and its norm is the bound."""
    with evidence.tested(CLAIM, "1 - max(|x1|, |x2|) interpolates, and its norm is 8 sqrt(17)/81") as tally:
        assert ATTAINS(GRID).tolist() == LABELS.tolist()
        assert stability_norm(ATTAINS, GRID) == pytest.approx(BOUND, rel=1e-13)
        tally.count()


def test_deep_net_is_stable_beyond(evidence: Evidence) -> None:
    """Two hidden layers interpolate, off all kinks, and are stable up to 36/(11 + sqrt 57), above 1.103."""
    with evidence.tested(CLAIM, "a net with two hidden layers is stable up to 36/(11 + sqrt 57) = 1.941") as tally:
        values, sharpness = deep_net()
        assert values.tolist() == LABELS.tolist()
        assert 2 / sharpness == pytest.approx(36 / (11 + math.sqrt(57)), rel=1e-12)
        tally.figures = {"largest stable step, two layers": 2 / sharpness, "bound for shallow nets": 1 / (BOUND + 0.5)}
        tally.add(2 / sharpness / (1 / (BOUND + 0.5)) - 1)


def test_controls(evidence: Evidence) -> None:
    """False neighbours, refuted by explicit nets."""
    norm = stability_norm(ATTAINS, GRID)
    evidence.control(
        CLAIM,
        "8 sqrt(17)/80 in place of 8 sqrt(17)/81",
        f"1 - max(|x1|, |x2|) has norm {norm:.6f}" if norm < 8 * math.sqrt(17) / 80 - 1e-9 else None,
    )
    flat = ShallowNetwork(np.array([[1.0, 0.0]]), np.array([-0.5]), np.array([2.0]), 0.0)
    other = (GRID[:, 0] == 1).astype(float)
    evidence.control(
        CLAIM,
        "the bound for the labels 1{x1 = 1}",
        f"2 relu(x1 - 1/2) interpolates with norm {stability_norm(flat, GRID):.6f}"
        if flat(GRID).tolist() == other.tolist() and stability_norm(flat, GRID) < BOUND
        else None,
    )
    evidence.control(
        CLAIM,
        "the deep net stays stable up to 1.95",
        f"it leaves above {2 / deep_net()[1]:.6f}" if 2 / deep_net()[1] < 1.95 else None,
    )
