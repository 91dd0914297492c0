"""python -m reports.figures: figures alone."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from reports.figures import FIGURES, GROUPS
from reports.figures.__main__ import main
from theory.exposition import expositions


def test_lists_the_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in FIGURES)


def test_a_figure_alone(tmp_path: Path) -> None:
    """Its three files and no others of its group."""
    assert main(["weight", "--out", str(tmp_path / "new")]) == 0
    assert {path.name for path in (tmp_path / "new").iterdir()} == {"weight.svg", "weight.pdf", "weight.csv"}
    assert (tmp_path / "new" / "weight.csv").read_text().startswith("panel,x axis,y axis,series,x,y\n")


@pytest.mark.parametrize("name", ["nothing", "Weight"])
def test_unknown_names_are_refused(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "weight", "--out", str(tmp_path)]) == 2
    assert f"no figure is called {name}; there are mnist-bound" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main(["weight", "--out", str(tmp_path / "file" / "below")]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_bad_images_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is drawn, and it is not the output folder that is blamed."""
    assert main(["mnist-bound", "--out", str(tmp_path / "new"), "--mnist", str(tmp_path / "absent")]) == 2
    assert capsys.readouterr().err == f"error: the MNIST folder {tmp_path / 'absent'} does not exist\n"
    (tmp_path / "train-images-idx3-ubyte").write_bytes(b"images")
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(b"labels")
    assert main(["weight", "--out", str(tmp_path / "new"), "--mnist", str(tmp_path)]) == 2
    assert "is no IDX file" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_every_figure_has_one_place() -> None:
    """Names are those of one group, and what claims show are figures that there are, each shown once."""
    assert len(FIGURES) == sum(len(group.figures) for group in GROUPS)
    shown = Counter(name for told in expositions().values() for name in told.figures)
    assert set(shown) <= set(FIGURES)
    assert max(shown.values()) == 1
    assert {told.finding.figure for told in expositions().values() if told.finding} <= set(FIGURES)
