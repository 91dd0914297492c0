"""Records that are kept between runs, as JSON under their own sha256: what was truncated or edited is no record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numerics.arrays.files import atomic_writer, sealed, unsealed


def write_sealed(path: Path, record: Mapping[str, Any]) -> None:
    """Write a record of what JSON can hold, atomically. Raises OSError where the file cannot be written."""
    content = json.dumps(sealed(record), ensure_ascii=False, indent=1)
    with atomic_writer(path) as stream:
        stream.write(content.encode())


def read_sealed(path: Path) -> dict[str, Any] | None:
    """The record that was written to a file; None where there is no file, or it holds anything else."""
    try:
        return unsealed(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
