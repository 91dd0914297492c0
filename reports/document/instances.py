"""The network of an instance as a formula, from how Python writes it."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

NEURONS, DATA, INPUTS = 3, 4, 2
"""The most that a formula still shows at a glance."""
_FRACTION = re.compile(r"Fraction\((-?\d+), (\d+)\)")
_RESIDUALS = re.compile(r", (residuals [-\d/., ]+)$")
_VALUE = r"(?<![\w.])%s ?= ?(?=[\[(])"

Rows = Sequence[Sequence[Fraction]]


def instance(written: str) -> str:
    r"""The net and the data in a text such as ``W1 = [[1.0]], b1 = [-0.25], w2 = [0.5], x = [[2.0]]``, as LaTeX; "" if
    there is no net in it, or one that is too large for a line. Numbers have three digits.

    >>> print(instance("W1 = [[1.0], [-2.0]], b1 = [-0.25, 0.0], w2 = [0.5, 1.0], x = [[2.0], [-1.0]]"))
    $f(x) = 0.5\,(x - 0.25)_+$ ${}+ (-2x)_+$ at $x = 2$, $-1$
    """
    weights, biases, amplitudes, data = (_value(name, written) for name in ("W1", "b1", "w2", "x"))
    if weights is None or biases is None or amplitudes is None:
        return ""
    rows: Rows = [[Fraction(entry) for entry in row] for row in weights]
    inputs = len(rows[0])
    if len(rows) > NEURONS or inputs > INPUTS or len(data or ()) > DATA:
        return ""
    names = ["x"] if inputs == 1 else [f"x_{c}" for c in range(1, inputs + 1)]
    neurons = [
        _term(Fraction(amplitude), rf"({_sum([*zip(row, names, strict=True), (Fraction(bias), '')])})_+", r"\,")
        for row, bias, amplitude in zip(rows, biases, amplitudes, strict=True)
    ]
    # a formula of its own for each term, so that a narrow line may break between them
    terms = [f"${{}}- {term[1:]}$" if term.startswith("-") else f"${{}}+ {term}$" for term in neurons[1:]]
    found = " ".join([f"$f(x) = {neurons[0]}$", *terms])
    if data:
        points = [", ".join(_number(Fraction(entry)) for entry in point) for point in data]
        first, *others = (point if inputs == 1 else f"({point})" for point in points)
        found += " at " + ", ".join([f"$x = {first}$", *(f"${point}$" for point in others)])
    residuals = _RESIDUALS.search(written)
    return found + (f", {residuals[1]}" if residuals else "")


def _value(name: str, written: str) -> Any:
    """What stands after ``name =``, a list or a tuple; fractions are text. None where there is none."""
    found = re.search(_VALUE % name, written)
    if found is None:
        return None
    depth, start = 0, found.end()
    for place, letter in enumerate(written[start:], start=start):
        depth += (letter in "[(") - (letter in "])")
        if not depth:
            return ast.literal_eval(_FRACTION.sub(r"'\1/\2'", written[start : place + 1]))
    return None


def _sum(parts: Sequence[tuple[Fraction, str]]) -> str:
    """A sum of multiples, without those that are 0."""
    return _joined([_term(factor, name) for factor, name in parts if factor]) or "0"


def _term(factor: Fraction, name: str, space: str = "") -> str:
    if not name:
        return _number(factor)
    return f"{'-' if factor < 0 else ''}{'' if abs(factor) == 1 else _number(abs(factor)) + space}{name}"


def _joined(terms: Sequence[str]) -> str:
    return " + ".join(terms).replace("+ -", "- ")


def _number(value: Fraction) -> str:
    """A whole number, or three digits of another."""
    return str(value) if value.denominator == 1 else f"{float(value):.3g}"
