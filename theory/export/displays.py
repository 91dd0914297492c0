r"""Numbered displays for papers: relations, and chains of steps with a reason and a label at each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import sympy as sp
from sympy.core.relational import Relational

from theory.export.words import WIDTH
from theory.latex import latex
from theory.line_breaks import broken, width_in_ems

SHORT = 6.0
"""The ems of a left side that has the first relation on its own line, at most."""
LONG_REASON = 48
"""Characters of a reason that is broken into lines."""

_SIGNS = {"=": "=", "==": "=", "<=": r"\le", ">=": r"\ge", "<": "<", ">": ">", "!=": r"\ne"}


def relation(formula: Relational) -> Iterator[str]:
    """A relation as a display, broken where it is too long; no number."""
    sign = _SIGNS[formula.rel_op]
    left, right = _broken(formula.lhs, WIDTH), _broken(formula.rhs, WIDTH - 2)
    if len(left) == len(right) == 1 and width_in_ems(left[0] + right[0]) < WIDTH - 2:
        rows = [rf"&\smfit{{{left[0]} {sign} {right[0]}}}"]
    else:
        rows = [*_lines("", left, ""), *_lines(rf"{sign} {{}}", right, r"\quad")]
    yield r"\begin{align*}"
    yield " \\\\\n".join(rows)
    yield r"\end{align*}"


def chain(start: sp.Expr, steps: Sequence[tuple[str, sp.Expr, str]], label: str) -> Iterator[str]:
    """A derivation: the start, and steps (relation, expression, reason); step ``n`` has the label ``label:n``.

    One step that fits on a line is an equation, with its reason after it or below.
    """
    first = _broken(start, WIDTH)
    if len(steps) == 1 and len(first) == 1:
        ((sign, expression, reason),) = steps
        formula = rf"{first[0]} {_SIGNS[sign]} {latex(expression)}"
        if width_in_ems(formula) < WIDTH - 2:
            yield from _equation(formula, reason, rf"\label{{{label}:1}}")
            return
    beside = len(first) == 1 and width_in_ems(first[0]) <= SHORT
    taken = first[0] if beside else r"\quad"
    room = WIDTH - 2 - (width_in_ems(first[0]) if beside else 1)
    rows = [] if beside else [rf"{row} \notag" for row in _lines("", first, "")]
    for number, (sign, expression, reason) in enumerate(steps, 1):
        lines = _broken(expression, room)
        written = _lines(rf"{_SIGNS[sign]} {{}}", lines, "" if beside else r"\quad", taken)
        if beside and number == 1:
            written[0] = f"{first[0]} {written[0]}"
        *above, last = written
        rows += [rf"{row} \notag" for row in above]
        if width_in_ems(lines[-1]) + 0.45 * _length(reason) <= room - 2:
            rows.append(rf"{last}\quad\text{{({reason})}}\label{{{label}:{number}}}")
        else:
            rows += [rf"{last}\label{{{label}:{number}}}", rf"&\qquad\qquad{_reason(reason)} \notag"]
    yield r"\begin{align}"
    yield " \\\\\n".join(rows)
    yield r"\end{align}"


def _equation(formula: str, reason: str, label: str) -> Iterator[str]:
    yield r"\begin{equation}"
    if width_in_ems(formula) + 0.45 * _length(reason) <= WIDTH - 3:
        yield rf"\smfit{{{formula}}}\quad\text{{({reason})}}{label}"
        yield r"\end{equation}"
    else:
        yield rf"\smfit{{{formula}}}{label}"
        yield r"\end{equation}"
        yield rf"\noindent ({reason})"


def _broken(expression: sp.Basic, width: float) -> list[str]:
    return broken(latex(expression), width, width_in_ems)


def _lines(sign: str, lines: Sequence[str], indent: str, taken: str = "") -> list[str]:
    """The lines of one side, each at the mark of alignment and in a box that fits beside what is left of it."""
    head, *rest = lines
    rows = [rf"&{indent}\smfit[{taken}]{{{{}}{sign}{head}}}"]
    for line in rest:
        # a line that begins with neither sign goes on with a product
        times = "" if line.startswith(("+", "-")) else r"{}\cdot "
        rows.append(rf"&{indent}\quad\;\smfit[{taken}\quad]{{{times}{line}}}")
    return rows


def _length(reason: str) -> int:
    """Printed characters of a reason, with the words that a reference may have in its place."""
    return len(re.sub(r"\\smrefs?(\[[^\]]*\])?\{[^{}]*\}|\\smby(\[[^\]]*\])?\{[^{}]*\}", ", Proposition 12", reason))


def _reason(reason: str) -> str:
    if _length(reason) <= LONG_REASON:
        return rf"\text{{({reason})}}"
    return rf"\parbox[t]{{.7\linewidth}}{{\raggedright({reason})}}"
