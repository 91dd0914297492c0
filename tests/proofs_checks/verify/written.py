"""Networks and data as a certificate has them, from plain numbers."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np

from proofs_checks.verify.network import NetworkOnData
from proofs_checks.verify.reading import Entries, parsed
from tests.proofs_checks.verify.certificates import Document


def array(values: Any) -> Document:
    """An array of floats."""
    entries = np.array(values, dtype=float)
    content = base64.b64encode(entries.tobytes()).decode()
    return {"dtype": "float64", "shape": list(entries.shape), "base64": content}


def on_data(rows: list[list[float]], w2: list[float], x: list[list[float]], y: list[float]) -> NetworkOnData:
    """The network of rows (w1, b1) and output weights, without a bias at the end, on data."""
    W1, b1 = [row[:-1] for row in rows], [row[-1] for row in rows]
    network = {"W1": array(W1), "b1": array(b1), "w2": array(w2), "b2": array(0.0)}
    read: Entries = parsed(json.dumps({"network": network, "data": {"x": array(x), "y": array(y)}}).encode())
    return NetworkOnData(read.object("network"), read.object("data"))
