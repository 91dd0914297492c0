"""The IDX format of the MNIST files, plain or gzipped, read with every header field checked."""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt
from jaxtyping import UInt8

Bytes = npt.NDArray[np.uint8]

_UNSIGNED_BYTE = 0x08


def read_idx(path: Path, dimensions: int) -> UInt8[Bytes, ...]:
    """Read an IDX file of unsigned bytes with the given number of axes; gzipped iff it ends in .gz.

    The header is two zero bytes, the type (8 for unsigned bytes), the number of axes, and the length of each
    as a big-endian 32-bit integer; the entries follow, the last axis running fastest.

    Raises:
        OSError: the file cannot be opened.
        ValueError: damaged gzip, wrong magic number, or another number of bytes than the header announces.
    """
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ValueError(f"{path} is not a gzip file, or is truncated or damaged: {error}") from error
    header = 4 + 4 * dimensions
    expected_magic = bytes([0, 0, _UNSIGNED_BYTE, dimensions])
    if content[:4] != expected_magic:
        raise ValueError(
            f"{path} is no IDX file of unsigned bytes with {dimensions} axes: it begins with"
            f" {content[:4].hex(' ') or 'nothing'}, not {expected_magic.hex(' ')}"
        )
    if len(content) < header:
        raise ValueError(f"{path} is truncated: its header takes {header} bytes, the file has {len(content)}")
    shape = struct.unpack(f">{dimensions}I", content[4:header])
    if len(content) - header != math.prod(shape):
        raise ValueError(
            f"{path} is truncated or damaged: its header announces {' x '.join(map(str, shape))} entries,"
            f" but {len(content) - header} follow"
        )
    return np.frombuffer(content, dtype=np.uint8, offset=header).reshape(shape)
