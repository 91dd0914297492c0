r"""What the five-point measure sees of a neuron, and the error of any net at the five points.

For a unit vector v and a threshold b >= 0 the measure :math:`\frac12\delta_0 - \frac18\sum\delta_{(\pm 1/2,\pm 1/2)}` pairs with the neuron to
:math:`-\frac18\sum_t (t - b)_+`, t over the four values :math:`\pm\alpha, \pm\beta` of <v, x> at the corners, :math:`\alpha = \frac12(v_1 + v_2)` and
:math:`\beta = \frac12(v_1 - v_2)`, so that :math:`\alpha^2 + \beta^2 = \frac12`. A net is written with the hyperplanes that pass the
centre at a distance of at most :math:`1/\sqrt2`, and apart from them the others, each oriented away from the centre.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Derivation, Drop, Hypothesis, Identity, Squares
from theory.kernel.functions import relu, step
from theory.latex import named
from theory.symbols import H, indexed, scalar

NAME = "five-point-separation"

half, eighth = sp.Rational(1, 2), sp.Rational(1, 8)
root_two = sp.sqrt(2)


@dataclass(frozen=True)
class Group:
    """Hyperplanes of a net: how many, <v, x> at two corners, thresholds, amplitudes and weights; v is a unit vector."""

    count: sp.Symbol
    values: tuple[sp.IndexedBase, sp.IndexedBase]
    threshold: sp.IndexedBase
    amplitude: sp.IndexedBase
    weight: sp.IndexedBase
    unit: Hypothesis

    @classmethod
    def of(cls, name: str, mark: str) -> Group:
        """The symbols of a group, its name in words and the mark that its letters carry."""
        count = sp.Symbol(named(f"{name}_planes", f"h{mark}"), integer=True, positive=True)
        alpha, beta = indexed(f"{name}_alpha", rf"\alpha{mark}"), indexed(f"{name}_beta", rf"\beta{mark}")
        unit = Hypothesis(
            f"unit normals, {name}",
            rf"(\alpha{mark}_H)^2 + (\beta{mark}_H)^2 = \tfrac12(v_1^2 + v_2^2) = \tfrac12",
            sp.Eq(alpha[H] ** 2 + beta[H] ** 2, half, evaluate=False),
            ((H, count),),
        )
        threshold = indexed(f"{name}_threshold", f"b{mark}", nonnegative=True)
        weight = indexed(f"{name}_weight", f"g{mark}", nonnegative=True)
        return cls(count, (alpha, beta), threshold, indexed(f"{name}_amplitude", f"a{mark}"), weight, unit)

    @property
    def over(self) -> tuple[tuple[sp.Symbol, int, sp.Expr], ...]:
        """The limits of a sum over the group."""
        return ((H, 1, self.count),)

    @property
    def pairs(self) -> tuple[tuple[sp.Expr, sp.Expr], ...]:
        """<v, p> - b at the four corners, opposite ones together."""
        return tuple((t[H] - self.threshold[H], -t[H] - self.threshold[H]) for t in self.values)

    @property
    def moment(self) -> sp.Expr:
        """sum_t (t - b)_+, which is -8 times the pairing with the measure."""
        return sp.Add(*(relu(t) for pair in self.pairs for t in pair))

    @property
    def norm(self) -> sp.Expr:
        """sum_H |a_H| g_H."""
        return sp.Sum(sp.Abs(self.amplitude[H]) * self.weight[H], *self.over)

    def at(self, offset: sp.Expr) -> sp.Expr:
        """sum_H a_H (<v_H, x> - b_H)_+ where <v, x> - b is given."""
        return sp.Sum(self.amplitude[H] * relu(offset), *self.over)


NEAR, FAR = Group.of("near", ""), Group.of("far", "'")
WITHIN = Hypothesis(
    "near hyperplanes", r"b_H \le 1/\sqrt2", sp.Le(NEAR.threshold[H], 1 / root_two, evaluate=False), ((H, NEAR.count),)
)
BEYOND = Hypothesis(
    "far hyperplanes", r"b'_H \ge 1/\sqrt2", sp.Ge(FAR.threshold[H], 1 / root_two, evaluate=False), ((H, FAR.count),)
)


def opposite_points(place: int) -> Derivation:
    """(a - b)_+ + (-a - b)_+ <= (1 - sqrt(2) b)(a^2 + 1/4) for the values +-a of <v, x> at two opposite points."""
    b = NEAR.threshold[H]
    ahead, behind = NEAR.pairs[place]
    a, other = NEAR.values[place][H], NEAR.values[1 - place][H]
    sign, both = step(ahead) - step(behind), step(ahead) * step(behind)
    room = sign**2 * (sign * a - half) ** 2 + (1 - sign**2) ** 2 * (a**2 + sp.Rational(1, 4))
    bound = (1 - root_two * b) * (a**2 + sp.Rational(1, 4))
    circle = sign**2 * b * (half - a**2 - other**2)
    return (
        Chain(
            f"Two opposite points, {('first', 'second')[place]} diagonal",
            relu(ahead) + relu(behind),
            hypotheses=(NEAR.unit, WITHIN),
            for_all=((H, NEAR.count),),
            claim=NAME,
        )
        .at_most(
            bound - root_two * room * (1 / root_two - b) - circle - 2 * both * b,
            Squares(
                "no corner is further out",
                ((sign**2 * b / 2, root_two * sign * a - 1), (sign**2 * b, other)),
            ),
        )
        .at_most(
            bound - root_two * room * (1 / root_two - b) - circle, Drop("the threshold is not negative", 2 * both * b)
        )
        .at_most(bound - circle, ByHypothesis(WITHIN.name, root_two * room))
        .equals(bound, ByHypothesis(NEAR.unit.name, sign**2 * b))
        .conclude()
    )


OPPOSITE = (opposite_points(0), opposite_points(1))
_squares = [value[H] ** 2 for value in NEAR.values]
_room = 1 - root_two * NEAR.threshold[H]
NEAR_MOMENT = (
    Chain("A near hyperplane", NEAR.moment, hypotheses=(NEAR.unit, WITHIN), for_all=((H, NEAR.count),), claim=NAME)
    .at_most(
        _room * (_squares[0] + sp.Rational(1, 4)) + sp.Add(*(relu(t) for t in NEAR.pairs[1])),
        ByDerivation(OPPOSITE[0], reason="the first diagonal"),
    )
    .at_most(_room * (_squares[0] + _squares[1] + half), ByDerivation(OPPOSITE[1], reason="the second diagonal"))
    .equals(_room, ByHypothesis(NEAR.unit.name, _room))
    .conclude()
)


def far_moment() -> Derivation:
    """sum_t (t - b)_+ <= 0 for b >= 1/sqrt 2."""
    b = FAR.threshold[H]
    values = [value[H] for value in FAR.values]
    chain = Chain("A far hyperplane", FAR.moment, hypotheses=(FAR.unit, BEYOND), for_all=((H, FAR.count),), claim=NAME)
    masks = [tuple(step(t) for t in pair) for pair in FAR.pairs]
    every = sum(m for pair in masks for m in pair)
    length = values[0] ** 2 + values[1] ** 2
    squares = tuple(
        (mask / root_two, root)
        for pair, this, other in zip(masks, values, values[::-1], strict=True)
        for mask, sign in zip(pair, (1, -1), strict=True)
        for root in (sign * this - 1 / root_two, other)
    )
    return (
        chain.at_most(
            every * (1 / root_two - b) + every * (length - half) / root_two,
            Squares("no corner is further out", squares),
        )
        .equals(every * (1 / root_two - b), ByHypothesis(FAR.unit.name, every / root_two))
        .at_most(0, ByHypothesis(BEYOND.name, every))
        .conclude()
    )


FAR_MOMENT = far_moment()

constant, slopes = scalar("affine_constant", "c_0"), indexed("affine_slope", "s")
error, level = (
    scalar("uniform_error", "E", nonnegative=True),
    scalar("norm_level", "C", nonnegative=True),
)
centre_weight = scalar("weight_at_centre", "g_R(0)", positive=True)
CORNERS = tuple(
    (place, side, (first, second))
    for place, pair in enumerate((((1, 1), (-1, -1)), ((1, -1), (-1, 1))))
    for side, (first, second) in enumerate(pair)
)
"""The corners (1/2)(first, second): which of the two values <v, x> has there, and with which sign."""


def at_corner(place: int, side: int, signs: tuple[int, int]) -> sp.Expr:
    """The net in reduced form at a corner, each hyperplane oriented away from the centre."""
    neurons = NEAR.at(NEAR.pairs[place][side]) + FAR.at(FAR.pairs[place][side])
    return neurons + constant + half * (signs[0] * slopes[1] + signs[1] * slopes[2])


def at_centre() -> sp.Expr:
    """The net at the centre."""
    return NEAR.at(-NEAR.threshold[H]) + FAR.at(-FAR.threshold[H]) + constant


CLOSE_AT_CENTRE = Hypothesis(
    "error at the centre",
    r"\varphi(0) - f(0) = 1 - f(0) \le E",
    sp.Le(1 - at_centre(), error, evaluate=False),
)
CLOSE_AT_CORNERS = tuple(
    Hypothesis(
        f"error at corner {number}",
        rf"f(p_{number}) - \varphi(p_{number}) = f(p_{number}) \le E",
        sp.Le(at_corner(*corner), error, evaluate=False),
    )
    for number, corner in enumerate(CORNERS, 1)
)
WEIGHT_NEAR_CENTRE = Hypothesis(
    "weight near the centre",
    r"g_H \ge g_R(0)\,(1 - \sqrt2\,b_H)",
    sp.Ge(NEAR.weight[H], centre_weight * (1 - root_two * NEAR.threshold[H]), evaluate=False),
    ((H, NEAR.count),),
)
STABLE = Hypothesis(
    "level of the norm",
    r"\stabilitynorm{f} = \textstyle\sum_H \lvert a_H\rvert g_H + \sum_H \lvert a'_H\rvert g'_H \le C",
    sp.Le(NEAR.norm + FAR.norm, level, evaluate=False),
)


def of_moments(near: sp.Expr, far: sp.Expr) -> sp.Expr:
    """1/2 + (1/8)(sum over near hyperplanes + sum over far ones)."""
    return half + eighth * (sp.Sum(near, *NEAR.over) + sp.Sum(far, *FAR.over))


def averaged() -> Derivation:
    """E >= 1/2 + (1/8) sum_H a_H (moment of H)."""
    chain = Chain(
        "The error, averaged over the five points", error, hypotheses=(CLOSE_AT_CENTRE, *CLOSE_AT_CORNERS), claim=NAME
    ).at_least(error / 2 + (1 - at_centre()) / 2, ByHypothesis(CLOSE_AT_CENTRE.name, half))
    left, seen = half, (1 - at_centre()) / 2
    for corner, close in zip(CORNERS, CLOSE_AT_CORNERS, strict=True):
        left -= eighth
        seen += at_corner(*corner) / 8
        chain = chain.at_least(left * error + seen, ByHypothesis(close.name, eighth))
    near, far = (group.amplitude[H] * group.moment for group in (NEAR, FAR))
    return chain.equals(of_moments(near, far), Identity("affine functions cancel")).conclude()


AVERAGED = averaged()


def bound() -> Derivation:
    """E >= (1/2)(1 - C/(4 g(0)))."""
    near_size, far_size = (sp.Abs(group.amplitude[H]) for group in (NEAR, FAR))
    near_signed, far_signed = (group.amplitude[H] * group.moment for group in (NEAR, FAR))
    signs = tuple(
        sp.Sum(
            eighth * sp.Mul(sp.Abs(group.amplitude[H]) + group.amplitude[H], group.moment, evaluate=False), *group.over
        )
        for group in (NEAR, FAR)
    )
    return (
        Chain(
            "The error at the five points",
            error,
            hypotheses=(*AVERAGED.hypotheses, NEAR.unit, WITHIN, FAR.unit, BEYOND, WEIGHT_NEAR_CENTRE, STABLE),
            claim=NAME,
        )
        .at_least(of_moments(near_signed, far_signed), ByDerivation(AVERAGED, reason="averaged over the five points"))
        .at_least(of_moments(-near_size * NEAR.moment, far_signed), Drop("neurons are not negative", signs[0]))
        .at_least(of_moments(-near_size * NEAR.moment, -far_size * FAR.moment), Drop("nor those far out", signs[1]))
        .at_least(
            of_moments(-near_size * NEAR.moment, sp.S.Zero),
            ByDerivation(FAR_MOMENT, eighth * far_size, over=FAR.over, reason="a far hyperplane"),
        )
        .at_least(
            of_moments(-near_size * (1 - root_two * NEAR.threshold[H]), sp.S.Zero),
            ByDerivation(NEAR_MOMENT, eighth * near_size, over=NEAR.over, reason="a near hyperplane"),
        )
        .at_least(
            half - NEAR.norm / (8 * centre_weight),
            ByHypothesis(WEIGHT_NEAR_CENTRE.name, near_size / (8 * centre_weight), over=NEAR.over),
        )
        .at_least(
            half - (NEAR.norm + FAR.norm) / (8 * centre_weight),
            Drop("far hyperplanes cost", FAR.norm / (8 * centre_weight)),
        )
        .at_least(half * (1 - level / (4 * centre_weight)), ByHypothesis(STABLE.name, 1 / (8 * centre_weight)))
        .conclude()
    )


BOUND = bound()
