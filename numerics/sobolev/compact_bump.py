r"""The bump (1 - |x|^2)_+^m of compact support, in odd dimensions: its neurons are polynomials.

Its Radon transform is c (1 - b^2)_+^p for every direction, p = m + (d-1)/2 and c = pi^{(d-1)/2} m!/p!, so the neurons
of f = int relu(<v,x> - b) dalpha have the density

    alpha(b) = -gamma_d (-1)^{(d+1)/2} c (d/db)^{d+1} (1 - b^2)^p  on |b| <= 1,  0 beyond,

with respect to dsigma(v) db over the whole sphere, each hyperplane counted twice (the convention of
`numerics.sobolev.ridgelet`). It is pi^{-(d-1)/2} times a polynomial with rational coefficients, of degree 2m - 2.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
import numpy.typing as npt
from flint import arb, fmpq, fmpq_poly
from jaxtyping import Float64

from numerics.arrays.checks import validate_data
from numerics.exact.balls import Exact, ball
from numerics.network import Array
from numerics.sobolev.laplacian_mass import ball_laplacian_mass, laplacian, real_roots
from numerics.sobolev.ridgelet import sphere_area


@dataclass(frozen=True)
class CompactBump:
    """f(x) = (1 - |x|^2)_+^m on R^d, d odd, and the even measure alpha of its neurons.

    The density is a function from m = (d+3)/2 on; the (d+1)-th derivatives of f are integrable from m = d+1 on.

    Raises:
        ValueError: the dimension is not odd, or m is below (d+3)/2.

    >>> CompactBump(1, 2).polynomial  # f''/2
    6*x^2 + (-2)
    >>> CompactBump(3, 4).density([0.0, 1.0, 2.0]).round(6)  # 6 (b^2 - 1) (21 b^4 - 14 b^2 + 1)/pi
    array([-1.909859,  0.      ,  0.      ])
    """

    dimension: int
    power: int

    def __post_init__(self) -> None:
        """Refuse what has no density."""
        if self.dimension < 1 or self.dimension % 2 == 0:
            raise ValueError(f"the dimension is odd, not {self.dimension}")
        if 2 * self.power < self.dimension + 3:
            raise ValueError(
                f"in dimension {self.dimension} the power is at least {(self.dimension + 3) // 2}, not {self.power}:"
                " else alpha has no density"
            )

    @cached_property
    def polynomial(self) -> fmpq_poly:
        """The density on |b| <= 1 times pi^{(d-1)/2}: rational coefficients in b."""
        d, m = self.dimension, self.power
        p = m + (d - 1) // 2
        derivative = fmpq_poly([1, 0, -1]) ** p
        for _ in range(d + 1):
            derivative = derivative.derivative()
        return derivative * fmpq(-((-1) ** ((d + 1) // 2)) * math.factorial(m), 2**d * math.factorial(p))

    @property
    def radial(self) -> fmpq_poly:
        """The function on the unit ball as a polynomial in |x|^2."""
        return fmpq_poly([1, -1]) ** self.power

    @property
    def affine(self) -> float:
        """The affine part of f(x) = affine + int relu(<v,x> - b) dalpha: there is none."""
        return 0.0

    def value(self, x: npt.ArrayLike) -> Float64[Array, " n"]:
        """The values f(x_j) at the points x [n, d], shape [n]."""
        data = validate_data(x, self.dimension)
        return np.asarray(np.maximum(1 - np.sum(data**2, axis=1), 0.0) ** self.power)

    def density(self, b: npt.ArrayLike) -> Float64[Array, ...]:
        """The density of alpha at thresholds b of any shape: the same for every v, even in b."""
        b = np.asarray(b, dtype=np.float64)
        coefficients = [int(c.p) / int(c.q) for c in self.polynomial.coeffs()]
        inside = np.polynomial.polynomial.polyval(np.clip(b, -1, 1), coefficients)
        return np.where(np.abs(b) <= 1, inside, 0.0) / math.pi ** ((self.dimension - 1) // 2)

    def enclosed_density(self, b: arb) -> arb:
        """A ball that contains the density at every point of the ball b, which lies within [-1, 1].

        Raises:
            ValueError: b is not seen to lie there.
        """
        if not abs(b) <= 1:
            raise ValueError(f"the threshold {b} is not seen to lie in [-1, 1]")
        return _value(self.polynomial, b) / self._root

    def constant(self, radius: Exact | arb) -> arb:
        """The constant c in f(x) = c + int_{|b| <= R} relu(<v,x> - b) dalpha on |x| <= R: 0, for R >= 1.

        Raises:
            ValueError: the radius is below 1.
        """
        _at_least_one(radius)
        return arb(0)

    def sign_changes(self) -> tuple[arb, ...]:
        """Balls around the points 0 < b < 1 where the density changes its sign, in order: (d+1)/2 of them."""
        square = fmpq_poly(self.polynomial.coeffs()[::2])
        return tuple(root.sqrt() for root in real_roots(square, 1))

    def total_mass(self, radius: Exact | arb = 1) -> arb:
        """|alpha|: |S^{d-1}| times the integral of |density|; the radius, at least 1, changes nothing.

        >>> print(CompactBump(1, 2).total_mass().str(10, radius=False))  # 32/(3 sqrt(3))
        6.158402871
        """
        _at_least_one(radius)
        primitive = self.polynomial.integral()
        values = [arb(0), *(_value(primitive, root) for root in self.sign_changes()), _value(primitive, arb(1))]
        half = sum((abs(b - a) for a, b in itertools.pairwise(values)), arb(0))
        return 2 * sphere_area(self.dimension) * half / self._root

    def laplacian_mass(self) -> arb:
        """|| Delta^{(d+1)/2} f ||_1.

        Raises:
            ValueError: m < d + 1, where the Laplacian has no integrable derivatives of this order.
        """
        if self.power <= self.dimension:
            raise ValueError(
                f"f lies in W^(d+1,1) for m >= d + 1 = {self.dimension + 1} only, not for m = {self.power}"
            )
        return ball_laplacian_mass(self.radial, self.dimension, (self.dimension + 1) // 2)

    def laplacian_of_neurons(self) -> fmpq_poly:
        """The integral of alpha(<v,x>) dsigma(v), |x| <= 1, exactly, as a polynomial in |x|^2: the Laplacian of f.

        The mean of <v,x>^{2j} over the sphere is |x|^{2j} times the product of (2i+1)/(d+2i) over i < j.
        """
        area = _rational_area(self.dimension)
        terms, mean = [], Fraction(1)
        for j, coefficient in enumerate(self.polynomial.coeffs()[::2]):
            terms.append(coefficient * fmpq(mean.numerator, mean.denominator) * area)
            mean *= Fraction(2 * j + 1, self.dimension + 2 * j)
        return fmpq_poly(terms)

    def laplacian(self) -> fmpq_poly:
        """The Laplacian of f as a polynomial in |x|^2, for |x| <= 1."""
        return laplacian(self.radial, self.dimension)

    @property
    def _root(self) -> arb:
        return arb.pi() ** ((self.dimension - 1) // 2)


def _rational_area(dimension: int) -> fmpq:
    """|S^{d-1}|/pi^{(d-1)/2} for odd d: 2 times the product of 2/(2i+1) over i < (d-1)/2."""
    area = fmpq(2)
    for i in range((dimension - 1) // 2):
        area *= fmpq(2, 2 * i + 1)
    return area


def _value(polynomial: fmpq_poly, b: arb) -> arb:
    value = arb(0)
    for coefficient in reversed(polynomial.coeffs()):
        value = value * b + arb(coefficient)
    return value


def _at_least_one(radius: Exact | arb) -> None:
    if not ball(radius) >= 1:
        raise ValueError(f"the ball contains the bump: its radius is at least 1, not {radius}")
