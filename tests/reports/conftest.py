"""Fixtures: a sample of evidence, and builds whose checks are played by the test."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

import reports.build.command
import reports.figures
import reports.typeset
from reports.build.__main__ import main

Record = dict[str, Any]


class Checks:
    """Stands in for the run of the checks: writes ``record`` with the digest of the sources, and counts its runs."""

    def __init__(self, record: Record) -> None:
        self.record: Record | None = record
        self.exit_code = 0
        self.runs = 0
        self.claims: tuple[str, ...] = ()
        self.folders: list[Path | None] = []

    def __call__(
        self, evidence: Path, profile: str, root: Path, claims: Sequence[str] = (), mnist: Path | None = None
    ) -> int:
        self.runs += 1
        if self.record is None:
            raise FileNotFoundError(f"the checks ended with exit code 3 and left no evidence in {evidence}")
        # looked up when it runs, for a test may have replaced it
        digest = vars(reports.build.command)["sources_digest"](profile)
        # what images a folder holds is known to the build alone, which stamps the evidence with it
        record = {"sources_digest": None if mnist else digest} | self.record | {"selected": list(claims)}
        self.claims = tuple(claims)
        self.folders.append(mnist)
        (root / evidence).write_text(json.dumps(record), encoding="utf-8")
        return self.exit_code


@pytest.fixture(scope="session")
def _sample() -> Record:
    record: Record = json.loads((Path(__file__).parent / "evidence.json").read_text("utf-8"))
    return record


@pytest.fixture
def record(_sample: Record) -> Record:
    """The sample evidence, to be changed at will."""
    return copy.deepcopy(_sample)


@pytest.fixture
def real_fonts() -> None:
    """For tests that look at the fonts of a page."""


@pytest.fixture(autouse=True)
def _no_fonts(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages without fonts, unless a test asks for them: to cut a font takes a second."""
    if "real_fonts" not in request.fixturenames:
        monkeypatch.setattr(reports.typeset, "style_sheet", lambda page, cache: "")  # noqa: ARG005


def _digest(profile: str, mnist: str = "", *, told: bool = False, **_: object) -> str:
    return f"digest of the sources{' and words' if told else ''}, {profile} {mnist}"


@pytest.fixture
def checks(record: Record, monkeypatch: pytest.MonkeyPatch) -> Checks:
    """The checks of ``reports.build``, played by the test, over sources that nobody edits meanwhile; no figures."""
    del record["sources_digest"]
    played = Checks(record)
    monkeypatch.setattr(reports.build.command, "sources_digest", _digest)
    monkeypatch.setattr(reports.build.command, "run_checks", played)
    monkeypatch.setattr(reports.figures, "GROUPS", ())
    return played


@pytest.fixture
def build(tmp_path: Path) -> Callable[..., int]:
    """Run the command with the output folder ``tmp_path / "out"``; returns its exit code."""

    def run(*arguments: str) -> int:
        return main(["--out", str(tmp_path / "out"), *arguments])

    return run
