"""The weight g and the stability norm, against a loop over the neurons and against a few lines for all of them."""

from __future__ import annotations

from functools import partial
from typing import Any

from numerics.norm import stability_norm
from numerics.weight import weight
from tests.benchmarks.compare import Case, Method, Settings, Subject, compared
from tests.benchmarks.rivals import numpy_arrays, numpy_loop
from tests.benchmarks.task import CARRIED, Found, partly_trained

_REFERENCE = "the loop"
_GROUPED = "decides exactly which data are on which side and which neurons share a hyperplane; the others do neither"


def cases(settings: Settings) -> list[Case]:
    """The sizes of the comparison of the sharpness."""
    sizes = [(256, 64), (CARRIED if settings.mnist is None else 1024, 256)]
    if settings.mnist is not None:
        sizes.append((10_000, 1024))
    return [
        Case(f"norms/{kind}/{n}-{k}", partial(run, settings, n, k))
        for n, k in sizes
        for kind, run in (("weight", _weights), ("stability norm", _norm))
    ]


def _weights(settings: Settings, n: int, k: int) -> dict[str, Any]:
    task = partly_trained(n, k, settings.mnist, settings.folder)
    form = task.network.canonical()
    v, b, x = form.directions, form.thresholds, task.x
    subject = Subject("weight g", task.sizes, numpy_loop.weights(v, b, x), {"reference": _REFERENCE})
    methods = [
        Method("weight", lambda: Found(weight(v, b, x)), _operations(*task.sizes)),
        Method("loop over neurons", lambda: Found(numpy_loop.weights(v, b, x))),
        Method("NumPy, all neurons", lambda: Found(numpy_arrays.weights(v, b, x))),
    ]
    return compared(subject, methods, settings)


def _norm(settings: Settings, n: int, k: int) -> dict[str, Any]:
    task = partly_trained(n, k, settings.mnist, settings.folder)
    f, x = task.network, task.x
    subject = Subject("stability norm", task.sizes, numpy_loop.stability_norm(f, x), {"reference": _REFERENCE})
    methods = [
        Method("stability_norm", lambda: Found(stability_norm(f, x)), _operations(*task.sizes), remark=_GROUPED),
        Method("loop over neurons", lambda: Found(numpy_loop.stability_norm(f, x))),
        Method("NumPy, all neurons", lambda: Found(numpy_arrays.stability_norm(f, x))),
    ]
    return compared(subject, methods, settings)


def _operations(n: int, k: int, d: int) -> float:
    """Pre-activations, and the first moments on both sides."""
    return 2.0 * n * k * d * 3
