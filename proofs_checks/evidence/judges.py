"""Does a derivation hold? The kernel proves it; the falsifier, which shares nothing with it, looks for instances."""

from __future__ import annotations

from dataclasses import asdict

from proofs_checks.evidence.derivations import require_says
from proofs_checks.evidence.record import Figure
from theory.claim import Claim, Statement
from theory.falsifier import Refuted, Report, falsify
from theory.kernel import Derivation, FalseStep, check
from theory.notation import written

_WITHSTOOD: dict[Derivation, Report] = {}
"""What the falsifier did not refute in this process, by content."""


def judge(derivation: Derivation) -> dict[str, Figure]:
    """Have a derivation and all that it cites proved by the kernel and attacked by the falsifier; what they counted.

    Raises ``AssertionError`` where either is not content, with the step that the kernel does not accept and the
    instance that the falsifier found, whichever there is.
    """
    refusal = instance = ""
    try:
        check(derivation)
    except FalseStep as error:
        refusal = str(error)
    except Exception as error:  # the judge must not break down over what it is given
        refusal = f"the kernel breaks down over '{derivation.name}': {type(error).__name__}: {error}"
    total = Report()
    for each in with_cited(derivation):
        try:
            if each not in _WITHSTOOD:
                _WITHSTOOD[each] = falsify(each, written=written)
            total += _WITHSTOOD[each]
        except Refuted as error:
            instance = str(error)
            break
        except Exception as error:
            instance = f"the falsifier breaks down over '{each.name}': {type(error).__name__}: {error}"
            break
    if refusal:
        raise AssertionError(f"{refusal}; {instance or 'no instance against it was found'}")
    if instance:
        raise AssertionError(f"the kernel accepts '{derivation.name}', but {instance}")
    steps = sum(len(each.steps) for each in with_cited(derivation))
    tried = {name.replace("_", " "): count for name, count in asdict(total).items() if count and name != "steps"}
    return {"steps": steps, **{f"falsifier: {name}": count for name, count in tried.items()}}


Verdict = dict[str, Figure] | str
"""What was counted where a derivation holds, or why it does not."""


def verdicts(claim: Claim) -> dict[str, Verdict]:
    """The verdict on each derivation of a claim, by the name of its statement, or of the lemma in quotes.

    That of a statement has to conclude its formal relation from the assumptions that the statement names.
    """
    found: dict[str, Verdict] = {}
    for statement in claim.statements:
        if statement.derivation is not None:
            found[statement.name] = _verdict(statement.derivation, statement)
    for lemma in claim.lemmas:
        found[f"'{lemma.name}'"] = _verdict(lemma)
    return found


def _verdict(derivation: Derivation, statement: Statement | None = None) -> Verdict:
    try:
        figures = judge(derivation)
        if statement is not None:
            require_says(statement)
    except AssertionError as error:
        return str(error)
    return figures


def with_cited(derivation: Derivation) -> list[Derivation]:
    """A derivation and all that it cites, directly or not, each once."""
    found: dict[Derivation, None] = {}
    waiting = [derivation]
    while waiting:
        each = waiting.pop()
        if each not in found:
            found[each] = None
            waiting += each.cites
    return list(found)
