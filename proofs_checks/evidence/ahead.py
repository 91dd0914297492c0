"""Derivations judged in a process of their own, while other checks run."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from numerics.arrays.processes import end_with
from proofs_checks.evidence.judges import Verdict, verdicts
from theory.registry import registry


class Ahead:
    """A process that judges the derivations of claims, one claim after another."""

    def __init__(self, names: Iterable[str]) -> None:
        self._pool = ProcessPoolExecutor(1, get_context("spawn"), initializer=end_with, initargs=(os.getpid(),))
        self._found: dict[str, Future[dict[str, Verdict]]] = {
            name: self._pool.submit(_verdicts, name) for name in names
        }

    def verdicts(self, name: str) -> dict[str, Verdict] | None:
        """What was found of a claim, waiting for it; None for a claim that was not given, or if the process died.

        Raises what the import of a broken claim raises.
        """
        future = self._found.get(name)
        try:
            return None if future is None else future.result()
        except (BrokenProcessPool, CancelledError):
            return None

    def close(self) -> None:
        """Give up what nobody waits for."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _verdicts(name: str) -> dict[str, Verdict]:
    return verdicts(registry()[name])
