"""What changed from one run of the checks to another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from proofs_checks.evidence.record import FAILED, INSTANCES, UNSUPPORTED, Check, Claim, Control, Evidence, Figure, rank
from proofs_checks.evidence.standing import ClaimStanding, Standing, Verdict, standings

KINDS = {
    "failed": "fails",
    "weaker": "weaker than it was",
    "vanished": "no longer there",
    "stronger": "stronger than it was",
    "appeared": "was not there",
    "changed": "changed, and neither stronger nor weaker",
    "fewer instances": "counts fewer instances",
    "more instances": "counts more instances",
    "figure": "another figure",
}
"""The kinds of changes, those that matter most first, and what each means of the later run."""

WORSE = frozenset(("failed", "weaker", "vanished"))
"""The kinds by which a later run is worse; "vanished" only of claims and statements."""


@dataclass(frozen=True)
class Change:
    """One change: its kind, a key of ``KINDS``, of what, where it is, and both values.

    ``worse`` is whether it counts against the later run.
    """

    kind: str
    what: str
    where: str
    old: str | float | None
    new: str | float | None
    worse: bool = False


def changes(old: Evidence, new: Evidence) -> list[Change]:
    """All that changed, the kinds in the order of ``KINDS``; failures of the later run are there even if they are old.

    A standing is weaker if its level is lower in the order of levels, or the same and given more lemmas; no level is
    below every level, unsupported below not checked, and failed below both.
    """
    found = list(_changes(old, new))
    order = list(KINDS)
    return sorted(found, key=lambda change: order.index(change.kind))


def _changes(old: Evidence, new: Evidence) -> Iterator[Change]:
    before, after = standings(old.claims), standings(new.claims)
    for name in dict.fromkeys([*before, *after]):
        first, second = old.claim(name), new.claim(name)
        yield from _standing("claim", name, before.get(name), after.get(name))
        statements = [*_statements(before.get(name)), *_statements(after.get(name))]
        for statement in dict.fromkeys(statements):
            there = [_statements(standing.get(name)).get(statement) for standing in (before, after)]
            yield from _standing("statement", f"{name}.{statement}", *there)
        if first is not None and second is not None:
            yield from _checks(first, second)
            yield from _controls(first, second)
    if new.outcome == FAILED:
        yield Change("failed", "run", new.command, old.outcome, new.outcome, worse=True)


def _statements(standing: ClaimStanding | None) -> dict[str, Standing]:
    return dict(standing.statements) if standing is not None else {}


def _standing(what: str, where: str, old: Standing | None, new: Standing | None) -> Iterator[Change]:
    if old is None or new is None:
        kind = "vanished" if new is None else "failed" if new.verdict.outcome == FAILED else "appeared"
        first, second = (each.verdict.text if each is not None else None for each in (old, new))
        yield Change(kind, what, where, first, second, worse=kind in WORSE)
        return
    yield from _verdict(what, where, old.verdict, new.verdict)
    if (old.without_coq, new.without_coq) != (old.verdict, new.verdict):
        yield from _verdict(f"{what} without Coq", where, old.without_coq, new.without_coq)


def _verdict(what: str, where: str, old: Verdict, new: Verdict) -> Iterator[Change]:
    kind = ""
    if new.outcome == FAILED:
        kind = "failed"
    elif (old.word, old.given) != (new.word, new.given):
        kind = _direction(old, new)
    if kind:
        yield Change(kind, what, where, old.text, new.text, worse=kind in WORSE)


def _direction(old: Verdict, new: Verdict) -> str:
    first, second = _strength(old), _strength(new)
    if first != second:
        return "stronger" if second > first else "weaker"
    given, needed = ({lemma.name for lemma in each.given} for each in (old, new))
    return "stronger" if needed < given else "weaker" if needed > given else "changed"


def _strength(verdict: Verdict) -> int:
    return rank(verdict.level) - {FAILED: 2, UNSUPPORTED: 1}.get(verdict.outcome, 0)


def _checks(old: Claim, new: Claim) -> Iterator[Change]:
    first, second = _by_place(old.checks), _by_place(new.checks)
    for key in dict.fromkeys([*first, *second]):
        where = f"{new.name}: {key[1]}"
        before, after = first.get(key), second.get(key)
        if before is None or after is None:
            one, other = (check.outcome if check is not None else None for check in (before, after))
            failed = after is not None and after.outcome == FAILED
            kind = "failed" if failed else "vanished" if after is None else "appeared"
            yield Change(kind, "check", where, one, other, worse=failed)
            continue
        if after.outcome == FAILED:
            yield Change("failed", "check", where, before.outcome, after.reason or FAILED, worse=True)
        elif before.outcome != after.outcome:
            kind = "stronger" if before.outcome == FAILED else "changed"
            yield Change(kind, "check", where, before.outcome, after.outcome)
        yield from _figures(where, before, after)


def _by_place(checks: Sequence[Check]) -> dict[tuple[str, str, str, int], Check]:
    """Checks by their file and test, description and level; those alike in these by their number."""
    seen: Counter[tuple[str, str, str]] = Counter()
    found = {}
    for check in checks:
        key = (check.node, check.description, check.level)
        found[*key, seen[key]] = check
        seen[key] += 1
    return found


def _figures(where: str, old: Check, new: Check) -> Iterator[Change]:
    first, second = _with_table(old), _with_table(new)
    for name in dict.fromkeys([*first, *second]):
        before, after = first.get(name), second.get(name)
        if before == after:
            continue
        kind, counts = "figure", (old.number(name), new.number(name))
        if name == INSTANCES and None not in counts:
            kind = "fewer instances" if (counts[1] or 0) < (counts[0] or 0) else "more instances"
        yield Change(kind, name, where, before, after)


def _with_table(check: Check) -> dict[str, Figure]:
    """The figures of a check and the entries of its table, these by row and column."""
    if check.table is None:
        return dict(check.figures)
    _, *columns = check.table.head
    entries = {
        f"{name}, {column}": entry
        for name, *row in check.table.rows
        for column, entry in zip(columns, row, strict=True)
    }
    return {**check.figures, **entries}


def _controls(old: Claim, new: Claim) -> Iterator[Change]:
    first, second = _by_variant(old.controls), _by_variant(new.controls)
    for key in dict.fromkeys([*first, *second]):
        where = f"{new.name}.{key[0]}: {key[1]}"
        before, after = (_refuted(controls.get(key)) for controls in (first, second))
        kind = "failed" if after == "not refuted" else ""
        if not kind and before != after:
            kind = "vanished" if after is None else "appeared" if before is None else "changed"
        if kind:
            yield Change(kind, "false variant", where, before, after, worse=kind == "failed")


def _by_variant(controls: Sequence[Control]) -> dict[tuple[str, str], Control]:
    return {(control.statement, control.variant): control for control in controls}


def _refuted(control: Control | None) -> str | None:
    if control is None:
        return None
    return {True: "refuted", False: "not refuted", None: "not checked here"}[control.refuted]
