"""LaTeX of expressions and derivations, in the notation of the field."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Any

import sympy as sp
from sympy.core.relational import Relational
from sympy.printing.latex import LatexPrinter

from theory.inner_products import InnerProduct, inner_product, without_coordinate
from theory.kernel.functions import relu, step
from theory.line_breaks import broken, printed_width
from theory.notation import named, notation
from theory.shorthand.orientations import MINUS, PLUS, Exchange, OverOrientations, is_symmetric, over_orientations

__all__ = [
    "MACROS",
    "latex",
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
    return str(_Printer().doprint(over_orientations(expression)))


_SUMS = (sp.Sum, OverOrientations)


class _Printer(LatexPrinter):  # type: ignore[misc]
    """Sums with their weights in front, indicators, rectifiers, and terms in the order of a textbook."""

    _exchange: Exchange = MappingProxyType({})
    """What a reversed orientation makes of the names in the sum over the orientations that is being printed."""

    def _print(self, e: sp.Basic, **options: Any) -> str:
        if not self._exchange or not isinstance(e, sp.Basic) or not is_symmetric(e, self._exchange):
            return str(super()._print(e, **options))
        # what is the same in both orientations is written as in either of them
        return self._print_with(MappingProxyType({}), e, **options)

    def _print_with(self, exchange: Exchange, e: sp.Basic, **options: Any) -> str:
        outer, self._exchange = self._exchange, exchange
        try:
            return str(self._print(e, **options))
        finally:
            self._exchange = outer

    def _print_OverOrientations(self, e: OverOrientations) -> str:
        fixed = [f for f in sp.Mul.make_args(e.term) if not f.has(sp.Sum) and is_symmetric(f, e.exchange)]
        weight, term = sp.Mul(*fixed), sp.Mul(*(f for f in sp.Mul.make_args(e.term) if f not in fixed))
        body = self._print_with(e.exchange, term)
        summed = r"\sum_{\pm} " + (rf"\left({body}\right)" if isinstance(term, sp.Add) else body)
        if abs(weight) == 1:
            return f"-{summed}" if weight == -1 else summed
        return f"{self._print_factor_of_sum(weight)} {summed}"

    def _print_Symbol(self, e: sp.Symbol, style: str = "plain") -> str:
        return self._oriented(e) or str(super()._print_Symbol(e, style))

    def _oriented(self, name: sp.Symbol) -> str | None:
        written = notation(name.name)
        if written is None or name not in self._exchange:
            return written
        return written.replace(PLUS, r"^{\pm}").replace(MINUS, r"^{\mp}")

    _print_Dummy = _print_Symbol  # noqa: N815 - the name SymPy looks for

    def _print_Indexed(self, e: sp.Indexed) -> str:
        base = self._print(e.base.label)
        return f"{base}_{{{','.join(self._print(index) for index in e.indices)}}}"

    def _print_step(self, e: sp.Expr, exp: str | None = None) -> str:
        power = f"^{{{exp}}}" if exp else ""
        return rf"\mathbf{{1}}\{{{self._argument(e)} > 0\}}{power}"

    def _print_relu(self, e: sp.Expr, exp: str | None = None) -> str:
        power = f"^{{{exp}}}" if exp else ""
        return rf"\left({self._argument(e)}\right)_{{+}}{power}"

    def _argument(self, e: sp.Expr) -> str:
        """What a rectifier or a mask is of, with the sign of its orientation."""
        (argument,) = e.args
        if e not in self._exchange:
            return self._print(argument)
        minus = argument.could_extract_minus_sign()
        sign = r"\mp" if minus else r"\pm"
        return f"{sign} {self._print_factor_of_sum(-argument if minus else argument)}"

    def _print_Abs(self, e: sp.Expr, exp: str | None = None) -> str:
        power = f"^{{{exp}}}" if exp else ""
        return rf"\left\lvert {self._print(e.args[0])} \right\rvert{power}"

    def _print_Add(self, e: sp.Expr, order: str | None = None) -> str:  # noqa: ARG002
        return "".join(self.signed_terms(e))

    def signed_terms(self, e: sp.Add) -> list[str]:
        """The terms of a sum in order, each but the first with its sign in front."""
        terms = sorted(e.args, key=_order_of_term)
        written = [str(self._print(terms[0]))]
        for term in terms[1:]:
            minus = term.could_extract_minus_sign()
            written.append((" - " if minus else " + ") + self._print_factor_of_sum(-term if minus else term))
        return written

    def _print_factor_of_sum(self, e: sp.Expr) -> str:
        return rf"\left({self._print(e)}\right)" if isinstance(e, sp.Add) else str(self._print(e))

    def _needs_mul_brackets(self, e: sp.Expr, first: bool = False, last: bool = False) -> bool:
        if isinstance(e, step | relu | sp.Abs | sp.Pow | sp.Indexed | sp.Min) or _is_inner(e):
            return False  # they bring delimiters of their own
        return bool(super()._needs_mul_brackets(e, first, last))

    def _print_Mul(self, e: sp.Expr) -> str:
        factors = list(sp.Mul.make_args(e))
        sums = [f for f in factors if isinstance(f, _SUMS) and not _is_inner(f)]
        if not sums:
            return self._print_power_of_mean(factors) or self._print_product(factors)
        weight = sp.Mul(*(f for f in factors if f not in sums))
        product = "".join(rf"\left({self._print(f)}\right) " for f in sums[:-1]) + self._print(sums[-1])
        if abs(weight) == 1:
            return f"-{product}" if weight == -1 else product
        front = rf"\left({self._print(weight)}\right)" if isinstance(weight, sp.Add) else self._print(weight)
        return f"{front} {product}"

    def _print_product(self, factors: list[sp.Expr]) -> str:
        """Numbers and coefficients first, then inner products, masks and rectifiers: w 1{h > 0}, w (h)_+."""
        last = [f for f in factors if _is_inner(f) or isinstance(f, step | relu | sp.Add)]
        last.sort(key=lambda f: (isinstance(f, step | relu), isinstance(f, sp.Add)))
        front = sp.Mul(*(f for f in factors if f not in last))
        written = " ".join(self._print_factor_of_sum(f) for f in last)
        if not last or abs(front) == 1:
            return f"{'-' if front == -1 else ''}{written}" if last else str(super()._print_Mul(sp.Mul(*factors)))
        return f"{self._print(front) if not isinstance(front, sp.Mul) else super()._print_Mul(front)} {written}"

    def _print_inner_product(self, found: InnerProduct) -> str:
        vectors = [without_coordinate(vector, found.coordinate) for vector in (found.first, found.second)]
        first, second = (str(self._print(vector)) for vector in vectors)
        left, right = (r"\left", r"\right") if re.search(r" [+-] |\\sum|\\frac", first + second) else ("", "")
        if found.is_square:
            product = rf"{left}\lVert {first} {right}\rVert^{{2}}"
        else:
            product = rf"{left}\langle {first}, {second} {right}\rangle"
        if found.factor == 1:
            return product
        return f"{self._print_factor_of_sum(found.factor)} {product}"

    def _print_power_of_mean(self, factors: list[sp.Expr]) -> str:
        """A power of a sum over the same power of its size, written as a power of the mean."""
        sizes = {f.base: -f.exp for f in factors if isinstance(f, sp.Pow) and f.base.is_Symbol and f.exp.is_negative}
        powers = [f for f in factors if isinstance(f, sp.Pow) and isinstance(f.base, sp.Sum)]
        size = next((s for s, power in sizes.items() if powers and power == powers[0].exp), None)
        if len(powers) != 1 or size is None:
            return ""
        power = powers[0]
        rest = sp.Mul(*(f for f in factors if f not in (power, size**-power.exp)))
        mean = rf"\left({self._print(power.base / size)}\right)^{{{self._print(power.exp)}}}"
        return mean if rest == 1 else f"{self._print(rest)} {mean}"

    def _print_AppliedUndef(self, e: sp.Expr, exp: str | None = None) -> str:
        template = notation(e.func.__name__)
        if template is None:
            return str(super()._print_Function(e, exp))
        value = template.format(*(self._print(argument) for argument in e.args))
        return rf"{value}^{{{exp}}}" if exp else value

    def _print_Sum(self, e: sp.Sum) -> str:
        found = inner_product(e)
        signs = "".join(
            rf"\sum_{{{self._print(index)}={self._print(low)}}}^{{{self._print(high)}}} "
            for index, low, high in reversed(e.limits if found is None else found.rest)
        )
        if found is not None:
            return signs + self._print_inner_product(found)
        body = self._print(e.function)
        return signs + (rf"\left({body}\right)" if isinstance(e.function, sp.Add) else body)

    def _print_Pow(self, e: sp.Expr) -> str:
        if isinstance(e.base, _SUMS) and e.exp.is_Integer and e.exp > 0:
            return rf"\left({self._print(e.base)}\right)^{{{self._print(e.exp)}}}"
        if isinstance(e.base, sp.Indexed) and {"^", "'"} & set(self._print(e.base)) and e.exp.is_Integer and e.exp > 0:
            return rf"\left({self._print(e.base)}\right)^{{{self._print(e.exp)}}}"
        return str(super()._print_Pow(e))


def _is_inner(e: sp.Expr) -> bool:
    """Whether an expression is written as one inner product, without a sign of summation."""
    found = inner_product(e)
    return found is not None and not found.rest and found.factor == 1


def _order_of_term(term: sp.Expr) -> tuple[bool, bool, bool, bool]:
    """What is subtracted comes last, and sums do; numbers come first, and inner products before the bias."""
    found = [inner_product(factor) for factor in sp.Mul.make_args(term) if _is_inner(factor)]
    inner = any(each is not None and not each.is_square for each in found)
    return term.could_extract_minus_sign(), not term.is_number, not inner, not inner and term.has(*_SUMS)


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
