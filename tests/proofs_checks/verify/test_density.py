"""Certificates of densities below the weight on all lines: true ones are accepted, false ones are refused."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from numerics.certificate.density import write_density
from numerics.laplacian.largest_density import largest_density
from numerics.weight import weight
from proofs_checks.verify import lines
from proofs_checks.verify.boxes import Box
from proofs_checks.verify.lines import Bump, Datum, Lines, length
from tests.proofs_checks.verify.certificates import BUMP, Document, outcome, written

Change = Callable[[Document], Any]
POINTS = np.array([[0.0, 0.0], [2.0, 0.0], [0.5, 1.5], [0.5, 1.5]])


def said(document: Document, path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit status, and the line without the name of the file."""
    capsys.readouterr()
    status = outcome(document, path)
    return status, capsys.readouterr().out.strip().removeprefix(f"{path}: ")


def test_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One datum beyond the line, at the distance sqrt(2 - b^2) - b; the line passes the centre at b, and another datum.

    There g = (sqrt(2 - b^2) - b) sqrt(3)/16, and the bump of radius 1/2 has 8/15 (1 - 4 b^2)^(5/2). So the least ratio
    over b is the largest height.
    """
    status, line = said(BUMP, tmp_path / "c.json", capsys)
    assert (status, line) == (
        0,
        "accepted: a density of mass at least 733/10000 has on every line of the plane an integral of at most the "
        "weight that the 4 data give to the line",
    )
    largest = largest_height()
    assert largest == pytest.approx(0.2833, abs=1e-4)
    for factor, expected in ((0.9999, 0), (1.0001, 1)):
        document = {**BUMP, "heights": [int(largest * factor * 10**8)], "denominator": 10**8}
        assert said(document, tmp_path / "c.json", capsys)[0] == expected


def largest_height() -> float:
    """The least ratio of `test_by_hand`, over b."""
    b = np.linspace(0, 0.2, 20_001)
    return float(np.min((np.sqrt(2 - b**2) - b) * np.sqrt(3) / 16 / (8 / 15 * (1 - 4 * b**2) ** 2.5)))


@pytest.mark.parametrize("light", range(4))
def test_all_lines_are_looked_at(light: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With three data twice, the lines beyond which the fourth lies decide: in each quarter of all lines in turn."""
    times = [2, 2, 2, 2]
    times[light] = 1
    for factor, expected in ((0.9999, 0), (1.0001, 1)):
        height = int(largest_height() * Fraction(16, 49) * factor * 10**8)
        document = {**BUMP, "multiplicities": times, "heights": [height], "denominator": 10**8}
        document["claims"] = {"mass": "0"}
        assert said(document, tmp_path / "c.json", capsys)[0] == expected


def test_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the search finds, as it is, is accepted; and refused if it is two percent larger, or of other data."""
    density = largest_density(POINTS, spacing=0.3).density
    document = written(lambda path: write_density(path, density, POINTS.tolist()), tmp_path / "d.json")
    assert said(document, tmp_path / "c.json", capsys)[0] == 0
    larger = {**document, "heights": [height * 51 // 50 for height in document["heights"]]}
    status, line = said(larger, tmp_path / "c.json", capsys)
    assert status == 1
    assert line.startswith("refused, not proved: the weight, at lines near t = ")
    other = {**document, "multiplicities": [1, 1, 20]}
    assert said(other, tmp_path / "c.json", capsys)[0] == 1


@pytest.mark.parametrize(
    ("change", "status", "reason"),
    [
        (lambda d: d["heights"].__setitem__(0, 2900), 1, "the weight, at lines near t = "),
        (lambda d: d["heights"].__setitem__(0, 0), 1, "radii and heights above 0"),
        (lambda d: d["heights"].__setitem__(0, -1), 1, "radii and heights above 0"),
        (lambda d: d["radii"].__setitem__(0, 0), 1, "radii and heights above 0"),
        (lambda d: d["radii"].__setitem__(0, 10**30), 1, "the weight"),
        (lambda d: d["centres"].__setitem__(0, [1, 0]), 1, "the weight"),
        (lambda d: d["centres"].__setitem__(0, [10**40, 0]), 1, "the weight"),
        (lambda d: d["centres"].append([0, 0]), 1, "a radius and a height for each centre"),
        (lambda d: d.update(centres=[], radii=[], heights=[]), 1, "a radius and a height for each centre"),
        (lambda d: d["points"].pop(), 1, "distinct points, each with its entries"),
        (lambda d: d.update(points=[], multiplicities=[]), 1, "distinct points, each with its entries"),
        (lambda d: d["points"].__setitem__(0, [-2, -2]), 1, "distinct points"),
        (lambda d: d["points"].__setitem__(0, [1, 1]), 1, "the weight"),
        (lambda d: d["multiplicities"].__setitem__(0, 0), 1, "distinct points"),
        (lambda d: d["multiplicities"].__setitem__(0, 100), 1, "the weight"),
        (lambda d: d.update(denominator=9000), 1, "the weight"),
        (lambda d: d.update(denominator=0), 1, "distinct points"),
        (lambda d: d.update(scale=0), 1, "distinct points"),
        (lambda d: d["claims"].update(mass="0.0734"), 1, "not proved: the mass"),
        (lambda d: d.update(scale=2**300), 2, "more than 200 bits"),
        (lambda d: d.update(boxes=[]), 2, "unknown entries: boxes"),
        (lambda d: d.pop("radii"), 2, "no entry radii"),
    ],
)
def test_tampered_with(
    change: Change, status: int, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each is refused in a sentence that names what is wrong."""
    document = copy.deepcopy(BUMP)
    change(document)
    found, line = said(document, tmp_path / "c.json", capsys)
    assert (found, reason in line) == (status, True), line


def test_work_is_bounded(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Boxes that are too many are not looked at."""
    monkeypatch.setattr(lines, "MOST_WORK", 100)
    status, line = said(BUMP, tmp_path / "c.json", capsys)
    assert (status, "too many for this checker" in line) == (2, True)


@pytest.mark.parametrize(
    ("spread", "height", "near"), [(1.0, 30, True), (5.0, 300, True), (5.0, 0.001, False)], ids=["near", "far", "light"]
)
def test_boxes_are_below_the_difference(spread: float, height: float, near: bool) -> None:
    """At the corners of boxes and within them; and close to the difference in small ones."""
    generator = np.random.default_rng(0)
    scale = 1 << 20
    places = (spread * generator.normal(size=(7, 2)) * scale).astype(int)
    centres = places[:3] // 4
    data = [Datum(x, y, length(x, y), 1, (scale, x, y)) for x, y in places.tolist()]
    bumps = [Bump(x, y, length(x, y), scale // 2, 1) for x, y in centres.tolist()]
    found = Lines(data, bumps, 49 * scale * Fraction(height) / 400)
    worst, met = 0.0, 0
    for depth, _ in itertools.product((3, 4, 6, 12), range(100)):
        side = 1 << depth
        i = int(generator.integers(-side, side))
        middle = (i + 0.5) / side
        through = (centres[generator.integers(3)] @ [1 - middle**2, 2 * middle]) / (1 + middle**2) / found.reach
        j = int(np.floor((through + generator.uniform(-0.05, 0.05) / spread) * side))
        at = np.vstack([generator.uniform(size=(40, 2)), [[0, 0], [0, 1], [1, 0], [1, 1]]])
        t, b = (i + at[:, 0]) / side, found.reach * (j + at[:, 1]) / side / scale
        v = np.column_stack([1 - t**2, 2 * t]) / (1 + t**2)[:, None]
        offsets = (v @ centres.T / scale - b[:, None]) * 2
        radon = height / 400 * 8 / 15 * np.sum(np.maximum(1 - offsets**2, 0) ** 2.5, axis=1)
        gap = 49 * scale**2 * (weight(v, b, places / scale) - radon)
        least = float(found.least(Box(i, j, depth)))
        if least:
            assert least <= gap.min() + 1e-6 * scale**2, (i, j, depth)
            met += 1
            worst = max(worst, (gap.min() - least) / scale**2 if depth == 12 else 0.0)
    assert met > 100
    assert not near or 0 < worst < 0.5


def test_bend_of_the_excess() -> None:
    """One datum far away in the direction of the lines: at the ends of the box it is nearer than its slope says."""
    scale = 1 << 20
    data = [Datum(10 * scale, 0, 10 * scale, 1, (scale, 10 * scale, 0)), Datum(-scale, 0, scale, 1, (scale, -scale, 0))]
    found = Lines(data, [Bump(0, 0, 1, scale, 1)], Fraction(1, scale))
    side = 8
    end = 1 / side  # t at the end of the box that begins at 0
    distance = 10 * (1 - end**2) / (1 + end**2) - found.reach / side / scale
    assert float(found.least(Box(0, 0, 3))) / scale**2 <= distance * np.sqrt(101)


def test_rest() -> None:
    """What a summand's integral may be above its linear part, at offsets that move as they may within a box."""
    u = np.linspace(-0.999, 0.999, 1999)
    for far, alpha, beta in itertools.product((0.01, 0.1, 1.0), (0.01, 0.2), (0.0, 0.05)):
        allowed = float(lines._rest(Bump(0, 0, 1, 1, 1), Fraction(0), Fraction(0)))
        assert allowed == 0
        bump = Bump(0, 0, round(far * 10**6), 10**6, 1)
        allowed = float(lines._rest(bump, Fraction(alpha), Fraction(beta) * 10**6)) / 10**6
        for move, bent in itertools.product((-1, -0.5, 0, 0.5, 1), (-1, 0, 1)):
            linear, curved = move * (far * alpha + beta), bent * far * alpha**2 / 2
            moved = 16 / 15 * np.maximum(1 - (u + linear + curved) ** 2, 0) ** 2.5
            tangent = 16 / 15 * (1 - u**2) ** 2.5 - 16 / 3 * u * (1 - u**2) ** 1.5 * linear
            assert (moved <= tangent + allowed + 1e-12).all()


@pytest.mark.parametrize("count", [3, 9])
def test_least_moment(count: int) -> None:
    """The least over all sets, in floats, where they are few; else no more than it."""
    generator = np.random.default_rng(count)
    places = generator.integers(-50, 50, (count + 2, 2)).tolist()
    data = [Datum(x, y, length(x, y), 1, (7, x, y)) for x, y in places]
    sure, unsure = data[:2], data[2:]
    sums = []
    for taken in itertools.product((0, 1), repeat=count):
        rows = [datum.moment for datum, use in zip(unsure, taken, strict=True) if use] + [each.moment for each in sure]
        sums.append(float(np.linalg.norm(np.sum(rows, axis=0))))
    least = float(lines._least_moment(sure, unsure))
    assert least <= min(sums)
    assert count > 6 or least == pytest.approx(min(sums), rel=1e-6)
