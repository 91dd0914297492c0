"""Styles of instances: in which way values are drawn, the boundary cases first."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Style:
    """How values are drawn: ``size`` fixes all sizes, is 0 for sizes at random, or -1 for sizes that differ."""

    name: str
    size: int = 0


STYLES = (
    Style("zero", 1),
    Style("small", 1),
    Style("zero", 2),
    Style("minus one", 2),
    Style("equal"),
    Style("one"),
    Style("rising", -1),
    Style("falling", -1),
    Style("signs"),
    Style("identity", 2),
    Style("small", 2),
    Style("signs"),
    Style("equal"),
)
"""Boundary cases; after them small and large fractions and signs alternate."""


def style(number: int) -> Style:
    """The style of an instance by its number."""
    return STYLES[number] if number < len(STYLES) else Style(("small", "large", "small", "signs")[number % 4])
