"""mpmath's numbers at the precision of the enclosures: many digits, but no proof of any of them."""

from __future__ import annotations

from typing import Any

from mpmath import mp

from numerics.arrays.checks import Array
from numerics.network import ShallowNetwork
from tests.benchmarks.task import Found

_PRECISION = 128


def computed(network: ShallowNetwork, x: Array) -> Found:
    """(|f|_S, lambda_max(K)) by the definitions, with mpmath's own eigenvalues of a symmetric matrix."""
    with mp.workprec(_PRECISION):
        data, W1 = mp.matrix(x.tolist()), mp.matrix(network.W1.tolist())
        w2 = [mp.mpf(float(entry)) for entry in network.w2]
        n, k = data.rows, W1.rows
        products = data * W1.T
        t = mp.matrix(n, k)
        for j in range(n):
            for i in range(k):
                t[j, i] = products[j, i] + float(network.b1[i])
        norm = mp.fsum(abs(w2[i]) * min(_one_side(t, i, 1, data), _one_side(t, i, -1, data)) for i in range(k))
        features = data * data.T
        gram = mp.matrix(n)
        for j in range(n):
            for other in range(n):
                both = [i for i in range(k) if t[j, i] > 0 and t[other, i] > 0]
                values = mp.fsum(t[j, i] * t[other, i] for i in both)
                gram[j, other] = (1 + values + mp.fsum(w2[i] ** 2 for i in both) * (1 + features[j, other])) / n
        return Found([float(norm), float(max(mp.eigsy(gram, eigvals_only=True)))])


def _one_side(t: Any, neuron: int, sign: int, data: Any) -> Any:
    rows = [j for j in range(data.rows) if sign * t[j, neuron] > 0]
    excess = mp.fsum(abs(t[j, neuron]) for j in rows)
    moments = (mp.fsum(data[j, column] for j in rows) for column in range(data.cols))
    return excess * mp.sqrt(len(rows) ** 2 + mp.fsum(moment**2 for moment in moments)) / data.rows**2
