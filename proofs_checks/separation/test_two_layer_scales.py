"""two-layer-scales: the best layer scales of the pyramid's net, for all data and for uniform populations."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.depth.two_layers.network import UNIT_SCALES, LayerScales, pyramid_network
from numerics.depth.two_layers.population import (
    hessian,
    invariant_hessian,
    optimised_population,
    population_sharpness,
    rayleigh_quotient,
    top_eigenvalue,
)
from numerics.depth.two_layers.scales import (
    for_every_dimension,
    gradient_square,
    least_worst_case,
    optimised_scales,
    worst_case,
)
from numerics.population import UniformBall
from numerics.support.balls import decimals, lower, upper
from proofs_checks.evidence.ledger import Evidence

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
        CLAIM, "the least supremum of the sharpness over all data off the kinks, enclosed for d = 2..10"
    ) as tally:
        for d in range(2, 11):
            best = optimised_scales(d)
            least = least_worst_case(d, best.multiplier, best.weight)
            attained = worst_case(d, best.scales)
            tally.at_most(least, attained, "the lower end is below the upper end")
            tally.at_most(attained, least + Fraction(1, 10**7), "the ends are close")
            tally.at_most(attained, 2 * d + 3, "better than unit scales")
            steps = decimals(best.step_size, 6, up=False)
            tally.encloses(f"least supremum, d = {d}", (least, attained), 7)
            tally.figures[f"stable up to, d = {d}"] = f"{steps} ({shown(best.scales)})"


def test_supremum(evidence: Evidence) -> None:
    """The worst case is the supremum: nothing exceeds it, and data near the apex or a vertex come close."""
    with evidence.certified(
        CLAIM, "the supremum at the best scales: approached at apex and vertex, d = 2..10"
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
    """The closed-form ends, with d a symbol: the means inequality below, explicit scales above."""
    root, multiplier = sp.sqrt(3), 1 / sp.sqrt(3)
    c, free_G, free_B = sp.symbols("c G B", positive=True)  # c = (2d)^(1/3)
    d, G, B = c**3 / 2, (root - 1) / c, 1 / c

    def terms(G: sp.Expr, B: sp.Expr) -> list[sp.Expr]:
        return [(1 - multiplier) / G, multiplier / B, (1 + multiplier) * d * G * B]

    # the product of the three terms is free of G and B, so their sum is at least three times its cube root
    zeros = [sp.prod(terms(free_G, free_B)) - (root * c / 3) ** 3]
    zeros += [value - (1 + root * c + G) for value in (1 + 1 / G + G + d * G * B, 1 + G + 1 / B + 2 * d * G * B)]
    with evidence.certified(
        CLAIM, "1 + sqrt(3) (2d)^(1/3) <= least supremum <= that plus (sqrt(3)-1)/(2d)^(1/3): identities for all d"
    ) as tally:
        for zero in zeros:
            tally.equal(int(sp.simplify(zero)), 0)
        for dimension in (2, 5, 10, 100, 10000):
            best = optimised_scales(dimension)
            low, high = for_every_dimension(dimension)
            tally.at_most(low, best.worst_case)
            tally.at_most(best.least_possible, high)


def test_no_scales_do_better(evidence: Evidence) -> None:
    """Other scales, at random."""
    positive = st.builds(Fraction, st.integers(1, 60), st.integers(30, 60))
    with evidence.tested(CLAIM, "other scales have no smaller supremum, for all data and for populations") as tally:
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
        CLAIM, "X uniform on B_R: sharpness at unit and best scales, and no scales better, d = 2..4, R = 1..8"
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
                step = decimals(best.step_size, 6, up=False)
                tally.figures[f"stable up to, {where}"] = f"{step} ({shown(best.scales)})"


@pytest.mark.parametrize("d", [2, 3])
def test_whole_hessian(evidence: Evidence, d: int) -> None:
    """The Hessian in all parameters, without the symmetry, has the top eigenvalue of the 3 x 3 matrix."""
    with evidence.certified(CLAIM, f"the whole Hessian in balls, without the symmetry, d = {d}, R = 1, 4") as tally:
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
    with evidence.observed(CLAIM, "sharpness on samples of the uniform disc, R = 4, at the best scales") as tally:
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
    )
    evidence.control(
        CLAIM,
        "scales for d = 2 that reach 1 percent less",
        f"all scales have a supremum of at least {float(best.least_possible):.5f} > {float(claimed):.5f}"
        if best.least_possible > claimed
        else None,
    )


def test_control_scales(evidence: Evidence) -> None:
    """Wrong scales, and the closed form without its last term."""
    best = optimised_scales(2)
    wrong = worst_case(2, LayerScales.of(best.scales.beta, 1 / best.scales.gamma))
    evidence.control(
        CLAIM,
        r"$1/\gamma$ in place of $\gamma$ in the table, d = 2",
        f"there the supremum is {float(wrong):.4f} > 4.2049" if wrong > best.worst_case + Fraction(1, 10) else None,
    )
    evidence.control(
        CLAIM,
        "unit scales are the best ones, d = 2",
        f"they have {worst_case(2, UNIT_SCALES)}, {shown(best.scales)} {float(best.worst_case):.4f}"
        if best.worst_case < worst_case(2, UNIT_SCALES)
        else None,
    )
    short = for_every_dimension(2)[0]
    evidence.control(
        CLAIM,
        r"$1 + \sqrt3 (2d)^{1/3}$ is attained",
        f"d = 2: it is {float(short.mid()):.4f}, but all scales have at least {float(best.least_possible):.4f}"
        if upper(short) < best.least_possible
        else None,
    )


def test_control_means(evidence: Evidence) -> None:
    """The means inequality with weights for which G does not cancel."""
    best = optimised_scales(2)
    coefficients = [float(c) for c in (1 - best.multiplier, 1, best.multiplier, (1 + best.multiplier) * 2)]
    unbalanced = 1 + math.prod((4 * c) ** 0.25 for c in coefficients)
    found = f"it would give {unbalanced:.4f} > {float(best.worst_case):.4f}" if unbalanced > best.worst_case else None
    evidence.control(CLAIM, "equal weights in the means inequality", found)


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
    )
