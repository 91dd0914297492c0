"""two-layer-scales: the best layer scales of the pyramid's net, for all data and for uniform populations."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.exact.balls import ball, decimals, lower, upper
from numerics.population.isotropic import UniformBall
from numerics.separation.two_layers.network import UNIT_SCALES, LayerScales, pyramid_network
from numerics.separation.two_layers.population import (
    hessian,
    invariant_hessian,
    optimised_population,
    population_sharpness,
    rayleigh_quotient,
    top_eigenvalue,
)
from numerics.separation.two_layers.scales import (
    exact_gradient,
    for_every_dimension,
    gradient_square,
    least_worst_case,
    optimised_scales,
    worst_case,
)
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.profiles import settings

CLAIM = "two-layer-scales"

PLANE = UniformBall(2, Fraction(4))


def shown(scales: LayerScales) -> str:
    """The scales, for the figures."""
    return f"beta {float(scales.beta):.6f}, gamma {float(scales.gamma):.6f}"


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


def test_table(evidence: Evidence) -> None:
    """The least worst case and its scales, d by d."""
    with evidence.certified(
        CLAIM, "best-scales", "the least supremum of the sharpness over all data off the kinks, enclosed for d = 2..10"
    ) as tally:
        for d in range(2, 11):
            best = optimised_scales(d)
            least = least_worst_case(d, best.multiplier, best.weight)
            attained = worst_case(d, best.scales)
            tally.at_most(least, attained, "the lower end is below the upper end")
            tally.at_most(attained, least + Fraction(1, 10**7), "the ends are close")
            tally.at_most(attained, 2 * d + 3, "better than unit scales")
            if d == 2:
                tally.at_most(attained, Fraction("4.2050"), "the value in the statement")
            steps = decimals(best.step_size, 6, up=False)
            tally.encloses(f"least supremum, d = {d}", (least, attained), 7)
            tally.figures[f"stable up to, d = {d}"] = f"{steps} ({shown(best.scales)})"


def test_supremum(evidence: Evidence) -> None:
    """The worst case is the supremum: nothing exceeds it, and data near the apex or a vertex come close."""
    with evidence.certified(
        CLAIM, "best-scales", "the supremum at the best scales: approached at apex and vertex, d = 2..10"
    ) as tally:
        tiny = Fraction(1, 10**9)
        for d in range(2, 11):
            scales = optimised_scales(d).scales
            supremum = worst_case(d, scales)
            near = [[tiny] * d, [1 - d * tiny] + [tiny] * (d - 1)]
            values = [gradient_square(point, scales) for point in near]
            tally.at_most(supremum - Fraction(1, 10**6), max(values), "approached")
            for value in values:
                tally.at_most(value, supremum, "not exceeded")


def test_every_dimension(evidence: Evidence) -> None:
    """The closed-form ends enclose the least supremum."""
    with evidence.tested(
        CLAIM, ("lower-end", "explicit-scales"), "both ends against the least supremum, in balls, d = 2 to 10000"
    ) as tally:
        for dimension in (2, 5, 10, 100, 10000):
            best = optimised_scales(dimension)
            low, high = for_every_dimension(dimension)
            assert low <= ball(best.worst_case)
            assert ball(best.least_possible) <= high
            tally.add(float(1 - low / ball(best.worst_case)))


def test_gradient(evidence: Evidence) -> None:
    """Backpropagation in fractions against numbers by hand, and against the bound, which axes attain."""
    point, scales = [Fraction(1, 4), Fraction(-1, 8)], LayerScales.of(Fraction(3, 2), Fraction(1, 3))
    # t = 3/8, |x|^2 = 5/64: (1-t)^2/G = 9 25/64, G = 1/9, |x|^2/B = 5/144, d G B = 1/2
    by_hand = 1 + Fraction(225, 64) + Fraction(1, 9) + Fraction(5, 144) + Fraction(1, 2) * Fraction(69, 64)
    with evidence.tested(
        CLAIM, ("gradient-square", "pyramid"), "the gradient by backpropagation in fractions"
    ) as tally:
        gradient = exact_gradient(point, scales)
        assert sum(entry * entry for entry in gradient) == by_hand == gradient_square(point, scales)
        assert gradient[-2] * scales.gamma == Fraction(5, 8)
        tally.count()

        @settings(max_examples=100)
        @given(
            st.lists(st.fractions(-1, 1, max_denominator=40).filter(bool), min_size=1, max_size=4),
            st.fractions(Fraction(1, 4), 3, max_denominator=8),
            st.fractions(Fraction(1, 4), 3, max_denominator=8),
        )
        def holds(x: list[Fraction], beta: Fraction, gamma: Fraction) -> None:
            t, d, G, B = sum(map(abs, x)), len(x), gamma**2, beta**2
            inside = (1 - t) ** 2 / G + G + t**2 / B + d * G * B * (1 + t**2) if t < 1 else Fraction(0)
            entries = exact_gradient(x, LayerScales.of(beta, gamma))
            square, bound = sum(entry * entry for entry in entries), 1 + inside
            assert square <= bound
            assert d > 1 or square == bound
            assert entries[-2] * gamma == max(1 - t, Fraction(0))
            tally.add(float((bound - square) / bound))

        holds()


def test_no_scales_do_better(evidence: Evidence) -> None:
    """Other scales, at random."""
    positive = st.builds(Fraction, st.integers(1, 60), st.integers(30, 60))
    with evidence.tested(
        CLAIM,
        ("best-scales", "uniform-populations"),
        "other scales have no smaller supremum, for all data and for populations",
    ) as tally:
        least = {d: optimised_scales(d).least_possible for d in range(2, 11)}
        populations = {d: optimised_population(UniformBall(d, Fraction(1))) for d in (2, 3, 4)}

        @settings(max_examples=100)
        @given(st.sampled_from(sorted(least)), positive, positive)
        def holds(d: int, beta: Fraction, gamma: Fraction) -> None:
            scales = LayerScales.of(beta, gamma)
            supremum = worst_case(d, scales)
            assert least[d] <= supremum
            tally.add(float(1 - least[d] / supremum))
            if d in populations:
                best = populations[d]
                assert best.least_possible <= population_sharpness(best.population, scales)[1]

        holds()


def test_populations(evidence: Evidence) -> None:
    """The population's sharpness at unit and at the best scales, and a lower bound for all scales."""
    with evidence.certified(
        CLAIM,
        "uniform-populations",
        "X uniform on B_R: sharpness at unit and best scales, and no scales better, d = 2..4, R = 1..8",
    ) as tally:
        for d in (2, 3, 4):
            for R in (1, 2, 4, 8):
                population = UniformBall(d, Fraction(R))
                best = optimised_population(population)
                unit = population_sharpness(population, UNIT_SCALES)
                tally.at_most(best.least_possible, best.sharpness[1], "the lower bound is below the sharpness")
                tally.at_most(best.sharpness[1] - best.least_possible, Fraction(1, 10**11), "the ends are close")
                tally.at_most(best.sharpness[1], unit[0], "better than unit scales")
                where = f"d = {d}, R = {R}"
                tally.encloses(f"unit scales, {where}", unit, 9)
                tally.encloses(f"best scales, {where}", (best.least_possible, best.sharpness[1]), 9)
                if (d, R) == (2, 4):
                    tally.at_most(best.sharpness[1], 2 / Fraction("1.99655"), "the step size in the statement")
                step = decimals(best.step_size, 6, up=False)
                tally.figures[f"stable up to, {where}"] = f"{step} ({shown(best.scales)})"


@pytest.mark.parametrize("d", [2, 3])
def test_whole_hessian(evidence: Evidence, d: int) -> None:
    """The Hessian in all parameters, without the symmetry, has the top eigenvalue of the 3 x 3 matrix."""
    with evidence.certified(
        CLAIM, "uniform-populations", f"the whole Hessian in balls, without the symmetry, d = {d}, R = 1, 4"
    ) as tally:
        for R in (1, 4):
            population = UniformBall(d, Fraction(R))
            for scales in (UNIT_SCALES, optimised_population(population).scales):
                low, high = top_eigenvalue(hessian(population, scales))
                low_3, high_3 = population_sharpness(population, scales)
                tally.at_most(high - low_3, Fraction(1, 10**10), "not above")
                tally.at_most(high_3 - low, Fraction(1, 10**10), "not below")
                tally.encloses(f"R = {R}, {shown(scales)}", (low, high), 9)


def test_samples(evidence: Evidence) -> None:
    """Sharpness on samples of the uniform disc: above the population's on average, and close to it for many data."""
    best, random = optimised_population(PLANE), np.random.default_rng(0)
    network = pyramid_network(2, best.scales)
    evidence.seed(f"{CLAIM}, samples", 0)
    with evidence.observed(
        CLAIM, "uniform-populations", "sharpness on samples of the uniform disc, R = 4, at the best scales"
    ) as tally:
        means = {}
        for n, samples in ((100, 100), (1000, 50), (20000, 10)):
            found = []
            for _ in range(samples):
                radii, angles = 4 * np.sqrt(random.uniform(size=n)), random.uniform(0, 2 * math.pi, n)
                x = np.stack([radii * np.cos(angles), radii * np.sin(angles)], axis=1)
                found.append(network.sharpness(x))
                tally.count()
            means[n] = float(np.mean(found))
        assert means[100] > float(best.sharpness[1])
        assert means[20000] == pytest.approx(float(best.sharpness[1]), abs=5e-4)
        tally.figures = {f"mean over samples of {n}": mean for n, mean in means.items()}


def test_control_table(evidence: Evidence) -> None:
    """The table's entry lowered by one percent: as a bound at these scales, and as the best over all scales."""
    best = optimised_scales(2)
    claimed = best.worst_case * Fraction(99, 100)
    point = [Fraction("0.9999"), Fraction("0.00005")]
    square = gradient_square(point, best.scales)
    evidence.control(
        CLAIM,
        "the supremum at the best scales for d = 2, lowered by 1 percent",
        f"x = (0.9999, 0.00005) alone has the sharpness {float(square):.5f} > {float(claimed):.5f}"
        if square > claimed
        else None,
        because="data near a vertex come as close to the supremum as one likes",
        statement="best-scales",
    )
    evidence.control(
        CLAIM,
        "scales for d = 2 that reach 1 percent less",
        f"all scales have a supremum of at least {float(best.least_possible):.5f} > {float(claimed):.5f}"
        if best.least_possible > claimed
        else None,
        because="every pair of scales has a larger supremum, by the inequality of the means",
        statement="best-scales",
    )


def test_control_scales(evidence: Evidence) -> None:
    """Wrong scales, and the closed form without its last term."""
    best = optimised_scales(2)
    wrong = worst_case(2, LayerScales.of(best.scales.beta, 1 / best.scales.gamma))
    evidence.control(
        CLAIM,
        r"$1/\gamma$ in place of $\gamma$ in the table, d = 2",
        f"there the supremum is {float(wrong):.4f} > 4.2049" if wrong > best.worst_case + Fraction(1, 10) else None,
        because="the output would be scaled up where it is to be scaled down",
        statement="best-scales",
    )
    evidence.control(
        CLAIM,
        "unit scales are the best ones, d = 2",
        f"they have {worst_case(2, UNIT_SCALES)}, {shown(best.scales)} {float(best.worst_case):.4f}"
        if best.worst_case < worst_case(2, UNIT_SCALES)
        else None,
        because="the first layer has d active neurons, so that its scale weighs more",
        statement="best-scales",
    )
    short = for_every_dimension(2)[0]
    evidence.control(
        CLAIM,
        r"$1 + \sqrt3 (2d)^{1/3}$ is attained",
        f"d = 2: it is {float(short.mid()):.4f}, but all scales have at least {float(best.least_possible):.4f}"
        if upper(short) < best.least_possible
        else None,
        because="the term G, which the inequality of the means drops, is not zero",
        statement="lower-end",
    )


def test_control_population(evidence: Evidence) -> None:
    """The thresholds of the disc of radius 4 moved by little."""
    for scales, claimed in (
        (UNIT_SCALES, Fraction("1.0040")),
        (optimised_population(PLANE).scales, Fraction("1.0017")),
    ):
        low = population_sharpness(PLANE, scales)[0]
        evidence.control(
            CLAIM,
            f"a population sharpness of at most {float(claimed)} at {shown(scales)}, d = 2, R = 4",
            f"a Rayleigh quotient is {float(low):.7f}" if low > claimed else None,
            because="the top eigenvalue is enclosed above it",
            statement="uniform-populations",
        )
    trivial = rayleigh_quotient(
        invariant_hessian(UniformBall(2, Fraction(1)), UNIT_SCALES), [Fraction(1), Fraction(1), Fraction(0)]
    )
    evidence.control(
        CLAIM,
        "the thresholds of R = 4 for R = 1",
        f"a Rayleigh quotient for R = 1 is {float(lower(trivial)):.4f}"
        if lower(trivial) > Fraction("1.0041")
        else None,
        because="on a smaller ball more of the mass is under the pyramid",
        statement="uniform-populations",
    )
