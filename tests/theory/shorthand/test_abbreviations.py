"""Names in derivations: what gets one, what does not, how it is written, and that the lines come back."""

from __future__ import annotations

import sympy as sp

from theory.kernel.functions import relu, step
from theory.latex import in_short, latex, latex_definition
from theory.shorthand.abbreviations import abridged, spelled_out, weight
from theory.shorthand.names import DerivativeOfName, Name
from theory.symbols import W1, H, b1, b2, c, d, i, index, indexed, j, k, l, mean, network, preactivation, scalar, w2, x

r, s, m = index("r"), index("s"), index("m")
v, u = indexed("test_vector", "v"), indexed("test_unknown", "u")
number = scalar("test_number", "t")
up, down = indexed("test_p_along", "p^{+}"), indexed("test_p_against", "p^{-}")


def squared_gradient() -> sp.Expr:
    """Of the net at a datum, in the parameters of its neurons."""
    parameters = (b1[r], w2[r])
    squares = sp.Add(*(mean(sp.Derivative(network(), by)) ** 2 for by in parameters))
    inputs = sp.Sum(mean(sp.Derivative(network(), W1[r, s])) ** 2, (s, 1, d))
    return mean(sp.Derivative(network(), b2)) ** 2 + sp.Sum(squares + inputs, (r, 1, k))


def test_the_net_in_its_derivatives_is_named_after_f() -> None:
    """With the datum; derivatives by the entries of a vector are a gradient, and nothing is carried out."""
    start = squared_gradient()
    short = in_short([start])
    (name,) = short.names
    assert spelled_out(short.lines[0], short.names) == start
    assert short.lines[0].atoms(DerivativeOfName)
    assert latex_definition(name) == f"f(x_{{j}}) = {latex(network())}"
    written = latex(short.lines[0])
    assert r"\frac{\partial f(x_{j})}{\partial b^{(1)}_{r}}" in written
    assert r"\left\lVert \sum_{j=1}^{n} \nabla_{w^{(1)}_{r}} f(x_{j}) \right\rVert^{2}" in written


def test_other_indices_and_orientations_have_the_same_name() -> None:
    """Each index in its place, and the upper index of the name as in what it stands for."""
    other = network(l)
    line = sp.Add(*(sp.Derivative(network(), by) * sp.Derivative(other, by) for by in (b2, w2[1], w2[2], b1[1], b1[2])))
    short = in_short([line], [j, l])
    assert {name.indices for name in short.lines[0].atoms(Name)} == {(j,), (l,)}
    lever = {base: sp.sqrt(base[H] ** 2 + sp.Sum(v[H, c] ** 2 * base[H], (c, 1, d))) for base in (up, down)}
    line = sp.Add(*(lever[base] * number**n + (1 - lever[base]) ** n for base in (up, down) for n in range(2, 8)))
    short = in_short([line], [H])
    assert spelled_out(short.lines[0], short.names) == line
    assert latex_definition(short.names[0]).startswith(r"R^{\pm}_{H} = \sqrt{")


def test_short_lines_have_no_names() -> None:
    mask = step(preactivation())
    for line in (mask + mask**2, w2[i] * mask * relu(preactivation())):
        assert abridged([line]).names == ()


def test_letters_that_are_taken_are_not_used() -> None:
    """Nor are those of the lines."""
    part = sp.Sum(u[i] * (number + x[j, i]) ** 2, (i, 1, k))
    line = sp.Add(*((part + n) ** n for n in range(2, 14)))
    free, taken = abridged([line], [j]), abridged([line], [j], ["S"])
    assert [latex(each.names[0].name) for each in (free, taken)] == ["S_{j}", "A_{j}"]
    assert [spelled_out(each.lines[0], each.names) for each in (free, taken)] == [line, line]
    assert weight(free.lines[0]) < weight(line)
