"""What the outcome of the checks depends on, as one number; and what the report depends on besides, as another.

Two runs with the same digest check the same claims with the same code, the same libraries and the same effort,
so the evidence of the first can stand for the second.
"""

from __future__ import annotations

import hashlib
import platform
import re
import shutil
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
"""The folder that holds the packages: that of the project, or the one into which they were installed."""

DISTRIBUTION = "stable-minima"
"""What the packages are installed as."""

CHECKED = ("theory", "numerics", "proofs_checks")
"""The folders whose content decides what the checks say, but for the words in which claims are told."""

FOLDERS = (*CHECKED, "reports")
"""The folders whose content decides what the report says."""

_TOLD = ("theory", ".toml")

OUTPUT = "reports/out"
"""What is made, not written: the one folder among the sources that is none of them."""

EVIDENCE_NAME = "evidence.json"

_ROOT_FILES = ("pyproject.toml", "*.lock", "requirements*.txt")
_BUILD_PRODUCTS = frozenset({".pyc", ".aux", ".glob", ".vo", ".vok", ".vos"})
_PROOF_ASSISTANTS = ("coqc", "rocq")


def source_files(root: Path = ROOT, folders: Iterable[str] = FOLDERS) -> tuple[Path, ...]:
    """All files below ``root / folder``, sorted; without caches, build products, hidden files and outputs."""
    return tuple(sorted(path for folder in folders for path in _walk(root / folder, root / OUTPUT)))


def _walk(folder: Path, output: Path) -> Iterator[Path]:
    if not folder.is_dir() or folder == output:
        return
    for entry in folder.iterdir():
        if entry.name.startswith(".") or entry.name == "__pycache__":
            continue
        if entry.is_dir():
            yield from _walk(entry, output)
        elif entry.suffix not in _BUILD_PRODUCTS:
            yield entry


def is_project(root: Path = ROOT) -> bool:
    """Whether a folder is that of the project, with its settings, and not one of installed packages."""
    return (root / "pyproject.toml").is_file()


def package_versions(root: Path = ROOT) -> dict[str, str]:
    """Installed version of every package that is asked for, and of Python; "absent" where missing.

    Packages are asked for by pyproject.toml or, where the packages of the suite are installed, by their distribution.
    """
    versions = {"python": platform.python_version()}
    for requirement in _requirements(root):
        name = re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = "absent"
    return versions


def _requirements(root: Path) -> Sequence[str]:
    if is_project(root):
        project = tomllib.loads((root / "pyproject.toml").read_text("utf-8")).get("project", {})
        return tuple(project.get("dependencies", ()))
    try:
        asked = metadata.requires(DISTRIBUTION) or ()
    except metadata.PackageNotFoundError:
        return ()
    return tuple(requirement for requirement in asked if "extra ==" not in requirement)


def sources_digest(
    profile: str, root: Path = ROOT, folders: Sequence[str] = CHECKED, mnist: str = "", *, told: bool = False
) -> str:
    """Hexadecimal sha256 over everything that determines the outcome of the checks at this ``profile``.

    ``mnist`` is the digest of the images that are trained on in place of those among the sources. With ``told``, the
    words count too in which claims are told; no check reads them.

    Sources (relative path and content), pyproject.toml, lock files, the Python and package versions, and the proof
    assistants found on the path: installing one turns "not checked here" into a verdict.
    """
    digest = hashlib.sha256()

    def add(label: str, content: bytes) -> None:
        # lengths first, so that no two different lists of files can run into the same stream of bytes
        for part in (label.encode(), content):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)

    add("profile", profile.encode())
    if mnist:
        add("mnist", mnist.encode())
    for name, version in sorted(package_versions(root).items()):
        add(f"package {name}", version.encode())
    for program in _PROOF_ASSISTANTS:
        add(f"program {program}", str(_identity(program)).encode())
    in_root = (path for pattern in _ROOT_FILES for path in root.glob(pattern) if path.is_file())
    for path in (*sorted(in_root), *source_files(root, folders)):
        place = path.relative_to(root)
        if told or (place.parts[0], place.suffix) != _TOLD:
            add(place.as_posix(), path.read_bytes())
    return digest.hexdigest()


def _identity(program: str) -> tuple[str, int] | None:
    found = shutil.which(program)
    return None if found is None else (found, Path(found).stat().st_size)
