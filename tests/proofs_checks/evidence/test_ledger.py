"""The ledger: levels are computed, failures and unrefuted controls count, and the table of a run says so."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
import sympy as sp
from flint import arb

from proofs_checks.evidence.coq import CLOSED, Theorem
from proofs_checks.evidence.ledger import Evidence, Ledger
from proofs_checks.instances.networks import CASES, Comparison, counterexample, problems
from theory.claim import Claim, Registry, Source
from theory.kernel import Chain, Identity

ROOT = Path(__file__).parents[3]
BASE, MAIN, OBSERVED = "base", "main", "observed"


@pytest.fixture
def ledger() -> Ledger:
    """An empty ledger over three small claims."""
    x = sp.Symbol("x", real=True)
    proof = Chain("binomial", (x + 1) ** 2).equals(x**2 + 2 * x + 1, Identity("expand")).conclude()
    source = Source("nacson2023", "nowhere")
    base = Claim(BASE, "Base", "$1 = 1$", (), source, derivations=(proof,))
    main = Claim(MAIN, "Main", "$1 = 1$", (), source, (BASE,), derivations=(proof,))
    return Ledger(Registry([base, main, Claim(OBSERVED, "Observed", "$1 = 1$", (), source)]), "quick")


def record(ledger: Ledger, claim: str, level: str) -> None:
    """One passed check of the claim."""
    evidence = Evidence(ledger, "node")
    if level == "derived":
        evidence.derived(claim)
    else:
        with getattr(evidence, level)(claim, "something") as tally:
            tally.add(0.5)


def test_nothing_checked_is_no_strength(ledger: Ledger) -> None:
    """What did not run has no level."""
    assert ledger.strength(BASE) is None


def test_no_stronger_than_what_it_rests_on(ledger: Ledger) -> None:
    """A derived claim that rests on a tested one is tested, on an unchecked one nothing."""
    record(ledger, MAIN, "derived")
    assert ledger.strength(MAIN) is None
    record(ledger, BASE, "tested")
    assert (ledger.strength(BASE), ledger.strength(MAIN)) == ("tested", "tested")
    record(ledger, BASE, "derived")
    assert ledger.strength(MAIN) == "derived"


def test_certified_takes_exact_numbers_and_balls_alone(ledger: Ledger) -> None:
    """A float proves nothing; balls that overlap decide nothing; what is proved counts, with its slack."""
    evidence = Evidence(ledger, "node")
    with pytest.raises(TypeError, match="a float"), evidence.certified(MAIN, "floats") as proofs:
        proofs.at_most(0.5, 1)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="whole numbers"), evidence.certified(MAIN, "floats") as proofs:
        proofs.equal(0.5, 1)  # type: ignore[arg-type]
    with pytest.raises(AssertionError, match="the roots is not proved"), evidence.certified(MAIN, "roots") as proofs:
        proofs.at_most(arb(2).sqrt() ** 2, 2, "the roots")
    with evidence.certified(BASE, "a root") as proofs:
        proofs.at_most(arb(2).sqrt(), Fraction(3, 2))
        proofs.equal(Fraction(2, 4), Fraction(1, 2))
        proofs.encloses("root of 2", arb(2).sqrt(), 3)
    assert ledger.checks[-1].figures["root of 2"] == "[1.414, 1.415]"
    assert ledger.checks[-1].figures["smallest slack"] == pytest.approx((1.5 - 2**0.5) / 1.5)
    assert (ledger.strength(BASE), ledger.strength(MAIN)) == ("certified", None)


def test_a_statement_in_parts_is_as_strong_as_its_weakest_part(ledger: Ledger) -> None:
    """With parts that are derived and certified it is certified, and nothing before both were checked."""
    parts = replace(ledger.claims[BASE], needs=("derived", "certified"))
    ledger = Ledger(Registry([parts]), "quick")
    record(ledger, BASE, "derived")
    assert ledger.strength(BASE) is None
    record(ledger, BASE, "certified")
    assert ledger.strength(BASE) == "certified"


def test_a_failure_takes_the_level_away(ledger: Ledger) -> None:
    """One failed check outweighs any number that passed."""
    record(ledger, BASE, "derived")
    with pytest.raises(ZeroDivisionError), Evidence(ledger, "node").tested(BASE, "fails") as tally:
        tally.add(1 / 0)
    assert ledger.strength(BASE) is None


def test_an_unrefuted_control_fails(ledger: Ledger) -> None:
    """A control without a counterexample raises, is on record, and takes the level away."""
    record(ledger, BASE, "derived")
    with pytest.raises(AssertionError, match="was not refuted"):
        Evidence(ledger, "node").control(BASE, "the claim itself", None)
    assert ledger.strength(BASE) is None


def test_empty_checks_fail(ledger: Ledger) -> None:
    """A check that tried nothing, or derives nothing, proves nothing."""
    with pytest.raises(AssertionError, match="tried no instance"), Evidence(ledger, "node").tested(BASE, "nothing"):
        pass
    with pytest.raises(AssertionError, match="has no derivation"):
        Evidence(ledger, "node").derived(OBSERVED)
    with pytest.raises(KeyError, match="no claim is called"):
        Evidence(ledger, "node").derived("bse")


def test_proofs_with_axioms_fail(ledger: Ledger) -> None:
    """Machine-checked means: every theorem, and at least one, closed under the global context."""
    proved = Theorem("File.theorem", "Theorem theorem : True.", CLOSED)
    Evidence(ledger, "node").machine_checked(BASE, [proved])
    assert ledger.strength(BASE) == "machine-checked"
    with pytest.raises(AssertionError, match=r"File\.theorem"):
        Evidence(ledger, "node").machine_checked(BASE, [replace(proved, assumptions="Axioms: ...")])
    with pytest.raises(AssertionError, match="no theorem"):
        Evidence(ledger, "node").machine_checked(BASE, [])


def test_not_checked_here_counts_for_nothing(ledger: Ledger) -> None:
    """What cannot run here is on record, and is no evidence."""
    Evidence(ledger, "node").not_checked(BASE, "machine-checked", "proof", "Coq is not installed")
    assert ledger.strength(BASE) is None
    assert ledger.checks[0].outcome == "not checked here"


def test_smallest_slack_and_undecided(ledger: Ledger) -> None:
    """Instances within rounding are counted apart, not as slack zero."""
    with Evidence(ledger, "node").tested(BASE, "three") as tally:
        for slack in (0.5, None, 0.25):
            tally.add(slack)
    assert ledger.checks[0].figures == {"instances": 3, "smallest slack": 0.25, "undecided, within rounding": 1}


def test_file(ledger: Ledger, tmp_path: Path) -> None:
    """The file holds every claim, also those that were not checked."""
    record(ledger, BASE, "derived")
    ledger.write(tmp_path / "evidence.json", command="pytest", passed=True)
    document = json.loads((tmp_path / "evidence.json").read_text(encoding="utf-8"))
    claims = {claim["name"]: claim for claim in document["claims"]}
    assert claims.keys() == {BASE, MAIN, OBSERVED}
    assert claims[BASE]["strength"] == "derived"
    assert claims[MAIN]["strength"] is None
    assert [path.name for path in tmp_path.iterdir()] == ["evidence.json"]


def test_true_claims_have_no_counterexample() -> None:
    """The search that refutes controls does not refute what is true."""
    assert counterexample(lambda problem: Comparison(1.0, 0.0, problem.rounding), problems(max_n=2), tries=200) is None


def test_the_tricky_cases_are_what_they_are_called() -> None:
    """Names and shapes agree, and none has a datum on a kink."""
    assert not any(problem.on_kink for problem in CASES.values())
    assert len(CASES["n = 1"].x) == CASES["d = 1"].network.d == CASES["k = 1"].network.k == 1
    assert (CASES["a dead layer"].network.preactivations(CASES["a dead layer"].x) < 0).all()
    assert len(CASES["one hyperplane, both orientations"].network.reduced().amplitudes) == 1
    assert CASES["amplitudes that cancel"].network.reduced().amplitudes.tolist() == [0.0]


def run_pytest(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The checks as a user runs them."""
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_table_at_the_end_of_a_run(tmp_path: Path) -> None:
    """The summary lists the claims; what was deselected is not checked here."""
    file = tmp_path / "evidence.json"
    run = run_pytest("proofs_checks/test_gram_form.py::test_derived", "--evidence", str(file))
    assert run.returncode == 0, run.stdout
    table = {line.split("  ")[0]: line for line in run.stdout.splitlines()}
    assert "derived" in table["gram-form"]
    assert "not checked here" in table["linear-stability"]
    assert json.loads(file.read_text(encoding="utf-8"))["outcome"] == "passed"


def test_unwritable_evidence_is_refused_at_once(tmp_path: Path) -> None:
    """Nothing is checked if the result could not be kept."""
    run = run_pytest("proofs_checks", "--evidence", str(tmp_path / "missing" / "evidence.json"))
    assert run.returncode == 4
    assert "there is no folder" in run.stderr
