r"""Smooth functions are approximated by stable minima of any width at one and the same step size.

A function :math:`f = \int (\langle v,x\rangle - b)_+ d\alpha + \ell` with finite :math:`|\alpha|` is sampled: k neurons drawn from :math:`|\alpha|`
miss it by the order of :math:`k^{-1/2}`, and their sharpness is bounded by :math:`|\alpha|`, whatever k is.
"""

from __future__ import annotations

import sympy as sp

from theory.claim import PAPER, Claim, Source
from theory.kernel import Chain, Elementary, Evaluate
from theory.kernel import ByHypothesis, Hypothesis, Identity, Rewrite, Squares
from theory.symbols import i, index, indexed, k, scalar

NAME = "sobolev-approximation"


def sphere(dimension: int) -> sp.Expr:
    """The surface of the unit sphere, 2 pi^{d/2}/Gamma(d/2)."""
    return 2 * sp.pi ** sp.Rational(dimension, 2) / sp.gamma(sp.Rational(dimension, 2))


def gamma(dimension: int) -> sp.Expr:
    """gamma_d = 1/(2 (2 pi)^{d-1})."""
    return 1 / (2 * (2 * sp.pi) ** (dimension - 1))


mass, area, constant, slice_mass, laplacian = (
    scalar(name, latex, nonnegative=True)
    for name, latex in (
        ("neuron_mass", r"\lvert\alpha\rvert"),
        ("sphere_area", r"\lvert S^{d-1}\rvert"),
        ("gamma_constant", r"\gamma_d"),
        ("slice_mass", r"M"),
        ("laplacian_mass", r"\lVert\Delta^{(d+1)/2}f\rVert_1"),
    )
)
density = Hypothesis(
    "the mass of the density, by directions",
    r"\lvert\alpha\rvert \le \gamma_d\,\lvert S^{d-1}\rvert\,M,\ M = \sup_v \int\lvert R\,\Delta^{(d+1)/2}f(v,b)\rvert\,db",
    sp.Ge(constant * area * slice_mass, mass, evaluate=False),
)
fubini = Hypothesis(
    "the triangle inequality on each hyperplane and Fubini",
    r"\int\lvert R h(v,b)\rvert\,db \le \int\!\int_{\langle v,x\rangle = b}\lvert h\rvert = \lVert h\rVert_1",
    sp.Ge(laplacian, slice_mass, evaluate=False),
)
MASS = (
    Chain("The mass of the neurons in odd dimensions", mass, hypotheses=(density, fubini), claim=NAME)
    .at_most(constant * area * slice_mass, ByHypothesis(density.name))
    .at_most(constant * area * laplacian, ByHypothesis(fubini.name, constant * area))
    .conclude()
)
low_order, high_order = scalar("low_order", "N_0", positive=True), scalar("high_order", "N_2", positive=True)
gap = scalar("difference_step", "s", positive=True)
split = 2 * sp.sqrt(low_order / high_order)
close, wide = sp.Integral(high_order, (gap, 0, split)), sp.Integral(4 * low_order / gap**2, (gap, split, sp.oo))
orders = {low_order: (0.1, 2), high_order: (0.1, 2)}
EVEN = (
    Chain(
        r"In even dimensions: the norm in $L^1$ of $(-d^2/db^2)^{1/2}u$ from second differences, at most $\min(s^2N_2, 4N_0)$",
        (close + wide) / sp.pi,
        claim=NAME,
    )
    .equals((2 * sp.sqrt(low_order * high_order) + wide) / sp.pi, Evaluate("a constant", close, high_order * gap, orders))
    .equals(
        4 * sp.sqrt(low_order * high_order) / sp.pi, Evaluate("a primitive", wide, -4 * low_order / gap, orders)
    )
    .conclude()
)  # fmt: skip

chord, across = scalar("half_chord", "h", positive=True), scalar("along_line", r"\sigma", positive=True)
b, r, t = scalar("threshold", "b", positive=True), scalar("polar_radius", "r", positive=True), scalar("cosine", "t")
in_disc = sp.Integral(sp.expand((1 - across**2) ** 4 * across), (across, 0, 1))
in_ball = sp.Integral(sp.expand((1 - across**2) ** 6 * across**3), (across, 0, 1))
SLICES = (
    Chain(
        r"The Radon transform of $(1-\lvert x\rvert^2)_+^4$ in d = 3: over a disc of radius $h = (1 - b^2)^{1/2}$",
        2 * sp.pi * chord**10 * in_disc,
        claim=NAME,
    )
    .equals(sp.pi * chord**10 / 5, Evaluate("a polynomial", in_disc, sp.integrate(in_disc.function, across)))
    .conclude(),
    Chain(
        r"The Radon transform of $(1-\lvert x\rvert^2)_+^6$ in d = 5: over a ball of radius $h$ in four dimensions",
        2 * sp.pi**2 * chord**16 * in_ball,
        claim=NAME,
    )
    .equals(sp.pi**2 * chord**16 / 56, Evaluate("a polynomial", in_ball, sp.integrate(in_ball.function, across)))
    .conclude(),
)

RADON = {1: (2, sp.S.One), 3: (4, sp.pi / 5), 5: (6, sp.pi**2 / 56)}
"""For each d the power m and the factor of (1 - b^2)^{m + (d-1)/2} in the Radon transform of (1 - |x|^2)^m."""
ALPHA = {
    1: 6 * b**2 - 2,
    3: -6 * (1 - b**2) * (21 * b**4 - 14 * b**2 + 1) / sp.pi,
    5: sp.Rational(45, 2) * (1 - b**2) ** 2 * (143 * b**6 - 143 * b**4 + 33 * b**2 - 1) / sp.pi**2,
}


DENSITIES = tuple(
    Chain(
        rf"The neurons of $(1-\lvert x\rvert^2)_+^{m}$ in d = {d}, where $\lvert b\rvert \le 1$",
        -gamma(d) * (-1) ** ((d + 1) // 2) * factor * sp.Derivative(sp.expand((1 - b**2) ** (m + (d - 1) // 2)), (b, d + 1)),
        claim=NAME,
    )
    .equals(ALPHA[d], Elementary("differentiate"))
    .conclude()
    for d, (m, factor) in RADON.items()
)  # fmt: skip
over_sphere = sp.Integral(sp.expand(ALPHA[3].subs(b, r * t)), (t, -1, 1))
antiderivative = sp.integrate(over_sphere.function, t)
bump = (1 - r**2) ** 4
BACK = (
    Chain("Transformed back in d = 3: the Laplacian of the bump", 2 * sp.pi * over_sphere, claim=NAME)
    .equals(
        sp.expand(4 * sp.pi * antiderivative.subs(t, 1)), Evaluate("an odd polynomial", over_sphere, antiderivative)
    )
    .equals(sp.Derivative(bump, (r, 2)) + 2 * sp.Derivative(bump, r) / r, Elementary("differentiate"))
    .conclude()
)

outcome, outcomes = index("o"), index("N")
length = indexed("signed_sum", r"\rho", nonnegative=True)
square = Hypothesis(
    "independent signs",
    r"\rho_o = \lvert\textstyle\sum_i \varepsilon_i v_i\rvert \text{ for the sign patterns } o \le N = 2^k,\ \E\varepsilon_i\varepsilon_j = \delta_{ij},\ \lvert v_i\rvert = 1",
    sp.Eq(sp.Sum(length[outcome] ** 2, (outcome, 1, outcomes)), k * outcomes),
)
halves = sp.Sum((length[outcome] ** 2 / sp.sqrt(k) + sp.sqrt(k)) / 2, (outcome, 1, outcomes)) / outcomes
total = sp.Sum(length[outcome] ** 2, (outcome, 1, outcomes))
SIGNS = (
    Chain(
        "A signed sum of unit vectors",
        sp.Sum(length[outcome], (outcome, 1, outcomes)) / outcomes,
        hypotheses=(square,),
        claim=NAME,
    )
    .at_most(
        halves,
        Squares(
            "arithmetic and geometric mean",
            [(1 / (2 * sp.sqrt(k) * outcomes), length[outcome] - sp.sqrt(k))],
            over=[(outcome, 1, outcomes)],
        ),
    )
    .equals(total / (2 * sp.sqrt(k) * outcomes) + sp.sqrt(k) / 2, Identity("two sums"))
    .equals(sp.sqrt(k), ByHypothesis(square.name, 1 / (2 * sp.sqrt(k) * outcomes)))
    .conclude()
)

first, second, one, other = (scalar(f"contraction_{name}", name) for name in ("A", "B", "p", "q"))
lipschitz = Hypothesis(
    "the absolute value is Lipschitz",
    r"\lvert p\rvert - \lvert q\rvert \le \lvert p - q\rvert",
    sp.Ge(sp.Abs(one - other), sp.Abs(one) - sp.Abs(other), evaluate=False),
)
CONTRACTION = (
    Chain(
        r"Contraction, one sign at a time: two points with $A + \lvert p\rvert$ and $B - \lvert q\rvert$",
        first + sp.Abs(one) + second - sp.Abs(other),
        hypotheses=(lipschitz,),
        claim=NAME,
    )
    .at_most(first + second + sp.Abs(one - other), ByHypothesis(lipschitz.name))
    .conclude()
)

R = scalar("ball_radius", "R", positive=True)
error, linear, folded, signed = (
    scalar(name, latex, nonnegative=True)
    for name, latex in (
        ("expected_error", r"\E\sup_{B_R}\lvert f_k - f\rvert"),
        ("linear_error", r"\mathcal E_{\mathrm{lin}}"),
        ("folded_error", r"\mathcal E_{\mathrm{abs}}"),
        ("rademacher_mean", r"\E\lvert\textstyle\sum_i \varepsilon_i v_i\rvert"),
    )
)
parts = Hypothesis(
    "two parts, both 0 at the centre",
    r"(t - b)_+ = \tfrac12 t + \tfrac12(\lvert t - b\rvert - b) \text{ for } b \ge 0:\ \E\sup_{B_R}\lvert f_k - f\rvert \le \mathcal E_{\mathrm{lin}} + \mathcal E_{\mathrm{abs}}",
    sp.Ge(linear + folded, error, evaluate=False),
)
variance = Hypothesis(
    "variance of the linear part, V the mean of k independent centred draws",
    r"\mathcal E_{\mathrm{lin}} = \tfrac12 R\,\E\lvert V\rvert,\ \E\lvert V\rvert^2 \le \lvert\alpha\rvert^2/k",
    sp.Ge(mass * R / (2 * sp.sqrt(k)), linear, evaluate=False),
)
halves = Hypothesis(
    "the part that is not linear",
    r"\psi_i = \tfrac12(\lvert\langle v_i,x\rangle - b_i\rvert - b_i),\ \psi_i = 0 \text{ at } x = 0",
)
symmetrised = Hypothesis(
    "symmetrisation, and twice one side for the absolute value",
    r"\mathcal E_{\mathrm{abs}} \le \tfrac{2\lvert\alpha\rvert}{k}\cdot 2\,\E\sup_{x}\textstyle\sum_i \varepsilon_i\psi_i",
)
contracted = Hypothesis(
    "contraction, sign by sign, and the inequality of Cauchy and Schwarz",
    r"\mathcal E_{\mathrm{abs}} \le \tfrac{4\lvert\alpha\rvert}{k}\cdot\tfrac12 R\,\E\lvert\textstyle\sum_i\varepsilon_i v_i\rvert",
    sp.Ge(2 * mass * R * signed / k, folded, evaluate=False),
)
unit_sums = Hypothesis(
    "the signed sum of unit vectors",
    r"\E\lvert\textstyle\sum_i\varepsilon_i v_i\rvert \le \sqrt k \text{, derived above}",
    sp.Ge(sp.sqrt(k), signed, evaluate=False),
)
unit = mass * R / sp.sqrt(k)
SAMPLING = (
    Chain(
        "The expected error of k neurons",
        error,
        hypotheses=(parts, variance, halves, symmetrised, contracted, unit_sums),
        claim=NAME,
    )
    .at_most(linear + folded, ByHypothesis(parts.name))
    .at_most(unit / 2 + folded, ByHypothesis(variance.name))
    .at_most(unit / 2 + 2 * mass * R * signed / k, ByHypothesis(contracted.name))
    .at_most(sp.Rational(5, 2) * mass * R / sp.sqrt(k), ByHypothesis(unit_sums.name, 2 * mass * R / k))
    .conclude()
)

lever, energy = indexed("lever_mass", "m", positive=True), indexed("output_energy", "s", positive=True)
amplitude, output = indexed("nonzero_amplitude", r"\lvert a\rvert", positive=True), indexed("output_weight_square", "t", positive=True)  # fmt: skip
reach = scalar("lever_bound", r"\sqrt{1+R^2}", positive=True)
in_the_ball = (
    Hypothesis("data in the ball", r"m_i = \E[(1+\lvert X\rvert^2)\mathbf 1_i] \le 1 + R^2", sp.Ge(reach**2, lever[i], evaluate=False), (i,)),
    Hypothesis("thresholds not negative", r"s_i = \E[(\langle v_i,X\rangle - b_i)_+^2] \le R^2,\ b_i \ge 0", sp.Ge(R**2, energy[i], evaluate=False), (i,)),
    Hypothesis("the scale", r"t_i = (w^{(2)}_i)^2 = \lvert a_i\rvert\,R(1+R^2)^{-1/2}", sp.Eq(output[i], amplitude[i] * R / reach), (i,)),
    Hypothesis("equal shares", r"\lvert a_i\rvert = \lvert\alpha\rvert/k", sp.Eq(amplitude[i], mass / k), (i,)),
)  # fmt: skip
SHARPNESS = (
    Chain(
        "The trace of the Gram matrix at one scale for all data: the width drops out",
        1 + sp.Sum(output[i] * lever[i] + amplitude[i] ** 2 * energy[i] / output[i], (i, 1, k)),
        hypotheses=in_the_ball,
        claim=NAME,
    )
    .equals(
        1 + sp.Sum(amplitude[i] * R * lever[i] / reach + amplitude[i] * energy[i] * reach / R, (i, 1, k)),
        Rewrite("the scale", ["the scale"]),
    )
    .at_most(
        1 + sp.Sum(amplitude[i] * R * reach + amplitude[i] * energy[i] * reach / R, (i, 1, k)),
        ByHypothesis("data in the ball", amplitude[i] * R / reach, over=[(i, 1, k)]),
    )
    .at_most(
        1 + sp.Sum(2 * amplitude[i] * R * reach, (i, 1, k)),
        ByHypothesis("thresholds not negative", amplitude[i] * reach / R, over=[(i, 1, k)]),
    )
    .equals(1 + 2 * mass * R * reach, Rewrite("equal shares", ["equal shares"]))
    .conclude()
)

slope = scalar("affine_part_slope", r"\lvert u\rvert", positive=True)
levers = scalar("pair_levers", "(m_+ + m_-)", positive=True)
energies = scalar("pair_energies", "(s_+ + s_-)", positive=True)
pair = (
    Hypothesis("one side at a time", r"m_+ + m_- \le \E(1+\lvert X\rvert^2) \le 1 + R^2", sp.Ge(reach**2, levers, evaluate=False)),
    Hypothesis("both sides together", r"s_+ + s_- = \E\langle u,X\rangle^2/\lvert u\rvert^2 \le R^2", sp.Ge(R**2, energies, evaluate=False)),
)  # fmt: skip
AFFINE = (
    Chain(
        r"The affine part as $\lvert u\rvert\,((t)_+ - (-t)_+)$, at the scale $t = \lvert u\rvert R\,(1+R^2)^{-1/2}$",
        slope * R / reach * levers + slope**2 * energies / (slope * R / reach),
        hypotheses=pair,
        claim=NAME,
    )
    .at_most(
        slope * R * reach + slope**2 * energies / (slope * R / reach),
        ByHypothesis("one side at a time", slope * R / reach),
    )
    .at_most(2 * slope * R * reach, ByHypothesis("both sides together", slope * reach / R))
    .conclude()
)

CLAIM = Claim(
    name=NAME,
    title="Smooth functions are stable minima of every width, at one step size",
    statement=r"""
Let $f(x) = c + \langle u,x\rangle + \int (\langle v,x\rangle - b)_+\,d\alpha(v,b)$ on the ball $B_R$, with $\alpha$ a finite signed measure on $0 \le b \le R$.
For $f \in W^{d+1,1}$ and odd $d$ this is Taylor's formula: $c = f(0)$, $u = \nabla f(0)$, and $\alpha$ has twice the density
$-\gamma_d R(-\Delta)^{(d+1)/2}f$, $\gamma_d = \frac{1}{2(2\pi)^{d-1}}$, which is even; so
$$ \abs\alpha \le \gamma_d\,\abs{S^{d-1}}\;\norm{\Delta^{(d+1)/2}f}_1 . $$
For even $d$ and $f \in W^{d+2,1}$ it holds too, with $\abs\alpha \le \frac4\pi\,\gamma_d\,\abs{S^{d-1}}\,\bigl(\norm{\Delta^{d/2}f}_1\,\norm{\Delta^{d/2+1}f}_1\bigr)^{1/2}$.

Draw $k$ neurons $(v_i, b_i)$ independently from $\abs\alpha$, with amplitudes $\pm\abs\alpha/k$, and keep the affine part. Then
$$ \E\sup_{B_R}\abs{f_k - f} \le \frac{5}{2}\,\frac{\abs\alpha R}{\sqrt k}, $$
so that some net of each width is as near. For data in $B_R$, of any number, every such $f_k$ has an implementation with
$$ \sharpness(K) \le 1 + 2\abs\alpha\sup\hat g + 2\abs u R\sqrt{1+R^2} \le 1 + 2(\abs\alpha + \abs u) R\sqrt{1+R^2}, $$
and one implementation, at the scale $(w^{(2)}_i)^2 = \abs{a_i}R/\sqrt{1+R^2}$, obeys the last bound for all data at once. The width $k$ does not occur.
With the labels $y_j = f_k(x_j)$ and no datum on a kink it is an interpolating differentiable minimum, linearly stable at every step size up to 2 over the bound: one step size
serves all widths. (The labels are those of the net; they differ from $f(x_j)$ by no more than the error.)
""".strip(),
    hypotheses=(
        r"$\alpha$ is finite. That $0 \le b \le R$ costs nothing: neurons beyond are affine on $B_R$, and $(t)_+ - (-t)_+ = t$.",
        r"The data lie in $B_R$, and none on a kink; if $\alpha$ has a density and no datum is 0, this is so for almost every draw.",
        r"$\hat g$ is that of the upper bound of the sharpness, for the data at hand; the supremum is over $0 \le b \le R$. The affine part $\langle u,x\rangle$ is carried by two neurons on one hyperplane.",
    ),
    source=Source(PAPER, "the approximation of Sobolev functions by stable minima; all constants are this project's"),
    rests_on=("radon-identity", "sharpness-upper-bound"),
    derivations=(MASS, EVEN, *SLICES, *DENSITIES, BACK, SIGNS, CONTRACTION, SAMPLING, SHARPNESS, AFFINE),
)
