"""Rounds, spreads and ratios, on a clock that counts."""

from __future__ import annotations

import math

import pytest

from tests.benchmarks.measure import Rounds, Spread, interleaved, paired_ratio, relative_error


class Clock:
    """Stands still but for what a call takes."""

    def __init__(self) -> None:
        self.now = 0.0
        self.calls: list[str] = []

    def __call__(self) -> float:
        return self.now

    def takes(self, name: str, *seconds: float) -> object:
        """A call that takes these times, the last again and again."""
        left = list(seconds)

        def call() -> None:
            self.calls.append(name)
            self.now += left.pop(0) if len(left) > 1 else left[0]

        return call


def rounds(clock: Clock, limits: Rounds, **seconds: tuple[float, ...]) -> dict[str, list[float]]:
    """Interleaved calls that take these times."""
    calls = {name: clock.takes(name, *times) for name, times in seconds.items()}
    return interleaved(calls, limits, clock=clock, before_call=lambda: None)  # type: ignore[arg-type]


def test_quartiles_lie_between_the_order_statistics() -> None:
    assert Spread.of([4.0, 1.0, 2.0, 3.0]) == Spread(2.5, 1.75, 3.25)
    assert Spread.of([7.0]) == Spread(7.0, 7.0, 7.0)
    with pytest.raises(ValueError, match="at least one"):
        Spread.of([])


def test_each_round_calls_all_and_starts_with_another() -> None:
    clock = Clock()
    found = rounds(clock, Rounds(3, 3), a=(1.0,), b=(2.0,), c=(4.0,))
    assert found == {"a": [1.0] * 3, "b": [2.0] * 3, "c": [4.0] * 3}
    assert "".join(clock.calls) == "abc" + "abc" + "bca" + "cab"


def test_the_first_call_does_not_count() -> None:
    assert rounds(Clock(), Rounds(2, 2), a=(100.0, 1.0)) == {"a": [1.0, 1.0]}


def test_what_is_known_is_not_measured_first() -> None:
    clock = Clock()
    found = interleaved(
        {"a": clock.takes("a", 0.01)},  # type: ignore[dict-item]
        Rounds(1, 1),
        known={"a": 0.01},
        clock=clock,
        before_call=lambda: None,
    )
    assert found == {"a": [0.01]}
    assert clock.calls == ["a", "a"]


def test_a_short_call_is_repeated_within_a_round() -> None:
    clock = Clock()
    found = rounds(clock, Rounds(2, 2), a=(0.004,))
    assert found["a"] == pytest.approx([0.004, 0.004])
    assert len(clock.calls) == 1 + 2 * 5


@pytest.mark.parametrize(
    ("limits", "expected"), [(Rounds(3, 9, 5.0), 5), (Rounds(3, 9, 1.0), 3), (Rounds(3, 4, 99.0), 4)]
)
def test_rounds_end_with_the_budget_but_not_before_the_least(limits: Rounds, expected: int) -> None:
    assert len(rounds(Clock(), limits, a=(1.0,))["a"]) == expected


def test_a_ratio_is_taken_within_a_round() -> None:
    drifting = [1.0, 10.0, 100.0]
    assert paired_ratio(drifting, [3 * seconds for seconds in drifting]) == Spread(3.0, 3.0, 3.0)
    with pytest.raises(ValueError, match="shorter"):
        paired_ratio([1.0, 2.0], [1.0])


def test_errors_are_relative_and_the_largest_counts() -> None:
    assert relative_error([1.0, -2.0], [1.0, -4.0]) == 0.5
    assert relative_error(0.0, 0.0) == 0.0
    assert relative_error([], []) == 0.0
    assert relative_error(1e-300, 0.0) == math.inf
    assert math.isnan(relative_error(math.nan, 1.0))
    with pytest.raises(ValueError, match="shapes"):
        relative_error([1.0], 1.0)
