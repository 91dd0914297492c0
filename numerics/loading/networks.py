"""One door for all formats."""

from __future__ import annotations

import os
from pathlib import Path

import numpy.typing as npt

from numerics.loading.layers import LoadedNetwork, NotCoveredError, network_of_named_arrays
from numerics.loading.npz import load_npz

_ENDINGS = ".npz, .safetensors, .pt, .pth, .ckpt, .bin or .onnx"


def load_network(
    path: str | os.PathLike[str], points: npt.ArrayLike | None = None, *, with_scaling: bool = False
) -> LoadedNetwork:
    """Read a network by the ending of its file: .npz, .safetensors, .pt, .pth, .ckpt, .bin (state_dict), .onnx.

    Nothing in the file is run or unpickled, and sizes are checked before memory is taken. A graph is evaluated by
    onnx's reference and compared with the network; the other formats hold parameters alone.

    Args:
        path: the file.
        points: data [m, d] at which a graph and its network are compared, beside random ones.
        with_scaling: whether the caller prepares the data by `LoadedNetwork.prepare`; otherwise a network with a
            preprocessing in front is refused.

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
            return _of_arrays(place)
        case ".safetensors":
            from numerics.loading.safetensors_file import load_safetensors

            return load_safetensors(place)
        case ".pt" | ".pth" | ".ckpt" | ".bin":
            from numerics.loading.torch_file import load_state_dict

            return load_state_dict(place)
        case ".onnx":
            from numerics.loading.graphs.onnx_file import load_onnx

            return _accepted(load_onnx(place, points), with_scaling)
    raise ValueError(f"{place} must end in {_ENDINGS}")


def as_network(model: object, points: npt.ArrayLike | None = None, *, with_scaling: bool = False) -> LoadedNetwork:
    """The network of a ShallowNetwork, a model of torch or scikit-learn, a state_dict, or of the file at a path.

    Args and errors as for `load_network`, and

    Raises:
        TypeError: it is an object of another kind.
    """
    if isinstance(model, LoadedNetwork):
        return _accepted(model, with_scaling)
    if isinstance(model, str | os.PathLike):
        return load_network(model, points, with_scaling=with_scaling)
    from numerics.loading.objects import from_object

    return _accepted(from_object(model, points), with_scaling)


def _accepted(loaded: LoadedNetwork, with_scaling: bool) -> LoadedNetwork:
    if loaded.input_scaling is not None and not with_scaling:
        raise NotCoveredError(
            f"the network has a preprocessing of its data in front, {loaded.input_scaling}; "
            "audit the layers alone, on the data that reach them"
        )
    return loaded


def _of_arrays(place: Path) -> LoadedNetwork:
    arrays = load_npz(place, None)
    # the data may lie beside the network
    named = {name: array for name, array in arrays.items() if name not in ("x", "y") or "W1" not in arrays}
    try:
        return network_of_named_arrays(named, ordered=False)
    except (TypeError, ValueError) as error:
        kind = NotCoveredError if isinstance(error, NotCoveredError) else ValueError
        raise kind(f"{place} does not hold a shallow network: {error}") from error
