"""The curves of the carried minima: their ends, their order, and that balls hold at every network within the radius."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from flint import arb

from numerics.gram import gram_matrix
from numerics.mean_square.minima import batch_curve, gram_near
from numerics.minimum.certified import CertifiedMinimum, NotCertified, certify_minimum
from numerics.minimum.stored import stored_networks
from numerics.network import ShallowNetwork
from numerics.problem import Problem

STORED = {stored.name: stored for stored in stored_networks()}
SMALL = ShallowNetwork([[1.0, 0.5], [-1.0, 2.0]], [0.25, 1.5], [2.0, -1.0], 0.5)
DATA = np.array([[1.0, 0.0], [0.0, 1.0], [2.0, -1.5]])


def test_curve() -> None:
    found = batch_curve(STORED["64-standardised-0.12"], enclosed=(1,))
    assert (found.n, found.step_size) == (64, Fraction(12, 100))
    assert found.batches == (1, 2, 4, 8, 16, 32, 64)
    assert np.all(np.diff(found.threshold) > 0)
    assert np.all(found.lower <= found.threshold * (1 + 1e-9))
    assert np.all(found.threshold <= found.upper * (1 + 1e-9))
    assert np.all(found.upper <= found.corollary * (1 + 1e-9))
    assert found.threshold[-1] == pytest.approx(found.gradient_descent, rel=1e-12)
    assert found.corollary[-1] == pytest.approx(found.main_theorem, rel=1e-12)
    [(batch, ball)] = found.enclosed
    assert batch == 1
    assert ball.overlaps(arb(float(found.threshold[0]), 1e-9 * float(found.threshold[0])))
    assert float(ball.rad() / ball.mid()) < 1e-8


def test_chosen_batches() -> None:
    found = batch_curve(STORED["64-raw-0.4"], [3, 64], ())
    assert found.batches == (3, 64)
    assert found.enclosed == ()
    with pytest.raises(ValueError, match="between 1 and the number of data, 64"):
        batch_curve(STORED["64-raw-0.4"], [65], ())


def test_a_network_on_kinks_is_refused() -> None:
    with pytest.raises(NotCertified, match="ends on kinks"):
        batch_curve(STORED["128-raw-0.5-kinks"])


def test_balls_hold_within_the_radius() -> None:
    problem = Problem(SMALL, DATA, SMALL(DATA))
    minimum = certify_minimum(problem, step_size=Fraction(1, 10))
    assert isinstance(minimum, CertifiedMinimum)
    wide = replace(minimum, radius=Fraction(1, 1000))
    near = gram_near(wide, problem.at(wide.centre).exact)
    generator = np.random.default_rng(1)
    for _ in range(20):
        moves = generator.standard_normal(9)
        moves *= 0.000999 / np.linalg.norm(moves)
        f = wide.centre
        other = ShallowNetwork(
            f.W1 + moves[:4].reshape(2, 2), f.b1 + moves[4:6], f.w2 + moves[6:8], f.b2 + float(moves[8])
        )
        gram = gram_matrix(other, DATA)
        assert all(near[j, l].contains(arb(float(gram[j, l]))) for j in range(3) for l in range(3))  # noqa: E741
    assert float(near[0, 0].rad()) < 0.01
