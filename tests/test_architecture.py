"""Which way imports go, how large modules and folders are, and that the tests of numerics mirror it; and that each of
these rules can fail.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests import architecture

TREE = Path(__file__).parents[1]
PACKAGES = ("theory", "numerics", "proofs_checks", "reports")
ARROWS: Mapping[str, frozenset[str]] = {
    "theory": frozenset(),
    "numerics": frozenset({"theory"}),
    "proofs_checks": frozenset({"theory", "numerics"}),
    "reports": frozenset({"theory", "numerics", "proofs_checks"}),
}
LINES, MODULES = 300, 12

BETWEEN_ROOMS = {
    # the package shows the registry's claims, and loads it when it is asked for them
    ("theory", "theory.registry"),
    # a problem holds its exact network, and enclosures are of problems
    ("numerics.problem", "numerics.exact.network"),
    # and is made of whatever the readers take
    ("numerics.problem", "numerics.loading.networks"),
    # a lemma of one claim may rest on an earlier claim, and a quantity by hyperplane on lemmas and lemmas on it
    ("theory.separation.lemmas.certificate_mass", "theory.separation.depth_separation_shallow"),
    ("theory.separation.lemmas.scaled_gradient", "theory.separation.depth_separation_two_layers"),
    ("theory.stability.lemmas.dual_certificates", "theory.stability.by_hyperplane.oriented_neurons"),
    ("theory.stability.lemmas.output_bias", "theory.stability.by_hyperplane.network"),
}
LONG = {
    "proofs_checks/separation/test_exact_separation.py": "the checks of one claim",
    "proofs_checks/stability/test_nondifferentiable_minima.py": "the checks of one claim",
    "proofs_checks/stability/test_flattest_implementation.py": "the checks of one claim",
}
FULL = {
    "theory/laplacian/lemmas": "one module for each lemma of the room's claims",
    "theory/stability": "one module for each claim",
    "proofs_checks/stability": "one file for each claim",
    "theory/kernel": "one module for each family of rules; all are small and read one by one",
    "theory/falsifier": "the second judge of all families of rules, independent of the kernel's modules",
    "proofs_checks/instances": "one module for each kind of instance",
    "proofs_checks/verify": "a kind of certificate or a quantity each, short enough to be read one by one",
    "proofs_checks/evidence": "from recording to the table, one step a module",
}
NO_MIRROR = {
    "tests/numerics/audit/test_reference.py": "all that an audit says, against its definitions",
    "tests/numerics/test_three_arithmetics.py": "what floats, balls and fractions say of one network, compared",
}


def found() -> architecture.Imports:
    """The imports of this tree; reports that were written beside the code are no part of it."""
    return architecture.imports(TREE, PACKAGES)


def files() -> dict[str, Path]:
    """The modules of this tree."""
    return architecture.modules(TREE, PACKAGES)


def nothing(wrong: list[str]) -> None:
    """All that is wrong, not the first of it."""
    assert not wrong, "\n".join(wrong)


def test_theory_is_used_by_numerics_by_the_checks_by_the_reports() -> None:
    nothing(architecture.upward(found(), PACKAGES, ARROWS))


def test_the_checker_needs_the_standard_library_only() -> None:
    """But for the module that compares a certificate with the files that it is said to come from."""
    bare = {name: used for name, used in found().items() if name != "proofs_checks.verify.source"}
    nothing(architecture.outside(bare, "proofs_checks.verify", standard=True, others=["__future__"]))


def test_the_falsifier_shares_no_code_with_the_kernel() -> None:
    """It reads derivations by the names of their fields, so that not even the data are imported."""
    libraries = ["__future__", "flint", "mpmath", "sympy", "z3"]
    nothing(architecture.outside(found(), "theory.falsifier", standard=True, others=libraries))


def test_no_modules_import_one_another() -> None:
    graph = {name: {other for other in used if (name, other) not in BETWEEN_ROOMS} for name, used in found().items()}
    nothing(architecture.circles(graph))


@pytest.mark.parametrize("folder", sorted({name for name, file in files().items() if file.name == "__init__.py"}))
def test_no_rooms_import_one_another(folder: str) -> None:
    nothing(architecture.circles(architecture.rooms(found(), folder, BETWEEN_ROOMS)))


def test_modules_are_short() -> None:
    nothing(architecture.too_long(TREE, files(), LINES, LONG))


def test_folders_hold_about_a_dozen_modules() -> None:
    nothing(architecture.too_full(TREE, files(), MODULES, FULL))


def test_tests_mirror_numerics() -> None:
    nothing(architecture.without_mirror(TREE, "numerics", NO_MIRROR))


def test_exemptions_are_needed() -> None:
    """An exemption of what has been mended is taken out of its table."""
    long, full = architecture.too_long(TREE, files(), LINES), architecture.too_full(TREE, files(), MODULES)
    bare = architecture.without_mirror(TREE, "numerics")
    assert [name for name in LONG if not any(line.startswith(f"{name} ") for line in long)] == []
    assert [name for name in FULL if not any(line.startswith(f"{name} ") for line in full)] == []
    assert [name for name in NO_MIRROR if not any(line.startswith(f"{name} ") for line in bare)] == []
    assert [pair for pair in BETWEEN_ROOMS if pair[1] not in found()[pair[0]]] == []


def write(tree: Path, contents: Mapping[str, str]) -> Path:
    """A tree of small files, with an ``__init__`` in each folder."""
    for name, content in contents.items():
        file = tree / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
        for folder in file.relative_to(tree).parents[:-1]:
            (tree / folder / "__init__.py").touch()
    return tree


def test_all_kinds_of_imports_are_seen(tmp_path: Path) -> None:
    hidden = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from low.room import b\n"
    inside = "def f():\n    import low.room.b as other\n"
    relative = "from . import b\nfrom ..room.b import name\nfrom .. import room\n"
    write(tmp_path, {"low/room/b.py": "", "low/a.py": hidden, "low/c.py": inside, "low/room/d.py": relative})
    seen = architecture.imports(tmp_path, ("low",))
    assert seen["low.a"] == {"typing", "low.room.b"}
    assert seen["low.c"] == {"low.room.b"}
    assert seen["low.room.d"] == {"low.room.b", "low.room"}


def test_an_import_upwards_is_found(tmp_path: Path) -> None:
    write(tmp_path, {"low/a.py": "def f():\n    from high.b import g\n", "high/b.py": "import low.a\n"})
    seen = architecture.imports(tmp_path, ("low", "high"))
    arrows = {"low": frozenset[str](), "high": frozenset({"low"})}
    assert architecture.upward(seen, ("low", "high"), arrows) == ["low.a imports high.b"]


def test_an_import_from_outside_is_found(tmp_path: Path) -> None:
    write(tmp_path, {"p/room/a.py": "import json, numpy\nfrom p.other import x\n", "p/other.py": "x = 1\nimport re\n"})
    seen = architecture.imports(tmp_path, ("p",))
    assert architecture.outside(seen, "p.room", standard=True) == [
        "p.room.a imports numpy",
        "p.room.a imports p.other",
    ]
    assert architecture.outside(seen, "p.room", standard=False, others=["numpy", "p.other"]) == [
        "p.room.a imports json"
    ]


def test_a_circle_of_modules_is_found(tmp_path: Path) -> None:
    write(tmp_path, {"p/a.py": "import p.b", "p/b.py": "from p import c", "p/c.py": "def f():\n    import p.a\n"})
    assert architecture.circles(architecture.imports(tmp_path, ("p",))) == ["circle of p.a, p.b, p.c"]


def test_a_circle_of_rooms_without_one_of_modules_is_found(tmp_path: Path) -> None:
    write(tmp_path, {"p/r/a.py": "import p.s.b", "p/r/d.py": "", "p/s/b.py": "", "p/s/c.py": "import p.r.d\n"})
    seen = architecture.imports(tmp_path, ("p",))
    assert architecture.circles(seen) == []
    assert architecture.circles(architecture.rooms(seen, "p")) == ["circle of p.r, p.s"]
    nothing(architecture.circles(architecture.rooms(seen, "p", {("p.s.c", "p.r.d")})))


def test_two_circles_are_two() -> None:
    graph = {"a": ["b"], "b": ["a", "c"], "c": ["d"], "d": ["c"], "e": ["e", "a", "elsewhere"]}
    assert sorted(architecture.circles(graph)) == ["circle of a, b", "circle of c, d"]


def test_a_long_module_and_a_full_folder_are_found(tmp_path: Path) -> None:
    write(tmp_path, {"p/a.py": "\n" * 3, "p/b.py": "\n" * 4, "p/room/c.py": ""})
    own = architecture.modules(tmp_path, ("p",))
    assert architecture.too_long(tmp_path, own, 3) == ["p/b.py has 4 lines"]
    assert architecture.too_long(tmp_path, own, 3, ["p/b.py"]) == []
    assert architecture.too_full(tmp_path, own, 1) == ["p has 2 modules"]
    nothing(architecture.too_full(tmp_path, own, 1, ["p"]))


def test_a_module_without_a_test_and_a_test_without_a_module_are_found(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "p/a.py": "def f(): ...\n",
            "p/private.py": "def _f(): ...\nX = 1\n",
            "p/room/b.py": "class B: ...\n",
            "p/room/__main__.py": "def main(): ...\n",
            "tests/p/test_b.py": "",
            "tests/p/room/test_main.py": "",
        },
    )
    assert architecture.without_mirror(tmp_path, "p", ["p/room/b.py"]) == [
        "p/a.py has no tests/p/test_a.py",
        "tests/p/test_b.py mirrors no module",
    ]
    assert "p/room/b.py has no tests/p/room/test_b.py" in architecture.without_mirror(tmp_path, "p")
