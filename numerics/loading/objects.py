"""Networks from objects of torch and scikit-learn, held against what these compute."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from jaxtyping import Float64

from numerics.loading.folding import (
    Elementwise,
    FoldedNetwork,
    Part,
    Relu,
    batch_normalisation,
    folded_network,
    fractions,
    require_agreement,
)
from numerics.loading.keras_files.keras_model import from_keras, is_keras_model
from numerics.loading.layers import Layer, LoadedNetwork, NotCoveredError
from numerics.loading.scaling import Operation
from numerics.loading.torch_file import exact_array, network_of_state, require_free
from numerics.network import Array, ShallowNetwork

_OWN_NAMES = {"weight", "bias", "running_mean", "running_var", "num_batches_tracked"}
_DROPOUTS = torch.nn.modules.dropout._DropoutNd
_WRAPPERS = {"OptimizedModule": "_orig_mod", "DataParallel": "module", "DistributedDataParallel": "module"}


def from_module(model: torch.nn.Module, points: npt.ArrayLike | None = None) -> LoadedNetwork:
    """The network of Sequential(Linear, ReLU, Linear), nested or wrapped by torch.compile or DataParallel.

    Flatten, Identity and, in evaluation mode, Dropout are passed over; BatchNorm1d in evaluation mode is folded, or is
    a preprocessing if it stands in front and is not trained. The module, its parameters taken to float64, is compared
    with the network by `require_agreement`.

    Raises:
        NotCoveredError: other modules, hooks, parameters that are functions of others, tied or frozen ones, no
            bias; or the module computes another function.
        ValueError: it is in training mode and that matters, or its parameters are no real numbers in memory.
    """
    for name, part in model.named_modules():
        _require_no_hooks(name or type(model).__name__, part)
    while type(model).__name__ in _WRAPPERS and type(model).__module__.startswith("torch."):
        model = getattr(model, _WRAPPERS[type(model).__name__])
    notes: list[str] = []
    parts = list(_parts(model, "", notes))
    _require_free(model, notes)
    found = folded_network(parts, notes)
    tensors = {name: tensor.detach().cpu() for name, tensor in [*model.named_parameters(), *model.named_buffers()]}
    wide = {name: tensor.double() if tensor.is_floating_point() else tensor for name, tensor in tensors.items()}

    def values(x: Float64[Array, "n d"]) -> Float64[Array, " values"]:
        try:
            with torch.no_grad():
                computed: torch.Tensor = torch.func.functional_call(model, wide, torch.from_numpy(x))
        except (RuntimeError, IndexError) as error:
            raise NotCoveredError(f"the module cannot be run on data {list(x.shape)}: {error}") from error
        return np.asarray(computed.reshape(-1).numpy())

    require_agreement(found, values, np.float64, points)
    return found.loaded


def _require_no_hooks(name: str, part: torch.nn.Module) -> None:
    everywhere = torch.nn.modules.module
    strange = sorted({own for own, _ in [*part.named_parameters(), *part.named_buffers()]} - _OWN_NAMES)
    if isinstance(part, torch.nn.Linear) and strange:
        raise NotCoveredError(
            f"{name} is parametrised by {', '.join(strange)}, as by weight_norm, spectral_norm or pruning; the "
            "sharpness is then that in these parameters, and the theory is of W1, b1, w2, b2"
        )
    if any(torch.nn.parameter.is_lazy(parameter) for parameter in part.parameters()):
        raise ValueError(f"the parameters of {name} are not initialised; run the module on data once")
    if isinstance(part, torch.jit.ScriptModule):
        raise NotCoveredError(f"{name} is compiled by torch.jit; give the module that it was made of")
    if part._forward_hooks or part._forward_pre_hooks:
        raise NotCoveredError(f"{name} has forward hooks, which may change what it computes; remove them")
    if everywhere._global_forward_hooks or everywhere._global_forward_pre_hooks:
        raise NotCoveredError(
            "torch has forward hooks for all modules, which may change what they compute; remove them"
        )


def _parts(model: torch.nn.Module, name: str, notes: list[str]) -> Iterator[Part]:
    """What the module does, in order; `name` is where it stands."""
    if _is(model, torch.nn.Sequential):
        for index, part in model.named_children():
            yield from _parts(part, f"{name}.{index}" if name else index, notes)
    elif _is(model, torch.nn.Linear):
        assert isinstance(model, torch.nn.Linear)
        bias = None if model.bias is None else exact_array(model.bias, f"{name}.bias")
        yield Layer(f"layer {name}", exact_array(model.weight, f"{name}.weight"), bias)
    elif _is(model, torch.nn.ReLU):
        yield Relu()
    elif isinstance(model, _DROPOUTS) and type(model).__module__ == "torch.nn.modules.dropout":
        if model.training and model.p > 0:
            raise ValueError(f"layer {name} is a {type(model).__name__} in training mode; call .eval() first")
        notes.append(f"The dropout of layer {name}, of no effect in evaluation, is no part of the loss here.")
    elif _is(model, torch.nn.BatchNorm1d):
        assert isinstance(model, torch.nn.BatchNorm1d)
        yield from _normalisation(model, f"layer {name} (BatchNorm1d)")
    elif not (_is(model, torch.nn.Flatten) or _is(model, torch.nn.Identity)):
        instead = "numerics.audit.any_network audits a module of any layers that ends in a trained bias"
        if "forward" in vars(model) or not type(model).__module__.startswith("torch.nn."):
            instead = (
                "for a module with a forward of its own, export it to ONNX, or give its state_dict if it is no more"
            )
        raise NotCoveredError(
            f"a shallow ReLU network is Sequential(Linear, ReLU, Linear), but this one holds a {type(model).__name__}; "
            f"{instead}"
        )


def _is(model: torch.nn.Module, kind: type[torch.nn.Module]) -> bool:
    """Whether the module computes what modules of this kind do."""
    own = type(model)
    plain = own.forward is kind.forward and own.__call__ is torch.nn.Module.__call__
    return isinstance(model, kind) and plain and "forward" not in vars(model)


def _normalisation(model: torch.nn.BatchNorm1d, name: str) -> list[Part]:
    if model.training:
        raise ValueError(f"{name} is in training mode; call .eval() first")
    if model.running_mean is None or model.running_var is None:
        raise NotCoveredError(f"{name} normalises by the batch, so that the network is no function of one datum")
    mean, variance = (exact_array(part, name) for part in (model.running_mean, model.running_var))
    weight, bias = (None if part is None else exact_array(part, name) for part in (model.weight, model.bias))
    return batch_normalisation(name, mean, variance, model.eps, weight, bias)


def _require_free(model: torch.nn.Module, notes: list[str]) -> None:
    """Every parameter is trained, and none is another one too."""
    require_free(model.named_parameters(remove_duplicate=False))
    if len({parameter.requires_grad for parameter in model.parameters()}) == 2:
        raise NotCoveredError(
            "some parameters are frozen (requires_grad=False); the theory is of networks trained in all of them"
        )
    narrow = sorted({str(part.dtype) for part in model.parameters() if part.element_size() == 2})
    if narrow:
        notes.append(f"Parameters are stored in {', '.join(narrow)}; they were read exactly.")


def from_estimator(model: Any, points: npt.ArrayLike | None = None) -> LoadedNetwork:
    """The network of a fitted MLPRegressor with one hidden layer of relu, alone or in a Pipeline.

    A StandardScaler or MinMaxScaler in front is a preprocessing of the data; of a fitted search over parameters the
    best estimator is taken. What `predict` gives is compared with the network by `require_agreement`.

    Raises:
        NotCoveredError: another activation, number of layers, another loss, or other steps of a Pipeline.
        ValueError: it is not fitted.
    """
    steps, regressor = _unwrapped(model)
    parts: list[Part] = [part for step in steps for part in _scaling(step)]
    folded = _regressor(regressor, parts)
    dtype = np.result_type(*regressor.coefs_, *regressor.intercepts_)

    def values(x: Float64[Array, "n d"]) -> Float64[Array, " values"]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return np.asarray(model.predict(x), dtype=np.float64).reshape(-1)

    require_agreement(folded, values, dtype, points)
    return folded.loaded


def _unwrapped(model: Any) -> tuple[list[Any], Any]:
    """The steps in front, and the regressor."""
    if _is_of_sklearn(model, "BaseSearchCV"):
        if not hasattr(model, "best_estimator_"):
            raise ValueError(f"the {type(model).__name__} is not fitted, or not refitted to the best parameters")
        return _unwrapped(model.best_estimator_)
    if _is_of_sklearn(model, "Pipeline"):
        steps, last = [step for _, step in model.steps[:-1]], model.steps[-1][1]
        inner, regressor = _unwrapped(last)
        return steps + inner, regressor
    if not _is_of_sklearn(model, "MLPRegressor"):
        raise NotCoveredError(f"the last step must be an MLPRegressor, not a {type(model).__name__}")
    return [], model


def _scaling(step: Any) -> list[Elementwise]:
    if step is None or step == "passthrough":
        return []
    name = type(step).__name__
    standard = _is_of_sklearn(step, "StandardScaler")
    if not standard and not (_is_of_sklearn(step, "MinMaxScaler") and not step.clip):
        raise NotCoveredError(f"the step {name} is no StandardScaler, nor a MinMaxScaler that does not clip")
    if not hasattr(step, "scale_"):
        raise ValueError(f"the {name} is not fitted")
    pairs: list[tuple[Operation, Any]] = []
    if standard:  # mean_ is there even if it is not subtracted
        pairs += [("-", step.mean_)] if step.with_mean else []
        pairs += [("/", step.scale_)] if step.with_std else []
    else:
        pairs += [("*", step.scale_), ("+", step.min_)]
    return [
        Elementwise(name, operation, fractions(np.asarray(numbers, dtype=np.float64)), trained=False)
        for operation, numbers in pairs
    ]


def _regressor(model: Any, parts: list[Part]) -> FoldedNetwork:
    if not hasattr(model, "coefs_"):
        raise ValueError("the MLPRegressor is not fitted")
    if model.activation != "relu":
        raise NotCoveredError(f"the activation must be relu, but this MLPRegressor has {model.activation!r}")
    loss = getattr(model, "loss", "squared_error")
    if loss != "squared_error" or model.out_activation_ != "identity":
        raise NotCoveredError(f"the theory is of the squared error, but this MLPRegressor was trained on {loss!r}")
    for index, (weight, bias) in enumerate(zip(model.coefs_, model.intercepts_, strict=True)):
        parts += [Relu()] if index else []
        parts.append(
            Layer(f"coefs_[{index}]", np.asarray(weight, dtype=np.float64).T, np.asarray(bias, dtype=np.float64))
        )
    penalty = f"Its weight penalty (alpha = {model.alpha:g}) is no part of the loss here."
    return folded_network(parts, [penalty] if model.alpha else [])


def _is_of_sklearn(model: object, name: str) -> bool:
    # recognised by name: scikit-learn need not be installed
    return any(kind.__name__ == name and kind.__module__.startswith("sklearn.") for kind in type(model).__mro__)


def from_object(model: object, points: npt.ArrayLike | None = None) -> LoadedNetwork:
    """The network of a ShallowNetwork, a module or state_dict of torch, or a model of scikit-learn or Keras.

    Modules, estimators and models are compared with it, at `points` too.

    Raises:
        NotCoveredError: the network is not a shallow ReLU network.
        TypeError: it is an object of another kind.
    """
    if isinstance(model, ShallowNetwork):
        return LoadedNetwork(model)
    if isinstance(model, Mapping):
        return network_of_state(model)
    if isinstance(model, torch.nn.Module):
        return from_module(model, points)
    if any(_is_of_sklearn(model, name) for name in ("MLPRegressor", "Pipeline", "BaseSearchCV")):
        return from_estimator(model, points)
    if is_keras_model(model):
        return from_keras(model, points)
    raise TypeError(
        "a network is a ShallowNetwork, a torch.nn.Sequential(Linear, ReLU, Linear), a state_dict, a fitted "
        f"MLPRegressor, a Pipeline of one, a model of Keras, or the path of a file, not a {type(model).__name__}"
    )
