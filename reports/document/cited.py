"""The lemmas that statements are given, by the work that they are taken from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports import markup
from reports.document.shown import ShownClaim
from reports.latex import Markdown, with_formulas

_PLACE = re.compile(r", (?=(?:chapters?|theorems?|sections?|[Ll]emma|corollary)\b)|: |(?<=^DLMF) ")
"""What stands between a work and the place in it."""


@dataclass(frozen=True)
class Cited:
    """What is taken from one work: for each place in it the place, the names of the lemmas, and who uses them."""

    work: Markdown
    places: Sequence[tuple[Markdown, Sequence[Markdown], Markdown]]

    @property
    def lemmas(self) -> int:
        """How many lemmas these are."""
        return sum(len(names) for _, names, _ in self.places)


def split(source: str) -> tuple[str, str]:
    """The work that a source names, and the place in it, "" where it names none.

    >>> split("Rudin, Real and Complex Analysis, theorem 1.33 (triangle inequality)")
    ('Rudin, Real and Complex Analysis', 'theorem 1.33 (triangle inequality)')
    >>> split("DLMF 5.9.1"), split("divergence theorem")
    (('DLMF', '5.9.1'), ('divergence theorem', ''))
    """
    work, *place = _PLACE.split(source, maxsplit=1)
    return work, "".join(place)


def cited(claims: Sequence[ShownClaim]) -> list[Cited]:
    """The lemmas that the statements of some claims are given, each once, by their sources."""
    found: dict[str, dict[str, list[tuple[str, Markdown]]]] = {}
    for name, source, link in _given(claims):
        # the note on a reference says where in it
        work, place = source.split(":", 1) if markup.cites(source) else split(source)
        places = found.setdefault(work, {})
        uses = places.setdefault(place.strip(), [])
        if (name, link) not in uses:
            uses.append((name, link))
    return [
        Cited(
            Markdown(f"@{work}") if markup.cites(f"{work}:") else with_formulas(work),
            [_place(place, uses) for place, uses in sorted(places.items())],
        )
        for work, places in sorted(found.items(), key=lambda each: each[0].lower())
    ]


def _given(claims: Sequence[ShownClaim]) -> Iterator[tuple[str, str, Markdown]]:
    for claim in claims:
        for each in claim.statements:
            for lemma in each.standing.verdict.given:
                yield lemma.name, lemma.source, claim.link


def _place(place: str, uses: Sequence[tuple[str, Markdown]]) -> tuple[Markdown, Sequence[Markdown], Markdown]:
    names = [with_formulas(name) for name in dict.fromkeys(name for name, _ in uses)]
    return with_formulas(place), names, markup.separated(dict.fromkeys(link for _, link in uses), ", ")
