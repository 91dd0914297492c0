"""finite-depth-separation: nine points, a shallow net that attains the bound, a deep net that is stable beyond it."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.exact.balls import ball
from numerics.exact.root_sums import RootSum
from numerics.network import Array, ShallowNetwork
from numerics.norm import stability_norm
from numerics.separation.planar.descent import (
    INTERPOLATES,
    descend,
    float_parameters,
    perturbed,
    random_shallow,
    shallow_gradient,
    two_layer_gradient,
)
from numerics.separation.planar.dichotomies import PlanarData, lines
from numerics.separation.planar.differentiable_nets import differentiable_network, only_approached
from numerics.separation.planar.exact_norm import Neuron, RationalNetwork, prove_norm, smallest_interpolating_norm
from numerics.separation.planar.planar_sets import GRID as NINE_POINTS
from numerics.separation.planar.two_layers import exact_sharpness, origin_bump
from numerics.weight import weight
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.deep import deep_network
from proofs_checks.instances.grid import ATTAINS, GRID, LABELS
from proofs_checks.instances.interpolation import exact_value
from proofs_checks.instances.networks import Problem, problems
from proofs_checks.instances.profiles import settings

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
MASSES = 4 * LABELS - ((GRID**2).sum(axis=1) == 1)
"""4 mu."""
WIDTHS = (8, 16, 32, 64)
RUNS = 30


def deep_net() -> tuple[Array, float]:
    """Values and sharpness of relu(1 - 3 sum relu(+-x_i - 1/2)) on the grid."""
    return deep_network(np.concatenate([np.eye(2), -np.eye(2)]), np.full(4, -0.5), np.full(4, -3.0), 1.0, GRID)


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


def test_supremum(evidence: Evidence) -> None:
    """The moments of 4 mu against the weights: on every line through two data exactly, on random lines in floats."""
    with evidence.certified(CLAIM, "supremum", "moments on all lines through two data, by exact squares") as proofs:
        data = PlanarData.of(NINE_POINTS.points, NINE_POINTS.labels)
        charges, ratios = {0: 4, 1: -1}, []
        for line in lines(data):
            moment = Fraction(0)
            for x, y in data.points:
                excess = line.normal[0] * x + line.normal[1] * y - line.threshold
                moment += charges.get(int(abs(x) + abs(y)), 0) * max(excess, Fraction(0))
            # (81/2)^2/17 times the square of the weight
            proofs.at_most(moment**2, Fraction(81, 2) ** 2 / 17 * line.squared_weight, "the bound of the moment")
            ratios.append(moment**2 / line.squared_weight)
        proofs.equal(max(ratios), Fraction(81, 2) ** 2 / 17, "the largest ratio")
        proofs.figures["lines"] = len(ratios)
    with evidence.tested(CLAIM, "supremum", "moment over weight on random lines, in floats") as tally:

        @settings(max_examples=300)
        @given(st.floats(0, 2 * math.pi), st.floats(-1.5, 1.5))
        def holds(angle: float, threshold: float) -> None:
            v = np.array([math.cos(angle), math.sin(angle)])
            moment = abs(float(MASSES @ np.maximum(GRID @ v - threshold, 0)))
            bound = 81 / (2 * math.sqrt(17)) * float(weight([v], [threshold], GRID)[0])
            assert moment <= bound * (1 + 1e-12) + 1e-14
            tally.count()

        holds()


def test_attained(evidence: Evidence) -> None:
    """The shallow net interpolates, and its norm is the bound; in fractions: weight 4 sqrt(17)/81 on each diagonal."""
    with evidence.tested(CLAIM, "norm", "1 - max(|x1|, |x2|) interpolates, and its norm is 8 sqrt(17)/81") as tally:
        assert ATTAINS(GRID).tolist() == LABELS.tolist()
        assert stability_norm(ATTAINS, GRID) == pytest.approx(BOUND, rel=1e-13)
        # beyond x_1 = 1/2 three data: mean 1/6, P = 1/3, E X 1 = 1/3; the other side weighs more
        assert weight([[1.0, 0.0]], [0.5], GRID)[0] == pytest.approx(math.sqrt(2) / 18, rel=1e-13)
        tally.count()
    with evidence.tested(
        CLAIM, "norm", "interpolating nets: the optimal one and random ones of norm 0 on the data added"
    ) as tally:

        @settings(max_examples=100)
        @given(problems(d=2, max_k=3))
        def holds(problem: Problem) -> None:
            extra = problem.network
            values = [exact_value(extra, tuple(map(Fraction, p))) for p in GRID.tolist()]
            labels = [y - value for y, value in zip(NINE_POINTS.labels, values, strict=True)]
            corrector = smallest_interpolating_norm(NINE_POINTS.points, labels)
            total = float(corrector.enclosure.mid()) + stability_norm(extra, GRID)
            margin = (total - BOUND) / total
            assert margin > -1e-9
            tally.add(margin if margin > 1e-9 else None)

        holds()


def test_smallest_norm_is_proved(evidence: Evidence) -> None:
    """A measure and a net with the same value, and every constraint; off the kinks the least norm is an infimum."""
    with evidence.certified(
        CLAIM,
        "attained",
        "the least norm is 8 sqrt(17)/81: a measure and 1 - max(|x1|, |x2|), all lines exactly",
    ) as proofs:
        exact = prove_norm(NINE_POINTS.points, NINE_POINTS.labels, EXACT_DUAL, EXACT_NET)
        for factor, radicand in exact.terms:
            proofs.equal(factor, Fraction(8, 81), "the factor of the root")
            proofs.equal(radicand, 17, "the radicand")
        assert EXACT_NET.stability_norm(exact.data) == EXACT_BOUND
        assert EXACT_NET.on_kinks(exact.data)
        assert smallest_interpolating_norm(NINE_POINTS.points, NINE_POINTS.labels).norm == EXACT_BOUND
        proofs.at_most(exact.shallow_limit, Fraction(1103, 1000), "the largest step of shallow nets")
        proofs.encloses("least stability norm", exact.enclosure)
        proofs.encloses("shallow nets are out above step size", exact.shallow_limit)
        proofs.figures |= {"lines": exact.lines, "tight lines": len(exact.tight)}
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
    """The characteristic polynomial of the rational Gram matrix, factored; values and sharpness by autograd too."""
    with evidence.certified(
        CLAIM, "two-layers", "two hidden layers, differentiable at the data, are stable up to exactly 36/(11 + sqrt 57)"
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
    with evidence.tested(
        CLAIM, "two-layers", "the same by automatic differentiation: interpolates, 36/(11 + sqrt 57) = 1.941"
    ) as tally:
        values, sharpness = deep_net()
        assert values.tolist() == LABELS.tolist()
        assert 2 / sharpness == pytest.approx(36 / (11 + math.sqrt(57)), rel=1e-12)
        tally.count()


def test_descent_agrees(evidence: Evidence) -> None:
    """At a step between the two thresholds shallow nets never settle, and two hidden layers return."""
    evidence.seed("descent on nine points", 0)
    with evidence.observed(
        CLAIM,
        ("no-stable-minimum", "no-strongly-stable-minimum"),
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
        CLAIM,
        "two-layers",
        f"gradient descent at step {STEP}: two hidden layers, started near the construction, return to loss 0",
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
        because="the bound is attained",
        statement="norm",
    )
    flat = ShallowNetwork(np.array([[1.0, 0.0]]), np.array([-0.5]), np.array([2.0]), 0.0)
    other = (GRID[:, 0] == 1).astype(float)
    evidence.control(
        CLAIM,
        "the bound for the labels 1{x1 = 1}",
        f"2 relu(x1 - 1/2) interpolates with norm {stability_norm(flat, GRID):.6f}"
        if flat(GRID).tolist() == other.tolist() and stability_norm(flat, GRID) < BOUND
        else None,
        because="the measure pairs to 1 with the label at the origin, and to -1/4 with these",
        statement="norm",
    )
    line = float(weight(np.array([[1.0, -1.0]]) / math.sqrt(2), [0.0], GRID)[0])
    evidence.control(
        CLAIM,
        "M = 81/(8 sqrt 17.1) in place of 81/(8 sqrt 17)",
        f"on the diagonal the moment is {math.sqrt(2) / 4:.6f}, the bound {81 / (8 * math.sqrt(17.1)) * line:.6f}"
        if 81 / (8 * math.sqrt(17.1)) * line < math.sqrt(2) / 4
        else None,
        because="equality holds on the diagonals",
        statement="supremum",
    )
    moved = list(NINE_POINTS.points)
    moved[NINE_POINTS.points.index((Fraction(1), Fraction(1)))] = (Fraction(1), Fraction(2))
    with pytest.raises(ArithmeticError) as refused:
        prove_norm(moved, NINE_POINTS.labels, EXACT_DUAL, EXACT_NET)
    evidence.control(
        CLAIM,
        "the same certificate with the datum (1, 1) moved to (1, 2)",
        str(refused.value),
        because="the net is -1 there, and its label 0",
        statement="attained",
    )


def test_controls_step_size(evidence: Evidence) -> None:
    """Where the deep net leaves, and where shallow nets still are stable."""
    limit = 2 / deep_net()[1]
    evidence.control(
        CLAIM,
        "the deep net stays stable up to 1.95",
        f"it leaves above {limit:.6f}" if limit < 1.95 else None,
        because="its sharpness is (11 + sqrt 57)/18",
        statement="two-layers",
    )
    start = perturbed(float_parameters(origin_bump()), 50, 0.01, np.random.default_rng(0))
    beyond = descend(two_layer_gradient, start, GRID, LABELS, 1.96, 2000)
    evidence.control(
        CLAIM,
        "gradient descent holds two hidden layers at step 1.96",
        f"all of 50 runs leave; the least final loss is {beyond.loss.min():.3f}" if beyond.interpolating == 0 else None,
        because="1.96 is above 36/(11 + sqrt 57)",
        statement="two-layers",
    )
    narrow = descend(
        shallow_gradient, random_shallow(RUNS, 64, 2, np.random.default_rng(64)), GRID, LABELS, 0.05, 20000
    )
    evidence.control(
        CLAIM,
        "shallow nets are out at every step size",
        f"{narrow.interpolating} of {RUNS} nets of width 64 interpolate at the step 0.05"
        if narrow.interpolating
        else None,
        because="at small steps nets of a larger norm are stable",
        statement="no-stable-minimum",
    )
