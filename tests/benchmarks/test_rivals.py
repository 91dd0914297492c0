"""Every method that is timed computes the same number; those of the extra `bench` are skipped where it is missing."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
import torch

from numerics.gram import gram_sharpness
from numerics.norm import stability_norm
from numerics.sharpness import sharpness
from numerics.training.train import TrainingPlan, initial_network, train
from numerics.weight import weight
from tests.benchmarks import reference
from tests.benchmarks.rivals import (
    curvlinops,
    hessian_eigenthings,
    mpmath_intervals,
    mpmath_numbers,
    numpy_arrays,
    numpy_loop,
    pyhessian,
    torch_func,
    torch_loop,
)
from tests.benchmarks.task import Matrix, Task, as_module, as_network, synthetic

EXTRA = "comes with the extra: pip install '.[bench]'"
MATRICES: tuple[Matrix, ...] = ("gram", "hessian")


@cache
def task() -> Task:
    """Small, and away from interpolation."""
    return synthetic(12, 5, 4)


@cache
def own(matrix: Matrix) -> float:
    """What the project computes."""
    f, x, y = task().network, task().x, task().y
    return gram_sharpness(f, x) if matrix == "gram" else sharpness(f, x, y)


def installed(name: str) -> Any:
    """The rival's package; skips the test where there is none."""
    return pytest.importorskip(name, reason=f"{name} {EXTRA}")


@pytest.mark.parametrize("matrix", MATRICES)
def test_the_reference(matrix: Matrix) -> None:
    assert reference.top(task(), matrix).value == pytest.approx(own(matrix), rel=1e-13)
    dense = torch_func.curvature(task(), matrix) @ np.eye(task().network.k * 6 + 1)
    values = np.linalg.eigvalsh(dense)
    assert reference.top(task(), matrix).gap == pytest.approx(1 - values[-2] / values[-1], rel=1e-9)


def test_the_matrices_differ() -> None:
    assert abs(own("gram") / own("hessian") - 1) > 1e-6


def test_torch_func() -> None:
    assert torch_func.by_power_iteration(task(), 1e-12).value == pytest.approx(own("hessian"), rel=1e-9)
    assert torch_func.by_eigsh(task(), 1e-12).value == pytest.approx(own("hessian"), rel=1e-12)


@pytest.mark.parametrize("matrix", MATRICES)
def test_curvlinops(matrix: Matrix) -> None:
    installed("curvlinops")
    assert curvlinops.largest_eigenvalue(task(), matrix, 1e-12).value == pytest.approx(own(matrix), rel=1e-12)


@pytest.mark.parametrize("matrix", MATRICES)
def test_hessian_eigenthings(matrix: Matrix) -> None:
    installed("hessian_eigenthings")
    steps = hessian_eigenthings.fewest_lanczos_steps(task(), matrix, 1e-9)
    by_power = hessian_eigenthings.largest_eigenvalue(task(), matrix, 1e-9, "power")
    by_lanczos = hessian_eigenthings.largest_eigenvalue(task(), matrix, 1e-9, "lanczos", steps)
    assert (by_power.value, by_lanczos.value) == pytest.approx((own(matrix), own(matrix)), rel=1e-9)
    with pytest.raises(ArithmeticError, match="not converged"):
        hessian_eigenthings.largest_eigenvalue(task(), matrix, 1e-9, "lanczos", steps - 1)


def test_pyhessian() -> None:
    installed("pyhessian")
    assert pyhessian.largest_eigenvalue(task(), 1e-12).value == pytest.approx(own("hessian"), rel=5e-6)
    assert torch.get_default_dtype() == torch.float32


@pytest.mark.parametrize("rival", [numpy_loop, numpy_arrays])
def test_weights_and_norms(rival: Any) -> None:
    f, x = task().network, task().x
    form = f.canonical()
    ours = weight(form.directions, form.thresholds, x)
    assert rival.weights(form.directions, form.thresholds, x) == pytest.approx(ours, rel=1e-13)
    assert rival.stability_norm(f, x) == pytest.approx(stability_norm(f, x), rel=1e-13)


@pytest.mark.parametrize("rival", [mpmath_intervals.enclosed, mpmath_numbers.computed])
def test_mpmath(rival: Any) -> None:
    f, x = task().network, task().x
    found = rival(f, x)
    assert found.value == pytest.approx([stability_norm(f, x), own("gram")], rel=1e-12)
    assert found.width is None or 0 < found.width < 1e-10


def test_the_loop_follows_the_same_trajectory() -> None:
    plan = TrainingPlan(3, 0.1, 20, warmup_start=0.1)
    x, y = task().x, task().y
    ours = train(x, y, plan)
    model = as_module(initial_network(4, plan))
    losses = torch_loop.descend(model, torch.tensor(x), torch.tensor(y)[:, None], [0.1] * 20)
    assert losses == pytest.approx(ours.losses, rel=1e-12)
    assert ours.network is not None
    np.testing.assert_allclose(as_network(model).W1, ours.network.W1, rtol=1e-10)
