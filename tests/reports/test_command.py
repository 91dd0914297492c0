"""The command: it runs what the modules run, with their exit statuses and its own name in their help."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib import import_module, metadata
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from reports import command
from reports.command import COMMANDS, main
from tests.numerics.examples import net

ROOT = Path(__file__).parents[2]

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """2 relu(x) with the data +-3/4, which it interpolates, in the folder where the command runs."""
    net([[1.0]], [0.0], [2.0]).save(tmp_path / "network.npz")
    np.savez(tmp_path / "data.npz", x=[[0.75], [-0.75]], y=[1.5, 0.0])
    monkeypatch.chdir(tmp_path)
    return tmp_path


AUDIT = ["network.npz", "--data", "data.npz", "--step-size"]


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["audit", *AUDIT, "0.4"], 0),
        (["audit", "nowhere.npz", "--data", "data.npz"], 2),
        (["verify", "data.npz"], 2),
        (["export", "no-such-claim"], 2),
        (["report", "--claim", "no-such-claim"], 2),
        (["compare", "data.npz", "data.npz"], 2),
        (["verdicts", "data.npz"], 2),
    ],
)
def test_does_what_the_module_does(folder: Path, capsys: Captured, words: list[str], status: int) -> None:
    """The same output, the same errors, the same exit status."""
    name, *arguments = words
    assert main(words) == status
    ours = capsys.readouterr()
    assert import_module(COMMANDS[name][0]).main(arguments) == status
    assert capsys.readouterr() == ours
    assert {path.name for path in folder.iterdir()} == {"network.npz", "data.npz"}


def test_a_certificate_there_and_back(folder: Path, capsys: Captured) -> None:
    """And one that was changed is refused, with status 1."""
    assert main(["audit", *AUDIT, "0.4", "--certificate", "audit.json"]) == 0
    assert main(["verify", "audit.json"]) == 0
    assert "audit.json: accepted" in capsys.readouterr().out
    text = (folder / "audit.json").read_text("utf-8")
    (folder / "audit.json").write_text(text.replace('"stable"', '"unstable"'), encoding="utf-8")
    assert main(["verify", "audit.json"]) == 1


def test_undecided(folder: Path, capsys: Captured) -> None:
    np.savez(folder / "data.npz", x=[[0.0], [0.75]], y=[0.0, 1.5])
    assert main(["audit", *AUDIT, "0.1"]) == 1
    assert "undecided" in capsys.readouterr().out


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_names_it(name: str, capsys: Captured) -> None:
    try:
        status = main([name, "--help"])
    except SystemExit as leaving:  # argparse leaves by itself where it is not caught
        status = int(leaving.code or 0)
    assert status == 0
    assert capsys.readouterr().out.startswith(f"usage: stable-minima {name} ")


def test_misuse_of_a_command_names_it(capsys: Captured) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["audit"])
    assert "stable-minima audit: error: the following arguments are required" in capsys.readouterr().err


def test_help_and_version(capsys: Captured) -> None:
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    assert all(f"\n  {name} " in said for name in COMMANDS)
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"stable-minima {metadata.version('stable-minima')}\n"


def test_nothing_and_something_unknown_are_answered_in_words(capsys: Captured) -> None:
    assert main([]) == 2
    said = capsys.readouterr().err
    assert said.startswith("stable-minima: say what to do\n")
    assert all(f"\n  {name} " in said for name in COMMANDS)
    assert main(["audti", "--step-size", "1"]) == 2
    said = capsys.readouterr().err
    assert said == f"stable-minima: there is no command 'audti'; there are {', '.join(COMMANDS)}\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_an_interruption_is_one_line(name: str, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    """Whether it comes while a command is imported or while it runs."""

    def interrupted(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "import_module", interrupted)
    assert main([name]) == 130
    monkeypatch.setattr(command, "import_module", lambda _: SimpleNamespace(main=interrupted))
    assert main([name]) == 130
    assert capsys.readouterr().err == "interrupted\n" * 2


def test_the_checker_runs_alone() -> None:
    """A verification imports nothing of what it is to be independent of."""
    program = """
import sys
from reports.command import main
main(["verify", "nowhere.json"])
ours = {name.partition(".")[0] for name in sys.modules} & {"numerics", "theory", "numpy", "sympy", "torch", "flint"}
print(ours)
"""
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "set()"


def test_is_what_the_distribution_installs() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    assert scripts == {"stable-minima": f"{main.__module__}:{main.__name__}"}
