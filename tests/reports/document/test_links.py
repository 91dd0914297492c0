"""reports.document.links: claims are called by title and number."""

from __future__ import annotations

from proofs_checks.evidence.record import Claim
from reports.document.links import Links
from reports.latex import Markdown

ONE, OTHER = (
    Claim(name=name, title=title, source="", statements=())
    for name, title in (("a-bound", "The bound"), ("a-bound-again", "Again"))
)
LINKS = Links([("I.1", ONE, ("upper", "lower")), ("II.1", OTHER, ())])


def test_titles_and_numbers() -> None:
    assert LINKS.titled("a-bound") == "[The bound](#claim-a-bound) (I.1)"
    assert LINKS.titled("a-bound.lower") == "[The bound](#claim-a-bound) (I.1.2)"
    assert LINKS.numbered(OTHER) == '[II.1](#claim-a-bound-again "Again")'
    assert LINKS.claims == (ONE, OTHER)


def test_unknown_references_stay_as_they_are() -> None:
    assert LINKS.titled("a-bound.middle") == r"a\-bound\.middle"


def test_names_within_a_text() -> None:
    """The longest name counts; formulas and longer words are left alone."""
    text = Markdown("See a-bound-again, a-bound. $a-bound$, not a-bounds nor pre-a-bound.")
    linked = "See [Again](#claim-a-bound-again) (II.1), [The bound](#claim-a-bound) (I.1)."
    assert LINKS.within(text) == f"{linked} $a-bound$, not a-bounds nor pre-a-bound."
