"""What is measured on a device: all of it, with the CPU in its place."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from tests.benchmarks import devices


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_without_a_device(capsys: pytest.CaptureFixture[str]) -> None:
    assert devices.main([]) == 2
    assert "there is no CUDA device here" in capsys.readouterr().err


def test_differences_are_those_of_all_that_is_found() -> None:
    seconds = devices.compared(lambda name: [1.0, 2.0 if name == "cpu" else 2.5], "other")
    assert seconds[3] == "2.5e-01"


def test_every_comparison_runs(tmp_path: Path) -> None:
    names = [(name, run("cpu")) for name, sizes, run in devices.comparisons(None, tmp_path) if sizes[0] < 1000]
    assert [name for name, _ in names] == ["500 steps", "three hidden layers"]
    assert all(found for _, found in names)
