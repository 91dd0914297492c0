"""Asking the proof assistant: axioms are seen, missing theorems and broken files are errors."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from proofs_checks.evidence import coq

pytestmark = pytest.mark.skipif(
    bool(coq.missing()) and not os.environ.get("CI"), reason=coq.missing() or "Coq is there"
)


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tiny development with one proved theorem and one that uses an axiom, compiled in its own folder."""
    lines = (
        "Axiom magic : False.",
        "Theorem fine : True. Proof. exact I. Qed.",
        "Theorem forged : 0 = 1. Proof. case magic. Qed.",
    )
    (tmp_path / "Tiny.v").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "_CoqProject").write_text("-R . StableMinima\nTiny.v\n", encoding="utf-8")
    monkeypatch.setattr(coq, "SOURCES", tmp_path)
    monkeypatch.setenv("STABLE_MINIMA_CACHE", str(tmp_path / "cache"))
    return tmp_path


def test_axioms_are_seen_theorem_by_theorem(sources: Path) -> None:
    """Beside a closed theorem, one that rests on an axiom does not hide, and does not stain the other."""
    said = coq.theorems(coq.build(), ["Tiny.fine", "Tiny.forged"])
    assert said["Tiny.fine"].closed
    assert said["Tiny.fine"].statement == "Theorem fine : True."
    assert not said["Tiny.forged"].closed
    assert "magic" in said["Tiny.forged"].assumptions
    assert sources.is_dir()


def test_admitted_is_an_axiom(sources: Path) -> None:
    """A proof that was given up is not closed."""
    file = sources / "Tiny.v"
    file.write_text("Theorem given_up : 0 = 1.\nProof. Admitted.\n", encoding="utf-8")
    assert not coq.theorems(coq.build(), ["Tiny.given_up"])["Tiny.given_up"].closed


def test_missing_theorems_and_broken_files(sources: Path) -> None:
    """Both are errors, with Coq's own words."""
    with pytest.raises(RuntimeError, match="nothing"):
        coq.theorems(coq.build(), ["Tiny.nothing"])
    (sources / "Tiny.v").write_text("Theorem broken : 0 = 1. Proof. reflexivity. Qed.\n", encoding="utf-8")
    with pytest.raises(RuntimeError, match="Unable to unify"):
        coq.build()
    assert [path for path in (sources / "cache" / "coq").iterdir() if path.name.startswith("tmp")] == []


def test_version() -> None:
    """The version is a number."""
    assert coq.version()[0].isdigit()
    assert subprocess.run(["coqc", "--version"], check=True, capture_output=True).returncode == 0
