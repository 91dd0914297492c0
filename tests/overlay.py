"""A project of a test's own: the tools of this one, and claims that the test writes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
TOOLS = {
    "theory": ("*.py", "bibliography.bib"),
    "theory/export": ("*.py",),
    "theory/kernel": ("*.py",),
    "theory/falsifier": ("*.py",),
    "theory/coq": ("_CoqProject", "RingTactic.v", "RationalArithmetic.v"),
    "proofs_checks": ("__init__.py", "conftest.py", "test_machine_checked.py"),
    "proofs_checks/evidence": ("*.py",),
    "proofs_checks/instances": ("*.py",),
    "proofs_checks/run": ("*.py",),
    "reports": ("*.py",),
    "reports/build": ("*.py",),
    "reports/data": ("*.json",),
    "reports/templates": ("*",),
    "reports/document": ("*.py",),
    "reports/figures": ("__init__.py", "svg.py"),
}
"""What a project without claims consists of."""
SETTINGS = '[tool.pytest.ini_options]\naddopts = "--import-mode=importlib -q"\n'


@dataclass(frozen=True)
class Project:
    """A project in a folder."""

    folder: Path

    def write(self, path: str, text: str) -> None:
        """Write a file; rooms become packages."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if not (file.parent / "__init__.py").exists():
            (file.parent / "__init__.py").touch()
        file.write_text(text, encoding="utf-8")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a module of Python in the project."""
        environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "CI": ""}
        return subprocess.run(
            [sys.executable, "-m", *command],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def check(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run its checks."""
        return self.run("pytest", "-p", "no:cacheprovider", *(arguments or ("proofs_checks",)))


def project(folder: Path) -> Project:
    """A project with the tools of this one and without its claims; numerics is this one's."""
    for room, patterns in TOOLS.items():
        (folder / room).mkdir(parents=True, exist_ok=True)
        for file in (file for pattern in patterns for file in (ROOT / room).glob(pattern)):
            shutil.copy(file, folder / room)
    (folder / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    (folder / "numerics").symlink_to(ROOT / "numerics")
    return Project(folder)


THEORY = '''
"""{name}."""

import sympy as sp

from theory import Chain, Claim, Drop, Identity, Source, Squares, Statement
{imports}
x = sp.Symbol("x", real=True)
CLAIM = Claim(
    "{name}",
    "{name}",
    (
        Statement(
            "square",
            "$x^2 \\\\ge 0$",
            formal=sp.Ge({formal}, 0, evaluate=False),
            derivation=Chain("{name} squared", {formal}).at_least(0, {why}).conclude(),
            {more}
        ),
        Statement("shift", "$(x + 1)^2 \\\\ge 0$"),
    ),
    Source("stableminima", "nothing"),
    rests_on={rests_on},
    {further}
)
'''
CHECKS = '''
"""Checks of {name}."""

import pytest

{imports}

def test_derived(evidence):
    evidence.derived("{name}")


def test_shift(evidence):
    with evidence.tested("{name}", "shift", "many shifts") as tally:
        for x in range(-5, 5):
            assert (x + 1) ** 2 >= 0
            tally.add(0.125)


@pytest.mark.parametrize("power", range(1, 2 * {controls} + 1, 2))
def test_control(evidence, power):
    evidence.control("{name}", f"power {{power}}", "x = -1", because="odd powers keep signs", statement="square")
'''


class Claims:
    """Writes claims and their checks into a project."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def __call__(self, name: str, *rests_on: str, **more: Any) -> None:
        """Write one claim; ``theory`` and ``checks`` are lines that go at the head of either file."""
        stem = name.replace("-", "_")
        fields = {"formal": "x**2", "why": 'Squares("a square", [(1, x)])', "more": "", "further": ""} | more
        fields |= {"name": name, "rests_on": repr(rests_on), "imports": more.get("theory", "")}
        self.project.write(f"theory/parlour/{stem}.py", THEORY.format(**fields))
        fields = {"name": name, "imports": more.get("checks", ""), "controls": more.get("controls", 3)}
        self.project.write(f"proofs_checks/parlour/test_{stem}.py", CHECKS.format(**fields))

    def run(self, *arguments: str) -> tuple[int, dict[tuple[str, str], list[str]], str]:
        """Run the checks: exit status, the rows of the table by claim and statement, all that was printed."""
        found = self.project.check(*(arguments or ("proofs_checks",)))
        assert "INTERNALERROR" not in found.stdout + found.stderr
        return found.returncode, table(found.stdout), found.stdout + found.stderr


def table(printed: str) -> dict[tuple[str, str], list[str]]:
    """The rows of the table: everything after claim and statement, cell by cell."""
    lines = printed.splitlines()
    starts = [place for place, line in enumerate(lines) if line.split()[:3] == ["claim", "statement", "standing"]]
    if not starts:
        return {}
    head = lines[starts[0]]
    names = ("claim", "statement", "standing", "without Coq", "instances", "smallest margin", "controls refuted")
    edges = [head.index(f" {name}") + 1 if name != "claim" else 0 for name in names]
    rows, claim = {}, ""
    for line in lines[starts[0] + 1 :]:
        if line[:1] in "=-":
            break
        cells = [line[a:b].strip() for a, b in zip(edges, [*edges[1:], None], strict=True)]
        claim = cells[0] or claim
        rows[claim, cells[1]] = cells[2:]
    return rows
