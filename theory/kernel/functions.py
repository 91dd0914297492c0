"""The two functions of the theory that SymPy lacks, with the convention of strict activation masks."""

from __future__ import annotations

import sympy as sp


class step(sp.Function):  # type: ignore[misc]  # noqa: N801 - SymPy's convention for functions
    r"""The indicator :math:`\mathbf 1\{t > 0\}`, with value 0 at 0 as in the strict masks of :math:`g`.

    >>> step(sp.Rational(1, 3)), step(0), step(-2)
    (1, 0, 0)
    """

    nargs = 1
    is_real = True
    is_nonnegative = True
    is_extended_nonnegative = True

    @classmethod
    def eval(cls, argument: sp.Expr) -> sp.Expr | None:
        """Evaluate where the sign is seen at once; everything else stays symbolic."""
        if _is_composite(argument):
            return None
        if argument.is_positive:
            return sp.S.One
        if argument.is_nonpositive:
            return sp.S.Zero
        return None


class relu(sp.Function):  # type: ignore[misc]  # noqa: N801
    r"""The rectifier :math:`(t)_+ = \max(t, 0) = t\,\mathbf 1\{t > 0\}`.

    >>> relu(sp.Rational(1, 3)), relu(-2)
    (1/3, 0)
    """

    nargs = 1
    is_real = True
    is_nonnegative = True
    is_extended_nonnegative = True

    @classmethod
    def eval(cls, argument: sp.Expr) -> sp.Expr | None:
        """Evaluate where the sign is seen at once; everything else stays symbolic."""
        if _is_composite(argument):
            return None
        if argument.is_positive:
            return argument
        if argument.is_nonpositive:
            return sp.S.Zero
        return None


def _is_composite(argument: sp.Expr) -> bool:
    """Whether SymPy would take long to see a sign that it hardly ever sees, or may see a wrong one."""
    return not argument.is_number and not all(isinstance(part, _PLAIN) for part in sp.preorder_traversal(argument))


_PLAIN = (sp.Symbol, sp.Rational, sp.Mul, sp.Pow, sp.Abs, sp.Indexed, sp.IndexedBase, sp.Tuple)


def differentiate(expression: sp.Expr) -> sp.Expr:
    r"""Carry out every ``Derivative`` in an expression whose bound variables have names of their own, activation patterns locally constant.

    Off the kinks :math:`(t)_+ = t\,\mathbf 1\{t > 0\}` where the indicator does not change in a neighbourhood, so its
    derivative is 0. The caller answers for being off the kinks: in a derivation these are hypotheses. Undefined functions stay, with
    their derivatives.

    >>> t = sp.Symbol("t", real=True)
    >>> differentiate(sp.Derivative(relu(3 * t), t))
    3*step(3*t)
    """
    frozen: dict[sp.Expr, sp.Dummy | sp.IndexedBase] = {}

    def freeze(argument: sp.Expr) -> sp.Expr:
        pattern = step(argument)
        if pattern.is_number:
            return pattern
        indices = _indices(pattern)
        # an indicator under a sum depends on the summation index: freeze it as an indexed constant
        if not indices:
            return frozen.setdefault(pattern, sp.Dummy("pattern", real=True))
        return frozen.setdefault(pattern, sp.IndexedBase(sp.Dummy("pattern", real=True)))[indices]

    expanded = expression.replace(relu, lambda argument: argument * step(argument))
    constant = expanded.replace(step, freeze)
    differentiated = _carried_out(constant)

    def thaw(item: sp.Expr) -> sp.Expr:
        for pattern, stand_in in frozen.items():
            if isinstance(stand_in, sp.IndexedBase) and item.base.label == stand_in.label:
                return pattern.xreplace(dict(zip(_indices(pattern), item.indices, strict=True)))
        return item

    patterns = {s: p for p, s in frozen.items() if isinstance(s, sp.Dummy)}
    thawed, before = differentiated, None
    while thawed != before:  # a rectifier of rectifiers has patterns inside its pattern
        before = thawed
        thawed = thawed.replace(lambda item: isinstance(item, sp.Indexed), thaw).xreplace(patterns)
    return thawed


def _carried_out(e: sp.Expr) -> sp.Expr:
    """SymPy's derivative for each ``Derivative`` of an expression that is not an undefined function."""
    if not e.has(sp.Derivative):
        return e
    if isinstance(e, sp.Derivative):
        return sp.diff(_carried_out(e.expr), *e.variables)
    return e.func(*(_carried_out(argument) for argument in e.args))


def _indices(pattern: sp.Expr) -> tuple[sp.Symbol, ...]:
    """The free indices of the indexed quantities in an expression, in a fixed order."""
    named = {index for item in pattern.atoms(sp.Indexed) for index in item.indices}
    return tuple(sorted(named & pattern.free_symbols, key=str))
