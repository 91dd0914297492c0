"""Tests that need LaTeX say what is missing."""

from __future__ import annotations

import shutil

import pytest

from tests import latex


def test_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without LaTeX the program, with it the packages; on continuous integration nothing is skipped."""
    source = r"\usepackage{nosuchpackage}\usepackage[x]{amsmath, alsomissing}"
    if latex.missing_latex("") == []:
        assert latex.missing_latex(source) == ["nosuchpackage.sty", "alsomissing.sty"]
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert latex.missing_latex(source) == ["pdflatex"]
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="pdflatex missing"):
        latex.require_latex(source)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="pdflatex missing"):
        latex.require_latex(source)
