"""Which claims a run is about: by the options, by the keyword, by the files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from theory.registry import registry

CHECKS = Path(__file__).parents[1]
"""The folder of the checks."""


def claim_of(file: Path) -> str | None:
    """The claim whose checks are in a file: that with the longest name with which the file's begins, word by word."""
    if not file.is_relative_to(CHECKS):
        return None
    words = file.stem.removeprefix("test_").split("_")
    names = ("-".join(words[:length]) for length in range(len(words), 0, -1))
    return next((name for name in names if name in registry()), None)


def claims_of(files: Iterable[Path]) -> set[str]:
    """The claims whose checks are in some files."""
    return {name for file in files if (name := claim_of(file)) is not None}


def asked_for(config: pytest.Config) -> list[str]:
    """The claims that ``--claim`` names. Raises ``pytest.UsageError`` for one that there is not."""
    claims = registry()
    wanted = [name.replace("_", "-") for name in config.getoption("claim", [])]
    unknown = [name for name in wanted if name not in claims]
    if unknown:
        raise pytest.UsageError(
            f"--claim: no claim is called {', '.join(unknown)}; there are {', '.join(claims.names)}"
        )
    return wanted


def by_keyword(config: pytest.Config) -> list[str]:
    """The claims that ``-k`` names, if it names nothing else; they may be written with hyphens or underscores."""
    words = re.split(r"\s+or\s+", (config.getoption("keyword", "") or "").strip())
    names = [word.replace("_", "-") for word in words]
    if not all(name in registry() for name in names):
        return []
    config.option.keyword = " or ".join(name.replace("-", "_") for name in names)
    return names


def absolute(argument: str, config: pytest.Config) -> Path:
    """The file or folder that an argument of the command line names."""
    return (config.invocation_params.dir / argument.partition("::")[0]).resolve()
