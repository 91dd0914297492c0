r"""Two neurons that see one cluster each, with opposed residuals: what the constant before the residual term is at least.

Of the data a share :math:`p_1` lies at R and a share :math:`p_2 = 1 - p_1` at -R. Neuron i has the pre-activation :math:`h_i` at cluster i, is inactive at
the other, and has the output weight :math:`h_i/\sigma`, :math:`\sigma = \sqrt{1+R^2}`; the residuals are :math:`-p_i` at cluster i. With
:math:`\kappa = \sigma(p_1^3 + p_2^3)`, any small :math:`\epsilon > 0` and :math:`2p_ih_i^2 = \kappa/\epsilon - 1 - \epsilon + \sigma p_i^2` the largest
eigenvalue of the Hessian is :math:`\lambda = \kappa/\epsilon`, with the eigenvector
:math:`p_1\nabla_1f + p_2\nabla_2f + (1+\epsilon)e`, e the output bias.
"""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Hypothesis, Squares
from theory.latex import named
from theory.quantities import definition
from theory.stability.lemmas.residual_part import radius, reach, reach_definition, root_loss
from theory.symbols import scalar

NAME = "best-constant"

half = sp.Rational(1, 2)
CLUSTERS = (0, 1)
sizes = tuple(sp.Symbol(named(f"cluster_size_{i}", f"n_{i}"), integer=True, positive=True) for i in (1, 2))
_total = sizes[0] + sizes[1]
share = tuple(size / _total for size in sizes)
activation = tuple(scalar(f"own_activation_{i}", f"h_{i}", positive=True) for i in (1, 2))
to_weight = tuple(scalar(f"to_weight_{i}", f"a_{i}") for i in (1, 2))
to_bias = tuple(scalar(f"to_bias_{i}", f"u_{i}") for i in (1, 2))
to_input = tuple(scalar(f"to_input_{i}", f"U_{i}") for i in (1, 2))
to_output_bias = scalar("to_output_bias", "e")
level = scalar("top_level", r"\lambda", positive=True)
excess = scalar("bias_excess", r"\epsilon", positive=True)
constant = scalar("constant_before_loss", "c")

square_of_loss = share[0] ** 3 + share[1] ** 3
scale = Hypothesis(
    "scale", r"\lambda\epsilon = \sigma(p_1^3 + p_2^3)", sp.Eq(level * excess, reach * square_of_loss, evaluate=False)
)
large = Hypothesis(
    "large scale", r"\lambda \ge 1 + \epsilon + \sigma", sp.Ge(level, 1 + excess + reach, evaluate=False)
)
_own = tuple(level - 1 - excess + reach * share[i] ** 2 for i in CLUSTERS)
activations = tuple(
    definition(
        f"activation at cluster {i + 1}",
        rf"2p_{i + 1}h_{i + 1}^2 = \lambda - 1 - \epsilon + \sigma p_{i + 1}^2",
        2 * share[i] * activation[i] ** 2,
        _own[i],
    )
    for i in CLUSTERS
)
loss_definition = definition("loss of the two clusters", r"\ell^2 = 2L = p_1^3 + p_2^3", root_loss**2, square_of_loss)

_place = (radius, -radius)
_seen = tuple(to_bias[i] + to_input[i] * _place[i] for i in CLUSTERS)
_lever = tuple(seen / reach for seen in _seen)
_sum = tuple(to_weight[i] + _lever[i] for i in CLUSTERS)
_difference = tuple(to_weight[i] - _lever[i] for i in CLUSTERS)
_across = tuple((to_bias[i] * _place[i] - to_input[i]) / reach for i in CLUSTERS)


def _total_of(term: Callable[[int], sp.Expr]) -> sp.Expr:
    return sp.Add(*map(term, CLUSTERS))


length_square = to_output_bias**2 + _total_of(lambda i: to_weight[i] ** 2 + to_bias[i] ** 2 + to_input[i] ** 2)
_slope = tuple(activation[i] * to_weight[i] + activation[i] / reach * _seen[i] + to_output_bias for i in CLUSTERS)
form = _total_of(lambda i: share[i] * _slope[i] ** 2) + 2 * _total_of(
    lambda i: share[i] * -share[i] * to_weight[i] * _seen[i]
)
r""":math:`\langle v,Hv\rangle = E\langle\nabla f,v\rangle^2 + 2E[r\sum_i a_i1_i(u_i + U_iX)]` with the residuals :math:`-p_i`."""
_residual_part = -2 * reach * _total_of(lambda i: share[i] ** 2 * to_weight[i] * _lever[i])
_along = level * to_output_bias**2 + level * _total_of(lambda i: _sum[i] ** 2 + _difference[i] ** 2) / 2


def _along_with(smaller: tuple[sp.Expr, ...]) -> sp.Expr:
    return level * to_output_bias**2 + _total_of(lambda i: level * _sum[i] ** 2 + smaller[i] * _difference[i] ** 2) / 2


def _completed(clusters: int) -> sp.Expr:
    """With the squares completed, and the definition of the activation used for so many clusters."""
    active = tuple(2 * share[i] * activation[i] ** 2 for i in CLUSTERS)
    of_sum = tuple(active[i] if i < clusters else _own[i] for i in CLUSTERS)
    of_bias = tuple(_own[i] if i < clusters else active[i] for i in CLUSTERS)
    return (
        (level - _total_of(lambda i: share[i] * of_bias[i]) / (1 + excess)) * to_output_bias**2
        + _total_of(lambda i: of_sum[i] * _sum[i] ** 2 / 2 + 2 * share[i] * activation[i] * to_output_bias * _sum[i])
        + _residual_part
    )


def _use(cluster: int) -> ByHypothesis:
    factor = _sum[cluster] ** 2 / 2 + share[cluster] * to_output_bias**2 / (1 + excess)
    return ByHypothesis(activations[cluster].name, -factor)


_rest = tuple(1 - share[i] ** 2 for i in CLUSTERS)
TOP = (
    Chain(
        "The largest eigenvalue for two opposed clusters",
        level * length_square,
        hypotheses=(scale, large, *activations, reach_definition),
        claim=NAME,
    )
    .equals(
        _along + level * _total_of(lambda i: _across[i] ** 2),
        ByHypothesis(
            reach_definition.name,
            level
            * _total_of(lambda i: to_bias[i] ** 2 + to_input[i] ** 2)
            * (reach + sp.sqrt(1 + radius**2))
            / reach**2,
            reason="along the data and across",
        ),
    )
    .at_least(_along, Squares("across the data", tuple((level, across) for across in _across)))
    .at_least(
        _along_with((1 + excess + reach,) * 2),
        ByHypothesis(large.name, _total_of(lambda i: _difference[i] ** 2) / 2),
    )
    .at_least(
        _along_with(tuple(reach * share[i] ** 2 for i in CLUSTERS)),
        Squares(
            "a share is at most one",
            tuple(((1 + excess) / 2 + reach * share[1 - i] * (share[i] + 1) / 2, _difference[i]) for i in CLUSTERS),
        ),
    )
    .at_least(
        _completed(0),
        Squares(
            "complete the squares",
            tuple(
                ((1 + excess) / 2, _sum[i] - 2 * share[i] * activation[i] * to_output_bias / (1 + excess))
                for i in CLUSTERS
            ),
        ),
    )
    .equals(_completed(1), _use(0))
    .equals(_completed(2), _use(1))
    .equals(form, ByHypothesis(scale.name, to_output_bias**2 / (1 + excess)))
    .conclude()
)

norm = _total_of(lambda i: share[i] * activation[i] * share[i] * reach * activation[i] / reach)
r""":math:`|f|_S = \sum_i w^{(2)}_i\,p_ih_i\,p_i\sigma`: either neuron sees the side of its hyperplane with the smaller weight."""
bound = Hypothesis(
    "bound with another constant",
    r"p_1^2h_1^2 + p_2^2h_2^2 \le \tfrac{\lambda}2 - \tfrac12 + c\sigma\ell",
    sp.Le(norm, level / 2 - half + constant * reach * root_loss, evaluate=False),
)
least_constant = root_loss / 2 - excess / (2 * reach * root_loss)


def _needed(clusters: int) -> sp.Expr:
    squares = tuple(_own[i] if i < clusters else 2 * share[i] * activation[i] ** 2 for i in CLUSTERS)
    return (_total_of(lambda i: share[i] * squares[i]) - level + 1) / (2 * reach * root_loss)


CONSTANT = (
    Chain(
        "What the constant before the residual term is at least",
        constant,
        hypotheses=(bound, *activations, loss_definition),
        claim=NAME,
    )
    .at_least(_needed(0), ByHypothesis(bound.name, 1 / (reach * root_loss)))
    .equals(_needed(1), ByHypothesis(activations[0].name, share[0] / (2 * reach * root_loss)))
    .equals(_needed(2), ByHypothesis(activations[1].name, share[1] / (2 * reach * root_loss)))
    .equals(least_constant, ByHypothesis(loss_definition.name, -1 / (2 * root_loss)))
    .conclude()
)
same_size = Hypothesis("clusters of the same size", "n_1 = n_2", sp.Eq(sizes[0] - sizes[1], 0, evaluate=False))
least_for_equal = sp.Rational(1, 4) - excess / reach
_slack = (half + excess / (reach * root_loss)) / (root_loss + half)
_unequal = 3 * (sizes[0] - sizes[1]) / (4 * (sizes[0] + sizes[1]) ** 2)
EQUAL_CLUSTERS = (
    Chain(
        "What the constant is at least for clusters of the same size",
        constant,
        hypotheses=(*CONSTANT.hypotheses, same_size),
        claim=NAME,
    )
    .at_least(least_constant, ByDerivation(CONSTANT, reason="opposed clusters"))
    .equals(
        least_for_equal + _unequal * (sizes[0] - sizes[1]) * _slack,
        ByHypothesis(loss_definition.name, _slack),
    )
    .equals(least_for_equal, ByHypothesis(same_size.name, _unequal * _slack))
    .conclude()
)
