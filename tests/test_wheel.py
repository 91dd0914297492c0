"""The wheel: it holds all that the packages need, works away from the clone, and leaves nothing among the packages."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.numerics.examples import net

ROOT = Path(__file__).parents[1]
PACKAGES = ("theory", "numerics", "proofs_checks", "reports")

# no other packages, no bytecode since the files of the packages are counted, and no Coq, which takes minutes
SURROUNDINGS = {"PYTHONPATH": "", "PYTHONDONTWRITEBYTECODE": "1", "PATH": ""}


def repository() -> list[str]:
    """The files of the repository: what git tracks or would track."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return sorted({name for name in listed if (ROOT / name).is_file()})


@dataclass(frozen=True)
class Installation:
    """An environment that has the wheel, and the packages of this one, but not the clone."""

    wheel: Path
    environment: Path

    @property
    def packages(self) -> Path:
        """The folder into which the wheel was installed."""
        return next(self.environment.glob("lib*/python*/site-packages"))

    def run(self, folder: Path, *command: str) -> str:
        """What a command of the environment prints in a folder; it must succeed."""
        program, *arguments = command
        ran = subprocess.run(
            [str(self.environment / "bin" / program), *arguments],
            cwd=folder,
            env=os.environ | SURROUNDINGS,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The wheel of the repository as it lies here, built and installed offline."""
    folder = tmp_path_factory.mktemp("wheel")
    # a copy, since setuptools builds beside the sources
    for name in repository():
        (folder / "source" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / "source" / name)
    offline = ("--quiet", "--no-deps", "--no-index", "--disable-pip-version-check")
    pip = [sys.executable, "-m", "pip"]
    subprocess.run(
        [*pip, "wheel", *offline, "--no-build-isolation", "--wheel-dir", "dist", "./source"], cwd=folder, check=True
    )
    (wheel,) = (folder / "dist").glob("*.whl")
    environment = folder / "environment"
    venv.create(environment, with_pip=False, symlinks=True)
    found = Installation(wheel, environment)
    python = str(environment / "bin" / "python")
    subprocess.run([*pip, "--python", python, "install", *offline, "--no-compile", str(wheel)], check=True)
    # as a plain folder of the path, in which the editable installation of the clone is not set up
    here = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (found.packages / "here.pth").write_text("".join(f"{path}\n" for path in sorted(here)), encoding="utf-8")
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with nothing but 2 relu(x) and the data +-3/4, which it interpolates."""
    net([[1.0]], [0.0], [2.0]).save(tmp_path / "network.npz")
    np.savez(tmp_path / "data.npz", x=[[0.75], [-0.75]], y=[1.5, 0.0])
    return tmp_path


def test_holds_every_file_of_the_packages_and_no_other(installation: Installation) -> None:
    names = {name for name in zipfile.ZipFile(installation.wheel).namelist() if ".dist-info/" not in name}
    assert names == {name for name in repository() if name.split("/")[0] in PACKAGES}
    assert {"theory/bibliography.bib", "theory/coq/Statements.v", "numerics/py.typed"} < names


def test_cannot_be_uploaded(installation: Installation) -> None:
    """The names of the packages are too general for an index of everybody's."""
    archive = zipfile.ZipFile(installation.wheel)
    (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    assert b"Classifier: Private :: Do Not Upload" in archive.read(metadata)


def test_is_what_runs(installation: Installation, tmp_path: Path) -> None:
    program = f"import {', '.join(PACKAGES)}; print(*(p.__file__ for p in ({', '.join(PACKAGES)})), sep='\\n')"
    files = [Path(line) for line in installation.run(tmp_path, "python", "-c", program).splitlines()]
    assert files == [installation.packages / name / "__init__.py" for name in PACKAGES]


def test_audits_and_verifies(installation: Installation, folder: Path) -> None:
    command = ("python", "-m", "numerics.audit", "network.npz", "--data", "data.npz", "--step-size", "0.4")
    said = installation.run(folder, *command, "--certificate", "audit.json").splitlines()
    assert ["verdict", "stable"] in [line.split() for line in said]
    assert "audit.json: accepted" in installation.run(folder, "python", "-m", "proofs_checks.verify", "audit.json")
    assert json.loads((folder / "audit.json").read_text("utf-8"))["kind"] == "audit"


def test_reads_its_data(installation: Installation, tmp_path: Path) -> None:
    """The digits, the stored minima, the measures and nets of the bracket, the sources of the Coq proofs."""
    program = """
from numerics.minimum.stored import stored_networks
from numerics.separation.bracket.table import bracket_table
from numerics.training.mnist import load_images
from proofs_checks.evidence import coq
print(len(load_images()[0]), len(stored_networks()), len(bracket_table()))
print(coq.written("StabilityInequality.stability_inequality").name)
"""
    said = installation.run(tmp_path, "python", "-c", program).split()
    assert said == ["1000", "17", "14", "StabilityInequality.stability_inequality"]


def test_exports_where_the_command_runs(installation: Installation, tmp_path: Path) -> None:
    installation.run(tmp_path, "python", "-m", "theory.export", "stability-inequality")
    assert {"stability-inequality.tex", "setting.tex", "bibliography.bib"} <= {
        path.name for path in (tmp_path / "latex").iterdir()
    }


def test_reports_where_the_command_runs(installation: Installation, tmp_path: Path) -> None:
    """With the checks that came in the wheel, and nothing left among the packages."""
    before = sorted(installation.packages.rglob("*"))
    installation.run(tmp_path, "stable-minima", "report", "--claim", "population-loss", "--only", "tex")
    assert (tmp_path / "reports" / "out" / "population-loss" / "report.tex").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["reports"]
    assert sorted(installation.packages.rglob("*")) == before


def test_command(installation: Installation, tmp_path: Path) -> None:
    assert installation.run(tmp_path, "stable-minima", "--version").startswith("stable-minima ")
