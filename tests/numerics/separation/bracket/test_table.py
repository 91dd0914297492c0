"""The table of brackets that comes with the package."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from numerics.separation.bracket.files import write_bracket
from numerics.separation.bracket.table import (
    STEP_SIZES,
    bracket_path,
    bracket_table,
    certificate_folder,
    certificates,
)
from numerics.separation.pyramid import pyramid
from tests.numerics.separation.bracket.brackets import small


def test_table_needs_every_file(tmp_path: Path) -> None:
    """A missing file, and a file under another name."""
    with pytest.raises(FileNotFoundError):
        bracket_table(tmp_path, [Fraction(1)])
    write_bracket(bracket_path(Fraction(1, 2), tmp_path), small())
    with pytest.raises(ValueError, match="is about the step size 1, not 1/2"):
        bracket_table(tmp_path, [Fraction(1, 2)])


def test_table_that_comes_with_the_package() -> None:
    """Every step size, small files, in order; and for figures the nets are as near to phi as they claim on a grid."""
    table = bracket_table()
    assert [bracket.step_size for bracket in table] == sorted(STEP_SIZES, reverse=True)
    assert sum(path.stat().st_size for path in certificate_folder().iterdir()) < 500_000
    x, y = np.meshgrid(np.linspace(-2.8, 2.8, 57), np.linspace(-2.8, 2.8, 57))
    points = np.stack([x.ravel(), y.ravel()], axis=1)
    found = certificates()
    for bracket in table:
        network, measure = found[bracket.norm]
        assert np.abs(network(points) - pyramid(points)).max() <= float(bracket.upper) + 1e-9
        assert measure.symmetric
