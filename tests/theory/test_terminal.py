"""What is printed, and what happens where it cannot be."""

from __future__ import annotations

import sys
from unittest import mock

import pytest

from theory.terminal import NOT_WRITTEN, Parser, complain, put, say

Captured = pytest.CaptureFixture[str]


def test_each_stream_has_its_own(capsys: Captured) -> None:
    say("an answer")
    complain("a complaint")
    assert capsys.readouterr() == ("an answer\n", "a complaint\n")


def test_what_is_no_text_is_escaped(capsys: Captured) -> None:
    assert put("caf\udce9", "stdout") == ""
    assert capsys.readouterr().out == "caf\\udce9\n"


@pytest.mark.parametrize("name", ["stdout", "stderr"])
def test_a_stream_that_is_closed(name: str) -> None:
    with mock.patch.object(sys, name, None):
        assert put("lost", "stdout" if name == "stdout" else "stderr") == f"{name} is closed"


def test_an_answer_that_is_lost_ends_the_program(capsys: Captured) -> None:
    with mock.patch.object(sys, "stdout", None), pytest.raises(SystemExit) as leaving:
        say("lost")
    assert leaving.value.code == NOT_WRITTEN
    assert capsys.readouterr().err == "error: the answer could not be written: stdout is closed\n"


def test_the_help_is_an_answer(capsys: Captured) -> None:
    parser = Parser(prog="command")
    with pytest.raises(SystemExit, match="0"):
        parser.parse_args(["--help"])
    assert capsys.readouterr().out.startswith("usage: command [-h]\n")
    with mock.patch.object(sys, "stdout", None), pytest.raises(SystemExit, match=str(NOT_WRITTEN)):
        parser.parse_args(["--help"])
