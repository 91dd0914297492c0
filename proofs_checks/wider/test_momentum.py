"""momentum: which largest eigenvalue methods with momentum allow, on both sides of each threshold."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.gram import gram_sharpness
from numerics.norm import stability_norm
from numerics.wider.optimisers import (
    largest_eigenvalue_allowed,
    largest_stability_norm,
    largest_step_size_in_mean_square,
    stability_factor,
)
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.networks import Problem, problems
from proofs_checks.instances.pinned import PINNED
from proofs_checks.instances.profiles import factor, generator, settings
from proofs_checks.instances.second_order import (
    Pair,
    coefficients,
    drawn,
    forms,
    grows,
    moments,
    path,
    second_moment_radius,
)

CLAIM = "momentum"
METHODS = ("heavy-ball", "nesterov", "averaged-gradient")
STEPS = 60
ROUNDING = 1e-9
"""Of 60 steps in three dimensions, relative to the bound: at the threshold the form loses nothing but rounding."""

momenta = st.fractions(0, Fraction(15, 16), max_denominator=16)
entries = st.fractions(-4, 4, max_denominator=8)


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


@pytest.mark.parametrize("method", METHODS)
def test_at_the_ends(evidence: Evidence, method: str) -> None:
    """At a flat direction and at the threshold itself, exactly: paths stay bounded, since the other root is inside."""
    with evidence.tested(CLAIM, method, "exact paths at eigenvalues 0 and at the threshold") as tally:
        for beta in (Fraction(0), Fraction(1, 2), Fraction(9, 10)):
            top = stability_factor(method, beta)
            bound = 2 * (1 + beta) / (1 - beta)
            for level in (Fraction(0), top):
                for start in ((Fraction(1), Fraction(1)), (Fraction(1), Fraction(-1)), (Fraction(0), Fraction(1))):
                    assert max(map(abs, path(method, level, beta, start, 200))) <= bound
                    tally.count()
            alternating = path(method, top, beta, (Fraction(1), Fraction(-1)), 9)
            assert alternating == [Fraction((-1) ** t) for t in range(11)]
            assert set(path(method, Fraction(0), beta, (Fraction(1), Fraction(1)), 9)) == {Fraction(1)}


@pytest.mark.parametrize("method", ["heavy-ball", "nesterov"])
def test_forms(evidence: Evidence, method: str) -> None:
    """The form never grows and bounds the deviation, in exact numbers, up to the threshold."""
    names = ("heavy-ball-form", "heavy-ball-length") if method == "heavy-ball" else ("nesterov-form",)
    with evidence.tested(CLAIM, names, "the form before and after a step, in exact rationals") as tally:

        @settings(max_examples=60)
        @given(
            momenta, st.tuples(*[st.fractions(0, 1, max_denominator=12)] * 2), st.lists(entries, min_size=4, max_size=4)
        )
        def holds(beta: Fraction, shares: Pair, start: list[Fraction]) -> None:
            spectrum = [share * stability_factor(method, beta) for share in shares]
            x, y = (start[0], start[1]), (start[2], start[3])
            pairs = (coefficients(method, level, beta) for level in spectrum)
            later = tuple(a * v - b * u for (a, b), u, v in zip(pairs, x, y, strict=True))
            before, after = forms(method, spectrum, beta, x, y), forms(method, spectrum, beta, y, (later[0], later[1]))
            length = y[0] ** 2 + y[1] ** 2
            assert after <= before
            assert (1 - beta) ** 2 * length <= (1 + beta**2) * before
            tally.add(float((before - after) / before) if before else 0.0)

        holds()


@pytest.mark.parametrize("method", METHODS)
def test_bounded_below(evidence: Evidence, method: str) -> None:
    """Simulated from random starts, eigenvalues at both ends among them: the form of the start bounds what follows."""
    with evidence.tested(CLAIM, method, "simulated up to the threshold, bounded by the form of the start") as tally:
        beta, spectrum, earlier, now = drawn(method, 0, 1)
        spectrum[:, 0] *= np.arange(len(spectrum)) % 2
        spectrum[::3, 1] = [float(stability_factor(method, each)) for each in beta[::3, 0]]
        first, second = coefficients(method, spectrum, beta)
        form = ((1 + second**2) * earlier**2 + 2 * now**2 - 2 * first * earlier * now).sum(1)
        bound = (1 + beta[:, 0] ** 2) / (1 - beta[:, 0]) ** 2 * form
        largest = np.zeros_like(bound)
        for _ in range(STEPS):
            earlier, now = now, first * now - second * earlier
            largest = np.maximum(largest, (now**2).sum(1))
        for margin in (bound - largest) / bound:
            assert margin > -ROUNDING
            tally.add(float(margin))


@pytest.mark.parametrize("method", METHODS)
def test_unbounded_above(evidence: Evidence, method: str) -> None:
    """Above the threshold, and at negative curvature, the path from an eigenvector grows at the rate of its root."""
    names = (method,) if method == "averaged-gradient" else (method, f"{method}-path")
    with evidence.tested(CLAIM, names, "simulated beyond either end, growing at the rate of the root") as tally:
        for low, high in ((1.02, 2.0), (-1.0, -0.02)):
            beta, spectrum, *_ = drawn(method, low, high)
            level, momentum = spectrum[:, 0], beta[:, 0]
            first, second = coefficients(method, level, momentum)
            roots = (first + np.where(low > 0, -1, 1) * np.sqrt(first**2 - 4 * second)) / 2
            assert (np.abs(roots) > 1).all()
            scale = (1 + momentum) * roots - momentum if method == "nesterov" else roots
            step = (1 - momentum if method == "averaged-gradient" else 1) * level
            np.testing.assert_allclose(step * scale, (1 - roots) * (roots - momentum), rtol=1e-9, atol=1e-9)
            earlier, now = np.ones_like(roots), roots
            for _ in range(STEPS):
                earlier, now = now, first * now - second * earlier
            np.testing.assert_allclose(now, roots ** (STEPS + 1), rtol=1e-7)
            for root in roots:
                tally.add(float(1 - 1 / abs(root)))


@pytest.mark.parametrize("method", METHODS)
def test_norms(evidence: Evidence, method: str) -> None:
    """What |f|_S is at most where the largest eigenvalue is what the method allows."""
    with evidence.tested(CLAIM, f"{method}-norm", "|f|_S where the Hessian is as large as is allowed") as tally:

        @settings(max_examples=40)
        @given(problems(max_n=4), momenta)
        def holds(problem: Problem, beta: Fraction) -> None:
            top = gram_sharpness(problem.network, problem.x)
            eta = stability_factor(method, beta) / Fraction(top)
            assert largest_eigenvalue_allowed(method, eta, beta) == Fraction(top)
            bound = float(largest_stability_norm(method, eta, beta))
            norm = stability_norm(problem.network, problem.x)
            assert norm <= bound + 10 * problem.rounding * top
            tally.add((bound - norm) / bound if bound > 1e-9 else None)

        holds()


def test_averaged_steps(evidence: Evidence) -> None:
    """The averaged gradient and the heavy ball with (1 - beta) eta, step by step in exact numbers."""
    with evidence.tested(CLAIM, "averaged-step", "both recursions side by side, exactly") as tally:

        @settings(max_examples=60)
        @given(momenta, entries, entries, entries, st.fractions(Fraction(1, 8), 2, max_denominator=8))
        def holds(beta: Fraction, level: Fraction, average: Fraction, start: Fraction, eta: Fraction) -> None:
            found, deviation = [start + eta * average, start], start
            for _ in range(6):
                average = beta * average + (1 - beta) * level / eta * deviation
                deviation -= eta * average
                found.append(deviation)
            assert found == path("averaged-gradient", level, beta, (found[0], found[1]), 6)
            tally.count()

        holds()


def test_mean_square_in_one_dimension(evidence: Evidence) -> None:
    """The mean of the form after a step, exactly; the moments decay below the threshold and grow above it."""
    with evidence.tested(CLAIM, ("mean-square-form", "mean-square"), "random curvatures, exact moments") as tally:

        @settings(max_examples=100)
        @given(st.lists(st.integers(0, 8).map(Fraction), min_size=2, max_size=4), momenta, entries, entries)
        def holds(curvatures: list[Fraction], beta: Fraction, x: Fraction, y: Fraction) -> None:
            n = len(curvatures)
            mean = sum(curvatures, Fraction(0)) / n
            variance = sum(((h - mean) ** 2 for h in curvatures), Fraction(0)) / n
            if not variance:
                return
            threshold = largest_step_size_in_mean_square(mean, variance, beta)
            for share in (Fraction(9, 10), Fraction(1), Fraction(11, 10)):
                eta = share * threshold
                centre = 1 + beta - eta * mean

                def form(u: Fraction, v: Fraction, centre: Fraction = centre) -> Fraction:
                    return (1 + beta) * (v * v + beta**2 * u * u) - 2 * beta * centre * u * v

                after = [form(y, (1 + beta - eta * h) * y - beta * x) for h in curvatures]
                drop = 2 * (1 - beta**2) * mean - eta * ((1 + beta) * variance + (1 - beta) * mean**2)
                assert sum(after, Fraction(0)) / n == form(x, y) - eta * drop * y * y
                assert (drop > 0) - (drop < 0) == (share < 1) - (share > 1)
                second = centre**2 + eta**2 * variance
                step = [[second, -2 * beta * centre, beta**2], [centre, -beta, 0], [1, 0, 0]]
                radius = np.abs(np.linalg.eigvals(np.array(step, dtype=float))).max()
                assert abs(radius - 1) < 1e-7 if share == 1 else (radius > 1) == (share > 1)
                tally.add(float(abs(radius - 1)))

        holds()


def test_mean_square_is_necessary(evidence: Evidence) -> None:
    """Just above the step size of any eigenpair the second moments of SGD with the heavy ball grow."""
    with evidence.tested(
        CLAIM, "mean-square-necessary", "beyond the step size of each eigenpair it is unstable"
    ) as tally:
        rng = np.random.default_rng(generator().randrange(2**32))
        for _ in range(250 * factor()):
            n, d = int(rng.integers(2, 5)), int(rng.integers(1, 3))
            gradients, beta = rng.standard_normal((n, d)) * rng.choice([0.1, 1.0, 3.0], (n, 1)), 0.95 * rng.random()
            size = int(rng.integers(1, n))
            share = (n - size) / (size * (n - 1))
            for value, vector in zip(*np.linalg.eigh(gradients.T @ gradients / n), strict=True):
                if value < 1e-6:
                    continue
                variance = share * float(np.mean(((gradients @ vector.T) ** 2 - value) ** 2))
                bound = float(largest_step_size_in_mean_square(float(value), variance, beta))
                radius = second_moment_radius(gradients, size, 1.001 * bound, beta)
                assert radius > 1
                tally.add(1 - 1 / radius)


@pytest.mark.parametrize(
    ("variant", "method", "level", "because"),
    [
        (
            "heavy ball up to 2 (1 + beta)/(1 - beta)",
            "heavy-ball",
            Fraction(29, 5),
            "that is for the averaged gradient, whose step is smaller",
        ),
        (
            "Nesterov up to the heavy ball's 2 (1 + beta)",
            "nesterov",
            Fraction(29, 10),
            "the gradient is taken ahead, so that both coefficients scale with it",
        ),
        (
            "heavy ball without H >= 0",
            "heavy-ball",
            Fraction(-1, 5),
            "momentum makes a negative curvature no less unstable",
        ),
    ],
    ids=["heavy-ball", "nesterov", "negative"],
)
def test_control(evidence: Evidence, variant: str, method: str, level: Fraction, because: str) -> None:
    """False neighbours of the thresholds, refuted by a path at beta = 1/2."""
    evidence.control(CLAIM, variant, grows(method, level, Fraction(1, 2)), because=because, statement=method)


def test_control_in_mean_square(evidence: Evidence) -> None:
    """The curvatures 0 and 2, batches of one, beta = 9/10: 2 (1 + beta) in place of 2 says 1.9, and .19 is true."""
    curvatures, beta = (Fraction(0), Fraction(2)), Fraction(9, 10)
    assert largest_step_size_in_mean_square(1, 1) == 1
    assert largest_step_size_in_mean_square(1, 1, beta) == Fraction(19, 100)
    for variant, claimed, tried in (
        ("the threshold of mean square times 1 + beta", Fraction(19, 10), Fraction(1, 2)),
        ("the threshold of mean square as without momentum", Fraction(1), Fraction(1, 2)),
    ):
        found = moments(curvatures, tried, beta, 60)
        told = f"it says {claimed}; at eta = {tried} E delta^2 grows from 1 to {float(found[-1]):.3g} in 60 steps"
        evidence.control(
            CLAIM,
            variant,
            told if tried < claimed and found[-1] > 10 else None,
            because="momentum adds up the noise of 1/(1 - beta) steps, and speeds up the mean by as much only",
            statement="mean-square",
        )


def test_control_from_rest(evidence: Evidence) -> None:
    """Where no step may lengthen the deviation 2/eta stays: the first step from rest is a plain one."""
    beta, level = Fraction(1, 2), Fraction(3)
    found = path("heavy-ball", level, beta, (Fraction(1), Fraction(1)), 1)
    evidence.control(
        CLAIM,
        "no step from rest lengthens the deviation up to 2 (1 + beta), as strong stability at kinks needs",
        f"at eta lambda = 3 and beta = 1/2 the first step takes 1 to {found[-1]}" if abs(found[-1]) > 1 else None,
        because="at rest there is no momentum yet, so that 2 is what a single step allows",
        statement="heavy-ball",
    )


@pytest.mark.parametrize("method", METHODS)
def test_control_of_norm(evidence: Evidence, method: str) -> None:
    """15/4 |x| at -3/4 and 3/4, lambda_max = 289/64: with momentum the bound of the method is attained."""
    net, beta = PINNED["every inequality an equality"], Fraction(1, 2)
    eta = stability_factor(method, beta) / Fraction(289, 64)
    norm = net.norm[0][0]
    assert norm == largest_stability_norm(method, eta, beta) == Fraction(225, 128)
    smaller = largest_stability_norm(method, eta * Fraction(101, 100), beta)
    evidence.control(
        CLAIM,
        f"{method}: the bound for a step size a hundredth larger",
        f"at eta = {eta} |f|_S = {norm} exceeds {smaller} where the method is bounded" if norm > smaller else None,
        because="the bound is attained where every inequality of the proof is an equality",
        statement=f"{method}-norm",
    )
