r"""Densities in the plane that are sums of round bumps: their values, masses and Radon transforms."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from jaxtyping import Float64

from numerics.arrays.checks import Array, real_array, validate_data

_PROFILE_BENDS = 5.0
"""The largest |q''| of q(s) = (1 - s^2)^{5/2} on [-1, 1], attained at s = 0."""


@dataclass(frozen=True, eq=False)
class BumpDensity:
    r"""rho(x) = sum_c h_c (1 - |x - c|^2/r_c^2)_+^2 on the plane.

    Its mass is sum_c h_c pi r_c^2/3, and its Radon transform is smooth and elementary,

        (R rho)(v, b) = sum_c h_c (16/15) r_c q((<v,c> - b)/r_c),   q(s) = (1 - s^2)_+^{5/2}.

    Args:
        centres: c, [m, 2].
        radii: r_c > 0, [m].
        heights: h_c >= 0, [m].

    Raises:
        TypeError, ValueError: entries are not finite real numbers, shapes do not fit, a radius is not positive or a
            height is negative.

    >>> round(float(BumpDensity([[0.0, 0.0]], [1.0], [15 / 16]).radon([[1.0, 0.0]], [0.0])[0]), 12)
    1.0
    """

    centres: Float64[Array, "m 2"]
    radii: Float64[Array, " m"]
    heights: Float64[Array, " m"]

    def __init__(self, centres: npt.ArrayLike, radii: npt.ArrayLike, heights: npt.ArrayLike) -> None:
        centres = real_array(centres, "the centres", 2)
        radii, heights = real_array(radii, "the radii", 1), real_array(heights, "the heights", 1)
        if centres.shape[1] != 2 or not len(centres) == len(radii) == len(heights):
            raise ValueError(
                "a bump has a centre in the plane, a radius and a height, but the shapes are "
                f"{centres.shape}, {radii.shape} and {heights.shape}"
            )
        if np.any(radii <= 0) or np.any(heights < 0):
            raise ValueError("radii must be positive and heights must not be negative")
        for name, value in (("centres", centres), ("radii", radii), ("heights", heights)):
            object.__setattr__(self, name, value)

    @property
    def mass(self) -> float:
        """The integral of rho over the plane."""
        return math.fsum(self.heights * self.radii**2) * math.pi / 3

    def scaled(self, factor: float) -> BumpDensity:
        """The density factor * rho, factor >= 0."""
        return BumpDensity(self.centres, self.radii, factor * self.heights)

    def __call__(self, x: npt.ArrayLike) -> Float64[Array, " n"]:
        """The values of rho at the points x [n, 2]; [n]."""
        points = validate_data(x, 2)
        values = np.zeros(len(points))
        for centre, radius, height in zip(self.centres, self.radii, self.heights, strict=True):
            distance = np.sum((points - centre) ** 2, axis=1) / radius**2
            values += height * np.maximum(1 - distance, 0) ** 2
        return values

    def radon(self, directions: npt.ArrayLike, thresholds: npt.ArrayLike) -> Float64[Array, " l"]:
        """The integrals of rho over the lines {<v,x> = b}, v [l, 2] unit vectors, b [l]; [l]."""
        v, b = real_array(directions, "directions", 2), real_array(thresholds, "thresholds", 1)
        if v.shape != (len(b), 2):
            raise ValueError(f"lines in the plane have directions [{len(b)}, 2], not {v.shape}")
        values: Array = chords(v @ self.centres.T - b[:, None], self.radii) @ self.heights
        return values


def chords(offsets: Float64[Array, "*s m"], radii: Float64[Array, " m"]) -> Float64[Array, "*s m"]:
    """(16/15) r q(u/r), the integral of a bump of height 1 over a line at the signed distance u of its centre.

    offsets u [..., m], radii r [m]; [..., m].
    """
    square = np.maximum(1 - (offsets / radii) ** 2, 0)
    return np.asarray(16 / 15 * radii * square**2 * np.sqrt(square))


def chord_slopes(offsets: Float64[Array, "*s m"], radii: Float64[Array, " m"]) -> Float64[Array, "*s m"]:
    """The derivative of `chords` in u, -(16/3) (u/r) (1 - u^2/r^2)_+^{3/2}."""
    s = offsets / radii
    square = np.maximum(1 - s**2, 0)
    return np.asarray(-16 / 3 * s * square * np.sqrt(square))


def chord_bend(radii: Float64[Array, " m"]) -> Float64[Array, " m"]:
    """A bound of the second derivative of `chords` in u, (16/15) 5/r."""
    return np.asarray(16 / 15 * _PROFILE_BENDS / radii)


CHORD_SLOPE = math.sqrt(3)
"""The largest slope of `chords`: (16/3) s (1 - s^2)^{3/2} <= sqrt(3), attained at s = 1/2."""
