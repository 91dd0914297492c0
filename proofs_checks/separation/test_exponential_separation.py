"""exponential-separation: the error of stable shallow nets on the pyramid is at least c exp(-c'(1/eta - 1/2))."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from numerics.certificate.disc import write_exponential
from numerics.exact.balls import ball
from numerics.network import ShallowNetwork
from numerics.population.isotropic import UniformBall
from numerics.separation.exponential.certificate import (
    LARGEST_SCALE,
    MASS,
    PAIRING,
    ExponentialTheorem,
    enclosed_radon,
    exponential_theorem,
)
from numerics.separation.exponential.function import radon_transform
from numerics.separation.pyramid import pyramid
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.certificates import accepted, refused

CLAIM = "exponential-separation"

CASES = [(2, 4), (2, Fraction(5, 2)), (2, 3), (2, 6), (2, 12)] + [(d, R) for d in (3, 4, 5, 8) for R in (3, 4, 6)]
"""Dimensions and radii for which the theorem is proved here; the first is the one of the plane at R = 4."""
SMALL = Fraction(1, 10**6)
"""A scale at which the lines near the peak have nearly the largest ratio."""


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


def test_constants(evidence: Evidence) -> None:
    """C and c' from pairing and mass, in fractions, and the bound at hand-picked C."""
    with evidence.tested(CLAIM, ("every-scale", "error"), "c pi e and c'/M in fractions; the bound at C = 0") as tally:
        assert Fraction(512, 2835) == PAIRING / MASS
        theorem = exponential_theorem(2, 4)
        assert abs(theorem.constant - ball(PAIRING / MASS) / (arb.pi() * arb(1).exp())) < ball(SMALL**2)
        assert abs(theorem.rate / theorem.supremum - ball(1 / PAIRING)) < ball(SMALL)
        # one half would be the error of the best constant
        assert abs(theorem.lower_bound(0) - ball(Fraction("0.021148158"))) < ball(Fraction(1, 10**9))
        for _ in range(4):
            tally.count()


def near_peak(theorem: ExponentialTheorem, epsilon: Fraction) -> tuple[arb, arb]:
    """|R psi| and g on a line close to the peak, in balls."""
    a, b = (arb(0), arb(1)) if theorem.peak == "axis" else (arb.pi() / 4, 1 / arb(2).sqrt())
    b += ball(epsilon) * (arb(3) / 11).sqrt()
    weight = UniformBall(theorem.dimension, theorem.radius).enclosed_weight(b)
    return abs(enclosed_radon(a, b, epsilon)), weight


@pytest.mark.parametrize(("dimension", "radius"), CASES, ids=str)
def test_supremum(evidence: Evidence, dimension: int, radius: int | Fraction) -> None:
    """M by branch and bound, again by an independent checker, with a line that shows it cannot be much smaller."""
    theorem = exponential_theorem(dimension, radius)
    statement = "supremum" if theorem.exact else "bound-of-the-supremum"
    assert theorem.exact != ((dimension, radius) == (8, 3))
    with evidence.certified(
        CLAIM, statement, f"d = {dimension}, R = {radius}: by branch and bound in balls, and by a certificate"
    ) as tally:
        tally.figures["boxes"] = theorem.boxes
        tally.encloses("M" if theorem.exact else "an upper bound of M", theorem.supremum, 10)
        tally.encloses("c'", theorem.rate, 9)
        claims = accepted(lambda path: write_exponential(path, theorem))
        rate, constant = Fraction(claims["rate"]), Fraction(claims["constant"])
        tally.at_most(rate, theorem.rate * ball(1 + SMALL), "c' of a certificate, accepted by a checker")
        tally.at_most(theorem.constant * ball(1 - SMALL), constant, "c of the certificate")
        transform, weight = near_peak(theorem, SMALL)
        tally.at_most(transform, theorem.supremum * weight, "|R psi| <= M g")
        if theorem.exact:
            tally.at_most(ball(Fraction(99999, 100000)) * theorem.supremum * weight, transform, "M is approached")
        else:
            tally.at_most(theorem.supremum, Fraction("7.0082"), "the bound in the statement")
        if (dimension, radius) == (2, 4):
            largest = 622 * arb(33).sqrt() * arb.pi() / 102487
            closed = arb(2).sqrt() * largest / UniformBall(2, Fraction(4)).enclosed_weight(1 / arb(2).sqrt())
            tally.at_most(abs(theorem.supremum - closed), Fraction(1, 10**8), "the closed form")
            tally.at_most(abs(closed - ball(Fraction("0.322594"))), Fraction(1, 10**6), "its value")


@pytest.mark.parametrize(("dimension", "radius"), CASES[:6], ids=str)
def test_best_scale(evidence: Evidence, dimension: int, radius: int | Fraction) -> None:
    """The bound at the best scale, and at others, in balls."""
    theorem = exponential_theorem(dimension, radius)
    with evidence.tested(CLAIM, ("every-scale", "error"), f"the best scale, d = {dimension}, R = {radius}") as tally:
        for C in (0, Fraction(1, 2), Fraction(3, 2), 10):
            best, bound = theorem.best_scale(C), theorem.lower_bound(C)
            assert best < ball(LARGEST_SCALE)
            assert abs(theorem.bound_at(best, C) - bound) < bound * ball(SMALL)
            for factor in (Fraction(1, 2), Fraction(21, 20)):
                other = theorem.bound_at(best * ball(factor), C)
                assert other < bound
                tally.add(float(1 - other / bound))


def test_hyperplanes(evidence: Evidence) -> None:
    """On random hyperplanes of R^d, restricted to the plane: |v'| |R psi(u, b/|v'|)| <= M g_d(b)."""
    with evidence.tested(
        CLAIM,
        ("supremum", "bound-of-the-supremum"),
        "|v'| |R psi| <= M g_d on random hyperplanes, restricted to the plane",
    ) as tally:

        @given(st.sampled_from(CASES), st.floats(0, 7), st.floats(0.01, 1), st.floats(0, 1.99), st.floats(1e-4, 0.36))
        def holds(case: tuple[int, Fraction], angle: float, length: float, b: float, epsilon: float) -> None:
            length = 1.0 if case[0] == 2 else length
            theorem = exponential_theorem(*case)
            small = length * abs(float(radon_transform(angle, b / length, epsilon)))
            large = float(theorem.supremum.mid()) * float(UniformBall(case[0], Fraction(case[1])).weight(np.array(b)))
            assert small <= large + 1e-12
            tally.add((large - small) / large)

        holds()


def fitted_network(ridge: float) -> tuple[ShallowNetwork, float, float]:
    """A net fitted to the pyramid, its stability norm for X uniform on B_4, and its largest error on a grid."""
    angles = np.arange(16) * math.pi / 16
    v = np.repeat(np.column_stack([np.cos(angles), np.sin(angles)]), 33, axis=0)
    b = np.tile(np.linspace(-1.6, 1.6, 33), 16)
    side = np.linspace(-4, 4, 65)
    x = np.array([(s, t) for s in side for t in side if math.hypot(s, t) <= 4])
    features = np.maximum(x @ v.T - b, 0)
    design = np.column_stack([features, x, np.ones(len(x))])
    weight = UniformBall(2, Fraction(4)).weight(b)
    scale = np.concatenate([1 / weight, np.ones(3)])
    matrix = design * scale
    solution = scale * np.linalg.solve(matrix.T @ matrix + ridge * np.eye(len(scale)), matrix.T @ pyramid(x))
    slopes = np.concatenate([v, np.eye(2), -np.eye(2)])
    # a linear map is relu - relu of one neuron and its reflection, whose amplitudes cancel in the norm
    amplitudes = np.concatenate([solution[:-3], solution[-3:-1], -solution[-3:-1]])
    network = ShallowNetwork(slopes, np.concatenate([-b, np.zeros(4)]), amplitudes, float(solution[-1]))
    return network, float(abs(solution[:-3]) @ weight), float(abs(network(x) - pyramid(x)).max())


def test_fitted_networks(evidence: Evidence) -> None:
    """Nets fitted to the pyramid, with large norms, stay above the bound."""
    theorem = exponential_theorem(2, 4)
    with evidence.tested(CLAIM, "error", "nets fitted to the pyramid at several norms") as tally:
        for ridge in (1e4, 1e2, 1.0, 1e-2, 1e-4):
            _, norm, error = fitted_network(ridge)
            bound = float(theorem.lower_bound(norm).mid())
            assert error >= bound
            tally.add((error - bound) / error)
        tally.figures |= {"norm of the best fit": norm, "its error": error, "bound there": bound}


def violated(transform: arb, weight: arb, supremum: arb, line: str) -> str | None:
    """In words, that |R psi| > M g on this line; None if that is not proved."""
    if not transform > supremum * weight:
        return None
    return f"{line}: |R psi| = {transform.str(8, radius=False)} > M g = {(supremum * weight).str(8, radius=False)}"


@pytest.mark.parametrize(("dimension", "radius"), CASES[:4], ids=str)
def test_control_supremum(evidence: Evidence, dimension: int, radius: int | Fraction) -> None:
    """M smaller by one percent."""
    theorem = exponential_theorem(dimension, radius)
    transform, weight = near_peak(theorem, Fraction(1, 1000))
    evidence.control(
        CLAIM,
        f"M smaller by one percent, d = {dimension}, R = {radius}",
        violated(transform, weight, ball(Fraction(99, 100)) * theorem.supremum, f"{theorem.peak} peak, eps = 1/1000"),
        because="the supremum is approached on lines along an edge of the pyramid, or next to one vertex",
        statement="supremum",
    )


@pytest.mark.parametrize(
    ("variant", "changes", "because"),
    [
        ("M smaller by a thousandth", {"supremum": "0.32227"}, "the supremum is approached"),
        ("the disc of radius 3.9", {"radius": "3.9"}, "the weight of a line is smaller on a smaller disc"),
        ("c = 0.0212", {"claims": {"constant": "0.0212", "rate": "0.636"}}, "it is above 512/(2835 pi e)"),
        ("c' = 0.635", {"claims": {"constant": "0.0211", "rate": "0.635"}}, "it is below 63 M/32"),
    ],
    ids=["supremum", "radius", "constant", "rate"],
)
def test_control_certificate(evidence: Evidence, variant: str, changes: dict[str, object], because: str) -> None:
    """Certificates of the plane that were tampered with, as the checker sees them."""
    evidence.control(
        CLAIM,
        f"certificate, d = 2, R = 4: {variant}",
        refused(lambda path: write_exponential(path, exponential_theorem(2, 4)), lambda found: found.update(changes)),
        because=because,
        statement="supremum",
    )


@pytest.mark.parametrize(("dimension", "radius"), [(2, 2), (2, 3), (3, 4)], ids=str)
def test_control_other_population(evidence: Evidence, dimension: int, radius: int) -> None:
    """M of the plane at R = 4, used for another population."""
    b = 1 / arb(2).sqrt() + ball(SMALL) * (arb(3) / 11).sqrt()
    weight = UniformBall(dimension, Fraction(radius)).enclosed_weight(b)
    transform = abs(enclosed_radon(arb.pi() / 4, b, SMALL))
    evidence.control(
        CLAIM,
        f"M of d = 2, R = 4 used for d = {dimension}, R = {radius}",
        violated(transform, weight, exponential_theorem(2, 4).supremum, "x_1 + x_2 = sqrt 2 b, b = .7071, eps = 1e-6"),
        because="the weight of a smaller ball, and of a higher dimension, is smaller",
        statement="supremum",
    )


def test_control_constant(evidence: Evidence) -> None:
    """A constant above 1/2 is refuted by the constant net."""
    network = ShallowNetwork(np.zeros((0, 2)), np.zeros(0), np.zeros(0), 0.5)
    x = np.array([[0.0, 0.0], [0.5, 0.5], [4.0, 0.0]])
    error = abs(network(x) - pyramid(x)).max()
    evidence.control(
        CLAIM,
        "c = 0.51",
        f"the constant 1/2 has norm 0, and is never further than {error} from the pyramid" if error < 0.51 else None,
        because="a constant net has the norm 0 and the error 1/2",
        statement="error",
    )
