"""LaTeX of expressions and derivations, in the notation of the field."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sympy as sp
from sympy.core.relational import Relational

from theory.line_breaks import broken, printed_width, two_storeys
from theory.notation import named
from theory.printer import Printer
from theory.shorthand.abbreviations import Abbreviation, Abridged, abridged
from theory.shorthand.orientations import over_orientations

__all__ = [
    "MACROS",
    "in_short",
    "latex",
    "latex_definition",
    "latex_inline",
    "latex_interval",
    "latex_relation",
    "latex_steps",
    "named",
]

MACROS = {
    r"\E": r"\newcommand{\E}{\mathbb{E}}",
    r"\Prob": r"\newcommand{\Prob}{\mathbb{P}}",
    r"\abs": r"\newcommand{\abs}[1]{\lvert #1\rvert}",
    r"\norm": r"\newcommand{\norm}[1]{\lVert #1\rVert}",
    r"\stabilitynorm": r"\newcommand{\stabilitynorm}[1]{\lVert #1\rVert_{\mathrm{S}}}",
    r"\onesidedweight": r"\newcommand{\onesidedweight}{\tilde g}",
    r"\sharpness": r"\newcommand{\sharpness}{\lambda_{\max}}",
    r"\hessian": r"\newcommand{\hessian}{\mathcal{H}}",
    r"\radon": r"\newcommand{\radon}{\mathcal{R}}",
}
"""The macros that statements and derivations use, each with its definition."""


def latex(expression: sp.Basic) -> str:
    r"""The LaTeX of an expression, two terms that differ in their orientation as one sum over the orientations.

    >>> i, n = sp.symbols("i n", integer=True, positive=True)
    >>> print(latex(1 + sp.Sum(sp.IndexedBase("a")[i], (i, 1, n)) / n))
    1 + \frac{1}{n} \sum_{i=1}^{n} a_{i}
    """
    return str(Printer().doprint(over_orientations(expression)))


def in_short(lines: Sequence[sp.Expr], free: Collection[sp.Symbol] = (), taken: Collection[str] = ()) -> Abridged:
    """The lines of a derivation with names for what makes them long, as `theory.shorthand.abbreviations.abridged` has it."""
    return abridged(lines, free, taken, width=lambda line: printed_width(latex(line)))


def latex_definition(abbreviation: Abbreviation) -> str:
    """What a name stands for, once for both orientations."""
    value = abbreviation.value if abbreviation.exchange else over_orientations(abbreviation.value)
    name, definition = (Printer().print_with(abbreviation.exchange, side) for side in (abbreviation.name, value))
    return f"{name} = {two_storeys(definition)}"


LINE = 64
"""Printed characters that fit on a line; longer sums are broken, and reasons go below their line."""

_RELATIONS = {"=": "=", "<=": r"\le", ">=": r"\ge"}


def latex_steps(start: sp.Expr, steps: list[tuple[str, sp.Expr, str]]) -> str:
    """An ``aligned`` block: the start, then the steps (relation, expression, reason) with a reason at each line."""
    broken = [_lines(expression) for expression in (start, *(expression for _, expression, _ in steps))]
    widest = max(printed_width(line) for lines in broken for line in lines)
    beside = widest + max((len(reason) for _, _, reason in steps), default=0) <= LINE
    rows = [rf"& {line}" for line in broken[0]]
    for lines, (relation, _, reason) in zip(broken[1:], steps, strict=True):
        rows += [
            rf"& \quad {_RELATIONS[relation]} {lines[0]}",
            *(rf"& \quad\quad {line}" for line in lines[1:]),
        ]
        if beside:
            rows[-1] += rf" && \text{{({reason})}}"
        else:
            rows.append(rf"& \qquad\qquad \text{{({reason})}}")
    return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"


def _lines(e: sp.Expr) -> list[str]:
    """The LaTeX of an expression, broken where it is too long for a line."""
    return broken(latex(e), LINE)


_SIGNS = {"==": "=", "<=": r"\le", ">=": r"\ge", "<": "<", ">": ">", "!=": r"\ne"}


def latex_inline(relation: Relational) -> str:
    r"""A relation on one line.

    >>> a, b = sp.symbols("a b", nonnegative=True)
    >>> print(latex_inline(sp.Le(a, a + b, evaluate=False)))
    a \le a + b
    """
    return f"{latex(relation.lhs)} {_SIGNS[relation.rel_op]} {latex(relation.rhs)}"


def latex_relation(relation: Relational) -> str:
    r"""An ``aligned`` block with a relation: on one line, or the right side below where that would be too long.

    >>> a, b = sp.symbols("a b", nonnegative=True)
    >>> print(latex_relation(sp.Ge(a + b, a, evaluate=False)))
    \begin{aligned}
    & a + b \ge a
    \end{aligned}
    """
    sign = _SIGNS[relation.rel_op]
    left, right = _lines(relation.lhs), _lines(relation.rhs)
    if len(left) == len(right) == 1 and printed_width(left[0] + right[0]) <= LINE:
        rows = [rf"& {left[0]} {sign} {right[0]}"]
    else:
        rows = [f"& {line}" for line in left]
        rows += [rf"& \quad {sign} {right[0]}", *(rf"& \quad\quad {line}" for line in right[1:])]
    return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"


def latex_interval(symbol: sp.Symbol, low: sp.Expr, high: sp.Expr) -> str:
    r"""An open interval of a symbol.

    >>> x = sp.Symbol("x", real=True)
    >>> print(latex_interval(x, sp.S.Zero, sp.oo), "|", latex_interval(x, -sp.oo, sp.oo))
    0 < x | x \in \mathbb{R}
    """
    left = "" if low == -sp.oo else f"{latex(low)} < "
    right = "" if high == sp.oo else f" < {latex(high)}"
    return f"{left}{latex(symbol)}{right}" if left or right else rf"{latex(symbol)} \in \mathbb{{R}}"
