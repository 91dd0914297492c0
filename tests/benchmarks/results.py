"""The results of a run: one JSON file, written after each comparison, so that an interrupted run goes on.

::

    {"format": 1,
     "conditions": {"size": "small" or "full", "mnist": whether all of MNIST was given,
                    "machine": processor, cores, system, python; libraries: name -> version or null; blas: of each
                               pool its internal_api, version, architecture (the kernel), threading_layer,
                               num_threads, library; torch: blas, kernel, threads; code: SHA-256 of the sources},
     "left_out": {name of a case that was not made: why},
     "cases": {name: record}}

The record of a comparison has

    quantity    what is computed
    sizes       {"n", "k", "d"}: data, neurons, inputs
    facts       what is to be told beside it: tolerance, eigengap (lambda_1 - lambda_2) / lambda_1, the reference
    gemm        floating-point operations a second of a matrix product, measured just before: "numpy", "torch",
                "torch, one thread"
    load        mean number of processes that ran or waited in the minute before, or null
    methods     the first is the project's own; each has
                name, remark
                seconds              one number a round; all methods take turns within a round
                median, low, high    of them, with the quartiles
                ratio                {"median", "low", "high"} of its seconds over our own, round by round
                error                largest relative error against the reference, or null
                width                relative width of an enclosure, or null
                products             products with the matrix, or null
                share                operations of its matrix products, symmetric ones counted once, a second, over
                                     the rate in `gemm`; null for the methods of others
    left_out    {name of a method that was not timed: why}

and that of a growth instead of sizes to methods

    points      [{"n", "k", "d", "median", "low", "high"}] in seconds
    exponents   {"n", "k", "d": {"value", "error"}}: t = c n^p k^q d^r fitted to the medians, with standard errors
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from numerics.arrays.files import atomic_writer

FORMAT = 1
Results = dict[str, Any]


class ConditionsError(ValueError):
    """A file holds results of another machine, of other versions or of another size."""


def opened(path: Path, conditions: dict[str, Any]) -> Results:
    """The results that a file holds already, or none if it does not exist.

    Raises:
        ConditionsError: they were not measured under these conditions.
        ValueError: the file holds no such results.
    """
    if not path.exists():
        return {"format": FORMAT, "conditions": conditions, "left_out": {}, "cases": {}}
    results = read(path)
    different = _differences(results["conditions"], conditions)
    if different:
        raise ConditionsError(f"{path} was measured under other conditions ({', '.join(different)})")
    return results


def read(path: Path) -> Results:
    """The results of a file.

    Raises:
        OSError: it cannot be read.
        ValueError: it holds no results of this format.
    """
    try:
        results = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is no JSON: {error}") from error
    parts = {"format", "conditions", "left_out", "cases"}
    if not (isinstance(results, dict) and parts <= results.keys() and results["format"] == FORMAT):
        raise ValueError(f"{path} holds no results of benchmarks in format {FORMAT}")
    return results


def write(path: Path, results: Results) -> None:
    """Replace the file at once: a reader never sees half of it.

    Raises:
        OSError: the folder is missing or not writable.
    """
    with atomic_writer(path) as file:
        file.write((json.dumps(results, indent=1) + "\n").encode())


def _differences(before: dict[str, Any], now: dict[str, Any], inside: str = "") -> list[str]:
    found = []
    for name in sorted(before.keys() | now.keys()):
        first, second, label = before.get(name), now.get(name), f"{inside}{name}"
        if isinstance(first, dict) and isinstance(second, dict):
            found += _differences(first, second, f"{label}.")
        elif first != second:
            found.append(label)
    return found
