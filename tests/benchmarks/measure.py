"""Times that can be compared: all methods in turn, round after round, and what is said of them afterwards.

A machine drifts: its clock, its heat, its other work. So no method is timed on its own. Each round calls every method
once, the next round starts one method later, and two methods are compared by the ratios of their times within a round.
"""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

# a shorter call is repeated within a round: the clock and the call itself then do not count
_SHORTEST = 0.02


@dataclass(frozen=True)
class Spread:
    """Median, first and third quartile of what the rounds gave."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Of at least one number, by linear interpolation between the order statistics.

        >>> Spread.of([3.0, 1.0, 2.0, 5.0, 4.0])
        Spread(median=3.0, low=2.0, high=4.0)
        """
        if not values:
            raise ValueError("a spread needs at least one number")
        low, median, high = np.quantile(np.asarray(values, dtype=np.float64), [0.25, 0.5, 0.75])
        return cls(float(median), float(low), float(high))


@dataclass(frozen=True)
class Rounds:
    """How often: at least `least` rounds, and then until `most` of them or `seconds` are reached."""

    least: int = 3
    most: int = 15
    seconds: float = 20.0


def interleaved(
    calls: Mapping[str, Callable[[], object]],
    rounds: Rounds,
    *,
    known: Mapping[str, float] | None = None,
    clock: Callable[[], float] = time.perf_counter,
    before_call: Callable[[], object] = gc.collect,
    after_round: Callable[[int], object] = lambda _: None,
) -> dict[str, list[float]]:
    """The seconds that each call takes, one number a round.

    `known` has about how long each takes; without it every call is made once before the rounds. A call that takes less
    than 20 ms is made several times in a row within a round, and its mean counts. Before each, untimed, what the others
    left behind is collected: automatic differentiation leaves circles.

    >>> ticks = iter(range(100))
    >>> clock, nothing = (lambda: float(next(ticks))), (lambda: None)
    >>> interleaved({"one tick": nothing}, Rounds(least=2, most=2), clock=clock, before_call=nothing)
    {'one tick': [1.0, 1.0]}
    """
    first = {name: _timed(call, 1, clock) for name, call in calls.items()} if known is None else known
    repeats = {name: max(1, math.ceil(_SHORTEST / max(first[name], 1e-9))) for name in calls}
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    names, begun = list(calls), clock()
    for number in range(rounds.most):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            before_call()
            seconds[name].append(_timed(calls[name], repeats[name], clock))
        after_round(number + 1)
        if number + 1 >= rounds.least and clock() - begun >= rounds.seconds:
            break
    return seconds


def _timed(call: Callable[[], object], repeats: int, clock: Callable[[], float]) -> float:
    begun = clock()
    for _ in range(repeats):
        call()
    return (clock() - begun) / repeats


def paired_ratio(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """The spread of theirs / ours, round by round: above 1 where ours is faster.

    >>> paired_ratio([1.0, 2.0, 4.0], [2.0, 4.0, 8.0])  # the machine slowed down, the ratio did not move
    Spread(median=2.0, low=2.0, high=2.0)
    """
    return Spread.of([their / our for our, their in zip(ours, theirs, strict=True)])


def relative_error(value: object, reference: object) -> float:
    """The largest |value - reference| / |reference| of all entries; 0 where both are 0.

    >>> relative_error([1.0, 0.0, 2.2], [1.0, 0.0, 2.0])
    0.1...
    """
    found, expected = np.asarray(value, dtype=np.float64), np.asarray(reference, dtype=np.float64)
    if found.shape != expected.shape:
        raise ValueError(f"the shapes differ: {found.shape} against {expected.shape} of the reference")
    equal = found == expected
    with np.errstate(divide="ignore", invalid="ignore"):
        errors = np.abs(found - expected) / np.abs(expected)
    return float(np.max(np.where(equal, 0.0, errors), initial=0.0))
