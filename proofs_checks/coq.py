"""The proof assistant: compile ``theory/coq``, and ask it what a theorem says and which axioms it uses."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from numerics.support.files import cache_folder

SOURCES = Path(__file__).parents[1] / "theory" / "coq"
CLOSED = "Closed under the global context"
_LIBRARY = "StableMinima"
_MARK = "<<<{}>>>"


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
    modules = sorted({name.split(".")[0] for name in names})
    lines = [f"From {_LIBRARY} Require {' '.join(modules)}."]
    for name in names:
        lines += [f'Goal True. idtac "{_MARK.format(name)}". Abort.', f"Print Assumptions {_LIBRARY}.{name}."]
    with tempfile.TemporaryDirectory() as scratch:
        query = Path(scratch) / "query.v"
        query.write_text("\n".join(lines) + "\n", encoding="utf-8")
        printed = _run(["coqc", "-w", "none", "-R", str(folder), _LIBRARY, str(query)], Path(scratch))
    answers = re.split(r"<<<([\w.]+)>>>", printed)[1:]
    said = dict(zip(answers[::2], (answer.strip() for answer in answers[1::2]), strict=True))
    return {name: Theorem(name, statement(name), said[name]) for name in names}


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
