"""certified-minimum: exact stable minima next to networks trained on MNIST, every hypothesis proved in balls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import scipy.optimize

from numerics.enclosure import enclose, stability_verdict
from numerics.exact.balls import ball, lower
from numerics.minimum.certified import CertifiedMinimum, NotCertified, certify_minimum
from numerics.minimum.stored import StoredNetwork, stored_networks
from numerics.network import ShallowNetwork
from proofs_checks.evidence.ledger import Evidence, Proofs
from proofs_checks.instances.exact import value
from proofs_checks.instances.pinned import PINNED, Pinned
from theory.stability.certified_minimum import AS_TRAINED, LARGEST, MOVED

CLAIM = "certified-minimum"
STORED = {stored.name: stored for stored in stored_networks()}
LARGEST_RADIUS = Fraction(1, 10**15)
LARGEST_DISTANCE = Fraction(1, 10**6)
SHARE = Fraction(95, 100)
"""The share of the bound that the claim states for the largest step sizes."""

Certified = dict[str, CertifiedMinimum]


@pytest.fixture(scope="module")
def minima() -> Certified:
    """The certified minimum next to each network, by name."""
    found = {name: certify_minimum(s.network, s.task.x, s.task.y, step_size=s.step_size) for name, s in STORED.items()}
    return {name: minimum for name, minimum in found.items() if isinstance(minimum, CertifiedMinimum)}


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


@pytest.mark.parametrize("net", PINNED.values(), ids=PINNED)
def test_pinned(net: Pinned) -> None:
    """The enclosures that the certificates rest on, against the sharpness and the norm of nets known by hand."""
    found = enclose(net.network, net.x)
    norm, square, top = value(net.norm), ball(net.mean_gradient_square), net.problem.sharpness()
    for enclosed, exact in (
        (found.stability_norm, norm),
        (found.mean_gradient_square, square),
        (found.gram_sharpness, top),
    ):
        assert enclosed.overlaps(exact)
        assert float(enclosed.rad()) <= 1e-12 * (1 + abs(float(exact.mid())))
    # all are stable at their step sizes, one with equality, and none at three times the largest
    assert stability_verdict(found.gram_sharpness, net.step_size) in ("stable", "undecided")
    assert stability_verdict(found.gram_sharpness, 6 / lower(top)) == "unstable"


def prove(tally: Proofs, minimum: CertifiedMinimum) -> None:
    """Every hypothesis of the theorem, and what it says of the bound."""
    r, eta = ball(minimum.radius), minimum.step_size
    beta, lipschitz, step = minimum.inverse_bound, minimum.lipschitz, minimum.newton_step
    tally.at_most(beta * lipschitz * step, Fraction(1, 2), "beta M delta")
    image = step + beta * lipschitz * r * r / 2
    assert image < r, "the image of the ball is not in its interior"
    tally.at_most(image, r, "the radius of the image")
    tally.at_most(minimum.radius, LARGEST_RADIUS, "the radius")
    tally.at_most(1000 * r, minimum.margin, "the radius against the distance of the nearest kink")
    tally.at_most(minimum.distance + r, minimum.start_margin, "the distance from the network given")
    tally.at_most(minimum.distance + r, LARGEST_DISTANCE, "the distance from the network given")
    tally.at_most(minimum.sharpness, 2 / eta, "the sharpness")
    tally.at_most(minimum.mean_gradient_square, minimum.sharpness, "the mean gradient")
    tally.at_most(1 + 2 * minimum.stability_norm, minimum.mean_gradient_square, "the stability norm")
    tally.at_most(minimum.stability_norm, minimum.bound, "the bound")


def chosen(*, moved: bool) -> list[StoredNetwork]:
    """The networks that end off kinks: as gradient descent left them, or after they were moved."""
    return [stored for stored in STORED.values() if not stored.ends_on_kinks and bool(stored.moved) == moved]


@pytest.mark.parametrize(
    ("moved", "description"),
    [
        (False, "minima next to MNIST networks that gradient descent left off all kinks: existence, stability, bound"),
        (True, "the same where gradient descent ended on kinks, was moved off them and went on at the same step size"),
    ],
    ids=["as-trained", "moved"],
)
def test_minima(evidence: Evidence, minima: Certified, moved: bool, description: str) -> None:
    """The theorem's hypotheses and conclusions for every network."""
    networks = chosen(moved=moved)
    with evidence.certified(CLAIM, "minima", description) as tally:
        for stored in networks:
            minimum = minima[stored.name]
            prove(tally, minimum)
            assert minimum.counted, f"{stored.name} does not count"
            tally.encloses(f"share of the bound, {stored.name}", minimum.tightness, 6)
            evidence.data(stored.task.name, stored.task.digest)
        tally.figures["networks"] = len(networks)
        tally.figures["largest radius"] = float(max(minima[stored.name].radius for stored in networks))
        nearest = min(float(minima[stored.name].margin) for stored in networks)
        tally.figures["smallest distance of a kink"] = nearest
        if moved:
            tally.figures["moved by, at most"] = max(stored.moved for stored in networks)
    assert {stored.preprocessing for stored in networks} == {"raw", "standardised"}
    # the statement lists exactly what is proved here
    assert tuple(stored.name for stored in networks) == (MOVED if moved else AS_TRAINED)


def test_counted(minima: Certified) -> None:
    """At least ten networks as they were trained, for step sizes over more than a factor of five."""
    for preprocessing in ("raw", "standardised"):
        steps = [s.step_size for s in chosen(moved=False) if s.preprocessing == preprocessing]
        assert max(steps) > 5 * min(steps)
    assert sum(minima[stored.name].counted for stored in chosen(moved=False)) >= 10


def test_tight_at_the_largest_step(evidence: Evidence, minima: Certified) -> None:
    """At the largest step sizes the exact minimum attains 0.95 of the bound."""
    with evidence.certified(
        CLAIM, "tightness", "n = 256, the largest step sizes: at least 0.95 of the bound is attained"
    ) as tally:
        for name in LARGEST:
            tally.at_most(ball(SHARE), minima[name].tightness, "the share of the bound")
            tally.figures[name] = minima[name].theorem(STORED[name].data)


def test_kinks_are_not_counted(evidence: Evidence, minima: Certified) -> None:
    """Where gradient descent ended on kinks polishing chooses a cell; the minimum there may be unstable."""
    (stored,) = (stored for stored in STORED.values() if stored.ends_on_kinks)
    minimum = minima[stored.name]
    assert minimum.cell_chosen_by == "polishing"
    assert not minimum.counted
    refuted = minimum.verdict == "unstable"
    evidence.control(
        CLAIM,
        "every cell that meets at the kinks on which gradient descent ends holds a stable minimum",
        f"{stored.name}: sharpness {minimum.sharpness.str(9)}, above 2/eta = {float(2 / minimum.step_size):.9g}"
        if refuted
        else None,
        because="the cells that meet at a kink have different Hessians, and gradient descent chose none of them",
        statement="minima",
    )


def test_control_not_interpolating(evidence: Evidence) -> None:
    """Next to a network that does not interpolate nothing is certified."""
    stored = STORED["64-raw-0.4"]
    net = stored.network
    shifted = replace(net, b2=net.b2 + 1e-3)
    labels = stored.task.y.copy()
    labels[0] = -labels[0]
    for variant, network, y in (
        (
            "next to every network there is an interpolating minimum: its output bias shifted by 0.001",
            shifted,
            stored.task.y,
        ),
        ("next to every network there is an interpolating minimum: one label turned", net, labels),
    ):
        evidence.control(
            CLAIM,
            variant,
            refusal(network, stored, y),
            because="the Newton step is far too long for the activation cell",
            statement="minima",
        )


def refusal(network: ShallowNetwork, stored: StoredNetwork, y: np.ndarray) -> str | None:
    """Why nothing is certified; None if something is."""
    try:
        certify_minimum(network, stored.task.x, y, step_size=stored.step_size)
    except NotCertified as error:
        return str(error)
    return None


def test_control_radius(evidence: Evidence) -> None:
    """The Newton step alone is too short a radius: f(0) = w2 relu(b1) + b2 at w2 = b1 = 1, label below f(0)."""
    residual = 0.1
    # F(theta + u) = residual + u1 + u2 + u3 + u1 u2 for the changes u of b1, w2, b2; J = (1, 1, 1)
    step = residual / np.sqrt(3)
    nearest = min(
        scipy.optimize.minimize(
            lambda u: u @ u,
            start,
            constraints={"type": "eq", "fun": lambda u: residual + u.sum() + u[0] * u[1]},
            options={"ftol": 1e-15},
        ).fun
        ** 0.5
        for start in (-residual / 3 * np.ones(3), np.array([0.0, 0.0, -residual]), np.array([-residual, 0.0, 0.0]))
    )
    found = f"the nearest zero is at distance {nearest:.6f}, the Newton step is {step:.6f}" if nearest > step else None
    evidence.control(
        CLAIM,
        "the radius is the Newton step, not twice the step",
        found,
        because="the residual is not linear: the step to its linear part's zero leaves a remainder",
        statement="radius",
    )


def test_control_lipschitz(evidence: Evidence) -> None:
    """Without the 1 of the biases, M is no Lipschitz constant: the datum 0."""
    x = np.zeros((1, 1))
    one = np.ones(1)
    near, far = (ShallowNetwork(np.ones((1, 1)), one, output * one, 0.0).gradients(x) for output in (1.0, 1.25))
    change, claimed = float(np.linalg.norm(far - near)), float(np.sqrt(np.sum(x**2))) * 0.25
    assert change <= np.sqrt(np.sum(1 + x**2)) * 0.25
    found = f"x = 0: the gradient changes by {change} over a distance of 0.25, not by at most {claimed}"
    evidence.control(
        CLAIM,
        "M = sqrt(sum |x_j|^2)",
        found if change > claimed else None,
        because="the derivative by the input bias is w2, whatever the datum",
        statement="lipschitz",
    )


@pytest.mark.parametrize(
    ("variant", "name", "because", "statement", "fails"),
    [
        (
            "stable at a step size one percent larger",
            "256-standardised-0.45",
            "gradient descent goes as far as the edge of stability",
            "minima",
            lambda m: stability_verdict(m.sharpness, m.step_size * Fraction(101, 100)) == "unstable",
        ),
        (
            "the sharpness is below 0.999 of 2/eta",
            "256-raw-0.65",
            "gradient descent goes as far as the edge of stability",
            "minima",
            lambda m: m.sharpness > ball(Fraction(999, 1000)) * (2 / ball(m.step_size)),
        ),
        (
            "the bound 1/eta - 0.6",
            "256-raw-0.65",
            "the bound is attained within three percent there",
            "minima",
            lambda m: m.stability_norm > m.bound - ball(Fraction(1, 10)),
        ),
    ],
    ids=["larger-step", "smaller-sharpness", "smaller-bound"],
)  # fmt: skip
def test_control_enclosures(
    evidence: Evidence,
    minima: Certified,
    variant: str,
    name: str,
    because: str,
    statement: str,
    fails: Callable[[CertifiedMinimum], bool],
) -> None:
    """The enclosures are narrow enough to refute near misses."""
    minimum = minima[name]
    found = f"{name}: sharpness {minimum.sharpness.str(9)}, stability norm {minimum.stability_norm.str(9)}"
    evidence.control(CLAIM, variant, found if fails(minimum) else None, because=because, statement=statement)
