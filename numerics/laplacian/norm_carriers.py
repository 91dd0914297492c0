r"""Which neurons carry the stability norm: where they cut the data, how much they weigh, and what they look at."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from numerics.arrays.checks import Array, row_norms, validate_data
from numerics.arrays.hyperplanes import representative
from numerics.network import ShallowNetwork
from numerics.norm import norm_terms
from numerics.problem import Problem
from numerics.weight import smaller_side, weight_of_side

# the deviations of equal projections, relative to their size, are rounding, and no extent
_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class NormCarriers:
    """The distinct hyperplanes of a net, the one that carries most of the norm first; all arrays [m].

    directions v [m, d], amplitudes a, weights g. norm_terms: |a| g, which add up to the stability norm; shares: the
    same over their sum (0 where the norm is 0). distances: (b - <v, E X>) / sd(<v, X>), how far the hyperplane is from
    the data's mean in standard deviations of the data along its normal; infinite with the sign of b - <v, E X> where
    the data have no extent along v, 0 if the hyperplane then passes through the mean. smaller_sides: the part of the
    data on the side of the hyperplane that holds fewer.
    """

    directions: Array
    amplitudes: Array
    weights: Array
    norm_terms: Array
    shares: Array
    distances: Array
    smaller_sides: Array

    @property
    def half(self) -> int:
        """The least number of hyperplanes that together carry half of the norm."""
        return int(np.searchsorted(np.cumsum(self.shares), 0.5) + 1) if self.shares.any() else 0


def norm_carriers(network: object, x: npt.ArrayLike | None = None) -> NormCarriers:
    """The hyperplanes of the net by their part |a_H| g_H of the stability norm on the data x [n, d].

    A `Problem` may stand in the place of network and data.

    Raises:
        TypeError, ValueError: the data are not finite real numbers [n, d].

    >>> carriers = norm_carriers(ShallowNetwork([[1.0], [1.0]], [0.0, -2.0], [2.0, 2.0], 0.0), [[3.0], [-1.0]])
    >>> carriers.distances.tolist(), carriers.half
    ([0.5, -0.5], 1)
    """
    problem = Problem.of(network, x)
    f, data = problem.network, problem.x
    reduced = f.reduced()
    v, b, a = reduced.directions, reduced.thresholds, reduced.amplitudes
    # sides by the pre-activations: rows of norm 1 are rounded, and a datum on a kink would leave it
    above, below = problem.above, problem.below
    chosen = [representative(f.W1, members) for members in reduced.members]
    terms = norm_terms(problem, reduced.members)
    weights = smaller_side(weight_of_side(above), weight_of_side(below))[chosen] / row_norms(f.W1[chosen])
    total = math.fsum(terms)
    projections = data @ v.T
    away = b - data.mean(axis=0) @ v.T
    spread = projections.std(axis=0)
    flat = spread <= _ROUNDING * np.max(np.abs(projections), axis=0, initial=0)
    distances = np.where(flat, np.where(away == 0, 0.0, np.copysign(np.inf, away)), away / np.where(flat, 1, spread))
    smaller = np.minimum(above.probability, below.probability)[chosen]
    order = np.argsort(-terms, kind="stable")
    shares = terms / total if total else np.zeros_like(terms)
    fields = (v, a, weights, terms, shares, distances, smaller)
    return NormCarriers(*(field[order] for field in fields))


def seen_directions(directions: npt.ArrayLike, x: npt.ArrayLike) -> Array:
    """The directions [m, d] projected onto the span of the data's differences x_i - x_j, [m, d].

    What is taken off, such as the initial weights of pixels that are the same in all images, shifts the threshold on
    all data alike and never changes which data are on which side.

    >>> seen_directions([[0.6, 0.8]], [[0.0, 1.0], [2.0, 1.0]]).tolist()
    [[0.6, 0.0]]
    """
    data = validate_data(x)
    rows = np.asarray(directions, dtype=np.float64)
    if rows.ndim != 2 or rows.shape[1] != data.shape[1]:
        raise ValueError(
            f"directions must have {data.shape[1]} columns, as the data have, but their shape is {rows.shape}"
        )
    _, values, basis = np.linalg.svd(data - data.mean(axis=0), full_matrices=False)
    spanning = basis[values > max(data.shape) * np.finfo(np.float64).eps * np.max(values, initial=0)]
    projected: Array = rows @ spanning.T @ spanning
    return projected


def on_pixels(network: ShallowNetwork, x: npt.ArrayLike) -> ShallowNetwork:
    """The net on the data x [n, d] that equals `network` on the same data rotated onto their row space.

    With x = U S V^T the rotated data (`numerics.training.mnist.on_row_space`) are U S, so W1 becomes W1 V^T, of which
    each row is an image. A network that has d inputs already comes back as it is.

    Raises:
        TypeError, ValueError: the data are not finite real numbers, or the network has neither d nor min(n, d) inputs.
    """
    data = validate_data(x)
    if network.d == data.shape[1]:
        return network
    if network.d != min(data.shape):
        raise ValueError(
            f"the network has {network.d} inputs, but the data have {data.shape[1]}, or {min(data.shape)} when rotated"
        )
    _, _, basis = np.linalg.svd(data, full_matrices=False)
    return ShallowNetwork(network.W1 @ basis, network.b1, network.w2, network.b2)
