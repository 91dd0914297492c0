"""The search in floats: the optimum that is known exactly, and duality between the net and its measure."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given

from numerics.separation.planar.dichotomies import PlanarData, lines
from numerics.separation.planar.norm_search import (
    affine_frame,
    float_optimum,
    float_weights,
    is_affine,
    rational_near,
)
from numerics.separation.planar.planar_sets import CROSS
from proofs_checks.instances.profiles import settings
from tests.numerics.separation.planar.planar import Sample, samples


def test_cross() -> None:
    """S* = 4 sqrt(2)/25 for the label 1 at the centre of a cross."""
    data = PlanarData.of(CROSS.points, CROSS.labels)
    found = lines(data)
    optimum = float_optimum(data, found, float_weights(found))
    assert optimum.value == pytest.approx(4 * math.sqrt(2) / 25, rel=1e-9)
    assert optimum.contributions.sum() == pytest.approx(optimum.value, rel=1e-9)


@settings(max_examples=30)
@given(samples())
def test_duality(sample: Sample) -> None:
    """The measure annihilates affine functions, pairs with the labels to the value, and no ratio exceeds 1."""
    data = PlanarData.of(*sample)
    found = lines(data)
    optimum = float_optimum(data, found, float_weights(found))
    points, labels = np.array(data.points, float), np.array(data.labels, float)
    scale = 1 + float(np.abs(optimum.measure).sum())
    assert optimum.measure.sum() == pytest.approx(0, abs=1e-8 * scale)
    assert optimum.measure @ points == pytest.approx([0, 0], abs=1e-8 * scale)
    assert optimum.measure @ labels == pytest.approx(optimum.value, rel=1e-7, abs=1e-8 * scale)
    assert np.abs(optimum.ratios).max(initial=0) <= 1 + 1e-8
    assert (optimum.value == 0) == is_affine(data)


def test_affine_labels() -> None:
    """Decided exactly: on a point, on a line, in the plane, and a label that is off by 1e-30."""
    tiny = Fraction(1, 10**30)
    assert is_affine(PlanarData.of([(1, 2)], [5]))
    on_line = [(0, 0), (1, 2), (2, 4)]
    assert is_affine(PlanarData.of(on_line, [1, 4, 7]))
    assert not is_affine(PlanarData.of(on_line, [1, 4, 7 + tiny]))
    square = [(0, 0), (1, 0), (0, 1), (1, 1)]
    assert is_affine(PlanarData.of(square, [0, 2, 3, 5]))
    assert not is_affine(PlanarData.of(square, [0, 2, 3, 5 + tiny]))


def test_frames_span_the_data() -> None:
    assert [
        len(affine_frame(PlanarData.of(points, [0] * len(points))))
        for points in ([(1, 1)], [(0, 0), (1, 1), (2, 2)], [(0, 0), (1, 1), (2, 2), (0, 1)])
    ] == [1, 2, 3]


def test_rational_near() -> None:
    assert rational_near(1 / 3) == Fraction(1, 3)
    assert rational_near(-0.5) == Fraction(-1, 2)
