"""Powers, roots, indicators, absolute values, squares and signs."""

from __future__ import annotations

import sympy as sp

from tests.theory.kernel.falsehoods.common import (
    a,
    eq,
    falsehood,
    given,
    i,
    identity,
    k,
    n,
    u,
    unproved,
    x,
    y,
    z,
)
from theory.kernel import (
    Chain,
    Derivation,
    Drop,
    Rewrite,
    Squares,
)
from theory.kernel.functions import relu, step


@unproved
def half_power_of_a_square() -> Derivation:
    """A = |a|, from a^(2t) = (a^2)^t at t = 1/2."""
    t = sp.Symbol("t", positive=True)
    return identity(x ** (2 * t), (x**2) ** t)


@falsehood
def root_of_a_square() -> Derivation:
    """sqrt(x^2) = x."""
    return identity(sp.sqrt(x**2, evaluate=False), x)


@unproved
def root_of_a_product() -> Derivation:
    """sqrt(x y) = sqrt(x) sqrt(y) for real numbers."""
    return identity(sp.sqrt(x * y), sp.sqrt(x) * sp.sqrt(y))


@unproved
def quotient_that_is_undefined() -> Derivation:
    """(x^2 - 1)/(x - 1) = x + 1, at x = 1 too."""
    return identity((x**2 - 1) / (x - 1), x + 1)


@unproved
def root_in_a_denominator_that_may_be_zero() -> Derivation:
    """1/sqrt(u) >= 0, at u = 0 too."""
    return Chain("root", 1 / sp.sqrt(u)).at_least(0, Drop("positive", 1 / sp.sqrt(u))).conclude()


@unproved
def division_by_a_number_that_may_be_zero() -> Derivation:
    """X y = 1 from y = 1/x."""
    chain = Chain("inverse", x * y, hypotheses=(given(eq(y, 1 / x)),))
    return chain.equals(1, Rewrite("inverse", ["given"])).conclude()


@falsehood
def indicator_times_zero() -> Derivation:
    """step(u x) = step(x) for u >= 0, at u = 0."""
    return identity(step(u * x), step(x))


@falsehood
def indicator_of_a_root_times_zero() -> Derivation:
    """step(sqrt(u) x) = step(x), at u = 0."""
    return identity(step(sp.sqrt(u) * x), step(x))


@falsehood
def both_indicators() -> Derivation:
    """step(x) + step(-x) = 1, at 0."""
    return identity(step(x) + step(-x), 1)


@falsehood
def indicator_mirrored() -> Derivation:
    """step(-x) = step(x)."""
    return identity(step(-x), step(x))


@falsehood
def rectifier_is_odd() -> Derivation:
    """relu(-x) = -relu(x)."""
    return identity(relu(-x), -relu(x))


@falsehood
def rectifier_is_additive() -> Derivation:
    """relu(x + y) = relu(x) + relu(y)."""
    return identity(relu(x + y), relu(x) + relu(y))


@falsehood
def absolute_value_is_additive() -> Derivation:
    """|x + y| = |x| + |y|."""
    return identity(sp.Abs(x + y), sp.Abs(x) + sp.Abs(y))


@falsehood
def minimum_is_maximum() -> Derivation:
    """min(x, y) = max(x, y)."""
    return identity(sp.Min(x, y), sp.Max(x, y))


@falsehood
def minimum_above() -> Derivation:
    """min(x, y) >= x."""
    return Chain("minimum", sp.Min(x, y)).at_least(x, Drop("minimum", sp.Min(x, y) - x)).conclude()


@falsehood
def triangle_inequality_turned() -> Derivation:
    """|sum a_i| >= sum |a_i|."""
    total, sizes = sp.Abs(sp.Sum(a[i], (i, 1, n))), sp.Sum(sp.Abs(a[i]), (i, 1, n))
    return Chain("triangle", total).at_least(sizes, Drop("triangle", total - sizes)).conclude()


@falsehood
def sum_of_sizes_above_a_square() -> Derivation:
    """Sum |a_i| >= (sum a_i)^2."""
    square, sizes = sp.Sum(a[i], (i, 1, n)) ** 2, sp.Sum(sp.Abs(a[i]), (i, 1, n))
    return Chain("triangle", sizes).at_least(square, Drop("triangle", sizes - square)).conclude()


@falsehood
def triangle_inequality_over_two_ranges() -> Derivation:
    """sum_{i <= n} |a_i| >= |sum_{i <= k} a_i|."""
    sizes, total = sp.Sum(sp.Abs(a[i]), (i, 1, n)), sp.Abs(sp.Sum(a[i], (i, 1, k)))
    return Chain("triangle", sizes).at_least(total, Drop("triangle", sizes - total)).conclude()


@falsehood
def one_weight_negative() -> Derivation:
    """x^2 >= y^2, from the weights 1 and -1."""
    return Chain("squares", x**2).at_least(y**2, Squares("squares", [(1, x), (-1, y)])).conclude()


@falsehood
def weight_of_unknown_sign() -> Derivation:
    """Z x^2 >= 0."""
    return Chain("squares", z * x**2).at_least(0, Squares("squares", [(z, x)])).conclude()


@falsehood
def squares_that_are_not_the_gap() -> Derivation:
    """x^2 + y^2 >= 3 x y."""
    return Chain("means", x**2 + y**2).at_least(3 * x * y, Squares("squares", [(1, x - y)])).conclude()


@falsehood
def squares_for_an_equation() -> Derivation:
    """x^2 = 0."""
    return Chain("squares", x**2).equals(0, Squares("squares", [(1, x)])).conclude()


@falsehood
def dropped_with_an_unknown_sign() -> Derivation:
    """X + y >= x."""
    return Chain("drop", x + y).at_least(x, Drop("y", y)).conclude()


@falsehood
def dropped_from_an_equation() -> Derivation:
    """X + u = x."""
    return Chain("drop", x + u).equals(x, Drop("u", u)).conclude()


@falsehood
def dropped_the_wrong_way() -> Derivation:
    """X + u <= x."""
    return Chain("drop", x + u).at_most(x, Drop("u", u)).conclude()


@falsehood
def odd_power_is_not_negative() -> Derivation:
    """x^3 >= 0."""
    return Chain("odd", x**3).at_least(0, Drop("a power", x**3)).conclude()
