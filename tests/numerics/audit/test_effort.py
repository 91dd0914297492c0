"""How long work is said to take, and that nothing is shown where nobody looks."""

from __future__ import annotations

import io
import sys

import numpy as np
import pytest

from numerics.audit import effort
from numerics.audit.effort import duration, expected_seconds, shown, warning
from numerics.problem import Problem
from tests.numerics.examples import net

Captured = pytest.CaptureFixture[str]


class Terminal(io.StringIO):
    """Text that says it is read by a person."""

    def isatty(self) -> bool:
        return True


def problem(n: int) -> Problem:
    return Problem(net([[1.0]], [0.0], [2.0]), np.ones((n, 1)), np.ones(n))


def test_work_grows_with_the_data_and_floats_take_less() -> None:
    small, large, larger, floats = (sum(expected_seconds(problem(n))) for n in (100, 1000, 4096, 5000))
    assert small < 1 < 10 < large
    assert larger < large
    assert floats < large
    assert [len(expected_seconds(problem(n))) for n in (1000, 1025, 4096, 4097)] == [3, 2, 2, 1]


def test_only_long_work_is_announced() -> None:
    assert warning(problem(100)) is None
    assert warning(problem(1000)) == "enclosing matrices of 1,000 rows, one for each datum, takes about 30 s"
    assert warning(problem(5000)) is None


def test_many_data_are_enclosed_in_less_than_a_minute() -> None:
    """As measured of the pixels of 4,096 images."""
    wide = Problem(net(np.ones((256, 784)).tolist(), [0.0] * 256, [1.0] * 256), np.ones((4096, 784)), np.ones(4096))
    assert warning(wide) == "enclosing matrices of 4,096 rows, one for each datum, takes about 40 s"


def test_long_work_in_floats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effort, "_FLOATS", 1.0)
    assert warning(problem(5000)) == "measuring 5,000 data with 1 neurons of 1 inputs takes about 3 hours"


@pytest.mark.parametrize(("seconds", "words"), [(0.2, "1 s"), (44, "40 s"), (89, "90 s"), (95, "2 minutes")])
def test_durations_are_rough(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_a_pipe_is_told_nothing(capsys: Captured) -> None:
    with shown(problem(1000)) as report:
        report("enclosing")
    assert capsys.readouterr().err == ""


def test_a_terminal_is_told_what_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with shown(problem(1000)) as report:
        report("enclosing the Gram matrix")
    assert "takes about 30 s" in terminal.getvalue()
    assert "enclosing the Gram matrix" in terminal.getvalue()
    said = len(terminal.getvalue())
    with shown(problem(1000), silent=True) as report:
        report("enclosing the Gram matrix")
    assert len(terminal.getvalue()) == said
