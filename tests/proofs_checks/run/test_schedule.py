"""Which files workers begin with, and what becomes of the tests of one that dies."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from proofs_checks.run.schedule import LONGEST, LongestFirst
from proofs_checks.run.selection import CHECKS


class Worker:
    """A worker that notes what it is given."""

    shutting_down = False

    def __init__(self, name: str = "gw0") -> None:
        self.gateway = SimpleNamespace(id=name)
        self.given: list[int] = []

    def send_runtest_some(self, places: list[int]) -> None:
        """Take tests."""
        self.given += places

    def shutdown(self) -> None:
        """Be told that there are no more."""
        self.shutting_down = True


def scheduled(config: pytest.Config, tests: list[str], workers: int) -> tuple[Any, list[Worker]]:
    """The tests given to workers."""
    schedule: Any = LongestFirst(config)
    schedule.numnodes = workers
    found = [Worker() for _ in range(workers)]
    for worker in found:
        schedule.add_node(worker)
        schedule.add_node_collection(worker, tests)
    schedule.schedule()
    return schedule, found


@pytest.fixture
def config(pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> pytest.Config:
    """The options of this run with those of two workers."""
    monkeypatch.setattr(pytestconfig.option, "tx", ["popen", "popen"], raising=False)
    monkeypatch.setattr(pytestconfig.option, "loadscopereorder", True, raising=False)
    return pytestconfig


def test_files_that_take_long_come_first(config: pytest.Config) -> None:
    """Whatever the number of their tests, and in their order."""
    tests = [f"test_short.py::test_{number}" for number in range(9)]
    tests += [f"{name}.py::test_{number}" for name in reversed(LONGEST[:2]) for number in range(3)]
    _, (first, second) = scheduled(config, tests, 2)
    assert [tests[place].partition(".")[0] for place in first.given] == [LONGEST[0]] * 3
    assert [tests[place].partition(".")[0] for place in second.given] == [LONGEST[1]] * 3


def test_the_test_in_which_a_worker_died_is_not_tried_again(config: pytest.Config) -> None:
    """The rest of its file goes to another worker."""
    tests = [f"test_a.py::test_{number}" for number in range(4)]
    schedule, (worker,) = scheduled(config, tests, 1)
    schedule.mark_test_complete(worker, 0)
    other = Worker()
    schedule.add_node(other)
    schedule.add_node_collection(other, tests)
    assert schedule.remove_node(worker) == "test_a.py::test_1"
    assert other.given == [2, 3]
    assert schedule.remove_node(other) == "test_a.py::test_2"


def test_the_files_that_take_long_are_there() -> None:
    """One that was renamed would be forgotten."""
    assert {Path(file).stem for file in CHECKS.rglob("test_*.py")} >= set(LONGEST)
