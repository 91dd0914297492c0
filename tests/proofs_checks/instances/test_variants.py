"""The variants are false, and the norm itself is among them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from numerics.norm import stability_norm
from proofs_checks.instances.networks import Problem, problems
from proofs_checks.instances.pinned import PINNED, close
from proofs_checks.instances.variants import norm_with


@given(problems(kinks=True))
def test_unchanged_it_is_the_norm(problem: Problem) -> None:
    """With the smaller side, P^2 and the first moment; data on kinks too."""
    assert norm_with(problem, np.minimum) == pytest.approx(
        stability_norm(problem.network, problem.x), rel=1e-12, abs=1e-300
    )


def test_variants_differ() -> None:
    """On a net worked out by hand."""
    net = PINNED["a hat"]
    problem = Problem(net.network, net.x)
    assert close(norm_with(problem, np.minimum), net.norm, 1e-12)
    for other in (
        norm_with(problem, np.maximum),
        norm_with(problem, np.minimum, power=1),
        norm_with(problem, np.minimum, moment=False),
        norm_with(problem, lambda a, b: (a + b) / 2),
    ):
        assert not close(other, net.norm, 1e-2)
