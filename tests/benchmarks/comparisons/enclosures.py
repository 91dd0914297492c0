"""Enclosures of the stability norm and the Gram sharpness, against mpmath's intervals and mpmath's numbers."""

from __future__ import annotations

from functools import partial
from typing import Any

from numerics.enclosure import enclose
from numerics.exact.balls import lower, upper
from numerics.problem import Problem
from tests.benchmarks.compare import Case, Fact, Method, Settings, Subject, compared
from tests.benchmarks.measure import Rounds
from tests.benchmarks.rivals import mpmath_intervals, mpmath_numbers
from tests.benchmarks.task import Found, Task, partly_trained


def cases(settings: Settings) -> list[Case]:
    """(16, 4), and (32, 8) in a full run: intervals in Python take half a minute there."""
    sizes = [(16, 4), (32, 8)] if settings.full else [(16, 4)]
    return [Case(f"enclosures/{n}-{k}", partial(_run, settings, n, k)) for n, k in sizes]


def _run(settings: Settings, n: int, k: int) -> dict[str, Any]:
    task = partly_trained(n, k, None, settings.folder)
    facts: dict[str, Fact] = {"precision in bits": 128, "reference": "the middle of our enclosure"}
    subject = Subject("stability norm and Gram sharpness, enclosed", task.sizes, _enclosed(task).value, facts)
    methods = [
        Method("enclose", lambda: _enclosed(task), remark="encloses more than these two"),
        Method("mpmath.iv", lambda: mpmath_intervals.enclosed(task.network, task.x), remark="the same proof"),
        Method("mpmath.mp", lambda: mpmath_numbers.computed(task.network, task.x), remark="encloses nothing"),
    ]
    return compared(subject, methods, settings, Rounds(3, 5, 60.0))


def _enclosed(task: Task) -> Found:
    # a new problem each time: it would keep what it computed
    found = enclose(Problem(task.network, task.x))
    ends = [(lower(ball), upper(ball)) for ball in (found.stability_norm, found.gram_sharpness)]
    width = max(float(2 * (high - low) / abs(high + low)) if high > low else 0.0 for low, high in ends)
    return Found([float((low + high) / 2) for low, high in ends], width=width)
