"""Files that are nearly valid: bytes changed anywhere, or the structure of the format, with right checksums."""

from __future__ import annotations

import copy
import gzip
import io
import json
import re
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import h5py
import msgpack
import onnx

from tests.fuzz.seeds import Seed

_NUMBERS = (
    0,
    1,
    -1,
    2,
    255,
    2**15,
    2**31 - 1,
    2**31,
    2**32,
    2**62,
    2**63,
    2**64,
    -(2**63),
    10**400,
    0.5,
    1e308,
    -0.0,
    5e-324,
)
_TEXTS = (
    "",
    "nan",
    "-inf",
    "1/0",
    "1e999999999",
    "\0",
    "é",
    "../../x",
    "x" * 300,
    "float64",
    "<f8",
    "|O",
    "W1",
    "9" * 5000,
)
_TOKENS = (
    b"",
    b"nan",
    b"inf",
    b"1e400",
    b'"',
    b"'",
    b";",
    b"\t",
    b"\0",
    b"\xff\xfe",
    b"1,5",
    b"0x10",
    b"1_0",
    b"y",
    b"9" * 400,
)


def mutated(seed: Seed, random: Random) -> bytes:
    """One file near the seed's, by one to three changes of which each is of the bytes or of the structure."""
    content = seed.content
    for _ in range(random.choice((1, 1, 2, 3))):
        change = random.choice((_damaged, _STRUCTURES.get(seed.format, _damaged)))
        try:
            content = change(content, random)
        except Exception:  # what an earlier change made has no structure any more
            content = _damaged(content, random)
    return content


def _damaged(content: bytes, random: Random) -> bytes:
    data = bytearray(content or b"\0")
    place, length = random.randrange(len(data)), random.choice((1, 1, 2, 4, 8, 32))
    match random.randrange(7):
        case 0:
            data[place] ^= 1 << random.randrange(8)
        case 1:
            data[place : place + length] = random.randbytes(length)
        case 2:
            del data[place : place + length]
        case 3:
            data[place:place] = data[place : place + length] * random.choice((1, 2, 50))
        case 4:
            del data[place:]
        case 5:
            number = random.choice(_NUMBERS[:12])
            data[place : place + 8] = int(number).to_bytes(9, random.choice(("little", "big")), signed=True)[:8]
        case _:
            data += random.randbytes(length)
    return bytes(data)


def _hostile(random: Random) -> Any:
    """A value that stands nowhere in a valid tree."""
    deep: Any = 0
    for _ in range(random.choice((3, 60, 400))):
        deep = [deep]
    return random.choice((None, True, [], {}, deep, random.choice(_NUMBERS), random.choice(_TEXTS)))


def _tree(value: Any, random: Random) -> Any:
    """The tree with one node replaced, left out, doubled or exchanged with another."""
    places: list[tuple[Any, Any]] = []
    held = [value]
    while held:
        node = held.pop()
        keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
        places += [(node, key) for key in keys]
        held += [node[key] for key in keys]
    if not places:
        return _hostile(random)
    node, key = random.choice(places)
    other, place = random.choice(places)
    match random.randrange(5):
        case 0:
            del node[key]
        case 1:
            node[key] = copy.deepcopy(other[place])
        case 2 if isinstance(node, dict):
            node[random.choice(_TEXTS)] = node.pop(key)
        case 3 if isinstance(node[key], int | float) and not isinstance(node[key], bool):
            node[key] += random.choice((-1, 1, 2**70))
        case _:
            node[key] = _hostile(random)
    return value


def _json(content: bytes, random: Random) -> bytes:
    return json.dumps(_tree(json.loads(content), random)).encode()


def _zip(content: bytes, random: Random) -> bytes:
    """An archive of the same members of which one is changed, renamed, left out or there twice."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    chosen = random.randrange(len(members))
    name, held = members[chosen]
    match random.randrange(5):
        case 0:
            members[chosen] = (random.choice([*_TEXTS[:8], members[0][0] + "x", "W2.npy", "x/../" + name]), held)
        case 1:
            del members[chosen]
        case 2:
            members.append((random.choice(members)[0], held))
        case _:
            inner = (
                _npy
                if name.endswith(".npy")
                else _json
                if name.endswith(".json")
                else _hdf5
                if name.endswith(".h5")
                else _damaged
            )
            members[chosen] = (name, random.choice((inner, _damaged))(held, random))
    stream = io.BytesIO()
    with (
        warnings.catch_warnings(action="ignore"),
        zipfile.ZipFile(stream, "w", random.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive,
    ):
        for each, content in members:
            archive.writestr(each, content)
    return stream.getvalue()


def _npy(content: bytes, random: Random) -> bytes:
    """An array whose header says something else, with a length that is right."""
    length = int.from_bytes(content[8:10], "little")
    header, body = content[10 : 10 + length].decode("latin1"), content[10 + length :]
    shape = random.choice(
        ("()", "(3,)", "(2, 3)", "(-1,)", f"({2**40},)", "(0, 5)", "(3, 2, 1)", f"({10**30},)", "[3]", "(1,)*9")
    )
    descr = random.choice(
        (
            "'<f8'",
            "'>f8'",
            "'<f4'",
            "'<c16'",
            "'|O'",
            "'<i8'",
            "'<U4'",
            "'|V8'",
            "[('a', '<f8')]",
            "'<M8[s]'",
            "'?'",
            "8",
        )
    )
    changed = random.choice(
        (
            re.sub(r"'shape': \([^)]*\)", f"'shape': {shape}", header),
            re.sub(r"'descr': '[^']*'", f"'descr': {descr}", header),
            header.replace("False", "True"),
            header.replace("False", "__import__('os').abort()"),
            "{" * 200,
        )
    ).encode("latin1")
    return content[:8] + len(changed).to_bytes(2, "little") + changed + body


def _safetensors(content: bytes, random: Random) -> bytes:
    length = int.from_bytes(content[:8], "little")
    header = _json(content[8 : 8 + length], random)
    return len(header).to_bytes(8, "little") + header + content[8 + length :]


def _msgpack(content: bytes, random: Random) -> bytes:
    tree = _tree(msgpack.unpackb(content), random)
    return bytes(msgpack.packb(_unpacked(tree, random)))


def _unpacked(tree: Any, random: Random) -> Any:
    """The arrays of a tree changed too, one time in three."""
    if isinstance(tree, dict):
        return {name: _unpacked(value, random) for name, value in tree.items()}
    if isinstance(tree, msgpack.ExtType) and not random.randrange(3):
        return msgpack.ExtType(tree.code, msgpack.packb(_tree(msgpack.unpackb(tree.data), random)))
    return tree


def _onnx(content: bytes, random: Random) -> bytes:
    """A graph of which one field of one message is something else."""
    model = onnx.ModelProto.FromString(content)
    messages: list[Any] = [model]
    for message in messages:
        for field, value in message.ListFields():
            if field.type == field.TYPE_MESSAGE:
                messages += value if field.is_repeated else [value]
    message = random.choice(messages)
    field = random.choice(message.DESCRIPTOR.fields)
    if field.type == field.TYPE_MESSAGE or not random.randrange(3):
        message.ClearField(field.name)
        return bytes(model.SerializeToString())
    changed: Any = random.choice([number for number in _NUMBERS[:10] if isinstance(number, int)])
    if field.type == field.TYPE_STRING:
        changed = random.choice(("", "x", "A", "h", "Relu", "Gemm", "Loop", "If", "../x", "y"))
    elif field.type == field.TYPE_BYTES:
        changed = random.randbytes(random.choice((0, 1, 8, 24)))
    if field.is_repeated:
        held = getattr(message, field.name)
        held[random.randrange(len(held) or 1) :] = [changed]
    else:
        setattr(message, field.name, changed)
    return bytes(model.SerializeToString())


def _hdf5(content: bytes, random: Random) -> bytes:
    """A file with an attribute or an array exchanged, or a link in its place."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.h5"
        path.write_bytes(content)
        with h5py.File(path, "r+") as file:
            names: list[str] = []
            file.visit(names.append)
            name = random.choice(names)
            match random.randrange(5):
                case 0:
                    file.attrs["model_config"] = json.dumps(_tree(json.loads(file.attrs["model_config"]), random))
                case 1:
                    del file[name]
                    file[name] = random.choice((1.5, "text", [[1.0, 2.0]], [1, 2, 3], b"\0"))
                case 2:
                    del file[name]
                    file[name] = random.choice(
                        (h5py.SoftLink("/"), h5py.ExternalLink("/etc/passwd", "/"), h5py.SoftLink(f"/{name}"))
                    )
                case 3:
                    del file[name]
                case _:
                    file[name].attrs["name"] = random.choice(_TEXTS[6:])
        return path.read_bytes()


def _table(content: bytes, random: Random) -> bytes:
    lines = [line.split(b",") for line in content.split(b"\n")]
    line = random.choice(lines)
    line[random.randrange(len(line))] = random.choice(_TOKENS)
    if not random.randrange(4):
        lines.insert(random.randrange(len(lines)), random.choice(lines) * random.choice((1, 2)))
    return random.choice((b"\n", b"\n", b"\r\n", b"\r")).join(
        random.choice((b",", b",", b";", b" ")).join(line) for line in lines
    )


def _gzipped(content: bytes, random: Random) -> bytes:
    return gzip.compress(_table(gzip.decompress(content), random), mtime=0)


def _idx(content: bytes, random: Random) -> bytes:
    place = random.choice((0, 4, 8, 12))
    return content[:place] + random.choice((0, 1, 2, 3, 28, 2**31, 2**32 - 1)).to_bytes(4, "big") + content[place + 4 :]


_STRUCTURES: dict[str, Callable[[bytes, Random], bytes]] = {
    "npz": _zip,
    "pt": _zip,
    "keras": _zip,
    "npz data": _zip,
    "pt data": _zip,
    "npy data": _npy,
    "safetensors": _safetensors,
    "msgpack": _msgpack,
    "onnx": _onnx,
    "h5": _hdf5,
    "csv": _table,
    "csv.gz": _gzipped,
    "idx": _idx,
    "certificate": _json,
    "evidence": _json,
}
