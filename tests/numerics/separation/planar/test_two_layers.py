"""The exact sharpness of two hidden layers, against floats, automatic differentiation and closed forms."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from numerics.exact.root_sums import RootSum
from numerics.separation.planar.planar_sets import GRID, SEVENTEEN, PlanarSet
from numerics.separation.planar.two_layers import (
    RationalTwoLayers,
    exact_sharpness,
    gram_matrix,
    origin_bump,
    top_eigenvalue,
)
from proofs_checks.instances.profiles import settings

_ENTRY = st.builds(Fraction, st.integers(-6, 6), st.integers(1, 4))


@pytest.mark.parametrize(
    ("planar", "part", "radicand", "step"),
    [(GRID, Fraction(11, 18), 57, 36 / (11 + 57**0.5)), (SEVENTEEN, Fraction(19, 34), 233, 68 / (19 + 233**0.5))],
    ids=["grid", "seventeen points"],
)
def test_closed_forms(planar: PlanarSet, part: Fraction, radicand: int, step: float) -> None:
    exact = exact_sharpness(origin_bump(), planar.points, planar.labels)
    assert exact.closed_form == RootSum.of(part) + RootSum.of(Fraction(1, part.denominator), radicand)
    assert exact.closed_form.enclosure().overlaps(exact.enclosure)
    assert float(exact.largest_stable_step.mid()) == pytest.approx(step, rel=1e-13)
    assert sum((len(c) - 1) * times for c, times in exact.factors) == len(planar.points)


def gradient_by_torch(net: RationalTwoLayers, point: tuple[Fraction, Fraction]) -> np.ndarray:
    parts = [
        torch.tensor(np.array(part, dtype=float), dtype=torch.float64, requires_grad=True)
        for part in (net.W1, net.b1, net.w2, net.b2, net.w3, net.b3)
    ]
    W1, b1, w2, b2, w3, b3 = parts
    x = torch.tensor([float(entry) for entry in point], dtype=torch.float64)
    value = w3 * torch.relu(w2 @ torch.relu(W1 @ x + b1) + b2) + b3
    assert float(value.detach()) == pytest.approx(float(net(point)), abs=1e-12)
    return np.concatenate([g.reshape(-1).numpy() for g in torch.autograd.grad(value, parts)])


@settings(max_examples=50)
@given(st.lists(_ENTRY, min_size=15, max_size=15), st.tuples(_ENTRY, _ENTRY))
def test_gradients_are_those_of_automatic_differentiation(
    entries: list[Fraction], point: tuple[Fraction, Fraction]
) -> None:
    e = entries
    net = RationalTwoLayers(
        tuple((e[2 * i], e[2 * i + 1]) for i in range(3)), tuple(e[6:9]), tuple(e[9:12]), e[12], e[13], e[14]
    )
    try:
        exact = net.gradient(point)
    except ValueError:
        return
    assert [float(g) for g in exact] == pytest.approx(gradient_by_torch(net, point).tolist(), abs=1e-12)


@settings(max_examples=50)
@given(st.integers(1, 5), st.lists(_ENTRY, min_size=25, max_size=25))
def test_top_eigenvalue(n: int, entries: list[Fraction]) -> None:
    base = [entries[n * i : n * i + n] for i in range(n)]
    matrix = [[base[i][j] + base[j][i] for j in range(n)] for i in range(n)]
    found = top_eigenvalue(matrix)
    assert float(found.enclosure.mid()) == pytest.approx(
        float(np.linalg.eigvalsh(np.array(matrix, dtype=float))[-1]), abs=1e-9
    )
    if found.closed_form is not None:
        assert found.closed_form.enclosure().overlaps(found.enclosure)


def test_gram_matrix_is_symmetric_and_counts_the_output_bias() -> None:
    K = gram_matrix(origin_bump(), GRID.points)
    assert all(K[i][j] == K[j][i] for i in range(9) for j in range(9))
    assert min(min(row) for row in K) == Fraction(1, 9)


def test_what_has_no_sharpness_is_refused() -> None:
    bump = origin_bump()
    with pytest.raises(ValueError, match="kink"):
        bump.gradient((Fraction(1, 2), Fraction(0)))
    with pytest.raises(ValueError, match="the label 2"):
        exact_sharpness(bump, GRID.points, [2 * y for y in GRID.labels])
    with pytest.raises(ValueError, match="one label for each point"):
        exact_sharpness(bump, GRID.points, GRID.labels[1:])
    with pytest.raises(ValueError, match="symmetric"):
        top_eigenvalue([[Fraction(1), Fraction(2)], [Fraction(3), Fraction(4)]])
    with pytest.raises(ValueError, match="one entry for each hidden neuron"):
        RationalTwoLayers(bump.W1, bump.b1[1:], bump.w2)
