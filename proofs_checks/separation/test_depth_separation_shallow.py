"""depth-separation-shallow: a measure that annihilates affine functions bounds the error of shallow nets from below."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.exact.root_sums import RootSum
from numerics.network import Array, ShallowNetwork
from numerics.norm import stability_norm
from numerics.population.isotropic import UniformBall
from numerics.separation.bracket.table import bracket_table
from numerics.separation.planar.dichotomies import PlanarData
from numerics.separation.planar.planar_sets import GRID as NINE_POINTS
from numerics.separation.planar.rational_network import line_weight
from numerics.separation.pyramid import pyramid
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.grid import ATTAINS, GRID, LABELS
from proofs_checks.instances.networks import Comparison, Problem, problems
from proofs_checks.instances.profiles import settings

CLAIM = "depth-separation-shallow"

CHARGES = LABELS - 0.25 * ((GRID**2).sum(axis=1) == 1)
"""One at the origin, -1/4 at the four neighbours: annihilates affine functions, total variation 2."""
SUPREMUM = 81 / (8 * math.sqrt(17))
"""M, the least number with |integral of relu(<v,x> - b)| <= M g(v,b) on the grid."""

# psi = -(1 - |x|^2)^3 on the unit disc: its transform, the pairing with the pyramid and its mass, by hand
PAIRING = 16 / 5
MASS = 32 * math.pi / 9
AT_CENTRE = 32 / 35


def laplacian(r: mpmath.mpf) -> mpmath.mpf:
    """The Laplacian of (1 - r^2)^3 at the distance r from the centre."""
    return -12 * (1 - r**2) * (1 - 3 * r**2)


def error_bound(problem: Problem, supremum: float = SUPREMUM, variation: float = 2.0) -> Comparison:
    """The largest error on the grid against (1 - C M)/|mu|, for the pyramid's labels and C the net's own norm."""
    error = float(abs(problem.network(GRID) - LABELS).max())
    pairing = float(CHARGES @ LABELS)
    small = (pairing - stability_norm(problem.network, GRID) * supremum) / variation
    return Comparison(error, small, 1e-12, "largest error on the grid against the bound")


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


def test_pinned(evidence: Evidence) -> None:
    """Moment and weight have exactly the ratio M on a diagonal of the grid, and equality holds; a norm by hand."""
    with evidence.tested(
        CLAIM,
        ("measures", "interpolation"),
        "moment 1/2 and weight 4 sqrt(17)/81 on a diagonal, exactly; equality for 1 - max",
    ) as tally:
        moment = sum(
            Fraction(charge) * max(x - y, Fraction(0))
            for charge, (x, y) in zip(CHARGES.tolist(), NINE_POINTS.points, strict=True)
        )
        assert moment == Fraction(-1, 2)
        weight = line_weight(PlanarData.of(NINE_POINTS.points, NINE_POINTS.labels), (1, -1), Fraction(0))
        assert weight == RootSum.of(Fraction(4, 81), 17)
        # both diagonals have the amplitude -1 in the normal (1, -1): norm 8 sqrt(17)/81 = 1/M
        assert stability_norm(ATTAINS, GRID) * SUPREMUM == pytest.approx(1, rel=1e-14)
        assert ATTAINS(GRID).tolist() == LABELS.tolist()
        tally.count()
    with evidence.tested(
        CLAIM, "interpolation", "x - 2 (x - 1)_+ on 0, 1, 2: norm 2/9, and 2 sqrt(5)/9 were it reflected"
    ) as tally:
        x = np.array([[0.0], [1.0], [2.0]])
        hat = ShallowNetwork(
            np.array([[1.0], [1.0], [-1.0]]), np.array([0.0, -1.0, 0.0]), np.array([1.0, -2.0, -1.0]), 0.0
        )
        assert hat(x).tolist() == [0.0, 1.0, 0.0]
        # left of 1 is one datum at 0: mean 1/3, P = 1/3, E X 1 = 0; right of it one at 2: 1/3, 1/3, 2/3
        assert stability_norm(hat, x) == pytest.approx(2 / 9, rel=1e-14)
        # (1/3, -2/3, 1/3) annihilates affine functions: moment 1/3, M = 3, pairing -2/3 = -M 2/9
        assert np.array([1, -2, 1]) / 3 @ hat(x) == pytest.approx(-3 * stability_norm(hat, x), rel=1e-14)
        tally.count()


def test_certificate(evidence: Evidence) -> None:
    """The measure annihilates affine functions, and the bound holds for random nets and for the best one."""
    assert CHARGES.sum() == 0
    assert (CHARGES @ GRID).tolist() == [0.0, 0.0]
    with evidence.tested(
        CLAIM,
        ("measures", "interpolation"),
        "error on nine points against the certificate, random nets and the optimal one",
    ) as tally:

        def holds(problem: Problem) -> None:
            comparison = error_bound(problem)
            assert not comparison.violated, f"{comparison} is false at {problem!r}"
            tally.add(comparison.relative_margin)

        holds(Problem(ATTAINS, GRID))
        settings(max_examples=100)(given(problems(d=2, kinks=True))(holds))()


def against_neuron(threshold: mpmath.mpf) -> mpmath.mpf:
    """The integral of (x_1 - b)_+ against the Laplacian of (1 - |x|^2)^3, b >= 0: over circles first."""

    def circle(r: mpmath.mpf) -> mpmath.mpf:
        along = mpmath.sqrt(r**2 - threshold**2) - threshold * mpmath.acos(threshold / r)
        return 2 * along * laplacian(r) * r

    return mpmath.quad(circle, [threshold, (1 + threshold) / 2, 1])


def test_radon_transform(evidence: Evidence) -> None:
    """A neuron against the Laplacian of a test function, by quadrature; the transform in closed form."""
    with evidence.tested(
        CLAIM, "radon-transform", "(x_1 - b)_+ against the Laplacian of (1 - |x|^2)^3: (32/35)(1 - b^2)^(7/2)"
    ) as tally:
        for parts in range(8):
            b = mpmath.mpf(parts) / 8
            expected = AT_CENTRE * (1 - b**2) ** mpmath.mpf(3.5)
            assert abs(against_neuron(b) - expected) < 1e-10
            tally.count()


def density_bound(network: ShallowNetwork, population: UniformBall, *, mass: float = MASS) -> tuple[float, float]:
    """The error on the unit disc, and (16/5 - C M)/mass with M = sup of transform over weight."""
    radii, angles = np.meshgrid(np.linspace(0, 1, 60), np.arange(120) * math.pi / 60)
    x = np.stack([radii * np.cos(angles), radii * np.sin(angles)], axis=-1).reshape(-1, 2)
    error = float(abs(network(x) - pyramid(x)).max())
    b = np.linspace(0, 1, 400, endpoint=False)
    supremum = float((AT_CENTRE * (1 - b**2) ** 3.5 / population.weight(b)).max())
    reduced = network.reduced()
    norm = float(abs(reduced.amplitudes) @ population.weight(reduced.thresholds))
    return error, (PAIRING - norm * supremum) / mass


def nets() -> st.SearchStrategy[ShallowNetwork]:
    """Nets with the pyramid's axes and a few more neurons."""

    def build(seed: int, slope: float, k: int) -> ShallowNetwork:
        generator = np.random.default_rng(seed)
        W1: Array = np.concatenate([np.eye(2), -np.eye(2), generator.normal(size=(k, 2))])
        b1 = np.concatenate([np.zeros(4), generator.uniform(-1, 1, k)])
        w2 = np.concatenate([np.full(4, -slope), 0.1 * generator.normal(size=k)])
        return ShallowNetwork(W1, b1, w2, generator.uniform(0.3, 1.0))

    return st.builds(build, st.integers(0, 10**6), st.sampled_from([0.0, 0.1, 0.3, 1.0]), st.integers(1, 4))


def test_densities(evidence: Evidence) -> None:
    """Nets against the test function, X uniform on a disc."""
    with evidence.tested(
        CLAIM, "densities", "nets against -(1 - |x|^2)^3, X uniform on a disc of radius 2: error against the bound"
    ) as tally:
        population = UniformBall(2, Fraction(2))

        @settings(max_examples=60)
        @given(nets())
        def holds(network: ShallowNetwork) -> None:
            error, bound = density_bound(network, population)
            assert error >= bound
            tally.add((error - bound) / error)

        holds()


def test_controls_constants(evidence: Evidence) -> None:
    """Smaller constants, refuted by the optimal net and by a constant one."""
    best = error_bound(Problem(ATTAINS, GRID), supremum=0.9 * SUPREMUM)
    evidence.control(
        CLAIM,
        "M smaller by a tenth",
        f"{best} is false for 1 - max(|x1|, |x2|)" if best.violated else None,
        because="the net 1 - max(|x_1|, |x_2|) attains the bound with M itself",
        statement="measures",
    )
    flat = ShallowNetwork(np.zeros((1, 2)), np.zeros(1), np.zeros(1), 0.5)
    comparison = error_bound(Problem(flat, GRID), variation=1.0)
    evidence.control(
        CLAIM,
        "half of the total variation",
        f"{comparison} is false for the constant net 1/2" if comparison.violated else None,
        because="the measure has the mass 1 on either side, and a constant net the error 1/2 at both",
        statement="measures",
    )


def test_control_annihilation(evidence: Evidence) -> None:
    """A measure with a first moment: an affine net has norm 0 and pairs with it."""
    charges = CHARGES + 0.25 * (GRID[:, 0] == 1) * (GRID[:, 1] == 0)
    first = ShallowNetwork(np.array([[1.0, 0.0]]), np.array([9.0]), np.array([8.0]), -72.0)
    norm, pairing = stability_norm(first, GRID), float(charges @ first(GRID))
    evidence.control(
        CLAIM,
        r"$\mu$ need not annihilate affine functions",
        f"8 x_1 has norm {norm:g}, but the measure without the mass at (1, 0) pairs with it to {pairing:g}"
        if norm == 0 and pairing > 0
        else None,
        because="affine nets have norm 0, whatever their size",
        statement="interpolation",
    )


def test_control_density(evidence: Evidence) -> None:
    """Twice the transform, as if each neuron counted in both orientations; and half of the Laplacian's mass."""
    b = mpmath.mpf(1) / 2
    found, doubled = float(against_neuron(b)), 2 * AT_CENTRE * (1 - float(b) ** 2) ** 3.5
    evidence.control(
        CLAIM,
        "a neuron pairs to twice the Radon transform",
        f"(x_1 - 1/2)_+ pairs to {float(found):.10f}, not {float(doubled):.10f}"
        if abs(found - doubled) > 1e-3
        else None,
        because="the second derivative of (t)_+ is one unit mass, that of |t| two",
        statement="radon-transform",
    )
    flat = ShallowNetwork(np.zeros((1, 2)), np.zeros(1), np.zeros(1), 0.5)
    error, bound = density_bound(flat, UniformBall(2, Fraction(2)), mass=MASS / 2)
    evidence.control(
        CLAIM,
        r"half of $\lVert\Delta\psi\rVert_{L^1}$",
        f"the constant net 1/2 has the error {error:.6f}, below {bound:.6f}" if error < bound else None,
        because="positive and negative part of the Laplacian have the same mass, and both count",
        statement="densities",
    )


STEP_SIZES = tuple(Fraction(*parts) for parts in ((5, 3), (1, 1), (1, 2)))


def test_certificates_on_the_plane(evidence: Evidence) -> None:
    """Certificates on the disc, proved from scratch, against explicit nets: pairing <= C M + error |mu|."""
    with evidence.tested(
        CLAIM, "measures", "certificates for the disc of radius 4, proved from scratch, each against explicit nets"
    ) as tally:
        table = bracket_table(step_sizes=STEP_SIZES)
        for bracket in table:
            verification = bracket.verify()
            assert verification.proved, verification.failure()
            bracket.measure.require_annihilation()
        for measure, supremum in ((bracket.measure, bracket.supremum) for bracket in table):
            for net in table:
                pairing, bound = measure.pair_with_pyramid(), net.norm * supremum + measure.mass * net.error
                assert pairing <= bound
                tally.add(float((bound - pairing) / bound))


def test_tampered_certificates(evidence: Evidence) -> None:
    """A mass that is moved, and a pairing with the wrong sign."""
    (bracket,) = bracket_table(step_sizes=STEP_SIZES[1:2])
    measure = bracket.measure
    masses = measure.masses.copy()
    masses[0] += 1
    try:
        replace(measure, masses=masses).require_annihilation()
        refusal = None
    except ValueError as error:
        refusal = str(error)
    evidence.control(
        CLAIM,
        "a certificate with one mass changed in its last digit",
        refusal,
        because="it no longer annihilates constants",
        statement="measures",
    )
    claimed = bracket.measure.scaled_bound(-bracket.norm, bracket.supremum)
    evidence.control(
        CLAIM,
        "the pairing plus C M in place of minus",
        f"it claims an error of {float(claimed):.5f}, an explicit net has {float(bracket.error):.5f}"
        if claimed > bracket.error
        else None,
        because="a larger norm makes nets better, not worse",
        statement="measures",
    )
