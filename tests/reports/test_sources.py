"""The digest of the sources: it changes with whatever decides the outcome, and with nothing else."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest

from reports.sources import FOLDERS, ROOT, package_versions, source_files, sources_digest


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small project."""
    for name in ("theory/claim.py", "numerics/data/subset.npz", "proofs_checks/test_a.py", "reports/build.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "pyproject.toml").write_text('[project]\ndependencies = ["numpy>=2", "no-such-package[extra]>1"]\n')
    return tmp_path


def test_same_project_same_digest(root: Path) -> None:
    assert sources_digest("quick", root) == sources_digest("quick", root)
    assert len(sources_digest("quick", root)) == 64


@pytest.mark.parametrize(
    "name", ["theory/claim.py", "numerics/data/subset.npz", "numerics/new.toml", "pyproject.toml", "uv.lock"]
)
def test_every_source_counts(root: Path, name: str) -> None:
    before = sources_digest("quick", root)
    with (root / name).open("a") as stream:
        stream.write("\n# changed\n")
    assert sources_digest("quick", root) != before


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "tests/test_a.py",
        "theory/__pycache__/claim.pyc",
        "theory/coq/Main.vo",
        "theory/coq/.Main.aux",
        "reports/out/report.html",
        "reports/new.css",
        "theory/claim.toml",
    ],
)
def test_products_and_bystanders_do_not(root: Path, name: str) -> None:
    before = sources_digest("quick", root)
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text("new")
    assert sources_digest("quick", root) == before


@pytest.mark.parametrize("name", ["theory/claim.py", "theory/claim.toml", "reports/new.css"])
def test_the_report_depends_on_more(root: Path, name: str) -> None:
    """On how claims are told, and on templates."""
    before = sources_digest("quick", root, FOLDERS, told=True)
    with (root / name).open("a") as stream:
        stream.write("new")
    assert sources_digest("quick", root, FOLDERS, told=True) != before


@pytest.mark.parametrize("folder", ["theory", "theory/room", "proofs_checks/elsewhere", "numerics/reports/out"])
def test_a_file_of_evidence_hides_no_sources(root: Path, folder: str) -> None:
    (root / folder).mkdir(parents=True, exist_ok=True)
    (root / folder / "evidence.json").write_text("{}")
    before = sources_digest("quick", root)
    (root / folder / "source.py").write_text("new")
    assert sources_digest("quick", root) != before


def test_profile_names_and_contents_count_apart(root: Path) -> None:
    before = sources_digest("quick", root)
    assert sources_digest("full", root) != before
    (root / "theory/claim.py").rename(root / "theory/other.py")
    assert sources_digest("quick", root) != before


def test_images_that_replace_ours_count(root: Path) -> None:
    before = sources_digest("quick", root)
    assert len({before, sources_digest("quick", root, mnist="a"), sources_digest("quick", root, mnist="b")}) == 3


def test_proof_assistants_count(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(root))
    before = sources_digest("quick", root)
    (root / "coqc").write_text("#!/bin/sh\n")
    (root / "coqc").chmod(0o755)
    assert sources_digest("quick", root) != before


def test_package_versions(root: Path) -> None:
    versions = package_versions(root)
    assert versions["no-such-package"] == "absent"
    assert versions["numpy"][0].isdigit()
    assert "python" in versions


def test_installed_packages_ask_by_their_distribution(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "pyproject.toml").unlink()
    asked = ["numpy>=2", "no-such-package[extra]>1", 'ruff>=0.14; extra == "dev"']
    monkeypatch.setattr(metadata, "requires", lambda name: {"stable-minima": asked}[name])
    versions = package_versions(root)
    assert versions.keys() == {"python", "numpy", "no-such-package"}
    assert versions["no-such-package"] == "absent"


def test_the_project_itself() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in source_files()}
    assert {"reports/sources.py", "reports/templates/report.md.j2", "numerics/network.py"} <= names
    assert not any("__pycache__" in name for name in names)
