"""Asking the proof assistant: axioms are seen; missing theorems and broken files are answers."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from proofs_checks.evidence import coq
from proofs_checks.evidence.record import Theorem

needs_coq = pytest.mark.skipif(bool(coq.missing()) and not os.environ.get("CI"), reason=coq.missing() or "Coq is there")


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tiny development with one proved theorem and one that uses an axiom, compiled in its own folder."""
    lines = (
        "Axiom magic : False.",
        "Theorem fine : True. Proof. exact I. Qed.",
        "Theorem forged : 0 = 1. Proof. case magic. Qed.",
    )
    (tmp_path / "Tiny.v").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "Other.v").write_text("Theorem fine : True. Proof. exact I. Qed.\n", encoding="utf-8")
    users = "Require Import Tiny.\nTheorem fine_too : True. Proof. exact fine. Qed.\n"
    (tmp_path / "User.v").write_text(users, encoding="utf-8")
    (tmp_path / "_CoqProject").write_text("-R . StableMinima\nTiny.v\nOther.v\nUser.v\n", encoding="utf-8")
    monkeypatch.setattr(coq, "SOURCES", tmp_path)
    monkeypatch.setenv("STABLE_MINIMA_CACHE", str(tmp_path / "cache"))
    return tmp_path


def asked(*names: str) -> dict[str, Theorem]:
    """What Coq says, where it says something of all of them."""
    said = coq.theorems(coq.build(), names)
    found = {name: theorem for name, theorem in said.items() if isinstance(theorem, Theorem)}
    assert found.keys() == said.keys()
    return found


@needs_coq
@pytest.mark.usefixtures("sources")
def test_axioms_are_seen_theorem_by_theorem() -> None:
    """Beside a closed theorem, one that rests on an axiom does not hide, and does not stain the other."""
    said = asked("Tiny.fine", "Tiny.forged", "User.fine_too")
    assert said["Tiny.fine"].closed
    assert said["User.fine_too"].closed
    assert said["Tiny.fine"].statement == "Theorem fine : True."
    assert not said["Tiny.forged"].closed
    assert "magic" in said["Tiny.forged"].assumptions


@needs_coq
def test_admitted_is_an_axiom(sources: Path) -> None:
    """A proof that was given up is not closed."""
    (sources / "Tiny.v").write_text(
        "Theorem fine : True. Proof. exact I. Qed.\nTheorem given_up : 0 = 1.\nProof. Admitted.\n", encoding="utf-8"
    )
    assert not asked("Tiny.given_up")["Tiny.given_up"].closed


@needs_coq
@pytest.mark.usefixtures("sources")
def test_missing_theorems() -> None:
    """Each says that it is missing, and the others answer as before."""
    said = coq.theorems(coq.build(), ["Tiny.nothing", "Nowhere.fine", "Tiny.fine"])
    assert said["Tiny.nothing"] == "Tiny.v has no theorem nothing"
    assert said["Nowhere.fine"] == "there is no file Nowhere.v"
    fine = said["Tiny.fine"]
    assert isinstance(fine, Theorem)
    assert fine.closed


@needs_coq
def test_a_theorem_that_is_there_in_text_alone(sources: Path) -> None:
    """One that another name hides behind a module is no answer for the file's own name."""
    hidden = "Module M.\nTheorem inner : True.\nProof. exact I. Qed.\nEnd M.\n"
    (sources / "Other.v").write_text(hidden + "Theorem fine : True.\nProof. exact I. Qed.\n", encoding="utf-8")
    said = coq.theorems(coq.build(), ["Other.inner", "Other.fine"])
    assert said["Other.inner"] == "inner of Other.v is in a module"
    fine = said["Other.fine"]
    assert isinstance(fine, Theorem)
    assert fine.closed


@needs_coq
def test_a_broken_file_breaks_what_uses_it_alone(sources: Path) -> None:
    """The message is Coq's; the other files are compiled and answer; nothing broken is kept in the cache."""
    (sources / "Tiny.v").write_text("Theorem broken : 0 = 1. Proof. reflexivity. Qed.\n", encoding="utf-8")
    built = coq.build()
    assert built.broken.keys() == {"Tiny", "User"}
    said = coq.theorems(built, ["Tiny.broken", "User.fine_too", "Other.fine"])
    assert "Tiny.v does not compile" in str(said["Tiny.broken"])
    assert "Unable to unify" in str(said["Tiny.broken"])
    assert said["User.fine_too"] == "User.v does not compile: it uses a file that does not compile"
    fine = said["Other.fine"]
    assert isinstance(fine, Theorem)
    assert fine.closed
    (sources / "Tiny.v").write_text("Theorem fine : True. Proof. exact I. Qed.\n", encoding="utf-8")
    assert coq.build().broken == {}


@needs_coq
def test_unchanged_files_are_compiled_once(sources: Path) -> None:
    """The second time the folder is the same; a change gives another."""
    first = coq.build()
    assert coq.build() == first
    (sources / "Other.v").write_text("Theorem fine : 1 = 1. Proof. reflexivity. Qed.\n", encoding="utf-8")
    assert coq.build().folder != first.folder


@needs_coq
@pytest.mark.usefixtures("sources")
@pytest.mark.parametrize(
    "damage",
    [
        *("truncated", "emptied", "a bit", "another theorem's", "missing", "a folder"),
        *("without sums", "sums of others", "sums that are no text", "sums in a folder", "nothing at all", "a file"),
    ],
)
def test_damaged_files_are_compiled_again(damage: str) -> None:
    """In their place, and whole; a compiled file put in by hand proves nothing."""
    folder = coq.build().folder
    file, sums = folder / "Tiny.vo", folder / "SHA256SUMS"
    whole = file.read_bytes()
    match damage:
        case "truncated":
            file.write_bytes(whole[: len(whole) // 2])
        case "emptied":
            file.write_bytes(b"")
        case "a bit":
            file.write_bytes(whole[:900] + bytes([whole[900] ^ 1]) + whole[901:])
        case "a folder":
            file.unlink()
            file.mkdir()
        case "sums that are no text":
            sums.write_bytes(b"\xff" + sums.read_bytes())
        case "sums in a folder":
            sums.unlink()
            sums.mkdir()
        case "nothing at all":
            sums.write_bytes(b"")
            for compiled in folder.glob("*.vo"):
                compiled.unlink()
        case "a file":
            shutil.rmtree(folder)
            folder.touch()
        case "another theorem's":
            file.write_bytes((folder / "Other.vo").read_bytes())
        case "missing":
            file.unlink()
        case "without sums":
            sums.unlink()
        case "sums of others":
            sums.write_text(sums.read_text().replace("Other", "Another"))
    assert coq.build().folder == folder
    assert asked("Tiny.fine")["Tiny.fine"].closed
    assert file.stat().st_size > len(whole) // 2
    assert sums.read_text().count(".vo") == 3


@needs_coq
@pytest.mark.parametrize("name", ["cache", "cache/coq"])
def test_a_cache_that_cannot_be_used(sources: Path, name: str) -> None:
    """A file in the way is no fault of the proofs, and is named."""
    (sources / "cache").mkdir()
    if name == "cache":
        (sources / "cache").rmdir()
    (sources / name).touch()
    said = coq.theorems(coq.build(), ["Tiny.fine"])["Tiny.fine"]
    assert str(said).startswith("Tiny.v was not compiled here: ")
    assert str(sources / name) in str(said)
    assert len(str(said).splitlines()) == 1


@needs_coq
def test_a_project_that_cannot_be_compiled(sources: Path) -> None:
    """Where not even a makefile comes about, every file is broken, with the tool's own words."""
    (sources / "_CoqProject").write_text("-no-such-option\nTiny.v\n", encoding="utf-8")
    built = coq.build()
    assert built.broken.keys() == {"Tiny", "Other", "User"}
    said = coq.theorems(built, ["Other.fine"])["Other.fine"]
    assert isinstance(said, str)
    assert said.startswith("Other.v does not compile: coq_makefile")


def test_theorems_as_written(sources: Path) -> None:
    """With the variables and hypotheses of the sections around them, and nothing that stands in a comment."""
    (sources / "Tiny.v").write_text(
        "(* Theorem fine : False.\nProof. (* nested *) Qed. *)\n"
        "Variable top : nat.\nSection A.\nVariables (a b :\n  nat).\nSection B.\nHypothesis h : a = b.\nEnd B.\n"
        "Section C.\nContext (c : nat).\nTheorem fine' : False.\nProof. Qed.\n"
        "Theorem fine :\n  a = b.\nProof. Qed.\nEnd C.\nEnd A.\nTheorem last : True. Proof. exact I. Qed.\n",
        encoding="utf-8",
    )
    found = coq.written("Tiny.fine")
    assert found.statement == "Theorem fine :\n  a = b."
    assert found.context.splitlines() == ["Variable top : nat.", "Variables (a b : nat).", "Context (c : nat)."]
    assert coq.written("Tiny.last").context == "Variable top : nat."
    assert not found.closed


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("Theorem t : 1 = 2. Proof. Abort. Theorem t : True. Proof. exact I. Qed.", "has more than one t"),
        ("Theorem t : 1 = 2. Proof. Abort. Definition t := I.", "has more than one t"),
        ("Theorem t : 1 = 2. Proof. Abort.", "is not proved"),
        ("Module M. Theorem t : True. Proof. exact I. Qed. End M. Theorem t : 0 = 0.\nProof. Qed.", "more than one t"),
        ("Module M. Theorem t : True. Proof. exact I. Qed. End M.", "is in a module"),
        ('Definition s := "Theorem t : 1 = 2. Proof. Qed.".', "has no theorem t"),
        ("Definition t := I.", "has no theorem t"),
    ],
)
def test_what_is_written_might_be_another(sources: Path, text: str, complaint: str) -> None:
    """Then it is not said of Coq's theorem of the name."""
    (sources / "Tiny.v").write_text(text + "\n", encoding="utf-8")
    with pytest.raises(LookupError, match=complaint):
        coq.written("Tiny.t")


@pytest.mark.parametrize(
    "declared",
    [
        "Section S. Variable H : False.",
        "Section S.\n#[local] Hypothesis H : False.",
        "Section S.\n#[local,\n x] Variable H : False.",
        "Section S.\nLocal Variable H : False.",
        "Conjecture H : False.",
        "Lemma a : True. Proof. exact I. Qed. Hypothesis H : False.",
    ],
)
def test_every_hypothesis_in_the_context(sources: Path, declared: str) -> None:
    """However it is declared, and wherever on its line."""
    (sources / "Tiny.v").write_text(f"{declared} Theorem t : 1 = 2. Proof. case: H. Qed.\n", encoding="utf-8")
    assert coq.written("Tiny.t").context.endswith("H : False.")


@needs_coq
def test_version() -> None:
    """The version is a number."""
    assert coq.version()[0].isdigit()
    assert subprocess.run(["coqc", "--version"], check=True, capture_output=True).returncode == 0
