"""Claims: atomic statements, each with its hypotheses, its formal relation, its derivation and what it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sympy.core.relational import Relational

from theory.kernel import Derivation, Hypothesis

PAPER = "nacson2023"
"""Bibliography key of the paper whose theory this is."""
OURS = "stableminima"
"""Bibliography key of this project, for claims that go beyond the paper."""

_WORDS = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_SLUG = re.compile(_WORDS)
_REFERENCE = re.compile(rf"{_WORDS}(?:\.{_WORDS})?")
_THEOREM = re.compile(r"[A-Za-z]\w*\.[A-Za-z]\w*")


@dataclass(frozen=True)
class Source:
    """Where a claim comes from: a key of ``theory/bibliography.bib`` and, in words, what the source has of it."""

    key: str
    note: str


@dataclass(frozen=True)
class Statement:
    """One atomic statement.

    ``text`` and ``hypotheses`` are LaTeX with the macros of ``theory.latex.MACROS``. ``formal`` is the relation that
    ``derivation`` has to conclude, written with ``evaluate=False``; it may stand alone, a derivation may not.
    ``assumes`` are the assumptions that the derivation may use; definitions and ranges need not be listed, since they are
    shown with the relation, and an assumption with a source shows as "given". ``instances`` names what the statement is about; without them it is universal, and a
    universal statement is never certified by instances. ``theorems`` are those of ``theory/coq`` (file and theorem,
    joined by a dot) that say this. ``cited`` says where a statement that is not proved here is taken from.
    ``rests_on`` names claims, or statements of claims ("claim.statement").

    Raises ``ValueError`` or ``TypeError``, naming the statement, where these do not go together.
    """

    name: str
    text: str
    hypotheses: tuple[str, ...] = ()
    formal: Relational | None = None
    derivation: Derivation | None = None
    assumes: tuple[Hypothesis, ...] = ()
    instances: tuple[str, ...] = ()
    theorems: tuple[str, ...] = ()
    cited: str = ""
    rests_on: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse fields that contradict each other."""
        _require_slug(self.name, "a statement")
        where = f"statement {self.name!r}"
        for field in ("hypotheses", "assumes", "instances", "theorems", "rests_on"):
            _require_tuple(getattr(self, field), Hypothesis if field == "assumes" else str, f"{where}: {field}")
        if not self.text.strip():
            raise ValueError(f"{where} says nothing")
        _require_matches(self.theorems, _THEOREM, f"{where}: theorems", "File.theorem")
        _require_matches(self.rests_on, _REFERENCE, f"{where}: rests_on", "claim or claim.statement")
        _require_different(self.theorems, f"{where}: theorems")
        _require_different((hypothesis.name for hypothesis in self.assumes), f"{where}: assumes")
        if self.formal is not None and not isinstance(self.formal, Relational):
            raise TypeError(f"{where}: formal is {self.formal!r}, not a relation; was it written with evaluate=False?")
        if self.derivation is not None:
            _require_derivation(self.derivation, where)
            self._require_derivable(where)
        elif self.assumes:
            raise ValueError(f"{where} has assumes, but no derivation that could use them")
        if self.cited and (self.formal is not None or self.derivation is not None or self.theorems):
            raise ValueError(f"{where} is cited, so it has neither a formal relation nor a derivation nor theorems")

    def _require_derivable(self, where: str) -> None:
        if self.formal is None:
            raise ValueError(f"{where} has a derivation, but not the formal relation that it has to conclude")
        if self.instances:
            raise ValueError(f"{where} has a derivation, so it is universal and not about {', '.join(self.instances)}")

    @property
    def universal(self) -> bool:
        """Whether it speaks of all sizes and all instances, rather than of listed ones."""
        return not self.instances

    @property
    def given(self) -> tuple[Hypothesis, ...]:
        """The cited lemmas among what it assumes."""
        return tuple(hypothesis for hypothesis in self.assumes if getattr(hypothesis, "source", ""))


@dataclass(frozen=True)
class Claim:
    r"""A theorem: statements that belong together.

    ``rests_on`` names the claims, or statements of claims, that each of the statements rests on. ``lemmas`` are
    derivations that belong to the exposition; they are checked, and carry no level. ``machine_refuted`` are false
    neighbours that Coq refutes: the variant in words, the theorem, and the statement that it is a neighbour of.
    ``remarks`` is LaTeX that is shown below the statements, such as a proof in prose: it is no evidence.

    Raises ``ValueError`` or ``TypeError``, naming the claim, where these do not go together.

    >>> Claim("unit", "One", (Statement("one", "$1 = 1$"),), Source(OURS, "nothing")).statement("one").universal
    True
    """

    name: str
    title: str
    statements: tuple[Statement, ...]
    source: Source
    rests_on: tuple[str, ...] = ()
    lemmas: tuple[Derivation, ...] = ()
    machine_refuted: tuple[tuple[str, str, str], ...] = ()
    remarks: str = ""

    def __post_init__(self) -> None:
        """Refuse statements, references and derivations that do not fit together."""
        _require_slug(self.name, "a claim")
        _require_tuple(self.statements, Statement, f"{self.name}: statements")
        _require_tuple(self.rests_on, str, f"{self.name}: rests_on")
        if not self.statements:
            raise ValueError(f"{self.name} states nothing")
        _require_different((statement.name for statement in self.statements), f"{self.name}: statements")
        _require_matches(self.rests_on, _REFERENCE, f"{self.name}: rests_on", "claim or claim.statement")
        for derivation in self.lemmas:
            _require_derivation(derivation, f"{self.name}: lemmas")
            self._require_grounds_named(derivation, ())
        for statement in self.statements:
            if statement.derivation is not None:
                self._require_grounds_named(statement.derivation, statement.rests_on)
        for refuted in self.machine_refuted:
            self._require_refutation(refuted)

    def _require_grounds_named(self, derivation: Derivation, further: tuple[str, ...]) -> None:
        named = {reference.partition(".")[0] for reference in (*self.rests_on, *further)}
        unnamed = derivation.rests_on - named - {self.name, ""}
        if unnamed:
            raise ValueError(f"{self.name}: '{derivation.name}' uses {sorted(unnamed)}, which rests_on does not name")

    def _require_refutation(self, refuted: tuple[str, str, str]) -> None:
        where = f"{self.name}: machine_refuted"
        _require_tuple(refuted, str, where)
        if len(refuted) != 3 or not refuted[0].strip():
            raise ValueError(f"{where} has {refuted!r}, not (variant in words, Coq theorem, statement that it negates)")
        _require_matches(refuted[1:2], _THEOREM, where, "File.theorem")
        if refuted[2] not in {statement.name for statement in self.statements}:
            raise ValueError(f"{where}: {refuted[1]} negates {refuted[2]!r}, which is no statement of the claim")

    def statement(self, name: str) -> Statement:
        """The statement called ``name``; raises ``KeyError`` naming those there are."""
        for statement in self.statements:
            if statement.name == name:
                return statement
        there = ", ".join(statement.name for statement in self.statements)
        raise KeyError(f"{self.name} has no statement {name!r}; it has {there}")

    @property
    def grounds(self) -> tuple[str, ...]:
        """Names of the other claims that it rests on, as a whole or in one of its statements."""
        references = [*self.rests_on, *(reference for each in self.statements for reference in each.rests_on)]
        names = dict.fromkeys(reference.partition(".")[0] for reference in references)
        return tuple(name for name in names if name != self.name)


def _require_slug(name: str, what: str) -> None:
    if not isinstance(name, str) or not _SLUG.fullmatch(name):
        raise ValueError(f"{name!r} cannot be the name of {what}: lower-case words joined by hyphens can")


def _require_tuple(value: Any, kind: type, where: str) -> None:
    if not isinstance(value, tuple):
        raise TypeError(f"{where} is {value!r}, not a tuple")
    for item in value:
        if not isinstance(item, kind):
            raise TypeError(f"{where} holds {item!r}, which is no {kind.__name__}")


def _require_derivation(value: Any, where: str) -> None:
    if not isinstance(value, Derivation):
        raise TypeError(f"{where}: {value!r} is not a Derivation; make one with theory.Chain")


def _require_matches(values: Iterable[str], pattern: re.Pattern[str], where: str, form: str) -> None:
    for value in values:
        if not pattern.fullmatch(value):
            raise ValueError(f"{where} has {value!r}, expected the form {form}")


def _require_different(names: Iterable[str], where: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"{where} has {name!r} twice")
        seen.add(name)
