"""Certificates of how near shallow networks come to the pyramid when X is uniform on a disc, or a ball.

What is written is proved by `python -m proofs_checks.verify FILE` in whole numbers and fractions; nothing of it has to
have been proved before.
"""

from __future__ import annotations

import os
from fractions import Fraction

from numerics.certificate.entries import write
from numerics.exact.balls import decimals, lower, upper
from numerics.separation.bracket.explicit_nets import SymmetricNet
from numerics.separation.bracket.hyperplane_weight import POPULATION
from numerics.separation.bracket.measures import DualMeasure
from numerics.separation.exponential.certificate import ExponentialTheorem

__all__ = ["write_disc_measure", "write_disc_net", "write_exponential"]

_Path = str | os.PathLike[str]
_DIGITS = 12
"""Of claims, after the point."""
_ROOM = Fraction(1, 10**7)
"""How much above M, in parts of it, is the bound that is written: the checker has no argument of its own at a peak."""


def write_disc_measure(path: _Path, measure: DualMeasure, supremum: Fraction, norm: Fraction) -> None:
    """Write that no net with |f|_S <= norm comes nearer to the pyramid than the measure shows, as a "disc-measure".

    Args:
        path: the file.
        measure: it has the symmetries of the square.
        supremum: a bound of |int relu_H dmu|/g(H) on all lines H.
        norm: C, which is 1/eta - 1/2 for the minima that are stable at step size eta.

    Raises:
        ValueError: the measure lacks the symmetries of the square.
        OSError: the file cannot be written.
    """
    points, masses = measure.representatives()
    write(
        path,
        "disc-measure",
        radius=str(POPULATION.radius),
        norm=str(norm),
        points=points.tolist(),
        scale=1 << measure.point_bits,
        measure=masses.tolist(),
        denominator=1 << measure.mass_bits,
        supremum=str(supremum),
        claims={"least_error": decimals(measure.scaled_bound(norm, supremum), _DIGITS, up=False)},
    )


def write_disc_net(path: _Path, net: SymmetricNet, error: Fraction, norm: Fraction) -> None:
    """Write that a net of at most this norm is within an error of the pyramid on the disc, as a "disc-net".

    Raises:
        OSError: the file cannot be written.
    """
    write(
        path,
        "disc-net",
        radius=str(POPULATION.radius),
        norm=str(norm),
        lines=net.lines.tolist(),
        scale=1 << net.line_bits,
        amplitudes=net.amplitudes.tolist(),
        constant=net.constant,
        denominator=1 << net.amplitude_bits,
        claims={"largest_error": decimals(error, _DIGITS, up=True)},
    )


def write_exponential(path: _Path, theorem: ExponentialTheorem) -> None:
    """Write the exponential bound of one population, its supremum M larger by 10^-7 of itself, as an "exponential".

    Raises:
        OSError: the file cannot be written.
    """
    supremum = Fraction(decimals(upper(theorem.supremum) * (1 + _ROOM), _DIGITS, up=True))
    write(
        path,
        "exponential",
        dimension=theorem.dimension,
        radius=str(theorem.radius),
        supremum=str(supremum),
        claims={
            "constant": decimals(lower(theorem.constant), _DIGITS, up=False),
            "rate": decimals(63 * supremum / 32, _DIGITS, up=True),
        },
    )
