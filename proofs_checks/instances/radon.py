"""The Radon identity by other ways: quadrature in balls, test functions, atoms, and nets that are drawn."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
from flint import acb, arb
from scipy import integrate

from numerics.exact.balls import ball
from numerics.network import Array, ShallowNetwork
from numerics.population.isotropic import UniformBall
from numerics.sobolev.ridgelet import GaussianBump, gamma, sphere_area
from numerics.weight import weight


def over_directions(d: int, distance: Fraction) -> arb:
    """int_{S^{d-1}} density(<v,x>) dsigma(v) for d >= 2, <v,x> = r sin(t)."""
    bump, r = GaussianBump(d), ball(distance)

    def integrand(t: acb, _analytic: bool) -> acb:
        return bump.enclosed_density(r * t.sin()) * t.cos() ** (d - 2)

    half: arb = acb.integral(integrand, -arb.pi() / 2, arb.pi() / 2).real
    return sphere_area(d - 1) * half


def hermite(n: int, b: arb) -> arb:
    """He_n(b) by its recurrence."""
    before, now = arb(0), arb(1)
    for m in range(n):
        before, now = now, b * now - m * before
    return now


def sine_derivative(n: int, b: arb) -> arb:
    """The derivative of order n of S(b) = (pi/2)^{1/2} exp(-b^2/2) erfi(b/2^{1/2}), by S' = 1 - b S."""
    before = (arb.pi() / 2).sqrt() * (-b * b / 2).exp() * (b / arb(2).sqrt()).erfi()
    now = 1 - b * before
    for m in range(1, n):
        before, now = now, -b * now - m * before
    return now if n else before


def by_fourier(d: int, point: Fraction, power: int | None = None) -> arb:
    """The density as -gamma_d (1/pi) int_0^inf w^{d+1} (2 pi)^{d/2} e^{-w^2/2} cos(w b) dw, bounded beyond w = 20.

    The bump's Fourier transform is (2 pi)^{d/2} exp(-|w|^2/2); by projection slice that is its Radon transform's in b.
    """
    n = d + 1 if power is None else power
    b, end = ball(point), 20
    head: arb = acb.integral(lambda w, _: w**n * (-w * w / 2).exp() * (w * b).cos(), 0, end).real
    # w^n e^{-w^2/2} <= w e^{-w^2/4} (20^{n-1} e^{-100}) beyond 20, since w^{n-1} e^{-w^2/4} falls there for n <= 200
    tail = arb(end) ** (n - 1) * arb(-100).exp() * 2 * arb(-100).exp()
    return -gamma(d) / arb.pi() * (2 * arb.pi()) ** (arb(d) / 2) * (head + tail * arb(0, 1))


def neuron_against_normal(t: arb, s: arb) -> arb:
    """<f, Delta psi> = int relu(t + s z) (z^2 - 1)/s^2 phi(z) dz, since other coordinates give E(Z^2 - 1) = 0."""
    end = 20

    def integrand(z: acb, _analytic: bool) -> acb:
        return (t + s * z) * (z * z - 1) * (-z * z / 2).exp() / (s * s * (2 * arb.pi()).sqrt())

    # beyond 20: (|t| + s z) z^2 <= (|t| + s) z^3, and int z^3 e^{-z^2/2} = (20^2 + 2) e^{-200}
    tail = (abs(t) + s) / s**2 * 402 * arb(-200).exp()
    return arb(acb.integral(integrand, -t / s, end).real) + tail * arb(0, 1)


def paired_with_measure(network: ShallowNetwork, centre: Array, width: float) -> float:
    """The integral of R psi dalpha for the symmetrised measure and psi the normal density N(m, s^2)."""
    form = network.canonical()
    offsets = form.directions @ centre - form.thresholds
    densities = np.exp(-((offsets / width) ** 2) / 2) / (width * math.sqrt(2 * math.pi))
    # (v,b) and (-v,-b) get half of the amplitude each, and R psi is the same at both
    return float(form.amplitudes / 2 @ densities + form.amplitudes / 2 @ densities)


def paired_with_laplacian(network: ShallowNetwork, centre: Array, width: float) -> float:
    """<f, Delta psi>: the Laplacian in m of E f(m + sZ), by differences of fourth order along each coordinate."""

    def smooth(m: Array) -> float:
        t = (network.W1 @ m + network.b1) / (scale := width * np.linalg.norm(network.W1, axis=1))
        upper = np.array([math.erfc(-u / math.sqrt(2)) / 2 for u in t])
        return float(network.w2 @ (scale * (t * upper + np.exp(-(t**2) / 2) / math.sqrt(2 * math.pi))))

    step, total = width / 50, 0.0
    for axis in np.eye(network.d) * step:
        far = smooth(centre + 2 * axis) + smooth(centre - 2 * axis)
        near = smooth(centre + axis) + smooth(centre - axis)
        total += (16 * near - far - 30 * smooth(centre)) / (12 * step**2)
    return total


def measure(network: ShallowNetwork) -> dict[tuple[float, ...], float]:
    """The net's even measure, atom by atom: (v, b), rounded, and mass."""
    atoms: dict[tuple[float, ...], float] = {}
    form = network.canonical()
    for direction, threshold, amplitude in zip(form.directions, form.thresholds, form.amplitudes, strict=True):
        for side in (1, -1):
            place = tuple(float(f"{side * value:.9e}") + 0.0 for value in (*direction, threshold))
            atoms[place] = atoms.get(place, 0.0) + amplitude / 2
    return atoms


def weighted_variation(network: ShallowNetwork, x: Array) -> float:
    """The integral of g d|alpha| for a net on data."""
    atoms = measure(network)
    if not atoms:
        return 0.0
    places = np.array(list(atoms))
    directions = places[:, :-1] / np.linalg.norm(places[:, :-1], axis=1, keepdims=True)
    return float(np.abs(list(atoms.values())) @ weight(directions, places[:, -1], x))


def drawn(d: int, radius: float, width: int, seed: int) -> ShallowNetwork:
    """A net of k neurons drawn from |alpha| within |b| <= R, each with the amplitude +-|alpha|/k."""
    bump, generator = GaussianBump(d), np.random.default_rng(seed)
    grid = np.linspace(0, radius, 20001)
    mass = np.concatenate([[0], np.cumsum(np.abs(bump.density((grid[1:] + grid[:-1]) / 2)))])
    thresholds = np.interp(generator.random(width), mass / mass[-1], grid) * generator.choice([-1.0, 1.0], width)
    normals = generator.normal(size=(width, d))
    directions = normals / np.linalg.norm(normals, axis=1, keepdims=True)
    total = float(bump.total_mass(Fraction(radius)).mid())
    return ShallowNetwork(directions, -thresholds, np.sign(bump.density(thresholds)) * total / width, 0.0)


def population_norm(network: ShallowNetwork, population: UniformBall) -> float:
    """The stability norm of a net whose hyperplanes are distinct, with the population's weight."""
    form = network.canonical()
    return float(np.abs(form.amplitudes) @ population.weight(form.thresholds))


def smooth_norm(d: int, radius: float) -> float:
    """The integral of g d|alpha|, 2 |S^{d-1}| int_0^R g |density| for the uniform population on the ball."""
    bump, population = GaussianBump(d), UniformBall(d, Fraction(radius))
    zeros = [float(zero.mid()) for zero in bump.sign_changes()]
    ends = [0.0, *(zero for zero in zeros if zero < radius), radius]

    def integrand(b: float) -> float:
        at = np.array(b)
        return float(population.weight(at) * np.abs(bump.density(at)))

    half = sum(float(integrate.quad(integrand, *piece)[0]) for piece in itertools.pairwise(ends))
    return 2 * float(sphere_area(d)) * half
