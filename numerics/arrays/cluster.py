"""Calls of one function on the workers of a cluster of dask.distributed, which is started elsewhere.

The scheduler makes a call again on another worker where one dies, up to `distributed.scheduler.allowed-failures`
times, and hands each result out once. A worker executes whatever it is sent: schedulers belong into trusted networks.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import platform
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib import metadata, resources
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

S = TypeVar("S")
A = TypeVar("A")
R = TypeVar("R")

SECONDS, WORKER_SECONDS = 8.0, 30.0
"""How long a scheduler may take to answer, and its first worker to appear."""
IN_FLIGHT = 1000
"""Calls that a scheduler holds at a time: it needs about 1 kB of memory and 0.2 ms for each."""
_ADDRESS = re.compile(r"(tcp|tls)://(\[[0-9a-fA-F:.]+\]|[\w.-]+):(\d{1,5})")
_LIBRARIES = ("numpy", "scipy", "torch", "python-flint")


class ClusterError(ConnectionError):
    """Why calls cannot be made, or no longer be made, on a cluster; one line."""


def _digest_of_sources() -> str:
    """SHA-256, in hexadecimal, of the modules of numerics, by their places."""
    sha, root = hashlib.sha256(), Path(str(resources.files("numerics")))
    for file in sorted(root.rglob("*.py")):
        sha.update(f"{file.relative_to(root)}\0".encode() + file.read_bytes() + b"\0")
    return sha.hexdigest()


# when this module is imported: a worker that lives on while its files are changed computes by those that it read
_SOURCES = _digest_of_sources()


def identity() -> dict[str, str]:
    """What the numbers of this process rest on: the versions of Python and of the libraries, a digest of numerics.

    >>> sorted(identity())
    ['Python', 'modules of numerics', 'numpy', 'python-flint', 'scipy', 'torch']
    """
    return {
        "Python": platform.python_version(),
        **{name: metadata.version(name) for name in _LIBRARIES},
        "modules of numerics": _SOURCES[:16],
    }


def objection(expected: Mapping[str, str], dask_worker: Any) -> str:
    """Why this process, which is the worker, should not be given calls; "" if nothing speaks against it.

    Its `identity` has to be the expected one. Sums that are split over threads round differently, and the thread
    counts of the libraries belong to the whole process: so there is one thread of the worker, and one of OpenMP.
    """
    for name, here in identity().items():
        if here != expected[name]:
            return f"its {name}: {here}, but here {expected[name]}"
    if (threads := dask_worker.state.nthreads) != 1:
        return f"it makes {threads} calls at once; start it with --nthreads 1, and more of them by --nworkers"
    if os.environ.get("OMP_NUM_THREADS") != "1":
        return "it computes with several threads; start it with a nanny, or with OMP_NUM_THREADS=1"
    return ""


def calls_on_cluster(
    address: str, function: Callable[[S, A], R], arguments: Iterable[A], shared: S
) -> Iterator[tuple[int, R]]:
    """Pairs of the place of an argument a and function(shared, a), as they are finished.

    Args:
        address: of the scheduler, tcp://host:port; tls:// as dask is configured.
        function: a function of a module that the workers can import.
        arguments: are drawn `IN_FLIGHT` ahead.
        shared: what all calls have in common.

    Raises:
        ValueError: the address is none, or distributed is not installed.
        ClusterError: there is no such scheduler, or it has no workers, or a worker has another `identity` or several
            threads; the scheduler went away; a call was given up since the workers that made it died.
        Exception: what the function raises.
    """
    distributed = _distributed(address)
    expected = identity()
    with _connected(distributed, address) as client:
        _require_fit(client, expected, address)
        # a result of a call, which can be made again where the worker that holds it dies
        common = client.submit(_given, (function, shared, expected), pure=False)
        left = enumerate(arguments)

        def submitted(count: int) -> dict[Any, int]:
            return {
                client.submit(_called, common, argument, pure=False): number for number, argument in islice(left, count)
            }

        numbers = submitted(IN_FLIGHT)
        finished = distributed.as_completed(numbers, loop=client.loop)
        for future in finished:
            yield numbers.pop(future), _result(distributed, future, address)
            more = submitted(1)
            numbers |= more
            finished.update(more)


def _distributed(address: str) -> Any:
    match = _ADDRESS.fullmatch(address)
    if not match or not 0 < int(match[3]) < 2**16:
        raise ValueError(f"a scheduler has an address such as tcp://host:8786, not {address!r}")
    try:
        import distributed
    except ImportError as error:
        raise ValueError(
            "distributed, which runs calls on clusters, is not installed; pip install distributed, or the extra cluster"
        ) from error
    return distributed


@contextmanager
def _connected(distributed: Any, address: str) -> Iterator[Any]:
    # what it logs of a connection that fails is said by the errors here, in one line
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        # versions that differ are refused, and what all calls share may be large
        warnings.filterwarnings("ignore", module="distributed")
        try:
            # a client waits for ever where something else than a scheduler listens, and says nothing or anything
            asyncio.run(asyncio.wait_for(_greet(distributed, address), SECONDS))
            client = distributed.Client(address, timeout=SECONDS, set_as_default=False)
        except Exception as error:
            raise ClusterError(f"no scheduler of dask answers at {address} within {SECONDS:g} s") from error
        with client:
            yield client


async def _greet(distributed: Any, address: str) -> None:
    security = distributed.Security().get_connection_args("client")
    comm = await distributed.comm.connect(address, timeout=SECONDS, **security)
    comm.abort()


def _require_fit(client: Any, expected: Mapping[str, str], address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=WORKER_SECONDS)
    except TimeoutError as error:
        raise ClusterError(
            f"the scheduler at {address} has no workers; start some by dask worker {address} --nthreads 1"
        ) from error
    for worker, why in client.run(objection, expected, on_error="return").items():
        if why:
            raise ClusterError(f"the worker at {worker} does not fit: {why}")


def _given(value: S) -> S:
    return value


def _called(common: tuple[Callable[[S, A], R], S, Mapping[str, str]], argument: A) -> R:
    from distributed import get_worker

    function, shared, expected = common
    # a worker may have come later than the others were asked
    worker = get_worker()
    if why := objection(expected, worker):
        raise ClusterError(f"the worker at {worker.address} does not fit: {why}")
    return function(shared, argument)


def _result(distributed: Any, future: Any, address: str) -> Any:
    try:
        return future.result()
    except distributed.KilledWorker as error:
        raise ClusterError(
            f"a call was given up, since {error.allowed_failures + 1} workers died of it, the last at "
            f"{error.last_worker.address}"
        ) from error
    except (distributed.CancelledError, distributed.comm.CommClosedError) as error:
        raise ClusterError(f"the scheduler at {address} went away") from error
