"""Labels of several columns on the command line: the answer, the status, and each refusal in one line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from numerics.audit import method, several_outputs
from numerics.audit.__main__ import main

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A network with three outputs, as torch saves it and as arrays, and data with labels of as many columns."""
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.ReLU(), torch.nn.Linear(4, 3)).double()
    torch.save(model.state_dict(), tmp_path / "model.pt")
    arrays = [part.detach().numpy() for part in model.parameters()]
    W1, b1, W2, b2 = arrays
    np.savez(tmp_path / "model.npz", W1=W1, b1=b1, W2=W2, b2=b2)
    rng = np.random.default_rng(0)
    np.savez(tmp_path / "data.npz", x=rng.standard_normal((5, 2)), y=np.eye(3)[[0, 1, 2, 1, 0]])
    np.savez(tmp_path / "classes.npz", x=rng.standard_normal((5, 2)), y=np.array([0, 1, 2, 1, 0]))
    np.savez(tmp_path / "two.npz", x=rng.standard_normal((5, 2)), y=np.eye(5)[:, :2])
    return tmp_path


def run(files: Path, *options: str, network: str = "model.npz", data: str = "data.npz") -> int:
    return main([str(files / network), "--data", str(files / data), *options])


@pytest.mark.parametrize("network", ["model.npz", "model.pt"])
def test_answer_is_that_of_python(files: Path, capsys: Captured, network: str) -> None:
    chosen = ["--loss", "mse", "--optimizer", "heavy-ball", "--momentum", "0.9"]
    assert run(files, *chosen, "--step-size", "0.1", "--json", network=network) == 0
    read = json.loads(capsys.readouterr().out)
    held = np.load(files / "data.npz")
    heavy = method("heavy-ball", momentum="0.9", loss="mse")
    own = several_outputs(files / "model.npz", held["x"], held["y"], step_size="0.1", method=heavy)
    assert read["remarks"][-1] == "data.npz has 5 rows; the labels of the outputs are array y."
    assert {**read, "remarks": []} == {**json.loads(own.as_json()), "remarks": []}
    # a mean over the outputs too: 2 (1 + 0.9) / (0.1 * 2/3)
    assert (read["limit"], read["outputs"], read["enclosed"]) == ("57", 3, True)


def test_table_and_quiet(files: Path, capsys: Captured) -> None:
    assert run(files, "--loss", "half-mse", "--step-size", "0.1") == 0
    table = capsys.readouterr().out
    assert "4 neurons, 2 inputs, 3 outputs, on 5 data" in table
    assert "limit at step size 0.1" in table
    assert run(files, "--loss", "half-mse", "--step-size", "0.1", "--quiet") == 0
    assert capsys.readouterr().out == "stable\n"
    assert run(files, "--loss", "half-mse", "--step-size", "100", "--quiet") == 0
    assert capsys.readouterr().out == "excluded\n"
    assert run(files, "--loss", "half-mse", "--quiet") == 0
    assert " to " in capsys.readouterr().out


def test_a_kink_is_undecided(files: Path) -> None:
    np.savez(files / "kink.npz", W1=np.eye(2), b1=np.zeros(2), W2=np.ones((3, 2)), b2=np.zeros(3))
    np.savez(files / "zero.npz", x=np.zeros((1, 2)), y=np.ones((1, 3)))
    assert run(files, "--loss", "mse", "--step-size", "0.1", network="kink.npz", data="zero.npz") == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "which loss is a step size of? Give --loss mse for torch.nn.MSELoss(), the mean over data and outputs"),
        (["--loss", "mse", "--step-size", "0.1", "0.2"], "for one network at one step size"),
        (["--loss", "mse", "--weight-decay", "0.1", "--decayed", "all"], "--weight-decay is not supported for several"),
        (["--loss", "mse", "--layer-steps", "1,1,1"], "--layer-steps is not supported for several outputs; supported"),
        (["--loss", "mse", "--optimizer", "adam"], "adam is not supported for several outputs; supported are sgd"),
        (["--loss", "mse", "--certificate", "out.json"], "--certificate is not supported for several outputs"),
        (["--loss", "mse", "--device", "cuda"], "--device is not supported for several outputs; supported are --loss"),
        (["--loss", "half-mse", "--zero-biases"], "--zero-biases is not supported for several outputs"),
        (["--loss", "logistic"], "array y has 3 columns, as one-hot labels or several outputs have"),
    ],
)
def test_refusals(
    files: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch, options: list[str], words: str
) -> None:
    monkeypatch.chdir(files)
    assert run(files, *options) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1


def test_labels_of_another_number_of_columns(files: Path, capsys: Captured) -> None:
    assert run(files, "--loss", "mse", data="classes.npz") == 2
    assert "one output, but w2 has 3; several are audited on labels y [n, m]" in capsys.readouterr().err
    assert run(files, "--loss", "mse", data="two.npz") == 2
    assert "the labels y must have the shape (5, 3)" in capsys.readouterr().err
