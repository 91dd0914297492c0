"""The results as a table, for people: one row for each method of others, beside our own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from reports.document.costs import ratio
from tests.benchmarks.machine import sentence


class Row(NamedTuple):
    """What stands in one row, as text; a dash where there is nothing to say."""

    quantity: str
    sizes: str
    tolerance: str
    eigengap: str
    ours: str
    share: str
    our_error: str
    rival: str
    theirs: str
    their_error: str
    ratio: str


HEADINGS = Row(
    "quantity",
    "n, k, d",
    "tolerance",
    "eigengap",
    "ours",
    "of GEMM",
    "error",
    "against",
    "theirs",
    "their error",
    "theirs / ours",
)
_NOTHING = "–"


def table_rows(results: Mapping[str, Any]) -> list[Row]:
    """A row for each rival of each comparison: medians, ratio with its quartiles, errors, share of the GEMM rate."""
    rows = []
    for record in results["cases"].values():
        if "methods" not in record:
            continue
        ours, *rivals = record["methods"]
        facts = record["facts"]
        rows += [
            Row(
                record["quantity"],
                ", ".join(f"{record['sizes'][letter]:,}" for letter in "nkd"),
                _short(facts.get("tolerance")),
                _short(facts.get("eigengap"), "{:.2f}"),
                duration(ours["median"]),
                _short(ours["share"], "{:.0%}"),
                _accuracy(ours),
                rival["name"],
                duration(rival["median"]),
                _accuracy(rival) + (" (missed)" if missed(record, rival) else ""),
                ratio(*(rival["ratio"][name] for name in ("median", "low", "high"))),
            )
            for rival in rivals
        ]
    return rows


def growth_rows(results: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """What grows, and its fitted exponents in n, k and d with their standard errors."""
    records = [record for record in results["cases"].values() if record.get("exponents")]
    return [(record["quantity"], *(_exponent(record["exponents"][letter]) for letter in "nkd")) for record in records]


def left_out(results: Mapping[str, Any]) -> list[str]:
    """What was not measured, and why, a line each."""
    reasons: dict[tuple[str, str], None] = dict.fromkeys(results["left_out"].items())
    for name, record in results["cases"].items():
        where = "/".join(name.split("/")[:3])
        reasons |= dict.fromkeys((f"{where}: {method}", why) for method, why in record["left_out"].items())
    return [f"{what}: {why}" for what, why in reasons]


def markdown(results: Mapping[str, Any]) -> str:
    """All of it as Markdown: the table of comparisons, that of exponents, remarks, what was left out, the machine."""
    cases = results["cases"].values()
    remarks = {
        f"{method['name']}: {method['remark']}"
        for record in cases
        for method in record.get("methods", [])
        if method["remark"]
    }
    facts = [f"{record['quantity']}: {_told(record['facts'])}" for record in cases if _told(record.get("facts", {}))]
    loads = [record["load"] for record in cases if record["load"] is not None]
    parts = [_table(HEADINGS, table_rows(results))]
    if growth_rows(results):
        parts.append(_table(("cost", "n", "k", "d"), growth_rows(results)))
    parts += [_list(sorted(remarks)), _list(list(dict.fromkeys(facts))), _list(left_out(results))]
    machine = f"{sentence(results['conditions']['machine'])}."
    parts.append(f"{machine} Load before the comparisons: {max(loads):g} at most." if loads else machine)
    return "\n\n".join(part for part in parts if part) + "\n"


def missed(record: Mapping[str, Any], method: Mapping[str, Any]) -> bool:
    """Whether a method is further from the reference than the tolerance that it was asked for."""
    tolerance = record["facts"].get("tolerance")
    return tolerance is not None and method["error"] is not None and not method["error"] <= tolerance


def duration(seconds: float) -> str:
    """Three significant digits in the unit that fits.

    >>> duration(0.000123), duration(0.0456), duration(7.891), duration(123.4)
    ('0.123 ms', '45.6 ms', '7.89 s', '123 s')
    """
    return f"{seconds * 1e3:.3g} ms" if seconds < 1 else f"{seconds:.3g} s" if seconds < 100 else f"{seconds:.0f} s"


def _accuracy(method: Mapping[str, Any]) -> str:
    if method["width"] is not None:
        return f"width {method['width']:.0e}"
    return _short(method["error"], "{:.0e}")


def _exponent(exponent: Mapping[str, float]) -> str:
    return f"{exponent['value']:.2f} ± {exponent['error']:.2f}"


def _short(value: float | None, form: str = "{:.0e}") -> str:
    return _NOTHING if value is None else form.format(value)


def _told(facts: Mapping[str, object]) -> str:
    hidden = ("tolerance", "eigengap")
    told = {name: f"{value:.1e}" if isinstance(value, float) else value for name, value in facts.items()}
    return ", ".join(f"{name} {value}" for name, value in told.items() if name not in hidden)


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) if rows else ""


def _list(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
