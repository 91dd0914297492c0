"""Tables of numbers in text, read strictly: what could be read in two ways is refused, with its line and column."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import os
import re
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from numerics.arrays.checks import Array
from numerics.loading.limits import LARGEST_ARRAY, LARGEST_FILE, require_small_file

ENDINGS = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")

_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", " ": "spaces"}
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+([eE][+-]?[0-9]+)?")
_MISSING = {"", "-", "?", "#N/A", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"}
_LABELS = {"y", "label", "target"}
_COUNTERS = {"id", "index"}
_LONGEST_LINE = 2**22
_LINES_FOR_SEPARATOR = 10
_MOST_LINES, _MOST_BLANK_LINES = 5_000_000, 100
_MOST_KEPT = 10_000


@dataclass(frozen=True, eq=False)
class Table:
    """Numbers [n, c], the names of the columns, None without a header, and whether the last line has an end."""

    numbers: Float64[Array, "n c"]
    header: tuple[str, ...] | None
    ended: bool = True


def read_table(path: str | os.PathLike[str]) -> Table:
    """Read a table of two or more columns in UTF-8, plain or gzipped, its cells separated by , ; tabs or spaces.

    The separator is the one that parts the first row into two or more numbers; for a row of numbers it is unique. Every
    line has as many cells. A number is a decimal, rounded to the nearest float64; a cell may stand in double quotes.
    The first line is a header if no cell of it is a number; it may begin with "# ", as numpy.savetxt writes it. Blank
    lines stand at the end only.

    Raises:
        FileNotFoundError, PermissionError: the file cannot be opened.
        ValueError: anything else, in particular a missing cell, nan or inf, a header or a first column that pandas
            numbers, two columns of one name, a decimal comma, a comment; the file is damaged or too large.
    """
    place = require_small_file(path)
    try:
        with place.open("rb") as stored:
            if place.suffix.lower() == ".gz":  # a checksum tells whether it is whole
                return _table(_lines(io.TextIOWrapper(gzip.GzipFile(fileobj=stored), encoding="utf-8-sig")), True)
            stored.seek(-1, os.SEEK_END)
            ended = stored.read() in (b"\n", b"\r")
            stored.seek(0)
            return _table(_lines(io.TextIOWrapper(stored, encoding="utf-8-sig")), ended)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ValueError(f"{place} is no gzip file, or is truncated or damaged: {error}") from error
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from error


def label_column(table: Table, label: str | int | None = None) -> int:
    """The place of the label y among the columns, from 0.

    With a header it is the column called `label`, or else the only one called y, label or target in any case;
    without one it is the column number `label`, from 1, or else the last.

    Raises:
        ValueError: there is no such column, or there are several.
    """
    width, header = int(table.numbers.shape[1]), table.header
    if header is None:
        if label is None:
            return width - 1
        numbers = [str(number) for number in range(1, width + 1)]
        if str(label) not in numbers:
            raise ValueError(
                f"there is no header, so the label is chosen by a number from 1 to {width}, not by {label!r}"
            )
        return numbers.index(str(label))
    names = ", ".join(header[:20]) + (", ..." if width > 20 else "")
    if label is not None:
        if label not in header:
            raise ValueError(f"no column is called {label!r}; the header names {names}")
        return header.index(str(label))
    known = [place for place, name in enumerate(header) if name.lower() in _LABELS]
    if len(known) == 1:
        return known[0]
    found = f"the columns {', '.join(header[place] for place in known)} all are" if known else "no column is"
    raise ValueError(f"{found} called y, label or target; choose the label by --label COLUMN, out of {names}")


def require_no_counter(table: Table, label: int) -> None:
    """ValueError if the first column but for the label counts the rows, from 0 or from 1, with n > 1.

    A name in a header, other than id or index, makes it a datum. The only column of x may count from 1.
    """
    first, n = table.numbers[:, 0], len(table.numbers)
    if n == 1 or label == 0 or (table.header is not None and table.header[0].lower() not in _COUNTERS):
        return
    for start in (0, 1) if table.header is not None or table.numbers.shape[1] > 2 else (0,):
        if np.array_equal(first, np.arange(start, start + n)):
            raise ValueError(
                f"the first column counts the rows, {start}, {start + 1}, ..., as pandas writes its index: write the"
                " table by to_csv(index=False), or, if these are data, name the column in a header, but not id or index"
            )


def _lines(file: io.TextIOWrapper) -> Iterator[str]:
    """The lines without their ends and without blank ones at the end, their sizes checked as they come."""
    characters, blank = 0, 0
    for number in itertools.count(1):
        try:
            line = file.readline(_LONGEST_LINE + 1)
        except UnicodeDecodeError as error:
            which = "UTF-16" if error.object[:2] in (b"\xff\xfe", b"\xfe\xff") else "another encoding"
            raise ValueError(
                f"line {number} or one behind it is no text in UTF-8, but {which}: {error.reason}"
            ) from error
        if not line:
            return
        if number > _MOST_LINES:
            raise ValueError(f"line {number}: at most {_MOST_LINES:,} lines are read")
        characters += len(line)
        if len(line) > _LONGEST_LINE or characters > LARGEST_FILE:
            raise ValueError(
                f"line {number}: at most {_LONGEST_LINE:,} characters a line and {LARGEST_FILE:,} in all are read"
            )
        if "\0" in line:
            raise ValueError(
                f"line {number} holds NUL characters; this is no text, or text in UTF-16: save it as UTF-8"
            )
        if not line.strip():
            blank += 1
            if blank > _MOST_BLANK_LINES:
                raise ValueError(f"line {number}: more than {_MOST_BLANK_LINES} blank lines")
        elif line.startswith("#") and not (number == 1 and line.startswith("# ")):
            raise ValueError(f"line {number} is a comment; only line 1 may begin with '# ', and names the columns")
        elif blank:
            raise ValueError(f"line {number - 1} is blank; blank lines are expected at the end only")
        else:
            yield line.rstrip("\n")


def _table(lines: Iterator[str], ended: bool) -> Table:
    beginning = list(itertools.islice(lines, _LINES_FOR_SEPARATOR))
    separator = _separator(beginning)
    header = _header(beginning, separator)
    first = 1 if header is None else 2
    rows = itertools.chain(beginning[first - 1 :], lines)
    return Table(_numbers(rows, separator, first, header), header, ended)


def _separator(lines: Sequence[str]) -> str:
    """The one that parts a line into two or more cells, numbers or missing ones."""
    for line in lines:
        found = []
        for separator in _SEPARATORS:
            cells = [cell.strip(" ") for cell in _cells(line, separator, 0)]
            numbers = [bool(_NUMBER.fullmatch(cell)) for cell in cells]
            if len(cells) > 1 and any(numbers) and all(n or c in _MISSING for n, c in zip(numbers, cells, strict=True)):
                found.append(separator)
        if len(found) == 1:
            return found[0]
        if found:
            raise ValueError(f"a line can be parted by {' and by '.join(_SEPARATORS[each] for each in found)}")
    if not lines:
        raise ValueError("there are no data")
    where = f"line 1, {lines[0][:40]!r}, is no" if len(lines) == 1 else f"among lines 1 to {len(lines)} is no"
    tried = ", ".join(_SEPARATORS.values())
    raise ValueError(f"there are no data: {where} row of two or more numbers, separated by one of {tried}{_why(lines)}")


def _why(lines: Sequence[str]) -> str:
    """What else a table without a row of numbers may be."""
    if any(_NUMBER.fullmatch(line.strip(' "')) for line in lines):
        return "; there is one column, and there must be one or more for x and one for the label y"
    words = [re.split(r"[;\t ]+|\",|,\"", line) for line in lines]
    if any(_DECIMAL_COMMA.fullmatch(word.strip('"')) for row in words for word in row):
        return "; these look like decimal commas: write decimal points"
    return f"; line {len(lines)} is {lines[-1][:40]!r}" if len(lines) > 1 else ""


class _Read(dict[str, float]):
    """Cells read before: images hold few different numbers, and to look one up is faster than to read it."""

    def __missing__(self, cell: str) -> float:
        self[cell] = number = float(cell)
        return number


def _cells(line: str, separator: str, number: int) -> list[str]:
    """The cells of line `number`, blanks around them kept; number 0 is a try, where misplaced quotes give no cells."""
    if '"' in line:
        try:
            return next(csv.reader([line.strip(" ")], delimiter=separator, skipinitialspace=True, strict=True))
        except csv.Error as error:
            if number == 0:
                return []
            raise ValueError(f"line {number}: its quotation marks do not fit: {error}") from error
    if separator == " ":
        return [cell for cell in line.split(" ") if cell]
    return line.split(separator)


def _header(lines: Sequence[str], separator: str) -> tuple[str, ...] | None:
    """The names in the first line, or None if it is a row of numbers."""
    line = lines[0]
    commented = line.startswith("# ")
    cells = [cell.strip(" ") for cell in _cells(line.removeprefix("# "), separator, 1)]
    numbers = [_is_number(cell) for cell in cells]
    if cells[0].lower().startswith("sep="):
        raise ValueError(
            f"line 1 is {line!r}, which is meant for a spreadsheet and is not part of the table: delete it"
        )
    counts = cells[1:] if cells[0] == "" else cells
    # 1, 2 may well be a datum and its label; not so before numbers with decimal points
    below = _cells(lines[1], separator, 0) if len(lines) > 1 else []
    for start in (0, 1) if len(counts) > 2 or (below and all("." in cell for cell in below)) else (0,):
        if counts == [str(place) for place in range(start, start + len(counts))]:
            raise ValueError(
                f"line 1 counts the columns, {start}, {start + 1}, ..., as pandas writes columns without names: write"
                " the table by to_csv(header=False, index=False), or, if these are data, put a header line before them"
            )
    if cells[0] in ("", "Unnamed: 0") and not any(numbers):
        raise ValueError("line 1 has no name for column 1, as pandas writes its index: write it by to_csv(index=False)")
    if all(numbers) and not commented:
        return None
    for place, (cell, is_number) in enumerate(zip(cells, numbers, strict=True)):
        if cell in _MISSING or (is_number is commented and any(numbers)):
            _refuse(
                cell, 1, place, None, "; a line is a header of names, none of them a number, or a row of numbers alone"
            )
    repeated = sorted({cell for cell in cells if cells.count(cell) > 1})
    if repeated:
        raise ValueError(f"line 1: two columns are called {repeated[0]!r}")
    return tuple(cells)


def _numbers(rows: Iterable[str], separator: str, first: int, header: Sequence[str] | None) -> Float64[Array, "n c"]:
    """The entries of the rows, the first of which is in line `first`."""
    entries, width, read = array("d"), len(header or ()), _Read()
    for number, line in enumerate(rows, first):
        cells = _cells(line, separator, number)
        width = width or len(cells)
        if len(cells) != width:
            apart = _SEPARATORS[separator]
            raise ValueError(f"line {number} has {len(cells)} cells separated by {apart}, but line 1 has {width}")
        if len(entries) + width > LARGEST_ARRAY:
            raise ValueError(f"line {number}: at most {LARGEST_ARRAY:,} numbers are read")
        try:
            entries.extend(map(read.__getitem__ if len(read) < _MOST_KEPT else float, cells))
            strange = "_" in line or not line.isascii()
        except ValueError:
            strange = True
        if strange:
            for place, cell in enumerate(cell.strip(" ") for cell in cells):
                if not _NUMBER.fullmatch(cell):
                    _refuse(cell, number, place, header)
    table: Array = np.frombuffer(entries).reshape(-1, width)
    finite = np.isfinite(table)
    if not finite.all():
        row, place = divmod(int(finite.argmin()), width)
        raise ValueError(f"line {first + row}, {_column(place, header)}: {table[row, place]}; numbers must be finite")
    return table


def _refuse(cell: str, line: int, place: int, header: Sequence[str] | None, expected: str = "") -> None:
    if cell in _MISSING:
        what = f"the cell is missing ({cell!r})"
    elif _DECIMAL_COMMA.fullmatch(cell):
        what = f"{cell[:40]!r} has a decimal comma; write a decimal point"
    else:
        what = f"{cell[:40]!r} is {'a' if _NUMBER.fullmatch(cell) else 'no'} decimal number"
    raise ValueError(f"line {line}, {_column(place, header)}: {what}{expected}")


def _column(place: int, header: Sequence[str] | None) -> str:
    return f"column {place + 1}" if header is None else f"column {place + 1} ({header[place]})"


def _is_number(cell: str) -> bool:
    """Whether Python takes it for one; nan, inf and 1_000, which are no names, are among them."""
    try:
        float(cell)
    except ValueError:
        return False
    return True
