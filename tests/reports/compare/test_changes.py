"""Two runs compared: each kind of change, and that a run is no change from itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from proofs_checks.evidence.file import parse_evidence
from reports.compare.__main__ import main
from reports.compare.changes import Change, changes

Record = dict[str, Any]


def bare(record: Record) -> Record:
    """Without the standings, which follow from the rest."""
    for claim in record["claims"]:
        claim.pop("standing", None)
        for statement in claim["statements"]:
            statement.pop("standing", None)
    return record


@pytest.fixture
def changed(record: Record) -> Callable[[Callable[[Record], object]], list[Change]]:
    """The changes from the sample to what a function makes of it."""

    def compare(change: Callable[[Record], object]) -> list[Change]:
        later: Record = bare(json.loads(json.dumps(record)))
        change(later)
        return changes(parse_evidence(bare(record)), parse_evidence(later))

    return compare


Changed = Callable[[Callable[[Record], object]], list[Change]]


def passed(record: Record) -> tuple[Record, Record]:
    """A claim that all its own checks speak for, and the first of them that counts instances."""
    for claim in record["claims"]:
        for check in claim["checks"]:
            if check["outcome"] == "passed" and check["statements"] and "instances" in check["figures"]:
                return claim, check
    raise AssertionError("the sample has no such check")


def kinds(found: list[Change]) -> dict[str, set[str]]:
    return {kind: {each.what for each in found if each.kind == kind} for kind in {each.kind for each in found}}


def test_a_run_is_no_change_from_itself(record: Record) -> None:
    """But for what fails, which is said again."""
    evidence = parse_evidence(bare(record))
    assert {change.kind for change in changes(evidence, evidence)} <= {"failed"}


def test_instances_and_figures(changed: Changed) -> None:
    def fewer(record: Record) -> None:
        passed(record)[1]["figures"] |= {"instances": 1, "a figure": 3}

    found = [change for change in changed(fewer) if change.kind != "failed"]
    assert [(change.kind, change.what, change.new) for change in found] == [
        ("fewer instances", "instances", 1),
        ("figure", "a figure", 3),
    ]
    assert not any(change.worse for change in found)


def test_entries_of_tables(changed: Changed) -> None:
    """They are figures, named by their row and column."""

    def tabulated(record: Record) -> None:
        passed(record)[1]["table"] = {"head": ["net", "norm"], "rows": [["raw", 2]]}

    found = [(change.kind, change.what, change.old, change.new) for change in changed(tabulated)]
    assert found == [("figure", "raw, norm", None, 2)]


def test_a_check_that_fails_and_what_stands_on_it(changed: Changed) -> None:
    found = changed(lambda record: passed(record)[1].update(outcome="failed", reason="1 > 0"))
    mine = [change for change in found if change.what == "check" and change.new == "1 > 0"]
    assert [(change.kind, change.old, change.worse) for change in mine] == [("failed", "passed", True)]
    assert {"claim", "statement", "check"} <= kinds(found)["failed"]


def test_levels(changed: Changed, record: Record) -> None:
    """Down is weaker; the same the other way round is stronger."""

    def lower(record: Record) -> None:
        claim, check = passed(record)
        for each in claim["checks"]:
            if set(each["statements"]) & set(check["statements"]):
                each["level"] = "observed"

    found = kinds(changed(lower))
    assert "statement" in found["weaker"]
    later = bare(json.loads(json.dumps(record)))
    lower(later)
    backwards = kinds(changes(parse_evidence(later), parse_evidence(bare(record))))
    assert "statement" in backwards["stronger"]
    assert "weaker" not in backwards


def test_vanished_and_appeared(changed: Changed, record: Record) -> None:
    name = record["claims"][-1]["name"]
    found = changed(lambda record: record["claims"].pop())
    assert any(change.where == name and change.kind == "vanished" and change.worse for change in found)
    later = json.loads(json.dumps(record))
    later["claims"].pop()
    backwards = changes(parse_evidence(bare(later)), parse_evidence(bare(record)))
    assert any(change.where == name and change.kind in ("appeared", "failed") for change in backwards)


def test_a_control_that_is_not_refuted(changed: Changed) -> None:
    def loosen(record: Record) -> None:
        control = next(each for claim in record["claims"] for each in claim["controls"] if each["refuted"])
        control["refuted"] = False

    found = [change for change in changed(loosen) if change.what == "false variant" and change.old == "refuted"]
    assert [(change.kind, change.new, change.worse) for change in found] == [("failed", "not refuted", True)]


def test_the_command(record: Record, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Words for people, JSON for machines, and the status."""
    record["outcome"] = "passed"
    record["claims"] = [claim for claim in bare(record)["claims"] if _stands(claim)]
    assert record["claims"]
    later = json.loads(json.dumps(record))
    passed(later)[1]["figures"]["instances"] = 10**6
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text(json.dumps(record), encoding="utf-8")
    new.write_text(json.dumps(later), encoding="utf-8")
    assert main([str(old), str(old)]) == 0
    assert capsys.readouterr().out.endswith("nothing changed\n")
    assert main([str(old), str(new)]) == 0
    said = capsys.readouterr().out
    assert "counts more instances (1)" in said
    assert said.endswith("-> 1000000\n\nnothing got weaker\n")
    passed(later)[1]["outcome"] = "failed"
    new.write_text(json.dumps(later), encoding="utf-8")
    assert main([str(old), str(new), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["format"], found["worse"]) == ("stable-minima comparison 1", True)
    assert any(change["kind"] == "failed" for change in found["changes"])


def _stands(claim: Record) -> bool:
    checks = all(check["outcome"] != "failed" for check in claim["checks"])
    return checks and not claim["fault"] and not claim["crashes"] and len(claim["controls"]) >= 3


@pytest.mark.parametrize("text", ["", "[]", '{"format": "stable-minima evidence 2"}', "\udcff"])
def test_damaged_files_are_refused_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    path = tmp_path / "damaged.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert main([str(path), str(path)]) == 2
    assert capsys.readouterr().err.startswith(f"reports.compare: cannot read {path}: damaged.json")
    assert main([str(tmp_path / "nowhere.json"), str(path)]) == 2
    assert "No such file" in capsys.readouterr().err
