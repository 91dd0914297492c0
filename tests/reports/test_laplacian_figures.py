"""The figures of the Laplacian: everything drawn is in them, and captions say what was measured."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes

from numerics.arrays.checks import Array
from numerics.laplacian.largest_density import LargestDensity, largest_density
from numerics.laplacian.norm_carriers import NormCarriers
from numerics.measurement import measure
from numerics.network import ShallowNetwork
from numerics.population.density import density
from numerics.training.mnist import PREPROCESSINGS, parity_task
from numerics.training.sweep import SweepRun
from numerics.training.train import TrainingPlan, TrainingResult
from reports.figures import carriers, laplacian, two_dimensional
from reports.figures.laplacian import Run
from reports.figures.style import applied


@pytest.fixture(autouse=True)
def _style() -> Iterator[None]:
    """Figures are drawn as they are for the report."""
    with applied():
        yield


def run(x: Array, y: Array, eta: float, k: int = 5) -> Run:
    """A net that was never trained."""
    random = np.random.default_rng(int(100 * eta))
    network = ShallowNetwork(random.normal(size=(k, x.shape[1])), random.normal(size=k), random.normal(size=k), 0.0)
    result = TrainingResult(network, 0.1, 10, np.array([0]), np.array([1.0]), "not converged")
    return Run(eta, network, result, measure(network, x, y, eta))


@pytest.fixture(scope="module")
def largest() -> LargestDensity:
    return largest_density(two_dimensional.data()[0], spacing=0.5)


def test_the_laws_are_drawn_as_computed() -> None:
    """Each curve is the weight or the density of the law that its label names, and no density is negative."""
    figure, _, _ = laplacian.laws_figure()
    weights, *panels = figure.axes
    for name, (_, _, law) in laplacian.LAWS.items():
        for axes, d in zip(panels, (2, 3), strict=True):
            r, drawn = next(np.asarray(line.get_data()) for line in axes.lines if line.get_label() == name)
            assert np.array_equal(drawn, density(law(d), r))
            assert drawn.min() > 0
        b, drawn = next(np.asarray(line.get_data()) for line in weights.lines if line.get_label() == name)
        assert np.array_equal(drawn, law(2).weight(b))


@pytest.mark.parametrize("name", laplacian.LAWS)
def test_each_coordinate_has_variance_one(name: str) -> None:
    """E <v,X>^2 = 4 int_0^inf b P(<v,X> > b) db, by the trapezoidal rule."""
    law = laplacian.LAWS[name][2](2)
    b = np.linspace(0, 9 if law.extent is None else float(law.extent), 20_001)
    assert np.trapezoid(4 * b * law.probability(b), b) == pytest.approx(1, abs=1e-5)


def test_figures_say_what_did_not_converge(largest: LargestDensity) -> None:
    x, y = two_dimensional.data()
    on_line = [run(laplacian.LINE_DATA, laplacian.LINE_LABELS, eta) for eta in (0.1, 0.3)]
    in_plane = [run(x, y, eta) for eta in (0.2, 0.4, 0.8)]
    for (figure, caption, alternative), count in (
        (laplacian.line_figure(on_line), 2),
        (laplacian.plane_figure(x, y, in_plane, largest), 3),
    ):
        figure.draw_without_rendering()
        assert caption.count("not converged") == count
        assert "\n" not in caption + alternative


def sweep_run(preprocessing: Any, eta: float, *, counted: bool = True) -> SweepRun:
    """A run of a sweep with an untrained net on real images."""
    task = parity_task(40, preprocessing)
    random = np.random.default_rng(0)
    network = ShallowNetwork(random.normal(size=(8, 784)), random.normal(size=8), random.normal(size=8), 0.0)
    result = TrainingResult(network, 1e-13, 10, np.array([0]), np.array([1.0]), "interpolating")
    plan = TrainingPlan(8, eta, 10)
    return SweepRun(preprocessing, plan, result, measure(network, task.x, task.y, eta), task.digest, "", counted, "")


def test_carriers_are_those_of_the_counted_runs() -> None:
    runs = [sweep_run("raw", 0.1), *(sweep_run("standardised", eta) for eta in (0.3, 0.1))]
    runs.append(sweep_run("standardised", 9.0, counted=False))
    figure, caption, _ = carriers.carriers_figure(runs, {name: parity_task(40, name) for name in PREPROCESSINGS})
    figure.draw_without_rendering()
    assert "$\\eta = 0.1$ and" in caption
    assert "$\\eta = 0.3$" in caption
    assert "9" not in caption.replace("0.9", "")
    titles = [axes.get_title("left") for axes in figure.findobj(Axes) if isinstance(axes, Axes)]
    assert sum("%" in title for title in titles) == 2 * carriers.SHOWN


def test_mean_distance_weighs_by_share() -> None:
    zeros = np.zeros(3)
    found = NormCarriers(
        np.eye(3), zeros, zeros, zeros, np.array([0.75, 0.25, 0.0]), np.array([1.0, -2.0, np.inf]), zeros
    )
    assert carriers.mean_distance(found) == 1.25


def test_divergence_is_said() -> None:
    with pytest.raises(ArithmeticError, match="training diverged"):
        laplacian.trained(1e6 * laplacian.LINE_DATA, laplacian.LINE_LABELS, 1e6, width=3, steps=50)
