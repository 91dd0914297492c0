"""laplacian-bound, in finite form: the Laplacian against test functions, and weighted by densities below the weight."""

from __future__ import annotations

from collections.abc import Callable

import hypothesis
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.laplacian.largest_density import LargestDensity, largest_density
from numerics.laplacian.line_bound import radon_below_weight
from numerics.measurement import Measurement, measure
from numerics.network import Array, ShallowNetwork
from numerics.sharpness import sharpness
from numerics.training import TrainingPlan, train
from numerics.weight import weight
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.networks import CASES, Comparison, Problem, counterexample, problems
from proofs_checks.instances.pairings import (
    Bump,
    Gaussian,
    RadialFunction,
    against_laplacian,
    over_hyperplanes,
    unmerged,
    without_input_norms,
)

CLAIM = "laplacian-bound"
CLOSE = 1e-9
"""Relative to the sizes of what is added up, the two sides of the Laplacian's formula agree this well."""
SEED = 0
STEP_SIZES = (0.4, 0.8)


def bound(problem: Problem, level: float = 1.0, offset: float = 0.5) -> Comparison:
    """1/eta - 1/2 at the largest stable step size, against the integral of a density over the net's lines.

    The density is constant on a disc around the mean of the data, with its Radon transform, the length of the chord,
    scaled to reach ``level`` times g on the net's own lines; the claim has the level 1.
    """
    reduced = problem.network.reduced()
    centre = problem.x.mean(axis=0)
    radius = float(np.sqrt(np.max(np.sum((problem.x - centre) ** 2, axis=1))))
    distance = reduced.thresholds - reduced.directions @ centre
    chords = 2 * np.sqrt(np.maximum(radius**2 - distance**2, 0))
    weights = weight(reduced.directions, reduced.thresholds, problem.x)
    density = float(np.min(weights[chords > 0] / chords[chords > 0], initial=np.inf))
    integral = level * density * float(np.abs(reduced.amplitudes) @ chords) if np.isfinite(density) else 0.0
    eta = 2 / sharpness(problem.network, problem.x)
    return Comparison(1 / eta - offset, integral, problem.rounding)


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivation."""
    evidence.derived(CLAIM)


def test_bound(evidence: Evidence) -> None:
    """Random nets in the plane."""
    with evidence.tested(
        CLAIM, "a density on a disc, with its Radon transform below g on the lines of random nets"
    ) as tally:

        @settings(max_examples=100)
        @given(problems(d=2))
        def holds(problem: Problem) -> None:
            comparison = bound(problem)
            assert not comparison.violated, f"{comparison} is false at {problem!r}"
            tally.add(comparison.slack)

        holds()


def radial_functions(problem: Problem) -> list[RadialFunction]:
    """A normal density and a bump about a datum, about as wide as the data and a quarter of that."""
    extent = float(np.max(np.abs(problem.x))) or 1.0
    widths = (extent, extent / 4)
    centre = problem.x[0]
    return [*(Gaussian(centre, width) for width in widths), *(Bump(centre, width) for width in widths)]


def formula(
    problem: Problem, claimed: Callable[[ShallowNetwork, RadialFunction], float] = over_hyperplanes
) -> Comparison:
    """0 against |<f, Delta psi> - claimed|, for the test function where it is furthest beyond rounding."""
    found = []
    for psi in radial_functions(problem):
        value, size = against_laplacian(problem.network, psi)
        found.append(Comparison(0.0, abs(value - claimed(problem.network, psi)), CLOSE * size, type(psi).__name__))
    return max(found, key=lambda comparison: comparison.small - comparison.rounding)


def test_laplacian_formula(evidence: Evidence) -> None:
    """<f, Delta psi> = sum_H a_H (R psi)(H) for random nets and the tricky cases."""
    with evidence.tested(
        CLAIM, "the Laplacian's formula against normal and compactly supported test functions, d = 1 to 5"
    ) as tally:
        dimensions: set[int] = set()

        @settings(max_examples=120)
        @given(st.integers(1, 5).flatmap(lambda d: problems(d=d, max_n=2)) | st.sampled_from(list(CASES.values())))
        def holds(problem: Problem) -> None:
            hypothesis.assume(np.any(problem.network.W1 != 0))
            comparison = formula(problem)
            assert not comparison.violated, f"{comparison} is false at {problem!r}"
            dimensions.add(problem.network.d)
            tally.count()

        holds()
        assert dimensions == {1, 2, 3, 4, 5}
        tally.figures = {"test functions each": 4}


def clusters() -> tuple[Array, Array]:
    """Three points around each corner of a square, x [12, 2], with labels 1/2 and -1/2 in turn."""
    corners = np.array([[1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]])
    noise = 0.4 * np.random.default_rng(SEED).normal(size=(4, 3, 2))
    return (corners[:, None, :] + noise).reshape(-1, 2), np.repeat([0.5, -0.5, 0.5, -0.5], 3)


@pytest.fixture(scope="module")
def largest() -> LargestDensity:
    """The largest density for the clusters."""
    return largest_density(clusters()[0], spacing=0.3)


@pytest.fixture(scope="module")
def trained() -> list[tuple[ShallowNetwork, Measurement]]:
    """Nets that gradient descent found for the clusters, one at each step size."""
    x, y = clusters()
    found = []
    for eta in STEP_SIZES:
        network = train(x, y, TrainingPlan(24, eta, 20_000, SEED, 0.02, 0.2, 0.1, 1e-12)).network
        assert network is not None
        found.append((network, measure(network, x, y, eta)))
    return found


def lines(x: Array, count: int) -> tuple[Array, Array]:
    """Random lines among the data, and lines as close to two data as floats can tell: directions and thresholds."""
    random = np.random.default_rng(SEED)
    angles = random.uniform(0, np.pi, count)
    first, second = np.triu_indices(len(x), 1)
    through = np.arctan2(*(x[second] - x[first]).T[::-1]) + np.pi / 2
    angles = np.concatenate([angles, through])
    v = np.column_stack([np.cos(angles), np.sin(angles)])
    low, high = (x @ v.T).min(axis=0), (x @ v.T).max(axis=0)
    thresholds = low + random.uniform(0, 1, len(v)) * (high - low)
    thresholds[count:] = np.sum(v[count:] * x[first], axis=1)
    return v, thresholds


def test_largest_density(evidence: Evidence, largest: LargestDensity) -> None:
    """The density is below the weight on every line tried, and its mass below the ceiling."""
    random = np.random.default_rng(SEED)
    cases = {
        "a triangle": np.array([[0.0, 0.0], [2.0, 0.0], [0.5, 1.5]]),
        "a square and its centre, twice": np.array([[1.0, 1], [1, -1], [-1, 1], [-1, -1], [0, 0], [0, 0]]),
        "far from the origin": random.normal(size=(7, 2)) + 5,
        "small data": 1e-3 * random.normal(size=(8, 2)),
        "clusters": clusters()[0],
    }
    with evidence.tested(
        CLAIM, "the largest density: Radon transform below g on random lines and lines through data"
    ) as tally:
        tried = 0
        for name, x in cases.items():
            spacing = float(np.ptp(x, axis=0).max()) / 8
            result = largest if name == "clusters" else largest_density(x, spacing=spacing)
            assert result.bound.proved
            assert 0 < result.density.mass <= result.ceiling
            v, b = lines(x, 20_000)
            radon, g = result.density.radon(v, b), weight(v, b, x)
            met = radon > 0
            worst = float(np.max(radon[met] / g[met]))
            assert worst <= 1, f"R rho is {worst} of g on a line, {name}"
            tried += len(b)
            tally.add(1 - worst)
        tally.figures = {
            "lines": tried,
            "share of what no density exceeds": round(largest.density.mass / largest.ceiling, 4),
            "boxes of lines in the proof": largest.bound.boxes,
        }


def test_trained_nets(
    evidence: Evidence, largest: LargestDensity, trained: list[tuple[ShallowNetwork, Measurement]]
) -> None:
    """The largest density's integral over the lines of trained nets."""
    with evidence.observed(
        CLAIM, "trained nets on the plane: the largest density over their lines, the norm, and 1/eta - 1/2"
    ) as tally:
        for network, measured in trained:
            form = network.reduced()
            integral = float(np.abs(form.amplitudes) @ largest.density.radon(form.directions, form.thresholds))
            assert measured.bound is not None
            assert measured.step_size is not None
            assert 0 < integral <= measured.stability_norm <= measured.bound
            tally.add(1 - integral / measured.bound)
            tally.figures[f"integral over norm at step size {measured.step_size:g}"] = round(
                integral / measured.stability_norm, 4
            )
        tally.figures["largest sharpness x step size / 2"] = max(m.waterfall["stability"] for _, m in trained)
        tally.figures["with data on kinks"] = sum(m.kink_pairs > 0 for _, m in trained)
    evidence.seed("nets on twelve points of the plane", SEED)


def test_formula_on_trained_nets(evidence: Evidence, trained: list[tuple[ShallowNetwork, Measurement]]) -> None:
    """Integrals of f Delta psi over the plane by the midpoint rule, with f evaluated as it is."""
    psi = Bump(np.array([0.2, -0.1]), 1.5)
    ticks = (np.arange(500) + 0.5) / 250 - 1
    across, up = np.meshgrid(ticks, ticks)
    shifts = psi.radius * np.column_stack([across.ravel(), up.ravel()])
    cell = (psi.radius / 250) ** 2
    with evidence.observed(
        CLAIM, "the Laplacian's formula for trained nets, by the midpoint rule in the plane"
    ) as tally:
        for network, _ in trained:
            direct = cell * float(network(psi.centre + shifts) @ psi.laplacian(np.sum(shifts**2, axis=1)))
            claimed = over_hyperplanes(network, psi)
            assert direct == pytest.approx(claimed, abs=1e-4)
            assert abs(claimed) > 1e-2, "the formula should have something to say"
            tally.count()
            tally.figures["largest difference"] = max(
                tally.figures.get("largest difference", 0.0), abs(direct - claimed)
            )


@pytest.mark.parametrize(
    ("variant", "check"),
    [
        ("a Radon transform of up to eight times g", lambda p: bound(p, level=8.0)),
        ("1/eta - 0.55 in place of 1/eta - 1/2", lambda p: bound(p, offset=0.55)),
    ],
    ids=["level", "offset"],
)
def test_control(evidence: Evidence, variant: str, check: Callable[[Problem], Comparison]) -> None:
    """False neighbours."""
    evidence.control(CLAIM, variant, counterexample(check, problems(d=2, max_n=5)))


@pytest.mark.parametrize(
    ("variant", "claimed"),
    [
        ("masses on hyperplanes counted twice, once for each side", lambda net, psi: 2 * over_hyperplanes(net, psi)),
        ("the amplitude on a hyperplane w2 in place of w2 |w1|", without_input_norms),
        ("only one of the neurons on a hyperplane", unmerged),
    ],
    ids=["twice", "input-norm", "unmerged"],
)
def test_control_of_the_formula(
    evidence: Evidence, variant: str, claimed: Callable[[ShallowNetwork, RadialFunction], float]
) -> None:
    """False neighbours of <f, Delta psi> = sum_H a_H (R psi)(H)."""
    nets = problems(max_n=1, max_k=2).filter(lambda p: bool(np.any(p.network.W1 != 0)))
    evidence.control(CLAIM, variant, counterexample(lambda p: formula(p, claimed), nets, tries=300))


def test_control_of_the_density(evidence: Evidence, largest: LargestDensity) -> None:
    """Two percent more, and a net of one neuron exceeds the bound by its norm."""
    x, _ = clusters()
    larger = largest.density.scaled(1.02)
    line = radon_below_weight(larger, x).line
    found = None
    if line is not None:
        v, b = np.array([[np.cos(line[0]), np.sin(line[0])]]), np.array([line[1]])
        radon, g = float(larger.radon(v, b)[0]), float(weight(v, b, x)[0])
        assert radon > g
        found = f"R rho = {radon:.6g} > g = {g:.6g} on the line at angle {line[0]:.6f} and threshold {line[1]:.6f}"
    evidence.control(CLAIM, "the largest density enlarged by 2 percent", found)
