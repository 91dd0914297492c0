"""How strongly each statement and each claim is known: decided here, for the table, the file and the report alike.

A statement has the strongest level that one of its own checks reached, but no more than what it rests on; a claim that
of its weakest statement. Nothing has a level that failed, that was not checked, or that rests on something without one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from proofs_checks.evidence.record import (
    CONTROLS_NEEDED,
    FAILED,
    NOT_CHECKED,
    PASSED,
    UNSUPPORTED,
    Check,
    Claim,
    Control,
    Crash,
    Lemma,
    Statement,
    rank,
    strongest,
)

MACHINE = "machine-checked"
GROUNDS_APART = "; "
"""What stands between the grounds that something is unsupported by."""


@dataclass(frozen=True)
class Verdict:
    """A level with the cited lemmas it is given, or why there is none: an outcome and a reason."""

    level: str | None = None
    given: tuple[Lemma, ...] = ()
    outcome: str = ""
    reason: str = ""

    @property
    def word(self) -> str:
        """The level, or the outcome where there is none."""
        return self.level or self.outcome

    @property
    def text(self) -> str:
        """The word, with what it is given or the reason.

        >>> Verdict("derived", (Lemma("spectral theorem", "", "a textbook"),)).text
        'derived, given spectral theorem (a textbook)'
        >>> Verdict(outcome="unsupported", reason="gram-form not checked here").text
        'unsupported: gram-form not checked here'
        """
        if self.level is None:
            return f"{self.outcome}: {self.reason}" if self.reason else self.outcome
        lemmas = "; ".join(f"{lemma.name} ({lemma.source})" for lemma in self.given)
        return f"{self.level}, given {lemmas}" if lemmas else self.level


@dataclass(frozen=True)
class Standing:
    """How something stands, and how it would stand if there were no proof assistant."""

    verdict: Verdict
    without_coq: Verdict

    @property
    def word(self) -> str:
        """The level, or the outcome where there is none."""
        return self.verdict.word


@dataclass(frozen=True)
class ClaimStanding(Standing):
    """The standing of a claim, and of each of its statements by name."""

    statements: Mapping[str, Standing]


def standings(claims: Sequence[Claim]) -> dict[str, ClaimStanding]:
    """The standing of every claim by name.

    A claim without a fault has failed where a check of it failed, a control was not refuted, a test crashed, or fewer
    than three controls were set beside it although all its checks were to run.
    """
    all_in, without = _Judge(claims, coq=True), _Judge(claims, coq=False)
    return {
        claim.name: ClaimStanding(
            all_in.claim(claim.name),
            without.claim(claim.name),
            {
                each.name: Standing(
                    all_in.statement(claim.name, each.name),
                    without.statement(claim.name, each.name),
                )
                for each in claim.statements
            },
        )
        for claim in claims
    }


class _Judge:
    """Verdicts over a set of claims, with or without what the proof assistant found."""

    def __init__(self, claims: Sequence[Claim], *, coq: bool) -> None:
        self._claims = {claim.name: claim for claim in claims}
        self._coq = coq
        self._known: dict[tuple[str, str], Verdict] = {}

    def statement(self, claim: str, name: str) -> Verdict:
        """The verdict on a statement; one that rests on itself is unsupported."""
        key = (claim, name)
        if key not in self._known:
            self._known[key] = Verdict(outcome=UNSUPPORTED, reason="rests on itself")
            self._known[key] = self._statement(self._claims[claim], name)
        return self._known[key]

    def claim(self, name: str) -> Verdict:
        """The verdict on a claim: that of its weakest statement, with all that any of them is given."""
        claim = self._claims[name]
        fault = _fault(claim)
        if fault is not None:
            return fault
        verdicts = {each.name: self.statement(name, each.name) for each in claim.statements}
        for outcome in (FAILED, NOT_CHECKED, UNSUPPORTED):
            for statement, verdict in verdicts.items():
                if verdict.outcome == outcome:
                    return Verdict(outcome=outcome, reason=self._of_part(claim, statement, verdict))
        weakest = min(verdicts.values(), key=lambda verdict: rank(verdict.level))
        return Verdict(weakest.level, _together(verdict.given for verdict in verdicts.values()))

    def _of_part(self, claim: Claim, statement: str, verdict: Verdict) -> str:
        """The reason of a statement, as that of its claim."""
        alone = verdict.outcome == UNSUPPORTED or len(claim.statements) == 1 or verdict == self._of_all(claim)
        return verdict.reason if alone else ": ".join(part for part in (statement, verdict.reason) if part)

    def _statement(self, claim: Claim, name: str) -> Verdict:
        statement = next((each for each in claim.statements if each.name == name), None)
        if statement is None:
            return _fault(claim) or Verdict(outcome=NOT_CHECKED, reason=f"{claim.name} states no {name}")
        own = _fault(claim) or self._of_all(claim) or self._own_failure(claim, name) or self._own(claim, statement)
        if own.level is None:
            return own
        level, given, missing = own.level, [own.given], []
        for ground in (*claim.rests_on, *statement.rests_on):
            below = self._ground(ground)
            if below.level is None:
                missing.append(below.reason if below.outcome == UNSUPPORTED else f"{ground} {below.outcome}")
                continue
            level = min(level, below.level, key=rank)
            given.append(below.given)
        if missing:
            reasons = dict.fromkeys(part for reason in missing for part in reason.split(GROUNDS_APART))
            return Verdict(outcome=UNSUPPORTED, reason=GROUNDS_APART.join(reasons))
        return Verdict(level, _together(given))

    def _ground(self, reference: str) -> Verdict:
        name, dot, statement = reference.partition(".")
        if name not in self._claims:
            return Verdict(outcome=NOT_CHECKED)
        return self.statement(name, statement) if dot else self.claim(name)

    def _of_all(self, claim: Claim) -> Verdict | None:
        """The failure of a whole claim, if it failed as a whole."""
        failures: list[Crash | Check] = [*claim.crashes, *self._failed(claim, "")]
        if failures:
            return self._blamed(failures)
        ran = any(check.outcome != NOT_CHECKED for check in claim.checks) or claim.controls_refuted
        count = len({control.variant for control in claim.controls})
        if claim.complete and ran and count < CONTROLS_NEEDED:
            return Verdict(
                outcome=FAILED, reason=f"{count} control{'' if count == 1 else 's'}, at least {CONTROLS_NEEDED} needed"
            )
        return None

    def _own_failure(self, claim: Claim, name: str) -> Verdict | None:
        if failures := self._failed(claim, name):
            return self._blamed(failures)
        for control in self._controls(claim):
            if control.refuted is False and control.statement == name:
                return Verdict(outcome=FAILED, reason=f"the false variant '{control.variant}' was not refuted")
        return None

    def _failed(self, claim: Claim, statement: str) -> list[Check]:
        """The failed checks of a statement, or of none."""
        checks = [check for check in self._checks(claim) if check.outcome == FAILED]
        return [check for check in checks if (statement in check.statements if statement else not check.statements)]

    def _blamed(self, failures: Sequence[Crash | Check]) -> Verdict:
        """A failure of its own, or else what the fault of another claim leaves unsupported, unless that one stands."""
        for each in failures:
            if not each.culprit or self._ground(each.culprit).level is not None:
                return Verdict(outcome=FAILED, reason=_why(each))
        return Verdict(
            outcome=UNSUPPORTED,
            reason=GROUNDS_APART.join(dict.fromkeys(f"{each.culprit} {FAILED}" for each in failures)),
        )

    def _own(self, claim: Claim, statement: Statement) -> Verdict:
        """The level of its own checks: none of instances proves what is universal."""
        mine = [check for check in self._checks(claim) if statement.name in check.statements]
        reached = {check.level for check in mine if check.outcome == PASSED}
        reached -= {"certified"} if statement.universal else set()
        level = strongest([*reached, *(["cited"] if statement.cited else [])])
        if level is None:
            waiting = next((check.reason for check in mine if check.outcome == NOT_CHECKED), "")
            return Verdict(outcome=NOT_CHECKED, reason=waiting)
        return Verdict(level, statement.given if level == "derived" else ())

    def _checks(self, claim: Claim) -> list[Check]:
        return [check for check in claim.checks if self._coq or check.level != MACHINE]

    def _controls(self, claim: Claim) -> list[Control]:
        return [control for control in claim.controls if self._coq or control.theorem is None]


def _fault(claim: Claim) -> Verdict | None:
    if not claim.fault:
        return None
    if claim.culprit and claim.culprit != claim.name:
        return Verdict(outcome=UNSUPPORTED, reason=f"{claim.culprit} {FAILED}")
    return Verdict(outcome=FAILED, reason=claim.fault)


def _why(failure: Crash | Check) -> str:
    return failure.reason or (f"'{failure.description}' failed" if isinstance(failure, Check) else "")


def _together(given: Iterable[tuple[Lemma, ...]]) -> tuple[Lemma, ...]:
    return tuple(dict.fromkeys(lemma for lemmas in given for lemma in lemmas))
