"""How many examples are drawn, and from which seeds: the same every time, or fresh ones and five times as many.

``make soak`` does the latter, with ``--hypothesis-profile=soak --hypothesis-seed=SEED``, and prints the seed, which
repeats it. A test that sets a number of its own takes ``settings`` from here, so that a soak multiplies it:

>>> settings(max_examples=60).max_examples == 60 * factor()
True
"""

from __future__ import annotations

import random
from typing import Any

import hypothesis
import pytest

SOAK = "soak"
_FACTOR = 5
_TOO_SLOW, _FILTERED = hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.filter_too_much
_seed = 0

hypothesis.settings.register_profile(
    "tests", derandomize=True, deadline=None, database=None, suppress_health_check=[_TOO_SLOW]
)
hypothesis.settings.register_profile(
    "checks", hypothesis.settings.get_profile("tests"), max_examples=150, suppress_health_check=[_TOO_SLOW, _FILTERED]
)


def _register_soak(usual: str) -> None:
    profile = hypothesis.settings.get_profile(usual)
    hypothesis.settings.register_profile(SOAK, profile, derandomize=False, max_examples=_FACTOR * profile.max_examples)


# the command line may ask for it before it is known what it multiplies
_register_soak("tests")


def load(name: str, config: pytest.Config) -> None:
    """The profile of this name, unless another is asked for on the command line; a soak is one of this profile."""
    global _seed
    _register_soak(name)
    hypothesis.settings.load_profile(config.getoption("--hypothesis-profile", None) or name)
    _seed = int(config.getoption("--hypothesis-seed", None) or 0)


def factor() -> int:
    """By how much numbers of examples are multiplied under the profile in force."""
    return _FACTOR if hypothesis.settings.get_current_profile_name().startswith(SOAK) else 1


def settings(*, max_examples: int, **others: Any) -> hypothesis.settings:
    """``hypothesis.settings`` with so many examples, or five times as many in a soak."""
    return hypothesis.settings(max_examples=factor() * max_examples, **others)


def generator() -> random.Random:
    """Where a search for a counterexample starts: at 0, or at the seed of the command line."""
    return random.Random(_seed)
