"""Data give the numbers of the file back; tables that hold something else are refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from numerics.loading import load_data


def test_data(tmp_path: Path) -> None:
    x, y = [[1.0, 2.0], [3.0, -4.5]], [5.0, 6.0]
    np.savez(tmp_path / "data.npz", x=x, y=np.array(y)[:, None], other=3)
    (tmp_path / "plain.csv").write_text("1,2,5\n3,-4.5,6\n")
    (tmp_path / "header.csv").write_text("a,b,label\r\n1,2,5\r\n3,-4.5,6\r\n")
    (tmp_path / "named.csv").write_text('\ufeff"y","a","b"\n5,1,2\n6,3,-4.5\n', encoding="utf-8")
    for name in ("data.npz", "plain.csv", "header.csv", "named.csv"):
        found_x, found_y = load_data(tmp_path / name)
        assert found_x.tolist() == x, name
        assert found_y.tolist() == y, name


def test_one_datum_in_a_table(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("1,2")
    x, y = load_data(tmp_path / "data.csv")
    assert (x.tolist(), y.tolist()) == ([[1.0]], [2.0])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1,2\n3,four\n", "four"),
        ("1,2\n3\n", "number of columns"),
        ("1\n2\n", "one column"),
        ("a,y\n", "no data"),
        ("1,2\n3,nan\n", "finite"),
        ("1;2\n3;4\n", "separated by commas|one column"),
    ],
)
@pytest.mark.filterwarnings("ignore:loadtxt")
def test_tables(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "data.csv").write_text(text)
    with pytest.raises(ValueError, match=message):
        load_data(tmp_path / "data.csv")


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match="no text"):
        load_data(tmp_path / "data.csv")
