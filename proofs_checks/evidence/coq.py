"""The proof assistant: compile ``theory/coq``, and ask it what a theorem says and which axioms it uses.

A file that does not compile, or a theorem that is not there, is an answer like any other: it fails what names it.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path

from numerics.arrays.processes import alone, guarded, in_use
from proofs_checks.evidence.record import CLOSED, Theorem

SOURCES = Path(str(files("theory") / "coq"))
_LIBRARY = "StableMinima"
_SCRATCH = ".compiling."
"""What the folders begin with in which files are being compiled; those of killed processes are removed."""
_SUMS = "SHA256SUMS"
"""The file that says what was compiled; without it, or with others, all is compiled again."""
_MARK = "<<<answer>>>"
_GROUP = 8
_LONGEST = 3000
_KINDS = ("Theorem", "Corollary", "Lemma", "Fact", "Proposition")
_SENTENCE = re.compile(
    r"\s*(?:#\[[^]]*\]\s*)*(?:(?:Local|Global|Program|Polymorphic|Monomorphic)\s+)*"
    r"(?P<whole>(?P<word>[A-Z]\w*)(?:\s+Type)?(?:\s+(?P<name>[\w']+))?.*)",
    re.DOTALL,
)
_GIVEN = ("Variable", "Hypothes", "Context", "Parameter", "Axiom", "Conjecture")
"""What words that declare something begin with."""
_NAMING = (*_KINDS, "Remark", "Property", "Example", "Definition", "Fixpoint", "CoFixpoint", "Inductive", "Record")
# what is admitted is an axiom, and Coq says so
_ENDS = {"Qed": True, "Defined": True, "Admitted": True, "Abort": False}


@dataclass(frozen=True)
class Build:
    """A folder of compiled files, and what Coq said of those that do not compile, by name without ending."""

    folder: Path
    broken: Mapping[str, str] = field(default_factory=dict)


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


def build() -> Build:
    """Compile every file that compiles, and say what is wrong with the others: all of them, where nothing compiles.

    The folder is in the cache under a digest of the sources and of the version of Coq, so unchanged proofs are compiled
    once; where a file is broken, they are compiled again each time.
    """
    try:
        return _build()
    except (RuntimeError, subprocess.SubprocessError) as error:
        why = f"does not compile: {error}"
    except OSError as error:  # that says nothing of the proofs
        why = f"was not compiled here: {error}"
    return Build(SOURCES, {file.stem: f"{file.name} {why}" for file in sorted(SOURCES.glob("*.v"))})


def _build() -> Build:
    from numerics.arrays.files import cache_folder

    files = sorted([*SOURCES.glob("*.v"), SOURCES / "_CoqProject"])
    digest = hashlib.sha256(subprocess.run(["coqc", "--version"], capture_output=True, check=True).stdout)
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    target = cache_folder() / "coq" / digest.hexdigest()
    if _is_whole(target):
        return Build(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with (
        alone(target.with_suffix(".lock")),
        in_use(target.parent, f"{_SCRATCH}*"),
        tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=target.parent, ignore_cleanup_errors=True) as scratch,
    ):
        # another process may have compiled them while this one waited
        return Build(target) if _is_whole(target) else _compiled(files, Path(scratch), target)


def _compiled(files: Iterable[Path], scratch: Path, target: Path) -> Build:
    """Compile in a folder, and put what is whole into its place; what is broken stays elsewhere until we end."""
    work = scratch / "build"
    work.mkdir()
    for file in files:
        shutil.copy(file, work)
    _run(["coq_makefile", "-f", "_CoqProject", "-o", "Makefile.coq"], work)
    command = ["make", "-f", "Makefile.coq", "--keep-going", "--output-sync=target", "-j", str(os.cpu_count() or 1)]
    made = subprocess.run(guarded(command), cwd=work, capture_output=True, text=True, errors="replace", check=False)
    broken = _broken(work, made.stdout + made.stderr)
    if made.returncode and not broken:
        raise RuntimeError(f"{' '.join(command)} failed:\n{(made.stdout + made.stderr)[-_LONGEST:]}")
    if broken:
        kept = Path(tempfile.mkdtemp())
        atexit.register(shutil.rmtree, kept, ignore_errors=True)
        return Build(Path(shutil.move(work, kept / "build")), broken)
    (work / _SUMS).write_text(_sums(work), encoding="utf-8")
    try:
        if target.exists() and not _is_whole(target):
            target.replace(scratch / "damaged")
        work.replace(target)
    except OSError:  # another process was faster
        if not _is_whole(target):
            raise
    return Build(target)


def _is_whole(folder: Path) -> bool:
    """Whether a folder holds the compiled files of the project, all of them, just as they were written."""
    try:
        sums = (folder / _SUMS).read_text("utf-8")
        return sums == _sums(folder) and sums.count("\n") == len(_listed(SOURCES))
    except (OSError, UnicodeDecodeError):
        return False


def _sums(folder: Path) -> str:
    """The sha256 of every compiled file, a line each."""
    compiled = sorted(folder.glob("*.vo"))
    return "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in compiled)


def _listed(folder: Path) -> list[str]:
    """The files of the project, without their ending."""
    return re.findall(r"^(\w+)\.v\s*$", (folder / "_CoqProject").read_text("utf-8"), re.MULTILINE)


def _broken(folder: Path, printed: str) -> dict[str, str]:
    """What is wrong with every file of the project that was not compiled."""
    broken = {}
    for name in _listed(folder):
        if not (folder / f"{name}.vo").exists():
            own = re.search(rf'File "(?:\./)?{name}\.v", line.*?(?=^make|^COQ|\Z)', printed, re.MULTILINE | re.DOTALL)
            message = own[0].strip()[-_LONGEST:] if own else "it uses a file that does not compile"
            broken[name] = f"{name}.v does not compile: {message}"
    return broken


def theorems(built: Build, names: Iterable[str]) -> dict[str, Theorem | str]:
    """What Coq says of each theorem named by file and theorem, joined by a dot, or why it says nothing."""
    found: dict[str, Theorem | str] = {}
    for name in dict.fromkeys(names):
        try:
            found[name] = written(name)
        except LookupError as error:
            found[name] = str(error.args[0])
        found[name] = built.broken.get(name.partition(".")[0], found[name])
    there = [name for name, theorem in found.items() if isinstance(theorem, Theorem)]
    for name, answer in _answers(built.folder, there).items():
        theorem = found[name]
        complaint = answer.partition(_MARK)[2]
        found[name] = complaint or (replace(theorem, assumptions=answer) if isinstance(theorem, Theorem) else theorem)
    return found


def _answers(folder: Path, names: Sequence[str]) -> dict[str, str]:
    """What ``Print Assumptions`` says of each theorem; a mark and Coq's message where the question makes no sense."""
    groups = [tuple(names[start : start + _GROUP]) for start in range(0, len(names), _GROUP)]
    said: dict[str, str] = {}
    try:
        for group, answer in _assumptions(folder, groups).items():
            said |= dict.fromkeys(group, answer)
    except RuntimeError:  # one of them cannot be asked about
        said = dict.fromkeys(names, "")
    # a tuple is closed if and only if each of its members is; where it is not, each answers for itself
    for name in names:
        if said[name] != CLOSED:
            try:
                said |= {name: answer for (name,), answer in _assumptions(folder, [(name,)]).items()}
            except RuntimeError as error:
                said[name] = f"{_MARK}{name} cannot be asked about: {error}"
    return said


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


def written(name: str) -> Theorem:
    """A theorem as it is written in its file, with what the sections around it declare.

    Raises ``LookupError``, saying so, where there is no such file or no such theorem, or more than one thing of the
    name, or none that is proved to the end outside of all modules: what is written need not be what Coq has then.
    """
    module, theorem = name.split(".")
    try:
        text = _without_comments((SOURCES / f"{module}.v").read_text("utf-8"))
    except OSError:
        raise LookupError(f"there is no file {module}.v") from None
    found = [each for each in _declared(text) if each.name == theorem]
    if not any(each.kind in _KINDS for each in found):
        raise LookupError(f"{module}.v has no theorem {theorem}")
    if len(found) > 1:
        raise LookupError(f"{module}.v has more than one {theorem}")
    if found[0].within_module or not found[0].proved:
        raise LookupError(f"{theorem} of {module}.v is {'in a module' if found[0].within_module else 'not proved'}")
    return Theorem(name, found[0].statement, found[0].context)


@dataclass
class _Declared:
    """Something with a name in a file, with what the open sections declare before it."""

    kind: str
    name: str
    statement: str
    context: str
    within_module: bool
    proved: bool = False


def _declared(text: str) -> list[_Declared]:
    """Everything that a text without comments names, sentence by sentence, but for what Let names within sections."""
    found: list[_Declared] = []
    # the word that opened it, its name, and what is declared there
    open_parts: list[tuple[str, str, list[str]]] = [("", "", [])]
    for sentence in re.split(r"(?<=\.)(?=\s)", text):
        match = _SENTENCE.fullmatch(sentence)
        word, name = (match["word"], match["name"] or "") if match else ("", "")
        if match is None:
            continue
        if word in {"Section", "Module"} and ":=" not in sentence:
            open_parts.append((word, name, []))
        elif word == "End" and len(open_parts) > 1 and open_parts[-1][1] == name:
            open_parts.pop()
        elif word.startswith(_GIVEN):
            open_parts[-1][2].append(" ".join(match["whole"].split()))
        elif word in _ENDS and found:
            found[-1].proved = found[-1].proved or _ENDS[word]
        elif word in _NAMING:
            context = "\n".join(line for _, _, lines in open_parts for line in lines)
            within = any(part == "Module" for part, _, _ in open_parts)
            found.append(_Declared(word, name, match["whole"].strip(), context, within))
    return found


def _without_comments(text: str) -> str:
    """The text of a file without its comments, which nest, and with nothing in its strings."""
    kept, depth = [], 0
    for part in re.split(r"(\(\*|\*\))", text):
        depth += (part == "(*") - (part == "*)" and depth > 0)
        if depth == 0 and part != "*)":
            kept.append(part)
    return re.sub(r'"[^"]*"', '""', "".join(kept))


def _run(command: list[str], folder: Path) -> str:
    run = subprocess.run(guarded(command), cwd=folder, capture_output=True, text=True, errors="replace", check=False)
    if run.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{(run.stdout + run.stderr)[-_LONGEST:]}")
    return run.stdout
