"""Elementary functions as rational functions of generators between which all polynomial relations are known to hold."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from math import comb, floor, lcm

import sympy as sp
from sympy.core.function import AppliedUndef

from theory.kernel.region import Region

ODD = (sp.erf, sp.atan, sp.asin, sp.asinh)
PASSES = 5
"""Rounds in which the common denominators of exponents and angles settle."""

_BOUND = [sp.Dummy(f"bound_{depth}", real=True) for depth in range(8)]


class NotElementary(ValueError):  # noqa: N818 - it says what was found
    """An expression to which the rules do not apply."""


class Generators:
    """The generators that occur in one expression, each with its meaning, and the relations ``generator**power = value``."""

    def __init__(self, region: Region, denominators: dict[Hashable, int]) -> None:
        """Start without generators; ``denominators`` are the common denominators known so far, and grow."""
        self.region = region
        self.denominators = denominators
        self.named: dict[Hashable, sp.Symbol] = {}
        self.meaning: dict[sp.Symbol, sp.Expr] = {}
        self.relations: list[tuple[sp.Symbol, int, sp.Expr]] = []
        self.powers: dict[sp.Symbol, tuple[sp.Expr, sp.Expr]] = {}
        """Generators that are powers: base, exponent."""

    @classmethod
    def vanishes(cls, e: sp.Expr, region: Region) -> bool:
        """Whether the numerator of an expression is zero modulo the relations, and no denominator is."""
        denominators: dict[Hashable, int] = {}
        for _ in range(PASSES):
            before = dict(denominators)
            algebra = cls(region, denominators)
            numerator, denominator = sp.fraction(sp.together(algebra.rational(e)))
            if denominators == before:
                return bool(algebra.reduced(numerator) == 0 and algebra.reduced(denominator) != 0)
        return False

    def rational(self, e: sp.Expr) -> sp.Expr:
        """The expression as a rational function of generators."""
        if e.is_Rational:
            return e
        if isinstance(e, sp.Symbol | AppliedUndef | sp.Derivative | sp.Integral) or e is sp.pi:
            return self._generator(e, e)
        if isinstance(e, sp.Add | sp.Mul):
            return e.func(*(self.rational(argument) for argument in e.args))
        if isinstance(e, sp.Pow) and e.exp.is_Integer:
            return self.rational(e.base) ** e.exp
        if isinstance(e, sp.Pow) and e.base is not sp.E:
            return self._power(self._factors(self.rational(e.base)), self.rational(e.exp))
        if isinstance(e, sp.exp | sp.Pow) or e is sp.E:
            return self._power([(sp.E, sp.S.One)], self.rational(sp.log(e) if e is sp.E else e.exp))
        return self._function(e)

    def reduced(self, e: sp.Expr) -> sp.Expr:
        """A polynomial in the generators modulo the relations."""
        result = sp.expand(e)
        for generator, power, value in reversed(self.relations):
            if result.has(generator):
                terms = sp.Poly(result, generator).terms()
                result = sp.expand(sp.Add(*(c * value ** (n // power) * generator ** (n % power) for (n,), c in terms)))
        return result

    def _function(self, e: sp.Expr) -> sp.Expr:
        argument = self.rational(e.args[0])
        if isinstance(e, sp.sin | sp.cos | sp.tan):
            sine, cosine = self._angle(argument)
            return sine if isinstance(e, sp.sin) else cosine if isinstance(e, sp.cos) else sine / cosine
        if isinstance(e, sp.sinh | sp.cosh | sp.tanh):
            up, down = (self._power([(sp.E, sp.S.One)], sign * argument) for sign in (1, -1))
            sine, cosine = (up - down) / 2, (up + down) / 2
            return sine if isinstance(e, sp.sinh) else cosine if isinstance(e, sp.cosh) else sine / cosine
        if isinstance(e, sp.log):
            return self._logarithm(argument)
        if isinstance(e, ODD):
            return self._odd(e.func, argument)
        if isinstance(e, sp.acos):
            return self.rational(sp.pi) / 2 - self._odd(sp.asin, argument)
        if isinstance(e, sp.Abs):
            return self._absolute(argument)
        if isinstance(e, sp.gamma):
            return self._gamma(argument)
        raise NotElementary(f"{e} is not among the functions that are known here")

    def _generator(self, key: Hashable, meaning: sp.Expr) -> sp.Symbol:
        if key not in self.named:
            self.named[key] = sp.Symbol(f"g{len(self.named):03d}")
            self.meaning[self.named[key]] = meaning
        return self.named[key]

    def _means(self, e: sp.Expr) -> sp.Expr:
        return e.xreplace(self.meaning)

    def _fraction(self, e: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
        """Numerator and denominator without common factor, modulo the relations."""
        numerator, denominator = sp.fraction(sp.together(e))
        numerator, denominator = self.reduced(numerator), self.reduced(denominator)
        if denominator == 0:
            raise NotElementary("a denominator is zero")
        numerator, denominator = sp.fraction(sp.cancel(numerator / denominator))
        return numerator, denominator

    def _terms(self, e: sp.Expr) -> Iterator[tuple[sp.Rational, sp.Expr]]:
        """A sum of rational multiples of monomials: (coefficient, monomial); a fraction that does not split counts as one."""
        numerator, denominator = self._fraction(e)
        if len(sp.Add.make_args(denominator)) > 1:
            polynomial = sp.Poly(numerator, *sorted(numerator.free_symbols, key=lambda s: s.name))
            coefficient = polynomial.content() * sp.sign(polynomial.LC())
            yield coefficient, sp.expand(numerator / coefficient) / denominator
            return
        for term in sp.Add.make_args(sp.expand(numerator / denominator)):
            if term != 0:
                yield term.as_coeff_Mul()

    def _factors(self, e: sp.Expr) -> list[tuple[sp.Expr, sp.Expr]]:
        """A nonnegative quantity as a product of powers of primes, of e, and of irreducible polynomials that are not negative."""
        numerator, denominator = self._fraction(e)
        (top, above), (bottom, below) = sp.factor_list(numerator), sp.factor_list(denominator)
        sign = int(sp.sign(top / bottom))
        found: list[tuple[sp.Expr, sp.Expr]] = [
            (sp.Integer(prime), sp.Integer(power))
            for prime, power in sp.factorrat(abs(top / bottom)).items()
            if prime > 1
        ]
        for factor, power in [*above, *((f, -n) for f, n in below)]:
            if factor in self.powers:
                base, exponent = self.powers[factor]
                found.append((base, exponent * power))
            elif self.region.nonnegative(self._means(factor)):
                found.append((factor, sp.Integer(power)))
            elif self.region.nonnegative(self._means(-factor)):
                sign *= (-1) ** power
                found.append((sp.expand(-factor), sp.Integer(power)))
            else:
                raise NotElementary(f"the sign of {self._means(factor)} is not known")
        if sign != 1:
            raise NotElementary(f"{self._means(e)} is not seen to be positive")
        return found

    def _common(self, key: Hashable, coefficient: sp.Rational) -> int:
        self.denominators[key] = lcm(self.denominators.get(key, 1), int(coefficient.q))
        return self.denominators[key]

    def _power(self, factors: list[tuple[sp.Expr, sp.Expr]], exponent: sp.Expr) -> sp.Expr:
        result = sp.S.One
        for base, times in factors:
            for coefficient, monomial in self._terms(exponent * times):
                common = self._common(("power", base, monomial), coefficient)
                rooted = monomial == 1 and base is not sp.E
                whole = floor(coefficient) if rooted else 0
                result *= sp.Integer(1) if whole == 0 else base**whole
                if coefficient != whole:
                    result *= self._root(base, monomial, common, rooted) ** ((coefficient - whole) * common)
        return result

    def _root(self, base: sp.Expr, monomial: sp.Expr, common: int, rooted: bool) -> sp.Symbol:
        key = ("power", base, monomial, common)
        new = key not in self.named
        root = self._generator(key, self._means(base) ** (self._means(monomial) / common))
        if new:
            self.powers[root] = (base, monomial / common)
            if rooted:
                self.relations.append((root, common, base))
        return root

    def _angle(self, e: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
        """Sine and cosine of a sum of multiples of monomials."""
        sine, cosine = sp.S.Zero, sp.S.One
        for coefficient, monomial in self._terms(e):
            one, other = self._multiple(coefficient, monomial)
            sine, cosine = sine * other + cosine * one, cosine * other - sine * one
        return sine, cosine

    def _multiple(self, coefficient: sp.Rational, monomial: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
        if self._means(monomial) is sp.pi:
            exact = [function(coefficient * sp.pi) for function in (sp.sin, sp.cos)]
            if not any(value.has(sp.sin, sp.cos) for value in exact):
                return self.rational(exact[0]), self.rational(exact[1])
        common = self._common(("angle", monomial), coefficient)
        part, times = self._means(monomial) / common, int(abs(coefficient) * common)
        cosine = self._generator(("cos", monomial, common), sp.cos(part))
        new = ("sin", monomial, common) not in self.named
        sine = self._generator(("sin", monomial, common), sp.sin(part))
        if new:
            self.relations.append((sine, 2, 1 - cosine**2))
        powers = [comb(times, j) * (-1) ** (j // 2) * cosine ** (times - j) * sine**j for j in range(times + 1)]
        return int(sp.sign(coefficient)) * sp.Add(*powers[1::2]), sp.Add(*powers[::2])

    def _logarithm(self, e: sp.Expr) -> sp.Expr:
        try:
            factors = self._factors(e)
        except NotElementary:
            numerator, denominator = self._fraction(e)
            factors = [(numerator / denominator, sp.S.One)]
        return sp.Add(
            *(
                power if base is sp.E else power * self._generator(("log", base), sp.log(self._means(base)))
                for base, power in factors
            )
        )

    def _odd(self, function: type[sp.Function], e: sp.Expr) -> sp.Expr:
        numerator, denominator = self._fraction(e)
        if numerator == 0:
            return sp.S.Zero
        gens = sorted(numerator.free_symbols, key=lambda s: s.name)
        leading = sp.Poly(numerator, *gens).LC() if gens else numerator
        argument = (numerator if leading > 0 else sp.expand(-numerator)) / denominator
        return int(sp.sign(leading)) * self._generator((function, argument), function(self._means(argument)))

    def _absolute(self, e: sp.Expr) -> sp.Expr:
        numerator, denominator = self._fraction(e)
        (top, above), (bottom, below) = sp.factor_list(numerator), sp.factor_list(denominator)
        result = abs(top / bottom)
        for factor, power in [*above, *((f, -n) for f, n in below)]:
            sign = next((s for s in (1, -1) if self.region.nonnegative(self._means(s * factor))), 0)
            if sign or power % 2 == 0:
                result *= (sign * factor if sign else factor) ** power
                continue
            new = ("abs", factor) not in self.named
            size = self._generator(("abs", factor), sp.Abs(self._means(factor)))
            if new:
                self.relations.append((size, 2, factor**2))
            result *= size**power
        return result

    def _gamma(self, e: sp.Expr) -> sp.Expr:
        """By the recurrence the rational part of the argument is moved towards (0, 1]; even multiples are halved."""
        terms = list(self._terms(e))
        constant = sum((c for c, m in terms if m == 1), sp.S.Zero)
        moving = [(c, m) for c, m in terms if m != 1]
        if moving and all(c.is_Integer and c % 2 == 0 for c, _ in moving):
            half = e / 2
            square_root = self._power([(self.rational(sp.pi), sp.S.One)], sp.Rational(1, 2))
            power = self._power([(sp.Integer(2), sp.S.One)], e - 1)
            return power * self._gamma(half) * self._gamma(half + sp.Rational(1, 2)) / square_root
        rest, factor = sp.Add(*(c * m for c, m in moving)), sp.S.One
        while constant <= 0:
            factor /= rest + constant
            constant += 1
        while constant > 1 and self.region.positive(self._means(rest + constant - 1)):
            constant -= 1
            factor *= rest + constant
        return factor * self._generator(("gamma", rest + constant), sp.gamma(self._means(rest + constant)))


def with_canonical_bound_names(e: sp.Expr) -> sp.Expr:
    """The expression with integration variables renamed by depth, so that no name is both bound and free.

    >>> t, u = sp.symbols("t u", real=True)
    >>> with_canonical_bound_names(sp.Integral(t, (t, 0, t)) - sp.Integral(u, (u, 0, t)))
    0
    """
    return _renamed(e)[0]


def _renamed(e: sp.Expr) -> tuple[sp.Expr, int]:
    if not e.has(sp.Integral):
        return e, 0
    if not isinstance(e, sp.Integral):
        parts = [_renamed(argument) for argument in e.args]
        return e.func(*(part for part, _ in parts)), max(depth for _, depth in parts)
    if len(e.limits) != 1 or len(e.limits[0]) != 3:
        raise NotElementary(f"{e} is not an integral in one variable between two ends")
    variable, low, high = e.limits[0]
    (function, depth), (low, over), (high, beyond) = _renamed(e.function), _renamed(low), _renamed(high)
    if depth >= len(_BOUND):
        raise NotElementary("integrals are nested too deeply")
    bound = _BOUND[depth]
    return sp.Integral(function.xreplace({variable: bound}), (bound, low, high)), max(depth + 1, over, beyond)
