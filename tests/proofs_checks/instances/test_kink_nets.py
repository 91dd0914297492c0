"""Thousands of nets in whole numbers, held against one net at a time in fractions."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from proofs_checks.instances.exact import RationalProblem, dot, value
from proofs_checks.instances.exact_steps import shifted_step, true_step
from proofs_checks.instances.kink_nets import SCALE, KinkNets, just_above

NETS = KinkNets.drawn(12, 4, 2, 3, seed=1)


def one(nets: KinkNets, net: int) -> RationalProblem:
    W1, b1, w2, x = (part[net].tolist() for part in (nets.W1, nets.b1, nets.w2, nets.x))
    whole = [[Fraction(entry) for entry in row] for row in W1]
    return RationalProblem.of(whole, b1, w2, 0, x)


@pytest.mark.parametrize("net", range(12))
def test_one_net_at_a_time(net: int) -> None:
    exact = one(NETS, net)
    assert NETS.kinks[net] == exact.kinks()
    assert NETS.mean_gradient_square(Fraction(0))[net] == exact.mean_gradient_square()
    assert NETS.listed_norm()[net] >= float(value(exact.stability_norm()).lower()) - 1e-12
    assert NETS.listed_norm()[net] <= float(value(exact.one_sided_norm()).upper()) + 1e-12
    assert NETS.step([SCALE // 4] * 12, Fraction(0))[net] == shifted_step(exact, Fraction(1), Fraction(1, 4)) - 1


@pytest.mark.parametrize("net", range(12))
def test_a_start_off_the_kinks(net: int) -> None:
    exact = one(NETS, net)
    start = tuple(Fraction(part, 8) for part in [0] * 6 + [-1] * 3 + [0] * 3 + [8])
    after = true_step(exact, start, Fraction(1, 4))
    for convention in (Fraction(0), Fraction(1, 2)):
        found = NETS.step([SCALE // 4] * 12, convention, backwards=8)[net]
        assert found == dot(after, after) - dot(start, start)


def test_conventions_differ_on_kinks_alone() -> None:
    """2 relu(x) at 0 and 1: q is (2, 2 + 2 c, 1, 2)/2."""
    nets = KinkNets(*(np.array(part) for part in ([[[1]]], [[0]], [[2]], [[[0], [1]]])))
    for convention in (Fraction(0), Fraction(1, 3), Fraction(1)):
        expected = (4 + (2 + 2 * convention) ** 2 + 1 + 4) / 4
        assert nets.mean_gradient_square(convention) == [expected]
        assert nets.step([SCALE], convention) == [expected - 2]
    off = replace(nets, b1=nets.b1 + 1)
    assert off.mean_gradient_square(Fraction(0)) == off.mean_gradient_square(Fraction(1))


def test_a_constant_neuron_has_no_hyperplane() -> None:
    nets = KinkNets(*(np.array(part) for part in ([[[0]]], [[2]], [[3]], [[[-1], [1]]])))
    assert nets.listed_norm().tolist() == [0.0]


def test_just_above() -> None:
    (multiple,) = just_above(np.array([0.5]))
    assert Fraction(1, 2) < Fraction(multiple, SCALE) < Fraction(1, 2) * (1 + Fraction(1, 10**5))
