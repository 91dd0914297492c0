r"""The stability norm and the loss for two data, with the constant :math:`\frac14`.

Only hyperplanes between the two data have a weight that is not 0. They are listed with the first datum on the side of the normal: a neuron in the
direction of the normal sees the first datum alone, one against it the second alone, at the distances :math:`\delta^\pm_H`. The direction
:math:`q` moves these neurons and the output bias, and nothing else; with :math:`\sigma_s^2 = 1 + |x_s|^2` the neurons of datum s have the share

.. math:: A_s = \tfrac14\sum_{H,i}\chi^s_{H,i}(\varrho_i^2(\delta^s_H)^2 + (w^{(2)}_i)^2\sigma_s^2)

of :math:`|q|^2 = 1 + A_1 + A_2`, the gradients along q are :math:`1 + 2A_s`, and the residuals take away at most
:math:`\frac\sigma2(|r_1|A_1 + |r_2|A_2)`. Where the residuals differ the gradients along q do, or the output bias alone suffices.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Drop, Hypothesis, Rewrite, Squares
from theory.quantities import definition, gradient_square, names
from theory.stability.by_hyperplane.hessian_at_mean_gradient import (
    neuron_length_square,
    to_bias,
    to_input,
    to_output_bias,
    to_weight,
)
from theory.stability.by_hyperplane.oriented_neurons import (
    BACKWARD,
    BALANCE,
    FORWARD,
    MERGE,
    NEURONS,
    SIDES,
    length,
    lever,
    mean_output,
    member,
    over_hyperplanes,
    over_neurons,
    stability_norm,
)
from theory.stability.lemmas.residual_part import radius, reach, reach_definition, residual, root_loss
from theory.symbols import H, c, d, i, indexed, scalar, sharpness, w2, x

NAME = "best-constant"

half = sp.Rational(1, 2)
DATUM = {FORWARD: sp.S.One, BACKWARD: sp.Integer(2)}
"""The datum that a neuron in an orientation sees."""
_ORDINAL = {FORWARD: "first", BACKWARD: "second"}

distance = {
    FORWARD: indexed("distance_of_first", r"\delta^{+}", positive=True),
    BACKWARD: indexed("distance_of_second", r"\delta^{-}", positive=True),
}
own_square = {s: scalar(f"own_square_of_{_ORDINAL[s]}", f"A_{DATUM[s]}", nonnegative=True) for s in SIDES}
_error = {s: residual[DATUM[s]] for s in SIDES}
_point_square = {s: sp.Sum(x[DATUM[s], c] ** 2, (c, 1, d)) for s in SIDES}
_size_square = {s: 1 + _point_square[s] for s in SIDES}

within_radius = tuple(
    Hypothesis(
        f"{_ORDINAL[s]} datum within the radius",
        rf"\lvert x_{DATUM[s]}\rvert \le R",
        sp.Le(_point_square[s], radius**2, evaluate=False),
    )
    for s in SIDES
)
loss = Hypothesis(
    "loss of two data",
    r"2L = \tfrac12(r_1^2 + r_2^2) \le \ell^2",
    sp.Le(sp.Add(*(error**2 for error in _error.values())) / 2, root_loss**2, evaluate=False),
)
own_definitions = tuple(
    definition(
        f"own square of the {_ORDINAL[s]} datum",
        rf"A_{DATUM[s]} = \tfrac14\sum_{{H,i}}\chi_{{H,i}}\bigl(\varrho_i^2\delta_H^2 + (w^{{(2)}}_i)^2(1 + \lvert x_{DATUM[s]}\rvert^2)\bigr)"
        rf" \text{{ over the neurons that see }} x_{DATUM[s]}",
        own_square[s],
        sp.Sum(member[s][H, i] * (length[i] ** 2 * distance[s][H] ** 2 + w2[i] ** 2 * _size_square[s]) / 4, *NEURONS),
    )
    for s in SIDES
)
_both_own = sp.Add(*own_square.values())
Components = tuple[sp.Expr, sp.Expr, sp.Expr]


def _seen(side: int, bias: sp.Expr, weights: sp.Expr) -> sp.Expr:
    return bias + sp.Sum(weights * x[DATUM[side], c], (c, 1, d))


def _slope(side: int, e: sp.Expr, direction: Components) -> sp.Expr:
    r""":math:`\langle\nabla f(x_s), v\rangle` for the direction v with these components."""
    weight, bias, inputs = direction
    neurons = length[i] * distance[side][H] * weight + w2[i] * _seen(side, bias, inputs)
    return e + sp.Sum(member[side][H, i] * neurons, *NEURONS)


def _bend(side: int, direction: Components) -> sp.Expr:
    r""":math:`\frac12\langle v, \nabla^2 f(x_s)v\rangle`."""
    weight, bias, inputs = direction
    return sp.Sum(member[side][H, i] * weight * _seen(side, bias, inputs), *NEURONS)


def _form(e: sp.Expr, direction: dict[int, Components]) -> sp.Expr:
    squares = sp.Add(*(_slope(s, e, direction[s]) ** 2 for s in SIDES)) / 2
    return squares + sp.Add(*(_error[s] * _bend(s, direction[s]) for s in SIDES))


def _length_square(e: sp.Expr, direction: dict[int, Components]) -> sp.Expr:
    return e**2 + over_neurons({s: neuron_length_square(*direction[s]) for s in SIDES})


_any = {s: (to_weight[s][H, i], to_bias[s][H, i], to_input[s][H, i, c]) for s in SIDES}
top_eigenvalue = Hypothesis(
    "top eigenvalue of the Hessian, two data",
    r"\tfrac12\textstyle\sum_s\langle\nabla f(x_s),v\rangle^2 + \sum_s r_s\sum_i a_i\mathbf 1_i(u_i + \langle U_i,x_s\rangle)"
    r" \le \lambda_{\max}(\hessian)\lvert v\rvert^2 \text{ for all } v = (a, u, U, e)",
    sp.Ge(sharpness * _length_square(to_output_bias, _any), _form(to_output_bias, _any), evaluate=False),
    (to_output_bias, *to_weight.values(), *to_bias.values(), *to_input.values()),
)
_mean = {s: (length[i] * distance[s][H] / 2, w2[i] / 2, w2[i] * x[DATUM[s], c] / 2) for s in SIDES}


def _at(e: sp.Expr, direction: dict[int, Components]) -> dict[sp.Symbol | sp.IndexedBase, sp.Expr | sp.Lambda]:
    """A direction in place of every direction."""
    return {
        to_output_bias: e,
        **{family: sp.Lambda((H, i), direction[s][0]) for s, family in to_weight.items()},
        **{family: sp.Lambda((H, i), direction[s][1]) for s, family in to_bias.items()},
        **{family: sp.Lambda((H, i, c), direction[s][2]) for s, family in to_input.items()},
    }


_net_bend = {s: _bend(s, _mean[s]) for s in SIDES}


def _takes(side: int) -> Chain:
    """What the residual of a datum takes away along q."""
    size_square, error = _size_square[side], _error[side]
    output, weight = length[i] * distance[side][H], w2[i] * size_square
    taken = sp.Abs(error) / (4 * reach)

    def bounded(larger: sp.Expr) -> sp.Expr:
        squares = reach**2 * output**2 + w2[i] ** 2 * size_square * larger
        return taken * sp.Sum(member[side][H, i] * squares, *NEURONS)

    position = SIDES.index(side)
    among = sp.Sum(member[side][H, i] * w2[i] ** 2 * size_square, *NEURONS)
    return (
        Chain(
            f"What the residual of the {_ORDINAL[side]} datum takes away",
            -2 * error * _net_bend[side],
            hypotheses=(within_radius[position], reach_definition, own_definitions[position]),
            claim=NAME,
        )
        .at_most(
            bounded(size_square),
            Squares(
                "arithmetic and geometric mean, for either sign of the residual",
                (
                    (member[side][H, i] * (sp.Abs(error) + error) / (8 * reach), reach * output + weight),
                    (member[side][H, i] * (sp.Abs(error) - error) / (8 * reach), reach * output - weight),
                ),
                over=NEURONS,
            ),
        )
        .at_most(bounded(1 + radius**2), ByHypothesis(within_radius[position].name, taken * among))
        .equals(
            bounded(reach**2),
            ByHypothesis(reach_definition.name, -taken * among * (reach + sp.sqrt(1 + radius**2))),
        )
        .equals(
            sp.Abs(error) * reach * own_square[side],
            Rewrite("the neurons that see the datum", (own_definitions[position].name,)),
        )
    )


TAKEN = {s: _takes(s).conclude() for s in SIDES}
_along_squares = sp.Add(*((1 + 2 * own_square[s]) ** 2 for s in SIDES)) / 2
_taken = half * reach * sp.Add(*(sp.Abs(_error[s]) * own_square[s] for s in SIDES))
quotient = Hypothesis(
    "Rayleigh quotient along the direction, two data",
    r"\sharpness(\hessian)\,(1 + A_1 + A_2) \ge \tfrac12\textstyle\sum_s(1 + 2A_s)^2 - \tfrac\sigma2\sum_s\lvert r_s\rvert A_s",
    sp.Ge(sharpness * (1 + _both_own), _along_squares - _taken, evaluate=False),
)
QUOTIENT = (
    Chain(
        "The mean gradient as a test vector, two data",
        sharpness * (1 + _both_own),
        hypotheses=(top_eigenvalue, *within_radius, reach_definition, *own_definitions),
        claim=NAME,
    )
    .equals(sharpness * _length_square(sp.S.One, _mean), Rewrite("neuron by neuron", names(own_definitions)))
    .at_least(_form(sp.S.One, _mean), ByHypothesis(top_eigenvalue.name, at=_at(sp.S.One, _mean)))
    .equals(
        _along_squares + sp.Add(*(_error[s] * _net_bend[s] for s in SIDES)),
        Rewrite("the gradients along the direction", names(own_definitions)),
    )
    .at_least(
        _along_squares
        - half * reach * sp.Abs(_error[FORWARD]) * own_square[FORWARD]
        + _error[BACKWARD] * _net_bend[BACKWARD],
        ByDerivation(TAKEN[FORWARD], half, reason="the residual of the first datum"),
    )
    .at_least(_along_squares - _taken, ByDerivation(TAKEN[BACKWARD], half, reason="the residual of the second datum"))
    .conclude()
)
_still = dict.fromkeys(SIDES, (sp.S.Zero,) * 3)
output_bias = Hypothesis(
    "Rayleigh quotient of the output bias", r"\sharpness(\hessian) \ge 1", sp.Ge(sharpness, 1, evaluate=False)
)
OUTPUT_BIAS = (
    Chain("The output bias as a test vector, two data", sharpness, hypotheses=(top_eigenvalue,), claim=NAME)
    .at_least(sp.S.One, ByHypothesis(top_eigenvalue.name, at=_at(sp.S.One, _still)))
    .conclude()
)

_middle = sp.Add(*(sp.Abs(error) for error in _error.values())) / 2
_apart = (sp.Abs(_error[FORWARD]) - sp.Abs(_error[BACKWARD])) / 2
_spread = own_square[FORWARD] - own_square[BACKWARD]
_square = 1 + _both_own
_share = reach * _apart**2 / (4 * root_loss)
"""How much of the inequality for the output bias is needed."""
_over = 1 / (_square + _share)
_with_bias = sharpness * _square + _share * _square
FROM_QUOTIENTS = (
    Chain(
        "The squared length, from two Rayleigh quotients",
        _square,
        hypotheses=(quotient, output_bias, loss),
        claim=NAME,
    )
    .at_most((_with_bias + _taken - _spread**2) * _over, ByHypothesis(quotient.name, _over))
    .at_most(
        (_with_bias + half * reach * _middle * _both_own + reach**2 * _apart**2 / 16) * _over,
        Squares(
            "where the residuals differ, the gradients along the direction do", ((_over, _spread - reach * _apart / 4),)
        ),
    )
    .at_most(
        (_with_bias + reach * _both_own * (root_loss**2 + _middle**2) / (4 * root_loss) + reach**2 * _apart**2 / 16)
        * _over,
        Squares("arithmetic and geometric mean", ((reach * _both_own / (4 * root_loss) * _over, root_loss - _middle),)),
    )
    .at_most(
        (_with_bias + reach * _both_own * (2 * root_loss**2 - _apart**2) / (4 * root_loss) + reach**2 * _apart**2 / 16)
        * _over,
        ByHypothesis(loss.name, reach * _both_own / (4 * root_loss) * _over),
    )
    .at_most(
        (sharpness * (_square + _share) + half * reach * root_loss * _both_own + reach**2 * _apart**2 / 16) * _over,
        ByHypothesis(output_bias.name, _share * _over),
    )
    .at_most(
        sharpness + half * reach * root_loss,
        Drop("what is more than needed", (half * reach * root_loss + reach**2 * _apart**2 / 16) * _over),
    )
    .conclude()
)
_root = {s: sp.sqrt(_size_square[s]) for s in SIDES}
_norm = over_hyperplanes(*(distance[s][H] * _root[s] / 4 for s in SIDES))
norm_definition = definition(
    "stability norm, two data",
    r"\stabilitynorm{f} = \sum_H \lvert a_H\rvert \min(\tilde g^+_H, \tilde g^-_H),\ \tilde g^\pm_H = \tfrac14\delta^\pm_H\sqrt{1 + \lvert x_s\rvert^2},\ s = 1, 2",
    stability_norm,
    _norm,
)
_at_two = {mean_output[s]: sp.Lambda(H, distance[s][H] / 2) for s in SIDES} | {
    lever[s]: sp.Lambda(H, _root[s] / 2) for s in SIDES
}
_amplitudes = over_neurons({s: sp.Abs(w2[i]) * length[i] * distance[s][H] * _root[s] / 4 for s in SIDES})
_squares = over_neurons({s: gradient_square(length[i], distance[s][H] / 2, w2[i], _size_square[s] / 4) for s in SIDES})
bound = half * sharpness - half + reach * root_loss / 4
BOUND = (
    Chain(
        "The stability norm, two data",
        stability_norm,
        hypotheses=(top_eigenvalue, *within_radius, reach_definition, *own_definitions, loss, norm_definition),
        claim=NAME,
    )
    .equals(_norm, ByHypothesis(norm_definition.name))
    .at_most(_amplitudes, ByDerivation(MERGE, at=_at_two, reason="the neurons of each hyperplane"))
    .at_most(
        half * _squares,
        ByDerivation(BALANCE, half, at=_at_two, reason="arithmetic and geometric mean, neuron by neuron"),
    )
    .equals(half * _square - half, Rewrite("by the datum that they see", names(own_definitions)))
    .at_most(
        bound,
        ByDerivation(
            FROM_QUOTIENTS,
            half,
            reason="the mean gradient and the output bias as test vectors",
            discharged=((quotient.name, QUOTIENT), (output_bias.name, OUTPUT_BIAS)),
        ),
    )
    .conclude()
)
