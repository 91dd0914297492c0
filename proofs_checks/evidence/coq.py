"""The proof assistant: compile ``theory/coq``, and ask it what a theorem says and which axioms it uses."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from numerics.support.files import cache_folder

SOURCES = Path(__file__).parents[2] / "theory" / "coq"
CLOSED = "Closed under the global context"
_LIBRARY = "StableMinima"
_MARK = "<<<answer>>>"
_GROUP = 8


@dataclass(frozen=True)
class Theorem:
    """A theorem as it stands in its file, and what ``Print Assumptions`` says of it."""

    name: str
    statement: str
    assumptions: str

    @property
    def closed(self) -> bool:
        """Whether the proof uses no axiom."""
        return self.assumptions == CLOSED


def missing() -> str:
    """Why proofs cannot be checked here, or nothing."""
    for command in ("coqc", "coq_makefile", "make"):
        if shutil.which(command) is None:
            return f"{command} is not installed"
    where = subprocess.run(["coqc", "-where"], capture_output=True, text=True, check=False).stdout.strip()
    if not (Path(where) / "user-contrib" / "mathcomp" / "algebra" / "ssralg.vo").exists():
        return "the mathcomp algebra library is not installed"
    return ""


def version() -> str:
    """The version of Coq, or nothing where there is none."""
    if shutil.which("coqc") is None:
        return ""
    return subprocess.run(["coqc", "--print-version"], capture_output=True, text=True, check=False).stdout.split(" ")[0]


def build() -> Path:
    """Compile every file, and return the folder of the result.

    The folder is in the cache under a digest of the sources and of the version of Coq, so unchanged proofs are compiled
    once. Raises ``RuntimeError`` with Coq's own message where a file does not compile.
    """
    files = sorted([*SOURCES.glob("*.v"), SOURCES / "_CoqProject"])
    digest = hashlib.sha256(subprocess.run(["coqc", "--version"], capture_output=True, check=True).stdout)
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    target = cache_folder() / "coq" / digest.hexdigest()
    if target.is_dir():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as name:
        work = Path(name) / "build"
        work.mkdir()
        for file in files:
            shutil.copy(file, work)
        _run(["coq_makefile", "-f", "_CoqProject", "-o", "Makefile.coq"], work)
        _run(["make", "-f", "Makefile.coq", "-j", str(os.cpu_count() or 1)], work)
        try:
            work.replace(target)
        except OSError:  # another process was faster
            if not target.is_dir():
                raise
    return target


def theorems(folder: Path, names: list[str]) -> dict[str, Theorem]:
    """What Coq says of theorems named by file and theorem, joined by a dot; ``RuntimeError`` if one does not exist."""
    groups = [tuple(names[start : start + _GROUP]) for start in range(0, len(names), _GROUP)]
    said: dict[str, str] = {}
    for group, answer in _assumptions(folder, groups).items():
        said |= dict.fromkeys(group, answer)
    # a tuple is closed if and only if each of its members is; where it is not, each answers for itself
    apart = [(name,) for name in names if said[name] != CLOSED]
    said |= {name: answer for (name,), answer in _assumptions(folder, apart).items()}
    return {name: Theorem(name, statement(name), said[name]) for name in names}


def _assumptions(folder: Path, groups: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
    """What ``Print Assumptions`` says of each tuple of theorems."""
    if not groups:
        return {}
    modules = sorted({name.split(".")[0] for group in groups for name in group})
    lines = [f"From {_LIBRARY} Require {' '.join(modules)}."]
    for number, group in enumerate(groups):
        members = ", ".join(f"@{_LIBRARY}.{name}" for name in group)
        lines += [
            f"Definition group{number} := ({members}).",
            f'Goal True. idtac "{_MARK}". Abort.',
            f"Print Assumptions group{number}.",
        ]
    with tempfile.TemporaryDirectory() as scratch:
        query = Path(scratch) / "query.v"
        query.write_text("\n".join(lines) + "\n", encoding="utf-8")
        printed = _run(["coqc", "-w", "none", "-R", str(folder), _LIBRARY, str(query)], Path(scratch))
    return dict(zip(groups, (answer.strip() for answer in printed.split(_MARK)[1:]), strict=True))


def statement(name: str) -> str:
    """The statement of a theorem as it is written in its file."""
    module, theorem = name.split(".")
    text = (SOURCES / f"{module}.v").read_text(encoding="utf-8")
    found = re.search(
        rf"^(?:Theorem|Corollary|Lemma) {theorem}\b.*?\.\s*(?=^Proof|Proof\.)", text, re.MULTILINE | re.DOTALL
    )
    if found is None:
        raise RuntimeError(f"{module}.v has no theorem {theorem}")
    return found[0].strip()


def _run(command: list[str], folder: Path) -> str:
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{(run.stdout + run.stderr)[-3000:]}")
    return run.stdout
