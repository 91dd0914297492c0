"""Certificates of the disc as they are written: exact entries, claims rounded to the safe side, and accepted."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from numerics.certificate.disc import write_disc_measure, write_disc_net, write_exponential
from numerics.exact.balls import lower, upper
from numerics.separation.bracket.explicit_nets import SymmetricNet
from numerics.separation.bracket.measures import DualMeasure
from numerics.separation.exponential.certificate import exponential_theorem
from proofs_checks.verify import __main__ as verify

FIVE = DualMeasure.from_orbits(np.array([[0, 0], [1, 1]]), np.array([4, -1]), 1, 3)
TWO_LINES = SymmetricNet(np.array([[0, 0]]), np.array([-8]), 9, 0, 4)


def read(path: Path) -> dict[str, Any]:
    """A certificate that the checker accepts."""
    assert verify.main([str(path)]) == 0
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def test_measure(tmp_path: Path) -> None:
    """Five points: one of each orbit, and the bound by hand, rounded down."""
    path = tmp_path / "m.json"
    supremum, norm = Fraction(1495, 10000), Fraction(1, 3)
    write_disc_measure(path, FIVE, supremum, norm)
    document = read(path)
    assert (document["points"], document["measure"]) == ([[0, 0], [1, 1]], [4, -1])
    assert (document["scale"], document["denominator"], document["radius"]) == (2, 8, "4")
    claim, exact = Fraction(document["claims"]["least_error"]), Fraction(1, 2) - norm * supremum
    assert 0 <= exact - claim <= Fraction(1, 10**12)


def test_net(tmp_path: Path) -> None:
    """Two lines, whose error is 7/16."""
    path = tmp_path / "n.json"
    write_disc_net(path, TWO_LINES, Fraction(7, 16), Fraction(1, 2))
    document = read(path)
    assert (document["lines"], document["amplitudes"], document["constant"]) == ([[0, 0]], [-8], 9)
    assert (document["scale"], document["denominator"]) == (1, 16)
    assert document["claims"] == {"largest_error": "0.437500000000"}


@pytest.mark.parametrize(("dimension", "radius"), [(2, 4), (2, Fraction(5, 2)), (3, 6)])
def test_exponential(dimension: int, radius: int | Fraction, tmp_path: Path) -> None:
    """The constants, rounded to the safe side, and no more than a millionth off."""
    path = tmp_path / "e.json"
    theorem = exponential_theorem(dimension, radius)
    write_exponential(path, theorem)
    document = read(path)
    assert document["dimension"] == dimension
    assert Fraction(document["radius"]) == radius
    constant, rate = (Fraction(document["claims"][name]) for name in ("constant", "rate"))
    assert 0 <= lower(theorem.constant) - constant <= Fraction(1, 10**12)
    assert upper(theorem.rate) <= rate <= upper(theorem.rate) * (1 + Fraction(1, 10**6))
    assert float(constant) == pytest.approx(512 / (2835 * math.pi * math.e))


def test_a_measure_without_symmetry_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    lopsided = DualMeasure(np.array([[0, 0], [1, 0], [2, 0]]), np.array([1, -2, 1]), 1, 2)
    with pytest.raises(ValueError, match="symmetries of the square"):
        write_disc_measure(path, lopsided, Fraction(1), Fraction(1))
    assert not path.exists()
