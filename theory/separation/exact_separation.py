"""The least stability norm of any shallow net that interpolates planar data, exactly, and what it excludes."""

from __future__ import annotations

import sympy as sp

from theory.claim import OURS, Claim, Source, Statement
from theory.separation.lemmas import interpolation_program as program
from theory.separation.lemmas.weak_duality import CENTRED, INTERPOLATES, TOTAL, norm, pairing, supremum
from theory.symbols import H, eta
from theory.symbols import l as r

SETS = (
    r"the grid $\{-1,0,1\}^2$",
    "the grid and 8 points ten times as far",
    r"the cross $\{0, \pm e_i\}$",
    r"the grid $\{-2,\dots,2\}^2$",
    r"the grid $\{-1,-\frac12,\dots,1\}^2$ with labels $\varphi$",
    r"the grid $\{-1,-\frac45,\dots,1\}^2$ with labels $\varphi$",
    "three points on a line with labels 0, 1, 0",
)

CLAIM = Claim(
    name=program.NAME,
    title="The least norm that interpolates, exactly",
    statements=(
        Statement(
            name="lower-bound",
            text=r"""
Let $\mu$ be a measure on the data that annihilates affine functions. For each set $A$ of data that an open half-plane cuts off consider the closed
cone of the affine functions, as functions on the data, that are not negative on $A$ and not positive off $A$. If
$$ \Bigl\lvert\sum_{l \in A} \mu_l\,k(p_l)\Bigr\rvert \le M\gamma_A\,\tfrac1s\sum_{l \in A} k(p_l), \qquad
   \gamma_A = \sqrt{\Prob(A)^2 + \norm{\E[X\mathbf 1_A]}^2}, $$
for each extreme ray $k$ of each of these cones, then $\int y\,d\mu \le M\stabilitynorm{f}$ for every shallow net $f$ that interpolates the labels $y$, of any width. An
extreme ray vanishes on data that span one affine dimension less than all of them: on data that are not on one line it is a line through two data points; on
data on one line, a line across it through one of them.
""".strip(),
            hypotheses=(
                r"$M \ge 0$; each hyperplane of the net is oriented so that its one-sided weight is the smaller one.",
                "The constraints of the rays are those of the activation patterns of the net's hyperplanes.",
            ),
            formal=sp.Le(pairing, supremum * norm, evaluate=False),
            derivation=program.LOWER,
            assumes=(TOTAL, CENTRED, INTERPOLATES, program.GENERATED, *program.CONSTRAINTS),
            rests_on=("depth-separation-shallow.interpolation",),
        ),
        Statement(
            name="prefixes",
            text=r"""
At a datum between two others on a line an affine function lies between its values there. So of the data on a line an open half-plane cuts off the
first few or the last few, none or all: $A$ is the data on the positive side of the ray and a prefix or a suffix of those on its line.
""".strip(),
            formal=sp.Eq(program.offset_of(program.middle), program.interpolated, evaluate=False),
            derivation=program.BETWEEN,
        ),
        Statement(
            name="lines-suffice",
            text=r"""
Let $\mu$ be a measure on planar data, not all on one line, that annihilates affine functions. For each line through two data let $k$ be its affine function, in
either orientation, and $A$ the data with $k > 0$ and, of those with $k = 0$, none, or one of them and all that come before it on the line. If
$\abs{\sum_l \mu_l\,k(p_l)_+} \le M\gamma_A\frac1s\sum_l k(p_l)_+$ for each of these finitely many $k$ and $A$, then
$\abs{\int (\langle v,x\rangle - b)_+\,d\mu} \le M g(v,b)$ for all $v$ and $b$, and $\int y\,d\mu \le M\stabilitynorm{f}$ for every shallow net $f$ that interpolates the
labels $y$, of any width.
""".strip(),
            hypotheses=(r"$M \ge 0$.", "On a line $A$ is counted from either of its ends."),
            theorems=("PlanarLines.lines_suffice", "PlanarLines.planar_certificate"),
        ),
        Statement(
            name="lower-ends",
            text=r"""
Every shallow net that interpolates has at least the stability norm $\frac{8\sqrt{17}}{81}$ on the grid $\{-1,0,1\}^2$, $\frac{4\sqrt2}{25}$ on the cross, $17.3980854395$ on the
grid and the 8 points ten times as far, $1.4209973613$ on $\{-2,\dots,2\}^2$, and $0.6593511583$ on $\{-1,-\frac12,\dots,1\}^2$ with labels $\varphi$; the label is $1$ at the
origin and $0$ elsewhere where no labels are given.
""".strip(),
            theorems=(
                "LeastNorms.grid_least_root",
                "LeastNorms.cross_least_root",
                "LeastNorms.seventeen_least_norm",
                "LeastNorms.five_by_five_least_norm",
                "LeastNorms.pyramid_grid_least_norm",
                "LineCertificates.certificate_correct",
            ),
            rests_on=("exact-separation.lines-suffice",),
        ),
        Statement(
            name="upper-ends",
            text=r"""
On each of these five sets a shallow net interpolates whose stability norm is at most $0.4072203088$, $0.2262741701$, $17.3980854397$, $1.4209973614$ and $0.6593511585$, in
this order. So their least norms are known to nine digits without any of the programs that found them.
""".strip(),
            theorems=(
                "LeastNorms.grid_least_net",
                "LeastNorms.cross_least_net",
                "LeastNorms.seventeen_least_net",
                "LeastNorms.five_by_five_least_net",
                "LeastNorms.pyramid_grid_least_net",
                "LeastNets.listed_net_correct",
            ),
        ),
        Statement(
            name="moved-values",
            text=r"""
Let an affine function and neurons $a_L k_L$ on lines $L$, active on chosen data $\chi_L$, interpolate the labels. Move each line by $\epsilon\sigma_L$ so that
exactly the data chosen are active, and subtract at each datum what this adds there: the labels are interpolated again.
""".strip(),
            formal=sp.Eq(program.moved - program.small * program.change, program.limit_value, evaluate=False),
            derivation=program.MOVED,
        ),
        Statement(
            name="moved-cost",
            text=r"""
The moved net costs $\sum_L \abs{a_L}\,\gamma_L\frac1s\sum_l \chi_{L,l}\,k_{L,l}$ and $\epsilon$ times a number that does not depend on $\epsilon$, where nets
that correct one datum each have the norms $N_l$: the optimum of the program is approached by nets that are differentiable at the data.
""".strip(),
            hypotheses=(r"$\epsilon$ is so small that no line meets another datum.",),
            formal=sp.Eq(
                program.cost_of_moved,
                program.cost(program.on_line[H, r]) + program.small * program.extra,
                evaluate=False,
            ),
            derivation=program.COST,
        ),
        Statement(
            name="largest-step",
            text=r"""
Where every net that interpolates has $\stabilitynorm{f} \ge S^*$, a shallow net is no linearly stable differentiable interpolating minimum, and no strongly stable one, at
a step size above $1/(S^* + \frac12)$.
""".strip(),
            hypotheses=("The output bias is trained.",),
            formal=sp.Le(eta, 1 / (program.least + program.half), evaluate=False),
            derivation=program.LARGEST_STEP,
            assumes=(program.AT_LEAST, program.MINIMUM),
            rests_on=("stability-inequality.bound", "nondifferentiable-minima.bound"),
        ),
        Statement(
            name="values",
            text=r"""
The least stability norm $S^*$ of a shallow net that interpolates, proved by a measure and a net of the same value; the label is $1$ at the origin and $0$
elsewhere where no labels are given. On the grid $\{-1,0,1\}^2$ it is $\frac{8\sqrt{17}}{81}$; on the same with $(\pm 10,\pm 10)$, $(\pm 10,0)$ and $(0,\pm 10)$ it is
$\frac{9\sqrt{201}}{578} + \frac{176\sqrt{251}}{289} + \frac{9\sqrt{809}}{34}$; on the cross $\{0, \pm e_i\}$ it is $\frac{4\sqrt2}{25}$; on $\{-2,\dots,2\}^2$ it is
$\frac{12}{625} + \frac{16\sqrt3}{25} + \frac{8\sqrt{21}}{125}$; on $\{-1,-\frac12,\dots,1\}^2$ with labels $\varphi$ it is $\frac35 + \frac{4\sqrt{86}}{625}$; on
$\{-1,-\frac45,\dots,1\}^2$ with labels $\varphi$ it is $\frac{12\sqrt{34}}{121} + \frac{28\sqrt{467}}{14641}$; on $(0,0)$, $(1,0)$, $(2,0)$ with labels $0, 1, 0$ it is $\frac29$.
""".strip(),
            instances=SETS,
            rests_on=("exact-separation.lower-bound", "exact-separation.prefixes"),
        ),
        Statement(
            name="two-layers-on-seventeen-points",
            text=r"""
On the grid and the eight points ten times as far no shallow net is a linearly stable differentiable interpolating minimum, and none a strongly stable one, above
$1/(S^*+\frac12) = 0.05587\ldots$, while the net $(1 - 3\sum_i (\pm x_i - \frac12)_+)_+$ with two hidden layers interpolates there, off its kinks, with the sharpness
$\frac{19+\sqrt{233}}{34}$: it is a linearly stable minimum up to $68/(19+\sqrt{233}) = 1.98457\ldots$, $35.52$ times as far.
""".strip(),
            instances=SETS[1:2],
            rests_on=("exact-separation.values", "exact-separation.largest-step", "linear-stability.sufficient"),
        ),
        Statement(
            name="two-layers-on-cross-and-grid",
            text=r"""
The same net is a linearly stable interpolating minimum, off its kinks, on the cross $\{0, \pm e_i\}$ up to $20/(7+\sqrt{17}) = 1.79805\ldots$, and on $\{-2,\dots,2\}^2$ up to
$100/(27+\sqrt{537}) = 1.99309\ldots$: $1.305\ldots$ and $3.828\ldots$ times as far as any shallow net, whose limits $1/(S^*+\frac12)$ are $1.37689\ldots$ and $0.52056\ldots$
""".strip(),
            hypotheses=("Shallow nets: linearly stable differentiable interpolating minima, or strongly stable ones.",),
            instances=SETS[2:4],
            rests_on=("exact-separation.values", "exact-separation.largest-step", "linear-stability.sufficient"),
        ),
    ),
    source=Source(OURS, "a finite linear program with an exact optimum"),
    lemmas=program.CONE,
    machine_refuted=(
        ("data on one line", "LeastNorms.control_data_on_a_line", "lines-suffice"),
        ("an upper end on the grid that is smaller in the tenth digit", "LeastNorms.control_lower_net", "upper-ends"),
        ("a measure with a multiplier that is too small", "LeastNorms.control_smaller_multiplier", "lower-ends"),
    ),
    remarks=r"""
The measure cannot tell the orientations of a hyperplane apart, so that both give constraints of the same left side; a line with all data on one side gives none.
A line through two data points does not do for data on one line: it carries all of them, its weight is $0$ and its neurons vanish on the data.
""".strip(),
)
