"""best-constant: |f|_S <= sharpness/2 - 1/2 + c sqrt(1 + R^2) sqrt(2 loss), for which c?"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.exact import RationalProblem, dot, top_at_most
from proofs_checks.instances.loss_bound import DEMANDING, DEMANDING_RESIDUALS, THREE_IN_PLANE, THREE_RESIDUALS, bound
from proofs_checks.instances.networks import CASES, Problem, problems
from proofs_checks.instances.opposed_clusters import (
    RADII,
    OpposedClusters,
    clusters,
    form_of_clusters,
    needed_constant_square,
    rational,
    rational_norm,
    sufficient_constant_square,
)
from proofs_checks.instances.profiles import settings
from theory.stability.best_constant import NEEDED

CLAIM = "best-constant"

RADIUS, EXCESS = Fraction(3, 4), Fraction(1, 5000)
OPPOSED = {name: OpposedClusters(1, int(name.removeprefix("n = ")) - 1, RADIUS, EXCESS) for name in NEEDED}
"""The instances of the statement about what is needed."""

TWO_CLUSTERS = OpposedClusters(1, 1, RADIUS, Fraction(1, 100)).in_floats
"""Two data and two neurons that see one each: it needs nearly the constant 1/4."""


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


def test_opposed_clusters(evidence: Evidence) -> None:
    """The largest eigenvalue lies next to its formula, and the quadratic form is that of the Hessian by definition."""
    with evidence.tested(CLAIM, "opposed-clusters", "the largest eigenvalue between two rational levels") as tally:

        def holds(instance: OpposedClusters, direction: list[int]) -> None:
            assert instance.scale >= 1 + instance.excess + instance.reach
            net = instance.problem
            hessian, v = net.hessian(), [Fraction(entry) for entry in direction]
            assert top_at_most(hessian, instance.level), f"the largest eigenvalue is above the formula at {instance!r}"
            assert not top_at_most(hessian, instance.scale - Fraction(1, 10**6))
            assert form_of_clusters(instance, v) == dot(v, [dot(row, v) for row in hessian])
            tally.count()

        directions = st.lists(st.integers(-3, 3), min_size=7, max_size=7)
        settings(max_examples=100)(given(clusters, directions)(holds))()


def test_best_possible(evidence: Evidence) -> None:
    """The norm by definition, and the constant that is needed, against sqrt(2L)/2 - epsilon/(2 sigma sqrt(2L))."""
    with evidence.tested(CLAIM, "best-possible", "the constant that opposed clusters need") as tally:

        def holds(instance: OpposedClusters) -> None:
            net, shares = instance.problem, instance.shares
            square, reach = 2 * net.loss(), instance.reach
            assert square == sum(share**3 for share in shares)
            norm = sum(share**2 * instance.activation_square(i) for i, share in enumerate(shares))
            assert abs(rational_norm(net) - norm) < Fraction(1, 10**7)
            # times 2 sigma sqrt(2L), what is needed is at least sigma 2L - epsilon, up to rounding
            needed = 4 * reach**2 * square * needed_constant_square(net, instance.level)
            assert needed >= (reach * square - instance.excess - Fraction(1, 10**5)) ** 2
            assert 4 * needed_constant_square(net, instance.level) < square
            tally.count()

        settings(max_examples=100)(given(clusters)(holds))()


def test_number_of_data(evidence: Evidence) -> None:
    """The smaller constant, for residuals of every size and sign, and for opposed clusters in rational numbers."""
    with evidence.tested(CLAIM, "number-of-data", "the bound with the constant sqrt(1 - 1/n)/2") as tally:

        def holds(problem: Problem, residuals: npt.ArrayLike) -> None:
            comparison = bound(problem, residuals, constant=float(np.sqrt(1 - 1 / len(problem.x))) / 2)
            assert not comparison.violated, f"{comparison} is false at {problem!r}, residuals {residuals!r}"
            tally.add(comparison.relative_margin)

        holds(DEMANDING, DEMANDING_RESIDUALS)
        for name in ("n = 1", "one hyperplane, both orientations", "duplicated points"):
            holds(CASES[name], -1.0)
        sizes = st.sampled_from((0.0, 0.125, -1.0, 8.0))
        settings(max_examples=60)(given(problems(max_n=4), sizes)(holds))()

        def enough(instance: OpposedClusters) -> None:
            share = Fraction(1, instance.first + instance.second)
            assert needed_constant_square(instance.problem, instance.level) <= (1 - share) / 4
            tally.count()

        settings(max_examples=30)(given(clusters)(enough))()


def test_two_data(evidence: Evidence) -> None:
    """The constant 1/4, for two data and residuals of every size and sign, apart and together."""
    with evidence.tested(CLAIM, "two-data", "the bound with the constant 1/4, two data") as tally:

        def holds(problem: Problem, residuals: tuple[float, float]) -> None:
            comparison = bound(problem, residuals, constant=0.25)
            assert not comparison.violated, f"{comparison} is false at {problem!r}, residuals {residuals!r}"
            tally.add(comparison.relative_margin)

        for together_or_apart in ((-0.5, -0.5), (-1.0, 0.0), (1.0, -1.0)):
            holds(TWO_CLUSTERS, together_or_apart)
        sizes = st.sampled_from((0.0, 0.125, -1.0, 8.0))
        two = problems(max_n=2).filter(lambda problem: len(problem.x) == 2)
        settings(max_examples=60)(given(two, st.tuples(sizes, sizes))(holds))()


def test_equal_clusters(evidence: Evidence) -> None:
    """What two clusters of the same size need, against 1/4 - epsilon/sigma, up to the rounding of the activations."""
    with evidence.tested(CLAIM, "equal-clusters", "the constant that equal clusters need") as tally:

        def holds(size: int, radius: Fraction, excess: Fraction) -> None:
            instance = OpposedClusters(size, size, radius, excess)
            needed = needed_constant_square(instance.problem, instance.level)
            least = Fraction(1, 4) - excess / instance.reach - Fraction(1, 10**5)
            assert max(least, Fraction(0)) ** 2 <= needed < Fraction(1, 16)
            tally.count()

        excesses = st.integers(20, 10**4).map(lambda number: Fraction(1, number))
        settings(max_examples=50)(given(st.integers(1, 3), st.sampled_from(RADII), excesses)(holds))()


def test_ends(evidence: Evidence) -> None:
    """One point against the others: just below the lower end the bound fails, in rational numbers."""
    with evidence.tested(CLAIM, ("lower-end", "quarter"), "opposed clusters of one point and the others") as tally:

        def fails_below(n: int, radius: Fraction) -> None:
            instance = OpposedClusters(1, n - 1, radius, Fraction(1, 10**5))
            end = Fraction(1, 4) * (1 - Fraction(3, n) + Fraction(3, n**2))
            needed = needed_constant_square(instance.problem, instance.level)
            assert end - Fraction(1, 10**4) < needed < end
            tally.count()

        fails_below(2, RADIUS)
        settings(max_examples=30)(given(st.integers(2, 12), st.sampled_from(RADII))(fails_below))()


def test_half(evidence: Evidence) -> None:
    """For constants below 1/2 an instance at which the bound with them fails, in rational numbers."""
    with evidence.tested(CLAIM, "half", "constants below 1/2 and nets at which they fail") as tally:

        def fails(below: Fraction) -> None:
            constant = Fraction(1, 2) - below
            # 3/n < 1 - 4 c^2 with room for the excess
            n = 2 + int(4 / (1 - 4 * constant**2))
            instance = OpposedClusters(1, n - 1, RADIUS, Fraction(1, 10**5))
            assert needed_constant_square(instance.problem, instance.level) > constant**2
            tally.count()

        settings(max_examples=20)(given(st.fractions(Fraction(1, 20), Fraction(1, 2), max_denominator=40))(fails))()


def test_needed(evidence: Evidence) -> None:
    """What listed nets need, in rational numbers."""
    with evidence.certified(CLAIM, "needed", "the constant that is needed, in rational numbers") as proofs:
        for name, instance in OPPOSED.items():
            needed = needed_constant_square(instance.problem, instance.level)
            proofs.at_most(rational(NEEDED[name]) ** 2, needed, f"the square of the constant needed, {name}")


def test_control_needed(evidence: Evidence) -> None:
    """One ten-thousandth more than what the nets need."""
    for name, instance in OPPOSED.items():
        claimed = rational(NEEDED[name]) + Fraction(1, 10**4)
        enough = sufficient_constant_square(instance.problem, instance.scale - Fraction(1, 10**6))
        evidence.control(
            CLAIM,
            f"a constant of at least {float(claimed):g} for {name}",
            f"{float(claimed):g} is enough for {name}: {enough} is the square of a smaller constant that is"
            if enough < claimed**2
            else None,
            because="the largest eigenvalue is known from both sides",
            statement="needed",
        )


@pytest.mark.parametrize(("variant", "factor"), [("residuals of the other sign", -1), ("no residuals", 0)])
def test_control_opposed(evidence: Evidence, variant: str, factor: int) -> None:
    """The same net with other residuals needs no term for the loss."""
    net = OPPOSED["n = 3"].problem
    labels = [value - factor * residual for value, residual in zip(net.values(), net.residuals(), strict=True)]
    other = RationalProblem.of(net.W1, net.b1, net.w2, net.b2, net.x, labels)
    enough = not top_at_most(other.hessian(), 1 + 2 * rational_norm(other))
    evidence.control(
        CLAIM,
        f"opposed clusters with {variant}",
        "the largest eigenvalue is above 1 + 2|f|_S: the constant 0 is enough for n = 3" if enough else None,
        because="only residuals opposed to the output weights lower the largest eigenvalue",
        statement="best-possible",
    )


def test_control_eigenvalue(evidence: Evidence) -> None:
    """A smaller largest eigenvalue."""
    instance = OPPOSED["n = 3"]
    claimed = instance.scale - instance.excess
    evidence.control(
        CLAIM,
        "the largest eigenvalue is at most lambda - epsilon",
        f"it is above {claimed} for n = 3" if not top_at_most(instance.problem.hessian(), claimed) else None,
        because="lambda is attained",
        statement="opposed-clusters",
    )


def test_control_just_below_half(evidence: Evidence) -> None:
    """A constant just below 1/2, in rational numbers."""
    instance = OPPOSED["n = 100"]
    needed = needed_constant_square(instance.problem, instance.level)
    evidence.control(
        CLAIM,
        "0.49 is right for n = 100",
        f"c^2 >= {float(needed)} is needed at {instance!r}" if needed > Fraction(49, 100) ** 2 else None,
        because="with 1 point and n - 1 points the constant that is needed tends to 1/2",
        statement="half",
    )


@pytest.mark.parametrize(
    ("variant", "statement", "sizes", "square", "because"),
    [
        (
            "sqrt(1 - 2/n) in place of sqrt(1 - 1/n), n = 2",
            "number-of-data",
            (1, 1),
            Fraction(0),
            "two data need a term for the loss",
        ),
        (
            "the constant 0.24 in place of 1/4",
            "two-data",
            (1, 1),
            Fraction(24, 100) ** 2,
            "two neurons that see one datum each, with residuals against them, need nearly 1/4",
        ),
        ("the constant 1/4 for three data", "two-data", (1, 2), Fraction(1, 16), "unequal clusters need more"),
        (
            "sqrt(1 - 4/n + 4/n^2)/2 is right for n = 10",
            "lower-end",
            (1, 9),
            (1 - Fraction(4, 10) + Fraction(4, 100)) / 4,
            "the lower end is larger",
        ),
    ],
    ids=["upper end", "quarter", "three data", "lower end"],
)
def test_control_ends(
    evidence: Evidence, variant: str, statement: str, sizes: tuple[int, int], square: Fraction, because: str
) -> None:
    """Smaller constants for a given number of data, in rational numbers."""
    instance = OpposedClusters(*sizes, RADIUS, EXCESS)
    needed = needed_constant_square(instance.problem, instance.level)
    found = f"c^2 >= {float(needed)} is needed at {instance!r}" if needed > square else None
    evidence.control(CLAIM, variant, found, because=because, statement=statement)


def test_control_equal_clusters(evidence: Evidence) -> None:
    """More than equal clusters need."""
    instance = OpposedClusters(2, 2, RADIUS, EXCESS)
    enough = sufficient_constant_square(instance.problem, instance.scale - Fraction(1, 10**6))
    evidence.control(
        CLAIM,
        "a constant of at least 1/4 for equal clusters with epsilon = 1/5000",
        f"{enough} is the square of a constant below 1/4 that is enough" if enough < Fraction(1, 16) else None,
        because="1/4 is the limit for small epsilon",
        statement="equal-clusters",
    )


def test_control_plane(evidence: Evidence) -> None:
    """The lower end is not the best constant."""
    comparison = bound(THREE_IN_PLANE, THREE_RESIDUALS, constant=0.2887)
    evidence.control(
        CLAIM,
        "sqrt(1 - 3/n + 3/n^2)/2 is right for three data",
        f"{comparison} is false at {THREE_IN_PLANE!r}, residuals -2, -1, -1" if comparison.violated else None,
        because="in the plane two neurons may miss one datum each and share the third",
        statement="lower-end",
    )
