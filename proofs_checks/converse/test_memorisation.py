"""memorisation: data that hyperplanes cut off one by one have a minimum with 1 + 2 |f|_S = lambda_max."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from hypothesis import given

from numerics.converse.enclosed_memorisation import EnclosedMemorisation, enclose_memorisation, enclosed_secular_root
from numerics.converse.memorisation import (
    memorising_gram,
    memorising_network,
    memorising_norm,
    memorising_point,
    memorising_sharpness,
    memory_costs,
)
from numerics.converse.perturbed_descent import residuals_of_descent
from numerics.exact.balls import ball
from numerics.gram import gram_matrix, gram_sharpness
from numerics.norm import one_sided_norm, stability_norm
from numerics.problem import Problem
from numerics.training.mnist import Preprocessing, parity_task
from numerics.weight import one_sided_weight
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.cut_off import CutOff, cut_off_data
from proofs_checks.instances.exact import normal_form, value
from proofs_checks.instances.memorising_nets import NEIGHBOURS, PINS, TOLERANCE, Neighbour, Pin, near
from proofs_checks.instances.profiles import settings
from theory.converse.memorisation import OBSERVED, RAW, STANDARDISED

CLAIM = "memorisation"
MNIST: dict[str, Preprocessing] = {RAW: "raw", STANDARDISED: "standardised"}


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


@pytest.mark.parametrize("pin", PINS.values(), ids=PINS)
def test_pinned(evidence: Evidence, pin: Pin) -> None:
    """Nets with rational weights: values, Gram matrix, norm and sharpness, by definition and by the closed forms."""
    net, n = pin.problem, len(pin.costs)
    x, y = ([[float(e) for e in row] for row in net.x], [float(e) for e in net.y])
    with evidence.tested(
        CLAIM,
        ("interpolation", "gram", "balanced", "largest-eigenvalue", "one-sided-norm", "stability-norm"),
        "nets with rational weights, exactly",
    ) as tally:
        assert net.residuals() == (0,) * n
        assert net.kinks() == 0
        diagonal = {(j, j): 2 * cost for j, cost in enumerate(pin.costs)}
        assert [[n * e for e in row] for row in net.gram()] == [
            [1 + diagonal.get((j, m), 0) for m in range(n)] for j in range(n)
        ]
        assert normal_form(net.stability_norm()) == normal_form(net.one_sided_norm()) == pin.norm
        assert pin.norm == ((sum(pin.costs) / n**2, 1),)
        for top in (net.sharpness(), enclosed_secular_root([ball(cost) for cost in pin.costs])):
            assert top.overlaps(value(pin.sharpness))
            assert float(top.rad()) < 1e-12
        assert net.mean_gradient_square() == 1 + 2 * pin.norm[0][0]
        assert memory_costs(x, y).tolist() == [float(cost) for cost in pin.costs]
        found = memorising_network(x, y)
        assert gram_matrix(found, x) == pytest.approx(memorising_gram([float(c) for c in pin.costs]), rel=1e-14)
        assert memorising_point(x, y) == pytest.approx(
            (2 / float(value(pin.sharpness)), float(value(pin.norm))), rel=1e-14
        )
        tally.count()


def test_memorising_networks(evidence: Evidence) -> None:
    """The net that numerics makes, on data of spheres and simplices with labels of six kinds each."""
    with evidence.tested(
        CLAIM,
        ("interpolation", "gram", "quadratic-form", "balanced", "eigenvector", "largest-eigenvalue"),
        "nets of spheres and simplices: values, masks, Gram matrix, balance, eigenvector and sharpness",
    ) as tally:

        @settings(max_examples=150)
        @given(cut_off_data())
        def holds(data: CutOff) -> None:
            x, n = data.x, len(data.x)
            for y in data.labels:
                net = memorising_network(x, y, data.b2, directions=data.directions)
                problem, costs = Problem(net, x, y), memory_costs(x, y, data.b2)
                owners = np.flatnonzero(y != data.b2)
                assert near(problem.values, y)
                signs = np.where(np.arange(n)[:, None] == owners, 1.0, -1.0)
                assert np.array_equal(np.sign(net.preactivations(x)), signs)
                gram, top = gram_matrix(problem), memorising_sharpness(costs)
                assert near(gram, memorising_gram(costs))
                assert near(float(np.linalg.eigvalsh(gram)[-1]), top)
                assert near(problem.above.excess, np.abs(net.w2) * problem.above.feature_norm)
                vector = 1 / (top - 2 * costs / n)
                assert vector.min() > 0
                assert near(memorising_gram(costs) @ vector / vector.max(), top * vector / vector.max())
                tally.count()

        holds()


def test_norms_and_bounds(evidence: Evidence) -> None:
    """The stability norm, both bounds of the sharpness and their gap; equality for equal costs."""
    weighed, between = (
        "norms, and the side of each datum",
        "the sharpness between 1 + 2 |f|_S and 1 + (2D/n) sqrt(1 + R^2)",
    )
    exactly = ("equal-costs", "exact", "edge-of-stability", "attained")
    with (
        evidence.tested(CLAIM, ("one-sided-norm", "datum-side", "stability-norm"), weighed) as norms,
        evidence.tested(CLAIM, ("upper-bound", "gap"), between) as bounds,
        evidence.tested(CLAIM, exactly, "equality for equal costs") as equal,
    ):

        @settings(max_examples=100)
        @given(cut_off_data())
        def holds(data: CutOff) -> None:
            x, n = data.x, len(data.x)
            for y in data.labels:
                problem = Problem(memorising_network(x, y, data.b2, directions=data.directions), x)
                costs = memory_costs(x, y, data.b2)
                top, norm = memorising_sharpness(costs), memorising_norm(costs)
                assert near(one_sided_norm(problem), costs.sum() / n**2)
                assert near(stability_norm(problem), norm)
                canonical = problem.network.canonical()
                if n > 1 and problem.network.k:
                    own = one_sided_weight(canonical.directions, canonical.thresholds, x)
                    other = one_sided_weight(-canonical.directions, -canonical.thresholds, x)
                    norms.add(float(np.min((other - own) / other)))
                reach = np.sqrt(1 + np.max(np.sum(x * x, axis=1)))
                upper = 1 + 2 * np.abs(y - data.b2).max() * reach / n
                heights = top - 2 * costs / n
                assert near(top - 1 - 2 * costs.sum() / n**2, float(np.mean((heights - 1) ** 2 / heights)))
                bounds.add(_margin(upper, top))
                bounds.add(_margin(top, 1 + 2 * norm))
                if n > 1 and np.ptp(costs) <= TOLERANCE * costs.max():
                    step = 2 / top
                    assert near(1 + 2 * norm, top)
                    assert near(norm, 1 / step - 0.5)
                    assert near(gram_sharpness(problem), 2 / step)
                    equal.count()

        holds()


def _margin(large: float, small: float) -> float | None:
    """Relative, and undecided within rounding."""
    return None if abs(large - small) <= 1e-12 * large else float((large - small) / large)


def test_points_of_a_sphere(evidence: Evidence) -> None:
    """How far a point of a sphere leads in its own direction."""
    with evidence.tested(CLAIM, "sphere", "points of circles of rational radius, exactly") as tally:
        triples = [(3, 4, 5), (-3, 4, 5), (5, 12, 13), (4, 3, 5), (8, -15, 17), (0, 1, 1)]
        points = [(Fraction(7 * a, c), Fraction(7 * b, c)) for a, b, c in triples]
        for p in points:
            for q in points:
                difference = (p[0] - q[0], p[1] - q[1])
                lead = p[0] * difference[0] + p[1] * difference[1]
                assert lead == (difference[0] ** 2 + difference[1] ** 2) / 2
                assert (lead > 0) == (p != q)
                tally.count()


@pytest.fixture(scope="module")
def digits() -> dict[str, EnclosedMemorisation]:
    """What is enclosed for each preprocessing of the digits."""
    tasks = {name: parity_task(256, preprocessing) for name, preprocessing in MNIST.items()}
    return {name: enclose_memorisation(task.x, task.y) for name, task in tasks.items()}


# below and above: sharpness, largest stable step, share of the main theorem's bound
_DIGITS = {
    RAW: (("1.0727152722", "1.0727152723"), ("1.8644276", "1.8644277"), ("0.9998744", "0.9998745")),
    STANDARDISED: (("1.2173835149", "1.2173835150"), ("1.6428676", "1.6428677"), ("0.9992904", "0.9992905")),
}


@pytest.mark.parametrize("name", MNIST)
def test_mnist(evidence: Evidence, digits: dict[str, EnclosedMemorisation], name: str) -> None:
    """Each digit is cut off, in whole numbers; sharpness, norm and step size in balls."""
    found, task = digits[name], parity_task(256, MNIST[name])
    evidence.data(task.name, task.digest)
    with evidence.certified(CLAIM, "mnist", f"{name}: every digit cut off, the sharpness, the norm") as tally:
        tally.at_most(ball(Fraction(1, 100)), found.margin, "the distance of the next digit")
        for ball_found, (low, high) in zip(
            (found.sharpness, found.largest_step, found.tightness), _DIGITS[name], strict=True
        ):
            tally.at_most(Fraction(low), ball_found)
            tally.at_most(ball_found, Fraction(high))
        tally.at_most(1 + 2 * found.stability_norm, found.sharpness, "the lower bound of the sharpness")
        tally.encloses("sharpness", found.sharpness)
        tally.encloses("stability norm", found.stability_norm)
        tally.encloses("largest stable step size", found.largest_step)
        tally.encloses("(1 + 2 norm) / sharpness", found.tightness)
        tally.encloses("smallest distance from a digit to the hyperplane of the next", found.margin, 6)


@pytest.mark.parametrize("name", OBSERVED)
def test_descent(evidence: Evidence, name: str) -> None:
    """Gradient descent from just beside the net, below and above 2 / lambda_max."""
    task = parity_task(64, "raw" if "raw" in name else "standardised")
    network = memorising_network(task.x, task.y)
    edge, _ = memorising_point(task.x, task.y)
    with evidence.observed(CLAIM, "descent", f"{name}: the residual falls at 0.99 and grows at 1.01") as tally:
        falling = residuals_of_descent(network, task.x, task.y, 0.99 * edge, steps=600)
        growing = residuals_of_descent(network, task.x, task.y, 1.01 * edge, steps=1200)
        tally.figures = {"last residual at 0.99": falling[-1], "largest residual at 1.01": growing.max()}
        assert falling[-1] < 1e-13
        assert growing.max() > 0.1
        tally.count()


@pytest.mark.parametrize("neighbour", NEIGHBOURS, ids=lambda neighbour: neighbour.find.__name__)
def test_control(evidence: Evidence, neighbour: Neighbour) -> None:
    """False neighbours."""
    found = neighbour.find()
    evidence.control(CLAIM, neighbour.variant, found, because=neighbour.because, statement=neighbour.statement)


def test_control_rounded_step(evidence: Evidence, digits: dict[str, EnclosedMemorisation]) -> None:
    """A step size rounded up, and equality, are refuted by the enclosures."""
    found = digits[RAW]
    evidence.control(
        CLAIM,
        "raw digits: stable up to eta = 1.864428",
        f"2 / lambda_max is {found.largest_step.str(10)}" if found.largest_step < ball(Fraction("1.864428")) else None,
        because="it is the next multiple of a millionth above the largest step size",
        statement="mnist",
    )
    evidence.control(
        CLAIM,
        "raw digits: the main theorem is attained exactly",
        f"(1 + 2 |f|_S) / lambda_max is {found.tightness.str(10)}" if found.tightness < arb(1) else None,
        because="the images differ in length, so that they cost different amounts",
        statement="mnist",
    )
