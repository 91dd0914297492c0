"""What one run of the checks recorded: claims with their statements, checks and controls; and the levels there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

LEVELS: dict[str, str] = {
    "machine-checked": "proved in a proof assistant for all sizes, with no axioms beyond those printed",
    "derived": "its formal relation is the conclusion of a derivation of which the kernel proved every step, for all "
    "sizes, and an independent search found no instance against any of them",
    "certified": "proved in ball arithmetic or exact rationals for the instances that the statement names",
    "tested": "property-based: no counterexample among the random instances counted; the smallest relative margin is "
    "given",
    "observed": "measured on a trained network, in floating point",
    "cited": "not proved here, but taken from the literature",
}
"""What counts as evidence, strongest first, and what each level means."""

PASSED, FAILED = "passed", "failed"
NOT_CHECKED = "not checked here"
UNSUPPORTED = "unsupported"
"""What passed its own checks, but rests on something that failed or was not checked."""
INSTANCES, MARGIN = "instances", "smallest relative margin"
EQUALITIES = "met with equality"
"""Instances of an inequality whose two sides are the same number; they do not count for the smallest margin."""
CONTROLS_NEEDED = 3
"""Controls below which a claim counts as failed: a check that cannot fail proves nothing."""

CLOSED = "Closed under the global context"
"""What Coq says of a theorem whose proof uses no axiom."""

_RANK = {level: len(LEVELS) - place for place, level in enumerate(LEVELS)}

Figure: TypeAlias = str | int | float | bool | None


def rank(level: str | None) -> int:
    """Place of a level in the order of strength: the higher the stronger, 0 for none.

    >>> rank("derived") > rank("tested") > rank("cited") > rank(None)
    True
    """
    return _RANK[level] if level else 0


def strongest(levels: Iterable[str]) -> str | None:
    """The strongest of some levels, None if there is none."""
    return max(levels, key=rank, default=None)


@dataclass(frozen=True)
class Table:
    """What a check found of several instances side by side: the heads of the columns, and rows as long as these.

    The first column names the instances, each once. Raises ``ValueError`` where that is not so.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[Figure, ...], ...]

    def __post_init__(self) -> None:
        if len(self.head) < 2 or any(len(row) != len(self.head) for row in self.rows):
            raise ValueError("a table has two columns or more, and rows as long as its head")
        names = [row[0] for row in self.rows]
        if not names or len(set(names)) < len(names):
            raise ValueError("a table has rows, and each has a name of its own")


@dataclass(frozen=True)
class Check:
    """One check: its level, the statements it speaks of, its place (pytest node id), how it came out, what it counted.

    ``table`` has what it found of several instances side by side, if anything. ``reason`` says why it failed, or why it
    did not run; ``culprit`` is the claim whose derivation is at fault, if that is another one. A check of no statement
    gives no level, but its failure is that of the whole claim.
    """

    level: str
    statements: tuple[str, ...]
    node: str
    outcome: str
    description: str
    figures: Mapping[str, Figure]
    reason: str = ""
    culprit: str = ""
    table: Table | None = None

    def number(self, name: str) -> float | None:
        """The figure called ``name`` if the check ran and the figure is a number, else None."""
        value = self.figures.get(name)
        counted = isinstance(value, int | float) and not isinstance(value, bool) and self.outcome != NOT_CHECKED
        return float(value) if counted and value is not None else None


@dataclass(frozen=True)
class Crash:
    """A test of a claim, or its file, that failed outside of any check: its place, and what was raised.

    ``culprit`` is the claim in whose module the error is, if that is another one.
    """

    node: str
    reason: str
    culprit: str = ""


@dataclass(frozen=True)
class Theorem:
    """A theorem of the proof assistant, as it is written in its file.

    ``context`` are the variables and hypotheses of the sections around it, ``assumptions`` is what its proof uses
    beyond them, "" where that was not asked.
    """

    name: str
    statement: str
    context: str = ""
    assumptions: str = ""

    @property
    def closed(self) -> bool:
        """Whether its proof was seen to use no axiom."""
        return self.assumptions == CLOSED


@dataclass(frozen=True)
class Control:
    """A false neighbour of a statement, and the instance that refutes it. ``refuted`` is None where it did not run.

    For one that Coq refutes, ``theorem`` is the refutation, and ``negated`` are the theorems that say the statement.
    """

    variant: str
    statement: str
    because: str
    node: str
    refuted: bool | None
    counterexample: str
    theorem: Theorem | None = None
    negated: tuple[Theorem, ...] = ()


@dataclass(frozen=True)
class Lemma:
    """A lemma from the literature that a derivation uses: its name, its LaTeX, and where it is taken from."""

    name: str
    latex: str
    source: str


@dataclass(frozen=True)
class Use:
    """What a derivation uses: its name, how a reader is told, and its relation as the kernel has it, in LaTeX.

    ``kind`` is definition, assumption, cited lemma or range; ``formal`` is "" for what is words alone.
    """

    name: str
    latex: str
    kind: str
    formal: str = ""


@dataclass(frozen=True)
class Derivation:
    """A derivation in LaTeX: its title, what it uses, and the titles of derivations whose uses it inherits."""

    title: str
    latex: str
    uses: tuple[Use, ...] = ()
    inherits: tuple[str, ...] = ()


@dataclass(frozen=True)
class Statement:
    """One statement; ``formal`` is the LaTeX of its relation.

    Of what its derivation uses, ``assumes`` names the assumptions and ``given`` the lemmas that are taken on trust;
    ``within`` has the LaTeX of what restricts that it is derived for, ``where`` that of what the names in it are.
    """

    name: str
    text: str
    hypotheses: tuple[str, ...] = ()
    formal: str = ""
    instances: tuple[str, ...] = ()
    cited: str = ""
    rests_on: tuple[str, ...] = ()
    assumes: tuple[str, ...] = ()
    given: tuple[Lemma, ...] = ()
    within: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    theorems: tuple[Theorem, ...] = ()
    derivation: Derivation | None = None

    @property
    def universal(self) -> bool:
        """Whether it speaks of all instances, rather than of listed ones."""
        return not self.instances


@dataclass(frozen=True)
class Claim:
    """One claim, what it rests on, and all that was recorded about it.

    ``fault`` says why its module could not be imported, ``culprit`` in which claim's module the error is.
    ``complete`` is whether its own file of checks, named after it, was asked to run as a whole: a claim stands or falls
    with that file, and what other files record of it is added.
    """

    name: str
    title: str
    source: str
    statements: tuple[Statement, ...]
    rests_on: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    controls: tuple[Control, ...] = ()
    crashes: tuple[Crash, ...] = ()
    lemmas: tuple[Derivation, ...] = ()
    remarks: str = ""
    fault: str = ""
    culprit: str = ""
    complete: bool = True

    def checks_of(self, statement: str) -> tuple[Check, ...]:
        """The checks that speak of a statement."""
        return tuple(check for check in self.checks if statement in check.statements)

    def controls_of(self, statement: str) -> tuple[Control, ...]:
        """The controls of a statement."""
        return tuple(control for control in self.controls if control.statement == statement)

    @property
    def controls_refuted(self) -> int:
        """Number of controls refuted with a counterexample."""
        return sum(control.refuted is True for control in self.controls)

    @property
    def instances(self) -> int:
        """Instances tried, over all checks that ran."""
        return instances(self.checks)

    @property
    def smallest_margin(self) -> float | None:
        """Smallest relative margin over all checks that report one."""
        return smallest_margin(self.checks)


@dataclass(frozen=True)
class Evidence:
    """Everything one run of the checks recorded.

    ``macros`` are the definitions that its LaTeX uses; ``selected`` are the claims that were asked for, if not all.
    """

    claims: tuple[Claim, ...]
    environment: Mapping[str, Figure]
    seeds: Mapping[str, Figure]
    data: Mapping[str, Figure]
    command: str
    outcome: str
    macros: tuple[str, ...] = ()
    selected: tuple[str, ...] = ()
    profile: str | None = None
    sources_digest: str | None = None

    def claim(self, name: str) -> Claim | None:
        """The claim called ``name``, or None."""
        return next((claim for claim in self.claims if claim.name == name), None)


def failed(evidence: Evidence) -> Evidence:
    """The same evidence, of a run that failed."""
    return replace(evidence, outcome=FAILED)


def instances(checks: Iterable[Check]) -> int:
    """Instances tried, over the checks that ran."""
    return int(sum(check.number(INSTANCES) or 0 for check in checks))


def smallest_margin(checks: Iterable[Check]) -> float | None:
    """Smallest relative margin over the checks that report one."""
    return min((margin for check in checks if (margin := check.number(MARGIN)) is not None), default=None)
