"""Certified minima: small nets worked by hand, every way to be refused, and kinks."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from flint import arb

from numerics.enclosure import enclose
from numerics.exact.balls import ball
from numerics.minimum.certified import (
    CertifiedMinimum,
    KinkedNetwork,
    NotCertified,
    certify_minimum,
    decimal_text,
    power_text,
)
from numerics.minimum.stored import stored_networks
from tests.numerics.examples import Example, gaussian, interpolating, net


def small() -> Example:
    """Three data in the plane, five neurons, the labels the network's own rounded values."""
    return interpolating(gaussian(3, n=3, d=2, k=5))


def certified(example: Example, step_size: Fraction = Fraction(1, 100)) -> CertifiedMinimum:
    """The certified minimum next to a network that is not on kinks."""
    minimum = certify_minimum(example.network, example.x, example.y, step_size=step_size)
    assert isinstance(minimum, CertifiedMinimum)
    return minimum


def test_the_minimum_is_near_and_its_values_are_those_of_the_network() -> None:
    """The enclosures at the minimum overlap those at the network, and are narrow."""
    example = small()
    minimum, there = certified(example), enclose(example.network, example.x)
    assert 0 < minimum.radius < Fraction(1, 10**14)
    for value, near in (
        (minimum.sharpness, there.gram_sharpness),
        (minimum.stability_norm, there.stability_norm),
        (minimum.mean_gradient_square, there.mean_gradient_square),
    ):
        assert abs(float(value) - float(near)) <= 1e-12 * float(value)
        assert float(value.rad()) <= 1e-11 * float(value)
    assert minimum.cell_chosen_by == "training"


def test_every_hypothesis_is_met() -> None:
    """What the dataclass holds proves the theorem's hypotheses again."""
    minimum = certified(small())
    r = ball(minimum.radius)
    image = minimum.newton_step + minimum.inverse_bound * minimum.lipschitz * r * r / 2
    assert image < r
    assert minimum.margin > r


def test_an_exact_minimum_worked_by_hand() -> None:
    """f(x) = relu(x) at x = 1: |grad f|^2 = 4, the margin is 1/sqrt 2; exact already."""
    minimum = certify_minimum(net([[1.0]], [0.0], [1.0]), [[1.0]], [1.0], step_size=Fraction(1, 2))
    assert isinstance(minimum, CertifiedMinimum)
    assert minimum.margin.overlaps(arb(0.5).sqrt())
    assert minimum.sharpness.contains(4)
    assert minimum.distance == 0


def test_stability_is_judged_at_the_step_size() -> None:
    """The same minimum at two step sizes."""
    example = small()
    assert certified(example).verdict == "stable"
    assert certified(example).counted
    large = certified(example, Fraction(3, 2))
    assert large.verdict == "unstable"
    assert not large.counted


def test_a_nearby_network_leads_to_the_same_minimum() -> None:
    """A change of 1e-8 is polished away; the minimum is certified, and so is its distance."""
    example = small()
    moved = replace(example.network, b2=example.network.b2 + 1e-8)
    minimum = certified(Example(moved, example.x, example.y))
    assert 1e-10 < float(minimum.distance) < 1e-7
    assert minimum.radius < Fraction(1, 10**14)


def test_a_network_that_does_not_interpolate_is_refused() -> None:
    """Loss above 1e-13."""
    example = small()
    with pytest.raises(NotCertified, match="train the network further"):
        certify_minimum(example.network, example.x, example.y + 1e-3, step_size=0.01)


def test_equal_data_are_refused() -> None:
    """The derivative is not onto."""
    network, x = net([[1.0]], [0.0], [1.0]), [[1.0], [1.0]]
    with pytest.raises(NotCertified, match=r"singular|onto"):
        certify_minimum(network, x, [1.0, 1.0], step_size=0.1)


def test_neurons_on_one_hyperplane_are_refused() -> None:
    """They may part at the minimum, so that the norm is not determined."""
    network = net([[1.0], [2.0]], [0.5, 1.0], [1.0, 1.0])
    with pytest.raises(NotCertified, match="may share a hyperplane"):
        certify_minimum(network, [[1.0]], [4.5], step_size=0.1)


def test_a_neuron_without_weights_is_refused() -> None:
    """Whether it belongs to a hyperplane is not determined."""
    with pytest.raises(NotCertified, match="may have w1 = 0"):
        certify_minimum(net([[0.0]], [1.0], [1.0]), [[1.0]], [1.0], step_size=0.1)


def test_a_datum_on_a_kink() -> None:
    """It is said, and the norm and the mean gradient of the network are certified instead."""
    network, x, y = net([[1.0], [1.0]], [-1.0, 0.5], [1.0, 1.0]), [[1.0], [2.0]], [1.5, 3.5]
    found = certify_minimum(network, x, y, step_size=Fraction(1, 10))
    assert isinstance(found, KinkedNetwork)
    assert found.kinks == 1
    assert found.enclosure.kinks == 1
    assert found.strongly_stable_possible
    assert "ends on kinks (1 pair" in found.theorem()
    assert found.enclosure.mean_gradient_square >= 1 + 2 * found.enclosure.stability_norm
    strict = certify_minimum(network, x, y, step_size=Fraction(1))
    assert isinstance(strict, KinkedNetwork)
    assert strict.strongly_stable_possible is False


def test_a_margin_near_rounding_is_not_counted() -> None:
    """A pre-activation of 1e-12: there is a minimum, but polishing or rounding chose its cell."""
    network, x = net([[1.0], [1.0]], [-1.0 + 1e-12, 0.5], [1.0, 1.0]), np.array([[1.0], [2.0]])
    minimum = certify_minimum(network, x, network(x), step_size=Fraction(1, 100))
    assert isinstance(minimum, CertifiedMinimum)
    assert minimum.cell_chosen_by == "polishing"
    assert not minimum.counted
    assert "not counted" in minimum.theorem()


def test_theorem_in_words() -> None:
    """All numbers are rounded to the safe side."""
    text = certified(small()).theorem("these 3 points")
    assert text.startswith("On these 3 points, at step size $\\eta = 0.01$, there is an interpolating minimum")
    assert "it is linearly stable" in text
    assert decimal_text(Fraction(9, 20)) == "0.45"
    assert decimal_text(Fraction(31, 18)) == "31/18"
    assert power_text(Fraction(1, 3)) == "3.34 \\cdot 10^{-1}"
    assert power_text(Fraction(1, 3), up=False) == "3.33 \\cdot 10^{-1}"
    assert power_text(Fraction(1000)) == "1.00 \\cdot 10^{3}"


def test_a_carried_network_is_certified() -> None:
    """The smallest task."""
    stored = next(stored for stored in stored_networks() if stored.name == "64-standardised-0.08")
    minimum = certify_minimum(stored.network, stored.task.x, stored.task.y, step_size=stored.step_size)
    assert isinstance(minimum, CertifiedMinimum)
    assert minimum.counted
    assert minimum.radius < Fraction(1, 10**15)
