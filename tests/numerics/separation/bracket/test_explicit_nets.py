"""Explicit nets: values, norm, and the proved error."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from numerics.separation.bracket.explicit_nets import SymmetricNet
from numerics.separation.bracket.hyperplane_weight import POPULATION
from numerics.separation.pyramid import pyramid


def cross(slope: Fraction) -> SymmetricNet:
    """The net c - slope (|x| + |y|), c = (1 + slope)/2, which errs by (1 - slope)/2 at the vertex and on the edges."""
    constant, bits = (1 + slope) / 2, 20
    # the mean of relu over the orbit of x = 0 is (|x| + |y|)/4
    return SymmetricNet(np.array([[0, 0]]), np.array([int(-4 * slope * 2**bits)]), int(constant * 2**bits), 4, bits)


def random_net(seed: int) -> SymmetricNet:
    """A net with a few lines."""
    random = np.random.default_rng(seed)
    tau, c = random.integers(0, 17, 6), random.integers(0, 60, 6)
    return SymmetricNet(np.stack([tau, c], axis=1), random.integers(-300, 300, 6), 77, 4, 10)


@pytest.mark.parametrize("seed", range(5))
def test_network_agrees(seed: int) -> None:
    """The neurons and the exact error describe one function."""
    net = random_net(seed)
    places = np.random.default_rng(seed).integers(-40, 41, (20, 2))
    points = places / 16
    errors = np.abs(net.network()(points) - pyramid(points))
    exact = [float(net.exact_error(Fraction(int(x), 16), Fraction(int(y), 16))) for x, y in places]
    assert errors == pytest.approx(exact, abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_norm(seed: int) -> None:
    """The norm of the reduced form is the one claimed, unless lines coincide."""
    net = random_net(seed)
    reduced = net.network().reduced()
    plain = float(np.abs(reduced.amplitudes) @ POPULATION.weight(reduced.thresholds))
    claimed = float(net.norm().mid())
    assert plain <= claimed * (1 + 1e-12)
    if len({tuple(line) for line in net.lines.tolist()}) == 6 and (net.lines[:, 1] > 0).all():
        assert plain == pytest.approx(claimed, rel=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_error_of_random_nets(seed: int) -> None:
    """A bound just above the largest error is proved, and one just below it is refuted at a point."""
    net = random_net(seed)
    angle, radius = np.meshgrid(np.linspace(0, np.pi / 4, 400), np.linspace(0, 4, 1601), indexing="ij")
    points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1).reshape(-1, 2)
    largest = float(np.abs(net.network()(points) - pyramid(points)).max())
    assert net.prove_error(Fraction(largest * 1.01)).proved
    outcome = net.prove_error(Fraction(largest * 0.995))
    assert outcome.refuted
    assert outcome.point is not None
    assert outcome.error == net.exact_error(*outcome.point)
    assert outcome.error > outcome.bound


def test_error_of_the_cross() -> None:
    """The exact error of c - kappa |x|_1: (1 - kappa)/2 for small kappa, at the vertex and on the edge."""
    net = cross(Fraction(1, 16))
    assert net.prove_error(Fraction(15, 32) + Fraction(1, 10**7)).proved
    outcome = net.prove_error(Fraction(15, 32) - Fraction(1, 10**7))
    assert outcome.refuted


def test_error_at_the_rim() -> None:
    """A net that is wrong on a thin cap at the rim only is caught."""
    length = np.sqrt(17.0 / 16)
    c = int(3.98 * length * 2**10)
    net = SymmetricNet(np.array([[2**8, c]]), np.array([2**20]), 0, 10, 10)
    outcome = net.prove_error(Fraction(1001, 1000))
    assert outcome.refuted
    assert outcome.point is not None
    assert math.hypot(*outcome.point) > 3.9


def test_empty_net() -> None:
    """No neurons: the constant 1/2 is within 1/2."""
    net = SymmetricNet(np.empty((0, 2), int), np.empty(0, int), 1, 4, 1)
    assert net.norm() == 0
    assert net.network().k == 0
    assert net.prove_error(Fraction(50001, 100000)).proved
    assert net.prove_error(Fraction(49, 100)).refuted


@pytest.mark.parametrize(
    ("lines", "amplitudes", "constant", "bits", "message"),
    [
        ([[17, 0]], [1], 0, (4, 4), "is not in"),
        ([[0, -1]], [1], 0, (4, 4), "is not in"),
        ([[0, 64]], [1], 0, (4, 4), "is not in"),
        ([[0, 1]], [1, 2], 0, (4, 4), "one line"),
        ([[0, 1.5]], [1], 0, (4, 4), "whole numbers"),
        ([[0, 1]], [2**53], 0, (4, 4), "2\\^52"),
        ([[0, 1]], [1], 2**53, (4, 4), "2\\^52"),
        ([[0, 1]], [1], 0, (21, 4), "line_bits"),
        ([[0, 1]], [1], 0, (4, 61), "amplitude_bits"),
    ],
)
def test_bad_input(
    lines: list[list[float]], amplitudes: list[int], constant: int, bits: tuple[int, int], message: str
) -> None:
    """Each mistake is named."""
    with pytest.raises(ValueError, match=message):
        SymmetricNet(np.array(lines), np.array(amplitudes), constant, *bits)
    with pytest.raises(ValueError, match="positive"):
        cross(Fraction(1, 16)).prove_error(Fraction(-1))
