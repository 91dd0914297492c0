"""Does a derivation hold? The kernel proves it; the falsifier, which shares nothing with it, looks for instances."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from proofs_checks.evidence.derivations import require_says
from proofs_checks.evidence.record import Figure
from theory.claim import Claim, Statement
from theory.falsifier import Refuted, Report, falsify
from theory.kernel import Derivation, FalseStep, check
from theory.notation import written

_WITHSTOOD: dict[Derivation, Report] = {}
"""What the falsifier did not refute in this process, by content."""


class AtFaultError(AssertionError):
    """A derivation does not hold; ``culprit`` is the claim that it belongs to, or that of the one it cites at fault."""

    def __init__(self, reason: str, culprit: str) -> None:
        super().__init__(reason)
        self.culprit = culprit


def judge(derivation: Derivation) -> dict[str, Figure]:
    """Have a derivation and all that it cites proved by the kernel and attacked by the falsifier; what they counted.

    Raises `AtFaultError` where either is not content: of the first that does not hold, those cited before those that
    cite them, with the step that the kernel does not accept and the instance that the falsifier found, whichever there
    is.
    """
    accepted = not _refusal(derivation)
    total = Report()
    for each in with_cited(derivation):
        refusal = "" if accepted else _refusal(each)
        instance = ""
        try:
            if each not in _WITHSTOOD:
                _WITHSTOOD[each] = falsify(each, written=written)
            total += _WITHSTOOD[each]
        except Refuted as error:
            instance = str(error)
        except Exception as error:  # the judge must not break down over what it is given
            instance = f"the falsifier breaks down over '{each.name}': {type(error).__name__}: {error}"
        if refusal:
            raise AtFaultError(f"{refusal}; {instance or 'no instance against it was found'}", each.claim)
        if instance:
            raise AtFaultError(f"the kernel accepts '{each.name}', but {instance}", each.claim)
    steps = sum(len(each.steps) for each in with_cited(derivation))
    tried = {name.replace("_", " "): count for name, count in asdict(total).items() if count and name != "steps"}
    return {"steps": steps, **{f"falsifier: {name}": count for name, count in tried.items()}}


def _refusal(derivation: Derivation) -> str:
    """Why the kernel does not accept a derivation, or nothing."""
    try:
        check(derivation)
    except FalseStep as error:
        return str(error)
    except Exception as error:  # the judge must not break down over what it is given
        return f"the kernel breaks down over '{derivation.name}': {type(error).__name__}: {error}"
    return ""


@dataclass(frozen=True)
class Fault:
    """Why a derivation does not hold, and the claim whose derivation is at fault, if that is another one."""

    reason: str
    culprit: str = ""


Verdict = dict[str, Figure] | Fault
"""What was counted where a derivation holds, or why it does not."""


def verdicts(claim: Claim) -> dict[str, Verdict]:
    """The verdict on each derivation of a claim, by the name of its statement, or of the lemma in quotes.

    That of a statement has to conclude its formal relation from the assumptions that the statement names.
    """
    found: dict[str, Verdict] = {}
    for statement in claim.statements:
        if statement.derivation is not None:
            found[statement.name] = _verdict(claim, statement.derivation, statement)
    for lemma in claim.lemmas:
        found[f"'{lemma.name}'"] = _verdict(claim, lemma)
    return found


def _verdict(claim: Claim, derivation: Derivation, statement: Statement | None = None) -> Verdict:
    try:
        figures = judge(derivation)
        if statement is not None:
            require_says(statement)
    except AtFaultError as error:
        return Fault(str(error), "" if error.culprit == claim.name else error.culprit)
    except AssertionError as error:
        return Fault(str(error))
    return figures


def with_cited(derivation: Derivation) -> list[Derivation]:
    """A derivation and all that it cites, directly or not, each once and after what it cites."""
    found: dict[Derivation, None] = {}

    def add(each: Derivation) -> None:
        if each not in found:
            for cited in each.cites:
                add(cited)
            found[each] = None

    add(derivation)
    return list(found)
