"""weights-from-data, the bound by the row sums: pinned by hand, and on carried MNIST networks; and a subset on one."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import numpy as np
import pytest

from numerics.enclosure import Enclosure, enclose
from numerics.exact.balls import ball
from numerics.lower_bounds.row_sums import exact_row_sum_bound
from numerics.lower_bounds.vectors import subset_bound
from numerics.minimum.stored import stored_networks
from numerics.problem import Problem
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.exact import dot
from proofs_checks.instances.pinned import PINNED, Pinned
from proofs_checks.instances.weighted_data import ZERO, Bound, moments, refined
from theory.stability.weights_from_data import CLASS_NETS, REFINED_MINIMA, SUBSET_NETS

CLAIM = "weights-from-data"
STORED = {stored.name: stored for stored in stored_networks()}
REFINED, CLOSED, BY_CLASS = Fraction(97, 100), Fraction(6, 10), Fraction(105, 100)
"""The shares that the statements on MNIST name."""
LEFT_OUT = {
    "64-standardised-0.03": (Fraction(1007, 1000), (14, 15, 20, 51)),
    "64-standardised-0.12": (Fraction(103, 100), (4, 6, 8, 14, 20, 50, 58, 59, 60)),
}
"""By how much a subset is better, and the data that are not in it: left out one by one as long as the bound rises."""


@pytest.mark.parametrize("net", PINNED.values(), ids=PINNED)
def test_row_sums_pinned(evidence: Evidence, net: Pinned) -> None:
    """The row sums of the Gram matrix worked out by hand, their mean and their variance."""
    with evidence.tested(
        CLAIM, ("row-sums", "norm-and-variance"), "the bound by the row sums, pinned by hand"
    ) as tally:
        n, sums, gram = len(net.x), [sum(row, ZERO) for row in net.gram], net.problem.gram()
        square, variance = moments(gram)
        assert square == net.mean_gradient_square == sum(sums, ZERO) / n**2
        assert square + variance / square == exact_row_sum_bound(net.network, net.x)
        assert square * exact_row_sum_bound(net.network, net.x) == dot(sums, sums) / n**3
        assert not refined(gram).exceeds(gram)
        with_norm = Bound(1 + variance / square, tuple((2 * q, Fraction(r)) for q, r in net.norm))
        assert not with_norm.exceeds(gram)
        tally.count()


def carried(name: str) -> Problem:
    """A carried network on its data."""
    stored = STORED[name]
    return Problem(stored.network, stored.task.x, stored.task.y)


@cache
def enclosed(name: str) -> Enclosure:
    """The enclosures of what the theory says of it."""
    return enclose(carried(name))


def test_row_sums_on_mnist(evidence: Evidence) -> None:
    """How near the bound by the row sums comes to the sharpness on carried networks."""
    with evidence.certified(CLAIM, "row-sums-on-mnist", "the bound by the row sums on carried MNIST networks") as tally:
        for name in REFINED_MINIMA:
            found, bound = enclosed(name), ball(exact_row_sum_bound(carried(name)))
            tally.at_most(ball(REFINED) * found.gram_sharpness, bound, f"{name}: the share of the sharpness")
            distance = found.gram_sharpness - found.mean_gradient_square
            tally.at_most(ball(CLOSED) * distance, bound - found.mean_gradient_square, f"{name}: the distance closed")
            tally.at_most(bound, found.gram_sharpness, f"{name}: the bound")
            tally.encloses(f"share of the sharpness, {name}", bound / found.gram_sharpness, 6)
            evidence.data(STORED[name].task.name, STORED[name].task.digest)


def test_subset_on_mnist(evidence: Evidence) -> None:
    """Subsets that are better than all data, in balls."""
    with evidence.certified(CLAIM, "subset-on-mnist", "subsets that are better than all data") as tally:
        for name in SUBSET_NETS:
            problem, (gained, left_out) = carried(name), LEFT_OUT[name]
            subset = np.setdiff1d(np.arange(problem.n), left_out)
            all_data = 1 + 2 * enclosed(name).stability_norm
            part = 1 + 2 * enclose(problem.network, problem.x[subset]).stability_norm
            better = part * len(subset) / problem.n
            tally.at_most(ball(gained) * all_data, better, f"{name}: the gain")
            tally.encloses(f"ratio of the bounds, {name}", better / all_data, 6)
            assert subset_bound(problem, subset=subset) == pytest.approx(float(better.mid()), rel=1e-12)


def test_class_on_mnist(evidence: Evidence) -> None:
    """One class of digits, with every neuron on its own side, in balls."""
    with evidence.certified(CLAIM, "class-on-mnist", "one class of digits as a subset") as tally:
        for name in CLASS_NETS:
            problem = carried(name)
            subset = np.flatnonzero(problem.labels == 1)
            assert (len(subset), problem.n) == (32, 64)
            all_data = 1 + 2 * enclosed(name).one_sided_norm
            better = (1 + 2 * enclose(problem.network, problem.x[subset]).one_sided_norm) / 2
            tally.at_most(ball(BY_CLASS) * all_data, better, f"{name}: the gain")
            tally.encloses(f"ratio of the bounds, {name}", better / all_data, 6)
