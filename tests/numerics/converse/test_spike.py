"""Spikes on caps: exact moments, the population's Hessian from draws, all scales, and what is refused."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from scipy import integrate

from numerics.converse.spike import Spike, touching_spikes
from numerics.network import ShallowNetwork
from numerics.population.isotropic import UniformBall
from proofs_checks.instances.isotropic import samples

ONE = Fraction(1)


def test_on_the_line() -> None:
    """The interval [1-s, 1]: P = s/2, h = s^2/4, h_2 = s^3/6."""
    s, height = Fraction(1, 3), Fraction(5)
    spike = Spike(1, s, height)
    assert spike.mass.overlaps(arb(1) / 6)
    assert spike.excess.overlaps(arb(1) / 36)
    assert spike.second.overlaps(arb(1) / 162)
    assert spike.amplitude.overlaps(arb(15))
    assert spike.lever.overlaps((arb(1) / 36 + (arb(5) / 36) ** 2).sqrt())
    assert spike.norm.overlaps(15 * spike.excess * spike.lever)
    # E X^2 over [2/3, 1] is 19/162
    both = arb(1) / 6 + arb(19) / 162
    assert spike.curvature.overlaps(15 * (spike.excess / spike.lever * both + spike.lever / spike.excess / 162))


@pytest.mark.parametrize("d", [2, 3, 10])
def test_moments_are_integrals(d: int) -> None:
    spike, population = Spike(d, Fraction(1, 4), ONE), UniformBall(d, ONE)

    def mean(power: int) -> float:
        found = integrate.quad(lambda t: (t - 0.75) ** power * population.marginal(np.array([t]))[0], 0.75, 1)
        return float(found[0])

    assert [float(spike.mass), float(spike.excess), float(spike.second)] == pytest.approx(
        [mean(0), mean(1), mean(2)], rel=1e-6
    )
    assert float(spike.norm) == pytest.approx(4 * float(population.weight(np.array([0.75]))[0]), rel=1e-9)


def hessian(network: ShallowNetwork, x: np.ndarray) -> np.ndarray:
    """E grad f grad f^T of a network of one neuron, over draws [n, d]: order w1, b1, w2, b2."""
    above = network.preactivations(x)[:, 0]
    active = (above > 0).astype(float)
    features = np.column_stack([network.w2[0] * active[:, None] * x, network.w2[0] * active, above * active, active**0])
    return np.asarray(features.T @ features / len(x))


@pytest.mark.parametrize("d", [2, 3])
def test_the_sharpness_of_draws(d: int) -> None:
    """Balanced; a scale twice as large is sharper, and no scale is flatter than what holds for all."""
    spike = Spike(d, Fraction(1, 2), Fraction(1))
    x = samples(UniformBall(d, ONE), 400_000, 0)
    a, h, K = (float(each) for each in (spike.amplitude, spike.excess, spike.lever))
    low, high = (float(end) for end in (1 + 2 * spike.norm, 1 + 2 * spike.norm / (1 - spike.curvature)))
    assert 0 < float(spike.curvature) < 1
    for factor in (1.0, 2.0, 0.5, 8.0):
        scale = factor * np.sqrt(a * K / h)
        network = ShallowNetwork(scale * np.eye(1, d), [-scale / 2], [a / scale], 0.0)
        top = float(np.linalg.eigvalsh(hessian(network, x))[-1])
        assert top > 0.99 * float(spike.least_sharpness)
        if factor == 1:
            assert low * 0.999 < top < high * 1.001
            assert spike.sharpness.contains(low)
            assert spike.sharpness.contains(high)


def test_tall_spikes_have_no_enclosure() -> None:
    spike = Spike(10, Fraction(1, 10), Fraction(10**7))
    assert spike.norm < 1
    assert spike.least_sharpness > 20
    with pytest.raises(ArithmeticError, match="not below 1"):
        _ = spike.sharpness


def test_touching_caps() -> None:
    """Two are half discs."""
    half = touching_spikes(2, ONE)
    assert half.mass.overlaps(arb(1) / 2)
    for count in (3, 22):
        assert (count * touching_spikes(count, ONE).share_of_edge).overlaps(arb(1))


@pytest.mark.parametrize(
    ("d", "width", "height", "message"),
    [
        (0, ONE, ONE, "dimension >= 1, not 0"),
        (2, Fraction(0), ONE, r"a width in \(0, 1\]"),
        (2, Fraction(3, 2), ONE, r"a width in \(0, 1\]"),
        (2, arb(0, 1), ONE, r"a width in \(0, 1\]"),
        (2, ONE, Fraction(0), "a height > 0"),
    ],
)
def test_refused(d: int, width: Fraction | arb, height: Fraction, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Spike(d, width, height)


def test_refused_at_the_edge() -> None:
    with pytest.raises(ValueError, match="at least two caps"):
        touching_spikes(1, ONE)
    with pytest.raises(ValueError, match="two points"):
        _ = Spike(1, ONE, ONE).share_of_edge
