"""The ledger: each way of recording refuses what its level does not mean, and a failure is recorded with its reason."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp

from proofs_checks.evidence.compose import compose
from proofs_checks.evidence.ledger import LONGEST_REASON, Evidence, Ledger, said
from proofs_checks.evidence.record import CLOSED, FAILED, NOT_CHECKED, PASSED, UNSUPPORTED, Table, Theorem
from proofs_checks.evidence.standing import standings
from theory.claim import Claim, Source, Statement
from theory.kernel import ByDerivation, Chain, Derivation, Drop, Hypothesis, Squares
from theory.registry import BrokenClaimError, Registry

SOURCE = Source("nacson2023", "nowhere")
x = sp.Symbol("x", real=True)
SQUARE = sp.Ge(x**2, 0, evaluate=False)
PROOF = Chain("a square", x**2).at_least(0, Squares("a square", [(1, x)])).conclude()
FALSE = Chain("no square", x**3).at_least(0, Drop("not negative", x**3)).conclude()
THEOREM = Theorem("F.t", "Theorem t : 0 <= x.", assumptions=CLOSED)
NEGATION = Theorem("C.no", "Theorem no : ~ (forall x, x < 0).", assumptions=CLOSED)


def derived(name: str, derivation: Derivation = PROOF, formal: sp.Rel = SQUARE, **more: Any) -> Statement:
    """A statement with a derivation."""
    return Statement(name, "$x^2 \\ge 0$", formal=formal, derivation=derivation, **more)


CLAIM = Claim(
    "square",
    "Square",
    (
        derived("all", theorems=("F.t",)),
        Statement("three", "$3^2 = 9$", instances=("x = 3",)),
        Statement("prose", "words"),
    ),
    SOURCE,
    machine_refuted=(("negative", "C.no", "all"),),
)


@pytest.fixture
def ledger() -> Ledger:
    """An empty ledger over one claim, and one that is broken."""
    broken = Claim("broken", "Broken", (Statement("one", "x"),), SOURCE, ("nowhere",))
    ledger = Ledger(Registry.of([CLAIM, broken]), "quick")
    ledger.written = {"F.t": THEOREM, "C.no": NEGATION}.__getitem__
    return ledger


@pytest.fixture
def evidence(ledger: Ledger) -> Evidence:
    """What a test of these claims would get."""
    return Evidence(ledger, "node")


def words(ledger: Ledger, claim: str = "square") -> dict[str, str]:
    """How the statements of a claim stand."""
    ledger.incomplete.add(claim)
    found = standings(compose(ledger, typeset=False).claims)[claim]
    return {name: part.word for name, part in found.statements.items()}


def with_statements(*statements: Statement, lemmas: tuple[Derivation, ...] = ()) -> tuple[Ledger, Evidence]:
    """A ledger over one claim of these statements."""
    ledger = Ledger(Registry.of([Claim("square", "Square", statements, SOURCE, lemmas=lemmas)]), "quick")
    return ledger, Evidence(ledger, "node")


def test_derived_records_statement_by_statement(ledger: Ledger, evidence: Evidence) -> None:
    """With what kernel and falsifier counted; statements without a derivation get nothing."""
    evidence.derived("square")
    assert words(ledger) == {"all": "derived", "three": NOT_CHECKED, "prose": NOT_CHECKED}
    figures = ledger.checks["square"][0].figures
    assert figures["steps"] == 1
    assert int(str(figures["falsifier: instances"])) > 0


def test_one_false_statement_fails_and_the_others_go_on() -> None:
    """The error names the step and an instance, after all were checked."""
    cube = sp.Ge(x**3, 0, evaluate=False)
    ledger, evidence = with_statements(derived("cube", FALSE, cube), derived("all"))
    with pytest.raises(AssertionError, match=r"(?s)cube: step 1 of 'no square' .* does not hold.*false at x = -"):
        evidence.derived("square")
    assert words(ledger) == {"cube": FAILED, "all": "derived"}
    assert "step 1 of 'no square'" in ledger.checks["square"][0].reason
    assert "false at x = -" in ledger.checks["square"][0].reason


@pytest.mark.parametrize(
    "formal",
    [
        sp.Ge(x**2, 1, evaluate=False),
        sp.Le(x**2, 0, evaluate=False),
        sp.Eq(x**2, 0, evaluate=False),
        sp.Gt(x**2, 0, evaluate=False),
        sp.Ge(x**4, 0, evaluate=False),
        sp.Ge(0, x**2, evaluate=False),
    ],
)
def test_a_conclusion_that_is_not_the_formal_relation(formal: sp.Rel) -> None:
    """A true derivation of something else derives nothing."""
    ledger, evidence = with_statements(derived("all", PROOF, formal))
    with pytest.raises(AssertionError, match="which is not the formal relation"):
        evidence.derived("square")
    assert words(ledger) == {"all": FAILED}


def test_a_conclusion_that_is_written_in_another_way() -> None:
    """Equal sides are equal however they are written."""
    formal = sp.Ge((x + 1) ** 2 - 2 * x - 1, sp.Integer(0), evaluate=False)
    ledger, evidence = with_statements(derived("all", PROOF, formal))
    evidence.derived("square")
    assert words(ledger) == {"all": "derived"}


def test_a_false_lemma_fails_the_claim() -> None:
    """Though it carries no level; a true one gives none."""
    ledger, evidence = with_statements(Statement("prose", "words"), lemmas=(PROOF,))
    evidence.derived("square")
    assert words(ledger) == {"prose": NOT_CHECKED}
    ledger, evidence = with_statements(derived("all"), lemmas=(FALSE,))
    with pytest.raises(AssertionError, match="lemma 'no square': step 1"):
        evidence.derived("square")
    assert words(ledger) == {"all": FAILED}


def test_a_false_derivation_of_another_claim_leaves_unsupported_what_cites_it() -> None:
    """The claim that it belongs to fails; and so does the one that cites it, where only that one has it."""
    false = replace(FALSE, claim="cube")
    twice = Chain("twice", 2 * x**3, claim="double").at_least(0, ByDerivation(false, 2)).conclude()
    cube = Claim("cube", "Cube", (derived("cube", false, sp.Ge(x**3, 0, evaluate=False)),), SOURCE)
    double = derived("double", twice, sp.Ge(2 * x**3, 0, evaluate=False))
    citing = Claim("double", "Double", (double,), SOURCE, rests_on=("cube",))
    ledger = Ledger(Registry.of([cube, citing]), "quick")
    for name in ("cube", "double"):
        with pytest.raises(AssertionError, match="step 1 of 'no square'"):
            Evidence(ledger, "node").derived(name)
    assert (words(ledger, "cube"), words(ledger, "double")) == ({"cube": FAILED}, {"double": UNSUPPORTED})
    assert ledger.checks["cube"][0].reason.startswith("step 1 of 'no square'")
    ledger.checks["cube"] = [replace(check, outcome=PASSED) for check in ledger.checks["cube"]]
    assert words(ledger, "double") == {"double": FAILED}


def test_nothing_to_derive() -> None:
    """A claim without derivations cannot be derived."""
    _, evidence = with_statements(Statement("prose", "words"))
    with pytest.raises(AssertionError, match="square has no derivation"):
        evidence.derived("square")


def test_unnamed_assumptions_are_refused() -> None:
    """Definitions need no name; assumptions do."""
    y = sp.Symbol("y", real=True)
    assumed = Hypothesis("y is large", "y \\ge 1", sp.Ge(y, 1, evaluate=False))
    chain = Chain("a square", x**2, hypotheses=(assumed,)).at_least(0, Squares("a square", [(1, x)])).conclude()
    _, evidence = with_statements(derived("all", chain))
    with pytest.raises(AssertionError, match="assumes y is large, which assumes does not name"):
        evidence.derived("square")
    ledger, evidence = with_statements(replace(derived("all", chain), assumes=(assumed,)))
    evidence.derived("square")
    assert words(ledger) == {"all": "derived"}


@pytest.mark.parametrize("level", ["tested", "observed"])
def test_counted_checks(ledger: Ledger, evidence: Evidence, level: str) -> None:
    """One or several statements; figures are kept as JSON has them."""
    with getattr(evidence, level)("square", ("all", "prose"), "something") as tally:
        tally.add(0.5)
        tally.figures |= {"share": np.float64(0.5), "runs": np.int64(3), "limit": math.inf, "rate": Fraction(1, 3)}
    assert words(ledger) == {"all": level, "three": NOT_CHECKED, "prose": level}
    assert ledger.checks["square"][0].figures == {
        "instances": 1, "smallest relative margin": 0.5, "share": 0.5, "runs": 3, "limit": "inf", "rate": "1/3",
    }  # fmt: skip


def test_tables_are_kept_as_json_has_them(ledger: Ledger, evidence: Evidence) -> None:
    """Its entries are figures like others; a check without one has none."""
    with evidence.tested("square", "all", "something") as tally:
        tally.count()
        tally.table = Table(("net", "share"), (("a", np.float64(0.5)), ("b", Fraction(1, 3))))  # type: ignore[arg-type]
    with evidence.tested("square", "all", "something") as tally:
        tally.count()
    assert [check.table for check in ledger.checks["square"]] == [
        Table(("net", "share"), (("a", 0.5), ("b", "1/3"))),
        None,
    ]


@pytest.mark.parametrize(
    ("head", "rows"),
    [
        (("net", "share"), (("a", 1), ("b",))),
        (("net",), (("a",),)),
        (("net", "share"), ()),
        (("net", "share"), (("a", 1), ("a", 2))),
    ],
    ids=["a short row", "one column", "no row", "one name twice"],
)
def test_tables_that_are_none(head: tuple[str, ...], rows: tuple[tuple[Any, ...], ...]) -> None:
    """Rows are as long as the head, and each has a name of its own."""
    with pytest.raises(ValueError, match="a table has"):
        Table(head, rows)


def test_certified_is_for_instances(ledger: Ledger, evidence: Evidence) -> None:
    """A universal statement is refused before anything is recorded, also among others."""
    with evidence.certified("square", "three", "its square") as proofs:
        proofs.equal(3**2, 9)
    assert words(ledger)["three"] == "certified"
    for names in ("all", ("three", "all")):
        with (
            pytest.raises(ValueError, match="'all' of square names no instances"),
            evidence.certified("square", names, "its square") as proofs,
        ):
            proofs.equal(1, 1)
    assert len(ledger.checks["square"]) == 1


@pytest.mark.parametrize(
    "record",
    [
        lambda e: e.tested("square", "all", "nothing"),
        lambda e: e.certified("square", "three", "nothing"),
        lambda e: e.observed("square", "all", "nothing"),
    ],
)
def test_empty_checks_fail(ledger: Ledger, evidence: Evidence, record: Callable[[Evidence], object]) -> None:
    """A check that tried nothing proves nothing."""
    with pytest.raises(AssertionError, match="tried no instance"), record(evidence):  # type: ignore[attr-defined]
        pass
    assert [check.outcome for check in ledger.checks["square"]] == [FAILED]


def test_failures_are_recorded_with_their_reason(ledger: Ledger, evidence: Evidence) -> None:
    """Whatever is raised, ``pytest.fail`` too; the figures so far are kept."""
    with pytest.raises(ZeroDivisionError), evidence.tested("square", "all", "fails") as tally:
        tally.figures["runs"] = tally.instances / 0
    with pytest.raises(AssertionError), evidence.certified("square", "three", "unequal") as proofs:
        proofs.equal(1, 2, "the sum")
    with pytest.raises(pytest.fail.Exception), evidence.tested("square", "all", "fails"):
        pytest.fail("so it is")
    reasons = [check.reason for check in ledger.checks["square"]]
    assert reasons == ["ZeroDivisionError: division by zero", "the sum is false: 1 = 2", "Failed: so it is"]
    assert ledger.checks["square"][0].figures["instances"] == 0
    assert ledger.has_failure_at("node")
    assert not ledger.has_failure_at("another")


def test_a_check_that_passed_is_no_failure(ledger: Ledger, evidence: Evidence) -> None:
    """A crash after it, in the same test, is still to be recorded; a control that was refuted is none either."""
    with evidence.tested("square", "all", "passes") as tally:
        tally.count()
    evidence.control("square", "x^2 > 0", "x = 0", because="0 is real", statement="all")
    evidence.not_checked("square", "all", "machine-checked", "proof", "Coq is not installed")
    assert not ledger.has_failure_at("node")


@pytest.mark.parametrize(("length", "kept"), [(LONGEST_REASON, ""), (LONGEST_REASON + 1, " ...")])
def test_long_reasons_are_cut(length: int, kept: str) -> None:
    """What is longer, and no shorter one."""
    assert said(AssertionError("x" * length)) == "x" * LONGEST_REASON + kept


def test_skipped_and_interrupted(ledger: Ledger, evidence: Evidence) -> None:
    """A skipped check is not checked here; an interrupted one leaves no trace."""
    with pytest.raises(pytest.skip.Exception), evidence.tested("square", "all", "skips"):
        pytest.skip("no data")
    with pytest.raises(KeyboardInterrupt), evidence.tested("square", "all", "stops"):
        raise KeyboardInterrupt
    assert [(check.outcome, check.reason) for check in ledger.checks["square"]] == [(NOT_CHECKED, "no data")]


def test_names_that_are_not_there(ledger: Ledger, evidence: Evidence) -> None:
    """A claim or a statement that there is not, and none at all, are errors, and nothing is recorded."""
    with pytest.raises(KeyError, match="no claim is called 'squre'"):
        evidence.derived("squre")
    with pytest.raises(KeyError, match="square has no statement 'al'"), evidence.tested("square", "al", "typo"):
        pass
    with pytest.raises(ValueError, match="has to name a statement"), evidence.tested("square", (), "nothing"):
        pass
    with pytest.raises(KeyError, match="no statement 'al'"):
        evidence.control("square", "moved", "x = 1", because="it is", statement="al")
    with pytest.raises(BrokenClaimError, match="rests on nowhere"):
        evidence.derived("broken")
    assert not any(ledger.checks.values())


def test_controls(ledger: Ledger, evidence: Evidence) -> None:
    """With the variant, why it is false, and the instance that refutes it."""
    evidence.control("square", "x^2 > 0", "x = 0", because="0 is real", statement="all")
    assert ledger.controls["square"][0].refuted is True
    assert (ledger.controls["square"][0].counterexample, ledger.controls["square"][0].because) == ("x = 0", "0 is real")


@pytest.mark.parametrize("counterexample", [None, "", "  \n"])
def test_controls_without_a_counterexample(ledger: Ledger, evidence: Evidence, counterexample: str | None) -> None:
    """They are not refuted, whatever emptiness is given for it; the statement has failed."""
    evidence.derived("square")
    with pytest.raises(AssertionError, match="the control 'the claim' of square was not refuted"):
        evidence.control("square", "the claim", counterexample, because="it is not", statement="all")
    assert words(ledger)["all"] == FAILED
    assert ledger.has_failure_at("node")
    assert ledger.controls["square"][0].counterexample == "no counterexample was found"


@pytest.mark.parametrize(("variant", "because"), [("", "it is"), ("moved", ""), ("moved", " \n"), (" ", "it is")])
def test_controls_that_do_not_say_what_they_are(evidence: Evidence, variant: str, because: str) -> None:
    """Both the variant and the reason are required."""
    with pytest.raises(ValueError, match="a control of square has to say"):
        evidence.control("square", variant, "x = 0", because=because, statement="all")


def test_machine_checked(ledger: Ledger, evidence: Evidence) -> None:
    """Every theorem that the statement names, closed under the global context; the statement alone has the level."""
    evidence.machine_checked("square", "all", {"F.t": THEOREM})
    assert words(ledger) == {"all": "machine-checked", "three": NOT_CHECKED, "prose": NOT_CHECKED}
    recorded = compose(ledger, typeset=False).claims[0].statements[0]
    assert recorded.theorems == (THEOREM,)


@pytest.mark.parametrize(
    ("statement", "theorems", "complaint"),
    [
        ("all", {}, "F.t was not asked for"),
        ("all", {"F.t": "F.v does not compile: ..."}, "F.v does not compile"),
        ("all", {"F.t": replace(THEOREM, assumptions="Axioms: magic")}, "F.t rests on Axioms: magic"),
        ("all", {"F.t": replace(THEOREM, assumptions="")}, "F.t rests on what was not asked"),
        ("all", {"F.t": replace(THEOREM, statement="Theorem t : 0 < x.")}, "F.t is not what its file says"),
        ("prose", {"F.t": THEOREM}, "'prose' of square names no theorem"),
    ],
)
def test_what_is_not_machine_checked(
    ledger: Ledger, evidence: Evidence, statement: str, theorems: dict[str, Theorem | str], complaint: str
) -> None:
    """Nothing, what is missing, what does not compile, what rests on an axiom; it fails the statement that names it."""
    with pytest.raises(AssertionError, match=complaint):
        evidence.machine_checked("square", statement, theorems)
    assert [name for name, word in words(ledger).items() if word == FAILED] == [statement]


def test_refuted_in_coq(ledger: Ledger, evidence: Evidence) -> None:
    """The refutation is kept with the theorem that says the statement."""
    evidence.refuted("square", "negative", "C.no", "all", {"F.t": THEOREM, "C.no": NEGATION})
    control = ledger.controls["square"][0]
    assert (control.refuted, control.theorem, control.negated) == (True, NEGATION, (THEOREM,))
    assert len(compose(ledger, typeset=False).claims[0].controls) == 1


@pytest.mark.parametrize(
    ("found", "complaint"),
    [
        (replace(NEGATION, statement="Theorem no : forall x, (~ (x < 0)) -> 0 <= x."), "denies nothing as a whole"),
        (replace(NEGATION, assumptions="Axioms: magic"), "C.no rests on Axioms: magic"),
        (replace(NEGATION, assumptions=""), "C.no rests on what was not asked"),
        ("C.v has no theorem no", "C.v has no theorem no"),
        (None, "C.no was not asked for"),
    ],
)
def test_what_is_not_refuted_in_coq(
    ledger: Ledger, evidence: Evidence, found: Theorem | str | None, complaint: str
) -> None:
    """A theorem that merely contains a negation, one with axioms, one that is not there."""
    theorems: dict[str, Theorem | str] = {"F.t": THEOREM}
    if found is not None:
        theorems["C.no"] = found
    with pytest.raises(AssertionError, match=complaint):
        evidence.refuted("square", "negative", "C.no", "all", theorems)
    assert words(ledger)["all"] == FAILED


def test_refutations_that_did_not_run_count_as_controls(ledger: Ledger) -> None:
    """They were asked for, but are not checked here."""
    controls = compose(ledger, typeset=False).claims[0].controls
    assert [(control.variant, control.refuted) for control in controls] == [("negative", None)]


def test_not_checked_here_counts_for_nothing(ledger: Ledger, evidence: Evidence) -> None:
    """What cannot run here is on record, and is no evidence."""
    evidence.not_checked("square", "all", "machine-checked", "proof", "Coq is not installed")
    assert words(ledger)["all"] == NOT_CHECKED
    assert ledger.checks["square"][0].outcome == NOT_CHECKED


def test_crashes(ledger: Ledger, evidence: Evidence) -> None:
    """They fail the claim, once for each place; a claim that cannot be imported is on record with the reason."""
    evidence.derived("square")
    for _ in range(2):
        ledger.crash("square", "node", ZeroDivisionError("division by zero"))
    assert words(ledger)["all"] == FAILED
    ledger.crash("broken", "file", "it cannot be read")
    assert [(crash.reason, crash.culprit) for crash in ledger.crashes["broken"]] == [("it cannot be read", "")]
    claims = {claim.name: claim for claim in compose(ledger, typeset=False).claims}
    assert [crash.reason for crash in claims["square"].crashes] == ["ZeroDivisionError: division by zero"]
    assert claims["broken"].fault == "rests on nowhere, which no module of theory claims"
    assert compose(ledger, passed=True).outcome == PASSED
