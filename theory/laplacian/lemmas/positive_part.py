r"""Positive parts of sums, and the slope of the pyramid in any dimension.

The pyramid is :math:`\varphi(x) = \bigl(1 - \sum_c \lvert x_c\rvert\bigr)_+` with :math:`\lvert t\rvert = (t)_+ + (-t)_+`.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Drop, Hypothesis, Identity
from theory.kernel.functions import relu, step
from theory.symbols import c, d, indexed, scalar

NAME = "universal-approximation"

number, other = scalar("any_number", "u"), scalar("another_number", "w")
parts = Hypothesis(
    "a number is its positive part less its negative part",
    r"u = (u)_+ - (-u)_+",
    sp.Eq(relu(number) - relu(-number), number, evaluate=False),
    (number,),
)
BELOW = (
    Chain("A number where another one is positive", step(other) * number, hypotheses=(parts,), claim=NAME)
    .equals(
        step(other) * relu(number) - step(other) * relu(-number),
        ByHypothesis(parts.name, -step(other), reason="positive and negative part"),
    )
    .at_most(
        relu(number),
        Drop("not negative", (1 - step(other)) ** 2 * relu(number) + step(other) * relu(-number)),
    )
    .conclude()
)
first, second = scalar("first_summand", "s"), scalar("second_summand", "t")
total = first + second
SUM = (
    Chain("The positive part of a sum", relu(total), hypotheses=(parts,), claim=NAME)
    .equals(step(total) * first + step(total) * second, Identity("where it is positive it is the sum"))
    .at_most(
        relu(first) + step(total) * second,
        ByDerivation(BELOW, at={number: first, other: total}, reason="a number where another one is positive"),
    )
    .at_most(
        relu(first) + relu(second),
        ByDerivation(BELOW, at={number: second, other: total}, reason="a number where another one is positive"),
    )
    .conclude()
)

here, there = indexed("here", "x"), indexed("there", "z")


def size(t: sp.Expr) -> sp.Expr:
    r"""The absolute value :math:`(t)_+ + (-t)_+`."""
    return relu(t) + relu(-t)


def taxicab(term: sp.Expr) -> sp.Expr:
    """The sum over the coordinates of absolute values."""
    return sp.Sum(size(term), (c, 1, d))


fall = taxicab(there[c]) - taxicab(here[c])
apart = taxicab(here[c] - there[c])
SLOPE = (
    Chain("The pyramid at one point and at another", relu(1 - taxicab(here[c])), hypotheses=(parts,), claim=NAME)
    .at_most(
        relu(1 - taxicab(there[c])) + relu(fall),
        ByDerivation(SUM, at={first: 1 - taxicab(there[c]), second: fall}, reason="the positive part of a sum"),
    )
    .equals(relu(1 - taxicab(there[c])) + step(fall) * fall, Identity("where it is positive"))
    .at_most(
        relu(1 - taxicab(there[c]))
        + step(fall) * sp.Sum(relu(there[c] - here[c]) + relu(-there[c]) - relu(-here[c]), (c, 1, d)),
        ByDerivation(
            SUM,
            step(fall),
            at={first: here[c], second: there[c] - here[c]},
            over=[(c, 1, d)],
            reason="the positive part of a sum",
        ),
    )
    .at_most(
        relu(1 - taxicab(there[c])) + step(fall) * apart,
        ByDerivation(
            SUM,
            step(fall),
            at={first: -here[c], second: here[c] - there[c]},
            over=[(c, 1, d)],
            reason="the positive part of a sum",
        ),
    )
    .at_most(relu(1 - taxicab(there[c])) + apart, Drop("not negative", (1 - step(fall)) ** 2 * apart))
    .conclude()
)
