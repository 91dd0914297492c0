"""The tutorial, followed to the letter: its files are written, its commands run, and they print what it says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.overlay import ROOT, Project, project

PAGE = (ROOT / "docs" / "add-a-claim.md").read_text("utf-8")
FILES = dict(re.findall(r"Save this as `([\w/]+\.(?:py|toml))`:\n\n```(?:python|toml)\n(.*?)```", PAGE, re.DOTALL))
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
TABLE = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)[0]


@pytest.fixture
def followed(tmp_path: Path) -> Project:
    """A project without claims, with the files of the page."""
    found = project(tmp_path)
    for path, text in FILES.items():
        found.write(path, text)
    return found


def words(line: str) -> list[str]:
    """The words of a line, without rules around them."""
    return line.strip("-= ").split()


def test_the_page_has_what_is_followed() -> None:
    """A module, its checks, its prose, three commands."""
    module = "stability/mean_residual"
    checks = "proofs_checks/stability/test_mean_residual.py"
    assert list(FILES) == [f"theory/{module}.py", checks, f"theory/{module}.toml"]
    assert [shlex.split(command)[0] for command in COMMANDS] == ["pytest", "python", "python"]


def test_pytest(followed: Project) -> None:
    """The level, the three controls, line by line as the page has them."""
    found = followed.run(*shlex.split(COMMANDS[0]))
    assert found.returncode == 0, found.stdout
    printed = [words(line) for line in found.stdout.splitlines()]
    shown = [words(line) for line in TABLE.splitlines()]
    start = printed.index(shown[0])
    assert printed[start : start + len(shown)] == shown
    assert shown[1][:3] == ["mean-residual", "derived", "derived"]
    assert sum(line[0] == "refuted:" for line in shown) == 3


def test_the_change_that_makes_it_fail(followed: Project) -> None:
    """Failed, with the step and an instance."""
    path = "theory/stability/mean_residual.py"
    assert FILES[path].count("average**2 / 2") == 2
    followed.write(path, FILES[path].replace("average**2 / 2", "average**2"))
    found = followed.run(*shlex.split(COMMANDS[0]))
    assert found.returncode == 1
    assert re.search(r"^mean-residual +failed", found.stdout, re.MULTILINE)
    assert re.search(r"^mean-residual: step 1 of 'Half the variance.*is false at", found.stdout, re.MULTILINE)


def test_report_and_export(followed: Project) -> None:
    """Both of this claim alone; the report says that it is a part."""
    found = followed.run(*shlex.split(COMMANDS[1])[2:], "--only", "html")
    assert found.returncode == 0, found.stdout + found.stderr
    page = (followed.folder / "reports" / "out" / "mean-residual" / "report.html").read_text("utf-8")
    assert "This is a part of the report" in page
    assert "The loss and the mean residual" in page
    assert "is a mean of squares" in page
    found = followed.run(*shlex.split(COMMANDS[2])[2:])
    assert found.returncode == 0, found.stderr
    assert (followed.folder / "latex" / "mean-residual.tex").exists()
