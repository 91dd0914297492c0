"""Certificates of the exponential bound: true ones are accepted, false ones refused; boxes against random lines."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.certificate.disc import write_exponential
from numerics.separation.exponential.certificate import exponential_theorem
from numerics.separation.exponential.radon_supremum import majorant as float_majorant
from proofs_checks.verify import exponential
from proofs_checks.verify.boxes import Box
from proofs_checks.verify.exponential import least_weight, majorant
from proofs_checks.verify.uniform import Tangents, UniformOnBall
from tests.proofs_checks.verify.certificates import Document, outcome, written


@pytest.fixture
def plane(tmp_path: Path) -> Document:
    """The certificate of the disc of radius 4."""
    return written(lambda path: write_exponential(path, exponential_theorem(2, 4)), tmp_path / "e.json")


def said(document: Document, path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit status, and the line."""
    capsys.readouterr()
    status = outcome(document, path)
    return status, capsys.readouterr().out


def test_accepted(plane: Document, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, line = said(plane, tmp_path / "c.json", capsys)
    assert status == 0, line
    assert "ball of radius 4 in 2 dimensions, is somewhere on it at least 0.0211481578" in line
    assert "exp(-0.6351068" in line


@pytest.mark.parametrize(("dimension", "radius"), [(3, 4), (4, 6), (8, 4)])
def test_other_balls(dimension: int, radius: int, tmp_path: Path) -> None:
    """Dimensions of both kinds, and either peak."""
    document = written(
        lambda path: write_exponential(path, exponential_theorem(dimension, radius)), tmp_path / "e.json"
    )
    assert outcome(document, tmp_path / "c.json") == 0


@pytest.mark.parametrize(
    ("changes", "status", "reason"),
    [
        ({"supremum": "0.3225"}, 1, "the supremum, on lines near b = "),
        ({"supremum": "0.32259", "rate": "0.6352"}, 1, "the supremum, on lines near b = "),
        ({"supremum": "0.33"}, 1, "not proved: the rate"),
        ({"supremum": "0"}, 1, "a positive supremum"),
        ({"rate": "0.635"}, 1, "not proved: the rate"),
        ({"constant": "0.02115"}, 1, "not proved: the constant"),
        ({"radius": "3.9"}, 1, "the supremum, on lines near b = "),
        ({"radius": "2"}, 1, "a radius above 2"),
        ({"radius": "1e9"}, 2, "radius is no rational number"),
        ({"radius": "100"}, 1, "a radius above 2 and up to 64"),
        ({"dimension": 3}, 1, "the supremum, on lines near b = "),
        ({"dimension": 1}, 1, "a dimension from 2 to 32"),
        ({"dimension": 10**9}, 1, "a dimension from 2 to 32"),
        ({"dimension": True}, 2, "dimension is not a whole number"),
        ({"radius": "4." + "0" * 99 + "1"}, 2, "more than 200 bits"),
        ({"peak": "axis"}, 2, "unknown entries: peak"),
    ],
)
def test_tampered_with(
    changes: dict[str, Any],
    status: int,
    reason: str,
    plane: Document,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each is refused in a sentence that names what is wrong."""
    for name, value in changes.items():
        (plane["claims"] if name in plane["claims"] else plane)[name] = value
    found, line = said(plane, tmp_path / "c.json", capsys)
    assert (found, reason in line) == (status, True), line


@pytest.mark.parametrize("radius", ["5/2", "64"])
def test_smallest_and_largest_balls(radius: str, tmp_path: Path) -> None:
    """Any above 2, and 64 itself, with a supremum that is large enough; not one that is too small."""
    document = {
        "format": "stable-minima certificate 3",
        "kind": "exponential",
        "dimension": 2,
        "radius": radius,
        "supremum": "100",
        "claims": {"constant": "0.02", "rate": "200"},
    }
    assert outcome(document, tmp_path / "c.json") == 0
    assert outcome(document | {"supremum": "1/1000000"}, tmp_path / "c.json") == 1


def test_next_to_the_support(tmp_path: Path) -> None:
    """A ball that hardly holds the test function, in many dimensions: the weight is next to 0, and nothing crashes."""
    document = {
        "format": "stable-minima certificate 3",
        "kind": "exponential",
        "dimension": 32,
        "radius": "2.00000000001",
        "supremum": "1000",
        "claims": {"constant": "0.02", "rate": "2000"},
    }
    assert outcome(document, tmp_path / "c.json") == 1


@given(st.integers(1, 20), st.floats(0, 1), st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_majorant(depth: int, at: float, threshold: float, seed: int) -> None:
    """It is at least |R psi|'s bound in the box, and close to it in a small one."""
    side = 2**depth
    box = Box(int(at * (math.sqrt(2) - 1) * side), int(threshold * 2 * side), depth)
    random = np.random.default_rng(seed)
    u, b = (box.i + random.uniform(size=20)) / side, (box.j + random.uniform(size=20)) / side
    values = float_majorant(2 * np.arctan(u), b)
    most = float(Fraction(majorant(box), 2**64)) * math.pi
    assert values.max() <= most + 1e-12
    assert depth < 16 or most <= values.min() + 1e-3


@given(st.integers(1, 20), st.fractions(0, 1))
def test_least_weight(depth: int, share: Fraction) -> None:
    """It is at most the weight at the end of the box farther out, and close to it."""
    side, population, factor = 2**depth, UniformOnBall(2, Fraction(4)), Fraction(2**64)
    box = Box(0, min(int(2 * share * side), 2 * side - 1), depth)
    least = least_weight(Tangents(population, factor), box)
    weight = factor * population.weight(Fraction(box.j + 1, side))[1]
    assert weight - factor / min(side, 2**12) ** 2 - 2 <= least <= weight


def test_boxes_are_bounded(
    plane: Document, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exponential, "_MOST_BOXES", 50)
    status, line = said(plane, tmp_path / "c.json", capsys)
    assert status == 2
    assert "too many for this checker" in line
