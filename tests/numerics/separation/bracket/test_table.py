"""The bracket: its ends, its files, and that nothing false in a file passes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from numerics.separation.bracket.explicit_nets import SymmetricNet
from numerics.separation.bracket.files import read_bracket, write_bracket
from numerics.separation.bracket.measures import DualMeasure
from numerics.separation.bracket.table import (
    STEP_SIZES,
    Bracket,
    bracket_path,
    bracket_table,
    certificate_folder,
    certificates,
    stability_bound,
)
from numerics.separation.pyramid import pyramid


def small() -> Bracket:
    """The five-point measure and the net c - kappa |x|_1 at eta = 1, C = 1/2: almost the exact optimum."""
    measure = DualMeasure.from_orbits(np.array([[0, 0], [1, 1]]), np.array([4, -1]), 1, 3)
    kappa, bits = Fraction(149482, 10**6), 20
    net = SymmetricNet(
        np.array([[0, 0]]), np.array([int(-4 * kappa * 2**bits)]), int((1 + kappa) / 2 * 2**bits), 4, bits
    )
    return Bracket(Fraction(1), measure, Fraction(149484, 10**6), net, Fraction(42527, 10**5))


def test_ends() -> None:
    """At C = 1/2 the ends of the two explicit certificates meet within 3e-5, and are proved."""
    bracket = small()
    assert bracket.norm == Fraction(1, 2)
    assert bracket.lower == Fraction(1, 2) - Fraction(1, 2) * bracket.supremum
    assert 1 < bracket.ratio < Fraction(10001, 10000)
    verification = bracket.verify()
    assert verification.proved, verification.failure()
    assert verification.failure() == ""


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"supremum": Fraction(149, 1000)}, "sup |m|/g"),
        ({"error": Fraction(4252, 10000)}, "the net's error"),
        ({"step_size": Fraction(9, 8)}, "within C"),
    ],
)
def test_false_claims(change: dict[str, Any], message: str) -> None:
    """Each claim is checked, and the failure says which one is false."""
    verification = replace(small(), **change).verify()
    assert not verification.proved
    assert message in verification.failure()
    assert ";" not in verification.failure()


def test_no_lower_end() -> None:
    """A bound that proves nothing has no ratio."""
    with pytest.raises(ArithmeticError, match="not positive"):
        _ = replace(small(), step_size=Fraction(1, 20)).ratio


def test_better_ends() -> None:
    """The better of each end is taken; different step sizes do not mix."""
    bracket = small()
    worse_lower, worse_upper = replace(bracket, supremum=Fraction(1, 4)), replace(bracket, error=Fraction(1, 2))
    best = worse_lower.better_ends(worse_upper)
    assert (best.lower, best.upper) == (bracket.lower, bracket.upper)
    assert worse_upper.better_ends(worse_lower).ratio == bracket.ratio
    with pytest.raises(ValueError, match="different step sizes"):
        bracket.better_ends(replace(bracket, step_size=Fraction(1, 2)))


@pytest.mark.parametrize("step_size", [Fraction(0), Fraction(2), Fraction(-1)])
def test_step_sizes(step_size: Fraction) -> None:
    """Only step sizes between 0 and 2 have a bound."""
    with pytest.raises(ValueError, match="between 0 and 2"):
        stability_bound(step_size)


def test_round_trip(tmp_path: Path) -> None:
    """What is written is read back exactly, and only the file remains."""
    bracket = small()
    path = bracket_path(Fraction(1), tmp_path)
    write_bracket(path, bracket)
    found = read_bracket(path)
    assert (found.lower, found.upper, found.norm) == (bracket.lower, bracket.upper, bracket.norm)
    assert found.measure.points.tolist() == bracket.measure.points.tolist()
    assert found.net.amplitudes.tolist() == bracket.net.amplitudes.tolist()
    assert list(tmp_path.iterdir()) == [path]


def test_only_symmetric_measures_are_written(tmp_path: Path) -> None:
    """The format keeps one point of each orbit, so others cannot be written."""
    measure = DualMeasure(np.array([[-1, 0], [0, 0], [1, 0]]), np.array([1, -2, 1]), 0, 2)
    with pytest.raises(ValueError, match="symmetries"):
        write_bracket(tmp_path / "file.json", replace(small(), measure=measure))
    assert not list(tmp_path.iterdir())


def changed(*keys: str, to: object) -> Callable[[dict[str, Any]], object]:
    """A change of one entry of the document."""

    def change(document: dict[str, Any]) -> object:
        place = document
        for key in keys[:-1]:
            place = place[key]
        place[keys[-1]] = to
        return document

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (changed("format", to="other"), "format"),
        (changed("step_size", to="3"), "between 0 and 2"),
        (changed("step_size", to="1/0"), "denominator 0"),
        (changed("step_size", to=1.0), "fraction in text"),
        (changed("lower", to=[]), "is not an object"),
        (changed("lower", "supremum", to="-1/2"), "fraction in text"),
        (changed("lower", "supremum", to="0"), "positive"),
        (changed("lower", "points", to=[[0, 0]]), "one point of the plane"),
        (changed("lower", "points", to=[[0, 0], [0, 0]]), "occurs twice"),
        (changed("lower", "points", to=[[0, 0], [1]]), "pairs"),
        (changed("lower", "masses", to=[1.5, 1]), "whole number"),
        (changed("lower", "masses", to=[True, 1]), "whole number"),
        (changed("lower", "masses", to=[2**70, 1]), "whole number"),
        (changed("lower", "more", to=1), "unknown: more"),
        (changed("upper", "lines", to="none"), "must be a list"),
        (changed("upper", "lines", to=[[99, 0]]), "is not in"),
        (changed("upper", "constant", to=None), "whole number"),
        (changed("upper", "error", to="nan"), "fraction in text"),
        (lambda document: {"format": document["format"]}, "missing or unknown"),
        (lambda _: [], "is not an object"),
    ],
)
def test_bad_files(tmp_path: Path, change: Callable[[dict[str, Any]], object], message: str) -> None:
    """Every entry of the wrong kind is named, together with the file."""
    path = tmp_path / "bracket.json"
    write_bracket(path, small())
    path.write_text(json.dumps(change(json.loads(path.read_text()))))
    with pytest.raises(ValueError, match=message) as caught:
        read_bracket(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", '{"format": NaN}', '{"format": 1, "format": 2}', "\x00", "[" * 100_000])
def test_no_document(tmp_path: Path, text: str) -> None:
    """Truncated, empty, repeated names, deep nesting."""
    path = tmp_path / "bracket.json"
    path.write_text(text)
    with pytest.raises(ValueError, match="does not hold a bracket"):
        read_bracket(path)


def test_not_text(tmp_path: Path) -> None:
    """Bytes that are no text."""
    path = tmp_path / "bracket.json"
    path.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ValueError, match="does not hold a bracket"):
        read_bracket(path)


def test_table_needs_every_file(tmp_path: Path) -> None:
    """A missing file, and a file under another name."""
    with pytest.raises(FileNotFoundError):
        bracket_table(tmp_path, [Fraction(1)])
    write_bracket(bracket_path(Fraction(1, 2), tmp_path), small())
    with pytest.raises(ValueError, match="is about the step size 1, not 1/2"):
        bracket_table(tmp_path, [Fraction(1, 2)])


def test_table_that_comes_with_the_package() -> None:
    """Every step size, small files, in order; and for figures the nets are as near to phi as they claim on a grid."""
    table = bracket_table()
    assert [bracket.step_size for bracket in table] == sorted(STEP_SIZES, reverse=True)
    assert sum(path.stat().st_size for path in certificate_folder().iterdir()) < 500_000
    x, y = np.meshgrid(np.linspace(-2.8, 2.8, 57), np.linspace(-2.8, 2.8, 57))
    points = np.stack([x.ravel(), y.ravel()], axis=1)
    found = certificates()
    for bracket in table:
        network, measure = found[bracket.norm]
        assert np.abs(network(points) - pyramid(points)).max() <= float(bracket.upper) + 1e-9
        assert measure.symmetric
