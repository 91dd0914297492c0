"""Runs of the checks as a user makes them, over small claims: what one failure costs, and what a selection selects."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from numerics.training.sweep import profile, sweep_digest
from proofs_checks.evidence import coq
from tests.numerics.training.images import write_mnist
from tests.overlay import Claims, project


@pytest.fixture
def claims(tmp_path: Path) -> Claims:
    """An empty project."""
    return Claims(project(tmp_path))


def standing(rows: dict[tuple[str, str], list[str]]) -> dict[str, str]:
    """How the claims stand."""
    return {claim: cells[0] for (claim, statement), cells in rows.items() if not statement}


def test_a_clean_run(claims: Claims) -> None:
    """The table, and the file that says the same."""
    claims("first-step")
    claims("second-step", "first-step.square")
    status, rows, printed = claims.run("proofs_checks", "--evidence", "evidence.json")
    assert status == 0, printed
    assert rows["first-step", ""] == ["tested", "tested", "10", "0.12", "3 of 3"]
    assert rows["first-step", "square"] == ["derived", "derived", "", "", "3 of 3"]
    assert rows["first-step", "shift"] == ["tested", "tested", "10", "0.12", ""]
    assert standing(rows) == {"first-step": "tested", "second-step": "tested"}
    written = json.loads((claims.project.folder / "evidence.json").read_text("utf-8"))
    assert (written["outcome"], written["selected"]) == ("passed", [])
    assert [claim["standing"]["verdict"]["level"] for claim in written["claims"]] == ["tested", "tested"]
    derivation = written["claims"][0]["statements"][0]["derivation"]
    assert derivation["title"] == "first-step squared"


def test_a_false_derivation(claims: Claims) -> None:
    """One failed check with the counterexample; what rests on it is unsupported, everything else as before."""
    claims("false-step", formal="x**3", why='Drop("not negative", x**3)')
    claims("resting-step", "false-step")
    claims("other-step")
    status, rows, printed = claims.run("proofs_checks", "--evidence", "evidence.json")
    assert status == 1
    assert standing(rows) == {
        "false-step": "failed",
        "resting-step": "unsupported: false-step failed",
        "other-step": "tested",
    }
    assert rows["false-step", "square"][0] == "failed"
    assert rows["false-step", "shift"][0] == "tested"
    assert "false-step square: step 1 of 'false-step squared' (not negative) does not hold" in printed
    assert "false at x = -" in printed
    assert json.loads((claims.project.folder / "evidence.json").read_text("utf-8"))["outcome"] == "failed"


@pytest.mark.parametrize("error", ["from theory import Nothing", "1 / 0", "def", "import no_such_module"])
def test_a_module_that_cannot_be_imported(claims: Claims, error: str) -> None:
    """It fails its claim; claims that import or rest on it are unsupported, and the others run."""
    claims("broken-step", theory=error)
    claims("resting-step", "broken-step")
    imports = "from theory.parlour.broken_step import CLAIM as OTHER"
    claims("importing-step", "broken-step", theory=imports, checks=imports)
    claims("other-step", checks="from theory.parlour.other_step import CLAIM")
    status, rows, printed = claims.run("proofs_checks", "--evidence", "evidence.json")
    assert status == 1
    assert standing(rows) == {
        "broken-step": "failed",
        "resting-step": "unsupported: broken-step failed",
        "importing-step": "unsupported: broken-step failed",
        "other-step": "tested",
    }
    assert "theory.parlour.broken_step cannot be imported" in printed
    assert (claims.project.folder / "evidence.json").exists()


def test_checks_that_cannot_be_imported(claims: Claims) -> None:
    """The file of checks is broken, not the claim: the claim has failed, and the others run."""
    claims("broken-step", checks="import no_such_module")
    claims("other-step")
    status, rows, printed = claims.run()
    assert status == 1
    assert standing(rows) == {"broken-step": "failed", "other-step": "tested"}
    assert "No module named 'no_such_module'" in printed


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("def test_alone():\n    assert 1 == 2", "assert 1 == 2"),
        ("def test_alone(no_such_fixture):\n    pass", "fixture"),
    ],
)
def test_a_test_that_fails_outside_of_any_check(claims: Claims, line: str, reason: str) -> None:
    """It belongs to the claim of its file."""
    claims("broken-step", checks=line)
    claims("other-step")
    status, rows, printed = claims.run()
    assert status == 1
    assert standing(rows) == {"broken-step": "failed", "other-step": "tested"}
    assert reason in printed.split("failed", 1)[1]


@pytest.mark.parametrize("mark", ["xfail", "xfail(reason='known')", "xfail(strict=True)"])
def test_no_check_is_expected_to_fail(claims: Claims, mark: str) -> None:
    """One that is marked so fails all the same."""
    claims("broken-step", checks=f"import pytest\n\n@pytest.mark.{mark}\ndef test_alone():\n    assert 1 == 2")
    status, rows, _ = claims.run()
    assert status == 1
    assert standing(rows) == {"broken-step": "failed"}


@pytest.mark.parametrize("skip", ["@pytest.mark.skip\ndef test_alone(): pass", "def test_alone(): pytest.skip('')"])
def test_a_skipped_test_spares_no_controls(claims: Claims, skip: str) -> None:
    claims("bare-step", controls=2, checks=f"import pytest\n\n{skip}")
    status, rows, printed = claims.run()
    assert status == 1
    assert rows["bare-step", ""][0] == "failed"
    assert "bare-step: 2 controls, at least 3 needed" in printed


def test_too_few_controls(claims: Claims) -> None:
    """A claim with fewer than three has failed, and so has the run, though every test passes."""
    claims("bare-step", controls=2)
    claims("resting-step", "bare-step")
    status, rows, printed = claims.run()
    assert status == 1
    assert rows["bare-step", ""][0] == "failed"
    assert rows["bare-step", ""][-1] == "2 of 3"
    assert "bare-step: 2 controls, at least 3 needed" in printed
    assert standing(rows)["resting-step"] == "unsupported: bare-step failed"


def test_an_unrefuted_control(claims: Claims) -> None:
    """It fails its statement."""
    extra = (
        "def test_more(evidence):\n"
        "    evidence.control('bare-step', 'the claim', None, because='it is not', statement='shift')"
    )
    claims("bare-step", checks=extra)
    status, rows, _ = claims.run()
    assert status == 1
    assert rows["bare-step", "shift"][0] == "failed"
    assert rows["bare-step", "square"][0] == "derived"


@pytest.mark.parametrize("name", ["first-step", "first_step"])
def test_one_claim(claims: Claims, name: str) -> None:
    """Only its file is read, only its module and its grounds are imported; the grounds are not checked here."""
    claims("ground-step")
    claims("first-step", "ground-step.square")
    claims("other-step", theory="raise ValueError('not asked for')", checks="raise ValueError('not asked for')")
    status, rows, printed = claims.run("proofs_checks", "-k", name)
    assert status == 0, printed
    assert standing(rows) == {
        "ground-step": "not checked here",
        "first-step": "unsupported: ground-step.square not checked here",
    }
    assert "5 passed" in printed
    assert "deselected" not in printed
    assert "refuted: power 1 (square)" in printed


def test_a_second_file_of_a_claim(claims: Claims) -> None:
    """Its name begins with the claim's; it runs where that claim is asked for, and where another is not."""
    claims("first-step", controls=2)
    claims("first")
    claims.project.write("proofs_checks/parlour/test_first_step_shared.py", SHARED)
    for arguments in (("-k", "first-step"), ("--claim", "first-step")):
        status, rows, printed = claims.run("proofs_checks", *arguments)
        assert rows["first-step", "shift"][0] == "tested", printed
        assert ("first", "square") not in rows
        assert status == 0, printed
    status, rows, printed = claims.run("proofs_checks", "--claim", "first")
    assert status == 0, printed
    assert standing(rows) == {"first": "tested"}
    status, rows, printed = claims.run("proofs_checks/parlour/test_first_step_shared.py")
    assert status == 0, printed


def test_several_claims(claims: Claims) -> None:
    """By -k or by --claim; other expressions of -k are pytest's."""
    for name in ("first-step", "second-step", "third-step"):
        claims(name)
    for arguments in (("-k", "first_step or second-step"), ("--claim", "first-step", "--claim", "second_step")):
        status, rows, printed = claims.run("proofs_checks", *arguments)
        assert status == 0, printed
        assert standing(rows) == {"first-step": "tested", "second-step": "tested"}
    status, rows, printed = claims.run("proofs_checks", "-k", "first and not control")
    assert status == 0, printed
    assert set(standing(rows)) == {"first-step", "second-step", "third-step"}
    assert rows["first-step", "square"][0] == "derived"
    assert rows["second-step", "square"][0] == "not checked here"


def test_a_name_of_nothing(claims: Claims) -> None:
    """A keyword that selects no check says which claims there are, and prints no table."""
    claims("first-step")
    status, rows, printed = claims.run("proofs_checks", "-k", "nonsense")
    assert (status, rows) == (5, {})
    assert "-k nonsense selects no check; the claims are first-step" in printed


def test_all_grounds_are_named(claims: Claims) -> None:
    """What is unsupported says by which grounds: the first in the table, all in the file."""
    for name in ("ground-step", "other-step", "third-step"):
        claims(name)
    claims("first-step", "ground-step.square", "other-step.shift", "third-step")
    status, rows, printed = claims.run("proofs_checks", "-k", "first-step", "--evidence", "evidence.json")
    assert status == 0, printed
    assert rows["first-step", ""][0] == "unsupported: ground-step.square not checked here and 2 more"
    written = json.loads((claims.project.folder / "evidence.json").read_text("utf-8"))
    reason = next(c for c in written["claims"] if c["name"] == "first-step")["standing"]["verdict"]["reason"]
    assert reason == "; ".join(
        f"{ground} not checked here" for ground in ("ground-step.square", "other-step.shift", "third-step")
    )


def test_part_of_a_claim(claims: Claims) -> None:
    """A test by its node: what did not run is not checked here, and too few controls are no failure."""
    claims("first-step")
    claims("other-step", theory="raise ValueError('not asked for')")
    status, rows, printed = claims.run("proofs_checks/parlour/test_first_step.py::test_derived")
    assert status == 0, printed
    assert rows["first-step", "square"][0] == "derived"
    assert rows["first-step", "shift"][0] == "not checked here"
    assert set(standing(rows)) == {"first-step"}


def test_what_failed_last_alone(claims: Claims) -> None:
    """With --lf pytest leaves out what passed before: the claim is not judged by the rest."""
    claims("first-step")
    cache = claims.project.folder / ".pytest_cache" / "v" / "cache"
    cache.mkdir(parents=True)
    (cache / "lastfailed").write_text('{"proofs_checks/parlour/test_first_step.py::test_derived": true}')
    status, rows, printed = claims.run("-p", "cacheprovider", "--lf", "proofs_checks")
    assert status == 0, printed
    assert rows["first-step", "square"][0] == "derived"
    assert rows["first-step", "shift"][0] == "not checked here"
    assert standing(rows)["first-step"] == "not checked here"


SHARED = """
def test_shift(evidence):
    with evidence.tested("first-step", "shift", "one shift") as tally:
        tally.count()


def test_control(evidence):
    evidence.control("first-step", "shared", "x = -1", because="it is false", statement="square")
"""


def test_a_file_that_claims_share(claims: Claims) -> None:
    """Alone it is part of the checks of a claim; few controls fail the claim where the claim's own file ran, too."""
    claims("first-step", controls=1)
    claims.project.write("proofs_checks/test_shared.py", SHARED)
    status, rows, printed = claims.run("proofs_checks/test_shared.py")
    assert status == 0, printed
    assert rows["first-step", "shift"][0] == "tested"
    assert rows["first-step", "square"][0] == "not checked here"
    status, rows, printed = claims.run()
    assert status == 1
    assert "first-step: 2 controls, at least 3 needed" in printed
    (claims.project.folder / "proofs_checks" / "parlour" / "test_first_step.py").unlink()
    status, rows, printed = claims.run()
    assert status == 1
    assert "first-step: 1 control, at least 3 needed" in printed


def test_refused_at_once(claims: Claims) -> None:
    """A claim that there is not, and a file that could not be kept, before anything is checked."""
    claims("first-step")
    status, rows, printed = claims.run("proofs_checks", "--claim", "frst-step")
    assert (status, rows) == (4, {})
    assert "no claim is called frst-step; there are first-step" in printed
    status, rows, printed = claims.run("proofs_checks", "--evidence", "missing/evidence.json")
    assert (status, rows) == (4, {})
    assert "there is no folder" in printed


def test_other_images(claims: Claims) -> None:
    """Bad ones are refused before anything is checked; the evidence names those that are used, with their digest."""
    checks = "def test_folder(mnist):\n    assert mnist is not None\n    assert mnist.name == 'mnist'\n"
    claims("first-step", checks=checks)
    folder = claims.project.folder / "mnist"
    status, rows, printed = claims.run("proofs_checks", "--mnist", str(folder))
    assert (status, rows) == (4, {})
    assert f"--mnist: the MNIST folder {folder} does not exist" in printed
    folder.mkdir()
    write_mnist(folder, 260)
    status, _, printed = claims.run("proofs_checks", "--mnist", str(folder), "--evidence", "evidence.json")
    assert status == 0, printed
    data = json.loads((claims.project.folder / "evidence.json").read_text("utf-8"))["data"]
    assert data == {f"MNIST, of {folder}": sweep_digest(profile("quick"), folder)}


def test_one_claim_is_found_at_once(claims: Claims) -> None:
    """To collect its checks loads nothing that they do not use."""
    claims("first-step")
    program = (
        "import sys, pytest; pytest.main(['proofs_checks', '-k', 'first-step', '--collect-only', '-q']); "
        "print({'torch', 'matplotlib', 'sympy', 'scipy', 'flint', 'jinja2'} & set(sys.modules))"
    )
    claims.project.write("proofs_checks/loaded.py", program)
    found = claims.project.run("proofs_checks.loaded")
    assert "test_first_step.py: 5" in found.stdout
    assert found.stdout.splitlines()[-1] == "set()"


def test_the_listing_alone_says_nothing(claims: Claims) -> None:
    """To collect is not to check."""
    claims("first-step")
    status, rows, _ = claims.run("proofs_checks", "--collect-only", "--evidence", "evidence.json")
    assert (status, rows) == (0, {})
    assert not (claims.project.folder / "evidence.json").exists()


def test_an_interrupt_keeps_earlier_evidence(claims: Claims) -> None:
    """What was checked before it is written only where nothing is lost by it."""
    stopping = "def test_stop():\n    raise KeyboardInterrupt\n"
    claims("first-step", checks=stopping)
    path = claims.project.folder / "evidence.json"
    assert claims.run("proofs_checks", "--evidence", "evidence.json")[0] == 2
    assert json.loads(path.read_text("utf-8"))["outcome"] == "failed"
    claims("first-step")
    assert claims.run("proofs_checks", "--evidence", "evidence.json")[0] == 0
    whole = path.read_bytes()
    claims("first-step", checks=stopping)
    status, _, printed = claims.run("proofs_checks", "--evidence", "evidence.json")
    assert status == 2
    assert "interrupted; the evidence of an earlier run is left as it was" in printed
    assert path.read_bytes() == whole


BREAKING = "def pytest_runtest_logreport(report):\n    raise OSError('no space left')\n"


@pytest.mark.parametrize(
    ("arguments", "conftest", "ended", "said"),
    [
        (
            ("proofs_checks", "proofs_checks/nowhere.py"),
            "",
            4,
            "called in a wrong way; the evidence of an earlier run is left",
        ),
        (("proofs_checks",), BREAKING, 3, "INTERNALERROR> OSError: no space left"),
        (
            ("proofs_checks", "--deselect", "proofs_checks"),
            "",
            5,
            "nothing was checked; the evidence of an earlier run is left",
        ),
    ],
    ids=["usage", "internal", "nothing"],
)
def test_a_run_that_says_nothing_of_the_claims_keeps_earlier_evidence(
    claims: Claims, arguments: tuple[str, ...], conftest: str, ended: int, said: str
) -> None:
    """Misuse, an error of pytest itself, such as a terminal that is gone, and a run without checks."""
    claims("first-step")
    path = claims.project.folder / "evidence.json"
    assert claims.run("proofs_checks", "--evidence", "evidence.json")[0] == 0
    whole = path.read_bytes()
    claims.project.write("proofs_checks/parlour/conftest.py", conftest)
    run = claims.project.check(*arguments, "--claim", "first-step", "--evidence", "evidence.json")
    printed = run.stdout + run.stderr
    assert run.returncode == ended, printed
    assert path.read_bytes() == whole
    assert said in printed


PROOF = "Theorem {name} : {statement}.\nProof. {proof} Qed.\n"


@pytest.fixture
def proved(claims: Claims) -> Callable[..., tuple[int, dict[tuple[str, str], list[str]], str]]:
    """Two claims with theorems in files of their own, one of which a test may change; runs them."""
    if shutil.which("coqc") is None or coq.missing():
        pytest.skip("Coq is not installed")
    folder = claims.project.folder / "theory" / "coq"
    refuted = 'machine_refuted=(("all are 0", "Second.refuted", "square"),)'
    claims("first-step", more='theorems=("First.fine",),')
    claims("second-step", more='theorems=("Second.fine",),', further=refuted, controls=2)

    def run(
        first: str = "True", proof: str = "exact I.", refuted: str = "~ (forall n, n = 0)"
    ) -> tuple[int, dict[tuple[str, str], list[str]], str]:
        (folder / "_CoqProject").write_text("-R . StableMinima\nFirst.v\nSecond.v\n")
        (folder / "First.v").write_text(PROOF.format(name="fine", statement=first, proof=proof))
        tactic = "left. exact I." if refuted.startswith("True") else "intro h. discriminate (h 1)."
        denial = PROOF.format(name="refuted", statement=refuted, proof=tactic)
        (folder / "Second.v").write_text(PROOF.format(name="fine", statement="True", proof="exact I.") + denial)
        return claims.run("proofs_checks", "--claim", "first-step", "--claim", "second-step")

    return run


Run = Callable[..., tuple[int, dict[tuple[str, str], list[str]], str]]


def test_proved_in_coq(proved: Run) -> None:
    """The level is that of Coq, and beside it that without; the refutation is a control."""
    status, rows, printed = proved()
    assert status == 0, printed
    assert rows["first-step", "square"][:2] == ["machine-checked", "derived"]
    assert rows["second-step", ""][-1] == "3 of 3"


def test_a_proof_that_does_not_compile(proved: Run) -> None:
    """It fails the statement that names it, with Coq's words, and no other."""
    status, rows, printed = proved(first="0 = 1", proof="reflexivity.")
    assert status == 1
    assert rows["first-step", "square"][:2] == ["failed", "derived"]
    assert rows["first-step", "shift"][0] == "tested"
    assert rows["second-step", "square"][:2] == ["machine-checked", "derived"]
    assert "First.v does not compile" in printed
    assert "Unable to unify" in printed


def test_a_theorem_that_denies_nothing(proved: Run) -> None:
    """It merely contains a negation, so it refutes nothing."""
    status, rows, printed = proved(refuted="True \\/ ~ (forall n, n = 0)")
    assert status == 1
    assert rows["second-step", ""][0] == "failed"
    assert rows["first-step", "square"][0] == "machine-checked"
    assert "Second.refuted: the theorem denies nothing as a whole" in printed
