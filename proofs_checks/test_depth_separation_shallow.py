"""depth-separation-shallow: a measure that annihilates affine functions bounds the error of shallow nets from below."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given, settings

from numerics.norm import stability_norm
from proofs_checks.grid import ATTAINS, GRID, LABELS
from proofs_checks.instances import Comparison, Problem, counterexample, problems
from proofs_checks.ledger import Evidence

CLAIM = "depth-separation-shallow"

CHARGES = LABELS - 0.25 * ((GRID**2).sum(axis=1) == 1)
"""One at the origin, -1/4 at the four neighbours: annihilates affine functions, total variation 2."""
SUPREMUM = 81 / (8 * math.sqrt(17))
"""M, the least number with |integral of relu(<v,x> - b)| <= M g(v,b) on the grid."""


def error_bound(problem: Problem, supremum: float = SUPREMUM, variation: float = 2.0) -> Comparison:
    """The largest error on the grid against (1 - C M)/|mu|, for the pyramid's labels and C the net's own norm."""
    error = float(abs(problem.network(GRID) - LABELS).max())
    pairing = float(CHARGES @ LABELS)
    small = (pairing - stability_norm(problem.network, GRID) * supremum) / variation
    return Comparison(error, small, 1e-12, "largest error on the grid")


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


def test_certificate(evidence: Evidence) -> None:
    """The measure annihilates affine functions, and the bound holds for random nets and for the best one."""
    assert CHARGES.sum() == 0
    assert (CHARGES @ GRID).tolist() == [0.0, 0.0]
    with evidence.tested(
        CLAIM, "error on nine points against the certificate, random nets and the optimal one"
    ) as tally:

        def holds(problem: Problem) -> None:
            comparison = error_bound(problem)
            assert not comparison.violated, f"{comparison} is false at {problem!r}"
            tally.add(comparison.slack)

        holds(Problem(ATTAINS, GRID))
        settings(max_examples=100)(given(problems(d=2, kinks=True))(holds))()


@pytest.mark.parametrize(
    ("variant", "check"),
    [
        ("M smaller by a tenth", lambda p: error_bound(p, supremum=0.9 * SUPREMUM)),
        ("half of the total variation", lambda p: error_bound(p, variation=1.0)),
    ],
    ids=["supremum", "variation"],
)
def test_control(evidence: Evidence, variant: str, check: Callable[[Problem], Comparison]) -> None:
    """Smaller constants, refuted by the optimal net or by a simple one."""
    best = check(Problem(ATTAINS, GRID))
    found = f"{best} is false for 1 - max(|x1|, |x2|)" if best.violated else counterexample(check, problems(d=2))
    evidence.control(CLAIM, variant, found)
