"""False neighbours of the stability norm, for controls."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from proofs_checks.instances.networks import Problem


def norm_with(problem: Problem, choose: Callable[..., np.ndarray], power: float = 2, moment: bool = True) -> float:
    """The stability norm with another choice of orientation, power of P, or without the first moment."""
    net = problem.network
    reduced = net.reduced()
    # the largest neuron of each hyperplane, as it is: a datum on its kink stays there
    chosen = [members[np.argmax(np.abs(net.W1[members]).max(axis=1))] for members in reduced.members]
    offsets = net.preactivations(problem.x)[:, chosen] / np.linalg.norm(net.W1[chosen], axis=1)
    sides = []
    for sign in (1, -1):
        offset = sign * offsets
        mass = (offset > 0).mean(axis=0)
        lever = mass**power
        if moment:
            lever = lever + np.sum(((offset > 0).T @ problem.x / len(problem.x)) ** 2, axis=1)
        sides.append(np.maximum(offset, 0).mean(axis=0) * np.sqrt(lever))
    return float(np.abs(reduced.amplitudes) @ choose(*sides))
