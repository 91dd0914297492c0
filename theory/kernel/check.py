"""The judge: `check` proves every step of a derivation and of all that it cites, or raises `FalseStep`.

Each kind of step comes down to an exact identity, decided by `theory.kernel.normal_form` or `theory.kernel.elementary`, and a sign,
decided by `theory.kernel.sign`. Justifications are looked up by their exact type: there is no way to add one from outside.
"""

from __future__ import annotations

import sympy as sp
from sympy.core.function import AppliedUndef

from theory.kernel.copies import copied
from theory.kernel.data import RELATIONS, Derivation, FalseStep, Hypothesis, Step
from theory.kernel.forms import Where, require_formed, require_size
from theory.kernel.kinds import kind
from theory.kernel.rules import proves

_ACCEPTED: set[Derivation] = set()
"""The copies that were proved in this process, by content: a derivation that differs in anything is another one."""


def check(derivation: Derivation) -> None:
    """Prove a derivation, with all that it cites; raises `FalseStep`, naming the step, where that fails.

    >>> x = sp.Symbol("x", real=True)
    >>> from theory.kernel import Chain, Drop, Squares
    >>> check(Chain("a square", x**2).at_least(0, Squares("a square", [(1, x)])).conclude())
    >>> check(Chain("no square", x**3).at_least(0, Drop("not negative", x**3)).conclude())
    Traceback (most recent call last):
        ...
    theory.kernel.data.FalseStep: step 1 of 'no square' (not negative) does not hold: x**3 is not seen to be nonnegative
    """
    if type(derivation) is not Derivation:
        raise FalseStep(f"{derivation!r} is not a Derivation")
    try:
        _judge(copied(derivation))
    except FalseStep:
        raise
    except Exception as error:  # whatever the kernel does not read is not proved
        raise FalseStep(f"'{derivation.name}' cannot be read: {type(error).__name__}: {error}") from None


def _judge(derivation: Derivation) -> None:
    if derivation in _ACCEPTED:
        return
    try:
        where = _where(derivation)
        _require_stated(derivation, where)
    except FalseStep as error:
        raise FalseStep(f"'{derivation.name}': {error}") from None
    for cited in derivation.cites:
        _judge(cited)
    old = derivation.start
    for number, made in enumerate(derivation.steps, 1):
        place = f"step {number} of '{derivation.name}' ({getattr(made.justification, 'reason', '?')})"
        try:
            require_formed(made.expression, where)
            proved = proves(old, made, derivation, where)
        except ValueError as error:
            raise FalseStep(f"{place} does not hold: {error}") from None
        if not proved:
            raise FalseStep(f"{place} does not hold: the justification does not prove it")
        old = made.expression
    _ACCEPTED.add(derivation)


def _where(derivation: Derivation) -> Where:
    ranges: dict[sp.Symbol, sp.Expr] = {}
    indices = {index for index, _ in derivation.for_all}
    for index, upper in derivation.for_all:
        if kind(index) != "index" or index in ranges:
            raise FalseStep(f"{index} is no index, or has two ranges")
        require_size(upper, indices)
        ranges[index] = upper
    domain: dict[sp.Symbol, tuple[sp.Expr, sp.Expr]] = {}
    named = {symbol for symbol, _, _ in derivation.domain}
    for symbol, low, high in derivation.domain:
        kind(symbol)
        for end in (low, high):
            if end not in (sp.oo, -sp.oo):
                require_formed(end, Where(ranges, domain))
        # each end may use symbols that stand before it, so that the intervals are not circular
        if symbol in domain or (low.free_symbols | high.free_symbols) & (named - set(domain)) or (low < high) == False:  # noqa: E712
            raise FalseStep(
                f"{symbol} needs one interval that is not empty, and whose ends use only symbols named before it"
            )
        domain[symbol] = (low, high)
    nonzero = [h.relation.lhs for h in derivation.hypotheses if isinstance(h.relation, sp.Ne) and not h.for_all]
    return Where(ranges, domain, frozenset(nonzero))


def _require_stated(derivation: Derivation, where: Where) -> None:
    """One name, one hypothesis; one name, one symbol; relations, steps and expressions of the closed lists only."""
    names = [h.name for h in derivation.hypotheses]
    if len(set(names)) < len(names):
        raise FalseStep("two hypotheses have one name")
    if not derivation.steps:
        raise FalseStep("there is no step")
    if any(type(s) is not Step or s.relation not in RELATIONS for s in derivation.steps):
        raise FalseStep(f"steps go on by {', '.join(RELATIONS)} alone")
    if {s.relation for s in derivation.steps} >= {"<=", ">="}:
        raise FalseStep("it turns from one inequality to the other, so it would conclude nothing")
    require_formed(derivation.start, where)
    for hypothesis in derivation.hypotheses:
        _require_hypothesis(hypothesis, where)
    _require_one_meaning(derivation)


def _require_one_meaning(derivation: Derivation) -> None:
    """A name stands for one symbol, or one family, or one undefined function."""
    parts: list[sp.Basic] = [derivation.start, *(s.expression for s in derivation.steps)]
    parts += [side for h in derivation.hypotheses if h.relation is not None for side in h.relation.args]
    parts += [sp.sympify(part) for entry in (*derivation.for_all, *derivation.domain) for part in entry]
    meanings: dict[str, tuple[str, object]] = {}

    def require_one(name: str, *meaning: object) -> None:
        if meanings.setdefault(name, meaning) != meaning:  # type: ignore[arg-type]
            raise FalseStep(f"two symbols of different kinds are called {name}")

    waiting = parts
    while waiting:
        part = waiting.pop()
        if isinstance(part, sp.Indexed):
            require_one(part.base.label.name, "family", part.base.label)
            waiting += part.indices
            continue
        if isinstance(part, AppliedUndef):
            require_one(part.func.__name__, "function", part.func)
        elif isinstance(part, sp.Symbol):
            require_one(part.name, "symbol", part)
        waiting += part.args
    for hypothesis in derivation.hypotheses:
        for entry in hypothesis.for_all:
            if isinstance(entry, sp.IndexedBase):
                require_one(entry.label.name, "family", entry.label)
            else:
                symbol = entry[0] if isinstance(entry, tuple) else entry
                require_one(symbol.name, "symbol", symbol)


def _require_hypothesis(hypothesis: Hypothesis, where: Where) -> None:
    relation = hypothesis.relation
    for entry in hypothesis.for_all:
        if type(entry) is tuple:
            if len(entry) != 2 or kind(entry[0]) != "index":
                raise FalseStep(f"'{hypothesis.name}' gives a range to {entry[0]}, which is no index")
            require_size(entry[1], hypothesis.quantified)
        else:
            kind(entry.label if isinstance(entry, sp.IndexedBase) else entry)
    if len(hypothesis.quantified) < len(hypothesis.for_all):
        raise FalseStep(f"'{hypothesis.name}' quantifies something twice")
    if relation is None:
        return
    if type(relation) not in (sp.Eq, sp.Le, sp.Ge, sp.Ne) or (isinstance(relation, sp.Ne) and relation.rhs != 0):
        raise FalseStep(f"'{hypothesis.name}' states neither =, <=, >= nor that something is not 0")
    for side in (relation.lhs, relation.rhs):
        require_formed(side, where.without(hypothesis.quantified).inside(hypothesis.ranges))
