"""sharpness-lower-bound, the second inequality: what it loses, and that it loses nothing at balanced neurons alone."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given

from numerics.gram import mean_gradient_square
from numerics.network import ShallowNetwork
from numerics.norm import one_sided_norm
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.exact import RationalProblem, normal_form
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
