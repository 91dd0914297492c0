"""One door for all formats."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from numerics.loading.layers import LoadedNetwork, NotCoveredError, network_of_named_arrays
from numerics.loading.npz import load_npz
from numerics.network import validate_data

_LESS = (
    "Its sharpness is at least that in the trained parameters alone, whose Hessian is a principal submatrix: if it is "
    "stable, so are they; if it is not, they are undecided."
)
ENDINGS = (".npz", ".safetensors", ".pt", ".pth", ".ckpt", ".bin", ".onnx", ".keras", ".h5", ".msgpack")
"""How the files of networks end, in small letters."""


def load_network(
    path: str | os.PathLike[str],
    points: npt.ArrayLike | None = None,
    *,
    with_scaling: bool = False,
    zero_biases: bool = False,
    several: bool = False,
) -> LoadedNetwork:
    """Read a network by the ending of its file: .npz, .safetensors, .pt, .pth, .ckpt, .bin (state_dict), .onnx,
    .keras, .h5, .msgpack (Flax).

    Nothing in the file is run or unpickled, and sizes are checked before memory is taken. A graph is evaluated by
    onnx's reference and compared with the network; the other formats hold parameters alone.

    Args:
        path: the file.
        points: data [m, d] at which a graph and its network are compared, beside random ones; their d tells which
            layer comes first where arrays do not.
        with_scaling: whether the caller prepares the data by `LoadedNetwork.prepare`; otherwise a network with a
            preprocessing in front is refused.
        zero_biases: whether the caller takes a network without biases as one whose biases are parameters and 0, which
            `LoadedNetwork.zero_biases` names; otherwise it is refused.
        several: whether the caller takes networks with several outputs; otherwise they are refused.

    Raises:
        FileNotFoundError, PermissionError: the file cannot be opened.
        NotCoveredError: the network is none that the theory speaks of.
        ValueError: the file is damaged, too large, or of no known format, or the points have another d.
    """
    place = Path(path)
    if not place.exists():
        raise FileNotFoundError(f"there is no file {place}")
    try:
        _require_content(place)
        loaded = _accepted(_read(place, points), with_scaling, zero_biases, several)
        if points is not None:
            _require_inputs(loaded, points)
    except (TypeError, ValueError) as error:
        if str(error).startswith(str(place)):
            raise
        kind = NotCoveredError if isinstance(error, NotCoveredError) else ValueError
        raise kind(f"{place}: {error}") from error
    return loaded


def _require_content(place: Path) -> None:
    """ValueError for what git-lfs leaves in place of a large file."""
    if place.is_file():
        with place.open("rb") as file:
            if file.read(30).startswith(b"version https://git-lfs"):
                raise ValueError("this is a pointer of git-lfs in place of the file; get that by git lfs pull")


def _read(place: Path, points: npt.ArrayLike | None) -> LoadedNetwork:
    match place.suffix.lower():
        case ".npz":
            return _of_arrays(place, _inputs(points))
        case ".safetensors":
            from numerics.loading.safetensors_file import load_safetensors

            return load_safetensors(place, _inputs(points))
        case ".pt" | ".pth" | ".ckpt" | ".bin":
            from numerics.loading.torch_file import load_state_dict

            return load_state_dict(place)
        case ".onnx":
            from numerics.loading.graphs.onnx_file import load_onnx

            return load_onnx(place, points)
        case ".keras" | ".h5":
            from numerics.loading.keras_files.keras_file import load_keras

            return load_keras(place)
        case ".msgpack":
            from numerics.loading.flax_file import load_flax

            return load_flax(place, _inputs(points))
    if place.suffix.lower() in (".pkl", ".pickle", ".joblib", ".skops"):
        raise NotCoveredError(
            "Python objects in a file are not read, since to unpickle them may run code; in Python give the model to"
            " numerics.audit, or write its arrays W1, b1, w2, b2 to an .npz"
        )
    raise ValueError(f"{place} must end in {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}")


def files_of(path: str | os.PathLike[str]) -> list[Path]:
    """The ordinary files that a network is read from: that at the path, and what a graph of ONNX has beside it."""
    place = Path(path)
    files = [place] if place.is_file() else []
    if files and place.suffix.lower() == ".onnx":
        from numerics.loading.graphs.external import beside

        files += beside(place)
    return files


def as_network(
    model: object,
    points: npt.ArrayLike | None = None,
    *,
    with_scaling: bool = False,
    zero_biases: bool = False,
    several: bool = False,
) -> LoadedNetwork:
    """The network of a ShallowNetwork, a model of torch, scikit-learn or Keras, a state_dict, or of the file at a path.

    Args and errors as for `load_network`, and

    Raises:
        TypeError: it is an object of another kind.
    """
    if isinstance(model, LoadedNetwork):
        return _accepted(model, with_scaling, zero_biases, several)
    if isinstance(model, str | os.PathLike):
        return load_network(model, points, with_scaling=with_scaling, zero_biases=zero_biases, several=several)
    from numerics.loading.objects import from_object

    return _accepted(from_object(model, points), with_scaling, zero_biases, several)


def _accepted(loaded: LoadedNetwork, with_scaling: bool, zero_biases: bool, several: bool) -> LoadedNetwork:
    if not several:
        # refuses them in words
        _ = loaded.network
    if loaded.input_scaling is not None and not with_scaling:
        raise NotCoveredError(
            f"the network has a preprocessing of its data in front, {loaded.input_scaling}; "
            "audit the layers alone, on the data that reach them"
        )
    if not loaded.zero_biases:
        return loaded
    missing = f"there is no bias in {' and in '.join(loaded.zero_biases)}"
    if not zero_biases:
        raise NotCoveredError(
            f"{missing}; the theory is of networks whose biases are trained in both layers. The option --zero-biases, "
            "or in Python numerics.load_network(path, zero_biases=True).network, gives it biases that are parameters "
            "and 0: a step that is stable for it is stable for this one, and from one that is not nothing follows"
        )
    said = (
        f"{missing[0].upper()}{missing[1:]}: what is said is of the network whose biases are parameters and 0. {_LESS}"
    )
    return loaded if said in loaded.notes else replace(loaded, notes=(*loaded.notes, said))


def _inputs(points: npt.ArrayLike | None) -> int | None:
    return int(np.shape(points)[1]) if points is not None and np.ndim(points) == 2 else None


def _require_inputs(loaded: LoadedNetwork, points: npt.ArrayLike) -> None:
    data = validate_data(points)
    if data.shape[1] != loaded.first.d:
        raise ValueError(f"the network takes data [n, {loaded.first.d}], but these are {list(data.shape)}")


def _of_arrays(place: Path, inputs: int | None) -> LoadedNetwork:
    arrays = load_npz(place, None)
    # the data may lie beside the network
    named = {name: array for name, array in arrays.items() if name not in ("x", "y") or "W1" not in arrays}
    try:
        return network_of_named_arrays(named, ordered=False, inputs=inputs)
    except (TypeError, ValueError) as error:
        kind = NotCoveredError if isinstance(error, NotCoveredError) else ValueError
        raise kind(f"{place} does not hold a shallow network: {error}") from error
