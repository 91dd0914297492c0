"""depth-separation-two-layers: a net with two hidden layers is the pyramid, with sharpness at most 2d + 3."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations_with_replacement

import hypothesis
import numpy as np
import pytest
from flint import arb_mat
from hypothesis import given
from hypothesis import strategies as st

from numerics.exact.balls import ball
from numerics.network import Array
from numerics.separation.pyramid import exact_pyramid, pyramid
from numerics.separation.two_layers.descent import descend, growth, perturbed, random_network
from numerics.separation.two_layers.network import UNIT_SCALES, pyramid_network
from numerics.separation.two_layers.population import positive_definite
from numerics.separation.two_layers.scales import exact_gradient, gradient_square
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.deep import deep_network
from proofs_checks.instances.networks import Comparison
from proofs_checks.instances.profiles import settings

CLAIM = "depth-separation-two-layers"

PINNED = [Fraction(1, 4), Fraction(-1, 8)]
"""A datum under the pyramid, where everything is known by hand: the active neurons see x_1 and -x_2."""
PINNED_GRADIENT = {
    "first weights, neuron of x_1": [Fraction(-1, 4), Fraction(1, 8)],
    "first weights, neuron of -x_2": [Fraction(-1, 4), Fraction(1, 8)],
    "first biases, both": [Fraction(-1), Fraction(-1)],
    "weights into the second layer": [Fraction(1, 4), Fraction(1, 8)],
    "second bias, output weight, output bias": [Fraction(1), Fraction(5, 8), Fraction(1)],
}

INSIDE = np.array([[0.05, 0.03], [0.5, 0.1], [-0.5, -0.1], [0.1, -0.5], [-0.1, 0.5]])
"""Five data under the pyramid, off its kinks."""


def rational_points(d: int) -> Iterator[list[Fraction]]:
    """Points off the kinks in one orthant each, near the apex, the vertices and the sloping kink, and outside."""
    sizes = (1, 7, 20, 45, 90)
    for place, entries in enumerate(combinations_with_replacement(sizes, d)):
        if sum(entries) != 97:
            yield [Fraction(entry * (-1) ** (place + i), 97) for i, entry in enumerate(entries)]


def bound(x: Array) -> Comparison:
    """2d + 3 against the sharpness."""
    d = x.shape[1]
    return Comparison(2 * d + 3, pyramid_network(d).sharpness(x), 1e-12, "2d + 3 against the sharpness")


@st.composite
def data_off_kinks(draw: st.DrawFn) -> Array:
    """Data with no coordinate 0 and no datum of 1-norm 1, most of it under the pyramid."""
    d, n = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    entries = draw(st.lists(st.integers(-20, 20).filter(bool), min_size=n * d, max_size=n * d))
    x = np.array(entries).reshape(n, d) / 20.3
    hypothesis.assume(not np.any(np.abs(x).sum(axis=1) == 1))
    return x


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


def test_pinned(evidence: Evidence) -> None:
    """One datum, entry by entry, and the sharpness of one and of two data, exactly."""
    with evidence.tested(
        CLAIM,
        (
            "pyramid",
            "gradient-of-the-second-layer",
            "gradient-of-the-first-layer",
            "gradient-at-the-weights",
            "gradient-square",
        ),
        "the gradient at (1/4, -1/8), entry by entry, by hand, in fractions and by automatic differentiation",
    ) as tally:
        entries = sorted(entry for part in PINNED_GRADIENT.values() for entry in part)
        found = exact_gradient(PINNED, UNIT_SCALES)
        assert sorted(entry for entry in found if entry) == entries
        assert sum(entry * entry for entry in found) == Fraction(37, 8)
        network, x = pyramid_network(2), np.array([[0.25, -0.125]])
        assert network.gradients(x)[0].tolist() == [float(entry) for entry in found]
        values, sharpness = deep_network(network.W1, network.b1, network.W2[0], float(network.b2[0]), x)
        assert (values.tolist(), network(x).tolist()) == ([0.625], [0.625])
        assert sharpness == pytest.approx(4.625, rel=1e-14)
        tally.count()
    with evidence.tested(
        CLAIM, ("sharpness", "stable"), "K and its top eigenvalue at (1/4, -1/8) and (1/2, 1/4), exactly"
    ) as tally:
        x = np.array([[0.25, -0.125], [0.5, 0.25]])
        # the two gradients share b3, b2 and the neuron of x_1: 1 + 1 + (5/8)(1/4) + (1/4)(1/2) + 1 + 1/8 - 1/32
        rows = [exact_gradient([Fraction(entry) for entry in point], UNIT_SCALES) for point in x.tolist()]
        gram = [[sum((a * b for a, b in zip(p, q, strict=True)), Fraction(0)) for q in rows] for p in rows]
        assert gram == [[Fraction(37, 8), Fraction(27, 8)], [Fraction(27, 8), Fraction(5)]]
        # (37/8 + 5)/2 + sqrt((5 - 37/8)^2/4 + (27/8)^2), and half of it
        expected = (Fraction(77, 16) + math.sqrt(Fraction(9, 256) + Fraction(27, 8) ** 2)) / 2
        assert pyramid_network(2).sharpness(x) == pytest.approx(expected, rel=1e-14)
        assert growth(pyramid_network(2), x, step_size=1.99 / expected, steps=60) < 1
        assert growth(pyramid_network(2), x, step_size=2.1 / expected, steps=60) > 10
        tally.count()


def test_exact(evidence: Evidence) -> None:
    """Values and gradients in fractions: |grad f|^2 has its closed form, and is below 2d + 3, which it approaches."""
    with evidence.tested(
        CLAIM,
        ("pyramid", "gradient-square"),
        "value, |grad f|^2 in closed form and |grad f|^2 < 2d + 3, exactly, d = 1..5",
    ) as tally:
        for d in range(1, 6):
            for point in rational_points(d):
                gradient = exact_gradient(point, UNIT_SCALES)
                assert gradient[-2] == exact_pyramid(point)
                square = sum((entry * entry for entry in gradient), Fraction(0))
                assert square == gradient_square(point, UNIT_SCALES)
                tally.add(float((2 * d + 3 - square) / (2 * d + 3)))
            tiny = Fraction(1, 10**9)
            at_vertex = gradient_square([1 - d * tiny] + [tiny] * (d - 1), UNIT_SCALES)
            assert 2 * d + 3 - Fraction(1, 10**6) < at_vertex < 2 * d + 3


@pytest.mark.parametrize("d", [2, 3, 4])
def test_whole_data_sets(evidence: Evidence, d: int) -> None:
    """(2d + 3) I - K is positive definite for whole data sets."""
    with evidence.tested(
        CLAIM, "sharpness", f"(2d + 3) I - K positive definite by elimination in balls, d = {d}"
    ) as tally:
        points = list(rational_points(d))
        for n in (1, 4, 12):
            for start in range(0, len(points) - n + 1, 7):
                rows = [exact_gradient(point, UNIT_SCALES) for point in points[start : start + n]]
                gram = [[sum((a * b for a, b in zip(p, q, strict=True)), Fraction(0)) / n for q in rows] for p in rows]
                shifted = [[ball((2 * d + 3) * (i == j) - gram[i][j]) for j in range(n)] for i in range(n)]
                assert positive_definite(arb_mat(shifted)), f"not below 2d + 3 at {points[start : start + n]}"
                tally.count()


def test_pyramid_and_bound(evidence: Evidence) -> None:
    """The net computes the pyramid, its sharpness is below the bound, and agrees with automatic differentiation."""
    with evidence.tested(
        CLAIM,
        ("pyramid", "sharpness"),
        "the net is the pyramid, its sharpness is at most 2d + 3 and that of autograd, d = 1..4",
    ) as tally:

        @settings(max_examples=80)
        @given(data_off_kinks())
        def holds(x: Array) -> None:
            network = pyramid_network(x.shape[1])
            np.testing.assert_allclose(network(x), pyramid(x), atol=1e-15)
            values, sharpness = deep_network(network.W1, network.b1, network.W2[0], float(network.b2[0]), x)
            np.testing.assert_allclose(network(x), values, atol=1e-15)
            assert network.sharpness(x) == pytest.approx(sharpness, rel=1e-12)
            comparison = bound(x)
            assert not comparison.violated, f"{comparison} is false at {x.tolist()}"
            tally.add(comparison.relative_margin)

        holds()


def test_descent_nearby(evidence: Evidence) -> None:
    """Descent started nearby stays and interpolates again below the threshold, and leaves above it."""
    with evidence.observed(
        CLAIM, "stable", "descent from nearby stays up to 0.95 of the threshold, leaves at 1.05 of it"
    ) as tally:
        returned = []
        for d, seed in ((1, 0), (2, 0), (2, 3), (3, 0), (3, 1)):
            network = pyramid_network(d)
            x = np.random.default_rng(seed).uniform(-0.9, 0.9, (6, d))
            threshold = 2 / network.sharpness(x)
            start, centre = perturbed(network, 1e-3, seed), network.parameters()
            eta = 0.95 * threshold
            run = descend(start, x, network(x), step_size=eta, steps=8000, loss_target=1e-16, centre=centre)
            assert run.outcome == "interpolating"
            assert run.farthest < 1.1e-3
            assert run.network is not None
            assert run.network.sharpness(x) <= 2 / eta
            below, above = (growth(network, x, step_size=c * threshold, steps=40) for c in (0.95, 1.05))
            assert below == pytest.approx(0.9**40, rel=0.05)
            assert above == pytest.approx(1.1**40, rel=0.05)
            returned.append(run.farthest)
            tally.count()
        tally.figures = {"farthest from the minimum, started at 0.001": max(returned)}


def test_trained(evidence: Evidence) -> None:
    """Trained from random starts: where descent settles off the kinks, the sharpness is at most 2/eta."""
    eta = 0.5
    evidence.seed(f"{CLAIM}, starts", list(range(8)))
    with evidence.observed(
        CLAIM,
        "stable",
        "trained two-hidden-layer nets interpolate at sharpness at most 2/eta, and stay when started nearby",
    ) as tally:
        ratios = []
        for seed in range(8):
            start = random_network(2, (64, 32), seed)
            run = descend(start, INSIDE, pyramid(INSIDE), step_size=eta, steps=5000, loss_target=1e-18)
            network = run.network
            if network is None or run.outcome != "interpolating" or network.kinks(INSIDE, tolerance=1e-7).any():
                continue
            ratio = network.sharpness(INSIDE) * eta / 2
            assert ratio <= 1 + 1e-6
            # unstable directions would grow by the power of the step number, flat ones stay as they are
            assert growth(network, INSIDE, step_size=eta, steps=40, size=1e-10) <= 1.001
            assert growth(network, INSIDE, step_size=1.1 * eta / ratio, steps=40, size=1e-10) > 10
            ratios.append(ratio)
            tally.count()
        tally.figures = {"random starts": 8, "largest sharpness times eta/2": max(ratios, default=0.0)}


@pytest.mark.parametrize("constant", [Fraction(2), Fraction("2.99")])
def test_control(evidence: Evidence, constant: Fraction) -> None:
    """Smaller constants, refuted by one datum just inside a vertex."""
    point = [Fraction("0.9998"), Fraction("0.0001")]
    square = gradient_square(point, UNIT_SCALES)
    found = f"x = (0.9998, 0.0001) alone has the sharpness {float(square):.6f}" if square > 4 + constant else None
    evidence.control(
        CLAIM,
        f"2d + {float(constant):g} in place of 2d + 3",
        found,
        because="at a vertex of the pyramid the gradient's square tends to 2d + 3",
        statement="gradient-square",
    )


def test_control_kink(evidence: Evidence) -> None:
    """A datum on a kink with all modes counted."""
    x = np.array([[1 - 1e-6, 0.0]])
    square = float(np.sum(pyramid_network(2).gradients(x, slope_at_kinks=1.0) ** 2))
    found = f"x = (1 - 1e-6, 0) with both neurons of the pair active has {square:.5f} > 7" if square > 7 else None
    evidence.control(
        CLAIM,
        "a datum on a kink $x_2 = 0$, with the slope 1 at 0 in both neurons",
        found,
        because="both neurons of a pair count, while off the kinks one of them does",
        statement="gradient-square",
    )


def test_control_step_size(evidence: Evidence) -> None:
    """A step size above 2/(2d + 3) by a tenth, and one datum near a vertex."""
    x = np.array([[0.999, 0.0005]])
    grown = growth(pyramid_network(2), x, step_size=2.2 / 7, steps=30)
    found = f"a deviation at x = (0.999, 0.0005) grows {grown:.1f}-fold in 30 steps" if grown > 2 else None
    evidence.control(
        CLAIM,
        r"stability up to $2.2/(2d+3)$",
        found,
        because="the sharpness of one datum near a vertex is nearly 2d + 3",
        statement="stable",
    )


def test_control_one_layer(evidence: Evidence) -> None:
    """Without the outer rectifier the net is not the pyramid."""
    x = np.array([[1.5, 0.0]])
    network = pyramid_network(2)
    (value,) = network.preactivations(x)[1][0].tolist()
    found = f"at (1.5, 0) it is {value}, the pyramid 0" if value != float(pyramid(x)[0]) else None
    evidence.control(
        CLAIM,
        r"$1 - \sum_i (x_i)_+ - \sum_i (-x_i)_+$ computes the pyramid",
        found,
        because="the second hidden layer cuts off what is negative",
        statement="pyramid",
    )
