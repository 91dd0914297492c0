"""depth-separation-shallow: a measure that annihilates affine functions bounds the error of shallow nets from below."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings

from numerics.depth.bracket.table import bracket_table
from numerics.norm import stability_norm
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.grid import ATTAINS, GRID, LABELS
from proofs_checks.instances.networks import Comparison, Problem, counterexample, problems

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


STEP_SIZES = tuple(Fraction(*parts) for parts in ((5, 3), (1, 1), (1, 2)))


def test_certificates_on_the_plane(evidence: Evidence) -> None:
    """Certificates on the disc, proved from scratch, against explicit nets: pairing <= C M + error |mu|."""
    with evidence.certified(
        CLAIM, "certificates for the disc of radius 4, proved from scratch, each against explicit nets"
    ) as proofs:
        table = bracket_table(step_sizes=STEP_SIZES)
        for bracket in table:
            verification = bracket.verify()
            assert verification.proved, verification.failure()
            bracket.measure.require_annihilation()
            proofs.encloses(f"M at {len(bracket.measure.masses)} points", (Fraction(0), bracket.supremum), 9)
        for measure, supremum in ((bracket.measure, bracket.supremum) for bracket in table):
            for net in table:
                proofs.at_most(
                    measure.pair_with_pyramid(), net.norm * supremum + measure.mass * net.error, "the certificate"
                )


def test_tampered_certificates(evidence: Evidence) -> None:
    """A mass that is moved, and a pairing with the wrong sign."""
    (bracket,) = bracket_table(step_sizes=STEP_SIZES[1:2])
    measure = bracket.measure
    masses = measure.masses.copy()
    masses[0] += 1
    try:
        replace(measure, masses=masses).require_annihilation()
        refusal = None
    except ValueError as error:
        refusal = str(error)
    evidence.control(CLAIM, "a certificate with one mass changed in its last digit", refusal)
    claimed = bracket.measure.scaled_bound(-bracket.norm, bracket.supremum)
    evidence.control(
        CLAIM,
        "the pairing plus C M in place of minus",
        f"it claims an error of {float(claimed):.5f}, an explicit net has {float(bracket.error):.5f}"
        if claimed > bracket.error
        else None,
    )
