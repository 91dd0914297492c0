"""What is claimed, and why: statements with symbolic derivations. No data, no floats.

>>> from theory import registry
>>> "stability-inequality" in registry()
True
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from theory.registry import BrokenClaimError, Registry, registry

if TYPE_CHECKING:
    from theory.claim import Claim, Source, Statement
    from theory.kernel import (
        ByDerivation,
        ByHypothesis,
        Chain,
        Derivation,
        Differentiate,
        Drop,
        Elementary,
        Evaluate,
        FalseStep,
        Hypothesis,
        Identity,
        OnInterval,
        Rewrite,
        Squares,
        check,
    )

__all__ = [
    "BrokenClaimError",
    "ByDerivation",
    "ByHypothesis",
    "Chain",
    "Claim",
    "Derivation",
    "Differentiate",
    "Drop",
    "Elementary",
    "Evaluate",
    "FalseStep",
    "Hypothesis",
    "Identity",
    "OnInterval",
    "Registry",
    "Rewrite",
    "Source",
    "Squares",
    "Statement",
    "check",
    "registry",
]

_OF_CLAIM = ("Claim", "Source", "Statement")


def __getattr__(name: str) -> Any:
    # imported when a name is asked for, since all but the registry brings SymPy with it
    if name not in __all__:
        raise AttributeError(f"module 'theory' has no attribute {name!r}")
    found = globals()[name] = getattr(import_module("theory.claim" if name in _OF_CLAIM else "theory.kernel"), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
