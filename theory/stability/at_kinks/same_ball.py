r"""A flat differentiable minimum that gradient descent leaves, by a little, from inside of every ball around it.

One datum x = 1 with the label 1, and the net :math:`(x/2 + 1/2)_+`: the gradient is (1, 1, 1, 1) in the order input weight, input bias,
output weight, output bias, so that the sharpness is 4, and the pre-activation 1 is far from 0. The start
:math:`\delta_0 = (a/2, a/2, -a, 3a^2/2)` follows the rescalings of the neuron, and the minima around it are curved.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import Chain, Drop, Identity
from theory.symbols import eta, scalar

NAME = "nondifferentiable-minima"

reach = scalar("reach", "a", positive=True)
half = sp.Rational(1, 2)
start = (reach / 2, reach / 2, -reach, 3 * reach**2 / 2)
_input_weight, _input_bias = half + start[0], half + start[1]
_output_weight = 1 + start[2]
_level = _input_weight + _input_bias
_residual = _output_weight * _level + start[3] - 1
_gradient = (_output_weight, _output_weight, _level, sp.S.One)
before = sp.Add(*(entry**2 for entry in start))
after = sp.Add(*((entry - eta * _residual * slope) ** 2 for entry, slope in zip(start, _gradient, strict=True)))
r""":math:`\lvert\delta_1\rvert^2` after one true step; the pre-activation :math:`1 + a` is positive."""
_square_of_step = eta**2 * reach**4 / 4 * (2 * (1 - reach) ** 2 + (1 + reach) ** 2 + 1)
SAME_BALL = (
    Chain("One step from a rescaled neuron", after, claim=NAME)
    .equals(before + eta * reach**4 / 2 + _square_of_step, Identity("expand"))
    .at_least(before + eta * reach**4 / 2, Drop("squares", _square_of_step))
    .conclude()
)
