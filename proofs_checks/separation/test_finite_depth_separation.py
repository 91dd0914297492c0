"""finite-depth-separation: nine points, a shallow net that attains the bound, a deep net that is stable beyond it."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from numerics.depth.finite.descent import (
    INTERPOLATES,
    descend,
    float_parameters,
    perturbed,
    random_shallow,
    shallow_gradient,
    two_layer_gradient,
)
from numerics.depth.finite.differentiable_nets import differentiable_network, only_approached
from numerics.depth.finite.exact_norm import Neuron, RationalNetwork, prove_norm, smallest_interpolating_norm
from numerics.depth.finite.planar_sets import GRID as NINE_POINTS
from numerics.depth.finite.root_sums import RootSum
from numerics.depth.finite.two_layers import exact_sharpness, origin_bump
from numerics.network import Array, ShallowNetwork
from numerics.norm import stability_norm
from numerics.support.balls import ball
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.deep import deep_network
from proofs_checks.instances.grid import ATTAINS, GRID, LABELS

CLAIM = "finite-depth-separation"

BOUND = 8 * math.sqrt(17) / 81
EXACT_BOUND = RootSum.of(Fraction(8, 81), 17)

# 1 - max(|x_1|, |x_2|) = 1 + x_1 - relu(x_1 - x_2) - relu(x_1 + x_2)
EXACT_NET = RationalNetwork(
    Fraction(1),
    (Fraction(1), Fraction(0)),
    tuple(Neuron((1, sign), Fraction(0), Fraction(-1)) for sign in (1, -1)),
)
# M mu for mu = delta_0 - (1/4) sum delta_{+-e_i}: scaled so that its largest ratio to a weight is 1
EXACT_DUAL = tuple(
    {0: EXACT_BOUND, 1: Fraction(-1, 4) * EXACT_BOUND}.get(int(abs(x) + abs(y)), RootSum())
    for x, y in NINE_POINTS.points
)

STEP = 1.5
"""Between what shallow nets bear, 1.102, and what two hidden layers do, 1.94."""
SMALL_STEP = 0.3
WIDTHS = (8, 16, 32, 64)
RUNS = 30


def deep_net() -> tuple[Array, float]:
    """Values and sharpness of relu(1 - 3 sum relu(+-x_i - 1/2)) on the grid."""
    return deep_network(np.concatenate([np.eye(2), -np.eye(2)]), np.full(4, -0.5), np.full(4, -3.0), 1.0, GRID)


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


def test_attained(evidence: Evidence) -> None:
    """The shallow net interpolates, and its norm is the bound."""
    with evidence.tested(CLAIM, "1 - max(|x1|, |x2|) interpolates, and its norm is 8 sqrt(17)/81") as tally:
        assert ATTAINS(GRID).tolist() == LABELS.tolist()
        assert stability_norm(ATTAINS, GRID) == pytest.approx(BOUND, rel=1e-13)
        tally.count()


def test_smallest_norm_is_proved(evidence: Evidence) -> None:
    """A measure and a net with the same value, and every constraint."""
    with evidence.certified(
        CLAIM, "the least norm is 8 sqrt(17)/81: a measure and 1 - max(|x1|, |x2|), all lines checked exactly"
    ) as proofs:
        exact = prove_norm(NINE_POINTS.points, NINE_POINTS.labels, EXACT_DUAL, EXACT_NET)
        for factor, radicand in exact.terms:
            proofs.equal(factor, Fraction(8, 81), "the factor of the root")
            proofs.equal(radicand, 17, "the radicand")
        assert EXACT_NET.stability_norm(exact.data) == EXACT_BOUND
        assert smallest_interpolating_norm(NINE_POINTS.points, NINE_POINTS.labels).norm == EXACT_BOUND
        proofs.at_most(exact.shallow_limit, Fraction(1103, 1000), "the largest step of shallow nets")
        proofs.encloses("least stability norm", exact.enclosure)
        proofs.encloses("shallow nets are out above step size", exact.shallow_limit)
        proofs.figures |= {"lines": exact.lines, "tight lines": len(exact.tight)}


def test_differentiable_nets_only_approach(evidence: Evidence) -> None:
    """Off the kinks the least norm is an infimum."""
    with evidence.certified(
        CLAIM, "no net differentiable at the nine points attains 8 sqrt(17)/81, but nets with exact norms approach it"
    ) as proofs:
        exact = prove_norm(NINE_POINTS.points, NINE_POINTS.labels, EXACT_DUAL, EXACT_NET)
        assert only_approached(exact)
        for exponent in (3, 6, 9):
            net = differentiable_network(exact, Fraction(1, 10**exponent))
            assert not net.on_kinks(exact.data)
            for point, label in zip(NINE_POINTS.points, NINE_POINTS.labels, strict=True):
                proofs.equal(net(point), label, "the net's value")
            norm = net.stability_norm(exact.data).enclosure()
            proofs.at_most(exact.enclosure, norm, "the least norm")
            proofs.at_most(norm, exact.enclosure + ball(Fraction(7, 10**exponent)), "the net's norm")


def test_two_layers_are_stable_beyond_exactly(evidence: Evidence) -> None:
    """The characteristic polynomial of the rational Gram matrix, factored."""
    with evidence.certified(
        CLAIM, "two hidden layers, differentiable at the data, are stable up to exactly 36/(11 + sqrt 57)"
    ) as proofs:
        exact = exact_sharpness(origin_bump(), NINE_POINTS.points, NINE_POINTS.labels)
        assert exact.closed_form == RootSum.of(Fraction(11, 18)) + RootSum.of(Fraction(1, 18), 57)
        for found, expected in zip(exact.factor, (16, -99, 81), strict=True):
            proofs.equal(found, expected, "a coefficient of the characteristic polynomial")
        shallow = smallest_interpolating_norm(NINE_POINTS.points, NINE_POINTS.labels).shallow_limit
        proofs.at_most(shallow, exact.largest_stable_step, "the separation")
        proofs.at_most(Fraction(194, 100), exact.largest_stable_step, "the largest stable step")
        proofs.encloses("largest stable step, two layers", exact.largest_stable_step)
        proofs.encloses("ratio of the two step sizes", exact.largest_stable_step / shallow)


def test_deep_net_is_stable_beyond(evidence: Evidence) -> None:
    """Two hidden layers interpolate, off all kinks, and are stable up to 36/(11 + sqrt 57), above 1.103."""
    with evidence.tested(CLAIM, "a net with two hidden layers is stable up to 36/(11 + sqrt 57) = 1.941") as tally:
        values, sharpness = deep_net()
        assert values.tolist() == LABELS.tolist()
        assert 2 / sharpness == pytest.approx(36 / (11 + math.sqrt(57)), rel=1e-12)
        tally.figures = {"largest stable step, two layers": 2 / sharpness, "bound for shallow nets": 1 / (BOUND + 0.5)}
        tally.add(2 / sharpness / (1 / (BOUND + 0.5)) - 1)


def test_descent_agrees(evidence: Evidence) -> None:
    """At a step between the two thresholds shallow nets never settle, and two hidden layers return."""
    evidence.seed("descent on nine points", 0)
    with evidence.observed(
        CLAIM,
        f"gradient descent at step {STEP}: no shallow net interpolates, from random starts or from interpolating nets",
    ) as tally:
        smallest, interpolating = math.inf, 0
        for width in WIDTHS:
            start = random_shallow(RUNS, width, 2, np.random.default_rng(width))
            large = descend(shallow_gradient, start, GRID, LABELS, STEP, 2000)
            small = descend(shallow_gradient, start, GRID, LABELS, SMALL_STEP, 5000)
            assert large.interpolating == 0
            # the step is what fails: at the small one most of the same starts lead to interpolation
            assert small.interpolating > RUNS / 2
            # and the minima found there are left at the large step, after a slight push
            generator = np.random.default_rng(0)
            minima = tuple(part[small.loss < INTERPOLATES] for part in small.parameters)
            pushed = tuple(part + generator.uniform(-1e-6, 1e-6, part.shape) for part in minima)
            again = descend(shallow_gradient, pushed, GRID, LABELS, STEP, 2000)
            assert again.interpolating == 0
            interpolating += small.interpolating
            smallest = min(smallest, float(large.loss.min()), float(again.loss.min()))
            tally.instances += RUNS + small.interpolating
        tally.figures = {
            "widths": "8 to 64",
            "smallest final loss": smallest,
            f"interpolating at step {SMALL_STEP}": f"{interpolating} of {RUNS * len(WIDTHS)}",
        }
    with evidence.observed(
        CLAIM, f"gradient descent at step {STEP}: two hidden layers, started near the construction, return to loss 0"
    ) as tally:
        start = perturbed(float_parameters(origin_bump()), 100, 0.1, np.random.default_rng(0))
        result = descend(two_layer_gradient, start, GRID, LABELS, STEP, 1000)
        assert result.interpolating == 100
        tally.instances += 100
        tally.figures = {"largest perturbation of a weight": 0.1, "largest final loss": float(result.loss.max())}


def test_controls(evidence: Evidence) -> None:
    """False neighbours, refuted by explicit nets."""
    norm = stability_norm(ATTAINS, GRID)
    evidence.control(
        CLAIM,
        "8 sqrt(17)/80 in place of 8 sqrt(17)/81",
        f"1 - max(|x1|, |x2|) has norm {norm:.6f}" if norm < 8 * math.sqrt(17) / 80 - 1e-9 else None,
    )
    flat = ShallowNetwork(np.array([[1.0, 0.0]]), np.array([-0.5]), np.array([2.0]), 0.0)
    other = (GRID[:, 0] == 1).astype(float)
    evidence.control(
        CLAIM,
        "the bound for the labels 1{x1 = 1}",
        f"2 relu(x1 - 1/2) interpolates with norm {stability_norm(flat, GRID):.6f}"
        if flat(GRID).tolist() == other.tolist() and stability_norm(flat, GRID) < BOUND
        else None,
    )
    evidence.control(
        CLAIM,
        "the deep net stays stable up to 1.95",
        f"it leaves above {2 / deep_net()[1]:.6f}" if 2 / deep_net()[1] < 1.95 else None,
    )
    start = perturbed(float_parameters(origin_bump()), 50, 0.01, np.random.default_rng(0))
    beyond = descend(two_layer_gradient, start, GRID, LABELS, 1.96, 2000)
    evidence.control(
        CLAIM,
        "gradient descent holds two hidden layers at step 1.96",
        f"all of 50 runs leave; the least final loss is {beyond.loss.min():.3f}" if beyond.interpolating == 0 else None,
    )
    moved = list(NINE_POINTS.points)
    moved[NINE_POINTS.points.index((Fraction(1), Fraction(1)))] = (Fraction(1), Fraction(2))
    try:
        refused = None
        prove_norm(moved, NINE_POINTS.labels, EXACT_DUAL, EXACT_NET)
    except ArithmeticError as error:
        refused = str(error)
    evidence.control(CLAIM, "the same certificate with the datum (1, 1) moved to (1, 2)", refused)
