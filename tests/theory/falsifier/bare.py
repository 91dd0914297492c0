"""Derivations as bare data: what the falsifier reads, and nothing that checks it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp


@dataclass(frozen=True)
class Why:
    """A reason, and a derivation that it cites."""

    reason: str = "because"
    derivation: Any = None


@dataclass(frozen=True)
class Step:
    """A step of a derivation."""

    relation: str
    expression: Any
    justification: Why = Why()


@dataclass(frozen=True)
class Hypothesis:
    """An assumption, or a definition."""

    name: str
    relation: Any
    for_all: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Bare:
    """A derivation that nobody checked."""

    name: str
    start: Any
    steps: tuple[Step, ...]
    hypotheses: tuple[Hypothesis, ...] = ()
    for_all: tuple[Any, ...] = ()
    domain: tuple[Any, ...] = ()


def stated(left: Any, relation: str, right: Any, *hypotheses: Any, **more: Any) -> Bare:
    """One step, from relations that are assumed: a relation, or a pair of a relation and what it holds for."""
    pairs = [given if isinstance(given, tuple) else (given, ()) for given in hypotheses]
    named = tuple(Hypothesis(f"given {place}", *pair) for place, pair in enumerate(pairs, 1))
    return Bare("bare", sp.sympify(left), (Step(relation, sp.sympify(right)),), named, **more)
