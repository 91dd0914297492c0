"""One door for all formats."""

from __future__ import annotations

import os
from pathlib import Path

from numerics.loading.layers import RELU_ASSUMED, LoadedNetwork
from numerics.loading.npz import load_npz
from numerics.network import ShallowNetwork

_ENDINGS = ".npz, .safetensors, .pt, .pth or .onnx"


def load_network(path: str | os.PathLike[str]) -> LoadedNetwork:
    """Read a network by the ending of its file: .npz (W1, b1, w2, b2), .safetensors, .pt or .pth (state_dict), .onnx.

    Nothing in the file is run or unpickled, and sizes are checked before memory is taken.

    Raises:
        FileNotFoundError, PermissionError: the file cannot be opened.
        NotCoveredError: the network is none that the theory speaks of.
        ValueError: the file is damaged, too large, or of no known format.
    """
    place = Path(path)
    if not place.exists():
        raise FileNotFoundError(f"there is no file {place}")
    match place.suffix.lower():
        case ".npz":
            return LoadedNetwork(_own_format(place), (RELU_ASSUMED,))
        case ".safetensors":
            from numerics.loading.safetensors_file import load_safetensors

            return load_safetensors(place)
        case ".pt" | ".pth":
            from numerics.loading.torch_file import load_state_dict

            return load_state_dict(place)
        case ".onnx":
            from numerics.loading.onnx_file import load_onnx

            return load_onnx(place)
    raise ValueError(f"{place} must end in {_ENDINGS}")


def as_network(model: object) -> LoadedNetwork:
    """The network of a ShallowNetwork, torch.nn.Sequential, scikit-learn MLPRegressor, or of the file at a path.

    Raises:
        NotCoveredError, ValueError: see `load_network`.
        TypeError: it is an object of another kind.
    """
    if isinstance(model, LoadedNetwork):
        return model
    if isinstance(model, str | os.PathLike):
        return load_network(model)
    from numerics.loading.objects import from_object

    return from_object(model)


def _own_format(place: Path) -> ShallowNetwork:
    arrays = load_npz(place, ("W1", "b1", "w2", "b2"))
    try:
        return ShallowNetwork(**arrays)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{place} does not hold a shallow network: {error}") from error
