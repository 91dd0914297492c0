"""universal-approximation: finite nets come as near to the pyramid as wanted, with a norm of order log^2."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from flint import arb
from scipy import integrate

from numerics.network import Array, ShallowNetwork
from numerics.norm import stability_norm
from numerics.separation import smoothed
from numerics.separation.pyramid import pyramid
from numerics.separation.smoothed import Sample, density, sample, smoothing_error
from numerics.sobolev.growing_width import ball_points
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.pyramid_lines import (
    certified_error,
    chart_density,
    enclosed_norm,
    error_at,
    uniform_weight,
    weighted_mass,
)
from theory.laplacian.lemmas import pyramid_norm, smoothed_pyramid
from theory.laplacian.lemmas.one_scale import R

CLAIM = "universal-approximation"
RADIUS = 4.0
SMOOTHINGS = (0.3, 0.1, 0.03)
SEED = 0
CENTRE = float(uniform_weight(RADIUS)(np.zeros(1))[0])


def sampled(smoothing: float) -> Sample:
    """A finite net; angles as dense as the smoothing asks."""
    return sample(smoothing, RADIUS, round(6 / smoothing))


def norm_bound(smoothing: float) -> float:
    """The bound of the norm as theory has it, at R = 4."""
    values = {pyramid_norm.peak: CENTRE, R: RADIUS, smoothed_pyramid.smoothing: smoothing}
    return float(pyramid_norm.norm_bound.subs(values))


def test_derived(evidence: Evidence) -> None:
    """Every derivation, by the kernel and the falsifier."""
    evidence.derived(CLAIM)


def test_pinned_density(evidence: Evidence) -> None:
    """By hand, at tau = 3/4 (scale 5/4): eps = 4/5 makes e = 1, and the lines beta = 0 and 1 are rational over pi^2.

    beta = 0: z^2 = -1, (z^2-9/16)(z^2-1) = 25/8. beta = 1: z^2 = 2i, (2i-9/16)(2i-1) = -55/16 - 25i/8, of modulus
    squared 5525/256. Per angle and threshold it is (5/4)^3 times as much.
    """
    by_hand = {0: Fraction(-5, 2) * Fraction(8, 25), 1: Fraction(-5, 2) * Fraction(-55, 16) / Fraction(5525, 256)}
    with evidence.tested(CLAIM, "density", "two lines by hand, for theory and numerics") as tally:
        for beta, value in by_hand.items():
            at = {
                smoothed_pyramid.tau: sp.Rational(3, 4),
                smoothed_pyramid.beta: beta,
                smoothed_pyramid.width: 1,
            }
            assert sp.simplify(smoothed_pyramid.density.subs(at) * sp.pi**2 - sp.Rational(str(value))) == 0
            per_angle = float(value) / math.pi**2 * (5 / 4) ** 3
            found = float(density(np.array(math.atan(0.75)), np.array(beta * 0.8), 0.8))
            assert found == pytest.approx(per_angle, rel=1e-13)
            assert float(chart_density(np.array(0.75), np.array(beta), 0.8)) == pytest.approx(
                float(value) / math.pi**2, rel=1e-13
            )
            tally.count()


def smoothed_laplacian(point: Array, smoothing: float) -> float:
    """The Poisson kernel over the edges: sides with the jump sqrt 2, ridges with the jump -2."""
    corners = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])
    edges = [(a, b, math.sqrt(2)) for a, b in zip(corners, np.roll(corners, 1, axis=0), strict=True)]
    edges += [(np.zeros(2), corner, -2.0) for corner in corners]

    def along(start: Array, end: Array) -> float:
        def kernel(t: float) -> float:
            square = float(((point - start - t * (end - start)) ** 2).sum())
            return float(smoothing / (2 * math.pi * (square + smoothing**2) ** 1.5))

        return float(integrate.quad(kernel, 0, 1, epsabs=1e-12)[0] * np.linalg.norm(end - start))

    return float(sum(jump * along(start, end) for start, end, jump in edges))


def smoothed_value(point: Array, smoothing: float) -> float:
    """(phi * P_eps)(x) in polar coordinates about x, r = eps sinh s, by Gauss' rule."""
    nodes, weights = np.polynomial.legendre.leggauss(240)
    angles = math.pi * (1 + nodes)
    stop = math.asinh((1 + float(np.abs(point).sum())) / smoothing)
    s = stop * (1 + nodes) / 2
    r = smoothing * np.sinh(s)
    # eps r dr/(2 pi (r^2+eps^2)^{3/2}) = sinh s ds/(2 pi cosh^2 s)
    radial = np.sinh(s) / np.cosh(s) ** 2 * weights * stop / 2
    rays = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    values = pyramid((point + r[:, None, None] * rays).reshape(-1, 2)).reshape(len(r), -1)
    return float(radial @ values @ weights) / 2


def test_representation(evidence: Evidence) -> None:
    """The lines' Laplacian against the smoothed Laplacian, and their sum against the smoothed pyramid."""
    with evidence.tested(CLAIM, "representation", "Laplacian and values of the smoothed pyramid, two ways") as tally:
        for point in np.array([[0.0, 0.0], [0.3, 0.2], [0.1, 1.0], [1.5, -0.7]]):
            by_lines = integrate.quad(
                lambda t, p=point: density(np.array(t), np.array(p @ [math.cos(t), math.sin(t)]), 0.2), 0, math.pi
            )[0]
            assert by_lines == pytest.approx(smoothed_laplacian(point, 0.2), abs=1e-8)
            tally.count()
        net = sample(0.3, RADIUS, 400)
        for point in np.array([[0.0, 0.0], [0.4, 0.3], [0.9, 0.0], [1.1, -0.8], [3.0, 2.0]]):
            by_lines = float(error_at(net, point[None, :])[0] + pyramid(point[None, :])[0])
            assert by_lines == pytest.approx(smoothed_value(point, 0.3), abs=2e-4)
            tally.count()


def test_smoothing_error(evidence: Evidence) -> None:
    """Pinned at eps = 1/sqrt 2, where it is arsinh(1), and above the errors of the smoothed pyramid."""
    epsilon = smoothed_pyramid.smoothing
    with evidence.tested(CLAIM, "smoothing-error", "the smoothed pyramid against the pyramid, by quadrature") as tally:
        assert sp.simplify(smoothed_pyramid.smoothing_bound.subs(epsilon, 1 / sp.sqrt(2)) - sp.asinh(1)) == 0
        assert smoothing_error(math.sqrt(0.5)) == pytest.approx(math.log(1 + math.sqrt(2)), rel=1e-15)
        for smoothing in (0.5, 0.1, 0.02):
            bound = float(smoothed_pyramid.smoothing_bound.subs(epsilon, smoothing))
            assert bound == pytest.approx(smoothing_error(smoothing), rel=1e-14)
            for point in np.array([[0.0, 0.0], [0.2, 0.1], [1.0, 0.0], [0.5, 0.5], [1.2, 1.2]]):
                error = abs(smoothed_value(point, smoothing) - float(pyramid(point[None, :])[0]))
                tally.add(1 - error / bound)
        assert tally.smallest > 0


def test_norm(evidence: Evidence) -> None:
    """The weighted mass by quadrature, against the bound and against finite nets."""
    with evidence.tested(
        CLAIM, ("norm", "thresholds", "weighted-density"), "the mass of the lines, from .3 to 1e-8"
    ) as tally:
        for smoothing in (*SMOOTHINGS, 1e-2, 1e-4, 1e-8):
            mass = weighted_mass(smoothing, RADIUS, uniform_weight(RADIUS))
            assert smoothed.norm_bound(smoothing, RADIUS) == pytest.approx(norm_bound(smoothing), rel=1e-13)
            tally.add(1 - mass / norm_bound(smoothing))
            tally.figures[f"mass over log^2 at {smoothing:g}"] = round(mass / math.log(1 / smoothing) ** 2, 4)
        assert tally.smallest > 0
        for smoothing in (0.3, 0.1):
            mass = weighted_mass(smoothing, RADIUS, uniform_weight(RADIUS))
            assert sampled(smoothing).norm(RADIUS) == pytest.approx(mass, rel=2e-3)


def test_explicit_nets(evidence: Evidence) -> None:
    """Two nets, their error on the whole disc by subdivision, and their norm in balls."""
    with evidence.certified(CLAIM, "explicit-nets", "the supremum over the disc of radius 4, and the norm") as proofs:
        for smoothing in (0.3, 0.1):
            net, epsilon = sampled(smoothing), arb(smoothing)
            root = arb(2).sqrt()
            allowed = root * epsilon * (1 / (root * epsilon)).asinh()
            error = certified_error(net, RADIUS, float(allowed))
            assert error is not None
            proofs.at_most(error, allowed, f"the error at eps = {smoothing}")
            peak = (2 * RADIUS / (3 * arb.pi())) * (arb(1) / 4 + (2 * RADIUS / (3 * arb.pi())) ** 2).sqrt()
            logs = (root * RADIUS / epsilon).asinh() * ((1 / epsilon).asinh() + (1 / (2 * epsilon)).asinh())
            bound = 64 * root / arb.pi() ** 2 * peak * logs
            assert float(bound.mid()) == pytest.approx(norm_bound(smoothing), rel=1e-12)
            proofs.at_most(enclosed_norm(net, Fraction(4)), bound, f"the norm at eps = {smoothing}")
            # the subdivision cannot be generous: the error at the centre is nearly as large
            assert float(np.abs(error_at(net, np.zeros((1, 2)))[0])) > 0.9 * float(error)
            proofs.figures[f"eps = {smoothing}"] = f"{len(net.angles)} hyperplanes, error at most {float(error):.4f}"


def drawn(net: Sample, width: int, generator: np.random.Generator) -> tuple[ShallowNetwork, float]:
    """A net of that width drawn from |alpha|, lines with b < 0 turned, and sum |a| g_R(b)."""
    sizes = np.abs(net.amplitudes)
    mass = float(sizes.sum())
    chosen = generator.choice(len(sizes), size=width, p=sizes / mass)
    turned = np.where(net.thresholds[chosen] < 0, -1.0, 1.0)
    directions = turned[:, None] * np.stack([np.cos(net.angles[chosen]), np.sin(net.angles[chosen])], axis=1)
    thresholds = turned * net.thresholds[chosen]
    amplitudes = np.sign(net.amplitudes[chosen]) * mass / width
    centre = net.constant + float(net.amplitudes @ np.abs(net.thresholds)) / 2
    norm = float(np.abs(amplitudes) @ uniform_weight(RADIUS)(thresholds))
    return ShallowNetwork(directions, -thresholds, amplitudes, centre), norm


def test_finite_width(evidence: Evidence) -> None:
    """Draws of growing width: mean error and mean norm, and the best draw for a multiplier."""
    generator = np.random.default_rng(SEED)
    net = sampled(0.3)
    mass = float(np.abs(net.amplitudes).sum())
    points = ball_points(2, RADIUS, 2000, generator)
    target = error_at(net, points) + pyramid(points)
    with evidence.tested(CLAIM, "finite-width", "nets drawn from the lines of the smoothed pyramid") as tally:
        for width in (64, 256, 1024):
            draws = [drawn(net, width, generator) for _ in range(8)]
            errors = np.array([np.abs(f(points) - target).max() for f, _ in draws])
            norms = np.array([norm for _, norm in draws])
            allowed = 2.5 * mass * RADIUS / math.sqrt(width)
            multiplier = width**0.25
            assert np.mean(norms) == pytest.approx(net.norm(RADIUS), rel=0.1)
            tally.add(1 - float(np.mean(errors)) / allowed)
            best = float(np.min(multiplier * errors + norms))
            tally.add(1 - best / (multiplier * allowed + norm_bound(0.3)))
            tally.figures[f"width {width}"] = f"mean error {np.mean(errors):.3f} of at most {allowed:.3f}"
        assert tally.smallest > 0
    evidence.seed(f"{CLAIM}: draws", SEED)


def test_norm_of_a_drawn_net(evidence: Evidence) -> None:
    """On a sample of the population the stability norm of a drawn net is near sum |a| g_R(b), lines being distinct."""
    generator = np.random.default_rng(SEED)
    f, norm = drawn(sampled(0.3), 64, generator)
    x = ball_points(2, RADIUS, 40_000, generator)
    with evidence.tested(CLAIM, "finite-width", "the norm on 40,000 points against that of the population") as tally:
        assert stability_norm(f, x) == pytest.approx(norm, rel=0.03)
        tally.count()


def test_controls(evidence: Evidence) -> None:
    """False neighbours, refuted by nets and by quadrature."""
    bound = smoothing_error(0.1)
    centre = abs(smoothed_value(np.zeros(2), 0.1) - 1)
    evidence.control(
        CLAIM,
        "half of the error's bound for the smoothed pyramid",
        f"at eps = .1 the centre is missed by {centre:.4f} > {bound / 2:.4f}" if centre > bound / 2 else None,
        because="at the apex the mean of the pyramid over the kernel is that much below 1",
        statement="smoothing-error",
    )
    point = np.array([0.3, 0.2])
    true = smoothed_laplacian(point, 0.2)
    by_lines = 2 * float(
        integrate.quad(lambda t: density(np.array(t), np.array(point @ [math.cos(t), math.sin(t)]), 0.2), 0, math.pi)[0]
    )
    evidence.control(
        CLAIM,
        "every line counted twice in the density",
        f"at (0.3, 0.2), eps = .2, the Laplacian is {true:.6f} and not {by_lines:.6f}"
        if abs(by_lines - true) > abs(true) / 2
        else None,
        because="each line is one pair (v, b) with an angle below pi; with angles up to 2 pi it is counted twice",
        statement="representation",
    )
    small, large = (weighted_mass(eps, RADIUS, uniform_weight(RADIUS)) for eps in (1e-4, 1e-8))
    evidence.control(
        CLAIM,
        "a norm of order log in place of log^2: twice the logarithm, twice the norm",
        f"from eps = 1e-4 to 1e-8 the norm grows from {small:.1f} to {large:.1f}" if large > 3.5 * small else None,
        because="near a vertex the density is like 1/(|b - sin| theta), and both integrals are logarithms",
        statement="norm",
    )
    smoothing = 1e-9
    mass = weighted_mass(smoothing, RADIUS, uniform_weight(RADIUS))
    one_log = norm_bound(smoothing) / math.asinh(math.sqrt(2) * RADIUS / smoothing)
    evidence.control(
        CLAIM,
        "the bound of the norm without its first logarithm",
        f"at eps = 1e-9 the norm is {mass:.1f} > {one_log:.1f}" if mass > one_log else None,
        because="the thresholds near a vertex alone give a logarithm for each slope",
        statement="thresholds",
    )
    tau, beta, eps = Fraction(1, 10), Fraction(1, 10), Fraction(1, 100)
    # the square of |(z^2-tau^2)(z^2-1)|, and (1/A + 1/B)^2 <= 2 (1/A^2 + 1/B^2)
    e2 = eps**2 * (1 + tau**2)
    square = ((beta - tau) ** 2 + e2) * ((beta + tau) ** 2 + e2) * ((beta - 1) ** 2 + e2) * ((beta + 1) ** 2 + e2)
    claimed = 2 * (1 / ((beta - tau) ** 2 + eps**2) + 1 / ((beta - 1) ** 2 + eps**2))
    evidence.control(
        CLAIM,
        "1/A + 1/B alone, without the factor 1/S + 1/D",
        f"tau = beta = 1/10, eps = 1/100: {float(1 / square) ** 0.5:.1f} > {float(claimed) ** 0.5:.1f}"
        if 1 / square > claimed
        else None,
        because="for small tau the two vertices of the axis project to nearly the same point: z + tau is small as well",
        statement="two-factors",
    )
