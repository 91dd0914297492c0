"""Roots of sums of squares: the root of a larger number, and the triangle inequality in the plane, each with its remainder."""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, Chain, Drop, Elementary, Identity
from theory.laplacian.lemmas.smoothed_pyramid import smoothing
from theory.symbols import scalar

NAME = "universal-approximation"

excess = scalar("excess_of_square", r"\delta", nonnegative=True)
positive = scalar("positive_square", "q_+", positive=True)
ROOT = (
    Chain("The root of a larger number", sp.sqrt(positive + excess), claim=NAME)
    .equals(
        sp.sqrt(positive) + excess / (sp.sqrt(positive + excess) + sp.sqrt(positive)),
        Identity("the difference of two roots"),
    )
    .at_least(sp.sqrt(positive), Drop("not negative", excess / (sp.sqrt(positive + excess) + sp.sqrt(positive))))
    .conclude()
)

eps2 = smoothing**2
first, second = scalar("first_difference", "p"), scalar("second_difference", "q")
side, other_side = sp.sqrt(first**2 + eps2), sp.sqrt(second**2 + eps2)
hypotenuse = sp.sqrt((first + second) ** 2 + 4 * eps2)
remainder = ((side * second - other_side * first) ** 2 + (side - other_side) ** 2 * eps2) / (2 * side * other_side)
CAUCHY = (
    Chain("The inequality of Cauchy and Schwarz in the plane, with its remainder", side * other_side, claim=NAME)
    .equals(first * second + eps2 + remainder, Elementary("Lagrange's identity"))
    .at_least(first * second + eps2, Drop("squares", remainder))
    .conclude()
)
MINKOWSKI = (
    Chain("The triangle inequality in the plane", side + other_side, claim=NAME)
    .equals(
        hypotenuse + 2 * (side * other_side - first * second - eps2) / (side + other_side + hypotenuse),
        Identity("the difference of two squares"),
    )
    .at_least(hypotenuse, ByDerivation(CAUCHY, 2 / (side + other_side + hypotenuse)))
    .conclude()
)
