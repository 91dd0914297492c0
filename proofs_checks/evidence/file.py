"""Reading evidence.json.

The file is an input like any other: a level that is not one of ours, a missing key or a number that is not a
number is refused, with the place where it stands.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from proofs_checks.evidence.record import (
    FAILED,
    LEVELS,
    NOT_CHECKED,
    PASSED,
    Check,
    Claim,
    Control,
    Derivation,
    Evidence,
    Figure,
    Theorem,
)

FORMAT = "stable-minima evidence 1"

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def read_evidence(path: Path) -> Evidence:
    """Read an evidence file. Raises OSError where it cannot be read, ValueError, saying where, if it is malformed."""
    try:
        record = json.loads(path.read_text("utf-8"), parse_constant=_constant)
    except ValueError as error:
        raise ValueError(f"{path.name} is not valid JSON: {error}") from error
    try:
        return parse_evidence(record)
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
    claims = tuple(_claim(entry) for entry in top.entries("claims"))
    names = [claim.name for claim in claims]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"claim {name!r} is recorded {names.count(name)} times")
    return Evidence(
        claims=claims,
        environment=top.figures("environment"),
        seeds=top.figures("seeds"),
        data=top.figures("data"),
        command=top.text("command"),
        outcome=top.one_of("outcome", (PASSED, FAILED)),
        macros=top.texts("macros", optional=True),
        profile=top.text("profile", optional=True) or None,
        sources_digest=top.text("sources_digest", optional=True) or None,
    )


def _claim(entry: _Entry) -> Claim:
    name = entry.text("name")
    if not _NAME.fullmatch(name):
        raise ValueError(f"{entry.place}: name {name!r} must be lower-case words joined by hyphens")
    entry = _Entry(entry.record, f"claim {name!r}")
    return Claim(
        name=name,
        title=entry.text("title"),
        statement=entry.text("statement"),
        hypotheses=entry.texts("hypotheses"),
        source=entry.text("source"),
        rests_on=entry.texts("rests_on"),
        strength=None if entry.value("strength") is None else entry.one_of("strength", tuple(LEVELS)),
        checks=tuple(
            Check(
                level=check.one_of("level", tuple(LEVELS)),
                node=check.text("check"),
                outcome=check.one_of("outcome", (PASSED, FAILED, NOT_CHECKED)),
                description=check.text("description"),
                figures=check.figures("figures"),
            )
            for check in entry.entries("evidence")
        ),
        controls=tuple(
            Control(
                variant=control.text("variant"),
                node=control.text("check"),
                refuted=control.flag("refuted"),
                counterexample=control.text("counterexample", optional=True),
            )
            for control in entry.entries("controls")
        ),
        derivations=_derivations(entry),
        theorems=tuple(
            Theorem(item.text("name"), item.text("statement"), item.text("assumptions"))
            for item in (entry.entries("theorems") if "theorems" in entry.record else ())
        ),
    )


def _derivations(entry: _Entry) -> tuple[Derivation, ...]:
    """Each is LaTeX alone, or an object with "title", "latex" and perhaps "uses" and "inherits"."""
    value = entry.value("derivations")
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(Derivation("", item) for item in value)
    return tuple(
        Derivation(
            title=derivation.text("title"),
            latex=derivation.text("latex"),
            uses=tuple((used.text("name"), used.text("latex")) for used in derivation.entries("uses", optional=True)),
            inherits=derivation.texts("inherits", optional=True),
        )
        for derivation in entry.entries("derivations")
    )


class _Entry:
    """One JSON object together with the place it stands in, for error messages."""

    def __init__(self, record: object, place: str) -> None:
        if not isinstance(record, dict):
            raise ValueError(f"{place} is {type(record).__name__}, expected an object")
        self.record: dict[str, Any] = record
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
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise ValueError(f"{self.place}: {key!r} is {value!r}, expected a list of texts")

    def entries(self, key: str, *, optional: bool = False) -> list[_Entry]:
        value = self.record.get(key, []) if optional else self.value(key)
        if not isinstance(value, list):
            raise ValueError(f"{self.place}: {key!r} is {value!r}, expected a list")
        return [_Entry(item, f"{self.place}: {key}[{place}]") for place, item in enumerate(value)]

    def figures(self, key: str) -> dict[str, Figure]:
        value = _Entry(self.value(key), f"{self.place}: {key!r}").record
        return {name: _figure(item) for name, item in value.items()}


def _figure(item: object) -> Figure:
    return item if item is None or isinstance(item, str | int | float) else json.dumps(item, ensure_ascii=False)
