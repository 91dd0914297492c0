"""Nine points on which every stable shallow net fails at step sizes at which two hidden layers are stable."""

from __future__ import annotations

import sympy as sp

from theory.claim import OURS, Claim, Source, Statement
from theory.kernel import ByDerivation, ByHypothesis, Chain, Drop, Hypothesis, Identity
from theory.separation.lemmas.weak_duality import (
    CENTRED,
    DOMINATED,
    INTERPOLATES,
    INTERPOLATION,
    TOTAL,
    norm,
    pairing,
    supremum,
)
from theory.symbols import eta

NAME = "finite-depth-separation"

half = sp.Rational(1, 2)
GRID_SUPREMUM = sp.Rational(81, 8) / sp.sqrt(17)
GRID_NORM = sp.Rational(8, 81) * sp.sqrt(17)
LABEL = Hypothesis(
    "the measure of the grid sees one label",
    r"\textstyle\sum_l \mu_l y_l = 1 \text{ for } \mu = \delta_0 - \tfrac14\sum\delta_{\pm e_i}",
    sp.Eq(pairing, 1, evaluate=False),
)
LARGEST = Hypothesis(
    "the supremum on the grid", r"M = \frac{81}{8\sqrt{17}}", sp.Eq(supremum, GRID_SUPREMUM, evaluate=False)
)
NORM = (
    Chain(
        "The norm of an interpolating net",
        GRID_NORM,
        hypotheses=(*INTERPOLATION.hypotheses, LABEL, LARGEST),
        claim=NAME,
    )
    .equals(GRID_NORM * pairing, ByHypothesis(LABEL.name, -GRID_NORM))
    .at_most(GRID_NORM * supremum * norm, ByDerivation(INTERPOLATION, GRID_NORM, reason="weak duality"))
    .equals(norm, ByHypothesis(LARGEST.name, GRID_NORM * norm))
    .conclude()
)
MINIMUM = Hypothesis(
    "stable minimum", r"\stabilitynorm{f} \le \tfrac1\eta - \tfrac12", sp.Le(norm, 1 / eta - half, evaluate=False)
)
STEP = sp.Rational(1103, 1000)
spread = half + GRID_NORM
LARGEST_STEP = (
    Chain("The step size of a stable minimum", eta, hypotheses=(*NORM.hypotheses, MINIMUM), claim=NAME)
    .equals(eta * (half + GRID_NORM) / spread, Identity("expand"))
    .at_most(eta * (half + norm) / spread, ByDerivation(NORM, eta / spread, reason="the norm of an interpolating net"))
    .at_most(1 / spread, ByHypothesis(MINIMUM.name, eta / spread))
    .at_most(STEP, Drop("a number", STEP - 1 / spread))
    .conclude()
)
GRID = (r"the grid $\{-1,0,1\}^2$ with label $1$ at the origin and $0$ elsewhere",)
ON_GRID = "The nine points and their labels; interpolation."

CLAIM = Claim(
    name=NAME,
    title="Depth separation on nine points",
    statements=(
        Statement(
            name="supremum",
            text=r"""
On the grid $\{-1,0,1\}^2$ the measure $4\mu = 4\delta_0 - \sum\delta_{\pm e_i}$ annihilates affine functions, and
$\abs{\int (\langle v,x\rangle - b)_+\,d(4\mu)} \le \frac{81}{2\sqrt{17}}\,g(v,b)$ for all $v$ and $b$, $g$ the weight of the grid; for $\mu$ the constant is $M = \frac{81}{8\sqrt{17}}$.
""".strip(),
            instances=GRID,
            theorems=("FiniteDepthSeparation.grid_certificate", "FiniteDepthSeparation.grid_affine"),
        ),
        Statement(
            name="norm",
            text=r"""
On the grid with label $1$ at the origin and $0$ elsewhere every interpolating shallow net, of any width, has
$\stabilitynorm{f} \ge \frac{8\sqrt{17}}{81}$.
""".strip(),
            hypotheses=(
                ON_GRID,
                r"$M = \frac{81}{8\sqrt{17}}$ times the weight of a line bounds the moment that $\mu = \delta_0 - \frac14\sum\delta_{\pm e_i}$ has on it: the statement on the supremum.",
            ),
            formal=sp.Le(GRID_NORM, norm, evaluate=False),
            derivation=NORM,
            assumes=(TOTAL, CENTRED, *DOMINATED, INTERPOLATES, LABEL, LARGEST),
            theorems=("FiniteDepthSeparation.grid_norm",),
            rests_on=("finite-depth-separation.supremum", "depth-separation-shallow.interpolation"),
        ),
        Statement(
            name="no-stable-minimum",
            text=r"""
A shallow net, of any width, that is a linearly stable differentiable interpolating minimum there has a step size below $\frac{1103}{1000}$.
""".strip(),
            hypotheses=(
                ON_GRID,
                r"The output bias is trained: $\stabilitynorm{f} \le \frac1\eta - \frac12$, by stability-inequality.",
            ),
            formal=sp.Le(eta, STEP, evaluate=False),
            derivation=LARGEST_STEP,
            assumes=(TOTAL, CENTRED, *DOMINATED, INTERPOLATES, LABEL, LARGEST, MINIMUM),
            theorems=("FiniteDepthSeparation.grid_no_stable_minimum",),
            rests_on=("finite-depth-separation.norm", "stability-inequality.bound"),
        ),
        Statement(
            name="no-strongly-stable-minimum",
            text=r"""
So has one that is strongly stable and interpolates, on kinks or not.
""".strip(),
            hypotheses=(
                ON_GRID,
                r"The output bias is trained: $\stabilitynorm{f} \le \frac1\eta - \frac12$, by nondifferentiable-minima.",
            ),
            formal=sp.Le(eta, STEP, evaluate=False),
            derivation=LARGEST_STEP,
            assumes=(TOTAL, CENTRED, *DOMINATED, INTERPOLATES, LABEL, LARGEST, MINIMUM),
            theorems=("FiniteDepthSeparation.grid_no_strongly_stable_minimum",),
            rests_on=("finite-depth-separation.norm", "nondifferentiable-minima.bound"),
        ),
        Statement(
            name="attained",
            text=r"""
The net $1 - \max(\abs{x_1}, \abs{x_2}) = 1 + x_1 - (x_1 - x_2)_+ - (x_1 + x_2)_+$ interpolates with the norm $\frac{8\sqrt{17}}{81}$, its kinks on data; no net that is
differentiable at the data has this norm, but such nets come as near to it as one likes: within $7\cdot 10^{-3}$, $7\cdot 10^{-6}$ and $7\cdot 10^{-9}$ by explicit nets.
""".strip(),
            instances=GRID,
            rests_on=("exact-separation.lower-bound",),
        ),
        Statement(
            name="two-layers",
            text=r"""
The net $(1 - 3\sum_i (\pm x_i - \frac12)_+)_+$ with two hidden layers interpolates there with no datum on a kink, with the sharpness
$\frac{11+\sqrt{57}}{18}$: it is a linearly stable minimum up to the step size $36/(11+\sqrt{57}) = 1.9407\ldots$
""".strip(),
            instances=GRID,
            theorems=("DepthSeparationTheorem.nine_points_bumpP",),
            rests_on=("linear-stability.sufficient",),
        ),
        Statement(
            name="both-depths",
            text=r"""
In one theorem: for every step size $\frac{1103}{1000} \le \eta \le 36/(11+\sqrt{57})$ no shallow net, of any width, is a stable minimum there, and none a strongly
stable interpolating one, on kinks or not, while a net with two hidden layers is a stable minimum. At both depths a stable minimum is a net that interpolates, off its kinks at all
data, and whose loss has along every direction $q$ of all parameters a second derivative of at most $\frac2\eta\norm{q}^2$.
""".strip(),
            instances=GRID,
            theorems=("DepthSeparationTheorem.depth_separation_nine_points",),
            rests_on=(
                "finite-depth-separation.no-stable-minimum",
                "finite-depth-separation.no-strongly-stable-minimum",
                "finite-depth-separation.two-layers",
            ),
        ),
        Statement(
            name="both-depths-on-seventeen-points",
            text=r"""
The same on the grid and $(\pm 10, \pm 10)$, $(\pm 10, 0)$, $(0, \pm 10)$, with label $1$ at the origin and $0$ elsewhere, for every step size
$\frac{559}{10000} \le \eta \le 68/(19+\sqrt{233}) = 1.98457\ldots$: every interpolating shallow net has $\stabilitynorm{f} \ge 17.38$ there.
""".strip(),
            instances=("the grid and 8 points ten times as far",),
            theorems=(
                "PlanarSeparations.depth_separation_seventeen_points",
                "PlanarSeparations.seventeen_points_norm",
            ),
        ),
        Statement(
            name="both-depths-on-five-points",
            text=r"""
The same on the cross $\{0, \pm e_i\}$ for every step size $\frac{1377}{1000} \le \eta \le 20/(7+\sqrt{17}) = 1.79805\ldots$
""".strip(),
            instances=(r"the cross $\{0, \pm e_i\}$",),
            theorems=("PlanarSeparations.depth_separation_five_points",),
        ),
        Statement(
            name="sharpness-of-the-bump",
            text=r"""
The net $(1 - 3\sum_i (\pm x_i - \frac12)_+)_+$ on $\mathbb R^d$ interpolates $n$ data of which one is the origin, with label $1$, and the others, with label $0$, have some coordinate of
size more than $\frac56$ and none of size $\frac12$, off its kinks and with the sharpness $\bigl(n + 2 + \sqrt{(n-2)^2 + 8}\bigr)/(2n)$, wherever these data are.
""".strip(),
            hypotheses=("One datum is the origin; the others have a large coordinate, and no coordinate on a kink.",),
            theorems=("DepthSeparationTheorem.bump_sharpness", "DepthSeparationTheorem.bump_stableP"),
        ),
    ),
    machine_refuted=(
        (
            "the label 1 at the corner (1, 1) in place of the origin",
            "DepthSeparationTheorem.control_separation_label",
            "both-depths",
        ),
        (
            "no stable shallow minimum at any step size",
            "DepthSeparationTheorem.control_separation_every_step",
            "both-depths",
        ),
        (
            "the net with two hidden layers is stable up to 1.941",
            "DepthSeparationTheorem.control_separation_larger_step",
            "two-layers",
        ),
        (
            "17 points, the label 1 at (10, 10) in place of the origin",
            "PlanarSeparations.control_seventeen_label",
            "both-depths-on-seventeen-points",
        ),
        (
            "17 points, no stable shallow minimum at any step size",
            "PlanarSeparations.control_seventeen_every_step",
            "both-depths-on-seventeen-points",
        ),
        (
            "17 points, the net with two hidden layers is stable up to 1.985",
            "PlanarSeparations.control_seventeen_larger_step",
            "both-depths-on-seventeen-points",
        ),
        (
            "five points, the net with two hidden layers is stable up to 1.799",
            "PlanarSeparations.control_five_larger_step",
            "both-depths-on-five-points",
        ),
    ),
    source=Source(OURS, "an exact certificate on nine points"),
)
