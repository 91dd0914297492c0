"""Justifications and derivations of one's own making."""

from __future__ import annotations

from dataclasses import dataclass, replace

import sympy as sp

from tests.theory.kernel.falsehoods.common import (
    eq,
    falsehood,
    given,
    identity,
    one,
    x,
    y,
)
from theory.kernel import (
    ByDerivation,
    ByHypothesis,
    Chain,
    Derivation,
    Identity,
    Step,
)


@dataclass(frozen=True)
class Whatever:
    """A justification of one's own."""

    reason: str = "because"

    def proves(self, *_: object) -> bool:
        """Everything."""
        return True


@dataclass(frozen=True)
class MoreThanIdentity(Identity):
    """A justification that calls itself an identity."""

    def proves(self, *_: object) -> bool:
        """Everything."""
        return True


class Trusting(Derivation):
    """A derivation that calls itself proved."""


@falsehood
def justification_of_ones_own() -> Derivation:
    """0 = 1, because."""
    return Chain("own", sp.S.Zero).equals(1, Whatever()).conclude()  # type: ignore[arg-type]


@falsehood
def subclass_of_a_justification() -> Derivation:
    """0 = 1, by a subclass."""
    return Chain("own", sp.S.Zero).equals(1, MoreThanIdentity("because")).conclude()


@falsehood
def no_justification() -> Derivation:
    """0 = 1."""
    return Chain("none", sp.S.Zero).equals(1, None).conclude()  # type: ignore[arg-type]


@falsehood
def subclass_of_a_derivation() -> Derivation:
    """0 = 1, by a derivation of one's own class."""
    return Trusting("own", sp.S.Zero, (Step("=", one, Identity("because")),))


@falsehood
def made_by_hand() -> Derivation:
    """0 = 1, by a derivation that no chain made."""
    return Derivation("by hand", sp.S.Zero, (Step("=", one, Identity("because")),))


@falsehood
def step_added_later() -> Derivation:
    """0 = 0 = 1, the second step added to a derivation that was proved."""
    proved = identity(0, 0)
    return replace(proved, steps=(*proved.steps, Step("=", one, Identity("because"))))


@falsehood
def false_citation() -> Derivation:
    """1 = 2, by citing 0 = 1."""
    false = identity(0, 1)
    return Chain("cites", one).equals(2, ByDerivation(false)).conclude()


@falsehood
def false_citation_two_levels_down() -> Derivation:
    """2 = 3, by citing a derivation that cites 0 = 1."""
    return Chain("cites", sp.Integer(2)).equals(3, ByDerivation(false_citation())).conclude()


@falsehood
def circular_hypothesis() -> Derivation:
    """X = y, by a derivation that assumes it, where it is not assumed."""
    assumed = Chain("assumed", x, hypotheses=(given(eq(x, y)),)).equals(y, ByHypothesis("given")).conclude()
    return Chain("cites", x).equals(y, ByDerivation(assumed)).conclude()
