"""Unit vectors, signs and draws."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from proofs_checks.instances.sampled import all_signs, contracted, mean_square, rational_unit_vectors, symmetrised


def test_signs() -> None:
    assert all_signs(2).tolist() == [[-1, -1], [-1, 1], [1, -1], [1, 1]]


def test_unit_vectors_have_length_one() -> None:
    vectors = rational_unit_vectors(np.random.default_rng(1), 5, 2)
    assert [sum(entry * entry for entry in vector) for vector in vectors] == [Fraction(1)] * 5


def test_mean_square_of_aligned_vectors_over_two_patterns() -> None:
    vectors = [[Fraction(1)], [Fraction(1)]]
    assert mean_square(np.array([[1, 1], [1, -1]]), vectors) == 2
    assert mean_square(np.array([[1, 1]]), vectors) == 4


def test_sums_are_ordered_and_not_all_zero() -> None:
    generator = np.random.default_rng(2)
    pairs = [contracted(generator) for _ in range(20)]
    assert all(small <= large for small, large in pairs)
    assert any(small < large for small, large in pairs)
    triples = [symmetrised(generator) for _ in range(20)]
    assert all(0 <= worst <= two <= both for worst, two, both in triples)
    assert any(worst > 0 for worst, _, _ in triples)
