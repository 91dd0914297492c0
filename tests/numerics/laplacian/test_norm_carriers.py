"""Shares of the norm, distances from the mean, and what neurons see of the data."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given

from numerics.laplacian.norm_carriers import norm_carriers, on_pixels, seen_directions
from numerics.network import ShallowNetwork
from numerics.norm import stability_norm
from numerics.training.mnist import on_row_space
from proofs_checks.instances.pinned import PINNED, close
from tests.numerics.examples import Example, examples, net, tricky_list


@given(examples())
def test_terms_add_up_to_the_norm(example: Example) -> None:
    carriers = norm_carriers(example.network, example.x)
    norm = stability_norm(example.network, example.x)
    assert math.fsum(carriers.norm_terms) == pytest.approx(norm, rel=1e-9, abs=1e-12)
    assert np.all(np.diff(carriers.norm_terms) <= 0)
    assert carriers.shares.sum() == pytest.approx(1.0 if norm > 0 else 0.0)
    assert 0 <= carriers.half <= len(carriers.shares)


def test_data_on_a_kink_stay_on_it() -> None:
    # the row divided by its norm, sqrt(10)/2, would put the second datum on one side
    x = [[1.0, -0.5], [-0.5, -0.5], [0.0, 0.0], [1.5, -1.5], [0.0, 0.5]]
    f = net([[0.5, -1.5]], [-0.5], [1.0])
    carriers = norm_carriers(f, x)
    assert carriers.norm_terms.tolist() == pytest.approx([stability_norm(f, x)], rel=1e-15)
    assert carriers.smaller_sides.tolist() == [0.4]
    assert carriers.weights[0] * abs(carriers.amplitudes[0]) == pytest.approx(carriers.norm_terms[0], rel=1e-14)


@pytest.mark.parametrize("name", list(PINNED))
def test_pinned_nets(name: str) -> None:
    pinned = PINNED[name]
    carriers = norm_carriers(pinned.network, pinned.x)
    assert close(math.fsum(carriers.norm_terms), pinned.norm)
    assert len(carriers.norm_terms) == len(pinned.hyperplanes)


@pytest.mark.parametrize(("name", "example"), tricky_list())
def test_tricky_cases(name: str, example: Example) -> None:
    carriers = norm_carriers(example.network, example.x)
    assert not np.isnan(carriers.distances).any(), name
    assert np.all(carriers.smaller_sides <= 0.5), name


def test_distance_is_in_standard_deviations_along_the_normal() -> None:
    x = np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 6.0], [2.0, 6.0]])  # mean (1, 3), deviations 1 and 3
    network = net([[0.0, 2.0], [1.0, 0.0]], [-12.0, 0.5], [1.0, 1.0], 0.0)  # x_2 = 6 and x_1 = -1/2
    distances = dict(zip(norm_carriers(network, x).amplitudes, norm_carriers(network, x).distances, strict=True))
    assert distances == {2.0: pytest.approx(1.0), 1.0: pytest.approx(-1.5)}


def test_distance_does_not_depend_on_units() -> None:
    random = np.random.default_rng(0)
    x = random.normal(size=(20, 3))
    network = ShallowNetwork(random.normal(size=(4, 3)), random.normal(size=4), np.array([1.0, 2.0, 3.0, 4.0]), 0.0)
    large = ShallowNetwork(network.W1, 1000 * network.b1, network.w2, 0.0)
    small, big = norm_carriers(network, x), norm_carriers(large, 1000 * x)
    assert np.sort(big.distances) == pytest.approx(np.sort(small.distances))


def test_data_without_extent_along_the_normal() -> None:
    x = np.array([[1.0, 0.0], [1.0, 1.0]])
    network = net([[1.0, 0.0]] * 3, [-1.0, -2.0, 0.0], [1.0, 1.0, 1.0], 0.0)
    assert sorted(norm_carriers(network, x).distances) == [-math.inf, 0.0, math.inf]


def test_half_counts_the_fewest() -> None:
    x = np.array([[-1.0], [1.0]])
    # one hyperplane through the middle with most of the norm, and two at the sides
    network = net([[1.0]] * 3, [0.0, 0.5, -0.5], [8.0, 1.0, 1.0], 0.0)
    assert norm_carriers(network, x).half == 1


def test_constant_pixels_are_not_seen() -> None:
    random = np.random.default_rng(1)
    x = np.column_stack([random.normal(size=(10, 2)), np.full(10, 3.0)])
    v = random.normal(size=(4, 3))
    seen = seen_directions(v, x)
    assert seen[:, 2] == pytest.approx(np.zeros(4), abs=1e-12)
    moved = (x - x[0]) @ (v - seen).T
    assert moved == pytest.approx(np.zeros_like(moved), abs=1e-12)


def test_few_data_span_little() -> None:
    x = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    assert seen_directions([[1.0, 0.0, 5.0]], x) == pytest.approx(np.array([[0.5, -0.5, 0.0]]))
    assert seen_directions([[1.0, 0.0, 5.0]], x[:1]) == pytest.approx(np.zeros((1, 3)))
    with pytest.raises(ValueError, match="must have 3 columns"):
        seen_directions([[1.0, 0.0]], x)


def test_weights_of_rotated_data_become_images() -> None:
    random = np.random.default_rng(2)
    x = random.normal(size=(5, 12))
    rotated = ShallowNetwork(random.normal(size=(3, 5)), random.normal(size=3), random.normal(size=3), 0.1)
    pixels = on_pixels(rotated, x)
    assert pixels.W1.shape == (3, 12)
    assert pixels(x) == pytest.approx(rotated(on_row_space(x)), rel=1e-12)
    assert stability_norm(pixels, x) == pytest.approx(stability_norm(rotated, on_row_space(x)), rel=1e-10)
    assert on_pixels(pixels, x) is pixels
    with pytest.raises(ValueError, match="7 inputs, but the data have 12, or 5"):
        on_pixels(net([[0.0] * 7], [0.0], [1.0]), x)
