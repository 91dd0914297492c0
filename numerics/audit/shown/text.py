"""An audit as a table for people and as JSON; several audits as one row each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from numerics.audit.findings import Audit, least_stable_step
from numerics.audit.methods.words import sharpness_name, short
from numerics.audit.shown.table import filled, laid_out
from numerics.audit.statements import reasons
from numerics.exact.intervals import Interval, readable, texts

_JSON_DIGITS = 15
_ROW_DIGITS = 4
_INTERVALS = (
    "loss",
    "gradient_norm",
    "sharpness",
    "gram_sharpness",
    "negative_curvature",
    "mean_gradient_square",
    "stability_norm",
    "one_sided_norm",
    "bound",
    "tightness",
    "largest_stable_step",
    "flattest_gram_sharpness",
    "method_sharpness",
)
_COLUMNS = (
    "network",
    "n",
    "k",
    "step size",
    "sharpness",
    "largest stable step",
    "stability norm",
    "bound",
    "tightness",
    "verdict",
)
_FLAGS = ("far_from_minimum", "kinks", "near_kinks", "interpolating", "verdict", "enclosed")
CSV_COLUMNS = (
    *("network", "n", "d", "k", "step_size", "method"),
    *(f"{name}_{end}" for name in _INTERVALS for end in ("low", "high")),
    *_FLAGS,
    *("error", "key"),
)
"""The columns of a table in CSV."""


class Printed(Audit):
    """An audit whose text is its table."""

    def __str__(self) -> str:
        return to_table(self)


@dataclass(frozen=True)
class Row:
    """A network, as it was named, at a step size: what was found, or in words why nothing was."""

    network: str
    found: Audit | str


def to_json(found: Audit) -> str:
    """One JSON object: an interval as [lo, hi], decimal strings rounded outward; what is not known as null."""
    return json.dumps(_fields(found), indent=2, ensure_ascii=False)


def to_json_list(rows: Iterable[Row]) -> str:
    """A list of such objects, each with its `network`; instead of what was found, `error` says why nothing was."""
    objects = [
        {"network": row.network, **({"error": row.found} if isinstance(row.found, str) else _fields(row.found))}
        for row in rows
    ]
    return json.dumps(objects, indent=2, ensure_ascii=False)


def csv_record(row: Row, key: str) -> dict[str, str]:
    """The row as columns of CSV: an interval as NAME_low and NAME_high, rounded outward; what is not known as "".

    `key` is kept as it is: it tells what the row was computed from.
    """
    record = dict.fromkeys(CSV_COLUMNS, "") | {"network": row.network, "key": key}
    if isinstance(row.found, str):
        return record | {"error": row.found}
    for name, value in _fields(row.found).items():
        if name in _INTERVALS:
            ends = value if isinstance(value, list) else (None, None)
            record |= {f"{name}_{end}": number or "" for end, number in zip(("low", "high"), ends, strict=True)}
        elif name in record and value is not None:
            record[name] = str(value)
    return record


def to_table(found: Audit, width: int = 100) -> str:
    """What was read, and the audit in lines of a name and a number; every printed pair of numbers encloses."""
    return laid_out(named_values(found), found.notes, found.remarks, width)


def named_values(found: Audit) -> list[tuple[str, str, str]]:
    """The lines of the table: a name, the number, and why it is no better, which is mostly "".

    The names are those of the fields, with spaces.
    """
    why = reasons(found)
    rows = [
        ("network", f"{found.k} neurons, {found.d} inputs, on {found.n} data", ""),
        ("loss", readable(found.loss, 4), ""),
        ("gradient norm", readable(found.gradient_norm, 4), why.get("gradient_norm", "")),
        ("interpolating", {True: "exactly", False: "not exactly", None: "open in floats"}[found.interpolating], ""),
        ("kinks", _kinks(found), ""),
        ("sharpness", readable(found.sharpness), why.get("sharpness", "")),
        *_of_method(found),
        (_step_name(found), _step(found), why.get("largest_stable_step", "")),
        ("gram sharpness", readable(found.gram_sharpness), ""),
        ("flattest gram sharpness", _or_nothing(found.flattest_gram_sharpness), why.get("flattest_gram_sharpness", "")),
        ("stability norm", readable(found.stability_norm), ""),
        ("one-sided norm", readable(found.one_sided_norm), ""),
    ]
    if found.verdict is not None:
        rows += [
            (f"bound at {step_words(found)}", _or_nothing(found.bound), why.get("bound", "")),
            ("tightness", _or_nothing(found.tightness), why.get("tightness", "")),
            ("verdict", str(found.verdict), why.get("verdict", "")),
        ]
    return rows


def step_words(found: Audit) -> str:
    """The step size, or those of the layers, in words; "" without."""
    if found.method.layer_steps is not None:
        return f"layer steps {', '.join(map(_shown_step, found.method.layer_steps))}"
    return "" if found.step_size is None else f"step size {_shown_step(found.step_size)}"


def _of_method(found: Audit) -> list[tuple[str, str, str]]:
    """What decides where the sharpness does not, and what it may be; nothing for plain gradient descent."""
    allowed = found.method.limit(found.step_size, found.n)
    name = sharpness_name(found.method)
    rows = [(name, _or_nothing(found.method_sharpness), "")] if name else []
    return rows if found.method.is_plain or allowed is None else [*rows, ("it may be at most", short(allowed), "")]


def _step_name(found: Audit) -> str:
    return "largest stable step" if found.method.layer_steps is None else "largest multiple of them"


def _step(found: Audit, digits: int = 6) -> str:
    least = least_stable_step(found) if found.zero_biases else None
    if least is not None:
        return f"at least {texts((least, least), digits)[0]}"
    return _or_nothing(found.largest_stable_step)


def to_rows(rows: Sequence[Row], width: int = 100) -> str:
    """A table with a line for each row, numbers to four digits outward, and below it what is said of which network."""
    cells = [_COLUMNS, *(_cells(row) for row in rows)]
    full = [line for line in cells if len(line) == len(_COLUMNS)]
    widths = [max(len(line[column]) for line in (full if column else cells)) for column in range(len(_COLUMNS))]
    # the rows of a network stand together, and the first alone has its name
    for line, after in reversed(list(pairwise(range(1, len(cells))))):
        if cells[line][0] == cells[after][0]:
            cells[after] = ("", *cells[after][1:])
    lines = ["  ".join(f"{cell:<{w}}" for cell, w in zip(line, widths, strict=False)).rstrip() for line in cells]
    parts = [
        [filled(note, width) for note in _grouped(rows, of)]
        for of in (lambda found: found.remarks, _reasons_of, lambda found: found.notes)
    ]
    return "\n".join([*lines, *(line for part in parts if part for line in ("", *part))])


def to_quiet(row: Row) -> str:
    """The verdict alone; without a step size the sharpness; "error" where nothing was found."""
    if isinstance(row.found, str):
        return "error"
    return row.found.verdict or readable(row.found.sharpness)


def step_text(step_size: Fraction) -> str:
    """A step size as a decimal if it is a short one, else as a fraction."""
    low, high = texts((step_size, step_size), 17)
    return low if low == high else str(step_size)


def _shown_step(step_size: Fraction) -> str:
    """The same for people: a fraction that a float is as that float."""
    text = step_text(step_size)
    if "/" in text and step_size.denominator.bit_count() == 1 and step_size < 2**53:
        return f"{float(step_size)!r} (float)"
    return text


def _fields(found: Audit) -> dict[str, object]:
    fields: dict[str, object] = {"n": found.n, "d": found.d, "k": found.k}
    fields["step_size"] = None if found.step_size is None else str(found.step_size)
    fields["method"] = " ".join(found.method.as_options())
    for name in _INTERVALS:
        value: Interval | None = getattr(found, name)
        fields[name] = None if value is None else list(texts(value, _JSON_DIGITS))
    for name in _FLAGS:
        fields[name] = getattr(found, name)
    fields["zero_biases"] = list(found.zero_biases)
    if found.zero_biases:
        # a minimum of the trained parameters may have a gradient in the others
        fields["far_from_minimum"], least = None, least_stable_step(found)
        fields["largest_stable_step"] = None if least is None else [texts((least, least), _JSON_DIGITS)[0], None]
    fields["remarks"], fields["notes"], fields["reasons"] = list(found.remarks), list(found.notes), dict(reasons(found))
    return fields


def _cells(row: Row) -> tuple[str, ...]:
    found = row.found
    if isinstance(found, str):
        return row.network, f"error: {found}"
    numbers = (found.sharpness, found.largest_stable_step, found.stability_norm, found.bound, found.tightness)
    cells = ["-" if number is None else readable(number, _ROW_DIGITS) for number in numbers]
    if found.zero_biases and not found.kinks:
        cells[1] = _step(found, _ROW_DIGITS)
    return (
        row.network,
        str(found.n),
        str(found.k),
        _cell_of_steps(found),
        *cells,
        found.verdict or "-",
    )


def _cell_of_steps(found: Audit) -> str:
    steps = found.method.layer_steps or (() if found.step_size is None else (found.step_size,))
    return ", ".join(map(_shown_step, steps)) or "-"


def _grouped(rows: Sequence[Row], of: Callable[[Audit], Iterable[str]]) -> list[str]:
    """The sentences of all audits, each once, with the networks in front that it is said of, if not of all."""
    audited = [row for row in rows if isinstance(row.found, Audit)]
    said: dict[str, dict[str, None]] = {}
    for row in audited:
        assert isinstance(row.found, Audit)
        for sentence in of(row.found):
            said.setdefault(sentence, {})[row.network] = None
    everyone = {row.network for row in audited}
    return [
        sentence if set(networks) == everyone else f"{', '.join(networks)}: {sentence}"
        for sentence, networks in said.items()
    ]


def _reasons_of(found: Audit) -> list[str]:
    said = {"gradient_norm": "There is", "verdict": "The verdict is undecided"}
    ranges = {
        name: f"The {name.replace('_', ' ')} is a range" for name in ("sharpness", "largest_stable_step", "bound")
    }
    begin = said | ranges
    return [f"{begin[name]} {reason}." for name, reason in reasons(found).items() if name in begin]


def _kinks(found: Audit) -> str:
    return f"{found.kinks} ({found.near_kinks} on one or near)" if found.near_kinks else str(found.kinks)


def _or_nothing(value: Interval | None) -> str:
    return "-" if value is None else readable(value)
