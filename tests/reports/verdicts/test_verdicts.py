"""The verdicts as JSON: what they hold, that the schema describes it, and that other files are refused."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from proofs_checks.evidence.file import parse_evidence
from proofs_checks.evidence.record import LEVELS
from proofs_checks.evidence.standing import standings
from reports.verdicts.__main__ import IDENTIFIER, SCHEMA, VERSION, main, verdicts

Record = dict[str, Any]
KINDS: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
}


def faults(value: object, schema: Record, top: Record, place: str = "") -> list[str]:
    """Where a value breaks a schema, for the keywords that the schema uses; any other keyword is an error."""
    known = {"$schema", "$id", "$defs", "title", "description", "type", "required", "additionalProperties"}
    known |= {"properties", "items", "enum", "const", "pattern", "$ref"}
    assert set(schema) <= known, set(schema) - known
    if "$ref" in schema:
        return faults(value, top["$defs"][schema["$ref"].removeprefix("#/$defs/")], top, place)
    found = []
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(isinstance(value, KINDS[kind]) for kind in kinds):
        return [f"{place} is {value!r}"]
    if value not in schema.get("enum", [value]) or value != schema.get("const", value):
        found.append(f"{place} is {value!r}")
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        found.append(f"{place} is {value!r}")
    if isinstance(value, dict):
        found += [f"{place} lacks {name}" for name in schema.get("required", []) if name not in value]
        for name, item in value.items():
            inner = schema.get("properties", {}).get(name, schema.get("additionalProperties", {}))
            found += [f"{place} has {name}"] if inner is False else faults(item, inner, top, f"{place}.{name}")
    if isinstance(value, list):
        found += [fault for item in value for fault in faults(item, schema["items"], top, f"{place}[]")]
    return found


@pytest.fixture
def schema() -> Record:
    found: Record = json.loads(SCHEMA.read_text("utf-8"))
    return found


def test_the_schema_describes_them(record: Record, schema: Record) -> None:
    """And would notice a missing, a further and a misspelt entry."""
    written = verdicts(parse_evidence(record))
    assert faults(written, schema, schema) == []
    assert faults({**written, "more": 1}, schema, schema) == [" has more"]
    written["claims"][0]["verdict"]["level"] = "proved"
    del written["environment"]
    assert faults(written, schema, schema) == [" lacks environment", ".claims[].verdict.level is 'proved'"]


def test_the_schema_is_of_this_version(schema: Record) -> None:
    properties = schema["properties"]
    assert (properties["schema"]["const"], properties["schema_version"]["const"]) == (IDENTIFIER, VERSION)
    assert schema["$defs"]["verdict"]["properties"]["level"]["enum"] == [*LEVELS, None]


def test_verdicts_are_those_of_the_evidence(record: Record) -> None:
    evidence = parse_evidence(record)
    found = standings(evidence.claims)
    for claim in verdicts(evidence)["claims"]:
        standing = found[claim["name"]]
        assert claim["verdict"]["level"] == standing.verdict.level
        assert (claim["without_coq"]["outcome"] or "") == standing.without_coq.outcome
        for statement in claim["statements"]:
            verdict = standing.statements[statement["name"]].verdict
            assert (statement["verdict"]["level"], statement["verdict"]["reason"] or "") == (
                verdict.level,
                verdict.reason,
            )
            assert [lemma["name"] for lemma in statement["verdict"]["given"]] == [each.name for each in verdict.given]


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """To the terminal and to a file the same; what cannot be read or written is one line, status 2."""
    sample = Path(__file__).parents[1] / "evidence.json"
    assert main([str(sample)]) == 0
    said = capsys.readouterr().out
    assert main([str(sample), "--out", str(tmp_path / "verdicts.json")]) == 0
    assert (tmp_path / "verdicts.json").read_text("utf-8") == said
    (tmp_path / "damaged.json").write_text(said[:100], encoding="utf-8")
    assert main([str(tmp_path / "damaged.json")]) == 2
    assert "damaged.json is not valid JSON" in capsys.readouterr().err
    assert main([str(sample), "--out", str(tmp_path)]) == 2
    assert "reports.verdicts: cannot write" in capsys.readouterr().err


def test_the_page_names_every_key(schema: Record) -> None:
    """Of the top level and of a claim, a statement and a verdict."""
    page = (Path(__file__).parents[3] / "docs" / "verdicts.md").read_text("utf-8")
    claim = schema["properties"]["claims"]["items"]["properties"]
    statement = claim["statements"]["items"]["properties"]
    for name in {*schema["properties"], *claim, *statement, *schema["$defs"]["verdict"]["properties"]}:
        assert f"`{name}`" in page, name
