"""other-losses: the mean gradient and the stability norm under the law that the second derivatives of a loss make."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest

from numerics.exact.balls import ball
from numerics.wider.losses import (
    largest_tilted_norm,
    second_derivatives,
    slopes,
    tilted_gradient_square,
    tilted_law,
    tilted_stability_norm,
)
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.architectures import ARCHITECTURES, INPUTS, Architecture
from proofs_checks.instances.convex_losses import (
    LOSS_AT,
    ROUNDING,
    Family,
    bound,
    labels,
    margin,
    network,
    points,
    seconds,
    seeded,
    shallow,
)
from proofs_checks.instances.exact import RationalProblem, dot, normal_form
from proofs_checks.instances.loss_variants import FALSE_NEIGHBOURS, FalseNeighbour, two_parameters
from proofs_checks.instances.profiles import factor, generator
from proofs_checks.instances.weighted_data import ZERO, floats, merged, nets_at_random, vector_at_random

CLAIM = "other-losses"
POINTS = 30
SHAPES = ((1, 1, 1), (2, 1, 2), (4, 2, 3), (6, 3, 4))
"""Data, inputs and neurons of random shallow nets."""
STATIONARY = 1e-10
"""The gradient that Newton's method leaves; what it moves in the bounds is of the order of its square."""

# what torch.func itself uses
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:DeprecationWarning")
by_loss = pytest.mark.parametrize("loss", LOSS_AT)


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=lambda each: each.name.replace(" ", "-"))
def test_any_architecture(evidence: Evidence, architecture: Architecture) -> None:
    """The column at the output bias and the bound of the mean gradient, against automatic differentiation."""
    with (
        evidence.tested(CLAIM, ("column", "curvature"), f"column of the output bias: {architecture.name}") as columns,
        evidence.tested(CLAIM, "mean-gradient", f"the two ends: {architecture.name}") as bounds,
    ):
        for loss in LOSS_AT:
            rng = seeded()
            theta, x = points(architecture, rng, POINTS * factor()), rng.standard_normal((3, INPUTS))
            y = labels(loss, rng, (len(theta), len(x)))
            found = Family(architecture, loss, x).curvature(theta, y)
            for s, hessian, gradients in zip(seconds(loss, found, y), found.hessians, found.gradients, strict=True):
                if not s.any():
                    continue
                mean, law = tilted_law(s)
                q = law @ gradients
                assert np.abs(hessian[-1] - mean * q).max() <= ROUNDING * np.abs(hessian).max()
                assert abs(hessian[-1, -1] - mean) <= ROUNDING * np.abs(hessian).max()
                columns.count()
                largest, scale = bound(hessian, mean)
                bounds.add(margin(float(q @ q), largest, scale))


@by_loss
def test_shallow_nets(evidence: Evidence, loss: str) -> None:
    """The chain 1 + 2|f|_u <= |q_u|^2 <= bound at random points, n = 1, one class and s_j = 0 among them."""
    with (
        evidence.tested(CLAIM, "norm", f"shallow nets at random points: {loss}") as norms,
        evidence.tested(CLAIM, "curved-points", f"shallow nets at random points: {loss}") as bounds,
    ):
        for n, d, k in SHAPES:
            rng = seeded()
            family, x = shallow(d, k), rng.standard_normal((n, d))
            theta = points(family, rng, 2 * POINTS * factor())
            y = labels(loss, rng, (len(theta), n))
            found = Family(family, loss, x).curvature(theta, y)
            for at, s, hessian, gradients in zip(
                theta, seconds(loss, found, y), found.hessians, found.gradients, strict=True
            ):
                if not s.any():
                    continue
                net, (mean, law) = network(at, d, k), tilted_law(s)
                square = float(np.sum((law @ gradients) ** 2))
                assert tilted_gradient_square(net, x, seconds=s) == pytest.approx(square, rel=1e-9)
                norm = 1 + 2 * tilted_stability_norm(net, x, seconds=s)
                norms.add(margin(norm, square, square))
                largest, scale = bound(hessian, mean)
                bounds.add(margin(norm, largest, scale))


@by_loss
def test_second_derivative(evidence: Evidence, loss: str) -> None:
    """The formula of the Hessian along random directions, against automatic differentiation and finite differences."""
    n, d, k = 4, 2, 3
    with evidence.tested(CLAIM, "hessian", f"curvature along directions: {loss}") as tally:
        rng, step = seeded(), 1e-4
        x = rng.standard_normal((n, d))
        family, theta = Family(shallow(d, k), loss, x), points(shallow(d, k), rng, POINTS * factor())
        along = rng.standard_normal(theta.shape)
        y = labels(loss, rng, (len(theta), n))
        found, s = family.curvature(theta, y), seconds(loss, family.curvature(theta, y), y)
        far, here, near = family.losses(np.stack([theta + step * along, theta, theta - step * along]), y)
        for m, direction in enumerate(along):
            net, moved = network(theta[m], d, k), network(direction, d, k)
            t = net.preactivations(x)
            bent = 2 * ((t > 0) * moved.preactivations(x)) @ moved.w2
            straight = found.gradients[m] @ direction
            formula = float(np.mean(s[m] * straight**2 + slopes(loss, found.outputs[m], y[m]) * bent))
            size = float(np.abs(found.hessians[m]).max() * (direction @ direction))
            assert formula == pytest.approx(float(direction @ found.hessians[m] @ direction), abs=1e-9 * size)
            off_kinks = np.abs(t).min() > 10 * step * np.abs(moved.preactivations(x)).max()
            if off_kinks and loss != "huber":
                difference = float(far[m] - 2 * here[m] + near[m]) / step**2
                # the fourth derivative times the square of the step, and rounding over it
                assert difference == pytest.approx(formula, abs=1e-3 * (size + abs(float(here[m]))))
            tally.count()


@by_loss
def test_flat_points(evidence: Evidence, loss: str) -> None:
    """A linear model on random features is flat at every point, with any convex loss."""
    linear = Architecture("random features", 5, lambda theta, x: theta @ x)
    with evidence.tested(CLAIM, "flat-points", f"linear models: {loss}") as tally:
        rng = seeded()
        for n in (1, 3, 6):
            x = rng.standard_normal((n, 5)) * rng.choice([0.3, 1.0, 3.0])
            theta = points(linear, rng, 2 * POINTS * factor())
            y = labels(loss, rng, (len(theta), n))
            found = Family(linear, loss, x).curvature(theta, y)
            for s, hessian, gradients in zip(seconds(loss, found, y), found.hessians, found.gradients, strict=True):
                if s.any():
                    mean, law = tilted_law(s)
                    top = float(np.linalg.eigvalsh(hessian)[-1])
                    tally.add(margin(float(np.sum((law @ gradients) ** 2)), top / mean, top / mean))


@pytest.mark.parametrize("loss", ["half-mse", "logistic", "poisson"])
def test_fitted_nets(evidence: Evidence, loss: str) -> None:
    """Labels, soft ones for the logistic loss, at which every slope is 0: the Hessian is a Gram matrix, and flat."""
    names = ("stable-points", "flat-points")
    with evidence.tested(CLAIM, names, f"nets with slopes 0 at the largest stable step size: {loss}") as tally:
        for n, d, k in SHAPES:
            rng = seeded()
            x, theta = rng.standard_normal((n, d)), points(shallow(d, k), rng, POINTS * factor())
            family = Family(shallow(d, k), loss, x)
            # a slope is a function of the output less the label
            outputs = family.curvature(theta, np.ones((len(theta), n))).outputs
            y = np.array([slopes(loss, each, np.zeros(n)) for each in outputs])
            found = family.curvature(theta, y)
            for at, s, hessian in zip(theta, seconds(loss, found, y), found.hessians, strict=True):
                step_size = 2 / float(np.linalg.eigvalsh(hessian)[-1])
                net, largest = network(at, d, k), largest_tilted_norm(step_size, s)
                square = tilted_gradient_square(net, x, seconds=s)
                assert square <= 2 / (step_size * float(s.mean())) * (1 + 1e-9)
                tally.add(margin(tilted_stability_norm(net, x, seconds=s), largest, 1e2 * (largest + 1)))


@pytest.mark.parametrize(
    ("loss", "others"), [("logistic", "logistic-stationary"), ("poisson", "poisson")], ids=["logistic", "poisson"]
)
def test_minima(evidence: Evidence, loss: str, others: str) -> None:
    """Trained nets, with labels that contradict one another, so that there is a minimum; at the largest stable step."""
    bounds = ("stable-points", "flat-points", *(("poisson-norm",) if loss == "poisson" else ()))
    with (
        evidence.tested(CLAIM, bounds, f"minima of the {loss} loss at the largest stable step size") as tally,
        evidence.tested(CLAIM, others, f"the mean second derivative at minima of the {loss} loss") as means,
    ):
        rng = seeded()
        for d, k in ((1, 2), (2, 2), (2, 3)):
            x, count = np.repeat(rng.standard_normal((3, d)), 3, axis=0), 30 * factor()
            y = labels(loss, rng, (count, len(x)))
            if loss == "logistic":
                y[:, 0::3], y[:, 1::3] = 0, 1
            else:
                y[:, 0::3] = 1
            family = Family(shallow(d, k), loss, x)
            theta = family.descended(points(shallow(d, k), rng, count), y, steps=16)
            found = family.curvature(theta, y)
            for m, (s, hessian) in enumerate(zip(seconds(loss, found, y), found.hessians, strict=True)):
                spectrum, net = np.linalg.eigvalsh(hessian), network(theta[m], d, k)
                distant = np.abs(net.preactivations(x)).min() > 1e-6
                # Newton's method also stops at kinks, where the gradient does not vanish
                if np.linalg.norm(found.slopes[m]) > STATIONARY or spectrum[0] < -STATIONARY or not distant:
                    continue
                mean, mean_label = float(s.mean()), float(y[m].mean())
                if loss == "logistic":
                    probabilities = y[m] + slopes(loss, found.outputs[m], y[m])
                    expected = mean_label * (1 - mean_label) - np.mean((probabilities - mean_label) ** 2)
                else:
                    expected = mean_label
                assert mean == pytest.approx(expected, rel=1e-8)
                means.count()
                step_size = 2 / float(spectrum[-1])
                square = tilted_gradient_square(net, x, seconds=s)
                norm, largest = tilted_stability_norm(net, x, seconds=s), largest_tilted_norm(step_size, s)
                assert square <= 2 / (step_size * mean) * (1 + 1e-7)
                tally.add(margin(norm, largest, 1e4 * (largest + 1)))


def test_norm_exactly(evidence: Evidence) -> None:
    """1 + 2|f|_u <= |q_u|^2 for rational nets and second derivatives, some of them 0; and the floats of numerics."""
    draw = random.Random(generator().random())
    with evidence.tested(CLAIM, "norm", "rational nets and laws, in exact arithmetic") as tally:
        for tried, net in enumerate(nets_at_random(500 * factor(), draw)):
            s = [abs(entry) for entry in vector_at_random(draw, len(net.x))]
            law = tuple(entry / sum(s, ZERO) for entry in s)
            q = [dot(law, column) for column in zip(*net.gradients(), strict=True)]
            found, square = merged(net, law) * Fraction(len(s)), dot(q, q)
            assert not found.enclosure() > ball(square)
            tally.count()
            if tried % 10 == 0:
                norm = tilted_stability_norm(floats(net), seconds=list(map(float, s)))
                assert 1 + 2 * norm == pytest.approx(float(found.enclosure()), rel=1e-12)
    with evidence.tested(CLAIM, "square-loss", "rational nets under the uniform law, in exact arithmetic") as tally:
        for net in nets_at_random(50 * factor(), draw):
            under_law = merged(net, (Fraction(1),) * len(net.x)) * Fraction(1, len(net.x))
            assert normal_form(under_law.terms) == normal_form([(2 * q, r) for q, r in net.stability_norm()])
            tally.count()


def test_pinned(evidence: Evidence) -> None:
    """2 relu(x) at 3 and -1 with s = (1, 3): u = (1/4, 3/4), |q_u|^2 = 65/16, and |f|_u = 3 sqrt(10)/8, from above."""
    net, s = RationalProblem.of([[1]], [0], [2], 0, [[3], [-1]]), [1.0, 3.0]
    with evidence.tested(CLAIM, "norm", "a net of one neuron, by hand") as tally:
        assert tilted_law(s)[1].tolist() == [0.25, 0.75]
        assert tilted_gradient_square(floats(net), seconds=s) == pytest.approx(65 / 16, rel=1e-14)
        assert tilted_stability_norm(floats(net), seconds=s) == pytest.approx(3 * np.sqrt(10) / 8, rel=1e-14)
        found = merged(net, (Fraction(1, 4), Fraction(3, 4)))
        assert normal_form(found.terms) == ((Fraction(3, 8), 10),)
        tally.count()
    with evidence.tested(CLAIM, "mean-gradient", "a Hessian of two parameters, by hand: equality") as tally:
        hessian, square = two_parameters()
        assert [list(row) for row in hessian] == [[0, Fraction(1, 2)], [Fraction(1, 2), Fraction(1, 4)]]
        # (lambda sbar + nu lambda - nu sbar)/sbar^2 = (sbar trace - determinant)/sbar^2
        assert square == (Fraction(1, 16) + Fraction(1, 4)) * 16
        tally.count()


def test_logistic_loss(evidence: Evidence) -> None:
    """The second derivative is at most 1/4 and at most the loss, for every label from 0 to 1."""
    with evidence.tested(CLAIM, ("logistic", "quarter", "fading"), "outputs from -30 to 30") as tally:
        rng = seeded()
        for u in rng.uniform(-30, 30, 300 * factor()):
            y = float(rng.choice([0.0, 1.0, rng.uniform()]))
            # as a difference of log(1 + e^u) and yu the loss would lose its digits
            loss = (1 - y) * np.logaddexp(0, u) + y * np.logaddexp(0, -u)
            (s,) = second_derivatives("logistic", [u], [y])
            h = 1e-3
            first, second = slopes("logistic", [u - h, u + h], [y, y])
            assert s == pytest.approx((second - first) / (2 * h), rel=1e-5, abs=1e-12)
            assert s <= 0.25
            tally.add(margin(float(s), float(loss), 1e-3 * float(loss)))


def test_separated(evidence: Evidence) -> None:
    """Labels that are the signs of the outputs: along the head the loss falls, at the rate of the statement."""
    with evidence.tested(CLAIM, "separated", "random nets with the labels that they give") as tally:
        for n, d, k in SHAPES:
            rng = seeded()
            family, x = shallow(d, k), rng.standard_normal((n, d))
            theta, y = points(family, rng, POINTS * factor()), np.zeros((POINTS * factor(), n))
            y = (Family(family, "logistic", x).curvature(theta, y).outputs > 0).astype(float)
            found = Family(family, "logistic", x).curvature(theta, y)
            for at, slope, outputs in zip(theta, found.slopes, found.outputs, strict=True):
                head = np.concatenate([np.zeros(k * d + k), at[k * d + k :]])
                margins = np.abs(outputs)
                rate = -np.mean(margins / (1 + np.exp(margins)))
                assert float(slope @ head) == pytest.approx(rate, rel=1e-9, abs=1e-14)
                assert rate < 0
                tally.count()


@pytest.mark.parametrize("neighbour", FALSE_NEIGHBOURS, ids=lambda each: each.name)
def test_control(evidence: Evidence, neighbour: FalseNeighbour) -> None:
    """False neighbours, each refuted at an instance by hand."""
    evidence.control(
        CLAIM,
        neighbour.variant,
        neighbour.counterexample(),
        because=neighbour.because,
        statement=neighbour.statement,
    )
