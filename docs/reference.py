"""The API reference, made from the docstrings: ``make docs`` writes it to ``build/docs``.

Formulas are set by MathJax, which a browser loads from the network; without it they are shown as LaTeX.
"""

from __future__ import annotations

import argparse
import pkgutil
import sys
import time
import warnings
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import pdoc
from pdoc.extract import walk_specs

PACKAGES = ("theory", "numerics", "proofs_checks.evidence", "proofs_checks.verify", "reports")
"""What is documented: the checks themselves and their instances are read as programs."""
FACES = ("theory", "numerics")
"""Packages that import their names when they are asked for."""


def modules(packages: Sequence[str]) -> list[str]:
    """The packages, and the modules in them that their ``__all__`` leaves out, but for programs."""
    inside = [
        found.name
        for package in packages
        for found in pkgutil.walk_packages(getattr(import_module(package), "__path__", []), f"{package}.")
        if not found.name.endswith(".__main__")
    ]
    chosen = list(packages)
    reached = set(walk_specs(packages))
    for name in inside:
        if name not in reached:
            chosen.append(name)
            reached.update(walk_specs([name]))
    return chosen


def build(folder: Path, packages: Sequence[str] = PACKAGES) -> None:
    """Write the reference of the packages into a folder, one page for each module.

    Raises ``UserWarning`` or ``RuntimeWarning`` where a module cannot be imported, a name of ``__all__`` is not there
    or a type cannot be resolved.
    """
    for face in map(import_module, FACES):
        for name in face.__all__:
            getattr(face, name)
    pdoc.render.configure(docformat="restructuredtext", math=True, search=True, show_source=False)
    with warnings.catch_warnings():
        # what pdoc finds wrong it warns of, and leaves the page incomplete
        warnings.simplefilter("error", UserWarning)
        warnings.simplefilter("error", RuntimeWarning)
        pdoc.pdoc(*modules(packages), output_directory=folder)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python docs/reference.py", description="Write the API reference as HTML.")
    parser.add_argument("--out", type=Path, default=Path("build") / "docs", metavar="DIR", help="folder (build/docs)")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    build(options.out)
    print(f"made: {options.out / 'index.html'}, {time.monotonic() - started:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
