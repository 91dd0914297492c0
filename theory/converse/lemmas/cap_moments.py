r"""The cap of width s at the edge of the unit ball: its probability, its partial mean and its mean excess.

In the depth :math:`u = 1 - \langle v, x\rangle` below the top of the cap the marginal of the ball has the density
:math:`A\,u^a(1-u/2)^a` with :math:`a = (d-1)/2` and :math:`A = 2^a c_d`. All moments of the cap are here in units of A.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import Chain, Elementary, Evaluate, Hypothesis
from theory.latex import named
from theory.symbols import scalar

NAME = "boundary-atoms"

a = scalar("power_of_depth", "a", nonnegative=True)
s = scalar("width_of_cap", "s", positive=True)
u = scalar("depth_below_top", "u", positive=True)
c_d = scalar("constant_of_marginal", "c_d", positive=True)
lead = scalar("leading_factor", "A", positive=True)
INSIDE = ((s, 0, 1),)
BELOW_TOP = ((u, 0, 1),)


P = scalar("tail_probability", "P", positive=True)
"""P(1-s)/A, the integral of the density over the cap."""
varying = sp.Function(named("varying_tail_probability", "P({0})"), positive=True)(s)
"""The same as a function of the width."""
grows = s**a * (1 - s / 2) ** a
TAIL = Hypothesis(
    "growth of the tail",
    r"P(s) = \textstyle\int_0^s u^a(1-\tfrac u2)^a\,du,\ P' = s^a(1-\tfrac s2)^a",
    sp.Eq(sp.Derivative(varying, s), grows, evaluate=False),
)


def as_function(e: sp.Expr) -> sp.Expr:
    """An expression in P as a function of the width."""
    return e.xreplace({P: varying})


def partial_mean(a: sp.Expr) -> sp.Expr:
    """q(1-s)/A, the mean of <v,X> over the cap, in closed form."""
    return (s * (1 - s / 2)) ** (a + 1) / (a + 1)


def flat_tail(a: sp.Expr) -> sp.Expr:
    """The integral of the power of the depth alone, which is at least P/A."""
    return s ** (a + 1) / (a + 1)


def flat_excess(a: sp.Expr) -> sp.Expr:
    """Its integral, which is at least h/A."""
    return s ** (a + 2) / ((a + 1) * (a + 2))


def mean_depth(a: sp.Expr) -> sp.Expr:
    """The mean depth m under the power of the depth alone."""
    return (a + 1) * s / (a + 2)


def root(square: sp.Expr) -> sp.Expr:
    """sqrt((1 + square)/2), the factor by which both bounds differ from 1 in their lever."""
    return sp.sqrt((1 + square) / 2)


def leading(a: sp.Expr) -> sp.Expr:
    r""":math:`\kappa_d s^{d+2} = \sqrt2\,A^2 s^{2a+3}/((a+1)^2(a+2))`."""
    return sp.sqrt(2) * lead**2 * flat_tail(a) * flat_excess(a)


q = partial_mean(a)
h = q - (1 - s) * P
weight = lead**2 * h * sp.sqrt(P**2 + q**2)
"""g(1-s)."""

density = c_d * (1 - (1 - u) ** 2) ** a
density_by_depth = c_d * 2**a * u**a * (1 - u / 2) ** a
DENSITY = (
    Chain("The marginal of the ball in the depth below its top", density, domain=BELOW_TOP, claim=NAME)
    .equals(density_by_depth, Elementary("1 - (1-u)^2 = 2u(1 - u/2)"))
    .conclude()
)
cap = sp.Integral(u**a * (1 - u / 2) ** a, (u, 0, s))
GROWTH = (
    Chain("The growth of the tail", sp.Derivative(cap, s), domain=INSIDE, claim=NAME)
    .equals(grows, Elementary("the integral's upper end"))
    .conclude()
)
over_cap = sp.Integral((1 - u) * (u * (1 - u / 2)) ** a, (u, 0, s))
PARTIAL_MEAN = (
    Chain("The partial mean of the cap", over_cap, domain=INSIDE, claim=NAME)
    .equals(partial_mean(a), Evaluate("a primitive", over_cap, (u * (1 - u / 2)) ** (a + 1) / (a + 1)))
    .conclude()
)
power_over_cap = sp.Integral(u**a, (u, 0, s))
FLAT_TAIL = (
    Chain("The integral of the power of the depth", power_over_cap, domain=INSIDE, claim=NAME)
    .equals(flat_tail(a), Evaluate("a primitive", power_over_cap, u ** (a + 1) / (a + 1)))
    .conclude()
)
d_of_a = 2 * a + 1
constant = sp.sqrt(2) * 2 ** (d_of_a + 2) * c_d**2 / ((d_of_a + 1) ** 2 * (d_of_a + 3)) * s ** (d_of_a + 2)
by_power = leading(a).subs(lead, 2**a * c_d)
CONSTANT = (
    Chain("The leading term", constant, domain=INSIDE, claim=NAME)
    .equals(by_power, Elementary("powers of 2 and of s"))
    .conclude()
)

on_line = lead**2 * s**2 / 2 * sp.sqrt(s**2 + (s * (1 - s / 2)) ** 2)
exactly = leading(sp.S.Zero) * root((1 - s / 2) ** 2)
LINE = (
    Chain("The weight on the line, a = 0: P = s, q = s(1 - s/2), h = s^2/2", on_line, domain=INSIDE, claim=NAME)
    .equals(exactly, Elementary("the root of a square"))
    .conclude()
)
