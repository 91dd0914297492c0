"""How long an audit takes, and what it is at: on a terminal, and nothing elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from tqdm import tqdm

from numerics.audit.examination import can_enclose
from numerics.exact.rounded import MOST_EXACT
from numerics.problem import Problem

LONG = 10.0
"""Seconds from which a person is told how long they will wait."""

# measured on one core, to within a factor of three: seconds for n^3, n^2 (k + d), and n k d; first of exact matrices,
# then of matrices of floats, with all else exact, and of floats alone
_CUBE, _SQUARE = 1.1e-8, 1.7e-8
_ROUNDED_CUBE, _ROUNDED_PRODUCTS = 7e-11, 1.9e-8
_FLOATS = 1.2e-9


def expected_seconds(problem: Problem) -> tuple[float, ...]:
    """Roughly, of each step: enclosing the Gram matrix, the Hessian, and the flattest rescaling; or all in floats.

    Each enclosure is of a dense n x n matrix: c n^3 + c' n^2 (k + d); of more than 1,024 data there are two, by floats
    at a proven distance, and what takes long are exact products: c n^3 + c' n k d. In floats: c'' n k d, for the
    products with the Hessian.
    """
    n, k, d = problem.n, problem.network.k, problem.network.d
    if not can_enclose(problem):
        return (_FLOATS * n * (k + 1) * d,)
    if n > MOST_EXACT:
        return (_ROUNDED_CUBE * n**3 + _ROUNDED_PRODUCTS * n * (k + 1) * d,) * 2
    return (_CUBE * n**3 + _SQUARE * n**2 * (k + d),) * 3


def warning(problem: Problem) -> str | None:
    """Words that say what takes long, and about how long; None below ten seconds."""
    seconds = sum(expected_seconds(problem))
    if seconds < LONG:
        return None
    if can_enclose(problem):
        what = f"enclosing matrices of {problem.n:,} rows, one for each datum,"
    else:
        what = f"measuring {problem.n:,} data with {problem.network.k:,} neurons of {problem.network.d:,} inputs"
    return f"{what} takes about {duration(seconds)}"


def duration(seconds: float) -> str:
    """A rough time in words.

    >>> duration(34), duration(100), duration(4000)
    ('30 s', '2 minutes', '70 minutes')
    """
    for unit, length in (("hours", 3600), ("minutes", 60)):
        if seconds >= 1.5 * length:
            return f"{_rough(seconds / length)} {unit}"
    return f"{_rough(seconds)} s"


def _rough(value: float) -> int:
    """A number to one digit."""
    return max(1, int(float(f"{value:.0e}")))


@contextmanager
def shown(problem: Problem, silent: bool = False) -> Iterator[Callable[[str], None]]:
    """Where an audit reports what it does next: on a terminal a bar by the expected time, with a warning of long work.

    Nothing is shown if stderr is no terminal, or if `silent`.
    """
    seconds = expected_seconds(problem)
    hidden = silent or sys.stderr is None or not sys.stderr.isatty()
    if not hidden and (words := warning(problem)):
        print(words, file=sys.stderr)
    with tqdm(total=sum(seconds), disable=hidden, leave=False, bar_format="{desc}{bar:20} {elapsed}") as bar:
        steps: list[float] = []
        done = Event()

        def report(step: str) -> None:
            steps.append(time.monotonic())
            bar.set_description_str(f"{step} ")

        def tick() -> None:
            while not done.wait(0.5):
                at = min(len(steps), len(seconds))
                if at:
                    # a step that takes longer than expected stays just short of its end
                    within = min(time.monotonic() - steps[-1], 0.95 * seconds[at - 1])
                    bar.n = sum(seconds[: at - 1]) + within
                    bar.refresh()

        ticking = Thread(target=tick, daemon=True)
        if not hidden:
            ticking.start()
        try:
            yield report
        finally:
            done.set()
            if not hidden:
                ticking.join()
