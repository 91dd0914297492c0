"""What is known of mutants: the last word on each, and how many of each file were noticed.

A mutant that changes nothing that any caller could see is listed in equivalent.toml, with the reason; it is known by
its file, the line on which it stands and the change.
"""

from __future__ import annotations

import functools
import json
import tomllib
from pathlib import Path
from typing import Any

_LISTED = Path(__file__).with_name("equivalent.toml")


def read(results: Path) -> dict[str, dict[str, Any]]:
    """The last line on each mutant, by its name."""
    if not results.is_file():
        return {}
    return {known["name"]: known for known in map(json.loads, results.read_text(encoding="utf-8").splitlines())}


@functools.cache
def equivalents() -> dict[tuple[str, str, str, str], str]:
    """Why a mutant changes nothing, by its file, the text of its line, and what was replaced by what."""
    with _LISTED.open("rb") as listed:
        entries = tomllib.load(listed)["mutant"]
    return {(e["file"], e["text"], e["before"], e["after"]): e["reason"] for e in entries}


def is_equivalent(known: dict[str, Any]) -> bool:
    """Whether a mutant is in the list."""
    return tuple(known[part] for part in ("file", "text", "before", "after")) in equivalents()


def written(known: dict[str, dict[str, Any]], paths: list[str] | None = None) -> str:
    """A table by file, and below it what survived and is not in the list."""
    rows: dict[str, list[int]] = {}
    left = []
    for mutant in known.values():
        if paths is not None and not mutant["file"].startswith(tuple(paths)):
            continue
        survived = mutant["verdict"] == "survived"
        kind = 2 if survived and is_equivalent(mutant) else 3 if survived else 1
        row = rows.setdefault(mutant["file"], [0, 0, 0, 0])
        row[0] += 1
        row[kind] += 1
        if kind == 3:
            left.append(
                f"{mutant['file']}:{mutant['line']}: {mutant['before']} -> {mutant['after']}\n    {mutant['text']}"
            )
    total = [sum(column) for column in zip(*rows.values(), strict=True)] or [0, 0, 0, 0]
    lines = [f"{'file':44} mutants killed equivalent survived"]
    for file, row in [*sorted(rows.items()), ("all", total)]:
        lines.append(f"{file:44} {row[0]:7} {row[1]:6} {row[2]:10} {row[3]:8}")
    return "\n".join([*lines, "", *sorted(left)])
