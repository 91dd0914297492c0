"""A torch module on data, prepared for its audit: what it computes, its trained parameters, its output bias."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from numerics.loading.layers import NotCoveredError

_DROPOUTS = torch.nn.modules.dropout._DropoutNd
_BATCH_NORMS = torch.nn.modules.batchnorm._BatchNorm
_COMPARED = 3
"""Data whose outputs are compared with those of the same data alone."""
_LARGEST = 2**28
"""Entries of all mean gradients, some gigabytes."""
_ROUNDINGS = 1e4
"""Of a number of the size of the outputs, by which two ways to compute the same may differ."""
_NEEDED = (
    "the claim any-architecture needs a trained bias that is added last and used nowhere else, as that of a last "
    "torch.nn.Linear with nothing behind it"
)


@dataclass(frozen=True, eq=False)
class Subject:
    """f(x_j; theta) [n, m] of a module, as a function of its trained parameters.

    parameters: the trained ones, copies, by name.
    fixed: buffers and frozen parameters, likewise.
    inputs: [n, ...]; labels: [n, m], or None.
    bias: the name of the output bias, with m entries; outputs: m.
    """

    module: torch.nn.Module
    parameters: Mapping[str, torch.Tensor]
    fixed: Mapping[str, torch.Tensor]
    inputs: torch.Tensor
    labels: torch.Tensor | None
    bias: str
    outputs: int

    @property
    def n(self) -> int:
        """The number of data."""
        return len(self.inputs)

    @property
    def size(self) -> int:
        """The number of trained parameters."""
        return sum(part.numel() for part in self.parameters.values())

    def values(self, rows: slice, parameters: Mapping[str, torch.Tensor] | None = None) -> torch.Tensor:
        """f(x_j) [rows, m], at other parameters if some are given."""
        own = self.parameters if parameters is None else parameters
        return _values(self.module, {**self.fixed, **own}, self.inputs[rows])

    def chunks(self, length: int) -> Iterator[slice]:
        """The data in pieces of so many."""
        for start in range(0, self.n, length):
            yield slice(start, min(start + length, self.n))


def subject(
    module: object,
    inputs: object,
    labels: object = None,
    *,
    bias: str | None = None,
    device: str | torch.device = "cpu",
    dtype: torch.dtype = torch.float64,
) -> Subject:
    """The module on inputs [n, ...] with labels [n] or [n, m]; it is left as it is, and computed with copies.

    The output bias is found by moving each trained parameter of m entries: all outputs have to move by exactly the
    same. A name in `bias` says which one to try.

    Raises:
        TypeError: it is no torch module, or the data are no real numbers.
        NotCoveredError: no trained bias is added last; or the output at a datum depends on chance or on other data.
        ValueError: dropout or batch normalisation is in training mode; no data; shapes that do not fit; numbers that
            are not finite; a module that cannot be run on these data.
    """
    if not isinstance(module, torch.nn.Module):
        raise TypeError(
            f"this is of a torch.nn.Module, not of a {type(module).__name__}; shallow networks of other libraries are "
            "audited by numerics.audit"
        )
    if dtype not in (torch.float64, torch.float32):
        raise ValueError(f"dtype must be torch.float64 or torch.float32, not {dtype}")
    _require_evaluation(module)
    place = _device(device)
    data = _tensor(inputs, "inputs", place, dtype)
    if data.ndim == 0 or len(data) == 0:
        raise ValueError("there are no data: inputs must be [n, ...] with n >= 1")
    trained = {name: _copy(part, name, place, dtype) for name, part in module.named_parameters() if part.requires_grad}
    frozen = [(name, part) for name, part in module.named_parameters() if not part.requires_grad]
    fixed = {name: _copy(part, name, place, dtype) for name, part in [*frozen, *module.named_buffers()]}
    few = data[:_COMPARED]
    first = _run(module, {**fixed, **trained}, few)
    outputs = first.shape[1]
    _require_function(module, {**fixed, **trained}, few, first)
    entries = outputs * sum(part.numel() for part in trained.values())
    if entries > _LARGEST:
        raise ValueError(
            f"{outputs:,} mean gradients of so many parameters are {entries:,} numbers; supported are {_LARGEST:,}"
        )
    y = None if labels is None else _labels(labels, len(data), outputs, place, dtype)
    name = _output_bias(module, trained, fixed, few, first, bias)
    return Subject(module, trained, fixed, data, y, name, outputs)


def _device(device: str | torch.device) -> torch.device:
    try:
        place = torch.device(device)
        torch.empty(0, device=place)
    except (AssertionError, RuntimeError) as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise ValueError(f"torch cannot compute on {device}: {first}") from error
    return place


def _require_evaluation(module: torch.nn.Module) -> None:
    for name, part in module.named_modules():
        where = f"layer {name or type(part).__name__} ({type(part).__name__})"
        if isinstance(part, _DROPOUTS) and part.training and part.p > 0:
            raise ValueError(f"{where} drops at random in training mode; call .eval() first")
        chance = getattr(part, "dropout", 0.0)
        if part.training and isinstance(chance, float) and chance > 0:
            raise ValueError(f"{where} drops at random in training mode; call .eval() first")
        if isinstance(part, _BATCH_NORMS):
            if part.training:
                raise ValueError(f"{where} normalises by the batch in training mode; call .eval() first")
            if part.running_mean is None:
                raise NotCoveredError(
                    f"{where} normalises by the batch, so that the network is no function of one datum"
                )
    if any(torch.nn.parameter.is_lazy(part) for part in module.parameters()):
        raise ValueError("some parameters are not initialised; run the module on data once")


def _tensor(value: Any, name: str, device: torch.device, dtype: torch.dtype) -> torch.Tensor:
    """Floats in the dtype, whole numbers as they are."""
    if not isinstance(value, torch.Tensor):
        array = np.asarray(value)
        if array.dtype.kind not in "fiub":
            raise TypeError(f"{name} must be real numbers, in a tensor or an array, not {array.dtype}")
        value = torch.from_numpy(np.array(array))
    if value.is_complex() or value.is_meta or value.layout != torch.strided:
        raise TypeError(f"{name} must be real numbers in a dense tensor")
    found: torch.Tensor = value.detach().to(device)
    if not found.is_floating_point():
        return found
    if not bool(torch.isfinite(found).all()):
        raise ValueError(f"{name} must be finite numbers, and some are not")
    return found.to(dtype)


def _copy(part: torch.Tensor, name: str, device: torch.device, dtype: torch.dtype) -> torch.Tensor:
    return _tensor(part, name, device, dtype).clone()


def _labels(labels: object, n: int, outputs: int, device: torch.device, dtype: torch.dtype) -> torch.Tensor:
    y = _tensor(labels, "labels", device, dtype).to(dtype)
    if y.ndim == 1:
        y = y[:, None]
    if y.shape != (n, outputs):
        raise ValueError(f"the labels must be {[n, outputs]}, one row for each datum, not {list(y.shape)}")
    return y


def _values(module: torch.nn.Module, parts: Mapping[str, torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    found = torch.func.functional_call(module, dict(parts), (x,))
    if not isinstance(found, torch.Tensor) or found.ndim == 0 or len(found) != len(x):
        shape = list(found.shape) if isinstance(found, torch.Tensor) else type(found).__name__
        raise ValueError(f"the module must give one row of outputs for each of {len(x)} data, not {shape}")
    return found.reshape(len(x), -1)


def _run(module: torch.nn.Module, parts: Mapping[str, torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    try:
        with torch.no_grad():
            found = _values(module, parts, x)
    except (RuntimeError, IndexError, TypeError) as error:
        raise ValueError(f"the module cannot be run on inputs {list(x.shape)} of {x.dtype}: {error}") from error
    if not bool(torch.isfinite(found).all()):
        raise ValueError("the outputs of the module are not finite numbers")
    if found.dtype != (x.dtype if x.is_floating_point() else found.dtype):
        raise ValueError(f"the module computes in {found.dtype} whatever it is given; say dtype={found.dtype}")
    return found


def _room(values: torch.Tensor) -> float:
    return _ROUNDINGS * torch.finfo(values.dtype).eps * (1 + float(values.abs().max()))


def _require_function(
    module: torch.nn.Module, parts: Mapping[str, torch.Tensor], x: torch.Tensor, values: torch.Tensor
) -> None:
    """Each output is a function of its datum alone."""
    room = _room(values)
    if float((_run(module, parts, x) - values).abs().max()) > room:
        raise NotCoveredError("the module gives other outputs when it is run again: it depends on chance")
    alone = torch.cat([_run(module, parts, x[j : j + 1]) for j in range(len(x))])
    if float((alone - values).abs().max()) > room:
        raise NotCoveredError("the output at a datum depends on the data beside it")


def _output_bias(
    module: torch.nn.Module,
    trained: Mapping[str, torch.Tensor],
    fixed: Mapping[str, torch.Tensor],
    x: torch.Tensor,
    values: torch.Tensor,
    bias: str | None,
) -> str:
    """The parameter that moves all outputs by exactly what it is moved by; the last one, if there are several."""
    outputs = values.shape[1]
    if bias is not None and bias not in trained:
        raise ValueError(f"there is no trained parameter {bias!r}; there are {', '.join(trained)}")
    candidates = [name for name, part in trained.items() if part.numel() == outputs]
    for name in reversed(candidates if bias is None else [bias]):
        if trained[name].numel() == outputs and all(
            _moves(module, trained, fixed, x, values, name, size) for size in (1.0, -0.625, 64.0)
        ):
            return name
    which = "no trained parameter" if bias is None else f"{bias} is no parameter that"
    moves = "moves all outputs by exactly what it is moved by" if bias is None else "moves all outputs so"
    raise NotCoveredError(f"{which} {moves}: {_NEEDED}")


def _moves(
    module: torch.nn.Module,
    trained: Mapping[str, torch.Tensor],
    fixed: Mapping[str, torch.Tensor],
    x: torch.Tensor,
    values: torch.Tensor,
    name: str,
    size: float,
) -> bool:
    # another shift for each output, so that they cannot be exchanged
    shift = size * torch.linspace(1.0, 2.0, values.shape[1], dtype=values.dtype, device=values.device)
    other = {**fixed, **trained, name: trained[name] + shift.reshape(trained[name].shape)}
    try:
        moved = _run(module, other, x)
    except ValueError:
        return False
    return float((moved - values - shift).abs().max()) <= _room(values) + _room(moved)
