r"""The Laplacian of a predictor, a measure on hyperplanes, is small where a density is whose Radon transform is below g.

Along the normal of its hyperplane a neuron is :math:`(t-b)_+`, whose second derivative is the unit mass at b; integrated over the
hyperplanes this is the Laplacian of a net as a distribution.
"""

from __future__ import annotations

import sympy as sp

from theory.claim import PAPER, Claim, Source, Statement
from theory.kernel import ByDerivation, ByHypothesis, Chain, Elementary, Hypothesis, Rewrite
from theory.latex import named
from theory.stability.by_hyperplane.mean_gradient import largest
from theory.stability.by_hyperplane.network import (
    SIDES,
    amplitude,
    g,
    merged,
    merging,
    norm_definition,
    over_places,
    planes,
    stability_norm,
    threshold,
)
from theory.stability.stability_inequality import MAIN, stable
from theory.symbols import H, eta, i, indexed, k, scalar

NAME = "laplacian-bound"
SIGN = {1: "+", -1: "-"}
WORD = {1: "along", -1: "against"}

height, cut = scalar("height", "t"), scalar("threshold_of_neuron", "b")
transform = sp.Function(named("transform_along_normal", r"\Psi({0})"), real=True)(height)
LINE = (
    Chain(
        "A primitive along the normal, Psi the Radon transform of the test function",
        sp.Derivative((height - cut) * sp.Derivative(transform, height) - transform, height),
        claim=NAME,
    )
    .equals((height - cut) * sp.Derivative(transform, (height, 2)), Elementary("product rule"))
    .conclude()
)

far = scalar("far_threshold", "M", positive=True)
at_plane, slope_at_plane = indexed("transform_at_plane", r"(\radon\psi)"), indexed("slope_at_plane", r"\Psi'")
pairing, at_end, slope_at_end = (
    {s: indexed(f"{name}_{s}".replace("-", "minus_"), f"{latex}^{{{SIGN[s]}}}") for s in SIDES}
    for name, latex in (("pairing", "p"), ("transform_far_out", r"\Psi"), ("slope_far_out", r"\Psi'"))
)
offset, flat = scalar("constant_part", "c"), scalar("integral_of_laplacian", r"\textstyle\int\Delta\psi")


def _primitive(side: int) -> sp.Expr:
    r"""The primitive :math:`\pm((t-b)\Psi' - \Psi)` between b and :math:`\pm M`, in the direction in which t grows."""
    outer = (side * far - threshold[H]) * slope_at_end[side][H] - at_end[side][H]
    inner = (threshold[H] - threshold[H]) * slope_at_plane[H] - at_plane[H]
    return outer - inner


primitives = {
    s: Hypothesis(
        f"Fubini {WORD[s]} the normal",
        rf"p^{{{SIGN[s]}}}_H = \int ({'' if s > 0 else '-'}(\langle v_H,x\rangle - b_H))_+\Delta\psi\,dx = \int ({'' if s > 0 else '-'}(t-b_H))_+\Psi_H''(t)\,dt = \bigl[(t-b_H)\Psi_H' - \Psi_H\bigr]_{{b_H}}^{{{SIGN[s]}M}}",
        sp.Eq(pairing[s][H], _primitive(s), evaluate=False),
        ((H, planes),),
        source="Helgason, The Radon Transform, chapter I, section 2: R of the Laplacian is the second derivative of R by b; fundamental theorem of calculus",
    )
    for s in SIDES
}
support = {
    s: Hypothesis(
        f"the test function ends before M {WORD[s]} the normal",
        rf"\Psi_H({SIGN[s]}M) = 0",
        sp.Eq(at_end[s][H], 0, evaluate=False),
        ((H, planes),),
    )
    for s in SIDES
}
smooth_end = {
    s: Hypothesis(
        f"so does its slope {WORD[s]} the normal",
        rf"\Psi_H'({SIGN[s]}M) = 0",
        sp.Eq(slope_at_end[s][H], 0, evaluate=False),
        ((H, planes),),
    )
    for s in SIDES
}
constants = Hypothesis(
    "constants have no Laplacian",
    r"\textstyle\int\Delta\psi\,dx = 0 \text{ for a test function of compact support}",
    sp.Eq(flat, 0, evaluate=False),
    source="divergence theorem",
)
tested = over_places(lambda s: amplitude[s][H, i] * pairing[s][H]) + offset * flat
r"""The net against the Laplacian of a test function, neuron by neuron: :math:`\int f\Delta\psi`."""
_over = [(i, 1, k), (H, 1, planes)]
_net = Chain(
    "The Laplacian of a net against a test function",
    tested,
    hypotheses=(*primitives.values(), *support.values(), *smooth_end.values(), constants, merging),
    claim=NAME,
).equals(over_places(lambda s: amplitude[s][H, i] * pairing[s][H]), ByHypothesis(constants.name, offset))
_rest = {s: sp.Sum(amplitude[s][H, i] * pairing[s][H], *_over) for s in SIDES}
for _side in SIDES:
    _slopes = sp.Sum(amplitude[_side][H, i] * (_primitive(_side) + at_end[_side][H]), *_over)
    _ends = sp.Sum(amplitude[_side][H, i] * at_end[_side][H], *_over)
    _rest[_side] = _slopes - _ends
    _net = _net.equals(
        sp.Add(*_rest.values()), ByHypothesis(primitives[_side].name, amplitude[_side][H, i], over=_over)
    )
    _rest[_side] = _slopes
    _net = _net.equals(sp.Add(*_rest.values()), ByHypothesis(support[_side].name, -amplitude[_side][H, i], over=_over))
    _rest[_side] = sp.Sum(amplitude[_side][H, i] * at_plane[H], *_over)
    _net = _net.equals(
        sp.Add(*_rest.values()),
        ByHypothesis(smooth_end[_side].name, amplitude[_side][H, i] * (_side * far - threshold[H]), over=_over),
    )
NET = _net.equals(
    sp.Sum(merged[H] * at_plane[H], (H, 1, planes)), Rewrite("merged amplitudes", [merging.name])
).conclude()

radon = indexed("radon_transform", r"(\radon\rho)")
part = indexed("variation_on_plane", r"V")
variation = scalar("weighted_variation", r"\textstyle\int\rho\,d\lvert\Delta f\rvert")
singular = Hypothesis(
    "distinct hyperplanes are singular to each other",
    r"\textstyle\int\rho\,d\lvert\Delta f\rvert = \sum_H V_H,\ V_H = \int\rho\,d\lvert a_H\delta_H\rvert",
    sp.Eq(variation, sp.Sum(part[H], (H, 1, planes)), evaluate=False),
    source="Rudin, Real and Complex Analysis, chapter 6: the variation of a sum of mutually singular measures",
)
on_plane = Hypothesis(
    "variation on a hyperplane",
    r"V_H = \lvert a_H\rvert \int_H \rho = \lvert a_H\rvert\,(\radon\rho)_H",
    sp.Eq(part[H], sp.Abs(merged[H]) * radon[H]),
    (H,),
)
VARIATION = (
    Chain("The weighted Laplacian of a net", variation, hypotheses=(singular, on_plane), claim=NAME)
    .equals(sp.Sum(part[H], (H, 1, planes)), ByHypothesis(singular.name))
    .equals(sp.Sum(sp.Abs(merged[H]) * radon[H], (H, 1, planes)), Rewrite("plane by plane", [on_plane.name]))
    .conclude()
)

below = Hypothesis(
    "the transform is below the weight",
    r"(\radon\rho)_H \le g_H",
    sp.Ge(g[H], radon[H], evaluate=False),
    ((H, planes),),
)
SUM = (
    Chain(
        "A function of hyperplanes below the weight, against the stability norm",
        sp.Sum(sp.Abs(merged[H]) * radon[H], (H, 1, planes)),
        hypotheses=(below, merging, norm_definition),
        claim=NAME,
    )
    .at_most(
        sp.Sum(sp.Abs(merged[H]) * g[H], (H, 1, planes)),
        ByHypothesis(below.name, sp.Abs(merged[H]), over=[(H, 1, planes)], reason="hyperplane by hyperplane"),
    )
    .equals(stability_norm, Rewrite("definition of the stability norm", [norm_definition.name, merging.name]))
    .conclude()
)
MINIMUM = (
    Chain("At a stable minimum", SUM.start, hypotheses=(below, merging, *MAIN.hypotheses), claim=NAME)
    .at_most(stability_norm, ByDerivation(SUM, reason="a function of hyperplanes below the weight"))
    .at_most(1 / eta - sp.Rational(1, 2), ByDerivation(MAIN))
    .conclude()
)
BOUND = (
    Chain(
        "The weighted Laplacian at a stable minimum",
        variation,
        hypotheses=(singular, on_plane, below, merging, *MAIN.hypotheses),
        claim=NAME,
    )
    .equals(SUM.start, ByDerivation(VARIATION, reason="the weighted Laplacian of a net"))
    .at_most(1 / eta - sp.Rational(1, 2), ByDerivation(MINIMUM, reason="at a stable minimum"))
    .conclude()
)

CLAIM = Claim(
    name=NAME,
    title="The weighted Laplacian",
    statements=(
        Statement(
            name="along-the-normal",
            text=r"Along the normal $(t-b)\,\Psi''(t)$ has the primitive $(t-b)\Psi'(t) - \Psi(t)$, which is $-\Psi(b)$ at $t = b$.",
            hypotheses=(r"$\Psi$ is twice differentiable.",),
            formal=sp.Eq(
                sp.Derivative((height - cut) * sp.Derivative(transform, height) - transform, height),
                (height - cut) * sp.Derivative(transform, (height, 2)),
                evaluate=False,
            ),
            derivation=LINE,
        ),
        Statement(
            name="laplacian-of-a-net",
            text=r"""
The distributional Laplacian of a shallow net is $\Delta f = \sum_H a_H \delta_H$ over its distinct hyperplanes, $\delta_H$ the surface measure and $a_H$ the sum of the
amplitudes of the neurons on $H$, in either orientation: for every test function $\psi$,
$$ \int f\,\Delta\psi\,dx = \sum_H a_H\,(\radon\psi)_H, \qquad (\radon\psi)(v,b) = \int_{\langle v,x\rangle = b}\psi . $$
""".strip(),
            hypotheses=(r"$\psi$ is twice continuously differentiable with compact support.",),
            formal=sp.Eq(tested, sp.Sum(merged[H] * at_plane[H], (H, 1, planes)), evaluate=False),
            derivation=NET,
            assumes=(*primitives.values(), *support.values(), *smooth_end.values(), constants),
        ),
        Statement(
            name="variation",
            text=r"For $\rho \ge 0$ the weighted Laplacian of a net is $\int\rho\,d\abs{\Delta f} = \sum_H \abs{a_H}\,(\radon\rho)_H$.",
            hypotheses=(
                r"$\rho \ge 0$ is integrable over every hyperplane of the net, and the hyperplanes are distinct.",
            ),
            formal=sp.Eq(variation, sp.Sum(sp.Abs(merged[H]) * radon[H], (H, 1, planes)), evaluate=False),
            derivation=VARIATION,
            assumes=(singular,),
        ),
        Statement(
            name="sum-inequality",
            text=r"For every function $r$ of unit vectors and thresholds with $r(v,b) \le g(v,b)$: $\sum_H \abs{a_H}\,r(v_H,b_H) \le \stabilitynorm{f}$.",
            formal=sp.Le(sp.Sum(sp.Abs(merged[H]) * radon[H], (H, 1, planes)), stability_norm, evaluate=False),
            derivation=SUM,
            assumes=(below,),
            theorems=("LaplacianBound.laplacian_le_stability_norm",),
        ),
        Statement(
            name="sum-bound",
            text=r"""
At an interpolating minimum off the kinks that is linearly stable at step size $\eta$, for every such $r$:
$\sum_H \abs{a_H}\,r(v_H,b_H) \le \frac1\eta - \frac12$.
""".strip(),
            hypotheses=(
                "The minimum interpolates the data, no datum is on a kink, and the output bias is trained.",
                r"$\eta > 0$, and gradient descent is linearly stable at the minimum.",
            ),
            formal=sp.Le(
                sp.Sum(sp.Abs(merged[H]) * radon[H], (H, 1, planes)), 1 / eta - sp.Rational(1, 2), evaluate=False
            ),
            derivation=MINIMUM,
            assumes=(below, largest, stable),
            theorems=("LaplacianBound.laplacian_bound",),
            rests_on=("stability-inequality.bound",),
        ),
        Statement(
            name="bound",
            text=r"""
If $\rho \ge 0$ has a Radon transform $\radon\rho \le g$, on all hyperplanes, then at a differentiable interpolating minimum that is linearly stable at step size $\eta$
$$ \int\rho\,d\abs{\Delta f} \le \frac1\eta - \frac12 . $$
""".strip(),
            hypotheses=(
                "The minimum interpolates the data, no datum is on a kink, and the output bias is trained.",
                r"$\eta > 0$, and gradient descent is linearly stable at the minimum.",
                r"$(\radon\rho)(v,b) \le g(v,b)$ for all unit vectors $v$ and all $b$.",
            ),
            formal=sp.Le(variation, 1 / eta - sp.Rational(1, 2), evaluate=False),
            derivation=BOUND,
            assumes=(singular, below, largest, stable),
            rests_on=("stability-inequality.bound",),
        ),
    ),
    source=Source(
        PAPER, "a bound of the Laplacian, weighted, from the step size; how it is stated and proved is this project's"
    ),
    machine_refuted=(
        (
            "the Radon transform only below the larger weight of the two orientations",
            "Controls.control_laplacian_max",
            "sum-bound",
        ),
    ),
    remarks=r"""
A neuron and its reflection differ by a linear function, whose Laplacian is 0: both primitives end at the same value $\Psi(b)$. Affine parts and neurons with $w^{(1)} = 0$ add nothing.
""".strip(),
)
