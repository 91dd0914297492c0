r"""Sums over the two orientations of a neuron on its hyperplane: :math:`\sum_\pm t^\pm` for :math:`t^+ + t^-`.

Two terms are one such sum where the exchange of every name written with an upper index + for its twin, written with -, makes one of
the other. What this is decided on are the two expressions; `written_out` gives the sum that was there.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping

import sympy as sp
from sympy.printing.precedence import PRECEDENCE

from theory.notation import notation

PLUS, MINUS = "^{+}", "^{-}"
"""How an orientation is written, in the notation of a name."""


class OverOrientations(sp.Expr):  # type: ignore[misc]
    r"""The sum :math:`\sum_\pm t^\pm`: a term of the orientation +, and the pairs (name, twin) that are exchanged in it.

    >>> from theory.notation import named
    >>> a, b = sp.Symbol(named("example_along", "a^{+}")), sp.Symbol(named("example_against", "a^{-}"))
    >>> over_orientations(a**2 + b**2 + 1) == 1 + OverOrientations(a**2, sp.Tuple(sp.Tuple(a, b)))
    True
    """

    is_commutative = True
    is_number = False
    precedence = PRECEDENCE["Mul"]

    @property
    def term(self) -> sp.Expr:
        """The term of the orientation +."""
        return self.args[0]

    @property
    def exchange(self) -> dict[sp.Symbol, sp.Symbol]:
        """What becomes what when the orientation is reversed."""
        return _both_ways(dict(self.args[1].args))

    @property
    def sum(self) -> sp.Expr:
        """The two terms, added up."""
        return self.term + self.term.xreplace(self.exchange)

    @property
    def free_symbols(self) -> set[sp.Basic]:
        """Those of both terms."""
        found: set[sp.Basic] = self.sum.free_symbols
        return found

    def could_extract_minus_sign(self) -> bool:
        """Whether the term is one that is subtracted."""
        return bool(self.term.could_extract_minus_sign())

    def __neg__(self) -> OverOrientations:
        """The sum over the orientations of the term with the other sign."""
        return OverOrientations(-self.term, self.args[1])


def over_orientations(e: sp.Basic) -> sp.Basic:
    """An expression with the pairs of terms in its sums that an exchange of orientations makes of each other as one term each.

    Pairs of bare names stay, since they are short, and so do terms in which both orientations occur, unless in parts that the
    exchange leaves as they are. There is no such sum inside another.
    """
    if isinstance(e, OverOrientations) or not e.args or not _oriented(e):
        return e
    if isinstance(e, sp.Add):
        terms = list(e.args)
        folded = []
        for one, other in itertools.combinations(e.args, 2):
            if one in terms and other in terms and (pair := _folded(one, other)) is not None:
                terms = [term for term in terms if term not in (one, other)]
                folded.append(pair)
        return sp.Add(*folded, *(over_orientations(term) for term in terms))
    return _with_arguments(e, over_orientations)


def written_out(e: sp.Basic) -> sp.Basic:
    """The inverse of `over_orientations`: every sum over the orientations as its two terms."""
    if isinstance(e, OverOrientations):
        return e.sum
    return _with_arguments(e, written_out) if e.args and e.has(OverOrientations) else e


def is_symmetric(e: sp.Basic, exchange: Mapping[sp.Symbol, sp.Symbol]) -> bool:
    """Whether an exchange of orientations leaves an expression as it is."""
    return bool(e.xreplace(exchange) == e)


def _with_arguments(e: sp.Basic, change: Callable[[sp.Basic], sp.Basic]) -> sp.Basic:
    arguments = [change(argument) for argument in e.args]
    return e if all(new is old for new, old in zip(arguments, e.args, strict=True)) else e.func(*arguments)


def _folded(one: sp.Expr, other: sp.Expr) -> OverOrientations | None:
    """Two terms as a sum over the orientations, or ``None`` where they are none."""
    if all(isinstance(term, sp.Symbol | sp.Indexed) for term in (one, other)):
        return None
    names = _oriented(one) | _oriented(other)
    pairs = _pairs(names)
    exchange = _both_ways(pairs)
    if names != set(exchange) or one == other or one.xreplace(exchange) != other:
        return None
    for term in (one, other):
        if _names_that_change(term, exchange) <= set(pairs):
            return OverOrientations(term, sp.Tuple(*(sp.Tuple(*pair) for pair in sorted(pairs.items(), key=str))))
    return None


def _names_that_change(e: sp.Basic, exchange: Mapping[sp.Symbol, sp.Symbol]) -> set[sp.Symbol]:
    """The oriented names outside of what the exchange leaves as it is."""
    if is_symmetric(e, exchange):
        return set()
    if isinstance(e, sp.Symbol):
        return {e}
    return set().union(*(_names_that_change(argument, exchange) for argument in e.args))


def _oriented(e: sp.Basic) -> set[sp.Symbol]:
    """The names in an expression that are written with an orientation."""
    return {name for name in e.atoms(sp.Symbol) if _unsigned(name) is not None}


def _unsigned(name: sp.Symbol) -> str | None:
    """How a name is written, without its orientation, or ``None`` where it has none."""
    written = notation(name.name) or ""
    return written.replace(PLUS, "^").replace(MINUS, "^") if (PLUS in written) != (MINUS in written) else None


def _pairs(names: set[sp.Symbol]) -> dict[sp.Symbol, sp.Symbol]:
    """The twin of each name with +: that alone is written like it but for the sign, and stands for numbers of the same kind."""
    found = {}
    for written in {_unsigned(name) for name in names}:
        alike = [name for name in names if _unsigned(name) == written]
        if len(alike) == 2 and alike[0].assumptions0 == alike[1].assumptions0:
            plus, minus = sorted(alike, key=lambda name: MINUS in (notation(name.name) or ""))
            if PLUS in (notation(plus.name) or "") and MINUS in (notation(minus.name) or ""):
                found[plus] = minus
    return found


def _both_ways(pairs: Mapping[sp.Symbol, sp.Symbol]) -> dict[sp.Symbol, sp.Symbol]:
    return {**pairs, **{twin: name for name, twin in pairs.items()}}
