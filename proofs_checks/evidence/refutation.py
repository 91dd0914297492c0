"""Whether a theorem of Coq denies something as a whole, judged by how its statement is written."""

from __future__ import annotations

import re

_HEAD = re.compile(r"^\s*(?:Theorem|Corollary|Lemma|Fact|Proposition)\s+[\w']+\s*")
_TOKENS = re.compile(r"[(){}\[\]]|->|<->|/\\|\\/|~~|~|[\w'.]*\w|:=|:|,|[<>=!+*|&^%-]+|\S")
_OPEN, _CLOSE = "([{", ")]}"
_INFIX = ("/\\", "\\/", "<->", "->")


def require_refutation(statement: str) -> None:
    """Raise ``ValueError`` unless a theorem, for all values of its variables and under its premises, denies something.

    What it concludes must be ``~ (...)``, ``~ X`` or ``False``, or, for all of something, ``exists``. That a negation
    stands somewhere inside is not enough, and ``False`` anywhere else makes it a triviality.

    >>> require_refutation("Theorem t c : 1 < c -> ~ (forall x, c < x).")
    >>> require_refutation("Theorem t : forall x, (~ (x < 0)) -> 0 <= x.")
    Traceback (most recent call last):
        ...
    ValueError: the theorem denies nothing as a whole: it concludes 0 <= x
    """
    every = _TOKENS.findall(_without_head(statement))
    tokens, universal = _conclusion(_body(every))
    bound, tokens = universal or _has_binders(statement), _unwrapped(tokens)
    if every.count("False") > (tokens == ["False"]):
        raise ValueError("the theorem denies nothing as a whole: it speaks of False")
    denies = tokens == ["False"] or (tokens[:1] == ["~"] and _is_one_operand(tokens[1:]))
    if not denies and not (tokens[:1] == ["exists"] and bound):
        raise ValueError(f"the theorem denies nothing as a whole: it concludes {' '.join(tokens)}")


def _without_head(statement: str) -> str:
    text = _HEAD.sub("", statement.strip(), count=1)
    return text.removesuffix(".")


def _has_binders(statement: str) -> bool:
    tokens = _TOKENS.findall(_without_head(statement))
    return bool(tokens) and tokens[0] != ":"


def _body(tokens: list[str]) -> list[str]:
    """What stands after the colon that follows the theorem's own binders."""
    place = _first(tokens, (":",))
    if place is None:
        raise ValueError("the theorem has no statement")
    return tokens[place + 1 :]


def _conclusion(tokens: list[str]) -> tuple[list[str], bool]:
    """What is left after the quantifiers and premises in front, and whether there was a quantifier."""
    universal = False
    while True:
        inner = _unwrapped(tokens)
        if inner[:1] == ["forall"]:
            comma = _first(inner, (",",))
            if comma is None:
                return inner, universal
            tokens, universal = inner[comma + 1 :], True
            continue
        arrow = None if inner[:1] == ["exists"] else _first(inner, ("->",))
        # what binds a variable takes all that follows, so an arrow behind it is no premise of the theorem
        binder = _first(inner, ("exists", "forall"))
        if arrow is None or (binder is not None and binder < arrow) or _first(inner, ("<->",)) is not None:
            return inner, universal
        tokens = inner[arrow + 1 :]


def _first(tokens: list[str], wanted: tuple[str, ...]) -> int | None:
    """The place of the first of some tokens outside of all brackets."""
    depth = 0
    for place, token in enumerate(tokens):
        if depth == 0 and token in wanted:
            return place
        depth += (token in _OPEN) - (token in _CLOSE)
    return None


def _unwrapped(tokens: list[str]) -> list[str]:
    """Without brackets around the whole."""
    while tokens[:1] == ["("] and _closes_last(tokens):
        tokens = tokens[1:-1]
    return tokens


def _closes_last(tokens: list[str]) -> bool:
    depth = 0
    for place, token in enumerate(tokens):
        depth += (token in _OPEN) - (token in _CLOSE)
        if depth == 0:
            return place == len(tokens) - 1
    return False


def _is_one_operand(tokens: list[str]) -> bool:
    """Whether all of it is what the negation in front applies to: nothing that binds less tightly follows."""
    return bool(tokens) and _first(tokens, _INFIX) is None
