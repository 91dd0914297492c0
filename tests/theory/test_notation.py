"""One name, one notation; what is not registered is written as it is."""

from __future__ import annotations

from theory.notation import named, notation, written


def test_one_name_one_notation() -> None:
    """A second notation gets primes, the same notation the same name."""
    first = named("test_size", "k")
    assert named("test_size", "m") == f"{first}'"
    assert named("test_size", "l") == f"{first}''"
    assert named("test_size", "k") == first
    assert notation(f"{first}'") == "m"


def test_unregistered() -> None:
    """No notation, and written by its name."""
    assert notation("test_of_nothing") is None
    assert written("test_of_nothing") == "test_of_nothing"
