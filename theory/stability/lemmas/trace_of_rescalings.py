r"""The trace of the Gram matrix over the rescalings of a net: at all scales, at the best ones, and near the infimum.

Neuron i is :math:`a_i(\langle v_i,x\rangle - b_i)_+` with the length :math:`\varrho_i` of its input weight and the output weight
:math:`w^{(2)}_i`; at the scale :math:`\gamma_i > 0` they are :math:`\gamma_i\varrho_i` and :math:`w^{(2)}_i/\gamma_i`.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Drop, Hypothesis, Identity, Rewrite, Squares
from theory.kernel.functions import relu, step
from theory.latex import named
from theory.quantities import gram_entry, inner_of_data
from theory.symbols import c, d, i, index, indexed, j, k, l, mean, n, scalar, w2, x

NAME = "sharpness-upper-bound"

length = indexed("length", r"\varrho", positive=True)
direction = indexed("v", "v")
threshold = indexed("threshold", "b")
scale = indexed("scale", r"\gamma", positive=True)
vector = indexed("test_vector", "u")
energy = indexed("output_energy", "s", positive=True)
mass = indexed("lever_mass", "m", positive=True)
weight_size = indexed("output_weight_size", r"\omega", positive=True)
silent = sp.Symbol(named("silent", "k'"), integer=True, positive=True)
o = index("o")
silent_length = indexed("silent_length", r"\varrho'", positive=True)
silent_direction = indexed("silent_direction", "v'")
silent_threshold = indexed("silent_threshold", "b'")
silent_energy = indexed("silent_energy", "s'", nonnegative=True)
silent_total = indexed("silent_total", "D", positive=True)
silent_scale = indexed("silent_scale", r"\gamma'", positive=True)
tolerance = scalar("tolerance", r"\varepsilon", positive=True)


def offset(datum: sp.Expr = j) -> sp.Expr:
    r"""The signed distance :math:`\langle v_i,x_j\rangle - b_i`."""
    return sp.Sum(direction[i, c] * x[datum, c], (c, 1, d)) - threshold[i]


def silent_offset(datum: sp.Expr = j) -> sp.Expr:
    r"""The signed distance :math:`\langle v'_o,x_j\rangle - b'_o` of a neuron whose output weight is 0."""
    return sp.Sum(silent_direction[o, c] * x[datum, c], (c, 1, d)) - silent_threshold[o]


def _output(datum: sp.Expr) -> sp.Expr:
    return relu(scale[i] * length[i] * offset(datum))


def _mask(datum: sp.Expr) -> sp.Expr:
    return step(scale[i] * length[i] * offset(datum))


def _silent_output(datum: sp.Expr) -> sp.Expr:
    return relu(silent_scale[o] * silent_length[o] * silent_offset(datum))


_size = inner_of_data(j, j)
_neurons = sp.Sum(
    gram_entry((_output(j), _output(l)), w2[i] / scale[i], (_mask(j), _mask(l)), inner_of_data()), (i, 1, k)
)
_silent_neurons = sp.Sum(_silent_output(j) * _silent_output(l), (o, 1, silent))


def _form(entry: sp.Expr) -> sp.Expr:
    return sp.Sum(vector[j] * vector[l] * entry, (j, 1, n), (l, 1, n)) / n


unit = sp.Sum(vector[j] ** 2, (j, 1, n))
form = _form(1 + _neurons)
"""The quadratic form of K at a vector, for neurons whose output weights are not 0."""
form_with_silent = _form(1 + _neurons + _silent_neurons)
trace = 1 + sp.Sum(mean(_output(j) ** 2) + (w2[i] / scale[i]) ** 2 * mean(_mask(j) * _size), (i, 1, k))
silent_trace = sp.Sum(mean(_silent_output(j) ** 2), (o, 1, silent))
value = 1 + 2 * sp.Sum(
    sp.Abs(w2[i]) * length[i] * sp.sqrt(mean(relu(offset(j)) ** 2) * mean(step(offset(j)) * _size)), (i, 1, k)
)
r"""The bound :math:`1 + 2\sum_i \lvert a_i\rvert \hat g_i`."""


def _row(feature: sp.Expr, other: sp.Expr) -> sp.Expr:
    return feature * vector[l] - other * vector[j]


def _lagrange(*squares: tuple[sp.Expr, sp.Expr], silent_too: bool = False) -> Squares:
    """Cauchy and Schwarz for all rows of the gradients at once, spread evenly over the indices that a row has not."""
    over = ((j, 1, n), (l, 1, n), (i, 1, k), (c, 1, d), *(((o, 1, silent),) if silent_too else ()))
    spread = silent if silent_too else sp.S.One
    rows = [
        (1 / (2 * n * k * d * spread), _row(sp.S.One, sp.S.One)),
        (1 / (2 * n * d * spread), _row(_output(j), _output(l))),
        ((w2[i] / scale[i]) ** 2 / (2 * n * d * spread), _row(_mask(j), _mask(l))),
        ((w2[i] / scale[i]) ** 2 / (2 * n * spread), _row(_mask(j) * x[j, c], _mask(l) * x[l, c])),
    ]
    return Squares("Cauchy and Schwarz, by Lagrange's identity, row by row", (*rows, *squares), over=over)


TRACE_BOUND = (
    Chain("No Rayleigh quotient exceeds the trace", form, claim=NAME).at_most(trace * unit, _lagrange()).conclude()
)
TRACE_BOUND_WITH_SILENT = (
    Chain("No Rayleigh quotient exceeds the trace, silent neurons included", form_with_silent, claim=NAME)
    .at_most(
        (trace + silent_trace) * unit,
        _lagrange((1 / (2 * n * k * d), _row(_silent_output(j), _silent_output(l))), silent_too=True),
    )
    .conclude()
)
_energy, _mass = mean(relu(offset(j)) ** 2), mean(step(offset(j)) * _size)
TRACE_FROM_BELOW = (
    Chain("The trace at any scales", trace + silent_trace, claim=NAME)
    .at_least(
        value + silent_trace,
        Squares(
            "arithmetic and geometric mean",
            ((1, scale[i] * length[i] * sp.sqrt(_energy) - sp.Abs(w2[i]) / scale[i] * sp.sqrt(_mass)),),
            over=((i, 1, k),),
        ),
    )
    .equals(
        value
        + sp.Sum(silent_scale[o] ** 2 * silent_length[o] ** 2 * mean(relu(silent_offset(j)) ** 2), (o, 1, silent)),
        Identity("the rectifier is homogeneous"),
    )
    .conclude()
)

nonzero = Hypothesis(
    "no output weight is zero",
    r"\lvert w^{(2)}_i\rvert = \omega_i > 0",
    sp.Eq(sp.Abs(w2[i]), weight_size[i], evaluate=False),
    ((i, k),),
)
active_energy = Hypothesis(
    "every neuron is active at a datum",
    r"s_i = \frac1n\sum_j (\langle v_i,x_j\rangle - b_i)_+^2 > 0",
    sp.Eq(energy[i], _energy, evaluate=False),
    ((i, k),),
)
active_mass = Hypothesis(
    "mass of the data that activate a neuron",
    r"m_i = \frac1n\sum_j (1 + \lvert x_j\rvert^2)\mathbf 1\{\langle v_i,x_j\rangle > b_i\} > 0",
    sp.Eq(mass[i], _mass, evaluate=False),
    ((i, k),),
)
best_scale = Hypothesis(
    "best scale",
    r"\gamma_i^2 = \lvert w^{(2)}_i\rvert\sqrt{m_i}\,/\,(\varrho_i\sqrt{s_i})",
    sp.Eq(scale[i], sp.sqrt(weight_size[i] * sp.sqrt(mass[i] / energy[i]) / length[i]), evaluate=False),
    (i,),
)
silent_output = Hypothesis(
    "mean square output of a silent neuron",
    r"s'_o = \frac1n\sum_j (\langle v'_o,x_j\rangle - b'_o)_+^2",
    sp.Eq(silent_energy[o], mean(relu(silent_offset(j)) ** 2), evaluate=False),
    (o,),
)
_share = silent_length[o] ** 2 * silent_energy[o]
silent_sum = Hypothesis(
    "one more than the output of a silent neuron",
    r"D_o = 1 + (\varrho'_o)^2s'_o",
    sp.Eq(silent_total[o], 1 + _share, evaluate=False),
    (o,),
)
small_scale = Hypothesis(
    "small scale",
    r"(\gamma'_o)^2 = \varepsilon/(k'D_o)",
    sp.Eq(silent_scale[o], sp.sqrt(tolerance / (silent * silent_total[o])), evaluate=False),
    (o,),
)
assumed = (nonzero, active_energy, active_mass)
BEST = (
    Chain("The trace at the best scales", trace, hypotheses=(*assumed, best_scale), claim=NAME)
    .equals(
        1 + sp.Sum(scale[i] ** 2 * length[i] ** 2 * _energy + w2[i] ** 2 / scale[i] ** 2 * _mass, (i, 1, k)),
        Identity("the rectifier is homogeneous"),
    )
    .equals(
        1 + sp.Sum(scale[i] ** 2 * length[i] ** 2 * _energy + weight_size[i] ** 2 / scale[i] ** 2 * _mass, (i, 1, k)),
        ByHypothesis(nonzero.name, _mass * (sp.Abs(w2[i]) + weight_size[i]) / scale[i] ** 2, over=((i, 1, k),)),
    )
    .equals(
        1 + sp.Sum(scale[i] ** 2 * length[i] ** 2 * energy[i] + weight_size[i] ** 2 / scale[i] ** 2 * _mass, (i, 1, k)),
        ByHypothesis(active_energy.name, -(scale[i] ** 2) * length[i] ** 2, over=((i, 1, k),)),
    )
    .equals(
        1
        + sp.Sum(scale[i] ** 2 * length[i] ** 2 * energy[i] + weight_size[i] ** 2 / scale[i] ** 2 * mass[i], (i, 1, k)),
        ByHypothesis(active_mass.name, -(weight_size[i] ** 2) / scale[i] ** 2, over=((i, 1, k),)),
    )
    .equals(
        1 + 2 * sp.Sum(weight_size[i] * length[i] * sp.sqrt(energy[i] * mass[i]), (i, 1, k)),
        Rewrite("both shares of a neuron are equal there", (best_scale.name,)),
    )
    .equals(
        1 + 2 * sp.Sum(weight_size[i] * length[i] * sp.sqrt(_energy * _mass), (i, 1, k)),
        Rewrite("means over the data", (active_energy.name, active_mass.name)),
    )
    .equals(value, ByHypothesis(nonzero.name, -2 * length[i] * sp.sqrt(_energy * _mass), over=((i, 1, k),)))
    .conclude()
)
ATTAINED = (
    Chain("The quadratic form at the best scales", form, hypotheses=BEST.hypotheses, claim=NAME)
    .at_most(trace * unit, ByDerivation(TRACE_BOUND, reason="no Rayleigh quotient exceeds the trace"))
    .equals(value * unit, ByDerivation(BEST, unit, reason="the trace at the best scales"))
    .conclude()
)
SILENT = (
    Chain(
        "Neurons with the output weight 0, scaled down",
        silent_trace,
        hypotheses=(silent_output, silent_sum, small_scale),
        claim=NAME,
    )
    .equals(
        sp.Sum(silent_scale[o] ** 2 * silent_length[o] ** 2 * mean(relu(silent_offset(j)) ** 2), (o, 1, silent)),
        Identity("the rectifier is homogeneous"),
    )
    .equals(
        sp.Sum(silent_scale[o] ** 2 * _share, (o, 1, silent)),
        ByHypothesis(silent_output.name, -(silent_scale[o] ** 2) * silent_length[o] ** 2, over=((o, 1, silent),)),
    )
    .equals(
        sp.Sum(tolerance / silent * _share / silent_total[o], (o, 1, silent)),
        Rewrite("insert the scale", (small_scale.name,)),
    )
    .equals(
        tolerance - sp.Sum(tolerance / silent / silent_total[o], (o, 1, silent)),
        ByHypothesis(silent_sum.name, -tolerance / silent / silent_total[o], over=((o, 1, silent),)),
    )
    .at_most(tolerance, Drop("the rest", sp.Sum(tolerance / silent / silent_total[o], (o, 1, silent))))
    .conclude()
)
INFIMUM = (
    Chain(
        "The quadratic form near the infimum",
        form_with_silent,
        hypotheses=(*BEST.hypotheses, silent_output, silent_sum, small_scale),
        claim=NAME,
    )
    .at_most(
        (trace + silent_trace) * unit,
        ByDerivation(TRACE_BOUND_WITH_SILENT, reason="no Rayleigh quotient exceeds the trace"),
    )
    .equals((value + silent_trace) * unit, ByDerivation(BEST, unit, reason="the trace at the best scales"))
    .at_most((value + tolerance) * unit, ByDerivation(SILENT, unit, reason="the neurons with the output weight 0"))
    .conclude()
)
