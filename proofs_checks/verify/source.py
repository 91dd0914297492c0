"""Whether the numbers in a certificate are those of the files that it is said to come from.

The only module of the checker that imports the rest of the project: it reads the files with the project's own loaders,
so what it says rests on them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from numerics.loading.data import load_data
from numerics.loading.networks import load_network
from proofs_checks.verify.reading import Entries, NotProved, Unreadable, parsed


def compare(content: bytes, network: Path | None, data: Path | None) -> str:
    """What was compared, in words. Raises `NotProved` where a number differs, `Unreadable` for a file that the loaders
    refuse.
    """
    certificate = parsed(content)
    try:
        parts = []
        if network is not None:
            _require_network(certificate.object("network"), network)
            parts.append(f"the network is that of {network}")
        if data is not None:
            _require_data(certificate.object("data"), data)
            parts.append(f"the data are those of {data}")
    except (NotProved, Unreadable):
        raise
    except (OSError, ValueError, TypeError) as error:
        raise Unreadable(f"what it is compared with cannot be read: {error}") from None
    return f"{' and '.join(parts)}, as read by the project's loaders"


def _require_network(entries: Entries, path: Path) -> None:
    network = load_network(path).network
    for name, dimensions in (("W1", 2), ("b1", 1), ("w2", 1), ("b2", 0)):
        _require_same(entries, name, dimensions, np.asarray(getattr(network, name)), path)


def _require_data(entries: Entries, path: Path) -> None:
    x, y = load_data(path)
    _require_same(entries, "x", 2, np.asarray(x), path)
    if "y" in entries:
        _require_same(entries, "y", 1, np.asarray(y), path)


def _require_same(entries: Entries, name: str, dimensions: int, values: np.ndarray, path: Path) -> None:
    """Equal shapes and equal numbers; 0 and -0 are one number."""
    array = entries.array(name, dimensions)
    expected = np.asarray(values, dtype=np.float64)
    if array.shape != expected.shape:
        raise NotProved(f"{name} has the shape {array.shape}, and {expected.shape} in {path}")
    for place, (own, other) in enumerate(zip(array.entries, expected.ravel().tolist(), strict=True)):
        if own != other:
            raise NotProved(f"entry {place} of {name} is {own!r}, and {other!r} in {path}")
