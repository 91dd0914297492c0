"""What the memorising network attains on given data, enclosed: that it exists, its sharpness, its stability norm."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from flint import arb, ctx

from numerics.arrays.checks import Array, real_array, validate_data, validate_labels
from numerics.converse.memorisation import memorising_sharpness
from numerics.exact.balls import ball
from numerics.exact.dyadic import Dyadic, power_of_two

_PRECISION = 128
# of the directions, in which the last bits do not matter
_DIRECTION_BITS = 20


@dataclass(frozen=True, eq=False)
class EnclosedMemorisation:
    """The memorising network of n >= 2 data, with c_j = |y_j - b2| sqrt(1 + |x_j|^2); every number a ball.

    margin: the smallest distance, among the data with y_j != b2, from a datum to the hyperplane through the next datum.
    sharpness: lambda_max, the largest solution of mean_j 1/(lambda - 2 c_j/n) = 1.
    stability_norm: |f|_S = sum_j c_j / n^2.
    """

    n: int
    margin: arb
    sharpness: arb
    stability_norm: arb

    @property
    def largest_step(self) -> arb:
        """2 / lambda_max: the network is a stable minimum up to this step size."""
        return 2 / self.sharpness

    @property
    def tightness(self) -> arb:
        """(1 + 2 |f|_S) / lambda_max: 1 where the main theorem is attained."""
        return (1 + 2 * self.stability_norm) / self.sharpness


def enclose_memorisation(
    x: npt.ArrayLike, y: npt.ArrayLike, b2: float = 0.0, *, directions: npt.ArrayLike | None = None
) -> EnclosedMemorisation:
    """Prove that each datum with y_j != b2 is cut off from all others by a hyperplane, and enclose what follows.

    Data and labels are the rationals that the floats are, the directions v_j too, once rounded to 20 bits; that
    <v_j, x_j> > <v_j, x_l> for all l != j is decided in whole numbers.

    Args:
        x: the data [n, d], n >= 2.
        y: the labels [n].
        b2: the output bias.
        directions: v [n, d]; None takes x_j minus the mean of the data.

    Raises:
        TypeError, ValueError: not finite real numbers of these shapes; a datum is not cut off along its direction.

    >>> found = enclose_memorisation([[1.0], [-1.0]], [1.0, -1.0])
    >>> found.sharpness.overlaps(1 + arb(2).sqrt()), found.margin, found.tightness.overlaps(arb(1))
    (True, 2.00000000000000, True)
    """
    data = validate_data(x)
    labels, bias = validate_labels(y, len(data)), float(real_array(b2, "b2", 0))
    if len(data) < 2:
        raise ValueError("at least two data are needed: where there is one, no hyperplane has data on both sides")
    v = data - data.mean(axis=0) if directions is None else real_array(directions, "directions", 2)
    if v.shape != data.shape:
        raise ValueError(f"there must be one direction for each datum, shape {data.shape}, not {v.shape}")
    with ctx.workprec(_PRECISION):
        exact = Dyadic.of(data)
        margin = _margin(_rounded(v), exact, np.flatnonzero(labels != bias))
        squares = exact.row_squares()
        costs = [
            ball(abs(Fraction(float(label)) - Fraction(bias))) * (1 + squares.ball(0, j)).sqrt()
            for j, label in enumerate(labels)
        ]
        return EnclosedMemorisation(
            len(data), margin, enclosed_secular_root(costs), sum(costs, arb(0)) / len(costs) ** 2
        )


def enclosed_secular_root(costs: list[arb]) -> arb:
    """The one solution lambda > 2 max c / n of mean_j 1/(lambda - 2 c_j/n) = 1 for costs c [n], not negative.

    The mean falls in lambda there, so that its values at two ends decide. Relative width about 1e-13.

    Raises:
        ArithmeticError: the costs are too wide, or too large beside 1/n, to tell.

    >>> enclosed_secular_root([arb(1), arb(3)]).overlaps((5 + arb(5).sqrt()) / 2)
    True
    """
    n = len(costs)
    middle = memorising_sharpness(np.array([float(c.mid()) for c in costs]))
    step = middle * 2.0**-44
    with ctx.workprec(_PRECISION):
        ends = arb(middle - step), arb(middle + step)
        means = []
        for end in ends:
            differences = [end - 2 * c / n for c in costs]
            if not all(difference > 0 for difference in differences):
                raise ArithmeticError("an end is not seen to lie above 2 max c / n")
            means.append(sum((1 / difference for difference in differences), arb(0)) / n)
        if not (means[0] > 1 and means[1] < 1):
            raise ArithmeticError("the two ends are not seen to lie on different sides of the solution")
        return ends[0].union(ends[1])


def _rounded(v: Array) -> Dyadic:
    """The directions on a grid of 20 bits below the largest entry of all."""
    exponent = int(np.frexp(np.abs(v).max())[1])
    return Dyadic.of(np.ldexp(np.rint(np.ldexp(v, _DIRECTION_BITS - exponent)), exponent - _DIRECTION_BITS))


def _margin(v: Dyadic, x: Dyadic, chosen: npt.NDArray[np.intp]) -> arb:
    """The smallest lead of a chosen datum over all others along its direction, as a distance; infinite without any."""
    along, lengths = v @ x.T, v.row_squares()
    table = along.matrix.table()
    smallest = arb("inf")
    for j in map(int, chosen):
        own = table[j][j]
        other = max((place for place in range(len(table)) if place != j), key=table[j].__getitem__)
        lead = own - table[j][other]
        if lead <= 0:
            raise ValueError(f"datum {j} is not cut off from datum {other} along its direction")
        smallest = smallest.min(arb(lead) * power_of_two(along.exponent) / lengths.ball(0, j).sqrt())
    return smallest
