r"""Names for what occurs again and again in a derivation: :math:`f(x_j)` for the net at a datum, a letter for anything else.

Names are given where a line is long. What is named is the same expression at each place, up to the names of its indices and, with the
upper index of its name, its orientation; `spelled_out` puts the expressions back.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import sympy as sp
from sympy.core.function import AppliedUndef

from theory.kernel.functions import relu, step
from theory.notation import named, notation
from theory.shorthand.inner_products import inner_product
from theory.shorthand.names import DerivativeOfName, Name
from theory.shorthand.orientations import MINUS, PLUS, Exchange, exchange_among, exchange_of, plain_names

LONG = 120
"""The weight of a line that is long: more than one and a half lines of print."""
LIGHT = 6
"""The weight of the least that gets a name."""
GAIN = 24
"""What a name has to spare, in the same measure."""
PART = 0.4
"""The share of the longest line that a name stands for, at most, unless it is for what is differentiated."""
TRIED = 5
"""What is considered for one name, at most."""
SPARED = 0.95
"""The share of the printed lines that is left, with the definition of a name, at most."""
MOST = 4
"""The names of a derivation, at most."""
DATA = "x"
"""The family of the data: what is named after f is a net at one of them."""
_LETTERS: dict[type, str] = {sp.Pow: "RF", step: "mI", relu: "zZ", sp.Sum: "S"}
_FURTHER = (
    *"ABCDEFGQSTUVXYZabceghopqstuvyz",
    r"\Gamma",
    r"\Delta",
    r"\Lambda",
    r"\Xi",
    r"\Upsilon",
    r"\Psi",
    r"\Omega",
)


@cache
def weight(e: sp.Basic) -> int:
    """About how many characters wide an expression is in print."""
    if isinstance(e, sp.Indexed | sp.Symbol | sp.Number):
        return 1 + (len(e.args) > 1)
    if isinstance(e, sp.Sum | sp.Integral):
        return weight(e.function) + 2 * len(e.limits)
    return 1 + sum(map(weight, e.args))


@dataclass(frozen=True)
class _Scope:
    """What stands for numbers in a derivation: its indices, and all symbols."""

    bound: frozenset[sp.Symbol]
    exchange: Exchange

    def indices(self, e: sp.Expr) -> list[sp.Symbol]:
        """The indices that an expression depends on."""
        return sorted(_free(e) & self.bound, key=str)

    def kind(self, e: sp.Expr) -> object:
        """What two expressions have in common if they differ in their indices and their orientation only."""
        return type(e), weight(e), plain_names(e) - self.bound, len(self.indices(e))


@dataclass(frozen=True)
class Abbreviation:
    """A name and what it stands for, for all values of its indices; and the same for the other orientation, if it has one."""

    name: Name
    value: sp.Expr
    exchange: Exchange
    scope: _Scope

    @cached_property
    def pairs(self) -> tuple[tuple[Name, sp.Expr], ...]:
        """The names with their values, in either orientation."""
        pair = self.name, self.value
        other = tuple(part.xreplace(self.exchange) for part in pair)
        return (pair, other) if self.exchange else (pair,)

    def applied(self, e: sp.Expr) -> Name | None:
        """The name for an expression, with the indices that it has there, or ``None`` if it is no value of it."""
        if type(e) is not type(self.value) or self.scope.kind(e) != self.scope.kind(self.value):
            return None
        for name, value in self.pairs:
            for indices in itertools.permutations(self.scope.indices(e)):
                if e == value.xreplace(dict(zip(name.indices, indices, strict=True))):
                    return Name(name.label, *indices)
        return None


@dataclass(frozen=True)
class Abridged:
    """The lines of a derivation with names in them, and the names; each may occur in the values of those after it."""

    lines: tuple[sp.Expr, ...]
    names: tuple[Abbreviation, ...] = ()


def abridged(
    lines: Sequence[sp.Expr],
    free: Collection[sp.Symbol] = (),
    taken: Collection[str] = (),
    *,
    width: Callable[[sp.Basic], float] = weight,
) -> Abridged:
    """The lines of a derivation with names for what makes them long.

    ``free`` are its indices, ``taken`` the letters that are in use, and ``width`` says how much room an expression takes in print.
    """
    bound = {limit[0] for e in lines for s in e.atoms(sp.Sum, sp.Integral) for limit in s.limits}
    scope = _Scope(frozenset({*free, *bound}), exchange_among({s for e in lines for s in e.atoms(sp.Symbol)}))
    used = {*taken, *(letter for e in lines for part in e.atoms(sp.Symbol, AppliedUndef) for letter in letters(part))}
    found = Abridged(tuple(lines))
    while len(found.names) < MOST and max(map(weight, found.lines)) > LONG:
        tried = (_with_name(found, _abbreviation(value, scope, used)) for value in _worthwhile(found, scope)[:TRIED])
        longer = next((each for each in tried if each is not None and _spares(found, each, width)), None)
        if longer is None:
            break
        found = longer
        used |= letters(found.names[-1].name.label)
    return found


def spelled_out(e: sp.Basic, names: Sequence[Abbreviation]) -> sp.Basic:
    """The inverse of `abridged`, line by line: the expression with the value of each name in its place."""
    for abbreviation in reversed(names):
        e = _with_values(e, abbreviation)
    return e


def letters(part: sp.Symbol | AppliedUndef) -> set[str]:
    r"""The letters and commands that the notation of a symbol or of a function is made of; the f of a norm is that of the setting.

    >>> sorted(letters(sp.Symbol(named("example_of_letters", r"\bar z^{+}"))))
    ['\\bar', 'z']
    """
    name = part.func.__name__ if isinstance(part, AppliedUndef) else part.name
    return letters_in((notation(name) or name).replace(r"\stabilitynorm{f}", ""))


def letters_in(formula: str) -> set[str]:
    r"""The letters and commands of a formula, without what is words in it.

    >>> sorted(letters_in(r"\alpha_i = 0 \text{ for all } i"))
    ['\\alpha', 'i']
    """
    return set(re.findall(r"\\[A-Za-z]+|[A-Za-z]", re.sub(r"\\(?:text|operatorname|begin|end)\{[^{}]*\}", "", formula)))


@cache
def _free(e: sp.Basic) -> frozenset[sp.Basic]:
    """The symbols that are free in an expression; faster than SymPy's, which rebuilds derivatives and families for it."""
    if isinstance(e, sp.Symbol):
        return frozenset({e})
    parts: frozenset[sp.Basic] = frozenset().union(*map(_free, e.args))
    return parts - {limit[0] for limit in e.limits} if isinstance(e, sp.Sum | sp.Integral) else parts


def _with_values(e: sp.Basic, abbreviation: Abbreviation) -> sp.Basic:
    if isinstance(e, DerivativeOfName):
        return sp.Derivative(_with_values(e.name, abbreviation), *e.variables)
    if isinstance(e, Name):
        for name, value in abbreviation.pairs:
            if e.label == name.label:
                return value.xreplace(dict(zip(name.indices, e.indices, strict=True)))
        return e
    if not e.has(Name):
        return e
    return e.func(*(_with_values(argument, abbreviation) for argument in e.args))


def _with_name(found: Abridged, abbreviation: Abbreviation) -> Abridged | None:
    """One name more, or ``None`` if putting its value back would not give the same lines."""
    lines = tuple(_named(line, abbreviation) for line in found.lines)
    if any(_with_values(new, abbreviation) != old for new, old in zip(lines, found.lines, strict=True)):
        return None
    return Abridged(lines, (*found.names, abbreviation))


def _named(e: sp.Basic, abbreviation: Abbreviation) -> sp.Basic:
    if isinstance(e, sp.Derivative):
        name = abbreviation.applied(e.expr)
        return e if name is None else DerivativeOfName(name, *e.variable_count)
    if _may_be_named(e) and (name := abbreviation.applied(e)) is not None:
        return name
    if isinstance(e, sp.Indexed | sp.Tuple) or not e.args:
        return e
    arguments = [_named(argument, abbreviation) for argument in e.args]
    return e if all(new is old for new, old in zip(arguments, e.args, strict=True)) else e.func(*arguments)


def _may_be_named(e: sp.Basic) -> bool:
    if not isinstance(e, sp.Expr) or isinstance(e, sp.Indexed) or weight(e) < LIGHT:
        return False
    # what is raised to a power, and what is below, is named itself; an inner product is short
    return e.exp == sp.Rational(1, 2) if isinstance(e, sp.Pow) else inner_product(e) is None


def _parts(e: sp.Basic) -> Iterator[sp.Expr]:
    """The parts of an expression that a name may stand for; nothing that is differentiated but the whole of it."""
    if isinstance(e, sp.Derivative):
        yield e.expr
    elif not isinstance(e, sp.Indexed | sp.Tuple):
        if _may_be_named(e) and not e.could_extract_minus_sign():
            yield e
        for argument in e.args:
            yield from _parts(argument)


def _spares(found: Abridged, longer: Abridged, width: Callable[[sp.Basic], float]) -> bool:
    """Whether a name more makes the lines shorter in print, by more than its definition."""
    before, after = (sum(map(width, each.lines)) for each in (found, longer))
    return after + width(longer.names[-1].value) < SPARED * before


def _worthwhile(found: Abridged, scope: _Scope) -> list[sp.Expr]:
    """What a name would shorten, the most first: what is on one line twice or more, in the same orientation."""
    most = PART * max(map(weight, found.lines))
    differentiated = {e.expr for line in found.lines for e in line.atoms(sp.Derivative)}
    kinds: dict[object, list[Abbreviation]] = {}
    gain: Counter[sp.Expr] = Counter()
    for line in found.lines:
        count: Counter[tuple[sp.Expr, sp.Symbol]] = Counter()
        for part, times in Counter(_parts(line)).items():
            if weight(part) <= most or part in differentiated:
                value, label = _first_alike(part, kinds, scope)
                count[value, label] += times
        for value in {value for value, _ in count}:
            often = max(times for (other, _), times in count.items() if other == value)
            gain[value] += (often > 1) * often * (weight(value) - 2)
    spared = {value: whole - weight(value) - 3 for value, whole in gain.items()}
    return sorted((v for v in spared if spared[v] >= GAIN), key=lambda value: (-spared[value], str(value)))


def _first_alike(part: sp.Expr, kinds: dict[object, list[Abbreviation]], scope: _Scope) -> tuple[sp.Expr, sp.Symbol]:
    """The value that a part has in common with those before it, and the label for its orientation."""
    alike = kinds.setdefault(scope.kind(part), [])
    for each in alike:
        if (name := each.applied(part)) is not None:
            return each.value, name.label
    alike.append(each := _abbreviation(part, scope, set()))
    return each.value, next(name.label for name, value in each.pairs if value == part)


def _abbreviation(value: sp.Expr, scope: _Scope, used: set[str]) -> Abbreviation:
    """A name that is not used for an expression; both names, for an expression of one orientation."""
    exchange = exchange_of(value, scope.exchange)
    indices = scope.indices(value)
    letter = _letter(value, indices, used)
    if not exchange:
        return Abbreviation(Name(_label(letter), *indices), value, {}, scope)
    plus, minus = _label(letter + PLUS), _label(letter + MINUS)
    if any(MINUS in (notation(name.name) or "") for name in value.atoms(sp.Symbol)):
        value = value.xreplace(exchange)
    return Abbreviation(Name(plus, *indices), value, {**exchange, plus: minus, minus: plus}, scope)


def _label(written: str) -> sp.Symbol:
    return sp.Symbol(named(f"abbreviation {written}", written), real=True)


def _letter(value: sp.Expr, indices: Sequence[sp.Symbol], used: set[str]) -> str:
    if "f" not in used and _is_net(value, indices):
        return r"f(x_{{{0}}})"
    letters_for_it: tuple[str, ...] = (*_LETTERS.get(type(value), ""), *_FURTHER)
    return next(letter for letter in letters_for_it if letter not in used)


def _is_net(value: sp.Expr, indices: Sequence[sp.Symbol]) -> bool:
    """Whether an expression is a net at a datum: an output bias and sums over neurons with their rectifiers."""
    data = {entry.indices[0] for entry in value.atoms(sp.Indexed) if str(entry.base.label) == DATA}
    biased = isinstance(value, sp.Add) and any(isinstance(term, sp.Symbol) for term in value.args)
    return biased and value.has(relu) and data == set(indices) and len(data) == 1
