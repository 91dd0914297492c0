"""The rules: when a step is proved by its justification. Each comes down to an exact identity and a sign."""

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
from theory.kernel.elementary import defined_on, elementary_identity
from theory.kernel.forms import Where, require_formed
from theory.kernel.functions import differentiate, relu, step
from theory.kernel.instances import instance, rewritten, specialised
from theory.kernel.integral import nonnegative_on_interval, value_of_integral
from theory.kernel.kinds import kind
from theory.kernel.normal_form import canonical, is_zero

_LONGEST = 300
"""Characters of what is left over that are shown."""


def proves(old: sp.Expr, made: Step, derivation: Derivation, where: Where) -> bool:
    """Whether a step is proved by its justification; raises `FalseStep` where the justification does not apply."""
    rule = _RULES.get(type(made.justification))
    if rule is None:
        raise FalseStep(f"{type(made.justification).__name__} is not in the closed list of justifications")
    return rule(made.justification, old, made.expression, made.relation, derivation, where)


def _gap(old: sp.Expr, new: sp.Expr, relation: str) -> sp.Expr:
    return new - old if relation == "<=" else old - new


def _vanishes(e: sp.Expr, where: Where) -> bool:
    """Whether an expression is seen to be zero; raises `FalseStep` with what is left of it if not."""
    if is_zero(e, where):
        return True
    rest = str(canonical(e, where))
    raise FalseStep(f"what is left over is {rest if len(rest) <= _LONGEST else f'{rest[:_LONGEST]} ...'}")


def _summed(term: sp.Expr, over: Limits) -> sp.Expr:
    return sp.Sum(term, *over) if over else term


def _over(over: Limits, where: Where) -> Where:
    """What is known inside a sum; its limits are checked where the sum is read."""
    return where.inside({index: high for index, _, high in over})


def _require_nonnegative(e: sp.Expr, where: Where, what: str = "") -> None:
    require_formed(e, where)
    if not where.nonnegative(e):
        raise FalseStep(f"{what}{e} is not seen to be nonnegative")


def _identity(_j: Identity, old: sp.Expr, new: sp.Expr, _relation: str, _: Derivation, where: Where) -> bool:
    return _vanishes(old - new, where)


def _squares(j: Squares, old: sp.Expr, new: sp.Expr, relation: str, _: Derivation, where: Where) -> bool:
    inside = _over(j.over, where)
    for weight, root in j.squares:
        _require_nonnegative(weight, inside, "the weight ")
        require_formed(root, inside)  # so that it is real
    witness = sp.Add(*(weight * root**2 for weight, root in j.squares))
    return relation != "=" and _vanishes(_gap(old, new, relation) - _summed(witness, j.over), where)


def _drop(j: Drop, old: sp.Expr, new: sp.Expr, relation: str, _: Derivation, where: Where) -> bool:
    _require_nonnegative(j.term, where)
    return relation != "=" and _vanishes(_gap(old, new, relation) - j.term, where)


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
    return _follows(
        type(hypothesis.relation), left - right, j.factor, j.over, _gap(old, new, relation), relation, where
    )


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
    return _follows(
        RELATIONS[cited.relation], left - right, j.factor, j.over, _gap(old, new, relation), relation, where
    )


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
    bounded = {s for entry in (*proof.for_all, *proof.domain) for part in entry for s in sp.sympify(part).free_symbols}
    _refuse_varying(frozenset(bounded - hypothesis.quantified), varied, f"the range of '{proof.name}'")
    here = where.without(hypothesis.quantified | varied).inside(hypothesis.ranges)
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
    return _vanishes(gap - _summed(factor * difference, over), where)


def _refuse_varying(fixed: frozenset[sp.Symbol], varied: set[sp.Symbol], what: str) -> None:
    if fixed & varied:
        raise FalseStep(f"{what} fixes {', '.join(sorted(map(str, fixed & varied)))}, so it may not vary here")


def _rewrite(j: Rewrite, old: sp.Expr, new: sp.Expr, _relation: str, d: Derivation, where: Where) -> bool:
    difference = freshened(old - new)
    for name in j.names:
        if difference.has(sp.Derivative):
            raise FalseStep("a definition cannot be used under a derivative: what is held fixed would be lost")
        difference = rewritten(difference, stated(d, name), where)
    return _vanishes(difference, where)


def _differentiate(j: Differentiate, old: sp.Expr, new: sp.Expr, relation: str, d: Derivation, where: Where) -> bool:
    kinks = [stated(d, name) for name in j.off_kinks or ()]
    sides = []
    for side in (freshened(old), freshened(new)):
        inside = where.inside(bound_ranges(side))
        rectified = {t.args[0] for derivative in side.atoms(sp.Derivative) for t in derivative.atoms(relu, step)}
        for derivative in side.atoms(sp.Derivative):
            if derivative.has(sp.Abs, sp.Min, sp.Max, sp.KroneckerDelta, sp.Integral):
                raise FalseStep(f"{derivative} is not seen to have a derivative everywhere")
        for argument in rectified:
            if not any(_avoids(argument, kink, inside) for kink in kinks):
                raise FalseStep(f"no hypothesis named says that {argument} is not 0")
        sides.append(differentiate(side))
        require_formed(sides[-1], where)
    return relation == "=" and _vanishes(sides[0] - sides[1], where)


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


def _elementary(_j: Elementary, old: sp.Expr, new: sp.Expr, relation: str, _: Derivation, where: Where) -> bool:
    return relation == "=" and _same_function(old, new, where)


def _same_function(old: sp.Expr, new: sp.Expr, where: Where) -> bool:
    # each side by itself: in their difference undefined terms could cancel
    for side in (old, new):
        if not defined_on(side, where.domain):
            raise FalseStep(f"{side} is not seen to be defined on the domain")
    return elementary_identity(old - new, where.domain)


def _evaluate(j: Evaluate, old: sp.Expr, new: sp.Expr, relation: str, _: Derivation, where: Where) -> bool:
    if any(j.integral in outer.function.atoms(sp.Integral) for outer in old.atoms(sp.Integral)):
        raise FalseStep(f"{j.integral} stands under another integral, whose variable it may depend on")
    try:
        value = value_of_integral(j.integral, j.primitive, where.domain)
    except ValueError as error:
        raise FalseStep(str(error)) from None
    return relation == "=" and _same_function(old.xreplace({j.integral: value}), new, where)


def _on_interval(j: OnInterval, old: sp.Expr, new: sp.Expr, relation: str, _: Derivation, where: Where) -> bool:
    if j.variable not in where.domain:
        raise FalseStep(f"the derivation states no interval for {j.variable}")
    low, high = where.domain[j.variable]
    try:
        return relation != "=" and nonnegative_on_interval(sp.expand(_gap(old, new, relation)), j.variable, low, high)
    except ValueError as error:
        raise FalseStep(str(error)) from None


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
