"""References to claims and statements: by title and number, or by number alone, linked to the claim's section."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from proofs_checks.evidence.record import Claim
from reports import markup
from reports.latex import Markdown, escape

_FORMULA = re.compile(r"(\$\$.+?\$\$|\$.+?\$)", re.DOTALL)


class Links:
    """The claims of a report by their names, and their statements by "claim.statement"."""

    def __init__(self, numbered: Iterable[tuple[str, Claim, Sequence[str]]]) -> None:
        """``numbered`` are the claims with their numbers, and the names of their statements in order."""
        self._claims: dict[str, Claim] = {}
        self.numbers: dict[str, str] = {}
        """The number of each claim and statement."""
        for number, claim, statements in numbered:
            self._claims[claim.name] = claim
            self.numbers[claim.name] = number
            self.numbers |= {f"{claim.name}.{name}": f"{number}.{at}" for at, name in enumerate(statements, start=1)}
        # the longest first, since one name may begin another
        names = "|".join(re.escape(name) for name in sorted(self.numbers, key=len, reverse=True) if "-" in name)
        self._named = re.compile(rf"(?<![\w-])(?:{names})(?![\w-])") if names else None

    @property
    def claims(self) -> Sequence[Claim]:
        """The claims in the order of their numbers."""
        return tuple(self._claims.values())

    def titled(self, reference: str) -> Markdown:
        """The title of a claim, linked, with the number of what is referred to; an unknown one as it stands."""
        claim = self._claims.get(reference.partition(".")[0])
        if claim is None or reference not in self.numbers:
            return escape(reference)
        return Markdown(f"{markup.link_to(claim)} ({self.numbers[reference]})")

    def numbered(self, claim: Claim) -> Markdown:
        """The number of a claim, linked; its title shows where the pointer is."""
        return Markdown(f'[{self.numbers[claim.name]}](#claim-{claim.name} "{escape(claim.title)}")')

    def within(self, text: Markdown) -> Markdown:
        """A text in which claims that are called by name, outside of formulas, are called by title and number."""
        if self._named is None:
            return text
        parts = _FORMULA.split(text)
        parts[::2] = [self._named.sub(lambda found: self.titled(found[0]), part) for part in parts[::2]]
        return Markdown("".join(parts))
