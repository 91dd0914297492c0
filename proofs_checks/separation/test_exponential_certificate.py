"""exponential-certificate: the closed forms of the test function, and quadrature of their definitions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate

from numerics.depth.closed_form import exponential_function
from proofs_checks.evidence.ledger import Evidence

CLAIM = "exponential-certificate"
EPSILON = 0.2


def pairing(epsilon: float = EPSILON) -> float:
    """The pairing with the Laplacian of the pyramid: the sides carry sqrt 2, the ridges -2."""

    def along(start: tuple[float, float], end: tuple[float, float]) -> float:
        a, b = np.array(start), np.array(end)

        def value(t: float) -> float:
            return float(exponential_function.vertex_function((a + t * (b - a) - [0, 1])[None, :], epsilon)[0])

        places = [t for t in (epsilon / np.linalg.norm(b - a), 1 / np.linalg.norm(b - a)) if t < 1]
        return float(integrate.quad(value, 0, 1, points=places, epsabs=1e-11)[0] * np.linalg.norm(b - a))

    vertex, east, west, centre = (0.0, 1.0), (1.0, 0.0), (-1.0, 0.0), (0.0, 0.0)
    return math.sqrt(2) * (along(vertex, east) + along(vertex, west)) - 2 * along(vertex, centre)


def on_line(angle: float, offset: float, epsilon: float = EPSILON) -> float:
    """The integral of psi over one line, by quadrature."""
    normal, along = np.array([math.cos(angle), math.sin(angle)]), np.array([-math.sin(angle), math.cos(angle)])

    def value(s: float) -> float:
        return float(exponential_function.psi((offset * normal + s * along)[None, :], epsilon)[0])

    return float(integrate.quad(value, -2.5, 2.5, limit=400, epsabs=1e-10)[0])


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


def test_pairing(evidence: Evidence) -> None:
    """The pairing against (8/63) log(1/eps), by quadrature along the edges."""
    with evidence.tested(CLAIM, "the pairing along the pyramid's edges, by quadrature") as tally:
        for epsilon in (0.5, EPSILON, 0.05):
            assert pairing(epsilon) == pytest.approx(8 / 63 * math.log(1 / epsilon), rel=1e-8)
            tally.count()


def test_radon_transform(evidence: Evidence) -> None:
    """The closed form of the Radon transform against quadrature along lines."""
    with evidence.tested(CLAIM, "the Radon transform along random lines, by quadrature") as tally:
        numbers = np.random.default_rng(0)
        for _ in range(12):
            angle, offset = numbers.uniform(0, math.pi), numbers.uniform(-2, 2)
            closed = float(exponential_function.radon_transform(angle, offset, EPSILON))
            assert on_line(angle, offset) == pytest.approx(closed, abs=1e-7)
            tally.count()


def test_laplacian(evidence: Evidence) -> None:
    """The closed form of the Laplacian against second differences."""
    with evidence.tested(CLAIM, "the Laplacian against second differences") as tally:
        step = 1e-4
        points = np.random.default_rng(1).uniform(-1, 1, size=(40, 2))
        radii = np.hypot(*points.T)
        points = points[(np.abs(radii - EPSILON) > 0.02) & (np.abs(radii - 1) > 0.02)]
        shifts = step * np.array([[1, 0], [-1, 0], [0, 1], [0, -1]])
        around = sum(exponential_function.vertex_function(points + shift, EPSILON) for shift in shifts)
        direct = (around - 4 * exponential_function.vertex_function(points, EPSILON)) / step**2
        closed = exponential_function.vertex_laplacian(points, EPSILON)
        assert direct == pytest.approx(closed, abs=2e-4 * float(np.abs(closed).max()))
        for _ in points:
            tally.count()


def test_controls(evidence: Evidence) -> None:
    """False neighbours, refuted by quadrature."""
    value, log = pairing(), math.log(1 / EPSILON)
    evidence.control(
        CLAIM,
        "a pairing of (1/8) log(1/eps)",
        f"at eps = .2 it is {value:.6f}, not {log / 8:.6f}" if abs(value - log / 8) > 1e-4 else None,
    )
    evidence.control(
        CLAIM,
        "a pairing of the opposite sign",
        f"at eps = .2 it is {value:.6f} > 0" if value > 0.1 else None,
    )
    direct, closed = on_line(0.3, 0.4), float(exponential_function.radon_transform(0.3, 0.4, EPSILON))
    evidence.control(
        CLAIM,
        "a Radon transform of twice the size",
        f"on the line at angle .3 and offset .4 the integral is {direct:.6f}, not {2 * closed:.6f}"
        if abs(direct - 2 * closed) > 1e-3
        else None,
    )
