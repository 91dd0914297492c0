"""One comparison: several methods on one task, each checked once against a reference and then timed in turn."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.benchmarks.machine import gemm_rates, load
from tests.benchmarks.measure import Rounds, Spread, interleaved, paired_ratio, relative_error
from tests.benchmarks.task import Found

Fact = float | int | str
_LONG = 5.0
MISSING = "not installed; it comes with the extra: pip install '.[bench]'"


@dataclass(frozen=True)
class Settings:
    """What a run is asked for.

    full: whether rivals that take minutes are timed too.
    mnist: the folder of all of MNIST; None for the images that come with the project.
    folder: where networks are kept between runs.
    progress: is told what is being done.
    """

    full: bool
    mnist: Path | None
    folder: Path
    progress: Callable[[str], object] = lambda _: None


@dataclass(frozen=True)
class Case:
    """A comparison by its name, and what makes it."""

    name: str
    run: Callable[[], dict[str, Any]]


@dataclass(frozen=True)
class Method:
    """A method: its name, its call, the operations of its matrix products, and the rate of `gemm_rates` they go at."""

    name: str
    call: Callable[[], Found]
    operations: float | None = None
    rate: str = "numpy"
    remark: str = ""


@dataclass(frozen=True)
class Subject:
    """What is compared: the quantity, (n, k, d), what the values are checked against, and facts to be told beside it.

    reference: the value itself; None where there is none.
    left_out: methods that are not timed, and why.
    """

    quantity: str
    sizes: tuple[int, int, int]
    reference: object = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)


def compared(
    subject: Subject, methods: Sequence[Method], settings: Settings, rounds: Rounds | None = None
) -> dict[str, Any]:
    """The record of a comparison; see `tests.benchmarks.results`. The first method is the project's own.

    A method that cannot be imported, or says that it did not converge, is left out with its reason.
    """
    left_out, found, known = dict(subject.left_out), dict[str, Found](), dict[str, float]()
    for method in methods:
        settings.progress(method.name)
        try:
            found[method.name], known[method.name] = _tried(method.call)
        except ModuleNotFoundError:
            left_out[method.name] = MISSING
        except ArithmeticError as error:
            left_out[method.name] = str(error)
    ours, *_ = (method.name for method in methods)
    if ours not in found:
        raise ArithmeticError(f"{ours} failed: {left_out[ours]}")
    timed = [method for method in methods if method.name in found]
    rates, waiting = gemm_rates(), load()
    seconds = interleaved(
        {method.name: method.call for method in timed},
        rounds or Rounds(seconds=120.0 if settings.full else 20.0),
        known=known,
        after_round=lambda number: settings.progress(f"round {number}"),
    )
    return {
        "quantity": subject.quantity,
        "sizes": dict(zip("nkd", subject.sizes, strict=True)),
        "facts": dict(subject.facts),
        "gemm": rates,
        "load": waiting,
        "methods": [
            _entry(method, found[method.name], seconds[method.name], seconds[ours], subject.reference, rates)
            for method in timed
        ],
        "left_out": left_out,
    }


def _tried(call: Callable[[], Found]) -> tuple[Found, float]:
    """What a call finds, and its seconds: of a second one, unless it takes long, since the first imports modules."""
    found, seconds = _clocked(call)
    return (found, seconds) if seconds > _LONG else _clocked(call)


def _clocked(call: Callable[[], Found]) -> tuple[Found, float]:
    begun = time.perf_counter()
    return call(), time.perf_counter() - begun


def _entry(
    method: Method, found: Found, own: list[float], ours: list[float], reference: object, rates: Mapping[str, float]
) -> dict[str, Any]:
    spread = Spread.of(own)
    share = None if method.operations is None else method.operations / spread.median / rates[method.rate]
    return {
        "name": method.name,
        "seconds": own,
        **asdict(spread),
        "ratio": asdict(paired_ratio(ours, own)),
        "error": None if reference is None else relative_error(found.value, reference),
        "width": found.width,
        "products": found.products,
        "share": share,
        "remark": method.remark,
    }
