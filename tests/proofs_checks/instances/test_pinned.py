"""What was worked out by hand agrees with the exact reference, quantity by quantity."""

from __future__ import annotations

from fractions import Fraction

import pytest

from proofs_checks.instances.exact import characteristic_polynomial, normal_form, value
from proofs_checks.instances.pinned import PINNED, Pinned

EVERY = pytest.mark.parametrize("net", PINNED.values(), ids=list(PINNED))


@EVERY
def test_quantities(net: Pinned) -> None:
    """All of them, as exact numbers."""
    problem, n = net.problem, len(net.problem.x)
    assert normal_form(problem.stability_norm()) == net.norm
    assert normal_form(problem.one_sided_norm()) == net.one_sided
    assert problem.mean_gradient_square() == net.mean_gradient_square
    assert problem.loss() == net.loss
    scaled = tuple(tuple(n * entry for entry in row) for row in problem.gram())
    assert scaled == net.gram
    assert characteristic_polynomial(scaled) == net.characteristic
    assert tuple(tuple(i for i, _ in group) for group in problem.hyperplanes()) == net.hyperplanes
    assert 1 / net.step_size - Fraction(1, 2) == net.bound


@EVERY
def test_hessian(net: Pinned) -> None:
    """Entry by entry; where it is said to be complete, nothing else."""
    hessian = net.problem.hessian()
    for a in range(len(hessian)):
        for b in range(a, len(hessian)):
            if (a, b) in net.hessian or net.hessian_complete:
                assert hessian[a][b] == hessian[b][a] == net.hessian.get((a, b), 0), (a, b)


@EVERY
def test_sharpness(net: Pinned) -> None:
    """The closed form is the largest root of the characteristic polynomial."""
    if net.sharpness is None or net.largest_stable_step is None:
        assert net.sharpness is net.largest_stable_step is None
        return
    assert net.problem.sharpness().overlaps(value(net.sharpness))
    assert (value(net.sharpness) * value(net.largest_stable_step)).overlaps(value([(Fraction(2), 1)]))


@EVERY
def test_floats_are_the_rationals(net: Pinned) -> None:
    """Nothing is rounded on the way to a network of floats."""
    f, problem = net.network, net.problem
    for array, rows in ((f.W1, problem.W1), (net.x, problem.x)):
        assert [[Fraction(entry) for entry in row] for row in array.tolist()] == [list(row) for row in rows]
    for vector, entries in ((f.b1, problem.b1), (f.w2, problem.w2), (net.y, problem.y)):
        assert [Fraction(entry) for entry in vector.tolist()] == list(entries)
    assert Fraction(f.b2) == problem.b2
