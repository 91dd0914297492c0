"""Statements proved in Coq for all n, d, k: proofs compile, none uses an axiom, false variants are refuted there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from proofs_checks.evidence import coq
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.evidence.record import Theorem
from theory.claim import Claim
from theory.registry import BrokenClaimError, registry

Theorems = Mapping[str, Theorem | str] | str


def chosen(config: pytest.Config) -> Iterable[Claim]:
    """The claims asked for, or all; those whose modules cannot be imported are left out."""
    names = [name.replace("_", "-") for name in config.getoption("claim", [])]
    if not names:
        yield from registry()
    for name in names:
        try:
            yield registry()[name]
        except BrokenClaimError:
            continue


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each statement with theorems, and one for each refutation."""
    if metafunc.function is test_proved:
        pairs = [(claim, each.name) for claim in chosen(metafunc.config) for each in claim.statements if each.theorems]
        metafunc.parametrize(("claim", "statement"), pairs, ids=[f"{claim.name}.{name}" for claim, name in pairs])
    if metafunc.function is test_refuted:
        refuted = [(claim, *each) for claim in chosen(metafunc.config) for each in claim.machine_refuted]
        names = ("claim", "variant", "theorem", "statement")
        metafunc.parametrize(names, refuted, ids=[f"{each[0].name}-{each[2]}" for each in refuted])


@pytest.fixture(scope="module")
def proved(request: pytest.FixtureRequest, proofs: coq.Build | str) -> Theorems:
    """Every theorem that a claim names, or why there is no Coq here to ask."""
    if isinstance(proofs, str):
        return proofs
    claims = list(chosen(request.config))
    said = [name for claim in claims for statement in claim.statements for name in statement.theorems]
    refuting = [name for claim in claims for _, name, _ in claim.machine_refuted]
    return coq.theorems(proofs, [*said, *refuting])


def test_proved(evidence: Evidence, proved: Theorems, claim: Claim, statement: str) -> None:
    """The theorems of the statement, each closed under the global context."""
    if isinstance(proved, str):
        evidence.not_checked(claim.name, statement, "machine-checked", "proved in Coq, without axioms", proved)
        pytest.skip(proved)
    evidence.machine_checked(claim.name, statement, proved)


def test_refuted(
    evidence: Evidence, proved: Theorems, claim: Claim, variant: str, theorem: str, statement: str
) -> None:
    """False neighbours: Coq proves their negation from a concrete instance."""
    if isinstance(proved, str):
        pytest.skip(proved)
    evidence.refuted(claim.name, variant, theorem, statement, proved)
