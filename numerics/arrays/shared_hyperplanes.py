"""Neurons on one hyperplane, or within rounding of one, and scales that leave them where they are."""

import math

import numpy as np
import numpy.typing as npt

from numerics.arrays.checks import Array, row_exponents
from numerics.arrays.hyperplanes import Indices

# far above the rounding of a row, far below what training tells apart
_ROUNDING = 2.0**-44
# the rounding of <v, p> in float64, for each coordinate, with room
_OF_PRODUCTS = 2.0**-46
# a scale of a shared hyperplane may be rounded by this fraction; then it still is the scale asked for
_LAST_BITS = 2.0**-20


def near_groups(W1: Array, b1: Array, tolerance: float, reach: float = 0.0) -> tuple[Indices, ...]:
    """Group the neurons with w1 != 0 by hyperplanes that nearly coincide, whatever their orientation.

    Two neurons (v, b), (v', b') with v = w1/|w1| and b = -b1/|w1| are near if for one sign s

        max |v - s v'| <= tolerance  and  |b - s b'| <= tolerance max(|b|, |b'|, reach),

    and in one group if a chain of near ones connects them. Neurons of one hyperplane always are.

    Args:
        W1: [k, d].
        b1: [k].
        tolerance: relative; at least a few units in the last place.
        reach: the size of the data, for hyperplanes through the origin.

    >>> groups = near_groups(np.array([[1.0], [-3.0], [1.0]]), np.array([0.1, -0.3, 0.2]), 1e-12)
    >>> [group.tolist() for group in groups]  # 3 times 0.1 is rounded
    [[0, 1], [2]]
    """
    neurons = np.flatnonzero(np.any(W1 != 0, axis=1))
    if len(neurons) == 0:
        return ()
    v, b = _normalised(W1[neurons], b1[neurons])
    probe = np.random.default_rng(0).standard_normal((v.shape[1],))
    probe = probe / np.linalg.norm(probe)
    order = np.argsort(np.abs(v @ probe), kind="stable")
    v, b = v[order], b[order]
    places = np.abs(v @ probe)
    # |<v,p>| moves by no more than |v - s v'|, that by no more than sqrt(d) times the largest entry
    reached = places + tolerance * math.sqrt(v.shape[1]) + _OF_PRODUCTS * v.shape[1]
    ends = np.searchsorted(places, reached, side="right")
    first_of = np.arange(len(v))
    for i, end in enumerate(ends):
        others = np.arange(i + 1, end)
        for j in others[_near(v[i], b[i], v[others], b[others], tolerance, reach)]:
            first_of[first_of == first_of[j]] = first_of[i]
    groups = [np.sort(neurons[order[first_of == first]]) for first in np.unique(first_of)]
    return tuple(sorted(groups, key=lambda group: int(group[0])))


def kept_scales(W1: Array, b1: Array, scales: Array) -> Array:
    """The scales [k] nearest to those given at which no neuron leaves a hyperplane that it shares.

    Where a hyperplane is shared, exactly or to within rounding, c (w1, b1) must be exact: of the 53 bits the weights
    take as many as they need and leave the rest to c, at worst one, which makes it a power of two.

    >>> kept_scales(np.array([[0.75], [0.75]]), np.zeros(2), np.array([0.1, 3.0])).tolist()
    [0.09999999999999998, 3.0]
    """
    kept = scales.copy()
    for group in near_groups(W1, b1, _ROUNDING):
        if len(group) > 1:
            for neuron in group:
                kept[neuron] = _rounded(float(scales[neuron]), _free_bits([*W1[neuron], b1[neuron]]))
    return kept


def parted(scales: Array, kept: Array) -> Indices:
    """The neurons whose scales are not the kept ones, up to their last bits."""
    return np.flatnonzero(np.abs(kept - scales) > _LAST_BITS * scales)


def _normalised(W1: Array, b1: Array) -> tuple[Array, Array]:
    exponents = row_exponents(W1)
    scaled = np.ldexp(W1, -exponents[:, None])
    norms = np.sqrt(np.sum(scaled * scaled, axis=1))
    with np.errstate(over="ignore"):
        return scaled / norms[:, None], np.ldexp(-b1 / norms, -exponents)


def _near(
    v: Array, b: float, others: Array, thresholds: Array, tolerance: float, reach: float
) -> npt.NDArray[np.bool_]:
    largest = tolerance * np.maximum(np.maximum(np.abs(thresholds), abs(b)), reach)
    near = np.zeros(len(others), dtype=bool)
    with np.errstate(invalid="ignore"):
        for sign in (1.0, -1.0):
            apart = np.abs(thresholds - sign * b)
            # thresholds beyond the floats count as equal
            together = (thresholds == sign * b) | (np.isfinite(apart) & (apart <= largest))
            near |= (np.abs(others - sign * v).max(axis=1) <= tolerance) & together
    return near


def _free_bits(row: list[float]) -> int:
    """How many bits a factor may have for all products with the row to be floats."""
    mantissas, exponents = np.frexp([entry for entry in row if entry])
    whole = np.abs(np.ldexp(mantissas, 53)).astype(np.int64)
    lowest = exponents - 53 + np.round(np.log2(whole & -whole)).astype(np.int64)
    used = int(exponents.max() - lowest.min())
    # a factor times a power of two needs no bits
    return 53 if used == 1 else max(53 - used, 1)


def _rounded(value: float, bits: int) -> float:
    mantissa, exponent = math.frexp(value)
    if bits == 1:
        # the power of two that is nearer by its factor
        return math.ldexp(0.5, exponent + (mantissa > math.sqrt(0.5)))
    return math.ldexp(round(math.ldexp(mantissa, bits)), exponent - bits)
