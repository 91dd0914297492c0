"""The norms of the checker against exact values, on nets whose hyperplanes are shared in both orientations."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from numerics.norm import one_sided_norm as float_one_sided
from numerics.norm import stability_norm as float_stability
from proofs_checks.verify.network import NetworkOnData
from proofs_checks.verify.norms import one_sided_norm, stability_norm
from proofs_checks.verify.reading import parsed
from tests.numerics.examples import Example, gaussian, net, tricky_list
from tests.proofs_checks.verify.certificates import audit


def on_data(example: Example, path: Path) -> NetworkOnData:
    """Read from a certificate of it."""
    certificate = parsed(json.dumps(audit(example, path)).encode())
    return NetworkOnData(certificate.object("network"), certificate.object("data"))


@pytest.mark.parametrize(
    ("name", "example"),
    [*tricky_list(), ("random", gaussian(4, 6, 3, 5))],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_against_floats(name: str, example: Example, tmp_path: Path) -> None:
    """Both norms, on the tricky cases."""
    assert name
    f = on_data(example, tmp_path / "c.json")
    for exact, value in (
        (stability_norm(f), float_stability(example.network, example.x)),
        (one_sided_norm(f), float_one_sided(example.network, example.x)),
    ):
        assert float(exact[0]) == pytest.approx(value, rel=1e-12, abs=1e-300)
        assert 0 <= exact[1] - exact[0] <= exact[1] / 10**30


def test_reflected_and_duplicated_neurons(tmp_path: Path) -> None:
    """relu(x - 1) thrice, once reflected and rescaled: amplitudes 1, 4 and -2 on one point add up to 3."""
    from numerics.network import ShallowNetwork

    network = ShallowNetwork(
        np.array([[1.0], [-2.0], [4.0]]), np.array([-1.0, 2.0, -4.0]), np.array([1.0, 2.0, -0.5]), 0.0
    )
    x = np.array([[0.0], [2.0]])
    f = on_data(Example(network, x, np.zeros(2)), tmp_path / "c.json")
    low, high = stability_norm(f)
    # on the side of 2: E relu = 1/2, |E (X, 1) 1| = (1, 1/2); on the side of 0: E relu = 1/2, |(0, 1/2)| = 1/2
    assert low == high == Fraction(3) * Fraction(1, 2) * Fraction(1, 2)


@pytest.mark.parametrize(
    ("row", "counts"), [([0.0, 1.0], True), ([1.0, 0.0], True), ([0.0, -1.0], True), ([0.0, 0.0], False)], ids=str
)
def test_which_neurons_count(row: list[float], counts: bool, tmp_path: Path) -> None:
    """Those with any input weight; a constant belongs to no hyperplane. Both norms are (3/4)|w2| (sqrt 3)/2 here."""
    signs = [1.0 if any(entry > 0 for entry in row) else -1.0]
    x = np.array([[1.0, 1.0], [-2.0, -2.0]]) * signs
    f = on_data(Example(net([row], [0.5], [-2.0]), x, np.zeros(2)), tmp_path / "c.json")
    for low, high in (one_sided_norm(f), stability_norm(f)):
        if counts:
            assert low < high < low + Fraction(1, 10**30)
            assert low**2 < 4 * Fraction(3, 4) ** 2 * Fraction(3, 4) < high**2
        else:
            assert low == high == 0
    # beside another neuron it adds to what that has
    both = on_data(Example(net([row, [0.5, 0.25]], [0.5, 0.0], [-2.0, 1.0]), x, np.zeros(2)), tmp_path / "c.json")
    alone = on_data(Example(net([[0.5, 0.25]], [0.0], [1.0]), x, np.zeros(2)), tmp_path / "c.json")
    for norm in (one_sided_norm, stability_norm):
        assert abs(norm(both)[0] - norm(alone)[0] - norm(f)[0]) < Fraction(1, 10**30)
