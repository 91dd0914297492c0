"""boundary-atoms: the weight near the edge of the uniform ball, and spikes on caps."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from numerics.converse.edge_weight import Curve, edge_constant, edge_curve, edge_gaps
from numerics.converse.shattered_net import PLAN, carried, neuron_shares
from numerics.converse.spike import Spike, touching_spikes
from numerics.exact.balls import ball
from numerics.gram import gram_sharpness
from numerics.population.isotropic import UniformBall
from numerics.problem import Problem
from numerics.training.train import initial_network
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.caps import NEIGHBOURS, ONE, TALL, Neighbour, Neuron, balanced_neurons
from proofs_checks.instances.profiles import settings
from theory.converse.boundary_atoms import DIMENSIONS, TRAINED

CLAIM = "boundary-atoms"
DIGITS = (
    "0.1767766952", "0.2037899264", "0.2651650429", "0.3726444370", "0.5524271728",
    "0.8517587131", "1.3534465733", "2.2025275815", "3.6543057480", "6.1609163119",
)  # fmt: skip


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


def test_density_by_depth(evidence: Evidence) -> None:
    """The marginal of the ball in the depth, and the partial mean of caps, against the population."""
    with evidence.tested(CLAIM, ("depth", "partial-mean"), "marginal and partial mean of caps, d = 1 to 12") as tally:
        for d in range(1, 13):
            population, a = UniformBall(d, ONE), (d - 1) / 2
            A = 2**a * float(population.marginal(np.zeros(1))[0])

            def density(u: float, a: float = a, A: float = A) -> float:
                return float(A * (u * (1 - u / 2)) ** a)

            for s in (0.01, 0.3, 0.9):
                assert density(s) == pytest.approx(float(population.marginal(np.array([1 - s]))[0]), rel=1e-12)
                mean = integrate.quad(lambda u: (1 - u) * density(u), 0, s)[0]
                assert mean == pytest.approx(A * (s * (1 - s / 2)) ** (a + 1) / (a + 1), rel=1e-8)
                assert mean == pytest.approx(float(population.partial_mean(np.array([1 - s]))[0]), rel=1e-8)
                tally.count()


def test_bounds(evidence: Evidence) -> None:
    """Both bounds at random widths in dimensions up to 40, in balls."""
    names = ("constant", "upper-bound", "lower-bound", "larger-factor", "line")
    with evidence.tested(CLAIM, names, "g at random widths between its bounds, d = 1 to 40") as tally:

        @settings(max_examples=40)
        @given(st.integers(1, 40), st.fractions(Fraction(1, 64), 1, max_denominator=64))
        def holds(d: int, s: Fraction) -> None:
            g = UniformBall(d, ONE).enclosed_weight(ball(1 - s)) / (edge_constant(d) * ball(s) ** (d + 2))
            bounds: tuple[tuple[Curve, int], ...] = (("upper", -1), ("lower", 1), ("larger", 1))
            for curve, sign in bounds:
                bound = edge_curve(d, ball(s), curve)
                if d == 1:
                    assert g.overlaps(bound)
                    tally.count()
                else:
                    margin = float((sign * (g - bound)).lower()) / max(float(g), float(bound))
                    # in high dimensions the population's own g has few digits at narrow caps
                    tally.add(margin if margin > 0 or not g.overlaps(bound) else None)

        holds()


def test_constants(evidence: Evidence) -> None:
    """The leading constants to ten digits, and that they are leading ones."""
    with evidence.certified(CLAIM, "constants", "kappa_d for d = 1 to 10, and g at s = 2^-20") as proofs:
        for d, digits in zip(DIMENSIONS, DIGITS, strict=True):
            constant = edge_constant(d)
            proofs.at_most(Fraction(digits), constant, f"kappa_{d}")
            proofs.at_most(constant, Fraction(digits) + Fraction(1, 10**10), f"kappa_{d}")
            proofs.encloses(f"kappa_{d}", constant)
            s = Fraction(1, 2**20)
            assert abs(edge_curve(d, ball(s)) - 1) < ball(Fraction(1, 2**17))
            population = UniformBall(d, ONE)
            # the population's g loses (d+3)/2 times 20 bits to cancellation
            with_population = edge_curve(d, ball(Fraction(1, 8))) * constant * ball(Fraction(1, 8)) ** (d + 2)
            assert population.enclosed_weight(ball(Fraction(7, 8))).overlaps(with_population)
            proofs.at_most(abs(edge_curve(d, ball(s)) - 1), Fraction(1, 2**17), f"the ratio at 2^-20, d = {d}")


@pytest.mark.parametrize("d", DIMENSIONS[1:])
def test_all_widths(evidence: Evidence, d: int) -> None:
    """The bounds at every width, box by box."""
    pairs: tuple[tuple[Curve, Curve], ...] = (("weight", "upper"), ("lower", "weight"), ("larger", "weight"))
    with evidence.certified(CLAIM, "all-widths", f"both bounds and the larger one at all widths, d = {d}") as proofs:
        for below, above in pairs:
            for box, gap in edge_gaps(d, below, above):
                proofs.at_most(Fraction(0), gap, f"{below} <= {above} at s = {box.str(4)}")


def test_spikes(evidence: Evidence) -> None:
    """Small spikes, what they cost, and their sharpness on the population."""
    instances = (
        (2, Fraction(1, 8), Fraction(1, 10**3), Fraction("1.0008")),
        (2, Fraction(1, 64), Fraction(1, 10**6), Fraction("1.000002")),
        (10, Fraction(1, 2), Fraction(1, 10**3), Fraction("1.0008")),
        (10, Fraction(1, 4), Fraction(1, 10**6), Fraction("1.000002")),
    )
    with (
        evidence.certified(CLAIM, "small-spikes", "spikes of height 1 that cost next to nothing") as costs,
        evidence.certified(CLAIM, "stable-spikes", "their sharpness, balanced, on the population") as sharpness,
        evidence.tested(
            CLAIM, ("spike", "other-parameters"), "what these spikes cost, and the other parameters"
        ) as tally,
    ):
        for d, s, most, top in instances:
            spike, name = Spike(d, s, ONE), f"d = {d}, s = {s}"
            costs.at_most(spike.norm, most, name)
            costs.encloses(f"norm, {name}", spike.norm)
            costs.encloses(f"share of the population, {name}", spike.mass)
            sharpness.at_most(spike.sharpness, top, name)
            sharpness.at_most(Fraction("1.998"), 2 / spike.sharpness, name)
            sharpness.encloses(f"sharpness, {name}", spike.sharpness, 8)
            bound = edge_constant(d) * ball(s) ** (d + 1) * edge_curve(d, ball(s), "upper")
            assert spike.norm < bound
            tally.add(float((bound - spike.norm) / bound))
            a = arb(d - 1) / 2
            flat = (edge_constant(d) * (a + 1) ** 2 * (a + 2) / arb(2).sqrt()).sqrt() * ball(s) ** (a + 1) / (a + 1)
            others = flat * (arb(2).sqrt() + 2 / (a + 2))
            assert spike.curvature < others
            tally.add(float((others - spike.curvature) / others))


def test_whole_edge(evidence: Evidence) -> None:
    """Many spikes at once."""
    with evidence.certified(
        CLAIM, "whole-edge", "caps all around the circle, and disjoint caps of the sphere"
    ) as proofs:
        disc = touching_spikes(22, ONE)
        proofs.at_most(22 * disc.norm, Fraction(5, 10**6), "22 caps around the circle")
        proofs.encloses("norm of 22 spikes", 22 * disc.norm)
        assert (22 * disc.share_of_edge).overlaps(arb(1))
        high = Spike(10, Fraction(1, 4), ONE)
        proofs.at_most(1 / high.share_of_edge, Fraction(256), "how many disjoint caps there are")
        proofs.at_most(high.norm / high.share_of_edge, Fraction(2, 10**4), "disjoint caps in ten dimensions")
        proofs.encloses("norm of all spikes, d = 10", high.norm / high.share_of_edge)


def test_tall_spike(evidence: Evidence) -> None:
    """A small norm and a large sharpness."""
    with evidence.certified(CLAIM, "tall-instance", "height 10^7 on a cap of width 1/10 in ten dimensions") as proofs:
        proofs.at_most(TALL.norm, Fraction(1, 2000), "the norm")
        proofs.at_most(Fraction(28), TALL.least_sharpness, "the sharpness at all scales")
        proofs.encloses("norm", TALL.norm)
        proofs.encloses("sharpness at all scales", TALL.least_sharpness, 6)


def test_balanced_neurons(evidence: Evidence) -> None:
    """One neuron on finite data, a law like any other: balanced, and at other scales."""
    names = ("sharpness", "tall-spike")
    with evidence.tested(CLAIM, names, "the sharpness of one neuron on draws, balanced and not") as tally:

        @settings(max_examples=50)
        @given(balanced_neurons(), st.sampled_from((0.25, 1.0, 4.0)))
        def holds(neuron: Neuron, factor: float) -> None:
            top, norm, r = gram_sharpness(neuron.network, neuron.x), neuron.one_sided_norm, neuron.curvature
            assert top >= (1 + 2 * norm) * (1 - 1e-9)
            if r < 0.99:
                bound = 1 + 2 * norm / (1 - r)
                assert top <= bound * (1 + 1e-9)
                tally.add((bound - top) / bound if bound - top > 1e-9 else None)
            other = neuron.rescaled(factor)
            least, found = neuron.least_sharpness, gram_sharpness(other.network, other.x)
            assert found >= least * (1 - 1e-9)
            tally.add((found - least) / found if found - least > 1e-9 else None)

        holds()


@pytest.fixture(scope="module")
def net() -> tuple[Problem, str]:
    """The carried net trained on noise."""
    return carried()


def test_trained(evidence: Evidence, net: tuple[Problem, str]) -> None:
    """What each neuron of a trained net sees of the data, and what it costs."""
    problem, digest = net
    evidence.data(TRAINED[0], digest)
    evidence.seed("the net trained on noise", PLAN.seed)
    with evidence.observed(CLAIM, "trained", "256 neurons on 512 draws, labels by chance") as tally:
        loss, found = float(np.mean((problem.values - problem.labels) ** 2) / 2), neuron_shares(problem)
        before = neuron_shares(Problem(initial_network(problem.x.shape[1], PLAN), problem.x))
        neurons, amplitudes, costs = found.up_to(0.1)
        tally.figures = {
            "loss": loss,
            "largest share of the data that a neuron sees": float(found.seen[-1]),
            "neurons that see at most a tenth": neurons,
            "their share of the amplitudes": amplitudes,
            "their share of the norm": costs,
            "neurons that saw more than half before training": 1 - before.up_to(0.5)[0],
        }
        assert loss < 1e-17
        assert found.seen[-1] <= 0.5
        assert amplitudes > 1 / 3
        assert costs < 1 / 10
        assert 1 - before.up_to(0.5)[0] > 2 / 5
        tally.count()


def test_control_in_proportion(evidence: Evidence, net: tuple[Problem, str]) -> None:
    """That neurons cost in proportion to their amplitudes."""
    _, amplitudes, costs = neuron_shares(net[0]).up_to(0.1)
    found = f"{amplitudes:.1%} of the amplitudes have {costs:.1%} of the norm" if costs < amplitudes / 2 else None
    evidence.control(
        CLAIM,
        "neurons cost in proportion to their amplitudes",
        found,
        because="the weight of a hyperplane falls with the share of the data beyond it",
        statement="trained",
    )


@pytest.mark.parametrize("neighbour", NEIGHBOURS, ids=lambda neighbour: neighbour.find.__name__)
def test_control(evidence: Evidence, neighbour: Neighbour) -> None:
    """False neighbours."""
    found = neighbour.find()
    evidence.control(CLAIM, neighbour.variant, found, because=neighbour.because, statement=neighbour.statement)
