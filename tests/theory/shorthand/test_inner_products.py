"""Sums over coordinates are recognised as inner products, and written as such."""

from __future__ import annotations

import pytest
import sympy as sp

from theory.kernel.functions import relu, step
from theory.latex import latex
from theory.shorthand.inner_products import inner_product, is_vector, without_coordinate
from theory.symbols import W1, active, b1, c, d, i, indexed, j, k, mean, n, network, preactivation, q, w2, x

v, u = indexed("test_normal", "v"), indexed("test_other", "u")


def over(body: sp.Expr, *more: tuple[sp.Symbol, int, sp.Symbol]) -> sp.Sum:
    """A sum over the coordinates."""
    return sp.Sum(body, (c, 1, d), *more)


WRITTEN = {
    over(W1[i, c] * x[j, c]): r"\langle w^{(1)}_{i}, x_{j} \rangle",
    over(v[c] * x[j, c]): r"\langle v, x_{j} \rangle",
    over(v[c] ** 2): r"\lVert v \rVert^{2}",
    over(3 * w2[i] * v[c] * u[c]): r"3 w^{(2)}_{i} \langle v, u \rangle",
    over((v[c] + u[c]) * x[j, c]): r"\left\langle v + u, x_{j} \right\rangle",
    over(mean(x[j, c]) ** 2): r"\frac{1}{n^{2}} \left\lVert \sum_{j=1}^{n} x_{j} \right\rVert^{2}",
    over(W1[i, c] * x[j, c], (i, 1, k)): r"\sum_{i=1}^{k} \langle w^{(1)}_{i}, x_{j} \rangle",
    preactivation(): r"\langle w^{(1)}_{i}, x_{j} \rangle + b^{(1)}_{i}",
    preactivation() - 2 * b1[i]: r"\langle w^{(1)}_{i}, x_{j} \rangle - b^{(1)}_{i}",
    1 + over(x[j, c] ** 2): r"1 + \lVert x_{j} \rVert^{2}",
    w2[i] ** 2 * (b1[i] ** 2 + over(v[c] ** 2)): (
        r"\left(w^{(2)}_{i}\right)^{2} \left(\left(b^{(1)}_{i}\right)^{2} + \lVert v \rVert^{2}\right)"
    ),
    w2[i] * active(): r"w^{(2)}_{i} \mathbf{1}\{\langle w^{(1)}_{i}, x_{j} \rangle + b^{(1)}_{i} > 0\}",
    -step(w2[i]) * relu(b1[i]): r"-\left(b^{(1)}_{i}\right)_{+} \mathbf{1}\{w^{(2)}_{i} > 0\}",
    network(): (
        r"b^{(2)} + \sum_{i=1}^{k} w^{(2)}_{i} \left(\langle w^{(1)}_{i}, x_{j} \rangle + b^{(1)}_{i}\right)_{+}"
    ),
}


@pytest.mark.parametrize("expression", WRITTEN, ids=str)
def test_written(expression: sp.Expr) -> None:
    assert latex(expression) == WRITTEN[expression]


OTHERS = [
    sp.Sum(x[j, c] * v[c], (j, 1, n)),
    sp.Sum(W1[i, c] * x[j, c], (c, 2, d)),
    sp.Sum(W1[i, c] * x[j, c], (c, 1, n)),
    over(v[c]),
    over(v[c] ** 3),
    over(v[c] * u[c] * x[j, c]),
    over(W1[c, c] * x[j, c]),
    over(W1[c, i] * x[j, c]),
    over(sp.Abs(v[c]) * x[j, c]),
    over(c * v[c] * x[j, c]),
    over(relu(v[c]) * x[j, c]),
    v[c],
]


@pytest.mark.parametrize("expression", OTHERS, ids=str)
def test_other_sums_are_none(expression: sp.Expr) -> None:
    """Not over all coordinates, not of two vectors, or not of their last index."""
    assert inner_product(expression) is None
    assert "langle" not in latex(expression)


def test_vectors() -> None:
    """What is linear in families with the coordinate as their last index; their sum over the data too."""
    assert is_vector(2 * v[c] + sp.Sum(x[j, c], (j, 1, n)), c)
    assert not is_vector(v[c] + 1, c)
    assert not is_vector(v[c] * u[c], c)
    assert without_coordinate(2 * v[c] + x[j, c] + W1[i, q], c) == 2 * v.label + x[j] + W1[i, q]
