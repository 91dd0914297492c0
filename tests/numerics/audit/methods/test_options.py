"""How training is said on the command line, and what is refused there, in one line and with status 2."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch

from numerics.audit.__main__ import main
from numerics.audit.methods.method import PLAIN
from numerics.audit.options import parsed
from proofs_checks.verify import __main__ as verify

Captured = pytest.CaptureFixture[str]
HEAVY = ("--optimizer", "heavy-ball", "--momentum", "0.9", "--loss", "mse")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """2 relu(x) on the data +-3/4, which it interpolates, as arrays and as a checkpoint with the state of Adam."""
    np.savez(tmp_path / "network.npz", W1=[[1.0]], b1=[0.0], w2=[2.0], b2=0.0)
    np.savez(tmp_path / "data.npz", x=[[0.75], [-0.75]], y=[1.5, 0.0])
    model = torch.nn.Sequential(torch.nn.Linear(1, 1), torch.nn.ReLU(), torch.nn.Linear(1, 1)).double()
    adam = torch.optim.Adam(model.parameters(), lr=0.5, eps=0.0)
    model(torch.ones(1, 1, dtype=torch.float64)).sum().backward()
    for part, value in zip(model.parameters(), (1.0, 0.0, 2.0, 0.0), strict=True):
        part.grad = torch.full_like(part, 0.5)
        part.data.fill_(value)
    adam.step()
    for part, value in zip(model.parameters(), (1.0, 0.0, 2.0, 0.0), strict=True):
        part.data.fill_(value)
    torch.save({"model": model.state_dict(), "optimizer": adam.state_dict()}, tmp_path / "model.pt")
    torch.save(adam.state_dict(), tmp_path / "adam.pt")
    return tmp_path


def run(files: Path, *options: str, network: str = "network.npz") -> int:
    return main([str(files / network), "--data", str(files / "data.npz"), *options])


def found(files: Path, capsys: Captured, *options: str, network: str = "network.npz") -> dict[str, object]:
    run(files, "--json", *options, network=network)
    read: dict[str, object] = json.loads(capsys.readouterr().out)
    return read


def test_without_options_it_is_gradient_descent() -> None:
    assert parsed(["a.npz", "--data", "d.npz"], "audit").method.as_options() == PLAIN.as_options()


def test_nn_mse_loss_is_the_loss_of_the_theory_at_twice_the_step(files: Path, capsys: Captured) -> None:
    half = found(files, capsys, "--step-size", "2/5")
    for name, eta in (("mse", "1/5"), ("mse-sum", "1/10"), ("half-mse-sum", "1/5")):
        own = found(files, capsys, "--step-size", eta, "--loss", name)
        for same in ("bound", "tightness", "verdict", "sharpness", "stability_norm"):
            assert own[same] == half[same], (name, same)
        assert own["method"] == f"--loss {name}"
        assert own["largest_stable_step"] != half["largest_stable_step"]


def test_momentum_allows_more(files: Path, capsys: Captured) -> None:
    """The sharpness is about 3.98: above 2/eta = 2, below 2(1 + beta)/eta = 3.8/... at the steps chosen."""
    assert found(files, capsys, "--step-size", "0.4", "--loss", "mse")["verdict"] == "unstable"
    own = found(files, capsys, "--step-size", "0.4", *HEAVY)
    assert (own["verdict"], own["bound"]) == ("stable", ["1.875", "1.875"])  # (19/10)/(4/5) - 1/2
    assert run(files, "--step-size", "0.4", *HEAVY) == 0
    assert "it may be at most        4.75" in capsys.readouterr().out


def test_each_step_size_has_its_own_sentences(files: Path, capsys: Captured) -> None:
    assert run(files, "--step-size", "0.2,0.4", *HEAVY) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "0.2 acts as 0.4" in said
    assert "0.4 acts as 0.8" in said
    assert "may be at most 9.5" in said
    assert "may be at most 4.75" in said


def test_certificates_and_pages(files: Path, capsys: Captured) -> None:
    """A certificate is of the gradient descent that allows the same sharpness."""
    path, page = files / "audit.json", files / "page.html"
    assert run(files, "--step-size", "0.4", *HEAVY, "--certificate", str(path), "--html", str(page)) == 0
    assert json.loads(path.read_text())["step_size"] == str(Fraction(2) / Fraction("4.75"))
    assert verify.main([str(path)]) == 0
    assert "--optimizer heavy-ball" in page.read_text("utf-8")
    assert "Claim momentum" in page.read_text("utf-8")
    capsys.readouterr()


def test_steps_by_layer(files: Path, capsys: Captured) -> None:
    same = found(files, capsys, "--step-size", "2/5")
    own = found(files, capsys, "--layer-steps", "2/5,2/5,2/5", "--loss", "half-mse")
    assert own["verdict"] == same["verdict"] == "stable"
    assert own["bound"] == ["1.99999999999999", "2.00000000000001"] or own["bound"] == ["2", "2"]
    assert run(files, "--layer-steps", "2/5,2/5,2/5", "--loss", "half-mse") == 0
    assert "bound at layer steps 0.4, 0.4, 0.4" in capsys.readouterr().out
    assert found(files, capsys, "--layer-steps", "2,2,2", "--loss", "half-mse")["verdict"] == "unstable"


def test_adam_beside_the_network_or_in_a_file_of_its_own(files: Path, capsys: Captured) -> None:
    """P = 2 for all, so that it is the sharpness times 2."""
    words = ("--optimizer", "adam", "--loss", "half-mse", "--step-size", "1")
    plain = found(files, capsys, network="model.pt")
    for network, more in (("model.pt", ()), ("network.npz", ("--adam-state", str(files / "adam.pt")))):
        own = found(files, capsys, *words, *more, network=network)
        low, high = (2 * Fraction(end) for end in plain["sharpness"])  # type: ignore[attr-defined]
        ends = own["method_sharpness"]
        assert isinstance(ends, list)
        assert Fraction(ends[0]) <= low <= high <= Fraction(ends[1])
        assert (own["verdict"], own["bound"]) == ("stable", None)
    assert run(files, *words) == 2
    assert "adam needs its second moments" in capsys.readouterr().err


def test_a_table_says_the_method(files: Path, capsys: Captured) -> None:
    table = files / "rows.csv"
    assert run(files, "--csv", str(table), "--step-size", "0.4", *HEAVY) == 0
    assert "--optimizer heavy-ball" in table.read_text()
    assert run(files, "--csv", str(table), "--step-size", "0.4") == 2
    assert "would be lost; name another file" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ("SGD(momentum=...) is heavy-ball", ["--momentum", "0.9"]),
        ("there is no optimizer 'lion'", ["--optimizer", "lion"]),
        ("heavy-ball has a momentum", ["--optimizer", "heavy-ball", "--loss", "mse"]),
        ("which loss are", ["--optimizer", "heavy-ball", "--momentum", "0.9"]),
        ("the loss 'cross-entropy' is not supported", ["--loss", "cross-entropy"]),
        ("what is decayed?", ["--loss", "mse", "--weight-decay", "1e-4"]),
        ("supported for sgd without", ["--layer-steps", "1,1,1", *HEAVY]),
        ("in the place of --step-size", ["--layer-steps", "1,1,1", "--loss", "mse", "--step-size", "1"]),
        ("three, of W1 and b1", ["--layer-steps", "1,1", "--loss", "mse"]),
        ("of SGD without momentum", ["--batch-size", "1", *HEAVY]),
        ("--zero-biases is of gradient descent", ["--zero-biases", *HEAVY]),
        ("adam is supported without weight decay", ["--optimizer", "adam", "--loss", "mse", "--weight-decay", "1"]),
        ("adam has second moments of one network", ["--optimizer", "adam", "--loss", "mse", "other.npz"]),
        ("is of --optimizer adam", ["--adam-state", "adam.pt"]),
        ("a sharpness that alone decides", ["--layer-steps", "1,1,1", "--loss", "mse", "--certificate", "a.json"]),
    ],
)
def test_refusals(files: Path, capsys: Captured, words: str, options: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(files, *options)
    assert stopped.value.code == 2
    *_, line = capsys.readouterr().err.splitlines()
    assert words in line
