"""The weight g of a hyperplane among the data, for many hyperplanes at once."""

import numpy as np
import numpy.typing as npt

from numerics.arrays.checks import Array, real_array, require_finite, row_norms, validate_data
from numerics.arrays.moments import SideMoments, positive_moments, side_moments

# a unit vector in float64, however long it is, with room for one that was computed
_UNIT_TOLERANCE = 1e-9


def one_sided_weight(directions: npt.ArrayLike, thresholds: npt.ArrayLike, x: npt.ArrayLike) -> Array:
    """gt(v, b) = E[(<v,X> - b)_+] sqrt(P(A)^2 + |E[X 1_A]|^2), A = {<v,X> > b}; X uniform on the data.

    Equal to P(A)^2 E[<v,X> - b | A] sqrt(1 + |E[X|A]|^2), and 0 where A holds no data.

    Args:
        directions: v, [m, d], rows of Euclidean norm 1.
        thresholds: b, [m], in units of the data.
        x: [n, d].

    Returns:
        gt, [m], in squared units of the data (plus one): at scale s the weight grows like s^2.

    Raises:
        TypeError, ValueError: shapes do not fit, entries are not finite or real, a direction is no unit vector.
        OverflowError: a weight exceeds the range of float64.

    Source: Nacson, Mulayoff, Ongie, Michaeli, Soudry, ICLR 2023.

    >>> one_sided_weight([[1.0], [-1.0]], [0.0, 0.0], [[3.0], [-1.0]])  # sqrt(90)/4 and sqrt(2)/4
    array([2.37170825, 0.35355339])
    """
    v, b, data = _validate_hyperplanes(directions, thresholds, x)
    return weight_of_side(positive_moments(v, -b, data))


def weight(directions: npt.ArrayLike, thresholds: npt.ArrayLike, x: npt.ArrayLike) -> Array:
    """g(v, b) = min(gt(v, b), gt(-v, -b)): the weight of the hyperplane {<v,x> = b}, however oriented.

    Arguments, errors and source as for `one_sided_weight`; g is 0 where all data lie on one closed side.

    >>> weight([[1.0], [-1.0]], [0.0, 0.0], [[3.0], [-1.0]])
    array([0.35355339, 0.35355339])
    """
    v, b, data = _validate_hyperplanes(directions, thresholds, x)
    above, below = side_moments(v, -b, data)
    return smaller_side(weight_of_side(above), weight_of_side(below))


def smaller_side(above: Array, below: Array) -> Array:
    """The smaller of what stands for gt(v, b) and for gt(-v, -b), hyperplane by hyperplane: what g is made with."""
    smaller: Array = np.minimum(above, below)
    return smaller


def weight_of_side(moments: SideMoments) -> Array:
    """E|t| 1{side} sqrt(P(side)^2 + |E X 1{side}|^2) [k]: |w1| gt for pre-activations t = <w1,x> + b1."""
    with np.errstate(over="ignore"):
        return require_finite(moments.excess * moments.feature_norm, "the weights")


def _validate_hyperplanes(directions: object, thresholds: object, x: object) -> tuple[Array, Array, Array]:
    v = real_array(directions, "directions", 2)
    b = real_array(thresholds, "thresholds", 1)
    if len(v) != len(b):
        raise ValueError(f"there must be one threshold for each of the {len(v)} directions, not {len(b)}")
    if v.shape[1] == 0:
        raise ValueError("directions must have at least one column")
    deviation = np.abs(row_norms(v) - 1.0)
    if len(v) and deviation.max() > _UNIT_TOLERANCE:
        worst = int(deviation.argmax())
        raise ValueError(f"directions must be unit vectors, but the norm of row {worst} is {row_norms(v)[worst]}")
    return v, b, validate_data(x, v.shape[1])
