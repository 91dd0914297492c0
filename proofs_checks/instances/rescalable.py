"""Networks on data that are hard to rescale: one draw of each kind for a seed, none of them left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from numerics.arrays.checks import Array
from numerics.network import ShallowNetwork
from proofs_checks.instances.problem import Problem

Draw = Callable[[np.random.Generator], Problem]


def normal(random: np.random.Generator, n: int, d: int, k: int, scale: float = 1.0) -> Problem:
    """Normal weights, and normal data times the scale."""
    network = ShallowNetwork(
        random.standard_normal((k, d)), random.standard_normal(k), random.standard_normal(k), float(random.normal())
    )
    return Problem(network, scale * random.standard_normal((n, d)))


def _some(random: np.random.Generator, scale: float = 1.0) -> Problem:
    n, d, k = (int(random.integers(low, high)) for low, high in ((2, 25), (1, 7), (1, 13)))
    return normal(random, n, d, k, scale)


def _at(problem: Problem, x: Array) -> Problem:
    return Problem(problem.network, x)


def _of(problem: Problem, W1: Array, b1: Array, w2: Array) -> Problem:
    return Problem(ShallowNetwork(W1, b1, w2, problem.network.b2), problem.x)


def _with(problem: Problem, W1: Array, b1: Array, w2: Array) -> Problem:
    """The network with more neurons beside its own."""
    f = problem.network
    return _of(problem, np.vstack([f.W1, W1]), np.concatenate([f.b1, b1]), np.concatenate([f.w2, w2]))


def _output_weights(problem: Problem, factors: Array | float) -> Problem:
    f = problem.network
    return _of(problem, f.W1, f.b1, f.w2 * factors)


def _nonnegative(random: np.random.Generator) -> Problem:
    problem = _some(random)
    return _at(problem, np.abs(problem.x))


def _centred(random: np.random.Generator) -> Problem:
    problem = _some(random, 3.0)
    return _at(problem, problem.x - problem.x.mean(axis=0))


def _even(random: np.random.Generator) -> Problem:
    half = _some(random, 3.0)
    f = half.network
    even = ShallowNetwork(np.vstack([f.W1, -f.W1]), np.zeros(2 * f.k), np.concatenate([f.w2, f.w2]), 0.0)
    return Problem(even, np.vstack([half.x, -half.x]))


def _nearly_even(random: np.random.Generator) -> Problem:
    problem = _even(random)
    return _at(problem, problem.x * (1 + 1e-7 * random.standard_normal(problem.x.shape)))


def _duplicated_data(random: np.random.Generator) -> Problem:
    problem = _some(random, 2.0)
    return _at(problem, np.repeat(problem.x, 3, axis=0))


def _nearly_duplicated_data(random: np.random.Generator) -> Problem:
    problem = _duplicated_data(random)
    return _at(problem, problem.x + 1e-9 * random.standard_normal(problem.x.shape))


def _duplicated_neurons(random: np.random.Generator) -> Problem:
    problem = _some(random)
    f = problem.network
    doubled = _with(problem, 2 * f.W1, 2 * f.b1, random.standard_normal(f.k))
    return _with(doubled, -f.W1, -f.b1, -f.w2)


def _ten_times(random: np.random.Generator) -> Problem:
    return _some(random, 10.0)


def _tiny_data(random: np.random.Generator) -> Problem:
    return _some(random, 1e-4)


def _tiny_or_large_amplitudes(random: np.random.Generator) -> Problem:
    return _output_weights(_some(random, 3.0), float(random.choice([1e-6, 1e6])))


def _mixed_amplitudes(random: np.random.Generator) -> Problem:
    problem = _some(random)
    return _output_weights(problem, 10.0 ** random.uniform(-6, 6, problem.network.k))


def _unbalanced(random: np.random.Generator) -> Problem:
    problem = _some(random)
    f = problem.network
    c = 10.0 ** random.uniform(-6, 6, f.k)
    return _of(problem, c[:, None] * f.W1, c * f.b1, f.w2 / c)


def _dead(random: np.random.Generator) -> Problem:
    problem = _some(random)
    W1 = random.standard_normal((3, problem.network.d))
    return _with(problem, W1, -1 - np.abs(problem.x @ W1.T).max(axis=0), np.ones(3))


def _without_output(random: np.random.Generator) -> Problem:
    problem = _some(random)
    return _output_weights(problem, (random.uniform(size=problem.network.k) < 0.5).astype(float))


def _constant(random: np.random.Generator) -> Problem:
    problem = _some(random)
    return _with(problem, np.zeros((3, problem.network.d)), np.array([1.0, -1.0, 3.0]), random.standard_normal(3))


def _one_datum(random: np.random.Generator) -> Problem:
    return normal(random, 1, int(random.integers(1, 6)), int(random.integers(1, 9)), 3.0)


def _one_input(random: np.random.Generator) -> Problem:
    return normal(random, int(random.integers(2, 30)), 1, int(random.integers(1, 13)), 2.0)


def _more_neurons(random: np.random.Generator) -> Problem:
    n = int(random.integers(2, 9))
    return normal(random, n, int(random.integers(1, 5)), 4 * n, 2.0)


def _more_data(random: np.random.Generator) -> Problem:
    return normal(random, int(random.integers(40, 61)), int(random.integers(1, 9)), int(random.integers(1, 4)), 2.0)


def _rotated(random: np.random.Generator) -> Problem:
    """A polygon far from the origin, and neurons turned like it: the top eigenvalue is double for all scales alike."""
    n = int(random.integers(3, 16))
    angles = 2 * np.pi * np.arange(n) / n
    corners = np.column_stack([np.cos(angles), np.sin(angles)])
    bias = random.uniform(-0.5, 0.5)
    network = ShallowNetwork(corners, np.full(n, bias), np.full(n, random.uniform(0.5, 2.0)), 0.0)
    return Problem(network, float(random.uniform(1, 20)) * corners)


def _cross(random: np.random.Generator) -> Problem:
    """The points +-r e_i, all sign vectors as neurons, and a constant one: eigenvectors in every coordinate alike."""
    d = int(random.integers(1, 6))
    signs = np.array(np.meshgrid(*[[-1.0, 1.0]] * d)).reshape(d, -1).T
    w2 = np.append(np.full(len(signs), random.uniform(0, 0.1)), 1.0)
    network = ShallowNetwork(np.vstack([signs, np.zeros(d)]), np.append(np.zeros(len(signs)), 1.0), w2, 0.0)
    return Problem(network, float(random.uniform(2, 20)) * np.vstack([np.eye(d), -np.eye(d)]))


def _on_a_line(random: np.random.Generator) -> Problem:
    problem = _some(random)
    along, off = random.standard_normal((2, problem.network.d))
    return _at(problem, np.outer(3 * random.standard_normal(len(problem.x)), along) + off)


def _on_kinks(random: np.random.Generator) -> Problem:
    """Whole numbers, so that many data are exactly on kinks and many neurons share hyperplanes."""
    n, d, k = (int(random.integers(low, high)) for low, high in ((1, 12), (1, 4), (1, 9)))
    network = ShallowNetwork(random.integers(-2, 3, (k, d)), random.integers(-2, 3, k), random.integers(-3, 4, k), 0.0)
    return Problem(network, random.integers(-2, 3, (n, d)).astype(float))


def _two_clusters(random: np.random.Generator) -> Problem:
    problem = _some(random)
    far = 100.0 * np.where(random.uniform(size=len(problem.x)) < 0.5, 1.0, -1.0)
    return _at(problem, problem.x + far[:, None])


KINDS: Mapping[str, Draw] = {
    "normal": _some,
    "nonnegative data": _nonnegative,
    "centred data": _centred,
    "even functions on symmetric data": _even,
    "nearly symmetric data": _nearly_even,
    "duplicated data": _duplicated_data,
    "nearly duplicated data": _nearly_duplicated_data,
    "duplicated neurons": _duplicated_neurons,
    "ten times the data": _ten_times,
    "tiny data": _tiny_data,
    "tiny or large amplitudes": _tiny_or_large_amplitudes,
    "amplitudes of all sizes": _mixed_amplitudes,
    "unbalanced neurons": _unbalanced,
    "dead neurons": _dead,
    "neurons without output": _without_output,
    "constant neurons": _constant,
    "one datum": _one_datum,
    "one input": _one_input,
    "more neurons than data": _more_neurons,
    "more data than neurons": _more_data,
    "a turned polygon": _rotated,
    "a cross": _cross,
    "data on a line": _on_a_line,
    "two far clusters": _two_clusters,
    "data on kinks": _on_kinks,
}
"""One draw of each for a random generator: 25 kinds, 20 seeds are 500 networks."""


def rescalable(kind: str, seed: int) -> Problem:
    """The draw of this kind for a seed."""
    return KINDS[kind](np.random.default_rng((seed, *kind.encode())))
