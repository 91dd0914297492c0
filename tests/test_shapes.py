"""Types and shapes of numerics are enforced in the tests, and its doctests are found all the same."""

from __future__ import annotations

import ast
import doctest
from pathlib import Path

import numpy as np
import pytest
from jaxtyping import TypeCheckError

from numerics.separation.bracket import dihedral
from numerics.separation.pyramid import pyramid

NUMERICS = Path(dihedral.__file__).parents[2]


def test_a_wrong_shape_is_an_error() -> None:
    with pytest.raises(TypeCheckError, match="parameter 'x'"):
        pyramid(np.zeros(3))


def test_a_wrong_kind_of_number_is_an_error() -> None:
    with pytest.raises(TypeCheckError, match="parameter 'points'"):
        dihedral.images(np.zeros((1, 2), dtype=int))


def test_shapes_are_compared_with_one_another() -> None:
    """Lines of the plane are pairs, whatever their number is."""
    assert dihedral.mean_features(np.zeros((3, 2)), np.zeros((4, 2))).shape == (3, 4)
    with pytest.raises(TypeCheckError, match="parameter 'hyperplanes'"):
        dihedral.mean_features(np.zeros((3, 2)), np.zeros((4, 3)))


def test_doctests_of_checked_functions_are_found() -> None:
    found = doctest.DocTestFinder().find(dihedral)
    assert [test.name for test in found if test.examples] == ["numerics.separation.bracket.dihedral.images"]


@pytest.mark.parametrize("file", sorted(NUMERICS.rglob("*.py")), ids=lambda file: str(file.relative_to(NUMERICS)))
def test_shapes_are_not_evaluated_on_import(file: Path) -> None:
    """Users pay nothing for them, whatever versions of NumPy and jaxtyping they have."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    shapes = {alias.name for node in imports if node.module == "jaxtyping" for alias in node.names}
    assert not shapes or "__future__" in {node.module for node in imports}
    evaluated = [node.value for node in tree.body if isinstance(node, ast.Assign)]
    named = {part.id for value in evaluated for part in ast.walk(value) if isinstance(part, ast.Name)}
    assert not shapes & named
