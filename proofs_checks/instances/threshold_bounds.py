"""The inequalities of mean-square-threshold between the threshold and its bounds on one net, and false variants."""

from __future__ import annotations

import numpy as np

from numerics.gram import gram_matrix
from numerics.mean_square.bounds import cheap_bounds
from numerics.mean_square.lyapunov import Lyapunov
from numerics.norm import stability_norm
from proofs_checks.instances.networks import Comparison, Problem
from proofs_checks.instances.second_moments import defined, share

ROUNDING = 1e-7
"""Relative, of a threshold found by iteration."""


def at_most(larger: float, smaller: float, of: str = "") -> Comparison:
    """``larger >= smaller``, up to rounding."""
    return Comparison(larger, smaller, ROUNDING * max(abs(larger), abs(smaller)), of)


def collatz_wielandt(problem: Problem, batch: int, seed: int, largest: bool = True) -> tuple[Comparison, Comparison]:
    """The bounds of lambda* at weights and a level at random; the variant takes the smallest ratio from above."""
    generator = np.random.default_rng(seed)
    equation, p = Lyapunov(gram_matrix(problem.network, problem.x)), share(problem, batch)
    weights = generator.uniform(0.1, 1, equation.n)
    level = equation.top * ((1 - p) + generator.uniform(0.1, 2) * equation.n * p)
    solution = equation.coordinates(weights) / equation.divisors(p, level)
    image = p * equation.n * equation.diagonal(solution * equation.products)
    exact = float(np.ldexp(defined(problem, p), -equation.exponent))
    ratio = float((np.max if largest else np.min)(image / weights))
    low = level * min(1.0, float(weights @ image / (weights @ weights)))
    return at_most(exact, low, "by Rayleigh"), at_most(level * max(1.0, ratio), exact, "by Collatz and Wielandt")


def order(problem: Problem, batch: int) -> list[Comparison]:
    """The chain of cheap bounds, as levels 2/eta."""
    gram = gram_matrix(problem.network, problem.x)
    exact = defined(problem, share(problem, batch))
    found = cheap_bounds(gram, batch)
    s = gram.sum(axis=1)
    kappa = len(s) * float(np.sum(s**4)) / float(np.sum(s**2)) ** 2
    gained = (1 + share(problem, batch) * (kappa - 1)) * (1 + 2 * stability_norm(problem.network, problem.x))
    return [
        at_most(2 / found.largest_gradient, 2 / found.one_step, "largest gradient"),
        at_most(2 / found.one_step, exact, "one step"),
        at_most(exact, 2 / found.top_eigenvector, "top eigenvector"),
        at_most(exact, 2 / found.trace, "trace"),
        at_most(exact, 2 / found.mean_gradient, "mean gradient"),
        at_most(2 / found.mean_gradient, gained, "gain"),
    ]


def one_of(problem: Problem) -> float:
    """lambda* for batches of one."""
    return defined(problem, share(problem, 1))


def without_n(problem: Problem) -> Comparison:
    """The bound by the step that lets no length grow, with p diag K in place of p n diag K, batches of one."""
    gram, p = gram_matrix(problem.network, problem.x), share(problem, 1)
    bound = float(np.linalg.eigvalsh((1 - p) * gram + p * np.diag(np.diagonal(gram)))[-1])
    return at_most(bound, one_of(problem), "the bound from above against lambda*")


def without_one(problem: Problem) -> Comparison:
    """The bound by the top eigenvector with n sum u^4 in place of n sum u^4 - 1, batches of one."""
    values, vectors = np.linalg.eigh(gram_matrix(problem.network, problem.x))
    fourth = len(values) * float(np.sum(vectors[:, -1] ** 4))
    bound = float(values[-1]) * (1 + share(problem, 1) * fourth)
    return at_most(one_of(problem), bound, "lambda* against the bound from below")


def with_replacement(problem: Problem) -> Comparison:
    """The threshold of batches of two is no larger than with p = 1/2."""
    exact = defined(problem, share(problem, min(2, len(problem.x))))
    return at_most(exact, defined(problem, 0.5), "lambda* against that of p = 1/2")
