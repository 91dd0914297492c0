"""Certificates: files from which a small program proves what is claimed of a network, or of any network on some data.

`python -m proofs_checks.verify FILE...` is that program. It takes nothing on trust but the theorems, which the claims
of the project state; the numbers here that help it to a proof (vectors, radii) may be wrong, and then it refuses.

The format is described in ``proofs_checks/verify/FORMAT.md``. The reader has to see that nothing but the claims is
proved: whose network it is, and where the data come from, is not. Audits are written by `numerics.audit.certificate`.
"""

from __future__ import annotations

import math
import os
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import scipy.linalg

from numerics.certificate.entries import (
    array,
    below,
    claim,
    data_entries,
    decimal,
    eigenvalue_claim,
    network_entries,
    top_vector,
    write,
)
from numerics.exact.balls import lower, upper
from numerics.flattest.rescaling import CertifiedFlattest, Flattest
from numerics.gram import gram_matrix
from numerics.minimum.certified import CertifiedMinimum
from numerics.network import ShallowNetwork
from numerics.problem import Problem
from numerics.separation.planar.dichotomies import PlanarData
from numerics.separation.planar.rational_bound import RationalBound

__all__ = ["write_flattest", "write_minimum", "write_separation"]

_Path = str | os.PathLike[str]


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
    eta = minimum.step_size
    sharpness = eigenvalue_claim((lower(minimum.sharpness), upper(minimum.sharpness)), eta)
    low, high = map(Fraction, sharpness)
    write(
        path,
        "minimum",
        network=network_entries(problem.network),
        data=data_entries(problem),
        step_size=str(eta),
        vector=array(top_vector(problem)),
        radius=str(minimum.radius),
        newton=array(newton),
        floor=decimal(smallest * Fraction(3, 4), up=False),
        claims={
            "sharpness": sharpness,
            "stability_norm": claim((lower(minimum.stability_norm), upper(minimum.stability_norm))),
            "margin": below(_finite_margin(minimum)),
            "bound": claim((1 / eta - Fraction(1, 2),) * 2),
            "verdict": "stable" if high <= 2 / eta else "unstable" if low > 2 / eta else "undecided",
        },
    )


def write_flattest(
    path: _Path, network: ShallowNetwork, x: npt.ArrayLike, found: Flattest, proved: CertifiedFlattest
) -> None:
    """Write what `numerics.flattest.rescaling` found of the network at the data x [n, d], and proved, as "flattest".

    Raises:
        TypeError, ValueError: the data are not finite real numbers [n, d].
        OSError: the file cannot be written.
    """
    write(
        path,
        "flattest",
        network=network_entries(network),
        data={"x": array(Problem(network, x).x)},
        scales=array(found.scales),
        vectors=array(found.vectors),
        claims={"flattest_sharpness": eigenvalue_claim((proved.lower, proved.upper))},
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
    write(
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
