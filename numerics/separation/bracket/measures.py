r"""Dual measures: signed measures that annihilate the affine functions, on finitely many points, in exact numbers.

For a shallow net f with |f|_S <= C and any such mu,

    sup |f - phi| >= (<phi, mu> - C sup_H |int relu_H dmu| / g(H)) / |mu|,

the supremum being taken over a region that contains the points.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
import numpy.typing as npt
from jaxtyping import Float64, Int64

from numerics.network import Array
from numerics.separation.bracket.dihedral import images

Integers = npt.NDArray[np.int64]
_LARGEST = 2**52


def whole_numbers(value: npt.ArrayLike, name: str, dimension: int) -> Int64[Integers, ...]:
    """A read-only copy in int64 of an array of whole numbers with so many axes.

    Raises:
        ValueError: it is no array, its entries are no signed whole numbers, or it has another number of axes.
    """
    if not isinstance(value, np.ndarray) or value.ndim != dimension or value.dtype.kind != "i":
        raise ValueError(f"{name} must be whole numbers in an array of {dimension} dimensions")
    copied = value.astype(np.int64)
    copied.setflags(write=False)
    return copied


@dataclass(frozen=True, eq=False)
class DualMeasure:
    """The measure with mass masses_k / 2^mass_bits at the point points_k / 2^point_bits of the plane.

    Args:
        points: [n, 2] integers, all different.
        masses: [n] integers, none of them 0; the sum of their sizes is at most 2^52.
        point_bits, mass_bits: the lattices; at most 20 and 60.

    Raises:
        ValueError: an array is of the wrong shape or type, a point occurs twice, a mass is 0, or numbers are too large.

    >>> five = DualMeasure(np.array([[0, 0], [1, 1], [1, -1], [-1, 1], [-1, -1]]), np.array([4, -1, -1, -1, -1]), 1, 3)
    >>> five.require_annihilation(), five.mass, five.pair_with_pyramid(), five.symmetric
    (None, Fraction(1, 1), Fraction(1, 2), True)
    """

    points: Int64[Integers, "n 2"]
    masses: Int64[Integers, " n"]
    point_bits: int
    mass_bits: int

    def __init__(self, points: npt.ArrayLike, masses: npt.ArrayLike, point_bits: int, mass_bits: int) -> None:
        for name, array, dimension in (("points", points, 2), ("masses", masses, 1)):
            object.__setattr__(self, name, whole_numbers(array, name, dimension))
        object.__setattr__(self, "point_bits", point_bits)
        object.__setattr__(self, "mass_bits", mass_bits)
        if self.points.shape != (len(self.masses), 2) or not len(self.masses):
            raise ValueError(
                f"there must be one point of the plane for each of the {len(self.masses)} masses (one or more)"
            )
        for name, bits, most in (("point_bits", self.point_bits, 20), ("mass_bits", self.mass_bits, 60)):
            if not 0 <= bits <= most:
                raise ValueError(f"{name} must lie between 0 and {most}, not {bits}")
        if max(map(abs, map(int, self.points.ravel()))) >= 16 << self.point_bits:
            raise ValueError("the coordinates of the points must be below 16")
        if (self.masses == 0).any() or sum(abs(int(mass)) for mass in self.masses) > _LARGEST:
            raise ValueError("the masses must not be 0, and their sizes must not add up to more than 2^52")
        if len(np.unique(self.points, axis=0)) != len(self.points):
            raise ValueError("a point occurs twice")

    @classmethod
    def from_orbits(cls, points: Integers, masses: Integers, point_bits: int, mass_bits: int) -> DualMeasure:
        """The measure with the mass masses_k / 2^mass_bits at *each* image of points_k under the square's symmetries.

        Raises:
            ValueError: two of the points are images of each other, or as in the class.
        """
        if points.ndim != 2 or points.shape[1] != 2 or len(points) != len(masses) or not len(points):
            raise ValueError("there must be one point of the plane for each mass, and at least one")
        every, owner = [], []
        for k, point in enumerate(points):
            orbit = np.unique(images(point[None].astype(float))[:, 0].astype(np.int64), axis=0)
            every.append(orbit)
            owner += [k] * len(orbit)
        return cls(np.concatenate(every), masses[owner], point_bits, mass_bits)

    @property
    def mass(self) -> Fraction:
        """|mu|, the total variation."""
        return Fraction(int(np.abs(self.masses).sum()), 2**self.mass_bits)

    @property
    def radius(self) -> float:
        """The largest distance of a point from the origin, rounded."""
        x, y = self.points.T / 2.0**self.point_bits
        return float(np.sqrt(x * x + y * y).max())

    @cached_property
    def symmetric(self) -> bool:
        """Whether the measure is invariant under the symmetries of the square, decided exactly."""
        stored = {(int(x), int(y)): int(m) for (x, y), m in zip(self.points, self.masses, strict=True)}
        return all(stored.get((-x, y)) == m and stored.get((y, x)) == m for (x, y), m in stored.items())

    def require_annihilation(self) -> None:
        """Raise ``ValueError`` unless the integrals of 1, x and y are 0, exactly."""
        for name, factors in (("1", None), ("x", self.points[:, 0]), ("y", self.points[:, 1])):
            values = self.masses if factors is None else factors.astype(object) * self.masses
            total = sum(map(int, values))
            if total:
                raise ValueError(f"the measure does not annihilate affine functions: its integral of {name} is not 0")

    def pair_with_pyramid(self) -> Fraction:
        """<phi, mu>, exactly."""
        one = 1 << self.point_bits
        heights = np.maximum(one - np.abs(self.points).sum(axis=1), 0)
        return Fraction(sum(map(int, heights.astype(object) * self.masses)), one << self.mass_bits)

    def pair_with_relu(self, normal: tuple[Fraction, Fraction], threshold: Fraction) -> Fraction:
        """Integral of relu(<normal, x> - threshold), exactly."""
        total = Fraction(0)
        one = 1 << self.point_bits
        for (x, y), m in zip(self.points.tolist(), self.masses.tolist(), strict=True):
            total += m * max(normal[0] * Fraction(x, one) + normal[1] * Fraction(y, one) - threshold, Fraction(0))
        return Fraction(total, 2**self.mass_bits)

    def representatives(self) -> tuple[Int64[Integers, "k 2"], Int64[Integers, " k"]]:
        """Of a symmetric measure the points [k, 2] with 0 <= y <= x and their masses [k], as in ``points``, ``masses``.

        Raises:
            ValueError: the measure lacks the symmetries of the square, and is not given by these.
        """
        if not self.symmetric:
            raise ValueError("only measures with the symmetries of the square can be written")
        x, y = self.points.T
        first = (y >= 0) & (y <= x)
        return self.points[first], self.masses[first]

    def orbits(self) -> tuple[Float64[Array, "n 2"], Float64[Array, " n"]]:
        """Of a symmetric measure the points [k, 2] with 0 <= y <= x and the masses [k] of their orbits, in floats.

        Raises:
            ValueError: the measure lacks the symmetries of the square.
        """
        if not self.symmetric:
            raise ValueError("the measure lacks the symmetries of the square, so it has no orbits")
        x, y = self.points.T
        first = (y >= 0) & (y <= x)
        sizes = np.where(x == 0, 1, np.where((y == 0) | (x == y), 4, 8))
        return self.coordinates()[first], (sizes * self.float_masses())[first]

    def image(self, which: int) -> DualMeasure:
        """The measure moved by one of the eight symmetries of the square."""
        return DualMeasure(
            images(self.points.astype(float))[which].astype(np.int64), self.masses, self.point_bits, self.mass_bits
        )

    def coordinates(self, which: int = 0) -> Float64[Array, "n 2"]:
        """The points [n, 2] as floats, exactly, moved by one of the eight symmetries of the square."""
        return np.asarray(images(self.points.astype(float))[which] / 2.0**self.point_bits)

    def float_masses(self) -> Float64[Array, " n"]:
        """The masses [n] as floats, exactly."""
        return np.asarray(self.masses / 2.0**self.mass_bits)

    def scaled_bound(self, norm: Fraction, supremum: Fraction) -> Fraction:
        """(<phi, mu> - norm supremum) / |mu|: no net with |f|_S <= norm comes nearer to phi, if supremum is a bound."""
        return (self.pair_with_pyramid() - norm * supremum) / self.mass
