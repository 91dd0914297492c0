r"""An exact normal form for polynomials in indexed quantities under symbolic sums.

SymPy decides identities between polynomials, but not between expressions such as
:math:`(\sum_i a_i)(\sum_j b_j)` and :math:`\sum_{ij} a_i b_j` with symbolic ranges. Here every expression becomes a list of
*terms*, each a rational coefficient times powers of factors, summed over its own bound indices; products of sums
are sums over both indices, and bound indices get names that do not depend on those they had. Two expressions with the same
normal form are equal for all sizes and all values at which both are defined; this is the only direction that is relied on.

Conventions: sums start at 1, index sets are not empty, and a free index lies in its index set.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache
from math import gcd, lcm

import sympy as sp

from theory.kernel.functions import relu, step
from theory.kernel.sign import is_nonnegative, is_positive

Factors = dict[sp.Expr, sp.Expr]
"""Powers of factors: base to exponent."""


@dataclass(frozen=True)
class Term:
    """A rational coefficient times powers of factors, summed over its bounds (index, upper limit)."""

    coefficient: sp.Rational
    factors: tuple[tuple[sp.Expr, sp.Expr], ...]
    bounds: tuple[tuple[sp.Symbol, sp.Expr], ...] = ()

    def expression(self) -> sp.Expr:
        """The term as a SymPy expression."""
        product = sp.Mul(self.coefficient, *(base**exponent for base, exponent in self.factors))
        return sp.Sum(product, *((i, 1, hi) for i, hi in self.bounds)) if self.bounds else product


def normal_form(expression: sp.Expr) -> dict[tuple[object, ...], Term]:
    """The terms of an expression, keyed canonically; empty if and only if the kernel sees that it is zero.

    >>> i, j, n = sp.symbols("i j n", integer=True, positive=True)
    >>> a, b = sp.IndexedBase("a", real=True), sp.IndexedBase("b", real=True)
    >>> product = sp.Sum(a[i], (i, 1, n)) * sp.Sum(b[i], (i, 1, n))
    >>> normal_form(product - sp.Sum(a[j] * b[i], (i, 1, n), (j, 1, n)))
    {}
    """
    collected: dict[tuple[object, ...], Term] = {}
    for term in _terms(sp.sympify(expression)):
        named = _canonical(term)
        key = (named.factors, named.bounds)
        total = named.coefficient + (collected[key].coefficient if key in collected else 0)
        if total == 0:
            collected.pop(key, None)
        else:
            collected[key] = Term(total, named.factors, named.bounds)
    return collected


def is_zero(expression: sp.Expr) -> bool:
    """Whether an expression is zero, exactly; ``False`` means only that no proof was found.

    >>> n = sp.Symbol("n", integer=True, positive=True)
    >>> i = sp.Symbol("i", integer=True, positive=True)
    >>> is_zero(sp.Sum(1, (i, 1, n)) - n), is_zero(n - 1)
    (True, False)
    """
    remainder = normal_form(expression)
    if not remainder:
        return True
    if any(term.bounds for term in remainder.values()):
        return False
    # without sums SymPy also knows about quotients of sums, which the normal form leaves opaque
    return bool(sp.simplify(sp.Add(*(term.expression() for term in remainder.values()))) == 0)


def canonical(expression: sp.Expr) -> sp.Expr:
    """The expression written from its normal form: equal normal forms give identical expressions."""
    return sp.Add(*(term.expression() for term in normal_form(expression).values()))


def with_fresh_indices(expression: sp.Expr) -> sp.Expr:
    """The expression with new names for all bound indices, so that nothing put into it can be captured by a sum."""
    if not expression.has(sp.Sum):
        return expression
    arguments = [with_fresh_indices(argument) for argument in expression.args]
    if not isinstance(expression, sp.Sum):
        return expression.func(*arguments)
    fresh = {index: sp.Dummy(index.name, integer=True, positive=True) for index, _, _ in expression.limits}
    limits = [(fresh[index], low, high) for index, low, high in expression.limits]
    return sp.Sum(arguments[0].xreplace(fresh), *limits)


def _terms(e: sp.Expr) -> list[Term]:
    if e.is_Rational:
        return [Term(e, ())] if e != 0 else []
    if isinstance(e, sp.Add):
        return [term for argument in e.args for term in _terms(argument)]
    if isinstance(e, sp.Mul):
        return _product([_terms(argument) for argument in e.args])
    if isinstance(e, sp.Pow):
        return _power(e.base, e.exp)
    if isinstance(e, sp.Sum):
        return _sum(e)
    if isinstance(e, relu):
        return _terms(e.args[0] * step(e.args[0]))
    if isinstance(e, step):
        _, argument = _split_content(e.args[0])
        pattern = step(argument)
        return _terms(pattern) if pattern.is_number else [_atom(pattern)]
    if isinstance(e, sp.Abs):
        return _absolute_value(e.args[0])
    if isinstance(e, sp.Min | sp.Max):
        return [_atom(type(e)(*(canonical(argument) for argument in e.args)))]
    return [_atom(e)]


def _atom(e: sp.Expr, exponent: sp.Expr = sp.S.One) -> Term:
    return Term(sp.S.One, ((e, exponent),))


def _product(lists: list[list[Term]]) -> list[Term]:
    """Multiply lists of terms, keeping the bound indices of different factors apart."""
    result = [Term(sp.S.One, ())]
    for terms in lists:
        result = [product for left in result for right in terms for product in _multiply(left, _fresh(right))]
    return result


def _multiply(left: Term, right: Term) -> list[Term]:
    factors: Factors = dict(left.factors)
    for base, exponent in right.factors:
        factors[base] = factors.get(base, sp.S.Zero) + exponent
    return _reduce(left.coefficient * right.coefficient, factors, left.bounds + right.bounds)


def _reduce(coefficient: sp.Rational, factors: Factors, bounds: tuple[tuple[sp.Symbol, sp.Expr], ...]) -> list[Term]:
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
            opened.append(_power(base.args[0], exponent - exponent % 2))
            if exponent % 2:
                kept[base] = sp.S.One
        elif base.is_Rational and not 0 < exponent < 1:
            opened.append([_rational_power(base, exponent)])
        elif isinstance(base, sp.Add | sp.Sum) and exponent.is_Rational and exponent >= 1:
            opened.append(_power(base, exponent))
        else:
            kept[base] = exponent
    term = Term(coefficient, tuple(kept.items()), bounds)
    return _product([[term], *opened]) if opened else [term]


def _fresh(term: Term) -> Term:
    renaming = {index: sp.Dummy("index", integer=True, positive=True) for index, _ in term.bounds}
    return _rename(term, renaming) if renaming else term


def _rename(term: Term, renaming: dict[sp.Symbol, sp.Symbol]) -> Term:
    return Term(
        term.coefficient,
        tuple((base.xreplace(renaming), exponent.xreplace(renaming)) for base, exponent in term.factors),
        tuple((renaming.get(index, index), hi) for index, hi in term.bounds),
    )


def _power(base: sp.Expr, exponent: sp.Expr) -> list[Term]:
    number, symbolic = sp.sympify(exponent).as_coeff_Add()
    if symbolic != 0:
        multiple, unit = symbolic.as_coeff_Mul()
        if multiple.is_Integer and multiple > 1:
            base, symbolic = base**multiple, unit  # (a^2)^t and a^(2t) are one factor
        atom = [_atom(canonical(base), symbolic)]
        return atom if number == 0 else _product([atom, _power(base, number)])
    if not number.is_Rational:
        return [_atom(canonical(base) ** exponent)]
    if base.is_Rational and base > 0:
        return [_rational_power(base, number)]
    whole = int(sp.floor(number)) if number > 0 else int(sp.ceiling(number))
    fraction = number - whole
    if whole >= 0:
        factors = [_terms(base)] * whole
        return _product([*factors, _root(base, fraction)] if fraction else factors)
    return _product([_inverse(base, -whole), _root(base, fraction)] if fraction else [_inverse(base, -whole)])


def _rational_power(base: sp.Rational, exponent: sp.Rational) -> Term:
    """Prime by prime, whole powers in the coefficient, so that roots of numbers have one form."""
    coefficient, roots = sp.S.One, []
    for prime, multiplicity in sp.factorrat(base).items():
        power = multiplicity * exponent
        whole = sp.floor(power)
        fraction = power - whole
        coefficient *= sp.Integer(prime) ** whole
        if fraction:
            roots.append((sp.Integer(prime), fraction))
    return Term(coefficient, tuple(roots))


def _inverse(base: sp.Expr, power: int) -> list[Term]:
    terms = list(normal_form(base).values())
    if len(terms) == 1 and not terms[0].bounds:
        (term,) = terms
        return [Term(term.coefficient**-power, tuple((f, -power * exponent) for f, exponent in term.factors))]
    return [_atom(canonical(base), -sp.Integer(power))]


def _root(base: sp.Expr, exponent: sp.Rational) -> list[Term]:
    """A fractional power: positive common factors and squares are pulled out, the rest is one opaque factor."""
    content, inner = _split_content(base)
    outside = [
        [_rational_power(factor, exponent) if factor.is_Rational else _atom(factor, power * exponent)]
        for factor, power in content.items()
    ]
    terms = list(normal_form(inner).values())
    if len(terms) == 1 and not terms[0].bounds and terms[0].coefficient > 0:
        (term,) = terms
        outside.append([_rational_power(term.coefficient, exponent)])
        for factor, power in term.factors:
            if is_nonnegative(factor):
                outside.append([_atom(factor, power * exponent)])
            elif factor.is_real and power.is_Integer and power % 2 == 0:
                outside.append(_power(sp.Abs(factor), power * exponent))
            else:
                return [_atom(canonical(base), exponent)]
        return _product(outside)
    return _product([*outside, [_atom(canonical(inner), exponent)]])


def _sum(e: sp.Sum) -> list[Term]:
    body, renaming, bounds = e.function, {}, []
    for index, low, high in e.limits:
        if low != 1:
            raise ValueError(f"sums of the kernel start at 1, but {e} starts at {low}")
        renaming[index] = sp.Dummy("index", integer=True, positive=True)
        bounds.append((renaming[index], high))
    return [
        contracted
        for term in _terms(body.xreplace(renaming))
        for contracted in _close(Term(term.coefficient, term.factors, term.bounds + tuple(bounds)))
    ]


def _close(term: Term) -> list[Term]:
    """Contract Kronecker deltas with bound indices, and sum what does not depend on its index."""
    for base, _ in term.factors:
        if isinstance(base, sp.KroneckerDelta):
            bound = [index for index, _ in term.bounds if index in base.args]
            if bound:
                other = base.args[1] if base.args[0] == bound[0] else base.args[0]
                rest = tuple(item for item in term.factors if item[0] != base)
                remaining = tuple(item for item in term.bounds if item[0] != bound[0])
                renamed = _rename(Term(term.coefficient, rest, remaining), {bound[0]: other})
                merged = _multiply(Term(term.coefficient, (), ()), Term(sp.S.One, renamed.factors, remaining))
                return [closed for item in merged for closed in _close(item)]
    used: set[sp.Symbol] = set()
    for base, exponent in term.factors:
        used |= base.free_symbols | exponent.free_symbols
    idle = [hi for index, hi in term.bounds if index not in used]
    if not idle:
        return [term]
    bounds = tuple(item for item in term.bounds if item[0] in used)
    return _product([[Term(term.coefficient, term.factors, bounds)], *(_terms(hi) for hi in idle)])


def _absolute_value(argument: sp.Expr) -> list[Term]:
    terms = list(normal_form(argument).values())
    if not terms:
        return []
    if len(terms) == 1 and not terms[0].bounds:
        (term,) = terms
        parts = [[Term(abs(term.coefficient), ())]]
        for base, exponent in term.factors:
            nonnegative = is_nonnegative(base) or (exponent.is_Integer and exponent % 2 == 0 and base.is_real)
            parts.append([_atom(base if nonnegative else sp.Abs(base), exponent)])
        return _product(parts)
    content, inner = _split_content(argument)
    written, mirrored = canonical(inner), canonical(-inner)
    representative = min(written, mirrored, key=str)
    return _product([*(_power(f, p) for f, p in content.items()), [_atom(sp.Abs(representative))]])


def _split_content(e: sp.Expr) -> tuple[Factors, sp.Expr]:
    """Split off the positive factors, numbers included, that all terms of an expression have in common."""
    terms = list(normal_form(e).values())
    if not terms:
        return {}, sp.S.Zero
    content: Factors = {}
    for base, exponent in terms[0].factors:
        free = not any(index in base.free_symbols for term in terms for index, _ in term.bounds)
        powers = [dict(term.factors).get(base) for term in terms]
        if free and is_positive(base) and exponent.is_Rational and all(p is not None and p.is_Rational for p in powers):
            content[base] = min(p for p in powers if p is not None)
    number = sp.Rational(
        gcd(*(abs(int(term.coefficient.p)) for term in terms)),
        lcm(*(int(term.coefficient.q) for term in terms)),
    )
    reduced = [
        Term(term.coefficient / number, tuple((b, x - content.get(b, 0)) for b, x in term.factors), term.bounds)
        for term in terms
    ]
    if number != 1:
        content[number] = sp.S.One
    return content, canonical(sp.Add(*(term.expression() for term in reduced)))


@lru_cache(maxsize=100_000)
def _text(e: sp.Expr) -> str:
    return str(e)


def _canonical(term: Term) -> Term:
    """Name bound indices by the smallest text over all namings, and sort the factors."""
    level = 1 + max((_level(base) for base, _ in term.factors), default=0)
    groups: dict[sp.Expr, list[sp.Symbol]] = {}
    for index, hi in term.bounds:
        groups.setdefault(hi, []).append(index)
    ranges = sorted(groups, key=str)
    names = [(hi, sp.Symbol(f"β{level}_{r}_{m}", integer=True, positive=True))
             for r, hi in enumerate(ranges) for m in range(len(groups[hi]))]  # fmt: skip
    best: tuple[tuple[tuple[str, str], ...], Term] | None = None
    for choice in itertools.product(*(itertools.permutations(groups[hi]) for hi in ranges)):
        renaming = dict(zip(itertools.chain.from_iterable(choice), (name for _, name in names), strict=True))
        renamed = _rename(term, renaming)
        ordered = sorted(((_text(b), _text(x)), place) for place, (b, x) in enumerate(renamed.factors))
        key = tuple(text for text, _ in ordered)
        if best is None or key < best[0]:
            factors = tuple(renamed.factors[place] for _, place in ordered)
            best = key, Term(term.coefficient, factors, tuple((name, hi) for hi, name in names))
    if best is None:
        raise AssertionError("a term always has at least one naming")
    return best[1]


def _level(e: sp.Expr) -> int:
    """How deep canonical names are nested inside an opaque factor, so that outer names never clash with inner ones."""
    return max((int(s.name[1:].split("_")[0]) for s in e.atoms(sp.Symbol) if s.name.startswith("β")), default=0)
