"""What modules import, how large they are, and which tests mirror them: read off the source, nothing is imported.

A tree is a folder with packages in it. Modules are named as Python names them, and each function returns what is
wrong, as sentences; an empty list is a pass.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from pathlib import Path

Imports = Mapping[str, frozenset[str]]
"""The modules that each module imports, of the tree (by their full names) and of others (by their first names)."""


def modules(tree: Path, packages: Iterable[str]) -> dict[str, Path]:
    """The files of all modules; a package goes by its name, without ``__init__``."""
    found = {}
    for package in packages:
        for file in sorted((tree / package).rglob("*.py")):
            parts = file.relative_to(tree).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


@cache
def imports(tree: Path, packages: tuple[str, ...]) -> Imports:
    """All imports of all modules, those inside functions and for type checkers alone included."""
    files = modules(tree, packages)
    return {name: frozenset(_imported(name, file, files)) for name, file in files.items()}


def _imported(name: str, file: Path, files: Mapping[str, Path]) -> Iterable[str]:
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *filter(None, [base])])
            # "from room import module" takes the module, "from module import name" the module that has the name
            targets = [f"{base}.{alias.name}" if f"{base}.{alias.name}" in files else base for alias in node.names]
        else:
            continue
        yield from (target if target in files else target.split(".")[0] for target in targets if target != name)


def upward(found: Imports, packages: tuple[str, ...], allowed: Mapping[str, Collection[str]]) -> list[str]:
    """Imports from one package of the tree into another one that it may not use."""
    return [
        f"{name} imports {other}"
        for name, others in found.items()
        for other in sorted(others)
        if (theirs := other.split(".")[0]) in packages
        and theirs != (own := name.split(".")[0])
        and theirs not in allowed[own]
    ]


def outside(found: Imports, room: str, *, standard: bool, others: Collection[str] = ()) -> list[str]:
    """Imports of a room from anywhere but itself, the modules or packages named, and perhaps the standard library."""

    def permitted(other: str) -> bool:
        within = any(other == allowed or other.startswith(f"{allowed}.") for allowed in (room, *others))
        return within or (standard and other in sys.stdlib_module_names)

    return [
        f"{name} imports {other}"
        for name, used in found.items()
        if name == room or name.startswith(f"{room}.")
        for other in sorted(used)
        if not permitted(other)
    ]


def circles(graph: Mapping[str, Collection[str]]) -> list[str]:
    """The sets of nodes that reach one another, each as a sentence; Tarjan's strongly connected components."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    found: list[str] = []

    def visit(node: str) -> None:
        number[node] = lowest[node] = len(number)
        path.append(node)
        for other in sorted(graph[node]):
            if other not in graph:
                continue
            if other not in number:
                visit(other)
            if other in path:
                lowest[node] = min(lowest[node], lowest[other])
        if lowest[node] == number[node]:
            component = [path.pop()]
            while component[-1] != node:
                component.append(path.pop())
            if len(component) > 1:
                found.append(f"circle of {', '.join(sorted(component))}")

    for node in sorted(graph):
        if node not in number:
            visit(node)
    return found


def rooms(found: Imports, folder: str, ignored: Collection[tuple[str, str]] = ()) -> dict[str, set[str]]:
    """Which parts of a folder, its modules and its rooms, use which others of it; pairs to ignore are those of modules.

    The folder's ``__init__`` is no part of it: it is the door through which all of them may be shown.
    """
    graph: dict[str, set[str]] = {}
    for name, others in found.items():
        own = _part(name, folder)
        if own:
            used = {_part(other, folder) for other in others if (name, other) not in ignored}
            graph.setdefault(own, set()).update(used - {own, ""})
    return graph


def _part(name: str, folder: str) -> str:
    return ".".join(name.split(".")[: folder.count(".") + 2]) if name.startswith(f"{folder}.") else ""


def too_long(tree: Path, files: Mapping[str, Path], lines: int, exempt: Collection[str] = ()) -> list[str]:
    """Modules with more lines than so many."""
    return [
        f"{file.relative_to(tree)} has {count} lines"
        for file in files.values()
        if (count := len(file.read_text(encoding="utf-8").splitlines())) > lines
        and str(file.relative_to(tree)) not in exempt
    ]


def too_full(tree: Path, files: Mapping[str, Path], most: int, exempt: Collection[str] = ()) -> list[str]:
    """Folders with more modules than so many, beside ``__init__``."""
    counts: dict[Path, int] = {}
    for file in files.values():
        counts[file.parent] = counts.get(file.parent, 0) + (file.name != "__init__.py")
    return [
        f"{folder.relative_to(tree)} has {count} modules"
        for folder, count in counts.items()
        if count > most and str(folder.relative_to(tree)) not in exempt
    ]


def has_public_names(file: Path) -> bool:
    """Whether a module defines a function or a class without an underscore in front."""
    nodes = ast.parse(file.read_text(encoding="utf-8")).body
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return any(isinstance(node, kinds) and not node.name.startswith("_") for node in nodes)


def without_mirror(tree: Path, package: str, exempt: Collection[str] = ()) -> list[str]:
    """Modules with public names and no test file of their name at their place, and test files without a module.

    The tests of ``__main__`` are called ``test_main``.
    """
    wrong = []
    own, tests = tree / package, tree / "tests" / package
    for file in sorted(own.rglob("*.py")):
        place = file.relative_to(own)
        test = tests / place.parent / f"test_{file.stem.strip('_')}.py"
        if str(file.relative_to(tree)) not in exempt and has_public_names(file) and not test.exists():
            wrong.append(f"{package}/{place} has no tests/{test.relative_to(tree / 'tests')}")
    for test in sorted(tests.rglob("test_*.py")):
        place = test.relative_to(tests)
        name = test.stem.removeprefix("test_")
        if str(test.relative_to(tree)) not in exempt and not any(
            (own / place.parent / f"{stem}.py").exists() for stem in (name, f"__{name}__")
        ):
            wrong.append(f"{test.relative_to(tree)} mirrors no module")
    return wrong
