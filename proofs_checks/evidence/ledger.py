"""The ledger: what the checks of one run found, recorded through the ``evidence`` fixture.

A level is never typed: each way of recording requires what its level means, of the statements it names. Every failure
is recorded with its reason; what follows for statements and claims is decided in `proofs_checks.evidence.standing`.
"""

from __future__ import annotations

import math
import re
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from proofs_checks.evidence import coq
from proofs_checks.evidence.record import FAILED, NOT_CHECKED, PASSED, Check, Control, Crash, Figure, Table, Theorem
from proofs_checks.evidence.refutation import require_refutation
from proofs_checks.evidence.tally import Proofs, Tally
from theory.registry import Registry, claim_at_fault

if TYPE_CHECKING:
    from proofs_checks.evidence.ahead import Ahead

__all__ = ["Evidence", "Ledger", "Proofs", "Tally"]

LONGEST_REASON = 4000
"""Characters of a failure's reason that are kept: the instance is in them."""

_T = TypeVar("_T", bound=Tally)
Names = str | tuple[str, ...]
"""One statement of a claim, or several."""


class Ledger:
    """Everything recorded in one run of the checks, by claim."""

    def __init__(self, claims: Registry, profile: str) -> None:
        self.claims = claims
        self.profile = profile
        self.checks: dict[str, list[Check]] = defaultdict(list)
        self.controls: dict[str, list[Control]] = defaultdict(list)
        self.crashes: dict[str, list[Crash]] = defaultdict(list)
        self.theorems: dict[str, Theorem] = {}
        self.written: Callable[[str], Theorem] = coq.written
        """A theorem as the project has it; a check can record no other by its name."""
        self.incomplete: set[str] = set()
        """Claims of whose own file of checks not all was asked to run."""
        self.selected: tuple[str, ...] = ()
        """The claims that were asked for, if not all."""
        self.data: dict[str, str] = {}
        self.seeds: dict[str, Any] = {}
        self.ahead: Ahead | None = None
        """Where derivations are judged meanwhile, if anywhere."""

    def has_failure_at(self, node: str) -> bool:
        """Whether a test recorded why it failed."""
        checks = (check for recorded in self.checks.values() for check in recorded)
        controls = (control for recorded in self.controls.values() for control in recorded)
        return any(c.node == node and c.outcome == FAILED for c in checks) or any(
            c.node == node and c.refuted is False for c in controls
        )

    def crash(self, claim: str, node: str, error: BaseException | str) -> None:
        """Record that a test of a claim, or its whole file, failed outside of any check; once for each place."""
        culprit = claim_at_fault(error) if isinstance(error, BaseException) else ""
        reason = said(error) if isinstance(error, BaseException) else error
        if node not in {crash.node for crash in self.crashes[claim]}:
            self.crashes[claim].append(Crash(node, reason, "" if culprit == claim else culprit))


class Evidence:
    """Records what one test finds; the ``evidence`` fixture.

    A claim is named by its name. Raises ``KeyError`` for a claim or a statement that there is not, and
    ``theory.BrokenClaimError`` for a claim whose module cannot be imported.
    """

    def __init__(self, ledger: Ledger, node: str) -> None:
        self._ledger, self._node = ledger, node

    def derived(self, claim: str) -> None:
        """Check every derivation of the claim, statement by statement, then its lemmas.

        Each has to be accepted by the kernel and withstand the falsifier, and that of a statement has to conclude its
        formal relation from the assumptions it names. Raises one ``AssertionError`` that names those that do not, after
        all were checked.
        """
        from proofs_checks.evidence.judges import AtFaultError, Fault, verdicts

        known = self._ledger.claims[claim]
        ahead = self._ledger.ahead
        found = (ahead.verdicts(claim) if ahead is not None else None) or verdicts(known)
        if not found:
            raise AssertionError(f"{claim} has no derivation")
        failures: list[str] = []
        names = {f"'{lemma.name}'": lemma.name for lemma in known.lemmas}
        for name, verdict in found.items():
            lemma = name in names
            derivation = None if lemma else known.statement(name).derivation
            title = f"lemma {name}" if derivation is None else f"'{derivation.name}'"
            with (
                self._collected(failures, f"lemma {name}" if lemma else name),
                self._record(
                    claim, "derived", () if lemma else (name,), f"{title}, step by step, for all sizes"
                ) as figures,
            ):
                if isinstance(verdict, Fault):
                    raise AtFaultError(verdict.reason, verdict.culprit)
                figures |= verdict
        if failures:
            raise AssertionError(f"{claim}: " + "\n".join(failures))

    def machine_checked(self, claim: str, statement: str, theorems: Mapping[str, Theorem | str]) -> None:
        """Record the theorems of the proof assistant that a statement names.

        ``theorems`` has for each name the theorem, or why there is none. Fails if the statement names none, if one is
        missing, and if one rests on an axiom.
        """
        with self._record(claim, "machine-checked", (statement,), "proved in Coq, without axioms") as figures:
            names = self._ledger.claims[claim].statement(statement).theorems
            if not names:
                raise AssertionError(f"'{statement}' of {claim} names no theorem")
            for name in names:
                found = theorems.get(name, f"{name} was not asked for")
                if isinstance(found, str):
                    raise AssertionError(found)
                if replace(found, assumptions="") != replace(self._ledger.written(name), assumptions=""):
                    raise AssertionError(f"{name} is not what its file says")
                self._ledger.theorems[name] = found
                if not found.closed:
                    raise AssertionError(f"{name} rests on {found.assumptions or 'what was not asked'}")
            figures["theorems"] = len(names)

    def not_checked(self, claim: str, statements: Names, level: str, description: str, why: str) -> None:
        """Record a check that cannot run here; it counts for nothing."""
        names = self._named(claim, statements)
        self._ledger.checks[claim].append(Check(level, names, self._node, NOT_CHECKED, description, {}, why))

    @contextmanager
    def tested(self, claim: str, statements: Names, description: str) -> Iterator[Tally]:
        """Count the instances of a property that is tested on many; fails if there was none."""
        with self._counted(claim, "tested", statements, description, Tally()) as tally:
            yield tally

    @contextmanager
    def certified(self, claim: str, statements: Names, description: str) -> Iterator[Proofs]:
        """Count what is proved of stated instances, in exact numbers or balls; fails if there was none.

        Raises ``ValueError`` for a universal statement: no number of instances proves it.
        """
        known = self._ledger.claims[claim]
        universal = [name for name in self._named(claim, statements) if known.statement(name).universal]
        if universal:
            raise ValueError(
                f"'{', '.join(universal)}' of {claim} names no instances: it is universal, so instances test it, "
                f"and certify nothing"
            )
        with self._counted(claim, "certified", statements, description, Proofs()) as tally:
            yield tally

    @contextmanager
    def observed(self, claim: str, statements: Names, description: str) -> Iterator[Tally]:
        """Count trained or simulated instances, measured in floats; fails if there was none."""
        with self._counted(claim, "observed", statements, description, Tally()) as tally:
            yield tally

    def control(self, claim: str, variant: str, counterexample: str | None, *, because: str, statement: str) -> None:
        """Record a false neighbour of a statement, why it is false, and the instance that refutes it.

        Fails if there is no such instance: then the check cannot tell the variant from the statement.
        """
        self._named(claim, statement)
        for text, what in ((variant, "what the variant is"), (because, "why it is false")):
            if not isinstance(text, str) or not text.strip():
                raise ValueError(f"a control of {claim} has to say {what}")
        found = isinstance(counterexample, str) and bool(counterexample.strip())
        shown = counterexample if found and counterexample else "no counterexample was found"
        self._add(claim, Control(variant, statement, because, self._node, found, shown))

    def refuted(
        self, claim: str, variant: str, theorem: str, statement: str, theorems: Mapping[str, Theorem | str]
    ) -> None:
        """Record a false neighbour of a statement that the theorem named refutes, beside those that say the statement.

        ``theorems`` has for each name the theorem, or why there is none. Fails unless the refutation is there, uses no
        axiom, and denies something as a whole.
        """
        self._named(claim, statement)
        named = self._ledger.claims[claim].statement(statement).theorems
        negated = tuple(found for name in named if isinstance(found := theorems.get(name), Theorem))
        found = theorems.get(theorem, f"{theorem} was not asked for")
        complaint = found if isinstance(found, str) else _complaint(found)
        proved = Theorem(theorem, "") if isinstance(found, str) else found
        because = "its negation is proved in Coq"
        self._add(claim, Control(variant, statement, because, self._node, not complaint, complaint, proved, negated))

    def data(self, name: str, digest: str) -> None:
        """Note the digest of data that a check used."""
        self._ledger.data[name] = digest

    def seed(self, name: str, seed: object) -> None:
        """Note a seed that a check used."""
        self._ledger.seeds[name] = seed

    def _add(self, claim: str, control: Control) -> None:
        self._ledger.controls[claim].append(control)
        if not control.refuted:
            raise AssertionError(
                f"the control '{control.variant}' of {claim} was not refuted: the check cannot tell it from the claim: "
                f"{control.counterexample}"
            )

    def _named(self, claim: str, statements: Names) -> tuple[str, ...]:
        known = self._ledger.claims[claim]
        names = (statements,) if isinstance(statements, str) else tuple(statements)
        if not names:
            raise ValueError(f"a check of {claim} has to name a statement")
        for name in names:
            known.statement(name)
        return names

    @contextmanager
    def _counted(self, claim: str, level: str, statements: Names, description: str, tally: _T) -> Iterator[_T]:
        names = self._named(claim, statements)
        with self._record(claim, level, names, description, tally) as figures:
            try:
                yield tally
            finally:
                figures |= tally.summary()
            tally.require_some(f"{claim}: '{description}'")

    @contextmanager
    def _record(
        self, claim: str, level: str, names: Sequence[str], description: str, tally: Tally | None = None
    ) -> Iterator[dict[str, Figure]]:
        """Record how a block came out; an interrupted one leaves no trace."""
        figures: dict[str, Figure] = {}
        outcome, reason, culprit = PASSED, "", ""
        try:
            yield figures
        except pytest.skip.Exception as error:
            outcome, reason = NOT_CHECKED, str(error)
            raise
        except (Exception, pytest.fail.Exception) as error:
            outcome, reason, culprit = FAILED, said(error), getattr(error, "culprit", "")
            raise
        except BaseException:
            outcome = ""
            raise
        finally:
            if outcome:
                plain = {str(name): _plain(value) for name, value in figures.items()}
                table = _plain_table(tally.table) if tally is not None and tally.table is not None else None
                check = Check(level, tuple(names), self._node, outcome, description, plain, reason, culprit, table)
                self._ledger.checks[claim].append(check)

    @contextmanager
    def _collected(self, failures: list[str], what: str) -> Iterator[None]:
        """Turn a failure into a line of the list, so that the next one is checked too."""
        try:
            yield
        except AssertionError as error:
            failures.append(f"{what}: {error}")


def _complaint(theorem: Theorem) -> str:
    """Why a theorem refutes nothing, or nothing."""
    try:
        require_refutation(theorem.statement)
    except ValueError as error:
        return f"{theorem.name}: {error}"
    return "" if theorem.closed else f"{theorem.name} rests on {theorem.assumptions or 'what was not asked'}"


def _plain(value: object) -> Figure:
    """A figure as JSON has it: numbers of numpy become Python's, what is infinite or no number becomes text."""
    if isinstance(value, bool | int | str) or value is None:
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(float(value))
    item = getattr(value, "item", None)
    return _plain(item()) if callable(item) and getattr(value, "ndim", None) == 0 else str(value)


def _plain_table(table: Table) -> Table:
    return Table(table.head, tuple(tuple(map(_plain, row)) for row in table.rows))


def said(error: BaseException) -> str:
    """What an exception says, with its notes; an assertion without its kind."""
    text = "".join(traceback.format_exception_only(error)).strip()
    if isinstance(error, AssertionError):
        text = re.sub(rf"^[\w.]*{type(error).__name__}:?", "", text).strip() or type(error).__name__
    return text if len(text) <= LONGEST_REASON else text[:LONGEST_REASON] + " ..."
