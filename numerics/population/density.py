r"""The density rho >= 0 on R^d whose Radon transform is the weight g of an isotropic population.

For a radial density the Radon transform is the marginal on a line,

    R rho(b) = |S^{d-2}| int_0^inf rho(sqrt(b^2+u^2)) u^{d-2} du.

With G(s) = g(sqrt s), and rho as a function of s = r^2:

    odd d = 2m+1:   rho = (-1/pi d/ds)^m G      (the same as ((-1/(2 pi r)) d/dr)^m g),
    even d:         rho(r) = int rho_{d+1}(sqrt(r^2 + v^2)) dv over all real v: a marginal from one dimension up.

So rho = g for d = 1, rho(r) = -(1/pi) int_r^inf g'(b)/sqrt(b^2-r^2) db for d = 2 and -g'(r)/(2 pi r) for d = 3. At the
centre g has a kink, and rho grows like log(1/r) for d = 2 and like r^{2-d} for d >= 3: integrable, on every hyperplane
as well. Enclosures are as fine as the working precision of ``flint`` and the tolerance let them be.
"""

from __future__ import annotations

import math

import numpy as np
from flint import acb, arb
from jaxtyping import Float64
from scipy import integrate, special

from numerics.exact.balls import ball
from numerics.network import Array
from numerics.population.isotropic import Isotropic

_NODES, _WEIGHTS = special.roots_legendre(200)
_EVALUATIONS = 400
"""At most so many evaluations for a marginal; the enclosure holds with any number."""
_FAR = 16
"""Where quadrature over an unbounded population ends; what is beyond is bounded."""


def enclosed_density(population: Isotropic, r: arb, dimension: int | None = None) -> arb:
    """A ball that contains rho(r), for a ball r > 0 within the extent of the population.

    Args:
        population: whose weight g is the Radon transform of rho.
        r: the distance from the centre.
        dimension: of the space that rho lives on, by default the population's own. (The density on one space is the
            marginal of the density on any larger one, so other dimensions are of use.)

    Raises:
        ValueError: r is not positive, or not within the extent.

    >>> from numerics.population.isotropic import Gaussian
    >>> enclosed_density(Gaussian(3), arb(1)).str(10, radius=False)
    '0.01174874095'
    """
    d = _dimension(population, dimension)
    _require_inside(population, r)
    if d % 2:
        return _density(population, d, acb(r**2), None, 0.0, False).real

    def upstairs(u: acb, analytic: bool) -> acb:
        # v = r sinh u: near the centre the density one dimension up is sharp in v, and smooth in u
        return r * u.cosh() * _density(population, d + 1, (r * u.cosh()) ** 2, None, 0.0, analytic)

    extent = population.extent
    if extent is not None:
        stop, beyond = (ball(extent) / r).acosh(), arb(0)
    else:
        stop, beyond = (arb(_FAR) / r).asinh(), _beyond(population, d, acb(r**2)).real
    return 2 * acb.integral(upstairs, 0, stop, abs_tol=1e-12, rel_tol=1e-12).real + beyond


def enclosed_radon(population: Isotropic, b: arb, tolerance: float = 1e-10, dimension: int | None = None) -> arb:
    """A ball that contains the Radon transform of rho at a threshold b > 0, by quadrature of ``enclosed_density``.

    It uses no more of rho than its values and, for a population without bounds, that rho is a mixture of normal
    densities. Arguments and errors as there; ``tolerance`` is absolute, and met up to a small factor.
    """
    d = _dimension(population, dimension)
    _require_inside(population, b)
    if d == 1:
        return enclosed_density(population, b, 1)

    if population.extent is not None:
        half_chord = (ball(population.extent) ** 2 - b**2).sqrt()

        def over_angle(t: acb, analytic: bool) -> acb:
            y, edge = half_chord * t.sin(), half_chord * t.cos()
            return y ** (d - 2) * edge * _density(population, d, b**2 + y**2, edge, tolerance, analytic)

        return _sphere_area(d - 1) * acb.integral(over_angle, 0, arb.pi() / 2, abs_tol=tolerance, rel_tol=0).real

    def over_plane(y: acb, analytic: bool) -> acb:
        return y ** (d - 2) * _density(population, d, b**2 + y**2, None, tolerance, analytic)

    inside = acb.integral(over_plane, 0, _FAR, abs_tol=tolerance, rel_tol=0).real
    # beyond a radius U of the hyperplane, some coordinate of d - 1 exceeds U/sqrt(d-1); each integrates to g or less
    far = (d - 1) * population.enclosed_weight((b**2 + arb(_FAR) ** 2 / (d - 1)).sqrt())
    return _sphere_area(d - 1) * inside + arb(0).union(far)


def enclosed_mass(population: Isotropic, tolerance: float = 1e-10, dimension: int | None = None) -> arb:
    """A ball that contains the integral of rho over R^d, d odd, by quadrature of ``enclosed_density``.

    The exact value is int g(b) db over all b, in every dimension, by Fubini. Within a distance e of the centre the mass
    is at most that of a slab, 2 e g(0), and beyond U it is at most 2d int g(b) db over b > U/sqrt d; there the sign of
    rho is used.

    Raises:
        ValueError: the dimension is even.
    """
    d = _dimension(population, dimension)
    if d % 2 == 0:
        raise ValueError(f"the mass is computed in odd dimensions, not in {d}")
    near = arb(tolerance) / 8
    extent = population.extent
    edge, far = (ball(extent), arb(0)) if extent is not None else (_FAR * arb(d).sqrt(), _weight_beyond_far(2 * d))

    def integrand(x: acb, analytic: bool) -> acb:
        return (d * x).exp() * _density(population, d, (2 * x).exp(), None, tolerance, analytic)

    inside = acb.integral(integrand, near.log(), edge.log(), abs_tol=tolerance / 1000, rel_tol=0).real
    unseen = 2 * near * population.enclosed_weight(arb(0)) + far
    return _sphere_area(d) * inside + arb(0).union(unseen)


def enclosed_total_weight(population: Isotropic, tolerance: float = 1e-10) -> arb:
    """A ball that contains int g(b) db over all b: the mass of rho in every dimension."""
    near = arb(tolerance) / 8
    extent = population.extent
    edge, far = (ball(extent), arb(0)) if extent is not None else (arb(_FAR), _weight_beyond_far(2))

    def integrand(x: acb, analytic: bool) -> acb:
        return x.exp() * population.enclosed_profile((2 * x).exp(), 0, analytic)[0]

    inside = acb.integral(integrand, near.log(), edge.log(), abs_tol=tolerance / 1000, rel_tol=0).real
    return 2 * inside + arb(0).union(2 * near * population.enclosed_weight(arb(0)) + far)


def density(population: Isotropic, r: Float64[Array, " *s"]) -> Float64[Array, " *s"]:
    """rho(r) in floats, for r > 0 of any shape; 0 outside of the population's extent.

    The error is about 1e-9 of the values in the inner 99 percent of the extent; further out g, a difference of moments,
    cancels. Dimensions above 3 take the midpoints of ``enclosed_density`` and are slower.

    Raises:
        ValueError: some r is not positive.
    """
    r = np.asarray(r, dtype=np.float64)
    if not np.all(r > 0):
        raise ValueError("the density is singular at the centre: every r must be positive")
    extent = population.extent
    inside = np.full(r.shape, True) if extent is None else r < float(extent)
    values = np.zeros(r.shape)
    at = r[inside]
    match population.dimension:
        case 1:
            values[inside] = population.weight(at)
        case 2:
            values[inside] = _in_the_plane(population, at)
        case 3:
            values[inside] = population.weight_fall(at) / (2 * np.pi * at)
        case _:
            values[inside] = [float(enclosed_density(population, arb(float(one))).mid()) for one in at]
    return values


def radon(population: Isotropic, b: float) -> float:
    """The Radon transform of ``density`` at a threshold b > 0, by quadrature in floats."""
    d = population.dimension
    if d == 1:
        return float(density(population, np.array([b]))[0])
    stop = math.acosh((float(population.extent) if population.extent is not None else 9 + b) / b)

    def integrand(x: float) -> float:
        value = float(density(population, np.array([b * math.cosh(x)]))[0])
        return value * (b * math.sinh(x)) ** (d - 2) * b * math.cosh(x)

    area = 2 * math.pi ** ((d - 1) / 2) / math.gamma((d - 1) / 2)
    return float(area * integrate.quad(integrand, 0, stop, epsabs=1e-10, limit=200)[0])


def central_growth(population: Isotropic) -> float:
    """The number kappa = -g'(0+) > 0, half the jump of -g' at 0, which gives the growth of rho as r goes to 0:

    rho(r) ~ (kappa/pi) log(1/r) for d = 2 and kappa Gamma(d/2-1)/(2 pi^{d/2}) r^{2-d} for d >= 3.
    """
    return float(population.weight_fall(np.zeros(1))[0])


def curve(
    population: Isotropic, points: int = 400, reach: float = 4.0
) -> tuple[Float64[Array, " {points}"], Float64[Array, " {points}"]]:
    """(r, rho(r)) for a figure: r [points] from near the centre to the edge, or to ``reach`` if there is none."""
    end = float(population.extent) if population.extent is not None else reach
    r = end * np.linspace(0, 1, points + 1)[1:]
    return r, density(population, r)


def _in_the_plane(population: Isotropic, r: Float64[Array, " *s"]) -> Float64[Array, " *s"]:
    """(1/pi) int -g'(r cosh u) du from 0 to where g ends, by Gauss' rule: b = r cosh u makes the integrand smooth."""
    end = float(population.extent) if population.extent is not None else r + 9
    stop = np.arccosh(end / r)
    u = stop[..., None] * (1 + _NODES) / 2
    return np.asarray((population.weight_fall(r[..., None] * np.cosh(u)) @ _WEIGHTS) * stop / (2 * np.pi))


def _density(population: Isotropic, d: int, s: acb, edge: acb | None, tolerance: float, analytic: bool) -> acb:
    """The density as an analytic function of s = r^2; ``edge`` is an analytic root of R^2 - s, if there is an R."""
    if d % 2:
        m = d // 2
        return population.enclosed_profile(s, m, analytic)[m] * math.factorial(m) / (-arb.pi()) ** m

    def integrand(y: acb, inner: bool) -> acb:
        # where the result must be analytic in s, nothing may touch a branch cut, whatever y is
        return _density(population, d + 1, s + y**2 * scale, None, tolerance, inner or analytic)

    scale, stop, beyond = (edge**2, 1, acb(0)) if edge is not None else (acb(1), _FAR, _beyond(population, d, s))
    # of a wide ball s no more can be known than its width allows
    goal = tolerance / 10 + float(abs(s.rad()).upper())
    inside = acb.integral(integrand, 0, stop, abs_tol=goal, rel_tol=0, eval_limit=_EVALUATIONS)
    return 2 * inside * (edge if edge is not None else 1) + beyond


def _beyond(population: Isotropic, d: int, s: acb) -> acb:
    """A ball about 0 that contains 2 int rho_{d+1}(sqrt(s + v^2)) dv over v > U, for a population without bounds.

    A mixture of normal densities is a Laplace transform in s, so its modulus at s is at most its value at Re s. There,
    2 int_U^inf rho_{d+1} dv <= (2/U) int_U^inf rho_{d+1} v dv = rho_{d-1}(sqrt(Re s + U^2))/(pi U).
    """
    real = s.real
    if not real > 0:
        return acb("nan")
    level = _density(population, d - 1, acb(real + arb(_FAR) ** 2), None, 0.0, False).real / (arb.pi() * _FAR)
    bound = level.abs_upper()
    return acb(arb(0, bound), arb(0, bound))


def _weight_beyond_far(times: int) -> arb:
    """More than so many times int g(b) db over b > U: the normal g is at most phi, its tail exp(-U^2/2)."""
    return times * (-(arb(_FAR) ** 2) / 2).exp()


def _sphere_area(d: int) -> arb:
    """The area of the unit sphere of R^d."""
    return 2 * arb.pi() ** (arb(d) / 2) / (arb(d) / 2).gamma()


def _dimension(population: Isotropic, dimension: int | None) -> int:
    d = population.dimension if dimension is None else dimension
    if d < 1:
        raise ValueError(f"a density lives on a space of dimension >= 1, not {d}")
    return d


def _require_inside(population: Isotropic, r: arb) -> None:
    extent = population.extent
    if not r > 0 or (extent is not None and not r < ball(extent)):
        raise ValueError(f"{r.str(6)} is not within (0, {'infinity' if extent is None else extent})")
