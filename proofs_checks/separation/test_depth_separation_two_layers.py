"""depth-separation-two-layers: a net with two hidden layers is the pyramid, with sharpness at most 2d + 3."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations_with_replacement

import hypothesis
import numpy as np
import pytest
from flint import arb_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.depth.pyramid import exact_pyramid, pyramid
from numerics.depth.two_layers.descent import descend, growth, perturbed, random_network
from numerics.depth.two_layers.network import UNIT_SCALES, pyramid_network
from numerics.depth.two_layers.population import positive_definite
from numerics.depth.two_layers.scales import exact_gradient, gradient_square
from numerics.network import Array
from numerics.support.balls import ball
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.deep import deep_network
from proofs_checks.instances.networks import Comparison

CLAIM = "depth-separation-two-layers"

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
    return Comparison(2 * d + 3, pyramid_network(d).sharpness(x), 1e-12)


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


def test_exact(evidence: Evidence) -> None:
    """Values and gradients in fractions: |grad f|^2 has its closed form, and is below 2d + 3, which it approaches."""
    with evidence.certified(
        CLAIM, "value, |grad f|^2 in closed form and |grad f|^2 < 2d + 3, exactly, d = 1..5"
    ) as tally:
        for d in range(1, 6):
            for point in rational_points(d):
                gradient = exact_gradient(point, UNIT_SCALES)
                tally.equal(gradient[-2], exact_pyramid(point), "the value at unit scales")
                square = sum((entry * entry for entry in gradient), Fraction(0))
                tally.equal(square, gradient_square(point, UNIT_SCALES), "the closed form of |grad f|^2")
                tally.at_most(square, 2 * d + 3)
            tiny = Fraction(1, 10**9)
            at_vertex = gradient_square([1 - d * tiny] + [tiny] * (d - 1), UNIT_SCALES)
            tally.at_most(2 * d + 3 - Fraction(1, 10**6), at_vertex, "2d + 3 is approached at a vertex")


@pytest.mark.parametrize("d", [2, 3, 4])
def test_certified_data_sets(evidence: Evidence, d: int) -> None:
    """(2d + 3) I - K is positive definite for whole data sets."""
    with evidence.certified(CLAIM, f"(2d + 3) I - K positive definite by elimination in balls, d = {d}") as tally:
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
        CLAIM, "the net is the pyramid, its sharpness is at most 2d + 3 and that of autograd, d = 1..4"
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
            tally.add(comparison.slack)

        holds()


def test_descent_nearby(evidence: Evidence) -> None:
    """Descent started nearby stays and interpolates again below the threshold, and leaves above it."""
    with evidence.observed(
        CLAIM, "descent from nearby stays up to 0.95 of the threshold, leaves at 1.05 of it"
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
        CLAIM, "trained two-hidden-layer nets interpolate at sharpness at most 2/eta, and stay when started nearby"
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
    evidence.control(CLAIM, f"2d + {float(constant):g} in place of 2d + 3", found)


def test_control_kink(evidence: Evidence) -> None:
    """A datum on a kink with all modes counted."""
    x = np.array([[1 - 1e-6, 0.0]])
    square = float(np.sum(pyramid_network(2).gradients(x, slope_at_kinks=1.0) ** 2))
    found = f"x = (1 - 1e-6, 0) with both neurons of the pair active has {square:.5f} > 7" if square > 7 else None
    evidence.control(CLAIM, "a datum on a kink $x_2 = 0$, with the slope 1 at 0 in both neurons", found)


def test_control_step_size(evidence: Evidence) -> None:
    """A step size above 2/(2d + 3) by a tenth, and one datum near a vertex."""
    x = np.array([[0.999, 0.0005]])
    grown = growth(pyramid_network(2), x, step_size=2.2 / 7, steps=30)
    found = f"a deviation at x = (0.999, 0.0005) grows {grown:.1f}-fold in 30 steps" if grown > 2 else None
    evidence.control(CLAIM, r"stability up to $2.2/(2d+3)$", found)
