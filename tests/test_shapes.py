"""Types and shapes of numerics are enforced in the tests, and its doctests are found all the same."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
from jaxtyping import TypeCheckError

from numerics.separation.bracket import dihedral
from numerics.separation.pyramid import pyramid


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
