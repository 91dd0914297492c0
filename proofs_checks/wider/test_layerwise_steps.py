"""layerwise-steps: gradient descent with a step size for each layer, or for each parameter."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.network import Array
from numerics.norm import stability_norm
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.exact import RationalProblem, top_at_most
from proofs_checks.instances.networks import Problem, nearly_tight_problems, problems
from proofs_checks.instances.pinned import PINNED
from proofs_checks.instances.profiles import factor, generator, settings

CLAIM = "layerwise-steps"
INSTANCES, SIZE, STEPS = 1000, 4, 40
ROUNDING = 1e-10
"""Relative: of 40 steps, and of products of some 20 parameters."""
powers = st.integers(-6, 6).map(lambda exponent: 2.0**exponent)


def layers(problem: Problem, weights: float, biases: float, outputs: float, output_bias: float) -> Array:
    """The step of each parameter: W1, b1, w2, b2."""
    k, d = problem.network.W1.shape
    return np.concatenate([np.full(k * d, weights), np.full(k, biases), np.full(k, outputs), [output_bias]])


def norm_for_steps(problem: Problem, weights: float, biases: float) -> float:
    """The sum over the hyperplanes of |a| times the smaller side of E|t| sqrt(eta_b P^2 + eta_w |E X 1|^2)."""
    net = problem.network
    exact = RationalProblem.of(net.W1, net.b1, net.w2, net.b2, problem.x)
    total = 0.0
    for group in exact.hyperplanes():
        merged = abs(sum((exact.w2[i] * abs(c) for i, c in group), Fraction(0)))
        sides = [exact.side(group[0][0], sign) for sign in (1, -1)]
        levers = [
            np.hypot(
                np.sqrt(biases) * float(side.probability),
                np.sqrt(weights) * np.linalg.norm(np.array(side.moment, dtype=float)),
            )
            for side in sides
        ]
        excesses = [float(side.excess) for side in sides]
        total += float(merged) * min(excess * lever for excess, lever in zip(excesses, levers, strict=True))
    return total


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


def test_pinned(evidence: Evidence) -> None:
    """One datum: the preconditioned sharpness is <q, S q> itself, so that steps with <q, S q> = 2 are the largest."""
    net = PINNED["n = 1"].problem
    gradient = net.gradients()[0]
    steps = (Fraction(1, 8), Fraction(1, 16), Fraction(1, 4), Fraction(1, 36), Fraction(1, 4))
    measured = sum((s * g * g for s, g in zip(steps, gradient, strict=True)), Fraction(0))
    assert gradient == tuple(map(Fraction, (2, 4, 2, 6, 1)))
    assert measured == Fraction(15, 4)
    with evidence.tested(CLAIM, ("threshold", "mean-gradient"), "one datum, paths in exact numbers") as tally:
        for level, rate in ((Fraction(2), Fraction(1)), (Fraction(5, 2), Fraction(9, 4)), (Fraction(1), Fraction(0))):
            scaled = [level / measured * s for s in steps]
            deviation = [s * g for s, g in zip(scaled, gradient, strict=True)]
            start = list(deviation)
            for _ in range(4):
                along = sum((g * each for g, each in zip(gradient, deviation, strict=True)), Fraction(0))
                deviation = [each - s * g * along for each, s, g in zip(deviation, scaled, gradient, strict=True)]
            assert [each**2 for each in deviation] == [rate**4 * each**2 for each in start]
            tally.count()


def drawn(low: float, high: float) -> tuple[Array, Array, Array]:
    """Symmetric matrices [m, s, s], steps [m, s], starts [m, s]; S^(1/2) H S^(1/2) is between low and high."""
    rng = np.random.default_rng(generator().randrange(2**32))
    count = INSTANCES * factor()
    frames = np.linalg.qr(rng.standard_normal((count, SIZE, SIZE)))[0]
    spectrum = rng.uniform(low, high, (count, SIZE))
    steps = np.exp2(rng.uniform(-4, 4, (count, SIZE)))
    scaled = np.einsum("mab,mb,mcb->mac", frames, spectrum, frames)
    root = np.sqrt(steps)
    return scaled / root[:, :, None] / root[:, None, :], steps, rng.standard_normal((count, SIZE))


def test_no_growth_below(evidence: Evidence) -> None:
    """Up to the threshold no step lengthens any deviation, measured by the steps."""
    with evidence.tested(
        CLAIM, ("threshold", "no-growth"), "simulated up to the threshold, no step lengthens"
    ) as tally:
        hessians, steps, deviations = drawn(0, 2)
        first = length = (deviations**2 / steps).sum(1)
        for _ in range(STEPS):
            deviations = deviations - steps * np.einsum("mab,mb->ma", hessians, deviations)
            length, before = (deviations**2 / steps).sum(1), length
            assert (length <= before * (1 + ROUNDING)).all()
        for margin in 1 - length / first:
            tally.add(float(margin))


def test_growth_above(evidence: Evidence) -> None:
    """Beyond it, and at negative curvature, some deviation grows geometrically."""
    with evidence.tested(CLAIM, "threshold", "simulated beyond either end, growing") as tally:
        for low, high in ((2.1, 3.0), (-1.0, -0.1)):
            hessians, steps, deviations = drawn(low, high)
            first = (deviations**2 / steps).sum(1)
            for _ in range(STEPS):
                deviations = deviations - steps * np.einsum("mab,mb->ma", hessians, deviations)
            ratio = (deviations**2 / steps).sum(1) / first
            assert (ratio >= 1.1 ** (2 * STEPS) * (1 - ROUNDING)).all()
            for each in ratio:
                tally.add(float(1 - 1 / each))


def test_bounds(evidence: Evidence) -> None:
    """Interpolating nets with the largest steps of every proportion: the mean gradient and both norms."""
    names = ("mean-gradient", "norm-for-the-steps", "stability-norm")
    with evidence.tested(CLAIM, names, "nets at the edge of stability with steps of every proportion") as tally:

        @settings(max_examples=100)
        @given(problems(max_n=4) | nearly_tight_problems(), powers, powers, powers, st.sampled_from((0.0, 0.25, 1.0)))
        def holds(problem: Problem, weights: float, biases: float, outputs: float, output_bias: float) -> None:
            gradients = problem.network.gradients(problem.x)
            mean = gradients.mean(0)

            def largest(bias: float) -> float:
                """What the steps are multiplied by for a preconditioned sharpness of 2; 0 where all gradients are 0."""
                steps = layers(problem, weights, bias, outputs, output_bias)
                top = float(np.linalg.eigvalsh((gradients * steps) @ gradients.T / len(gradients))[-1])
                scale = 2 / top if top > 0 else 0.0
                assert scale * float(mean @ (steps * mean)) <= 2 * (1 + ROUNDING)
                return scale

            scale = largest(biases)
            norm = norm_for_steps(problem, scale * weights, scale * biases)
            margin = 1 - (scale * output_bias + 2 * np.sqrt(scale * outputs) * norm) / 2
            assert margin >= -ROUNDING
            tally.add(float(margin) if margin > ROUNDING else None)
            scale = largest(weights)
            if scale:
                bound = (2 - scale * output_bias) / (2 * scale * np.sqrt(weights * outputs))
                margin = 1 - stability_norm(problem.network, problem.x) / bound if bound > ROUNDING else 0.0
                assert margin >= -ROUNDING
                tally.add(float(margin) if margin > ROUNDING else None)

        holds()


def test_control_without_positivity(evidence: Evidence) -> None:
    """f(x) = relu(x) at x = 1 with residual -1, equal steps 3/5: H <= 10/3, and <q, S q> = 12/5."""
    net, step = RationalProblem.of([[1]], [0], [1], 0, [[1]], [2]), Fraction(3, 5)
    measured, bounded = step * net.mean_gradient_square(), top_at_most(net.hessian(), 2 / step)
    evidence.control(
        CLAIM,
        "<q, S q> <= 2 without H >= 0",
        f"<q, S q> = {measured} where all steps are 3/5 and H <= 10/3" if bounded and measured > 2 else None,
        because="Cauchy and Schwarz for the form of H needs H >= 0; there nu = .48119",
        statement="mean-gradient",
    )


@pytest.mark.parametrize("mean", ["arithmetic", "largest"])
def test_control_of_mean(evidence: Evidence, mean: str) -> None:
    """15/4 |x| with (w1, b1) times 1/2 and w2 times 2, steps in the proportion 1 to 16: the bound is attained."""
    net = PINNED["every inequality an equality"]
    first, second = Fraction(1, 4), Fraction(4)
    W1, w2 = [[w / 2 for w in row] for row in net.problem.W1], [2 * w for w in net.problem.w2]
    rescaled = RationalProblem.of(W1, net.problem.b1, w2, net.problem.b2, net.problem.x)
    # q of (W1, b1) is doubled, that of w2 halved: with these steps <q, S q> is that of the balanced net, 289/64
    unit = 2 / Fraction(289, 64)
    rows = rescaled.gradients()
    steps = [unit * first] * 4 + [unit * second] * 2 + [unit]
    scaled = [
        [sum((a * s * b for a, s, b in zip(u, steps, v, strict=True)), Fraction(0)) / 2 for v in rows] for u in rows
    ]
    stable = top_at_most(tuple(map(tuple, scaled)), Fraction(2))
    assert (2 - unit) / (2 * unit) == net.norm[0][0]  # eta_1 eta_2 = unit^2: attained
    between = (first + second) / 2 if mean == "arithmetic" else second
    claimed = (2 - unit) / (2 * unit * between)
    norm = net.norm[0][0]
    evidence.control(
        CLAIM,
        f"the {mean} step of the two layers in place of their geometric mean",
        f"|f|_S = {norm} exceeds {claimed}, at the edge of stability" if stable and norm > claimed else None,
        because="one layer may be scaled up and the other down without a change of the function",
        statement="stability-norm",
    )


def test_control_of_threshold(evidence: Evidence) -> None:
    """H = diag(8, 1/8) and the steps 1/4 and 4: lambda_max(H) = 8, far above 2 over either step, and yet bounded."""
    hessian, steps = (Fraction(8), Fraction(1, 8)), (Fraction(1, 4), Fraction(4))
    factors = [1 - s * h for s, h in zip(steps, hessian, strict=True)]
    bounded = all(abs(each) <= 1 for each in factors)
    evidence.control(
        CLAIM,
        "bounded only if the sharpness is at most 2 over the largest step",
        f"the factors are {factors[0]} and {factors[1]}, and lambda_max(H) = 8 > 2/4" if bounded else None,
        because="what counts is how steps and curvatures meet, S^(1/2) H S^(1/2)",
        statement="threshold",
    )
