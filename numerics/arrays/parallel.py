"""Many calls of one function: in this process, in local processes, or on a cluster.

Whatever makes the calls, the results are the same, in the order of the arguments. The function is to be pure: a call
that is lost with its process is made again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

import joblib

from numerics.arrays.processes import end_with

S = TypeVar("S")
A = TypeVar("A")
R = TypeVar("R")


def run_all(
    function: Callable[[S, A], R],
    arguments: Iterable[A],
    shared: S,
    *,
    scheduler: str | None = None,
    workers: int | None = 1,
    keep: Callable[[int, R], None] = lambda _, __: None,
) -> Iterator[R]:
    """function(shared, a) for each a of `arguments`, in their order.

    Arguments are drawn as calls are made: in this process one when the result before it was taken, elsewhere ahead.

    Args:
        function: a function of a module, which other processes import.
        arguments: what differs from call to call.
        shared: what all calls have in common; it is sent to a process of a cluster once.
        scheduler: the address of a scheduler of dask.distributed, as tcp://host:port; None for this machine.
        workers: number of local processes; 1 stays in this one, None takes one for each core.
        keep: told, in this process, the place of an argument and its result as soon as there is one, in any order; what
            it wrote is what an interruption leaves.

    Raises:
        ValueError: fewer than one worker, or the address is none.
        ChildProcessError: a local process was killed.
        ClusterError: see `numerics.arrays.cluster.calls_on_cluster`.
        Exception: what the function raises ends all.

    >>> list(run_all(pow, [1, 2, 3], 2))
    [2, 4, 8]
    """
    if workers is not None and workers < 1:
        raise ValueError(f"workers must be at least 1, not {workers}")
    if scheduler is not None:
        from numerics.arrays.cluster import calls_on_cluster

        finished = calls_on_cluster(scheduler, function, arguments, shared)
    elif workers == 1:
        finished = ((number, function(shared, argument)) for number, argument in enumerate(arguments))
    else:
        finished = _in_processes(function, arguments, shared, workers or joblib.cpu_count())
    return _in_order(finished, keep)


def _in_order(finished: Iterable[tuple[int, R]], keep: Callable[[int, R], None]) -> Iterator[R]:
    early: dict[int, R] = {}
    due = 0
    for number, result in finished:
        keep(number, result)
        early[number] = result
        while due in early:
            yield early.pop(due)
            due += 1


def _in_processes(
    function: Callable[[S, A], R], arguments: Iterable[A], shared: S, workers: int
) -> Iterator[tuple[int, R]]:
    call = joblib.delayed(_called_by)
    jobs = (call(os.getpid(), function, shared, number, argument) for number, argument in enumerate(arguments))
    with joblib.parallel_config(backend="loky", inner_max_num_threads=1):
        finished: Iterator[tuple[int, R]] = joblib.Parallel(n_jobs=workers, return_as="generator_unordered")(jobs)
    try:
        yield from finished
    except BrokenProcessPool as error:
        raise ChildProcessError("a process that made calls was killed, perhaps since memory ran out") from error


def _called_by(parent: int, function: Callable[[S, A], R], shared: S, number: int, argument: A) -> tuple[int, R]:
    end_with(parent)
    return number, function(shared, argument)
