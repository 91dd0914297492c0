"""mpmath's intervals: the stability norm and the largest eigenvalue of the Gram matrix, enclosed.

Of the eigenvalue mpmath itself has no rigorous enclosure. So the proof is the same as in numerics.exact.spectrum,
written for its intervals: from below a Rayleigh quotient, from above s I - K = L L^T + E with L in floats.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from mpmath import iv

from numerics.arrays.checks import Array
from numerics.network import ShallowNetwork
from tests.benchmarks.task import Found

_PRECISION = 128


def enclosed(network: ShallowNetwork, x: Array) -> Found:
    """(|f|_S, lambda_max(K)) in the middle of their enclosures, and the relative width of the wider one.

    Raises:
        ArithmeticError: the sign of a pre-activation is open.
    """
    before = iv.prec
    iv.prec = _PRECISION
    try:
        data, weights = _intervals(x), _intervals(network.W1)
        biases, output_weights = _intervals(network.b1[None])[0], _intervals(network.w2[None])[0]
        t = [[_dot(row, w) + b for w, b in zip(weights, biases, strict=True)] for row in data]
        active = [[_sign(entry) > 0 for entry in row] for row in t]
        norm = iv.mpf(0)
        for i, w2 in enumerate(output_weights):
            column, on = [row[i] for row in t], [row[i] for row in active]
            above = _one_side(column, on, data)
            below = _one_side([-entry for entry in column], [not side for side in on], data)
            norm += abs(w2) * iv.mpf([min(above.a, below.a), min(above.b, below.b)])
        ends = norm, _top_eigenvalue(_gram(data, t, active, output_weights))
        return Found([float(end.mid) for end in ends], width=max(_relative_width(end) for end in ends))
    finally:
        iv.prec = before


def _relative_width(value: Any) -> float:
    return 0.0 if value.a == value.b else float((value.delta / abs(value.mid)).b)


def _intervals(matrix: Array) -> list[list[Any]]:
    return [[iv.mpf(float(entry)) for entry in row] for row in matrix]


def _dot(first: list[Any], second: list[Any]) -> Any:
    return sum((a * b for a, b in zip(first, second, strict=True)), iv.mpf(0))


def _sign(value: Any) -> int:
    if value.a > 0:
        return 1
    if value.b < 0:
        return -1
    raise ArithmeticError("the sign of a pre-activation is open")


def _one_side(t: list[Any], on: list[bool], data: list[list[Any]]) -> Any:
    n = len(t)
    rows = [row for row, side in zip(data, on, strict=True) if side]
    excess = sum((entry for entry, side in zip(t, on, strict=True) if side), iv.mpf(0))
    squares = iv.mpf(len(rows)) ** 2 + sum(
        (sum(column, iv.mpf(0)) ** 2 for column in zip(*rows, strict=True)), iv.mpf(0)
    )
    return excess * iv.sqrt(squares) / n**2


def _gram(data: list[list[Any]], t: list[list[Any]], active: list[list[bool]], w2: list[Any]) -> list[list[Any]]:
    n, squares = len(data), [w * w for w in w2]
    gram = [[iv.mpf(0)] * n for _ in range(n)]
    for j in range(n):
        for other in range(j + 1):
            both = [i for i in range(len(w2)) if active[j][i] and active[other][i]]
            values = sum((t[j][i] * t[other][i] for i in both), iv.mpf(0))
            levers = sum((squares[i] for i in both), iv.mpf(0))
            entry = (1 + values + levers * (1 + _dot(data[j], data[other]))) / n
            gram[j][other] = gram[other][j] = entry
    return gram


def _top_eigenvalue(gram: list[list[Any]]) -> Any:
    floats = np.array([[float(entry.mid) for entry in row] for row in gram])
    values, vectors = np.linalg.eigh(floats)
    u = [iv.mpf(float(entry)) for entry in vectors[:, -1]]
    low = _dot(u, [_dot(row, u) for row in gram]) / _dot(u, u)
    shift = float(values[-1]) * (1 + 2.0**-40)
    factor = _intervals(np.linalg.cholesky(shift * np.eye(len(floats)) - floats))
    square = iv.mpf(0)
    for j, row in enumerate(gram):
        for other in range(j + 1):
            common = _dot(factor[j][: other + 1], factor[other][: other + 1])
            residual = (iv.mpf(shift) if j == other else iv.mpf(0)) - row[other] - common
            square += residual**2 * (1 if j == other else 2)
    return iv.mpf([low.a, (shift + iv.sqrt(square)).b])
