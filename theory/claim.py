"""Claims: what is stated, under which hypotheses, from which source, resting on what, and how it is derived."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter

from theory.kernel.chain import Derivation

PAPER = "nacson2023"
"""Bibliography key of the paper whose theory this is."""
OURS = "stableminima"
"""Bibliography key of this project, for claims that go beyond the paper."""


@dataclass(frozen=True)
class Source:
    """Where a claim comes from: a key of ``theory/bibliography.bib`` and, in words, what the source has of it."""

    key: str
    note: str


@dataclass(frozen=True)
class Claim:
    """A statement with its derivation.

    ``statement`` and ``hypotheses`` are LaTeX with the macros of ``theory.latex.MACROS``; ``rests_on`` names other
    claims. ``machine_checked`` names theorems of ``theory/coq`` (file and theorem, joined by a dot) that together prove
    the claim, ``machine_refuted`` pairs a false variant, in words, with the theorem that refutes it. A claim with no derivation is not thereby false: it is only not derived, and the report says so.
    A statement of which one part is proved in one way and another part in another names the levels in ``needs``: it is then
    no stronger than the weakest of them, and of no strength unless all of them were reached.
    """

    name: str
    title: str
    statement: str
    hypotheses: tuple[str, ...]
    source: Source
    rests_on: tuple[str, ...] = ()
    derivations: tuple[Derivation, ...] = ()
    machine_checked: tuple[str, ...] = ()
    machine_refuted: tuple[tuple[str, str], ...] = ()
    needs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse derivations that were not made by the checker, or that use claims not named in ``rests_on``."""
        for derivation in self.derivations:
            if not isinstance(derivation, Derivation):
                raise TypeError(
                    f"{self.name}: {derivation!r} is not a Derivation; make one with theory.kernel.chain.Chain"
                )
            unnamed = derivation.rests_on - set(self.rests_on) - {self.name}
            if unnamed:
                raise ValueError(
                    f"{self.name}: '{derivation.name}' uses {sorted(unnamed)}, which rests_on does not name"
                )


class Registry:
    """Claims by name, in an order in which each comes after what it rests on."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        """Take all claims at once; refuses names given twice, and dangling or cyclic references.

        Raises ``ValueError`` naming the claims concerned.
        """
        claims = sorted(claims, key=lambda claim: claim.name)
        by_name = {claim.name: claim for claim in claims}
        twice = sorted({claim.name for claim in claims if by_name[claim.name] is not claim})
        if twice:
            raise ValueError(f"more than one claim is called {', '.join(twice)}")
        for claim in claims:
            missing = [name for name in claim.rests_on if name not in by_name]
            if missing:
                raise ValueError(f"{claim.name} rests on {', '.join(missing)}, which no module of theory claims")
        try:
            TopologicalSorter({claim.name: claim.rests_on for claim in claims}).prepare()
        except CycleError as error:
            raise ValueError(f"claims rest on each other in a circle: {' -> '.join(error.args[1])}") from None
        self._claims = by_name
        self._claims = {claim.name: claim for claim in sorted(claims, key=self._place)}

    def _place(self, claim: Claim) -> tuple[bool, int, str]:
        """The paper's claims first, what most others rest on before what fewer do; so a claim follows its grounds."""
        used_in = sum(claim.name in self.ancestors(other) for other in self._claims)
        grounds_of_ours = any(claim.name in self.ancestors(other.name) for other in self if other.source.key != OURS)
        return claim.source.key == OURS and not grounds_of_ours, -used_in, claim.name

    def __iter__(self) -> Iterator[Claim]:
        return iter(self._claims.values())

    def __len__(self) -> int:
        return len(self._claims)

    def __getitem__(self, name: str) -> Claim:
        if name not in self._claims:
            raise KeyError(f"no claim is called {name!r}; there are {', '.join(self._claims)}")
        return self._claims[name]

    def ancestors(self, name: str) -> frozenset[str]:
        """All claims that a claim rests on, directly or not."""
        direct = self[name].rests_on
        return frozenset(direct).union(*(self.ancestors(other) for other in direct))


@lru_cache(maxsize=1)
def registry() -> Registry:
    """The claims of the suite: the ``CLAIM`` of every module below ``theory`` that has one."""
    import theory

    modules = [importlib.import_module(module.name) for module in pkgutil.walk_packages(theory.__path__, "theory.")]
    return Registry(module.CLAIM for module in modules if hasattr(module, "CLAIM"))
