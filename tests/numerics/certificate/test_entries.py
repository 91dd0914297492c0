"""Entries of certificates: floats bit by bit, and claims that hold the enclosures they come from."""

from __future__ import annotations

import base64
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from numerics.certificate.entries import FORMAT, array, data_entries, eigenvalue_claim, network_entries, write
from numerics.network import Array
from numerics.problem import Problem
from numerics.training.mnist import parity_task
from tests.numerics.examples import Example, net
from tests.proofs_checks.verify.certificates import decoded


def test_numbers_are_exact(tmp_path: Path) -> None:
    """Every float comes back bit by bit, subnormal and huge ones among them."""
    example = Example(net([[5e-324, -0.1], [1e200, 3.0]], [0.25, -1e-200], [1 / 3, -2.0], 0.1), *planar_data())
    write(
        tmp_path / "any.json",
        "any",
        network=network_entries(example.network),
        data=data_entries(Problem(example.network, example.x, example.y)),
    )
    read = json.loads((tmp_path / "any.json").read_text(encoding="utf-8"))
    assert (read["format"], read["kind"]) == (FORMAT, "any") == ("stable-minima certificate 3", "any")
    for name in ("W1", "b1", "w2", "b2"):
        assert np.array_equal(decoded(read["network"][name]), getattr(example.network, name))
        assert decoded(read["network"][name]).shape == np.shape(getattr(example.network, name))
    assert np.array_equal(decoded(read["data"]["x"]), example.x)
    assert np.array_equal(decoded(read["data"]["y"]), example.y)


def planar_data() -> tuple[Array, Array]:
    """Three data with labels."""
    return np.array([[1.0, 2.0], [-0.5, 1e-3], [0.1, -7.0]]), np.array([1.0, -1.0, 1 / 7])


@pytest.mark.parametrize("preprocessing", ["raw", "standardised"])
def test_pixels_take_a_byte(preprocessing: Any) -> None:
    """Images are written as places in a table of at most 256 floats, from which they come back exactly."""
    task = parity_task(20, preprocessing)
    read: Any = array(task.x)
    assert read["dtype"] == "uint8"
    assert len(base64.b64decode(read["base64"])) == task.x.size
    assert np.array_equal(decoded(read), task.x)


def test_a_file_is_replaced_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where writing fails, the certificate that was there stays."""
    path = tmp_path / "any.json"
    write(path, "any", one=1)
    before = path.read_bytes()

    def full_disk(_: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("numerics.arrays.files.os.fsync", full_disk)
    with pytest.raises(OSError, match="no space"):
        write(path, "any", one=2)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("eta", [Fraction(1, 3), Fraction(3)])
def test_room_does_not_reach_past_the_threshold(eta: Fraction) -> None:
    """What an enclosure decides its claim decides too; and what it leaves open stays open."""
    limit = 2 / eta
    fine = Fraction(1, 10**14)

    def claimed(low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
        first, second = map(Fraction, eigenvalue_claim((low, high), eta))
        assert first <= low <= high <= second
        return first, second

    assert claimed(limit * (1 - fine), limit)[1] == limit
    assert claimed(limit * (1 + fine), limit * (1 + fine))[0] > limit
    low, high = claimed(limit * (1 - fine), limit * (1 + fine))
    assert low < limit < high
    # away from the threshold there is some room, as there is without a step size
    low, high = claimed(Fraction(1), Fraction(1))
    assert low < 1 < high
    assert eigenvalue_claim((Fraction(1), Fraction(1))) == eigenvalue_claim((Fraction(1), Fraction(1)), eta)
