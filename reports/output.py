"""The output folder: where it may be, and what its outputs were made from."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path

from numerics.arrays.files import atomic_writer
from reports.sealed import read_sealed, write_sealed
from reports.sources import FOLDERS, OUTPUT, ROOT, is_project

OUTPUTS = ("html", "pdf", "tex")
DOCUMENTS = ("report", "supplement")
"""What is made of each output: the report, and what a reader unfolds of it."""
BESIDE = "figures/"
"""What the names begin with of files to which the outputs refer."""
STAMP_NAME = "build.json"
SOURCES = (*FOLDERS, "tests", "docs")
"""The folders of the project that hold what people write."""


@dataclass
class Stamp:
    """What the folder holds: the sha256 of the evidence, of each output and of each figure, and what made them.

    ``sources`` is the digest of what decided the evidence, ``typeset`` that of all that decided the outputs.
    """

    sources: str = ""
    evidence: str = ""
    typeset: str = ""
    checks_exit: int = 0
    clean: bool = False
    outputs: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Stamp:
        """The stamp of a folder; an empty one where there is none, or one that was damaged or edited."""
        try:
            return cls(**(read_sealed(folder / STAMP_NAME) or {}))
        except TypeError:  # of another version
            return cls()

    def write(self, folder: Path) -> None:
        """Put the stamp into the folder."""
        write_sealed(folder / STAMP_NAME, asdict(self))


def require_output_folder(folder: Path) -> None:
    """Raise ValueError if ``folder`` is among sources or holds the project, OSError unless files can be made in it."""
    source = _source_around(folder)
    if source is not None and not is_project():
        raise ValueError(f"{folder} is inside installed packages; give another folder to --out")
    if source is not None or _same(folder, ROOT):
        raise ValueError(
            f"{folder} is {'inside ' if source else ''}{source or ROOT}, which holds sources; "
            f"give --out a folder outside of it, or one below {ROOT / OUTPUT}"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".writable."):
            pass
    except OSError as error:
        raise OSError(f"the output folder {folder} cannot be written: {error.strerror}") from error


def _source_around(folder: Path) -> Path | None:
    """The folder of sources that a folder is, or is inside of, by its name or by where links lead."""
    sources = [ROOT / name for name in SOURCES]
    for path in (Path(os.path.abspath(folder)), folder.resolve()):  # noqa: PTH100 a link is not to be followed
        for parent in (path, *path.parents):
            if parent == ROOT / OUTPUT and is_project():
                break
            for source in sources:
                if parent == source or _same(parent, source):
                    return source
    return None


def _same(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)


def is_current(folder: Path, kind: str, stamp: Stamp) -> bool:
    """Whether the outputs of a kind, and the figures, are those that a clean report was stamped with."""
    # pages lead to data, and LaTeX to pictures, that lie beside them
    names = [*(f"{name}.{kind}" for name in DOCUMENTS), *(name for name in stamp.outputs if name.startswith(BESIDE))]
    return stamp.clean and all(
        (folder / name).is_file() and stamp.outputs.get(name) == sha256(folder / name) for name in names
    )


def sha256(path: Path) -> str:
    """The digest of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write(path: Path, content: bytes) -> None:
    """Put a file in place as a whole, or not at all."""
    with atomic_writer(path) as stream:
        stream.write(content)
