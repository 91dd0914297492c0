"""exact-separation, the lines through two data: the certificates of the file for Coq, read and checked anew."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.exact.balls import ball
from numerics.separation.planar.dichotomies import PlanarData, Point, lines
from numerics.separation.planar.exact_norm import smallest_interpolating_norm
from numerics.separation.planar.planar_sets import (
    CROSS,
    FIVE_BY_FIVE,
    FIVE_BY_FIVE_PYRAMID,
    GRID,
    SEVENTEEN,
    PlanarSet,
)
from numerics.separation.planar.rational_network import Neuron, RationalNetwork
from proofs_checks.evidence import coq
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.interpolation import COLLINEAR
from proofs_checks.instances.profiles import settings

CLAIM = "exact-separation"

TEXT = (coq.SOURCES / "LeastNorms.v").read_text(encoding="utf-8")
SETS = {
    "grid": GRID,
    "cross": CROSS,
    "seventeen": SEVENTEEN,
    "five_by_five": FIVE_BY_FIVE,
    "pyramid_grid": FIVE_BY_FIVE_PYRAMID,
}


@dataclass(frozen=True)
class LineCertificate:
    """Points, labels and a whole mass for each; multiplier = M^2."""

    points: tuple[Point, ...]
    labels: tuple[Fraction, ...]
    measure: tuple[int, ...]
    multiplier: Fraction

    @property
    def square(self) -> Fraction:
        """(sum mu y / M)^2, which no square of a norm of an interpolating net is below."""
        return sum((m * y for m, y in zip(self.measure, self.labels, strict=True)), Fraction(0)) ** 2 / self.multiplier

    def violated(self, normal: tuple[int, int], offset: Fraction) -> bool:
        """Whether |sum mu relu(<w, x> - c)| > M |w| g on a line, in exact arithmetic."""
        p, q = normal
        heights = [p * x + q * y - offset for x, y in self.points]
        moment = sum((m * max(h, Fraction(0)) for m, h in zip(self.measure, heights, strict=True)), Fraction(0))
        return moment**2 > self.multiplier * min(self._weight_square(heights, sign) for sign in (1, -1))

    def _weight_square(self, heights: Sequence[Fraction], sign: int) -> Fraction:
        """(|w| gt)^2 on one side."""
        n = len(self.points)
        active = [point for point, h in zip(self.points, heights, strict=True) if sign * h > 0]
        excess = sum((sign * h for h in heights if sign * h > 0), Fraction(0)) / n
        moments = [sum((point[c] for point in active), Fraction(0)) for c in (0, 1)]
        return excess**2 * (len(active) ** 2 + moments[0] ** 2 + moments[1] ** 2) / n**2


def written(name: str) -> LineCertificate:
    """A certificate as it stands in the file of Coq."""
    found = re.search(
        rf"Definition {name}_certificate := \(Certificate\s+\[::(.*?)\]\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\)%Z\.",
        TEXT,
        re.DOTALL,
    )
    assert found is not None
    scale, label_scale, numerator, denominator = map(int, found.groups()[1:])
    rows = [[int(entry.strip("()")) for entry in row.split()[1:]] for row in found[1].split(";")]
    return LineCertificate(
        tuple((Fraction(x, scale), Fraction(y, scale)) for x, y, _, _ in rows),
        tuple(Fraction(label, label_scale) for _, _, label, _ in rows),
        tuple(mass for _, _, _, mass in rows),
        Fraction(numerator, denominator),
    )


CERTIFICATES = {name: written(name) for name in SETS}


def stated(name: str) -> tuple[Fraction, ...]:
    """The squares of the bounds that the theorems on a certificate state, from their text."""
    decimals = [coq.written(f"LeastNorms.{name}_least_norm").statement]
    found = [Fraction(re.findall(r"of_Q R ([\d.]+) <=", text)[0]) ** 2 for text in decimals]
    if f"{name}_least_root" in TEXT:
        root = coq.written(f"LeastNorms.{name}_least_root").statement
        numerator, denominator = re.findall(r"of_Q R \((\d+) # (\d+)\)", root)[0]
        found.append(Fraction(int(numerator), int(denominator)))
    return tuple(found)


def upper_end(name: str) -> str:
    """The theorem that a net exists."""
    return coq.written(f"LeastNorms.{name}_least_net").statement


def net_of(name: str) -> RationalNetwork:
    """A net as it stands in the file of Coq; a neuron with all data on its positive side is affine there."""
    found = re.search(
        rf"Definition {name}_net := \(ListedNet\s+\[::(.*?)\]\s+(\(-\d+\)|\d+)\s+(\d+)\)%Z\.", TEXT, re.DOTALL
    )
    assert found is not None
    unit = int(found[3])
    scale = math.lcm(*(entry.denominator for point in SETS[name].points for entry in point))
    slope, neurons = [Fraction(0), Fraction(0)], []
    constant = Fraction(int(found[2].strip("()")), unit)
    for row in found[1].split(";"):
        p, q, offset, factor = (int(entry.strip("()")) for entry in row.split()[1:5])
        threshold, amplitude = Fraction(offset, scale), Fraction(factor, unit)
        if all(p * x + q * y > threshold for x, y in SETS[name].points):
            slope = [slope[0] + amplitude * p, slope[1] + amplitude * q]
            constant -= amplitude * threshold
        else:
            neurons.append(Neuron((p, q), threshold, amplitude))
    return RationalNetwork(constant, (slope[0], slope[1]), tuple(neurons))


@pytest.mark.parametrize(("name", "planar"), SETS.items(), ids=SETS)
def test_lower_ends(evidence: Evidence, name: str, planar: PlanarSet) -> None:
    """The data are those of the set, the constraints hold, and the bound is the least norm but for a billionth."""
    certificate = CERTIFICATES[name]
    with evidence.tested(CLAIM, ("lower-ends", "lines-suffice"), f"{planar.name}: the certificate of Coq") as tally:
        assert (certificate.points, certificate.labels) == (planar.points, planar.labels)
        for column in ([1] * len(planar.points), *zip(*certificate.points, strict=True)):
            assert sum(m * entry for m, entry in zip(certificate.measure, column, strict=True)) == 0
        for line in lines(PlanarData.of(planar.points, planar.labels)):
            p, q = line.normal
            heights = [p * x + q * y - line.threshold for x, y in planar.points]
            moment = sum(m * max(h, Fraction(0)) for m, h in zip(certificate.measure, heights, strict=True))
            assert moment**2 <= certificate.multiplier * line.squared_weight
            tally.count()
        least = smallest_interpolating_norm(planar.points, planar.labels).enclosure
        assert ball(certificate.square).sqrt() > least * (1 - ball(Fraction(1, 10**9)))
        for square in stated(name):
            assert square <= certificate.square
            assert ball(square).sqrt() > least * (1 - ball(Fraction(1, 10**8)))


@pytest.mark.parametrize(("name", "planar"), SETS.items(), ids=SETS)
def test_upper_ends(evidence: Evidence, name: str, planar: PlanarSet) -> None:
    """The net of the file for Coq interpolates, and its norm is at most what is stated, which is nearly the least."""
    net, end = net_of(name), Fraction(re.findall(r"of_Q R ([\d.]+)\.", upper_end(name))[0])
    with evidence.tested(CLAIM, "upper-ends", f"{planar.name}: the net of Coq") as tally:
        data = PlanarData.of(planar.points, planar.labels)
        assert [net(point) for point in planar.points] == list(planar.labels)
        least = smallest_interpolating_norm(planar.points, planar.labels).enclosure
        assert least <= ball(end)
        assert net.stability_norm(data).enclosure() <= ball(end)
        assert ball(end) < least * (1 + ball(Fraction(1, 10**8)))
        tally.count()


@pytest.mark.parametrize("name", SETS)
def test_every_line(evidence: Evidence, name: str) -> None:
    """What the lines through two data bound is bounded on other lines too."""
    certificate = CERTIFICATES[name]
    with evidence.tested(CLAIM, "lines-suffice", f"{SETS[name].name}: lines of all kinds, exactly") as tally:

        @settings(max_examples=60)
        @given(
            st.tuples(st.integers(-7, 7), st.integers(-7, 7)),
            st.builds(Fraction, st.integers(-400, 400), st.sampled_from((1, 2, 3, 8))),
        )
        def holds(normal: tuple[int, int], offset: Fraction) -> None:
            assert not certificate.violated(normal, offset)
            tally.count()

        holds()


def test_control_of_data_on_a_line(evidence: Evidence) -> None:
    """Three data on a line: the line through two of them carries all, and a line across it is not bounded."""
    flat = LineCertificate(COLLINEAR.points, COLLINEAR.labels, (-1, 2, -1), Fraction(0))
    assert not flat.violated((0, 1), Fraction(0))
    found = "M = 0, and the integral on the line x_1 = 1 is not 0" if flat.violated((1, 0), Fraction(1)) else None
    evidence.control(
        CLAIM,
        "lines through two data where all data are on one line",
        found,
        because="the only such line has all data on it, so that both sides of its constraint are 0",
        statement="lines-suffice",
    )


def test_control_of_lower_ends(evidence: Evidence) -> None:
    """The root of the grid times 1.0001 exceeds the norm of a net that interpolates."""
    raised = CERTIFICATES["grid"].square * Fraction(10001, 10000) ** 2
    exact = smallest_interpolating_norm(GRID.points, GRID.labels)
    attained = ball(raised).sqrt() > exact.net.stability_norm(exact.data).enclosure()
    evidence.control(
        CLAIM,
        "a lower end on the grid that is larger by a factor of 1.0001",
        f"the net {exact.net} interpolates with the norm {exact.norm}" if attained else None,
        because="on the grid the least norm is attained",
        statement="lower-ends",
    )
