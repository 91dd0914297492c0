"""The command as a person meets it: tables, JSON, exit statuses, and errors."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest
import torch

from numerics.audit import command, statements
from numerics.audit.__main__ import main
from proofs_checks.verify import __main__ as verify
from tests.numerics.clusters import Cluster
from tests.numerics.examples import net

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """2 relu(x) and the data +-3/4, which it interpolates."""
    net([[1.0]], [0.0], [2.0]).save(tmp_path / "network.npz")
    np.savez(tmp_path / "data.npz", x=[[0.75], [-0.75]], y=[1.5, 0.0])
    return tmp_path


def run(files: Path, *options: str, network: str = "network.npz", data: str = "data.npz") -> int:
    return main([str(files / network), "--data", str(files / data), *options])


def test_table(files: Path, capsys: Captured) -> None:
    assert run(files, "--step-size", "0.4") == 0
    read, table = capsys.readouterr().out.split("\n\n")[:2]
    assert read.splitlines()[-1] == "data.npz has 2 rows; the label is array y."
    lines = dict(line.split("  ", 1) for line in table.splitlines())
    found = {name: value.strip() for name, value in lines.items()}
    assert found["network"] == "1 neurons, 1 inputs, on 2 data"
    assert found["interpolating"] == "exactly"
    assert found["bound at step size 0.4"] == "2"
    assert found["verdict"] == "stable"
    low, high = (Fraction(part) for part in found["sharpness"].split(" to "))
    assert low < high
    assert (low - Fraction(141, 64)) ** 2 <= Fraction(109, 64) ** 2 + Fraction(1, 4) <= (high - Fraction(141, 64)) ** 2


def test_json(files: Path, capsys: Captured) -> None:
    assert run(files, "--json", "--step-size", "2/5") == 0
    found = json.loads(capsys.readouterr().out)
    asked = (
        "n d k loss gradient_norm sharpness stability_norm one_sided_norm bound tightness largest_stable_step "
        "kinks interpolating verdict"
    )
    assert {*asked.split(), "gram_sharpness", "flattest_gram_sharpness"} <= set(found)
    assert (found["n"], found["d"], found["k"], found["kinks"]) == (2, 1, 1, 0)
    assert (found["loss"], found["bound"], found["step_size"]) == (["0", "0"], ["2", "2"], "2/5")
    assert (found["interpolating"], found["verdict"], found["enclosed"]) == (True, "stable", True)
    low, high = (Fraction(text) for text in found["stability_norm"])
    assert low <= Fraction(15, 32) <= high
    assert high - low < Fraction(1, 10**10)


def test_without_a_step_size_nothing_is_judged(files: Path, capsys: Captured) -> None:
    assert run(files, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["verdict"] is found["bound"] is found["tightness"] is None


def test_exit_statuses(files: Path, capsys: Captured) -> None:
    assert run(files, "--step-size", "1") == 0
    assert "verdict" in capsys.readouterr().out
    np.savez(files / "kink.npz", x=[[0.0], [0.75]], y=[0.0, 1.5])
    assert run(files, "--step-size", "0.1", data="kink.npz") == 1
    assert "undecided" in capsys.readouterr().out


def test_pictures(files: Path) -> None:
    for ending, start in (("png", b"\x89PNG"), ("pdf", b"%PDF"), ("svg", b"<?xml")):
        assert run(files, "--step-size", "0.4", "--plot", str(files / f"chain.{ending}")) == 0
        assert (files / f"chain.{ending}").read_bytes().startswith(start)


def test_tables_as_data(files: Path, capsys: Captured) -> None:
    (files / "data.csv").write_text("x,y\n0.75,1.5\n-0.75,0\n")
    assert run(files, "--json", data="data.csv") == 0
    assert json.loads(capsys.readouterr().out)["interpolating"] is True
    (files / "data.csv").write_text("price,size\n1.5,0.75\n0,-0.75\n")
    assert run(files, data="data.csv") == 2
    assert "--label COLUMN" in capsys.readouterr().err
    assert run(files, "--json", "--label", "price", data="data.csv") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["interpolating"] is True
    assert "data.csv has 2 rows; the label is column 1 (price)." in found["remarks"]


def test_as_a_program(files: Path) -> None:
    words = [sys.executable, "-m", "numerics.audit", str(files / "network.npz"), "--data", str(files / "data.npz")]
    done = subprocess.run([*words, "--step-size", "0.4"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "verdict" in done.stdout


def test_a_row_for_each_network_and_step_size(files: Path, capsys: Captured) -> None:
    """One that fails is a row, and the status the worst of all."""
    net([[1.0], [-1.0]], [0.5, 0.25], [2.0, 1.0]).save(files / "other.npz")
    options = [str(files / "nowhere.npz"), "--step-size", "0.4,1/3", "--step-size", "2", str(files / "other.npz")]
    assert run(files, *options) == 2
    table = capsys.readouterr().out.split("\n\n")[0].splitlines()
    cells = [re.split("  +", line) for line in table]
    assert [row[0].rpartition("/")[2] for row in cells[1:]] == [
        *["network.npz", "", ""],
        "nowhere.npz",
        *["other.npz", "", ""],
    ]
    by_name = [dict(zip(cells[0], row, strict=False)) for row in cells[1:]]
    assert [row["step size"] for row in by_name if "verdict" in row] == ["0.4", "1/3", "2"] * 2
    assert [row["verdict"] for row in by_name if "verdict" in row] == ["stable", "stable", "unstable"] * 2
    assert (by_name[0]["bound"], by_name[0]["sharpness"], by_name[0]["n"]) == ("2", "3.978 to 3.979", "2")
    assert cells[4][1:] == [f"error: there is no file {files}/nowhere.npz"]
    assert run(files, "--json", "--step-size", "0.4,0.5,0.6") == 0
    found = json.loads(capsys.readouterr().out)
    assert [(row["network"], row["step_size"]) for row in found] == [
        (str(files / "network.npz"), step) for step in ("2/5", "1/2", "3/5")
    ]
    assert [row["verdict"] for row in found] == ["stable", "stable", "unstable"]
    assert run(files, "--json", str(files / "nowhere.npz")) == 2
    ours, theirs = json.loads(capsys.readouterr().out)
    assert ours["verdict"] is None
    assert theirs == {"network": str(files / "nowhere.npz"), "error": f"there is no file {files}/nowhere.npz"}


@pytest.mark.parametrize("labels", [[1.5, 0.0], [1.0, 0.5]], ids=["interpolating", "not interpolating"])
def test_each_row_is_the_audit_at_its_step_size(files: Path, capsys: Captured, labels: list[float]) -> None:
    """At a step size next to 2/sharpness too, whatever was asked first."""
    np.savez(files / "data.npz", x=[[0.75], [-0.75]], y=labels)
    assert run(files, "--json") == 0
    low, high = (Fraction(end) for end in json.loads(capsys.readouterr().out)["largest_stable_step"])
    steps = [str(step) for step in (Fraction(2, 5), low, (low + high) / 2, high, Fraction(3))]
    worst = run(files, "--json", "--step-size", ",".join(steps))
    rows = json.loads(capsys.readouterr().out)
    statuses = []
    for step, row in zip(steps, rows, strict=True):
        statuses.append(run(files, "--json", "--step-size", step))
        alone = json.loads(capsys.readouterr().out)
        assert {name: row[name] for name in ("verdict", "bound", "step_size")} == {
            name: alone[name] for name in ("verdict", "bound", "step_size")
        }
        assert row["flattest_gram_sharpness"] == alone["flattest_gram_sharpness"]
    assert worst == max(statuses)


def test_a_tie_with_the_second_step_size_is_decided(tmp_path: Path, capsys: Captured) -> None:
    """2 relu(x) at 3/4 has the sharpness 125/16, so 32/125 is the largest stable step, exactly."""
    net([[1.0]], [0.0], [2.0]).save(tmp_path / "network.npz")
    np.savez(tmp_path / "data.npz", x=[[0.75]], y=[1.5])
    assert run(tmp_path, "--quiet", "--step-size", "0.1,32/125,0.2560001") == 0
    assert capsys.readouterr().out.split() == ["stable", "stable", "unstable"]


def test_quiet(files: Path, capsys: Captured) -> None:
    assert run(files, "--quiet", "--step-size", "0.4") == 0
    assert capsys.readouterr().out == "stable\n"
    assert run(files, "--quiet") == 0
    assert capsys.readouterr().out == "3.9781277 to 3.9781278\n"
    assert run(files, "--quiet", str(files / "nowhere.npz"), "--step-size", "0.4") == 2
    captured = capsys.readouterr()
    assert captured.out == "stable\nerror\n"
    assert captured.err == f"error: {files}/nowhere.npz: there is no file {files}/nowhere.npz\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_an_answer_that_cannot_be_written_has_a_status_of_its_own(files: Path) -> None:
    """The help, too; and where stderr is full, the status alone says it."""
    audit = f"{sys.executable} -m numerics.audit {files}/network.npz --data {files}/data.npz --quiet"
    script = f"{audit} >/dev/full; echo $?; {audit} --help >/dev/full 2>/dev/full; echo $?"
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["3", "3"]
    assert done.stderr == "error: the answer could not be written: No space left on device\n"


def test_a_closed_pipe(files: Path, capsys: Captured) -> None:
    with mock.patch.object(sys, "stdout") as pipe, (files / "nowhere").open("w") as file:
        pipe.encoding, pipe.fileno.return_value = "utf-8", file.fileno()
        pipe.flush.side_effect = BrokenPipeError(32, "Broken pipe")
        assert run(files) == 3
    assert capsys.readouterr().err == "error: the answer could not be written: Broken pipe\n"
    with mock.patch.object(sys, "stdout", None):
        assert run(files) == 3
    assert capsys.readouterr().err == "error: the answer could not be written: stdout is closed\n"


def test_the_answer_comes_before_files_that_cannot_be_written(files: Path, capsys: Captured) -> None:
    for option, ending in (("--plot", "svg"), ("--certificate", "json"), ("--html", "html")):
        place = files / f"out.{ending}"
        with mock.patch("numerics.arrays.files.os.fsync", side_effect=OSError(28, "No space left on device")):
            assert run(files, "--step-size", "0.4", option, str(place)) == 3
        captured = capsys.readouterr()
        assert re.search(r"^verdict +stable$", captured.out, re.MULTILINE)
        assert captured.err == f"error: {place} could not be written: [Errno 28] No space left on device\n"
        assert not place.exists()


def test_names_that_are_no_text(files: Path) -> None:
    place = os.fsdecode(os.fsencode(files) + b"/caf\xe9.npz")
    (files / "network.npz").rename(place)
    words = [sys.executable, "-m", "numerics.audit", place, "nowhere.npz"]
    done = subprocess.run([*words, "--data", str(files / "data.npz")], capture_output=True, check=False)
    assert done.returncode == 2
    assert b"caf\\udce9.npz" in done.stdout
    assert b"Traceback" not in done.stderr


def test_pages(files: Path) -> None:
    place = files / "page.html"
    assert run(files, "--step-size", "0.4", "--label", "y", "--html", str(place)) == 0
    page = place.read_text(encoding="utf-8")
    verify = f"proofs_checks.verify audit.json --network {files}/network.npz --data {files}/data.npz --label y"
    assert verify in page
    assert f"{files}/network.npz at step size 0.4: stable" in page


@pytest.fixture
def folder(files: Path) -> Path:
    """A folder with three networks, of which the second is damaged, beside their data, a note and a hidden file."""
    place = files / "runs"
    place.mkdir()
    (files / "network.npz").rename(place / "a.npz")
    (place / "b.pt").write_bytes(b"torn")
    net([[1.0], [-1.0]], [0.5, 0.25], [2.0, 1.0]).save(place / "c.npz")
    (files / "data.npz").rename(place / "data.npz")
    (place / "notes.txt").write_text("none")
    shutil.copy(place / "a.npz", place / ".a.npz")
    return place


def run_many(folder: Path, *options: str) -> int:
    return main(["--many", str(folder), "--data", str(folder / "data.npz"), "--step-size", "0.4,2", *options])


def test_a_folder_of_networks(folder: Path, capsys: Captured) -> None:
    """As if each were named, whoever computes the rows."""
    names = [str(folder / name) for name in ("a.npz", "b.pt", "c.npz")]
    assert main([*names, "--data", str(folder / "data.npz"), "--step-size", "0.4,2"]) == 2
    named = capsys.readouterr().out
    for workers in ("1", "2"):
        assert run_many(folder, "--workers", workers) == 2
        assert capsys.readouterr().out == named
    assert run_many(folder, "--workers", "1", names[0], "--quiet") == 2
    assert capsys.readouterr().out.split() == ["stable", "unstable", "error", "stable", "unstable"]


def test_a_table_that_grows(folder: Path, capsys: Captured) -> None:
    """Interrupted, it holds what was found; then the rest alone is audited, and the bytes are those of one run."""
    once, twice = folder / "once.csv", folder / "twice.csv"
    assert run_many(folder, "--workers", "1", "--csv", str(once)) == 2
    assert capsys.readouterr().out == f"{once}: 3 networks, 3 audited; 1 failed, 2 stable, 2 unstable\n"
    with once.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["verdict"] for row in rows] == ["stable", "unstable", "", "stable", "unstable"]
    assert (rows[0]["step_size"], rows[0]["bound_low"], rows[0]["interpolating"]) == ("2/5", "2", "True")
    assert "is truncated or damaged" in rows[2]["error"]
    with mock.patch.object(command, "_audited", _interrupted_at(2)):
        assert run_many(folder, "--workers", "1", "--csv", str(twice)) == 130
    assert twice.read_text().splitlines() == once.read_text().splitlines()[:4]
    audited = mock.Mock(side_effect=command._audited)
    with mock.patch.object(command, "_audited", audited):
        assert run_many(folder, "--workers", "1", "--csv", str(twice)) == 2
        assert audited.call_count == 1
        assert twice.read_bytes() == once.read_bytes()
        # another network of that name
        net([[1.0]], [0.0], [1.0]).save(folder / "a.npz")
        run_many(folder, "--workers", "1", "--csv", str(twice))
        assert audited.call_count == 2
    assert twice.read_bytes() != once.read_bytes()


def _interrupted_at(call: int) -> Callable[..., object]:
    """`_audited`, but for an interruption at its call of that number."""
    numbers, audited = count(1), command._audited

    def found(*arguments: Any) -> object:
        if next(numbers) == call:
            raise KeyboardInterrupt
        return audited(*arguments)

    return found


def test_a_table_grows_while_networks_are_audited(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a reader sees of it at each audit."""
    table = folder / "table.csv"
    lines: list[int] = []

    def audited(*arguments: Any) -> object:
        lines.append(len(table.read_text().splitlines()))
        return original(*arguments)

    original = command._audited
    monkeypatch.setattr(command, "_audited", audited)
    monkeypatch.setattr(command, "_BETWEEN_WRITES", -1.0)
    run_many(folder, "--workers", "1", "--csv", str(table))
    assert lines == [1, 4]


def test_a_table_that_is_something_else(folder: Path, capsys: Captured) -> None:
    other = folder / "other.csv"
    other.write_text("x,y\n1,2\n")
    assert run_many(folder, "--csv", str(other)) == 2
    assert "holds something else than such a table; choose another name" in capsys.readouterr().err
    assert other.read_text() == "x,y\n1,2\n"


def test_a_table_loses_no_row(folder: Path, capsys: Captured) -> None:
    """Of networks or step sizes that are not asked for."""
    table = folder / "table.csv"
    run_many(folder, "--workers", "1", "--csv", str(table))
    held = table.read_bytes()
    data = ["--data", str(folder / "data.npz"), "--csv", str(table), "--workers", "1"]
    for asked in (["--many", str(folder), "--step-size", "0.4"], [str(folder / "a.npz"), "--step-size", "0.4,2"]):
        assert main([*asked, *data]) == 2
        assert "which is not asked for here and would be lost; name another file" in capsys.readouterr().err
        assert table.read_bytes() == held
    (folder / "d.npz").write_bytes((folder / "c.npz").read_bytes())
    assert main(["--many", str(folder), "--step-size", "2,0.4", *data]) == 2
    assert ", 4 audited" in capsys.readouterr().out


def test_a_link_to_itself_is_a_row_that_says_so(folder: Path, capsys: Captured) -> None:
    (folder / "loop.npz").symlink_to(folder / "loop.npz")
    assert run_many(folder, "--workers", "1", "--csv", str(folder / "table.csv")) == 2
    assert "4 networks, 4 audited; 2 failed" in capsys.readouterr().out


def test_a_cluster_finds_the_same_rows(two_workers: Cluster, folder: Path, capsys: Captured) -> None:
    """To the byte, in a table and printed."""
    here, there = folder / "here.csv", folder / "there.csv"
    assert run_many(folder, "--csv", str(here), "--workers", "1") == 2
    assert run_many(folder, "--csv", str(there), "--scheduler", two_workers.address) == 2
    assert here.read_bytes() == there.read_bytes()
    capsys.readouterr()
    texts = []
    for place in (["--workers", "1"], ["--scheduler", two_workers.address]):
        assert run_many(folder, "--json", *place) == 2
        texts.append(capsys.readouterr().out)
    assert texts[0] == texts[1]


def test_a_cluster_that_cannot_be_used(folder: Path, capsys: Captured) -> None:
    assert run_many(folder, "--scheduler", "localhost:8786") == 2
    assert (
        capsys.readouterr().err == "error: a scheduler has an address such as tcp://host:8786, not 'localhost:8786'\n"
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--many", "{folder}/none"], "there is no folder {folder}/none; --many names a folder of networks"),
        (["--many", "{folder}/empty"], "there is no network in {folder}/empty; their files end in .npz, "),
        (["{folder}/a.npz", "--scheduler", "tcp://localhost:1"], "--scheduler and --workers are for several networks"),
        (["--many", "{folder}", "--workers", "0"], "workers must be at least 1, not 0"),
        (["--many", "{folder}", "--plot", "{folder}/a.svg"], "--plot is of one network at one step size"),
        (["{folder}/a.npz", "--csv", "{folder}/t", "--json"], "--csv writes the rows in place of printing them"),
        (["{folder}/a.npz", "--csv", "{folder}/a.npz"], "--csv would write over what is read"),
        (["{folder}/a.npz", "--csv", "{folder}"], "{folder} is a folder; --csv names a file"),
    ],
)
def test_what_cannot_be_meant_of_many(folder: Path, capsys: Captured, options: list[str], words: str) -> None:
    (folder / "empty").mkdir()
    filled = [option.replace("{folder}", str(folder)) for option in options]
    assert main([*filled, "--data", str(folder / "data.npz")]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"error: {words.replace('{folder}', str(folder))}")


def test_no_network_is_named(files: Path, capsys: Captured) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--data", str(files / "data.npz")])
    assert "are required: NETWORK, or --many DIR" in capsys.readouterr().err


def write_bad_inputs(folder: Path) -> None:
    """The files of the table below."""
    torch.save(torch.nn.Linear(1, 1), folder / "whole.pt")
    two = torch.nn.Sequential(torch.nn.Linear(1, 3), torch.nn.ReLU(), torch.nn.Linear(3, 2))
    torch.save(two.state_dict(), folder / "two.pt")
    deep = torch.nn.Sequential(torch.nn.Linear(1, 3), torch.nn.Linear(3, 3), torch.nn.Linear(3, 1))
    torch.save(deep.state_dict(), folder / "deep.pt")
    np.savez(folder / "nan.npz", W1=[[np.nan]], b1=[0.0], w2=[1.0], b2=0.0)
    np.savez(folder / "wide.npz", x=np.ones((2, 3)), y=np.ones(2))
    np.savez(folder / "short.npz", x=np.ones((2, 1)), y=np.ones(3))
    (folder / "words.csv").write_text("0.5,1\nnot,numbers\n")
    (folder / "torn.npz").write_bytes((folder / "data.npz").read_bytes()[:200])


@pytest.mark.parametrize(
    ("network", "data", "options", "message"),
    [
        ("nowhere.npz", "data.npz", [], "error: there is no file {folder}/nowhere.npz"),
        ("whole.pt", "data.npz", [], "error: {folder}/whole.pt holds a Python object (torch.nn.modules.linear.Linear)"),
        (
            "two.pt",
            "data.npz",
            [],
            "error: {folder}/two.pt: the network must have one output, but layer 2 has 2; several are audited on "
            "labels y [n, m], a column for each (of classes: one-hot), in Python by numerics.audit.several_outputs",
        ),
        (
            "deep.pt",
            "data.npz",
            [],
            "error: {folder}/deep.pt: a network of one hidden layer has 2 layers of weights, but this one has 3",
        ),
        ("nan.npz", "data.npz", [], "error: {folder}/nan.npz does not hold a shallow network: W1 must be finite"),
        (
            "network.npz",
            "wide.npz",
            [],
            "error: {folder}/network.npz: the network takes data [n, 1], but these are [2, 3]",
        ),
        ("network.npz", "short.npz", [], "error: {folder}/short.npz: there must be one label for each of the 2 data"),
        ("network.npz", "words.csv", [], "error: {folder}/words.csv: line 2, column 1: 'not' is no"),
        ("network.npz", "torn.npz", [], "error: {folder}/torn.npz is no .npz file, or is truncated or damaged"),
        ("network.npz", "data.npz", ["--plot", "{folder}/a.bmp"], "error: {folder}/a.bmp must end in .png, .pdf, .svg"),
        ("network.npz", "data.npz", ["--html", "{folder}"], "error: {folder} is a folder; --html names a file"),
        (
            "network.npz",
            "data.npz",
            ["--certificate", "{folder}/network.npz"],
            "error: --certificate would write over what is read, as {folder}/network.npz",
        ),
        (
            "network.npz",
            "data.npz",
            ["--certificate", "{folder}/a", "--html", "{folder}/a"],
            "error: --html would write over what --certificate writes",
        ),
        (
            "network.npz",
            "data.npz",
            ["--step-size", "0.1,0.2", "--plot", "{folder}/a.png"],
            "error: --plot is of one network at one step size; give one of each",
        ),
        ("network.npz", "data.npz", ["--plot", "{folder}/no/a.png"], "error: there is no folder {folder}/no for a.png"),
    ],
)
def test_bad_input(files: Path, capsys: Captured, network: str, data: str, options: list[str], message: str) -> None:
    write_bad_inputs(files)
    filled = [option.replace("{folder}", str(files)) for option in options]
    assert run(files, *filled, network=network, data=data) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(message.replace("{folder}", str(files)))
    assert "Traceback" not in captured.err


def test_certificates(files: Path, capsys: Captured) -> None:
    path = files / "audit.json"
    assert run(files, "--step-size", "0.4", "--certificate", str(path)) == 0
    claims = json.loads(path.read_text(encoding="utf-8"))["claims"]
    assert re.search(rf"^verdict +{claims['verdict']}$", capsys.readouterr().out, re.MULTILINE)
    assert verify.main([str(path)]) == 0
    path.unlink()
    with mock.patch.object(statements, "MOST_EXACT", 1):
        assert run(files, "--certificate", str(files / "audit.json")) == 2
    assert "a certificate is written for at most 1,024 data and 2^20 pairs" in capsys.readouterr().err
    assert not path.exists()


def test_a_network_without_biases(files: Path, capsys: Captured) -> None:
    """Refused without the option; with it rows, a page without a certificate, and no certificate."""
    torch.save({"0.weight": torch.ones(1, 1), "2.weight": torch.ones(1, 1), "2.bias": torch.zeros(1)}, files / "a.pt")
    assert run(files, network="a.pt") == 2
    page = ["--html", str(files / "a.html")]
    assert run(files, "--zero-biases", "--step-size", "0.01,9", *page, network="a.pt") == 1
    rows = capsys.readouterr().out.splitlines()
    assert "stable" in rows[1]
    assert rows[2].startswith(" ")
    assert rows[2].endswith("undecided")
    assert "proofs_checks.verify" not in (files / "a.html").read_text("utf-8")
    assert run(files, "--zero-biases", "--certificate", str(files / "a.json"), network="a.pt") == 2
    assert "biases of this network are not trained" in capsys.readouterr().err
    assert not (files / "a.json").exists()


def test_the_checker_compares_with_a_network_without_biases(files: Path, capsys: Captured) -> None:
    torch.save({"0.weight": torch.ones(1, 1), "2.weight": 2 * torch.ones(1, 1)}, files / "a.pt")
    assert run(files, "--certificate", str(files / "a.json")) == 0
    asked = [str(files / "a.json"), "--network", str(files / "a.pt")]
    assert verify.main(asked) == 2
    assert verify.main([*asked, "--zero-biases"]) == 0
    assert "the network is that of" in capsys.readouterr().out
    assert verify.main([asked[0], "--zero-biases"]) == 2


def test_batch_sizes(files: Path, capsys: Captured) -> None:
    """Beside the audit stand the thresholds of SGD; that of all data is gradient descent's."""
    assert run(files, "--batch-size", "2") == 0
    title, *lines = capsys.readouterr().out.split("\n\n")[-2].splitlines()
    assert title.startswith("batch size  largest stable step of SGD")
    assert [line.split()[0] for line in lines] == ["1", "2"]
    assert run(files, "--batch-size", "2", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    one, both = ([Fraction(end) for end in each["step"]] for each in found["batches"])
    low, high = map(Fraction, found["largest_stable_step"])
    assert one[1] < both[0] <= high
    assert low <= both[1]
    assert found["batches_enclosed"] is True


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--batch-size", "3"], "between 1 and the number of data, 2, but it is 3"),
        (["--batch-size", "1", "--quiet"], "--batch-size adds lines to the answer"),
        (["--batch-size", "1", "--step-size", "0.1,0.2"], "--batch-size is of one network at one step size"),
    ],
)
def test_batch_sizes_that_cannot_be_meant(files: Path, capsys: Captured, options: list[str], words: str) -> None:
    assert run(files, *options) == 2
    assert words in capsys.readouterr().err
