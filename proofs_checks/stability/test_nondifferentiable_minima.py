"""nondifferentiable-minima: one exact step from a shifted output bias leaves, above the threshold, kinks or not; flat
modes suffice for the piecewise linear iteration, and bounded paths do not suffice for the bound.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.audit.certificate import write_audit
from numerics.audit.examination import audit
from numerics.exact.balls import ball
from numerics.gram import gram_matrix, gram_sharpness, mean_gradient_square
from numerics.kinks.invariant_body import stored_body
from numerics.kinks.modes import KinkMinimum
from numerics.minimum.stored import stored_networks
from numerics.network import ShallowNetwork
from numerics.norm import stability_norm
from numerics.problem import Problem as LabelledProblem
from numerics.training.descent import Descent
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.bounded_paths import BOUNDED, STEP_SIZE, gram_in_mode, iteration
from proofs_checks.instances.dynamics import DEVIATION, descend, parameters, with_parameters
from proofs_checks.instances.exact import RationalProblem, close, dot, top_at_most, value
from proofs_checks.instances.exact_steps import batch_share, interpolating, shifted_step, true_step
from proofs_checks.instances.kink_nets import SCALE, KinkNets, just_above
from proofs_checks.instances.networks import Comparison, Problem, counterexample, problems
from proofs_checks.instances.pinned import PINNED, Pinned
from proofs_checks.instances.profiles import settings
from proofs_checks.instances.variants import norm_with
from proofs_checks.verify.__main__ import check
from theory.stability.nondifferentiable_minima import PUBLISHED_FACTORS

CLAIM = "nondifferentiable-minima"
SHIFT = Fraction(1, 1000)

ON_A_KINK = Problem(
    ShallowNetwork(np.array([[1.5], [-1.5]]), np.zeros(2), np.ones(2), 0.0), np.array([[-1.0], [0.0], [1.0]])
)
"""The even function 1.5 |x| with a datum on its kink: nearly balanced, so that its norm is nearly (|q|^2 - 1)/2."""


def one_step(problem: Problem, step_size: float) -> float:
    """|delta_1|^2 / |delta_0|^2 after one true step of gradient descent from a shifted output bias."""
    start = np.zeros(len(parameters(problem.network)))
    start[-1] = DEVIATION
    _, after = descend(problem, start, step_size, [list(range(len(problem.x)))])
    return float(np.sum(after**2) / DEVIATION**2)


def with_kink_data_active(problem: Problem) -> float:
    """The stability norm with masks t >= 0: data on a kink count for either side."""
    net, x = problem.network, problem.x
    reduced = net.reduced()
    total = 0.0
    for amplitude, members in zip(reduced.amplitudes, reduced.members, strict=True):
        first = members[0]
        offset = (x @ net.W1[first] + net.b1[first]) / np.linalg.norm(net.W1[first])
        sides = []
        for sign in (1, -1):
            active = sign * offset >= 0
            lever = active.mean() ** 2 + np.sum((active @ x / len(x)) ** 2)
            sides.append(np.maximum(sign * offset, 0).mean() * np.sqrt(lever))
        total += abs(amplitude) * min(sides)
    return float(total)


def in_floats(exact: RationalProblem) -> Problem:
    """The same net on the same data, rounded to floats."""
    W1, b1, w2, x = (np.array(part, dtype=float) for part in (exact.W1, exact.b1, exact.w2, exact.x))
    return Problem(ShallowNetwork(W1, b1, w2, float(exact.b2)), x)


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


@pytest.mark.parametrize("net", PINNED.values(), ids=PINNED)
def test_pinned(evidence: Evidence, net: Pinned) -> None:
    """The step in rational numbers, on nets whose norm and mean gradient are known; two of them with data on kinks."""
    exact = interpolating(net.problem)
    with evidence.tested(CLAIM, ("step", "mean-gradient", "bound"), "one step in rational numbers") as tally:
        for step_size in (Fraction(1, 7), Fraction(1), Fraction(3)):
            q = net.mean_gradient_square
            assert shifted_step(exact, SHIFT, step_size) == SHIFT**2 * (1 - 2 * step_size + step_size**2 * q)
            tally.count()
        # at 2/|q|^2 the step goes as far as it started, and the bound is (|q|^2 - 1)/2 there
        assert shifted_step(exact, SHIFT, 2 / net.mean_gradient_square) == SHIFT**2
        assert value(net.norm).lower() <= ball((net.mean_gradient_square - 1) / 2)
        assert close(stability_norm(net.network, net.x), net.norm)
        assert mean_gradient_square(net.network, net.x) == pytest.approx(float(net.mean_gradient_square), rel=1e-13)


def test_pinned_verdict(evidence: Evidence, tmp_path: Path) -> None:
    """With data on kinks and |q|^2 = 37/9 by hand, steps above 18/37 are unstable, and below nothing is decided."""
    net, near = PINNED["data on kinks"], Fraction(1, 10**9)
    threshold, problem = 2 / net.mean_gradient_square, LabelledProblem(net.network, net.x, net.network(net.x))
    certificate = tmp_path / "audit.json"
    with evidence.tested(CLAIM, "step", "verdicts on kinks next to the step 2/|q|^2, by hand") as tally:
        for step_size, verdict in ((threshold * (1 - near), "undecided"), (threshold * (1 + near), "unstable")):
            found = audit(problem, step_size=step_size, rescaled=False)
            assert found.verdict == verdict
            write_audit(certificate, problem, found)
            assert f"{verdict} at step size" in check(certificate.read_bytes())
            tally.count()
        low, high = audit(problem, rescaled=False).largest_stable_step or (0, 0)
        assert low == 0
        assert threshold <= high < threshold * (1 + near)
        tally.count()


def test_exact_step(evidence: Evidence) -> None:
    """The step is 1 - 2 eta + eta^2 |q|^2, also with data on kinks, and expands above 1/(|f|_S + 1/2)."""
    with evidence.tested(
        CLAIM,
        ("step", "mean-gradient", "bound", "open-ball"),
        "one true step from a shifted output bias, with data on kinks: it expands above the threshold",
    ) as tally:

        @settings(max_examples=100)
        @given(problems(kinks=True))
        def expands(problem: Problem) -> None:
            square = mean_gradient_square(problem.network, problem.x)
            above = 1.01 / (stability_norm(problem.network, problem.x) + 0.5)
            expected = 1 - 2 * above + above**2 * square
            growth = one_step(problem, above)
            # the deviation 1e-8 is subtracted from parameters of size up to about 64
            assert growth == pytest.approx(expected, rel=1e-4, abs=1e-4)
            assert growth > 1
            tally.add(1 - 1 / growth)

        expands()


def stochastic_steps(evidence: Evidence, name: str, exact: RationalProblem) -> None:
    """Just above the threshold the mean length after one step over all batches grows, and the mean square."""
    n, square = len(exact.x), exact.mean_gradient_square()
    above = 1001 * 2 / (1000 * square)
    beyond = Fraction(1001, 1000) / (Fraction(float(value(PINNED[name].norm).upper())) + Fraction(1, 2))
    with evidence.tested(
        CLAIM, ("mean-square-bound", "mean-length"), "the mean over all batches of one step, just above the threshold"
    ) as tally:
        for batch in range(1, n + 1):
            batches = list(combinations(range(n), batch))
            lengths = [float(shifted_step(exact, SHIFT, above, chosen)) ** 0.5 for chosen in batches]
            assert np.mean(lengths) > float(SHIFT)
            tally.add(float(np.mean(lengths)) / float(SHIFT) - 1)
            squares = [shifted_step(exact, SHIFT, beyond, chosen) for chosen in batches]
            assert sum(squares, Fraction(0)) / len(batches) > SHIFT**2
            tally.count()


@pytest.mark.parametrize("name", ["data on kinks", "a hat", "merged amplitudes that cancel"])
def test_batches(evidence: Evidence, name: str) -> None:
    """E|delta_1|^2 over all batches, in rational numbers."""
    exact = interpolating(PINNED[name].problem)
    n = len(exact.x)
    trace = sum((exact.gram()[j][j] for j in range(n)), Fraction(0))
    with evidence.tested(CLAIM, "mean-square", "the mean over all batches of one step, in rational numbers") as tally:
        for batch in range(1, n + 1):
            p, step_size = batch_share(n, batch), Fraction(1, 3)
            batches = list(combinations(range(n), batch))
            found = sum((shifted_step(exact, SHIFT, step_size, chosen) for chosen in batches), Fraction(0))
            square = (1 - p) * exact.mean_gradient_square() + p * trace
            assert found / len(batches) == SHIFT**2 * (1 - 2 * step_size + step_size**2 * square)
            tally.count()
    stochastic_steps(evidence, name, exact)
    net = PINNED[name]
    assert np.trace(gram_matrix(net.network, net.x)) == pytest.approx(float(trace), rel=1e-13)


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_control(evidence: Evidence, share: float) -> None:
    """The step does not expand at every smaller step size."""

    def expands(problem: Problem) -> Comparison:
        below = share * 2 / mean_gradient_square(problem.network, problem.x)
        return Comparison(one_step(problem, below), 1.0, 1e-3, "length after one step, over that before, against 1")

    evidence.control(
        CLAIM,
        f"one step expands already at {share:g} of 2/|q|^2",
        counterexample(expands, problems(kinks=True)),
        because="the step contracts in the direction of the output bias while eta |q|^2 < 2",
        statement="step",
    )


@pytest.mark.parametrize(
    ("variant", "norm", "because"),
    [
        (
            "masks t >= 0, by which data on a kink count for either side",
            with_kink_data_active,
            "data on a kink weigh on the lever of either side, but the step that is taken does not see them",
        ),
        (
            "the larger of the two orientations",
            lambda problem: norm_with(problem, np.maximum),
            "the neuron may be written in the orientation that weighs less",
        ),
    ],
    ids=["masks", "orientation"],
)
def test_control_norm(evidence: Evidence, variant: str, norm: Callable[[Problem], float], because: str) -> None:
    """At 2/|q|^2 one step goes exactly as far as it started; other norms exceed the bound there."""

    def bounded(problem: Problem) -> Comparison:
        threshold = 2 / mean_gradient_square(problem.network, problem.x)
        of = f"1/eta - 1/2 at eta = {threshold:.6g} against that norm"
        return Comparison(1 / threshold - 0.5, norm(problem), problem.rounding, of)

    strict = bounded(ON_A_KINK) if variant.startswith("masks") else None
    if strict is not None:
        assert stability_norm(ON_A_KINK.network, ON_A_KINK.x) <= strict.large
        found = f"{strict} is false at {ON_A_KINK!r}" if strict.violated else None
    else:
        found = counterexample(bounded, known=in_floats(PINNED["both orientations of one hyperplane"].problem))
    evidence.control(CLAIM, variant, found, because=because, statement="bound")


def test_the_kink_instance() -> None:
    """1.5 |x| on -1, 0, 1 in rational numbers: a datum on the kink, |q|^2 = 1 + 2 (1/4 + 2/9)."""
    exact = RationalProblem.of([[Fraction(3, 2)], [-Fraction(3, 2)]], [0, 0], [1, 1], 0, [[-1], [0], [1]])
    assert exact.kinks() == 2
    assert exact.mean_gradient_square() == 1 + 2 * (Fraction(1, 4) + Fraction(2, 9))


SHAPES = ((1, 1, 1), (2, 1, 2), (3, 2, 2), (4, 1, 3), (5, 3, 2), (6, 2, 4), (8, 3, 3))
"""n, d, k of the nets in whole numbers."""
CONVENTIONS = (Fraction(0), Fraction(1, 2), Fraction(7, 8), Fraction(1))


def whole_nets() -> list[KinkNets]:
    """Some thousand nets, most of them with data on kinks."""
    return [KinkNets.drawn(300, n, d, k, seed=0) for n, d, k in SHAPES]


def test_whole_numbers(evidence: Evidence) -> None:
    """Thousands of nets with data on kinks: the step with any convention; just above the threshold it expands."""
    with evidence.tested(
        CLAIM,
        ("step", "mean-gradient", "bound", "to-first-order", "every-mode"),
        "a true step a millionth above 1/(|f|_S + 1/2) expands, in whole numbers; just off the kinks by any convention",
    ) as tally:
        on_kinks = 0
        for nets in whole_nets():
            step_sizes = just_above(1 / (nets.listed_norm() + 0.5))
            etas = [Fraction(multiple, SCALE) for multiple in step_sizes]
            for at_zero in CONVENTIONS:
                squares, found = nets.mean_gradient_square(at_zero), nets.step(step_sizes, at_zero)
                assert found == [eta**2 * square - 2 * eta for eta, square in zip(etas, squares, strict=True)]
                assert at_zero or min(found) > 0
            # the input biases moved by -2^-60: no datum is on a kink any more, and no convention is used
            for growth in nets.step(step_sizes, Fraction(1), backwards=2**60):
                assert growth > 0
                tally.add(float(growth))
            on_kinks += int((nets.kinks > 0).sum())
        tally.figures["with data on kinks"] = on_kinks
        tally.figures["largest number of pairs on kinks"] = max(int(nets.kinks.max()) for nets in whole_nets())


def test_trained(evidence: Evidence) -> None:
    """The trained networks carried with the project, on their own values: just above the threshold a step expands."""
    with evidence.observed(CLAIM, "step", "a true step just above 1/(|f|_S + 1/2), at trained MNIST networks") as tally:
        for stored in stored_networks():
            net, x = stored.network, stored.task.x
            step_size = 1.001 / (stability_norm(net, x) + 0.5)
            shifted = ShallowNetwork(net.W1, net.b1, net.w2, net.b2 + 1e-3)
            descent = Descent(x, net(x), shifted)
            descent.forward()
            descent.update(step_size)
            growth = float(np.linalg.norm(parameters(descent.network()) - parameters(net)) / 1e-3)
            expected = 1 - 2 * step_size + step_size**2 * mean_gradient_square(net, x)
            assert growth**2 == pytest.approx(expected, rel=1e-8)
            assert growth > 1
            tally.add(1 - 1 / growth)
            if stored.ends_on_kinks:
                modes = KinkMinimum(LabelledProblem(net, x), near=1e-7)
                sharpest = [modes.sharpness(mode) for mode in ((0.0,) * len(modes.pairs), (1.0,) * len(modes.pairs))]
                tally.figures["pairs near kinks of the one that ends on kinks"] = len(modes.pairs)
                tally.figures["its sharpness over 2/eta, all of them inactive"] = (
                    sharpest[0] * float(stored.step_size) / 2
                )
                tally.figures["its sharpness over 2/eta, all of them active"] = (
                    sharpest[1] * float(stored.step_size) / 2
                )


def test_near_a_minimum(evidence: Evidence) -> None:
    """One true step from random deviations, against squared distance, sharpness reached and second-order part."""
    with evidence.tested(
        CLAIM, ("residual-near", "slope-near", "true-step", "second-order"), "a true step from beside minima on kinks"
    ) as tally:

        @settings(max_examples=60)
        @given(problems(kinks=True), st.integers(0, 2**32 - 1))
        def bounded(problem: Problem, seed: int) -> None:
            minimum, theta = KinkMinimum(LabelledProblem(problem.network, problem.x)), parameters(problem.network)
            start = np.random.default_rng(seed).standard_normal(len(theta))
            start *= 2.0**-20 / np.linalg.norm(start)
            net = with_parameters(problem.network, theta + start)
            sharp = gram_sharpness(net, problem.x)
            _, after = descend(problem, start, 1.9 / sharp, [list(range(len(problem.x)))])
            residuals = net(problem.x) - problem.network(problem.x)
            second = net.gradients(problem.x) @ start - residuals
            allowed = start @ start + 1.9 / sharp / 0.1 * np.mean(second**2)
            rounding = 2.0**-20 * 2.0**-44 * (1 + float(np.abs(theta).max()))
            assert after @ after <= allowed + rounding
            # the piecewise linear iteration is the step to first order
            linear = minimum.step(start[None, :], 1.9 / sharp)[0]
            size = 1 + float(np.abs(problem.x).max()) + float(np.abs(theta).max())
            assert np.abs(linear - after).max() <= 100 * size**3 * start @ start
            tally.add(1 - float(np.sqrt(after @ after / allowed)) if after @ after < allowed else 0.0)

        bounded()


def test_flat_modes(evidence: Evidence) -> None:
    """At 2 over the largest sharpness of all modes no step is longer, with any derivative between 0 and 1 on kinks."""
    with evidence.tested(
        CLAIM, ("one-mode", "switching"), "paths of the piecewise linear iteration where all modes are flat"
    ) as tally:

        @settings(max_examples=60)
        @given(problems(kinks=True, max_n=4, max_k=2), st.integers(0, 2**32 - 1))
        def contracts(problem: Problem, seed: int) -> None:
            minimum = KinkMinimum(LabelledProblem(problem.network, problem.x))
            step_size = 2 / minimum.largest_sharpness()
            states = np.random.default_rng(seed).standard_normal((16, len(parameters(problem.network))))
            states[0] = np.eye(len(states[0]))[-1]
            for t in range(8):
                after = minimum.step(states, step_size, at_zero=t % 3 / 2)
                before, lengths = np.linalg.norm(states, axis=1), np.linalg.norm(after, axis=1)
                assert np.all(lengths <= before * (1 + 1e-9))
                states = after
            tally.count()

        contracts()


def test_bounded_paths(evidence: Evidence) -> None:
    """A net above the bound, and a convex body that no step leaves, in either mode on its kink; all exact."""
    with evidence.certified(
        CLAIM, "bounded-paths", "an invariant convex body, and the norm above the bound, in exact numbers"
    ) as tally:
        body, norm = stored_body(), value(BOUNDED.stability_norm())
        assert body.is_invariant(iteration(STEP_SIZE))
        tally.count()
        tally.at_most(1 / STEP_SIZE - Fraction(1, 2), norm.lower(), "the bound against the norm")
        assert BOUNDED.kinks() == 4
        assert [top_at_most(gram_in_mode(mode), 2 / STEP_SIZE) for mode in (0, 1)] == [False, True]
        tally.figures["norm over 1/eta - 1/2"] = float(norm / (ball(1 / STEP_SIZE) - ball(Fraction(1, 2))))
        tally.figures["vertices of the body"] = len(body.vertices)
    # at a larger step it is left
    assert not body.is_invariant(iteration(Fraction(18, 10)))


def test_bounded_paths_of_descent(evidence: Evidence) -> None:
    """Gradient descent itself, from many sides of that minimum, stays near."""
    steps, distance = [list(range(len(BOUNDED.x)))] * 100, 1e-7
    with evidence.observed(CLAIM, "bounded-paths", "gradient descent, not linearised, from starts nearby") as tally:
        reaches = []
        for start in np.random.default_rng(0).standard_normal((12, 4)):
            path = descend(in_floats(BOUNDED), distance * start / np.linalg.norm(start), float(STEP_SIZE), steps)
            reaches.append(float(np.linalg.norm(np.array(path), axis=1).max() / distance))
            tally.count()
        assert max(reaches) < 20
        tally.figures["furthest, over the distance of the start"] = max(reaches)


def test_published_factor() -> None:
    """The factors that are quoted, from the formula of the cited theorem."""
    for n, count, factor in PUBLISHED_FACTORS:
        assert 12 * count < n
        assert f"{1 / (1 - 2 * np.sqrt(3) * np.sqrt(count / n)):.2f}" == factor


def test_control_conventions(evidence: Evidence) -> None:
    """From the shifted output bias itself the derivative 1 on kinks may contract where 0 expands."""
    found = None
    for nets in whole_nets():
        step_sizes = just_above(1 / (nets.listed_norm() + 0.5))
        for net, growth in enumerate(nets.step(step_sizes, Fraction(1))):
            if growth <= 0 and found is None:
                found = (
                    f"W1 = {nets.W1[net].tolist()}, b1 = {nets.b1[net].tolist()}, w2 = {nets.w2[net].tolist()},"
                    f" x = {nets.x[net].tolist()}: |delta_1|^2 - |delta_0|^2 = {float(growth):.6g} at the step size"
                    f" {step_sizes[net] / SCALE:.9g}"
                )
    evidence.control(
        CLAIM,
        "with 1 for the derivative of the rectifier at 0 the step from the shifted output bias itself expands",
        found,
        because="data on kinks may shorten the lever; a start just off the kinks expands, and is what the proof takes",
        statement="to-first-order",
    )


FLAT = RationalProblem.of([[Fraction(1, 2)]], [Fraction(1, 2)], [1], 0, [[1]])
"""(x/2 + 1/2)_+ at x = 1: sharpness 4."""


def test_control_same_ball(evidence: Evidence) -> None:
    """A flat minimum off kinks, left from inside of the ball; an exact step from a rescaled neuron."""
    a, eta = Fraction(1, 100), Fraction(1, 4)
    start = (a / 2, a / 2, -a, 3 * a**2 / 2)
    after = true_step(FLAT, start, eta)
    grown = dot(after, after) - dot(start, start)
    assert FLAT.kinks() == 0
    assert top_at_most(FLAT.gram(), Fraction(4))
    assert grown == eta * a**4 / 2 + eta**2 * a**4 / 4 * (2 * (1 - a) ** 2 + (1 + a) ** 2 + 1)
    for variant, statement, because in (
        ("sharpness strictly below 2/eta in all modes keeps gradient descent in the same ball", "same-ball",
         "the minima around it are curved, so that a step towards them may lead away from this one"),
        ("a step is no longer without the term of second order", "second-order",
         "residual and second-order part may have opposite signs"),
    ):  # fmt: skip
        found = (
            f"(x/2 + 1/2)_+ at x = 1, step 1/4, a = 1/100: |delta_1|^2 - |delta_0|^2 = {grown}" if grown > 0 else None
        )
        evidence.control(CLAIM, variant, found, because=because, statement=statement)


def test_control_one_flat_mode(evidence: Evidence) -> None:
    """One flat mode is not enough, nor is it that all paths are bounded."""
    flat = [top_at_most(gram_in_mode(mode), 2 / STEP_SIZE) for mode in (0, 1)]
    problem = in_floats(BOUNDED)
    minimum = KinkMinimum(LabelledProblem(problem.network, problem.x))
    shift = np.eye(4)[-1:]
    grown = float(np.linalg.norm(minimum.step(shift, float(STEP_SIZE))))
    evidence.control(
        CLAIM,
        "one mode with sharpness at most 2/eta is enough",
        f"sharpness below 2/eta in the active mode alone, and a step of length {grown:.9g} from the output bias"
        if flat == [False, True] and grown > 1 + 1e-6
        else None,
        because="the deviation may be in a mode that is not flat",
        statement="switching",
    )
    norm, bound = value(BOUNDED.stability_norm()), ball(1 / STEP_SIZE - Fraction(1, 2))
    evidence.control(
        CLAIM,
        "bounded paths of the piecewise linear iteration are enough for the bound",
        f"norm {norm.str(9)}, bound {bound.str(9)}, with an invariant body"
        if norm > bound and stored_body().is_invariant(iteration(STEP_SIZE))
        else None,
        because="after the first step the other mode takes back what this one added",
        statement="to-first-order",
    )
