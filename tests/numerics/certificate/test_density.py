"""Certificates of densities as they are written: exact data, rounded summands, the mass rounded down."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from numerics.certificate.density import write_density
from numerics.laplacian.bump_density import BumpDensity
from proofs_checks.verify import __main__ as verify

Number = int | float | Fraction
INSIDE: tuple[Number, Number] = (0.5, Fraction(1, 3))
SQUARE: list[tuple[Number, Number]] = [(1, 1), (1, -1), (-1, 1), (-1, -1), (Fraction(1, 3), 0.5), INSIDE, INSIDE]


def test_entries(tmp_path: Path) -> None:
    """Thirds stay thirds; data that coincide are counted; what vanishes is left out."""
    path = tmp_path / "d.json"
    density = BumpDensity([[0.1, 0.0], [0.0, 0.0]], [0.5, 0.5], [0.02, 1e-15])
    write_density(path, density, SQUARE)
    document = json.loads(path.read_text(encoding="utf-8"))
    scale = document["scale"]
    assert scale == 3 << 24
    assert document["points"][4] == [scale // 3, scale // 2]
    assert document["multiplicities"] == [1, 1, 1, 1, 1, 2]
    assert document["centres"] == [[round(Fraction(0.1) * scale), 0]]
    assert document["radii"] == [scale // 2]
    assert 0 <= 0.02 - document["heights"][0] / document["denominator"] <= 2.0**-40
    mass = float(document["claims"]["mass"])
    assert mass == pytest.approx(0.02 * np.pi / 12, abs=1e-11)
    assert mass <= 0.02 * np.pi / 12
    assert verify.main([str(path)]) == 0


def test_nothing_left(tmp_path: Path) -> None:
    """A density that vanishes when it is rounded is none."""
    path = tmp_path / "d.json"
    with pytest.raises(ValueError, match="nothing is left"):
        write_density(path, BumpDensity([[0.0, 0.0]], [0.5], [1e-15]), SQUARE)
    assert not path.exists()
