"""The public faces: every name is there, whatever was imported first, and a face imports nothing heavy."""

from __future__ import annotations

import ast
import importlib
import pickle
import subprocess
import sys
from pathlib import Path
from types import FunctionType, ModuleType

import pytest

import numerics
import theory

ROOT = Path(__file__).parents[1]
HEAVY = ("flint", "matplotlib", "numpy", "onnx", "pytest", "scipy", "sympy", "torch")
PACKAGES = ("numerics", "theory", "proofs_checks", "reports")
SAME_NAMES = ("audit", "sharpness", "weight")
"""Functions of the face that have the name of a module."""


def rooms() -> list[str]:
    """The packages inside numerics."""
    files = (ROOT / "numerics").glob("*/**/__init__.py")
    return sorted(".".join(file.parent.relative_to(ROOT).parts) for file in files)


def run(program: str) -> str:
    """What a program prints in an interpreter of its own."""
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


@pytest.mark.parametrize("package", PACKAGES)
def test_a_face_imports_nothing_heavy(package: str) -> None:
    assert run(f"import sys, {package}; print(set({HEAVY!r}) & set(sys.modules))") == "set()"


@pytest.mark.parametrize("package", ["numerics", "theory"])
def test_the_names_of_a_face_are_known_without_importing_them(package: str) -> None:
    program = f"import sys, {package} as face; print(set(face.__all__) <= set(dir(face)), 'numpy' in sys.modules)"
    assert run(program) == "True False"


@pytest.mark.parametrize("face", [numerics, theory], ids=lambda face: face.__name__)
def test_every_name_of_a_face_can_be_had(face: ModuleType) -> None:
    assert sorted(face.__all__) == face.__all__
    for name in face.__all__:
        assert not isinstance(getattr(face, name), ModuleType)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = face.nothing
    with pytest.raises(ImportError, match="cannot import name 'nothing'"):
        exec(f"from {face.__name__} import nothing")


@pytest.mark.parametrize("face", [numerics, theory], ids=lambda face: face.__name__)
def test_what_is_typed_is_what_is_there(face: ModuleType) -> None:
    """The imports for type checkers name the module that each name comes from at run time."""
    assert face.__file__ is not None
    tree = ast.parse(Path(face.__file__).read_text("utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    inside = [node for node in imports if (node.module or "").startswith(f"{face.__name__}.")]
    typed = {
        alias.name: getattr(importlib.import_module(node.module or ""), alias.name)
        for node in inside
        for alias in node.names
    }
    assert typed == {name: getattr(face, name) for name in face.__all__}


@pytest.mark.parametrize(
    "first",
    [
        "import numerics.{name}",
        "from numerics.{name} import {name}",
        "from numerics import {name}",
        "import importlib; importlib.import_module('numerics.{name}')",
        "from numerics import *",
        "",
    ],
)
def test_a_function_is_not_replaced_by_its_module(first: str) -> None:
    """Whichever is imported first, both ways to the function lead to it, and the module stays importable."""
    each = """
{first}
import sys, numerics
from numerics import {name} as from_face
from numerics.{name} import {name} as from_module
import numerics.{name}
assert numerics.{name} is from_face is from_module and callable(from_face)
assert sys.modules["numerics.{name}"].__name__ == "numerics.{name}"
"""
    run("".join(each.format(name=name, first=first.format(name=name)) for name in SAME_NAMES))


@pytest.mark.parametrize("name", SAME_NAMES)
def test_such_functions_are_functions_like_any_other(name: str) -> None:
    function = getattr(numerics, name)
    assert isinstance(function, FunctionType)
    assert pickle.loads(pickle.dumps(function)) is function


def test_a_name_of_the_face_can_be_replaced_in_a_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numerics, "audit", 7)
    assert vars(numerics)["audit"] == 7


@pytest.mark.parametrize("room", rooms())
def test_a_room_names_what_is_in_it(room: str) -> None:
    """Its functions and classes, or its modules, all of them."""
    package = importlib.import_module(room)
    assert sorted(package.__all__) == package.__all__
    exec(f"from {room} import *")
    named = {name for name in package.__all__ if isinstance(getattr(package, name), ModuleType)}
    folder = ROOT.joinpath(*room.split("."))
    there = {file.stem for file in folder.glob("[a-z]*.py")} | {
        file.parent.name for file in folder.glob("*/__init__.py")
    }
    assert named in (set(), there)
