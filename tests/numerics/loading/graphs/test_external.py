"""Weights beside a graph: read from its folder alone, and not before what they claim is checked."""

from __future__ import annotations

import warnings
from pathlib import Path

import onnx
import pytest
import torch

from numerics.loading import load_network
from numerics.loading.networks import files_of
from tests.numerics.loading.graphs.examples import FIRST, RELU, SECOND, WEIGHTS, graph
from tests.numerics.loading.users import assert_is_torch, trained_by_torch


def written(folder: Path, **changed: str) -> Path:
    """The graph with its weights in model.data, what is told of A changed."""
    path = folder / "model.onnx"
    onnx.save(
        graph(FIRST, RELU, SECOND, **WEIGHTS), path, save_as_external_data=True, size_threshold=0, location="model.data"
    )
    model = onnx.load(path, load_external_data=False)
    told = next(tensor for tensor in model.graph.initializer if tensor.name == "A").external_data
    held = {entry.key: entry.value for entry in told} | changed
    del told[:]
    for key, value in held.items():
        told.add(key=key, value=value)
    path.write_bytes(model.SerializeToString())
    return path


def test_what_torch_exports(tmp_path: Path) -> None:
    """With external_data as it is if it is not named: larger arrays lie in a second file."""
    pytest.importorskip("onnxscript", reason="torch's newer exporter needs it")
    path = tmp_path / "model.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(trained_by_torch(), (torch.zeros(4, 2),), path, dynamo=True, verbose=False)
    model = onnx.load(path)
    onnx.save(model, path, save_as_external_data=True, size_threshold=0, location="model.onnx.data")
    found = load_network(path)
    assert_is_torch(found.network)
    assert found.notes == ("Weights were read from model.onnx.data, beside the graph.",)


def test_a_length_that_is_left_out(tmp_path: Path) -> None:
    """Means all that is left of the file."""
    path = written(tmp_path, location="A.data", offset="0", length="")
    (tmp_path / "A.data").write_bytes(onnx.load(written(tmp_path)).graph.initializer[0].raw_data)
    path = written(tmp_path, location="A.data", offset="0", length="")
    assert load_network(path).network.W1[0].tolist() == [1.0, 0.25]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"location": "../model.data"}, r"lies in '\.\./model\.data'; only files in the folder"),
        ({"location": "/etc/passwd"}, "only files in the folder"),
        ({"location": "c:\\model.data"}, "only files in the folder"),
        ({"location": ".."}, "only files in the folder"),
        ({"location": ""}, "only files in the folder"),
        ({"location": "a\0b"}, "only files in the folder"),
        ({"location": "missing.data"}, r"A lies in missing\.data, which is not beside the graph"),
        ({"location": "link.data"}, "a link to another folder"),
        ({"location": "folder"}, "is no file"),
        ({"length": "20"}, r"A, of shape \[2, 3\], takes 24 bytes, but claims 20"),
        ({"offset": "1000000000000"}, "from byte 1,000,000,000,000 of model.data"),
        ({"offset": "-24"}, "from byte -24"),
        ({"offset": "some"}, "is no number"),
        ({"offset": "24"}, "share bytes"),
        ({"checksum": "0"}, "more is told than"),
    ],
)
def test_claims(tmp_path: Path, changed: dict[str, str], message: str) -> None:
    folder = tmp_path / "folder"
    (folder / "folder").mkdir(parents=True)
    path = written(folder, **changed)
    (tmp_path / "model.data").write_bytes((folder / "model.data").read_bytes())
    (folder / "link.data").symlink_to(tmp_path / "model.data")
    with pytest.raises(ValueError, match=message) as refused:
        load_network(path)
    assert str(refused.value).startswith(str(path))


def test_a_link_within_the_folder(tmp_path: Path) -> None:
    path = written(tmp_path, location="link.data")
    (tmp_path / "link.data").symlink_to("model.data")
    assert load_network(path).network.k == 3


def test_the_files_beside_a_graph_are_files_of_the_network(tmp_path: Path) -> None:
    path = written(tmp_path)
    assert files_of(path) == [path, tmp_path / "model.data"]
    # what is elsewhere or not there is none
    assert files_of(written(tmp_path, location="../model.data")) == [path, tmp_path / "model.data"]
    (tmp_path / "model.data").unlink()
    assert files_of(path) == [path]
    other = path.rename(path.with_suffix(".npz"))
    assert files_of(other) == [other]
    assert files_of(path) == []
    other.rename(path)
    path.write_bytes(b"torn")
    assert files_of(path) == [path]
    assert files_of(tmp_path) == []
