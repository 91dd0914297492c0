"""The dual bound of every implementation, in floats and in rational numbers, and nets to hold it against."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np

from numerics.gram import gram_sharpness
from numerics.network import Array, ShallowNetwork
from numerics.weight import weight
from proofs_checks.instances.exact import RationalProblem, Terms, Vector, dot
from proofs_checks.instances.problem import Comparison, Problem

Choice = Callable[[Array, Array], Array]


def certificate(n: int, seed: int) -> Array:
    """A positive semidefinite U of trace one, [n, n], of random rank."""
    generator = np.random.default_rng(seed)
    factor = generator.standard_normal((n, int(generator.integers(1, n + 1))))
    # near the constant vector the bound is closest
    factor[:, 0] = 1 + 0.3 * factor[:, 0]
    U = factor @ factor.T
    return np.asarray(U / np.trace(U))


def dual_bound(problem: Problem, U: Array, choose: Choice = np.minimum) -> float:
    """The bound of the claim; the smaller of the two orientations unless another choice is given."""
    x, n = problem.x, len(problem.x)
    reduced = problem.network.reduced()
    sides = []
    for sign in (1, -1):
        z = np.maximum(sign * (x @ reduced.directions.T - reduced.thresholds), 0)
        features = (z > 0).astype(float)
        outputs = np.einsum("jh,jl,lh->h", z, U, z)
        levers = np.einsum("jh,jl,lh->h", features, U * (1 + x @ x.T), features)
        sides.append(np.sqrt(np.maximum(outputs * levers, 0)))
    return float(U.sum() + 2 * np.abs(reduced.amplitudes) @ choose(*sides)) / n


def exact_dual_bound(net: RationalProblem, vector: Vector) -> Terms:
    """(1/n) [1^T U 1 + 2 sum_H |a_H| min(...)] at U = u u^T for a unit vector u, with r the first neuron on H."""
    n = len(net.x)
    terms = [(sum(vector, Fraction(0)) ** 2 / n, Fraction(1))]
    t = net.preactivations()
    for group in net.hyperplanes():
        merged = abs(sum((net.w2[i] * abs(factor) for i, factor in group), Fraction(0)))
        sides = []
        for sign in (1, -1):
            active = [j for j in range(n) if sign * t[j][group[0][0]] > 0]
            output = sum((vector[j] * sign * t[j][group[0][0]] for j in active), Fraction(0))
            rows = [(Fraction(1), *net.x[j]) for j in active]
            levers = [
                sum((vector[j] * row[c] for j, row in zip(active, rows, strict=True)), Fraction(0))
                for c in range(1 + len(net.x[0]))
            ]
            sides.append(output**2 * dot(levers, levers))
        terms.append((2 * merged / n, min(sides)))
    return tuple(terms)


def random_problem(seed: int) -> Problem:
    """Normal weights and data, up to 60 points."""
    generator = np.random.default_rng(seed)
    n, d, k = int(generator.integers(1, 61)), int(generator.integers(1, 9)), int(generator.integers(1, 13))
    W1, b1, w2 = generator.standard_normal((k, d)), generator.standard_normal(k), generator.standard_normal(k)
    return Problem(ShallowNetwork(W1, b1, w2, 0.0), 3 * generator.standard_normal((n, d)))


def symmetric_problem(seed: int) -> Problem:
    """An even function on data x and -x, where the top eigenvalue is often double at the flattest rescaling."""
    half = random_problem(seed)
    W1, w2 = half.network.W1, half.network.w2
    even = ShallowNetwork(np.concatenate([W1, -W1]), 0 * np.concatenate([w2, w2]), np.concatenate([w2, w2]), 0.0)
    return Problem(even, np.concatenate([half.x, -half.x])[:60])


def implementations(net: ShallowNetwork) -> tuple[ShallowNetwork, ShallowNetwork]:
    """Every neuron written as two; and every neuron with an affine function added and taken away again."""
    doubled = ShallowNetwork(
        np.concatenate([net.W1, net.W1]),
        np.concatenate([net.b1, net.b1]),
        np.concatenate([0.75 * net.w2, 0.25 * net.w2]),
        0.0,
    )
    # relu(-t) is added and taken away again
    mirrored = ShallowNetwork(
        np.concatenate([net.W1, net.W1, -net.W1, -net.W1]),
        np.concatenate([net.b1, net.b1, -net.b1, -net.b1]),
        np.concatenate([net.w2, net.w2, net.w2, -net.w2]) / 2,
        0.0,
    )
    return doubled, mirrored


def without_cancelling(problem: Problem) -> Comparison:
    """The constant certificate with the sizes of the amplitudes added up, |a_1| + |a_2| in place of |a_1 + a_2|."""
    net, x = problem.network, problem.x
    reduced = net.reduced()
    sizes = [np.sum(np.abs(net.w2[m]) * np.linalg.norm(net.W1[m], axis=1)) for m in reduced.members]
    weights = weight(reduced.directions, reduced.thresholds, x)
    # the pair w2 relu(t) - w2 relu(t) is the same function as no neuron at all
    alone = Problem(ShallowNetwork(np.zeros((1, net.d)), np.zeros(1), np.zeros(1), net.b2), x)
    same = np.all(reduced.amplitudes == 0)
    large = gram_sharpness(alone.network, x) if same else np.inf
    small = float(1 + 2 * np.dot(sizes, weights))
    return Comparison(float(large), small, problem.rounding, "sharpness against the bound")


def against_certificate(problem: Problem, seed: int = 0, trace: float = 1.0, choose: Choice = np.minimum) -> Comparison:
    """The sharpness of the net against the dual bound at a random certificate, scaled to the trace given."""
    U = trace * certificate(len(problem.x), seed)
    # a root in the bound of a cancelled sum keeps only half of the digits
    rounding = problem.rounding + 1e-7 * dual_bound(problem, U, choose)
    large, small = gram_sharpness(problem.network, problem.x), dual_bound(problem, U, choose)
    return Comparison(large, small, rounding, "sharpness against the bound")
