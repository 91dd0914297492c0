r"""Sums over the two orientations of a neuron on its hyperplane: :math:`\sum_\pm t^\pm` for :math:`t^+ + t^-`.

Two terms are one such sum where an exchange makes one of the other: of every name written with an upper index + for its twin, written
with -, and of rectifiers and masks :math:`(h)_+, 1\{h > 0\}` for :math:`(-h)_+, 1\{-h > 0\}`. What this is decided on are the two
expressions; `written_out` gives the sum that was there.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from functools import cache

import sympy as sp
from sympy.printing.precedence import PRECEDENCE

from theory.kernel.functions import relu, step
from theory.notation import notation

Exchange = Mapping[sp.Basic, sp.Basic]
"""What becomes what when the orientation is reversed: either way."""
PLUS, MINUS = "^{+}", "^{-}"
"""How an orientation is written, in the notation of a name."""


class OverOrientations(sp.Expr):  # type: ignore[misc]
    r"""The sum :math:`\sum_\pm t^\pm`: a term of the orientation +, and the pairs of what is exchanged in it.

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
    def exchange(self) -> Exchange:
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

    Pairs of bare names, or of rectifiers of them, stay, since they are short, and so do terms in which both orientations occur,
    unless in parts that the exchange leaves as they are. There is no such sum inside another.
    """
    if isinstance(e, OverOrientations) or not e.has(sp.Add):
        return e
    if isinstance(e, sp.Add):
        terms = list(e.args)
        folded = []
        oriented = [term for term in terms if not _is_short(term) and (term.has(relu, step) or _oriented(term))]
        alike = {term: _whatever_the_orientation(term) for term in oriented}
        for one, other in itertools.combinations(alike, 2):
            if one in terms and other in terms and alike[one] == alike[other] and (pair := _folded(one, other)):
                terms = [term for term in terms if term not in (one, other)]
                folded.append(pair)
        if folded:
            return sp.Add(*folded, *(over_orientations(term) for term in terms))
    return _with_arguments(e, over_orientations)


def written_out(e: sp.Basic) -> sp.Basic:
    """The inverse of `over_orientations`: every sum over the orientations as its two terms."""
    if isinstance(e, OverOrientations):
        return e.sum
    return _with_arguments(e, written_out) if e.has(OverOrientations) else e


@cache
def plain_names(e: sp.Basic) -> frozenset[sp.Basic]:
    """The names in an expression that have no orientation."""
    return frozenset(e.atoms(sp.Symbol) - _oriented(e))


def exchange_among(names: Iterable[sp.Symbol]) -> Exchange:
    """The exchange of those of the names that are twins."""
    return _both_ways(_twins({name for name in names if _unsigned(name) is not None}))


def exchange_of(e: sp.Basic, among: Exchange) -> Exchange:
    """The exchange of the names in an expression of one orientation, as a part of that of more names.

    Empty where nothing in it is oriented, or both orientations are, or a name has no twin.
    """
    names = _oriented(e)
    if len({PLUS in (notation(name.name) or "") for name in names}) != 1 or not names <= set(among):
        return {}
    return {name: among[name] for name in names.union(among[name] for name in names)}


def is_symmetric(e: sp.Basic, exchange: Exchange) -> bool:
    """Whether an exchange of orientations leaves an expression as it is."""
    return bool(e.xreplace(exchange) == e)


def _with_arguments(e: sp.Basic, change: Callable[[sp.Basic], sp.Basic]) -> sp.Basic:
    arguments = [change(argument) for argument in e.args]
    return e if all(new is old for new, old in zip(arguments, e.args, strict=True)) else e.func(*arguments)


def _folded(one: sp.Expr, other: sp.Expr) -> OverOrientations | None:
    """Two terms as a sum over the orientations, or ``None`` where they are none."""
    names = _oriented(one) | _oriented(other)
    twins = _twins(names)
    if names != set(_both_ways(twins)):
        return None
    for plus, minus in sorted(((one, other), (other, one)), key=lambda pair: _minus_signs(pair[0])):
        pairs = {**twins, **_mirrored(plus, minus)}
        exchange = _both_ways(pairs)
        if pairs and plus.xreplace(exchange) == minus and _that_change(plus, exchange) <= set(pairs):
            return OverOrientations(plus, sp.Tuple(*(sp.Tuple(*pair) for pair in sorted(pairs.items(), key=str))))
    return None


def _whatever_the_orientation(term: sp.Expr) -> tuple[type, frozenset[sp.Basic]]:
    """What two terms have in common if they differ in their orientation only."""
    return type(term), plain_names(term)


def _minus_signs(term: sp.Expr) -> int:
    return sum(mask.args[0].could_extract_minus_sign() for mask in term.atoms(relu, step))


def _is_short(term: sp.Expr) -> bool:
    bare = term.args[0] if isinstance(term, relu | step) else term
    return isinstance(-bare if bare.could_extract_minus_sign() else bare, sp.Symbol | sp.Indexed)


def _that_change(e: sp.Basic, exchange: Exchange) -> set[sp.Basic]:
    """What is exchanged in an expression, outside of what the exchange as a whole leaves as it is."""
    if is_symmetric(e, exchange):
        return set()
    if e in exchange:
        return {e}
    return set().union(*(_that_change(argument, exchange) for argument in e.args))


def _oriented(e: sp.Basic) -> set[sp.Symbol]:
    """The names in an expression that are written with an orientation."""
    return {name for name in e.atoms(sp.Symbol) if _unsigned(name) is not None}


def _unsigned(name: sp.Symbol) -> str | None:
    """How a name is written, without its orientation, or ``None`` where it has none."""
    written = notation(name.name) or ""
    return written.replace(PLUS, "^").replace(MINUS, "^") if (PLUS in written) != (MINUS in written) else None


def _twins(names: set[sp.Symbol]) -> dict[sp.Basic, sp.Basic]:
    """The twin of each name with +: that alone is written like it but for the sign, and stands for numbers of the same kind."""
    found: dict[sp.Basic, sp.Basic] = {}
    for written in {_unsigned(name) for name in names}:
        alike = [name for name in names if _unsigned(name) == written]
        if len(alike) == 2 and alike[0].assumptions0 == alike[1].assumptions0:
            plus, minus = sorted(alike, key=lambda name: MINUS in (notation(name.name) or ""))
            if PLUS in (notation(plus.name) or "") and MINUS in (notation(minus.name) or ""):
                found[plus] = minus
    return found


def _mirrored(plus: sp.Expr, minus: sp.Expr) -> dict[sp.Basic, sp.Basic]:
    """The rectifiers and masks of one term of which the other has those of the opposite argument."""
    there = minus.atoms(relu, step)
    mirrored = {mask: mask.func(-mask.args[0]) for mask in plus.atoms(relu, step) if not _oriented(mask)}
    return {
        mask: mirror
        for mask, mirror in mirrored.items()
        if mirror in there and not (mirror in mirrored and mask.args[0].could_extract_minus_sign())
    }


def _both_ways(pairs: Exchange) -> dict[sp.Basic, sp.Basic]:
    return {**pairs, **{twin: name for name, twin in pairs.items()}}
