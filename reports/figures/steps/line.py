"""One dimension at a handful of step sizes: the predictor, its kinks over the weight, and the norm below its bound."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from numerics.weight import weight
from reports.figures import Frame
from reports.figures.laplacian import LINE_DATA, LINE_LABELS, LINE_REACH, LINE_STEPS, line_run, norms
from reports.figures.style import BLUE, INK, RULE, VERMILION, few_ticks, new_figure

STEPS = tuple(sorted({*LINE_STEPS, 0.08, 0.25}))
"""The step sizes that are shown."""
HEIGHT = 2.7
"""In inches."""
SMALLEST = 1e-3
"""Amplitudes below it bend the predictor by less than the eye sees."""


def frames() -> Iterator[Frame]:
    """A frame for each step size, from the smallest on."""
    runs = [line_run(step) for step in STEPS]
    forms = [run.network.reduced() for run in runs]
    x = np.linspace(-LINE_REACH, LINE_REACH, 201)
    g = weight(np.ones((len(x), 1)), x, LINE_DATA)
    top = 1.05 * max(float(np.abs(form.amplitudes).max()) for form in forms)
    for run, form in zip(runs, forms, strict=True):
        figure = new_figure(HEIGHT)
        # equal places in every frame, so that what they share is drawn once
        figure.set_layout_engine("none")
        predictor, kinks, bound = (
            figure.add_axes(place)
            for place in ((0.055, 0.56, 0.57, 0.36), (0.055, 0.14, 0.57, 0.3), (0.72, 0.14, 0.27, 0.78))
        )
        predictor.plot(x, run.network(x[:, None]), color=BLUE, label="predictor")
        predictor.plot(LINE_DATA[:, 0], LINE_LABELS, "o", color=INK, zorder=4)
        predictor.set(title="predictor $f$", xlim=(-LINE_REACH, LINE_REACH), ylim=(-0.45, 0.75))
        predictor.tick_params(labelbottom=False)
        few_ticks(predictor.yaxis, (0, 0.5))
        kinks.fill_between(x, top * g / g.max(), color=RULE, alpha=0.55, linewidth=0)
        places, heights = (form.thresholds * form.directions[:, 0]), np.abs(form.amplitudes)
        seen = (heights > SMALLEST) & (np.abs(places) < LINE_REACH)
        stems = np.stack([np.zeros(seen.sum()), heights[seen], np.full(seen.sum(), np.nan)], axis=1)
        kinks.plot(np.repeat(places[seen], 3), stems.ravel(), color=VERMILION, linewidth=1.3, label="kinks")
        kinks.set(title=r"kinks: $\vert a_H\vert$; grey: weight $g$", xlabel="$x$", xlim=(-LINE_REACH, LINE_REACH))
        kinks.set(ylim=(0, top))
        norms(bound, runs)
        bound.plot([run.step_size] * 2, [run.measured.stability_norm, run.bound], ":", color=VERMILION)
        bound.plot([run.step_size], [run.measured.stability_norm], "o", color=VERMILION, markersize=6, zorder=4)
        yield Frame(
            f"η = {run.step_size:g}: stability norm {run.measured.stability_norm:.3f}, bound {run.bound:.3f}", figure
        )
