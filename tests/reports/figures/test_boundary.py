"""The figure of boundary atoms: the weight lies between its bounds, and the caption gives the shares that are drawn."""

from __future__ import annotations

import re

import numpy as np

from numerics.converse.shattered_net import carried, neuron_shares
from reports.figures.boundary import DIMENSIONS, FEW, draw
from reports.figures.style import applied


def test_curves_and_shares() -> None:
    with applied():
        (plot,) = draw("quick")
    edge, neurons = plot.figure.axes
    curves = {str(line.get_label()): np.asarray(line.get_ydata(), dtype=float) for line in edge.lines}
    for d in DIMENSIONS:
        lower, larger, weight = (curves[f"{name}, d = {d}"] for name in ("lower", "larger", "weight"))
        assert lower[0] == larger[0] == weight[0] == curves["upper"][0] == 1.0
        assert np.all(lower[1:] < larger[1:])
        assert np.all(larger[1:] < weight[1:])
        assert np.all(weight[1:] < curves["upper"][1:])
    shares = neuron_shares(carried()[0])
    drawn = {str(line.get_label()): np.asarray(line.get_ydata(), dtype=float) for line in neurons.lines}
    few = int(np.sum(shares.seen <= FEW))
    for name, share in zip(("neurons", "amplitudes", "stability norm"), shares.up_to(FEW), strict=True):
        assert abs(drawn[name][few - 1] - share) < 1e-12
    written = re.findall(r"(\d+(?:\.\d)?)% of the (?:neurons|amplitudes|norm)", plot.drawing.caption)
    neurons_share, amplitudes_share, costs_share = shares.up_to(FEW)
    assert written == [f"{100 * neurons_share:.0f}", f"{100 * amplitudes_share:.0f}", f"{100 * costs_share:.1f}"]
