"""`--loss logistic` on the command line: the answer, the status, and each refusal in one line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from numerics.audit import other_loss
from numerics.audit.__main__ import main
from tests.numerics.examples import net

Captured = pytest.CaptureFixture[str]
NETWORK = net([[1.0]], [0.25], [2.0], -0.5)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A network, and a table of data with labels 0 and 1."""
    NETWORK.save(tmp_path / "model.npz")
    (tmp_path / "train.csv").write_text("x,y\n0.75,1\n-0.75,0\n0.5,0\n")
    return tmp_path


def run(files: Path, *options: str, data: str = "train.csv") -> int:
    return main([str(files / "model.npz"), "--data", str(files / data), "--loss", "logistic", *options])


def test_answer_is_that_of_python(files: Path, capsys: Captured) -> None:
    assert run(files, "--step-size", "0.1", "--json") == 0
    read = json.loads(capsys.readouterr().out)
    own = other_loss(NETWORK, [[0.75], [-0.75], [0.5]], [1.0, 0.0, 0.0], "0.1", loss="logistic")
    same = json.loads(own.as_json())
    assert read["remarks"][-1] == "train.csv has 3 rows; the label is column 2 (y)."
    assert {**read, "remarks": []} == {**same, "remarks": []}


def test_table_and_quiet(files: Path, capsys: Captured) -> None:
    assert run(files, "--step-size", "0.1") == 0
    assert "verdict                    stable\n" in capsys.readouterr().out
    assert run(files, "--step-size", "0.1", "--quiet") == 0
    assert capsys.readouterr().out == "stable\n"
    assert run(files, "--step-size", "1000", "--quiet") == 0
    assert capsys.readouterr().out == "excluded\n"
    assert run(files, "--quiet") == 0
    assert float(capsys.readouterr().out) > 0


def test_momentum(files: Path, capsys: Captured) -> None:
    assert run(files, "--step-size", "0.1", "--optimizer", "heavy-ball", "--momentum", "0.9", "--json") == 0
    assert json.loads(capsys.readouterr().out)["method"] == "--loss logistic --optimizer heavy-ball --momentum 9/10"


def test_kinks_are_undecided(files: Path, capsys: Captured) -> None:
    (files / "kink.csv").write_text("x,y\n-0.25,1\n0.5,0\n")
    assert run(files, "--step-size", "0.1", "--quiet", data="kink.csv") == 1
    assert capsys.readouterr().out == "undecided\n"


def test_labels_that_are_no_probabilities(files: Path, capsys: Captured) -> None:
    np.savez(files / "signs.npz", x=[[0.75], [-0.75]], y=[1.0, -1.0])
    assert run(files, "--step-size", "0.1", data="signs.npz") == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "error: labels of the loss logistic are from 0 to 1, but y[1] is -1.0\n"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--optimizer", "adam"), "supported with sgd, heavy-ball and nesterov"),
        (("--weight-decay", "0.1", "--decayed", "all"), "without weight decay"),
        (("--layer-steps", "0.1,0.1,0.1"), "with one step size"),
        (("--adam-state", "adam.pt"), "supported with sgd"),
        (("--certificate", "a.json"), "there is no certificate of it"),
        (("--batch-size", "2"), "--batch-size is not supported with --loss logistic"),
        (("--zero-biases",), "--zero-biases is not supported"),
        (("--html", "a.html"), "--html is not supported"),
        (("--plot", "a.png"), "--plot is not supported"),
        (("--csv", "a.csv"), "--csv is not supported"),
        (("--many", "runs"), "--many is not supported"),
        (("--step-size", "0.1", "0.2"), "one network at one step size"),
        (("--optimizer", "heavy-ball"), "momentum, which is not guessed"),
    ],
)
def test_refused_in_one_line(files: Path, capsys: Captured, options: tuple[str, ...], words: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(files, *options)
    assert stopped.value.code == 2
    said = capsys.readouterr().err.strip().splitlines()[-1]
    assert words in said
