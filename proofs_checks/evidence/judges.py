"""Does a derivation hold? The kernel proves it; the falsifier, which shares nothing with it, looks for instances."""

from __future__ import annotations

from dataclasses import asdict

from proofs_checks.evidence.record import Figure
from theory.falsifier import Refuted, Report, falsify
from theory.kernel import Derivation, FalseStep, check

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
                _WITHSTOOD[each] = falsify(each)
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
