"""Parameters from a .safetensors file."""

from __future__ import annotations

import json
import os
from pathlib import Path

from safetensors import SafetensorError, safe_open

from numerics.loading.layers import LoadedNetwork, NotCoveredError, network_of_named_arrays
from numerics.loading.limits import require_small_arrays, require_small_file

_MOST_TENSORS = 1000
_LONGEST_HEADER = 2**20
_FLOATS = ("F64", "F32", "F16", "BF16")


def load_safetensors(path: str | os.PathLike[str], inputs: int | None = None) -> LoadedNetwork:
    """Read a network whose tensors have the names that `network_of_named_arrays` knows, which also takes the inputs.

    The format checks that the tensors fill the file without gap or overlap, so their headers claim no more than it
    holds; that no key of a header is there twice is checked here.

    Raises:
        FileNotFoundError, PermissionError: the file cannot be opened.
        NotCoveredError: the tensors are those of another network.
        ValueError: the file is damaged or no .safetensors file, or its tensors are those of no network.
    """
    place = require_small_file(path)
    _require_single_keys(place)
    try:
        with safe_open(place, framework="pt") as file:
            names = list(file.keys())
            if len(names) > _MOST_TENSORS:
                raise ValueError(f"{place} holds {len(names):,} tensors; a shallow network has 4")
            slices = {name: file.get_slice(name) for name in names}
            kinds = {name: held.get_dtype() for name, held in slices.items()}
            require_small_arrays([(f"{place}: {name}", held.get_shape()) for name, held in slices.items()])
            arrays = {
                name: (file.get_tensor(name).double() if kinds[name] == "BF16" else file.get_tensor(name)).numpy()
                for name in names
                if kinds[name] in _FLOATS or name.endswith("num_batches_tracked")
            }
    except (SafetensorError, OSError, RuntimeError) as error:
        raise ValueError(f"{place} is no .safetensors file, or is truncated or damaged: {error}") from error
    strangers = [name for name in names if name not in arrays]
    if strangers:
        raise ValueError(f"{place}: {strangers[0]} must hold real numbers, but is of type {kinds[strangers[0]]}")
    narrow = sorted({kind for kind in kinds.values() if kind in ("F16", "BF16")})
    try:
        return network_of_named_arrays(
            arrays,
            ordered=False,
            notes=[f"Parameters are stored in {kind}; they were read exactly." for kind in narrow],
            inputs=inputs,
        )
    except NotCoveredError:
        raise
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from error


def _require_single_keys(place: Path) -> None:
    """The header is 8 bytes of length and JSON, in which a second value of a key would take the place of the first."""

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        if len({key for key, _ in pairs}) < len(pairs):
            raise ValueError("a key is there twice")
        return dict(pairs)

    with place.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if length > _LONGEST_HEADER:
            raise ValueError(f"{place} is no .safetensors file, or is damaged: its header claims {length:,} bytes")
        try:
            json.loads(file.read(length), object_pairs_hook=once)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{place} is no .safetensors file, or is truncated or damaged: {error}") from error
