"""The judge: `check` proves every step of a derivation and of all that it cites, or raises `FalseStep`.

Each kind of step comes down to an exact identity, decided by `theory.kernel.normal_form` or `theory.kernel.elementary`, and a sign,
decided by `theory.kernel.sign`. Justifications are looked up by their exact type: there is no way to add one from outside.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import sympy as sp

from theory.kernel.binders import bound_ranges, freshened
from theory.kernel.data import (
    RELATIONS,
    ByDerivation,
    ByHypothesis,
    Derivation,
    Differentiate,
    Drop,
    Elementary,
    Evaluate,
    FalseStep,
    Hypothesis,
    Identity,
    Limits,
    OnInterval,
    Rewrite,
    Squares,
    Step,
)
from theory.kernel.elementary import elementary_identity
from theory.kernel.forms import Where, kind, require_formed
from theory.kernel.functions import differentiate, relu, step
from theory.kernel.instances import instance, rewritten, specialised
from theory.kernel.integral import nonnegative_on_interval, value_of_integral
from theory.kernel.normal_form import is_zero

_ACCEPTED: set[Derivation] = set()
"""What was proved in this process, by content: a derivation that differs in anything is another one."""


def check(derivation: Derivation) -> None:
    """Prove a derivation, with all that it cites; raises `FalseStep`, naming the step, where that fails.

    >>> x = sp.Symbol("x", real=True)
    >>> from theory.kernel.data import Chain
    >>> check(Chain("a square", x**2).at_least(0, Squares("a square", [(1, x)])).conclude())
    >>> check(Chain("no square", x**3).at_least(0, Drop("not negative", x**3)).conclude())
    Traceback (most recent call last):
        ...
    theory.kernel.data.FalseStep: step 1 of 'no square' (not negative) does not hold: x**3 is not seen to be nonnegative
    """
    if type(derivation) is not Derivation:
        raise FalseStep(f"{derivation!r} is not a Derivation")
    if derivation in _ACCEPTED:
        return
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
            proved = _proves(old, made, derivation, where)
        except FalseStep as error:
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
        if symbol in domain or (low.free_symbols | high.free_symbols) & later:
            raise FalseStep(f"{symbol} needs one interval whose ends use only symbols named before it")
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


def _proves(old: sp.Expr, made: Step, derivation: Derivation, where: Where) -> bool:
    rule = _RULES.get(type(made.justification))
    if rule is None:
        raise FalseStep(f"{type(made.justification).__name__} is not in the closed list of justifications")
    return rule(made.justification, old, made.expression, made.relation, derivation, where)


def _gap(old: sp.Expr, new: sp.Expr, relation: str) -> sp.Expr:
    return new - old if relation == "<=" else old - new


def _summed(term: sp.Expr, over: Limits) -> sp.Expr:
    return sp.Sum(term, *over) if over else term


def _over(over: Limits, where: Where) -> Where:
    """The ranges inside a sum; its limits are checked where the sum is read."""
    return Where({**where.ranges, **{index: high for index, _, high in over}}, where.domain, where.nonzero)


def _require_nonnegative(e: sp.Expr, where: Where, what: str = "") -> None:
    require_formed(e, where)
    if not where.nonnegative(e):
        raise FalseStep(f"{what}{e} is not seen to be nonnegative")


def _identity(j: Identity, old: sp.Expr, new: sp.Expr, relation: str, _: Derivation, where: Where) -> bool:
    return is_zero(old - new, where)


def _squares(j: Squares, old: sp.Expr, new: sp.Expr, relation: str, _: Derivation, where: Where) -> bool:
    inside = _over(j.over, where)
    for weight, root in j.squares:
        _require_nonnegative(weight, inside, "the weight ")
        require_formed(root, inside)  # so that it is real
    witness = sp.Add(*(weight * root**2 for weight, root in j.squares))
    return relation != "=" and is_zero(_gap(old, new, relation) - _summed(witness, j.over), where)


def _drop(j: Drop, old: sp.Expr, new: sp.Expr, relation: str, _: Derivation, where: Where) -> bool:
    _require_nonnegative(j.term, where)
    return relation != "=" and is_zero(_gap(old, new, relation) - j.term, where)


def _by_hypothesis(j: ByHypothesis, old: sp.Expr, new: sp.Expr, relation: str, d: Derivation, where: Where) -> bool:
    hypothesis = stated(d, j.name)
    inside = _over(j.over, where)
    if hypothesis.relation is None or isinstance(hypothesis.relation, sp.Ne):
        raise FalseStep(f"hypothesis '{j.name}' states no relation that a step could use")
    _refuse_varying(hypothesis.fixed, {index for index, _, _ in j.over}, f"'{j.name}'")
    foreign = {getattr(key, "label", key) for key, _ in j.at} - hypothesis.quantified
    if foreign:
        raise FalseStep(f"'{j.name}' does not hold for all {', '.join(sorted(map(str, foreign)))}")
    left, right = specialised(hypothesis, dict(j.at), inside)
    return _follows(type(hypothesis.relation), left - right, j.factor, j.over, _gap(old, new, relation), relation, where)


def _by_derivation(j: ByDerivation, old: sp.Expr, new: sp.Expr, relation: str, d: Derivation, where: Where) -> bool:
    cited, at, inside = j.derivation, dict(j.at), _over(j.over, where)
    discharged = dict(j.discharged)
    varied = {getattr(key, "label", key) for key in at} | {index for index, _, _ in j.over}
    for hypothesis in cited.hypotheses:
        if hypothesis.name in discharged:
            _require_discharged(hypothesis, discharged[hypothesis.name], d, where, varied)
        elif hypothesis in d.hypotheses:
            _refuse_varying(hypothesis.fixed, varied, f"'{hypothesis.name}'")
        else:
            raise FalseStep(f"'{cited.name}' also assumes '{hypothesis.name}', which is not stated here")
    left, right = instance(cited, at, inside)
    return _follows(RELATIONS[cited.relation], left - right, j.factor, j.over, _gap(old, new, relation), relation, where)


def _require_discharged(
    hypothesis: Hypothesis, proof: Derivation, d: Derivation, where: Where, varied: set[sp.Symbol]
) -> None:
    """The proof concludes what the hypothesis states, for all that it speaks of and for all that varies, from what is assumed here."""
    relation = hypothesis.relation
    if relation is None or isinstance(relation, sp.Ne):
        raise FalseStep(f"'{hypothesis.name}' states no relation that a derivation could conclude")
    for other in proof.hypotheses:
        if other not in d.hypotheses:
            raise FalseStep(f"'{proof.name}' also assumes '{other.name}', which is not stated here")
        _refuse_varying(other.fixed, varied | set(hypothesis.quantified), f"'{other.name}'")
    bounded = {s for s, _ in proof.for_all} | {s for s, _, _ in proof.domain}
    _refuse_varying(frozenset(bounded - hypothesis.quantified), varied, f"the range of '{proof.name}'")
    outside = {symbol: ends for symbol, ends in where.domain.items() if symbol not in hypothesis.quantified}
    free = {index: upper for index, upper in where.ranges.items() if index not in hypothesis.quantified}
    here = Where({**free, **hypothesis.ranges}, outside, where.nonzero)
    left, right = instance(proof, {}, here)
    stated, concluded = relation.lhs - relation.rhs, left - right
    signs = {sp.Eq: 0, sp.Le: -1, sp.Ge: 1}
    wanted, found = signs[type(relation)], signs[RELATIONS[proof.relation]]
    same = found in (0, wanted) and is_zero(stated - concluded, here)
    mirrored = -found in (0, wanted) and is_zero(stated + concluded, here)
    if not (same or mirrored):
        raise FalseStep(f"'{proof.name}' does not conclude '{hypothesis.name}'")


def _follows(
    sense: type, difference: sp.Expr, factor: sp.Expr, over: Limits, gap: sp.Expr, relation: str, where: Where
) -> bool:
    inside = _over(over, where)
    require_formed(factor, inside)
    if sense is not sp.Eq:
        if relation == "=":
            raise FalseStep("an inequality does not justify an equation")
        if not inside.nonnegative(factor):
            raise FalseStep(f"the factor {factor} is not seen to be nonnegative, so it may turn the inequality")
        difference = difference if sense is sp.Ge else -difference
    return is_zero(gap - _summed(factor * difference, over), where)


def _refuse_varying(fixed: frozenset[sp.Symbol], varied: set[sp.Symbol], what: str) -> None:
    if fixed & varied:
        raise FalseStep(f"{what} fixes {', '.join(sorted(map(str, fixed & varied)))}, so it may not vary here")


def _rewrite(j: Rewrite, old: sp.Expr, new: sp.Expr, relation: str, d: Derivation, where: Where) -> bool:
    difference = freshened(old - new)
    if difference.has(sp.Derivative):
        raise FalseStep("a definition cannot be used under a derivative: what is held fixed would be lost")
    for name in j.names:
        difference = rewritten(difference, stated(d, name), where)
    return is_zero(difference, where)


def _differentiate(j: Differentiate, old: sp.Expr, new: sp.Expr, relation: str, d: Derivation, where: Where) -> bool:
    difference = freshened(old - new)
    names = (j.off_kinks,) if isinstance(j.off_kinks, str) else j.off_kinks or ()
    kinks = [stated(d, name) for name in names]
    for derivative in difference.atoms(sp.Derivative):
        if derivative.has(sp.Abs, sp.Min, sp.Max, sp.KroneckerDelta):
            raise FalseStep(f"{derivative} has no derivative everywhere")
        for rectifier in derivative.atoms(relu, step):
            ranges = {**where.ranges, **bound_ranges(difference)}
            if not any(_avoids(rectifier.args[0], kink, Where(ranges, where.domain, where.nonzero)) for kink in kinks):
                raise FalseStep(f"no hypothesis named says that {rectifier.args[0]} is not 0")
    return relation == "=" and is_zero(differentiate(difference), where)


def _avoids(argument: sp.Expr, kink: Hypothesis, where: Where) -> bool:
    """Whether a hypothesis that something does not vanish speaks of this argument, at some values of its indices."""
    if not isinstance(kink.relation, sp.Ne):
        raise FalseStep(f"'{kink.name}' does not say that something is not 0")
    if any(kind(symbol) != "index" for symbol in kink.quantified):
        raise FalseStep(f"'{kink.name}' is to speak of all values of its indices")
    indices = sorted({s for s in argument.atoms(sp.Symbol) if s in where.ranges}, key=str)
    keys = sorted(kink.quantified, key=str)
    for chosen in itertools.product(indices, repeat=len(keys)):
        try:
            left, _ = specialised(kink, dict(zip(keys, chosen, strict=True)), where)
        except FalseStep:
            continue
        if is_zero(left - argument, where) or is_zero(left + argument, where):
            return True
    return False


def _elementary(j: Elementary, old: sp.Expr, new: sp.Expr, relation: str, _: Derivation, where: Where) -> bool:
    return relation == "=" and elementary_identity(old - new, where.domain)


def _evaluate(j: Evaluate, old: sp.Expr, new: sp.Expr, relation: str, _: Derivation, where: Where) -> bool:
    if relation != "=":
        return False
    try:
        value = value_of_integral(j.integral, j.primitive, where.domain)
    except FalseStep:
        raise
    except ValueError as error:
        raise FalseStep(str(error)) from None
    return elementary_identity(old.xreplace({j.integral: value}) - new, where.domain)


def _on_interval(j: OnInterval, old: sp.Expr, new: sp.Expr, relation: str, _: Derivation, where: Where) -> bool:
    if j.variable not in where.domain:
        raise FalseStep(f"the derivation states no interval for {j.variable}")
    low, high = where.domain[j.variable]
    gap = sp.expand(_gap(old, new, relation))
    return relation != "=" and nonnegative_on_interval(gap, j.variable, low, high)


def stated(derivation: Derivation, name: str) -> Hypothesis:
    """The hypothesis of a name; raises `FalseStep` where the derivation states none."""
    for hypothesis in derivation.hypotheses:
        if hypothesis.name == name:
            return hypothesis
    raise FalseStep(f"hypothesis '{name}' is not stated; stated are {[h.name for h in derivation.hypotheses]}")


_RULES: dict[type, Callable[..., bool]] = {
    Identity: _identity,
    Squares: _squares,
    Drop: _drop,
    ByHypothesis: _by_hypothesis,
    ByDerivation: _by_derivation,
    Rewrite: _rewrite,
    Differentiate: _differentiate,
    Elementary: _elementary,
    Evaluate: _evaluate,
    OnInterval: _on_interval,
}
