"""A scheduler and its workers as processes of their own: what is lost, what is refused, and in which words."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import pytest

from numerics.arrays import cluster
from numerics.arrays.cluster import ClusterError, identity, objection
from numerics.arrays.parallel import run_all
from tests.numerics.arrays.calls import failing, fatal, squared, squared_when_open
from tests.numerics.clusters import Cluster
from tests.numerics.clusters import cluster as started


def calls(log: Path) -> list[tuple[int, int]]:
    """Who called with what."""
    return [(int(process), int(number)) for process, number in map(str.split, log.read_text().splitlines())]


def test_a_worker_that_is_killed_loses_nothing(two_workers: Cluster, tmp_path: Path) -> None:
    """Nothing is counted twice, and the bytes are those of local calls; the call that it was making is made again."""
    log, gate, kept = tmp_path / "log", tmp_path / "gate", Counter[int]()
    results = run_all(
        squared_when_open,
        range(12),
        (log, gate),
        scheduler=two_workers.address,
        keep=lambda place, _: kept.update([place]),
    )
    with ThreadPoolExecutor(1) as executor:
        found = executor.submit(list, results)
        until = time.monotonic() + 60
        while not log.exists() or not calls(log):
            assert time.monotonic() < until, "no call was made"
            time.sleep(0.02)
        victim, calling = calls(log)[0]
        os.kill(victim, signal.SIGKILL)
        # on a busy machine it may take a moment to die
        while all(guard.poll() is None for guard in two_workers.workers):
            time.sleep(0.02)
        gate.touch()
        assert found.result() == list(run_all(squared, range(12), tmp_path / "local"))
    assert kept == Counter(range(12))
    assert len({process for process, number in calls(log) if number == calling}) == 2


def test_few_calls_are_held_by_the_scheduler(
    two_workers: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Arguments are drawn as results come."""
    monkeypatch.setattr(cluster, "IN_FLIGHT", 3)
    drawn: list[int] = []

    def arguments() -> Iterator[int]:
        for number in range(8):
            drawn.append(number)
            yield number

    results = run_all(squared, arguments(), tmp_path / "log", scheduler=two_workers.address)
    next(results)
    assert len(drawn) <= 6
    assert len(list(results)) == 7


def test_what_a_call_raises_ends_all(two_workers: Cluster) -> None:
    with pytest.raises(ValueError, match="3 is refused"):
        list(run_all(failing, range(6), None, scheduler=two_workers.address))


def test_a_call_that_ends_every_worker_is_given_up(two_workers: Cluster) -> None:
    with pytest.raises(ClusterError, match="a call was given up, since 2 workers died of it, the last at tcp://"):
        list(run_all(fatal, [1], None, scheduler=two_workers.address))


@pytest.mark.parametrize("late", [False, True], ids=["at once", "by the call"])
def test_another_version_is_refused(two_workers: Cluster, monkeypatch: pytest.MonkeyPatch, late: bool) -> None:
    """Before any call; by the call itself where the worker came later."""
    monkeypatch.setattr(cluster, "identity", lambda: identity() | {"numpy": "0.1"})
    if late:
        monkeypatch.setattr(cluster, "_require_fit", lambda *_: None)
    with pytest.raises(ClusterError, match=r"the worker at tcp://\S+ does not fit: its numpy: \d\S+, but here 0.1$"):
        list(run_all(failing, [1], None, scheduler=two_workers.address))


def test_what_speaks_against_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    one, four = (SimpleNamespace(state=SimpleNamespace(nthreads=threads)) for threads in (1, 4))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert objection(identity(), one) == ""
    assert "makes 4 calls at once; start it with --nthreads 1" in objection(identity(), four)
    assert objection(identity() | {"Python": "2.7"}, one).startswith("its Python: 3.")
    monkeypatch.delenv("OMP_NUM_THREADS")
    assert "several threads" in objection(identity(), one)


def test_a_scheduler_without_workers_that_goes_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """In words, and in no others: before any call, and while calls wait for workers."""
    pytest.importorskip("distributed", reason="needs distributed, the extra cluster")
    monkeypatch.setattr(cluster, "WORKER_SECONDS", 0.1)
    with started(tmp_path, workers=0) as alone:
        with pytest.raises(ClusterError, match=f"at {alone.address} has no workers; start some by dask worker"):
            list(run_all(failing, [1], None, scheduler=alone.address))
        monkeypatch.setattr(cluster, "_require_fit", lambda *_: None)

        def arguments() -> Iterator[int]:
            yield 1
            alone.scheduler.terminate()

        with pytest.raises(ClusterError, match=f"^the scheduler at {alone.address} went away$"):
            list(run_all(failing, arguments(), None, scheduler=alone.address))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("words", [None, b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
def test_a_scheduler_that_does_not_answer(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], words: bytes | None
) -> None:
    """A port that is closed, and ports where nobody speaks, or others do."""
    pytest.importorskip("distributed", reason="needs distributed, the extra cluster")
    monkeypatch.setattr(cluster, "SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        if words is None:
            server.close()
        else:
            Thread(target=lambda: server.accept()[0].sendall(words), daemon=True).start()
        start = time.monotonic()
        with pytest.raises(ClusterError, match=f"^no scheduler of dask answers at {address} within 0.5 s$"):
            list(run_all(failing, [1], None, scheduler=address))
        assert time.monotonic() < start + 5
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("address", ["", "localhost", "localhost:8786", "http://a:1", "tcp://a:99999", "tcp://a:1/x"])
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(ValueError, match="a scheduler has an address such as tcp://host:8786, not "):
        list(run_all(failing, [1], None, scheduler=address))


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ValueError, match="not installed; pip install distributed, or the extra cluster"):
        list(run_all(failing, [1], None, scheduler="tcp://localhost:8786"))
