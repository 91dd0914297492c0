"""The profiles: derandomised by default, and on the command line fresh seeds and five times the examples."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
TEST = """
from hypothesis import given, strategies as st
from proofs_checks.instances import profiles

drawn = {"default": [], "sixty": []}

@given(st.integers())
def test_default(number):
    drawn["default"].append(number)

@profiles.settings(max_examples=60)
@given(st.integers())
def test_sixty(number):
    drawn["sixty"].append(number)

def test_report():
    print("counts", len(drawn["default"]), len(drawn["sixty"]))
    print("drawn", hash((*drawn["default"], *drawn["sixty"])), profiles.generator().random())
"""
CONFTEST = """
from proofs_checks.instances import profiles

def pytest_configure(config):
    profiles.load("tests", config)
"""


def run(folder: Path, *options: str) -> tuple[str, str]:
    """How many examples were drawn, and which, in a run of its own."""
    (folder / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (folder / "test_few.py").write_text(TEST, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", str(folder), *options]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    lines = dict(
        line.lstrip(".").split(" ", 1) for line in ran.stdout.splitlines() if "counts " in line or "drawn " in line
    )
    return lines["counts"], lines["drawn"]


def test_the_same_examples_every_time(tmp_path: Path) -> None:
    """Without options; counts are those asked for."""
    first, second = run(tmp_path), run(tmp_path)
    assert first == second
    assert first[0] == "100 60"


def test_a_soak_draws_five_times_as_many_from_its_seed(tmp_path: Path) -> None:
    """The same seed repeats it, another does not."""
    soak = "--hypothesis-profile=soak", "--hypothesis-seed"
    first, again, other = (run(tmp_path, *soak, seed) for seed in ("7", "7", "8"))
    assert first[0] == "500 300"
    assert first == again
    assert first[1] != other[1]


def test_make_soak_takes_a_seed() -> None:
    """And draws one if it is given none."""
    given = subprocess.run(["make", "-n", "soak", "SEED=7"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "--hypothesis-profile=soak --hypothesis-seed=7" in given.stdout
    drawn = [subprocess.run(["make", "-n", "soak"], cwd=ROOT, capture_output=True, text=True, check=True) for _ in "ab"]
    assert drawn[0].stdout != drawn[1].stdout
