"""Certificates: files from which a small program proves what is claimed of a network, or of any network on some data.

`python -m proofs_checks.verify FILE...` is that program. It takes nothing on trust but the theorems, which the claims
of the project state; the numbers here that help it to a proof (vectors, radii) may be wrong, and then it refuses.

The format is described in ``proofs_checks/verify/FORMAT.md``. The reader has to see that nothing but the claims is
proved: whose network it is, and where the data come from, is not.
"""

from __future__ import annotations

import base64
import json
import math
import os
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import scipy.linalg

from numerics.arrays.checks import Array
from numerics.arrays.files import atomic_writer
from numerics.arrays.spectrum import top_eigenpairs
from numerics.enclosure import Enclosure, enclosed_gram, exact_step_size
from numerics.exact.balls import decimals, lower, upper
from numerics.exact.dyadic import power_of_two
from numerics.flattest.family import without_constants
from numerics.flattest.rescaling import CertifiedFlattest, Flattest
from numerics.gram import gram_matrix
from numerics.minimum.certified import CertifiedMinimum
from numerics.network import ShallowNetwork
from numerics.problem import Problem
from numerics.separation.planar.dichotomies import PlanarData
from numerics.separation.planar.rational_bound import RationalBound

__all__ = ["FORMAT", "write_audit", "write_flattest", "write_minimum", "write_separation"]

FORMAT = "stable-minima certificate 1"

_Path = str | os.PathLike[str]
_Enclosed = tuple[Fraction, Fraction]
_DIGITS = 20
# what a claim leaves, relative to the enclosure it comes from, to a checker that rounds otherwise
_ROOTS = Fraction(1, 10**18)
_ABOVE = Fraction(1, 2**39)
_BELOW = Fraction(1, 2**43)


def write_audit(
    path: _Path,
    network: ShallowNetwork,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    step_size: Fraction | float | None,
    enclosure: Enclosure,
) -> None:
    """Write what `numerics.enclosure.enclose` found of the network on the data, as an "audit".

    Args:
        path: the file, replaced only when all of it is written.
        network: as given to `enclose`.
        x: the data [n, d], likewise.
        y: the labels [n], likewise.
        step_size: eta or None, likewise.
        enclosure: the result.

    Raises:
        TypeError, ValueError: the data are not finite real numbers of the right shape, or others than were enclosed.
        OSError: the file cannot be written.
    """
    problem = Problem(network, x, y)
    eta = None if step_size is None else exact_step_size(step_size)
    if enclosure.loss is None or enclosure.n != problem.n or enclosure.step_size != eta:
        raise ValueError("the enclosure must be of this network, these data with labels, and this step size")
    _write(
        path,
        "audit",
        network=_network(network),
        data=_data(problem),
        step_size=None if eta is None else str(eta),
        vector=_array(_top_vector(problem)),
        claims={
            "sharpness": _sharpness((lower(enclosure.gram_sharpness), upper(enclosure.gram_sharpness))),
            "stability_norm": _claim((lower(enclosure.stability_norm), upper(enclosure.stability_norm))),
            "one_sided": _claim((lower(enclosure.one_sided_norm), upper(enclosure.one_sided_norm))),
            "loss": _claim((lower(enclosure.loss), upper(enclosure.loss))),
            "kinks": enclosure.kinks,
            **_verdict((lower(enclosure.gram_sharpness), upper(enclosure.gram_sharpness)), eta),
        },
    )


def write_minimum(path: _Path, minimum: CertifiedMinimum, x: npt.ArrayLike, y: npt.ArrayLike) -> None:
    """Write what `numerics.minimum.certified.certify` proved on the data x [n, d] with labels y [n], as a "minimum".

    Raises:
        TypeError, ValueError: the data are not finite real numbers of the right shape.
        OSError: the file cannot be written.
    """
    problem = Problem(minimum.centre, x, y)
    residuals = np.array([float(entry) for entry in problem.exact.residuals(problem.labels).balls().entries()])
    newton = scipy.linalg.solve(problem.n * gram_matrix(problem), residuals, assume_a="pos")
    smallest = 1 / upper(minimum.inverse_bound) ** 2
    sharpness = lower(minimum.sharpness), upper(minimum.sharpness)
    _write(
        path,
        "minimum",
        network=_network(problem.network),
        data=_data(problem),
        step_size=str(minimum.step_size),
        vector=_array(_top_vector(problem)),
        radius=str(minimum.radius),
        newton=_array(newton),
        floor=_decimal(smallest * Fraction(3, 4), up=False),
        claims={
            "sharpness": _sharpness(sharpness),
            "stability_norm": _claim((lower(minimum.stability_norm), upper(minimum.stability_norm))),
            "margin": _decimal(_finite_margin(minimum) * (1 - _ROOTS), up=False),
            **_verdict(sharpness, minimum.step_size),
        },
    )


def write_flattest(
    path: _Path, network: ShallowNetwork, x: npt.ArrayLike, found: Flattest, proved: CertifiedFlattest
) -> None:
    """Write what `numerics.flattest.rescaling` found of the network at the data x [n, d], and proved, as "flattest".

    Neurons with w1 = 0 are folded into the output bias, as there.

    Raises:
        TypeError, ValueError: the data are not finite real numbers [n, d].
        OSError: the file cannot be written.
    """
    _write(
        path,
        "flattest",
        network=_network(without_constants(network)),
        data={"x": _array(Problem(network, x).x)},
        scales=_array(found.scales),
        vectors=_array(found.vectors),
        claims={"flattest_sharpness": _sharpness((proved.lower, proved.upper))},
    )


def write_separation(path: _Path, bound: RationalBound) -> None:
    """Write a lower bound on the stability norm of interpolating networks, as "separation".

    Raises:
        ValueError: the points lie on a line.
        OSError: the file cannot be written.
    """
    scale = math.lcm(*(entry.denominator for point in bound.points for entry in point))
    points = [[int(entry * scale) for entry in point] for point in bound.points]
    if PlanarData(bound.points, bound.multiplicities, bound.labels).affine_rank < 3:
        raise ValueError("a certificate is written for points that are not all on a line")
    _write(
        path,
        "separation",
        points=points,
        scale=scale,
        multiplicities=list(bound.multiplicities),
        labels=[str(label) for label in bound.labels],
        measure=list(bound.measure),
        denominator=bound.denominator,
        claims={"least_norm": str(bound.value)},
    )


def _finite_margin(minimum: CertifiedMinimum) -> Fraction:
    """Without neurons there are no kinks, and any margin is true."""
    return lower(minimum.margin) if minimum.centre.k else 2 * minimum.radius


def _write(path: _Path, kind: str, **content: object) -> None:
    text = json.dumps({"format": FORMAT, "kind": kind, **content}, indent=1, allow_nan=False)
    with atomic_writer(path) as file:
        file.write(text.encode())


def _network(network: ShallowNetwork) -> dict[str, object]:
    return {name: _array(np.asarray(getattr(network, name))) for name in ("W1", "b1", "w2", "b2")}


def _data(problem: Problem) -> dict[str, object]:
    return {"x": _array(problem.x), "y": _array(problem.labels)}


def _array(values: Array) -> dict[str, object]:
    content = np.asarray(values, dtype="<f8", order="C")
    table = np.unique(content)
    if len(table) <= 256 and content.size > 4 * len(table):
        places = np.searchsorted(table, content).astype(np.uint8)
        return {**_encoded(values.shape, "uint8", places.tobytes()), "table": _encoded_floats(table)}
    return _encoded_floats(content)


def _encoded_floats(values: Array) -> dict[str, object]:
    return _encoded(values.shape, "float64", values.tobytes())


def _encoded(shape: tuple[int, ...], dtype: str, content: bytes) -> dict[str, object]:
    return {"shape": list(shape), "dtype": dtype, "base64": base64.b64encode(content).decode()}


def _decimal(value: Fraction, *, up: bool) -> str:
    """Some 20 significant digits, rounded up or down."""
    exponent = len(str(abs(value.numerator))) - len(str(value.denominator))
    return decimals(value, max(0, _DIGITS - exponent), up=up)


def _claim(ends: _Enclosed, below: Fraction = _ROOTS, above: Fraction = _ROOTS) -> list[str]:
    low, high = ends
    return [_decimal(low - abs(low) * below, up=False), _decimal(high + abs(high) * above, up=True)]


def _sharpness(ends: _Enclosed) -> list[str]:
    return _claim(ends, _BELOW, _ABOVE)


def _verdict(sharpness: _Enclosed, step_size: Fraction | None) -> dict[str, object]:
    if step_size is None:
        return {}
    bound = 1 / step_size - Fraction(1, 2)
    low, high = map(Fraction, _sharpness(sharpness))
    decided = "stable" if high * step_size <= 2 else "unstable" if low * step_size > 2 else "undecided"
    return {"bound": _claim((bound, bound)), "verdict": decided}


def _top_vector(problem: Problem) -> Array:
    """An eigenvector of the largest eigenvalue of K [n], in floats."""
    try:
        gram = gram_matrix(problem)
    except OverflowError:
        balls = enclosed_gram(problem)
        mantissa, exponent = max(abs(entry).upper() for entry in balls.entries()).man_exp()
        scaled = balls * power_of_two(-int(mantissa).bit_length() - int(exponent))
        gram = np.array([[float(entry) for entry in row] for row in scaled.table()])
    vector: Array = top_eigenpairs(gram)[1][0]
    return vector
