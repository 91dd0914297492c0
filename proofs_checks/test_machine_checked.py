"""Claims proved in Coq for all n, d, k: the files compile, no proof uses an axiom, false variants are refuted there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from proofs_checks.evidence import coq
from proofs_checks.evidence.ledger import Evidence
from theory.claim import Claim, registry

CLAIMS = [claim for claim in registry() if claim.machine_checked]
NAMES = sorted({name for claim in CLAIMS for name in (*claim.machine_checked, *(n for _, n in claim.machine_refuted))})


@pytest.fixture(scope="module")
def proved(proofs: Path | str) -> Mapping[str, coq.Theorem] | str:
    """Every theorem that a claim names, or why there is no Coq here to ask."""
    return proofs if isinstance(proofs, str) else coq.theorems(proofs, NAMES)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_proved(evidence: Evidence, proved: Mapping[str, coq.Theorem] | str, claim: Claim) -> None:
    """The theorems of the claim, each closed under the global context."""
    if isinstance(proved, str):
        evidence.not_checked(claim.name, "machine-checked", "proof in Coq for all n, d, k", proved)
        pytest.skip(proved)
    evidence.machine_checked(claim.name, [proved[name] for name in claim.machine_checked])


@pytest.mark.parametrize(
    ("claim", "variant", "name"),
    [(claim.name, *refuted) for claim in CLAIMS for refuted in claim.machine_refuted],
    ids=lambda value: value if "." in value else "",
)
def test_refuted(
    evidence: Evidence, proved: Mapping[str, coq.Theorem] | str, claim: str, variant: str, name: str
) -> None:
    """False neighbours: Coq proves their negation from a concrete instance."""
    if isinstance(proved, str):
        pytest.skip(proved)
    theorem = proved[name]
    # the statement has to deny something, or its proof would refute nothing
    refutes = theorem.closed and "~ (" in theorem.statement
    evidence.control(claim, variant, f"its negation is proved in Coq:\n{theorem.statement}" if refutes else None)
