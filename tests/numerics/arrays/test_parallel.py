"""Calls in this process and in others: their order, what is kept of them, and when arguments are drawn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from numerics.arrays.parallel import run_all
from tests.numerics.arrays.calls import failing, fatal, squared


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_the_order_of_the_arguments(tmp_path: Path, workers: int) -> None:
    """Each once, and each was kept."""
    kept: dict[int, int] = {}
    results = run_all(
        squared,
        range(6),
        tmp_path / "log",
        workers=workers,
        keep=lambda place, found: kept.update({place: found[0]}),
    )
    assert [value for value, _ in results] == [0, 1, 4, 9, 16, 25]
    assert kept == {place: place**2 for place in range(6)}
    called = [int(line.split()[1]) for line in (tmp_path / "log").read_text().splitlines()]
    assert sorted(called) == list(range(6))


def test_arguments_are_drawn_one_by_one_in_this_process() -> None:
    """After the result before was kept and taken, which what is called next may depend on."""
    events: list[str] = []

    def arguments() -> Iterator[int]:
        for number in (1, 2):
            events.append(f"drawn {number}")
            yield number

    results = run_all(failing, arguments(), None, keep=lambda _, found: events.append(f"kept {found}"))
    events.extend(f"taken {result}" for result in results)
    assert events == ["drawn 1", "kept 1", "taken 1", "drawn 2", "kept 2", "taken 2"]


@pytest.mark.parametrize("workers", [1, 2])
def test_what_a_call_raises_ends_all(workers: int) -> None:
    results = run_all(failing, range(1, 9), None, workers=workers)
    with pytest.raises(ValueError, match="3 is refused"):
        list(results)


def test_a_process_that_is_killed() -> None:
    """In words, as there is no way to tell whether the call is to blame."""
    with pytest.raises(ChildProcessError, match="a process that made calls was killed"):
        list(run_all(fatal, [1, 2], None, workers=2))


def test_arguments_are_checked() -> None:
    with pytest.raises(ValueError, match="workers must be at least 1, not 0"):
        run_all(failing, [1], None, workers=0)
