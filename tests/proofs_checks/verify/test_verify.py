"""The independent checker: it accepts every certificate that is written, and none that is false."""

from __future__ import annotations

import ast
import base64
import json
import math
import random
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.certificate.write import write_separation
from numerics.separation.planar.planar_sets import CROSS, FIVE_BY_FIVE, GRID, SEVENTEEN
from numerics.separation.planar.rational_bound import rational_lower_bound
from proofs_checks.instances.profiles import settings
from proofs_checks.verify import __main__ as verify
from tests.numerics.examples import Example, examples, gaussian, net, tricky_list
from tests.proofs_checks.verify.certificates import audit, decoded, flattest_of, minimum_of, outcome, written

ROOT = Path(__file__).parents[3]


def test_stands_alone() -> None:
    """Short files of the standard library, nothing of the project: `source` alone imports it, if asked to."""
    for path in Path(verify.__file__).parent.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 200, path
        nodes = list(ast.walk(ast.parse(text)))
        imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        imported |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
        own = {name for name in imported if name.startswith("proofs_checks.verify.")}
        if path.name != "source.py":
            assert {name.partition(".")[0] for name in imported - own} <= sys.stdlib_module_names, path
        # -O strips nothing that a proof needs
        assert not [node for node in nodes if isinstance(node, ast.Assert)], path


def test_command(tmp_path: Path) -> None:
    """Without any installed package: 0 if all are accepted, 1 if one is refused, 2 if one is unreadable."""
    good, bad, none = tmp_path / "good.json", tmp_path / "bad.json", tmp_path / "none.json"
    document = audit(gaussian(0, 4, 2, 3), good)
    document["claims"]["loss"] = ["0", "1/1000"]
    bad.write_text(json.dumps(document), encoding="utf-8")
    for files, status in (([good, good], 0), ([bad, good], 1), ([good, none, bad], 2)):
        command = [sys.executable, "-S", "-O", "-m", "proofs_checks.verify", *map(str, files)]
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert result.returncode == status, result.stderr
        lines = result.stdout.splitlines()
        assert len(lines) == len(files)
        for line, path in zip(lines, files, strict=True):
            verdict = {
                good: "accepted: ",
                bad: "refused, not proved: the loss",
                none: "unreadable: there is no such file",
            }[path]
            assert line.startswith(f"{path}: {verdict}")


def test_a_comparison_without_any_installed_package(tmp_path: Path) -> None:
    """Is not made, and this is said; it takes what reads networks."""
    path = tmp_path / "good.json"
    audit(gaussian(0, 4, 2, 3), path)
    command = [sys.executable, "-S", "-m", "proofs_checks.verify", str(path), "--network", "network.npz"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (2, "")
    assert "not compared, though the certificate itself is accepted: files of networks" in result.stdout


def test_what_is_no_certificate_is_told_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With status 2: nothing there, a folder, no JSON, no text."""
    (tmp_path / "words.json").write_text("certificate", encoding="utf-8")
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe")
    for name, words in (
        ("none.json", "unreadable: there is no such file"),
        ("", "unreadable: Is a directory"),
        ("words.json", "unreadable, or not a certificate of this version: it is no JSON in UTF-8: Expecting value"),
        ("bytes.json", "unreadable, or not a certificate of this version: it is no JSON in UTF-8: "),
    ):
        assert verify.main([str(tmp_path / name)]) == 2
        assert capsys.readouterr().out.startswith(f"{tmp_path / name}: {words}")


def test_a_label_without_data_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "audit.json"
    audit(gaussian(0, 4, 2, 3), path)
    assert verify.main([str(path), "--label", "y"]) == 2
    assert "--label names a column of --data, and there is no --data" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "example"), tricky_list(), ids=lambda value: value if isinstance(value, str) else "")
def test_tricky_cases(name: str, example: Example, tmp_path: Path) -> None:
    """Every certificate of an audit and of a flattest rescaling is accepted."""
    assert name
    path = tmp_path / "certificate.json"
    assert outcome(audit(example, path), path) == 0
    assert outcome(audit(example, path, None), path) == 0
    assert outcome(flattest_of(example, path), path) == 0


def test_random_cases(tmp_path: Path) -> None:
    """The same for random networks, on kinks, with shared hyperplanes and repeated data among them."""
    path = tmp_path / "certificate.json"

    @settings(max_examples=60)
    @given(examples(), st.sampled_from([Fraction(1, 100), Fraction(1, 3), Fraction(3)]))
    def accepted(example: Example, eta: Fraction) -> None:
        assert outcome(audit(example, path, eta), path) == 0
        assert outcome(flattest_of(example, path), path) == 0

    accepted()


@pytest.mark.parametrize("seed", range(12))
def test_minima(seed: int, tmp_path: Path) -> None:
    """Minima next to random networks, more than one block of data among them."""
    n = (1, 2, 3, 5, 8, 70)[seed % 6]
    path = tmp_path / "certificate.json"
    example = gaussian(seed, n, 4 if n < 70 else 40, 6 if n < 70 else 8)
    assert outcome(minimum_of(example, path), path) == 0


@pytest.mark.parametrize("planar", [GRID, SEVENTEEN, CROSS, FIVE_BY_FIVE], ids=lambda planar: planar.name)
def test_separations(planar: Any, tmp_path: Path) -> None:
    """Root-free bounds on planar data."""
    path = tmp_path / "certificate.json"
    bound = rational_lower_bound(planar.points, planar.labels)
    assert outcome(written(lambda target: write_separation(target, bound), path), path) == 0


def test_points_on_a_line_prove_nothing(tmp_path: Path) -> None:
    """All lines through two of them hold all data, so that any measure would pass."""
    document = {
        "format": "stable-minima certificate 3",
        "kind": "separation",
        "points": [[0, 0], [1, 1], [2, 2]],
        "scale": 1,
        "multiplicities": [1, 1, 1],
        "labels": ["0", "1", "0"],
        "measure": [-1, 2, -1],
        "denominator": 1,
        "claims": {"least_norm": "2"},
    }
    assert outcome(document, tmp_path / "line.json") == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"{" * 100_000,
        b"[" * 100_000,
        b'{"format": NaN}',
        b'{"format": "stable-minima certificate 3"}',
        b'{"format": "stable-minima certificate 3", "kind": "other"}',
        b'{"format": "stable-minima certificate 3", "kind": ["audit"]}',
        b'{"format": "stable-minima certificate 9", "kind": "audit"}',
        b"9" * 5000,
    ],
    ids=lambda content: repr(content[:30]),
)
def test_unreadable(content: bytes, tmp_path: Path) -> None:
    """No certificate at all."""
    path = tmp_path / "certificate.json"
    path.write_bytes(content)
    assert verify.main([str(path)]) == 2


def test_truncated_and_damaged_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Bytes cut off or changed at random never crash the checker, and a truncated file is unreadable."""
    path = tmp_path / "certificate.json"
    audit(gaussian(0, 4, 2, 3), path)
    content = path.read_bytes()
    generator = random.Random(1)
    for _ in range(100):
        path.write_bytes(content[: generator.randrange(len(content) - 1)])
        assert verify.main([str(path)]) == 2
        damaged = bytearray(content)
        damaged[generator.randrange(len(content))] = generator.randrange(256)
        path.write_bytes(damaged)
        assert verify.main([str(path)]) in (0, 1, 2)
    capsys.readouterr()


def test_labels_of_another_digit(tmp_path: Path) -> None:
    """A minimum interpolates its labels: with one of them turned there is none nearby."""
    path = tmp_path / "certificate.json"
    document = minimum_of(gaussian(1, 4, 3, 5), path)
    y = decoded(document["data"]["y"]).copy()
    y[0] += 1e-9
    document["data"]["y"]["base64"] = base64.b64encode(y.tobytes()).decode()
    assert outcome(document, path) == 1


def test_an_audit_is_no_minimum(tmp_path: Path) -> None:
    """The kind decides what has to be proved."""
    path = tmp_path / "certificate.json"
    for document, other in (
        (audit(gaussian(0, 4, 2, 3), path), "minimum"),
        (minimum_of(gaussian(1, 4, 3, 5), path), "audit"),
    ):
        document["kind"] = other
        assert outcome(document, path) == 2


@pytest.mark.parametrize("step_size", ["0", "-1/10", 0, "", [], "0.0"])
def test_senseless_step_sizes(step_size: object, tmp_path: Path) -> None:
    """None of them is taken for another."""
    path = tmp_path / "certificate.json"
    document = audit(gaussian(0, 4, 2, 3), path)
    document["step_size"] = step_size
    assert outcome(document, path) in (1, 2)


def test_says_only_what_it_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The sharpness of the Hessian off interpolation too; on kinks there is none, and it decides nothing."""
    path = tmp_path / "certificate.json"
    example = gaussian(0, 4, 2, 3)
    assert outcome(audit(example, path), path) == 0
    off = capsys.readouterr().out
    assert "kinks 0; " in off
    assert "no Hessian" not in off
    kink = Example(net([[1.0]], [0.0], [2.0]), np.array([[0.0], [1.0]]), np.array([1.0, 6.0]))
    assert outcome(audit(kink, path), path) == 0
    assert "that of K, since there is no Hessian on kinks" in (on_kink := capsys.readouterr().out)
    assert "negative_curvature" not in on_kink
    assert on_kink.strip().endswith("kinks 1; undecided at step size 1/10, no bound")
    # 2 relu(x) on x = 3, y = 6: every number is exact
    exact = Example(net([[1.0]], [0.0], [2.0]), np.array([[3.0]]), np.array([6.0]))
    assert outcome(audit(exact, path, Fraction(1, 20)), path) == 0
    on = capsys.readouterr().out
    assert "loss in [0, 0]" in on
    assert "stable at step size 1/20, bound in [" in on


@pytest.mark.parametrize(
    "change",
    [
        {"sharpness": "29"},
        {"sharpness": {"0": "1", "100": "2"}},
        {"stability_norm": "09"},
        {"kinks": False},
        {"verdict": ["stable"]},
        {"global_minimum": "proved"},
    ],
    ids=str,
)
def test_odd_claims(change: dict[str, Any], tmp_path: Path) -> None:
    """Texts and objects that could be read as enclosures, truth values as numbers, claims that nobody checks."""
    path = tmp_path / "certificate.json"
    document = audit(gaussian(0, 4, 2, 3), path)
    document["claims"].update(change)
    assert outcome(document, path) == 2


def test_a_name_given_twice(tmp_path: Path) -> None:
    """The first could say something else than what is checked."""
    path = tmp_path / "certificate.json"
    text = json.dumps(audit(gaussian(0, 4, 2, 3), path))
    path.write_text(text.replace('"claims": {', '"claims": {"loss": ["0", "0"]}, "claims": {', 1), encoding="utf-8")
    assert verify.main([str(path)]) == 2


def test_a_neuron_without_a_first_input_weight_counts(tmp_path: Path) -> None:
    """w1 = (0, 1) is no constant neuron: a norm without it is refused."""
    path = tmp_path / "certificate.json"
    example = Example(net([[0.0, 1.0]], [0.5], [1.0]), np.array([[1.0, 1.0], [0.0, -2.0]]), np.array([0.0, 1.0]))
    document = audit(example, path)
    document["claims"]["stability_norm"] = ["0", "0"]
    assert outcome(document, path) == 1


def test_work_is_bounded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A short file cannot ask for hours: arrays of one repeated entry, and exponents far apart."""
    path = tmp_path / "certificate.json"
    document = audit(gaussian(0, 2, 1, 1), path)
    n = k = 3000
    zeros = {"dtype": "uint8", "table": {"shape": [1], "dtype": "float64", "base64": "AAAAAAAAAAA="}}

    def repeated(*shape: int) -> dict[str, Any]:
        return {**zeros, "shape": list(shape), "base64": base64.b64encode(bytes(math.prod(shape))).decode()}

    document["network"] |= {"W1": repeated(k, 1), "b1": repeated(k), "w2": repeated(k)}
    document["data"] = {"x": repeated(n, 1), "y": repeated(n)}
    document["vector"] = repeated(n)
    assert outcome(document, path) == 2
    assert "too many for this checker" in capsys.readouterr().out


def test_against_the_source(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The numbers of the files, or which of them differ."""
    path, network, data = (tmp_path / name for name in ("certificate.json", "network.npz", "data.npz"))
    example = gaussian(0, 4, 2, 3)
    audit(example, path)
    f = example.network
    np.savez(network, W1=f.W1, b1=f.b1, w2=f.w2, b2=f.b2)
    np.savez(data, x=example.x, y=example.y)
    command = [str(path), "--network", str(network), "--data", str(data)]
    assert verify.main(command) == 0
    assert f"the network is that of {network} and the data are those of {data}, as read" in capsys.readouterr().out
    np.savez(data, x=example.x, y=-example.y)
    assert verify.main(command) == 1
    assert "refused, of another source: entry 0 of y is" in capsys.readouterr().out
    assert verify.main([str(path), "--network", str(tmp_path / "none.npz")]) == 2
