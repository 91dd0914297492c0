"""What stands around the code: lock, changelog, citation, workflow, hooks, template of issues, licences."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
import yaml

from reports.fonts import MATHEMATICS, TEXT
from tests.overlay import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def loaded(path: str) -> Any:
    """A file in YAML."""
    return yaml.safe_load((ROOT / path).read_text("utf-8"))


def test_every_file_to_install_has_its_hash() -> None:
    """One version of each package, and one SHA-256 or more; all that the project needs is there."""
    entries = re.sub(r"\\\n", "", (ROOT / "requirements.lock").read_text("utf-8")).splitlines()
    names = set()
    for entry in entries:
        found = re.fullmatch(r"([\w.-]+)==[\w.]+(?:\s+--hash=sha256:[0-9a-f]{64})+\s*", entry)
        assert found, entry[:80]
        names.add(found[1].lower().replace("_", "-"))
    assert len(names) == len(entries)
    wanted = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]
    assert {re.match(r"[\w-]+", each)[0].lower().replace("_", "-") for each in wanted} <= names  # type: ignore[index]


def test_the_version_is_told_once() -> None:
    """The newest heading of the changelog and the citation have that of the project."""
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.findall(r"^## ([\d.]+)", changes, re.MULTILINE)[0] == PROJECT["version"]
    citation = loaded("CITATION.cff")
    assert (citation["version"], citation["license"]) == (PROJECT["version"], PROJECT["license"])
    assert {"cff-version", "message", "title", "authors"} <= set(citation)


def test_the_workflow_runs_what_a_clean_clone_has_to_pass() -> None:
    """On the oldest Python that is allowed, and on those after it."""
    job = loaded(".github/workflows/test.yml")["jobs"]["test"]
    assert job["steps"][-1] == {"run": ".ci/run"}
    pythons = job["strategy"]["matrix"]["python"]
    assert f">={pythons[0]}" == PROJECT["requires-python"]
    assert pythons == [f"3.{minor}" for minor in range(11, 11 + len(pythons))]


@pytest.mark.parametrize(
    "hook", loaded(".pre-commit-config.yaml")["repos"][0]["hooks"], ids=lambda hook: str(hook["id"])
)
def test_hooks_are_the_tools_of_the_makefile(hook: dict[str, Any]) -> None:
    """Of the environment that `make setup` makes, so that versions stand in one place."""
    tool, *words = hook["entry"].removeprefix(".venv/bin/").split()
    assert hook["language"] == "system"
    assert f"$(BIN)/{tool}" in (ROOT / "Makefile").read_text("utf-8")
    assert all((ROOT / word).exists() for word in words if word.endswith(".py"))


def test_issues_come_with_version_and_input() -> None:
    fields = {field["id"]: field for field in loaded(".github/ISSUE_TEMPLATE/wrong-answer.yml")["body"]}
    assert all(fields[name]["validations"]["required"] for name in ("version", "input", "found", "expected"))
    assert "stable-minima --version" in fields["version"]["attributes"]["description"]


def test_licences_of_what_is_shipped() -> None:
    """Each family of fonts, and each file of data of others, stands in the table."""
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    assert {face.package for face in (MATHEMATICS, *TEXT)} == {"ziamath", "matplotlib"}
    assert "| STIX and STIX Two Math, subsets |" in text
    for path in re.findall(r"`(numerics/data/[\w.]+)`|\((numerics/data/[\w.]+)\)", text):
        assert (ROOT / "".join(path)).exists()
    licensed = {path.name.partition(".")[0] for path in (ROOT / "numerics" / "data").glob("*licence*")}
    assert all(f"numerics/data/{name}" in text for name in licensed)
