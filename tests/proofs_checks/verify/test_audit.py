"""Certificates of audits: each thing that is required, with the nearest certificate that lacks it alone."""

from __future__ import annotations

import base64
import copy
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from proofs_checks.verify.audit import Limits, require_limits, require_within, shown, verdict_of
from proofs_checks.verify.reading import NotProved
from tests.numerics.examples import Example, gaussian, net
from tests.proofs_checks.verify.certificates import Document, audit, outcome

F = Fraction
ON_A_KINK = Example(net([[1.0]], [0.0], [2.0]), np.array([[0.0], [1.0]]), np.array([1.0, 6.0]))
INTERPOLATING_ON_A_KINK = Example(net([[1.0]], [0.0], [2.0]), np.array([[0.0], [3.0]]), np.array([0.0, 6.0]))
OFF_KINKS = gaussian(0, 4, 2, 3)


def refused(document: Document, path: Path) -> None:
    """Not proved."""
    assert outcome(document, path) == 1


def test_where_no_theorem_speaks_there_is_no_bound(tmp_path: Path) -> None:
    """On kinks and off interpolation: neither a negative curvature nor a bound, and no verdict but undecided."""
    path = tmp_path / "c.json"
    document = audit(ON_A_KINK, path)
    assert outcome(document, path) == 0
    assert {"negative_curvature", "bound"}.isdisjoint(document["claims"])
    for added in ({"negative_curvature": ["0", "0"]}, {"bound": ["9", "10"]}):
        changed = copy.deepcopy(document)
        changed["claims"] |= added
        refused(changed, path)
    changed = copy.deepcopy(document)
    changed["claims"] |= {"negative_curvature": ["0", "0"], "bound": ["9", "10"]}
    refused(changed, path)
    for verdict in ("stable", "unstable"):
        changed = copy.deepcopy(document)
        changed["claims"]["verdict"] = verdict
        refused(changed, path)


@pytest.mark.parametrize("example", [OFF_KINKS, INTERPOLATING_ON_A_KINK])
def test_where_a_theorem_speaks_both_are_claimed(example: Example, tmp_path: Path) -> None:
    """Left out, either is missed; without a step size there is no bound and no verdict."""
    path = tmp_path / "c.json"
    document = audit(example, path)
    assert outcome(document, path) == 0
    for left_out in (["negative_curvature"], ["bound"], ["negative_curvature", "bound"]):
        changed = copy.deepcopy(document)
        for name in left_out:
            del changed["claims"][name]
        refused(changed, path)
    without = audit(example, path, None)
    assert outcome(without, path) == 0
    assert {"bound", "verdict"}.isdisjoint(without["claims"])
    without["claims"] |= {"bound": document["claims"]["bound"], "verdict": document["claims"]["verdict"]}
    assert outcome(without, path) == 2


def test_a_mean_gradient_decides_at_an_interpolating_net_on_kinks(tmp_path: Path) -> None:
    """|E grad f|^2 = 1 + 9 + 4 (9/4 + 1/4): above 2/eta it is unstable, at or below it undecided, stable never."""
    path = tmp_path / "c.json"
    document = audit(INTERPOLATING_ON_A_KINK, path, F(1, 100))
    square = 1 + F(3, 2) ** 2 + 4 * (F(3, 2) ** 2 + F(1, 2) ** 2)
    document["claims"]["mean_gradient_square"] = [str(square), str(square)]
    document["claims"]["bound"] = [str(100 - F(1, 2))] * 2
    assert document["claims"]["verdict"] == "undecided"
    assert outcome(document, path) == 0
    for eta, verdict in ((2 / square, "undecided"), (2 / square + F(1, 10**9), "unstable")):
        document["step_size"] = str(eta)
        document["claims"]["bound"] = [str(1 / eta - F(1, 2))] * 2
        for claimed in ("stable", "unstable", "undecided"):
            document["claims"]["verdict"] = claimed
            assert outcome(document, path) == (0 if claimed == verdict else 1), (eta, claimed)
    wrong = square + F(1, 10**30)
    document["claims"]["mean_gradient_square"] = [str(wrong), str(wrong)]
    refused(document, path)


def test_kinks_are_counted(tmp_path: Path) -> None:
    """Neither more nor fewer."""
    path = tmp_path / "c.json"
    for example in (ON_A_KINK, OFF_KINKS):
        document = audit(example, path)
        document["claims"]["kinks"] += 1
        refused(document, path)
        document["claims"]["kinks"] -= 2
        refused(document, path)


@pytest.mark.parametrize("name", ["vector", "slopes"])
@pytest.mark.parametrize("entries", [[0.0] * 4, [1.0] * 3, [1.0] * 5, []], ids=str)
def test_vectors_fit(name: str, entries: list[float], tmp_path: Path) -> None:
    """As many entries as data, not all of them zero."""
    path = tmp_path / "c.json"
    document = audit(OFF_KINKS, path)
    content = base64.b64encode(np.array(entries).tobytes()).decode()
    document[name] = {"dtype": "float64", "shape": [len(entries)], "base64": content}
    refused(document, path)


def test_labels_are_needed(tmp_path: Path) -> None:
    """There is no loss without them."""
    path = tmp_path / "c.json"
    document = audit(OFF_KINKS, path)
    del document["data"]["y"]
    refused(document, path)


@pytest.mark.parametrize(
    ("ends", "verdict"),
    [
        ((0, 20), "stable"),
        ((20, 20), "stable"),
        ((0, 20 + F(1, 10**30)), "undecided"),
        ((20, 21), "undecided"),
        ((20 + F(1, 10**30), 21), "unstable"),
        ((-5, -1), "stable"),
    ],
    ids=str,
)
def test_verdicts(ends: tuple[F, F], verdict: str) -> None:
    """Stable at 2/eta itself, unstable above it only, at eta = 1/10."""
    assert verdict_of((F(ends[0]), F(ends[1])), F(1, 10)) == verdict


def test_bounds() -> None:
    """(1 + nu)(1/eta - 1/2) for all nu claimed, in either order of the ends; below 0 where eta > 2."""
    nu = (F(0), F(1))
    for eta, ends in ((F(1, 10), (F(19, 2), F(19))), (F(4), (F(-1, 2), F(-1, 4))), (F(2), (F(0), F(0)))):
        require_limits(Limits(eta, ends, "stable"), "stable", nu)
        for moved in ((ends[0] + F(1, 10**9), ends[1]), (ends[0], ends[1] - F(1, 10**9))):
            with pytest.raises(NotProved, match="the bound"):
                require_limits(Limits(eta, moved, "stable"), "stable", nu)
        with pytest.raises(NotProved, match="the verdict"):
            require_limits(Limits(eta, ends, "stable"), "undecided", nu)
        with pytest.raises(NotProved, match="where a theorem speaks"):
            require_limits(Limits(eta, ends, "stable"), "stable", None)
        with pytest.raises(NotProved, match="where a theorem speaks"):
            require_limits(Limits(eta, None, "stable"), "stable", nu)
    require_limits(None, "stable", nu)
    require_limits(Limits(F(1), None, "undecided"), "undecided", None)


def test_enclosures_hold_what_was_computed() -> None:
    """At both ends."""
    require_within((F(0), F(1)), (F(0), F(1)), "it")
    for claim in ((F(1, 9), F(1)), (F(0), F(8, 9)), (F(1), F(0)), (F(2), F(3)), (F(-2), F(-1))):
        with pytest.raises(NotProved, match="it"):
            require_within(claim, (F(0), F(1)), "it")


@pytest.mark.parametrize(
    "value",
    [F(1, 3), F(10**40 + 1, 3), F(-(10**40) - 1, 3), F(7, 10**40 + 1), F(-7, 10**40 + 1), F(10**60, 10**60 - 1)],
)
def test_long_numbers_are_rounded_outward(value: F) -> None:
    """So that what is said is no more than what was checked; short ones are said as they are."""
    beyond = value + abs(value) / 10**30
    text = shown((value, beyond))
    low, high = (F(end) for end in text.removeprefix("in [").removesuffix("]").split(", "))
    assert low <= value < beyond <= high
    assert high - low <= abs(value) / 10**14
    assert len(text) < 70


def test_short_numbers_are_said_as_they_are() -> None:
    """Zero too, beside a long one."""
    assert shown((F(-1, 3), F(1, 2))) == "in [-1/3, 1/2]"
    assert shown((F(0), F(1, 10**40))) == "in [0, 1.0000000000000000e-40]"
    assert shown((F(0), F(10**28))) == f"in [0, {10**28}]"
