r"""The distributional Laplacian of a net, smeared out so that it can be drawn.

Delta f = sum_H a_H delta_H over the distinct hyperplanes H = {<v,x> = b}, delta_H the surface measure on H.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from jaxtyping import Float64

from numerics.arrays.checks import Array, validate_data
from numerics.arrays.moments import row_blocks
from numerics.network import ReducedForm, ShallowNetwork


def mollified_laplacian(
    network: ShallowNetwork, x: npt.ArrayLike, width: float, *, absolute: bool = False
) -> Float64[Array, " n"]:
    r"""(Delta f * phi_s)(x) = sum_H a_H phi_s(<v,x> - b), phi_s the density of N(0, s^2); [n].

    A Gaussian N(0, s^2 I) on R^d, integrated over a hyperplane, is that of the distance from it on the line: so the
    formula is the same for every d, and a kink (d = 1) or a line (d = 2) of amplitude a becomes a bump or a ridge of
    height a/(s sqrt(2 pi)). It is also the Laplacian of f * phi_s.

    Args:
        network: f; neurons on one hyperplane are merged, those with w1 = 0 have no Laplacian.
        x: points [n, d].
        width: s > 0, in units of x.
        absolute: the total variation |Delta f|, with |a_H| in place of a_H.

    Raises:
        TypeError, ValueError: the points are not finite real numbers [n, d], or the width is not positive and finite.

    >>> network = ShallowNetwork([[2.0]], [-2.0], [3.0], 0.0)  # 6 relu(x - 1)
    >>> float(mollified_laplacian(network, [[1.0]], 1.0)[0] * (2 * math.pi) ** 0.5)
    6.0
    """
    if not 0 < width < math.inf:
        raise ValueError(f"the width must be positive and finite, not {width}")
    points = validate_data(x, network.d)
    reduced = network.reduced()
    heights = (np.abs(reduced.amplitudes) if absolute else reduced.amplitudes) / (width * math.sqrt(2 * math.pi))
    values = np.empty(len(points))
    for rows in row_blocks(len(points), len(heights)):
        distances = points[rows] @ reduced.directions.T - reduced.thresholds
        values[rows] = np.exp(-((distances / width) ** 2) / 2) @ heights
    return values


def square_grid(reach: float, count: int) -> tuple[Float64[Array, " {count}"], Float64[Array, "{count}**2 2"]]:
    """`count` ticks from -reach to reach, and the points [count^2, 2] with these coordinates, x_1 fastest."""
    ticks = np.linspace(-reach, reach, count)
    across, up = np.meshgrid(ticks, ticks)
    return ticks, np.column_stack([across.ravel(), up.ravel()])


def line_ends(reduced: ReducedForm, reach: float) -> Float64[Array, "lines 2 2"]:
    """Two points far out on each line of a net on the plane, [lines, 2, 2], for drawing within |x| <= reach."""
    if reduced.directions.shape[1] != 2:
        raise ValueError(f"lines are drawn for nets on the plane, not in {reduced.directions.shape[1]} dimensions")
    along = np.column_stack([-reduced.directions[:, 1], reduced.directions[:, 0]])
    feet = reduced.directions * reduced.thresholds[:, None]
    return feet[:, None, :] + np.array([-4.0, 4.0])[:, None] * reach * along[:, None, :]
