"""sobolev-approximation: smooth functions are approximated by stable minima of every width at one step size."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq_poly

from numerics.gram import gram_sharpness
from numerics.sobolev.compact_bump import CompactBump
from numerics.sobolev.growing_width import ball_points, deviation_growth, sampled_rows, with_labels
from numerics.sobolev.laplacian_mass import ball_laplacian_mass, odd_mass_bound
from numerics.sobolev.ridgelet import GaussianBump
from numerics.sobolev.sampling import (
    best_scales,
    draw,
    sharpness_bound,
    sharpness_bound_on,
)
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances import sampled
from proofs_checks.instances.exact import RationalProblem
from proofs_checks.instances.pyramid_lines import weighted_mass

CLAIM = "sobolev-approximation"
SEED = 0


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


def test_mass(evidence: Evidence) -> None:
    """|alpha| and its bound, enclosed; in one dimension they are equal."""
    with evidence.certified(CLAIM, "masses", "against the norm of the Laplacian's power") as proofs:
        for d in (2, 3, 4, 5, 6):
            mass = GaussianBump(d).total_mass()
            proofs.at_most(mass, sampled.gaussian_bound(d), f"the Gaussian bump in d = {d}")
            proofs.encloses(f"mass, Gaussian bump, d = {d}", mass, 7)
        for d, m in ((3, 4), (3, 6), (5, 6), (5, 9), (7, 8)):
            bump = CompactBump(d, m)
            proofs.at_most(bump.total_mass(), odd_mass_bound(d, bump.laplacian_mass()), f"d = {d}, m = {m}")
            proofs.encloses(f"mass, (1-|x|^2)^{m}, d = {d}", bump.total_mass(), 7)
        difference = GaussianBump(1).total_mass() - sampled.gaussian_bound(1)
        proofs.at_most(abs(difference), Fraction(1, 10**9), "equality for d = 1, up to 1e-9")


def test_compact_bump(evidence: Evidence) -> None:
    """The polynomials are the neurons of the bump: transformed back they give its Laplacian, inside and outside."""
    with evidence.certified(CLAIM, "bumps", "transformed back, in exact coefficients") as proofs:
        for d, extra in itertools.product((1, 3, 5, 7, 9), range(4)):
            bump = CompactBump(d, (d + 3) // 2 + extra)
            assert bump.laplacian_of_neurons() == bump.laplacian()
            proofs.count()
            # for |x| > 1 the integral of alpha(<v,x>) is one of alpha against a polynomial of degree d - 3
            for degree in range(0, d - 2, 2):
                moment = (bump.polynomial * fmpq_poly([0] * degree + [1])).integral()(1)
                proofs.equal(Fraction(int(moment.p), int(moment.q)), 0, f"moment {degree} for d = {d}")


def test_lemmas(evidence: Evidence) -> None:
    """The lemmas behind the constant on finite sets, with all signs and all draws, in whole numbers."""
    generator = np.random.default_rng(SEED)
    with evidence.tested(CLAIM, "contraction", "all signs, exactly") as tally:
        for _ in range(60):
            small, large = sampled.contracted(generator)
            assert small <= large
            tally.count()
    with evidence.tested(CLAIM, "signed-sums", "the mean square over all signs, and a mean by hand") as tally:
        for k, d in itertools.product((1, 2, 5, 7), (1, 2, 3)):
            assert sampled.mean_square(sampled.all_signs(k), sampled.rational_unit_vectors(generator, k, d)) == k
            tally.count()
        # four times the same unit vector: the sum is 4 twice, 2 eight times, 0 six times
        lengths = np.abs(sampled.all_signs(4).sum(axis=1))
        assert Fraction(int(lengths.sum()), 16) == Fraction(3, 2)
        tally.count()
    with evidence.tested(CLAIM, ("second-tuple", "exchange"), "all tuples of draws and their pairs, exactly") as tally:
        for _ in range(20):
            worst, pairs, both = sampled.symmetrised(generator)
            assert worst <= pairs <= both
            tally.count()


def test_sampled_nets(evidence: Evidence) -> None:
    """Error, sharpness and gradient descent of nets of growing width."""
    evidence.seed(f"{CLAIM}: draws", SEED)
    widths = (16, 64, 256, 1024)
    with evidence.tested(
        CLAIM, ("sampling", "sharpness", "best-scales"), "nets of growing width: mean error and sharpness"
    ) as tally:
        for name, function, radius in sampled.FUNCTIONS:
            rows = sampled_rows(function, radius, widths, data=48, draws=6, seed=SEED, descend=False)
            for row in rows:
                tally.add(1 - row.error / row.error_bound)
                tally.add(1 - row.sharpness / row.sharpness_bound)
                tally.add(1 - row.one_scale_sharpness / float(sharpness_bound(function.total_mass(radius), radius)))
            assert tally.smallest > 0
            assert rows[-1].error < rows[0].error / 4  # sqrt(1024/16) = 8 in the mean
            tally.figures[name] = (
                f"width {rows[0].width} to {rows[-1].width}: error {rows[0].error:.3f} to {rows[-1].error:.3f}, "
                f"sharpness {rows[0].sharpness:.2f} to {rows[-1].sharpness:.2f}, "
                f"bound for all widths {rows[0].sharpness_bound:.2f}"
            )


def test_pinned_sharpness(evidence: Evidence) -> None:
    """By hand, R = 3/4, so that sqrt(1+R^2) = 5/4: shares 5/12 give output weights 1/2 and input weights 5/6.

    One datum at R, two neurons with b = 0: z = 5/8 each, so K = 1 + 2 (25/64 + (1/4)(25/16)) = 41/16, and the bound is
    1 + 2 (5/6)(3/4)(5/4), the same. An affine part of slope 5/3 has output weights 1 and input weights 5/3: K gains
    25/16 + 25/16, and so does the bound.
    """
    exact = RationalProblem.of([[Fraction(5, 6)]] * 2, [0, 0], [Fraction(1, 2), Fraction(-1, 2)], 0, [[Fraction(3, 4)]])
    with evidence.tested(CLAIM, "sharpness", "a net and its affine part for which the bound is reached") as tally:
        assert exact.gram() == ((Fraction(41, 16),),)
        one = sampled.AT_THE_EDGE
        for net, slope, value in ((one.network(), 0.0, 41 / 16), (one.with_affine([5 / 3], 0.0), 5 / 3, 91 / 16)):
            assert float(sharpness_bound(5 / 6, Fraction(3, 4), slope)) == pytest.approx(value, rel=1e-14)
            assert gram_sharpness(net, sampled.EDGE) == pytest.approx(value, rel=1e-14)
            tally.count()
        assert np.abs(one.network().w2) == pytest.approx([0.5, 0.5], rel=1e-14)


def test_kinks(evidence: Evidence) -> None:
    """Draws have no datum on a kink, also at the centre; the affine part has none where <u,x_j> is not 0."""
    generator = np.random.default_rng(SEED)
    with evidence.tested(CLAIM, "step-size", "drawn nets: no datum on a kink") as tally:
        for d in (1, 2, 3):
            x = np.concatenate([np.zeros((1, d)), ball_points(d, 2.0, 40, generator)])
            one = draw(GaussianBump(d), 2, 1024, generator)
            assert np.all(one.network().preactivations(x) != 0)
            assert np.all(one.with_affine(np.ones(d), 0.0).preactivations(x[1:]) != 0)
            tally.count()


def test_affine_part(evidence: Evidence) -> None:
    """An affine part costs two neurons, and its share of the bound, at every width."""
    generator = np.random.default_rng(SEED)
    with evidence.tested(
        CLAIM, "sharpness", "nets with an affine part: values and sharpness against the bound"
    ) as tally:
        for d, width in itertools.product((1, 2, 3), (1, 8, 64, 512)):
            one = draw(GaussianBump(d), 2, width, generator)
            slope = generator.normal(size=d) * 10.0 ** generator.uniform(-1, 1.5)
            x = ball_points(d, 2.0, 40, generator)
            net = one.with_affine(slope, 0.5)
            assert np.allclose(net(x), one.network()(x) + x @ slope + 0.5)
            bound = float(sharpness_bound(one.mass, 2, float(np.linalg.norm(slope))))
            tally.add(1 - gram_sharpness(net, x) / bound)
        assert tally.smallest > 0


def test_descent(evidence: Evidence) -> None:
    """One step size for all widths: gradient descent stays there, and leaves above 2/lambda."""
    with evidence.observed(
        CLAIM, "step-size", "gradient descent at 2 over the common bound, and at 1.1 times 2/lambda"
    ) as tally:
        for d in (1, 2, 3):
            for row in sampled_rows(GaussianBump(d), 2, (16, 128, 1024), data=48, draws=1, seed=SEED):
                tally.count()
                assert row.staying is not None
                assert row.leaving is not None
                assert row.staying <= 1.01
                assert row.leaving > 100
                tally.figures[f"d = {d}, width {row.width}"] = (
                    f"step size {row.step_size:.4f}: a deviation changes by the factor {row.staying:.3f}; "
                    f"above the threshold {row.leaving:.3g}"
                )


def test_labels_of_the_function(evidence: Evidence) -> None:
    """With the labels f(x_j) in place of the net's: the output weights move a little, the sharpness hardly."""
    generator = np.random.default_rng(SEED)
    with evidence.observed(
        CLAIM, "step-size", "nets that interpolate the labels of f itself: sharpness and descent"
    ) as tally:
        for d in (2, 3):
            function = GaussianBump(d)
            x = ball_points(d, 2.0, 32, generator)
            for width in (128, 1024):
                one = draw(function, 2, width, generator)
                net = best_scales(with_labels(best_scales(one.network(), x), x, function.value(x)), x)
                bound = sharpness_bound_on(one.mass, 2.0, x)
                tally.add(1 - gram_sharpness(net, x) / bound)
                assert tally.smallest > 0
                assert deviation_growth(net, x, 2 / bound, steps=100, seed=SEED) <= 1.01


def test_controls_of_the_mass(evidence: Evidence) -> None:
    """False neighbours of the bounds of |alpha|, refuted by worked functions."""
    mass, bound = GaussianBump(1).total_mass(), sampled.gaussian_bound(1) / 2
    evidence.control(
        CLAIM,
        r"$\gamma_d$ half as large",
        f"exp(-x^2/2), d = 1: mass {sampled.text(mass)} > {sampled.text(bound)}" if mass > bound else None,
        because="on the line the bound is the total variation of f', which is the mass itself",
        statement="mass-odd",
    )
    bump = CompactBump(3, 4)
    radial = odd_mass_bound(3, ball_laplacian_mass(bump.radial, 3, 1))
    evidence.control(
        CLAIM,
        r"the power $(d-1)/2$ of the Laplacian",
        f"(1-|x|^2)^4, d = 3: mass {sampled.text(bump.total_mass())} > {sampled.text(radial)}"
        if bump.total_mass() > radial
        else None,
        because="the density has d + 1 derivatives of f: with two fewer it does not grow as f is concentrated",
        statement="mass-odd",
    )
    mass, bound = sampled.discs(Fraction(20))
    evidence.control(
        CLAIM,
        r"in even dimensions the bound of the odd ones, with $\lVert\nabla\Delta f\rVert_1$ for d = 2",
        f"Laplacian 1 on a disc less a wide disc of equal mass: {sampled.text(mass)} > {sampled.text(bound)}"
        if mass > bound
        else None,
        because="the half derivative is the Hilbert transform of the slope, which is not bounded on L^1",
        statement="mass-even",
    )
    small, large = (weighted_mass(smoothing, 4.0, np.ones_like) for smoothing in (1e-4, 1e-8))
    evidence.control(
        CLAIM,
        "a mass that stays bounded without smoothness: the pyramid, ever less smoothed",
        f"d = 2, from eps = 1e-4 to 1e-8 the mass grows from {small:.1f} to {large:.1f}"
        if large > 3.5 * small
        else None,
        because="twice the logarithm of the smoothing gives four times the mass: the pyramid has no finite one",
        statement="sampling",
    )


@pytest.mark.parametrize(
    ("variant", "because", "psi"),
    [
        ("(t-b)_+ itself in place of its part that is not linear", "(t)_+ has the slope 1", lambda t: max(t, 0)),
        ("|t-b| - b, without the half", "its slopes have size 1", abs),
    ],
    ids=["rectifier", "without-the-half"],
)
def test_controls_of_the_lemmas(
    evidence: Evidence, variant: str, because: str, psi: Callable[[Fraction], Fraction]
) -> None:
    """False neighbours of contraction by the factor 1/2: one neuron with b = 0 at the points t = 0 and 1."""
    points = (Fraction(0), Fraction(1))
    folded = sum(max(sign * psi(t) for t in points) for sign in (1, -1))
    linear = sum(max(sign * t for t in points) for sign in (1, -1)) / 2
    evidence.control(
        CLAIM,
        variant,
        f"b = 0, t = 0 and 1, over both signs: {folded} > {linear}" if folded > linear else None,
        because=because,
        statement="contraction",
    )


def test_controls_of_the_nets(evidence: Evidence) -> None:
    """False neighbours of the sampling's error, the sharpness and the step size."""
    (row,) = sampled_rows(GaussianBump(1), 2, (1024,), data=48, draws=6, seed=SEED, descend=False)
    without_root = row.error_bound / math.sqrt(row.width)
    evidence.control(
        CLAIM,
        "the error without the square root, of order 1/k",
        f"width 1024: mean error {row.error:.4f} > {without_root:.4f}" if row.error > without_root else None,
        because="independent errors add up in squares",
        statement="sampling",
    )
    top = gram_sharpness(sampled.AT_THE_EDGE.with_affine([5 / 3], 0.0), sampled.EDGE)
    for variant, bound in (
        ("the bound of the sharpness without the affine part", Fraction(41, 16)),
        (r"half of the affine part, $\norm u R\sqrt{1+R^2}$", Fraction(41, 16) + Fraction(25, 16)),
    ):
        evidence.control(
            CLAIM,
            variant,
            f"R = 3/4, mass 5/6, slope 5/3, the datum at R: {top:.6f} > {float(bound):.6f}" if top > bound else None,
            because="at the edge of the ball the affine part reaches its share 2 |u| R sqrt(1+R^2)",
            statement="sharpness",
        )
    generator = np.random.default_rng(SEED)
    net = draw(GaussianBump(2), 2, 64, generator).with_affine([1.0, 0.0], 0.0)
    on_kink = int(np.count_nonzero(net.preactivations(np.array([[0.0, 1.0]])) == 0))
    evidence.control(
        CLAIM,
        "no datum on a kink for almost every draw, also with <u,x_j> = 0",
        f"u = (1, 0), the datum (0, 1): {on_kink} kinks at 0 in every draw" if on_kink == 2 else None,
        because="the hyperplane <u,x> = 0 of the affine part is not drawn",
        statement="step-size",
    )
