"""The writer of certificates: what a reader finds in them, exactly; the checker has tests of its own."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from flint import arb

from numerics.certificate.write import write_flattest, write_minimum, write_separation
from numerics.exact.balls import lower, upper
from numerics.flattest.rescaling import certify_flattest, flattest
from numerics.minimum.certified import CertifiedMinimum, certify_minimum
from numerics.network import Array
from numerics.separation.planar.rational_bound import rational_lower_bound
from proofs_checks.verify import __main__ as verify
from tests.numerics.examples import Example, gaussian, net
from tests.proofs_checks.verify.certificates import decoded

ETA = Fraction(1, 10)


def contains(claim: list[str], value: arb) -> bool:
    """Whether the claimed interval contains the ball."""
    return Fraction(claim[0]) <= lower(value) and upper(value) <= Fraction(claim[1])


def minimum_near(example: Example, step_size: Fraction = ETA) -> tuple[CertifiedMinimum, Array, Array]:
    """An exact minimum whose labels are the network's values."""
    y = example.network(example.x)
    minimum = certify_minimum(example.network, example.x, y, step_size=step_size)
    assert isinstance(minimum, CertifiedMinimum)
    return minimum, example.x, y


def test_minimum(tmp_path: Path) -> None:
    """The centre is written, and claims contain what is proved of the exact minimum."""
    minimum, x, y = minimum_near(gaussian(1, 4, 3, 5))
    write_minimum(tmp_path / "minimum.json", minimum, x, y)
    read = json.loads((tmp_path / "minimum.json").read_text(encoding="utf-8"))
    assert np.array_equal(decoded(read["network"]["W1"]), minimum.centre.W1)
    assert Fraction(read["radius"]) == minimum.radius
    assert contains(read["claims"]["sharpness"], minimum.sharpness)
    assert contains(read["claims"]["stability_norm"], minimum.stability_norm)
    assert minimum.radius < Fraction(read["claims"]["margin"]) <= lower(minimum.margin)
    assert 0 < Fraction(read["floor"]) * upper(minimum.inverse_bound) ** 2 < 1


def test_minimum_whose_neurons_look_alike(tmp_path: Path) -> None:
    """Neurons with equal activation patterns are told apart by their weights."""
    example = Example(
        net([[1.0], [2.0], [1.0], [1.0]], [0.0, 0.5, -9.0, 9.0], [1.0, -1.0, 1.0, 1.0]),
        np.array([[1.0], [-2.0]]),
        np.zeros(2),
    )
    minimum, x, y = minimum_near(example)
    write_minimum(tmp_path / "minimum.json", minimum, x, y)
    assert verify.main([str(tmp_path / "minimum.json")]) == 0


def test_flattest(tmp_path: Path) -> None:
    """Scales and vectors are those found, of all neurons."""
    network, x = net([[1.0], [0.0]], [0.5, 2.0], [4.0, 3.0]), np.array([[1.0], [-2.0], [3.0]])
    found = flattest(network, x)
    proved = certify_flattest(network, x, found=found)
    write_flattest(tmp_path / "flattest.json", network, x, found, proved)
    read = json.loads((tmp_path / "flattest.json").read_text(encoding="utf-8"))
    assert np.array_equal(decoded(read["scales"]), found.scales)
    assert np.array_equal(decoded(read["vectors"]), found.vectors)
    assert np.array_equal(decoded(read["network"]["b1"]), network.b1)
    low, high = map(Fraction, read["claims"]["flattest_sharpness"])
    assert low <= proved.lower <= proved.upper <= high


def test_separation(tmp_path: Path) -> None:
    """Rational points are written as whole numbers over a common scale."""
    points: list[tuple[int | Fraction, int]] = [(0, 0), (Fraction(1, 2), 0), (Fraction(-1, 3), 0), (0, 1), (0, -1)]
    bound = rational_lower_bound(points, [1, 0, 0, 0, 0])
    write_separation(tmp_path / "separation.json", bound)
    read = json.loads((tmp_path / "separation.json").read_text(encoding="utf-8"))
    assert read["scale"] == 6
    assert [[Fraction(entry, 6) for entry in point] for point in read["points"]] == [list(p) for p in bound.points]
    assert Fraction(read["claims"]["least_norm"]) == bound.value > 0


def test_separation_on_a_line(tmp_path: Path) -> None:
    """Points on a line are refused before a file is written."""
    bound = rational_lower_bound([(0, 0), (1, 1), (2, 2)], [0, 1, 0])
    with pytest.raises(ValueError, match="on a line"):
        write_separation(tmp_path / "separation.json", bound)
