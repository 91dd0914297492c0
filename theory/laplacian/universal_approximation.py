r"""Wide shallow nets approximate the pyramid as well as wanted, with a norm of order log^2 of the error.

The pyramid is smoothed by the Poisson kernel :math:`P_\epsilon(x) = \epsilon/(2\pi(|x|^2+\epsilon^2)^{3/2})`; what the smooth function needs
of neurons is known in closed form, and finite nets sample it.
"""

from __future__ import annotations

import sympy as sp

from theory.claim import PAPER, Claim, Source
from theory.kernel import Chain, Elementary, Evaluate
from theory.kernel import ByHypothesis, Hypothesis, Identity
from theory.symbols import scalar

NAME = "universal-approximation"

angle, threshold = scalar("polar_angle", r"\theta"), scalar("threshold", "b", positive=True)
smoothing = scalar("smoothing", r"\epsilon", positive=True)
distance = scalar("distance", "r", positive=True)
disc = scalar("disc_radius", "R", positive=True)
sine = scalar("sine", "s", positive=True)
cosine = sp.sqrt(1 - sine**2)

first_octant = {angle: (0.1, 0.7)}
direction = sp.Matrix([sp.cos(angle), sp.sin(angle)])


def edge(jump: sp.Expr, east: sp.Expr, north: sp.Expr) -> sp.Expr:
    """What an edge that starts at the vertex contributes: the jump of the slope over <v, tangent>."""
    return jump / (direction[0] * east + direction[1] * north)


VERTEX = (
    Chain(
        "The edges that meet at the vertex (0,1): two sides where the slope jumps by the root of 2, one ridge where it jumps by -2",
        edge(sp.sqrt(2), 1 / sp.sqrt(2), -1 / sp.sqrt(2))
        + edge(sp.sqrt(2), -1 / sp.sqrt(2), -1 / sp.sqrt(2))
        + edge(sp.Integer(-2), 0, -1),
        claim=NAME,
    )
    .equals(2 / (sp.sin(angle) * sp.cos(2 * angle)), Elementary("a common denominator", first_octant))
    .conclude()
)


def filtered(offset: sp.Expr) -> sp.Expr:
    """The smoothed principal value 1/b."""
    return offset / (offset**2 + smoothing**2)


double_cosine = 1 - 2 * sine**2
real, imaginary = 2 * (threshold**2 - smoothing**2) - 1, 4 * threshold * smoothing
square = real**2 - imaginary**2 - double_cosine**2
DENSITY = (
    Chain(
        "The density of the neurons: four vertices, filtered, with s the sine of the angle",
        (
            2 / (sine * double_cosine) * (filtered(threshold - sine) - filtered(threshold + sine))
            - 2 / (cosine * double_cosine) * (filtered(threshold - cosine) - filtered(threshold + cosine))
        )
        / (2 * sp.pi**2),
        claim=NAME,
    )
    .equals(
        -8 / sp.pi**2 * square / (square**2 + 4 * real**2 * imaginary**2),
        Elementary("the real part of one fraction", {sine: (0.1, 0.6)}),
    )
    .conclude()
)

kernel = smoothing / (distance**2 * sp.cos(angle) ** 2 + smoothing**2)
root = sp.sqrt(distance**2 + smoothing**2)
quarter = sp.Integral(kernel, (angle, 0, sp.pi / 2))
AVERAGE = (
    Chain("The mean of the one-dimensional kernels over all directions", 2 * quarter, claim=NAME)
    .equals(
        sp.pi / root,
        Evaluate("a primitive", quarter, sp.atan(smoothing * sp.tan(angle) / root) / root, {angle: (0, 1.5)}),
    )
    .conclude()
)
offset = scalar("line_offset", "t", positive=True)
FILTER = (
    Chain("The filter's derivative is the kernel's derivative by its width", sp.Derivative(filtered(offset), offset), claim=NAME)
    .equals(-sp.Derivative(smoothing / (offset**2 + smoothing**2), smoothing), Elementary("differentiate"))
    .conclude()
)  # fmt: skip
POISSON = (
    Chain("So directions average to the Poisson kernel", -sp.Derivative(sp.pi / root, smoothing) / (2 * sp.pi**2), claim=NAME)
    .equals(smoothing / (2 * sp.pi * (distance**2 + smoothing**2) ** sp.Rational(3, 2)), Elementary("differentiate"))
    .conclude()
)  # fmt: skip

near = sp.Integral(sp.sqrt(2) * distance * smoothing * distance / root**3, (distance, 0, 1 / sp.sqrt(2)))
far = sp.Integral(smoothing * distance / root**3, (distance, 1 / sp.sqrt(2), sp.oo))
ERROR = (
    Chain(
        "The error of smoothing a function with values in [0, 1] and slope at most the root of 2",
        near + far,
        claim=NAME,
    )
    .equals(
        sp.sqrt(2) * smoothing * sp.asinh(1 / (sp.sqrt(2) * smoothing)) - 1 / sp.sqrt(1 + 1 / (2 * smoothing**2)) + far,
        Evaluate("a primitive", near, sp.sqrt(2) * smoothing * (sp.asinh(distance / smoothing) - distance / root)),
    )
    .equals(
        sp.sqrt(2) * smoothing * sp.asinh(1 / (sp.sqrt(2) * smoothing)),
        Evaluate("a primitive", far, -smoothing / root),
    )
    .conclude()
)

A, B, D = (
    scalar(name, latex, positive=True) for name, latex in (("factor_A", "A"), ("factor_B", "B"), ("factor_D", "D"))
)
apart = Hypothesis(
    "two factors cannot both be small",
    r"A + B \ge D = \max(\cos\theta - \sin\theta, 2\epsilon), \text{ where } A = \lvert z - \sin\theta\rvert,\ B = \lvert z - \cos\theta\rvert,\ z = b + i\epsilon",
    sp.Ge(A + B, D, evaluate=False),
)
SPLIT = (
    Chain("One factor at a time", 1 / (A * B), hypotheses=(apart,), claim=NAME)
    .at_most((A + B) / (A * B * D), ByHypothesis(apart.name, 1 / (A * B * D)))
    .equals((1 / A + 1 / B) / D, Identity("partial fractions"))
    .conclude()
)
step = scalar("integration_variable", "u", positive=True)
flat, steep = sp.Integral(1 / smoothing, (step, 0, smoothing)), sp.Integral(1 / step, (step, smoothing, disc))
LOGARITHM = (
    Chain("The integral of 1/max(u, epsilon) up to R", flat + steep, claim=NAME)
    .equals(1 + steep, Evaluate("a constant", flat, step / smoothing))
    .equals(
        1 + sp.log(disc / smoothing),
        Evaluate("the logarithm", steep, sp.log(step), {disc: (1, 4), smoothing: (0.1, 0.9)}),
    )
    .conclude()
)

inner, outer, norm, peak = (
    scalar(name, latex, nonnegative=True)
    for name, latex in (
        ("inner_integral", r"J"),
        ("angular_integral", r"\Theta"),
        ("smoothed_norm", r"N_R(\epsilon)"),
        ("weight_at_centre", r"g_R(0)"),
    )
)
wide, narrow = scalar("log_wide", r"\ell_R", nonnegative=True), scalar("log_narrow", r"\ell_1", nonnegative=True)
octant = Hypothesis(
    "the integral over one octant of angles",
    r"J = \int_0^{\pi/4}\!\int_0^R \lvert (z^2-\sin^2\theta)(z^2-\cos^2\theta)\rvert^{-1} db\,d\theta",
)
symmetric = Hypothesis(
    "eight octants of angles and thresholds, and the weight is largest at the centre",
    r"N_R(\epsilon) \le 8 \cdot \tfrac{2}{\pi^2} g_R(0)\, J",
    sp.Ge(16 * peak * inner / sp.pi**2, norm, evaluate=False),
)
logarithms = Hypothesis(
    "what is left over the angles",
    r"\Theta = \int_0^{\pi/4} \frac{d\theta}{\max(\sin\theta,\epsilon)\,D},\ \ell_\rho = 1 + \log\tfrac\rho\epsilon",
)
thresholds = Hypothesis(
    "over the thresholds one factor at a time; the cosine is at least the root of 1/2",
    r"J \le \sqrt2 \cdot 2 \cdot 2\ell_R\,\Theta",
    sp.Ge(4 * sp.sqrt(2) * wide * outer, inner, evaluate=False),
)
low = Hypothesis(
    "low angles", r"D \ge \tfrac12,\ \sin\theta \ge \tfrac{2\sqrt2}\pi\theta \text{ for } \theta \le \tfrac\pi8"
)
high = Hypothesis(
    "high angles",
    r"\sin\theta \ge \tfrac{\sqrt2}4,\ D \ge \tfrac4\pi\max(\tfrac\pi4 - \theta, \tfrac\pi2\epsilon) \text{ for } \theta \ge \tfrac\pi8",
)
angles = Hypothesis(
    "so over the angles",
    r"\Theta \le \bigl(2\cdot\tfrac{\pi}{2\sqrt2} + \tfrac{4}{\sqrt2}\cdot\tfrac{\pi}{4}\bigr)\ell_1",
    sp.Ge(sp.sqrt(2) * sp.pi * narrow, outer, evaluate=False),
)
BOUND = (octant, symmetric, logarithms, thresholds, low, high, angles)
NORM = (
    Chain("The norm that the smoothed pyramid needs", norm, hypotheses=BOUND, claim=NAME)
    .at_most(16 * peak * inner / sp.pi**2, ByHypothesis(symmetric.name))
    .at_most(64 * sp.sqrt(2) * peak * wide * outer / sp.pi**2, ByHypothesis(thresholds.name, 16 * peak / sp.pi**2))
    .at_most(128 * peak * wide * narrow / sp.pi, ByHypothesis(angles.name, 64 * sp.sqrt(2) * peak * wide / sp.pi**2))
    .conclude()
)

CLAIM = Claim(
    name=NAME,
    title="Universal approximation, and the norm it needs",
    statement=r"""
Let $R \ge 1$ and $0 < \epsilon \le \frac12$, and let $X$ be uniform on the disc $B_R$, with weight $g_R$. There are shallow nets $f$ of finite width with
$$ \sup_{B_R}\abs{f - \varphi} \le E(\epsilon) = \sqrt2\,\epsilon\,\operatorname{arsinh}\frac{1}{\sqrt2\,\epsilon} \quad\text{and}\quad
   \stabilitynorm{f} \le \frac{128}{\pi}\,g_R(0)\,\bigl(1+\log\tfrac R\epsilon\bigr)\bigl(1+\log\tfrac1\epsilon\bigr), $$
each up to any $\delta > 0$. So the error goes to 0 with the width, and a norm of order $\log^2$ of the error is enough. The neurons have the density
$-\frac{8}{\pi^2}\operatorname{Re}\bigl[(2(b+i\epsilon)^2-1)^2 - \cos^2 2\theta\bigr]^{-1}$ on $0 \le \theta < \pi$, $\abs b \le R$.
""".strip(),
    hypotheses=(r"The dimension is 2, and the weight of the norm is that of the uniform population on $B_R$.",),
    source=Source(PAPER, "the approximation; the order of the norm is this project's"),
    rests_on=("sharpness-lower-bound",),
    derivations=(VERTEX, DENSITY, FILTER, AVERAGE, POISSON, ERROR, SPLIT, LOGARITHM, NORM),
)
