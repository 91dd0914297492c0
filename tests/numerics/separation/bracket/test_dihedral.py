"""The symmetries of the square: a group of eight, and means over it term by term."""

from __future__ import annotations

import numpy as np

from numerics.separation.bracket.dihedral import images, mean_features


def orbit(point: np.ndarray) -> set[tuple[float, ...]]:
    return {tuple(image) for image in images(point[None])[:, 0].tolist()}


def test_images_are_an_orbit() -> None:
    """Eight points for one in general position, four on an axis or a diagonal, and the same from each of them."""
    general = orbit(np.array([2.0, 1.0]))
    assert len(general) == 8
    assert all(orbit(np.array(point)) == general for point in general)
    assert len(orbit(np.array([3.0, 0.0]))) == len(orbit(np.array([-1.0, 1.0]))) == 4
    assert orbit(np.zeros(2)) == {(0.0, 0.0)}


def test_points_themselves_come_first() -> None:
    points = np.random.default_rng(0).standard_normal((5, 2))
    assert images(points).shape == (8, 5, 2)
    np.testing.assert_array_equal(images(points)[0], points)


def test_means_term_by_term() -> None:
    generator = np.random.default_rng(1)
    points, lines = generator.standard_normal((4, 2)), generator.uniform(0, 1, (3, 2))
    found = mean_features(points, lines)
    for n, point in enumerate(points):
        for m, (tau, c) in enumerate(lines):
            terms = [max(x + tau * y - c, 0.0) for x, y in images(point[None])[:, 0]]
            assert abs(found[n, m] - sum(terms) / 8) < 1e-15
    np.testing.assert_allclose(mean_features(images(points)[5], lines), found, rtol=1e-13, atol=1e-15)
