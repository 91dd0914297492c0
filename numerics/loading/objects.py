"""Networks from objects of torch and scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from jaxtyping import Float64

from numerics.loading.layers import Layer, LoadedNetwork, NotCoveredError, shallow_network
from numerics.network import Array, ShallowNetwork


def from_sequential(model: torch.nn.Sequential) -> LoadedNetwork:
    """The network of Sequential(Linear, ReLU, Linear), with Flatten before or after.

    Raises:
        NotCoveredError: another sequence of modules, more than one output, no bias, or some parameters frozen.
    """
    modules = [part for part in model if not isinstance(part, torch.nn.Flatten | torch.nn.Identity)]
    kinds = ", ".join(type(part).__name__ for part in modules) or "nothing"
    linear = [part for part in modules if isinstance(part, torch.nn.Linear)]
    if len(modules) != 3 or len(linear) != 2 or not isinstance(modules[1], torch.nn.ReLU):
        raise NotCoveredError(f"a shallow ReLU network is Sequential(Linear, ReLU, Linear), but this one holds {kinds}")
    if len({parameter.requires_grad for parameter in model.parameters()}) == 2:
        raise NotCoveredError(
            "some parameters are frozen (requires_grad=False); the theory is of networks trained in all of them"
        )
    return LoadedNetwork(
        shallow_network(
            [
                Layer(f"layer {index}", _array(part.weight), None if part.bias is None else _array(part.bias))
                for index, part in enumerate(linear)
            ]
        )
    )


def from_regressor(model: Any) -> LoadedNetwork:
    """The network of a fitted scikit-learn MLPRegressor with one hidden layer of relu and one output.

    Raises:
        NotCoveredError: it has another activation, number of layers or outputs, or was trained on another loss.
        ValueError: it is not fitted.
    """
    if not hasattr(model, "coefs_"):
        raise ValueError("the MLPRegressor is not fitted")
    if model.activation != "relu":
        raise NotCoveredError(f"the activation must be relu, but this MLPRegressor has {model.activation!r}")
    loss = getattr(model, "loss", "squared_error")
    if loss != "squared_error" or model.out_activation_ != "identity":
        raise NotCoveredError(f"the theory is of the squared error, but this MLPRegressor was trained on {loss!r}")
    layers = [
        Layer(f"coefs_[{index}]", np.asarray(weight, dtype=np.float64).T, np.asarray(bias, dtype=np.float64))
        for index, (weight, bias) in enumerate(zip(model.coefs_, model.intercepts_, strict=True))
    ]
    penalty = f"Its weight penalty (alpha = {model.alpha:g}) is no part of the loss here."
    return LoadedNetwork(shallow_network(layers), (penalty,) if model.alpha else ())


def from_object(model: object) -> LoadedNetwork:
    """The network of a ShallowNetwork, a torch.nn.Sequential or a scikit-learn MLPRegressor.

    Raises:
        NotCoveredError: the network is not a shallow ReLU network with one output.
        TypeError: it is an object of another kind.
    """
    if isinstance(model, ShallowNetwork):
        return LoadedNetwork(model)
    if isinstance(model, torch.nn.Sequential):
        return from_sequential(model)
    # recognised by name: scikit-learn need not be installed
    if any(kind.__name__ == "MLPRegressor" and kind.__module__.startswith("sklearn.") for kind in type(model).__mro__):
        return from_regressor(model)
    raise TypeError(
        "a network is a ShallowNetwork, a torch.nn.Sequential(Linear, ReLU, Linear), a fitted MLPRegressor or the path "
        f"of a file, not a {type(model).__name__}"
    )


def _array(parameter: torch.Tensor) -> Float64[Array, ...]:
    return np.asarray(parameter.detach().cpu().double().numpy())
