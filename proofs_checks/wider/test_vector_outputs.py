"""vector-outputs: shallow nets with several outputs, their mean gradients, and the norm as a convex program."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import pytest

from numerics.network import Array
from numerics.norm import stability_norm as norm_of_one_output
from numerics.wider.outputs import (
    VectorNetwork,
    amplitudes_and_weights,
    gram_matrix,
    gram_sharpness,
    hessian_operator,
    largest_state,
    length_norm,
    mean_gradients_gram,
    stability_norm,
)
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.profiles import factor, generator
from proofs_checks.instances.vector_controls import CONTROLS, CORNERS, LEVEL, Control, corner_net
from proofs_checks.instances.vector_nets import Curvatures, Nets, cross_entropy_hessians, curvatures, drawn
from proofs_checks.instances.vector_states import combinations, neuron_by_neuron, programs, states, sum_for

CLAIM = "vector-outputs"
SHAPES = ((1, 1, 1, 1), (1, 2, 2, 2), (2, 1, 3, 2), (3, 2, 3, 3), (4, 2, 4, 2), (5, 3, 3, 4), (4, 1, 2, 1))
"""(n, d, k, m)"""
COUNT, PROGRAMS, NORMS = 150, 90, 40
ROUNDING = 1e-10
"""Of eigenvalues and products of some 30 parameters, relative to the size of the Hessian."""
GAP = 1e-9

# what torch.func itself uses
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:DeprecationWarning")
by_residual = pytest.mark.parametrize("residual", [0.0, 1.0], ids=["interpolating", "residuals"])


def random() -> np.random.Generator:
    """Of this run."""
    return np.random.default_rng(generator().randrange(2**32))


def margin(small: float, large: float, scale: float) -> float | None:
    """Of ``small <= large``, relative to the larger; None where rounding relative to the scale decides."""
    gap = large - small
    if abs(gap) <= ROUNDING * scale:
        return None
    return gap / max(abs(small), abs(large))


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


class Cases(NamedTuple):
    """Nets of one shape, the residuals that they are given, and their curvature by automatic differentiation."""

    nets: Nets
    residuals: Array
    found: Curvatures


@cache
def cases(residual: float) -> tuple[Cases, ...]:
    """Nets of every shape with residuals of this size."""
    rng, found = random(), []
    for shape in SHAPES:
        nets = drawn(rng, COUNT * factor(), shape)
        residuals = residual * rng.standard_normal((len(nets.x), shape[0], shape[3]))
        found.append(Cases(nets, residuals, curvatures(nets, residuals)))
    return tuple(found)


@by_residual
def test_gradients(evidence: Evidence, residual: float) -> None:
    """Automatic Hessians have H e_u = Q u and unit curvature; Q^T Q by its formula; products with H by ``numerics``."""
    names = ("column", "unit-curvature", "mean-gradients")
    with evidence.tested(CLAIM, names, f"automatic Hessians, residuals of size {residual:g}") as tally:
        for nets, residuals, found in cases(residual):
            m = residuals.shape[2]
            scale = 1 + np.abs(found.hessians).max(axis=(1, 2))
            assert (np.abs(found.hessians[:, -m:] - found.mean_gradients).max(axis=(1, 2)) <= ROUNDING * scale).all()
            assert np.abs(found.hessians[:, -m:, -m:] - np.eye(m)).max() <= ROUNDING
            products = found.mean_gradients @ found.mean_gradients.transpose(0, 2, 1)
            direction = np.sin(np.arange(found.hessians.shape[1]))
            for place, size in enumerate(scale):
                net, x = nets.net(place), nets.x[place]
                assert np.abs(mean_gradients_gram(net, x) - products[place]).max() <= ROUNDING * size
                if place % 9 == place // 9 % 9:
                    image = hessian_operator(net, x, net(x) - residuals[place]).matvec(direction)
                    assert np.abs(image - found.hessians[place] @ direction).max() <= ROUNDING * size
                tally.count()


@by_residual
def test_states(evidence: Evidence, residual: float) -> None:
    """Q^T Q, random states and the lengths against the two ends of the spectrum of automatic Hessians."""
    rows: dict[str, list[float | None]] = {"bounded": [], "every-state": [], "lengths": []}
    rng = random()
    for nets, residuals, found in cases(residual):
        m = residuals.shape[2]
        spectrum = np.linalg.eigvalsh(found.hessians)
        above, below = spectrum[:, -1], np.maximum(-spectrum[:, 0], 0)
        ends, scale = above + below * (above - 1), (1 + above + below) ** 2
        squares = np.linalg.eigvalsh(found.mean_gradients @ found.mean_gradients.transpose(0, 2, 1))[:, -1]
        for place, state in enumerate(states(rng, len(above), m)):
            vectors, weights = amplitudes_and_weights(nets.net(place), nets.x[place])
            end, size = float(ends[place]), float(scale[place])
            rows["bounded"].append(margin(float(squares[place]), end, size))
            rows["every-state"].append(margin(1 + 2 * sum_for(state, vectors, weights), end, size))
            lengths = float(weights @ np.linalg.norm(vectors, axis=1))
            rows["lengths"].append(margin(lengths, np.sqrt(m) * (end - 1) / 2, size))
    if residual:
        # the lengths are bounded where there is no negative curvature
        del rows["lengths"]
    else:
        rows["flat-points"] = rows["every-state"]
    for statement, margins in rows.items():
        told = f"automatic Hessians, residuals of size {residual:g}: {statement}"
        with evidence.tested(CLAIM, statement, told) as tally:
            for each in margins:
                tally.add(each)


def test_largest_states(evidence: Evidence) -> None:
    """The norm itself, by the solver, at interpolating nets; with one output it is the norm that one output has."""
    with evidence.tested(CLAIM, ("flat-points", "one-direction"), "norms between two ends, against K") as tally:
        rng = random()
        for shape in SHAPES:
            nets = drawn(rng, 9 * factor(), shape)
            for place in range(len(nets.x)):
                net, x = nets.net(place), nets.x[place]
                found, sharpness = stability_norm(net, x), gram_sharpness(net, x)
                assert found.gap <= GAP
                tally.add(margin(1 + 2 * found.lower, sharpness, sharpness))
                u = rng.standard_normal(net.m)
                one = norm_of_one_output(net.combined(u / np.linalg.norm(u)), x)
                assert one <= found.upper * (1 + ROUNDING)
                if net.m == 1:
                    assert abs(one - found.lower) <= 1e-14 * one
                assert found.upper <= length_norm(net, x) * (1 + ROUNDING)


def test_duality(evidence: Evidence) -> None:
    """Upper ends from any scales, two ends that meet, and mixed states against all directions at once."""
    with (
        evidence.tested(CLAIM, "upper-end", "random states against random scales") as random_ends,
        evidence.tested(CLAIM, "strong-duality", "the solver's two ends, recomputed") as duality,
        evidence.tested(CLAIM, "mixed-states", "against all sign patterns") as mixed,
        evidence.tested(CLAIM, "one-direction", "the best direction is no better") as one,
    ):
        rng = random()
        for rows in programs(rng, PROGRAMS * factor()):
            ones, (h, m) = np.ones(len(rows)), rows.shape
            found = largest_state(rows, ones, tolerance=GAP / 10)
            scales = rng.uniform(0.2, 2, h) * found.scales
            upper = (np.linalg.norm(rows * np.sqrt(scales)[:, None], 2) ** 2 + np.sum(1 / scales)) / 2
            (state,) = states(rng, 1, m)
            random_ends.add(margin(sum_for(state, rows, ones), float(upper), float(upper)))
            lower = sum_for(found.state, rows, ones)
            best = (np.linalg.norm(rows * np.sqrt(found.scales)[:, None], 2) ** 2 + np.sum(1 / found.scales)) / 2
            assert abs(np.trace(found.state) - 1) <= 1e-12
            assert lower >= found.lower * (1 - 1e-11)
            assert best <= found.upper * (1 + 1e-11)
            assert found.gap <= GAP
            duality.count()
            directions = combinations(rows)
            mixed.add(margin(found.lower, np.sqrt(np.pi / 2) * directions, found.upper))
            assert directions <= found.upper * (1 + ROUNDING)
            one.count()


def test_gram(evidence: Evidence) -> None:
    """K by its formula against gradients by automatic differentiation, with the spectrum of the automatic Hessian."""
    with evidence.tested(CLAIM, "gram", "interpolating nets, entries and spectra") as tally:
        for nets, residuals, found in cases(0.0):
            n, m = residuals.shape[1:]
            tops = np.linalg.eigvalsh(found.hessians)[:, -1]
            for place, top in enumerate(tops[: NORMS * factor()]):
                gradients = found.gradients[place].reshape(n * m, -1)
                gram = gram_matrix(nets.net(place), nets.x[place])
                assert np.abs(gram - gradients @ gradients.T / n).max() <= ROUNDING * top
                assert abs(gram_sharpness(nets.net(place), nets.x[place]) - top) <= ROUNDING * top
                tally.count()


def test_function(evidence: Evidence) -> None:
    """Other nets with the same function: rescaled, permuted, with neurons split in two."""
    with evidence.tested(CLAIM, "norm-of-the-function", "rescaled, permuted and split nets") as tally:
        rng = random()
        for shape in SHAPES:
            nets = drawn(rng, NORMS * factor(), shape)
            for place in range(len(nets.x)):
                net, x = nets.net(place), nets.x[place]
                scales = 2.0 ** rng.integers(-3, 4, net.k)
                order = np.concatenate([rng.permutation(net.k), [0]])
                shares = np.ones(net.k + 1)
                shares[-1], shares[np.flatnonzero(order[:-1] == 0)] = 0.25, 0.75
                W1, b1, W2 = net.W1 * scales[:, None], net.b1 * scales, net.W2 / scales
                other = VectorNetwork(W1[order], b1[order], W2[:, order] * shares, net.b2)
                (state,) = states(rng, 1, net.m)
                first, second = (sum_for(state, *amplitudes_and_weights(each, x)) for each in (net, other))
                assert abs(first - second) <= ROUNDING * (first + length_norm(net, x))
                tally.count()


def test_any_loss(evidence: Evidence) -> None:
    """Quadratic losses with random S_j, and the cross-entropy of the softmax, neuron by neuron."""
    with evidence.tested(CLAIM, "any-loss", "automatic Hessians of quadratic losses and of cross-entropy") as tally:
        rng = random()
        for shape in SHAPES[1:6]:
            n, m, count = shape[0], shape[3], NORMS * factor()
            nets = drawn(rng, count, shape)
            factors = rng.standard_normal((count, n, m, m)) * (rng.random((count, n, m, 1)) < 0.7)
            quadratic = curvatures(nets, rng.standard_normal((count, n, m)), factors).hessians
            logits = np.stack([nets.net(place)(nets.x[place]) for place in range(count)])
            p = np.exp(logits - logits.max(axis=2, keepdims=True))
            p /= p.sum(axis=2, keepdims=True)
            softmax = np.einsum("cnm,ml->cnml", p, np.eye(m)) - p[:, :, :, None] * p[:, :, None, :]
            entropy = cross_entropy_hessians(nets, rng.integers(0, m, (count, n)).astype(np.float64))
            for hessians, second in ((quadratic, factors.transpose(0, 1, 3, 2) @ factors), (entropy, softmax)):
                spectrum = np.linalg.eigvalsh(hessians)
                for place in range(count):
                    u = rng.standard_normal(m)
                    u /= np.linalg.norm(u)
                    below, above = max(-float(spectrum[place, 0]), 0.0), max(float(spectrum[place, -1]), 1e-12)
                    large = (above - below) * float(u @ second[place].mean(axis=0) @ u) + above * below
                    small = neuron_by_neuron(nets, place, second[place], u)
                    tally.add(margin(small, large, (1 + above + below) ** 2))


def test_pinned(evidence: Evidence) -> None:
    """Exact values by hand: one datum, and a net where every inequality is an equality, so that sqrt(m) is attained."""
    names = ("mean-gradients", "gram", "flat-points", "lengths")
    with evidence.tested(CLAIM, names, "nets by hand") as tally:
        net = VectorNetwork([[1.0]], [0.0], [[2.0], [1.0]], [0.0, 0.0])
        assert gram_matrix(net, [[3.0]]).tolist() == [[50.0, 20.0], [20.0, 20.0]]
        assert mean_gradients_gram(net, [[3.0]]).tolist() == [[50.0, 20.0], [20.0, 20.0]]
        tally.count()
        # 2 relu(x) e_1 + relu(x) e_2 on 3 and -1: (E relu)^2 = 9/4, F^2 = 1/4 + 9/4
        assert mean_gradients_gram(net, [[3.0], [-1.0]]).tolist() == [[13.25, 5.0], [5.0, 5.75]]
        tally.count()
        level = float(LEVEL)
        W2 = level * np.array([[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]])
        tight = VectorNetwork(np.array(corner_net(LEVEL).W1, dtype=float), [0.0] * 4, W2, [0.0, 0.0])
        found, top = stability_norm(tight, CORNERS), float(1 + 2 * LEVEL**2)
        assert found.lower == pytest.approx(level**2, rel=1e-9)
        assert found.upper == pytest.approx(level**2, rel=1e-9)
        assert length_norm(tight, CORNERS) == pytest.approx(np.sqrt(2) * level**2, rel=1e-14)
        assert gram_sharpness(tight, CORNERS) == pytest.approx(top, rel=1e-12)
        tally.count()


def test_pinned_program(evidence: Evidence) -> None:
    """Amplitudes drawn by numpy: both ends, and the best direction, which is worse."""
    with evidence.tested(CLAIM, ("strong-duality", "mixed-states"), "twelve hyperplanes, five outputs") as tally:
        rng = np.random.default_rng(0)
        vectors, weights = rng.normal(size=(12, 5)), rng.random(12)
        found = largest_state(vectors, weights, tolerance=1e-10)
        assert found.lower == pytest.approx(5.71091545, abs=1e-8)
        assert found.upper == pytest.approx(5.71091545, abs=1e-8)
        assert combinations(vectors * weights[:, None]) == pytest.approx(5.54189389, abs=1e-8)
        tally.count()


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.variant)
def test_control(evidence: Evidence, control: Control) -> None:
    """False neighbours, each refuted in rational numbers."""
    found = control.counterexample()
    evidence.control(CLAIM, control.variant, found, because=control.because, statement=control.statement)
