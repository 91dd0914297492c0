r"""Any twice differentiable loss of several outputs, along one direction of the output biases.

With the Hessians :math:`S_j` of the loss in the outputs, a unit vector u and :math:`c_j = S_ju`, the Hessian of the mean loss has
:math:`He_u = p := \mathbb E[(\nabla f)^{\mathsf T}c]` and :math:`\langle e_u, He_u\rangle = \langle u, \bar Su\rangle`, which need not be 1.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Hypothesis, Identity, Squares
from theory.quantities import definition
from theory.symbols import i, indexed, k, scalar
from theory.wider.lemmas.vectors.network import NAME
from theory.wider.lemmas.vectors.states import above, below

along_bias, along_image = scalar("along_bias", r"\alpha"), scalar("along_image", r"\xi")
image_square = scalar("square_of_image", r"\lVert p\rVert^2", nonnegative=True)
image_curvature = scalar("curvature_of_image", r"\langle p, \hessian p\rangle")
bias_curvature = scalar("curvature_of_direction", r"\langle u, \bar Su\rangle")
mean_square = scalar("square_of_mean_second", r"\lvert\bar Su\rvert^2", nonnegative=True)
outwards = indexed("outwards", r"\lvert\mathbb E[z c]\rvert", nonnegative=True)
inwards = indexed("inwards", r"\lvert\mathbb E[\langle c,\omega\rangle\mathbf 1(X,1)]\rvert", nonnegative=True)

_length = along_bias**2 + 2 * along_bias * along_image * bias_curvature + along_image**2 * image_square
_form = along_bias**2 * bias_curvature + 2 * along_bias * along_image * image_square + along_image**2 * image_curvature
_SAYS = (
    r"t = \alpha e_u + \xi p \text{ for all } \alpha, \xi, \text{ with }"
    r" \lVert t\rVert^2 = \alpha^2 + 2\alpha\xi\langle u, \bar Su\rangle + \xi^2\lVert p\rVert^2,\ "
    r" \langle t, \hessian t\rangle = \alpha^2\langle u, \bar Su\rangle + 2\alpha\xi\lVert p\rVert^2 + \xi^2\langle p, \hessian p\rangle"
)
curvature_above = Hypothesis(
    "no curvature above, at the image of a direction",
    rf"\langle t, \hessian t\rangle \le \lambda\,\lVert t\rVert^2,\ {_SAYS}",
    sp.Ge(above * _length, _form, evaluate=False),
    (along_bias, along_image),
)
curvature_below = Hypothesis(
    "no curvature below, at the image of a direction",
    rf"\langle t, \hessian t\rangle \ge -\nu\,\lVert t\rVert^2,\ {_SAYS}",
    sp.Ge(_form, -below * _length, evaluate=False),
    (along_bias, along_image),
)
image_definition = definition(
    "squared image of a direction of the output biases",
    r"\lVert p\rVert^2 = \lvert\bar Su\rvert^2 + \sum_i \lvert\mathbb E[z_ic]\rvert^2 + \lvert\mathbb E[\langle c,\omega_i\rangle\mathbf 1_i(X,1)]\rvert^2",
    image_square,
    mean_square + sp.Sum(outwards[i] ** 2 + inwards[i] ** 2, (i, 1, k)),
)
neurons = mean_square + 2 * sp.Sum(outwards[i] * inwards[i], (i, 1, k))
end = (above - below) * bias_curvature + above * below
_first, _second = {along_bias: below, along_image: sp.S.One}, {along_bias: above, along_image: sp.S.NegativeOne}
_slack = (above * _length - _form).xreplace(_first) / (above + below)
_more = (_form + below * _length).xreplace(_second) / (above + below)
IMAGE = (
    Chain(
        "The squared image of a direction of the output biases, from the curvature",
        image_square,
        hypotheses=(curvature_above, curvature_below),
        claim=NAME,
    )
    .at_most(
        image_square + _slack,
        ByHypothesis(curvature_above.name, 1 / (above + below), _first, reason="curvature above"),
    )
    .at_most(
        image_square + _slack + _more,
        ByHypothesis(curvature_below.name, 1 / (above + below), _second, reason="curvature below"),
    )
    .equals(end, Identity("expand"))
    .conclude()
)
ANY_LOSS = (
    Chain(
        "Any loss, neuron by neuron",
        neurons,
        hypotheses=(curvature_above, curvature_below, image_definition),
        claim=NAME,
    )
    .at_most(
        mean_square + sp.Sum(outwards[i] ** 2 + inwards[i] ** 2, (i, 1, k)),
        Squares("arithmetic and geometric mean", [(1, outwards[i] - inwards[i])], over=((i, 1, k),)),
    )
    .equals(image_square, ByHypothesis(image_definition.name, -1))
    .at_most(end, ByDerivation(IMAGE, reason="the curvature at a direction of the output biases"))
    .conclude()
)
