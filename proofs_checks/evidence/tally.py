"""Counting what a check tries: instances with their margins, and proofs in exact numbers and balls."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from proofs_checks.evidence.record import EQUALITIES, INSTANCES, MARGIN, Figure, Table

if TYPE_CHECKING:
    from flint import arb, fmpq

Certain: TypeAlias = "int | Fraction | fmpq | arb"
"""Numbers of which an inequality can be proved."""
UNDECIDED = "undecided, within rounding"


class Tally:
    """Counts instances, those met with equality, and the smallest relative margin of the others with a verdict.

    ``figures`` and ``table`` are what the report shows besides.
    """

    def __init__(self) -> None:
        self.instances = 0
        self.undecided = 0
        self.equalities = 0
        self.smallest = math.inf
        self.figures: dict[str, Figure] = {}
        self.table: Table | None = None

    def count(self) -> None:
        """Count an instance of a property that has no margin, such as an equation."""
        self.instances += 1

    def add(self, margin: float | None) -> None:
        """Count an instance of an inequality; margin relative to the larger side, ``None`` where rounding decides.

        Raises ``AssertionError`` for a negative margin, which refutes the inequality, and for one that is no number.
        """
        if margin is not None and not margin >= 0:
            raise AssertionError(f"an inequality with relative margin {margin} does not hold")
        self.count()
        if margin is None:
            self.undecided += 1
        elif margin == 0:
            self.equalities += 1
        else:
            self.smallest = min(self.smallest, margin)

    def require_some(self, what: str) -> None:
        """Raise ``AssertionError`` if nothing was tried, or if rounding left everything open."""
        if self.instances == 0:
            raise AssertionError(f"{what} tried no instance")
        if self.undecided == self.instances:
            raise AssertionError(f"{what} decided none of its {self.instances} instances: all are within rounding")

    def summary(self) -> dict[str, Figure]:
        """The figures that the report shows."""
        figures: dict[str, Figure] = {INSTANCES: self.instances}
        if math.isfinite(self.smallest):
            figures[MARGIN] = float(self.smallest)
        if self.equalities:
            figures[EQUALITIES] = self.equalities
        if self.undecided:
            figures[UNDECIDED] = self.undecided
        if counted := self.figures.keys() & {INSTANCES, MARGIN, EQUALITIES, UNDECIDED}:
            raise AssertionError(f"{', '.join(sorted(counted))} is counted, and no figure to be set")
        return figures | self.figures


class Proofs(Tally):
    """Counts what is proved of exact numbers and balls; a float is refused, since it proves nothing."""

    def at_most(self, left: Certain, right: Certain, what: str = "") -> None:
        """Prove left <= right, or fail; balls must lie on the right sides of each other."""
        small, large = _certain(left), _certain(right)
        # of balls only those without a radius are ever equal
        equal = bool(left == right)
        if not (equal or small <= large):
            raise AssertionError(f"{what or 'the inequality'} is not proved: {_shown(left)} <= {_shown(right)}")
        margin = float((large - small).lower())
        if equal:
            super().add(0.0)
        elif margin > 0:
            super().add(margin / max(abs(float(small.mid())), abs(float(large.mid()))))
        else:
            # true of balls that touch; how far the numbers are apart is not known
            self.count()

    def add(self, margin: float | None) -> None:
        """Refused: a margin that was computed elsewhere proves nothing."""
        raise TypeError(f"the margin {margin} proves no inequality: give both sides to at_most")

    def equal(self, left: int | Fraction, right: int | Fraction, what: str = "") -> None:
        """Prove left = right for exact numbers, or fail."""
        for side in (left, right):
            if isinstance(side, bool) or not isinstance(side, int | Fraction):
                raise TypeError(f"only whole numbers and fractions are equal with certainty, not {side!r}")
        if left != right:
            raise AssertionError(f"{what or 'the equation'} is false: {left} = {right}")
        self.count()

    def encloses(self, name: str, value: arb | tuple[Fraction, Fraction], digits: int = 12) -> None:
        """Note an enclosure as a figure, as decimals rounded outward."""
        from numerics.exact.balls import outward

        self.figures[name] = "[{}, {}]".format(*outward(value, digits))


def _certain(value: Certain) -> arb:
    from flint import arb, fmpq

    from numerics.exact.balls import ball

    if isinstance(value, bool) or not isinstance(value, int | Fraction | fmpq | arb):
        raise TypeError(f"{value!r}, a {type(value).__name__}, proves no inequality: exact numbers and balls do")
    return ball(value)


def _shown(value: Certain) -> str:
    return f"{float(value):.15g}" if isinstance(value, int | Fraction) else str(value)
