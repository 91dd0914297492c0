"""Derivations that must not be accepted: each rule of the kernel with the nearest thing that it must refuse."""

from tests.theory.kernel.falsehoods import (
    analysis,
    attacked_names,
    attacks,
    bound_names,
    discharged,
    equations,
    forged,
    index_sets,
    justifications,
    kinds,
    labels_and_ends,
    powers,
    ranges,
    relations,
    signs,
)
from tests.theory.kernel.falsehoods.common import FALSEHOODS, UNPROVED, Build

__all__ = [
    "FALSEHOODS",
    "UNPROVED",
    "Build",
    "analysis",
    "attacked_names",
    "attacks",
    "bound_names",
    "discharged",
    "equations",
    "forged",
    "index_sets",
    "justifications",
    "kinds",
    "labels_and_ends",
    "powers",
    "ranges",
    "relations",
    "signs",
]
