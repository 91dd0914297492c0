"""Valid files of every format that a command reads, and the command that reads each."""

from __future__ import annotations

import functools
import gzip
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgpack
import numpy as np
import onnx
import torch
from safetensors.numpy import save as safetensors_bytes

from numerics.audit.__main__ import main as audit
from proofs_checks.verify.__main__ import main as verify
from reports.verdicts.__main__ import main as verdicts
from tests.numerics.loading.graphs.examples import gemm, graph, node
from tests.numerics.loading.keras_files import examples as keras
from tests.overlay import ROOT

Command = Callable[[Sequence[str]], int]
_X = np.array([[1.0, 0.75], [-1.0, 2.0], [0.25, -2.0]])
_Y = np.array([2.0, 1.5, 0.0])
_NET = {
    "W1": np.array([[1.0, 0.25], [-0.5, 1.0], [0.5, 0.5]]),
    "b1": np.array([0.125, 0.0625, -0.25]),
    "w2": np.array([1.0, -0.5, 0.25]),
    "b2": np.array(0.75),
}


@dataclass(frozen=True)
class Seed:
    """A valid file, and how to read it: a command whose words name the file as `{}`."""

    format: str
    name: str
    content: bytes
    command: Command
    words: tuple[str, ...]


def _npz(**arrays: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)  # type: ignore[arg-type]
    return stream.getvalue()


def _pt() -> bytes:
    names = ("0.weight", "0.bias", "2.weight", "2.bias")
    arrays = (_NET["W1"], _NET["b1"], _NET["w2"][None], _NET["b2"][None])
    stream = io.BytesIO()
    torch.save(dict(zip(names, map(torch.from_numpy, arrays), strict=True)), stream)
    return stream.getvalue()


def _onnx() -> bytes:
    nodes = (gemm("x", "A", "a", "h"), node("Relu", "h", "r"), gemm("r", "B", "b", "y"))
    weights = {"A": _NET["W1"].T, "a": _NET["b1"], "B": _NET["w2"][:, None], "b": _NET["b2"][None]}
    return bytes(graph(*nodes, kind=onnx.TensorProto.FLOAT, **weights).SerializeToString())


def _flax() -> bytes:
    def array(value: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> msgpack.ExtType:
        return msgpack.ExtType(1, msgpack.packb([list(value.shape), value.dtype.name, value.tobytes()]))

    first = {"kernel": array(_NET["W1"].T.copy()), "bias": array(_NET["b1"])}
    second = {"kernel": array(_NET["w2"][:, None]), "bias": array(_NET["b2"][None])}
    return bytes(msgpack.packb({"params": {"Dense_0": first, "Dense_1": second}}))


def _idx(array: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bytes:
    header = bytes([0, 0, 8, array.ndim]) + b"".join(length.to_bytes(4, "big") for length in array.shape)
    return header + array.tobytes()


def _keras(folder: Path) -> tuple[bytes, bytes]:
    model = keras.sequential(keras.INPUT, keras.HIDDEN, keras.OUTPUT)
    whole = keras.write_whole(folder / "whole.h5", model)
    return keras.write_keras(folder, model).read_bytes(), whole.read_bytes()


@functools.cache
def seeds(folder: Path) -> tuple[Seed, ...]:
    """All of them; files that stay as they are, which the commands read too, are written into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    network, data, images = folder / "valid-network.npz", folder / "valid-data.npz", folder / "images"
    network.write_bytes(_npz(**_NET))
    wide = folder / "wide-network.npz"
    wide.write_bytes(_npz(**_NET | {"W1": np.ones((3, 28 * 28))}))
    data.write_bytes(_npz(x=_X, y=_Y))
    certificate = folder / "valid-certificate.json"
    audited = audit(
        [str(network), "--data", str(data), "--step-size", "1/8", "--quiet", "--certificate", str(certificate)]
    )
    assert audited < 2
    images.mkdir(exist_ok=True)
    (images / "train-labels-idx1-ubyte").write_bytes(_idx(np.array([0, 1, 2], dtype=np.uint8)))
    how = ("--step-size", "1/8", "--quiet")
    of_network = ("{}", "--data", str(data), *how)
    of_data = (str(network), "--data", "{}", *how)
    table = "a,b,y\n" + "\n".join(f"{row[0]},{row[1]},{label}" for row, label in zip(_X, _Y, strict=True)) + "\n"
    keras_zip, keras_whole = _keras(folder)
    torch_data = io.BytesIO()
    torch.save({"x": torch.from_numpy(_X), "y": torch.from_numpy(_Y)}, torch_data)
    array = io.BytesIO()
    np.save(array, np.column_stack([_X, _Y]))
    tensors = {"W1": _NET["W1"], "b1": _NET["b1"], "w2": _NET["w2"], "b2": _NET["b2"]}
    pixels = np.arange(3 * 28 * 28).astype(np.uint8).reshape(3, 28, 28)
    return (
        Seed("npz", "network.npz", _npz(**_NET), audit, of_network),
        Seed("pt", "network.pt", _pt(), audit, of_network),
        Seed("safetensors", "network.safetensors", safetensors_bytes(tensors), audit, of_network),
        Seed("onnx", "network.onnx", _onnx(), audit, of_network),
        Seed("keras", "network.keras", keras_zip, audit, of_network),
        Seed("h5", "network.h5", keras_whole, audit, of_network),
        Seed("msgpack", "network.msgpack", _flax(), audit, of_network),
        Seed("npz data", "data.npz", _npz(x=_X, y=_Y), audit, of_data),
        Seed("npy data", "data.npy", array.getvalue(), audit, of_data),
        Seed("pt data", "data.pt", torch_data.getvalue(), audit, of_data),
        Seed("csv", "data.csv", table.encode(), audit, of_data),
        Seed("csv.gz", "data.csv.gz", gzip.compress(table.encode(), mtime=0), audit, of_data),
        Seed(
            "idx",
            "images/train-images-idx3-ubyte",
            _idx(pixels),
            audit,
            (str(wide), "--data", str(images), *how),
        ),
        Seed("certificate", "certificate.json", certificate.read_bytes(), verify, ("{}",)),
        Seed("evidence", "evidence.json", small_evidence(), verdicts, ("{}",)),
    )


def small_evidence() -> bytes:
    """The evidence of one claim, out of that which the tests of the report have."""
    evidence = json.loads((ROOT / "tests" / "reports" / "evidence.json").read_text("utf-8"))
    evidence["claims"] = evidence["claims"][:1]
    return json.dumps(evidence).encode()
