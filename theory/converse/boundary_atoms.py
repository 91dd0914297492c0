r"""What the bound hardly sees: spikes on caps at the edge of the uniform ball, where g is of the order :math:`s^{d+2}`.

Both bounds of the weight hold at every width of the cap and in every dimension; a spike of height H on a cap of width s costs
:math:`H\kappa_d s^{d+1}` to leading order, and what it costs besides, in sharpness, is of the order :math:`Hs^{(d+1)/2}`.
"""

from __future__ import annotations

import sympy as sp

from theory.claim import Claim, Source, Statement
from theory.converse.lemmas.cap_bounds import (
    COMPARISONS,
    LOWER,
    LOWER_FACTS,
    UPPER,
    UPPER_FACTS,
    lower_bound,
    upper_bound,
)
from theory.converse.lemmas.cap_moments import (
    CONSTANT,
    DENSITY,
    FLAT_TAIL,
    GROWTH,
    LINE,
    NAME,
    PARTIAL_MEAN,
    a,
    by_power,
    constant,
    density,
    density_by_depth,
    exactly,
    on_line,
    over_cap,
    partial_mean,
    weight,
)
from theory.converse.lemmas.convex_cap import (
    CONVEX,
    CONVEX_COMPARISONS,
    CONVEX_FACTS,
    convex_lower_bound,
    convex_weight,
)
from theory.converse.lemmas.spike import (
    AT_INPUT_BIAS,
    AT_OUTPUT_WEIGHT,
    BALANCED,
    FEW,
    LARGE_LEVER,
    LOW,
    OTHERS,
    SHARPNESS,
    SMALL_LEVER,
    SPIKE_AT_MOST,
    SPREAD,
    TALL,
    amplitude,
    at_bias,
    cost,
    dearest,
    excess_of_sharpness,
    flat,
    height,
    length,
    mass,
    quadratic_form,
    second,
    top,
    trace,
)

DIMENSIONS = range(1, 11)
"""In which the constants, and the bounds at all widths, are enclosed."""
CONSTANTS = tuple(f"d = {d}" for d in DIMENSIONS)
BOUNDS = tuple(f"d = {d}, all 0 < s <= 1" for d in DIMENSIONS[1:])
SPIKES = tuple(f"d = {d}, s = {s}, height 1" for d, s in ((2, "1/8"), (2, "1/64"), (10, "1/2"), (10, "1/4")))
EDGE = ("d = 2, 22 caps around the circle", "d = 10, s = 1/4, any number of disjoint caps")
TALL_SPIKE = (r"$d = 10$, $s = 1/10$, height $10^7$",)
TRAINED = ("512 data in the unit ball in 10 dimensions, labels 1 or -1 by chance",)
"""What the statements on instances are about."""

_BALL = r"$X$ is uniform on the unit ball of $\mathbb R^d$, and $\norm v = 1$."
_CAP = r"$0 < s < 1$; for $s = 1$ by continuity."
_UNITS = r"""
$a = \frac{d-1}2$, $A = 2^ac_d$, $c_d = \Gamma(\frac d2+1)/(\sqrt\pi\,\Gamma(\frac{d+1}2))$; in units of $A$ the cap $\{\langle v,x\rangle > 1-s\}$ has the probability $P$, the partial mean
$q = (s(1-\frac s2))^{a+1}/(a+1)$ and the mean excess $h = q - (1-s)P$.
""".strip()
_HYPOTHESES = (_BALL, _CAP, _UNITS)
_SPIKE = r"$f(x) = \frac Hs(\langle v,x\rangle - (1-s))_+$ with $H > 0$; the labels are $y = f$."
_POPULATION = r"Means are over the law of $X$."

CLAIM = Claim(
    name=NAME,
    title="Boundary atoms: spikes at the edge of the ball",
    statements=(
        Statement(
            name="depth",
            text=r"""
In the depth $u = 1 - \langle v,x\rangle$ the marginal density $c_d(1-(1-u)^2)^a$ of the ball is $A\,u^a(1-\frac u2)^a$.
""".strip(),
            hypotheses=(_BALL, r"$0 < u < 1$, $a = \frac{d-1}2$, $A = 2^ac_d$."),
            formal=sp.Eq(density, density_by_depth, evaluate=False),
            derivation=DENSITY,
        ),
        Statement(
            name="partial-mean",
            text=r"$q = \int_0^s(1-u)\,(u(1-\frac u2))^a\,du = (s(1-\frac s2))^{a+1}/(a+1)$.",
            hypotheses=(_CAP, r"$a \ge 0$."),
            formal=sp.Eq(over_cap, partial_mean(a), evaluate=False),
            derivation=PARTIAL_MEAN,
        ),
        Statement(
            name="constant",
            text=r"""
With $\kappa_d = \sqrt2\,2^{d+2}c_d^2/((d+1)^2(d+3))$ and $d = 2a+1$: $\kappa_ds^{d+2} = \sqrt2\,A^2s^{2a+3}/((a+1)^2(a+2))$.
""".strip(),
            hypotheses=(_CAP,),
            formal=sp.Eq(constant, by_power, evaluate=False),
            derivation=CONSTANT,
        ),
        Statement(
            name="upper-bound",
            text=r"$g(1-s) \le \kappa_ds^{d+2}\sqrt{\tfrac12(1 + (1-\tfrac s2)^2)}$ for every width and in every dimension.",
            hypotheses=_HYPOTHESES,
            formal=sp.Le(weight, upper_bound, evaluate=False),
            derivation=UPPER,
            assumes=UPPER_FACTS,
            rests_on=("boundary-atoms.depth", "boundary-atoms.partial-mean", "isotropic-density.smaller-side"),
        ),
        Statement(
            name="lower-bound",
            text=r"""
$g(1-s) \ge \kappa_ds^{d+2}\,(1-\tfrac s2)^{d-1}\sqrt{\tfrac12(1 + (1-m)^2)}$ with $m = \frac{d+1}{d+3}s$, for every width and in every dimension.
""".strip(),
            hypotheses=_HYPOTHESES,
            formal=sp.Ge(weight, lower_bound, evaluate=False),
            derivation=LOWER,
            assumes=LOWER_FACTS,
            rests_on=("boundary-atoms.depth", "boundary-atoms.partial-mean", "isotropic-density.smaller-side"),
        ),
        Statement(
            name="larger-factor",
            text=r"""
From dimension 3 on the factor $(1-\frac s2)^{d-1}$ may be replaced by $[(1-\frac m2)(1-\frac{m'}2)]^{(d-1)/2}$ with $m' = \frac{d+1}{d+5}s$; here $a = 1 + e$.
""".strip(),
            hypotheses=(*_HYPOTHESES, r"$d \ge 3$."),
            formal=sp.Ge(convex_weight, convex_lower_bound, evaluate=False),
            derivation=CONVEX,
            assumes=CONVEX_FACTS,
            rests_on=("boundary-atoms.depth", "boundary-atoms.partial-mean", "isotropic-density.smaller-side"),
        ),
        Statement(
            name="line",
            text=r"""
On the line all of them are equal: $P = s$, $h = \frac{s^2}2$, and $g(1-s) = \kappa_1s^3\sqrt{\tfrac12(1 + (1-\tfrac s2)^2)}$, $\kappa_1 = \frac{\sqrt2}8$.
""".strip(),
            hypotheses=(r"$d = 1$, so $a = 0$, $A = c_1 = \frac12$.", _CAP),
            formal=sp.Eq(on_line, exactly, evaluate=False),
            derivation=LINE,
        ),
        Statement(
            name="constants",
            text=r"""
$\kappa_1, \dots, \kappa_{10}$ are $0.1767766952\ldots$, $0.2037899264\ldots$, $0.2651650429\ldots$, $0.3726444370\ldots$, $0.5524271728\ldots$, $0.8517587131\ldots$, $1.3534465733\ldots$,
$2.2025275815\ldots$, $3.6543057480\ldots$, $6.1609163119\ldots$, and at $s = 2^{-20}$ the ratio $g(1-s)/(\kappa_ds^{d+2})$ is within $2^{-17}$ of $1$.
""".strip(),
            instances=CONSTANTS,
        ),
        Statement(
            name="all-widths",
            text=r"""
The upper bound, the lower bound and, in the plane as well, the one with the larger factor hold at all widths $0 < s \le 1$, by enclosures of $g$ that share nothing with the derivations.
""".strip(),
            instances=BOUNDS,
        ),
        Statement(
            name="spike",
            text=r"""
A spike of height $H$ on the cap of width $s$ has the amplitude $\frac Hs$, so it costs $\stabilitynorm f = \frac Hs\,g(1-s) \le H\kappa_ds^{d+1}\sqrt{\tfrac12(1 + (1-\tfrac s2)^2)}$.
""".strip(),
            hypotheses=(*_HYPOTHESES, _SPIKE, _POPULATION),
            formal=sp.Le(cost, dearest, evaluate=False),
            derivation=SPIKE_AT_MOST,
            assumes=UPPER_FACTS,
            rests_on=("boundary-atoms.upper-bound",),
        ),
        Statement(
            name="small-spikes",
            text=r"""
Spikes of height $1$ cost less than $10^{-3}$ ($d = 2$, $s = \frac18$; $d = 10$, $s = \frac12$) and less than $10^{-6}$ ($d = 2$, $s = \frac1{64}$; $d = 10$, $s = \frac14$).
""".strip(),
            instances=SPIKES,
        ),
        Statement(
            name="whole-edge",
            text=r"""
$22$ spikes of height $1$ on caps that touch one another all around the circle cost less than $5\cdot10^{-6}$ together; in $\mathbb R^{10}$ any number of spikes of height $1$ on disjoint caps of
width $\frac14$ less than $2\cdot10^{-4}$, since each covers more than $\frac1{256}$ of the sphere.
""".strip(),
            instances=EDGE,
        ),
        Statement(
            name="sharpness",
            text=r"""
A small norm alone is no stability. The spike with the scales at which it is balanced has a Hessian $\E\nabla f\nabla f^{\mathsf T}$ with the entry $1$ for the output bias, beside it the mean gradient, and a
form $B$ for the other parameters. If $B \preceq r$ with $r < 1$, then $1 + 2\stabilitynorm f \le \sharpness \le 1 + 2\stabilitynorm f/(1-r)$: the form is at most this times the squared length,
""".strip(),
            hypotheses=(_BALL, r"$0 < s \le 1$.", _SPIKE, _POPULATION, "The spike is balanced.", "$0 < r < 1$."),
            formal=sp.Le(quadratic_form, (1 + excess_of_sharpness) * (length + at_bias**2), evaluate=False),
            derivation=SHARPNESS,
            assumes=(OTHERS, BALANCED),
            rests_on=(
                "population-loss.column",
                "population-loss.unit-curvature",
                "sharpness-lower-bound.equality-if-balanced",
            ),
        ),
        Statement(
            name="other-parameters",
            text=r"""
and $r$ may be the trace of $B$, at most $\frac Hs(2\frac{hP}K + \frac{h_2K}h) \le HP_0(\sqrt2 + \frac2{a+2})$ with $P_0 = A\frac{s^{a+1}}{a+1}$: of the order $Hs^{(d+1)/2}$.
""".strip(),
            hypotheses=(
                *_HYPOTHESES,
                _SPIKE,
                _POPULATION,
                "The spike is balanced.",
                r"$P, q, h$ are not in units of $A$ here.",
            ),
            formal=sp.Le(trace, height * flat * (sp.sqrt(2) + 2 / (a + 2)), evaluate=False),
            derivation=SPREAD,
            assumes=(SMALL_LEVER, LARGE_LEVER, LOW, FEW),
            rests_on=("boundary-atoms.upper-bound",),
        ),
        Statement(
            name="stable-spikes",
            text=r"""
These spikes, balanced, have $\sharpness \le 1.0008$, $1.000002$, $1.0008$, $1.000002$ on the population: each is a stable minimum up to a step size of $1.998$ at least.
""".strip(),
            instances=SPIKES,
            rests_on=("boundary-atoms.sharpness",),
        ),
        Statement(
            name="tall-spike",
            text=r"At all scales of the neuron $\sharpness^2 \ge \abs a^2\,P\,h_2$ with $h_2 = \E(\langle v,X\rangle - b)_+^2$.",
            hypotheses=(_SPIKE, _POPULATION),
            formal=sp.Ge(top**2, amplitude**2 * mass * second, evaluate=False),
            derivation=TALL,
            assumes=(AT_INPUT_BIAS, AT_OUTPUT_WEIGHT),
        ),
        Statement(
            name="tall-instance",
            text=r"A spike of height $10^7$ on the cap of width $\frac1{10}$ of the ball in $\mathbb R^{10}$ costs less than $\frac1{2000}$, and has $\sharpness > 28$ at all scales.",
            instances=TALL_SPIKE,
            rests_on=("boundary-atoms.tall-spike",),
        ),
        Statement(
            name="trained",
            text=r"""
A net of $256$ neurons that gradient descent with $\eta = 0.4$ fits to these labels up to a loss below $10^{-17}$: no neuron is active on more than half of the data, and those that are active on at most a tenth of them have more than a third of the
sum of the amplitudes, for less than a tenth of the stability norm. Before training more than two fifths of the neurons are active on more than half of the data.
""".strip(),
            hypotheses=("In floating-point numbers; the trained net is carried as a file.",),
            instances=TRAINED,
        ),
    ),
    source=Source(
        "liang2025",
        "neural shattering on the ball; the constants, the bounds at every width and the sharpness of spikes are added here",
    ),
    lemmas=(GROWTH, FLAT_TAIL, *COMPARISONS, *CONVEX_COMPARISONS),
    remarks=r"""
That stable minima on the ball may put neurons with large amplitudes on small caps at its edge is known as "neural shattering" (Liang, Qiao, Wang and Parhi, arXiv:2506.20779). Both bounds of $g$ are those of the spike, times
$\frac Hs$: $\stabilitynorm f = H\kappa_ds^{d+1}(1 + O(s))$. A set of disjoint caps that fills the edge has about $s^{-(d-1)/2}$ of them, and costs about $s^{(d+3)/2}$. The larger factor is proved by derivatives for $d \ge 3$, where
it is what Jensen's inequality gives for tail and mean excess one by one. In the plane it is no bound of the tail, which the square root of a concave function spoils; that it is one of $g$ there, too, is certified.
""".strip(),
)
