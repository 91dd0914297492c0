r"""Definite integrals by a primitive, and the sign of a polynomial on an interval.

The fundamental theorem: if F is continuous on the open interval and differentiable with F' = f there, and has limits at both ends, then the
(improper Riemann) integral of f converges to their difference. Continuity and differentiability are seen from the shape of F (`Region.defined`), so that F
cannot jump; the ends are put in where F is continuous up to the end, else SymPy's ``limit`` is trusted. A quadrature can refuse the value, never prove it.
"""

from __future__ import annotations

import mpmath
import sympy as sp
from sympy.core.function import AppliedUndef

from theory.kernel.elementary import with_derivatives
from theory.kernel.generators import Generators
from theory.kernel.region import SAMPLES, Domain, Region, region_of

__all__ = ["nonnegative_on_interval", "value_of_integral"]

DIGITS, INSIDE = 30, 120
"""Digits of the quadrature, and of the integrand, which may lose many near the ends by cancellation."""
TOLERANCE = mpmath.mpf(10) ** -8
"""What the quadrature's own error may be, relative to one plus the value."""
NOT_REAL = (sp.oo, -sp.oo, sp.zoo, sp.nan, sp.I, sp.AccumBounds, sp.Limit)


def value_of_integral(integral: sp.Integral, primitive: sp.Expr, domain: Domain) -> sp.Expr:
    r"""The value :math:`F(b^-) - F(a^+)` of :math:`\int_a^b f(t)\,dt` for the primitive F, which is a function of the integral's variable.

    The name of the variable is not free in the integral: a symbol of that name in the ends, or in ``domain``, is another one.
    ValueError: says what is not seen to hold.

    >>> t = sp.Symbol("t", positive=True)
    >>> value_of_integral(sp.Integral(t**2, (t, 0, 1)), t**3 / 3, {})
    1/3
    >>> value_of_integral(sp.Integral(1 / t**2, (t, -1, 1)), -1 / t, {})
    Traceback (most recent call last):
        ...
    ValueError: ... is not seen to be defined between -1 and 1
    """
    if not isinstance(integral, sp.Integral) or len(integral.limits) != 1 or len(integral.limits[0]) != 3:
        raise ValueError(f"{integral} is not an integral in one variable between two ends")
    variable, low, high = integral.limits[0]
    outside, place = region_of(domain), sp.Dummy(variable.name, real=True)
    for end in (low, high):
        if end not in (sp.oo, -sp.oo) and not outside.defined(end):
            raise ValueError(f"the end {end} is not seen to be a real number")
    if not (low is -sp.oo or high is sp.oo or outside.nonnegative(high - low)) or low is sp.oo or high is -sp.oo:
        raise ValueError(f"the ends {low} and {high} are not seen to be in order")
    if low == high:
        return sp.S.Zero
    held = {s for derivative in primitive.atoms(sp.Derivative) for s in derivative.free_symbols} - {variable}
    if held & (low.free_symbols | high.free_symbols):
        raise ValueError(f"an end stands under a derivative of the primitive {primitive}")
    inside = Region({**domain, place: (low, high)})
    function, primitive = integral.function.xreplace({variable: place}), primitive.xreplace({variable: place})
    if not inside.defined(function):
        raise ValueError(f"{integral.function} is not seen to be defined between {low} and {high}")
    if primitive.has(sp.Integral) or not inside.defined(primitive, smooth=True):
        raise ValueError(f"the primitive {primitive} is not seen to be differentiable between {low} and {high}")
    if not Generators.vanishes(with_derivatives(primitive.diff(place) - function, inside), inside):
        raise ValueError(f"the derivative of the primitive {primitive} is not seen to be {function}")
    value = _end(primitive, place, high, "-", domain) - _end(primitive, place, low, "+", domain)
    compared = _compare(function, place, (low, high), value, inside)
    if not compared and not all(_is_continuous_at(primitive, place, end, domain) for end in (low, high)):
        raise ValueError(f"the limit of {primitive} at an end cannot be held against a quadrature")
    return value


def _is_continuous_at(primitive: sp.Expr, place: sp.Symbol, end: sp.Expr, domain: Domain) -> bool:
    return not end.is_infinite and Region(domain, at={place: end}).defined(primitive)


def _end(primitive: sp.Expr, place: sp.Symbol, end: sp.Expr, side: str, domain: Domain) -> sp.Expr:
    outside = region_of(domain)
    if _is_continuous_at(primitive, place, end, domain):
        value = primitive.xreplace({place: end})
    else:
        value = _limit(primitive, place, end, side, outside)
    if value.has(*NOT_REAL, place) or not outside.defined(value):
        raise ValueError(f"the primitive {primitive} has no finite limit at {end}: {value}")
    return value


def _limit(primitive: sp.Expr, place: sp.Symbol, end: sp.Expr, side: str, outside: Region) -> sp.Expr:
    """SymPy's limit, told what is positive on the domain.

    It is the limit at general values of the parameters. So where there are any it is taken term by term, and every polynomial that
    decides how a term behaves has to have a leading coefficient of one sign. A number counts as a parameter if it may be 0
    without SymPy seeing it, as 4 atan(1/5) - atan(1/239) - pi/4 is.
    """
    named: dict[sp.Expr, sp.Expr] = {}
    primitive, end = (_with_names(e, named, outside) for e in (primitive, end))
    values = {name if name.is_Symbol else -name: e if name.is_Symbol else -e for e, name in named.items()}
    return _general_limit(primitive, place, end, side, outside).xreplace(values)


def _with_names(e: sp.Expr, named: dict[sp.Expr, sp.Expr], outside: Region) -> sp.Expr:
    """Numbers other than monomials in pi and square roots by names, kept in ``named``, that know their sign if it is seen."""
    if e.free_symbols or e.atoms(AppliedUndef):
        return e.func(*(_with_names(part, named, outside) for part in e.args)) if e.args else e
    if e.is_infinite or not isinstance(e, sp.Expr) or all(_is_seen(factor) for factor in sp.Mul.make_args(e)):
        return e
    if e not in named:
        sign = 1 if outside.positive(e) else -1 if outside.positive(-e) else 0
        named[e] = sign * sp.Dummy("number", positive=True) if sign else sp.Dummy("number", real=True)
    return named[e]


def _is_seen(factor: sp.Expr) -> bool:
    """Of such numbers SymPy sees that they differ: rational ones, powers of pi, roots of what it takes into its primes."""
    base, exponent = factor.as_base_exp()
    small = base.is_Rational and max(abs(base.p), base.q) < 2**20
    return bool(factor.is_Rational) or (
        (base is sp.pi or (small and base.is_positive)) and bool((2 * exponent).is_Integer)
    )


def _general_limit(primitive: sp.Expr, place: sp.Symbol, end: sp.Expr, side: str, outside: Region) -> sp.Expr:
    parameters = (primitive.free_symbols | end.free_symbols) - {place}
    if not parameters and not primitive.atoms(AppliedUndef):
        return _sympy_limit(primitive, place, end, side, outside)
    step = sp.Dummy("step", positive=True)
    near = step if end is sp.oo else -step if end is -sp.oo else end + (step if side == "+" else -step)
    waves = primitive.has(sp.sin, sp.cos)
    total = sp.S.Zero
    for term in sp.Add.make_args(sp.expand(primitive) if waves else primitive):
        # a sine or a cosine is bounded, whatever its argument
        bounded = [f for f in sp.Mul.make_args(term) if f.has(place) and isinstance(f, sp.sin | sp.cos)]
        rest = sp.Mul(*(f for f in sp.Mul.make_args(term) if f not in bounded))
        if not _is_general(rest.xreplace({place: near}), step, end.is_infinite is True, outside):
            raise ValueError(f"the limit of {term} at {end} may be another at special values of its parameters")
        limit = _sympy_limit(rest, place, end, side, outside)
        if bounded and limit != 0:
            raise ValueError(f"{term} need not have a limit at {end}")
        total += limit
    return total


def _sympy_limit(e: sp.Expr, place: sp.Symbol, end: sp.Expr, side: str, outside: Region) -> sp.Expr:
    symbols = (e.free_symbols | end.free_symbols) - {place}
    told = {s: sp.Dummy(s.name, positive=True) for s in symbols if outside.positive(s)}
    try:
        limit = sp.limit(e.xreplace(told), place, end.xreplace(told), side)
    except NotImplementedError as error:
        raise ValueError(f"the limit of the primitive {e} at {end} is not known: {error}") from None
    return limit.xreplace({stand_in: symbol for symbol, stand_in in told.items()})


def _is_general(e: sp.Expr, step: sp.Symbol, far: bool, outside: Region, inner: bool = False) -> bool:
    """Whether the behaviour of a term, as the step grows or vanishes, is the same at all values of the parameters.

    A factor that may vanish makes a term 0, and what is ``inner``, in the argument of a function, another one.
    """
    if not e.has(step):
        return not e.atoms(AppliedUndef) and (not inner or outside.positive(e) or outside.positive(-e))
    if e.is_polynomial(step):
        coefficients = sp.Poly(sp.expand(e), step).coeffs()
        decisive = coefficients[0] if far else coefficients[-1]
        return bool(outside.positive(decisive) or outside.positive(-decisive))
    if isinstance(e, sp.Pow) and not e.exp.has(step):
        return (e.exp.is_number or outside.positive(e.exp)) and _is_general(e.base, step, far, outside, inner)
    # continuous up to infinity, and 0 at most where the argument is 0, so that what is general in the argument is general in them
    settled = isinstance(e, sp.exp | sp.erf | sp.atan)
    if isinstance(e, sp.Mul):
        return _one_is_strongest([part for part in e.args if part.has(step)], step) and all(
            _is_general(part, step, far, outside, inner) for part in e.args
        )
    if settled:
        return _is_general(e.args[0], step, far, outside, inner=True)
    return not (e.free_symbols - {step}) and not e.atoms(AppliedUndef)


def _one_is_strongest(parts: list[sp.Expr], step: sp.Symbol) -> bool:
    """Whether the same factor of a product decides at all values of the parameters: exponentials are stronger than powers."""
    unknown = any(not power.exp.is_number for part in parts for power in part.atoms(sp.Pow) if power.base.has(step))
    strong = [part for part in parts if part.has(sp.exp, sp.erf, sp.log) or _has_power_of(part, step)]
    varying = any(part.free_symbols - {step} for part in strong)
    simple = all(isinstance(part, sp.exp) and part.args[0].is_polynomial(step) for part in strong)
    return len(parts) < 2 or not (unknown or (varying and (len(strong) > 1 or not simple)))


def _has_power_of(part: sp.Expr, step: sp.Symbol) -> bool:
    return any(power.exp.has(step) for power in part.atoms(sp.Pow))


def _compare(
    function: sp.Expr, place: sp.Symbol, ends: tuple[sp.Expr, sp.Expr], value: sp.Expr, inside: Region
) -> bool:
    """Refuse a value that a quadrature contradicts at a point of the domain; whether there was one.

    Values of functions that are not known count as numbers; a function of the variable itself cannot be integrated.
    """
    given = {f for e in (function, value, *ends) for f in e.atoms(AppliedUndef) if not f.has(place)}
    numbers = {f: SAMPLES[0][0] if f.is_nonnegative else SAMPLES[1][1] for f in given}
    function, value, *ends = (e.xreplace(numbers) for e in (function, value, *ends))  # type: ignore[assignment]
    if any(e.has(AppliedUndef, sp.Integral) for e in (function, value, *ends)):
        return False
    symbols = (function.free_symbols | value.free_symbols | set().union(*(end.free_symbols for end in ends))) - {place}
    for point in inside.points(symbols):
        with mpmath.workdps(DIGITS):
            low, high = (_number(end.subs(point)) for end in ends)
            expected = _number(value.subs(point))
            integrand = mpmath.workdps(INSIDE)(sp.lambdify(place, function.subs(point), "mpmath"))
            grid = mpmath.linspace(low, high, 5) if mpmath.isfinite(high - low) else [low, high]
            try:
                direct = mpmath.quad(integrand, grid)
            except ArithmeticError as error:
                raise ValueError(f"the quadrature at {point} fails: {error}") from None
            if not abs(direct - expected) <= TOLERANCE * (1 + abs(expected)):
                raise ValueError(
                    f"at {point} quadrature gives {mpmath.nstr(direct, 12)}, not {mpmath.nstr(expected, 12)}"
                )
    return True


def _number(e: sp.Expr) -> mpmath.mpf:
    return mpmath.mpf("inf") * int(sp.sign(e)) if e.is_infinite else mpmath.mpmathify(sp.N(e, DIGITS))


def nonnegative_on_interval(polynomial: sp.Expr, variable: sp.Symbol, low: sp.Expr | int, high: sp.Expr | int) -> bool:
    """Whether a polynomial with rational coefficients is at least 0 on the closed interval [low, high].

    That is so if it is 0, or has no root of odd order inside (Sturm) and is positive just right of ``low``, where its sign is
    that of its first derivative that does not vanish there. False for anything else, symbols beside the variable included.
    ValueError: ends that are no rational numbers, or not in order.

    >>> x = sp.Symbol("x", real=True)
    >>> nonnegative_on_interval(x - x**2, x, 0, 1), nonnegative_on_interval(-((x - sp.Rational(1, 7)) ** 2), x, 0, 1)
    (True, False)
    """
    low, high = sp.sympify(low), sp.sympify(high)
    if not (low.is_Rational and high.is_Rational and low < high):
        raise ValueError(f"({low}, {high}) is not an interval with rational ends")
    polynomial = sp.expand(polynomial)
    rational = polynomial.is_polynomial(variable) and all(c.is_Rational for c in sp.Poly(polynomial, variable).coeffs())
    if not rational:
        return False
    p = sp.Poly(polynomial, variable, domain="QQ")
    if p.is_zero:
        return True
    for factor, power in p.sqf_list()[1]:
        inside = factor.count_roots(low, high) - sum(factor.eval(end) == 0 for end in (low, high))
        if power % 2 and inside:
            return False
    derivatives = (derivative.eval(low) for derivative in _derivatives(p))
    return bool(next(value for value in derivatives if value != 0) > 0)


def _derivatives(p: sp.Poly) -> list[sp.Poly]:
    """The polynomial and its derivatives, down to the constant one."""
    result = [p]
    while result[-1].degree() > 0:
        result.append(result[-1].diff())
    return result
