r"""Densities on the plane below the weight of finitely many data on every line, and what proves that they are.

A density is a sum of bumps :math:`h\,(1 - |x-c|^2/r^2)_+^2`. Over a line at the distance :math:`u = sr` of the centre a bump has the integral
:math:`\tfrac{16}{15}\,h\,r\,(1-s^2)^{5/2}`; its slope and bend in u are bounded, so that boxes of lines can be judged by Taylor's formula.
"""

from __future__ import annotations

import sympy as sp

from theory.claim import OURS, Claim, Source, Statement
from theory.kernel import Chain, Elementary, Evaluate, OnInterval
from theory.symbols import scalar

NAME = "planar-density"

radius = scalar("radius_of_bump", "r", positive=True)
half_chord, along = scalar("half_chord_length", r"\ell", positive=True), scalar("along_chord", r"\tau", positive=True)
on_chord = sp.Integral((half_chord**2 - along**2) ** 2 / radius**4, (along, 0, half_chord))
TRANSFORM = (
    Chain("The integral of a bump over a line", 2 * on_chord, claim=NAME)
    .equals(
        sp.Rational(16, 15) * half_chord**5 / radius**4,
        Evaluate(
            "a primitive",
            on_chord,
            (half_chord**4 * along - sp.Rational(2, 3) * half_chord**2 * along**3 + along**5 / 5) / radius**4,
        ),
    )
    .conclude()
)
distance = scalar("distance_from_centre", "u", positive=True)
over_disc = sp.Integral(2 * sp.pi * distance * (1 - distance**2 / radius**2) ** 2, (distance, 0, radius))
MASS = (
    Chain("The mass of a bump", over_disc, claim=NAME)
    .equals(
        sp.pi * radius**2 / 3,
        Evaluate("a primitive", over_disc, -sp.pi * radius**2 / 3 * (1 - distance**2 / radius**2) ** 3),
    )
    .conclude()
)

s = scalar("share_of_radius", "s", positive=True)
INSIDE = ((s, 0, 1),)
profile = sp.sqrt(1 - s**2) ** 5
slope, bend = sp.Rational(16, 3) * s * sp.sqrt(1 - s**2) ** 3, (20 * s**2 - 5) * sp.sqrt(1 - s**2)
slope_square, bend_square = sp.Rational(256, 9) * s**2 * (1 - s**2) ** 3, (20 * s**2 - 5) ** 2 * (1 - s**2)
falls, bends = sp.Derivative(-sp.Rational(16, 15) * profile, s), sp.Derivative(profile, (s, 2))
SLOPE = Chain("The slope of the integral", falls, domain=INSIDE, claim=NAME).equals(slope, Elementary("differentiate")).conclude()  # fmt: skip
BEND = Chain("The bend of the integral", bends, domain=INSIDE, claim=NAME).equals(bend, Elementary("differentiate")).conclude()  # fmt: skip
FLAT = (
    Chain("The square of the slope", slope_square, domain=INSIDE, claim=NAME)
    .at_most(3, OnInterval("equal at s = 1/2", s))
    .conclude()
)
STRAIGHT = (
    Chain("The square of the bend", bend_square, domain=INSIDE, claim=NAME)
    .at_most(25, OnInterval("equal at s = 0 and where s^2 = 3/4", s))
    .conclude()
)

MASSES = {
    "a triangle": "0.056",
    "a square and its centre, twice": "0.072",
    "seven points": "0.028",
    "twelve points": "0.146",
}
"""Sets of points of the plane, and masses of densities below their weights."""
LISTED = tuple(f"{name}, mass {mass}" for name, mass in MASSES.items())

_POINTS = r"""
The triangle has the vertices $(0,0)$, $(2,0)$, $(\frac12,\frac32)$; the square has $(\pm1,\pm1)$, and its centre counts twice. The seven points are drawn from the normal law, with two
decimals; the twelve lie three by three about the vertices of the square, at distances drawn from it. (The check has the draws.)
""".strip()
_BUMP = r"$h = 1$, $r > 0$, and the line is at the distance $u < r$ of the centre."
CLAIM = Claim(
    name=NAME,
    title="Densities on planar data",
    statements=(
        Statement(
            name="below-the-weight",
            text=r"""
On each of these sets of points of the plane a density $\rho \ge 0$, a sum of bumps $h\,(1 - \norm{x-c}^2/r^2)_+^2$, has $(\radon\rho)(v,b) \le g(v,b)$ for all unit vectors $v$ and
all $b$, and at least the mass that stands with it.
""".strip(),
            hypotheses=(_POINTS,),
            instances=LISTED,
        ),
        Statement(
            name="laplacian",
            text=r"""
With each of these densities $\int\rho\,d\abs{\Delta f} \le \frac1\eta - \frac12$ at a differentiable interpolating minimum that is linearly stable at step size $\eta$, whatever the labels and
the width.
""".strip(),
            hypotheses=(
                "The minimum interpolates the data, no datum is on a kink, and the output bias is trained.",
                r"$\eta > 0$, and gradient descent is linearly stable at the minimum.",
            ),
            instances=LISTED,
            rests_on=("laplacian-bound.bound",),
        ),
        Statement(
            name="transform",
            text=r"""
A bump has over the line the integral $2\int_0^\ell\frac{(\ell^2-\tau^2)^2}{r^4}\,d\tau = \frac{16\,\ell^5}{15\,r^4}$ with $\ell^2 = r^2 - u^2$: that is $\frac{16}{15}\,r\,(1-s^2)^{5/2}$ with $s = u/r$.
""".strip(),
            hypotheses=(_BUMP,),
            formal=sp.Eq(2 * on_chord, sp.Rational(16, 15) * half_chord**5 / radius**4, evaluate=False),
            derivation=TRANSFORM,
        ),
        Statement(
            name="mass",
            text=r"The mass of a bump is $2\pi\int_0^r u\,(1-u^2/r^2)^2\,du = \pi r^2/3$.",
            hypotheses=("$h = 1$ and $r > 0$.",),
            formal=sp.Eq(over_disc, sp.pi * radius**2 / 3, evaluate=False),
            derivation=MASS,
        ),
        Statement(
            name="slope",
            text=r"In $u$ the integral falls at the rate $\frac{16}3\,s\,(1-s^2)^{3/2}$.",
            hypotheses=("$0 < s < 1$.",),
            formal=sp.Eq(falls, slope, evaluate=False),
            derivation=SLOPE,
        ),
        Statement(
            name="slope-bounded",
            text=r"The square of this rate is at most $3$.",
            hypotheses=("$0 < s < 1$.",),
            formal=sp.Le(slope_square, 3, evaluate=False),
            derivation=FLAT,
        ),
        Statement(
            name="bend",
            text=r"The second derivative of $(1-s^2)^{5/2}$ is $(20s^2-5)\sqrt{1-s^2}$.",
            hypotheses=("$0 < s < 1$.",),
            formal=sp.Eq(bends, bend, evaluate=False),
            derivation=BEND,
        ),
        Statement(
            name="bend-bounded",
            text=r"The square of this derivative is at most $25$.",
            hypotheses=("$0 < s < 1$.",),
            formal=sp.Le(bend_square, 25, evaluate=False),
            derivation=STRAIGHT,
        ),
    ),
    source=Source(OURS, "densities below the weight of given data, with certificates"),
    remarks=r"""
A line is an angle and a threshold. In a box of lines, $\abs{\varphi-\varphi_0} \le \alpha$ and $\abs{b-b_0} \le \beta$, let $C$ be the data that stay on a side and $T$ any of those that may change it. Then
$\tilde g \ge \min_T \norm{\E(1,X)\mathbf 1_{C\cup T}}\;\E(\langle v,X\rangle-b)\mathbf 1_C$, a number times a function whose second derivative is at most $\E\norm X\mathbf 1_C$; and
$u = \langle v,c\rangle - b$ is within $\norm c\alpha^2/2$ of its linear part, which moves by at most $\norm c\alpha+\beta$. So by Taylor's formula, with the bounds of slope and bend, a number is below
$g - \radon\rho$ on the whole box; boxes in which it is negative are cut into four. The checker computes it in fractions, rounded to the safe side.
""".strip(),
)
