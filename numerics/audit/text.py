"""An audit as a table for people and as JSON."""

from __future__ import annotations

import json
import textwrap
from fractions import Fraction

from numerics.audit.findings import Audit
from numerics.audit.intervals import Interval, readable, texts

_JSON_DIGITS = 15
_INTERVALS = (
    "loss",
    "sharpness",
    "gram_sharpness",
    "negative_curvature",
    "mean_gradient_square",
    "stability_norm",
    "one_sided",
    "bound",
    "tightness",
    "largest_stable_step",
    "flattest_gram_sharpness",
)


def to_json(found: Audit) -> str:
    """One JSON object: an interval as [lo, hi], decimal strings rounded outward; what is not known as null."""
    fields: dict[str, object] = {"n": found.n, "d": found.d, "k": found.k}
    fields["step_size"] = None if found.step_size is None else str(found.step_size)
    for name in _INTERVALS:
        value: Interval | None = getattr(found, name)
        fields[name] = None if value is None else list(texts(value, _JSON_DIGITS))
    for name in ("kinks", "near_kinks", "interpolating", "verdict", "enclosed"):
        fields[name] = getattr(found, name)
    fields["remarks"], fields["notes"] = list(found.remarks), list(found.notes)
    return json.dumps(fields, indent=2, ensure_ascii=False)


def to_table(found: Audit, width: int = 100) -> str:
    """What was read, and the audit in lines of a name and a number; every printed pair of numbers encloses."""
    rows = [
        ("network", f"{found.k} neurons, {found.d} inputs, on {found.n} data"),
        ("loss", readable(found.loss, 4)),
        ("interpolates", {True: "exactly", False: "not exactly", None: "open in floats"}[found.interpolating]),
        ("pairs on kinks", _kinks(found)),
        ("sharpness", readable(found.sharpness)),
        ("largest stable step", _or_nothing(found.largest_stable_step)),
        ("flattest rescaling has", _or_nothing(found.flattest_gram_sharpness)),
        ("stability norm", readable(found.stability_norm)),
        ("one-sided norm", readable(found.one_sided)),
    ]
    if found.step_size is not None:
        rows += [
            (f"bound at step size {_step_text(found.step_size)}", _or_nothing(found.bound)),
            ("norm / bound", _or_nothing(found.tightness)),
            ("verdict", str(found.verdict)),
        ]
    column = max(len(name) for name, _ in rows) + 2
    lines = [f"{name:<{column}}{value}" for name, value in rows]
    remarks, notes = ([textwrap.fill(note, width) for note in part] for part in (found.remarks, found.notes))
    return "\n".join([*remarks, *([""] if remarks else []), *lines, "", *notes])


def _kinks(found: Audit) -> str:
    return f"{found.kinks} ({found.near_kinks} on one or near)" if found.near_kinks else str(found.kinks)


def _or_nothing(value: Interval | None) -> str:
    return "-" if value is None else readable(value)


def _step_text(step_size: Fraction) -> str:
    low, high = texts((step_size, step_size), 17)
    return low if low == high else str(step_size)
