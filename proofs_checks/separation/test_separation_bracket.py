"""separation-bracket: both ends of the best stable shallow error, proved from scratch for every step size."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb

from numerics.exact.balls import ball, decimals, lower, upper
from numerics.separation.bracket.explicit_nets import SymmetricNet
from numerics.separation.bracket.hyperplane_supremum import prove_supremum, ratio_on_line
from numerics.separation.bracket.hyperplane_weight import POPULATION, weight_from_below
from numerics.separation.bracket.measures import DualMeasure
from numerics.separation.bracket.table import Bracket, bracket_path, bracket_table, stability_bound
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.certificates import Document, Writer, lower_end, proved_ends, refused, upper_end
from theory.registry import registry

CLAIM = "separation-bracket"

FIVE = DualMeasure(np.array([[0, 0], [1, 1], [1, -1], [-1, 1], [-1, -1]]), np.array([4, -1, -1, -1, -1]), 1, 3)
TWO_LINES = SymmetricNet(np.array([[0, 0]]), np.array([-8]), 9, 0, 4)
AIMS = {Fraction(c, 2): aim for c, aim in ((7, "1.0004"), (15, "1.01"), (19, "1.095"), (27, "1.19"), (39, "1.31"))}
"""Up to each C, the ends differ by at most this factor."""


@pytest.fixture(scope="module")
def table() -> tuple[Bracket, ...]:
    """The brackets as they are kept, not yet verified."""
    return bracket_table()


def at(table: tuple[Bracket, ...], norm: Fraction) -> Bracket:
    """The bracket of one C."""
    return next(bracket for bracket in table if bracket.norm == norm)


def test_pinned(evidence: Evidence) -> None:
    """The five points and the net with two lines, of which everything is known: measure, supremum, norm and error."""
    with evidence.certified(
        CLAIM, "bracket", "five points and two lines, C = g(0)/2: both ends are 7/16, by hand"
    ) as proofs:
        start = POPULATION.enclosed_weight(arb(0))
        proofs.equal(FIVE.pair_with_pyramid(), Fraction(1, 2), "the pairing")
        proofs.equal(FIVE.mass, 1, "the mass")
        proofs.equal(
            FIVE.pair_with_relu((Fraction(1), Fraction(0)), Fraction(0)), Fraction(-1, 8), "the moment of x = 0"
        )
        FIVE.require_annihilation()
        # the supremum is that of the lines x = 0 and y = 0, 1/(8 g(0))
        exact = 1 / (8 * start)
        assert prove_supremum(FIVE, upper(exact * ball(Fraction(1001, 1000)))).proved
        assert prove_supremum(FIVE, lower(exact * ball(Fraction(999, 1000)))).refuted
        # 9/16 - (|x| + |y|)/8
        proofs.at_most(abs(TWO_LINES.norm() - start / 2), Fraction(1, 10**12), "the norm is 4 kappa g(0), kappa = 1/8")
        for x, y in ((0, 0), (1, 0), (0, 1)):
            proofs.equal(TWO_LINES.exact_error(Fraction(x), Fraction(y)), Fraction(7, 16), "the error of the net")
        assert TWO_LINES.prove_error(Fraction(7001, 16000)).proved
        assert TWO_LINES.prove_error(Fraction(6999, 16000)).refuted
        norm = upper(start / 2)
        bound = FIVE.scaled_bound(norm, upper(exact))
        proofs.at_most(abs(bound - Fraction(7, 16)), Fraction(1, 10**12), "the lower end at C = g(0)/2")
        for step, expected in (("5/3", "1/10"), ("1/2", "3/2"), ("1/20", "39/2")):
            proofs.equal(stability_bound(Fraction(step)), Fraction(expected), "C = 1/eta - 1/2")


def test_every_step_size(evidence: Evidence, table: tuple[Bracket, ...]) -> None:
    """Both ends at every step size, the supremum over all lines and the error on all of the disc."""
    names = ("bracket", "stable-minima")
    with evidence.certified(
        CLAIM,
        names,
        "both ends, for every step size of the table: certificates accepted by an exact checker",
    ) as proofs:
        for bracket in table:
            name = f"C = {bracket.norm}"
            low, high = proved_ends(bracket.step_size)
            proofs.equal(bracket.norm, 1 / bracket.step_size - Fraction(1, 2), f"{name}: the norm of stable minima")
            proofs.at_most(0, low, f"{name}: the lower end is positive")
            proofs.at_most(low, high, f"{name}: the ends are in order")
            ends = f"[{decimals(low, 6, up=False)}, {decimals(high, 6, up=True)}]"
            proofs.figures[f"least error at eta = {bracket.step_size}"] = ends
            evidence.data(
                f"separation {name}", hashlib.sha256(bracket_path(bracket.step_size).read_bytes()).hexdigest()
            )
    # every step size that the claim names, and no other
    listed = registry()[CLAIM].statement("bracket").instances
    assert [f"step size {bracket.step_size}" for bracket in table] == list(listed)


def test_tightness(evidence: Evidence, table: tuple[Bracket, ...]) -> None:
    """How far the ends are apart."""
    ratios: dict[Fraction, Fraction] = {}
    with evidence.certified(CLAIM, "tightness", f"upper over lower end: at most {', '.join(AIMS.values())}") as proofs:
        for bracket in table:
            low, high = proved_ends(bracket.step_size)
            ratios[bracket.norm] = high / low
            aim = next(Fraction(factor) for norm, factor in AIMS.items() if bracket.norm <= norm)
            proofs.at_most(high / low, aim, f"upper/lower at C = {bracket.norm}")
            proofs.figures[f"upper/lower at C = {bracket.norm}"] = decimals(high / low, 5, up=True)
    norm, largest = max(ratios.items(), key=lambda item: item[1])
    evidence.control(
        CLAIM,
        "upper over lower end at most 1.2 at every step size",
        f"at C = {norm} it is {decimals(largest, 5, up=False)}" if largest > Fraction("1.2") else None,
        because="the certificates are looser for large norms",
        statement="tightness",
    )


def test_least_error_falls(evidence: Evidence, table: tuple[Bracket, ...]) -> None:
    """The brackets of different step sizes are disjoint: a larger step costs accuracy, by proof."""
    ends = [(bracket, proved_ends(bracket.step_size)) for bracket in table]
    with evidence.certified(
        CLAIM, "order", "the brackets are disjoint: the least error grows with the step size"
    ) as proofs:
        for (larger, (low, _)), (smaller, (_, high)) in itertools.pairwise(ends):
            proofs.at_most(high, low, f"C = {smaller.norm} below C = {larger.norm}")
    (first, (least, _)), (last, (_, most)) = ends[0], ends[-1]
    evidence.control(
        CLAIM,
        "the least error does not depend on the step size",
        f"at most {float(most):.5f} at {last.step_size}, at least {float(least):.5f} at {first.step_size}"
        if most < least
        else None,
        because="a larger norm is allowed at a smaller step size",
        statement="order",
    )


def test_controls_norm(evidence: Evidence, table: tuple[Bracket, ...]) -> None:
    """The norm of another step size, and one that is too small for its net."""
    bracket, smaller = at(table, Fraction(1, 2)), at(table, Fraction(3, 2))
    claimed = bracket.measure.scaled_bound(bracket.norm - Fraction(1, 2), bracket.supremum)
    evidence.control(
        CLAIM,
        "C = 1/eta - 1 in the lower end",
        f"at eta = 1 it claims {float(claimed):.5f}, a net of norm 1/eta - 1/2 has the error {float(bracket.upper):.5f}"
        if claimed > proved_ends(bracket.step_size)[1]
        else None,
        because="the bracket is that of norms up to 1/eta - 1/2",
        statement="bracket",
    )
    norm = smaller.net.norm()
    evidence.control(
        CLAIM,
        "the net of step size 1/2 at step size 1",
        f"its norm is {norm.str(8, radius=False)}, above 1/2" if norm > ball(bracket.norm) else None,
        because="it needs the larger norm",
        statement="bracket",
    )


def moved_mass(document: Document) -> None:
    """A hundredth of the mass at the origin, the last point, from the four images of the first."""
    amount = document["measure"][-1] // 400
    document["measure"][0] -= amount
    document["measure"][-1] += 4 * amount


def changed(name: str, change: Callable[[Any], object]) -> Callable[[Document], None]:
    """One entry of a certificate, or its only claim."""

    def apply(document: Document) -> None:
        entries = document["claims"] if name in document["claims"] else document
        entries[name] = change(entries[name])

    return apply


@pytest.mark.parametrize(
    ("variant", "end", "change", "because"),
    [
        (
            "one mass changed by one unit in the last place, alone",
            lower_end,
            changed("measure", lambda masses: [masses[0] + 1, *masses[1:]]),
            "the measure no longer annihilates constants",
        ),
        (
            "1/100 of the mass at the origin moved there from one orbit",
            lower_end,
            moved_mass,
            "moments change, and the supremum was nearly attained",
        ),
        (
            "a lower end larger by 1/10000",
            lower_end,
            changed("least_error", lambda claim: str(Fraction(claim) + Fraction(1, 10**4))),
            "the measure proves no more",
        ),
        (
            "the weight of a disc of radius 39/10",
            lower_end,
            changed("radius", lambda _: "3.9"),
            "the weight of a line is smaller on a smaller disc",
        ),
        (
            "a supremum smaller by a thousandth",
            lower_end,
            changed("supremum", lambda supremum: str(Fraction(supremum) * Fraction(999, 1000))),
            "the supremum is attained within that",
        ),
        (
            "one output weight of the net with its sign changed",
            upper_end,
            changed("amplitudes", lambda amplitudes: [-amplitudes[0], *amplitudes[1:]]),
            "the net is another function",
        ),
        (
            "an upper end below the lower end",
            upper_end,
            changed("largest_error", lambda _: "0.1691"),
            "no net of that norm does better than the lower end",
        ),
        (
            "the net with all output weights doubled, at the same C",
            upper_end,
            changed("amplitudes", lambda amplitudes: [2 * amplitude for amplitude in amplitudes]),
            "the norm doubles with the amplitudes",
        ),
    ],
    ids=["unit", "mass", "lower", "radius", "supremum", "sign", "upper", "norm"],
)
def test_control_certificates(
    evidence: Evidence,
    table: tuple[Bracket, ...],
    variant: str,
    end: Callable[[Bracket], Writer],
    change: Callable[[Document], None],
    because: str,
) -> None:
    """Certificates at eta = 1/4 that were tampered with, as the checker sees them."""
    evidence.control(
        CLAIM,
        f"certificate, eta = 1/4: {variant}",
        refused(end(at(table, Fraction(7, 2))), change),
        because=because,
        statement="bracket",
    )


def test_wrong_sign(evidence: Evidence, table: tuple[Bracket, ...]) -> None:
    """The pairing with the wrong sign proves nothing, and with the sign of the supremum wrong it proves too much."""
    bracket = at(table, Fraction(3, 2))
    negative = replace(bracket.measure, masses=-bracket.measure.masses)
    evidence.control(
        CLAIM,
        "a positive lower end from $-\\mu$",
        f"it is {float(negative.scaled_bound(bracket.norm, bracket.supremum)):.6f}"
        if negative.scaled_bound(bracket.norm, bracket.supremum) < 0
        else None,
        because="it pairs with the pyramid to a negative number",
        statement="bracket",
    )
    wrong = bracket.measure.scaled_bound(-bracket.norm, bracket.supremum)
    evidence.control(
        CLAIM,
        "$\\langle\\varphi,\\mu\\rangle + CM$ in place of $\\langle\\varphi,\\mu\\rangle - CM$",
        f"it claims an error of {float(wrong):.6f}, but an explicit net has {float(bracket.upper):.6f}"
        if wrong > proved_ends(bracket.step_size)[1]
        else None,
        because="a larger norm makes nets better, not worse",
        statement="bracket",
    )


def test_scanned_supremum(evidence: Evidence, table: tuple[Bracket, ...]) -> None:
    """The largest ratio on a grid of lines is no bound: branch and bound finds a line that exceeds it."""
    bracket = at(table, Fraction(19, 2))
    scanned = scanned_supremum(bracket.measure)
    outcome = prove_supremum(bracket.measure, scanned)
    evidence.control(
        CLAIM,
        "the supremum as scanned on a grid of 64 by 176 lines, C = 9.5",
        f"{float(scanned):.8f} is exceeded on {outcome.line}" if outcome.refuted and not outcome.proved else None,
        because="the supremum is between the lines of the grid",
        statement="bracket",
    )


def scanned_supremum(measure: DualMeasure) -> Fraction:
    """The largest ratio on lines with tau in Z/64 and c in Z/32: found in floats, then enclosed exactly."""
    tau, c = (grid.ravel() for grid in np.meshgrid(np.arange(64) / 64, np.arange(116) / 32, indexing="ij"))
    points = measure.coordinates()
    paired = np.abs(np.maximum(points[:, :1] + points[:, 1:] * tau - c, 0).T @ measure.float_masses())
    worst = int(np.argmax(paired / np.maximum(weight_from_below(tau, c), 1e-6)))
    return lower(ratio_on_line(measure, Fraction(tau[worst]), Fraction(c[worst])))
