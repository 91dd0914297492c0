r"""How stable the pyramid's two-hidden-layer network is for a population: X uniform on a ball that holds the pyramid.

The Hessian of the population loss at the network is H = E grad f(X) grad f(X)^T, almost surely off the kinks. Its
nonzero eigenvalues are those of the integral operator with the kernel k(x, x') = <grad f(x), grad f(x')>, and

    k = 1 + 1_A 1_A' [(1-t)(1-t')/G + G + sum relu(+-x_i) relu(+-x'_i)/B + G B N (1 + <x, x'>)],

N the number of signs that x and x' share, t = |x|_1, A = {t < 1}, G = gamma^2, B = beta^2. For x and x' in A the inner
product is above -1, so k >= 1: the kernel is positive, and its top eigenfunction is positive and simple (Jentzsch).
Permutations and reflections of the inputs keep k and the ball, so that eigenfunction is invariant under them, and only
the average of k over them matters:

    1 + 1_A 1_A' [(1-t)(1-t')/G + G + G B d/2 + t t' (1/B + G B)/(2d)].

This has rank 3, on the span of 1, 1_A and t 1_A. With p = P(A), and t of density d t^{d-1} on A, mean m = d/(d+1) and
variance v = d/((d+1)^2 (d+2)), ``invariant_hessian`` is its matrix in the orthonormal basis 1_{not A}/sqrt(1-p),
1_A/sqrt(p), (t-m) 1_A/sqrt(p v).

*Best scales.* For a fixed unit u the quotient u^T M u is c0 + c1/G + c2 G + c3/B + c4 G B with squares as coefficients,
and ``posynomial_bound`` bounds it below for all G, B: a bound of the top eigenvalue at all scales. It is a bound for
all rescalings neuron by neuron as well: the quotient of the invariant function u is convex in the logarithms of the
scales and does not change when inputs are permuted or reflected, so scales may be averaged over these without loss.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import numpy as np
from flint import arb, arb_mat, fmpq, fmpq_mat
from scipy.optimize import minimize

from numerics.exact.balls import ball, lower
from numerics.network import Array
from numerics.population.isotropic import UniformBall
from numerics.separation.two_layers.network import LayerScales
from numerics.separation.two_layers.scales import Posynomial, posynomial_bound, posynomial_minimum, rational

_GUARD = Fraction(1, 10**12)


def active_probability(population: UniformBall) -> arb:
    """A ball that contains p = P(|X|_1 < 1) = (2^d/d!) Gamma(d/2+1) / (pi^{d/2} R^d).

    Raises:
        ValueError: R < 1, so that the pyramid does not fit into the ball.
    """
    d, R = population.dimension, population.radius
    if R < 1:
        raise ValueError(f"the ball must hold the pyramid, so its radius must be at least 1, not {R}")
    volume = arb.pi() ** (arb(d) / 2) * ball(Fraction(R) ** d) / (arb(d) / 2 + 1).gamma()
    return ball(Fraction(2**d, math.factorial(d))) / volume


def _features(d: int, p: arb) -> tuple[list[arb], ...]:
    """The vectors of 1, (1-t) 1_A, 1_A and t 1_A in the orthonormal basis."""
    m, v = Fraction(d, d + 1), Fraction(d, (d + 1) ** 2 * (d + 2))
    root, spread = p.sqrt(), (p * ball(v)).sqrt()
    # p = 1 at d = 1, R = 1: the ball is the pyramid's support, and rounding must not take the root of a negative
    outside = (1 - p).sqrt() if 1 - p > 0 else arb(0).union((arb(1) - p.lower()).sqrt().upper())
    return (
        [outside, root, arb(0)],
        [arb(0), ball(1 - m) * root, -spread],
        [arb(0), root, arb(0)],
        [arb(0), ball(m) * root, spread],
    )


def _weights(d: int, scales: LayerScales) -> tuple[Fraction, ...]:
    """The weights of the four features' squares in the averaged kernel."""
    G, B = scales.gamma**2, scales.beta**2
    return Fraction(1), 1 / G, G + G * B * d / 2, (1 / B + G * B) / (2 * d)


def invariant_hessian(population: UniformBall, scales: LayerScales) -> arb_mat:
    """The symmetric 3 x 3 matrix, in balls, that has the top eigenvalue of the population's Hessian."""
    d = population.dimension
    features = _features(d, active_probability(population))
    matrix = arb_mat(3, 3)
    for weight, feature in zip(_weights(d, scales), features, strict=True):
        for i, j in product(range(3), repeat=2):
            matrix[i, j] += ball(weight) * feature[i] * feature[j]
    return matrix


def hessian(population: UniformBall, scales: LayerScales) -> arb_mat:
    """The whole Hessian E grad f(X) grad f(X)^T in balls, in the order of the network's parameters; no symmetry used.

    In each orthant the gradient on A is affine in the y_i = |x_i|, whose moments on the simplex are rational:
    E y_i = 1/(d+1), E y_i y_j = (1 + [i = j])/((d+1)(d+2)). Size 2d^2 + 4d + 3, over 2^d orthants.
    """
    d = population.dimension
    p = active_probability(population)
    inside = _active_moments(d, scales)
    size = inside.nrows()
    matrix = arb_mat(size, size)
    for i, j in product(range(size), repeat=2):
        matrix[i, j] = p * inside[i, j]
    matrix[size - 1, size - 1] = arb(1)  # the output bias has the derivative 1 everywhere
    return matrix


def _active_moments(d: int, scales: LayerScales) -> fmpq_mat:
    """The mean of grad f grad f^T over A, exactly."""
    first, second = Fraction(1, d + 1), Fraction(1, (d + 1) * (d + 2))
    moments = fmpq_mat(
        [[_fmpq(1)] + [_fmpq(first)] * d]
        + [[_fmpq(first)] + [_fmpq(second * (1 + (i == j))) for j in range(d)] for i in range(d)]
    )
    total = None
    for signs in product((1, -1), repeat=d):
        rows = _affine_gradient(signs, scales)
        part = rows * moments * rows.transpose()
        total = part if total is None else total + part
    assert total is not None
    return total * fmpq(1, 2**d)


def _affine_gradient(signs: Sequence[int], scales: LayerScales) -> fmpq_mat:
    """The gradient on A in one orthant as affine functions of y = |x|: a row (constant, slopes) for each parameter."""
    d, gamma, beta = len(signs), scales.gamma, scales.beta
    zero = [Fraction(0)] * (d + 1)

    def multiple(of: int, factor: Fraction) -> list[Fraction]:
        return [factor if place == of else Fraction(0) for place in range(d + 1)]

    neurons = [(i, sign) for sign in (1, -1) for i in range(d)]
    active = [signs[i] == sign for i, sign in neurons]
    in_W1 = [multiple(1 + j, -gamma * beta * signs[j]) if on else zero for on in active for j in range(d)]
    in_b1 = [multiple(0, -gamma * beta) if on else zero for on in active]
    in_W2 = [multiple(1 + i, 1 / beta) if on else zero for (i, _), on in zip(neurons, active, strict=True)]
    in_w3 = [1 / gamma] + [-1 / gamma] * d
    rows = [*in_W1, *in_b1, *in_W2, multiple(0, gamma), in_w3, multiple(0, Fraction(1))]
    return fmpq_mat([[_fmpq(entry) for entry in row] for row in rows])


def _fmpq(value: int | Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)


def positive_definite(matrix: arb_mat) -> bool:
    """Whether the pivots of the elimination prove the symmetric ball matrix positive definite; False proves nothing."""
    rows = matrix.tolist()
    for step in range(len(rows)):
        pivot = rows[step][step]
        if not pivot > 0:
            return False
        for i in range(step + 1, len(rows)):
            factor = rows[i][step] / pivot
            for j in range(step + 1, i + 1):
                # only the lower triangle is kept up to date, so the pivot row is read from its column
                rows[i][j] -= factor * rows[j][step]
    return True


def rayleigh_quotient(matrix: arb_mat, vector: Sequence[Fraction]) -> arb:
    """u^T M u / u^T u in balls; at most the top eigenvalue."""
    column = arb_mat([[ball(entry)] for entry in vector])
    return (column.transpose() * matrix * column)[0, 0] / (column.transpose() * column)[0, 0]


def top_eigenvalue(matrix: arb_mat) -> tuple[Fraction, Fraction]:
    """Rational numbers that enclose the top eigenvalue of a symmetric ball matrix, about 1e-12 apart.

    The lower one is a Rayleigh quotient, the upper one is above every eigenvalue: c I - M is positive definite.

    Raises:
        ArithmeticError: the balls are too wide.
    """
    low = lower(rayleigh_quotient(matrix, _top_vector(matrix)))
    for doublings in range(20):
        high = low + _GUARD * abs(low) * 2**doublings
        shifted = -matrix
        for place in range(matrix.nrows()):
            shifted[place, place] += ball(high)
        if positive_definite(shifted):
            return low, high
    raise ArithmeticError("the top eigenvalue is not enclosed: the matrix's balls are too wide")


def _top_vector(matrix: arb_mat) -> list[Fraction]:
    vector: Array = np.linalg.eigh(np.array([[float(entry.mid()) for entry in row] for row in matrix.tolist()]))[1][
        :, -1
    ]
    return [Fraction(entry) for entry in vector.tolist()]


def population_sharpness(population: UniformBall, scales: LayerScales) -> tuple[Fraction, Fraction]:
    """Rational numbers that enclose the sharpness of the population's loss at ``pyramid_network(d, scales)``.

    The network is a linearly stable minimum of that loss up to the step size 2/sharpness. The sharpness on a sample is
    random; its mean is at least this one, since the top eigenvalue is convex.

    >>> low, high = population_sharpness(UniformBall(2, Fraction(4)), LayerScales.of(1, 1))
    >>> round(float(low), 6), high - low < 1e-11
    (1.004054, True)
    """
    return top_eigenvalue(invariant_hessian(population, scales))


@dataclass(frozen=True)
class OptimisedPopulation:
    """The best scales for a population, with what proves it.

    sharpness: encloses the sharpness at ``scales``.
    least_possible: no rescaling of the neurons has a smaller one; a lower bound, from the direction and the weight r.
    """

    population: UniformBall
    scales: LayerScales
    direction: tuple[Fraction, ...]
    weight: Fraction
    sharpness: tuple[Fraction, Fraction]
    least_possible: Fraction

    @property
    def step_size(self) -> Fraction:
        """A step size up to which the network with these scales is a stable minimum for the population."""
        return 2 / self.sharpness[1]


def least_population_sharpness(population: UniformBall, direction: Sequence[Fraction], weight: Fraction) -> Fraction:
    """A lower bound of the population's sharpness at all scales, from a direction u in the basis and the weight r."""
    constant, coefficients = _quotient(population, direction)
    return lower(constant + posynomial_bound(coefficients, weight))


def _quotient(population: UniformBall, direction: Sequence[Fraction]) -> tuple[arb, Posynomial]:
    """The constant and the coefficients of u^T M u / u^T u as a posynomial in G and B."""
    d = population.dimension
    length = ball(sum((entry**2 for entry in direction), Fraction(0)))
    one, fall, active, size = (
        sum((ball(u) * entry for u, entry in zip(direction, feature, strict=True)), arb(0)) ** 2 / length
        for feature in _features(d, active_probability(population))
    )
    return one, (fall, active, size / (2 * d), active * d / 2 + size / (2 * d))


def optimised_population(population: UniformBall) -> OptimisedPopulation:
    """The scales of least population sharpness: found in floats, proved in balls.

    The sharpness is convex in the logarithms of the scales (the kernel's values are posynomials, Kingman), so descent
    finds the least one; the proof does not rest on that.
    """
    d = population.dimension
    features = np.array([[float(entry.mid()) for entry in row] for row in _features(d, active_probability(population))])

    def sharpness(logarithms: Array) -> float:
        G, B = np.exp(logarithms)
        weights = np.array([1, 1 / G, G + G * B * d / 2, (1 / B + G * B) / (2 * d)])
        return float(np.linalg.eigvalsh((features.T * weights) @ features)[-1])

    found = minimize(sharpness, np.zeros(2), method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-15}).x
    gamma, beta = np.exp(found / 2)
    scales = LayerScales.of(rational(float(beta)), rational(float(gamma)))
    direction = _top_vector(invariant_hessian(population, scales))
    _, coefficients = _quotient(population, direction)
    weight = rational(posynomial_minimum([float(c.mid()) for c in coefficients])[2])
    return OptimisedPopulation(
        population=population,
        scales=scales,
        direction=tuple(direction),
        weight=weight,
        sharpness=population_sharpness(population, scales),
        least_possible=least_population_sharpness(population, direction, weight),
    )
