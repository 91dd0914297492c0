"""Parameters from a .safetensors file."""

from __future__ import annotations

import os

from safetensors import SafetensorError, safe_open

from numerics.loading.layers import LoadedNetwork, network_of_named_arrays
from numerics.loading.limits import require_small_array, require_small_file

_MOST_TENSORS = 1000
_FLOATS = ("F64", "F32", "F16", "BF16")


def load_safetensors(path: str | os.PathLike[str]) -> LoadedNetwork:
    """Read a network whose tensors are W1, b1, w2, b2, or the weight and bias of two layers.

    The format checks that the tensors lie within the file, so their headers claim no more than it holds.

    Raises:
        FileNotFoundError, PermissionError: the file cannot be opened.
        NotCoveredError: the tensors are those of another network.
        ValueError: the file is damaged or no .safetensors file, or its tensors are those of no network.
    """
    place = require_small_file(path)
    try:
        with safe_open(place, framework="pt") as file:
            names = list(file.keys())
            if len(names) > _MOST_TENSORS:
                raise ValueError(f"{place} holds {len(names):,} tensors; a shallow network has 4")
            for name in names:
                held = file.get_slice(name)
                require_small_array(held.get_shape(), f"{place}: {name}")
                if held.get_dtype() not in _FLOATS:
                    raise ValueError(f"{place}: {name} must hold real numbers, but is of type {held.get_dtype()}")
            arrays = {name: file.get_tensor(name).double().numpy() for name in names}
    except SafetensorError as error:
        raise ValueError(f"{place} is no .safetensors file, or is truncated or damaged: {error}") from error
    return network_of_named_arrays(arrays, ordered=False)
