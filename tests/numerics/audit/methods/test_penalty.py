"""The gradient of the penalised loss, against the gradient that torch takes."""

from __future__ import annotations

from fractions import Fraction

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from numerics.audit.methods.penalty import penalised_gradient_norm
from numerics.problem import Problem
from proofs_checks.instances.profiles import settings
from tests.numerics.examples import Example, gaussian, net


@settings(max_examples=15)
@given(
    example=st.builds(gaussian, st.integers(0, 2**32), n=st.integers(1, 5), d=st.integers(1, 3), k=st.integers(1, 4)),
    penalty=st.fractions(0, 2, max_denominator=16),
    output_bias=st.booleans(),
)
def test_it_is_that_of_torch(example: Example, penalty: Fraction, output_bias: bool) -> None:
    f = example.network
    parts = [torch.tensor(part, dtype=torch.float64, requires_grad=True) for part in (f.W1, f.b1, f.w2, f.b2)]
    W1, b1, w2, b2 = parts
    values = torch.relu(torch.tensor(example.x) @ W1.T + b1) @ w2 + b2
    squares = sum((part**2).sum() for part in parts[: 4 if output_bias else 3])
    (((values - torch.tensor(example.y)) ** 2).mean() / 2 + float(penalty) / 2 * squares).backward()  # type: ignore[no-untyped-call]
    true = float(torch.cat([part.grad.ravel() for part in parts if part.grad is not None]).norm())
    low, high = penalised_gradient_norm(Problem(f, example.x, example.y), penalty, output_bias)
    assert float(low) == pytest.approx(true, rel=1e-11, abs=1e-11)
    assert float(high - low) <= 1e-60 * max(1.0, true)


def test_a_point_by_hand() -> None:
    """The residual is -1; the parts along w1 and b1 cancel, and that along b2 if it is penalised."""
    # grad: w1: r w2 + mu w1, b1: r w2 + mu b1, w2: r (w1 + b1) + mu w2, b2: r + mu b2
    problem = Problem(net([[2.0]], [2.0], [2.0], 1.0), [[1.0]], [10.0])  # f = 9, r = -1
    low, high = penalised_gradient_norm(problem, Fraction(1), True)
    assert low**2 <= 4 <= high**2
    # w1 and b1: -2 + 2 = 0, b2: -1 + 1 = 0, w2: -4 + 2
    low, high = penalised_gradient_norm(problem, Fraction(1), False)
    assert low**2 <= 5 <= high**2
