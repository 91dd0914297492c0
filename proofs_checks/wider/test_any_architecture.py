"""any-architecture: the output bias sees the mean gradient through the Hessian, whatever the network below it."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from numerics.network import Array
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.architectures import ARCHITECTURES, INPUTS, Architecture, Spectra, spectra
from proofs_checks.instances.exact import Matrix, top_at_most
from proofs_checks.instances.profiles import factor, generator

CLAIM = "any-architecture"
POINTS, DATA = 300, 4
ROUNDING = 1e-11
"""Of eigenvalues and of products of some 30 parameters, relative to the size of the Hessian."""

# what torch.func itself uses
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:DeprecationWarning")
by_architecture = pytest.mark.parametrize("architecture", ARCHITECTURES, ids=lambda each: each.name.replace(" ", "-"))


def drawn(architecture: Architecture, residual: float) -> Spectra:
    """Random points, large and small, with random residuals of this size."""
    rng = np.random.default_rng(generator().randrange(2**32))
    count = POINTS * factor()
    theta = rng.standard_normal((count, architecture.size + 1)) * rng.choice([0.3, 1.0], size=(count, 1))
    x, residuals = rng.standard_normal((DATA, INPUTS)), residual * rng.standard_normal((count, DATA))
    return spectra(architecture, theta, x, residuals)


def margins(small: Array, large: Array, scale: Array) -> list[float | None]:
    """Of ``small <= large``, relative to the larger side; None where rounding relative to the scale decides."""
    gap = large - small
    relative = gap / np.maximum(np.abs(small), np.abs(large)).clip(min=1e-300)
    undecided = np.abs(gap) <= ROUNDING * scale
    return [None if unknown else float(each) for unknown, each in zip(undecided, relative, strict=True)]


def exact(gradient: Fraction, residual: Fraction, second: Fraction) -> tuple[Matrix, Fraction]:
    """Hessian and |q|^2 of one datum and one parameter besides the output bias: h' = gradient, h'' = second."""
    one = Fraction(1)
    return ((gradient**2 + residual * second, gradient), (gradient, one)), 1 + gradient**2


def test_derived(evidence: Evidence) -> None:
    """The two ends of the spectrum, and what follows."""
    evidence.derived(CLAIM)


@by_architecture
def test_column(evidence: Evidence, architecture: Architecture) -> None:
    """H e = q and <e, H e> = 1, residuals of every size."""
    with evidence.tested(CLAIM, ("column", "unit-curvature"), f"H e = E grad f: {architecture.name}") as tally:
        for residual in (0.0, 4.0):
            found = drawn(architecture, residual)
            scale = np.abs(found.hessians).max(axis=(1, 2))
            assert (np.abs(found.hessians[:, -1] - found.mean_gradients).max(axis=1) <= ROUNDING * scale).all()
            assert np.abs(found.hessians[:, -1, -1] - 1).max() <= ROUNDING
            for _ in scale:
                tally.count()


@by_architecture
def test_bounds(evidence: Evidence, architecture: Architecture) -> None:
    """|q|^2 against the two ends of the spectrum, against the sharpness alone, and against the norm of the Hessian."""
    for residual in (0.0, 0.5, 4.0):
        found = drawn(architecture, residual)
        spectrum = np.linalg.eigvalsh(found.hessians)
        smallest, largest = spectrum[:, 0], spectrum[:, -1]
        square, below = (found.mean_gradients**2).sum(axis=1), np.maximum(-smallest, 0)
        size = np.maximum(np.abs(smallest), largest)
        scale = (1 + size) ** 2
        cases = [
            ("two-ends", "the two ends", square - 1, (largest - 1) * (1 - smallest)),
            ("sharpness", "one backward pass", (square + below) / (1 + below), largest),
            ("operator-norm", "the norm", np.sqrt(square), size),
        ]
        if residual == 0:
            cases.append(("flat-points", "interpolating points, flat up to rounding", square, largest))
        for statement, told, small, large in cases:
            description = f"{told}, residuals of size {residual:g}: {architecture.name}"
            with evidence.tested(CLAIM, statement, description) as tally:
                for margin in margins(small, large, scale):
                    tally.add(margin)


def test_last_layer(evidence: Evidence) -> None:
    """A head scaled by c on features tanh(<w, x>), one backward pass by hand: E phi is part of q, and so bounded."""
    with evidence.tested(CLAIM, "last-layer", "scaled heads on random features, at interpolation") as tally:
        rng = np.random.default_rng(generator().randrange(2**32))
        for _ in range(POINTS * factor()):
            n, k = rng.integers(1, 6, size=2)
            x, w, head = rng.standard_normal((n, 2)), rng.standard_normal((k, 2)), rng.standard_normal(k)
            c = rng.choice([0.1, 1.0, 3.0])
            features = np.tanh(x @ w.T)
            slopes = (c * head * (1 - features**2))[:, :, None] * x[:, None, :]
            gradients = np.hstack([slopes.reshape(n, -1), c * features, np.ones((n, 1))])
            largest = np.linalg.eigvalsh(gradients @ gradients.T / n)[-1:]
            small = 1 + c**2 * (features.mean(axis=0) ** 2).sum(keepdims=True)
            (margin,) = margins(small, largest, 1 + largest)
            tally.add(margin)


def test_pinned(evidence: Evidence) -> None:
    """One datum, h' = 2, h'' = 4, residual -1: H = ((0, 2), (2, 1)) has |q|^2 = 5 and the ends (1 +- sqrt 17)/2."""
    hessian, square = exact(Fraction(2), Fraction(-1), Fraction(4))
    with evidence.tested(CLAIM, ("two-ends", "sharpness"), "a Hessian of two parameters, by hand") as tally:
        assert [list(row) for row in hessian] == [[0, 2], [2, 1]]
        assert square == 5
        # (lambda - 1)(1 - mu) = lambda + mu - lambda mu - 1 = trace - determinant - 1: equality
        assert square - 1 == 1 - (0 * 1 - 2 * 2) - 1
        tally.count()
        largest, below = (1 + np.sqrt(17)) / 2, (np.sqrt(17) - 1) / 2
        assert (5 + below) / (1 + below) == pytest.approx(largest, rel=1e-14)
        tally.count()


def test_control_of_curvature(evidence: Evidence) -> None:
    """Negative curvature left out: the Hessian above is at most 13/5, below |q|^2 = 5."""
    hessian, square = exact(Fraction(2), Fraction(-1), Fraction(4))
    found = (
        f"|q|^2 = {square} and H <= 13/5 for a net c + h(t) with h' = 2, h'' = 4, residual -1"
        if top_at_most(hessian, Fraction(13, 5))
        else None
    )
    evidence.control(
        CLAIM,
        "|q|^2 <= lambda at any point",
        found if square > Fraction(13, 5) else None,
        because="a residual can lower the largest eigenvalue where it makes another one negative",
        statement="sharpness",
    )


def test_control_of_half_the_ends(evidence: Evidence) -> None:
    """Any factor below 1: for two parameters there is equality."""
    _, square = exact(Fraction(2), Fraction(-1), Fraction(4))
    trace, determinant = Fraction(1), Fraction(-4)
    bound = Fraction(99, 100) * (trace - determinant - 1)
    evidence.control(
        CLAIM,
        "|q|^2 - 1 <= .99 (lambda - 1)(1 - mu)",
        f"|q|^2 - 1 = {square - 1} > {bound} for H = ((0, 2), (2, 1))" if square - 1 > bound else None,
        because="the spectral measure at e lives on the two ends where the Hessian has two eigenvalues",
        statement="two-ends",
    )


def test_control_of_the_bias(evidence: Evidence) -> None:
    """Without a trained output bias: h' = 2, h'' = 4, r = -15/16 has the Hessian 1/4 and |q|^2 = 4."""
    ((curvature, slope), _), _ = exact(Fraction(2), Fraction(-15, 16), Fraction(4))
    holds = slope**2 <= curvature
    evidence.control(
        CLAIM,
        "|q|^2 <= lambda where 0 <= H <= lambda, with an output bias that is not trained",
        None
        if holds or curvature < 0
        else f"|q|^2 = {slope**2} and H = {curvature} for a net h(t) with h' = 2, h'' = 4, residual -15/16",
        because="residuals then reach every parameter that the mean gradient has",
        statement="flat-points",
    )


@pytest.mark.parametrize(
    ("variant", "features", "gradient", "because"),
    [
        (
            "1 + |E phi|^2 without the factor of the head",
            2,
            [Fraction(1), Fraction(1)],
            "with c = 1/2 the gradient by the head is phi/2",
        ),
        (
            "1 + |E phi|^2 for a head that is tied to its features",
            Fraction(1, 2),
            [Fraction(0), Fraction(1)],
            "u (1 - u/2) has slope 0 at u = 1, where the feature 1 - u/2 is 1/2",
        ),
    ],
    ids=["factor", "tied"],
)
def test_control_of_the_head(
    evidence: Evidence, variant: str, features: Fraction, gradient: list[Fraction], because: str
) -> None:
    """One datum at interpolation: the sharpness is the squared gradient."""
    sharpness, claimed = sum((g**2 for g in gradient), Fraction(0)), 1 + features**2
    found = f"1 + phi^2 = {claimed} > {sharpness} = lambda" if claimed > sharpness else None
    evidence.control(CLAIM, variant, found, because=because, statement="last-layer")
