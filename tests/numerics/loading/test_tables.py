"""A table is read as it was written, in every dialect; damage shows, or is refused with its line and column."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from numerics.loading import tables
from numerics.loading.tables import Table, label_column, read_table, require_no_counter
from proofs_checks.instances.profiles import settings

finite = st.floats(allow_nan=False, allow_infinity=False)
grids = st.tuples(st.integers(1, 5), st.integers(2, 4)).flatmap(
    lambda shape: st.lists(st.lists(finite, min_size=shape[1], max_size=shape[1]), min_size=shape[0], max_size=shape[0])
)
separators = st.sampled_from([",", ";", "\t", " "])


def write(place: Path, text: str, name: str = "table.csv") -> Path:
    """A file of these characters."""
    path = place / name
    path.write_bytes(text.encode())
    return path


def written(rows: Sequence[Sequence[object]], separator: str, quoting: int = csv.QUOTE_MINIMAL, end: str = "\n") -> str:
    """The table as Python's own writer gives it."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator, quoting=quoting, lineterminator=end).writerows(rows)  # type: ignore[arg-type]
    return text.getvalue()


@settings(max_examples=60)
@given(
    grids,
    separators,
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_every_dialect_gives_the_numbers_back(
    tmp_path_factory: pytest.TempPathFactory,
    grid: list[list[float]],
    separator: str,
    quoting: int,
    end: str,
    named: bool,
    marked: bool,
    packed: bool,
) -> None:
    header = [f"x {i}" if separator != " " or quoting == csv.QUOTE_ALL else f"x{i}" for i in range(len(grid[0]))]
    assume(named or grid[0] != list(range(len(grid[0]))))
    content = (
        written([header] if named else [], separator, quoting, end) + written(grid, separator, quoting, end)
    ).encode("utf-8-sig" if marked else "utf-8")
    path = tmp_path_factory.mktemp("t") / ("table.csv.gz" if packed else "table.csv")
    path.write_bytes(gzip.compress(content) if packed else content)
    table = read_table(path)
    assert table.numbers.tobytes() == np.array(grid).tobytes()
    assert table.header == (tuple(header) if named else None)
    assert table.ended


@settings(max_examples=100)
@given(
    grids,
    separators,
    st.booleans(),
    st.data(),
    st.sampled_from(["dropped", "emptied", "text", "cut", "second separator", "row dropped"]),
)
def test_damage_shows(
    tmp_path_factory: pytest.TempPathFactory,
    grid: list[list[float]],
    separator: str,
    named: bool,
    data: st.DataObject,
    damage: str,
) -> None:
    """The damaged table is refused, or of another shape, or its last line has no end."""
    width = len(grid[0])
    cells = ([[f"x{i}" for i in range(width)]] if named else []) + [[repr(entry) for entry in row] for row in grid]
    row = data.draw(st.integers(int(named), len(cells) - 1))
    column = data.draw(st.integers(0, width - 1))
    # one row alone, of one cell less, is another table
    assume(len(cells) > 1)
    if damage == "dropped":
        del cells[row][column]
    elif damage == "emptied":
        cells[row][column] = ""
    elif damage == "text":
        cells[row][column] = data.draw(
            st.sampled_from(["", "x", "nan", "inf", "1,5", "1.5.2", "--1", "1e", "0x1p3", "1_0"])
        )
    elif damage == "second separator":
        cells[row][column] += {",": ";", ";": "\t", "\t": ";", " ": ","}[separator] + "1.0"
    elif damage == "row dropped":
        del cells[row]
    text = "".join(separator.join(line) + "\n" for line in cells)
    if damage == "cut":
        text = text[: data.draw(st.integers(1, len(text) - 1))]
    try:
        table = read_table(write(tmp_path_factory.mktemp("t"), text))
    except ValueError:
        return
    assert table.numbers.shape != np.shape(grid) or not table.ended


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1,2,4\n1,,3\n", r"table.csv: line 2, column 2: the cell is missing"),
        ("0.5,,3\n1,2,3\n", "line 1, column 2: the cell is missing"),
        ("1,2,\n3,4,\n", "line 1, column 3: the cell is missing"),
        ("x,y\n1,NA\n2,3\n", r"line 2, column 2 \(y\): the cell is missing"),
        ("1,2\n3,four\n", "line 2, column 2: 'four' is no decimal number"),
        ("1,2\n3\n", "line 2 has 1 cells separated by commas, but line 1 has 2"),
        ("x,y,z\n1,2\n", "line 2 has 2 cells .* line 1 has 3"),
        ("x,2\n3,4\n", "line 1, column 1: 'x' is no .* names, none of them a number"),
        ("x,y\n1,2\nx,y\n3,4\n", "line 3, column 1"),
        ("0,1,2\n5,6,7\n", r"line 1 counts the columns.*header=False"),
        (",0,1\n0,5,6\n1,7,8\n", "line 1 counts the columns"),
        ("1,2,3\n0.5,0.25,1.0\n", "line 1 counts the columns, 1, 2, "),
        (",1,2,3\n0,0.5,0.25,1.0\n", "line 1 counts the columns, 1, 2, "),
        ("1,2\n0.5,0.25\n", "line 1 counts the columns, 1, 2, "),
        ("sep=;\n1;2\n", "line 1 is 'sep=;', which is meant for a spreadsheet"),
        (",x,y\n0,1,2\n", r"no name for column 1.*index=False"),
        ("Unnamed: 0,x,y\n0,1,2\n", "no name for column 1"),
        ("x,,y\n0,1,2\n", "line 1, column 2: the cell is missing"),
        ("x,x,y\n1,2,3\n", "two columns are called 'x'"),
        ("1,2\n1e999,3\n", r"line 2, column 1: inf; numbers must be finite"),
        ("nan,inf\n1,2\n", "line 1, column 1: nan; numbers must be finite"),
        ("1,2\n1_0,3\n", "'1_0' is no decimal number"),
        ("1,2\n\u0661,3\n", "line 2, column 1"),
        ("1,2\n0x10,3\n", "line 2, column 1"),
        ("1,5;2,5\n3,5;4,5\n", "decimal commas: write decimal points"),
        ('"1,5","2,5"\n', "decimal commas"),
        ("1;2\n1,5;2\n", "line 2, column 1: '1,5' has a decimal comma"),
        ("1\n2\n", "there is one column"),
        ("x,y\n", "no data"),
        (" \n\n", "no data"),
        ("1,2\n\n3,4\n", "line 2 is blank"),
        ("1,2\n" + "\n" * 200, "more than 100 blank lines"),
        ("1,2\n# 3,4\n", "line 2 is a comment"),
        ("#x,y\n3,4\n", "line 1 is a comment"),
        ("# made by hand\nx,y\n1,2\n", "line 2 has 2 cells"),
        ("# 1,2\n3,4\n", "line 1, column 1: '1' is a decimal number; a line is a header of names"),
        ("1 2\t3\n", "no row of two or more numbers"),
        ('1,2\n3,"4\n5"\n', "line 2: its quotation marks do not fit"),
        ('1,2\n"3"4,5\n', "line 2: its quotation marks do not fit"),
        ("date,y\n2020-01-01,1\n", r"among lines 1 to 2 is no row.*; line 2 is '2020-01-01,1'"),
        ("1,2\x00\n", "NUL"),
        ("1," + "2" * 2**22 + "\n", "line 1: at most 4,194,304 characters"),
    ],
)
def test_refusals(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_table(write(tmp_path, text))


def test_encodings(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes("x,y\n1,2\n".encode("utf-16"))
    with pytest.raises(ValueError, match=r"no text in UTF-8, but UTF-16"):
        read_table(path)
    path.write_bytes("x,y\n1,2\n".encode("utf-16-le"))
    with pytest.raises(ValueError, match="UTF-16"):
        read_table(path)
    path.write_bytes("größe,y\n1,2\n".encode("latin-1"))
    with pytest.raises(ValueError, match="no text in UTF-8, but another encoding"):
        read_table(path)


def test_headers_of_savetxt(tmp_path: Path) -> None:
    path = tmp_path / "table.txt"
    np.savetxt(path, [[1.0, 2.0], [0.1, 1e-300]], header="x1 y")
    table = read_table(path)
    assert (table.numbers.tolist(), table.header) == ([[1.0, 2.0], [0.1, 1e-300]], ("x1", "y"))


def test_damaged_gzip(tmp_path: Path) -> None:
    path = tmp_path / "table.csv.gz"
    whole = gzip.compress(b"1,2\n" * 1000)
    for content in (whole[:-9], whole[:-1], whole[:20], whole[:-8] + b"12345678", b"1,2\n", whole + b"more"):
        path.write_bytes(content)
        with pytest.raises(ValueError, match="no gzip file, or is truncated or damaged"):
            read_table(path)


def test_what_unpacks_to_too_much_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "table.csv.gz"
    path.write_bytes(gzip.compress(b"1,2\n" * 1000))
    monkeypatch.setattr(tables, "LARGEST_FILE", 3999)
    with pytest.raises(ValueError, match=r"line 1000: at most .* 3,999 in all"):
        read_table(path)
    monkeypatch.setattr(tables, "LARGEST_FILE", 4000)
    monkeypatch.setattr(tables, "_MOST_LINES", 999)
    with pytest.raises(ValueError, match="at most 999 lines"):
        read_table(path)
    monkeypatch.setattr(tables, "_MOST_LINES", 1000)
    monkeypatch.setattr(tables, "LARGEST_ARRAY", 1998)
    with pytest.raises(ValueError, match="line 1000: at most 1,998 numbers"):
        read_table(path)


def test_a_row_of_floats_counts_no_columns(tmp_path: Path) -> None:
    assert read_table(write(tmp_path, "0.0,1.0\n2.0,3.0\n")).numbers.tolist() == [[0.0, 1.0], [2.0, 3.0]]


def test_a_last_line_without_an_end(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, "1,2"))
    assert (table.numbers.tolist(), table.ended) == ([[1.0, 2.0]], False)


@pytest.mark.parametrize(
    ("header", "label", "column"),
    [
        (("a", "b", "y"), None, 2),
        (("Y", "a", "b"), None, 0),
        (("a", "label", "b"), None, 1),
        (("Target", "a", "b"), None, 0),
        (("y", "a", "label"), "label", 2),
        (("a", "price", "b"), "price", 1),
        (None, None, 2),
        (None, 1, 0),
        (None, "2", 1),
    ],
)
def test_the_label(header: tuple[str, ...] | None, label: str | int | None, column: int) -> None:
    assert label_column(Table(np.ones((1, 3)), header), label) == column


@pytest.mark.parametrize(
    ("header", "label", "message"),
    [
        (("a", "b", "price"), None, "no column is called y, label or target; choose the label by --label COLUMN"),
        (("y", "a", "Label"), None, "y, Label all are"),
        (("a", "b", "y"), "z", "no column is called 'z'; the header names a, b, y"),
        (("a", "b", "y"), "Y", "no column is called 'Y'"),
        (None, 0, "chosen by a number from 1 to 3, not by 0"),
        (None, "4", "chosen by a number from 1 to 3, not by '4'"),
        (None, "y", "there is no header"),
    ],
)
def test_no_label(header: tuple[str, ...] | None, label: str | int | None, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        label_column(Table(np.ones((1, 3)), header), label)


def test_a_column_that_counts_the_rows_is_no_datum() -> None:
    grid = np.array([[0.0, 5.0], [1.0, 5.0], [2.0, 5.0]])
    wide = np.column_stack([grid[:, 0] + 1, grid])
    for numbers, header in ((grid, None), (wide, None), (grid, ("index", "y")), (grid + 1, ("ID", "y"))):
        with pytest.raises(ValueError, match=r"counts the rows.*index=False"):
            require_no_counter(Table(numbers, header), 1)
    for numbers, header, label in (
        (grid, ("x", "y"), 1),
        (grid, None, 0),
        (grid[:1], None, 1),
        (grid + 1, None, 1),
        (grid[::-1], ("id", "y"), 1),
    ):
        require_no_counter(Table(numbers, header), label)


def test_many_different_numbers(tmp_path: Path) -> None:
    grid = np.arange(24000.0).reshape(2000, 12) / 7
    np.savetxt(tmp_path / "table.csv", grid, delimiter=",", fmt="%.17g")
    assert np.array_equal(read_table(tmp_path / "table.csv").numbers, grid)
