r"""Both ends of the bracket of the best stable shallow error, with their proof: for step size eta and C = 1/eta - 1/2,

    lower <= inf { sup_{B_4} |f - phi| : f a shallow net of any width with |f|_S <= C } <= upper,

X uniform on B_4 in the plane, phi the pyramid. The lower end is a dual measure with a proved supremum over all lines,
the upper end an explicit net with a proved error. Nothing in them is trusted.

``verify`` proves both in float64 boxes, as fast as a search needs it. In whole numbers they are proved from the
certificates that ``numerics.certificate.disc`` writes, by a checker that shares no code with this.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from flint import arb

from numerics.exact.balls import ball
from numerics.separation.bracket.explicit_nets import ErrorBound, SymmetricNet
from numerics.separation.bracket.hyperplane_supremum import SupremumBound, prove_supremum
from numerics.separation.bracket.measures import DualMeasure


def stability_bound(step_size: Fraction) -> Fraction:
    """C = 1/eta - 1/2, the largest stability norm of a net that is stable at the step size eta.

    Raises:
        ValueError: the step size is not between 0 and 2.
    """
    if not 0 < step_size < 2:
        raise ValueError(f"the step size must lie between 0 and 2, not {step_size}")
    return 1 / step_size - Fraction(1, 2)


@dataclass(frozen=True)
class Verification:
    """What is proved of one bracket, and what is not.

    supremum: of the measure; error: of the net; net_norm: a ball with (a bound of) the net's stability norm;
    within_norm: whether it is proved to be at most C.
    """

    supremum: SupremumBound
    error: ErrorBound
    net_norm: arb
    within_norm: bool

    @property
    def proved(self) -> bool:
        """Whether both ends are proved."""
        return self.supremum.proved and self.error.proved and self.within_norm

    def failure(self) -> str:
        """What is not proved, in words; empty if everything is."""
        parts = []
        if not self.supremum.proved:
            parts.append(f"sup |m|/g <= {float(self.supremum.bound):.10g} is not proved: {self.supremum.line}")
        if not self.error.proved:
            where, error = self.error.point or (Fraction(0), Fraction(0)), float(self.error.error or 0)
            place = f"({float(where[0])}, {float(where[1])})"
            parts.append(
                f"the net's error <= {float(self.error.bound):.10g} is not proved: at {place} it is {error:.10g}"
            )
        if not self.within_norm:
            parts.append(f"the net's norm {self.net_norm.str(15)} is not proved to be within C")
        return "; ".join(parts)


@dataclass(frozen=True, eq=False)
class Bracket:
    """Both ends at one step size: a measure with its claimed supremum, and a net with its claimed error.

    Raises:
        ValueError: the step size is not between 0 and 2, or a claim is not positive.
    """

    step_size: Fraction
    measure: DualMeasure
    supremum: Fraction
    net: SymmetricNet
    error: Fraction

    def __post_init__(self) -> None:
        """Refuse numbers that cannot be meant."""
        stability_bound(self.step_size)
        if self.supremum <= 0 or self.error <= 0:
            raise ValueError("the claimed supremum and the claimed error must be positive")

    @property
    def norm(self) -> Fraction:
        """C = 1/eta - 1/2."""
        return stability_bound(self.step_size)

    @property
    def lower(self) -> Fraction:
        """(<phi, mu> - C supremum)/|mu|, the lower end if the supremum is right."""
        return self.measure.scaled_bound(self.norm, self.supremum)

    @property
    def upper(self) -> Fraction:
        """The upper end, if the error is right."""
        return self.error

    @property
    def ratio(self) -> Fraction:
        """Upper over lower end.

        Raises:
            ArithmeticError: the lower end is not positive.
        """
        if self.lower <= 0:
            raise ArithmeticError("the lower end is not positive, so there is no ratio of the ends")
        return self.upper / self.lower

    def verify(self) -> Verification:
        """Prove both ends from scratch, as far as they can be proved.

        Raises:
            ValueError: the measure does not annihilate the affine functions.
        """
        norm = self.net.norm()
        supremum = prove_supremum(self.measure, self.supremum)
        return Verification(supremum, self.net.prove_error(self.error), norm, bool(norm <= ball(self.norm)))

    def better_ends(self, other: Bracket) -> Bracket:
        """The better lower and the better upper end of two brackets of one step size."""
        if other.step_size != self.step_size:
            raise ValueError("brackets of different step sizes have no common ends")
        best = self
        if other.lower > self.lower:
            best = replace(best, measure=other.measure, supremum=other.supremum)
        if other.upper < self.upper:
            best = replace(best, net=other.net, error=other.error)
        return best
