r"""For a rotation-invariant population g depends on the threshold alone, and its inverse Radon transform is a positive density.

A radial density on :math:`R^d` has the marginal g on every line; one dimension more, and the former density is a marginal of the new
one. Two dimensions more are one derivative in :math:`s = r^2`, so positivity in all dimensions is complete monotonicity in s.
"""

from __future__ import annotations

import sympy as sp

from theory.claim import OURS, Claim, Source, Statement
from theory.laplacian.isotropic.laws import (
    EDGE,
    MILLS,
    MIXTURE,
    NORMAL_EXCESS,
    NORMAL_LAW,
    NORMAL_TAIL,
    SERIES,
    SPHERE,
    UNDER,
    UNIFORM_LAWS,
    Q,
    beta,
    density,
    excess_in_s,
    excess_of_ball,
    gap,
    on_cut,
    phi,
    rate_of_fall,
    root_s,
    tail_in_s,
    w,
)
from theory.laplacian.isotropic.norm import EXACT, INVERTED, SPACE, in_space, weighted_laplacian
from theory.laplacian.isotropic.transforms import (
    NORMAL,
    NORMAL_UP,
    PLANE,
    POWER_UP,
    POWERS,
    UPSTAIRS,
    marginal,
    on_chord,
    power,
    r,
    rate,
    rho,
    two_up,
)
from theory.laplacian.isotropic.weight import (
    BEND,
    CONVEX,
    EXCESS,
    FALL,
    FALLS,
    FIRST,
    MEDIAN,
    NAME,
    SECOND,
    SECOND_DERIVATIVE,
    SMALLER_SIDE,
    WEIGHT_CONVEX,
    b,
    convex,
    falling,
    one_side,
    other_side,
    twice,
)
from theory.separation.lemmas.weak_duality import norm

LAW = r"The law of $X$ on $\mathbb R^d$ is rotation-invariant, with a finite mean."
SMOOTH = r"Its marginal on a line has a density $p$ that falls in $\abs b$ and has a derivative; $b > 0$ lies inside its extent, where $P, q, h > 0$."
LAWS = ("normal", "ball", "sphere")


def over_laws(dimensions: str) -> tuple[str, ...]:
    """The three laws in these dimensions."""
    return tuple(f"{law} law, d = {dimensions}" for law in LAWS)


INSIDE = r"$r$ and $b$ lie inside the population's extent."
CLAIM = Claim(
    name=NAME,
    title="The density for isotropic populations",
    statements=(
        Statement(
            name="smaller-side",
            text=r"""
With $P(b) = P(\langle v,X\rangle > b)$, $q(b) = E\langle v,X\rangle 1\{\langle v,X\rangle > b\}$ and $h = q - bP$ the one-sided weight is $h\,(P^2+q^2)^{1/2}$ at $b \ge 0$,
and no larger than that of the other side, $(h+b)\,((1-P)^2+q^2)^{1/2}$: $g$ is the former, at $\abs b$. (Squares are compared.)
""".strip(),
            hypotheses=(LAW,),
            formal=sp.Le(one_side, other_side, evaluate=False),
            derivation=SMALLER_SIDE,
            assumes=(MEDIAN,),
        ),
        Statement(
            name="weight-falls",
            text=r"$g = h\,(P^2+q^2)^{1/2}$ falls in $\abs b$.",
            hypotheses=(LAW, r"Its marginal on a line has a density $p$; $b > 0$ lies inside its extent."),
            formal=sp.Ge(falling, 0, evaluate=False),
            derivation=FALLS,
            assumes=FIRST,
        ),
        Statement(
            name="weight-convex",
            text=r"$g$ is convex in $b > 0$: there its tangents lie below it.",
            hypotheses=(LAW, SMOOTH),
            formal=sp.Ge(twice, 0, evaluate=False),
            derivation=WEIGHT_CONVEX,
            assumes=(*FIRST, *SECOND, EXCESS),
        ),
        Statement(
            name="plane",
            text=r"""
In the plane $\rho(r) = -\frac1\pi\int_r^\infty\frac{g'(b)\,db}{\sqrt{b^2-r^2}}$ has the transform $g$: what belongs to one threshold $c$ has the integral
$\frac2\pi\int_0^\ell\frac{d\tau}{\sqrt{\ell^2-\tau^2}} = 1$ on every line at a distance $b < c$, where $\ell^2 = c^2-b^2$.
""".strip(),
            formal=sp.Eq(2 / sp.pi * on_chord, 1, evaluate=False),
            derivation=PLANE,
        ),
        Statement(
            name="two-dimensions-up",
            text=r"""
Two dimensions up $-\frac1{2\pi r}\frac{d}{dr}$ inverts: of the marginal over a plane, $2\pi\int_r^R\rho_{d+2}(u)\,u\,du$, it gives $\rho_{d+2}(r)$. So
$\rho(r) = -\frac{g'(r)}{2\pi r}$ for $d = 3$ and $\rho = (-\frac{1}{2\pi r}\frac{d}{dr})^{(d-1)/2} g$ for odd $d$, $\rho = g$ for $d = 1$; for even $d$ it is
the marginal of the density one dimension up.
""".strip(),
            hypotheses=(r"$\rho_{d+2}$ is continuous.",),
            formal=sp.Eq(two_up(marginal), rho(r), evaluate=False),
            derivation=UPSTAIRS,
        ),
        Statement(
            name="transformed-back",
            text=r"""
$\radon\rho = g$ at $b = \frac18, \frac12, \frac34$, in the plane at $b = \frac12$, up to $10^{-6}$.
""".strip(),
            instances=over_laws("1, 2, 3, 5, 7"),
        ),
        Statement(
            name="mass",
            text=r"""
$\int\rho\,dx = \int g\,db$ up to $10^{-5}$.
""".strip(),
            instances=over_laws("3, 5, 7"),
        ),
        Statement(
            name="exact-norm",
            text=r"""
Every net has $\int\rho\,d\abs{\Delta f} = \sum_H\abs{a_H}(\radon\rho)_H = \stabilitynorm f$.
""".strip(),
            hypotheses=(r"$\radon\rho = g$ on the net's hyperplanes.",),
            formal=sp.Eq(weighted_laplacian, norm, evaluate=False),
            derivation=EXACT,
            assumes=(INVERTED,),
            rests_on=("laplacian-bound.laplacian-of-a-net",),
        ),
        Statement(
            name="nonnegative-in-space",
            text=r"""
$\rho \ge 0$ for $d = 3$; likewise for $d = 1, 2$, where $\rho$ is $g$, or an integral of $-g'$.
""".strip(),
            hypotheses=(LAW, r"Its marginal on a line has a density $p$; $b > 0$ lies inside its extent."),
            formal=sp.Ge(in_space, 0, evaluate=False),
            derivation=SPACE,
            assumes=FIRST,
        ),
        Statement(
            name="nonnegative-to-dimension-5",
            text=r"""
$\rho \ge 0$ for $d = 5$, where $\rho = \frac1{\pi^2}\frac{d^2g}{ds^2}$ with $s = b^2$, and for $d = 4$, where it is a marginal of this: $g$ is convex in $s$.
""".strip(),
            hypotheses=(LAW, SMOOTH),
            formal=sp.Ge(convex, 0, evaluate=False),
            derivation=CONVEX,
            assumes=(*FIRST, *SECOND),
        ),
        Statement(
            name="square-of-the-normal-tail",
            text=r"""
For the normal law $Q(b)^2 = \frac1{2\pi}\int_0^\infty e^{-b^2(1+w)}\frac{dw}{(1+w)\sqrt{1+2w}}$, so that $(Q/\phi)^2$ is the Laplace transform in $s = b^2$ of a completely monotone function, a Stieltjes
function: both sides have the derivative $-\frac b\pi e^{-b^2}\int_0^\infty \frac{e^{-b^2w}}{\sqrt{1+2w}}\,dw$, and go to 0.
""".strip(),
            hypotheses=("The derivative is taken under the integral.",),
            formal=sp.Eq(rate_of_fall, sp.Derivative(Q**2, b), evaluate=False),
            derivation=MILLS,
        ),
        Statement(
            name="normal-tail",
            text=r"""
In $s = b^2$ the normal tail falls by $\phi/(2\sqrt s)$, which is completely monotone,
""".strip(),
            formal=sp.Eq(tail_in_s, phi.subs(b, root_s) / (2 * root_s), evaluate=False),
            derivation=NORMAL_TAIL,
        ),
        Statement(
            name="normal-excess",
            text=r"""
and the mean excess by $Q/(2\sqrt s)$: both are completely monotone in $s$.
""".strip(),
            formal=sp.Eq(excess_in_s, Q.subs(b, root_s) / (2 * root_s), evaluate=False),
            derivation=NORMAL_EXCESS,
        ),
        Statement(
            name="normal-parts",
            text=r"""
Two dimensions up $e^{-tr^2}$ becomes $\frac t\pi e^{-tr^2}$.
""".strip(),
            formal=sp.Eq(two_up(sp.exp(-rate * r**2)), rate / sp.pi * sp.exp(-rate * r**2), evaluate=False),
            derivation=NORMAL_UP,
        ),
        Statement(
            name="normal-law",
            text=r"So $\rho \ge 0$ for the normal law in every dimension.",
            hypotheses=(r"The mixture over $t$ is written as a sum.",),
            formal=sp.Ge(density, 0, evaluate=False),
            derivation=NORMAL_LAW,
            assumes=(MIXTURE,),
        ),
        Statement(
            name="excess-of-ball-and-sphere",
            text=r"""
On ball and sphere of radius 1, with $w = 1 - b^2$ and $a = \frac{d\pm1}2$, the mean excess $h = q_0\,(w^a - \sqrt{1-w}\,B(w))$, $B(w) = a\int_0^w\frac{x^{a-1}}{\sqrt{1-x}}dx$, has the derivative
$q_0\,B(w)/(2\sqrt{1-w})$ in $w$.
""".strip(),
            formal=sp.Eq(excess_of_ball, beta / (2 * sp.sqrt(1 - w)), evaluate=False),
            derivation=EDGE,
        ),
        Statement(
            name="sphere-in-space",
            text=r"""
The representation of the square of the tail across its cut, for the sphere in space: $\bigl(\frac{P}{1-b^2}\bigr)^2 = \frac1\pi\int_0^\infty\frac{\tau^2\,d\tau}{(1+\tau^2)^2(\tau^2+b^2)}$ with $P = \frac{1-b}2$.
""".strip(),
            hypotheses=(r"$0 < b < 1$.",),
            formal=sp.Eq(on_cut / sp.pi, ((1 - b) / (2 * gap)) ** 2, evaluate=False),
            derivation=SPHERE,
        ),
        Statement(
            name="powers",
            text=r"""
Two dimensions up $(1-r^2)^\beta$ becomes $\frac\beta\pi(1-r^2)^{\beta-1}$.
""".strip(),
            hypotheses=(r"$0 < r < 1$, $\beta > 0$.",),
            formal=sp.Eq(two_up((1 - r**2) ** power), power / sp.pi * (1 - r**2) ** (power - 1), evaluate=False),
            derivation=POWER_UP,
        ),
        Statement(
            name="ball-and-sphere",
            text=r"""
So $\rho \ge 0$ for the uniform laws on ball and sphere, of any radius, in every dimension.
""".strip(),
            hypotheses=(INSIDE, r"The power series in $w = 1 - r^2/R^2$ is written as a sum."),
            formal=sp.Ge(density, 0, evaluate=False),
            derivation=UNIFORM_LAWS,
            assumes=(SERIES,),
        ),
        Statement(
            name="representations",
            text=r"""
$(Q/\phi)^2$ for the normal law, and for the sphere $P^2/w^{2a}$ with $a = 1, 2$, have the representations of the proof at $b = \frac18, \frac12, \frac34$, up to $10^{-5}$.
""".strip(),
            instances=("normal law", "sphere, d = 3", "sphere, d = 5"),
        ),
        Statement(
            name="values",
            text=r"""
$\rho$ is positive and falls along $r = \frac1{1000}, \frac1{10}, \dots, \frac9{10}, 1 - 10^{-6}$: on the sphere, too, it is largest near the centre, where there are no data. In the plane it is positive at $r = \frac12, \frac34$.
""".strip(),
            instances=(*over_laws("1, 3, 5, 7, 9"), *over_laws("2")),
        ),
        Statement(
            name="centre",
            text=r"""
At $r = \frac1{1000}$ the density is $\kappa\,\Gamma(\frac d2-1)\,r^{2-d}/(2\pi^{d/2})$ up to half a percent, where $\kappa = -g'(0+) > 0$.
""".strip(),
            instances=over_laws("3, 4, 5, 7"),
        ),
        Statement(
            name="general-laws-fail",
            text=r"""
A law on two spheres, of radii $\frac1{100}$ and 18, the outer of mass $10^{-4}$: $\rho(\frac9{1000}) < 0$ for $d = 9$, but not for $d = 3, 5, 7$.
""".strip(),
            instances=("two spheres, d = 3, 5, 7, 9",),
        ),
    ),
    source=Source(OURS, "the densities by Radon inversion, and their sign in every dimension"),
    lemmas=(FALL, SECOND_DERIVATIVE, BEND, UNDER, NORMAL, POWERS),
    remarks=r"""
How the two lemmas that are taken from the literature are used. With $G(s) = g(\sqrt s)$, $\rho = (-\frac1\pi\frac{d}{ds})^{(d-1)/2} G$ for odd d. Normal law: $G = \phi\,h\,(1+(Q/\phi)^2)^{1/2}$, where $\phi$ and $h$ are
completely monotone in s and $(Q/\phi)^2$ is a Stieltjes function, hence so is the root; so G is completely monotone, a mixture of normal densities in b, and so is $\rho$ in r. Ball and sphere of radius R: $q = Rq_0w^a$,
$P = q_0w^aA(w)$ with $A = F(a,\frac12;a+1;w)$, and $g = \frac{Rq_0^2}{2(a+1)}w^{2a+1}F(1,a+\frac12;a+2;w)\sqrt{A^2+R^2}$. The function
$(q_0A)^2 = \frac1\pi\int_1^\infty\frac{B(\sqrt{x-1})}{x^{2a}(x-w)}dx$, $B(\tau) = \int_0^\tau\frac{(1+u^2)^{a-1}}{B(a,1/2)}du$, maps the upper half plane into itself, and so does the root; so the root's
coefficients are moments of a positive measure, and each power of w stays a power. From dimension 6 to 8 the sign for a general law is open. By the claim on the stability norm $1 + 2\int\rho\,d\abs{\Delta f} \le \abs{E\nabla f}^2$.
""".strip(),
)
