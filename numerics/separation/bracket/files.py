"""Brackets in files: JSON with whole numbers and fractions only, no floats.

    {"format": "stable-minima bracket 1", "step_size": "1/2",
     "lower": {"supremum": "p/q", "point_bits": 9, "mass_bits": 46, "points": [[x, y], ...], "masses": [m, ...]},
     "upper": {"error": "p/q", "line_bits": 12, "amplitude_bits": 32, "constant": c, "lines": [[tau, c], ...],
               "amplitudes": [a, ...]}}

A mass stands for each image of its point under the symmetries of the square, an amplitude for the sum over the eight
images of its line, divided by eight (``DualMeasure.from_orbits``, ``SymmetricNet``).
"""

from __future__ import annotations

import json
import os
import re
from fractions import Fraction
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt
from jaxtyping import Int64

from numerics.arrays.files import atomic_writer
from numerics.separation.bracket.ends import Bracket
from numerics.separation.bracket.explicit_nets import SymmetricNet
from numerics.separation.bracket.measures import DualMeasure

Integers = npt.NDArray[np.int64]

FORMAT = "stable-minima bracket 1"
_LOWER = ("supremum", "point_bits", "mass_bits", "points", "masses")
_UPPER = ("error", "line_bits", "amplitude_bits", "constant", "lines", "amplitudes")
_FRACTION = re.compile(r"[0-9]{1,40}(/[0-9]{1,40})?")


def write_bracket(path: str | os.PathLike[str], bracket: Bracket) -> None:
    """Write a bracket atomically.

    Raises:
        OSError: the folder is missing or not writable.
        ValueError: the measure lacks the symmetries of the square, which the format requires.
    """
    measure, net = bracket.measure, bracket.net
    points, masses = measure.representatives()
    document = {
        "format": FORMAT,
        "step_size": str(bracket.step_size),
        "lower": {
            "supremum": str(bracket.supremum),
            "point_bits": measure.point_bits,
            "mass_bits": measure.mass_bits,
            "points": points.tolist(),
            "masses": masses.tolist(),
        },
        "upper": {
            "error": str(bracket.error),
            "line_bits": net.line_bits,
            "amplitude_bits": net.amplitude_bits,
            "constant": net.constant,
            "lines": net.lines.tolist(),
            "amplitudes": net.amplitudes.tolist(),
        },
    }
    with atomic_writer(path) as file:
        file.write((json.dumps(document, separators=(",", ":")) + "\n").encode())


def read_bracket(path: str | os.PathLike[str]) -> Bracket:
    """Read a bracket; its numbers are well formed, but nothing of what it claims is checked.

    Raises:
        FileNotFoundError, PermissionError: the file cannot be opened.
        ValueError: the file is no such document, or a number in it is of the wrong kind or out of range.
    """
    try:
        document = json.loads(Path(path).read_bytes(), parse_constant=_refuse, object_pairs_hook=_without_repeats)
        fields = _fields(document, ("format", "step_size", "lower", "upper"), "the file")
        if fields["format"] != FORMAT:
            raise ValueError(f"its format is {fields['format']!r}, not {FORMAT!r}")
        lower, upper = _fields(fields["lower"], _LOWER, "lower"), _fields(fields["upper"], _UPPER, "upper")
        measure = DualMeasure.from_orbits(
            _integers(lower["points"], "points", 2),
            _integers(lower["masses"], "masses", 1),
            _integer(lower["point_bits"], "point_bits"),
            _integer(lower["mass_bits"], "mass_bits"),
        )
        net = SymmetricNet(
            _integers(upper["lines"], "lines", 2),
            _integers(upper["amplitudes"], "amplitudes", 1),
            _integer(upper["constant"], "constant"),
            _integer(upper["line_bits"], "line_bits"),
            _integer(upper["amplitude_bits"], "amplitude_bits"),
        )
        step_size = _fraction(fields["step_size"], "step_size")
        return Bracket(
            step_size, measure, _fraction(lower["supremum"], "supremum"), net, _fraction(upper["error"], "error")
        )
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} does not hold a bracket: {error}") from error


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise ValueError(f"a name occurs twice among {', '.join(names)}")
    return dict(pairs)


def _fields(value: object, names: tuple[str, ...], what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{what} is not an object with the fields {', '.join(names)}")
    wrong = sorted(set(names) ^ set(value))
    if wrong:
        raise ValueError(f"{what} must have the fields {', '.join(names)}; missing or unknown: {', '.join(wrong)}")
    return value


def _integer(value: object, name: str) -> int:
    if type(value) is not int or abs(value) >= 2**60:
        raise ValueError(f"{name} must be a whole number below 2^60 in size, not {str(value)[:40]!r}")
    return value


def _integers(value: object, name: str, dimension: int) -> Int64[Integers, ...]:
    if not isinstance(value, list):
        raise ValueError(f"{name} must be a list")
    if dimension == 1:
        return np.array([_integer(entry, name) for entry in value], dtype=np.int64)
    if any(not isinstance(entry, list) or len(entry) != 2 for entry in value):
        raise ValueError(f"{name} must be a list of pairs")
    return np.array([[_integer(part, name) for part in entry] for entry in value], dtype=np.int64).reshape(-1, 2)


def _fraction(value: object, name: str) -> Fraction:
    if not isinstance(value, str) or not _FRACTION.fullmatch(value):
        raise ValueError(f"{name} must be a fraction in text such as '3/2', not {str(value)[:40]!r}")
    try:
        return Fraction(value)
    except ZeroDivisionError:
        raise ValueError(f"{name} has the denominator 0") from None
