"""How the command of the audit ends: its answer, or one line that says what is wrong, and the exit status."""

from __future__ import annotations

from theory.terminal import NOT_WRITTEN, complain, put

ANSWERED, UNDECIDED, BAD_INPUT = 0, 1, 2
"""The exit statuses; `NOT_WRITTEN` is the next."""


def explained(error: Exception) -> tuple[str, int]:
    """An error in words, with the exit status; what no input should cause goes on as it is."""
    if isinstance(error, MemoryError):
        return "there is not enough memory for this network and these data", BAD_INPUT
    if isinstance(error, ArithmeticError) and not isinstance(error, OverflowError):
        return str(error), UNDECIDED
    if isinstance(error, OverflowError | OSError | TypeError | ValueError):
        return str(error), BAD_INPUT
    raise error


def refused(words: str, status: int) -> int:
    """Print the one line on stderr; returns the status."""
    complain(f"error: {words}")
    return status


def answered(text: str) -> int:
    """Print the answer; returns 3 if a pipe is closed or a device full, which is then said on stderr."""
    why = put(text, "stdout")
    return refused(f"the answer could not be written: {why}", NOT_WRITTEN) if why else ANSWERED
