r"""The quantities of the setting: a shallow net, its data, and means over the data.

Data :math:`x_1..x_n` in :math:`R^d`, labels :math:`y_j`; a net with :math:`k` neurons
:math:`f(x) = \sum_i w^{(2)}_i (\langle w^{(1)}_i, x\rangle + b^{(1)}_i)_+ + b^{(2)}`. Neurons are indexed by i, data by j and l,
coordinates by c, parameters by p and q, hyperplanes by H. Means over the data are written out as sums, so that
derivations hold for all sizes.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel.functions import relu, step
from theory.latex import named
from theory.shorthand.inner_products import dimension


def index(name: str) -> sp.Symbol:
    """An index, or a size: a positive integer."""
    return sp.Symbol(name, integer=True, positive=True)


def scalar(name: str, latex: str, **assumptions: bool) -> sp.Symbol:
    """A number with its notation; real unless the assumptions say more."""
    return sp.Symbol(named(name, latex), **(assumptions or {"real": True}))


def indexed(name: str, latex: str, **assumptions: bool) -> sp.IndexedBase:
    """A family of numbers with its notation; real unless the assumptions say more."""
    # assumptions live on the label: SymPy rebuilds indexed bases from their labels alone
    return sp.IndexedBase(sp.Symbol(named(name, latex), **(assumptions or {"real": True})))


i, j, l, c, p, q, H, m = (index(name) for name in ("i", "j", "l", "c", "p", "q", "H", "m"))  # noqa: E741
n, k = index("n"), index("k")
d = dimension(index("d"))
parameters = sp.Symbol(named("D", "D"), integer=True, positive=True)
"""The number of parameters."""

x = indexed("x", "x")
y = indexed("y", "y")
W1 = indexed("W1", "w^{(1)}")
b1 = indexed("b1", "b^{(1)}")
w2 = indexed("w2", "w^{(2)}")
b2 = scalar("b2", "b^{(2)}")
eta = scalar("eta", r"\eta", positive=True)
sharpness = scalar("sharpness", r"\lambda_{\max}", positive=True)

Phi = indexed("Phi", r"\Phi")
"""The gradients at the data: entry [p, j] is the derivative of f(x_j) by parameter p."""


def mean(body: sp.Expr, over: sp.Symbol = j) -> sp.Expr:
    """The mean over the data of an expression in the data index.

    >>> mean(x[j, 1])
    Sum(x[j, 1], (j, 1, n))/n
    """
    return sp.Sum(body, (over, 1, n)) / n


def preactivation(neuron: sp.Expr = i, datum: sp.Expr = j) -> sp.Expr:
    r"""The pre-activation :math:`\langle w^{(1)}_i, x_j\rangle + b^{(1)}_i`."""
    return sp.Sum(W1[neuron, c] * x[datum, c], (c, 1, d)) + b1[neuron]


def active(neuron: sp.Expr = i, datum: sp.Expr = j) -> sp.Expr:
    """The activation: 1 where the pre-activation is positive, else 0."""
    return step(preactivation(neuron, datum))


def network(datum: sp.Expr = j) -> sp.Expr:
    """The net at a datum."""
    return sp.Sum(w2[i] * relu(preactivation(i, datum)), (i, 1, k)) + b2
