"""Certificates of the disc: those that come with the package are accepted, and what is tampered with is refused."""

from __future__ import annotations

import copy
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.certificate.disc import write_disc_measure, write_disc_net
from numerics.separation.bracket.table import bracket_table
from proofs_checks.verify import disc_measure, disc_net
from proofs_checks.verify.arithmetic import root
from proofs_checks.verify.boxes import Box
from proofs_checks.verify.disc import images, shown
from proofs_checks.verify.uniform import UniformOnBall
from tests.proofs_checks.verify.certificates import FIVE_POINTS, TWO_LINES, Document, outcome, written

Change = Callable[[Document], Any]


@pytest.fixture
def measure(tmp_path: Path) -> Document:
    """The certificate of the lower end at step size 1/4, 165 points."""
    (bracket,) = bracket_table(step_sizes=[Fraction(1, 4)])
    return written(
        lambda path: write_disc_measure(path, bracket.measure, bracket.supremum, bracket.norm), tmp_path / "m.json"
    )


@pytest.fixture
def net(tmp_path: Path) -> Document:
    """The certificate of the upper end at step size 1/4, 104 neurons."""
    (bracket,) = bracket_table(step_sizes=[Fraction(1, 4)])
    return written(lambda path: write_disc_net(path, bracket.net, bracket.error, bracket.norm), tmp_path / "n.json")


def said(document: Document, path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit status, and the line without the name of the file."""
    capsys.readouterr()
    status = outcome(document, path)
    return status, capsys.readouterr().out.strip().removeprefix(f"{path}: ")


def test_accepted(measure: Document, net: Document, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both ends, and what is said of them."""
    status, line = said(measure, tmp_path / "c.json", capsys)
    assert status == 0, line
    assert line.startswith(
        "accepted: every shallow network with a stability norm of at most 3.5, for X uniform on the disc of radius 4, "
        "is somewhere on it at least 0.16910624"
    )
    status, line = said(net, tmp_path / "c.json", capsys)
    assert status == 0, line
    assert line.startswith(
        "accepted: a shallow network with a stability norm of at most 3.5, for X uniform on the disc of radius 4, is "
        "everywhere on it within 0.16916119"
    )


def test_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Five points and two lines, of which both ends at C = g(0)/2 are 7/16: claims beyond these are refused."""
    path = tmp_path / "c.json"
    assert said(FIVE_POINTS, path, capsys)[0] == 0
    assert said(TWO_LINES, path, capsys)[0] == 0
    for document, name, beyond in ((FIVE_POINTS, "least_error", "0.4376"), (TWO_LINES, "largest_error", "0.4374")):
        false = {**document, "claims": {name: beyond}}
        assert said(false, path, capsys)[0] == 1


def set_entry(name: str, value: Any) -> Change:
    """One entry replaced."""
    return lambda document: document.update({name: value})


def set_claim(value: str) -> Change:
    """The only claim replaced."""
    return lambda document: document["claims"].update(dict.fromkeys(document["claims"], value))


def moved_mass(document: Document) -> None:
    """A hundredth of the mass at the origin, the last point, moved there from the images of the first."""
    amount = document["measure"][-1] // 100 // 4
    document["measure"][0] -= amount
    document["measure"][-1] += 4 * amount


def one_unit(document: Document) -> None:
    """One mass, alone."""
    document["measure"][0] += 1


def moved_point(document: Document) -> None:
    """A point by a tenth; its images keep their symmetry."""
    document["points"][5][0] += document["scale"] // 10


def missing_point(document: Document) -> None:
    """The first point without its mass."""
    document["points"].pop(0)


@pytest.mark.parametrize(
    ("change", "status", "reason"),
    [
        (moved_mass, 1, "refused, not proved: the supremum of the measure, at lines x + tau y = c near tau = "),
        (one_unit, 1, "no affine function is seen: the masses add up to 0"),
        (moved_point, 1, "the supremum of the measure"),
        (missing_point, 1, "distinct points, each with its mass"),
        (lambda d: d["points"].append([0, 0]), 1, "distinct points, each with its mass"),
        (lambda d: d["points"][1].reverse(), 1, "points with 0 <= y <= x"),
        (lambda d: d["points"][1].__setitem__(0, 5 * d["scale"]), 1, "points in the disc"),
        (lambda d: d["points"][1].append(0), 2, "points is not a list of pairs"),
        (set_claim("0.1692"), 1, "the least error"),
        (set_entry("supremum", "0.066"), 1, "the supremum of the measure"),
        (set_entry("supremum", "0.07"), 1, "the least error"),
        (set_entry("supremum", "-1"), 1, "a positive scale, denominator and supremum"),
        (set_entry("supremum", "0"), 1, "a positive scale, denominator and supremum"),
        (set_entry("norm", "3.6"), 1, "the least error"),
        (set_entry("norm", "-1"), 1, "a norm that is not negative"),
        (set_entry("radius", "3.9"), 1, "the supremum of the measure"),
        (set_entry("radius", "3"), 1, "points in the disc"),
        (set_entry("radius", "-4"), 1, "a radius above 0"),
        (set_entry("radius", "1000000"), 1, "a radius above 0 and up to 64"),
        (set_entry("radius", "4." + "0" * 90 + "1"), 2, "more than 200 bits"),
        (set_entry("denominator", 0), 1, "a positive scale, denominator and supremum"),
        (set_entry("scale", -(2**14)), 1, "a positive scale, denominator and supremum"),
        (set_entry("scale", 2**300), 2, "more than 200 bits"),
        (lambda d: d["measure"].__setitem__(0, 10**3000), 2, "more than 200 bits"),
        (lambda d: d["measure"].__setitem__(0, 1.5), 2, "measure is not a whole number"),
        (set_entry("boxes", []), 2, "unknown entries: boxes"),
        (lambda d: d.pop("supremum"), 2, "no entry supremum"),
        (set_entry("kind", "disc-net"), 2, "no entry lines"),
    ],
)
def test_measures_tampered_with(
    change: Change, status: int, reason: str, measure: Document, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each is refused in a sentence that names what is wrong."""
    change(measure)
    found, line = said(measure, tmp_path / "c.json", capsys)
    assert (found, reason in line) == (status, True), line


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(points=[[0, 0]], measure=[0], norm="0", claims={"least_error": "100"}),
        lambda d: d.update(points=[], measure=[], norm="0", claims={"least_error": "100"}),
        lambda d: d.update(measure=[0] * len(d["points"]), norm="0", claims={"least_error": "100"}),
    ],
)
def test_a_measure_that_is_zero_proves_nothing(change: Change, measure: Document, tmp_path: Path) -> None:
    """Of it 0 >= 0 is true whatever is claimed."""
    change(measure)
    assert outcome(measure, tmp_path / "c.json") == 1


def flipped(document: Document) -> None:
    """The sign of the largest amplitude."""
    sizes = list(map(abs, document["amplitudes"]))
    document["amplitudes"][sizes.index(max(sizes))] *= -1


@pytest.mark.parametrize(
    ("change", "status", "reason"),
    [
        (flipped, 1, "refused, not proved: the largest error, near x = "),
        (lambda d: d["lines"].pop(0), 1, "an amplitude for each line"),
        (lambda d: (d["lines"].pop(0), d["amplitudes"].pop(0)), 1, "the largest error"),
        (lambda d: d.update(amplitudes=[2 * a for a in d["amplitudes"]]), 1, "not proved: the norm"),
        (lambda d: d.update(constant=d["constant"] + d["denominator"] // 1000), 1, "the largest error"),
        (lambda d: d.update(lines=[[tau, c + 99] for tau, c in d["lines"]]), 1, "the largest error"),
        (lambda d: d["lines"][0].__setitem__(1, -5), 1, "lines x + tau y = c that meet the disc"),
        (lambda d: d["lines"][0].__setitem__(1, 4 * d["scale"]), 1, "lines x + tau y = c that meet the disc"),
        (set_claim("0.169"), 1, "the largest error"),
        (set_claim("-1"), 1, "no negative error"),
        (set_entry("norm", "3.49"), 1, "not proved: the norm"),
        (set_entry("radius", "5"), 1, "not proved: the norm"),
        (set_entry("scale", 0), 1, "a positive scale"),
        (set_entry("constant", 2**201), 2, "more than 200 bits"),
        (set_entry("points", []), 2, "unknown entries: points"),
    ],
)
def test_nets_tampered_with(
    change: Change, status: int, reason: str, net: Document, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each is refused in a sentence that names what is wrong."""
    change(net)
    found, line = said(net, tmp_path / "c.json", capsys)
    assert (found, reason in line) == (status, True), line


def test_size_is_bounded(
    measure: Document,
    net: Document,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Too many points or lines are refused before they are looked at."""
    monkeypatch.setattr(disc_measure, "MOST_POINTS", 10)
    monkeypatch.setattr(disc_net, "MOST_LINES", 10)
    for document in (measure, net):
        status, line = said(document, tmp_path / "c.json", capsys)
        assert status == 2
        assert "too many for this checker" in line


def test_claims_that_say_less_are_accepted(measure: Document, net: Document, tmp_path: Path) -> None:
    """A smaller error for all networks, a larger one for one; a smaller and a larger norm."""
    less, more = copy.deepcopy(measure), copy.deepcopy(net)
    less["claims"]["least_error"], less["norm"] = "0.15", "3.4"
    more["claims"]["largest_error"], more["norm"] = "0.2", "3.6"
    assert [outcome(document, tmp_path / "c.json") for document in (less, more)] == [0, 0]


@given(
    st.integers(0, 18),
    st.fractions(0, 1),
    st.fractions(0, 1),
    st.fractions(0, 1),
    st.fractions(0, 1),
)
def test_limits_of_boxes(depth: int, tau: Fraction, c: Fraction, across: Fraction, along: Fraction) -> None:
    """The limit of a box of lines is at most the weight, anywhere on the disc; at the middle it is close to it."""
    side, population, factor = 1 << depth, UniformOnBall(2, Fraction(4)), Fraction(2**80, 3)
    box = Box(min(int(tau * side), side - 1), int(5 * c * side), depth)
    alpha, beta, gamma = disc_measure.weight_limit(population, factor)(box)
    inside = Fraction(box.i + across) / side, Fraction(box.j + along) / side
    middle = Fraction(2 * box.i + 1, 2 * side), Fraction(2 * box.j + 1, 2 * side)
    for s, t in (inside, middle):
        low = t / root(1 + s * s, up=True)
        if low < 4:
            weight = factor * root(1 + s * s, up=True) * population.weight(low)[1]
            claimed = alpha + beta * s + gamma * t
            assert claimed <= weight
    if low < 4:
        assert weight - claimed <= factor * Fraction(64, side * side) + 2


def test_all_lines_are_looked_at(measure: Document, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A measure whose largest ratios are at lines far out: (3 - c)/8 over g(c), which is below 0.7 up to c = 1 only."""
    far = {**measure, "points": [[0, 0], [3, 0]], "scale": 1, "measure": [4, -1], "denominator": 8, "supremum": "0.7"}
    population = UniformOnBall(2, Fraction(4))
    assert all(Fraction(12 - k, 32) < Fraction(7, 10) * population.weight(Fraction(k, 4))[0] for k in range(5))
    far["claims"] = {"least_error": "-3"}
    status, line = said(far, tmp_path / "c.json", capsys)
    assert (status, "and c = 2." in line) == (1, True), line
    assert said({**far, "supremum": "50"}, tmp_path / "c.json", capsys)[0] == 1
    far["claims"] = {"least_error": "-300"}
    assert said({**far, "supremum": "50"}, tmp_path / "c.json", capsys)[0] == 0


@pytest.mark.parametrize(
    ("lines", "amplitudes", "largest", "place"),
    [
        ([], [], "0.999", "near x = 0.00"),
        ([[0, 39]], [80], "1.9", "near x = 3.99"),
        ([[10, 56]], [200], "2.7", "near x = 2.9"),
        ([[5, 43]], [80], "1", "near x = 3."),
    ],
    ids=["centre", "axis", "diagonal", "between"],
)
def test_all_points_are_looked_at(
    lines: list[list[int]],
    amplitudes: list[int],
    largest: str,
    place: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Nets that are far from the pyramid on one spot: at the centre, or at the rim."""
    entries = {"lines": lines, "scale": 10, "amplitudes": amplitudes, "constant": 0, "denominator": 1, "norm": "99"}
    document = {**TWO_LINES, **entries, "claims": {"largest_error": largest}}
    status, line = said(document, tmp_path / "c.json", capsys)
    assert (status, place in line) == (1, True), line
    document["claims"] = {"largest_error": "3.3"}
    assert said(document, tmp_path / "c.json", capsys)[0] == 0


def test_images() -> None:
    assert images((0, 0)) == [(0, 0)]
    assert len(images((3, 0))) == len(images((2, 2))) == 4
    assert set(images((2, 1))) == {(s * a, t * b) for a, b in ((2, 1), (1, 2)) for s in (1, -1) for t in (1, -1)}


@pytest.mark.parametrize(
    ("value", "text"), [("7/2", "3.5"), ("-1/8", "-0.125"), ("4", "4"), ("5/6", "5/6"), ("1/1000", "0.001")]
)
def test_shown(value: str, text: str) -> None:
    assert shown(Fraction(value)) == text
