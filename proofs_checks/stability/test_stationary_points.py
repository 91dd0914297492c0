"""stationary-points: the bound without interpolation, and with negative curvature."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.gram import mean_gradient_square
from numerics.network import Array, ShallowNetwork
from numerics.norm import stability_norm
from numerics.training.train import TrainingPlan, train
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.evidence.record import Table
from proofs_checks.instances.exact import Matrix, RationalProblem, close, top_at_most, value
from proofs_checks.instances.hessian import autograd_hessian
from proofs_checks.instances.networks import Comparison, Problem, problems
from proofs_checks.instances.pinned import PINNED
from proofs_checks.instances.profiles import settings

CLAIM = "stationary-points"
BOUNDS = ("mean-gradient", "negative-curvature", "flat-points", "stable-local-minima")


def alternating(problem: Problem, size: float) -> Array:
    """Residuals that alternate in sign, of the size given."""
    return size * np.where(np.arange(len(problem.x)) % 2, -1.0, 1.0)


def with_residuals(problem: Problem, residuals: Array) -> RationalProblem:
    """The same net in rational numbers, with labels that leave these residuals."""
    net = problem.network
    values = RationalProblem.of(net.W1, net.b1, net.w2, net.b2, problem.x).values()
    labels = [found - Fraction(float(r)) for found, r in zip(values, residuals, strict=True)]
    return RationalProblem.of(net.W1, net.b1, net.w2, net.b2, problem.x, labels)


def bound(problem: Problem, residuals: Array, *, curvature: float = 1.0) -> Comparison:
    """Sharpness plus the curvature term, against 1 + 2|f|_S; the claim has the factor 1 before the curvature term."""
    spectrum = np.linalg.eigvalsh(autograd_hessian(problem, residuals))
    top, nu = float(spectrum[-1]), max(0.0, -float(spectrum[0]))
    small = 1 + 2 * stability_norm(problem.network, problem.x)
    rounding = 10 * problem.rounding * (1 + float(np.abs(residuals).max())) * (1 + nu)
    of = f"lambda + {curvature:g} nu (lambda - 1) against 1 + 2 |f|_S"
    return Comparison(top + curvature * nu * (top - 1), small, rounding, of)


def between(hessian: Matrix) -> tuple[Fraction, Fraction]:
    """A lambda and a nu in eighths with -nu <= H <= lambda, each within an eighth of the best, by exact elimination."""
    negative = tuple(tuple(-entry for entry in row) for row in hessian)
    size = sum((abs(entry) for row in hessian for entry in row), Fraction(1))
    found = []
    for matrix in (hessian, negative):
        low, high = -1, int(8 * size) + 1
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if top_at_most(matrix, Fraction(middle, 8)) else (middle, high)
        found.append(Fraction(max(high, 0), 8))
    return found[0], found[1]


def test_derived(evidence: Evidence) -> None:
    """The output-bias proof."""
    evidence.derived(CLAIM)


def test_output_bias_column(evidence: Evidence) -> None:
    """H e is the mean gradient, whatever the residuals: exactly, and by automatic differentiation."""
    with evidence.tested(CLAIM, ("column", "unit-curvature"), "H e = E grad f, residuals of every size") as tally:

        @settings(max_examples=60)
        @given(problems(max_n=4), st.integers(-8, 8))
        def column(problem: Problem, size: int) -> None:
            residuals = alternating(problem, size / 2)
            net = with_residuals(problem, residuals)
            mean = [sum(entries, Fraction(0)) / len(net.x) for entries in zip(*net.gradients(), strict=True)]
            assert [row[-1] for row in net.hessian()] == mean
            assert mean[-1] == 1
            last = autograd_hessian(problem, residuals)[:, -1]
            np.testing.assert_allclose(last, np.array(mean, dtype=float), rtol=1e-10, atol=problem.rounding)
            tally.count()

        column()


def test_pinned(evidence: Evidence) -> None:
    """2 relu(x) with residuals 1 and -1: the Hessian by hand, |q|^2 = 53/4 and the norm sqrt(2)/2."""
    net = PINNED["one neuron"]
    with evidence.tested(
        CLAIM, (*BOUNDS, "column", "unit-curvature"), "a net with residuals, all quantities by hand"
    ) as tally:
        problem = Problem(net.network, net.x)
        hessian = autograd_hessian(problem, np.array(net.problem.residuals(), dtype=float))
        np.testing.assert_array_equal(hessian[:, -1], [3.0, 1.0, 1.5, 1.0])
        assert hessian[:, -1] @ hessian[:, -1] == float(net.mean_gradient_square) == 13.25
        assert mean_gradient_square(net.network, net.x) == pytest.approx(13.25, rel=1e-14)
        assert stability_norm(net.network, net.x) == pytest.approx(np.sqrt(2) / 2, rel=1e-15)
        for other in PINNED.values():
            assert close(stability_norm(other.network, other.x), other.norm)
        above, below = between(net.problem.hessian())
        assert net.mean_gradient_square <= above + below * (above - 1)
        tally.count()


def test_exact_bound(evidence: Evidence) -> None:
    """|q|^2 <= lambda + nu (lambda - 1) with -nu <= H <= lambda proved by elimination, all in rationals."""
    with evidence.tested(CLAIM, BOUNDS, "the bounds in exact rationals, residuals of every size") as tally:

        @settings(max_examples=40)
        @given(problems(max_n=3, max_d=2, max_k=2), st.sampled_from((0.0, 0.125, 1.0, 8.0)))
        def holds(problem: Problem, size: float) -> None:
            net = with_residuals(problem, alternating(problem, size))
            above, below = between(net.hessian())
            square, right = net.mean_gradient_square(), above + below * (above - 1)
            assert square <= right
            assert value([(Fraction(1), 1), *((2 * q, r) for q, r in net.stability_norm())]) <= value([(right, 1)])
            tally.add(float((right - square) / right))

        holds()


def test_bound(evidence: Evidence) -> None:
    """The bound with its curvature term, away from interpolation."""
    with evidence.tested(CLAIM, BOUNDS[1:], "the bound with negative curvature, residuals of every size") as tally:

        @settings(max_examples=100)
        @given(problems(max_n=4), st.sampled_from((0.0, 0.125, 1.0, 8.0)))
        def holds(problem: Problem, size: float) -> None:
            comparison = bound(problem, alternating(problem, size))
            assert not comparison.violated, f"{comparison} is false at {problem!r}, residuals {size}"
            tally.add(comparison.relative_margin)

        holds()


NOISE = 1.0
"""The size sigma of the noise in the labels."""
COLUMNS = (
    "net",
    "|f|_S",
    "ours, by the curvature",
    "ours, by the loss",
    "Liang et al. (2025)",
    "lambda",
    "nu",
    "loss",
    "sigma + root of the MSE, of which Qiao et al. (2024) add a multiple to 1/eta - 1/2",
)


@pytest.mark.parametrize("d", [1, 2])
def test_noisy_labels(evidence: Evidence, d: int) -> None:
    """Nets trained on labels with noise, far from interpolation, beside what is published for them."""
    with evidence.observed(
        CLAIM,
        "negative-curvature",
        f"nets trained on noisy labels, d = {d}, beside bounds with a term for the loss",
    ) as tally:
        rows: list[tuple[str | float, ...]] = []
        for seed in range(3):
            rng = np.random.default_rng(seed)
            x = rng.uniform(-1.0, 1.0, (40, d))
            truth = np.sin(3 * x[:, 0])
            y = truth + NOISE * rng.standard_normal(40)
            trained = train(x, y, TrainingPlan(width=5, step_size=0.3, steps=8000, seed=seed, warmup_start=0.05))
            assert trained.network is not None
            assert trained.loss > 0.1
            found = Problem(trained.network, x)
            spectrum = np.linalg.eigvalsh(autograd_hessian(found, trained.network(x) - y))
            top, nu = float(spectrum[-1]), max(0.0, -float(spectrum[0]))
            norm, radius = stability_norm(found.network, x), float(np.linalg.norm(x, axis=1).max())
            ours = (top + nu * (top - 1) - 1) / 2
            of_loss, published = (
                (top - 1) / 2 + constant * np.sqrt(2 * trained.loss)
                for constant in (np.sqrt(1 + radius**2) / 2, radius + 1)
            )
            # the last two are not implied by the first, whose term for the curvature may be the larger one
            assert norm < ours < of_loss < published
            tally.add((ours - norm) / ours)
            row = (f"run {seed + 1}", norm, ours, of_loss, published, top, nu, trained.loss)
            # of the bound by Qiao et al. (2024) only what its term for the noise is a multiple of was at hand
            error = float(np.sqrt(np.mean((trained.network(x) - truth) ** 2)))
            rows.append((*row, NOISE + error) if d == 1 else row)
        tally.table = Table(COLUMNS if d == 1 else COLUMNS[:-1], tuple(rows))


@pytest.mark.parametrize("curvature", [0.0, 0.999])
def test_control(evidence: Evidence, curvature: float) -> None:
    """The curvature term dropped, or hardly smaller: f(x) = (6/5) relu(2x) on two points, one residual -12/5."""
    problem = Problem(
        ShallowNetwork(np.array([[2.0]]), np.array([0.0]), np.array([1.2]), 0.0), np.array([[0.75], [-2.4]])
    )
    comparison = bound(problem, np.array([-2.4, 0.0]), curvature=curvature)
    found = f"{comparison} is false at {problem!r}, residuals -12/5, 0" if comparison.violated else None
    evidence.control(
        CLAIM,
        f"the curvature term times {curvature:g}",
        found,
        because="a residual may lower the top eigenvalue of H below |q|^2 where it makes another one negative",
        statement="negative-curvature",
    )


def test_control_of_mean_gradient(evidence: Evidence) -> None:
    """lambda_max >= |q|^2 at any point: f(x) = relu(x) at x = 1 with residual -1 has |q|^2 = 4."""
    net = RationalProblem.of([[1]], [0], [1], 0, [[1]], [2])
    square, below_four = net.mean_gradient_square(), top_at_most(net.hessian(), Fraction(16, 5))
    assert not top_at_most(net.hessian(), Fraction(317, 100))  # lambda_max = 3.17009
    found = (
        f"|q|^2 = {square} and H <= 16/5 for f(x) = relu(x) at x = 1 with the label 2"
        if square == 4 and below_four
        else None
    )
    evidence.control(
        CLAIM,
        "|q|^2 <= lambda without a term for negative curvature",
        found,
        because="nu = .48119 there, and the term nu (lambda - 1) makes up for what lambda lacks",
        statement="mean-gradient",
    )


def test_control_of_column(evidence: Evidence) -> None:
    """The residual part does touch the other columns: that of w2 is not what the features give."""
    net = RationalProblem.of([[1]], [0], [1], 0, [[1]], [2])
    column = [row[2] for row in net.hessian()]
    features = [row * net.gradients()[0][2] for row in net.gradients()[0]]
    shown, others = (", ".join(map(str, entries)) for entries in (column, features))
    found = f"at w2 the column of H is ({shown}), that of the features ({others})" if column != features else None
    evidence.control(
        CLAIM,
        "the column of an output weight, too, is that of the features at every residual",
        found,
        because="the second derivative of f by w2 and (w1, b1) is the mask times (x, 1)",
        statement="column",
    )
