"""A project of a test's own: the tools of this one, and claims that the test writes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
TOOLS = {
    "theory": ("__init__.py", "claim.py", "registry.py", "export.py", "latex.py", "symbols.py", "bibliography.bib"),
    "theory/kernel": ("*.py",),
    "theory/falsifier": ("*.py",),
    "theory/coq": ("_CoqProject", "RingTactic.v", "RationalArithmetic.v"),
    "proofs_checks": ("__init__.py", "conftest.py", "test_machine_checked.py"),
    "proofs_checks/evidence": ("*.py",),
    "proofs_checks/instances": ("*.py",),
    "reports": ("*.py",),
    "reports/templates": ("*",),
    "reports/figures": ("__init__.py",),
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
