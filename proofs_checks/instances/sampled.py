"""Instances for the checks of sobolev-approximation: unit vectors, signs, draws, and masses of worked functions."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
from flint import arb

from numerics.network import Array
from numerics.sobolev.compact_bump import CompactBump
from numerics.sobolev.laplacian_mass import even_mass_bound, gaussian_laplacian_mass, odd_mass_bound
from numerics.sobolev.ridgelet import GaussianBump, gamma, sphere_area
from numerics.sobolev.sampling import Draw, RadialFunction

FUNCTIONS: tuple[tuple[str, RadialFunction, int], ...] = (
    *((f"Gaussian bump, d = {d}", GaussianBump(d), 2) for d in (1, 2, 3, 5)),
    *((f"compact bump, d = {d}, m = {d + 1}", CompactBump(d, d + 1), 1) for d in (1, 3, 5)),
)
"""Name, function, and the radius of the ball on which it is approximated."""
AT_THE_EDGE = Draw(np.array([[1.0], [1.0]]), np.zeros(2), np.array([1.0, -1.0]), 5 / 6, 0.75, 0.0)
"""Two neurons on the line with b = 0, R = 3/4 and the mass 5/6."""
EDGE = np.array([[0.75]])
"""A datum at the edge of the ball."""


def all_signs(count: int) -> Array:
    """The patterns of so many signs, [2^count, count]."""
    return np.array(list(itertools.product((-1, 1), repeat=count)))


def rational_unit_vectors(generator: np.random.Generator, count: int, d: int) -> list[list[Fraction]]:
    """Unit vectors with rational coordinates, by stereographic projection."""
    vectors = []
    for _ in range(count):
        p = [Fraction(int(v), 7) for v in generator.integers(-9, 10, size=d)]
        square = sum((v * v for v in p), Fraction(0))
        vectors.append([2 * v / (1 + square) for v in p] + [(square - 1) / (square + 1)])
    return vectors


def mean_square(signs: Array, vectors: list[list[Fraction]]) -> Fraction:
    total = Fraction(0)
    for row in signs:
        for coordinate in range(len(vectors[0])):
            total += sum((int(s) * v[coordinate] for s, v in zip(row, vectors, strict=True)), Fraction(0)) ** 2
    return total / len(signs)


def contracted(generator: np.random.Generator) -> tuple[int, int]:
    """The sums over all signs of max sum e_i psi_i and of max sum e_i t_i, psi = |t - b| - b, at random points."""
    k, points = int(generator.integers(1, 8)), int(generator.integers(1, 6))
    arguments = generator.integers(-9, 10, size=(points, k))
    b = generator.integers(0, 9, size=k)
    small, large = (int((all_signs(k) @ part.T).max(axis=1).sum()) for part in (np.abs(arguments - b) - b, arguments))
    return small, large


def symmetrised(generator: np.random.Generator) -> tuple[Fraction, Fraction, Fraction]:
    """The means of the largest deviation and of the largest difference of two tuples, for random values of the draws.

    And the least over the patterns of signs of the mean of max sum e_i psi_i + max sum -e_i psi_i.
    """
    k, points, support = (int(generator.integers(1, 4)) for _ in range(3))
    values = generator.integers(-9, 10, size=(support, points))
    draws = np.array(list(itertools.product(range(support), repeat=k)))
    sums, count = values[draws].sum(axis=1), len(draws)
    worst = int((support * sums - k * values.sum(axis=0)).max(axis=1).sum())
    pairs = int((sums[:, None] - sums).max(axis=2).sum())
    both = []
    for pattern in all_signs(k):
        signed = (pattern[:, None] * values[draws]).sum(axis=1)
        both.append(int(signed.max(axis=1).sum() + (-signed).max(axis=1).sum()))
    return Fraction(worst, support * count), Fraction(pairs, count**2), Fraction(min(both), count)


def gaussian_bound(dimension: int) -> arb:
    """The bound of |alpha| for the Gaussian bump."""
    orders = range(dimension // 2, dimension // 2 + 2)
    if dimension % 2:
        return odd_mass_bound(dimension, gaussian_laplacian_mass(dimension, orders[1]))
    return even_mass_bound(dimension, *(gaussian_laplacian_mass(dimension, order) for order in orders))


def discs(ratio: Fraction) -> tuple[arb, arb]:
    r"""A lower bound of |alpha| and the false bound, for d = 2 and Delta f = 1_{B_1} - L^{-2} 1_{B_L}, L the ratio.

    The Radon transform of the indicator of B_r is 2 sqrt(r^2 - b^2); (-d^2/db^2)^{1/2} makes of it 2 within and
    2 - 2|b|/sqrt(b^2 - r^2) beyond, of L1 norm 8 r. So |alpha| >= gamma_2 |S^1| (8 - 8/L), while the L1 norm of the
    gradient is the sum of the perimeters, 2 pi (1 + 1/L). Mollifying f changes both as little as wanted.
    """
    L = arb(ratio.numerator) / ratio.denominator
    constant = gamma(2) * sphere_area(2)
    return constant * 8 * (1 - 1 / L), constant * 2 * arb.pi() * (1 + 1 / L)


def text(value: arb) -> str:
    """Six digits of a ball's midpoint."""
    return str(value.str(6, radius=False))
