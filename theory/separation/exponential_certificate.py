r"""The test function behind the exponential depth separation: pairing, Radon transform and Laplacian in closed form.

About the vertex (0,1) of the pyramid, in polar coordinates: :math:`\psi = -r^3 \sin 3\theta\; G(r)` with
:math:`G(r) = \int_\epsilon^1 s^{-5} (1 - r^2/s^2)_+^{5/2} ds`, a superposition of bumps of all scales s.
"""

from __future__ import annotations

import sympy as sp

from theory.claim import OURS, Claim, Source
from theory.kernel import Chain, Elementary, Evaluate
from theory.latex import named
from theory.symbols import scalar

NAME = "exponential-certificate"

HALF_FIVE = sp.Rational(5, 2)
radius = scalar("polar_radius", "r", positive=True)
angle = scalar("polar_angle", r"\theta")
scale, smallest = scalar("bump_scale", "s", positive=True), scalar("smallest_scale", r"\epsilon", positive=True)
ratio, offset = scalar("scaled_radius", "u", positive=True), scalar("line_offset", "t", positive=True)
across = scalar("along_line", r"\sigma", positive=True)

G = sp.Function(named("scale_integral", r"G({0})"), real=True)(radius)
polar = -(radius**3) * sp.sin(3 * angle) * G
LAPLACIAN = (
    Chain(
        "The Laplacian in polar coordinates",
        sp.Derivative(polar, (radius, 2))
        + sp.Derivative(polar, radius) / radius
        + sp.Derivative(polar, (angle, 2)) / radius**2,
        claim=NAME,
    )
    .equals(
        -(radius**3) * sp.sin(3 * angle) * (sp.Derivative(G, (radius, 2)) + 7 * sp.Derivative(G, radius) / radius),
        Elementary("the harmonic factor drops out"),
    )
    .conclude()
)


def primitive(rest: sp.Expr) -> sp.Expr:
    """Q(w) = w^{7/2}/(7/2) - w^{9/2}/(9/2), a primitive of w^{5/2} (1 - w)."""
    return rest ** (HALF_FIVE + 1) / (HALF_FIVE + 1) - rest ** (HALF_FIVE + 2) / (HALF_FIVE + 2)


def bump(size: sp.Expr) -> sp.Expr:
    """(1 - r^2/s^2)^{5/2} at a scale s > r."""
    return (1 - radius**2 / size**2) ** HALF_FIVE


up_to_one = sp.Integral(scale**-5 * bump(scale), (scale, radius, 1))
OUTER = (
    Chain("Beyond the smallest scale: all bumps of scale larger than r", up_to_one, claim=NAME)
    .equals(
        primitive(1 - radius**2) / (2 * radius**4),
        Evaluate("a primitive", up_to_one, primitive(1 - radius**2 / scale**2) / (2 * radius**4), {radius: (0.1, 1)}),
    )
    .conclude()
)
outer = primitive(1 - radius**2) / (2 * radius**4)
EQUATION = (
    Chain("The radial function obeys a first-order equation", sp.Derivative(outer, radius), claim=NAME)
    .equals(-(4 * outer + bump(sp.S.One)) / radius, Elementary("differentiate", {radius: (0.1, 1)}))
    .conclude()
)

integral = sp.Integral(ratio**3 * (1 - ratio**2) ** HALF_FIVE, (ratio, 0, 1))
over_scales = sp.Integral(1 / scale, (scale, smallest, 1))
PAIRING = (
    Chain(
        "The pairing with the pyramid: two edges and one axis meet at the vertex, each contributing the same",
        (2 * sp.sqrt(2) * (-sp.sin(-3 * sp.pi / 4)) - 2 * (-sp.sin(-3 * sp.pi / 2))) * integral * over_scales,
        claim=NAME,
    )
    .equals(4 * integral * over_scales, Elementary("the sines at the three angles"))
    .equals(
        sp.Rational(8, 63) * over_scales,
        Evaluate(
            "a primitive", integral, -((1 - ratio**2) ** (HALF_FIVE + 1)) / 7 + (1 - ratio**2) ** (HALF_FIVE + 2) / 9
        ),
    )
    .equals(
        sp.Rational(8, 63) * sp.log(1 / smallest),
        Evaluate("the logarithm", over_scales, sp.log(scale), {smallest: (0.1, 1)}),
    )
    .conclude()
)

rest = 1 - offset**2
half_chord = sp.sqrt(rest)
on_line = sp.Integral((1 - across**2) ** HALF_FIVE, (across, 0, 1))
square_on_line = sp.Integral(across**2 * (1 - across**2) ** HALF_FIVE, (across, 0, 1))
arc = sp.asin(across)
root = sp.sqrt(1 - across**2)
profile = sp.Rational(5, 128) * sp.pi * (1 - offset**2) ** 3 * (11 * offset**2 - 3)
BUMP_RADON = (
    Chain(
        "The Radon transform of one bump, on the line at distance t, in units of half the chord",
        2 * half_chord * rest**HALF_FIVE * (offset**3 * on_line - 3 * offset * rest * square_on_line),
        claim=NAME,
    )
    .equals(
        2 * half_chord * rest**HALF_FIVE * (offset**3 * 5 * sp.pi / 32 - 3 * offset * rest * square_on_line),
        Evaluate(
            "a primitive",
            on_line,
            across * root * (8 * across**4 - 26 * across**2 + 33) / 48 + sp.Rational(5, 16) * arc,
        ),
    )
    .equals(
        2 * half_chord * rest**HALF_FIVE * (offset**3 * 5 * sp.pi / 32 - 3 * offset * rest * 5 * sp.pi / 256),
        Evaluate(
            "a primitive",
            square_on_line,
            across * root * (48 * across**6 - 136 * across**4 + 118 * across**2 - 15) / 384 + sp.Rational(5, 128) * arc,
        ),
    )
    .equals(offset * profile, Elementary("collect", {offset: (0, 1)}))
    .conclude()
)
D = -sp.pi * offset * (385 * offset**8 - 1620 * offset**6 + 2646 * offset**4 - 2100 * offset**2 + 945) / 8064
SUPERPOSED = (
    Chain("The profile D has the bump's transform as its derivative", sp.Derivative(D, offset), claim=NAME)
    .equals(profile, Elementary("differentiate"))
    .conclude()
)

curvature = radius**4 * (8 * outer + 2 * bump(sp.S.One) + radius * sp.Derivative(bump(sp.S.One), radius))
TURNING = (
    Chain("The Laplacian's radial profile turns once", sp.Derivative(curvature, radius), claim=NAME)
    .equals(
        5 * radius**5 * sp.sqrt(1 - radius**2) * (11 * radius**2 - 8),
        Elementary("differentiate", {radius: (0.1, 1)}),
    )
    .conclude()
)
mass = sp.Integral(5 * radius**4 * sp.sqrt(1 - radius**2) * (8 - 11 * radius**2), (radius, 0, 1))
MASS = (
    Chain("The mass of the Laplacian near the smallest scale, by parts", mass, claim=NAME)
    .equals(
        sp.Rational(45, 256) * sp.pi,
        Evaluate(
            "a primitive",
            mass,
            -5 * radius * sp.sqrt(1 - radius**2) * (176 * radius**6 - 200 * radius**4 + 6 * radius**2 + 9) / 128
            + sp.Rational(45, 128) * sp.asin(radius),
        ),
    )
    .conclude()
)

CLAIM = Claim(
    name=NAME,
    title="The exponential certificate: its test function in closed form",
    statement=r"""
About the vertex $(0,1)$ of $\varphi(x) = (1-\norm{x}_1)_+$ in the plane let, in polar coordinates,
$\psi_1 = -r^3\sin 3\theta\;G(r)$ with $G(r) = \int_\epsilon^1 s^{-5}(1 - r^2/s^2)_+^{5/2}\,ds$. Then
$$ \langle \Delta\varphi, \psi_1\rangle = \tfrac{8}{63}\log\tfrac1\epsilon, \qquad
   (R\psi_1)(v_\theta, b) = \sin 3\theta\,\bigl[D(t) - D(t/\epsilon)\bigr],\quad t = b - \sin\theta, $$
where $D(y) = -\frac{\pi y}{8064}(385y^8 - 1620y^6 + 2646y^4 - 2100y^2 + 945)$ for $\abs y \le 1$, and constant beyond, and
$\Delta\psi_1 = r\sin 3\theta\,\bigl(8G + 2T + rT'\bigr)$, $T = (1-r^2)_+^{5/2} - \epsilon^{-4}(1-r^2/\epsilon^2)_+^{5/2}$.
""".strip(),
    hypotheses=(r"$0 < \epsilon < 1$.",),
    source=Source(OURS, "a superposition of bumps of all scales about a vertex"),
    derivations=(LAPLACIAN, OUTER, EQUATION, PAIRING, BUMP_RADON, SUPERPOSED, TURNING, MASS),
)
