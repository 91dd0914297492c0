"""Files are written whole or not at all, and read with clear errors."""

from pathlib import Path

import numpy as np
import pytest

from numerics.arrays.files import atomic_writer, cache_folder, load_arrays, read_table, save_arrays, write_table


def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "result.npz"
    save_arrays(path, {"a": np.arange(3)})

    def interrupted_write() -> None:
        with atomic_writer(path) as file:
            file.write(b"half of a new one")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted_write()
    assert load_arrays(path, ("a",))["a"].tolist() == [0, 1, 2]
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "result"
    with atomic_writer(path) as file:
        file.write(b"first")
        assert not path.exists()
    assert path.read_bytes() == b"first"


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        save_arrays(tmp_path / "absent" / "result", {"a": 1})


def test_objects_are_not_unpickled(tmp_path: Path) -> None:
    path = tmp_path / "result.npz"
    np.savez(path, a=np.array([{}], dtype=object))
    with pytest.raises(ValueError, match="cannot be read"):
        load_arrays(path, ("a",))


def test_missing_arrays_are_named(tmp_path: Path) -> None:
    path = tmp_path / "result.npz"
    save_arrays(path, {"a": 1, "b": 2})
    with pytest.raises(ValueError, match="lacks c, d; it holds a, b"):
        load_arrays(path, ("a", "c", "d"))


def test_a_single_array_is_no_archive(tmp_path: Path) -> None:
    path = tmp_path / "result.npz"
    with path.open("wb") as file:
        np.save(file, np.arange(3))
    with pytest.raises(ValueError, match=r"no \.npz file"):
        load_arrays(path, ("a",))


def test_the_cache_folder_follows_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("STABLE_MINIMA_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("STABLE_MINIMA_CACHE")
    assert cache_folder().name.lower() in ("stable-minima", "cache")


def test_tables(tmp_path: Path) -> None:
    """What was written is read again, cells of several lines and with commas too."""
    path, columns = tmp_path / "table.csv", ("name", "said")
    rows = [{"name": "a", "said": 'one, "two"\nthree'}, {"name": "é", "said": ""}]
    assert read_table(path, columns) == []
    write_table(path, columns, rows)
    assert read_table(path, columns) == rows
    write_table(path, columns, [])
    assert read_table(path, columns) == []


@pytest.mark.parametrize("name", ["a\rb", "\r", 'a\r"b', "a\r\nb"])
def test_tables_of_names_with_a_carriage_return(tmp_path: Path, name: str) -> None:
    path, columns = tmp_path / "table.csv", ("name", "said")
    rows = [{"name": name, "said": "x"}, {"name": "b", "said": ""}]
    write_table(path, columns, rows)
    assert read_table(path, columns) == rows


def test_a_damaged_row_is_left_out(tmp_path: Path) -> None:
    """Whatever byte of it is another; the other rows are read, or none is."""
    path, columns = tmp_path / "table.csv", ("name", "said")
    rows = [{"name": "a", "said": "0.25"}, {"name": "b\udce9", "said": "0.5"}]
    write_table(path, columns, rows)
    whole, read = path.read_bytes(), read_table(path, columns)
    assert [row["name"] for row in read] == ["a", r"b\udce9"]
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        try:
            found = read_table(path, columns)
        except ValueError:
            continue
        assert all(row in read for row in found), place
        assert len(found) < 2, place


@pytest.mark.parametrize(
    "content", [b"", b"name\na\n", b"name,said\na,b\n", b"name,said,seal\na,b\n", b"name,said,seal\n\xff,b,c\n"]
)
def test_other_files_are_no_tables(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "table.csv").write_bytes(content)
    with pytest.raises(ValueError, match=r"table.csv is there and holds something else than such a table"):
        read_table(tmp_path / "table.csv", ("name", "said"))
