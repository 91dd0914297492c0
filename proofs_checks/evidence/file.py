"""Writing and reading evidence.json.

What is read is an input like any other: a level that is not one of ours, a missing key, a number that is not a number,
or a standing other than the evidence gives is refused, with the place where it stands.
"""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from numerics.arrays.files import SEAL, atomic_writer, sealed, unsealed
from proofs_checks.evidence.record import (
    FAILED,
    LEVELS,
    NOT_CHECKED,
    PASSED,
    Check,
    Claim,
    Control,
    Crash,
    Derivation,
    Evidence,
    Figure,
    Lemma,
    Statement,
    Table,
    Theorem,
    Use,
)
from proofs_checks.evidence.standing import ClaimStanding, Standing, Verdict, standings

FORMAT = "stable-minima evidence 2"

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_T = TypeVar("_T")
Record = dict[str, Any]


def write_evidence(path: Path, evidence: Evidence) -> None:
    """Write evidence as JSON, with the standing of every claim and statement, atomically; raises OSError."""
    text = json.dumps(sealed(as_record(evidence)), indent=1, ensure_ascii=False, allow_nan=False)
    with atomic_writer(path) as file:
        file.write(text.encode())


def as_record(evidence: Evidence) -> Record:
    """What JSON holds of the evidence."""
    found = standings(evidence.claims)
    record = {"format": FORMAT, **asdict(evidence), "written": time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())}
    for claim in record["claims"]:
        standing = found[claim["name"]]
        claim["standing"] = _standing(standing)
        for statement in claim["statements"]:
            statement["standing"] = _standing(standing.statements[statement["name"]])
    return record


def _standing(standing: Standing) -> Record:
    return {"verdict": _verdict(standing.verdict), "without_coq": _verdict(standing.without_coq)}


def _verdict(verdict: Verdict) -> Record:
    given = [lemma.name for lemma in verdict.given]
    return {"level": verdict.level, "given": given, "outcome": verdict.outcome, "reason": verdict.reason}


def read_evidence(path: Path) -> Evidence:
    """Read an evidence file; raises OSError, or ValueError, saying where, if it is malformed or was damaged."""
    try:
        record = json.loads(path.read_text("utf-8"), parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path.name} is not valid JSON: {error}") from error
    try:
        return parse_evidence(unsealed(record) if isinstance(record, dict) and SEAL in record else record)
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from error


def _constant(name: str) -> float:
    if name == "NaN":
        raise ValueError("NaN stands for a number")
    return math.inf if name == "Infinity" else -math.inf


def parse_evidence(record: object) -> Evidence:
    """Turn decoded JSON into Evidence. Raises ValueError naming the first entry that breaks the schema."""
    top = _Entry(record, "the file")
    if top.text("format") != FORMAT:
        raise ValueError(f"format is {top.text('format')!r}, expected {FORMAT!r}")
    entries = top.entries("claims")
    claims = tuple(_claim(entry) for entry in entries)
    _require_once([claim.name for claim in claims], "claim")
    _require_standings(claims, entries)
    return Evidence(
        claims=claims,
        environment=top.figures("environment"),
        seeds=top.figures("seeds"),
        data=top.figures("data"),
        command=top.text("command"),
        outcome=top.one_of("outcome", (PASSED, FAILED)),
        macros=top.texts("macros", optional=True),
        selected=top.texts("selected", optional=True),
        profile=top.text("profile", optional=True) or None,
        sources_digest=top.text("sources_digest", optional=True) or None,
    )


def _require_once(names: Sequence[str], what: str) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{what} {name!r} is recorded {names.count(name)} times")


def _require_standings(claims: Sequence[Claim], entries: Sequence[_Entry]) -> None:
    """Refuse a standing other than that which the rest of the file gives."""
    found: Mapping[str, ClaimStanding] = standings(claims)
    for claim, entry in zip(claims, entries, strict=True):
        standing = found[claim.name]
        places: list[tuple[str, _Entry, Standing]] = [(f"claim {claim.name!r}", entry, standing)]
        for statement in entry.entries("statements"):
            name = statement.text("name")
            places.append((f"statement {name!r} of {claim.name!r}", statement, standing.statements[name]))
        for place, recorded, given in places:
            # it may be left out, since it is computed anyway
            if recorded.record.get("standing", _standing(given)) != _standing(given):
                raise ValueError(f"{place}: recorded with another standing than {given.verdict.text!r}, which it has")


def _claim(entry: _Entry) -> Claim:
    name = entry.text("name")
    if not _NAME.fullmatch(name):
        raise ValueError(f"{entry.place}: name {name!r} must be lower-case words joined by hyphens")
    entry = _Entry(entry.record, f"claim {name!r}")
    statements = entry.all("statements", _statement)
    fault = entry.text("fault")
    if not statements and not fault:
        raise ValueError(f"{entry.place} has no statements, and no fault that would be the reason")
    _require_once([statement.name for statement in statements], f"{entry.place}: statement")
    names = {statement.name for statement in statements}
    checks, controls = entry.all("checks", _check), entry.all("controls", _control)
    spoken_of = [statement for check in checks for statement in check.statements]
    for statement in (*spoken_of, *(control.statement for control in controls)):
        if statement not in names:
            raise ValueError(f"{entry.place}: there is evidence for {statement!r}, which is none of its statements")
    return Claim(
        name=name,
        title=entry.text("title"),
        source=entry.text("source"),
        statements=statements,
        rests_on=entry.texts("rests_on"),
        checks=checks,
        controls=controls,
        crashes=entry.all("crashes", lambda crash: Crash(*map(crash.text, ("node", "reason", "culprit")))),
        lemmas=entry.all("lemmas", _derivation),
        remarks=entry.text("remarks"),
        fault=fault,
        culprit=entry.text("culprit"),
        complete=entry.flag("complete") is True,
    )


def _statement(entry: _Entry) -> Statement:
    name = entry.text("name")
    entry = _Entry(entry.record, f"{entry.place} ({name})")
    return Statement(
        name=name,
        text=entry.text("text"),
        hypotheses=entry.texts("hypotheses"),
        formal=entry.text("formal"),
        instances=entry.texts("instances"),
        cited=entry.text("cited"),
        rests_on=entry.texts("rests_on"),
        assumes=entry.texts("assumes"),
        given=entry.all("given", lambda x: Lemma(x.text("name"), x.text("latex"), x.text("source"))),
        within=entry.texts("within", optional=True),
        where=entry.texts("where", optional=True),
        theorems=entry.all("theorems", _theorem),
        derivation=entry.maybe("derivation", _derivation),
    )


def _check(entry: _Entry) -> Check:
    return Check(
        level=entry.one_of("level", tuple(LEVELS)),
        statements=entry.texts("statements"),
        node=entry.text("node"),
        outcome=entry.one_of("outcome", (PASSED, FAILED, NOT_CHECKED)),
        description=entry.text("description"),
        figures=entry.figures("figures"),
        reason=entry.text("reason"),
        culprit=entry.text("culprit", optional=True),
        table=entry.maybe("table", _table, optional=True),
    )


def _table(entry: _Entry) -> Table:
    rows = entry.value("rows")
    if not isinstance(rows, list | tuple) or not all(isinstance(row, list | tuple) for row in rows):
        raise ValueError(f"{entry.place}: 'rows' is {rows!r}, expected a list of lists")
    try:
        return Table(entry.texts("head"), tuple(tuple(map(_figure, row)) for row in rows))
    except ValueError as error:
        raise ValueError(f"{entry.place}: {error}") from None


def _control(entry: _Entry) -> Control:
    return Control(
        variant=entry.text("variant"),
        statement=entry.text("statement"),
        because=entry.text("because"),
        node=entry.text("node"),
        refuted=entry.flag("refuted"),
        counterexample=entry.text("counterexample"),
        theorem=entry.maybe("theorem", _theorem),
        negated=entry.all("negated", _theorem),
    )


def _theorem(entry: _Entry) -> Theorem:
    return Theorem(*(entry.text(key) for key in ("name", "statement", "context", "assumptions")))


def _derivation(entry: _Entry) -> Derivation:
    return Derivation(
        title=entry.text("title"),
        latex=entry.text("latex"),
        uses=entry.all("uses", lambda use: Use(*map(use.text, ("name", "latex", "kind", "formal")))),
        inherits=entry.texts("inherits"),
    )


class _Entry:
    """One JSON object together with the place it stands in, for error messages."""

    def __init__(self, record: object, place: str) -> None:
        if not isinstance(record, dict):
            raise ValueError(f"{place} is {type(record).__name__}, expected an object")
        self.record: Record = record
        self.place = place

    def value(self, key: str) -> Any:
        if key not in self.record:
            raise ValueError(f"{self.place}: {key!r} is missing")
        return self.record[key]

    def text(self, key: str, *, optional: bool = False) -> str:
        value = self.record.get(key) if optional else self.value(key)
        if optional and value is None:
            return ""
        if not isinstance(value, str):
            raise ValueError(f"{self.place}: {key!r} is {value!r}, expected text")
        return value

    def one_of(self, key: str, allowed: Sequence[str]) -> str:
        if self.value(key) not in allowed:
            raise ValueError(f"{self.place}: {key!r} is {self.value(key)!r}, expected one of {', '.join(allowed)}")
        return self.text(key)

    def flag(self, key: str) -> bool | None:
        value = self.value(key)
        if value is None or isinstance(value, bool):
            return value
        raise ValueError(f"{self.place}: {key!r} is {value!r}, expected true, false or null")

    def texts(self, key: str, *, optional: bool = False) -> tuple[str, ...]:
        value = self.record.get(key, []) if optional else self.value(key)
        # tuples come from a record that was not written out
        if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise ValueError(f"{self.place}: {key!r} is {value!r}, expected a list of texts")

    def entries(self, key: str) -> list[_Entry]:
        value = self.value(key)
        if not isinstance(value, list | tuple):
            raise ValueError(f"{self.place}: {key!r} is {value!r}, expected a list")
        return [_Entry(item, f"{self.place}: {key}[{place}]") for place, item in enumerate(value)]

    def all(self, key: str, parse: Callable[[_Entry], _T]) -> tuple[_T, ...]:
        return tuple(parse(entry) for entry in self.entries(key))

    def maybe(self, key: str, parse: Callable[[_Entry], _T], *, optional: bool = False) -> _T | None:
        value = self.record.get(key) if optional else self.value(key)
        return None if value is None else parse(_Entry(value, f"{self.place}: {key!r}"))

    def figures(self, key: str) -> dict[str, Figure]:
        value = _Entry(self.value(key), f"{self.place}: {key!r}").record
        return {name: _figure(item) for name, item in value.items()}


def _figure(item: object) -> Figure:
    return item if item is None or isinstance(item, str | int | float) else json.dumps(item, ensure_ascii=False)
