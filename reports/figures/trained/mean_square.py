"""The largest stable step size of SGD against the batch size, at exact minima next to nets trained on MNIST."""

from __future__ import annotations

from collections.abc import Iterator

from matplotlib.axes import Axes

from numerics.mean_square.minima import BatchCurve, batch_curve
from numerics.minimum.stored import StoredNetwork, stored_networks
from reports.figures import Drawing, Plot
from reports.figures.style import INK, RULE, SOFT, label, new_figure, plain_ticks
from reports.figures.trained.runs import COLOURS, MARKERS

MINIMA = ("64-standardised-0.12", "64-raw-0.4")
"""The carried networks that are drawn."""
KNEE = 16
"""The batch size whose threshold the caption gives beside that of batches of one."""


def draw(profile_name: str) -> Iterator[Plot]:  # noqa: ARG001
    """The same figure at every profile."""
    stored = {each.name: each for each in stored_networks()}
    nets = [stored[name] for name in MINIMA]
    curves = [batch_curve(net, enclosed=()) for net in nets]
    figure = new_figure(2.9)
    panels = figure.subplots(1, 2, sharex=True, sharey=True)
    for axes, net, curve in zip(panels, nets, curves, strict=True):
        _curves(axes, net, curve)
        title = f"{net.preprocessing} pixels, trained at $\\eta = {float(net.step_size):g}$"
        axes.set(title=title, xlabel="batch size")
    panels[0].set(ylabel="largest stable step size")
    _labels(panels[0], curves[0])
    shares = {
        batch: " and ".join(
            f"{curve.threshold[curve.batches.index(batch)] / curve.gradient_descent:.2f} ({net.preprocessing})"
            for net, curve in zip(nets, curves, strict=True)
        )
        for batch in (1, KNEE)
    }
    caption = (
        "Up to which step size stochastic gradient descent is linearly stable in mean square, against the batch size, "
        f"at the exact minima next to two nets trained on {curves[0].n} MNIST digits. Circles and squares: the exact "
        "threshold. Grey: what lies between the cheap bounds from below and from above. Solid line: gradient descent, "
        "$2/\\lambda_{\\max}$, which the threshold reaches when a batch is all data. Dashed: what the corollary of the "
        "main theorem allows, $2/((1 + p(\\kappa - 1))(1 + 2\\lVert f\\rVert_{\\mathrm S}))$. Small batches hold the "
        "step size down, about in proportion to their size, and the bounds follow; the corollary does not. The "
        f"threshold is {shares[1]} of that of gradient descent for batches of 1, and {shares[KNEE]} for batches of "
        f"{KNEE}. In floating-point numbers."
    )
    alternative = (
        "Two panels on logarithmic axes. The threshold rises in proportion to the batch size, between its bounds, then "
        "bends into the horizontal line of gradient descent at about 16; the corollary is above it, nearly flat."
    )
    data = tuple((f"MNIST, {net.preprocessing}", net.task.digest) for net in nets)
    seeds = ", ".join(map(str, sorted({net.seed for net in nets})))
    yield Plot(Drawing("mean-square-threshold", caption, alternative, seeds, data), figure)


def _curves(axes: Axes, net: StoredNetwork, curve: BatchCurve) -> None:
    axes.set(xscale="log", yscale="log")
    axes.fill_between(curve.batches, curve.lower, curve.upper, color=RULE, alpha=0.5, linewidth=0)
    for bound, name in ((curve.lower, "bound from below"), (curve.upper, "bound from above")):
        axes.plot(curve.batches, bound, color=SOFT, linewidth=0.8, label=name)
    axes.axhline(curve.gradient_descent, color=INK, linewidth=0.8, zorder=1)
    axes.plot(curve.batches, curve.corollary, "--", color=INK, linewidth=0.8, label="corollary")
    colour, marker = COLOURS[net.preprocessing], MARKERS[net.preprocessing]
    axes.plot(curve.batches, curve.threshold, f"{marker}-", color=colour, markersize=3.5, label="threshold")
    plain_ticks(axes.xaxis)
    plain_ticks(axes.yaxis)


def _labels(axes: Axes, curve: BatchCurve) -> None:
    """At the curves of one panel, which the other has as well."""
    label(axes, "cheap bounds", (curve.batches[2], curve.upper[2]), (-6, 5), ha="right")
    label(axes, "exact threshold", (curve.batches[2], curve.lower[2]), (6, -7), color=COLOURS["standardised"])
    label(axes, "corollary", (curve.batches[0], curve.corollary[0]), (0, 10))
    label(axes, "gradient descent", (curve.batches[-1], curve.gradient_descent), (0, 6), ha="right")
