"""The API reference: it leaves no module out, sets formulas, and stops at what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from pdoc.extract import walk_specs

from docs.reference import PACKAGES, build, main, modules
from tests.overlay import ROOT


def test_no_module_is_left_out() -> None:
    """Whatever the faces of the packages name."""
    files = [file for package in PACKAGES for file in ROOT.joinpath(*package.split(".")).rglob("*.py")]
    names = {".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in files}
    assert set(walk_specs(modules(PACKAGES))) == {name for name in names if not name.endswith("__main__")}


def test_pages(tmp_path: Path) -> None:
    build(tmp_path, ["theory.symbols", "numerics.arrays"])
    assert {"symbols.html"} == {path.name for path in (tmp_path / "theory").iterdir()}
    assert (tmp_path / "numerics" / "arrays" / "moments.html").exists()
    page = (tmp_path / "theory" / "symbols.html").read_text("utf-8")
    assert "MathJax" in page
    assert r"\( \langle w^{(1)}_i, x_j\rangle + b^{(1)}_i \)" in page
    assert ":math:" not in page


@pytest.mark.filterwarnings("ignore")
def test_a_name_that_is_not_there_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hollow.py").write_text('"""Hollow."""\n\n__all__ = ["nothing"]\n', encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(UserWarning, match=r"Found .nothing. in hollow\.__all__, but it does not resolve"):
        build(tmp_path / "out", ["hollow"])


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    assert "build/docs" in capsys.readouterr().out
