"""Evidence as a file: what is refused, what is kept, and that nothing is half written."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from proofs_checks.evidence.file import as_record, parse_evidence, read_evidence, write_evidence
from proofs_checks.evidence.problems import problems
from proofs_checks.evidence.record import NOT_CHECKED, Crash, Table
from proofs_checks.evidence.standing import standings

Record = dict[str, Any]


@pytest.fixture
def record() -> Record:
    """The sample of the reports."""
    found: Record = json.loads((Path(__file__).parents[2] / "reports" / "evidence.json").read_text("utf-8"))
    return found


def put(record: Record, path: str, value: object) -> None:
    """Replace the entry at a path of keys and places."""
    *way, last = path.split(".")
    place: Any = record
    for key in way:
        place = place[int(key) if key.isdigit() else key]
    place[int(last) if last.isdigit() else last] = value


def test_sample_is_read(record: Record) -> None:
    """All claims, with what follows for them; nothing is wrong with it."""
    read = parse_evidence(record)
    bound = read.claim("sharpness-lower-bound")
    assert bound is not None
    assert (bound.instances, bound.smallest_margin, bound.controls_refuted) == (41200, 3.4e-9, 3)
    found = standings(read.claims)
    assert [standing.word for standing in found.values()] == [
        "machine-checked", "derived", "derived", "certified", "observed", "tested",
    ]  # fmt: skip
    assert problems(read, found) == ()


def test_what_is_written_is_read(record: Record, tmp_path: Path) -> None:
    """Everything, with the standings beside it; no other file is left."""
    evidence = parse_evidence(record)
    checks = tuple(
        replace(each, table=Table(("n", "f"), (("a", 0.5), ("b", None)))) for each in evidence.claims[0].checks
    )
    crashed = replace(
        evidence.claims[0], checks=checks, crashes=(Crash("n", "r", "c"),), complete=False, remarks="words"
    )
    broken = replace(evidence.claims[1], statements=(), checks=(), controls=(), fault="no such name", culprit="b")
    evidence = replace(evidence, claims=(crashed, broken, *evidence.claims[2:]), selected=("a",))
    write_evidence(tmp_path / "evidence.json", evidence)
    assert read_evidence(tmp_path / "evidence.json") == evidence
    assert [path.name for path in tmp_path.iterdir()] == ["evidence.json"]
    written = json.loads((tmp_path / "evidence.json").read_text("utf-8"))
    assert written["claims"][5]["standing"]["verdict"]["outcome"] == "unsupported"
    assert written["claims"][5]["statements"][0]["standing"]["verdict"]["reason"] == "c failed; b failed"


def test_a_folder_that_is_not_there(record: Record, tmp_path: Path) -> None:
    """The file cannot be written, and the error says so."""
    with pytest.raises(OSError, match="missing"):
        write_evidence(tmp_path / "missing" / "evidence.json", parse_evidence(record))


@pytest.mark.parametrize("place", ["claims.2.standing", "claims.1.statements.1.standing"])
@pytest.mark.parametrize("way", ["verdict", "without_coq"])
def test_a_standing_that_the_evidence_does_not_give_is_refused(record: Record, place: str, way: str) -> None:
    """Levels are computed; one that is written in by hand is not believed."""
    written = json.loads(json.dumps(as_record(parse_evidence(record))))
    parse_evidence(written)
    put(written, f"{place}.{way}.level", "machine-checked")
    with pytest.raises(ValueError, match=r"recorded with another standing than 'derived.*which it has"):
        parse_evidence(written)


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        ("claims.1.checks.0.level", "proved", "'level' is 'proved', expected one of machine-checked"),
        ("claims.1.checks.0.level", NOT_CHECKED, "'level'"),
        ("claims.1.checks.0.table", [], "is list, expected an object"),
        ("claims.1.checks.0.table", {"head": ["a", "b"], "rows": 1}, "'rows' is 1, expected a list of lists"),
        ("claims.1.checks.0.table", {"head": ["a", "b"], "rows": [["c"]]}, "rows as long as its head"),
        ("claims.1.checks.0.outcome", "ok", "'outcome' is 'ok'"),
        (
            "claims.1.checks.0.statements",
            ["nothing"],
            "there is evidence for 'nothing', which is none of its statements",
        ),
        (
            "claims.1.controls.0.statement",
            "nothing",
            "there is evidence for 'nothing', which is none of its statements",
        ),
        ("claims.1.controls.0.refuted", "yes", "expected true, false or null"),
        ("claims.1.controls.0.theorem", "F.t", "is str, expected an object"),
        ("claims.1.statements.0.hypotheses", "one", "expected a list of texts"),
        ("claims.1.statements.0.derivation.uses", "one", "expected a list"),
        ("claims.1.statements.1.name", "main", "statement 'main' is recorded 2 times"),
        ("claims.1.statements", [], "has no statements, and no fault that would be the reason"),
        ("claims.1.title", None, "'title' is None"),
        ("claims.1.complete", "yes", "expected true, false or null"),
        ("claims.1.name", "linear-stability", "recorded 2 times"),
        ("claims.1.name", "a/../b", "lower-case words"),
        ("claims.1", 7, "claims[1] is int"),
        ("claims", {}, "expected a list"),
        ("outcome", "partly", "expected one of passed, failed"),
        ("format", "stable-minima evidence 1", "expected 'stable-minima evidence 2'"),
        ("environment", [], "expected an object"),
    ],
)
def test_what_breaks_the_schema_is_refused(record: Record, path: str, value: object, complaint: str) -> None:
    """With the place where it stands."""
    put(record, path, value)
    with pytest.raises(ValueError, match=r".") as error:
        parse_evidence(record)
    assert complaint in str(error.value)


@pytest.mark.parametrize("key", ["format", "claims", "environment", "seeds", "data", "command", "outcome"])
def test_missing_entries_are_named(record: Record, key: str) -> None:
    """Whatever is needed."""
    del record[key]
    with pytest.raises(ValueError, match=f"'{key}' is missing"):
        parse_evidence(record)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ("[]", "the file is list"),
        ('{"format": NaN}', "NaN stands for a number"),
    ],
)
def test_malformed_files_are_refused(tmp_path: Path, content: str, complaint: str) -> None:
    """With the name of the file."""
    path = tmp_path / "evidence.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"evidence\.json") as error:
        read_evidence(path)
    assert complaint in str(error.value)


def test_an_infinite_margin_is_kept(record: Record, tmp_path: Path) -> None:
    """It is a number that JSON lacks and Python writes."""
    record["claims"][0]["checks"][2]["figures"]["smallest relative margin"] = float("inf")
    path = tmp_path / "evidence.json"
    path.write_text(json.dumps(record))
    assert read_evidence(path).claims[0].smallest_margin == float("inf")


def test_true_is_not_a_number_of_instances(record: Record) -> None:
    """Nor is a text a margin."""
    record["claims"][0]["checks"][2]["figures"] = {"instances": True, "smallest relative margin": "none"}
    found = parse_evidence(record).claims[0]
    assert (found.instances, found.smallest_margin) == (0, None)


def test_a_damaged_file_is_refused(record: Record, tmp_path: Path) -> None:
    """Whatever digit of it is another, in one line; without its seal, which tells, a file can be edited."""
    path = tmp_path / "evidence.json"
    evidence = parse_evidence(record)
    write_evidence(path, evidence)
    whole = path.read_bytes()
    digits = [place for place, byte in enumerate(whole) if byte in b"0123456789"]
    for place in digits[:: len(digits) // 100]:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(ValueError, match=r"^evidence\.json.*$"):
            read_evidence(path)
    for content in (b"", whole[:-2], whole[: len(whole) // 2], b"\0" * len(whole)):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=r"^evidence\.json is not valid JSON: .*$"):
            read_evidence(path)
    edited = json.loads(whole)
    del edited["seal"]
    path.write_text(json.dumps(edited | {"command": "another"}))
    assert read_evidence(path) == replace(evidence, command="another")
