r"""A net whose neurons are listed by hyperplane, with its gradient and its Hessian, for derivations that end at the stability norm.

Place (H, i) of the list may hold a neuron :math:`w_{H,i}(\pm\varrho_{H,i}(\langle v_H,x\rangle - b_H))_+` of scale
:math:`\varrho_{H,i} > 0`: in the orientation of :math:`v_H` if :math:`\chi^+_{H,i} = 1`, in the other one if :math:`\chi^-_{H,i} = 1`. So a sum over
the neurons is a sum over H, i and the two orientations with weights :math:`\chi^\pm_{H,i}`, and neurons share a hyperplane because they are listed under it.
For a neuron with :math:`w^{(1)} \neq 0` the vector :math:`v_H` is a unit vector; constant neurons are listed under :math:`v_H = 0`, and have amplitude 0.
Every net can be listed in this way; its parameters are those of the places that hold a neuron, and the output bias.
"""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp

from theory import quantities
from theory.kernel import Hypothesis
from theory.kernel.functions import relu, step
from theory.latex import named
from theory.quantities import definition
from theory.symbols import H, b2, c, d, i, indexed, j, k, mean, n, scalar, x

SIDES = (1, -1)
"""The orientations of a neuron on its hyperplane."""
_SIGN = {1: "+", -1: "-"}
_WORD = {1: "along", -1: "against"}
_ABOVE, _BELOW = r"\langle v_H,x_j\rangle - b_H", r"b_H - \langle v_H,x_j\rangle"

planes = sp.Symbol(named("planes", "h"), integer=True, positive=True)
"""The number of hyperplanes."""
NEURONS = ((i, 1, k), (H, 1, planes))


def paired(name: str, latex: str, **assumptions: bool) -> dict[int, sp.IndexedBase]:
    """A family for each orientation."""
    return {s: indexed(f"{name}_{_WORD[s]}", f"{latex}^{{{_SIGN[s]}}}", **assumptions) for s in SIDES}


direction = indexed("direction_of_plane", "v")
threshold = indexed("threshold_of_plane", "b")
scale = indexed("scale", r"\varrho", positive=True)
output_weight = indexed("output_weight", "w")
listed = paired("listed", r"\kappa")
present = paired("present", r"\chi", nonnegative=True)
input_weights, input_biases, output_weights = (
    paired("input_weights", "W"),
    paired("input_biases", "B"),
    paired("output_weights", "w"),
)
output, mask = paired("output", "z", nonnegative=True), paired("mask", "m", nonnegative=True)
excess, mass, moment = (
    paired("excess", r"\bar z", nonnegative=True),
    paired("mass", "P", nonnegative=True),
    paired("moment", r"\bar x"),
)
amplitude = paired("amplitude", "a")
one_sided = paired("one_sided", r"\tilde g", nonnegative=True)
g = indexed("weight", "g", nonnegative=True)
merged = indexed("merged_amplitude", "a")
stability_norm = scalar("stability_norm", r"\stabilitynorm{f}", nonnegative=True)
gradient_square = scalar("mean_gradient_square", r"\lVert q\rVert^2", positive=True)


def over_neurons(term: Callable[[int], sp.Expr]) -> sp.Expr:
    r"""The sum over the neurons of a term of the orientation, H and i: :math:`\sum_\pm\sum_{H,i} \chi^\pm_{H,i} t^\pm_{H,i}`."""
    return sp.Add(*(sp.Sum(present[s][H, i] * term(s), *NEURONS) for s in SIDES))


def over_places(term: Callable[[int], sp.Expr]) -> sp.Expr:
    """The same sum without the weights."""
    return sp.Add(*(sp.Sum(term(s), *NEURONS) for s in SIDES))


def over_coordinates(term: sp.Expr) -> sp.Expr:
    """The sum over the input coordinates c."""
    return sp.Sum(term, (c, 1, d))


def offset(s: int) -> sp.Expr:
    r"""The signed distance of datum j from hyperplane H, :math:`\pm(\langle v_H,x_j\rangle - b_H)`."""
    return s * (over_coordinates(direction[H, c] * x[j, c]) - threshold[H])


def preactivation(s: int) -> sp.Expr:
    """The pre-activation of neuron (H, i) at datum j, in its own parameters."""
    return over_coordinates(input_weights[s][H, i, c] * x[j, c]) + input_biases[s][H, i]


def network() -> sp.Expr:
    """The net at datum j, in its own parameters."""
    return over_neurons(lambda s: output_weights[s][H, i] * relu(preactivation(s))) + b2


def _each(
    name: str, latex: str, make: Callable[[int], tuple[sp.Expr, sp.Expr]], *quantified: sp.Symbol
) -> tuple[Hypothesis, ...]:
    """One definition for each orientation; ``latex`` has @ for its sign, ~ and ! for signs of terms, # for the distance."""
    written = {s: latex.replace("@", _SIGN[s]) for s in SIDES}
    for s, sign, opposite, distance in ((1, "", "-", _ABOVE), (-1, "-", "", _BELOW)):
        written[s] = written[s].replace("~", sign).replace("!", opposite).replace("#", distance)
    return tuple(definition(f"{name}, {_WORD[s]} v", written[s], *make(s), *quantified) for s in SIDES)


presence = _each(
    "places in the list kappa that hold a neuron, with an input weight of length rho and the output weight w",
    r"\chi^{@}_{H,i} = \mathbf 1\{\kappa^{@}_{H,i} > 0\}",
    lambda s: (present[s][H, i], step(listed[s][H, i])),
    H,
    i,
)
parameters = (
    *_each(
        "input weights",
        r"W^{@}_{H,i} = ~\varrho_{H,i} v_H",
        lambda s: (input_weights[s][H, i, c], s * scale[H, i] * direction[H, c]),
        H,
        i,
        c,
    ),
    *_each(
        "input biases",
        r"B^{@}_{H,i} = !\varrho_{H,i} b_H",
        lambda s: (input_biases[s][H, i], -s * scale[H, i] * threshold[H]),
        H,
        i,
    ),
    *_each("output weights", r"w^{@}_{H,i} = w_{H,i}", lambda s: (output_weights[s][H, i], output_weight[H, i]), H, i),
)
features = (
    *_each("output at scale 1", r"z^{@}_{H,j} = (#)_+", lambda s: (output[s][H, j], relu(offset(s))), H, j),
    *_each("mask", r"m^{@}_{H,j} = \mathbf 1\{# > 0\}", lambda s: (mask[s][H, j], step(offset(s))), H, j),
)
means = (
    *_each(
        "mean output", r"\bar z^{@}_H = \frac1n\sum_j z^{@}_{H,j}", lambda s: (excess[s][H], mean(output[s][H, j])), H
    ),
    *_each("mass", r"P^{@}_H = \frac1n\sum_j m^{@}_{H,j}", lambda s: (mass[s][H], mean(mask[s][H, j])), H),
    *_each(
        "first moment",
        r"\bar x^{@}_{H,c} = \frac1n\sum_j m^{@}_{H,j}x_{j,c}",
        lambda s: (moment[s][H, c], mean(mask[s][H, j] * x[j, c])),
        H,
        c,
    ),
)
off_kinks = tuple(
    Hypothesis(
        f"no datum on a kink, {_WORD[s]} v",
        rf"\langle W^{{{_SIGN[s]}}}_{{H,i}}, x_j\rangle + B^{{{_SIGN[s]}}}_{{H,i}} \neq 0 \text{{ for all }} H, i, j",
        sp.Ne(preactivation(s), 0, evaluate=False),
        ((H, planes), (i, k), (j, n)),
    )
    for s in SIDES
)  # fmt: skip


def lever_square(s: int) -> sp.Expr:
    r"""The square :math:`P^2 + \lvert\bar x\rvert^2` on one side of hyperplane H."""
    return quantities.lever_square(mass[s][H], over_coordinates(moment[s][H, c] ** 2))


def proper() -> sp.Expr:
    r"""The indicator :math:`\mathbf 1\{\lvert v_H\rvert^2 > 0\}`: 0 for the place of constant neurons."""
    return step(over_coordinates(direction[H, c] ** 2))


def neuron_square(s: int) -> sp.Expr:
    r"""What neuron (H, i) adds to the squared mean gradient: :math:`\varrho^2\bar z^2 + w^2(P^2 + \lvert\bar x\rvert^2)`."""
    return quantities.gradient_square(scale[H, i], excess[s][H], output_weight[H, i], lever_square(s))


def smaller() -> sp.Expr:
    r"""The smaller of the one-sided weights of hyperplane H."""
    return quantities.smaller_side(*(one_sided[s][H] for s in SIDES))


amplitudes = _each(
    "amplitude",
    r"a^{@}_{H,i} = \chi^{@}_{H,i} w_{H,i}\varrho_{H,i}\mathbf 1\{v_H \neq 0\}",
    lambda s: (amplitude[s][H, i], present[s][H, i] * output_weight[H, i] * scale[H, i] * proper()),
    H,
    i,
)
weights = (
    *_each(
        "one-sided weight",
        r"\tilde g^{@}_H = \bar z^{@}_H\sqrt{(P^{@}_H)^2 + \lvert\bar x^{@}_H\rvert^2}",
        lambda s: (one_sided[s][H], excess[s][H] * sp.sqrt(lever_square(s))),
        H,
    ),
    definition("weight", r"g_H = \min(\tilde g^{+}_H, \tilde g^{-}_H)", g[H], smaller(), H),
)
merging = definition(
    "merged amplitude",
    r"a_H = \sum_i (a^{+}_{H,i} + a^{-}_{H,i})",
    merged[H],
    sp.Sum(amplitude[1][H, i] + amplitude[-1][H, i], (i, 1, k)),
    H,
)
norm_definition = definition(
    "stability norm",
    r"\stabilitynorm{f} = \sum_H \lvert a_H\rvert g_H",
    stability_norm,
    quantities.weighted_norm(merged[H], g[H], (H, 1, planes)),
)
square_definition = definition(
    "squared mean gradient",
    r"\lVert q\rVert^2 = 1 + \sum_{\pm,H,i}\chi^{\pm}_{H,i}\bigl[\varrho_{H,i}^2(\bar z^{\pm}_H)^2 + w_{H,i}^2((P^{\pm}_H)^2 + \lvert\bar x^{\pm}_H\rvert^2)\bigr]",
    gradient_square, 1 + over_neurons(neuron_square),
)  # fmt: skip
one_sided_norm = over_places(lambda s: sp.Abs(amplitude[s][H, i]) * one_sided[s][H])
r"""The sum over the neurons of :math:`\lvert a\rvert\tilde g`, each in its own orientation."""
