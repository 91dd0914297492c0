"""Whether the numbers in a certificate are those of the files that it is said to come from.

The only module of the checker that imports the rest of the project: it reads the files with the project's own loaders,
so what it says rests on them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from numerics.loading.data import load_data
from numerics.loading.networks import load_network
from numerics.network import ShallowNetwork
from proofs_checks.verify.reading import Entries, NotProved, Unreadable, parsed


def compare(
    content: bytes, network: Path | None, data: Path | None, label: str | None = None, *, zero_biases: bool = False
) -> str:
    """What was compared, in words; data as they reach the network. Raises `NotProved` where a number differs,
    `Unreadable` for a file that the loaders refuse.
    """
    certificate = parsed(content)
    try:
        parts = []
        loaded = None if network is None else load_network(network, with_scaling=True, zero_biases=zero_biases)
        if loaded is not None:
            _require_network(certificate.object("network"), loaded.network, f"{network}")
            parts.append(f"the network is that of {network}")
        if data is not None:
            x, y = load_data(data, label)
            prepared = x if loaded is None else loaded.prepare(x)
            entries = certificate.object("data")
            _require_same(entries, "x", 2, prepared, f"{data}")
            if "y" in entries:
                _require_same(entries, "y", 1, y, f"{data}")
            parts.append(f"the data are those of {data}")
    except (NotProved, Unreadable):
        raise
    except (OSError, ValueError, TypeError) as error:
        raise Unreadable(f"what it is compared with cannot be read: {error}") from None
    return f"{' and '.join(parts)}, as read by the project's loaders"


def _require_network(entries: Entries, network: ShallowNetwork, source: str) -> None:
    for name, dimensions in (("W1", 2), ("b1", 1), ("w2", 1), ("b2", 0)):
        _require_same(entries, name, dimensions, np.asarray(getattr(network, name)), source)


def _require_same(entries: Entries, name: str, dimensions: int, values: np.ndarray, source: str) -> None:
    """Equal shapes and equal numbers; 0 and -0 are one number."""
    array = entries.array(name, dimensions)
    expected = np.asarray(values, dtype=np.float64)
    if array.shape != expected.shape:
        raise NotProved(f"{name} has the shape {array.shape}, and {expected.shape} in {source}")
    for place, (own, other) in enumerate(zip(array.entries, expected.ravel().tolist(), strict=True)):
        if own != other:
            raise NotProved(f"entry {place} of {name} is {own!r}, and {other!r} in {source}")
