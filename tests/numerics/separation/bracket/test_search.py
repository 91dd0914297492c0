"""The search: the program's optimum and its dual, and the command."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from numerics.separation.bracket.dihedral import mean_features
from numerics.separation.bracket.files import read_bracket
from numerics.separation.bracket.hyperplane_weight import line_weight
from numerics.separation.bracket.search import Effort, first_guess, main, search, solve
from numerics.separation.bracket.table import bracket_path, nearest
from numerics.separation.pyramid import pyramid
from tests.numerics.clusters import Cluster


@pytest.mark.parametrize("norm", [0.3, 1.5, 5.0])
def test_program(norm: float) -> None:
    """The net keeps to the norm and the error, and the masses certify that error on the same points and lines."""
    rows, columns = first_guess()
    found = solve(rows, columns, norm)
    features = mean_features(rows[:, :2], columns[:, :2])
    heights = pyramid(rows[:, :2])
    errors = features @ found.amplitudes + found.constant - heights
    assert np.abs(errors).max() == pytest.approx(found.error, rel=1e-6)
    assert np.abs(found.amplitudes) @ line_weight(columns[:, :2]) <= norm * (1 + 1e-6)
    assert found.masses.sum() == pytest.approx(0, abs=1e-7)
    assert np.abs(found.masses).sum() <= 1 + 1e-6
    supremum = np.abs(found.masses @ features / line_weight(columns[:, :2])).max()
    assert supremum <= found.supremum * (1 + 1e-5) + 1e-9
    assert found.masses @ heights - norm * supremum == pytest.approx(found.error, rel=1e-4)


def test_command(tmp_path: Path) -> None:
    """One step size: a proved bracket in a file, kept as it is by the next run, never replaced by a worse one."""
    arguments = ["--only", "1/2", "--folder", str(tmp_path), "--seconds", "5"]
    main(arguments)
    path = bracket_path(Fraction(1), tmp_path)
    first = path.read_bytes()
    bracket = read_bracket(path)
    assert bracket.verify().proved
    assert bracket.ratio < Fraction(1005, 1000)
    main(arguments)
    assert path.read_bytes() == first
    main([*arguments, "--again"])
    assert read_bracket(path).ratio <= bracket.ratio


def test_start_from_another_step_size(tmp_path: Path) -> None:
    """The nearest bracket by ratio of C is where a search starts; its own comes first."""
    assert nearest(Fraction(1), tmp_path) is None
    for bound in ("1/10", "1/4"):
        main(["--only", bound, "--folder", str(tmp_path), "--seconds", "2"])
    found = nearest(Fraction(1), tmp_path)
    assert found is not None
    assert found.norm == Fraction(1, 4)
    own = nearest(Fraction(5, 3), tmp_path)
    assert own is not None
    assert own.norm == Fraction(1, 10)
    effort = Effort(1e-3, 5, lambda _: None)
    assert search(Fraction(1), effort, found).verify().proved


def test_a_cluster_finds_the_same(two_workers: Cluster, tmp_path: Path) -> None:
    """To the byte, from a bracket that both start from; enough time, so that the gap alone ends the search."""
    for place in ("here", "there"):
        (tmp_path / place).mkdir()
        shutil.copy(bracket_path(Fraction(5, 3)), tmp_path / place)
    arguments = ["--only", "1/9", "--seconds", "100", "--folder"]
    assert main([*arguments, str(tmp_path / "here")]) == 0
    assert main([*arguments, str(tmp_path / "there"), "--scheduler", two_workers.address]) == 0
    here, there = (bracket_path(Fraction(18, 11), tmp_path / place) for place in ("here", "there"))
    assert here.read_bytes() == there.read_bytes()


def test_a_cluster_that_cannot_be_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--only", "1/9", "--folder", str(tmp_path), "--scheduler", "nowhere"]
    assert main(arguments) == 2
    assert capsys.readouterr().err == "error: a scheduler has an address such as tcp://host:8786, not 'nowhere'\n"


@pytest.mark.parametrize("arguments", [["--only", "-1"], ["--only", "0"], ["--folder", "/nowhere/at/all"]])
def test_bad_arguments(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be meant is refused before anything is searched."""
    with pytest.raises(SystemExit):
        main(arguments)
    assert "error" in capsys.readouterr().err
