"""A bracket that is known in closed form."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from numerics.separation.bracket.explicit_nets import SymmetricNet
from numerics.separation.bracket.measures import DualMeasure
from numerics.separation.bracket.table import (
    Bracket,
)


def small() -> Bracket:
    """The five-point measure and the net c - kappa |x|_1 at eta = 1, C = 1/2: almost the exact optimum."""
    measure = DualMeasure.from_orbits(np.array([[0, 0], [1, 1]]), np.array([4, -1]), 1, 3)
    kappa, bits = Fraction(149482, 10**6), 20
    net = SymmetricNet(
        np.array([[0, 0]]), np.array([int(-4 * kappa * 2**bits)]), int((1 + kappa) / 2 * 2**bits), 4, bits
    )
    return Bracket(Fraction(1), measure, Fraction(149484, 10**6), net, Fraction(42527, 10**5))
