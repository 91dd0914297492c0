"""Networks of torch and scikit-learn as they are in memory, and those that the theory does not speak of."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from numerics.loading import NotCoveredError, as_network
from tests.numerics.loading.users import (
    assert_is_torch,
    circle_and_line,
    trained_by_sklearn,
    trained_by_torch,
)

Linear, ReLU, Sequential = torch.nn.Linear, torch.nn.ReLU, torch.nn.Sequential


def test_objects() -> None:
    model = trained_by_torch()
    assert_is_torch(as_network(model).network)
    assert_is_torch(as_network(torch.nn.Sequential(torch.nn.Flatten(), *model, torch.nn.Flatten(0))).network)
    regressor, x = trained_by_sklearn(), circle_and_line().x
    loaded = as_network(regressor)
    np.testing.assert_allclose(loaded.network(x), regressor.predict(x), rtol=1e-12)
    assert "alpha = 0.0001" in loaded.notes[0]


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (Sequential(Linear(2, 3), ReLU(), Linear(3, 2)), "one output, but layer 1 has 2"),
        (Sequential(Linear(2, 3), torch.nn.Tanh(), Linear(3, 1)), "holds Linear, Tanh, Linear"),
        (
            Sequential(Linear(2, 3), ReLU(), Linear(3, 3), ReLU(), Linear(3, 1)),
            "holds Linear, ReLU, Linear, ReLU, Linear",
        ),
        (Sequential(Linear(2, 3, bias=False), ReLU(), Linear(3, 1)), "the hidden layer layer 0 has no bias"),
        (Sequential(Linear(2, 3), ReLU(), Linear(3, 1, bias=False)), "the output layer layer 1 has no bias"),
        (Sequential(Linear(2, 3).requires_grad_(False), ReLU(), Linear(3, 1)), "frozen"),
    ],
)
def test_modules(model: torch.nn.Sequential, message: str) -> None:
    with pytest.raises(NotCoveredError, match=message):
        as_network(model)


@pytest.mark.filterwarnings("ignore:lbfgs failed to converge")
def test_regressors() -> None:
    x, y = np.eye(3), np.arange(3.0)
    with pytest.raises(NotCoveredError, match="'tanh'"):
        as_network(MLPRegressor(activation="tanh", max_iter=1, solver="lbfgs").fit(x, y))
    with pytest.raises(NotCoveredError, match=r"3 \(coefs_\[0\]"):
        as_network(MLPRegressor(hidden_layer_sizes=(2, 2), max_iter=1, solver="lbfgs").fit(x, y))
    with pytest.raises(NotCoveredError, match="one output"):
        as_network(MLPRegressor(max_iter=1, solver="lbfgs").fit(x, x))
    with pytest.raises(ValueError, match="not fitted"):
        as_network(MLPRegressor())
    with pytest.raises(TypeError, match="not a Pipeline"):
        as_network(make_pipeline(StandardScaler(), MLPRegressor()))
