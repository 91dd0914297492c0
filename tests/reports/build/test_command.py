"""The command: what it runs again, what it reuses, what it says and how it ends."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import reports.build.command
import reports.figures
import reports.output
from reports.build.__main__ import main
from reports.figures import Group
from reports.sources import ROOT
from tests.numerics.training.images import write_mnist
from tests.reports.conftest import Checks

Build = Callable[..., int]
NAMES = tuple(f"{name}.{kind}" for name in ("report", "supplement") for kind in ("html", "pdf", "tex"))


@pytest.fixture
def mnist(tmp_path: Path) -> Path:
    """A folder with a small stand-in for the files of MNIST."""
    folder = tmp_path / "mnist"
    folder.mkdir()
    write_mnist(folder, 520)
    return folder


def contents(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {name: ((folder / name).stat().st_mtime_ns, (folder / name).read_bytes()) for name in NAMES}


def test_clean_run_makes_all_outputs_and_nothing_else(checks: Checks, build: Build, tmp_path: Path) -> None:
    assert build() == 0
    assert checks.runs == 1
    assert {path.name for path in (tmp_path / "out").iterdir()} == {*NAMES, "evidence.json", "build.json", "figures"}
    assert {path.name for path in (tmp_path / "out" / "figures").iterdir()} == {"claims.svg", "claims.pdf"}
    assert (tmp_path / "out" / "report.pdf").read_bytes().startswith(b"%PDF-")


def test_unchanged_rerun_touches_nothing(
    checks: Checks, build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build()
    before = contents(tmp_path / "out")
    capsys.readouterr()
    assert build() == 0
    assert checks.runs == 1
    assert contents(tmp_path / "out") == before
    assert "not repeated" in capsys.readouterr().out


def test_equal_evidence_gives_equal_outputs(checks: Checks, build: Build, tmp_path: Path) -> None:
    build("--only", "pdf")
    before = (tmp_path / "out" / "report.pdf").read_bytes()
    assert build("--only", "pdf", "--fresh") == 0
    assert checks.runs == 2
    assert (tmp_path / "out" / "report.pdf").read_bytes() == before


def test_missing_output_alone_is_remade(checks: Checks, build: Build, tmp_path: Path) -> None:
    build()
    before = contents(tmp_path / "out")
    (tmp_path / "out" / "report.tex").unlink()
    assert build() == 0
    assert checks.runs == 1
    after = contents(tmp_path / "out")
    assert after["report.pdf"] == before["report.pdf"]
    assert after["report.tex"][1] == before["report.tex"][1]


def test_other_words_are_set_without_checking_again(
    checks: Checks, build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor are outputs that were not asked for taken for those of the new words."""
    build()

    def other_words(profile: str, *_: object, told: bool = False, **__: object) -> str:
        return "other words" if told else f"digest of the sources, {profile} "

    monkeypatch.setattr(reports.build.command, "sources_digest", other_words)
    before = contents(tmp_path / "out")
    assert build("--only", "tex") == 0
    assert build() == 0
    assert checks.runs == 1
    after = contents(tmp_path / "out")
    assert all(after[f"report.{kind}"][0] > before[f"report.{kind}"][0] for kind in ("html", "pdf", "tex"))


def test_only_makes_one_output(checks: Checks, build: Build, tmp_path: Path) -> None:
    assert build("--only", "tex") == 0
    assert not (tmp_path / "out" / "report.html").exists()
    assert build("--only", "html") == 0
    assert (tmp_path / "out" / "report.html").exists()
    assert checks.runs == 1


def test_evidence_made_elsewhere_is_taken_if_it_is_of_these_sources(
    checks: Checks, build: Build, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    checks(tmp_path / "out" / "evidence.json", "quick", tmp_path)
    assert build("--only", "tex") == 0
    assert checks.runs == 1


@pytest.mark.parametrize("change", ["sources", "profile", "digest", "damage"])
def test_evidence_of_anything_else_is_not_reused(
    checks: Checks, build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    build("--only", "tex")
    path = tmp_path / "out" / "evidence.json"
    if change == "sources":
        monkeypatch.setattr(reports.build.command, "sources_digest", lambda profile, **_: f"other {profile}")
    if change == "digest":
        path.write_text(json.dumps(json.loads(path.read_text()) | {"sources_digest": None}))
    if change == "damage":
        path.write_text(path.read_text()[:-9])
    build("--only", "tex", *(["--profile", "full"] if change == "profile" else []))
    assert checks.runs == 2


def test_failed_check_is_said_in_red_and_never_reused(
    checks: Checks, build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert checks.record is not None
    checks.record["claims"][0]["checks"][2] |= {"outcome": "failed", "reason": "false at n = 2"}
    checks.record["outcome"] = "failed"
    checks.exit_code = 1
    assert build() == 1
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert 'class="banner"' in page
    assert "false at n = 2" in page.split('class="summary"')[0]
    assert r"\begin{banner}" in (tmp_path / "out" / "report.tex").read_text("utf-8")
    said = capsys.readouterr().err
    assert "not clean: linear-stability: check failed: no counterexample among random" in said
    assert "[main] (proofs_checks/test_linear_stability.py::test_random_hessians[d-1-to-6]): false at n = 2" in said
    assert build("--only", "tex") == 1
    assert checks.runs == 2


def test_pytest_failing_outside_the_claims_is_said_and_never_reused(
    checks: Checks, build: Build, tmp_path: Path
) -> None:
    checks.exit_code = 1
    assert build("--only", "html") == 1
    assert "ended with exit code 1" in (tmp_path / "out" / "report.html").read_text("utf-8")
    assert build("--only", "html") == 1
    assert checks.runs == 2


def test_sources_changed_meanwhile_are_said(
    checks: Checks, build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digests = iter(["before", "before", "after"])
    monkeypatch.setattr(reports.build.command, "sources_digest", lambda *_, **__: next(digests, "after"))
    assert build("--only", "html") == 1
    assert "sources changed while the checks ran" in (tmp_path / "out" / "report.html").read_text("utf-8")
    assert checks.runs == 1


def test_claim_without_evidence_is_said(checks: Checks, build: Build, tmp_path: Path) -> None:
    assert checks.record is not None
    checks.record["claims"][5] |= {"checks": [], "controls": []}
    assert build("--only", "html") == 1
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "no evidence" in page.split('class="summary"')[0]
    assert "not checked here" in page


def test_module_that_cannot_be_imported_is_said(checks: Checks, build: Build, tmp_path: Path) -> None:
    assert checks.record is not None
    fault = "theory.stability.linear_stability cannot be imported: NameError"
    checks.record["claims"][0] |= {"statements": [], "checks": [], "controls": [], "lemmas": [], "source": ""}
    checks.record["claims"][0] |= {"fault": fault, "culprit": "linear-stability"}
    checks.record["outcome"] = "failed"
    checks.exit_code = 1
    assert build() == 1
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    banner = page.split('class="summary"')[0]
    assert banner.count("cannot be imported") == 2
    assert "linear\u00adstability failed" in page or "linear-stability failed" in page


def test_some_claims(checks: Checks, build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They alone are checked, without figures, and the report says that it is a part; the rest is no problem."""
    assert checks.record is not None
    for place in (0, 1, 3, 4, 5):
        checks.record["claims"][place] |= {"checks": [], "controls": []}
    assert build("--claim", "stability_inequality", "--claim", "linear-stability") == 1
    checks.record["claims"][0]["statements"][0]["cited"] = "key: what"
    assert build("--claim", "stability_inequality") == 0
    assert list(checks.claims) == ["stability-inequality"]
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "This is a part of the report" in page
    capsys.readouterr()
    assert build("--claim", "stability-inequality") == 0
    assert checks.runs == 2
    build()
    assert checks.runs == 3
    assert not checks.claims


@pytest.mark.usefixtures("checks")
def test_some_claims_have_a_folder_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the whole report is not replaced."""
    monkeypatch.setattr(reports.build.command, "DEFAULT_FOLDER", tmp_path / "out")
    main(["--only", "tex", "--claim", "laplacian-bound", "--claim", "linear-stability"])
    assert (tmp_path / "out" / "laplacian-bound+linear-stability" / "report.tex").exists()


def test_other_images(checks: Checks, build: Build, tmp_path: Path, mnist: Path) -> None:
    """They are handed to the checks; evidence is of the images that it was made from, and the report says which."""
    assert build("--only", "html", "--mnist", str(mnist)) == 0
    assert checks.folders == [mnist]
    assert f"--mnist {mnist}" in (tmp_path / "out" / "report.html").read_text("utf-8")
    assert build("--only", "html", "--mnist", str(mnist)) == 0
    assert checks.runs == 1
    write_mnist(mnist, 520, seed=1)
    assert build("--only", "html", "--mnist", str(mnist)) == 0
    assert checks.runs == 2
    assert build("--only", "html") == 0
    assert checks.folders == [mnist, mnist, None]


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("absent", "does not exist"),
        ("empty", "holds neither train-images-idx3-ubyte nor the same with .gz"),
        ("few", "images of the digit 0 are needed"),
        ("no IDX file", "is no IDX file"),
    ],
)
def test_bad_images_are_refused_before_anything_runs(
    checks: Checks, build: Build, mnist: Path, capsys: pytest.CaptureFixture[str], damage: str, words: str
) -> None:
    if damage in ("absent", "empty"):
        mnist = mnist / damage
    if damage == "empty":
        mnist.mkdir()
    if damage == "few":
        write_mnist(mnist, 200)
    if damage == "no IDX file":
        (mnist / "train-labels-idx1-ubyte").write_bytes(b"labels")
    assert build("--mnist", str(mnist)) == 2
    assert words in one_error_line(capsys)
    assert checks.runs == 0


def test_unknown_claim(checks: Checks, build: Build, capsys: pytest.CaptureFixture[str]) -> None:
    assert build("--claim", "linear-stabilty") == 2
    assert one_error_line(capsys).startswith("error: no claim is called linear-stabilty; there are ")
    assert checks.runs == 0


def test_no_evidence_at_all(checks: Checks, build: Build, capsys: pytest.CaptureFixture[str]) -> None:
    checks.record = None
    assert build() == 2
    assert one_error_line(capsys).startswith("error: the checks ended with exit code 3 and left no evidence")


def test_malformed_evidence(checks: Checks, build: Build, capsys: pytest.CaptureFixture[str]) -> None:
    assert checks.record is not None
    checks.record["claims"][0]["checks"][0]["level"] = "proved"
    assert build() == 2
    assert "'level' is 'proved'" in one_error_line(capsys)


def one_error_line(capsys: pytest.CaptureFixture[str]) -> str:
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    return lines[0]


@pytest.mark.usefixtures("checks")
def test_output_folder_below_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main(["--out", str(tmp_path / "file" / "out")]) == 2
    assert "cannot be written" in one_error_line(capsys)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.usefixtures("checks")
def test_output_folder_without_permission(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "out").mkdir(mode=0o500)
    assert main(["--out", str(tmp_path / "out")]) == 2
    assert "cannot be written" in one_error_line(capsys)


def test_output_that_is_a_folder_is_an_error(
    checks: Checks, build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out" / "report.tex").mkdir(parents=True)
    assert build("--only", "tex") == 2
    assert one_error_line(capsys).startswith("error: ")
    assert checks.runs == 1


@pytest.mark.parametrize(
    "name",
    [
        *("", "theory", "reports", "theory/coq", "numerics/x/y", "tests/x", "docs/x", "proofs_checks/evidence"),
        *("reports/new", "reports/out/../new", "tests/../theory/x"),
    ],
)
def test_source_folders_are_no_output_folders(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Nor is anything below them, but for the one output folder; what to write instead is said."""
    there = (ROOT / name).exists()
    assert main(["--out", str(ROOT / name)]) == 2
    said = one_error_line(capsys)
    assert "holds sources" in said
    assert said.endswith(f"or one below {ROOT / 'reports' / 'out'}")
    assert (ROOT / name).exists() == there


def test_links_into_or_out_of_sources_are_no_output_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One that leads among the sources, and one among the sources that leads out of them."""
    project, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    for folder in (project / "theory", project / "reports" / "out", elsewhere):
        folder.mkdir(parents=True)
    monkeypatch.setattr(reports.output, "ROOT", project)
    monkeypatch.setattr(reports.output, "is_project", lambda: True)
    (tmp_path / "link").symlink_to(project / "theory")
    (project / "theory" / "link").symlink_to(elsewhere)
    (project / "reports" / "out" / "link").symlink_to(project / "theory")
    for folder in (tmp_path / "link", tmp_path / "link" / "x", project / "theory" / "link",
                   project / "reports" / "out" / "link"):  # fmt: skip
        assert main(["--out", str(folder)]) == 2
        assert "holds sources" in one_error_line(capsys)
    assert not list(elsewhere.iterdir())
    for folder in (project / "reports" / "out" / "claim", elsewhere):
        reports.output.require_output_folder(folder)


@pytest.mark.usefixtures("checks")
@pytest.mark.parametrize("damage", ['"outputs": []', '"outputs": {"report.tex": 3}', "truncated", "[" * 100_000])
def test_a_stamp_that_was_edited_counts_for_nothing(
    build: Build, tmp_path: Path, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it speaks of is made again."""
    build("--only", "tex")
    stamp = tmp_path / "out" / "build.json"
    whole = stamp.read_text("utf-8")
    edited = re.sub(r'"outputs": {.*?}', damage, whole, flags=re.DOTALL) if "outputs" in damage else damage
    stamp.write_text(whole[:-40] if damage == "truncated" else edited, encoding="utf-8")
    capsys.readouterr()
    assert build("--only", "tex") == 0
    assert "made: " in capsys.readouterr().out
    assert stamp.read_text("utf-8") == whole


def test_installed_packages_are_no_output_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(reports.output, "ROOT", tmp_path)
    monkeypatch.setattr(reports.output, "is_project", lambda: False)
    monkeypatch.chdir(tmp_path)
    assert main([]) == 2
    assert "is inside installed packages" in one_error_line(capsys)
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("checks")
def test_output_lands_where_the_command_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["--only", "tex"]) == 0
    assert (tmp_path / "reports" / "out" / "report.tex").exists()


def test_figures_that_cannot_be_drawn_are_said(
    checks: Checks, build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = Group("lost", "Lost figures", "reports.no_such_module", ("lost",))
    monkeypatch.setattr(reports.figures, "GROUPS", (lost,))
    assert build("--only", "html") == 1
    assert "Lost figures” could not be drawn: ModuleNotFoundError" in (tmp_path / "out" / "report.html").read_text(
        "utf-8"
    )
    assert build("--only", "html") == 1
    assert checks.runs == 1


def test_interrupt_leaves_earlier_results(
    checks: Checks, build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    build("--only", "tex")
    before = (tmp_path / "out" / "report.tex").read_bytes()

    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(reports.build.command, "run_checks", interrupted)
    assert build("--only", "tex", "--fresh") == 130
    assert (tmp_path / "out" / "report.tex").read_bytes() == before
    assert "interrupted" in one_error_line(capsys)
    assert checks.runs == 1


def test_unchanged_report_needs_no_heavy_imports() -> None:
    heavy = "{'torch', 'matplotlib', 'sympy', 'scipy', 'typst'}"
    program = f"import sys, reports.build.command; print({heavy} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "set()"


@pytest.mark.usefixtures("checks")
def test_what_killed_runs_left_is_removed(build: Build, tmp_path: Path) -> None:
    """Folders of the typesetter, and files that were being written; whatever else lies there stays."""
    (tmp_path / "out" / ".typst.abc").mkdir(parents=True)
    for name in (".report.html.1.tmp", ".writable.x", "notes.txt"):
        (tmp_path / "out" / name).touch()
    assert build("--only", "tex") == 0
    left = {path.name for path in (tmp_path / "out").iterdir()}
    assert "notes.txt" in left
    assert not [name for name in left if name.startswith(".")]


@pytest.mark.usefixtures("checks")
@pytest.mark.parametrize(
    "name", ["report.html", "supplement.html", "figures/claims.svg", "figures/claims.pdf", "build.json"]
)
@pytest.mark.parametrize("damage", ["truncated", "emptied", "a bit", "zeros", "missing"])
def test_damaged_outputs_are_made_again(build: Build, tmp_path: Path, name: str, damage: str) -> None:
    """As they were, and the pictures beside them."""
    build("--only", "html")
    file = tmp_path / "out" / name
    whole = file.read_bytes()
    middle = len(whole) // 2
    flipped = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    contents = {"truncated": whole[:middle], "emptied": b"", "a bit": flipped, "zeros": b"\0" * len(whole)}
    if damage == "missing":
        file.unlink()
    else:
        file.write_bytes(contents[damage])
    assert build("--only", "html") == 0
    assert file.read_bytes() == whole


@pytest.mark.usefixtures("checks")
@pytest.mark.parametrize("name", ["report.html", "build.json", "figures/claims.svg", "figures"])
def test_what_is_in_the_way_of_an_output_is_named(
    build: Build, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder in the place of a file, or a file in that of a folder, in one line; and nothing half made is left."""
    place = tmp_path / "out" / name
    if name == "figures":
        place.parent.mkdir()
        place.touch()
    else:
        place.mkdir(parents=True)
    assert build("--only", "html") == 2
    said = one_error_line(capsys)
    assert said.startswith("error: ")
    assert str(place) in said
    assert not list((tmp_path / "out").rglob(".*"))


def test_two_builds_of_one_folder_follow_one_another(
    checks: Checks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each finds the evidence of its own claims, whichever came first."""
    running, most = [], []

    def slowly(*arguments: Any) -> int:
        running.append(1)
        most.append(len(running))
        time.sleep(0.5)
        status = checks(*arguments)
        running.pop()
        return status

    monkeypatch.setattr(reports.build.command, "run_checks", slowly)
    words = ["--only", "tex", "--out", str(tmp_path / "out"), "--claim"]
    both = [threading.Thread(target=main, args=([*words, name],)) for name in ("linear-stability", "gram-form")]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(60)
    assert most == [1, 1]
    assert f"waiting: another build uses {tmp_path / 'out'}" in capsys.readouterr().out


def test_evidence_of_other_claims_is_in_doubt(
    checks: Checks, build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def of_others(evidence: Path, profile: str, root: Path, *_: object) -> int:
        return checks(evidence, profile, root, ("gram-form",))

    monkeypatch.setattr(reports.build.command, "run_checks", of_others)
    assert build("--only", "html", "--claim", "linear-stability") == 1
    assert "the evidence is of other claims than those" in (tmp_path / "out" / "report.html").read_text("utf-8")
