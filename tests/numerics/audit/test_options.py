"""The command line: step sizes as they are written, what is ambiguous refused, help and versions for any output."""

from __future__ import annotations

import sys
from fractions import Fraction
from importlib import metadata

import numpy as np
import pytest

from numerics.audit.options import parsed, versions

PROG = "stable-minima audit"


def parse(*options: str) -> list[Fraction | None]:
    steps: list[Fraction | None] = parsed(["a.npz", "--data", "d.npz", *options], PROG).step_sizes
    return steps


def test_step_sizes_are_lists_and_repeated() -> None:
    assert parse() == [None]
    assert parse("--step-size", "0.1, 1/3,2e-1", "--step-size", "1") == [
        Fraction(1, 10),
        Fraction(1, 3),
        Fraction(1, 5),
        1,
    ]


def test_batch_sizes_are_whole_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    options = parsed(["a.npz", "--data", "d.npz", "--batch-size", "1, 16", "--batch-size", "32"], PROG)
    assert options.batch_sizes == [1, 16, 32]
    for several in (["--batch-size", "1", "4", "16,32"], ["--batch-size=1", "4", "16", "32"]):
        options = parsed(["--data", "d.npz", *several, "a.npz", "--step-size", "0.1", "0.2"], PROG)
        assert (options.batch_sizes, [str(path) for path in options.networks]) == ([1, 4, 16, 32], ["a.npz"])
        assert len(options.step_sizes) == 2
    assert parsed(["a.npz", "--data", "d.npz"], PROG).batch_sizes == []
    for text in ("0", "1.5", "-2", "", "1,,2", "12345678901", "x"):
        with pytest.raises(SystemExit) as stopped:
            parsed(["a.npz", "--data", "d.npz", f"--batch-size={text}"], PROG)
        assert stopped.value.code == 2
        assert "a batch size must be a positive whole number" in capsys.readouterr().err


@pytest.mark.parametrize("step_size", [["--step-size", "0.1"], ["--step-size=0.1"]])
def test_numbers_after_a_step_size_are_step_sizes(step_size: list[str]) -> None:
    """And no files; what is no number is a network, as is ./3."""
    options = parsed([*step_size, "1/3", ".5,2e-1", "b.npz", "3", "--step-size", "4", "./3", "--data", "1"], PROG)
    assert options.step_sizes == [Fraction(text) for text in ("0.1", "1/3", "0.5", "0.2", "4")]
    assert list(map(str, options.networks)) == ["b.npz", "3", "3"]


def test_networks_may_stand_anywhere() -> None:
    options = parsed(["a.npz", "--data", "d.npz", "b.npz", "--step-size", "0.1", "c.npz"], PROG)
    assert [str(path) for path in options.networks] == ["a.npz", "b.npz", "c.npz"]


@pytest.mark.parametrize("step_size", ["1,5", "0,1", "1,000"])
def test_a_decimal_comma_is_not_guessed(step_size: str, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--step-size", step_size], ["--step-size", "0.1", step_size]):
        with pytest.raises(SystemExit, match="2"):
            parse(*words)
    assert f"may mean {step_size.replace(',', '.')} or two step sizes" in capsys.readouterr().err


@pytest.mark.parametrize(
    "step_size",
    ["", "0.1,", "0", "-0.1", "nan", "inf", "one", "1/0", "0.1,one", "1e999999999", "1e-999999999", "9" * 200],
)
def test_bad_step_sizes(step_size: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        parse(f"--step-size={step_size}")
    assert "must be a positive number such as 0.1 or 1/10, between" in capsys.readouterr().err


def test_json_and_quiet_exclude_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        parse("--json", "--quiet")
    assert "not allowed with argument" in capsys.readouterr().err


def test_help_and_versions_need_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    for option, answer in (("--help", f"usage: {PROG} NETWORK"), ("--version", "stable-minima ")):
        with pytest.raises(SystemExit, match="0"):
            parsed([option], PROG)
        assert capsys.readouterr().out.startswith(answer)


def test_versions_are_those_of_what_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    assert versions().startswith(f"stable-minima {metadata.version('stable-minima')} (Python ")
    assert f"numpy {np.__version__}, python-flint {metadata.version('python-flint')}" in versions()
    monkeypatch.setitem(sys.modules, "torch", sys)
    assert f"torch {metadata.version('torch')}" in versions()
    monkeypatch.delitem(sys.modules, "torch")
    assert "torch" not in versions()
