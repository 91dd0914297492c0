"""MNIST: a carried subset, the full IDX files, and the task of telling even from odd digits."""

from __future__ import annotations

import hashlib
import os
import sys
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import pooch
from jaxtyping import Float64, Int64, UInt8

from numerics.arrays.checks import Array, validate_data
from numerics.arrays.files import cache_folder, load_arrays
from numerics.training.idx import Bytes, read_idx

Places = npt.NDArray[np.intp]
Preprocessing = Literal["standardised", "raw"]
PREPROCESSINGS: tuple[Preprocessing, ...] = ("standardised", "raw")

SUBSET_FILE = Path(str(files("numerics"))) / "data" / "mnist_subset.npz"
# of the bytes of the images followed by those of the labels
SUBSET_SHA256 = "e209b2d59d18f5a62546801b870118192aa685830652ce28334c877a666a4939"

MIRROR = "https://ossci-datasets.s3.amazonaws.com/mnist/"
FILE_SHA256 = {
    "train-images-idx3-ubyte.gz": "0b367032e93c5d0cea0925647cfdb18614af8ee15f83e6f2fc2ad904a6835971",
    "train-labels-idx1-ubyte.gz": "1787548bbe0bff1ec2ecdc0ef292b02df999e2d1a6002d27500982c652b17203",
    "t10k-images-idx3-ubyte.gz": "1a1a05eab793c14bb050b398624a11b0ffd1a2953baed553b1b9bd079e2a20be",
    "t10k-labels-idx1-ubyte.gz": "b91679a0acfe4ba0e50a2437a903084cba1f5f92592b016a25a7dfd00455798b",
}

# mean and standard deviation of the training pixels on [0, 1], as customary
_PIXEL_MEAN, _PIXEL_DEVIATION = 0.1307, 0.3081


@dataclass(frozen=True, eq=False)
class Dataset:
    """Data x [n, d] and labels y [n], or [n, 10] of ten outputs, with what they are and the SHA-256 of their bytes."""

    name: str
    x: Float64[Array, "n d"]
    y: Float64[Array, " n"] | Float64[Array, "n 10"]
    preprocessing: str
    digest: str


def load_images(
    directory: Path | None = None, *, split: Literal["train", "test"] = "train"
) -> tuple[UInt8[Bytes, "N 28 28"], UInt8[Bytes, " N"]]:
    """The images uint8 [N, 28, 28] and their labels uint8 [N].

    Args:
        directory: the folder with the IDX files, plain or gzipped; None for the subset that the project carries
            (the first 100 training images of each digit, N = 1000).
        split: the 60,000 training or the 10,000 test images; the carried subset has training images only.

    Raises:
        FileNotFoundError: the folder or one of its files is missing.
        ValueError: a file is truncated, damaged or no IDX file; the counts of images and labels differ.
    """
    if split not in ("train", "test"):
        raise ValueError(f"split must be 'train' or 'test', not {split!r}")
    if directory is None:
        if split == "test":
            raise ValueError("the carried subset has no test images; give the folder of the full MNIST files")
        return _load_subset(SUBSET_FILE)
    prefix = "train" if split == "train" else "t10k"
    images_path = _find_file(Path(directory), f"{prefix}-images", 3)
    labels_path = _find_file(Path(directory), f"{prefix}-labels", 1)
    images, labels = read_idx(images_path, 3), read_idx(labels_path, 1)
    if images.shape[1:] != (28, 28):
        raise ValueError(f"{images_path} holds images of shape {images.shape[1:]}, not (28, 28)")
    if len(images) != len(labels):
        raise ValueError(f"{images_path} holds {len(images)} images, but {labels_path} {len(labels)} labels")
    if len(labels) and labels.max() > 9:
        raise ValueError(f"{labels_path} holds the label {labels.max()}; digits go from 0 to 9")
    return images, labels


def fetch_mnist() -> Path:
    """Download the four IDX files once, checked against their SHA-256 sums, and return their folder.

    Raises:
        ConnectionError: a file can be neither found in the cache nor downloaded.
        ValueError: what was downloaded does not have the expected checksum.
    """
    registry = {name: f"sha256:{digest}" for name, digest in FILE_SHA256.items()}
    folder = cache_folder() / "mnist"
    files = pooch.create(path=folder, base_url=MIRROR, registry=registry)
    for name in registry:
        try:
            files.fetch(name, progressbar=sys.stderr.isatty())
        except OSError as error:
            raise ConnectionError(
                f"{name} could not be fetched from {MIRROR} into {folder}: {error}. Give the folder of MNIST"
                " files fetched elsewhere, or use the subset that the project carries."
            ) from error
    return folder


def parity_task(
    n: int, preprocessing: Preprocessing = "standardised", *, directory: Path | None = None, seed: int = 0
) -> Dataset:
    """Even (+1) against odd (-1) digits on n training images, drawn evenly from the ten digits.

    Each digit gives n // 10 images, and the digits 0, 1, ... one more each until there are n. Rows keep the
    order of the source. Pixels p in 0..255 become p/255 ("raw") or (p/255 - 0.1307) / 0.3081
    ("standardised"); d = 784.

    Args:
        n: number of images, at least 1; at most 1000 from the carried subset.
        preprocessing: "standardised" or "raw".
        directory: as for `load_images`.
        seed: of the draw.

    Raises:
        ValueError: unknown preprocessing, n too small or too large; and as `load_images`.

    >>> task = parity_task(20, "raw")
    >>> task.x.shape, float(task.y.sum())
    ((20, 784), 0.0)
    """
    x, digits, formula = _drawn(n, preprocessing, directory, seed)
    y = np.where(digits % 2 == 0, 1.0, -1.0)
    return Dataset(f"MNIST even against odd, n = {n}, {preprocessing}", x, y, formula, data_digest(x, y))


def digit_task(
    n: int, preprocessing: Preprocessing = "standardised", *, directory: Path | None = None, seed: int = 0
) -> Dataset:
    """The ten digits on n training images: labels [n, 10], 1 for the digit and 0 elsewhere; else as `parity_task`.

    >>> task = digit_task(20, "raw")
    >>> task.y.shape, task.y.sum(axis=0).tolist() == [2.0] * 10
    ((20, 10), True)
    """
    x, digits, formula = _drawn(n, preprocessing, directory, seed)
    y = np.eye(10)[digits]
    return Dataset(f"MNIST, ten digits, n = {n}, {preprocessing}", x, y, formula, data_digest(x, y))


def _drawn(
    n: int, preprocessing: str, directory: Path | None, seed: int
) -> tuple[Float64[Array, "n d"], UInt8[Bytes, " n"], str]:
    """The pixels [n, 784] of images, their digits [n], and what was done to the pixels."""
    if preprocessing not in PREPROCESSINGS:
        raise ValueError(f"preprocessing must be one of {', '.join(PREPROCESSINGS)}, not {preprocessing!r}")
    if n < 1:
        raise ValueError(f"n must be at least 1, not {n}")
    images, labels = load_images(directory)
    chosen = _stratified_draw(labels, n, seed)
    x = images[chosen].reshape(n, -1) / 255.0
    if preprocessing == "standardised":
        x = (x - _PIXEL_MEAN) / _PIXEL_DEVIATION
    formula = "p/255" if preprocessing == "raw" else f"(p/255 - {_PIXEL_MEAN}) / {_PIXEL_DEVIATION}"
    return x, labels[chosen], f"{preprocessing}: {formula}"


def data_digest(x: Float64[Array, ...], y: Float64[Array, ...]) -> str:
    """SHA-256, in hexadecimal, of the shapes and little-endian bytes of the data x [n, d] and labels y [n]."""
    content = hashlib.sha256(f"x {x.shape} y {y.shape}".encode())
    for array in (x, y):
        content.update(np.ascontiguousarray(array, dtype="<f8").tobytes())
    return content.hexdigest()


def on_row_space(x: npt.ArrayLike) -> Float64[Array, "n m"]:
    """The data [n, d] rotated onto their row space, [n, min(n, d)]; inner products are kept up to rounding.

    A network's values, Gram matrix and gradient descent depend on the data through 1 + <x_i, x_j> alone, so
    all the theory can be seen on the rotated data. Where n >= d there is nothing to gain, and the data come back
    as they are.

    >>> rotated = on_row_space([[3.0, 4.0, 0.0]])
    >>> rotated.shape, round(abs(float(rotated[0, 0])), 12)
    ((1, 1), 5.0)
    """
    data = validate_data(x)
    if data.shape[0] >= data.shape[1]:
        return data.copy()
    left, values, _ = np.linalg.svd(data, full_matrices=False)
    rotated: Array = left * values
    return rotated


def first_of_each_digit(labels: UInt8[Bytes, " N"], count: int) -> Int64[Places, " 10*{count}"]:
    """Indices, ascending, of the first `count` occurrences of each digit: the rule of the carried subset."""
    return np.sort(np.concatenate([_indices_of(labels, digit, count)[:count] for digit in range(10)]))


def _stratified_draw(labels: UInt8[Bytes, " N"], n: int, seed: int) -> Int64[Places, " {n}"]:
    random = np.random.default_rng(seed)
    drawn = []
    for digit in range(10):
        count = n // 10 + (digit < n % 10)
        drawn.append(random.permutation(_indices_of(labels, digit, count))[:count])
    return np.sort(np.concatenate(drawn))


def _indices_of(labels: UInt8[Bytes, " N"], digit: int, needed: int) -> Int64[Places, " found"]:
    indices = np.flatnonzero(labels == digit)
    if len(indices) < needed:
        raise ValueError(f"{needed} images of the digit {digit} are needed, but there are {len(indices)}")
    return indices


def _load_subset(path: str | os.PathLike[str]) -> tuple[UInt8[Bytes, "N 28 28"], UInt8[Bytes, " N"]]:
    arrays = load_arrays(path, ("images", "labels"))
    images, labels = arrays["images"], arrays["labels"]
    if hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest() != SUBSET_SHA256:
        raise ValueError(f"{path} is damaged: its images and labels do not have the expected checksum")
    return images, labels


def _find_file(directory: Path, stem: str, dimensions: int) -> Path:
    if not directory.is_dir():
        raise FileNotFoundError(f"the MNIST folder {directory} does not exist")
    for separator in "-.":
        for ending in ("", ".gz"):
            path = directory / f"{stem}{separator}idx{dimensions}-ubyte{ending}"
            if path.is_file():
                return path
    raise FileNotFoundError(f"{directory} holds neither {stem}-idx{dimensions}-ubyte nor the same with .gz")
