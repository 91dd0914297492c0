"""Evidence as the checks recorded it, and what follows from it: levels, counts, strength, problems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

LEVELS: dict[str, str] = {
    "machine-checked": "proved in a proof assistant for all sizes, with no axioms beyond those printed",
    "derived": "every step of the derivation checked symbolically, every inequality with a certificate",
    "certified": "a rigorous enclosure (ball arithmetic or exact rationals) for one stated instance",
    "tested": "property-based: no counterexample among the random instances counted; the smallest slack is given",
    "observed": "measured on a trained network, in floating point",
}
"""What counts as evidence, strongest first, and what each level means."""

NOT_CHECKED = "not checked here"
UNSUPPORTED = "unsupported"
"""A claim whose own checks passed, but that rests on one that failed or was not checked."""
PASSED, FAILED = "passed", "failed"
INSTANCES, SLACK = "instances", "smallest slack"

_RANK = {level: len(LEVELS) - place for place, level in enumerate(LEVELS)} | {NOT_CHECKED: 0}

Figure: TypeAlias = str | int | float | bool | None


def rank(level: str | None) -> int:
    """Place of a level in the order of strength: the higher the stronger, 0 where nothing was checked."""
    return _RANK[level or NOT_CHECKED]


@dataclass(frozen=True)
class Check:
    """One check of a claim: its level, where it stands (pytest node id), how it came out, what it counted."""

    level: str
    node: str
    outcome: str
    description: str
    figures: Mapping[str, Figure]

    def number(self, name: str) -> float | None:
        """The figure called ``name`` if the check ran and the figure is a number, else None."""
        value = self.figures.get(name)
        counted = isinstance(value, int | float) and not isinstance(value, bool) and self.outcome != NOT_CHECKED
        return float(value) if counted and value is not None else None


@dataclass(frozen=True)
class Control:
    """A false neighbour of a claim. ``refuted`` is None where the control did not run."""

    variant: str
    node: str
    refuted: bool | None
    counterexample: str


@dataclass(frozen=True)
class Derivation:
    """A derivation in LaTeX: its title, what it uses (name and formula of each assumption), whose uses it inherits."""

    title: str
    latex: str
    uses: tuple[tuple[str, str], ...] = ()
    inherits: tuple[str, ...] = ()


@dataclass(frozen=True)
class Theorem:
    """A theorem of the proof assistant: its name, its statement as written there, and what its proof assumes."""

    name: str
    statement: str
    assumptions: str


@dataclass(frozen=True)
class Claim:
    """One claim, what it rests on, and all that was recorded about it."""

    name: str
    title: str
    statement: str
    hypotheses: tuple[str, ...]
    source: str
    rests_on: tuple[str, ...]
    strength: str | None
    checks: tuple[Check, ...]
    controls: tuple[Control, ...]
    derivations: tuple[Derivation, ...]
    theorems: tuple[Theorem, ...] = ()

    @property
    def levels(self) -> tuple[str, ...]:
        """Levels reached by a passed check, strongest first."""
        reached = {check.level for check in self.checks if check.outcome == PASSED}
        return tuple(level for level in LEVELS if level in reached)

    @property
    def failures(self) -> tuple[str, ...]:
        """Node ids of the checks that failed and of the controls that were not refuted."""
        failed = [check.node for check in self.checks if check.outcome == FAILED]
        return (*failed, *(control.node for control in self.controls if control.refuted is False))

    @property
    def instances(self) -> int:
        """Instances tried, over all checks that ran."""
        return int(sum(check.number(INSTANCES) or 0 for check in self.checks))

    @property
    def smallest_slack(self) -> float | None:
        """Smallest slack over all checks that report one."""
        return min((slack for check in self.checks if (slack := check.number(SLACK)) is not None), default=None)

    @property
    def controls_refuted(self) -> int:
        """Number of controls refuted with a counterexample."""
        return sum(control.refuted is True for control in self.controls)


@dataclass(frozen=True)
class Problem:
    """Something that keeps the report from being clean; ``claim`` is the claim it belongs to, if any."""

    text: str
    claim: Claim | None = None
    node: str | None = None


@dataclass(frozen=True)
class Evidence:
    """Everything one run of the checks recorded; ``macros`` are the definitions that its LaTeX uses."""

    claims: tuple[Claim, ...]
    environment: Mapping[str, Figure]
    seeds: Mapping[str, Figure]
    data: Mapping[str, Figure]
    command: str
    outcome: str
    macros: tuple[str, ...] = ()
    profile: str | None = None
    sources_digest: str | None = None

    def claim(self, name: str) -> Claim | None:
        """The claim called ``name``, or None."""
        return next((claim for claim in self.claims if claim.name == name), None)

    def strength(self, claim: Claim) -> str | None:
        """The strength the evidence carries: at most what is recorded, what the claim's own passed checks reach,
        and what the weakest claim it rests on reaches. None where nothing was checked, or something failed.
        """
        return self._strength(claim, ())

    def _strength(self, claim: Claim, below: tuple[str, ...]) -> str | None:
        if claim.failures or not claim.levels or claim.name in below:
            return None
        limits = [claim.strength, claim.levels[0]]
        for name in claim.rests_on:
            support = self.claim(name)
            limits.append(None if support is None else self._strength(support, (*below, claim.name)))
        weakest = min(limits, key=rank)
        return weakest if rank(weakest) else None

    def standing(self, claim: Claim) -> str:
        """The word for a claim as a whole: its strength, or why it has none."""
        if claim.failures:
            return FAILED
        return self.strength(claim) or (UNSUPPORTED if claim.levels else NOT_CHECKED)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All that goes to the top of the report in red; empty for a clean run."""
        found = [problem for claim in self.claims for problem in self._problems_of(claim)]
        if not self.claims:
            found.append(Problem("no claim was checked"))
        if self.outcome != PASSED and not any(claim.failures for claim in self.claims):
            found.append(Problem("the run of the checks failed outside of any claim; its output says where"))
        if not found:  # a claim is unsupported because of another problem, unless it rests on itself
            circle = [claim for claim in self.claims if self.standing(claim) == UNSUPPORTED]
            found += [Problem("rests on itself, by way of what it rests on", claim) for claim in circle]
        return tuple(found)

    def _problems_of(self, claim: Claim) -> list[Problem]:
        found = [Problem("check failed", claim, check.node) for check in claim.checks if check.outcome == FAILED]
        unrefuted = [control for control in claim.controls if control.refuted is False]
        found += [Problem("a false variant was not refuted", claim, control.node) for control in unrefuted]
        dangling = [name for name in claim.rests_on if self.claim(name) is None]
        found += [Problem(f"rests on {name}, of which there is no evidence", claim) for name in dangling]
        if not found:
            standing = self.standing(claim)
            if standing == NOT_CHECKED:
                found.append(Problem("no evidence: nothing that checks this claim has run", claim))
            elif standing != UNSUPPORTED and rank(claim.strength) > rank(standing):
                text = f"recorded as {claim.strength}, but the evidence carries {standing} at most"
                found.append(Problem(text, claim))
        return found
