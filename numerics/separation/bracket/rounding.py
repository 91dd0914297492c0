"""From floats to exact certificates: masses and weights rounded to binary fractions, and a bound that is proved."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
from jaxtyping import Float64

from numerics.exact.balls import ball
from numerics.network import Array
from numerics.separation.bracket.dihedral import images
from numerics.separation.bracket.explicit_nets import SymmetricNet
from numerics.separation.bracket.hyperplane_supremum import prove_supremum
from numerics.separation.bracket.measures import DualMeasure
from numerics.separation.bracket.violations import LINE_LATTICE, POINT_LATTICE, violated_lines, violated_points

MASS_BITS, AMPLITUDE_BITS = 46, 32
"""Masses need more: near the rim their errors count against M g, which is small."""
_DEPTHS = (4, 6, 8)
"""Depths at which ever larger ratios are looked for: the last largest one rules out most boxes of the next depth."""
_FIRST_MARGIN, _ATTEMPTS = 5e-5, 60


def prove_measure(points: Float64[Array, "n 2"], masses: Float64[Array, " n"]) -> tuple[DualMeasure, Fraction]:
    """The rounded measure, its total mass close to 1, and a proved bound of its supremum.

    Args:
        points: [n, 2].
        masses: [n], each spread over the images of its point; the origin takes what is left over.

    Raises:
        ArithmeticError: no bound could be proved.
    """
    masses = masses / np.abs(masses).sum()
    places = np.rint(points * 2.0**POINT_LATTICE).astype(np.int64)
    sizes = np.array([len(np.unique(images(place[None].astype(float))[:, 0], axis=0)) for place in places])
    whole = np.rint(masses / sizes * 2.0**MASS_BITS).astype(np.int64)
    used = (whole != 0) & (places != 0).any(axis=1)
    places, whole, sizes = places[used], whole[used], sizes[used]
    origin = -int((whole * sizes).sum())
    if origin:
        places, whole, sizes = np.append(places, [[0, 0]], axis=0), np.append(whole, origin), np.append(sizes, 1)
    measure = DualMeasure.from_orbits(places, whole, POINT_LATTICE, MASS_BITS)
    orbit_masses = whole * sizes / 2.0**MASS_BITS
    guess = 1e-12
    for depth in _DEPTHS:
        _, guess = violated_lines(places / 2.0**POINT_LATTICE, orbit_masses, guess, depth=depth)
    return measure, _least_proved(guess, lambda bound: _attempt_supremum(measure, bound))


def prove_net(
    lines: Float64[Array, "m 2"], amplitudes: Float64[Array, " m"], constant: float, norm: Fraction
) -> tuple[SymmetricNet, Fraction]:
    """The rounded net, scaled down to the norm where it exceeds it, and a proved bound of its error.

    Raises:
        ArithmeticError: no bound could be proved.
    """
    used = amplitudes != 0
    lines, amplitudes = lines[used], amplitudes[used]
    places = np.rint(lines * 2.0**LINE_LATTICE).astype(np.int64)
    scale = 1.0
    while True:
        whole = np.trunc(amplitudes * scale * 2.0**AMPLITUDE_BITS).astype(np.int64)
        net = SymmetricNet(places, whole, round(constant * 2**AMPLITUDE_BITS), LINE_LATTICE, AMPLITUDE_BITS)
        if net.norm() <= ball(norm):
            break
        scale *= 1 - 1e-8
    guess = 1e-12
    for depth in _DEPTHS:
        _, guess = violated_points(
            places / 2.0**LINE_LATTICE, whole / 2.0**AMPLITUDE_BITS, constant, guess, depth=depth
        )
    return net, _least_proved(guess, lambda bound: _attempt_error(net, bound))


def _least_proved(guess: float, attempt: Callable[[Fraction], tuple[bool, float | None]]) -> Fraction:
    """A proved bound not far above the true one: refutations raise the guess, what is undecided widens the margin."""
    margin = _FIRST_MARGIN
    for _ in range(_ATTEMPTS):
        bound = Fraction(int(guess * (1 + margin) * 2**48) + 1, 2**48)
        proved, witness = attempt(bound)
        if proved:
            return bound
        if witness is None:
            margin *= 2
        else:
            guess = max(guess * (1 + margin), witness)
    raise ArithmeticError(f"no bound could be proved; the last one tried was {float(bound)}")


def _attempt_supremum(measure: DualMeasure, bound: Fraction) -> tuple[bool, float | None]:
    outcome = prove_supremum(measure, bound)
    return outcome.proved, float(outcome.line.ratio.mid()) if outcome.refuted and outcome.line else None


def _attempt_error(net: SymmetricNet, bound: Fraction) -> tuple[bool, float | None]:
    outcome = net.prove_error(bound)
    return outcome.proved, float(outcome.error) if outcome.refuted and outcome.error else None
