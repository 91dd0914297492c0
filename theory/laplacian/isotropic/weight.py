r"""The weight of a rotation-invariant population: it falls in the threshold, and is convex in its square.

With the marginal density p, the tail :math:`P`, the partial mean q and the mean excess :math:`h = q - bP` the weight is :math:`h\,(P^2+q^2)^{1/2}`.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Drop, Elementary, Hypothesis
from theory.latex import named
from theory.symbols import scalar

NAME = "isotropic-density"

b = scalar("threshold", "b", positive=True)
h, P, q = (
    sp.Function(named(name, rf"{letter}({{0}})"), positive=True)(b)
    for name, letter in (("mean_excess", "h"), ("tail_probability", "P"), ("partial_mean", "q"))
)
p, slope = (
    sp.Function(named(name, rf"{letter}({{0}})"), nonnegative=True)(b)
    for name, letter in (("marginal_density", "p"), ("fall_of_marginal", r"\dot p"))
)
lever = sp.sqrt(P**2 + q**2)
FIRST = tuple(
    Hypothesis(f"derivative of the {name}", latex, sp.Eq(sp.Derivative(f, b), value, evaluate=False))
    for name, latex, f, value in (
        ("mean excess", "h' = -P", h, -P),
        ("tail", "P' = -p", P, -p),
        ("partial mean", "q' = -b\\,p", q, -b * p),
    )
)
SECOND = tuple(
    Hypothesis(f"second derivative of the {name}", latex, sp.Eq(sp.Derivative(f, (b, 2)), value, evaluate=False))
    for name, latex, f, value in (
        ("mean excess", "h'' = p", h, p),
        ("tail", r"P'' = \dot p,\ \dot p = -p' \ge 0", P, slope),
        ("partial mean", r"q'' = b\,\dot p - p", q, b * slope - p),
    )
)


def put_in(chain: Chain, e: sp.Expr, hypotheses: tuple[Hypothesis, ...]) -> tuple[Chain, sp.Expr]:
    """Go on by putting in derivatives, one after another; e is the chain's last expression, polynomial in them."""
    for hypothesis in hypotheses:
        assert hypothesis.relation is not None
        derivative, value = hypothesis.relation.args
        unknown = sp.Dummy()
        terms = sp.Poly(e.xreplace({derivative: unknown}), unknown).terms()
        # c D^n - c v^n = (D - v) times this
        factor = sum(c * sum(derivative**i * value ** (n - 1 - i) for i in range(n)) for (n,), c in terms)
        e = sp.Add(*(c * value**n for (n,), c in terms))
        chain = chain.equals(e, ByHypothesis(hypothesis.name, factor))
    return chain, e


falling = -sp.Derivative(h * lever, b)
carried_out = -sp.Derivative(h, b) * lever - h * (P * sp.Derivative(P, b) + q * sp.Derivative(q, b)) / lever
FALL = (
    Chain("The derivative of the weight", falling, claim=NAME)
    .equals(carried_out, Elementary("product rule"))
    .conclude()
)
chain, last = put_in(
    Chain("The weight falls", falling, hypotheses=FIRST, claim=NAME).equals(carried_out, ByDerivation(FALL)),
    carried_out,
    FIRST,
)
FALLS = chain.at_least(0, Drop("no term is negative", last)).conclude()


def by_square(e: sp.Expr) -> sp.Expr:
    """The derivative by s = b^2, not carried out."""
    return sp.Derivative(e, b) / (2 * b)


fall_excess, fall_tail, fall_mean = (sp.Derivative(f, b) for f in (h, P, q))
bend_excess, bend_tail, bend_mean = (
    (sp.Derivative(f, (b, 2)) - sp.Derivative(f, b) / b) / (4 * b**2) for f in (h, P, q)
)
slope_of_lever = (P * fall_tail + q * fall_mean) / (2 * b * lever)
bent = (
    bend_excess * lever
    + fall_excess / b * slope_of_lever
    + h * ((P * fall_mean - q * fall_tail) ** 2 / (4 * b**2 * lever**3) + (P * bend_tail + q * bend_mean) / lever)
)
convex = by_square(by_square(h * lever))
BEND = (
    Chain("The second derivative of the weight by s = b^2", convex, claim=NAME)
    .equals(bent, Elementary("differentiate, with the identity of Lagrange"))
    .conclude()
)
chain, _ = put_in(
    Chain("The weight is convex in s = b^2", convex, hypotheses=(*SECOND, *FIRST), claim=NAME).equals(
        bent, ByDerivation(BEND)
    ),
    bent,
    (*SECOND, *FIRST),
)
without_sign = (
    (p + P / b) / (4 * b**2) * lever
    + P * p * (P / b + q) / (2 * b * lever)
    + h * (p**2 * (q / b - P) ** 2 / (4 * lever**3) + (P * (p / b + slope) / (4 * b**2) + q * slope / (4 * b)) / lever)
)
CONVEX = chain.at_least(0, Drop("no term is negative", without_sign)).conclude()

EXCESS = Hypothesis("mean excess", r"h = q - bP", sp.Eq(h, q - b * P, evaluate=False))
twice = sp.Derivative(h * lever, (b, 2))
twice_carried_out = (
    sp.Derivative(h, (b, 2)) * lever
    + 2 * sp.Derivative(h, b) * (P * fall_tail + q * fall_mean) / lever
    + h * (P * fall_mean - q * fall_tail) ** 2 / lever**3
    + h * (P * sp.Derivative(P, (b, 2)) + q * sp.Derivative(q, (b, 2))) / lever
)
SECOND_DERIVATIVE = (
    Chain("The second derivative of the weight", twice, claim=NAME)
    .equals(twice_carried_out, Elementary("differentiate, with the identity of Lagrange"))
    .conclude()
)
chain, _ = put_in(
    Chain("The weight is convex", twice, hypotheses=(*SECOND, *FIRST, EXCESS), claim=NAME).equals(
        twice_carried_out, ByDerivation(SECOND_DERIVATIVE)
    ),
    twice_carried_out,
    (*SECOND, *FIRST),
)
bend = h * p**2 * (q - b * P) ** 2 / lever**3 + h * slope * (P + b * q) / lever
WEIGHT_CONVEX = (
    chain.equals(
        p * lever + 2 * P * p * (P + b * q) / lever + bend - (q - b * P) * p * q / lever,
        ByHypothesis(EXCESS.name, -p * q / lever, reason="the only term that may be negative"),
    )
    .equals(3 * P * p * (P + b * q) / lever + bend, Elementary("the square of the root is P^2 + q^2"))
    .at_least(0, Drop("no term is negative", 3 * P * p * (P + b * q) / lever + bend))
    .conclude()
)

tail, mean, excess = (
    scalar(f"{name}_at_threshold", latex, nonnegative=True)
    for name, latex in (("tail", "P_b"), ("partial_mean", "q_b"), ("mean_excess", "h_b"))
)
MEDIAN = Hypothesis(
    "a symmetric law", r"P_b \le \tfrac12 \text{ for } b \ge 0", sp.Le(tail, sp.Rational(1, 2), evaluate=False)
)
one_side, other_side = excess**2 * (tail**2 + mean**2), (excess + b) ** 2 * ((1 - tail) ** 2 + mean**2)
SMALLER_SIDE = (
    Chain("The side away from the centre has the smaller weight", one_side, hypotheses=(MEDIAN,), claim=NAME)
    .at_most(
        excess**2 * ((1 - tail) ** 2 + mean**2),
        ByHypothesis(MEDIAN.name, 2 * excess**2, reason="P is at most 1 - P"),
    )
    .at_most(other_side, Drop("a positive term", (2 * excess * b + b**2) * ((1 - tail) ** 2 + mean**2)))
    .conclude()
)
