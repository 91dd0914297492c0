"""mean-square-threshold: where the cheapest upper bound allows a step size, no start grows in the mean square."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest

from numerics.exact.balls import upper
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.exact import Vector, dot
from proofs_checks.instances.exact_steps import batch_share
from proofs_checks.instances.pinned import PINNED, Pinned
from proofs_checks.instances.second_moments import stepped

CLAIM = "mean-square-threshold"


@pytest.mark.parametrize("net", PINNED.values(), ids=PINNED)
def test_bounded(evidence: Evidence, net: Pinned) -> None:
    """Two steps over all pairs of batches in rational numbers, at the largest step size that is allowed."""
    exact = net.problem
    n = len(exact.x)
    gram = tuple(tuple(n * entry for entry in row) for row in exact.gram())

    def mean_square(u: Vector, batches: list[tuple[int, ...]], step_size: Fraction, steps: int) -> Fraction:
        if not steps:
            return dot(u, [dot(row, u) for row in gram])
        after = [mean_square(stepped(gram, u, each, step_size), batches, step_size, steps - 1) for each in batches]
        return sum(after, Fraction(0)) / len(batches)

    with evidence.tested(CLAIM, "bounded", "two steps over all batches, in rational numbers") as tally:
        for batch in range(1, n + 1):
            p = batch_share(n, batch)
            level = (1 - p) * upper(exact.sharpness()) + p * max(gram[j][j] for j in range(n))
            batches = list(combinations(range(n), batch))
            for j in range(n):
                u = tuple(Fraction((j + 2) * l % 5 - (l == j), l + 1) for l in range(n))  # noqa: E741
                lengths = [mean_square(u, batches, 2 / level, steps) for steps in range(3)]
                assert lengths[0] >= lengths[1] >= lengths[2]
                tally.count()
