"""Settings of all tests: the same examples every time, and no test that fails because a machine is slow."""

from __future__ import annotations

import pytest

from proofs_checks.instances import profiles


def pytest_configure(config: pytest.Config) -> None:
    """The examples of every run, or those that the command line asks for."""
    profiles.load("tests", config)
