"""The output folder: where it may be, and what its outputs were made from."""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path

from numerics.arrays.files import atomic_writer
from reports.sources import FOLDERS, ROOT, is_project

OUTPUTS = ("html", "pdf", "tex")
DOCUMENTS = ("report", "supplement")
"""What is made of each output: the report, and what a reader unfolds of it."""
STAMP_NAME = "build.json"


@dataclass
class Stamp:
    """What the folder holds: the sha256 of the evidence and of each output, and what they were made from."""

    sources: str = ""
    evidence: str = ""
    checks_exit: int = 0
    clean: bool = False
    outputs: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Stamp:
        """The stamp of a folder; an empty one where there is none, or one that cannot be read."""
        try:
            return cls(**json.loads((folder / STAMP_NAME).read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return cls()

    def write(self, folder: Path) -> None:
        """Put the stamp into the folder."""
        write(folder / STAMP_NAME, json.dumps(asdict(self), indent=1).encode())


def require_output_folder(folder: Path) -> None:
    """Raise ValueError if ``folder`` holds sources, OSError unless files can be made in it."""
    if not is_project() and any(folder.is_relative_to(ROOT / name) for name in FOLDERS):
        raise ValueError(f"{folder} is inside installed packages; give another folder to --out")
    if folder in (ROOT, *(ROOT / name for name in FOLDERS)):
        raise ValueError(f"{folder} holds sources; give another folder to --out")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".writable."):
            pass
    except OSError as error:
        raise OSError(f"the output folder {folder} cannot be written: {error.strerror}") from error


def is_current(folder: Path, kind: str, stamp: Stamp) -> bool:
    """Whether the outputs of a kind are those that a clean report was stamped with."""
    paths = [folder / f"{name}.{kind}" for name in DOCUMENTS]
    return stamp.clean and all(path.is_file() and stamp.outputs.get(path.name) == sha256(path) for path in paths)


def sha256(path: Path) -> str:
    """The digest of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write(path: Path, content: bytes) -> None:
    """Put a file in place as a whole, or not at all."""
    with atomic_writer(path) as stream:
        stream.write(content)
