"""Derivations made anew, from texts, whole numbers and a closed list of nodes: what is judged is the copy.

Objects of Python can be forged: a number that lies about its sign, a symbol with an assumption slipped in, a node with an argument too
many. Nothing of a derivation reaches the judge but what a node's constructor makes of its names, numbers and arguments.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational

from theory.kernel.data import JUSTIFICATIONS, RELATIONS, Derivation, FalseStep, Hypothesis, Step
from theory.kernel.forms import CONSTANTS, ELEMENTARY
from theory.kernel.functions import relu, step
from theory.kernel.kinds import KINDS, kind, like

_ARGUMENTS: dict[type, int | None] = {
    **dict.fromkeys((sp.Add, sp.Mul, sp.Min, sp.Max)),
    **dict.fromkeys((*ELEMENTARY, sp.Abs, relu, step), 1),
    **dict.fromkeys((sp.Pow, sp.KroneckerDelta), 2),
}
"""How many arguments a node has; ``None`` for two or more."""
_RECORDS = (Derivation, Step, Hypothesis, *JUSTIFICATIONS)


def copied(derivation: Derivation) -> Derivation:
    """The derivation made anew, with all that it cites; raises `FalseStep` for what is not in the closed lists."""
    made: Derivation = _OfRealSymbols().part(_Copier().part(derivation))
    return made


def of_real_symbols(e: sp.Expr) -> sp.Expr:
    """An expression of the closed list made anew, of symbols of which SymPy does not know that they are whole."""
    made: sp.Expr = _OfRealSymbols().part(_Copier().part(e))
    return made


class _Copier:
    """Copies of parts, each made once; the originals are kept, so that none is mistaken for another in its place."""

    _compared = True

    def __init__(self) -> None:
        self._made: dict[int, tuple[object, Any]] = {}

    def part(self, part: object) -> Any:
        """The copy of a record, a tuple, a text, a whole number or an expression."""
        if part is None or type(part) in (str, int):
            return part
        if id(part) not in self._made:
            self._made[id(part)] = part, self._copy(part)
        return self._made[id(part)][1]

    def _copy(self, part: object) -> Any:
        if type(part) is tuple:
            return tuple(self.part(each) for each in part)
        if type(part) in _RECORDS:
            return self._record(part)
        if not isinstance(part, sp.Basic):
            raise FalseStep(f"{part!r} is no text, tuple or expression")
        made = self._expression(part)
        if self._compared and made != part:
            raise FalseStep(f"{made} is not what it pretends to be")
        return made

    def _symbol(self, e: sp.Symbol) -> sp.Symbol:
        _require_known(e, KINDS[kind(e)])
        return sp.Symbol(_text(e.name), **KINDS[kind(e)])

    def _record(self, record: object) -> object:
        values, names = vars(record), [field.name for field in fields(record)]  # type: ignore[arg-type]
        if set(values) != set(names):
            raise FalseStep(f"a {type(record).__name__} has {', '.join(names)}, and nothing else")
        made = object.__new__(type(record))
        for name in names:
            object.__setattr__(made, name, self.part(values[name]))
        return made

    def _expression(self, e: sp.Basic) -> sp.Basic:
        if type(e) is sp.Symbol:
            return self._symbol(e)
        if isinstance(e, sp.Rational):
            return _number(e)
        if any(e is constant for constant in (*CONSTANTS, sp.oo, -sp.oo)):
            return e
        if isinstance(e, AppliedUndef):
            return self._undefined(e)
        return self._node(e, type(e))

    def _node(self, e: sp.Basic, made_by: Any) -> sp.Basic:
        arguments = [self.part(argument) for argument in e.args]
        if made_by is sp.Indexed:
            _require_known(e, KINDS[kind(e.base.label)])
        if made_by in _ARGUMENTS:
            wanted = _ARGUMENTS[made_by]
            if len(arguments) != wanted if wanted else len(arguments) < 2:
                raise FalseStep(f"{made_by.__name__} with {len(arguments)} arguments")
            return made_by(*arguments, evaluate=False)
        if isinstance(e, Relational) and made_by in (*RELATIONS.values(), sp.Ne):
            return made_by(*arguments, evaluate=False)
        if made_by is sp.Derivative:
            if len(arguments) < 2 or not all(_is_count(entry) for entry in arguments[1:]):
                raise FalseStep("a derivative needs variables, each with the number of times")
            return sp.Derivative(*arguments, evaluate=False)
        if made_by in (sp.Sum, sp.Integral):
            if len(arguments) < 2 or not all(type(limit) is sp.Tuple and len(limit) == 3 for limit in arguments[1:]):
                raise FalseStep(f"{made_by.__name__} needs limits, each a variable with two ends")
            return made_by(*arguments)
        if made_by in (sp.Indexed, sp.IndexedBase, sp.Tuple, sp.Lambda):
            return made_by(*arguments)
        raise FalseStep(f"{made_by.__name__} is not in the closed list of what expressions are made of")

    def _undefined(self, e: AppliedUndef) -> sp.Basic:
        """Only functions that are declared to be real, nonnegative or positive, and nothing else."""
        for sign in ("real", "nonnegative", "positive"):
            plain = sp.Function(_text(e.func.__name__), **{sign: True})
            if e.func == plain and set(vars(e.func)) == set(vars(plain)):
                _require_known(e, KINDS[sign])
                return plain(*(self.part(argument) for argument in e.args))
        raise FalseStep(f"{e.func.__name__} is not declared to be real, nonnegative or positive, and nothing else")


class _OfRealSymbols(_Copier):
    """A copy of a copy, with the kernel's own symbols for those that stand for whole numbers."""

    _compared = False

    def _symbol(self, e: sp.Symbol) -> sp.Symbol:
        return like(e, e.name)


def _text(name: object) -> str:
    if type(name) is not str:
        raise FalseStep(f"a name has to be a text, not a {type(name).__name__}")
    return name


def _require_known(e: sp.Expr, declared: dict[str, bool]) -> None:
    """Nothing is known of a symbol, an entry or a function's value but what follows from how it is declared."""
    plain = sp.Symbol("plain", **declared)
    for fact, value in dict(e._assumptions).items():
        if value is not None and value != getattr(plain, f"is_{fact}"):
            raise FalseStep(f"{e} is said to be {fact} ({value}), which does not follow from its declaration")


def _number(e: sp.Rational) -> sp.Rational:
    if type(e.p) is not int or type(e.q) is not int or e.q < 1:
        raise FalseStep("a number has to be a whole one over a positive one")
    made = sp.Rational(e.p, e.q)
    if (made.p, made.q) != (e.p, e.q):
        raise FalseStep(f"{made} has to be in lowest terms")
    return made


def _is_count(entry: sp.Basic) -> bool:
    return type(entry) is sp.Tuple and len(entry) == 2 and isinstance(entry[1], sp.Integer) and bool(entry[1] >= 1)
