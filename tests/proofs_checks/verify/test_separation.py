"""Certificates of separation: a small one by hand, and each condition broken by as little as possible."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from tests.proofs_checks.verify.certificates import Document, outcome

CROSS: Document = {
    "format": "stable-minima certificate 3",
    "kind": "separation",
    "points": [[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]],
    "scale": 1,
    "multiplicities": [1, 1, 1, 1, 1],
    "labels": ["1", "0", "0", "0", "0"],
    "measure": [4, -1, -1, -1, -1],
    "denominator": 25,
    "claims": {"least_norm": "4/25"},
}
"""On the line y = 0 the moment 1 is to be at most denominator sqrt(2)/25, on one side of it alone."""


def changed(**entries: Any) -> Document:
    """The certificate with other entries."""
    return {**copy.deepcopy(CROSS), **entries}


def test_accepted(tmp_path: Path) -> None:
    """As it stands, with every datum twice, and with no claim."""
    path = tmp_path / "c.json"
    assert outcome(CROSS, path) == 0
    assert outcome(changed(multiplicities=[2] * 5), path) == 0
    assert outcome(changed(claims={"least_norm": "-1"}), path) == 0
    assert outcome(changed(labels=["1", "1", "-1", "0", "0"]), path) == 0


@pytest.mark.parametrize(
    "entries",
    [
        # more than is proved, for these labels or for others
        {"claims": {"least_norm": "4000000001/25000000000"}},
        {"labels": ["1", "0", "0", "0", "1/1000000000"]},
        {"labels": ["-1", "0", "0", "0", "0"]},
        # a measure that sees an affine function: constants, x, y
        {"measure": [5, -1, -1, -1, -1], "claims": {"least_norm": "0"}},
        {"measure": [4, -2, 0, -1, -1], "claims": {"least_norm": "0"}},
        {"measure": [4, -1, -1, 0, -2], "claims": {"least_norm": "0"}},
        # entries that do not fit, or are not positive
        {"multiplicities": [1, 1, 1, 1]},
        {"multiplicities": [1, 1, 1, 1, 0]},
        {"multiplicities": [1, 1, 1, 1, -1]},
        {"labels": ["1", "0", "0", "0"]},
        {"labels": ["1", "0", "0", "0", "0", "0"]},
        {"measure": [4, -1, -1, -1, -1, 0]},
        {"measure": [0, 0, 0, 0]},
        {"scale": 0},
        {"scale": -1},
        {"denominator": 0},
        {"denominator": -25},
        {
            "points": [[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1], [0, -1]],
            "multiplicities": [1] * 6,
            "labels": ["1", "0", "0", "0", "0", "0"],
            "measure": [4, -1, -1, -1, -1, 0],
        },
    ],
    ids=str,
)
def test_refused(entries: dict[str, Any], tmp_path: Path) -> None:
    """The nearest certificates that prove nothing."""
    assert outcome(changed(**entries), tmp_path / "c.json") == 1


def test_a_measure_has_to_be_small_on_every_line(tmp_path: Path) -> None:
    """The least denominator is found by trying: one less is refused, whatever is claimed."""
    path = tmp_path / "c.json"
    accepted = [
        denominator
        for denominator in range(1, 40)
        if outcome(changed(denominator=denominator, claims={"least_norm": "0"}), path) == 0
    ]
    assert accepted == list(range(accepted[0], 40))
    # on the line y = 0 the moment is 1, the excess 1/5 and |E (x, 1)| without the points on it sqrt(2)/5
    assert accepted[0] == 18
    assert 17**2 * 2 < 25**2 <= 18**2 * 2


def test_points_on_the_line_count_with_either_side(tmp_path: Path) -> None:
    """On y = 0 the moment is 3, and |(x, 1)| adds up to sqrt(11) over (3, 1) alone, to sqrt(5) with (-3, 0) beside."""
    path = tmp_path / "c.json"
    document = changed(
        points=[[3, 1], [-9, -3], [0, 0], [-3, 0]],
        multiplicities=[1, 1, 1, 1],
        labels=["1", "0", "0", "0"],
        measure=[3, 1, -4, 0],
        claims={"least_norm": "0"},
    )
    assert 21**2 * 5 < (3 * 4**2) ** 2 <= 22**2 * 5
    assert [outcome(document | {"denominator": denominator}, path) for denominator in (15, 21, 22)] == [1, 1, 0]
