"""universal-approximation: finite nets come as near to the pyramid as wanted, with a norm of order log^2."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy import integrate

from numerics.depth.bracket.table import bracket_table
from numerics.depth.pyramid import pyramid
from numerics.depth.smoothed import Sample, density, norm_bound, sample, smoothing_error
from numerics.network import Array
from proofs_checks.evidence.ledger import Evidence

CLAIM = "universal-approximation"
RADIUS = 4.0
SMOOTHINGS = (0.3, 0.1, 0.03)
AXIS = np.linspace(-1.2, 1.2, 13)
POINTS = np.stack(np.meshgrid(AXIS, AXIS), axis=-1).reshape(-1, 2)


def sampled(smoothing: float) -> Sample:
    """A finite net; angles as dense as the smoothing asks."""
    return sample(smoothing, RADIUS, math.ceil(6 / smoothing))


def error(net: Sample, factor: float = 1.0) -> float:
    """The largest error at the points, with all amplitudes times a factor."""
    values = net.network()(POINTS) - net.constant
    return float(np.abs(factor * values + net.constant - pyramid(POINTS)).max())


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


def test_density(evidence: Evidence) -> None:
    """The average of the neurons' density over all directions is the smoothed Laplacian of the pyramid."""
    with evidence.tested(CLAIM, "the Laplacian of the neurons against the smoothed Laplacian of the pyramid") as tally:
        for point in np.array([[0.0, 0.0], [0.3, 0.2], [0.1, 1.0], [1.5, -0.7]]):
            by_neurons = integrate.quad(
                lambda t, p=point: density(np.array(t), np.array(p @ [math.cos(t), math.sin(t)]), 0.2), 0, math.pi
            )[0]
            assert by_neurons == pytest.approx(smoothed_laplacian(point, 0.2), abs=1e-8)
            tally.count()


def smoothed_laplacian(point: Array, smoothing: float) -> float:
    """The Poisson kernel over the edges: sides with the jump sqrt 2, ridges with the jump -2."""
    corners = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])
    edges = [(a, b, math.sqrt(2)) for a, b in zip(corners, np.roll(corners, 1, axis=0), strict=True)]
    edges += [(np.zeros(2), corner, -2.0) for corner in corners]

    def along(start: Array, end: Array) -> float:
        def kernel(t: float) -> float:
            square = float(((point - start - t * (end - start)) ** 2).sum())
            return float(smoothing / (2 * math.pi * (square + smoothing**2) ** 1.5))

        return float(integrate.quad(kernel, 0, 1, epsabs=1e-12)[0] * np.linalg.norm(end - start))

    return float(sum(jump * along(start, end) for start, end, jump in edges))


def test_sampled_nets(evidence: Evidence) -> None:
    """Finite nets: their error and their norm against the bounds, and the norm's growth against log^2."""
    with evidence.tested(CLAIM, "finite nets that sample the density: error and norm against the bounds") as tally:
        for smoothing in SMOOTHINGS:
            net = sampled(smoothing)
            tally.add((smoothing_error(smoothing) - error(net)) / smoothing_error(smoothing))
            tally.add(1 - net.norm(RADIUS) / norm_bound(smoothing, RADIUS))
            assert tally.smallest > 0
            growth = net.norm(RADIUS) / math.log(1 / smoothing) ** 2
            tally.figures[f"eps = {smoothing}"] = (
                f"{len(net.angles)} hyperplanes, error {error(net):.4f}, norm {net.norm(RADIUS):.3f}, "
                f"over log^2: {growth:.3f}"
            )


def test_explicit_nets(evidence: Evidence) -> None:
    """The nets of the bracket: with a larger norm the proved error goes down."""
    with evidence.certified(CLAIM, "explicit nets of growing norm with errors that are proved") as proofs:
        rows = sorted(bracket_table(), key=lambda row: row.norm)
        for small, large in itertools.pairwise(rows):
            proofs.at_most(large.upper, small.upper, "a larger norm, a smaller error")
        proofs.figures["smallest error proved"] = f"{float(rows[-1].upper):.5f} at norm {float(rows[-1].norm):g}"


def test_controls(evidence: Evidence) -> None:
    """False neighbours, refuted by nets."""
    net = sampled(0.1)
    bound, twice = smoothing_error(0.1), error(sampled(0.03), 2.0)
    evidence.control(
        CLAIM,
        "half of the error's bound for the smoothed pyramid",
        f"at eps = .1 the error is {error(net):.4f} > {bound / 2:.4f}" if error(net) > bound / 2 else None,
    )
    evidence.control(
        CLAIM,
        "every hyperplane counted twice in the density",
        f"at eps = .03 the net misses by {twice:.3f} > {smoothing_error(0.03):.3f}"
        if twice > smoothing_error(0.03)
        else None,
    )
    first, last = (sampled(smoothing).norm(RADIUS) / (1 + math.log(1 / smoothing)) for smoothing in (0.3, 0.03))
    evidence.control(
        CLAIM,
        "a norm of order log in place of log^2 for these nets",
        f"over 1 + log(1/eps) the norm is {first:.3f} at eps = .3 and {last:.3f} at .03" if last > 2 * first else None,
    )
