"""MNIST: the carried subset, full files, the parity task, and fetching."""

import gzip
import hashlib
import http.server
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from numerics.training import mnist
from numerics.training.mnist import (
    data_digest,
    digit_task,
    fetch_mnist,
    first_of_each_digit,
    load_images,
    on_row_space,
    parity_task,
)
from tests.numerics.training.test_idx import idx
from tests.unchecked import unchecked


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small stand-in for the full files: 60 training and 20 test images."""
    random = np.random.default_rng(0)
    for prefix, count in (("train", 60), ("t10k", 20)):
        images = random.integers(0, 256, (count, 28, 28), dtype=np.uint8)
        labels = np.arange(count, dtype=np.uint8) % 10
        (tmp_path / f"{prefix}-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(images)))
        (tmp_path / f"{prefix}-labels-idx1-ubyte").write_bytes(idx(labels))
    return tmp_path


def test_the_subset_is_stratified_and_looks_like_digits() -> None:
    images, labels = load_images()
    assert images.shape == (1000, 28, 28)
    assert np.bincount(labels).tolist() == [100] * 10
    # MNIST digits are centred in a frame of empty pixels and cover about a fifth of the image
    assert images[:, 0, :].max() == images[:, :, 0].max() == 0
    assert 0.15 < (images > 0).mean() < 0.25
    # ones are thin, zeros are not
    assert (images[labels == 1] > 0).mean() < 0.6 * (images[labels == 0] > 0).mean()
    assert mnist.SUBSET_FILE.stat().st_size < 300_000


def test_provenance_and_licence_lie_beside_the_subset() -> None:
    provenance = mnist.SUBSET_FILE.with_suffix(".txt").read_text()
    assert mnist.SUBSET_SHA256 in provenance
    assert mnist.FILE_SHA256["train-images-idx3-ubyte.gz"] in provenance
    assert "Attribution-ShareAlike 3.0" in mnist.SUBSET_FILE.with_suffix(".licence.txt").read_text()


def test_the_rule_of_the_subset() -> None:
    labels = np.array([3, 0, 3, 3, 0, 1, 2, 4, 5, 6, 7, 8, 9, 1, 2, 4, 5, 6, 7, 8, 9, 0], dtype=np.uint8)
    chosen = first_of_each_digit(labels, 2)
    assert chosen.tolist() == [0, 1, 2, *range(4, 21)]
    with pytest.raises(ValueError, match="3 images of the digit 1 are needed, but there are 2"):
        first_of_each_digit(labels, 3)


def test_a_damaged_subset_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "subset.npz"
    monkeypatch.setattr(mnist, "SUBSET_FILE", path)
    path.write_bytes(b"not an archive")
    with pytest.raises(ValueError, match="truncated or damaged"):
        load_images()
    np.savez(path, images=np.zeros((1000, 28, 28), np.uint8), labels=np.zeros(1000, np.uint8))
    with pytest.raises(ValueError, match="expected checksum"):
        load_images()
    path.unlink()
    with pytest.raises(FileNotFoundError):
        load_images()


def test_full_files_are_read(folder: Path) -> None:
    assert load_images(folder)[0].shape == (60, 28, 28)
    images, labels = load_images(folder, split="test")
    assert images.shape == (20, 28, 28)
    assert labels.tolist() == [*range(10)] * 2
    assert parity_task(30, "raw", directory=folder).x.shape == (30, 784)


def test_files_that_do_not_fit_together_are_reported(folder: Path) -> None:
    labels = folder / "train-labels-idx1-ubyte"
    labels.write_bytes(idx(np.zeros(59, np.uint8)))
    with pytest.raises(ValueError, match=r"holds 60 images, but .* 59 labels"):
        load_images(folder)
    labels.write_bytes(idx(np.full(60, 10, np.uint8)))
    with pytest.raises(ValueError, match="label 10"):
        load_images(folder)
    labels.unlink()
    with pytest.raises(FileNotFoundError, match="neither train-labels-idx1-ubyte nor"):
        load_images(folder)
    (folder / "train-images-idx3-ubyte").write_bytes(idx(np.zeros((60, 8, 8), np.uint8)))
    labels.write_bytes(idx(np.zeros(60, np.uint8)))
    with pytest.raises(ValueError, match=r"shape \(8, 8\)"):
        load_images(folder)
    with pytest.raises(FileNotFoundError, match="does not exist"):
        load_images(folder / "absent")


def test_the_split_is_checked() -> None:
    with pytest.raises(ValueError, match="no test images"):
        load_images(split="test")
    with pytest.raises(ValueError, match="'train' or 'test'"):
        unchecked(load_images)(split="all")


def test_the_ten_digits_are_those_of_the_parity_task() -> None:
    """The same images; a 1 at the digit, which is even where the parity says so."""
    digits, parity = digit_task(37, "raw", seed=3), parity_task(37, "raw", seed=3)
    assert np.array_equal(digits.x, parity.x)
    assert digits.y.shape == (37, 10)
    assert digits.y.sum(axis=1).tolist() == [1.0] * 37
    assert np.array_equal(np.where(digits.y.argmax(axis=1) % 2 == 0, 1.0, -1.0), parity.y)
    assert digits.digest != parity.digest


@pytest.mark.parametrize("n", [1, 7, 10, 256, 1000])
def test_the_parity_task(n: int) -> None:
    images, labels = load_images()
    raw, standardised = parity_task(n, "raw"), parity_task(n, "standardised")
    assert raw.x.shape == (n, 784)
    np.testing.assert_allclose(standardised.x, (raw.x - 0.1307) / 0.3081, rtol=1e-14)
    np.testing.assert_array_equal(raw.y, standardised.y)
    lookup = {image.tobytes(): int(label) for image, label in zip(images, labels, strict=True)}
    digits = [lookup[np.rint(point * 255).astype(np.uint8).tobytes()] for point in raw.x]
    assert [1.0 if digit % 2 == 0 else -1.0 for digit in digits] == raw.y.tolist()
    counts = np.bincount(digits, minlength=10)
    assert counts.tolist() == [n // 10 + (digit < n % 10) for digit in range(10)]


def test_draws_are_reproducible_and_differ_by_seed() -> None:
    first, again, other = parity_task(50), parity_task(50), parity_task(50, seed=1)
    assert first.digest == again.digest != other.digest
    np.testing.assert_array_equal(first.x, again.x)
    assert first.digest != parity_task(50, "raw").digest


def test_digests_see_every_byte_and_the_shapes() -> None:
    x, y = np.zeros((2, 3)), np.zeros(2)
    digests = {data_digest(x, y), data_digest(np.zeros((3, 2)), np.zeros(2)), data_digest(x, np.zeros(3))}
    x[1, 2] = 5e-324
    digests.add(data_digest(x, y))
    assert len(digests) == 4


def test_parity_arguments_are_checked() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        parity_task(0)
    with pytest.raises(ValueError, match="preprocessing"):
        unchecked(parity_task)(10, "whitened")
    with pytest.raises(ValueError, match="101 images of the digit 0 are needed, but there are 100"):
        parity_task(1001)


@pytest.mark.parametrize(("n", "d"), [(5, 20), (20, 5), (4, 4), (1, 1)])
def test_rotation_keeps_inner_products(n: int, d: int) -> None:
    x = np.random.default_rng(0).standard_normal((n, d))
    rotated = on_row_space(x)
    assert rotated.shape == (n, min(n, d))
    np.testing.assert_allclose(rotated @ rotated.T, x @ x.T, atol=1e-13)


def test_rotation_of_duplicated_points() -> None:
    x = np.repeat(np.random.default_rng(0).standard_normal((2, 9)), 2, axis=0)
    rotated = on_row_space(x)
    assert rotated.shape == (4, 4)
    np.testing.assert_allclose(rotated @ rotated.T, x @ x.T, atol=1e-13)


@pytest.fixture
def mirror(folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A local mirror that serves stand-ins for the files, and an empty cache; yields the served folder."""
    served = tmp_path_factory.mktemp("served")
    contents = {name: f"stand-in for {name}".encode() for name in mnist.FILE_SHA256}
    for name, content in contents.items():
        (served / name).write_bytes(content)
    handler = partial(_QuietHandler, directory=str(served))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(mnist, "MIRROR", f"http://127.0.0.1:{server.server_port}/")
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    monkeypatch.setattr(mnist, "FILE_SHA256", sums)
    monkeypatch.setenv("STABLE_MINIMA_CACHE", str(folder / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield served
    server.shutdown()
    server.server_close()


class _QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_fetching_fills_the_cache_once(mirror: Path) -> None:
    fetched = fetch_mnist()
    assert sorted(path.name for path in fetched.iterdir()) == sorted(mnist.FILE_SHA256)
    for path in mirror.iterdir():
        path.unlink()
    assert fetch_mnist() == fetched


def test_fetching_reports_what_went_wrong(mirror: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (mirror / "train-labels-idx1-ubyte.gz").write_bytes(b"something else")
    with pytest.raises(ValueError, match="hash"):
        fetch_mnist()
    monkeypatch.setattr(mnist, "MIRROR", "http://127.0.0.1:9/")
    with pytest.raises(ConnectionError, match=r"could not be fetched.*the subset that the project carries"):
        fetch_mnist()
