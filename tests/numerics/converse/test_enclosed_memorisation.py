"""Enclosures of memorising networks: values by hand, exact decisions, what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb

from numerics.converse.enclosed_memorisation import enclose_memorisation, enclosed_secular_root
from numerics.converse.memorisation import memorising_network
from numerics.enclosure import enclose
from numerics.exact.balls import ball


def test_by_hand() -> None:
    """Data 3/4 and 0, labels 5 and 1: costs 25/4 and 1, sharpness (33 + sqrt 457)/8, norm 29/16."""
    found = enclose_memorisation([[0.75], [0.0]], [5.0, 1.0])
    assert found.sharpness.overlaps((33 + arb(457).sqrt()) / 8)
    assert float(found.sharpness.rad()) < 1e-12
    assert found.stability_norm == ball(29 / 16)
    assert found.margin == ball(0.75)
    assert found.tightness < 1
    assert found.largest_step.overlaps(2 / found.sharpness)


def test_agrees_with_the_network() -> None:
    """The enclosures of the float network lie beside those of the exact one."""
    x, y = np.array([[1.0, 2.0], [-1.0, 0.5], [0.0, -2.0]]), np.array([1.0, -2.0, 0.25])
    found, network = enclose_memorisation(x, y, 0.25), enclose(memorising_network(x, y, 0.25), x)
    assert float(found.sharpness.mid()) == pytest.approx(float(network.gram_sharpness.mid()), rel=1e-12)
    assert float(found.stability_norm.mid()) == pytest.approx(float(network.stability_norm.mid()), rel=1e-12)


def test_nothing_to_memorise() -> None:
    """All labels equal to the output bias: sharpness 1, no margin to speak of."""
    found = enclose_memorisation([[1.0], [1.0]], [2.0, 2.0], 2.0)
    assert found.sharpness.overlaps(arb(1))
    assert found.stability_norm == 0
    assert found.margin == arb("inf")


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ([[1.0], [1.0]], [1.0, 0.0], "datum 0 is not cut off from datum 1"),
        ([[1.0], [2.0], [4.0]], [0.0, 1.0, 0.0], "datum 1 is not cut off"),
        ([[1.0]], [1.0], "at least two data"),
    ],
)
def test_refused(x: list[list[float]], y: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        enclose_memorisation(x, y)


def test_directions_of_another_shape() -> None:
    with pytest.raises(ValueError, match="one direction for each datum"):
        enclose_memorisation([[1.0], [2.0]], [1.0, 0.0], directions=[[1.0]])


def test_a_lead_below_rounding() -> None:
    """What floats cannot tell is decided: the second datum leads by one part in 2^52."""
    x = [[1.0], [1.0 + 2.0**-52]]
    assert enclose_memorisation(x, [0.0, 1.0], directions=[[1.0], [1.0]]).margin == ball(2.0**-52)
    with pytest.raises(ValueError, match="datum 0 is not cut off"):
        enclose_memorisation(x, [1.0, 0.0], directions=[[1.0], [1.0]])


@pytest.mark.parametrize("costs", [[arb(2), arb(2)], [arb(0), arb(0), arb(0)], [arb(10**9), arb(1)]])
def test_secular_root(costs: list[arb]) -> None:
    """The mean is 1 somewhere in the enclosure."""
    root = enclosed_secular_root(costs)
    mean = sum((1 / (root - 2 * c / len(costs)) for c in costs), arb(0)) / len(costs)
    assert mean.contains(1)


def test_wide_costs() -> None:
    with pytest.raises(ArithmeticError, match="different sides"):
        enclosed_secular_root([arb(1, 0.01), arb(1)])
