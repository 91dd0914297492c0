"""Objects that are not what they pretend to be: numbers that lie, nodes with more arguments, forged assumptions."""

from __future__ import annotations

import sympy as sp
from sympy.core.assumptions import StdFactKB

from tests.theory.kernel.falsehoods.common import a, b, because, falsehood, i, identity, n, p, t, unproved, x, y
from theory.kernel import Chain, Derivation, Differentiate, Drop, Elementary, Identity
from theory.kernel.functions import relu, step
from theory.kernel.generators import _BOUND


def nonnegative(e: sp.Expr) -> Derivation:
    """The expression is at least 0."""
    return Chain("attack", e).at_least(0, Drop("not negative", e)).conclude()


class Larger(int):
    """A whole number that claims to be larger than any other."""

    def __gt__(self, other: object) -> bool:
        return True


class Unlike(str):
    """A text that claims to begin with nothing."""

    __slots__ = ()
    __hash__ = str.__hash__

    def startswith(self, *_: object) -> bool:
        """Whatever is asked."""
        return False


@unproved
def negative_denominator() -> Derivation:
    """-2/3 >= 0, written 2/(-3)."""
    forged = sp.Rational.from_coprime_ints(2, -3)
    start = Chain("attack", sp.Rational(-2, 3)).equals(forged, Identity("the same"))
    return start.at_least(0, Drop("not negative", forged)).conclude()


@unproved
def lying_numerator() -> Derivation:
    """-5 >= 0."""
    forged = object.__new__(sp.Integer)
    forged.p, forged._mhash, forged._args, forged._assumptions = Larger(-5), None, (), sp.Integer(5)._assumptions
    return nonnegative(forged)


@unproved
def changed_after_the_check() -> Derivation:
    """X + 8 = x + 7."""
    forged = object.__new__(sp.Integer)
    forged.p, forged._mhash, forged._args, forged._assumptions = 7, None, (), sp.Integer(7)._assumptions
    derivation = identity(sp.Basic.__new__(sp.Add, x, forged), x + 7)
    hash(derivation)
    forged.p = 8
    return derivation


@unproved
def derivative_of_order_zero() -> Derivation:
    """x^2 = 2x."""
    forged = sp.Basic.__new__(sp.Derivative, x**2, sp.Tuple(x, sp.S.Zero))
    start = Chain("attack", x**2).equals(forged, Elementary("of order 0"))
    return start.equals(2 * x, Differentiate("the derivative")).conclude()


@unproved
def derivative_of_negative_order() -> Derivation:
    """The derivative of order -1 is that of order 1."""
    return identity(sp.Basic.__new__(sp.Derivative, x**2, sp.Tuple(x, sp.Integer(-1))), sp.Derivative(x**2, x))


@unproved
def logarithm_to_a_base() -> Derivation:
    """Log p = log p / log 3."""
    forged = sp.Basic.__new__(sp.log, p, sp.Integer(3))
    start = Chain("attack", sp.log(p)).equals(forged, Elementary("to the base 3"))
    return start.equals(sp.log(p) / sp.log(3), Identity("by its meaning")).conclude()


@unproved
def step_of_two() -> Derivation:
    """step(x, y) = step(x)."""
    return identity(sp.Basic.__new__(step, x, y), step(x))


@unproved
def rectifier_of_two() -> Derivation:
    """relu(x, y) = relu(x)."""
    return identity(sp.Basic.__new__(relu, x, y), relu(x))


@unproved
def largest_of_nothing() -> Derivation:
    """max() = max()."""
    return identity(sp.Basic.__new__(sp.Max), sp.Basic.__new__(sp.Max))


@unproved
def power_of_three() -> Derivation:
    """A power with two exponents."""
    return identity(sp.Basic.__new__(sp.Pow, x, sp.Integer(2), y), x**2)


@unproved
def name_that_lies() -> Derivation:
    """exp(sum a_i b_B) = exp(sum a_i b_i), B named as bound indices are."""
    index = sp.Symbol(Unlike("β1_0_0"), integer=True, positive=True)
    left, right = (sp.exp(sp.Sum(a[i] * b[other], (i, 1, n))) for other in (index, i))
    return identity(left, right)


@unproved
def function_with_a_sign_slipped_in() -> Derivation:
    """F(x) >= 0 for a real F."""
    function = sp.Function("F_forged", real=True)
    function.default_assumptions = StdFactKB({**function.default_assumptions, "nonnegative": True})
    return nonnegative(function(x))


@unproved
def entry_with_a_sign_slipped_in() -> Derivation:
    """a_1 >= 0 for a real family."""
    entry = a[1]
    entry._assumptions = StdFactKB({**entry._assumptions, "nonnegative": True})
    return nonnegative(entry)


@unproved
def symbol_of_the_kernel() -> Derivation:
    """The integral of t B over (0, 1) is that of t^2, for the kernel's own B."""
    left = sp.Integral(t * _BOUND[0], (t, 0, 1))
    return because(left, sp.Integral(t**2, (t, 0, 1)), Elementary("the same"))


@unproved
def symbol_without_a_name() -> Derivation:
    """D = D for a dummy, which could be the one that the kernel makes next."""
    dummy = sp.Dummy("D", real=True)
    return identity(dummy, dummy)


@falsehood
def two_integrals_confused() -> Derivation:
    """The integral of t y over (0, 1) is that of t^2."""
    return because(sp.Integral(t * y, (t, 0, 1)), sp.Integral(t**2, (t, 0, 1)), Elementary("the same"))


@unproved
def number_that_is_not_in_lowest_terms() -> Derivation:
    """2/4 = 1/2."""
    forged = sp.Rational.from_coprime_ints(2, 4)
    return identity(forged, sp.Rational(1, 2))


@unproved
def sum_without_an_end() -> Derivation:
    """The sum of a_i over i from 1 is that over i from 1 to n."""
    forged = sp.Basic.__new__(sp.Sum, a[i], sp.Tuple(i, sp.S.One))
    return identity(forged, sp.Sum(a[i], (i, 1, n)))


@unproved
def step_with_something_more() -> Derivation:
    """X = x, with a mark on the step."""
    derivation = identity(x, x)
    vars(derivation.steps[0])["proved"] = "yes"
    return derivation
