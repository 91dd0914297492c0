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
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.certificate import write_separation
from numerics.depth.finite.planar_sets import CROSS, FIVE_BY_FIVE, GRID, SEVENTEEN
from numerics.depth.finite.rational_bound import rational_lower_bound
from proofs_checks.verify import __main__ as verify
from tests.numerics.examples import Example, examples, gaussian, tricky_list
from tests.proofs_checks.verify.certificates import audit, decoded, flattest_of, minimum_of, outcome, written

ROOT = Path(__file__).parents[3]


def test_stands_alone() -> None:
    """At most 300 lines, the standard library, nothing of the project."""
    source = Path(verify.__file__).read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 300
    nodes = list(ast.walk(ast.parse(source)))
    imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names
    # -O strips nothing that a proof needs, and without site-packages nothing is missing
    assert not [node for node in nodes if isinstance(node, ast.Assert)]


def test_command(tmp_path: Path) -> None:
    """Without any installed package: 0 if all are accepted, 1 if one is refused, 2 if one is unreadable."""
    good, bad, none = tmp_path / "good.json", tmp_path / "bad.json", tmp_path / "none.json"
    document = audit(gaussian(0, 4, 2, 3), good)
    document["claims"]["loss"] = ["0", "1/1000"]
    bad.write_text(json.dumps(document), encoding="utf-8")
    for files, status in (([good, good], 0), ([bad, good], 1), ([good, none, bad], 2), ([], 2)):
        command = [sys.executable, "-S", "-O", "-m", "proofs_checks.verify", *map(str, files)]
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert result.returncode == status, result.stderr
        lines = result.stdout.splitlines()
        assert len(lines) == len(files)
        for line, path in zip(lines, files, strict=True):
            verdict = {good: "accepted: ", bad: "refused, not proved: the loss", none: "unreadable, "}[path]
            assert line.startswith(f"{path}: {verdict}")


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
        "format": "stable-minima certificate 1",
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


@given(st.lists(st.lists(st.integers(-(2**70), 2**70), min_size=3, max_size=3), min_size=1, max_size=140))
@settings(max_examples=40)
def test_packed_products(rows: list[list[int]]) -> None:
    """Products of packed columns are the products."""
    expected = [[sum(a * b for a, b in zip(left, right, strict=True)) for right in rows] for left in rows]
    assert verify.products(rows, rows) == expected
    assert verify.products(rows, rows, symmetric=True) == [row[: j + 1] for j, row in enumerate(expected)]


@given(st.fractions(min_value=0, max_value=10**30), st.integers(-300, 300))
def test_square_roots(value: Fraction, exponent: int) -> None:
    """Rounded to the side asked for, and narrowly."""
    square = value * Fraction(2) ** exponent
    low, high = verify.root(square), verify.root(square, up=True)
    assert low**2 <= square <= high**2
    assert (high - low) * 2**100 <= high
    assert verify.root(value * value) == verify.root(value * value, up=True) or value.denominator > 1


@given(st.integers(0, 10**6), st.integers(1, 100), st.integers(60, 80))
@settings(max_examples=60)
def test_definite_matrices(seed: int, n: int, power: int) -> None:
    """What is proved to be below a level is; a level well above is proved."""
    factor = np.random.default_rng(seed).integers(-1000, 1000, (n, max(1, n // 2))).astype(object)
    matrix = (factor @ factor.T * 2**power).tolist()
    largest = math.ceil(float(np.linalg.eigvalsh(np.array(matrix, dtype=float))[-1])) + 1
    verify.require_definite(largest + (largest >> 20), matrix, (largest >> 25) + 2**30, "a level above")
    with pytest.raises(ArithmeticError):
        verify.require_definite(largest - (largest >> 20) - 2**60, matrix, largest >> 30, "a level below")


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
        b'{"format": "stable-minima certificate 1"}',
        b'{"format": "stable-minima certificate 1", "kind": "other"}',
        b'{"format": "stable-minima certificate 1", "kind": ["audit"]}',
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
        assert outcome(document, path) == 1


@pytest.mark.parametrize("step_size", ["0", "-1/10", 0, "", [], "0.0"])
def test_senseless_step_sizes(step_size: object, tmp_path: Path) -> None:
    """None of them is taken for another."""
    path = tmp_path / "certificate.json"
    document = audit(gaussian(0, 4, 2, 3), path)
    document["step_size"] = step_size
    assert outcome(document, path) in (1, 2)
