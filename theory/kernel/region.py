r"""Signs and definedness of elementary functions on a domain: open intervals in which symbols lie.

An interval (a, b) is the image of z > 0 under :math:`(a + b z)/(1 + z)`, and :math:`(a, \infty)` under :math:`a + z`. Put in, the
question is about nonnegative symbols; signs then follow from the shape, from coefficients that all have one sign, or by Sturm. The
answer "not known" is always allowed.

>>> x = sp.Symbol("x", real=True)
>>> Region({x: (0, 1)}).positive(x - x**2), Region({x: (-1, 1)}).nonnegative(x - x**2)
(True, False)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

import sympy as sp
from sympy.core.function import AppliedUndef

from theory.kernel.balls import sign_of_constant
from theory.kernel.kinds import is_whole
from theory.kernel.sign import SIGN_OF_ARGUMENT
from theory.kernel.signs_of_polynomials import (
    ANY,
    NONNEGATIVE,
    POSITIVE,
    Signs,
    signs_of_constant,
    signs_of_polynomial,
    signs_of_product,
    signs_of_sum,
)

Domain = Mapping[sp.Symbol, tuple[sp.Expr, sp.Expr]]
"""Open intervals in which symbols lie; any other symbol has only what its kind says: real, nonnegative, positive, a positive integer."""


EVERYWHERE = (sp.exp, sp.sin, sp.cos, sp.sinh, sp.cosh, sp.tanh, sp.erf, sp.atan, sp.asinh)
"""Functions that are defined and smooth on the whole line."""
SAMPLES = ((sp.Rational(1, 3), sp.Rational(1, 3)), (sp.Integer(3), -sp.Rational(2, 3)))
"""Values of a positive parameter, and of one that may have either sign."""


class Region:
    """What is known on a domain, and, with ``at``, at points of its boundary: symbols there have these values.

    ValueError: an interval that is empty, a number that is not exact, or ends that refer to each other in a circle.
    """

    def __init__(
        self, domain: Domain, at: Mapping[sp.Symbol, sp.Expr] | None = None, inside: Iterable[sp.Symbol] = ()
    ) -> None:
        """Parametrise the domain by symbols whose kind says all; those that it is ``inside`` the intervals of were looked at before."""
        self.domain = {x: (sp.sympify(low), sp.sympify(high)) for x, (low, high) in domain.items()}
        self.at = dict(at or {})
        self._known: dict[sp.Expr, Signs] = {}
        self._opaque: dict[sp.Expr, sp.Dummy] = {}
        parameters = [(x, _parametrised(x, *ends)) for x, ends in self.domain.items() if x not in self.at]
        self._parameters = _in_order([(x, value.xreplace(self.at)) for x, value in parameters])
        for x, ends in self.domain.items():
            if x not in inside and not all(end in (sp.oo, -sp.oo) or self.defined(end) for end in ends):
                raise ValueError(f"an end of the interval {ends} of {x} is not seen to be a real number")

    def positive(self, e: sp.Expr) -> bool:
        """Whether e > 0 wherever it is defined on the domain."""
        return self._signs(e) <= POSITIVE

    def nonnegative(self, e: sp.Expr) -> bool:
        """Whether e >= 0 wherever it is defined on the domain."""
        return self._signs(e) <= NONNEGATIVE

    def nonzero(self, e: sp.Expr) -> bool:
        """Whether e is nowhere 0 on the domain."""
        return 0 not in self._signs(e)

    def defined(self, e: sp.Expr, *, smooth: bool = False) -> bool:
        """Whether every part of e is a real number on the whole domain; with ``smooth``, also differentiable there.

        Every function allowed here is continuous where it is defined, so e is continuous on the domain, and at ``at``.
        """
        if e.is_Rational or e in (sp.pi, sp.E):
            return True
        if isinstance(e, sp.Symbol):
            return bool(e.is_real)
        if isinstance(e, sp.Integral):
            return self._integral_defined(e, smooth)
        if isinstance(e, sp.Derivative):
            return isinstance(e.expr, AppliedUndef) and self.defined(e.expr)
        if isinstance(e, AppliedUndef):
            return bool(e.is_real) and all(self.defined(argument, smooth=smooth) for argument in e.args)
        return all(self.defined(argument, smooth=smooth) for argument in e.args) and self._node_defined(e, smooth)

    def points(self, symbols: Iterable[sp.Symbol]) -> Iterator[dict[sp.Symbol, sp.Expr]]:
        """Some points of the domain, given exactly; symbols that may have either sign have both."""
        for positive, real in SAMPLES:
            found: dict[sp.Symbol, sp.Expr] = {}
            for symbol in symbols:
                value: sp.Expr = symbol
                for x, parametrised in self._parameters:
                    value = value.xreplace({x: parametrised})
                chosen = {s: positive if s.is_nonnegative else real for s in value.free_symbols}
                found[symbol] = value.xreplace({s: sp.ceiling(v) if is_whole(s) else v for s, v in chosen.items()})
            yield found

    def _node_defined(self, e: sp.Expr, smooth: bool) -> bool:
        if isinstance(e, (sp.Add, sp.Mul, *EVERYWHERE)):
            return True
        if isinstance(e, sp.Pow):
            if e.exp.is_Integer:
                return bool(e.exp > 0) or self.nonzero(e.base)
            return self.positive(e.base) or (not smooth and self.nonnegative(e.base) and self.positive(e.exp))
        if isinstance(e, sp.log | sp.gamma):
            return self.positive(e.args[0])
        if isinstance(e, sp.asin | sp.acos):
            inside = self.positive if smooth else self.nonnegative
            return inside(1 - e.args[0]) and inside(1 + e.args[0])
        if isinstance(e, sp.tan):
            return self.nonzero(sp.cos(e.args[0]))
        return isinstance(e, sp.Abs) and (not smooth or self.nonzero(e.args[0]))

    def _integral_defined(self, e: sp.Integral, smooth: bool) -> bool:
        if len(e.limits) != 1 or len(e.limits[0]) != 3:
            return False
        (variable, low, high), fresh = e.limits[0], sp.Dummy("bound", real=True)
        ends = [end for end in (low, high) if end not in (sp.oo, -sp.oo)]
        known = low is -sp.oo or high is sp.oo or self.nonnegative(high - low)
        # where the ends are not known to be in order the variable is taken as any real number
        inner = Region({**self.domain, fresh: (low, high)} if known else self.domain, self.at, self.domain)
        return all(self.defined(end, smooth=smooth) for end in ends) and inner.defined(
            e.function.xreplace({variable: fresh})
        )

    def _signs(self, e: sp.Expr) -> Signs:
        opaque = {f: self._stand_in(f) for f in e.atoms(AppliedUndef, sp.Derivative, sp.Integral)}
        e = e.xreplace(opaque).xreplace(self.at)
        for symbol, value in self._parameters:
            e = e.xreplace({symbol: value})
        sizes = {s: 1 + sp.Dummy(s.name, nonnegative=True) for s in e.free_symbols if is_whole(s) and s.is_positive}
        return self._signs_of(e.xreplace(sizes))

    def _stand_in(self, f: sp.Expr) -> sp.Dummy:
        positive = {"positive": True} if isinstance(f, AppliedUndef) and f.is_positive else {}
        return self._opaque.setdefault(f, sp.Dummy("value", real=True, **positive))

    def _signs_of(self, e: sp.Expr) -> Signs:
        if e not in self._known:
            self._known[e] = self._by_shape(e)
        return self._known[e]

    def _by_shape(self, e: sp.Expr) -> Signs:
        if not e.free_symbols or e.has(sp.oo, sp.zoo, sp.nan, sp.AccumBounds):
            return signs_of_constant(e)
        if isinstance(e, sp.Symbol):
            return POSITIVE if e.is_positive else NONNEGATIVE if e.is_nonnegative else ANY
        if isinstance(e, sp.Mul):
            return signs_of_product(self._signs_of(factor) for factor in e.args)
        if isinstance(e, sp.Pow):
            return self._of_power(e)
        if isinstance(e, sp.Add):
            direct = signs_of_sum(self._signs_of(term) for term in e.args)
            direct = direct if direct != ANY else self._of_fraction(e)
            return direct if direct != ANY else self._of_roots(e)
        return self._of_function(e)

    def _of_power(self, e: sp.Pow) -> Signs:
        base = self._signs_of(e.base)
        if e.exp.is_Integer:
            signs = base if e.exp > 0 else base - {0}
            return frozenset(s ** (2 - int(e.exp) % 2) for s in signs)
        # a root is taken of what is not negative
        return NONNEGATIVE & base if self._signs_of(e.exp) <= POSITIVE else POSITIVE

    def _of_function(self, e: sp.Expr) -> Signs:
        argument = e.args[0]
        if isinstance(e, sp.exp | sp.cosh | sp.gamma):
            return POSITIVE
        if isinstance(e, SIGN_OF_ARGUMENT):
            return self._signs_of(argument)
        if isinstance(e, sp.Abs):
            return frozenset(abs(s) for s in self._signs_of(argument))
        if isinstance(e, sp.log):
            return self._signs_of(argument - 1)
        if isinstance(e, sp.acos):
            return self._signs_of(1 - argument) & NONNEGATIVE
        if isinstance(e, sp.sin | sp.tan):
            top = sp.pi if isinstance(e, sp.sin) else sp.pi / 2
            for sign in (1, -1):
                if self._signs_of(sign * argument) <= POSITIVE and self._signs_of(top - sign * argument) <= POSITIVE:
                    return frozenset({sign})
        if isinstance(e, sp.cos):
            within = (self._signs_of(sp.pi / 2 + sign * argument) <= POSITIVE for sign in (1, -1))
            return POSITIVE if all(within) else ANY
        return ANY

    def _of_roots(self, e: sp.Add) -> Signs:
        """A positive term and a negative one, one of them with a square root: the sign of the difference of their squares."""
        factors = [factor for term in e.args for factor in sp.Mul.make_args(term)]
        if len(e.args) != 2 or not any(f.is_Pow and f.exp.is_Rational and f.exp.q == 2 for f in factors):
            return ANY
        for positive, negative in (e.args, e.args[::-1]):
            if self._signs_of(positive) <= NONNEGATIVE and self._signs_of(-negative) <= NONNEGATIVE:
                return self._signs_of(sp.expand(positive**2 - negative**2))
        return ANY

    def _of_fraction(self, e: sp.Add) -> Signs:
        """Numerator and denominator as polynomials in symbols and other functions, factor by factor."""
        generators: dict[sp.Expr, sp.Symbol] = {}
        numerator, denominator = sp.fraction(sp.together(_polynomial(e, generators)))
        signs = {generator: self._signs_of(f) for f, generator in generators.items()}
        return signs_of_product([signs_of_polynomial(numerator, signs), signs_of_polynomial(denominator, signs) - {0}])


def _polynomial(e: sp.Expr, generators: dict[sp.Expr, sp.Symbol]) -> sp.Expr:
    """The expression with every function that is not rational, and every symbol, replaced by a generator."""
    if not e.free_symbols:
        return e
    if isinstance(e, sp.Add | sp.Mul):
        return e.func(*(_polynomial(argument, generators) for argument in e.args))
    if isinstance(e, sp.Pow) and e.exp.is_Integer:
        return _polynomial(e.base, generators) ** e.exp
    if isinstance(e, sp.Pow) and e.exp.is_Rational and e.exp.p != 1:
        return _polynomial(e.base ** sp.Rational(1, e.exp.q), generators) ** e.exp.p
    return generators.setdefault(e, sp.Dummy("g"))


def _parametrised(x: sp.Symbol, low: sp.Expr, high: sp.Expr) -> sp.Expr:
    if low.has(sp.Float) or high.has(sp.Float) or not x.is_real:
        raise ValueError(f"the domain of {x} is not an interval of real numbers given exactly: ({low}, {high})")
    includes_low = False
    if x.is_nonnegative and (low is -sp.oo or (not low.free_symbols and sign_of_constant(low) == -1)):
        low, includes_low = sp.S.Zero, not x.is_positive
    z = sp.Dummy("z", nonnegative=True) if includes_low else sp.Dummy("z", positive=True)
    if low is -sp.oo:
        return sp.Dummy("z", real=True) if high is sp.oo else high - z
    if high is sp.oo:
        return low + z
    if not (high - low).free_symbols and sign_of_constant(high - low) != 1:
        raise ValueError(f"the interval ({low}, {high}) of {x} is empty")
    return (low + high * z) / (1 + z)


def _in_order(parameters: list[tuple[sp.Symbol, sp.Expr]]) -> list[tuple[sp.Symbol, sp.Expr]]:
    """Symbols before those that occur in their ends."""
    ordered: list[tuple[sp.Symbol, sp.Expr]] = []
    waiting = list(parameters)
    while waiting:
        free = [p for p in waiting if not any(p[0] in q[1].free_symbols for q in waiting)]
        if not free:
            raise ValueError(f"the ends of the intervals of {[str(x) for x, _ in waiting]} refer to each other")
        ordered += free
        waiting = [p for p in waiting if p not in free]
    return ordered


def region_of(domain: Domain) -> Region:
    """The region of a domain, made once, since it remembers the signs that it found; ValueError as for `Region`."""
    return _region(tuple((x, sp.sympify(low), sp.sympify(high)) for x, (low, high) in domain.items()))


@lru_cache(maxsize=256)
def _region(intervals: tuple[tuple[sp.Symbol, sp.Expr, sp.Expr], ...]) -> Region:
    return Region({x: (low, high) for x, low, high in intervals})
