"""Which LaTeX there is: tests that compile skip where a package is missing, naming it; on integration they fail."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

import pytest


def require_latex(source: str) -> None:
    """Skip the test unless pdflatex and the packages that a source loads are there; fail on continuous integration."""
    missing = missing_latex(source)
    if missing and os.environ.get("CI"):
        pytest.fail(f"LaTeX is incomplete: {', '.join(missing)} missing")
    if missing:
        pytest.skip(f"LaTeX is incomplete: {', '.join(missing)} missing")


def missing_latex(source: str) -> list[str]:
    """The programs and package files that are not installed, of those that a LaTeX source needs."""
    if shutil.which("pdflatex") is None or shutil.which("kpsewhich") is None:
        return ["pdflatex"]
    loaded = re.findall(r"\\usepackage(?:\[[^\]]*\])?\{([^}]*)\}", source)
    files = [f"{name.strip()}.sty" for names in loaded for name in names.split(",")]
    found = subprocess.run(["kpsewhich", *files], capture_output=True, text=True, check=False).stdout if files else ""
    there = {line.rpartition("/")[2] for line in found.splitlines()}
    return [file for file in files if file not in there]
