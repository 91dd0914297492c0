r"""How flat a rescaling of a given net can be: the trace bound, with the best scale for every neuron."""

from __future__ import annotations

import sympy as sp

from theory.claim import OURS, Claim, Source
from theory.kernel import ByDerivation, Chain, Hypothesis, Rewrite, Squares
from theory.symbols import i, indexed, k

NAME = "sharpness-upper-bound"

mass = indexed("lever_mass", "m", positive=True)
energy = indexed("output_energy", "s", positive=True)
weight_square = indexed("output_weight_square", "t", positive=True)
amplitude = indexed("amplitude", "a")

NEURON = (
    Chain(
        "One neuron, at any scale",
        weight_square[i] * mass[i] + amplitude[i] ** 2 * energy[i] / weight_square[i],
        claim=NAME,
    )
    .at_least(
        2 * sp.Abs(amplitude[i]) * sp.sqrt(mass[i] * energy[i]),
        Squares(
            "arithmetic and geometric mean",
            [(1, sp.sqrt(weight_square[i] * mass[i]) - sp.Abs(amplitude[i]) * sp.sqrt(energy[i] / weight_square[i]))],
        ),
    )
    .conclude()
)
nonzero = indexed("nonzero_amplitude", r"\lvert a\rvert", positive=True)
best_scale = Hypothesis(
    "best scale",
    r"t_i = \lvert a_i\rvert\sqrt{s_i/m_i} \text{ with } a_i \neq 0",
    sp.Eq(weight_square[i], nonzero[i] * sp.sqrt(energy[i] / mass[i])),
    (i,),
)
BEST = (
    Chain(
        "One neuron, at its best scale",
        weight_square[i] * mass[i] + nonzero[i] ** 2 * energy[i] / weight_square[i],
        hypotheses=(best_scale,),
        claim=NAME,
    )
    .equals(2 * nonzero[i] * sp.sqrt(mass[i] * energy[i]), Rewrite("both terms are equal there", ["best scale"]))
    .conclude()
)
TRACE = (
    Chain(
        "The trace of the Gram matrix, over all scales",
        1 + sp.Sum(weight_square[i] * mass[i] + amplitude[i] ** 2 * energy[i] / weight_square[i], (i, 1, k)),
        claim=NAME,
    )
    .at_least(
        1 + sp.Sum(2 * sp.Abs(amplitude[i]) * sp.sqrt(mass[i] * energy[i]), (i, 1, k)),
        ByDerivation(NEURON, over=[(i, 1, k)], reason="neuron by neuron, with equality at the best scales"),
    )
    .conclude()
)

CLAIM = Claim(
    name=NAME,
    title="Upper bound of the sharpness over rescalings",
    statement=r"""
Over the rescalings $(w^{(1)}_i, b^{(1)}_i, w^{(2)}_i) \to (c_i w^{(1)}_i, c_i b^{(1)}_i, w^{(2)}_i/c_i)$, $c_i > 0$, of a given net with all
$w^{(1)}_i \neq 0$,
$$ \inf \sharpness(K) \le 1 + 2\sum_i \abs{a_i}\,\hat g(v_i, b_i), \qquad
 \hat g(v,b) = \sqrt{\E[(\langle v,X\rangle - b)_+^2]\;\E[(1 + \norm{X}^2)\mathbf 1_A]}. $$
The value on the right is reached if all $w^{(2)}_i \neq 0$; else it is approached.
""".strip(),
    hypotheses=(r"$w^{(1)}_i \neq 0$ for all $i$: constant neurons are folded into the output bias first.",),
    source=Source(OURS, "the trace of the Gram matrix, with the scales that minimise it"),
    rests_on=("gram-form",),
    derivations=(NEURON, BEST, TRACE),
    machine_checked=("SharpnessUpperBound.sharpness_upper_bound", "SharpnessUpperBound.sharpness_upper_bound_attained"),
    machine_refuted=(("constant neurons allowed", "Controls.control_upper_bound_constant_neuron"),),
)
