"""Powers with exponents that are not known, common factors under roots, and signs that SymPy gets wrong."""

from __future__ import annotations

import sympy as sp

from tests.theory.kernel.falsehoods.common import (
    because,
    eq,
    falsehood,
    given,
    i,
    identity,
    m,
    n,
    p,
    q,
    t,
    unproved,
    x,
    y,
)
from theory.kernel import ByDerivation, Chain, Derivation, Drop, Elementary, Evaluate, Identity, Squares
from theory.kernel.functions import relu, step

root_two = sp.sqrt(2)
unknown = sp.Function("g", positive=True)


@falsehood
def common_root_under_a_root() -> Derivation:
    """sqrt(sqrt(2) p + sqrt(2) q) = sqrt(2) sqrt(p + q), false at p = q = 1."""
    return identity(sp.sqrt(root_two * p + root_two * q), root_two * sp.sqrt(p + q))


@falsehood
def common_root_under_a_third_root() -> Derivation:
    """cbrt(sqrt(2) p + sqrt(2) q) = cbrt(2) cbrt(p + q)."""
    return identity(sp.cbrt(root_two * p + root_two * q), sp.cbrt(2) * sp.cbrt(p + q))


@falsehood
def common_root_in_an_absolute_value() -> Derivation:
    """|2 sqrt(2) x + 2 sqrt(2) y| = 2 |x + y|."""
    return identity(sp.Abs(2 * root_two * x + 2 * root_two * y), 2 * sp.Abs(x + y))


@falsehood
def odd_power_made_even() -> Derivation:
    """x^(2n + 1) = x^2 x^(2n), false at x = 2."""
    return identity(x ** (2 * n + 1), sp.Mul(x**2, x ** (2 * n), evaluate=False))


@falsehood
def odd_power_times_another() -> Derivation:
    """x^(2n + 1) y = (x^2)^n x^2 y."""
    return identity(x ** (2 * n + 1) * y, (x**2) ** n * (x**2 * y))


@falsehood
def odd_power_of_a_positive_number() -> Derivation:
    """p^(2n + 1) = p^(2n + 2), in two steps."""
    between = sp.Mul(p**2, p ** (2 * n), evaluate=False)
    start = Chain("odd", p ** (2 * n + 1)).equals(between, Identity("as a product"))
    return start.equals(p ** (2 * n + 2), Elementary("together")).conclude()


@falsehood
def power_less_two() -> Derivation:
    """p^(2n - 2) = p^(2n) / p^4."""
    return identity(p ** (2 * n - 2), sp.Mul(p ** (2 * n), p**-4, evaluate=False))


@falsehood
def arc_tangent_positive_under_a_step() -> Derivation:
    """step(x atan(n - 1)) = step(x), false at n = 1, where SymPy holds atan(n - 1) to be positive, being irrational."""
    return identity(step(x * sp.atan(n - 1)), step(x))


@unproved
def arc_tangent_in_a_logarithm() -> Derivation:
    """log(atan(n - 1))^2 >= 0, undefined at n = 1."""
    square = Chain("square", sp.log(p) ** 2).at_least(0, Squares("a square", [(1, sp.log(p))])).conclude()
    cited = ByDerivation(square, at={p: sp.atan(n - 1)})
    return Chain("attack", sp.log(sp.atan(n - 1)) ** 2).at_least(0, cited).conclude()


@falsehood
def error_function_positive_under_a_step() -> Derivation:
    """step(erf(n - 1)) = 1, false at n = 1."""
    return identity(sp.Mul(1, step(x * sp.erf(n - 1))), step(x))


@falsehood
def rectified_arc_tangent() -> Derivation:
    """step(atan(n - 1)) = 1."""
    return because(step(sp.atan(n - 1), evaluate=False), 1, Identity("positive"))


@unproved
def divided_by_an_arc_tangent() -> Derivation:
    """atan(n - 1)/atan(n - 1) = 1, undefined at n = 1."""
    return identity(sp.Mul(sp.atan(n - 1), 1 / sp.atan(n - 1), evaluate=False), 1)


@falsehood
def delta_of_an_arc_tangent() -> Derivation:
    """delta(atan(n - 1), 0) = 0, false at n = 1."""
    return identity(sp.KroneckerDelta(sp.atan(n - 1), 0, evaluate=False), 0)


@falsehood
def delta_of_an_arc_sine() -> Derivation:
    """delta(asin((n - 1)/n), 0) = 0, false at n = 1."""
    return identity(sp.KroneckerDelta(sp.asin((n - 1) / n), 0, evaluate=False), 0)


@falsehood
def delta_of_an_arc_cosine() -> Derivation:
    """delta(acos(1/n), 0) = 0, false at n = 1."""
    return identity(sp.KroneckerDelta(sp.acos(1 / n), 0, evaluate=False), 0)


def with_hidden_zero(zero: sp.Expr) -> Derivation:
    """The integral of F' over (0, oo) is -F(0), where F = 1/(1 + (c + c sqrt(t + 1))^2) + 1/(t + g(1)) and c = 0."""
    primitive = 1 / (1 + (zero + zero * sp.sqrt(t + 1)) ** 2) + 1 / (t + unknown(1))
    area = sp.Integral(sp.diff(primitive, t), (t, 0, sp.oo))
    return because(area, -primitive.subs(t, 0), Evaluate("the primitive", area, primitive))


@unproved
def limit_with_a_hidden_zero_of_arcs() -> Derivation:
    """4 atan(1/5) - atan(1/239) - pi/4 = 0 is taken for a number that is not 0."""
    return with_hidden_zero(4 * sp.atan(sp.Rational(1, 5)) - sp.atan(sp.Rational(1, 239)) - sp.pi / 4)


@unproved
def limit_with_a_hidden_zero_of_cosines() -> Derivation:
    """cos(pi/7) - cos(2 pi/7) + cos(3 pi/7) = 1/2."""
    cosines = (sp.cos(sp.pi / 7), -sp.cos(2 * sp.pi / 7), sp.cos(3 * sp.pi / 7))
    return with_hidden_zero(sp.Add(*cosines) - sp.Rational(1, 2))


@falsehood
def cosine_taken_for_positive() -> Derivation:
    """relu(cos x) = cos x."""
    return identity(relu(sp.cos(x)), sp.cos(x))


@falsehood
def logarithm_taken_for_nonnegative() -> Derivation:
    """Y = log p implies y >= 0."""
    start = Chain("log", sp.log(p), hypotheses=(given(eq(y, sp.log(p))),))
    return start.at_least(0, Drop("the logarithm", sp.log(p))).conclude()


def sixth_of_a_power() -> sp.Expr:
    """10^n / 6, which SymPy holds to be whole."""
    return sp.Integer(10) ** n / 6


@falsehood
def sixth_of_a_power_at_least_one() -> Derivation:
    """2^n / 6 >= 1 since it is whole and positive, false at n = 1."""
    return (
        Chain("sixth", sp.Integer(2) ** n / 6).at_least(1, Drop("not negative", sp.Integer(2) ** n / 6 - 1)).conclude()
    )


@falsehood
def sine_at_a_sixth_of_a_power() -> Derivation:
    """sin(10^n pi / 6) = 0, false at n = 1."""
    return identity(sp.sin(sp.pi * sixth_of_a_power(), evaluate=False), sp.S.Zero)


@unproved
def sum_up_to_a_sixth_of_a_power() -> Derivation:
    """A sum over 1 to 10^n / 6."""
    return identity(sp.Sum(1, (i, 1, sixth_of_a_power())), sixth_of_a_power())


@falsehood
def larger_of_a_sixth_of_a_power_and_one() -> Derivation:
    """max(2^n / 6, 1) = 2^n / 6, false at n = 1."""
    sixth = sp.Integer(2) ** n / 6
    return identity(sp.Max(sixth, 1, evaluate=False), sixth)


@unproved
def power_of_a_root_never_two() -> Derivation:
    """step(|(-sqrt(2))^n - 2| x) = step(x) since powers of roots are irrational, false at n = 2."""
    size = sp.Abs(sp.Pow(-root_two, n, evaluate=False) - 2)
    return identity(step(size * x), step(x))


@falsehood
def quotient_never_two() -> Derivation:
    """step(|6^n / (2m + 1) - 2| x) = step(x) since 6^n / (2m + 1) is not whole, false at n = m = 1."""
    size = sp.Abs(sp.Integer(6) ** n / (2 * m + 1) - 2)
    return identity(step(size * x), step(x))
