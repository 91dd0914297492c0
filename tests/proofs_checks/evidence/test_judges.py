"""The two judges together: either alone can fail a derivation, and neither can break the check."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sympy as sp

from proofs_checks.evidence import judges
from proofs_checks.evidence.judges import judge, with_cited
from theory.kernel import ByDerivation, Chain, Drop, Identity, Squares

x = sp.Symbol("x", real=True)
PROOF = Chain("a square", x**2).at_least(0, Squares("a square", [(1, x)])).conclude()
CITING = Chain("twice", 2 * x**2).at_least(0, ByDerivation(PROOF, 2)).conclude()


def test_what_is_counted() -> None:
    """Steps of it and of all that it cites, and what the falsifier tried."""
    figures = judge(CITING)
    assert figures["steps"] == 2
    assert int(str(figures["falsifier: instances"])) > int(str(judge(PROOF)["falsifier: instances"])) > 0
    assert [each.name for each in with_cited(CITING)] == ["a square", "twice"]


def test_both_have_their_say() -> None:
    """The step that the kernel does not accept, and the instance that refutes it; or that there is none."""
    false = Chain("no square", x**3).at_least(0, Drop("not negative", x**3)).conclude()
    with pytest.raises(AssertionError, match=r"step 1 of 'no square'.* not seen to be .*; .*false at x = -"):
        judge(false)
    unproved = Chain("a square", x**2).at_least(0, Identity("clear")).conclude()
    with pytest.raises(AssertionError, match=r"step 1 of 'a square' .* no instance against it was found"):
        judge(unproved)


def test_a_false_derivation_is_not_hidden_by_what_cites_it() -> None:
    """What is cited is judged too."""
    false = Chain("no square", x**3).at_least(0, Drop("not negative", x**3)).conclude()
    citing = Chain("twice", 2 * x**3).at_least(0, ByDerivation(false, 2)).conclude()
    with pytest.raises(AssertionError, match="step 1 of 'no square'"):
        judge(citing)


def test_what_the_kernel_accepts_and_the_falsifier_refutes_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loudly, with the instance."""
    monkeypatch.setattr(judges, "check", lambda _: None)
    false = Chain("no cube", x**3).at_least(0, Squares("not negative", [(1, x)])).conclude()
    with pytest.raises(AssertionError, match=r"the kernel accepts 'no cube', but step 1 .*false at x = -"):
        judge(false)


@pytest.mark.parametrize("judged", ["check", "falsify"])
def test_a_judge_that_breaks_down(monkeypatch: pytest.MonkeyPatch, judged: str) -> None:
    """It has not accepted."""

    def breaks(*_: Any, **__: Any) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(judges, judged, breaks)
    derivation = replace(PROOF, name=f"a square, {judged}")
    with pytest.raises(AssertionError, match=r"breaks down over 'a square, .*RecursionError: too deep"):
        judge(derivation)
