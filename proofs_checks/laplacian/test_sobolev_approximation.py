"""sobolev-approximation: smooth functions are approximated by stable minima of every width at one step size."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
from flint import arb, fmpq_poly

from numerics.network import Array
from numerics.sharpness import sharpness
from numerics.sobolev.compact_bump import CompactBump
from numerics.sobolev.growing_width import ball_points, deviation_growth, pyramid_contrast, sampled_rows, with_labels
from numerics.sobolev.laplacian_mass import (
    ball_laplacian_mass,
    even_mass_bound,
    gaussian_laplacian_mass,
    odd_mass_bound,
)
from numerics.sobolev.ridgelet import GaussianBump, gamma, sphere_area
from numerics.sobolev.sampling import (
    RadialFunction,
    best_scales,
    draw,
    sharpness_bound,
    sharpness_bound_on,
)
from proofs_checks.evidence.ledger import Evidence

CLAIM = "sobolev-approximation"
FUNCTIONS: tuple[tuple[str, RadialFunction, int], ...] = (
    *((f"Gaussian bump, d = {d}", GaussianBump(d), 2) for d in (1, 2, 3, 5)),
    *((f"compact bump, d = {d}, m = {d + 1}", CompactBump(d, d + 1), 1) for d in (1, 3, 5)),
)
"""Name, function, and the radius of the ball on which it is approximated."""
SEED = 0


def gaussian_bound(dimension: int) -> arb:
    """The bound of |alpha| for the Gaussian bump."""
    orders = range(dimension // 2, dimension // 2 + 2)
    if dimension % 2:
        return odd_mass_bound(dimension, gaussian_laplacian_mass(dimension, orders[1]))
    return even_mass_bound(dimension, *(gaussian_laplacian_mass(dimension, order) for order in orders))


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


def test_mass(evidence: Evidence) -> None:
    """|alpha| and its bound, enclosed; in one dimension they are equal."""
    with evidence.certified(CLAIM, "the mass of the neurons against the norm of the Laplacian's power") as proofs:
        for d in (2, 3, 4, 5, 6):
            mass = GaussianBump(d).total_mass()
            proofs.at_most(mass, gaussian_bound(d), f"the Gaussian bump in d = {d}")
            proofs.encloses(f"mass, Gaussian bump, d = {d}", mass, 7)
        for d, m in ((3, 4), (3, 6), (5, 6), (5, 9), (7, 8)):
            bump = CompactBump(d, m)
            proofs.at_most(bump.total_mass(), odd_mass_bound(d, bump.laplacian_mass()), f"d = {d}, m = {m}")
            proofs.encloses(f"mass, (1-|x|^2)^{m}, d = {d}", bump.total_mass(), 7)
        difference = GaussianBump(1).total_mass() - gaussian_bound(1)
        proofs.at_most(abs(difference), Fraction(1, 10**9), "equality for d = 1, up to 1e-9")


def test_compact_bump(evidence: Evidence) -> None:
    """The polynomials are the neurons of the bump: transformed back they give its Laplacian, inside and outside."""
    with evidence.certified(CLAIM, "the neurons of (1-|x|^2)_+^m transformed back, in exact coefficients") as proofs:
        for d, extra in itertools.product((1, 3, 5, 7, 9), range(4)):
            bump = CompactBump(d, (d + 3) // 2 + extra)
            assert bump.laplacian_of_neurons() == bump.laplacian()
            proofs.count()
            # for |x| > 1 the integral of alpha(<v,x>) is one of alpha against a polynomial of degree d - 3
            for degree in range(0, d - 2, 2):
                moment = (bump.polynomial * fmpq_poly([0] * degree + [1])).integral()(1)
                proofs.equal(Fraction(int(moment.p), int(moment.q)), 0, f"moment {degree} for d = {d}")


def test_contraction(evidence: Evidence) -> None:
    """The lemma behind the constant, on finite sets and with all signs: E sup sum e_i psi_i <= E sup sum e_i t_i."""
    generator = np.random.default_rng(SEED)
    with evidence.certified(CLAIM, "contraction and the signed sums of unit vectors, all signs, exactly") as proofs:
        for _ in range(60):
            k, points, d = (int(generator.integers(low, high)) for low, high in ((1, 8), (1, 6), (1, 4)))
            arguments = generator.integers(-9, 10, size=(points, k))
            b = generator.integers(0, 9, size=k)
            folded = np.abs(arguments - b) - b
            signs = np.array(list(itertools.product((-1, 1), repeat=k)))
            small, large = (int((signs @ part.T).max(axis=1).sum()) for part in (folded, arguments))
            proofs.at_most(small, large, "the mean supremum after a contraction")
            vectors = _rational_unit_vectors(generator, k, d)
            proofs.equal(_mean_square(signs, vectors), k, "the mean square of a signed sum")


def _rational_unit_vectors(generator: np.random.Generator, count: int, d: int) -> list[list[Fraction]]:
    """Unit vectors with rational coordinates, by stereographic projection."""
    vectors = []
    for _ in range(count):
        p = [Fraction(int(v), 7) for v in generator.integers(-9, 10, size=d)]
        square = sum((v * v for v in p), Fraction(0))
        vectors.append([2 * v / (1 + square) for v in p] + [(square - 1) / (square + 1)])
    return vectors


def _mean_square(signs: Array, vectors: list[list[Fraction]]) -> Fraction:
    total = Fraction(0)
    for row in signs:
        for coordinate in range(len(vectors[0])):
            total += sum((int(s) * v[coordinate] for s, v in zip(row, vectors, strict=True)), Fraction(0)) ** 2
    return total / len(signs)


def test_sampled_nets(evidence: Evidence) -> None:
    """Error, sharpness and gradient descent of nets of growing width."""
    evidence.seed(f"{CLAIM}: draws", SEED)
    widths = (16, 64, 256, 1024)
    with evidence.tested(CLAIM, "nets of growing width: mean error and sharpness against the bounds") as tally:
        for name, function, radius in FUNCTIONS:
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


def test_affine_part(evidence: Evidence) -> None:
    """An affine part costs two neurons, and its share of the bound, at every width."""
    generator = np.random.default_rng(SEED)
    with evidence.tested(CLAIM, "nets with an affine part: values and sharpness against the bound") as tally:
        for d, width in itertools.product((1, 2, 3), (1, 8, 64, 512)):
            one = draw(GaussianBump(d), 2, width, generator)
            slope = generator.normal(size=d) * 10.0 ** generator.uniform(-1, 1.5)
            x = ball_points(d, 2.0, 40, generator)
            net = one.with_affine(slope, 0.5)
            assert np.allclose(net(x), one.network()(x) + x @ slope + 0.5)
            bound = float(sharpness_bound(one.mass, 2, float(np.linalg.norm(slope))))
            tally.add(1 - sharpness(net, x) / bound)
        assert tally.smallest > 0


def test_descent(evidence: Evidence) -> None:
    """One step size for all widths: gradient descent stays there, and leaves above 2/lambda."""
    with evidence.observed(CLAIM, "gradient descent at 2 over the common bound, and at 1.1 times 2/lambda") as tally:
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
    with evidence.observed(CLAIM, "nets that interpolate the labels of f itself: sharpness and descent") as tally:
        for d in (2, 3):
            function = GaussianBump(d)
            x = ball_points(d, 2.0, 32, generator)
            for width in (128, 1024):
                one = draw(function, 2, width, generator)
                net = best_scales(with_labels(best_scales(one.network(), x), x, function.value(x)), x)
                bound = sharpness_bound_on(one.mass, 2.0, x)
                tally.add(1 - sharpness(net, x) / bound)
                assert tally.smallest > 0
                assert deviation_growth(net, x, 2 / bound, steps=100, seed=SEED) <= 1.01


def test_controls(evidence: Evidence) -> None:
    """False neighbours, refuted by worked functions and by nets."""
    mass, bound = GaussianBump(1).total_mass(), gaussian_bound(1) / 2
    evidence.control(
        CLAIM,
        r"$\gamma_d$ half as large",
        f"exp(-x^2/2), d = 1: mass {_text(mass)} > {_text(bound)}" if mass > bound else None,
    )
    bump = CompactBump(3, 4)
    radial = odd_mass_bound(3, ball_laplacian_mass(bump.radial, 3, 1))
    evidence.control(
        CLAIM,
        r"the power $(d-1)/2$ of the Laplacian",
        f"(1-|x|^2)^4, d = 3: mass {_text(bump.total_mass())} > {_text(radial)}"
        if bump.total_mass() > radial
        else None,
    )
    mass, bound = discs(Fraction(20))
    evidence.control(
        CLAIM,
        r"in even dimensions the bound of the odd ones, with $\lVert\nabla\Delta f\rVert_1$ for d = 2",
        f"Laplacian the indicator of a disc less a wide disc of the same mass: {_text(mass)} > {_text(bound)}"
        if mass > bound
        else None,
    )
    _control_nets(evidence)


def _control_nets(evidence: Evidence) -> None:
    (row,) = sampled_rows(GaussianBump(1), 2, (1024,), data=48, draws=6, seed=SEED, descend=False)
    without_root = row.error_bound / math.sqrt(row.width)
    evidence.control(
        CLAIM,
        "the error without the square root, of order 1/k",
        f"width 1024: mean error {row.error:.4f} > {without_root:.4f}" if row.error > without_root else None,
    )
    generator = np.random.default_rng(SEED)
    x = ball_points(1, 2.0, 40, generator)
    net = best_scales(draw(GaussianBump(1), 2, 64, generator).with_affine([30.0], 0.0), x)
    bound = float(sharpness_bound(GaussianBump(1).total_mass(2), 2))
    evidence.control(
        CLAIM,
        "the bound of the sharpness without the affine part",
        f"slope 30: sharpness {sharpness(net, x):.2f} > {bound:.2f}" if sharpness(net, x) > bound else None,
    )
    one = np.array([[1.0]])
    top = sharpness(draw(_Slight(1), 1, 1, generator).with_affine([50.0], 0.0), one)
    half = 1 + 50 * math.sqrt(2)
    evidence.control(
        CLAIM,
        r"half of the affine part, $\lvert u\rvert R\sqrt{1+R^2}$",
        f"50 x at the datum 1: sharpness {top:.2f} > {half:.2f}" if top > half else None,
    )
    norms = [net.norm for net in pyramid_contrast(4.0, (0.3, 0.1))]
    evidence.control(
        CLAIM,
        "a norm that stays bounded without smoothness: nets of the pyramid",
        f"the norm grows from {norms[0]:.2f} to {norms[1]:.2f} between smoothings .3 and .1"
        if norms[1] > 2 * norms[0]
        else None,
    )


class _Slight(GaussianBump):
    """A function with so little mass that only the affine part is left."""

    def total_mass(self, radius: object = None) -> arb:  # noqa: ARG002
        return arb(2) ** -40


def discs(ratio: Fraction) -> tuple[arb, arb]:
    r"""A lower bound of |alpha| and the false bound, for d = 2 and Delta f = 1_{B_1} - L^{-2} 1_{B_L}, L the ratio.

    The Radon transform of the indicator of B_r is 2 sqrt(r^2 - b^2); (-d^2/db^2)^{1/2} makes of it 2 within and
    2 - 2|b|/sqrt(b^2 - r^2) beyond, of L1 norm 8 r. So |alpha| >= gamma_2 |S^1| (8 - 8/L), while the L1 norm of the
    gradient is the sum of the perimeters, 2 pi (1 + 1/L). Mollifying f changes both as little as wanted.
    """
    L = arb(ratio.numerator) / ratio.denominator
    constant = gamma(2) * sphere_area(2)
    return constant * 8 * (1 - 1 / L), constant * 2 * arb.pi() * (1 + 1 / L)


def _text(value: arb) -> str:
    return str(value.str(6, radius=False))
