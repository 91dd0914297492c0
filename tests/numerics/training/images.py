"""A small stand-in for the files of MNIST."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.numerics.training.test_idx import idx


def write_mnist(folder: Path, count: int, seed: int = 0) -> None:
    """Write training images of noise, as many of each digit, with their labels."""
    images = np.random.default_rng(seed).integers(0, 256, (count, 28, 28), dtype=np.uint8)
    (folder / "train-images-idx3-ubyte").write_bytes(idx(images))
    (folder / "train-labels-idx1-ubyte").write_bytes(idx(np.arange(count, dtype=np.uint8) % 10))
