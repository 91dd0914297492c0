"""False neighbours of the stability norm, for controls."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from proofs_checks.instances.networks import Problem


def norm_with(problem: Problem, choose: Callable[..., np.ndarray], power: float = 2, moment: bool = True) -> float:
    """The stability norm with another choice of orientation, power of P, or without the first moment."""
    reduced = problem.network.reduced()
    sides = []
    for sign in (1, -1):
        offset = sign * (problem.x @ reduced.directions.T - reduced.thresholds)
        mass = (offset > 0).mean(axis=0)
        lever = mass**power
        if moment:
            lever = lever + np.sum(((offset > 0).T @ problem.x / len(problem.x)) ** 2, axis=1)
        sides.append(np.maximum(offset, 0).mean(axis=0) * np.sqrt(lever))
    return float(np.abs(reduced.amplitudes) @ choose(*sides))
