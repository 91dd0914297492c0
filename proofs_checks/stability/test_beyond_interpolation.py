"""beyond-interpolation: |f|_S <= sharpness/2 - 1/2 + (1/2) sqrt(1 + R^2) sqrt(2 loss)."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.exact.balls import lower, upper
from numerics.hessian import enclosed_hessian
from numerics.norm import stability_norm
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.exact import RationalProblem, close, dot, top_at_most
from proofs_checks.instances.exact_steps import mean_gradient
from proofs_checks.instances.hessian import autograd_hessian
from proofs_checks.instances.loss_bound import DEMANDING, DEMANDING_RESIDUALS, bound
from proofs_checks.instances.networks import CASES, Problem, counterexample, problems
from proofs_checks.instances.pinned import PINNED, Pinned
from proofs_checks.instances.profiles import settings

CLAIM = "beyond-interpolation"

SMOOTH = {name: net for name, net in PINNED.items() if not net.problem.kinks()}
"""The nets without data on kinks."""


def at_mean_gradient(net: RationalProblem, sign: int = 1) -> Fraction:
    """E <grad f, q>^2 + sign 2 E[r sum_i a_i 1_i (u_i + <U_i, X>)], with q = (U, u, a, 1); the claim has sign 1."""
    rows, q, n = net.gradients(), mean_gradient(net), len(net.x)
    k, d = len(net.w2), len(net.x[0])
    squares = sum((dot(row, q) ** 2 for row in rows), Fraction(0)) / n
    curvature = Fraction(0)
    for residual, point, t in zip(net.residuals(), net.x, net.preactivations(), strict=True):
        for i in range(k):
            if t[i] > 0:
                lever = q[k * d + i] + dot(q[i * d : (i + 1) * d], point)
                curvature += residual * q[k * d + k + i] * lever / n
    return squares + sign * 2 * curvature


def quotient(net: RationalProblem) -> Fraction:
    """<q, Hq> with the whole Hessian."""
    q = mean_gradient(net)
    return dot(q, [dot(row, q) for row in net.hessian()])


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


@pytest.mark.parametrize("net", SMOOTH.values(), ids=SMOOTH)
def test_pinned(evidence: Evidence, net: Pinned) -> None:
    """The quadratic form at the mean gradient in rational numbers; the Hessian, the norm and the loss by hand."""
    exact = net.problem
    with evidence.tested(
        CLAIM, ("hessian", "slope", "curvature", "mean-gradient"), "the form at the mean gradient, in rational numbers"
    ) as tally:
        assert at_mean_gradient(exact) == quotient(exact)
        # the part without residuals is at least |q|^4, and the residuals take at most sqrt(1 + R^2) sqrt(2 L) |q|^2
        square, taken = net.mean_gradient_square, quotient(exact) - at_mean_gradient(exact, sign=0)
        radius = max(dot(point, point) for point in exact.x)
        assert at_mean_gradient(exact, sign=0) >= square**2
        assert taken**2 <= (1 + radius) * 2 * net.loss * square**2
        tally.count()
    residuals = [float(residual) for residual in exact.residuals()]
    hessian = autograd_hessian(Problem(net.network, net.x), residuals)
    assert np.allclose(hessian, np.array(exact.hessian(), dtype=float), rtol=1e-12, atol=1e-12)
    for (row, column), entry in net.hessian.items():
        assert exact.hessian()[row][column] == entry
    # the enclosed largest eigenvalue lies between two levels that elimination tells apart
    top = enclosed_hessian(net.network, net.x, net.y).top
    assert top_at_most(exact.hessian(), upper(top))
    assert not top_at_most(exact.hessian(), lower(top) * (1 - Fraction(1, 10**12)))
    assert upper(top) - lower(top) <= upper(top) / 10**8
    assert exact.loss() == net.loss
    assert close(stability_norm(net.network, net.x), net.norm)


def test_bound(evidence: Evidence) -> None:
    """The bound, for residuals of every size and sign, and for the most demanding instance known."""
    with evidence.tested(CLAIM, "bound", "the bound in terms of the loss, residuals of every size") as tally:

        def holds(problem: Problem, residuals: npt.ArrayLike) -> None:
            comparison = bound(problem, residuals)
            assert not comparison.violated, f"{comparison} is false at {problem!r}, residuals {residuals!r}"
            tally.add(comparison.relative_margin)

        holds(DEMANDING, DEMANDING_RESIDUALS)
        for name in ("one hyperplane, both orientations", "duplicated points", "n = 1"):
            holds(CASES[name], -1.0)
        settings(max_examples=100)(given(problems(max_n=4), st.sampled_from((0.0, 0.125, -1.0, 8.0)))(holds))()


@pytest.mark.parametrize("constant", [0.0, 0.25, 0.288])
def test_control(evidence: Evidence, constant: float) -> None:
    """Smaller constants before the residual term."""
    comparison = bound(DEMANDING, DEMANDING_RESIDUALS, constant)
    found = f"{comparison} is false at {DEMANDING!r}, residuals -1/3, -2/3, -2/3" if comparison.violated else None
    evidence.control(
        CLAIM,
        f"the constant {constant:g} in place of 1/2",
        found,
        because="two neurons that each see one cluster, with residuals opposed, nearly use up Cauchy and Schwarz",
        statement="bound",
    )


def test_control_offset(evidence: Evidence) -> None:
    """A smaller bound at interpolation."""
    evidence.control(
        CLAIM,
        "sharpness/2 - 0.55",
        counterexample(lambda problem: bound(problem, 0.0, offset=0.55)),
        because="at interpolation with balanced even nets on symmetric data the bound is attained",
        statement="bound",
    )


@pytest.mark.parametrize(
    ("variant", "sign", "because"),
    [
        ("the residual part subtracted", -1, "the residual is f(x) - y, not y - f(x)"),
        ("the residual part left out", 0, "the Hessian off interpolation is not that of the features alone"),
    ],
    ids=["sign", "absent"],
)
def test_control_residual_part(evidence: Evidence, variant: str, sign: int, because: str) -> None:
    """The form at the mean gradient with another residual part, in rational numbers."""
    exact = PINNED["one neuron"].problem
    claimed, true = at_mean_gradient(exact, sign), quotient(exact)
    found = f"<q, Hq> = {true}, not {claimed}, for 2 relu(x) on 3, -1 with residuals 1, -1" if claimed != true else None
    evidence.control(CLAIM, variant, found, because=because, statement="curvature")
