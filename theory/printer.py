"""How expressions are written in LaTeX: SymPy's printer, taught the notation of the field."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.printing.latex import LatexPrinter

from theory.kernel.functions import relu, step
from theory.line_breaks import two_storeys
from theory.notation import notation
from theory.shorthand.inner_products import InnerProduct, inner_product, without_coordinate
from theory.shorthand.names import DerivativeOfName, Gradient, Name
from theory.shorthand.orientations import MINUS, PLUS, Exchange, OverOrientations, is_symmetric

_SUMS = (sp.Sum, OverOrientations)


class Printer(LatexPrinter):  # type: ignore[misc]
    """Sums with their weights in front, indicators, rectifiers, and terms in the order of a textbook."""

    _exchange: Exchange = MappingProxyType({})
    """What a reversed orientation makes of the names in the sum over the orientations that is being printed."""

    def __init__(self) -> None:
        super().__init__({"fold_frac_powers": True})

    def doprint(self, expr: sp.Basic) -> str:
        """The LaTeX of an expression, with fractions of two storeys at most."""
        return two_storeys(str(super().doprint(expr)))

    def _print(self, e: sp.Basic, **options: Any) -> str:
        if not self._exchange or not isinstance(e, sp.Basic) or not is_symmetric(e, self._exchange):
            return str(super()._print(e, **options))
        # what is the same in both orientations is written as in either of them
        return self.print_with(MappingProxyType({}), e, **options)

    def print_with(self, exchange: Exchange, e: sp.Basic, **options: Any) -> str:
        """The LaTeX of an expression with both signs at what an exchange of orientations changes."""
        outer, self._exchange = self._exchange, exchange
        try:
            return str(self._print(e, **options))
        finally:
            self._exchange = outer

    def _print_OverOrientations(self, e: OverOrientations) -> str:
        fixed = [f for f in sp.Mul.make_args(e.term) if not f.has(sp.Sum) and is_symmetric(f, e.exchange)]
        weight, term = sp.Mul(*fixed), sp.Mul(*(f for f in sp.Mul.make_args(e.term) if f not in fixed))
        body = self.print_with(e.exchange, term)
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

    def _print_Name(self, e: Name) -> str:
        written = self._print(e.label)
        indices = [self._print(index) for index in e.indices]
        return (
            written.format(*indices)
            if "{0}" in written
            else f"{written}_{{{','.join(indices)}}}"
            if indices
            else written
        )

    def _print_DerivativeOfName(self, e: DerivativeOfName) -> str:
        order = sum(times for _, times in e.variables)
        below = " ".join(
            rf"\partial {self._print(by)}" + (f"^{{{times}}}" if times > 1 else "") for by, times in e.variables
        )
        return rf"\frac{{\partial{f'^{{{order}}}' if order > 1 else ''} {self._print(e.name)}}}{{{below}}}"

    def _print_Derivative(self, e: sp.Derivative) -> str:
        """Primes for a function of one variable."""
        value, ((by, times), *more) = e.expr, e.variable_count
        written = re.fullmatch(r"(.*)\((.*)\)", self._print(value)) if isinstance(value, AppliedUndef) else None
        if written is None or more or value.args != (by,) or times not in (1, 2, 3):
            return str(super()._print_Derivative(e))
        return f"{written[1]}{int(times) * chr(39)}({written[2]})"

    def _print_Gradient(self, e: Gradient) -> str:
        return rf"\nabla_{{{self._print(e.args[1])}}} {self._print(e.args[0])}"

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
        return mean if rest == 1 else f"{self._print_factor_of_sum(rest)} {mean}"

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
        if (
            isinstance(e.base, sp.Indexed | Name)
            and {"^", "'"} & set(self._print(e.base))
            and e.exp.is_Integer
            and e.exp > 0
        ):
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
