"""What a reader is told of a claim besides its statements: prose, kept in a TOML file beside the claim's module.

None of it is evidence. The claim of ``theory/ROOM/its_name.py`` is told in ``theory/ROOM/its_name.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

PARTS: dict[str, str] = {
    "main": "The main theorem",
    "norm": "What the norm is",
    "separation": "Depth separation",
    "approximation": "Approximation",
    "trained": "Trained networks",
    "wider": "Wider: optimisers, losses, outputs, architectures",
}
"""The parts of the report, in their order."""

NOVELTY: dict[str, str] = {
    "known": "stated in the literature, proved or checked here",
    "sharper": "known in substance, here with more: a better constant, weaker hypotheses, a converse, a proof for all sizes",
    "new": "not found in the literature that was at hand",
}
"""How a claim stands to the literature."""


@dataclass(frozen=True)
class Finding:
    """A claim's card on the front page, below the title of the claim.

    ``text`` has ``{field}`` where a number belongs. A field is ``theorems``, ``steps``, ``instances`` or ``controls``,
    which count what the claim's checks found, or ``numbers`` names the figure of its checks that it is. ``figure`` is the
    picture drawn beside it. The lowest ``rank`` comes first.
    """

    rank: int
    text: str
    figure: str
    numbers: Mapping[str, str]


@dataclass(frozen=True)
class Exposition:
    """How a claim is told: texts are LaTeX with the macros of ``theory.latex.MACROS``.

    ``part`` is a key of ``PARTS``, ``order`` the place in it (equal places go by name), ``gist`` one sentence,
    ``novelty`` a key of ``NOVELTY``, ``novel`` one sentence that says what is known and what is added, ``headline`` the
    statements that the claim's page shows first, ``sketch`` the proof in a few lines, ``limits`` what the claim does not
    say, ``figures`` the names of its figures, ``finding`` its line on the front page, if it has one.
    """

    part: str
    order: int
    gist: str
    novelty: str
    novel: str
    headline: tuple[str, ...]
    sketch: tuple[str, ...]
    limits: tuple[str, ...]
    figures: tuple[str, ...] = ()
    finding: Finding | None = None


def read(path: Path) -> Exposition:
    """The exposition in a TOML file. Raises ``OSError``, or ``ValueError`` that says what is wrong in which file."""
    try:
        return _exposition(tomllib.loads(path.read_text("utf-8")))
    except (ValueError, TypeError) as error:
        raise ValueError(f"{path.name}: {error}") from error


@cache
def expositions() -> Mapping[str, Exposition]:
    """The expositions of the suite's claims by their names; raises as ``read`` does."""
    files = sorted(Path(__file__).parent.glob("[a-z]*/[a-z]*.toml"))
    return {file.stem.replace("_", "-"): read(file) for file in files}


def _exposition(record: dict[str, Any]) -> Exposition:
    finding = record.pop("finding", None)
    found = Exposition(**_fields(Exposition, record, "it"), finding=None)
    if found.part not in PARTS:
        raise ValueError(f"part is {found.part!r}, expected one of {', '.join(PARTS)}")
    if found.novelty not in NOVELTY:
        raise ValueError(f"novelty is {found.novelty!r}, expected one of {', '.join(NOVELTY)}")
    for name in ("headline", "sketch", "limits"):
        if not getattr(found, name):
            raise ValueError(f"{name} is empty")
    if finding is None:
        return found
    if not isinstance(finding, dict):
        raise ValueError(f"finding is {finding!r}, expected a table")
    return Exposition(**{**vars(found), "finding": Finding(**_fields(Finding, finding, "finding"))})


_KINDS: dict[str, type] = {"str": str, "int": int, "tuple[str, ...]": list, "Mapping[str, str]": dict}


def _fields(kind: type[Exposition] | type[Finding], record: dict[str, Any], where: str) -> dict[str, Any]:
    """The entries of a table as the fields of a dataclass; a list becomes a tuple."""
    wanted = {field.name: _KINDS[str(field.type)] for field in fields(kind) if str(field.type) in _KINDS}
    if unknown := sorted(set(record) - set(wanted)):
        raise ValueError(f"{where} has {', '.join(unknown)}, expected {', '.join(wanted)}")
    given: dict[str, Any] = {"figures": [], **record}
    for name, expected in wanted.items():
        value = given.get(name)
        if type(value) is not expected:
            raise ValueError(f"{name} is {value!r}, expected {expected.__name__}")
        texts: Any = [value] if expected is str else [] if expected is int else value
        if not all(isinstance(each, str) and each.strip() for each in texts):
            raise ValueError(f"{name} is {value!r}, expected text")
    return {name: tuple(given[name]) if wanted[name] is list else given[name] for name in wanted}
