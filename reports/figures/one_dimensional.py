"""One input dimension: larger steps move the curvature of the predictor to where its weight is small."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from matplotlib.axes import Axes

from numerics.arrays.checks import Array
from numerics.measurement import Measurement, measure
from numerics.network import ShallowNetwork
from numerics.training.mnist import data_digest
from numerics.training.train import TrainingPlan, TrainingResult, train
from numerics.weight import weight
from reports.figures import Drawing, Plot
from reports.figures.style import INK, RULE, SOFT, new_figure, shades

DATA = np.array([[-2.0], [-0.7], [0.7], [2.0]])
LABELS = np.array([0.0, 1.0, 1.0, 0.0])
STEP_SIZES = (0.01, 0.05, 0.2, 0.4)
SEED = 0
REACH = 2.6


def draw(profile_name: str) -> Iterator[Plot]:  # noqa: ARG001
    """The same figure at every profile: it takes a few seconds."""
    runs = [(eta, *_trained(eta)) for eta in STEP_SIZES]
    figure = new_figure(3.7)
    predictors, curvature, weights = figure.subplots(3, 1, sharex=True, height_ratios=(3, 1.3, 1))
    x = np.linspace(-REACH, REACH, 1041)
    for (eta, result, _), colour in zip(runs, shades(len(runs)), strict=True):
        network = _network(result)
        predictors.plot(x, network(x[:, None]), color=colour, label=f"$\\eta = {eta:g}$")
        curvature.plot(*_curvature(network), color=colour, drawstyle="steps-post")
    predictors.plot(DATA[:, 0], LABELS, "o", color=INK, markersize=5, zorder=4)
    predictors.legend(loc="upper right")
    predictors.set_title("predictor $f$")
    curvature.set_title("curvature so far: $\\int^x |f''|$")
    _draw_weight(weights, x)
    weights.set(xlabel="$x$", xlim=(-REACH, REACH))
    states = "; ".join(_state(eta, result, measured) for eta, result, measured in runs)
    caption = (
        "Four data points in one dimension (dots), a net of 200 neurons, four step sizes. As the step grows the "
        "predictor flattens where the weight $g$ (bottom) is large, and its curvature (middle) moves outwards, where "
        f"$g$ is small: $\\int |f''|\\,g\\,\\mathrm{{d}}x$ falls. Here {states}."
    )
    alternative = "Predictors at four step sizes, their curvature, and the weight g under them."
    data = (("four points", data_digest(DATA, LABELS)),)
    yield Plot(Drawing("curvature-on-a-line", caption, alternative, str(SEED), data), figure)


def _trained(step_size: float) -> tuple[TrainingResult, Measurement]:
    plan = TrainingPlan(
        width=200,
        step_size=step_size,
        steps=40_000,
        seed=SEED,
        warmup_start=min(STEP_SIZES),
        warmup_fraction=0.3,
        settling_fraction=0.1,
    )
    result = train(DATA, LABELS, plan)
    return result, measure(_network(result), DATA, LABELS, step_size)


def _network(result: TrainingResult) -> ShallowNetwork:
    if result.network is None:
        raise ArithmeticError("training diverged, so that there is no predictor to draw")
    return result.network


def _curvature(network: ShallowNetwork) -> tuple[Array, Array]:
    """Places x and the sums of all |a| with kinks from -REACH to x; amplitudes at one place are added before."""
    reduced = network.reduced()
    places = reduced.directions[:, 0] * reduced.thresholds
    order = np.argsort(places)
    order = order[np.abs(places[order]) <= REACH]
    sums = np.cumsum(np.abs(reduced.amplitudes[order]))
    return np.array([-REACH, *places[order], REACH]), np.array([0.0, *sums, sums[-1] if len(sums) else 0.0])


def _draw_weight(axes: Axes, x: Array) -> None:
    g = weight(np.ones((len(x), 1)), x, DATA)
    axes.fill_between(x, g, color=RULE, linewidth=0)
    axes.plot(x, g, color=SOFT, linewidth=1.0)
    axes.set_title("weight $g$")
    axes.set_ylim(0, None)


def _state(eta: float, result: TrainingResult, measured: Measurement) -> str:
    kinks = f", {measured.near_kinks} pairs on a kink" if measured.near_kinks else ""
    state = "" if result.outcome == "interpolating" else f", {result.outcome}, loss {result.loss:.0e}"
    return f"{measured.stability_norm:.3f} at $\\eta = {eta:g}${state}{kinks}"
