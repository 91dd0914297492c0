r"""Both bounds of the weight near the edge of the ball: differences that vanish at s = 0 and have a derivative of one sign.

With :math:`P_0 = s^{a+1}/(a+1)`, :math:`h_0 = s^{a+2}/((a+1)(a+2))` and the mean depth :math:`m = (a+1)s/(a+2)`, in units of A:

.. math:: P_0(1-s/2)^a \le P \le P_0, \quad h_0(1-s/2)^a \le h \le h_0, \quad (1-m)P \le q \le (1-s/2)P_0.
"""

from __future__ import annotations

from dataclasses import replace

import sympy as sp
from sympy.core.relational import Relational

from theory.converse.lemmas.cap_moments import (
    INSIDE,
    NAME,
    TAIL,
    P,
    a,
    as_function,
    flat_excess,
    flat_tail,
    grows,
    h,
    lead,
    leading,
    mean_depth,
    partial_mean,
    q,
    root,
    s,
    varying,
    weight,
)
from theory.kernel import ByHypothesis, Chain, Derivation, Drop, Elementary, Hypothesis

MONOTONE = "Rudin, Principles of Mathematical Analysis, theorem 5.11: a function with a derivative that is not negative does not fall"


def rises(name: str, latex: str, relation: Relational) -> Hypothesis:
    """What follows from a lemma on the derivative of the difference of both sides, which is 0 at s = 0."""
    return Hypothesis(name, rf"{latex} \text{{ (equal at }}s = 0\text{{)}}", relation, source=MONOTONE)


def as_functions(*facts: Hypothesis) -> tuple[Hypothesis, ...]:
    """The same facts, of P as a function of the width."""
    return tuple(replace(fact, relation=as_function(fact.relation)) for fact in facts)


def compared(
    name: str, difference: sp.Expr, growth: sp.Expr, why: ByHypothesis, surplus: sp.Expr, facts: tuple[Hypothesis, ...]
) -> Derivation:
    """That a difference rises: its derivative is ``growth`` plus the ``surplus``, and the former at least 0 by a hypothesis."""
    chain = Chain(name, sp.Derivative(as_function(difference), s), hypotheses=facts, domain=INSIDE, claim=NAME).equals(
        growth + surplus, Elementary("differentiate")
    )
    chain = chain.equals(surplus, why) if why.name == TAIL.name else chain.at_least(surplus, why)
    return (chain.at_least(0, Drop("not negative", surplus)) if surplus != 0 else chain).conclude()


fall = (1 - s / 2) ** a
P_0, h_0, m = flat_tail(a), flat_excess(a), mean_depth(a)
low_tail, low_excess, high_tail = P_0 * fall, h_0 * fall, q / (1 - m)
BELOW_ONE = rises("the factor is at most 1", r"(1-\tfrac s2)^a \le 1", sp.Le(fall, 1, evaluate=False))
TAIL_ABOVE = rises("the tail from below", r"P \ge P_0\,(1-\tfrac s2)^a", sp.Ge(P, low_tail, evaluate=False))
TAIL_BELOW = rises("the tail from above", r"P \le P_0", sp.Le(P, P_0, evaluate=False))
MEAN_ABOVE = rises("the partial mean from below", r"(1-m)P \le q", sp.Le(P, high_tail, evaluate=False))
EXCESS_ABOVE = rises("the mean excess from below", r"h \ge h_0\,(1-\tfrac s2)^a", sp.Ge(h, low_excess, evaluate=False))
EXCESS_BELOW = rises("the mean excess from above", r"h \le h_0", sp.Le(h, h_0, evaluate=False))

steepness = a * (1 - s / 2) ** (a - 1) / 2
FACTOR = (
    Chain("The factor falls", sp.Derivative(fall, s), domain=INSIDE, claim=NAME)
    .equals(-steepness, Elementary("differentiate"))
    .at_most(0, Drop("not negative", steepness))
    .conclude()
)
TAIL_RISES = compared(
    "The tail gains on its lower bound",
    P - low_tail,
    sp.Derivative(varying, s) - grows,
    ByHypothesis(TAIL.name),
    a * s ** (a + 1) * (1 - s / 2) ** (a - 1) / (2 * (a + 1)),
    (TAIL,),
)
TAIL_FALLS = (
    Chain(
        "The tail falls behind its upper bound",
        sp.Derivative(P_0 - varying, s),
        hypotheses=(TAIL, BELOW_ONE),
        domain=INSIDE,
        claim=NAME,
    )
    .equals(s**a - sp.Derivative(varying, s), Elementary("differentiate"))
    .equals(s**a - grows, ByHypothesis(TAIL.name, -1))
    .at_least(0, ByHypothesis(BELOW_ONE.name, s**a))
    .conclude()
)
MEAN_RISES = compared(
    "The partial mean over 1 - m gains on the tail",
    high_tail - P,
    grows - sp.Derivative(varying, s),
    ByHypothesis(TAIL.name, -1),
    a * s**2 * grows / (2 * (a + 2) ** 2 * (1 - m) ** 2),
    (TAIL,),
)
turn = (1 - s) * (grows - sp.Derivative(varying, s))
EXCESS_RISES = (
    Chain(
        "The mean excess gains on its lower bound",
        sp.Derivative(as_function(h) - low_excess, s),
        hypotheses=(TAIL, *as_functions(TAIL_ABOVE)),
        domain=INSIDE,
        claim=NAME,
    )
    .equals(
        turn + varying - low_tail + (surplus := a * s ** (a + 2) * (1 - s / 2) ** (a - 1) / (2 * (a + 1) * (a + 2))),
        Elementary("differentiate"),
    )
    .equals(varying - low_tail + surplus, ByHypothesis(TAIL.name, s - 1))
    .at_least(surplus, ByHypothesis(TAIL_ABOVE.name))
    .at_least(0, Drop("not negative", surplus))
    .conclude()
)
EXCESS_FALLS = (
    Chain(
        "The mean excess falls behind its upper bound",
        sp.Derivative(h_0 - as_function(h), s),
        hypotheses=(TAIL, *as_functions(TAIL_BELOW)),
        domain=INSIDE,
        claim=NAME,
    )
    .equals(P_0 - varying - turn, Elementary("differentiate"))
    .equals(P_0 - varying, ByHypothesis(TAIL.name, 1 - s))
    .at_least(0, ByHypothesis(TAIL_BELOW.name))
    .conclude()
)
COMPARISONS = (FACTOR, TAIL_RISES, TAIL_FALLS, MEAN_RISES, EXCESS_RISES, EXCESS_FALLS)

lever = sp.sqrt(P**2 + q**2)
mean_of_flat = (1 - s / 2) * P_0
middle, highest = sp.sqrt(P_0**2 + q**2), sp.sqrt(P_0**2 + mean_of_flat**2)
outside = lead**2 * h_0
to_middle = outside * (P_0 + P) / (middle + lever)
to_highest = outside * mean_of_flat * (mean_of_flat + q) / (highest + middle)
UPPER_FACTS = (EXCESS_BELOW, TAIL_BELOW, BELOW_ONE)
upper_bound = leading(a) * root((1 - s / 2) ** 2)
UPPER = (
    Chain("The weight near the edge, from above", weight, hypotheses=UPPER_FACTS, domain=INSIDE, claim=NAME)
    .at_most(outside * lever, ByHypothesis(EXCESS_BELOW.name, lead**2 * lever))
    .equals(outside * middle - to_middle * (P_0 - P), Elementary("the difference of two roots"))
    .at_most(outside * middle, ByHypothesis(TAIL_BELOW.name, to_middle))
    .equals(outside * highest - to_highest * (1 - fall), Elementary("the difference of two roots"))
    .at_most(outside * highest, ByHypothesis(BELOW_ONE.name, to_highest))
    .equals(upper_bound, Elementary("what the root has in common"))
    .conclude()
)


def from_below(
    name: str,
    a: sp.Expr,
    low_tail: sp.Expr,
    low_excess: sp.Expr,
    facts: tuple[Hypothesis, Hypothesis, Hypothesis],
    bound: sp.Expr,
) -> Derivation:
    """The weight from below, by the facts on the tail, the partial mean and the mean excess; ``bound`` is what they give."""
    of_tail, of_mean, of_excess = facts
    q, remote = partial_mean(a), 1 - mean_depth(a)
    lever, along, outside = sp.sqrt(P**2 + q**2), sp.sqrt(1 + remote**2), lead**2 * low_excess
    to_mean = outside * remote**2 * (q / remote + P) / (lever + P * along)
    return (
        Chain(name, lead**2 * (q - (1 - s) * P) * lever, hypotheses=facts, domain=INSIDE, claim=NAME)
        .at_least(outside * lever, ByHypothesis(of_excess.name, lead**2 * lever))
        .equals(outside * P * along + to_mean * (q / remote - P), Elementary("the difference of two roots"))
        .at_least(outside * P * along, ByHypothesis(of_mean.name, to_mean))
        .at_least(outside * low_tail * along, ByHypothesis(of_tail.name, outside * along))
        .equals(bound, Elementary("what the root has in common"))
        .conclude()
    )


LOWER_FACTS = (TAIL_ABOVE, MEAN_ABOVE, EXCESS_ABOVE)
lower_bound = leading(a) * fall**2 * root((1 - m) ** 2)
LOWER = from_below("The weight near the edge, from below", a, low_tail, low_excess, LOWER_FACTS, lower_bound)
