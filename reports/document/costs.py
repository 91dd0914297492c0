"""What the computations cost beside other libraries: a run of the benchmarks that the project keeps."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import NamedTuple


class Cost(NamedTuple):
    """One quantity by one other method: sizes n, k, d, a tolerance if there is one, their time over ours, quartiles."""

    quantity: str
    sizes: tuple[int, int, int]
    tolerance: float | None
    missed: bool
    rival: str
    median: float
    low: float
    high: float

    @property
    def times(self) -> str:
        """The ratio and its quartiles, as `ratio` writes them."""
        return ratio(self.median, self.low, self.high)


def ratio(median: float, low: float, high: float) -> str:
    """A ratio and its quartiles, at two digits or in whole numbers.

    >>> ratio(1.25, 0.987, 153.4)
    '1.2 (0.99 to 153)'
    """
    middle, least, most = (f"{x:.0f}" if x >= 10 else f"{x:.2g}" for x in (median, low, high))
    return f"{middle} ({least} to {most})"


def costs() -> list[Cost]:
    """Every comparison kept, in the order in which it was measured; ``missed``: with an error above the tolerance.

    >>> costs()[0].quantity, costs()[0].rival
    ('largest eigenvalue of the Gram matrix', 'curvlinops GGN, eigsh')
    """
    results = json.loads((files("reports") / "data" / "benchmarks.json").read_text("utf-8"))
    found = []
    for record in results["cases"].values():
        for rival in record.get("methods", [])[1:]:
            tolerance, error, ratio = record["facts"].get("tolerance"), rival["error"], rival["ratio"]
            missed = tolerance is not None and error is not None and error > tolerance
            n, k, d = (record["sizes"][letter] for letter in "nkd")
            spread = (ratio["median"], ratio["low"], ratio["high"])
            found.append(Cost(record["quantity"], (n, k, d), tolerance, missed, rival["name"], *spread))
    return found
