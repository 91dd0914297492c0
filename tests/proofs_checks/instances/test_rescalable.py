"""The nets that are hard to rescale: the same every time, and what their kinds say."""

from __future__ import annotations

import numpy as np
import pytest

from numerics.flattest.rescaling import flattest
from numerics.gram import gram_matrix
from proofs_checks.instances.rescalable import KINDS, rescalable

SEEDS = range(4)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_drawn_alike_and_small_enough(kind: str) -> None:
    for seed in SEEDS:
        first, again = rescalable(kind, seed), rescalable(kind, seed)
        np.testing.assert_array_equal(first.x, again.x)
        np.testing.assert_array_equal(first.network.W1, again.network.W1)
        assert len(first.x) <= 75
        assert np.isfinite(gram_matrix(first.network, first.x)).all()
    assert repr(rescalable(kind, 0)) != repr(rescalable(kind, 1))


def test_there_are_25_kinds() -> None:
    assert len(KINDS) == 25


def test_kinds_have_what_they_are_called_after() -> None:
    for seed in SEEDS:
        dead = rescalable("dead neurons", seed)
        assert np.all(dead.network.preactivations(dead.x)[:, -3:] < 0)
        assert not rescalable("constant neurons", seed).network.W1[-3:].any()
        assert len(rescalable("one datum", seed).x) == 1
        assert rescalable("one input", seed).network.d == 1
        doubled = rescalable("duplicated neurons", seed).network
        assert len(doubled.reduced().members) * 3 == doubled.k
        np.testing.assert_allclose(rescalable("centred data", seed).x.sum(axis=0), 0, atol=1e-12)
        even = rescalable("even functions on symmetric data", seed)
        np.testing.assert_allclose(even.network(-even.x), even.network(even.x))
        crowded = rescalable("more neurons than data", seed)
        assert crowded.network.k > len(crowded.x)
    assert any(rescalable("data on kinks", seed).on_kink for seed in SEEDS)
    assert any(np.any(rescalable("neurons without output", seed).network.w2 == 0) for seed in SEEDS)


def test_top_eigenvalues_are_multiple_where_the_data_have_a_symmetry() -> None:
    """Of certificates with several vectors: no single one closes the gap."""
    ranks = [len(flattest(p.network, p.x).vectors) for p in (rescalable("a cross", seed) for seed in range(8))]
    assert max(ranks) >= 4
    polygons = (rescalable("a turned polygon", seed) for seed in range(8))
    assert max(len(flattest(p.network, p.x).vectors) for p in polygons) >= 2
