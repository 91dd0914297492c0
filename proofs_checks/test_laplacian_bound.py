"""laplacian-bound, in finite form: the Laplacian weighted by a disc of density below the weight."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings

from numerics.sharpness import sharpness
from numerics.weight import weight
from proofs_checks.instances import Comparison, Problem, counterexample, problems
from proofs_checks.ledger import Evidence

CLAIM = "laplacian-bound"


def bound(problem: Problem, level: float = 1.0, offset: float = 0.5) -> Comparison:
    """1/eta - 1/2 at the largest stable step size, against the integral of a density over the net's lines.

    The density is constant on a disc around the mean of the data, with its Radon transform, the length of the chord,
    scaled to reach ``level`` times g on the net's own lines; the claim has the level 1.
    """
    reduced = problem.network.reduced()
    centre = problem.x.mean(axis=0)
    radius = float(np.sqrt(np.max(np.sum((problem.x - centre) ** 2, axis=1))))
    distance = reduced.thresholds - reduced.directions @ centre
    chords = 2 * np.sqrt(np.maximum(radius**2 - distance**2, 0))
    weights = weight(reduced.directions, reduced.thresholds, problem.x)
    density = float(np.min(weights[chords > 0] / chords[chords > 0], initial=np.inf))
    integral = level * density * float(np.abs(reduced.amplitudes) @ chords) if np.isfinite(density) else 0.0
    eta = 2 / sharpness(problem.network, problem.x)
    return Comparison(1 / eta - offset, integral, problem.rounding)


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivation."""
    evidence.derived(CLAIM)


def test_bound(evidence: Evidence) -> None:
    """Random nets in the plane."""
    with evidence.tested(
        CLAIM, "a density on a disc, with its Radon transform below g on the lines of random nets"
    ) as tally:

        @settings(max_examples=100)
        @given(problems(d=2))
        def holds(problem: Problem) -> None:
            comparison = bound(problem)
            assert not comparison.violated, f"{comparison} is false at {problem!r}"
            tally.add(comparison.slack)

        holds()


@pytest.mark.parametrize(
    ("variant", "check"),
    [
        ("a Radon transform of up to eight times g", lambda p: bound(p, level=8.0)),
        ("1/eta - 0.55 in place of 1/eta - 1/2", lambda p: bound(p, offset=0.55)),
    ],
    ids=["level", "offset"],
)
def test_control(evidence: Evidence, variant: str, check: Callable[[Problem], Comparison]) -> None:
    """False neighbours."""
    evidence.control(CLAIM, variant, counterexample(check, problems(d=2, max_n=5)))
