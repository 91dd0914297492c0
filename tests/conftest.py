"""Settings of all tests: shapes and types of numerics are enforced, the same examples every time, no test too slow."""

from __future__ import annotations

import doctest
import inspect

import pytest
from jaxtyping import install_import_hook

# before anything imports numerics: int is taken for float; what Self means, and what a file can do, is left to mypy
_CHECKER = (
    "beartype.beartype(conf=beartype.BeartypeConf(is_pep484_tower=True, hint_overrides=beartype.FrozenDict("
    "{beartype.typing.Self: object, beartype.typing.IO[bytes]: object})))"
)
install_import_hook("numerics", _CHECKER)

from proofs_checks.instances import profiles  # noqa: E402
from proofs_checks.run.distribution import (  # noqa: E402, F401  (hooks)
    one_thread,
    pytest_cmdline_main,
    pytest_xdist_auto_num_workers,
    pytest_xdist_make_scheduler,
)


def _from_module(finder: doctest.DocTestFinder, module: object, value: object) -> bool:
    """Whether a value is of the module; a checked function is a wrapper, whose globals are those of the checker."""
    return bool(_of_globals(finder, module, inspect.unwrap(value) if callable(value) else value))


_of_globals = doctest.DocTestFinder._from_module  # type: ignore[attr-defined]
doctest.DocTestFinder._from_module = _from_module  # type: ignore[attr-defined]


def pytest_configure(config: pytest.Config) -> None:
    """The examples of every run, or those that the command line asks for; linear algebra in one thread."""
    one_thread()
    profiles.load("tests", config)
