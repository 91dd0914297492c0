"""Networks of torch and scikit-learn as they are in memory, and those that the theory does not speak of."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
import torch
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, PolynomialFeatures, StandardScaler
from torch.nn.utils import prune

from numerics.loading import NotCoveredError, as_network
from numerics.loading.objects import from_object
from numerics.network import Array
from tests.numerics.loading.users import (
    assert_is_torch,
    circle_and_line,
    named,
    trained_by_sklearn,
    trained_by_torch,
)

Linear, ReLU, Sequential = torch.nn.Linear, torch.nn.ReLU, torch.nn.Sequential


def shallow() -> torch.nn.Sequential:
    """A fresh network of two inputs and three neurons."""
    torch.manual_seed(1)
    return Sequential(Linear(2, 3), ReLU(), Linear(3, 1))


def test_objects() -> None:
    model = trained_by_torch()
    assert_is_torch(as_network(model).network)
    assert_is_torch(as_network(Sequential(torch.nn.Flatten(), *model, torch.nn.Flatten(0))).network)
    assert_is_torch(as_network(Sequential(torch.nn.Identity(), Sequential(model[0], model[1]), model[2])).network)
    assert_is_torch(as_network(torch.nn.DataParallel(model)).network)
    # as torch.compile wraps it, whose import takes ten seconds
    compiled = type("OptimizedModule", (torch.nn.Module,), {"__module__": "torch._dynamo.eval_frame"})()
    compiled._orig_mod = model
    assert_is_torch(as_network(compiled).network)
    regressor, x = trained_by_sklearn(), circle_and_line().x
    loaded = as_network(regressor)
    np.testing.assert_allclose(loaded.network(x), regressor.predict(x), rtol=1e-12)
    assert "alpha = 0.0001" in loaded.notes[0]


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (Sequential(Linear(2, 3), ReLU(), Linear(3, 2)), "one output, but layer 2 has 2"),
        (Sequential(Linear(2, 3), torch.nn.Tanh(), Linear(3, 1)), "holds a Tanh"),
        (Sequential(Linear(2, 3), ReLU(), Linear(3, 3), ReLU(), Linear(3, 1)), r"has 3 \(layer 0, layer 2, layer 4\)"),
        (Sequential(Linear(2, 3, bias=False), ReLU(), Linear(3, 1)), "no bias in the hidden layer 0; the theory"),
        (Sequential(Linear(2, 3), ReLU(), Linear(3, 1, bias=False)), "no bias in the output layer 2; the theory"),
        (Sequential(Linear(2, 3).requires_grad_(False), ReLU(), Linear(3, 1)), "frozen"),
        (Sequential(torch.nn.Flatten(0), Linear(2, 3), ReLU(), Linear(3, 1)), "cannot be run on data"),
    ],
)
def test_modules(model: torch.nn.Sequential, message: str) -> None:
    with pytest.raises(NotCoveredError, match=message):
        as_network(model)


class Doubled(torch.nn.Sequential):
    """A Sequential whose forward is another."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Twice the values."""
        values: torch.Tensor = 2 * super().forward(x)  # type: ignore[no-untyped-call]
        return values


class Plain(torch.nn.Sequential):
    """A Sequential by another name."""


class Negative(torch.nn.Linear):
    """A layer whose forward is another."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Minus the values."""
        values: torch.Tensor = -super().forward(x)
        return values


def test_a_network_is_itself() -> None:
    network = as_network(Plain(*shallow())).network
    assert from_object(network).network is network


def test_a_forward_of_its_own() -> None:
    assert as_network(Plain(*shallow())).network.k == 3
    replaced = shallow()
    replaced.forward = lambda x: x[:, :1]  # type: ignore[method-assign]
    others = [(Doubled(*shallow()), "Doubled"), (Sequential(Negative(2, 3), ReLU(), Linear(3, 1)), "Negative")]
    for model, name in [*others, (replaced, "Sequential"), (named(), "Named")]:
        with pytest.raises(NotCoveredError, match=f"holds a {name}; .*export it to ONNX"):
            as_network(model)
    for other in (torch.nn.Softplus(), torch.nn.LayerNorm(3)):
        with pytest.raises(NotCoveredError, match=r"numerics\.audit\.any_network") as refused:
            as_network(Sequential(Linear(2, 3), other, Linear(3, 1)))
        assert "state_dict" not in str(refused.value)


class Linearised(torch.nn.Sequential):
    """A Sequential that passes over its relu, with the forward of all others."""

    def __iter__(self) -> Iterator[torch.nn.Module]:
        return (part for part in super().__iter__() if not isinstance(part, ReLU))


def test_a_module_that_computes_something_else() -> None:
    with pytest.raises(NotCoveredError, match="another function than the model"):
        as_network(Linearised(*shallow()))


def test_hooks() -> None:
    for register in (Linear.register_forward_hook, Linear.register_forward_pre_hook):
        model = shallow()
        register(model[2], lambda *_: None)
        with pytest.raises(NotCoveredError, match="2 has forward hooks"):
            as_network(model)
    handle = torch.nn.modules.module.register_module_forward_hook(lambda *_: None)
    try:
        with pytest.raises(NotCoveredError, match="hooks for all modules"):
            as_network(shallow())
    finally:
        handle.remove()


def pruned(layer: torch.nn.Module) -> None:
    """Weights behind a mask."""
    prune.identity(layer, "weight")  # type: ignore[no-untyped-call]


@pytest.mark.filterwarnings("ignore:.*weight_norm.*is deprecated")
def test_parametrised_layers() -> None:
    utilities = torch.nn.utils
    changes: list[tuple[Callable[[torch.nn.Module], object], str]] = [
        (utilities.parametrizations.weight_norm, "weight.original0"),
        (utilities.parametrizations.spectral_norm, "weight.original"),
        (utilities.weight_norm, "weight_g, weight_v"),
        (utilities.spectral_norm, "weight_orig, weight_u, weight_v"),
        (pruned, "weight_mask, weight_orig"),
    ]
    for change, names in changes:
        model = shallow()
        change(model[0])
        with pytest.raises(NotCoveredError, match=f"0 is parametrised by .*{names}"):
            as_network(model)


def test_tied_parameters() -> None:
    layer = Linear(1, 1)
    with pytest.raises(NotCoveredError, match=r"2.weight is tied to 0.weight"):
        as_network(Sequential(layer, ReLU(), layer))
    model = Sequential(Linear(1, 1), ReLU(), Linear(1, 1))
    model[2].bias.data = model[0].bias.data
    with pytest.raises(NotCoveredError, match=r"2.bias is tied to 0.bias"):
        as_network(model)


def complex_network() -> torch.nn.Sequential:
    """Complex weights, set one by one."""
    model = shallow()
    for layer in (model[0], model[2]):
        weight = layer.get_parameter("weight").detach().to(torch.complex64)
        layer.register_parameter("weight", torch.nn.Parameter(weight))
    return model


def test_parameters_that_are_no_real_numbers_in_memory() -> None:
    for model, message in [
        (complex_network(), "real numbers, but is of type torch.complex64"),
        (shallow().to("meta"), "0.bias lies on the device meta"),
        (Sequential(torch.nn.LazyLinear(3), ReLU(), Linear(3, 1)), "not initialised; run"),
    ]:
        with pytest.raises(ValueError, match=message):
            as_network(model)


def test_half_precision_is_read_exactly_and_said() -> None:
    model = shallow().bfloat16()
    loaded = as_network(model)
    assert np.array_equal(loaded.network.W1, model[0].get_parameter("weight").detach().double().numpy())
    assert loaded.notes == ("Parameters are stored in torch.bfloat16; they were read exactly.",)


def test_training_mode() -> None:
    dropout = Sequential(Linear(2, 3), ReLU(), torch.nn.Dropout(0.5), Linear(3, 1))
    norm = Sequential(Linear(2, 3), torch.nn.BatchNorm1d(3), ReLU(), Linear(3, 1))
    for model in (dropout, norm):
        with pytest.raises(ValueError, match=r"in training mode; call \.eval\(\) first"):
            as_network(model)
    assert "no part of the loss" in as_network(dropout.eval()).notes[0]
    assert "that of the folded network" in as_network(norm.eval()).notes[0]


def normalisation(width: int, *, affine: bool = True) -> torch.nn.BatchNorm1d:
    """With moments as after training, in evaluation mode."""
    norm = torch.nn.BatchNorm1d(width, affine=affine)
    norm(3 * torch.randn(20, width) + 1)
    return norm.eval()


def test_batch_normalisation() -> None:
    torch.manual_seed(2)
    x = torch.randn(5, 2)
    for model in (
        Sequential(Linear(2, 3, bias=False), normalisation(3), ReLU(), Linear(3, 1)),
        Sequential(normalisation(2), Linear(2, 3), ReLU(), Linear(3, 1)),
        Sequential(Linear(2, 3), ReLU(), normalisation(3), Linear(3, 1)),
        Sequential(normalisation(2, affine=False), Linear(2, 3), ReLU(), Linear(3, 1)),
    ):
        loaded = as_network(model, with_scaling=True)
        values = loaded.network(loaded.prepare(x.numpy()))
        np.testing.assert_allclose(values, torch.Tensor(model(x))[:, 0].detach().numpy(), rtol=1e-5)
        assert (loaded.input_scaling is None) == (len(list(model.parameters())) > 4 or model[0].__class__ is Linear)
    without = Sequential(Linear(2, 3), torch.nn.BatchNorm1d(3, track_running_stats=False), ReLU(), Linear(3, 1))
    with pytest.raises(NotCoveredError, match="by the batch"):
        as_network(without.eval())


@pytest.mark.filterwarnings("ignore:lbfgs failed to converge")
def test_regressors() -> None:
    x, y = np.eye(3), np.arange(3.0)
    with pytest.raises(NotCoveredError, match="'tanh'"):
        as_network(MLPRegressor(activation="tanh", max_iter=1, solver="lbfgs").fit(x, y))
    with pytest.raises(NotCoveredError, match=r"3 \(coefs_\[0\]"):
        as_network(MLPRegressor(hidden_layer_sizes=(2, 2), max_iter=1, solver="lbfgs").fit(x, y))
    several = MLPRegressor(max_iter=1, solver="lbfgs").fit(x, x)
    with pytest.raises(NotCoveredError, match="one output"):
        as_network(several)
    assert as_network(several, several=True).output_weights.tolist() == several.coefs_[1].T.tolist()
    with pytest.raises(ValueError, match="MLPRegressor is not fitted"):
        as_network(MLPRegressor())
    with pytest.raises(ValueError, match="StandardScaler is not fitted"):
        as_network(make_pipeline(StandardScaler(), MLPRegressor()))
    with pytest.raises(TypeError, match="not a StandardScaler"):
        as_network(StandardScaler())


class Shifted(MLPRegressor):  # type: ignore[misc]
    """A regressor whose predict is another."""

    def predict(self, X: Array) -> Array:
        """One more."""
        return np.asarray(super().predict(X) + 1)


@pytest.mark.filterwarnings("ignore:lbfgs failed to converge")
def test_a_regressor_that_predicts_something_else() -> None:
    with pytest.raises(NotCoveredError, match="another function than the model"):
        as_network(Shifted(max_iter=1, solver="lbfgs").fit(np.eye(3), np.arange(3.0)))


@pytest.mark.filterwarnings("ignore:lbfgs failed to converge", "ignore:Stochastic Optimizer")
def test_pipelines() -> None:
    shapes = circle_and_line()
    x, y = 1000 + 5 * shapes.x, shapes.y
    regressor = MLPRegressor(hidden_layer_sizes=(4,), max_iter=20, solver="lbfgs", random_state=0)
    for scaler in (StandardScaler(), MinMaxScaler(), "passthrough", StandardScaler(with_mean=False)):
        model = make_pipeline(scaler, regressor).fit(x, y)
        loaded = as_network(model, with_scaling=True)
        assert np.array_equal(loaded.network.W1, model[-1].coefs_[0].T)
        np.testing.assert_allclose(loaded.network(loaded.prepare(x)), model.predict(x), rtol=1e-12)
    search = GridSearchCV(make_pipeline(StandardScaler(), regressor), {"mlpregressor__alpha": [0.1]}, cv=2)
    with pytest.raises(ValueError, match="GridSearchCV is not fitted"):
        as_network(search)
    with pytest.raises(NotCoveredError, match="audit the layers alone"):
        as_network(search.fit(x, y))
    loaded = as_network(search, with_scaling=True)
    np.testing.assert_allclose(loaded.network(loaded.prepare(x)), search.predict(x), rtol=1e-12)
    with pytest.raises(NotCoveredError, match="step PolynomialFeatures"):
        as_network(make_pipeline(PolynomialFeatures(), regressor).fit(x, y))
    with pytest.raises(NotCoveredError, match="MinMaxScaler that does not clip"):
        as_network(make_pipeline(MinMaxScaler(clip=True), regressor).fit(x, y))


def test_modules_of_several_outputs() -> None:
    """As they are, and with a normalisation that is folded."""
    torch.manual_seed(0)
    for model in (
        Sequential(Linear(2, 3), ReLU(), Linear(3, 4)),
        Sequential(Linear(2, 3), torch.nn.BatchNorm1d(3), ReLU(), Linear(3, 4)).eval(),
    ):
        found = as_network(model, several=True)
        assert np.array_equal(found.output_weights, list(model.parameters())[-2].detach().double().numpy())
        with pytest.raises(NotCoveredError, match=r"one output, but layer \d has 4"):
            as_network(model)
