"""How the cost grows with n, k and d: each of them alone is varied, and exponents are fitted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any

import torch

from numerics.gram import gram_sharpness
from numerics.norm import stability_norm
from numerics.problem import Problem
from numerics.sharpness import sharpness
from numerics.training.descent import Descent
from tests.benchmarks.compare import MISSING, Case, Settings
from tests.benchmarks.fits import exponents
from tests.benchmarks.machine import load
from tests.benchmarks.measure import Rounds, Spread, interleaved
from tests.benchmarks.rivals import curvlinops
from tests.benchmarks.task import Task, synthetic

_MIDDLE = (512, 128, 256)
_FACTORS = (0.25, 0.5, 1.0, 2.0, 4.0)
_STEPS = 10


def cases(settings: Settings) -> list[Case]:
    """From (512, 128, 256) a factor of 4 down and up in steps of 2; a full run starts at twice these sizes."""
    methods: dict[str, Callable[[Task], Callable[[], object]]] = {
        "gram_sharpness, dense": lambda task: lambda: gram_sharpness(_problem(task), method="dense"),
        "gram_sharpness, matrix-free": lambda task: lambda: gram_sharpness(_problem(task), method="matrix-free"),
        "sharpness": lambda task: lambda: sharpness(_problem(task)),
        "curvlinops Hessian, eigsh": lambda task: lambda: curvlinops.largest_eigenvalue(task, "hessian", 1e-10),
        "stability_norm": lambda task: lambda: stability_norm(_problem(task)),
        "10 steps of training": _steps,
    }
    return [Case(f"growth/{name}", partial(_run, settings, name, method)) for name, method in methods.items()]


def sizes(middle: tuple[int, int, int]) -> list[tuple[int, int, int]]:
    """The sizes (n, k, d) around the middle, one of the three changed at a time; the middle once.

    >>> len(sizes((8, 8, 8))), sizes((8, 8, 8))[:3]
    (13, [(2, 8, 8), (4, 8, 8), (8, 8, 8)])
    """
    n, k, d = middle
    along_n = [(round(n * factor), k, d) for factor in _FACTORS]
    along_k = [(n, round(k * factor), d) for factor in _FACTORS]
    along_d = [(n, k, round(d * factor)) for factor in _FACTORS]
    return list(dict.fromkeys([*along_n, *along_k, *along_d]))


def _problem(task: Task) -> Problem:
    return Problem(task.network, task.x, task.y)


def _steps(task: Task) -> Callable[[], object]:
    descent = Descent(task.x, task.y, task.network)

    def ten_steps() -> None:
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            for _ in range(_STEPS):
                descent.forward()
                descent.update(1e-6)
        finally:
            torch.set_num_threads(threads)

    return ten_steps


def _run(settings: Settings, name: str, method: Callable[[Task], Callable[[], object]]) -> dict[str, Any]:
    n, k, d = _MIDDLE
    points = sizes((2 * n, 2 * k, 2 * d) if settings.full else _MIDDLE)
    record: dict[str, Any] = {"quantity": name, "load": load(), "points": [], "exponents": {}, "left_out": {}}
    calls = {}
    for point in points:
        settings.progress(f"{point}")
        calls[str(point)] = method(synthetic(*point))
    try:
        seconds = interleaved(
            calls,
            Rounds(3, 9, 60.0 if settings.full else 10.0),
            after_round=lambda number: settings.progress(f"round {number}"),
        )
    except ModuleNotFoundError:
        return record | {"left_out": {name: MISSING}}
    spreads = [Spread.of(seconds[str(point)]) for point in points]
    fitted = exponents(points, [spread.median for spread in spreads])
    record["points"] = [
        dict(zip("nkd", point, strict=True)) | asdict(spread) for point, spread in zip(points, spreads, strict=True)
    ]
    record["exponents"] = {letter: asdict(exponent) for letter, exponent in zip("nkd", fitted, strict=True)}
    return record
