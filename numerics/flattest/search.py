"""The search for the scales and the dual certificate of the flattest rescaling."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np

from numerics.arrays.checks import Array
from numerics.flattest.family import Rescalings
from numerics.flattest.interior_point import smallest_top_eigenvalue

Method = Literal["fixed point", "interior point"]

# rounds without progress before the fixed-point iteration is given up
_PATIENCE = 3
# where rounding decides in the interior point method
_FINEST_GAP = 1e-11
# up to so many data the span of all vectors is as quick as a smaller one
_WHOLE_SPACE = 32
# more than the top eigenvalues that meet at a minimum, as far as was seen
_NEW_VECTORS = 6
# a vector has 53 bits; nothing is seen of the last five
_VECTOR_BITS = 48
# what is new in a unit vector, below which it is rounding
_NEW = 1e-7
# an eigenvalue so near the dual value may be the top one of other scales
_NEAR_TOP = 1e-3
# shares of U's largest eigenvalue below which its eigenvectors are left out, the shortest list first
_SHARES = (1e-6, 1e-8, 1e-10, 1e-12, 0.0)


class Search:
    """The best bounds so far: scales (in the units of the family) with `upper`, vectors with `lower`."""

    def __init__(self, family: Rescalings, tolerance: float) -> None:
        self.family, self.tolerance = family, tolerance
        self.vectors = np.ones((1, family.n))
        self.lower = family.dual_value(self.vectors)
        self.log_scales = np.zeros(len(family.neurons))
        self.upper = float("inf")
        self.method: Method = "fixed point"
        self.rounds = 0

    @property
    def gap(self) -> float:
        """(upper - lower) / upper."""
        return 1 - self.lower / self.upper

    def try_scales(self, log_scales: Array, count: int = 1) -> tuple[Array, Array]:
        """Top eigenpairs at these scales, which are kept if they are the best."""
        values, vectors = self.family.top_eigenpairs(log_scales, count)
        if values[0] < self.upper:
            self.log_scales, self.upper = log_scales, float(values[0])
        return values, vectors

    def try_vectors(self, vectors: Array) -> float:
        """The dual value of these vectors, which are kept if they are the best."""
        # on a grid: nothing rests on the last bits, and tiny entries would make exact arithmetic long
        unit = np.abs(vectors).max()
        rounded = np.ldexp(np.rint(np.ldexp(vectors / unit, _VECTOR_BITS)), -_VECTOR_BITS)
        value = self.family.dual_value(rounded)
        if value > self.lower:
            self.vectors, self.lower = rounded, value
        return value


def search_flattest(family: Rescalings, tolerance: float, rounds: int) -> Search:
    """Both methods in turn, each for so many rounds at most; see `numerics.flattest.rescaling.flattest`."""
    search = Search(family, tolerance)
    _fixed_point(search, rounds)
    if search.gap > tolerance:
        _interior_point(search, rounds)
    return search


def _fixed_point(search: Search, rounds: int) -> None:
    """From s to u and back; from the constant vector the first scales are the balanced ones."""
    log_scales, without_progress = search.log_scales, 0
    while search.rounds < rounds:
        before = search.gap
        search.rounds += 1
        _, u = search.try_scales(log_scales)
        search.try_vectors(u)
        # halving the gap every few rounds would be slower than the other method
        without_progress = 0 if search.gap < before / 2 else without_progress + 1
        if search.gap <= search.tolerance or without_progress == _PATIENCE:
            return
        log_scales = search.family.best_scales(u)


def _interior_point(search: Search, rounds: int) -> None:
    """Restricted problems on a growing span of eigenvectors; each is a relaxation, and gives U."""
    family = search.family
    basis = _extended(np.ones((1, family.n)) / np.sqrt(family.n), search.vectors)
    if family.n <= _WHOLE_SPACE:
        basis = _extended(basis, np.eye(family.n))
    else:
        basis = _extended(basis, search.try_scales(search.log_scales, _NEW_VECTORS)[1])
    precision = max(search.tolerance / 4, _FINEST_GAP)
    before = search.gap
    for number in range(1, rounds + 1):
        log_scales, U = smallest_top_eigenvalue(*family.restricted(basis), precision)
        for vectors in _truncations(basis, U):
            if search.try_vectors(vectors) >= search.lower * (1 - precision / 4):
                break
        values, fresh = search.try_scales(log_scales, _NEW_VECTORS)
        if search.gap < before:
            search.method, search.rounds = "interior point", number
        larger = _extended(basis, fresh[values > search.lower * (1 - _NEAR_TOP)])
        if search.gap <= search.tolerance or len(larger) == len(basis):
            return
        basis = larger


def _extended(basis: Array, vectors: Array) -> Array:
    """Orthonormal rows that span the rows of `basis`, orthonormal, and what is new in `vectors`."""
    for vector in vectors:
        rest = vector / np.linalg.norm(vector)
        for _ in range(2):
            rest = rest - basis.T @ (basis @ rest)
        size = np.linalg.norm(rest)
        if size > _NEW and len(basis) < basis.shape[1]:
            rest /= size
            rest -= basis.T @ (basis @ rest)
            basis = np.vstack([basis, rest / np.linalg.norm(rest)])
    return basis


def _truncations(basis: Array, U: Array) -> Iterator[Array]:
    """U as few vectors u_r first, then as more, and at last as all."""
    weights, directions = np.linalg.eigh(U)
    rows = np.sqrt(np.maximum(weights, 0.0))[:, None] * (directions.T @ basis)
    for share in _SHARES:
        yield rows[weights > share * weights[-1]]
