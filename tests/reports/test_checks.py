"""Running pytest: the real thing, on projects of one file."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.checks import command, run_checks

CONFTEST = """
from pathlib import Path

def pytest_addoption(parser):
    parser.addoption("--evidence")
    parser.addoption("--profile")

def pytest_sessionfinish(session, exitstatus):
    name, profile = session.config.getoption("evidence"), session.config.getoption("profile")
    if not Path("silent").exists():
        Path(name).write_text(f"{profile} {int(exitstatus)}")
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose checks pass, run without the plugins of this environment, which are slow to load."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "proofs_checks").mkdir()
    (tmp_path / "proofs_checks" / "conftest.py").write_text(CONFTEST)
    (tmp_path / "proofs_checks" / "test_a.py").write_text("def test_a():\n    assert True\n")
    return tmp_path


def test_passing_checks(root: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")  # a relative name is meant from the project
    assert run_checks(Path("evidence.json"), "quick", root) == 0
    assert (root / "evidence.json").read_text() == "quick 0"
    assert "1 passed" in capfd.readouterr().out


def test_command() -> None:
    assert command(Path("e.json"), "quick")[1:] == [
        "-m", "pytest", "proofs_checks", "--evidence", "e.json", "--profile", "quick",
    ]  # fmt: skip
    assert command(Path("e.json"), "quick", ("a", "b"))[-4:] == ["--claim", "a", "--claim", "b"]
    assert command(Path("e.json"), "quick", mnist=Path("/mnist"))[-2:] == ["--mnist", "/mnist"]
    assert Path(command(Path("e.json"), "quick", mnist=Path("mnist"))[-1]).is_absolute()


def test_failing_checks_leave_evidence_too(root: Path) -> None:
    (root / "proofs_checks" / "test_b.py").write_text("def test_b():\n    assert False\n")
    assert run_checks(root / "evidence.json", "full", root) == 1
    assert (root / "evidence.json").read_text() == "full 1"


def test_old_evidence_is_not_taken_for_new(root: Path) -> None:
    (root / "evidence.json").write_text("quick 0")
    (root / "silent").touch()
    with pytest.raises(FileNotFoundError, match="exit code 0 and left no evidence"):
        run_checks(root / "evidence.json", "quick", root)
    assert (root / "evidence.json").read_text() == "quick 0"


def test_installed_checks_run_where_the_command_runs(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They take no settings from around them, and leave nothing among the packages."""
    packages = root / "packages"
    packages.mkdir()
    (root / "proofs_checks").rename(packages / "proofs_checks")
    (root / "pyproject.toml").write_text("[tool.pytest.ini_options]\naddopts = '--no-such-option'\n")
    here = root / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    before = sorted(packages.rglob("*"))
    assert run_checks(here / "evidence.json", "quick", packages) == 0
    assert (here / "evidence.json").read_text() == "quick 0"
    assert sorted(packages.rglob("*")) == before
    assert [path.name for path in here.iterdir()] == ["evidence.json"]
