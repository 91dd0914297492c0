"""Records that are kept between runs, as JSON under their own sha256: what was truncated or edited is no record."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numerics.arrays.files import atomic_writer

SEAL = "seal"
"""The key of the sha256 of all others."""


def write_sealed(path: Path, record: Mapping[str, Any]) -> None:
    """Write a record of what JSON can hold, atomically. Raises OSError where the file cannot be written."""
    content = json.dumps({**record, SEAL: _seal(record)}, ensure_ascii=False, indent=1)
    with atomic_writer(path) as stream:
        stream.write(content.encode())


def read_sealed(path: Path) -> dict[str, Any] | None:
    """The record that was written to a file; None where there is no file, or it holds anything else."""
    try:
        record = json.loads(path.read_text("utf-8"))
        seal = record.pop(SEAL)
        return record if seal == _seal(record) else None
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def _seal(record: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()
