"""Calls past the check of types, for refusals of what a type checker forbids already."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any


def unchecked(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function or class method as it is written, without the check of its arguments."""
    written = inspect.unwrap(getattr(function, "__func__", function))
    owner = getattr(function, "__self__", None)
    return written if owner is None else partial(written, owner)
