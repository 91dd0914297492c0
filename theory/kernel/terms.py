"""Terms of the normal form: a rational number times powers of factors, summed over bound indices with canonical names."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import sympy as sp

from theory.kernel.binders import NewName, renamed
from theory.kernel.kinds import RESERVED, Index, like

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


def atom(e: sp.Expr, exponent: sp.Expr = sp.S.One) -> Term:
    """A power of what the normal form does not look into."""
    return Term(sp.S.One, ((e, exponent),))


def fresh(term: Term, new: NewName) -> Term:
    """The term with new names for its bound indices, to be multiplied with others."""
    renaming = {index: new(index) for index, _ in term.bounds}
    return renamed_term(term, renaming) if renaming else term


def renamed_term(term: Term, renaming: dict[sp.Symbol, sp.Symbol]) -> Term:
    """The term with other names for indices."""
    return Term(
        term.coefficient,
        tuple((renamed(base, renaming), renamed(exponent, renaming)) for base, exponent in term.factors),
        tuple((renaming.get(index, index), hi) for index, hi in term.bounds),
    )


def rational_power(base: sp.Rational, exponent: sp.Rational) -> Term:
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


def canonically_named(term: Term) -> Term:
    """Name bound indices in the order that makes the factors smallest, over all namings, and sort the factors.

    Which order of factors is meant by smallest does not matter: that of their hashes is one that is quick to find.
    """
    level = 1 + max((_level(base) for base, _ in term.factors), default=0)
    groups: dict[sp.Expr, list[sp.Symbol]] = {}
    for index, hi in term.bounds:
        groups.setdefault(hi, []).append(index)
    ranges = sorted(groups, key=str)
    names = [
        (hi, Index(f"{RESERVED[0]}{level}_{r}_{m}", positive=True))
        for r, hi in enumerate(ranges)
        for m in range(len(groups[hi]))
    ]
    best: tuple[tuple[tuple[int, int], ...], Term] | None = None
    for choice in itertools.product(*(itertools.permutations(groups[hi]) for hi in ranges)):
        renaming = dict(zip(itertools.chain.from_iterable(choice), (name for _, name in names), strict=True))
        renamed = renamed_term(term, renaming)
        ordered = sorted(((hash(b), hash(x)), place) for place, (b, x) in enumerate(renamed.factors))
        key = tuple(pair for pair, _ in ordered)
        if best is None or key < best[0]:
            factors = tuple(renamed.factors[place] for _, place in ordered)
            best = key, Term(term.coefficient, factors, tuple((name, hi) for hi, name in names))
    if best is None:
        raise AssertionError("a term always has at least one naming")
    return best[1]


def with_canonical_variables(e: sp.Integral) -> sp.Integral:
    """The integral with names for its variables that depend only on how deep integrals are nested in it."""
    level = 1 + _level(e)
    names = {v: like(v, f"{RESERVED[0]}{level}_v_{m}") for m, v in enumerate(e.variables)}
    return e.func(e.function.xreplace(names), *(tuple(part.xreplace(names) for part in limit) for limit in e.limits))


def _level(e: sp.Expr) -> int:
    """How deep canonical names are nested inside an opaque factor, so that outer names never clash with inner ones."""
    return max((int(s.name[1:].split("_")[0]) for s in e.atoms(sp.Symbol) if s.name.startswith("β")), default=0)
