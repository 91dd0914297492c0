"""How the command ends: the status and the one line of each kind of error."""

from __future__ import annotations

import pytest

from numerics.audit.answers import ANSWERED, BAD_INPUT, UNDECIDED, answered, explained, refused

Captured = pytest.CaptureFixture[str]


def test_errors_in_words_and_their_status() -> None:
    assert explained(ValueError("no")) == ("no", BAD_INPUT)
    assert explained(OverflowError("large")) == ("large", BAD_INPUT)
    assert explained(ArithmeticError("open")) == ("open", UNDECIDED)
    words, status = explained(MemoryError())
    assert status == BAD_INPUT
    assert "memory" in words


def test_what_no_input_should_cause_goes_on() -> None:
    with pytest.raises(KeyError):
        explained(KeyError("x"))


def test_answer_on_stdout_and_refusal_on_stderr(capsys: Captured) -> None:
    assert answered("a line") == ANSWERED
    assert refused("bad", BAD_INPUT) == BAD_INPUT
    assert capsys.readouterr() == ("a line\n", "error: bad\n")
