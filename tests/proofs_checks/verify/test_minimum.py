"""Certificates of minima: the cell, the hyperplanes, the Newton map, each at its boundary."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from proofs_checks.verify.gram import gram_matrix
from proofs_checks.verify.minimum import require_lone_neurons, require_same_cell, require_zero
from proofs_checks.verify.reading import NotProved
from tests.numerics.examples import gaussian
from tests.proofs_checks.verify.certificates import Document, minimum_of, outcome
from tests.proofs_checks.verify.written import array, on_data

F = Fraction
TINY = F(1, 10**12)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_the_margin(sign: float) -> None:
    """3 = |t| >= margin |(4/3, 1)| = 5/3 margin, at 9/5 still; and the margin exceeds the radius."""
    f = on_data([[sign * 0.75, sign * 2.0]], [1.0], [[4.0], [0.0]], [5.0, 2.0])
    # |5| against sqrt(17), |2| against 1
    require_same_cell(f, F(1), F(12126, 10000))
    with pytest.raises(NotProved, match="margin"):
        require_same_cell(f, F(1), F(12127, 10000))
    exact = on_data([[sign * 3.0, sign * 2.0]], [1.0], [[0.0]], [5.0])
    require_same_cell(exact, F(1), F(2))
    for radius, margin in ((F(1), F(2) + TINY), (F(2), F(2)), (F(3), F(2)), (F(1), F(3))):
        with pytest.raises(NotProved, match="margin"):
            require_same_cell(exact, radius, margin)
    on_a_kink = on_data([[sign, 0.0]], [1.0], [[1.0], [0.0]], [1.0, 0.0])
    with pytest.raises(NotProved, match="margin"):
        require_same_cell(on_a_kink, F(0), TINY)


@pytest.mark.parametrize("other", [[1.0, 0.5], [2.0, 1.0], [-0.25, -0.125], [0.0, 0.0]], ids=str)
def test_one_hyperplane_twice(other: list[float]) -> None:
    """The same, rescaled, reflected; a neuron that is zero is on any."""
    f = on_data([[1.0, 0.5], other], [1.0, 1.0], [[1.0]], [1.0])
    with pytest.raises(NotProved, match="neurons 0 and 1 have different hyperplanes"):
        require_lone_neurons(f, F(1, 10**30))


def test_nearby_hyperplanes() -> None:
    """Apart by more than the radius moves them; any two of three count."""
    near = 2.0**-20
    f = on_data([[1.0, 0.0], [0.0, 1.0], [1.0, near]], [1.0] * 3, [[1.0]], [1.0])
    require_lone_neurons(f, F(near) / 8)
    for radius in (F(near), F(1, 4)):
        with pytest.raises(NotProved, match="neurons 0 and 2 have different hyperplanes"):
            require_lone_neurons(f, radius)
    with pytest.raises(NotProved, match="neurons 0 and 1 have different hyperplanes"):
        require_lone_neurons(f, F(1, 2))


def test_the_newton_map() -> None:
    """One datum, f = 2 relu(x) at x = 1: J = (2, 2, 1, 1), |J|^2 = 10, the Lipschitz constant of J sqrt(2)."""
    f = on_data([[1.0, 0.0]], [2.0], [[1.0]], [2.0])
    g, lipschitz = gram_matrix(f), F(1415, 1000)
    require_zero(f, g, F(11), lipschitz, F(1, 10), [0.0], F(8))
    # too large a ball for the curvature, too high a floor, no floor
    for radius, floor in ((F(5), F(8)), (F(1, 10), F(9)), (F(1, 10), F(0)), (F(0), F(8)), (F(-1, 10), F(8))):
        with pytest.raises(NotProved):
            require_zero(f, g, F(11), lipschitz, radius, [0.0], floor)
    off = on_data([[1.0, 0.0]], [2.0], [[1.0]], [1.75])
    # the step 1/4 / sqrt(10) = 0.079 with z = 1/40, which is nearly exact
    require_zero(off, g, F(11), lipschitz, F(9, 100), [0.025], F(8))
    for radius, z in ((F(7, 100), 0.025), (F(9, 100), 0.0), (F(9, 100), -0.025), (F(9, 100), 0.25)):
        with pytest.raises(NotProved, match="into itself"):
            require_zero(off, g, F(11), lipschitz, radius, [z], F(8))


@pytest.mark.parametrize(
    "changes",
    [
        {"radius": "0"},
        {"radius": "-1/1000"},
        {"vector": array([0.0] * 4)},
        {"vector": array([1.0] * 3)},
        {"newton": array([1.0] * 5)},
    ],
    ids=str,
)
def test_radius_and_vectors_fit(changes: Document, tmp_path: Path) -> None:
    """A positive radius; vectors of as many entries as data, that of the quotient not zero."""
    path = tmp_path / "c.json"
    document = minimum_of(gaussian(1, 4, 3, 5), path, Fraction(1, 40))
    assert outcome(document, path) == 0
    assert outcome(document | changes, path) == 1


def test_a_vector_may_have_zeros(tmp_path: Path) -> None:
    """It proves what its quotient is."""
    path = tmp_path / "c.json"
    document = minimum_of(gaussian(1, 4, 3, 5), path, Fraction(1, 1000))
    assert document["claims"]["verdict"] == "stable"
    document["vector"] = array([1.0, 0.0, 0.0, 0.0])
    assert outcome(document, path) == 1
    document["claims"]["sharpness"][0] = "1/5"
    assert outcome(document, path) == 0


def test_the_verdict_follows(tmp_path: Path) -> None:
    """Another one is refused, and a bound that is not 1/eta - 1/2."""
    path = tmp_path / "c.json"
    document = minimum_of(gaussian(1, 4, 3, 5), path, Fraction(1, 40))
    claims = document["claims"]
    for verdict in {"stable", "unstable", "undecided"} - {claims["verdict"]}:
        assert outcome(document | {"claims": claims | {"verdict": verdict}}, path) == 1
    assert outcome(document | {"claims": claims | {"bound": ["79/2", "79/2"]}}, path) == 0
    for end in ("39", "40"):
        assert outcome(document | {"claims": claims | {"bound": [end, end]}}, path) == 1
    assert outcome(document | {"claims": {name: c for name, c in claims.items() if name != "bound"}}, path) == 1
