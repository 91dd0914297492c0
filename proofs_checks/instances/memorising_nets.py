"""Memorising nets worked out by hand, and false neighbours of what is claimed of them, each with its counterexample."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from numerics.converse.enclosed_memorisation import enclose_memorisation
from numerics.converse.memorisation import (
    memorising_gram,
    memorising_network,
    memorising_norm,
    memorising_sharpness,
    memory_costs,
)
from numerics.gram import gram_matrix, gram_sharpness
from numerics.network import Array, ShallowNetwork
from numerics.norm import stability_norm
from numerics.training.mnist import parity_task
from proofs_checks.instances.exact import NormalForm, RationalProblem

TOLERANCE = 1e-8
"""Relative, for floats; the nearest points of the instances leave half of the digits to their thresholds."""


@dataclass(frozen=True)
class Pin:
    """A memorising net in rational numbers, its costs, and what is true of it."""

    problem: RationalProblem
    costs: tuple[Fraction, ...]
    norm: NormalForm
    sharpness: NormalForm


def _pin(
    net: tuple[list[int], list[int], list[int]], x: list[str], y: list[int], costs: list[str], **true: NormalForm
) -> Pin:
    W1, b1, w2 = net
    points = [[Fraction(entry)] for entry in x]
    return Pin(RationalProblem.of([[w] for w in W1], b1, w2, 0, points, y), tuple(map(Fraction, costs)), **true)


_quarter = Fraction(1, 4)
PINS = {
    "equal costs": _pin(
        ([10, -10], [-5, -5], [2, -2]), ["3/4", "-3/4"], [5, -5], ["25/4", "25/4"],
        norm=((Fraction(25, 8), 1),), sharpness=((Fraction(29, 4), 1),),
    ),
    "costs that differ": _pin(
        ([10, -4], [-5, 1], [2, 1]), ["3/4", "0"], [5, 1], ["25/4", "1"],
        norm=((Fraction(29, 16), 1),), sharpness=((Fraction(33, 8), 1), (Fraction(1, 8), 457)),
    ),
    "a label that costs nothing, between the others": _pin(
        ([10, -10], [-5, -5], [2, -2]), ["3/4", "0", "-3/4"], [5, 0, -5], ["25/4", "0", "25/4"],
        norm=((Fraction(25, 18), 1),), sharpness=((Fraction(31, 12), 1), (Fraction(1, 12), 761)),
    ),
}  # fmt: skip


def near(found: float | Array, expected: float | Array) -> bool:
    """Up to rounding."""
    return bool(np.all(np.abs(found - expected) <= TOLERANCE * (1 + np.abs(expected))))


@dataclass(frozen=True)
class Neighbour:
    """A false variant of a statement, why it is false, and what gives its counterexample, if it finds one."""

    variant: str
    because: str
    statement: str
    find: Callable[[], str | None]


def _shown(what: str, found: float, claimed: float) -> str | None:
    return None if near(found, claimed) else f"{what} is {found:.9g}, not {claimed:.9g}"


def _unbalanced() -> str | None:
    """The scales of the neurons changed by a factor 2."""
    net = memorising_network([[0.75], [-0.75]], [5.0, -5.0]).rescaled([2.0, 2.0])
    found = gram_sharpness(net, [[0.75], [-0.75]])
    return _shown("x = +-3/4, y = +-5, first layer doubled: the sharpness", found, 29 / 4)


def _threshold() -> str | None:
    """A neuron that two data activate."""
    net = memorising_network([[0.75], [0.0]], [5.0, 1.0])
    moved = ShallowNetwork(net.W1, net.b1 + np.array([0.0, 10.0]), net.w2, net.b2)
    return _shown("x = 3/4 and 0, the second threshold beyond both: f(3/4)", float(moved([[0.75]])[0]), 5.0)


def _different_lengths() -> str | None:
    """Labels of one distance from the output bias, off the sphere."""
    costs = memory_costs([[0.75], [0.0]], [1.0, -1.0])
    return _shown("x = 3/4 and 0, y = +-1: 1 + 2 |f|_S", 1 + 2 * memorising_norm(costs), memorising_sharpness(costs))


def _single_cost() -> str | None:
    """diag(c) where the claim has 2 diag(c)."""
    problem = PINS["equal costs"]
    return _shown("x = +-3/4, y = +-5: 2 K_11", float(2 * problem.problem.gram()[0][0]), 1 + float(problem.costs[0]))


def _shared_hyperplane() -> str | None:
    """Two data on either side of one hyperplane, whose amplitudes cancel: f(x) = y x."""
    x, root = [[1.0], [-1.0]], 2.0**0.25
    net = ShallowNetwork([[root], [-root]], [0.0, 0.0], [1 / root, -1 / root], 0.0)
    assert near(net(x), np.array([1.0, -1.0]))
    assert near(gram_matrix(net, x), memorising_gram(memory_costs(x, [1.0, -1.0])))
    return _shown("x = +-1, y = +-1, both thresholds 0: the norm", stability_norm(net, x), 2**0.5 / 2)


def _one_datum() -> str | None:
    """Without other data."""
    net = memorising_network([[0.75]], [5.0])
    return _shown("x = 3/4, y = 5 alone: the norm", stability_norm(net, [[0.75]]), 25 / 4)


def _far_threshold() -> str | None:
    """A threshold half way between a far datum and the origin."""
    x, length = [[10.0], [0.0]], 101**0.5
    output = length**0.5
    net = ShallowNetwork([[output / 5]], [-output], [1 / output], 0.0)
    assert near(net(x), np.array([1.0, 0.0]))
    return _shown("x = 10 and 0, y = 1 and 0, threshold 5: the norm", stability_norm(net, x), length / 4)


def _smaller_root() -> str | None:
    """Another solution of the secular equation."""
    smaller = (33 - 457**0.5) / 8
    assert near(float(np.mean(1 / (smaller - np.array([25 / 4, 1.0])))), 1.0)
    return _shown("x = 3/4 and 0, y = 5 and 1: the sharpness", memorising_sharpness([25 / 4, 1.0]), smaller)


def _own_direction() -> str | None:
    """Raw digits in the direction of themselves."""
    task = parity_task(256, "raw")
    try:
        enclose_memorisation(task.x, task.y, directions=task.x)
    except ValueError as error:
        return str(error)
    return None


NEIGHBOURS = (
    Neighbour("the neurons need not be balanced",
        "half of what a neuron adds to K grows with the square of the scale", "exact", _unbalanced),
    Neighbour("thresholds may lie beyond other data",
        "a second datum is then moved by the neuron", "interpolation", _threshold),
    Neighbour("equality for labels of one distance from the output bias, off the sphere",
        "longer data cost more", "exact", _different_lengths),
    Neighbour("diag(c) where the claim has 2 diag(c)",
        "the output weight and the input weights add c each", "gram", _single_cost),
    Neighbour("for n = 2, if neither side has the larger weight",
        "the two neurons may share a hyperplane, and cancel", "stability-norm", _shared_hyperplane),
    Neighbour("for n = 1 too",
        "no hyperplane has data on both of its sides", "stability-norm", _one_datum),
    Neighbour("whatever the thresholds",
        "far from the datum its own side has the larger weight", "stability-norm", _far_threshold),
    Neighbour("every solution of the secular equation is the sharpness",
        "the others lie between the 2 c_j/n", "largest-eigenvalue", _smaller_root),
    Neighbour("raw digits are cut off in the direction of themselves",
        "a digit with more ink lies farther along it", "mnist", _own_direction),
)  # fmt: skip
"""What must be refuted."""
