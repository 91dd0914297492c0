"""Audits as one HTML page that needs nothing else: what was read, the table, the picture, and what was not covered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.resources import files

from jinja2 import Environment

from numerics.audit.findings import Audit, has_certificate
from numerics.audit.shown.picture import bars, limit_name, scale
from numerics.audit.shown.text import Row, named_values, step_words
from numerics.audit.statements import CERTIFIED, can_certify

CITED = ("nacson2023", "stableminima")
"""The keys in theory/bibliography.bib of the paper whose theory this is, and of the project."""

_WIDTH, _LINE = 360, 40

_TEMPLATE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{{ title }}</title>
<style>
:root { --ink: #1c1c22; --soft: #55555f; --paper: #fff; --tint: #f2f3f5; --rule: #c9ccd2;
  --bar: #4477aa; --limit: #aa3344; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e6ea; --soft: #a8a8b3; --paper: #17181c; --tint: #22242a; --rule: #44474f;
    --bar: #6b9fd4; --limit: #ee7788; }
}
body { margin: 0 auto; max-width: 44rem; padding: 1.5rem 1rem 3rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 0.5rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 0.4rem; }
h1 ~ section > h2 { border-top: 1px solid var(--rule); padding-top: 1rem; }
h3 { font-size: 1rem; margin: 1.2rem 0 0.3rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; font-weight: normal; padding: 0.3rem 0.8rem 0.3rem 0;
  border-bottom: 1px solid var(--rule); }
th { color: var(--soft); min-width: 6.5rem; }
small, figcaption { color: var(--soft); font-size: 0.88rem; display: block; }
figure { margin: 0.5rem 0; max-width: 32rem; }
svg { width: 100%; height: auto; display: block; }
svg text { font: 13px system-ui, sans-serif; fill: var(--ink); }
svg rect { fill: var(--bar); }
svg line { stroke: var(--limit); stroke-width: 2; stroke-dasharray: 5 4; }
svg .limit { fill: var(--limit); }
pre { background: var(--tint); padding: 0.6rem 0.8rem; font-size: 0.82rem; overflow-x: auto; }
</style>
</head>
<body>
<h1>{{ title }}</h1>
<p>What the theory of stable minima says: at a linearly stable minimum of step size η the sharpness is at most 2/η, and
where a network interpolates, its stability norm is at most 1/η − 1/2.</p>
{% if parts | length > 1 %}
<ul>{% for part in parts %}<li>{{ part.title }}</li>{% endfor %}</ul>
{% endif %}
{% for part in parts %}
<section>
<h2>{{ part.title }}</h2>
{% if part.error %}
<p>Nothing was found: {{ part.error }}</p>
{% else %}
<h3>What was read</h3>
<ul>{% for remark in part.found.remarks %}<li>{{ remark }}</li>{% else %}<li>A network and data.</li>{% endfor %}</ul>
<h3>What was found</h3>
<table>
{% for name, value, reason in part.lines %}<tr><th scope="row">{{ name }}</th>
<td>{{ value }}{% if reason %}<small>{{ reason }}</small>{% endif %}</td></tr>
{% endfor %}</table>
<p><small>{{ "Two numbers enclose the true value, rigorously; one number is exact." if part.found.enclosed else
"Two numbers are floats with margins for rounding, no proof." }} The loss is 1/(2n) Σ (f(x_j) − y_j)².</small></p>
{% if part.picture %}{% set p = part.picture %}
<figure><svg viewBox="0 0 {{ p.width }} {{ p.foot + 22 }}" role="img" aria-label="Bars">
{% for name, y, width in p.bars %}
<text x="0" y="{{ y + 15 }}">{{ name }}</text><rect x="0" y="{{ y + 21 }}" width="{{ width }}" height="14"/>
{% endfor %}
{% if p.limit %}{% set name, x = p.limit %}
<line x1="{{ x }}" x2="{{ x }}" y1="0" y2="{{ p.foot + 4 }}"/>
<text class="limit" x="{{ x }}" y="{{ p.foot + 18 }}" text-anchor="{{ "end" if 2 * x > p.width else "start" }}">
{{ name }}</text>
{% endif %}
</svg><figcaption>Lower bounds of the sharpness of
the Gram matrix, from the stability norm on.</figcaption></figure>
{% endif %}
<h3>Which statement was used, and what it does not cover</h3>
<ul>{% for note in part.found.notes %}<li>{{ note }}</li>{% endfor %}</ul>
{% if part.commands %}<h3>How to check it apart from this project</h3>
<p>The first command writes a certificate; the second proves it again, with whole numbers and fractions alone.</p>
<pre>{{ part.commands }}</pre>
{% elif part.found.zero_biases %}<p>There is no certificate of the trained parameters alone.</p>
{% elif not part.found.enclosed %}<p>There is no certificate of numbers in floats.</p>
{% elif not part.certified %}<p>There is no certificate where something else than the sharpness decides.</p>
{% elif not part.commands %}<p>Certificates are written {{ certified }}.</p>{% endif %}
{% endif %}
</section>
{% endfor %}
<section>
<h2>How to cite</h2>
<p>The paper whose theory this is, and the project that computed these numbers ({{ versions }}):</p>
<pre>{{ entries }}</pre>
</section>
</body>
</html>
"""


def to_page(rows: Sequence[Row], commands: Sequence[str], versions: str) -> str:
    """The page of some rows.

    Args:
        rows: what was found, or why nothing was.
        commands: for each row how its certificate is written and checked, "" if it is not.
        versions: of the project and its libraries.

    Raises:
        OSError: the bibliography cannot be read.
    """
    parts = [_part(row, command) for row, command in zip(rows, commands, strict=True)]
    names = list(dict.fromkeys(row.network for row in rows))
    return (
        Environment(autoescape=True, trim_blocks=True)
        .from_string(_TEMPLATE)
        .render(
            title=f"Audit of {names[0] if len(names) == 1 else f'{len(names)} networks'}",
            parts=parts,
            versions=versions,
            certified=CERTIFIED,
            entries="\n\n".join(bibliography_entry(key) for key in CITED),
        )
    )


def bibliography_entry(key: str) -> str:
    """The entry of theory/bibliography.bib with that key, as it is written there. ValueError if there is none."""
    text = (files("theory") / "bibliography.bib").read_text(encoding="utf-8")
    found = re.search(rf"^@\w+\{{{re.escape(key)},\n.*?^\}}", text, flags=re.MULTILINE | re.DOTALL)
    if found is None:
        raise ValueError(f"theory/bibliography.bib has no entry {key}")
    return found[0]


def _part(row: Row, commands: str) -> dict[str, object]:
    found = row.found
    if isinstance(found, str):
        return {"title": f"{row.network}: not audited", "error": found}
    certified = found.enclosed and can_certify(found.n, found.k, found.d) and has_certificate(found)
    step = "" if not (said := step_words(found)) else f" at {said}"
    return {
        "title": f"{row.network}{step}" + (f": {found.verdict}" if found.verdict else ""),
        "found": found,
        "lines": named_values(found),
        "picture": _picture(found),
        "certified": has_certificate(found),
        "commands": commands if certified and not found.zero_biases else "",
    }


def _picture(found: Audit) -> dict[str, object] | None:
    """Where the bars and the line of 2/eta are drawn; the names stand above the bars, so that they fit a narrow screen.

    None if a number is too large to draw.
    """
    try:
        chain, (right, limit) = bars(found), scale(found)
    except OverflowError:
        return None
    unit = 0.96 * _WIDTH / right
    return {
        "width": _WIDTH,
        "bars": [(f"{name} = {value:.4g}", _LINE * i, round(value * unit, 2)) for i, (name, value) in enumerate(chain)],
        "foot": _LINE * len(chain),
        "limit": None if limit is None else (f"{limit_name(found)} = {limit:.4g}", round(limit * unit, 2)),
    }
