"""Reading certificates: one type for each entry, nothing twice, nothing left over."""

from __future__ import annotations

import json
from typing import Any

import pytest

from proofs_checks.verify.reading import Entries, Unreadable, parsed


def entries(value: object) -> Entries:
    """As read from a file that holds it as the entry a."""
    return parsed(json.dumps({"a": value}).encode())


@pytest.mark.parametrize(
    "value", ["29", {"0": "1", "1": "2"}, ["1"], ["1", "2", "3"], [1.0, 2.0], [True, 2], None, "12", [["1"], ["2"]]]
)
def test_enclosures_are_pairs(value: object) -> None:
    """Not a text whose characters are read, nor an object whose keys are."""
    with pytest.raises(Unreadable):
        entries(value).enclosure("a")


@pytest.mark.parametrize(
    "value",
    [
        "",
        "-",
        "1/0",
        "1/00",
        "1e5",
        " 1",
        "1 ",
        "1_0",
        "+1",
        ".5",
        "1.",
        "0x1",
        "nan",
        "inf",
        "\u0661",
        1.5,
        True,
        None,
        [1],
    ],
)
def test_rationals(value: object) -> None:
    """Whole numbers and plain decimals or fractions in ASCII, nothing else that a library would take."""
    with pytest.raises(Unreadable):
        entries(value).rational("a")


@pytest.mark.parametrize("value", [True, False, 1.0, "1", None, [1]])
def test_whole_numbers(value: object) -> None:
    """False is not zero pairs on kinks."""
    with pytest.raises(Unreadable):
        entries(value).whole("a")


@pytest.mark.parametrize(
    "text", ['{"a": 1, "a": 1}', '{"a": {"b": 1, "b": 2}}', '{"a": NaN}', '{"a": Infinity}', "[]", "1", "{} {}"]
)
def test_no_object(text: str) -> None:
    """A name given twice, constants that are no numbers, no object at all."""
    with pytest.raises(Unreadable):
        parsed(text.encode()).whole("a")


def test_what_is_not_read_is_refused() -> None:
    """So that nothing is repeated that was not checked."""
    read = parsed(b'{"a": 1, "global_minimum": "proved"}')
    assert read.whole("a") == 1
    with pytest.raises(Unreadable, match="global_minimum"):
        read.close()


def array(**changed: Any) -> Entries:
    """An array of two zeros, changed."""
    return entries({"shape": [2], "dtype": "float64", "base64": "AAAAAAAAAAAAAAAAAAAAAA==", **changed})


@pytest.mark.parametrize(
    "changed",
    [
        {"shape": [3]},
        {"shape": [2, 1]},
        {"shape": [-2]},
        {"shape": [2.0]},
        {"shape": [True]},
        {"dtype": "float32"},
        {"dtype": "uint8"},
        {"base64": "AAAA"},
        {"base64": "!"},
        {"base64": "AAAAAAAA8H8AAAAAAAAAAA=="},
        {"more": 1},
        {"dtype": "uint8", "base64": "AAE=", "table": {"shape": [1], "dtype": "float64", "base64": "AAAAAAAAAAA="}},
    ],
)
def test_arrays(changed: dict[str, Any]) -> None:
    """Shape, type, size and finite entries."""
    assert array().array("a", 1).entries == [0.0, 0.0]
    with pytest.raises(Unreadable):
        array(**changed).array("a", 1)
