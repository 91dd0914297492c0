"""The sign of a real constant by ball arithmetic: an enclosure that does not contain zero proves it.

>>> sign_of_constant(sp.sqrt(3) - sp.Rational(7, 4)), sign_of_constant(sp.pi - sp.Rational(22, 7))
(-1, -1)
"""

from __future__ import annotations

from collections.abc import Callable

import flint
import sympy as sp

BITS = 192

FUNCTIONS: dict[type[sp.Function], Callable[[flint.arb], flint.arb]] = {
    sp.exp: flint.arb.exp,
    sp.log: flint.arb.log,
    sp.sin: flint.arb.sin,
    sp.cos: flint.arb.cos,
    sp.tan: flint.arb.tan,
    sp.asin: flint.arb.asin,
    sp.acos: flint.arb.acos,
    sp.atan: flint.arb.atan,
    sp.sinh: flint.arb.sinh,
    sp.cosh: flint.arb.cosh,
    sp.tanh: flint.arb.tanh,
    sp.asinh: flint.arb.asinh,
    sp.erf: flint.arb.erf,
    sp.gamma: flint.arb.gamma,
    sp.Abs: flint.arb.__abs__,
}


def sign_of_constant(e: sp.Expr) -> int | None:
    """The sign -1, 0 or 1 of a constant without symbols; None where the enclosure does not tell.

    Zero is told for the rational number 0 only.
    """
    if e.is_Rational:
        return int(sp.sign(e))
    before = flint.ctx.prec
    flint.ctx.prec = BITS
    try:
        ball = enclosure(e)
    except (ValueError, ZeroDivisionError):
        return None
    finally:
        flint.ctx.prec = before
    if not ball.is_finite():
        return None
    return 1 if ball > 0 else -1 if ball < 0 else None


def enclosure(e: sp.Expr) -> flint.arb:
    """A ball that contains the constant, of flint's present precision; ValueError if it has parts that are not known."""
    if e.is_Rational:
        return flint.arb(flint.fmpq(int(e.p), int(e.q)))
    if e is sp.pi:
        return flint.arb.pi()
    if e is sp.E:
        return flint.arb.const_e()
    if isinstance(e, sp.Add):
        return sum((enclosure(term) for term in e.args), flint.arb(0))
    if isinstance(e, sp.Mul):
        product = flint.arb(1)
        for factor in e.args:
            product *= enclosure(factor)
        return product
    if isinstance(e, sp.Pow):
        base, exponent = enclosure(e.base), e.exp
        return base ** int(exponent) if exponent.is_Integer else base ** enclosure(exponent)
    if e.func in FUNCTIONS and len(e.args) == 1:
        return FUNCTIONS[e.func](enclosure(e.args[0]))
    raise ValueError(f"{e} is no constant whose digits are computed here")
