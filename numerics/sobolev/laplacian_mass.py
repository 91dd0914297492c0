r"""The L1 norms of powers of the Laplacian of radial functions, and what they bound the mass of the neurons by.

A radial function is given by a polynomial p in s = |x|^2, on the unit ball or times exp(-s/2); so are its Laplacians.
The integral of |p| is summed between the real roots of p, which are isolated exactly.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from flint import arb, fmpq_poly

from numerics.exact.balls import ball
from numerics.sobolev.ridgelet import gamma, sphere_area


def laplacian(polynomial: fmpq_poly, dimension: int) -> fmpq_poly:
    """The Laplacian 4 s p'' + 2 d p' of p(|x|^2), as a polynomial in s = |x|^2.

    >>> laplacian(fmpq_poly([0, 1]), 3)  # of |x|^2
    6
    """
    first = polynomial.derivative()
    return fmpq_poly([0, 4]) * first.derivative() + 2 * dimension * first


def gaussian_laplacian_mass(dimension: int, power: int) -> arb:
    """The L1 norm of Delta^power exp(-|x|^2/2) on R^d, with its enclosure.

    Raises:
        ValueError: the dimension is not at least 1, or the power is negative.

    >>> print(gaussian_laplacian_mass(1, 1).str(10, radius=False))  # 4 exp(-1/2)
    2.426122639
    """
    _require(dimension, power)
    p = fmpq_poly([1])
    for _ in range(power):
        # p exp(-s/2) has the derivative (p' - p/2) exp(-s/2)
        first = p.derivative() - p / 2
        p = fmpq_poly([0, 4]) * (first.derivative() - first / 2) + 2 * dimension * first

    def below(s: arb | None) -> arb:
        """The integral of r^{d-1} p(r^2) exp(-r^2/2) over r^2 < s; of all of it for None."""
        total = arb(0)
        for j, coefficient in enumerate(p.coeffs()):
            a = arb(dimension) / 2 + j
            piece = a.gamma() if s is None else (s / 2).gamma_lower(a)
            total += ball(Fraction(int(coefficient.p), int(coefficient.q))) * 2**a * piece / 2
        return total

    return sphere_area(dimension) * _variation(below, real_roots(p, None), None)


def ball_laplacian_mass(polynomial: fmpq_poly, dimension: int, power: int) -> arb:
    """The integral of |Delta^power p(|x|^2)| over the open unit ball of R^d.

    Raises:
        ValueError: the dimension is not at least 1, or the power is negative.

    >>> print(ball_laplacian_mass(fmpq_poly([0, 1]), 2, 1).str(10, radius=False))  # 4 pi
    12.56637061
    """
    _require(dimension, power)
    p = polynomial
    for _ in range(power):
        p = laplacian(p, dimension)

    def below(s: arb | None) -> arb:
        total = arb(0)
        for j, coefficient in enumerate(p.coeffs()):
            a = arb(dimension) / 2 + j
            total += ball(Fraction(int(coefficient.p), int(coefficient.q))) * (s**a if s is not None else 1) / (2 * a)
        return total

    return sphere_area(dimension) * _variation(below, real_roots(p, 1), None)


def odd_mass_bound(dimension: int, laplacian_mass: arb) -> arb:
    """gamma_d |S^{d-1}| N for N = || Delta^{(d+1)/2} f ||_1, at least |alpha| in odd dimensions d.

    Raises:
        ValueError: the dimension is even.
    """
    if dimension % 2 == 0:
        raise ValueError(f"the local bound holds in odd dimensions, not in dimension {dimension}")
    return gamma(dimension) * sphere_area(dimension) * laplacian_mass


def even_mass_bound(dimension: int, low_order: arb, high_order: arb) -> arb:
    """(4/pi) gamma_d |S^{d-1}| sqrt(N_0 N_2), at least |alpha| in even dimensions d.

    ``low_order`` is N_0 = || Delta^{d/2} f ||_1, ``high_order`` is N_2 = || Delta^{d/2+1} f ||_1.

    Raises:
        ValueError: the dimension is odd.
    """
    if dimension % 2:
        raise ValueError(f"this bound is for even dimensions, not for dimension {dimension}")
    return 4 / arb.pi() * gamma(dimension) * sphere_area(dimension) * (low_order * high_order).sqrt()


def real_roots(polynomial: fmpq_poly, end: int | None) -> tuple[arb, ...]:
    """The real roots of odd order between 0 and ``end`` (infinity for None), in order, both ends left out.

    Raises:
        ArithmeticError: a root cannot be told from an end at the working precision.
    """
    p = polynomial
    for point in (0, end):
        # exact roots at the ends are divided out, so that none is left at them
        while point is not None and p.degree() > 0 and p(point) == 0:
            p = p // fmpq_poly([-point, 1])
    found = []
    # python-flint declares a list of balls, and returns pairs of a ball and its multiplicity
    roots: Any = p.complex_roots() if p.degree() > 0 else []
    for root, order in roots:
        if order % 2 == 0 or not root.imag.contains(0):
            continue
        inside = root.real > 0 and (end is None or root.real < end)
        outside = root.real < 0 or (end is not None and root.real > end)
        if not (inside or outside):
            raise ArithmeticError(f"the root {root.real} cannot be told from the ends of the interval")
        if inside:
            found.append(root.real)
    return tuple(sorted(found, key=float))


def _variation(primitive: Callable[[arb | None], arb], roots: tuple[arb, ...], end: arb | None) -> arb:
    """The sum of |differences| of a primitive between 0, the roots and the end; None is the end of the whole range."""
    ends = [arb(0), *map(primitive, roots), primitive(end)]
    return sum((abs(b - a) for a, b in itertools.pairwise(ends)), arb(0))


def _require(dimension: int, power: int) -> None:
    if dimension < 1 or power < 0:
        raise ValueError(f"the dimension is at least 1 and the power at least 0, not {dimension} and {power}")
