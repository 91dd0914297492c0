"""Certificates that are written to be accepted, or changed to be refused."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from proofs_checks.instances.certificates import accepted, proved_ends, refused
from tests.proofs_checks.verify.certificates import FIVE_POINTS


def five_points(path: Path) -> None:
    """Written as it is."""
    path.write_text(json.dumps(FIVE_POINTS), encoding="utf-8")


def damaged(path: Path) -> None:
    """With a claim that is false."""
    path.write_text(json.dumps({**FIVE_POINTS, "claims": {"least_error": "0.44"}}), encoding="utf-8")


def test_accepted() -> None:
    """The claims of a true one; of a false one what the checker says."""
    assert accepted(five_points) == {"least_error": "0.4375"}
    with pytest.raises(AssertionError, match="not accepted: refused, not proved: the least error"):
        accepted(damaged)


def test_refused() -> None:
    """What is said of a false one; nothing of one that is accepted, or that cannot be read."""
    assert refused(five_points, lambda document: document.update(norm="1")) == "refused, not proved: the least error"
    assert refused(five_points, lambda document: document.update(norm="0.4")) is None
    assert refused(five_points, lambda document: document.update(norm="x")) is None


def test_proved_ends() -> None:
    """At step size 1, from the brackets that come with the package."""
    low, high = proved_ends(Fraction(1))
    assert Fraction("0.42525") < low < high < Fraction("0.42528")
