r"""One input dimension: the second derivative of a stable predictor, weighted by g, integrates to at most 1/eta - 1/2.

A hyperplane is a kink :math:`\tau_H`. Neuron i is :math:`w^{(2)}_i(\varrho_ix - \varrho_i\tau_H)_+` or
:math:`w^{(2)}_i(\varrho_i\tau_H - \varrho_ix)_+` with :math:`\varrho_i = |w^{(1)}_i|`, where :math:`\chi^+_{H,i}` or :math:`\chi^-_{H,i}` is 1.
"""

from __future__ import annotations

import sympy as sp

from theory.claim import Claim, Source, Statement
from theory.kernel import (
    ByDerivation,
    ByHypothesis,
    Chain,
    Derivation,
    Differentiate,
    Drop,
    Hypothesis,
    Identity,
    Rewrite,
)
from theory.kernel.functions import relu, step
from theory.latex import named
from theory.quantities import Side, definition, gradient_square, gram_entry, lever_square
from theory.stability.by_hyperplane.oriented_neurons import (
    BACKWARD,
    BALANCE,
    FORWARD,
    MERGE,
    SIDES,
    K,
    constant_masks,
    constant_outputs,
    constant_weight,
    constants,
    length,
    lever,
    mean_output,
    over_hyperplanes,
    over_neurons,
)
from theory.symbols import H, eta, i, indexed, j, l, mean, n, q, scalar, w2

NAME = "univariate-case"

half = sp.Rational(1, 2)
sample = indexed("sample", "x")
kink = indexed("kink", r"\tau")
vector = indexed("test_vector", "u")


def _offset(side: int, datum: sp.Expr = j) -> sp.Expr:
    return side * (sample[datum] - kink[H])


def _output(side: int, datum: sp.Expr) -> sp.Expr:
    return relu(length[i] * _offset(side, datum))


def _mask(side: int, datum: sp.Expr) -> sp.Expr:
    return step(length[i] * _offset(side, datum))


def _lever(side: Side) -> sp.Expr:
    r"""The root :math:`\sqrt{P^2 + \bar x^2}` of the one coordinate."""
    return sp.sqrt(lever_square(side.mass, side.moment(sample[j]) ** 2))


_SIDE = {FORWARD: ("right", "+", r"x_j - \tau_H"), BACKWARD: ("left", "-", r"\tau_H - x_j")}


def _side(side: int) -> tuple[Hypothesis, Hypothesis]:
    words, sign, inner = _SIDE[side]
    beyond = Side(_offset(side), inner, sign)
    root = rf"F^{{{sign}}}_H = \sqrt{{P^2 + \E[X\mathbf 1]^2}} \text{{ for the event }} {inner} > 0"
    return (
        definition(f"mean distance to the {words}", beyond.excess_latex, mean_output[side][H], beyond.excess, H),
        definition(f"lever to the {words}", root, lever[side][H], _lever(beyond), H),
    )


sides = (*_side(FORWARD), *_side(BACKWARD))
_entry = (
    1
    + over_neurons(
        {
            s: gram_entry((_output(s, j), _output(s, l)), w2[i], (_mask(s, j), _mask(s, l)), 1 + sample[j] * sample[l])
            for s in SIDES
        }
    )
    + sp.Sum(
        gram_entry(
            (constant_outputs, constant_outputs),
            constant_weight[q],
            (constant_masks, sp.S.One),
            1 + sample[j] * sample[l],
        ),
        (q, 1, constants),
    )
)
gram_definition = Hypothesis(
    "Gram matrix",
    r"nK_{j,l} = \langle\nabla f(x_j),\nabla f(x_l)\rangle = 1 + \sum_{H,i,\pm}\chi^\pm_{H,i}\bigl[z_jz_l + (w^{(2)}_i)^2m_jm_l(1 + x_jx_l)\bigr]"
    r" + (\text{constant neurons})",
    sp.Eq(K[j, l], _entry / n, evaluate=False),
    (j, l),
)
stable = Hypothesis(
    "linearly stable at the step size",
    r"\textstyle\sum_{j,l} u_ju_lK_{j,l} \le \frac2\eta\sum_j u_j^2 \text{ for all } u",
    sp.Ge(
        2 / eta * sp.Sum(vector[j] ** 2, (j, 1, n)),
        sp.Sum(vector[j] * vector[l] * K[j, l], (j, 1, n), (l, 1, n)),
        evaluate=False,
    ),
    (vector,),
)
_squares = over_neurons({s: gradient_square(length[i], mean_output[s][H], w2[i], lever[s][H] ** 2) for s in SIDES})
_constants = sp.Sum(
    gradient_square(
        sp.S.One, constant_outputs, constant_weight[q], constant_masks * lever_square(sp.S.One, mean(sample[j]) ** 2)
    ),
    (q, 1, constants),
)
_products = {s: mean_output[s][H] * lever[s][H] for s in SIDES}
curvature = over_hyperplanes(_products[FORWARD], _products[BACKWARD])
r"""The weighted second derivative :math:`\sum_H \lvert a_H\rvert g(\tau_H)`."""
STABLE = (
    Chain("The constant vector as a test vector", 2 / eta, hypotheses=(stable, gram_definition, *sides), claim=NAME)
    .at_least(
        sp.Sum(K[j, l], (j, 1, n), (l, 1, n)) / n,
        ByHypothesis(stable.name, at={vector: sp.Lambda(j, 1 / sp.sqrt(n))}),
    )
    .equals(
        1 + _squares + _constants,
        Rewrite("the squared mean gradient, neuron by neuron", tuple(each.name for each in (gram_definition, *sides))),
    )
    .at_least(1 + _squares, Drop("constant neurons add squares", _constants))
    .at_least(
        1 + 2 * over_neurons({s: sp.Abs(w2[i]) * length[i] * _products[s] for s in SIDES}),
        ByDerivation(BALANCE, reason="arithmetic and geometric mean, neuron by neuron"),
    )
    .at_least(1 + 2 * curvature, ByDerivation(MERGE, 2, reason="the neurons of each kink"))
    .conclude()
)
INTEGRAL = (
    Chain("The weighted second derivative", curvature, hypotheses=(stable, gram_definition, *sides), claim=NAME)
    .at_most(1 / eta - half, ByDerivation(STABLE, half, reason="half of what stability says"))
    .conclude()
)

point = scalar("point", "x")
place = scalar("one_kink", r"\tau")
test = sp.Function(named("test_function", r"\varphi({0})"), real=True)
BY_PARTS = (
    Chain(
        "Twice by parts",
        sp.Derivative((point - place) * sp.Derivative(test(point), point) - test(point), point),
        claim=NAME,
    )
    .equals((point - place) * sp.Derivative(test(point), (point, 2)), Differentiate("product rule"))
    .conclude()
)

probability = scalar("chance_beyond", "P", positive=True)
distance = scalar("conditional_distance", r"\delta")
conditional = scalar("conditional_mean", r"\mu")


def _weight(side: int, words: str, event: str) -> tuple[Derivation, Hypothesis, sp.Expr]:
    """The weight beyond a point by conditional means, that its probability is not zero, and the weight by means."""
    data = Side(side * (sample[j] - place), event)
    by_means = data.excess * _lever(data)
    chance = Hypothesis(f"data {words}", rf"P = \Prob({event}) > 0", sp.Eq(probability, data.mass, evaluate=False))
    distances = Hypothesis(
        f"conditional distance {words}",
        rf"\delta = \E[\abs{{X - \tau}} \mid {event}]",
        sp.Eq(distance, data.excess / probability, evaluate=False),
    )
    means = Hypothesis(
        f"conditional mean {words}",
        rf"\mu = \E[X \mid {event}]",
        sp.Eq(conditional, data.moment(sample[j]) / probability, evaluate=False),
    )
    derivation = (
        Chain(
            f"The weight of the data {words}",
            probability**2 * distance * sp.sqrt(1 + conditional**2),
            hypotheses=(chance, distances, means),
            claim=NAME,
        )
        .equals(
            probability * distance * sp.sqrt(lever_square(probability, (probability * conditional) ** 2)),
            Identity("the probability is a common factor"),
        )
        .equals(
            data.excess * sp.sqrt(lever_square(probability, data.moment(sample[j]) ** 2)),
            Rewrite("conditional means", (distances.name, means.name)),
        )
        .equals(by_means, Rewrite("the probability is a mean", (chance.name,)))
        .conclude()
    )
    return derivation, chance, by_means


by_conditional_means = probability**2 * distance * sp.sqrt(1 + conditional**2)
RIGHT, right_chance, right_weight = _weight(FORWARD, "to the right", r"X > \tau")
LEFT, left_chance, left_weight = _weight(BACKWARD, "to the left", r"X < \tau")


def _outside(side: int, weight: sp.Expr, words: str, event: str) -> tuple[Derivation, Hypothesis]:
    """The weight of a point that no datum lies beyond, and that none does."""
    offset = side * (sample[j] - place)
    root = _lever(Side(offset, event))
    none = Hypothesis(
        f"no data {words}",
        rf"\mathbf 1\{{{event}\}} = 0 \text{{ for all }} j",
        sp.Eq(step(offset), 0, evaluate=False),
        ((j, n),),
    )
    derivation = (
        Chain(f"The weight with no data {words}", weight, hypotheses=(none,), claim=NAME)
        .equals(mean(offset * step(offset)) * root, Identity("the rectifier by its mask"))
        .equals(sp.S.Zero, ByHypothesis(none.name, offset * root / n, over=((j, 1, n),)))
        .conclude()
    )
    return derivation, none


RIGHT_OUTSIDE, none_right = _outside(FORWARD, right_weight, "to the right", r"x_j > \tau")
LEFT_OUTSIDE, none_left = _outside(BACKWARD, left_weight, "to the left", r"x_j < \tau")

CLAIM = Claim(
    name=NAME,
    title="One input dimension",
    statements=(
        Statement(
            name="inequality",
            text=r"""
For $d = 1$, at a differentiable interpolating minimum that is linearly stable at step size $\eta$, with the kinks $\tau_H$ of $f$ and the change $a_H$ of its slope at each,
$$ \int \abs{f''(x)}\, g(x)\,dx = \sum_H \abs{a_H}\, g(\tau_H) \le \frac1\eta - \frac12, \qquad g = \min(g^-, g^+), $$
$$ g^+(\tau) = \E[(X-\tau)_+]\sqrt{\Prob(X>\tau)^2 + \E[X\mathbf 1\{X>\tau\}]^2}, \qquad
 g^-(\tau) = \E[(\tau-X)_+]\sqrt{\Prob(X<\tau)^2 + \E[X\mathbf 1\{X<\tau\}]^2}. $$
""".strip(),
            hypotheses=(
                "$d = 1$; the minimum interpolates the data, and no datum is on a kink; the output bias is trained.",
                r"$f''$ is the distributional derivative, the sum of the point masses $a_H$ at the kinks $\tau_H$: this is how the integral is read.",
            ),
            formal=sp.Le(curvature, 1 / eta - half, evaluate=False),
            derivation=INTEGRAL,
            assumes=(stable,),
            theorems=("UnivariateCase.weighted_curvature", "UnivariateCase.univariate_inequality"),
            rests_on=("gram-form", "linear-stability"),
        ),
        Statement(
            name="right-tail",
            text=r"$g^+(\tau) = \Prob(X>\tau)^2\,\E[X-\tau \mid X>\tau]\,\sqrt{1 + \E[X \mid X>\tau]^2}$ where $\Prob(X>\tau) > 0$.",
            formal=sp.Eq(by_conditional_means, right_weight, evaluate=False),
            derivation=RIGHT,
            assumes=(right_chance,),
            theorems=("UnivariateCase.right_weightE",),
        ),
        Statement(
            name="left-tail",
            text=r"$g^-(\tau) = \Prob(X<\tau)^2\,\E[\tau-X \mid X<\tau]\,\sqrt{1 + \E[X \mid X<\tau]^2}$ where $\Prob(X<\tau) > 0$.",
            formal=sp.Eq(by_conditional_means, left_weight, evaluate=False),
            derivation=LEFT,
            assumes=(left_chance,),
            theorems=("UnivariateCase.left_weightE",),
        ),
        Statement(
            name="right-of-the-data",
            text=r"Where no datum lies to the right, $g^+ = 0$, and so $g = 0$.",
            formal=sp.Eq(right_weight, 0, evaluate=False),
            derivation=RIGHT_OUTSIDE,
            assumes=(none_right,),
            theorems=("UnivariateCase.right_weight_outside",),
        ),
        Statement(
            name="left-of-the-data",
            text=r"Where no datum lies to the left, $g^- = 0$, and so $g = 0$.",
            formal=sp.Eq(left_weight, 0, evaluate=False),
            derivation=LEFT_OUTSIDE,
            assumes=(none_left,),
            theorems=("UnivariateCase.left_weight_outside",),
        ),
        Statement(
            name="point-masses",
            text=r"""
$\frac{d}{dx}\bigl[(x-\tau)\varphi'(x) - \varphi(x)\bigr] = (x-\tau)\varphi''(x)$, so that a test function has $\int (x-\tau)_+\varphi''(x)\,dx = \varphi(\tau)$:
the second derivative of a rectifier is a unit point mass at its kink.
""".strip(),
            formal=sp.Eq(BY_PARTS.start, (point - place) * sp.Derivative(test(point), (point, 2)), evaluate=False),
            derivation=BY_PARTS,
        ),
    ),
    source=Source("mulayoff2021", "Theorem 1, the univariate theorem with the same weight"),
    machine_refuted=(("g with max in place of min", "Controls.control_univariate_max", "inequality"),),
)
