"""The judge: `check` proves every step of a derivation and of all that it cites, or raises `FalseStep`.

Each kind of step comes down to an exact identity, decided by `theory.kernel.normal_form` or `theory.kernel.elementary`, and a sign,
decided by `theory.kernel.sign`. Justifications are looked up by their exact type: there is no way to add one from outside.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel.data import RELATIONS, Derivation, FalseStep, Hypothesis, Step
from theory.kernel.forms import Where, kind, require_formed
from theory.kernel.rules import proves

_ACCEPTED: set[Derivation] = set()
"""What was proved in this process, by content: a derivation that differs in anything is another one."""


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
        if derivation in _ACCEPTED:
            return
    except TypeError as error:
        raise FalseStep(f"'{derivation.name}' can be changed: {error}") from None
    try:
        where = _where(derivation)
        _require_stated(derivation, where)
    except FalseStep as error:
        raise FalseStep(f"'{derivation.name}': {error}") from None
    for cited in derivation.cites:
        check(cited)
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
    for index, upper in derivation.for_all:
        if kind(index) != "index" or index in ranges or not (upper.is_integer and upper.is_positive):
            raise FalseStep(f"{index} needs one range 1..size, not {upper}")
        ranges[index] = upper
    domain: dict[sp.Symbol, tuple[sp.Expr, sp.Expr]] = {}
    for symbol, low, high in derivation.domain:
        # each end may use symbols that stand before it, so that the intervals are not circular
        later = {s for s, _, _ in derivation.domain} - set(domain)
        if symbol in domain or (low.free_symbols | high.free_symbols) & later or (low < high) == False:  # noqa: E712
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
    symbols: dict[str, sp.Symbol] = {}
    parts = [derivation.start, *(s.expression for s in derivation.steps)]
    parts += [h.relation for h in derivation.hypotheses if h.relation is not None]
    for symbol in set().union(*(part.atoms(sp.Symbol) for part in parts)):
        if symbols.setdefault(symbol.name, symbol) != symbol:
            raise FalseStep(f"two symbols of different kinds are called {symbol.name}")


def _require_hypothesis(hypothesis: Hypothesis, where: Where) -> None:
    if type(hypothesis) is not Hypothesis:
        raise FalseStep(f"{hypothesis!r} is not a Hypothesis")
    relation = hypothesis.relation
    if relation is None:
        return
    if type(relation) not in (sp.Eq, sp.Le, sp.Ge, sp.Ne) or (isinstance(relation, sp.Ne) and relation.rhs != 0):
        raise FalseStep(f"'{hypothesis.name}' states neither =, <=, >= nor that something is not 0")
    ranges = {index: upper for index, upper in where.ranges.items() if index not in hypothesis.quantified}
    domain = {symbol: ends for symbol, ends in where.domain.items() if symbol not in hypothesis.quantified}
    for side in (relation.lhs, relation.rhs):
        require_formed(side, Where({**ranges, **hypothesis.ranges}, domain, where.nonzero))
