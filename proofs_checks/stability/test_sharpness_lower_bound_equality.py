"""sharpness-lower-bound, where it is an equality: each of its inequalities, and what the second one loses."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given

from numerics.gram import mean_gradient_square
from numerics.network import ShallowNetwork
from numerics.norm import one_sided_norm
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.exact import RationalProblem, normal_form, top_at_most
from proofs_checks.instances.networks import Comparison, Problem, problems

CLAIM = "sharpness-lower-bound"
EQUALITY = ("loss-of-the-means", "equality-if-balanced", "equality-only-if-balanced")


def gradient_against_one_sided(problem: Problem) -> Comparison:
    """The second inequality of the chain."""
    small = 1 + 2 * one_sided_norm(problem.network, problem.x)
    return Comparison(
        mean_gradient_square(problem.network, problem.x), small, problem.rounding, "|q|^2 against its bound"
    )


def imbalance(net: RationalProblem) -> Fraction:
    """|q|^2 - 1 - 2 sum |a| gt for a net all of whose levers are rational."""
    weighed = normal_form(net.one_sided_norm())
    assert all(root == 1 for _, root in weighed)
    return net.mean_gradient_square() - 1 - 2 * sum((q for q, _ in weighed), Fraction(0))


@pytest.mark.parametrize(
    ("w1", "b1", "w2", "expected"),
    [
        # on x = 3/4, -3/4 a neuron of slope s has E z = 3 s / 8, P = 1/2, E X 1 = 3/8, so F = 5/8
        (Fraction(5, 2), 0, Fraction(3, 2), 0),
        (5, 0, Fraction(3, 4), (Fraction(15, 8) - Fraction(15, 32)) ** 2),
        (Fraction(5, 4), 0, 3, (Fraction(15, 32) - Fraction(15, 8)) ** 2),
        (Fraction(5, 2), 0, 0, Fraction(15, 16) ** 2),
        # constant neurons: E z = b1, F = 1 where it is positive
        (0, -1, 7, 0),
        (0, 2, 0, 4),
        (0, 2, 3, 4 + 9),
    ],
    ids=["balanced", "heavy-input", "heavy-output", "no-output", "constant-off", "constant-unweighted", "constant"],
)
def test_equality(evidence: Evidence, w1: Fraction, b1: Fraction, w2: Fraction, expected: Fraction) -> None:
    """What the arithmetic-geometric step loses, exactly: nothing at a balanced neuron, and a square at any other."""
    with evidence.tested(CLAIM, EQUALITY, "the loss of the second inequality for one neuron, by hand") as tally:
        net = RationalProblem.of([[w1]], [b1], [w2], 0, [[Fraction(3, 4)], [Fraction(-3, 4)]])
        assert imbalance(net) == expected
        problem = Problem(
            ShallowNetwork(np.array([[float(w1)]]), np.array([float(b1)]), np.array([float(w2)]), 0.0),
            np.array([[0.75], [-0.75]]),
        )
        comparison = gradient_against_one_sided(problem)
        assert comparison.large - comparison.small == pytest.approx(float(expected), rel=1e-12, abs=problem.rounding)
        tally.count()


def test_equality_when_balanced(evidence: Evidence) -> None:
    """The arithmetic-geometric step is an equality at the balanced rescaling, and only there."""
    with evidence.tested(
        CLAIM, EQUALITY, "equality in the second inequality for balanced neurons, and only these"
    ) as tally:

        @given(problems())
        def equality(problem: Problem) -> None:
            balanced = Problem(problem.network.balanced(problem.x), problem.x)
            alive = (np.maximum(balanced.network.preactivations(problem.x), 0).mean(axis=0) > 0) & (
                balanced.network.w2 != 0
            )
            constant = ~np.any(balanced.network.W1 != 0, axis=1)
            # where all terms are tiny beside the constant 1, rounding hides the difference
            if np.all(alive & ~constant) and one_sided_norm(problem.network, problem.x) > 1e-6:
                comparison = gradient_against_one_sided(balanced)
                assert abs(comparison.large - comparison.small) <= balanced.rounding
                doubled = Problem(balanced.network.rescaled(np.full(balanced.network.k, 2.0)), problem.x)
                unbalanced = gradient_against_one_sided(doubled)
                assert unbalanced.large > unbalanced.small
                tally.count()

        equality()


def attained(net: RationalProblem) -> bool:
    """Whether lambda_max(K) = 1 + 2 |f|_S; it is never less, and the levers of the net are rational."""
    weighed = normal_form(net.stability_norm())
    assert all(root == 1 for _, root in weighed)
    return top_at_most(net.gram(), 1 + 2 * sum((q for q, _ in weighed), Fraction(0)))


def conditions(net: RationalProblem) -> tuple[bool, bool, bool, bool]:
    """The four of the claim: row sums of K, balanced neurons, cheaper sides, one sign on each hyperplane."""
    sums = {sum(row, Fraction(0)) for row in net.gram()}
    balanced, cheaper = True, True
    for i in net.neurons:
        own, other = net.side(i, 1), net.side(i, -1)
        balanced &= own.excess**2 == net.w2[i] ** 2 * own.lever_square
        if any(net.W1[i]):
            dearer = own.excess**2 * own.lever_square > other.excess**2 * other.lever_square
            cheaper &= not (net.w2[i] and dearer)
        else:
            balanced &= own.excess == 0
    signs = True
    for group in net.hyperplanes():
        weighs = all(net.side(group[0][0], sign).excess for sign in (1, -1))
        signs &= not weighs or len({net.w2[i] > 0 for i, _ in group if net.w2[i]}) < 2
    return len(sums) == 1 and top_at_most(net.gram(), max(sums)), balanced, cheaper, signs


PAIRS = {
    "all": ([[Fraction(5, 2)], [Fraction(-5, 2)]], [0, 0], [Fraction(3, 2), Fraction(3, 2)], (True, True, True, True)),
    "constant-off": ([[0]], [-1], [7], (True, True, True, True)),
    "row-sums": ([[Fraction(5, 2)]], [0], [Fraction(3, 2)], (False, True, True, True)),
    "unbalanced": ([[5], [-5]], [0, 0], [Fraction(3, 4), Fraction(3, 4)], (True, False, True, True)),
    "dearer-sides": ([[1], [-1]], [1, 1], [1, 1], (True, True, False, True)),
    "two-signs": (
        [[Fraction(5, 2)], [Fraction(-5, 2)]],
        [0, 0],
        [Fraction(3, 2), Fraction(-3, 2)],
        (True, True, True, False),
    ),
}
"""Nets on x = 3/4, -3/4, W1, b1, w2 and which of the four conditions hold: each fails by itself."""


@pytest.mark.parametrize(("w1", "b1", "w2", "expected"), PAIRS.values(), ids=PAIRS)
def test_whole_chain(
    evidence: Evidence,
    w1: list[list[Fraction]],
    b1: list[int],
    w2: list[Fraction],
    expected: tuple[bool, bool, bool, bool],
) -> None:
    """Each condition is needed, and together they are enough."""
    with evidence.tested(CLAIM, "equality", "nets at which none or one of the four conditions fails") as tally:
        net = RationalProblem.of(w1, b1, w2, 0, [[Fraction(3, 4)], [Fraction(-3, 4)]])
        assert conditions(net) == expected
        assert attained(net) == all(expected)
        tally.count()


def test_whole_chain_on_small_nets(evidence: Evidence) -> None:
    """Both sides of the equivalence, decided exactly, for all pairs of a few neurons."""
    neurons = [
        (w1, b1, w2)
        for w1 in (Fraction(-5, 2), Fraction(0), Fraction(5, 2))
        for b1 in (-1, 0, 1)
        for w2 in (Fraction(-3, 2), Fraction(1, 2), Fraction(3, 2))
    ]
    with evidence.tested(CLAIM, "equality", "pairs of small neurons on two data, in exact rationals") as tally:
        found = set()
        for first, second in itertools.combinations(neurons, 2):
            w1, b1, w2 = zip(first, second, strict=True)
            net = RationalProblem.of([[each] for each in w1], b1, w2, 0, [[Fraction(3, 4)], [Fraction(-3, 4)]])
            assert attained(net) == all(conditions(net))
            found.add(attained(net))
            tally.count()
        assert found == {True, False}


@pytest.mark.parametrize("place", range(4), ids=["row-sums", "unbalanced", "dearer-sides", "two-signs"])
def test_control_of_whole_chain(evidence: Evidence, place: int) -> None:
    """Equality if three of the four conditions hold."""
    w1, b1, w2, _ = next(each for each in PAIRS.values() if not each[3][place])
    net = RationalProblem.of(w1, b1, w2, 0, [[Fraction(3, 4)], [Fraction(-3, 4)]])
    others = [held for where, held in enumerate(conditions(net)) if where != place]
    found = f"the sharpness exceeds 1 + 2|f|_S at W1 = {net.W1}, w2 = {net.w2}" if not attained(net) else None
    assert all(others)
    evidence.control(
        CLAIM,
        f"equality without the condition on {('row sums', 'balance', 'sides', 'signs')[place]}",
        found,
        because="each condition is that of one inequality of the chain, and the others do not imply it",
        statement="equality",
    )


def test_control_of_equality(evidence: Evidence) -> None:
    """A neuron that is not balanced, and a constant one that is active, both lose something."""
    data = [[Fraction(3, 4)], [Fraction(-3, 4)]]
    for variant, because, net in (
        (
            "equality also at w1 = 5, w2 = 3/4",
            r"$\E z = 15/8$ and $\abs{w^{(2)}}F = 15/32$ are not equal",
            RationalProblem.of([[5]], [0], [Fraction(3, 4)], 0, data),
        ),
        (
            r"equality also with an active constant neuron that is balanced, $\E z = \abs{w^{(2)}}F$",
            "its amplitude is 0, so both of its squares are lost",
            RationalProblem.of([[0]], [2], [2], 0, data),
        ),
    ):
        lost = imbalance(net)
        found = f"|q|^2 exceeds its bound by {lost} at W1 = {net.W1}, b1 = {net.b1}, w2 = {net.w2}" if lost else None
        evidence.control(CLAIM, variant, found, because=because, statement="equality-if-balanced")
