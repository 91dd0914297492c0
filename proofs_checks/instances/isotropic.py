"""Instances for the checks of isotropic-density: laws, draws from them, nets, and a law on two spheres."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction

import numpy as np
from flint import acb, arb, arb_series, ctx
from hypothesis import strategies as st

from numerics.exact.balls import ball
from numerics.exact.power_series import truncated
from numerics.network import Array, ShallowNetwork
from numerics.population.isotropic import Gaussian, Isotropic, UniformBall, UniformSphere
from numerics.weight import weight

ONE = Fraction(1)
LAWS: dict[str, Callable[[int], Isotropic]] = {
    "normal": Gaussian,
    "ball": lambda d: UniformBall(d, ONE),
    "sphere": lambda d: UniformSphere(d, ONE),
}


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Inside, balls have so many bits."""
    before, ctx.prec = ctx.prec, bits
    try:
        yield
    finally:
        ctx.prec = before


@st.composite
def gaussian_nets(draw: st.DrawFn, biases: bool = True) -> ShallowNetwork:
    """Nets with normal parameters, d = 1..5, some neurons on a common hyperplane or constant."""
    d, k = draw(st.integers(1, 5)), draw(st.integers(1, 8))
    numbers = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    W1, b1, w2 = numbers.normal(size=(k, d)), numbers.normal(size=k) * biases, numbers.normal(size=k)
    if k > 1 and draw(st.booleans()):
        W1[1], b1[1] = -2 * W1[0], -2 * b1[0]
    if k > 2 and biases and draw(st.booleans()):
        W1[2] = 0
    return ShallowNetwork(W1, b1, w2, 0.5)


def samples(population: Isotropic, n: int, seed: int) -> Array:
    """Independent draws [n, d]."""
    numbers = np.random.default_rng(seed)
    x = numbers.normal(size=(n, population.dimension))
    if population.extent is None:
        return x
    x *= float(population.extent) / np.linalg.norm(x, axis=1, keepdims=True)
    if isinstance(population, UniformBall):
        x *= numbers.uniform(size=(n, 1)) ** (1 / population.dimension)
    return x


def two_spheres_density(d: int, r: arb, inner: Fraction, outer: Fraction, share: Fraction) -> arb:
    """rho(r), d odd, for a law on two spheres about the origin, the outer one with a share of the mass."""
    m, s, total, first, marginal = d // 2, r**2, arb(0), arb(0), arb_series([0])
    with truncated(m + 1):
        rate = arb_series([s, 1]).sqrt().inv() / 2
        for mass, radius in ((1 - share, inner), (share, outer)):
            P, q = UniformSphere(d, radius).enclosed_moments(r)
            total, first = total + ball(mass) * P, first + ball(mass) * q
            a, R = arb(d - 1) / 2, ball(radius)
            scale = (a + arb(1) / 2).gamma() / (arb.pi().sqrt() * a.gamma() * R)
            marginal = marginal + ball(mass) * scale * arb_series([1 - s / R**2, -1 / R**2]) ** ((d - 3) // 2)
        tail = arb_series([total]) - (marginal * rate).integral()
        excess = arb_series([first - r * total]) - (tail * rate).integral()
        moment = excess + arb_series([s, 1]).sqrt() * tail
        g = excess * (tail * tail + moment * moment).sqrt()
        return g[m] * math.factorial(m) / (-arb.pi()) ** m


def central_fall(law: str, d: int) -> arb:
    """The number kappa = -g'(0+) = K/2 + q p/(2 K), K^2 = 1/4 + q^2, p the marginal's density at 0."""
    _, q = LAWS[law](d).enclosed_moments(arb(0))
    half = {"ball": d + 1, "sphere": d - 1}.get(law, 0)
    ratio = (arb(half + 1) / 2).gamma() / (arb.pi().sqrt() * (arb(half) / 2).gamma()) if half else arb(0)
    marginal = ratio if half else 1 / (2 * arb.pi()).sqrt()
    K = (ball(Fraction(1, 4)) + q**2).sqrt()
    return K / 2 + q * marginal / (2 * K)


def as_laplace_transform(at: arb) -> arb:
    """(Q/phi)^2 at a threshold as a Laplace transform, with w = u/(1-u)."""

    def integrand(u: acb, analytic: bool) -> acb:
        w = u / (1 - u)
        return (-(at**2) * w).exp() / ((1 + w) * (1 + 2 * w).sqrt(analytic=analytic) * (1 - u) ** 2)

    # beyond w = 4095 the integral is below the exponential times the integral of w^{-3/2}
    beyond = arb(0).union((-(at**2) * 4095).exp())
    return acb.integral(integrand, 0, 1 - arb(2) ** -12, abs_tol=1e-8).real + beyond


def across_cut(at: arb, shape: int, B: Callable[[acb], acb]) -> arb:
    """Pi A^2 of a sphere, A = P/w^a with 2a the shape, as an integral over the cut x = 1 + tau^2, tau = u/(1-u)."""

    def integrand(u: acb, _: bool) -> acb:
        t = u / (1 - u)
        return 2 * t * B(t) / ((1 + t**2) ** shape * (t**2 + at**2) * (1 - u) ** 2)

    # what is left: tau > 2^20 - 1, where the integrand is below tau^-2
    return acb.integral(integrand, 0, 1 - arb(2) ** -20, abs_tol=1e-8).real + arb(0).union(arb(2) ** -19)


def bend_for_two_circles() -> arb:
    """The second difference of the one-sided weight at 0.499, half the mass on a circle of radius 1/2, half of 1."""

    def weight_at(b: Fraction) -> arb:
        at = ball(b)
        moments = [UniformSphere(2, radius).enclosed_moments(at) for radius in (Fraction(1, 2), ONE)]
        P, q = ((one + other) / 2 for one, other in zip(*moments, strict=True))
        found: arb = (q - at * P) * (P**2 + q**2).sqrt()
        return found

    near, middle, far = (weight_at(Fraction(499 + step, 1000)) for step in (Fraction(-1, 2), 0, Fraction(1, 2)))
    return near + far - 2 * middle


def deviations(population: Isotropic, sizes: tuple[int, ...], draws: int) -> list[float]:
    """The root mean square, over draws and hyperplanes, of the empirical g minus g."""
    numbers = np.random.default_rng(0)
    v = numbers.normal(size=(6, population.dimension))
    v /= np.linalg.norm(v, axis=1, keepdims=True)
    b = np.array([0.1, 0.2, 0.3, 0.4, 0.5, -0.3])
    exact = population.weight(b)
    return [
        float(np.sqrt(np.mean([(weight(v, b, samples(population, n, seed)) - exact) ** 2 for seed in range(draws)])))
        for n in sizes
    ]
