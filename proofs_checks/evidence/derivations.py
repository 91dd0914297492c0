"""Does a derivation conclude what its statement says, from which assumptions, and how is it shown?"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sympy as sp
from sympy.core.function import AppliedUndef

from proofs_checks.evidence import record
from proofs_checks.evidence.record import Lemma, Use
from theory.claim import Statement
from theory.kernel import Derivation, FalseStep, Hypothesis
from theory.kernel.copies import copied, of_real_symbols
from theory.kernel.data import free_names
from theory.kernel.forms import Where, require_kind
from theory.kernel.normal_form import is_zero
from theory.latex import in_short, latex, latex_definition, latex_inline, latex_interval, latex_steps


def require_says(statement: Statement) -> None:
    """Raise ``AssertionError`` unless the derivation concludes the formal relation, from the assumptions named.

    The relation must be of the same kind, and either side equal, as written or by the kernel's normal form. The
    derivation must have been proved before.
    """
    derivation, formal = statement.derivation, statement.formal
    if derivation is None or formal is None:
        raise AssertionError(f"'{statement.name}' has no derivation with a formal relation")
    conclusion = derivation.conclusion
    same = type(conclusion) is type(formal) and all(
        _same(one, other, derivation) for one, other in zip(conclusion.args, formal.args, strict=True)
    )
    if not same:
        raise AssertionError(f"'{derivation.name}' concludes {conclusion}, which is not the formal relation {formal}")
    unnamed = [hypothesis.name for hypothesis in assumptions(derivation) if hypothesis not in statement.assumes]
    if unnamed:
        raise AssertionError(f"'{derivation.name}' assumes {', '.join(unnamed)}, which assumes does not name")


def _same(one: sp.Expr, other: sp.Expr, derivation: Derivation) -> bool:
    if one == other:
        return True
    try:
        return is_zero(of_real_symbols(one - other), _where(copied(derivation)))
    except FalseStep:
        return False


def _where(derivation: Derivation) -> Where:
    return Where(dict(derivation.for_all), {symbol: (low, high) for symbol, low, high in derivation.domain})


def assumptions(derivation: Derivation) -> tuple[Hypothesis, ...]:
    """The hypotheses of a derivation that are not definitions.

    A definition is an equation ``name = value`` or ``name[i, ...] = value`` with different indices i, ... that it
    quantifies, and nothing else; the value is of the name's kind and does not depend on the name, also not by way of
    other definitions; nothing else defines the name, and no range or domain constrains it. Such an equation takes
    nothing for granted: it can be put in for the name. A number for a name is an assumption all the same, since it
    makes a special case of what is said of the name. A hypothesis without a relation is of no use to any step.
    """
    definitions = _definitions(derivation)
    return tuple(h for h in derivation.hypotheses if h.relation is not None and h not in definitions)


def within(derivation: Derivation) -> tuple[str, ...]:
    """What restricts it, in LaTeX: intervals of variables, and ranges of indices that end elsewhere than at a size."""
    return (*_ranges(derivation, whole=False), *(latex_interval(*interval) for interval in derivation.domain))


def _ranges(derivation: Derivation, *, whole: bool) -> tuple[str, ...]:
    """The ranges of indices that end at a size, or the others."""
    chosen = [(index, upper) for index, upper in derivation.for_all if isinstance(upper, sp.Symbol) == whole]
    return tuple(rf"1 \le {latex(index)} \le {latex(upper)}" for index, upper in chosen)


def where(statement: Statement) -> tuple[str, ...]:
    """What the names in a derived relation are, in LaTeX, written from the relations that the kernel has.

    These are the indices that run up to a size, the definitions of the names that occur in the formal relation, in an
    assumption or in `within`, directly or by way of other definitions, and the signs that names are declared with which
    none of these defines: a relation says of a defined name what is true of its value alone. Any other defined name is
    a step's own, and its value can be put in for it.
    """
    formal, derivation = statement.formal, statement.derivation
    if formal is None or derivation is None:
        return ()
    assumed = [h.relation for h in assumptions(derivation) if h.relation is not None]
    limits = [sp.sympify(part) for entry in (*derivation.for_all, *derivation.domain) for part in entry]
    parts: list[sp.Basic] = [formal, *assumed, *limits]
    definitions = _definitions(derivation)
    names = {name for part in parts for name in free_names(part)}
    reached = names | {name for each in names for name in _reached(each, definitions)}
    used = [hypothesis for hypothesis, name in definitions.items() if name in reached]
    parts += [h.relation for h in used if h.relation is not None]
    return (
        *_ranges(derivation, whole=True),
        *map(_formal, used),
        *_declared_signs(parts, {definitions[hypothesis] for hypothesis in used}),
    )


def _definitions(derivation: Derivation) -> dict[Hypothesis, sp.Symbol]:
    """The hypotheses that are definitions, in their order, each with the name that it defines."""
    stated = [hypothesis for hypothesis in derivation.hypotheses if hypothesis.relation is not None]
    definitions = {hypothesis: name for hypothesis in stated if (name := _defined(hypothesis, derivation)) is not None}
    names = list(definitions.values())
    once = {hypothesis: name for hypothesis, name in definitions.items() if names.count(name) == 1}
    return {hypothesis: name for hypothesis, name in once.items() if name not in _reached(name, once)}


def _defined(hypothesis: Hypothesis, derivation: Derivation) -> sp.Symbol | None:
    """The name that a hypothesis defines, or None if it is no definition."""
    relation = hypothesis.relation
    if hypothesis.source or not isinstance(relation, sp.Eq) or not isinstance(relation.lhs, sp.Symbol | sp.Indexed):
        return None
    indices: Sequence[sp.Expr] = relation.lhs.indices if isinstance(relation.lhs, sp.Indexed) else ()
    name = relation.lhs.base.label if isinstance(relation.lhs, sp.Indexed) else relation.lhs
    constrained = {symbol for symbol, *_ in (*derivation.for_all, *derivation.domain)}
    if len(set(indices)) < len(indices) or set(indices) != hypothesis.quantified or name in constrained:
        return None
    # b - b is a number, too, also where it was kept from being evaluated
    evaluated = relation.rhs.replace(lambda e: isinstance(e, sp.Add | sp.Mul | sp.Pow), lambda e: e.func(*e.args))
    if not sp.expand(evaluated).free_symbols:
        return None
    where = Where({**dict(derivation.for_all), **hypothesis.ranges}, _where(derivation).domain)
    try:
        require_kind(relation.rhs, name, where)
    except FalseStep:
        return None
    return name


def _reached(name: sp.Symbol, definitions: dict[Hypothesis, sp.Symbol]) -> set[sp.Symbol]:
    """The defined names in the value of a name, directly or by way of other definitions."""
    values = {defined: h.relation.rhs for h, defined in definitions.items() if h.relation is not None}
    reached: set[sp.Symbol] = set()
    waiting = [name] if name in values else []
    while waiting:
        found = free_names(values[waiting.pop()]) & set(values)
        waiting += found - reached
        reached |= found
    return reached


def given(statement: Statement) -> tuple[Lemma, ...]:
    """The cited lemmas among what the derivation of a statement assumes."""
    if statement.derivation is None:
        return ()
    return tuple(Lemma(h.name, h.latex, h.source) for h in statement.derivation.hypotheses if h.source)


def shown(derivation: Derivation, taken: Collection[str] = ()) -> record.Derivation:
    """A derivation in LaTeX: its steps, what they name for short, and its own hypotheses, ranges and domain.

    No name is made of the letters ``taken``.
    """
    lines = (derivation.start, *(step.expression for step in derivation.steps))
    short = in_short(lines, [index for index, _ in derivation.for_all], taken)
    steps = [
        (step.relation, line, step.justification.reason)
        for step, line in zip(derivation.steps, short.lines[1:], strict=True)
    ]
    assumed = assumptions(derivation)
    uses = [
        Use(hypothesis.name, hypothesis.latex, _kind(hypothesis, assumed), _formal(hypothesis))
        for hypothesis in derivation.own_hypotheses
    ]
    uses += [Use("", each, "range") for each in (*_ranges(derivation, whole=True), *within(derivation))]
    relations = [h.relation for h in derivation.hypotheses if h.relation is not None]
    if signs := _declared_signs([*lines, *relations]):
        uses.append(Use("", ",\\ ".join(signs), "range"))
    uses += [Use("for short", latex_definition(each), "definition") for each in short.names]
    inherits = tuple(sorted({cited.name for cited in derivation.cites}))
    return record.Derivation(derivation.name, latex_steps(short.lines[0], steps), tuple(uses), inherits)


def _declared_signs(parts: Sequence[sp.Basic], defined: Collection[sp.Symbol] = ()) -> list[str]:
    """The signs that numbers, families and undefined functions are declared with: it is concluded of such alone.

    The values of the names ``defined`` have their signs already.
    """
    names = {symbol for part in parts for symbol in part.atoms(sp.Symbol) if not symbol.is_integer} - set(defined)
    functions = {value for part in parts for value in part.atoms(AppliedUndef)}
    declared = [(each, ">" if each.is_positive else r"\ge") for each in names | functions if each.is_nonnegative]
    return sorted(f"{latex(each)} {sign} 0" for each, sign in declared)


def _kind(hypothesis: Hypothesis, assumed: Sequence[Hypothesis]) -> str:
    if hypothesis.source:
        return "cited lemma"
    return "assumption" if hypothesis in assumed or hypothesis.relation is None else "definition"


def _formal(hypothesis: Hypothesis) -> str:
    """The relation as the kernel has it, with what it holds for: the words of a hypothesis bind nobody."""
    if hypothesis.relation is None:
        return ""
    everything = [
        rf"{latex(entry[0])} \le {latex(entry[1])}"
        if isinstance(entry, tuple)
        else latex(getattr(entry, "label", entry))
        for entry in hypothesis.for_all
    ]
    quantified = rf" \quad \text{{for all }} {', '.join(everything)}" if everything else ""
    return latex_inline(hypothesis.relation) + quantified
