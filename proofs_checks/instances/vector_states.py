"""States, rows of the convex program that the norm of several outputs is, and sums that are compared with it."""

from __future__ import annotations

import itertools

import numpy as np

from numerics.network import Array
from proofs_checks.instances.vector_nets import Nets


def states(rng: np.random.Generator, count: int, m: int) -> Array:
    """Random states [c, m, m]: of every rank, and I/m now and then."""
    roots = rng.standard_normal((count, m, m)) * (rng.random((count, 1, m)) < rng.uniform(0, 1.2, (count, 1, 1)))
    roots[:, :, 0] += 1e-3
    roots[::5] = np.eye(m)
    products = roots @ roots.transpose(0, 2, 1)
    found: Array = products / np.trace(products, axis1=1, axis2=2)[:, None, None]
    return found


def sum_for(state: Array, vectors: Array, weights: Array) -> float:
    """sum_H sqrt(<a_H, rho a_H>) g_H."""
    return float(weights @ np.sqrt(np.maximum(np.einsum("hi,ij,hj->h", vectors, state, vectors), 0)))


def combinations(vectors: Array) -> float:
    """The maximum over |u| = 1 of sum_h |<u, b_h>|: the largest length of a sum of +-b_h."""
    others = len(vectors) - 1
    signs = np.array(list(itertools.product((1.0, -1.0), repeat=others))).reshape(2**others, others)
    return float(np.linalg.norm(vectors[0] + signs @ vectors[1:], axis=1).max())


def programs(rng: np.random.Generator, count: int) -> list[Array]:
    """Rows b_h = g_h a_h of the program: generic, of rank one, orthogonal, repeated, badly scaled, one row alone."""
    found = []
    for place in range(count):
        h, m = rng.integers(1, 9), rng.integers(1, 6)
        rows = rng.standard_normal((h, m))
        match place % 6:
            case 1:
                rows = rows[:, :1] * rows[:1]
            case 2:
                rows = np.eye(int(max(h, m)))[:h, :m] * rng.uniform(0.5, 2, (h, 1))
                rows = rows[np.any(rows != 0, axis=1)]
            case 3:
                rows = np.repeat(rows, 2, axis=0)[:8]
            case 4:
                rows = rows * 10.0 ** rng.uniform(-9, 3, (h, 1))
            case 5:
                rows = rows[:1]
        found.append(rows)
    return found


def neuron_by_neuron(nets: Nets, place: int, second: Array, u: Array) -> float:
    """|E[S u]|^2 + 2 sum_i |E[z_i c]| |E[<c, w2_i> 1_i (X, 1)]|."""
    x, c = nets.x[place], second @ u
    t = x @ nets.W1[place].T + nets.b1[place]
    outwards = np.linalg.norm(np.maximum(t, 0).T @ c / len(x), axis=1)
    levers = (c @ nets.W2[place]) * (t > 0)
    inwards = np.linalg.norm(levers.T @ np.hstack([x, np.ones((len(x), 1))]) / len(x), axis=1)
    return float(np.sum(c.mean(axis=0) ** 2) + 2 * outwards @ inwards)
