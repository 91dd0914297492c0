"""The command of the export: which files it writes, what it lists, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

import theory.export.__main__ as command
from tests.theory.export.test_claims import CLAIM
from theory.claim import Claim
from theory.export.__main__ import main
from theory.registry import Registry

SHARED = {"setting.tex", "bibliography.bib", "article.tex"}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A registry of a small claim and a broken one."""
    broken = Claim("broken", "Broken", CLAIM.statements[1:2], CLAIM.source, ("nowhere",))
    found = Registry.of([CLAIM, broken])
    monkeypatch.setattr(command, "registry", lambda: found)


@pytest.mark.usefixtures("small")
def test_selection_and_errors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Named claims only; an unknown or broken one or a folder that cannot be written is one clear line, status 2."""
    assert main(["small", "small", "--out", str(tmp_path / "some")]) == 0
    assert {path.name for path in (tmp_path / "some").iterdir()} == {"small.tex", *SHARED}
    assert (tmp_path / "some" / "article.tex").read_text("utf-8").count(r"\input{small}") == 1
    capsys.readouterr()
    for name, complaint in (("smal", "no claim is called 'smal'"), ("broken", "broken: rests on nowhere")):
        assert main([name, "--out", str(tmp_path / "none")]) == 2
        assert complaint in capsys.readouterr().err
        assert not (tmp_path / "none").exists()
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main(["small", "--out", str(tmp_path / "file")]) == 2
    assert "cannot write" in capsys.readouterr().err


@pytest.mark.usefixtures("small")
def test_broken_claims_are_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The others are written; status 1, and a line that says which and why."""
    assert main(["--out", str(tmp_path)]) == 1
    assert (tmp_path / "small.tex").exists()
    assert "left out broken: rests on nowhere" in capsys.readouterr().err


def test_names_with_underscores(tmp_path: Path) -> None:
    """As modules have them."""
    assert main(["linear_stability", "--out", str(tmp_path)]) == 0
    assert (tmp_path / "linear-stability.tex").exists()


@pytest.mark.usefixtures("small")
def test_the_list_says_titles_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["small", "--list", "--out", str(tmp_path / "none")]) == 0
    assert capsys.readouterr().out.split(maxsplit=1) == ["small", "A small claim\n"]
    assert not (tmp_path / "none").exists()
