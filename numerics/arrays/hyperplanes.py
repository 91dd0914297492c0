"""Which neurons share a hyperplane, decided exactly on the floats."""

import math
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from numerics.arrays.checks import Array, row_exponents

Indices = npt.NDArray[np.intp]

# a larger gap costs nothing but exact comparisons, of which there are few even so
_LEAST_GAP = 1e-10


def hyperplane_groups(W1: Array, b1: Array) -> tuple[Indices, ...]:
    """Group the neurons with w1 != 0 by their hyperplane {<w1, x> + b1 = 0}.

    Two neurons share it iff (w1, b1) are proportional, with either sign; floats are rationals, so this is
    decided without error. Returns the groups' indices, ascending, the groups by their first member.

    >>> W1 = np.array([[1.0, 2.0], [0.5, 1.0], [-3.0, -6.0]])
    >>> groups = hyperplane_groups(W1, np.array([1.0, 0.25, -3.0]))
    >>> [group.tolist() for group in groups]
    [[0, 2], [1]]
    """
    groups: dict[object, list[int]] = {}
    for cluster in _direction_clusters(W1):
        for neuron in cluster:
            # a neuron alone in its cluster needs no exact comparison
            key = ("alone", neuron) if len(cluster) == 1 else _primitive_row(W1[neuron], float(b1[neuron]))
            groups.setdefault(key, []).append(neuron)
    return tuple(np.array(sorted(group), dtype=np.intp) for group in sorted(groups.values(), key=min))


def representative(W1: Array, group: Indices) -> int:
    """The neuron of the group with the largest weights (the first of them): ratios to it cannot overflow."""
    return int(group[np.argmax(np.max(np.abs(W1[group]), axis=1))])


def merged_output_weight(W1: Array, w2: Array, group: Indices) -> float:
    """sum_i w2_i |w1_i| / |w1_r| over neurons on one hyperplane, r their representative, rounded once.

    Times |w1_r| this is the merged amplitude; it is zero iff the amplitudes cancel exactly.
    """
    if len(group) == 1:
        return float(w2[group[0]])
    chosen = representative(W1, group)
    column = int(np.argmax(np.abs(W1[chosen])))
    unit = Fraction(float(W1[chosen, column]))
    terms = (Fraction(float(w2[i])) * abs(Fraction(float(W1[i, column])) / unit) for i in group)
    return float(sum(terms, Fraction(0)))


def _direction_clusters(W1: Array) -> list[list[int]]:
    """Split the neurons with w1 != 0 into clusters such that neurons on one hyperplane are never apart.

    |<w1/|w1|, r>| for one fixed unit vector r does not depend on sign and scale, and is computed with an
    error below 4 (d + 4) eps; neurons are separated only where sorted values leave a gap far above that.
    """
    d = W1.shape[1]
    neurons = np.flatnonzero(np.any(W1 != 0, axis=1))
    if len(neurons) == 0:
        return []
    scaled = np.ldexp(W1[neurons], -row_exponents(W1[neurons])[:, None])
    probe = np.random.default_rng(0).standard_normal(d)
    values = np.abs(scaled @ (probe / np.linalg.norm(probe))) / np.linalg.norm(scaled, axis=1)
    order = np.argsort(values, kind="stable")
    error = 4 * (d + 4) * float(np.finfo(np.float64).eps)
    gap = max(_LEAST_GAP, 16 * error)
    breaks = np.flatnonzero(np.diff(values[order]) > gap) + 1
    return [neurons[part].tolist() for part in np.split(order, breaks)]


def _primitive_row(w1: Array, b1: float) -> tuple[int, ...]:
    """The row (w1, b1) as coprime integers whose first nonzero entry is positive."""
    ratios = [float(entry).as_integer_ratio() for entry in w1] + [b1.as_integer_ratio()]
    # denominators of floats are powers of two, so the largest is a common one
    denominator = max(bottom for _, bottom in ratios)
    integers = [top * (denominator // bottom) for top, bottom in ratios]
    divisor = math.gcd(*integers)
    if next(entry for entry in integers if entry) < 0:
        divisor = -divisor
    return tuple(entry // divisor for entry in integers)
