"""From floats to exact certificates: the bounds are proved, and hardly above the true values."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from numerics.exact.balls import ball
from numerics.separation.bracket.hyperplane_supremum import prove_supremum
from numerics.separation.bracket.hyperplane_weight import POPULATION
from numerics.separation.bracket.rounding import prove_measure, prove_net


def test_measure() -> None:
    """The five points (0, 0) and (+-1/2, +-1/2): the supremum is 0.149483066; the origin takes what is left over."""
    measure, bound = prove_measure(np.array([[0.0, 0.0], [0.5, 0.5]]), np.array([2.0, -2.0]))
    assert float(bound) == pytest.approx(0.149483066, rel=2e-4)
    assert bound > Fraction(149483, 10**6)
    assert abs(measure.mass - 1) < Fraction(1, 10**9)
    measure.require_annihilation()
    assert prove_supremum(measure, bound).proved


def test_net() -> None:
    """The constant 1/3 errs by 2/3 at the vertex of the pyramid, whatever line carries nothing."""
    net, bound = prove_net(np.array([[0.5, 1.0], [0.0, 0.0]]), np.array([0.0, 1e-9]), 1 / 3, Fraction(1, 2))
    assert len(net.lines) == 1
    assert float(bound) == pytest.approx(2 / 3, rel=2e-4)
    assert net.prove_error(bound).proved
    assert not net.prove_error(Fraction(66, 100)).proved


def test_a_net_too_large_is_scaled_down() -> None:
    """The norm of one line through the origin is a g(0); it is brought below the bound, and no further than needed."""
    line, amplitude, limit = (
        np.array([[0.0, 0.0]]),
        np.array([0.0101]) / POPULATION.weight(np.zeros(1)),
        Fraction(101, 10**4),
    )
    net, _ = prove_net(line, amplitude * (1 + 1e-7), 0.5, limit)
    assert net.norm() <= ball(limit)
    assert float(net.norm().mid()) == pytest.approx(0.0101, rel=1e-6)
