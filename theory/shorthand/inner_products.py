r"""Sums over coordinates as a reader knows them: :math:`\langle w_i, x_j\rangle` and :math:`\lVert v\rVert^2`.

A family whose last index is a coordinate is a vector, and so are sums and multiples of vectors.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from theory.shorthand.names import DerivativeOfName, Gradient

_dimensions: set[sp.Symbol] = set()


def dimension(size: sp.Symbol) -> sp.Symbol:
    """Register a size as the dimension of a space: sums up to it are over coordinates. Returns the size.

    >>> dimension(sp.Symbol("d", integer=True, positive=True))
    d
    """
    _dimensions.add(size)
    return size


@dataclass(frozen=True)
class InnerProduct:
    """A sum over a coordinate of ``factor`` times two vectors; ``rest`` are the limits of the sums around it."""

    factor: sp.Expr
    first: sp.Expr
    second: sp.Expr
    coordinate: sp.Symbol
    rest: tuple[sp.Tuple, ...]

    @property
    def is_square(self) -> bool:
        """Whether it is the square of a length."""
        return bool(self.first == self.second)


def inner_product(e: sp.Expr) -> InnerProduct | None:
    """A sum as an inner product, or ``None`` where it is none.

    >>> c, j, d = (sp.Symbol(name, integer=True, positive=True) for name in "cjd")
    >>> v, x = sp.IndexedBase("v"), sp.IndexedBase("x")
    >>> found = inner_product(sp.Sum(2 * v[c] * x[j, c], (c, 1, dimension(d))))
    >>> (found.factor, found.first, found.second)
    (2, v[c], x[j, c])
    """
    if not isinstance(e, sp.Sum):
        return None
    (coordinate, low, high), *rest = e.limits
    if low != 1 or high not in _dimensions or any(coordinate in limit.free_symbols for limit in rest):
        return None
    factors = sp.Mul.make_args(e.function)
    vectors: list[sp.Expr] = []
    for factor in factors:
        if coordinate in factor.free_symbols:
            square = isinstance(factor, sp.Pow) and factor.exp == 2
            vectors += [factor.base, factor.base] if square else [factor]
    if len(vectors) != 2 or not all(is_vector(vector, coordinate) for vector in vectors):
        return None
    scalars = sp.Mul(*(factor for factor in factors if coordinate not in factor.free_symbols))
    vectors.sort(key=_of_data)
    return InnerProduct(scalars, vectors[0], vectors[1], coordinate, tuple(rest))


def _of_data(vector: sp.Expr) -> bool:
    # <w, x>, as one writes it, and not <x, w>
    return any(str(item.base.label) == "x" for item in vector.atoms(sp.Indexed))


def is_vector(e: sp.Expr, coordinate: sp.Symbol) -> bool:
    """Whether an expression is the entry of a vector at a coordinate: linear in families that have it as their last index."""
    if isinstance(e, sp.Indexed):
        return bool(e.indices[-1] == coordinate) and not any(coordinate in i.free_symbols for i in e.indices[:-1])
    if isinstance(e, DerivativeOfName):
        return len(e.variables) == 1 and _is_entry(e.variables[0], coordinate) and coordinate not in e.name.free_symbols
    if isinstance(e, sp.Add):
        return all(is_vector(term, coordinate) for term in e.args)
    if isinstance(e, sp.Mul):
        moving = [factor for factor in e.args if coordinate in factor.free_symbols]
        return len(moving) == 1 and is_vector(moving[0], coordinate)
    if isinstance(e, sp.Sum):
        return is_vector(e.function, coordinate) and not any(coordinate in limit.free_symbols for limit in e.limits)
    return False


def without_coordinate(e: sp.Expr, coordinate: sp.Symbol) -> sp.Expr:
    """A vector by its entry: every family in it without its last index.

    >>> c, j = (sp.Symbol(name, integer=True, positive=True) for name in "cj")
    >>> x = sp.IndexedBase("x")
    >>> without_coordinate(3 * x[j, c], c), without_coordinate(x[c], c)
    (3*x[j], x)
    """
    derivatives = {
        d for d in e.atoms(DerivativeOfName) if len(d.variables) == 1 and _is_entry(d.variables[0], coordinate)
    }
    e = e.xreplace({derivative: Gradient(derivative.name, derivative.variables[0][0]) for derivative in derivatives})
    entries = {item for item in e.atoms(sp.Indexed) if item.indices[-1] == coordinate}
    return e.xreplace({item: _shortened(item) for item in entries})


def _is_entry(variable: sp.Tuple, coordinate: sp.Symbol) -> bool:
    """Whether a derivative is the first one, by the entry of a vector at a coordinate."""
    by, times = variable
    return bool(times == 1) and isinstance(by, sp.Indexed) and bool(by.indices[-1] == coordinate)


def _shortened(item: sp.Indexed) -> sp.Expr:
    return item.base[item.indices[:-1]] if len(item.indices) > 1 else item.base.label
