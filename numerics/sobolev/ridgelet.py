r"""The Gaussian bump exp(-|x|^2/2) as an integral over neurons, in every dimension.

The convention, here and everywhere: a measure alpha lives on S^{d-1} x R and is even, the same at (v,b) and (-v,-b),
which are one hyperplane. A neuron a relu(<v,x> - b) stands for a (delta_{(v,b)} + delta_{(-v,-b)})/2, of total mass
|a|. So

    f(x) = int relu(<v,x> - b) dalpha = (1/2) int |<v,x> - b| dalpha,    alpha = -gamma_d R (-Delta)^{(d+1)/2} f,

with gamma_d = 1/(2 (2 pi)^{d-1}), holds for smooth f that decay, with no affine part. The density of alpha is taken
with respect to dsigma(v) db over the whole sphere, each hyperplane counted twice; dsigma is the surface measure (the
counting measure of {-1, 1} for d = 1). The bump's Radon transform is (2 pi)^{(d-1)/2} exp(-b^2/2) for every v, and
(-Delta)^{(d+1)/2} multiplies its Fourier transform by |w|^{d+1}: with kappa = 1/(2 (2 pi)^{(d-1)/2}) the density is

    -kappa sqrt(2/pi) int_0^inf w^{d+1} e^{-w^2/2} cos(w b) dw
      = -kappa sqrt(2/pi) 2^{d/2} Gamma(d/2+1) M(d/2+1, 1/2, -b^2/2),        M Kummer's function.

For odd d this is (-1)^{(d-1)/2} kappa He_{d+1}(b) exp(-b^2/2). For even d it has Dawson's function in it, and decays
like |b|^{-d-2} only; for d = 2 it is -(1/(2 pi)) (2 - b^2 + (b^3 - 3b) S), S = sqrt(2) Dawson(b/sqrt(2)).

Balls are computed at the working precision of `flint.ctx`.
Source: the representation is that of Nacson, Mulayoff, Ongie, Michaeli, Soudry, ICLR 2023; the example is ours.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from flint import acb, arb, ctx
from jaxtyping import Float64
from scipy import special

from numerics.arrays.checks import validate_data
from numerics.exact.balls import Exact, ball
from numerics.network import Array

_Ball = TypeVar("_Ball", arb, acb)

_STEP = 0.1239
"""Between the points at which the density's sign is looked at; no zero of a density is a multiple of it."""


def gamma(dimension: int) -> arb:
    """gamma_d = 1/(2 (2 pi)^{d-1}) = 2^{-d} pi^{1-d}.

    >>> print(gamma(1), gamma(3).str(10, radius=False))
    0.500000000000000 0.01266514796
    """
    d = _dimension(dimension)
    return 1 / (2 * (2 * arb.pi()) ** (d - 1))


def sphere_area(dimension: int) -> arb:
    """|S^{d-1}| = 2 pi^{d/2}/Gamma(d/2), the surface of the unit sphere of R^d; 2 for d = 1.

    >>> print(sphere_area(3).str(10, radius=False))
    12.56637061
    """
    half = arb(_dimension(dimension)) / 2
    return 2 * arb.pi() ** half / half.gamma()


def density(dimension: int, b: npt.ArrayLike) -> Float64[Array, ...]:
    """`GaussianBump.density` in a dimension, at thresholds b of any shape."""
    return GaussianBump(dimension).density(b)


@dataclass(frozen=True)
class GaussianBump:
    """f(x) = exp(-|x|^2/2) on R^d, and the even measure alpha of the neurons that it consists of.

    Raises:
        ValueError: the dimension is not a whole number >= 1.

    >>> GaussianBump(3).density([0.0, 1.0]).round(6)  # -(1/(4 pi)) He_4(b) exp(-b^2/2)
    array([-0.238732,  0.096532])
    """

    dimension: int

    def __post_init__(self) -> None:
        """Refuse what is not a dimension."""
        _dimension(self.dimension)

    def value(self, x: npt.ArrayLike) -> Float64[Array, " n"]:
        """The bump at the points x [n, d], shape [n]."""
        data = validate_data(x, self.dimension)
        return np.asarray(np.exp(-np.sum(data**2, axis=1) / 2))

    @property
    def affine(self) -> float:
        """The affine part of f(x) = affine + int relu(<v,x> - b) dalpha: there is none."""
        return 0.0

    def density(self, b: npt.ArrayLike) -> Float64[Array, ...]:
        """The density of alpha with respect to dsigma(v) db: the same for every v, even in b; any shape."""
        d = self.dimension
        b = np.asarray(b, dtype=np.float64)
        constant = -self._constant * 2 ** (d / 2) * math.gamma(d / 2 + 1)
        return np.asarray(constant * special.hyp1f1(d / 2 + 1, 0.5, -(b**2) / 2))

    def primitive(self, b: npt.ArrayLike) -> Float64[Array, ...]:
        """The integral of the density from 0 to b, which goes to 0 at infinity; any shape."""
        d = self.dimension
        b = np.asarray(b, dtype=np.float64)
        constant = -self._constant * 2 ** (d / 2) * math.gamma(d / 2 + 1)
        return np.asarray(constant * b * special.hyp1f1(d / 2 + 1, 1.5, -(b**2) / 2))

    def enclosed_density(self, b: _Ball) -> _Ball:
        """A ball that contains the density at every point of the ball b, real or complex."""
        return self._enclosed_constant(self.dimension) * _kummer(self.dimension + 2, 1, b)

    def enclosed_primitive(self, b: _Ball) -> _Ball:
        """A ball that contains the integral of the density from 0 to b."""
        return self._enclosed_constant(self.dimension) * b * _kummer(self.dimension + 2, 3, b)

    def enclosed_profile(self, b: _Ball) -> _Ball:
        """A ball that contains gamma_d (-d^2/db^2)^{(d-1)/2} R f, of which the density is the second derivative.

        f(x) is its integral over the sphere, at b = <v,x>; it goes to 0 at infinity.
        """
        return -self._enclosed_constant(self.dimension - 2) * _kummer(self.dimension, 1, b)

    def constant(self, radius: Exact | arb) -> arb:
        """The constant c in f(x) = c + int_{|b| <= R} relu(<v,x> - b) dalpha for |x| <= R.

        It is what the neurons with |b| > R add up to. They are affine on the ball, and alpha is even, so
        c = |S^{d-1}| int_R^inf b density(b) db.
        """
        R = _radius(radius)
        return sphere_area(self.dimension) * (self.enclosed_profile(R) - R * self.enclosed_primitive(R))

    def sign_changes(self) -> tuple[arb, ...]:
        """Balls around the points b > 0 where the density changes its sign, in order: floor(d/2) + 1 of them.

        That there are no more follows by Rolle's theorem. The density is a multiple of the derivative F_{d+1} of
        F_0 = exp(-b^2/2) (odd d) or F_0 = S (even d), and exp(b^2/2) F_{n-1} has the derivative
        -(n-1) exp(b^2/2) F_{n-2}: from one derivative to the next, one zero at most is gained.

        Raises:
            ArithmeticError: the scan does not find as many (the working precision is too small).
        """
        wanted = self.dimension // 2 + 1
        found: list[arb] = []
        last, value = arb(0), self.enclosed_density(arb(0))
        for point in range(1, 500 * wanted):
            here = ball(_STEP) * point
            next_value = self.enclosed_density(here)
            if value * next_value < 0:
                found.append(self._bisected(last, here))
            if len(found) == wanted:
                return tuple(found)
            last, value = here, next_value
        raise ArithmeticError(f"{len(found)} changes of sign were found in place of {wanted}")

    def total_mass(self, radius: Exact | arb | None = None) -> arb:
        """|alpha|, or its part with |b| <= radius: |S^{d-1}| times the integral of |density|.

        Raises:
            ValueError: the radius is negative.

        >>> print(GaussianBump(1).total_mass().str(10, radius=False))  # 4 exp(-1/2)
        2.426122639
        """
        zeros = self.sign_changes()
        if radius is None:
            return self._mass([*map(self._stationary_primitive, zeros), arb(0)])
        R = _radius(radius)
        end = self.enclosed_primitive(R)
        certain = [self._stationary_primitive(zero) for zero in zeros if zero < R]
        # a zero that may or may not lie inside: both answers, which are nearly the same
        possible = [self._stationary_primitive(zero) for zero in zeros if not zero >= R]
        return self._mass([*certain, end]).union(self._mass([*possible, end]))

    def _mass(self, primitives: list[arb]) -> arb:
        """The total mass from the primitive's values at the changes of sign and at the end."""
        pieces = (abs(b - a) for a, b in itertools.pairwise([arb(0), *primitives]))
        return 2 * sphere_area(self.dimension) * sum(pieces, arb(0))

    def _stationary_primitive(self, zero: arb) -> arb:
        """The primitive at a zero of the density, by the mean value theorem: the error is of second order."""
        middle = zero.mid()
        return self.enclosed_primitive(middle) + self.enclosed_density(zero) * (zero - middle)

    @property
    def _constant(self) -> float:
        return math.sqrt(2 / math.pi) / (2 * math.pow(2 * math.pi, (self.dimension - 1) / 2))

    def _enclosed_constant(self, power: int) -> arb:
        """-kappa sqrt(2/pi) 2^{p/2} Gamma(p/2 + 1) = -kappa sqrt(2/pi) int_0^inf w^{p+1} e^{-w^2/2} dw."""
        kappa = 1 / (2 * (2 * arb.pi()) ** (arb(self.dimension - 1) / 2))
        half = arb(power) / 2
        return -kappa * (2 / arb.pi()).sqrt() * 2**half * (half + 1).gamma()

    def _bisected(self, low: arb, high: arb) -> arb:
        """The change of sign between two numbers, by bisection."""
        positive = bool(self.enclosed_density(low) > 0)
        with ctx.workprec(ctx.prec + 40):
            for _ in range(ctx.prec):
                middle = (low + high) / 2
                value = self.enclosed_density(middle)
                if value > 0:
                    low, high = (middle, high) if positive else (low, middle)
                elif value < 0:
                    low, high = (low, middle) if positive else (middle, high)
                else:
                    break
        return low.union(high)


def transformed_back(bump: GaussianBump, distance: Exact | arb) -> arb:
    """A ball that contains int relu(<v,x> - b) dalpha at |x| = distance > 0, by enclosed quadrature over the neurons.

    With r = |x| and b = r sin(t) the mean of |<v,x> - b|/2 over the sphere is elementary, so that one integral remains:
    2 int_0^r density(b) int_{S^{d-1}} (1/2) |<v,x> - b| dsigma(v) db + |S^{d-1}| int_r^inf b density(b) db.

    Raises:
        ValueError: the distance is not positive.
    """
    r = _radius(distance)
    if not r > 0:
        raise ValueError(f"the distance is a number > 0, not {distance}")

    def integrand(t: acb, _analytic: bool) -> acb:
        b = r * t.sin()
        return bump.enclosed_density(b) * sphere_integral(bump.dimension, r, t) * r * t.cos()

    inside = acb.integral(integrand, 0, arb.pi() / 2)
    return 2 * inside.real + bump.constant(r)


def sphere_integral(dimension: int, radius: arb, angle: _Ball) -> _Ball:
    """The integral of |<v,x> - b|/2 over the unit sphere, where |x| = radius and b = radius sin(angle).

    For d >= 2 it is |S^{d-2}| r (cos^{d-1}/(d-1) + sin int_0^angle cos^{d-2}); for d = 1 it is r.
    """
    if _dimension(dimension) == 1:
        return 0 * angle + radius
    sine, cosine = angle.sin(), angle.cos()
    # int cos^n = cos^{n-1} sin/n + ((n-1)/n) int cos^{n-2}
    power = 2 + dimension % 2
    integral = sine if dimension % 2 else angle
    while power <= dimension - 2:
        integral = (cosine ** (power - 1) * sine + (power - 1) * integral) / power
        power += 2
    return sphere_area(dimension - 1) * radius * (cosine ** (dimension - 1) / (dimension - 1) + sine * integral)


def _kummer(twice_a: int, twice_c: int, b: _Ball) -> _Ball:
    """M(a, c, -b^2/2) with a and c given as their doubles."""
    return (-b * b / 2).hypgeom_1f1(arb(twice_a) / 2, arb(twice_c) / 2)


def _dimension(dimension: object) -> int:
    if not isinstance(dimension, int) or isinstance(dimension, bool) or dimension < 1:
        raise ValueError(f"a dimension is a whole number >= 1, not {dimension!r}")
    return dimension


def _radius(radius: Exact | arb) -> arb:
    R = ball(radius)
    if not R >= 0:
        raise ValueError(f"a radius is a number >= 0, not {radius}")
    return R
