"""Entries of a certificate: arrays, and claims rounded outward; and the file, written as a whole."""

from __future__ import annotations

import base64
import json
import os
from fractions import Fraction

import numpy as np

from numerics.arrays.checks import Array
from numerics.arrays.files import atomic_writer
from numerics.arrays.spectrum import top_eigenpairs
from numerics.enclosure import enclosed_gram
from numerics.exact.balls import decimals
from numerics.exact.dyadic import power_of_two
from numerics.gram import gram_matrix
from numerics.network import ShallowNetwork
from numerics.problem import Problem

FORMAT = "stable-minima certificate 3"

Ends = tuple[Fraction, Fraction]
_DIGITS = 20
# what a claim leaves, relative to the enclosure it comes from, to a checker that rounds otherwise
_ROOTS = Fraction(1, 10**18)
_ABOVE = Fraction(1, 2**39)
_BELOW = Fraction(1, 2**43)


def write(path: str | os.PathLike[str], kind: str, **content: object) -> None:
    """Write a certificate of a kind, replacing the file only when all of it is written. Raises OSError."""
    text = json.dumps({"format": FORMAT, "kind": kind, **content}, indent=1, allow_nan=False)
    with atomic_writer(path) as file:
        file.write(text.encode())


def network_entries(network: ShallowNetwork) -> dict[str, object]:
    """The parameters of a network."""
    return {name: array(np.asarray(getattr(network, name))) for name in ("W1", "b1", "w2", "b2")}


def data_entries(problem: Problem) -> dict[str, object]:
    """Data and labels."""
    return {"x": array(problem.x), "y": array(problem.labels)}


def array(values: Array) -> dict[str, object]:
    """Floats bit by bit, or the places in a table where there are few different ones."""
    content = np.asarray(values, dtype="<f8", order="C")
    table = np.unique(content)
    if len(table) <= 256 and content.size > 4 * len(table):
        places = np.searchsorted(table, content).astype(np.uint8)
        return {**_encoded(values.shape, "uint8", places.tobytes()), "table": _encoded_floats(table)}
    return _encoded_floats(content)


def _encoded_floats(values: Array) -> dict[str, object]:
    return _encoded(values.shape, "float64", values.tobytes())


def _encoded(shape: tuple[int, ...], dtype: str, content: bytes) -> dict[str, object]:
    return {"shape": list(shape), "dtype": dtype, "base64": base64.b64encode(content).decode()}


def decimal(value: Fraction, *, up: bool) -> str:
    """Some 20 significant digits, rounded up or down."""
    exponent = len(str(abs(value.numerator))) - len(str(value.denominator))
    return decimals(value, max(0, _DIGITS - exponent), up=up)


def claim(ends: Ends, below: Fraction = _ROOTS, above: Fraction = _ROOTS) -> list[str]:
    """An enclosure with a little room for a checker that rounds roots otherwise."""
    low, high = ends
    return [decimal(low - abs(low) * below, up=False), decimal(high + abs(high) * above, up=True)]


def below(value: Fraction) -> str:
    """A number that the value exceeds by a little."""
    return claim((value, value))[0]


def eigenvalue_claim(ends: Ends, step_size: Fraction | None = None) -> list[str]:
    """An enclosure of an eigenvalue, with room for a checker that proves it by another factorisation.

    The room does not reach past 2/eta where the enclosure does not, so that the claim decides what the enclosure does.
    """
    low, high = claim(ends, _BELOW, _ABOVE)
    if step_size is not None:
        limit = 2 / step_size
        if ends[1] <= limit < Fraction(high):
            high = str(limit)
        if Fraction(low) <= limit < ends[0]:
            low = str((limit + ends[0]) / 2)
    return [low, high]


def top_vector(problem: Problem) -> Array:
    """An eigenvector of the largest eigenvalue of K [n], in floats."""
    try:
        gram = gram_matrix(problem)
    except OverflowError:
        balls = enclosed_gram(problem)
        mantissa, exponent = max(abs(entry).upper() for entry in balls.entries()).man_exp()
        scaled = balls * power_of_two(-int(mantissa).bit_length() - int(exponent))
        gram = np.array([[float(entry) for entry in row] for row in scaled.table()])
    vector: Array = top_eigenpairs(gram)[1][0]
    return vector
