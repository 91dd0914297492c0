"""The rules of the normal form: what an expression is as a list of terms."""

from __future__ import annotations

from math import gcd, lcm

import sympy as sp

from theory.kernel.binders import Numbered, free_symbols, freshened, renamed
from theory.kernel.forms import Where
from theory.kernel.functions import relu, step
from theory.kernel.sign import is_integer, is_nonnegative, is_positive, is_real
from theory.kernel.terms import (
    Factors,
    Term,
    atom,
    canonically_named,
    fresh,
    rational_power,
    renamed_term,
    with_canonical_variables,
)


class Normaliser:
    """Terms of expressions, and rules that bring them to one form."""

    def __init__(self, where: Where) -> None:
        self._where = where
        self._new = Numbered()

    def normal_form(self, e: sp.Expr) -> dict[tuple[object, ...], Term]:
        return self.collected(self._terms(freshened(e, self._new)))

    def collected(self, terms: list[Term]) -> dict[tuple[object, ...], Term]:
        collected: dict[tuple[object, ...], Term] = {}
        for term in terms:
            named = canonically_named(term)
            key = (named.factors, named.bounds)
            total = named.coefficient + (collected[key].coefficient if key in collected else 0)
            if total == 0:
                collected.pop(key, None)
            else:
                collected[key] = Term(total, named.factors, named.bounds)
        return collected

    def cleared(self, term: Term, denominators: dict[sp.Expr, int]) -> list[Term]:
        """The term times all denominators, each multiplied out as far as the term does not cancel it."""
        factors = dict(term.factors)
        opened = []
        for base, power in denominators.items():
            left = power + factors.pop(base, sp.S.Zero)
            if left.is_Integer:
                opened += [self._terms(base)] * int(left)
            else:
                factors[base] = left
        return self._product([[fresh(Term(term.coefficient, tuple(factors.items()), term.bounds), self._new)], *opened])

    def _collected(self, e: sp.Expr) -> dict[tuple[object, ...], Term]:
        """The normal form of a part, whose bound variables have names of their own already."""
        return self.collected(self._terms(e))

    def canonical(self, e: sp.Expr) -> sp.Expr:
        return sp.Add(*(term.expression() for term in self._collected(e).values()))

    def _terms(self, e: sp.Expr) -> list[Term]:
        if e.is_Rational:
            return [Term(e, ())] if e != 0 else []
        if isinstance(e, sp.Add):
            return [term for argument in e.args for term in self._terms(argument)]
        if isinstance(e, sp.Mul):
            return self._product([self._terms(argument) for argument in e.args])
        if isinstance(e, sp.Pow):
            return self._power(e.base, e.exp)
        if isinstance(e, sp.Sum):
            return self._sum(e)
        if isinstance(e, relu):
            return self._terms(e.args[0] * step(e.args[0]))
        if isinstance(e, step):
            _, _, argument = self._split_content(e.args[0])
            pattern = step(argument)
            return self._terms(pattern) if pattern.is_number else [atom(pattern)]
        if isinstance(e, sp.Abs):
            return self._absolute_value(e.args[0])
        if isinstance(e, sp.Min | sp.Max):
            arguments = [self.canonical(argument) for argument in e.args]
            # of numbers alone SymPy knows which is the larger: of 2**n/6 and 1 it takes the first, as if that were whole
            chosen = type(e)(*arguments, evaluate=all(argument.is_Rational for argument in arguments))
            return [atom(chosen)] if isinstance(chosen, sp.Min | sp.Max) else self._terms(chosen)
        if isinstance(e, sp.Integral):
            return [atom(with_canonical_variables(e))]
        if isinstance(e, sp.Derivative):
            derived = sp.Derivative(self.canonical(e.expr), *e.variables)
            return [atom(derived)] if isinstance(derived, sp.Derivative) else self._terms(derived)
        if isinstance(e, sp.Function):
            arguments = [self.canonical(argument) for argument in e.args]
            # SymPy takes pi 10**n/6 for a multiple of pi
            periodic = any(argument.has(sp.pi) and free_symbols(argument) for argument in arguments)
            applied = e.func(*arguments, evaluate=not periodic)
            return [atom(applied)] if isinstance(applied, sp.Function) else self._terms(applied)
        return [atom(e)]

    def _product(self, lists: list[list[Term]]) -> list[Term]:
        """Multiply lists of terms, keeping the bound indices of different factors apart."""
        result = [Term(sp.S.One, ())]
        for terms in lists:
            result = [
                product
                for left in result
                for right in terms
                for product in self._multiply(left, fresh(right, self._new))
            ]
        return result

    def _multiply(self, left: Term, right: Term) -> list[Term]:
        factors: Factors = dict(left.factors)
        for base, exponent in right.factors:
            factors[base] = factors.get(base, sp.S.Zero) + exponent
        return self._reduce(left.coefficient * right.coefficient, factors, left.bounds + right.bounds)

    def _reduce(
        self, coefficient: sp.Rational, factors: Factors, bounds: tuple[tuple[sp.Symbol, sp.Expr], ...]
    ) -> list[Term]:
        """Simplify powers: indicators are idempotent, absolute values lose their sign in even powers, roots open up."""
        kept: Factors = {}
        opened: list[list[Term]] = []
        for base, exponent in factors.items():
            if exponent == 0:
                continue
            whole = exponent.is_Integer and exponent > 0
            if isinstance(base, step | sp.KroneckerDelta) and whole:
                kept[base] = sp.S.One
            elif isinstance(base, sp.Abs) and exponent.is_Integer and exponent >= 2:
                opened.append(self._power(base.args[0], exponent - exponent % 2))
                if exponent % 2:
                    kept[base] = sp.S.One
            elif base.is_Rational and exponent.is_Rational and not 0 < exponent < 1:
                opened.append([rational_power(base, exponent)])
            elif isinstance(base, sp.Add | sp.Sum) and exponent.is_Rational and exponent >= 1:
                opened.append(self._power(base, exponent))
            else:
                kept[base] = exponent
        term = Term(coefficient, tuple(kept.items()), bounds)
        return self._product([[term], *opened]) if opened else [term]

    def _power(self, base: sp.Expr, exponent: sp.Expr) -> list[Term]:
        number, symbolic = sp.sympify(exponent).as_coeff_Add()
        if symbolic != 0:
            if number < 0 and not is_positive(base):
                return [atom(self.canonical(base), exponent)]  # x^(n - 1) may be 0^0, which x^n / x is not
            multiple, unit = symbolic.as_coeff_Mul()
            raised = base
            if multiple.is_Integer and multiple > 1 and (is_integer(unit) or is_nonnegative(base)):
                raised, symbolic = base**multiple, unit  # (a^2)^t and a^(2t) are one factor
            opaque = [atom(self.canonical(raised), symbolic)]
            return opaque if number == 0 else self._product([opaque, self._power(base, number)])
        if not number.is_Rational:
            return [atom(self.canonical(base) ** exponent)]
        if base.is_Rational and base > 0:
            return [rational_power(base, number)]
        whole = int(sp.floor(number)) if number > 0 else int(sp.ceiling(number))
        fraction = number - whole
        if whole >= 0:
            factors = [self._terms(base)] * whole
            return self._product([*factors, self._root(base, fraction)] if fraction else factors)
        return self._product(
            [self._inverse(base, -whole), self._root(base, fraction)] if fraction else [self._inverse(base, -whole)]
        )

    def _inverse(self, base: sp.Expr, power: int) -> list[Term]:
        terms = list(self._collected(base).values())
        if len(terms) == 1 and not terms[0].bounds:
            (term,) = terms
            return [Term(term.coefficient**-power, tuple((f, -power * exponent) for f, exponent in term.factors))]
        return [atom(self.canonical(base), -sp.Integer(power))]

    def _root(self, base: sp.Expr, exponent: sp.Rational) -> list[Term]:
        """A fractional power: positive common factors and squares are pulled out, the rest is one opaque factor."""
        number, content, inner = self._split_content(base)
        outside = [
            [rational_power(number, exponent)],
            *([atom(factor, power * exponent)] for factor, power in content.items()),
        ]
        terms = list(self._collected(inner).values())
        if len(terms) == 1 and not terms[0].bounds and terms[0].coefficient > 0:
            (term,) = terms
            outside.append([rational_power(term.coefficient, exponent)])
            for factor, power in term.factors:
                if is_nonnegative(factor):
                    outside.append([atom(factor, power * exponent)])
                elif is_real(factor) and power.is_Integer and power % 2 == 0:
                    outside.append(self._power(sp.Abs(factor), power * exponent))
                else:
                    return [atom(self.canonical(base), exponent)]
            return self._product(outside)
        return self._product([*outside, [atom(self.canonical(inner), exponent)]])

    def _sum(self, e: sp.Sum) -> list[Term]:
        body, renaming, bounds = e.function, {}, []
        for index, _, high in e.limits:
            renaming[index] = self._new(index)
            bounds.append((renaming[index], high))
        return [
            contracted
            for term in self._terms(renamed(body, renaming))
            for contracted in self._close(Term(term.coefficient, term.factors, term.bounds + tuple(bounds)))
        ]

    def _close(self, term: Term) -> list[Term]:
        """Contract Kronecker deltas with bound indices, and sum what does not depend on its index."""
        limits = dict(term.bounds)
        known = Where({**self._where.ranges, **limits})
        for base, exponent in term.factors:
            if isinstance(base, sp.KroneckerDelta) and exponent == 1:
                for index, other in (base.args, base.args[::-1]):
                    if index in limits and known.within(other, limits[index]):
                        rest = tuple(item for item in term.factors if item[0] != base)
                        remaining = tuple(item for item in term.bounds if item[0] != index)
                        renamed = renamed_term(Term(term.coefficient, rest, remaining), {index: other})
                        merged = self._multiply(Term(term.coefficient, ()), Term(sp.S.One, renamed.factors, remaining))
                        return [closed for item in merged for closed in self._close(item)]
        used: set[sp.Symbol] = set()
        for base, exponent in term.factors:
            used |= free_symbols(base) | free_symbols(exponent)
        idle = [hi for index, hi in term.bounds if index not in used]
        if not idle:
            return [term]
        bounds = tuple(item for item in term.bounds if item[0] in used)
        return self._product([[Term(term.coefficient, term.factors, bounds)], *(self._terms(hi) for hi in idle)])

    def _absolute_value(self, argument: sp.Expr) -> list[Term]:
        terms = list(self._collected(argument).values())
        if not terms:
            return []
        if len(terms) == 1 and not terms[0].bounds:
            (term,) = terms
            parts = [[Term(abs(term.coefficient), ())]]
            for base, exponent in term.factors:
                nonnegative = is_nonnegative(base) or (exponent.is_Integer and exponent % 2 == 0 and is_real(base))
                parts.append([atom(base if nonnegative else sp.Abs(base), exponent)])
            return self._product(parts)
        number, content, inner = self._split_content(argument)
        written, mirrored = self.canonical(inner), self.canonical(-inner)
        representative = min(written, mirrored, key=str)
        outside = [[Term(number, ())], *(self._power(f, p) for f, p in content.items())]
        return self._product([*outside, [atom(sp.Abs(representative))]])

    def _split_content(self, e: sp.Expr) -> tuple[sp.Rational, Factors, sp.Expr]:
        """Split off the positive number and the positive factors that all terms of an expression have in common."""
        terms = list(self._collected(e).values())
        if not terms:
            return sp.S.One, {}, sp.S.Zero
        content: Factors = {}
        for base, exponent in terms[0].factors:
            free = not any(index in free_symbols(base) for term in terms for index, _ in term.bounds)
            powers = [dict(term.factors).get(base) for term in terms]
            if (
                free
                and is_positive(base)
                and exponent.is_Rational
                and all(p is not None and p.is_Rational for p in powers)
            ):
                content[base] = min(p for p in powers if p is not None)
        number = sp.Rational(
            gcd(*(abs(int(term.coefficient.p)) for term in terms)),
            lcm(*(int(term.coefficient.q) for term in terms)),
        )
        reduced = [
            Term(term.coefficient / number, tuple((b, x - content.get(b, 0)) for b, x in term.factors), term.bounds)
            for term in terms
        ]
        return number, content, self.canonical(sp.Add(*(term.expression() for term in reduced)))
