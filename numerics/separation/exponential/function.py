r"""The test function psi behind the exponential bound: values, Laplacian and Radon transform, in floats.

About the vertex (0, 1) of the pyramid, with z = x - (0, 1), r = |z|, polar angle a, and m = 5/2,

    psi_1 = -Im(z^3) G(r),   G(r) = int_eps^1 s^-5 (1 - r^2/s^2)_+^m ds,   Im(z^3) = r^3 sin(3a),

and psi is the sum of psi_1 and its rotations by 90, 180 and 270 degrees. psi is three times continuously differentiable
and vanishes outside the ball of radius 2. With Q(w) = w^(m+1)/(m+1) - w^(m+2)/(m+2), G = [Q((1-r^2)_+) -
Q((1-r^2/eps^2)_+)]/(2 r^4). These floats are for figures and cross-checks; proofs use the closed forms.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from jaxtyping import Float64
from scipy import special

from numerics.arrays.checks import validate_data
from numerics.network import Array
from numerics.separation.exponential.certificate import checked_scale
from numerics.separation.exponential.profile import profile_values

POWER = 2.5
"""m."""
_SERIES_BELOW = 0.03
"""Below this ratio r/eps the difference of the two Q cancels, and G is summed as a power series."""


def vertex_function(z: npt.ArrayLike, epsilon: float) -> Float64[Array, " n"]:
    """psi_1 at the points z [n, 2], relative to the vertex; [n]. Raises ValueError unless 0 < epsilon < 1."""
    points = validate_data(z, 2)
    r = np.hypot(points[:, 0], points[:, 1])
    return np.asarray(-_cube(points) * _radial(r, checked_scale(epsilon)))


def psi(x: npt.ArrayLike, epsilon: float) -> Float64[Array, " n"]:
    """Psi at the points x [n, 2]; [n]. Raises ValueError unless 0 < epsilon < 1."""
    return _over_vertices(x, epsilon, vertex_function)


def vertex_laplacian(z: npt.ArrayLike, epsilon: float) -> Float64[Array, " n"]:
    r"""The Laplacian of psi_1, Im(z^3) (kappa(r) - kappa(r/eps)) / r^6, at the points z [n, 2]; [n].

    kappa(r) = 4 Q(w) + 2 r^4 w^m - 5 r^6 w^(m-1), w = (1 - r^2)_+, falls from 16/63 at r = 0; see ``mass_profile``.
    """
    points, epsilon = validate_data(z, 2), checked_scale(epsilon)
    r = np.hypot(points[:, 0], points[:, 1])
    ratio = np.maximum(r / epsilon, 1e-300)
    # near 0, kappa(y) = 16/63 - 20 y^6/3 + 75 y^8/8 - 9 y^10/4 + ...: the difference divided by r^6 stays finite
    direct = (_kappa(r) - _kappa(ratio)) / np.maximum(r, 1e-50) ** 6
    small = 20 / 3 * (epsilon**-6 - 1) - 75 / 8 * r**2 * (epsilon**-8 - 1) + 9 / 4 * r**4 * (epsilon**-10 - 1)
    return np.asarray(_cube(points) * np.where(ratio < _SERIES_BELOW, small, direct))


def laplacian(x: npt.ArrayLike, epsilon: float) -> Float64[Array, " n"]:
    """The Laplacian of psi at the points x [n, 2]; [n]."""
    return _over_vertices(x, epsilon, vertex_laplacian)


def radon_transform(angle: npt.ArrayLike, threshold: npt.ArrayLike, epsilon: float) -> Float64[Array, ...]:
    """The integral of psi over the lines {x_1 cos(angle) + x_2 sin(angle) = threshold}; the shapes broadcast.

    With D the profile and E(t) = D(t) - D(t/eps): sin(3 angle) (E(b-s) - E(b+s)) + cos(3 angle) (E(b+c) - E(b-c)),
    s, c the sine and cosine of the angle.
    """
    a, b = np.asarray(angle, dtype=np.float64), np.asarray(threshold, dtype=np.float64)
    epsilon = checked_scale(epsilon)
    s, c = np.sin(a), np.cos(a)

    def step(t: Array | np.float64) -> Array | np.float64:
        return profile_values(t) - profile_values(t / epsilon)

    return np.asarray(np.sin(3 * a) * (step(b - s) - step(b + s)) + np.cos(3 * a) * (step(b + c) - step(b - c)))


def _over_vertices(x: npt.ArrayLike, epsilon: float, function: Callable[[Array, float], Array]) -> Float64[Array, " n"]:
    points = validate_data(x, 2)
    values = np.zeros(len(points))
    for _ in range(4):
        values += function(points - np.array([0.0, 1.0]), epsilon)
        points = np.column_stack([-points[:, 1], points[:, 0]])
    return values


def _cube(points: Float64[Array, "n 2"]) -> Float64[Array, " n"]:
    x, y = points[:, 0], points[:, 1]
    return np.asarray(y * (3 * x * x - y * y))


def _primitive(w: Float64[Array, " n"]) -> Float64[Array, " n"]:
    return np.asarray(w ** (POWER + 1) / (POWER + 1) - w ** (POWER + 2) / (POWER + 2))


def _inside(r: Float64[Array, " n"]) -> Float64[Array, " n"]:
    return np.asarray(np.maximum((1 - r) * (1 + r), 0))


def _kappa(r: Float64[Array, " n"]) -> Float64[Array, " n"]:
    w = _inside(r)
    r = np.minimum(r, 1)
    return np.asarray(4 * _primitive(w) + 2 * r**4 * w**POWER - 5 * r**6 * w ** (POWER - 1))


def _radial(r: Float64[Array, " n"], epsilon: float) -> Float64[Array, " n"]:
    ratio = r / epsilon
    direct = (_primitive(_inside(r)) - _primitive(_inside(ratio))) / (2 * np.maximum(r, 1e-50) ** 4)
    k = np.arange(7)
    terms = special.binom(POWER, k) * (-1.0) ** k * (epsilon ** (-4.0 - 2 * k) - 1) / (4 + 2 * k)
    return np.asarray(np.where(ratio < _SERIES_BELOW, np.polynomial.polynomial.polyval(r * r, terms), direct))
