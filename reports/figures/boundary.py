"""The weight of hyperplanes that cut caps off a ball, between its bounds; the neurons of a net trained on a ball."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from matplotlib.axes import Axes

from numerics.converse.edge_weight import Curve, edge_curve
from numerics.converse.shattered_net import PLAN, NeuronShares, carried, neuron_shares
from numerics.exact.balls import ball
from numerics.problem import Problem
from numerics.training.train import initial_network
from reports.figures import Drawing, Plot
from reports.figures.style import BLUE, GREEN, INK, RULE, SOFT, VERMILION, few_ticks, label, new_figure

DIMENSIONS = {2: BLUE, 10: VERMILION}
"""The dimensions that are drawn."""
POINTS = 60
FEW = 0.1
"""The share of the data of which the caption speaks."""
_LINES: dict[Curve, str] = {"weight": "-", "lower": ":", "larger": "--", "upper": ":"}
"""How each curve is drawn."""


def draw(profile_name: str) -> Iterator[Plot]:  # noqa: ARG001
    """The same figure at every profile."""
    problem, digest = carried()
    start = Problem(initial_network(problem.x.shape[1], PLAN), problem.x)
    trained, untrained = neuron_shares(problem), neuron_shares(start)
    figure = new_figure(2.9)
    edge, neurons = figure.subplots(1, 2)
    _edge(edge)
    _neurons(neurons, trained, untrained)
    of_neurons, of_amplitudes, of_costs = trained.up_to(FEW)
    caption = (
        "Left: the weight $g$ of a hyperplane that cuts a cap of width $s$ off the unit ball, over its leading term "
        "$\\kappa_d s^{d+2}$ (solid), between its lower bound and the upper one, which is that of all dimensions "
        "(dotted); dashed, the larger lower bound, just below the curve. In dimension 10 the leading term is near for "
        f"narrow caps alone. Right: the {problem.network.k} neurons of a net trained at $\\eta = {PLAN.step_size:g}$ "
        f"on labels by chance at {len(problem.x)} points of the ball in dimension {problem.x.shape[1]}: which share of "
        "all neurons, of the sum of the amplitudes $|a_i|$ and of the stability norm those have that are active on at "
        f"most so many of the data. Active on at most a tenth of them are {of_neurons:.0%} of the neurons; they have "
        f"{of_amplitudes:.0%} of the amplitudes, for {of_costs:.1%} of the norm. In floating-point numbers."
    )
    alternative = (
        "Left: two curves that fall from 1 as the cap widens, each between two dotted ones, that of dimension 10 much "
        "faster. Right: three rising curves for a trained net; the amplitudes rise first, the norm last; before "
        "training the neurons are spread over all shares of the data."
    )
    yield Plot(Drawing("boundary-atoms", caption, alternative, str(PLAN.seed), (("noise in a ball", digest),)), figure)


def _edge(axes: Axes) -> None:
    widths = [Fraction(place, POINTS) for place in range(POINTS + 1)]

    def plot(d: int, curve: Curve, colour: str, name: str) -> None:
        values = [float(edge_curve(d, ball(s), curve)) for s in widths]
        thickness = 1.4 if curve == "weight" else 0.9
        axes.plot([float(s) for s in widths], values, _LINES[curve], color=colour, linewidth=thickness, label=name)

    plot(1, "upper", INK, "upper")
    for d, colour in DIMENSIONS.items():
        for curve in ("lower", "larger", "weight"):
            plot(d, curve, colour, f"{curve}, d = {d}")
    axes.set(xlabel="width $s$ of the cap", ylabel="over the leading term", xlim=(0, 1), ylim=(0, 1))
    axes.set(title="$g(1-s)/(\\kappa_d s^{d+2})$ and its bounds")
    label(axes, "$d = 2$", (0.6, float(edge_curve(2, ball(Fraction(3, 5))))), (3, 6), color=BLUE)
    label(axes, "$d = 10$", (0.3, float(edge_curve(10, ball(Fraction(3, 10))))), (4, 6), color=VERMILION)
    few_ticks(axes.xaxis, (0, 0.5, 1))
    few_ticks(axes.yaxis, (0, 0.5, 1))


def _neurons(axes: Axes, trained: NeuronShares, untrained: NeuronShares) -> None:
    k = len(trained.seen)
    rising = np.arange(1, k + 1) / k
    for seen, values, line, colour, name in (
        (trained.seen, np.cumsum(trained.amplitudes), "-", GREEN, "amplitudes"),
        (trained.seen, rising, "--", SOFT, "neurons"),
        (trained.seen, np.cumsum(trained.costs), "-", INK, "stability norm"),
        (untrained.seen, rising, "-", RULE, "neurons before training"),
    ):
        axes.step(seen, values, line, where="post", color=colour, label=name)
    axes.legend(loc="lower right")
    axes.set(xlabel="active on at most this share of the data", ylabel="share of all", xlim=(0, 1), ylim=(0, 1))
    axes.set(title="a net trained on labels by chance")
    few_ticks(axes.xaxis, (0, 0.5, 1))
    few_ticks(axes.yaxis, (0, 0.5, 1))
