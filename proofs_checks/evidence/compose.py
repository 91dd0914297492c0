"""From the ledger of a run to its record: every claim with its statements, and what was found about them."""

from __future__ import annotations

import platform
from collections.abc import Collection, Iterator
from dataclasses import replace
from importlib import metadata

from proofs_checks.evidence import coq, record
from proofs_checks.evidence.derivations import assumptions, given, shown, where, within
from proofs_checks.evidence.ledger import Ledger
from proofs_checks.evidence.record import FAILED, PASSED, Control, Crash, Theorem
from theory import BrokenClaimError, Claim, Statement
from theory.glossary import letters_of
from theory.latex import MACROS, latex_relation

PACKAGES = ("numpy", "scipy", "sympy", "torch", "hypothesis", "mpmath", "python-flint")


def compose(ledger: Ledger, *, command: str = "", passed: bool = True, typeset: bool = True) -> record.Evidence:
    """The record of a run: of the claims selected and what they rest on, or else of all.

    Without ``typeset`` relations and derivations are left out: their LaTeX takes time, and nothing depends on it.
    """
    return record.Evidence(
        claims=tuple(
            _broken(ledger, error) if error else _claim(ledger, name, typeset) for name, error in _names(ledger)
        ),
        environment=environment() if typeset else {},
        seeds={name: str(seed) for name, seed in ledger.seeds.items()},
        data=dict(ledger.data),
        command=command,
        outcome=PASSED if passed else FAILED,
        macros=tuple(MACROS.values()),
        selected=ledger.selected,
        profile=ledger.profile,
    )


def environment() -> dict[str, record.Figure]:
    """Versions of what the results depend on."""
    assistant = coq.version()
    return {
        "python": platform.python_version(),
        "platform": platform.platform(terse=True),
        **{name: metadata.version(name) for name in PACKAGES},
        **({"coq": assistant} if assistant else {}),
    }


def _names(ledger: Ledger) -> Iterator[tuple[str, BrokenClaimError | None]]:
    """The claims of the run with what is wrong with their modules; each after what it rests on, broken ones last."""
    claims = ledger.claims
    if not ledger.selected:
        yield from ((claim.name, None) for claim in claims)
        yield from sorted(claims.broken.items())
        return
    sound: dict[str, int] = {}
    broken: dict[str, BrokenClaimError] = {}
    waiting = [name for name in ledger.selected if name in claims]
    while waiting:
        name = waiting.pop()
        if name in sound or name in broken or name not in claims:
            continue
        try:
            waiting += claims[name].grounds
            sound[name] = len(claims.ancestors(name))
        except BrokenClaimError as error:
            broken[name] = error
    yield from ((name, None) for name in sorted(sound, key=lambda name: (sound[name], name)))
    yield from sorted(broken.items())


def _broken(ledger: Ledger, error: BrokenClaimError) -> record.Claim:
    """A claim of which only the name is known."""
    return record.Claim(
        name=error.name,
        title=error.name.replace("-", " ").capitalize(),
        source="",
        statements=(),
        crashes=tuple(ledger.crashes[error.name]),
        fault=error.reason,
        culprit=error.culprit,
        complete=error.name not in ledger.incomplete,
    )


def _claim(ledger: Ledger, name: str, typeset: bool) -> record.Claim:
    claim = ledger.claims[name]
    crashes = list(ledger.crashes[name])
    statements, lemmas = [], []
    taken = letters_of(claim) if typeset else set()
    for statement in claim.statements:
        try:
            statements.append(_statement(ledger, statement, typeset, taken))
        except Exception as error:  # what cannot be shown is the failure of this claim alone
            crashes.append(Crash("", f"{statement.name} cannot be set as LaTeX: {type(error).__name__}: {error}"))
            bare = replace(statement, derivation=None, assumes=())
            statements.append(_statement(ledger, bare, False, taken))
    try:
        lemmas = [shown(lemma, taken) for lemma in claim.lemmas] if typeset else []
    except Exception as error:
        crashes.append(Crash("", f"a lemma cannot be set as LaTeX: {type(error).__name__}: {error}"))
    return record.Claim(
        name=name,
        title=claim.title,
        source=f"{claim.source.key}: {claim.source.note}",
        statements=tuple(statements),
        rests_on=claim.rests_on,
        checks=tuple(ledger.checks[name]),
        controls=(*ledger.controls[name], *_waiting(ledger, claim)),
        crashes=tuple(crashes),
        lemmas=tuple(lemmas),
        remarks=claim.remarks,
        complete=name not in ledger.incomplete,
    )


def _statement(ledger: Ledger, statement: Statement, typeset: bool, taken: Collection[str]) -> record.Statement:
    formal, derivation = statement.formal, statement.derivation
    return record.Statement(
        name=statement.name,
        text=statement.text.strip(),
        hypotheses=statement.hypotheses,
        formal=latex_relation(formal) if typeset and formal is not None else "",
        instances=statement.instances,
        cited=statement.cited,
        rests_on=statement.rests_on,
        assumes=tuple(each.name for each in assumptions(derivation) if not each.source) if derivation else (),
        given=given(statement),
        within=within(derivation) if derivation else (),
        where=where(statement) if typeset else (),
        theorems=tuple(_theorem(ledger, name) for name in statement.theorems),
        derivation=shown(derivation, taken) if typeset and derivation is not None else None,
    )


def _theorem(ledger: Ledger, name: str) -> Theorem:
    if name in ledger.theorems:
        return ledger.theorems[name]
    try:
        return coq.written(name)
    except LookupError:
        return Theorem(name, "")


def _waiting(ledger: Ledger, claim: Claim) -> list[Control]:
    """The refutations in Coq that did not run."""
    ran = {control.theorem.name for control in ledger.controls[claim.name] if control.theorem is not None}
    return [
        Control(variant, statement, "its negation is proved in Coq", "", None, "", _theorem(ledger, name))
        for variant, name, statement in claim.machine_refuted
        if name not in ran
    ]
