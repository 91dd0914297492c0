r"""For a rotation-invariant population g depends on the threshold alone, and its inverse Radon transform is a positive density.

A radial density on :math:`R^d` has the marginal g on every line; one dimension more, and the former density is a marginal of the new
one. Two dimensions more are one derivative in :math:`s = r^2`, so positivity in all dimensions is complete monotonicity in s.
"""

from __future__ import annotations

import sympy as sp

from theory.claim import OURS, Claim, Source
from theory.kernel import Chain, Elementary, Evaluate
from theory.latex import named
from theory.symbols import scalar

NAME = "isotropic-density"

b, r = scalar("threshold", "b", positive=True), scalar("distance", "r", positive=True)
s = scalar("square_of_distance", "s", positive=True)

h = sp.Function(named("mean_excess", r"h({0})"), real=True)(b)
tail, first, marginal = -sp.Derivative(h, b), h - b * sp.Derivative(h, b), sp.Derivative(h, (b, 2))
lever = sp.sqrt(tail**2 + first**2)
FALL = (
    Chain("The weight falls: in P = -h', q = h - bh' and p = h'' no term is negative", -sp.Derivative(h * lever, b), claim=NAME)
    .equals(tail * lever + h * marginal * (tail + b * first) / lever, Elementary("product rule"))
    .conclude()
)  # fmt: skip

half_chord, share = scalar("half_chord_length", r"\ell", positive=True), scalar("chord_share", "x", positive=True)
inside = b**2 + half_chord**2 * share**2
on_chord = sp.Integral(1 / sp.sqrt(1 - share**2), (share, 0, 1))
PLANE = (
    Chain(
        "In the plane: the measure that Abel inverts by, on the share x of the chord",
        sp.Derivative(inside / 2, share)
        / (sp.sqrt(inside - b**2) * sp.sqrt(sp.factor(b**2 + half_chord**2 - inside))),
        claim=NAME,
    )
    .equals(1 / sp.sqrt(1 - share**2), Elementary("differentiate"))
    .conclude(),
    Chain("What the part of the density that belongs to one threshold c > b has on the line at distance b", 2 / sp.pi * on_chord, claim=NAME)
    .equals(sp.S.One, Evaluate("a primitive", on_chord, sp.asin(share)))
    .conclude(),
)  # fmt: skip

edge, across = scalar("edge", "R", positive=True), scalar("radius_variable", "u", positive=True)
rho = sp.Function(named("density_upstairs", r"\rho_{{d+2}}({0})"), real=True)
UPSTAIRS = (
    Chain(
        "Two dimensions up: the derivative of a marginal over a plane gives the density back",
        -sp.Derivative(2 * sp.pi * sp.Integral(rho(across) * across, (across, r, edge)), r) / (2 * sp.pi * r),
        claim=NAME,
    )
    .equals(rho(r), Elementary("the integral's lower end"))
    .conclude()
)

rate, height = scalar("rate", "t", positive=True), scalar("height_above", "v", positive=True)
half_line = sp.Integral(sp.exp(-rate * (r**2 + height**2)), (height, 0, sp.oo))
NORMAL = (
    Chain("One dimension up: mixtures of normal densities stay so", 2 * sp.sqrt(rate / sp.pi) * half_line, claim=NAME)
    .equals(
        sp.exp(-rate * r**2),
        Evaluate(
            "a primitive",
            half_line,
            sp.exp(-rate * r**2) * sp.sqrt(sp.pi) / (2 * sp.sqrt(rate)) * sp.erf(sp.sqrt(rate) * height),
            {rate: (1, 3)},
        ),
    )
    .conclude()
)
power = scalar("power", r"\beta", positive=True)
shell = sp.Integral((1 - across**2) ** (power - 1) * across, (across, r, 1))
POWERS = (
    Chain(
        "Two dimensions up: a power of one minus the square of r stays so, with the power one less",
        2 * power * shell,
        claim=NAME,
    )
    .equals(
        (1 - r**2) ** power,
        Evaluate("a primitive", shell, -((1 - across**2) ** power) / (2 * power), {power: (2, 4)}),
    )
    .conclude()
)

step = scalar("step_in_square", "e")


def to_second_order(letter: str) -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """A quantity about a point, to second order in a step in s, and its first two derivatives."""
    value, slope, bend = (
        scalar(f"{letter}_{order}", f"{letter}{chr(39) * order}", positive=True) for order in range(3)
    )
    return value + slope * step + bend * step**2 / 2, slope + bend * step, bend


(P, P_slope, P_bend), (q, q_slope, q_bend) = to_second_order("P"), to_second_order("q")
K = sp.sqrt(P**2 + q**2)
CONVEX = (
    Chain("The norm of (P, q) is convex in s where P and q are: no term is negative", sp.Derivative(K, (step, 2)), claim=NAME)
    .equals(
        (P * q_slope - q * P_slope) ** 2 / K**3 + (P * P_bend + q * q_bend) / K,
        Elementary("the identity of Lagrange"),
    )
    .conclude()
)  # fmt: skip


def by_square(e: sp.Expr) -> sp.Expr:
    """The derivative by s = b^2."""
    return sp.Derivative(e, b) / (2 * b)


p_rate = sp.Derivative(h, (b, 3))
BENDS = (
    Chain("The tail bends upwards in s where p falls", by_square(by_square(tail)), claim=NAME)
    .equals((marginal / b - p_rate) / (4 * b**2), Elementary("differentiate"))
    .conclude(),
    Chain("So does the first moment", by_square(by_square(first)), claim=NAME)
    .equals(-p_rate / (4 * b), Elementary("differentiate"))
    .conclude(),
    Chain("And the mean excess", by_square(by_square(h)), claim=NAME)
    .equals((marginal + tail / b) / (4 * b**2), Elementary("differentiate"))
    .conclude(),
)

scale = scalar("laplace_variable", "w", positive=True)
Q, phi = (1 - sp.erf(b / sp.sqrt(2))) / 2, sp.exp(-(b**2) / 2) / sp.sqrt(2 * sp.pi)
laplace = sp.exp(-(b**2) * scale) / sp.sqrt(1 + 2 * scale)
over_scales = sp.Integral(laplace, (scale, 0, sp.oo))
MILLS = (
    Chain(
        "Under the integral",
        sp.Derivative(sp.exp(-(b**2) * (1 + scale)) / ((1 + scale) * sp.sqrt(1 + 2 * scale)) / (2 * sp.pi), b),
        claim=NAME,
    )
    .equals(-b / sp.pi * sp.exp(-(b**2)) * laplace, Elementary("differentiate"))
    .conclude(),
    Chain(
        "The square of the normal tail is a Laplace transform: both sides fall at the same rate, to 0",
        -b / sp.pi * sp.exp(-(b**2)) * over_scales,
        claim=NAME,
    )
    .equals(
        -2 * phi * Q,
        Evaluate(
            "a primitive",
            over_scales,
            sp.exp(b**2 / 2) * sp.sqrt(sp.pi / 2) / b * sp.erf(b * sp.sqrt(1 + 2 * scale) / sp.sqrt(2)),
            {b: (0.5, 2)},
        ),
    )
    .equals(sp.Derivative(Q**2, b), Elementary("differentiate"))
    .conclude(),
)
root_s = sp.sqrt(s)
NORMAL_MOMENTS = (
    Chain("The normal tail in s", -sp.Derivative(Q.subs(b, root_s), s), claim=NAME)
    .equals(phi.subs(b, root_s) / (2 * root_s), Elementary("differentiate"))
    .conclude(),
    Chain("The mean excess of the normal law in s", -sp.Derivative((phi - b * Q).subs(b, root_s), s), claim=NAME)
    .equals(Q.subs(b, root_s) / (2 * root_s), Elementary("differentiate"))
    .conclude(),
)

a, w = scalar("shape", "a", positive=True), scalar("rest", "w", positive=True)
variable = scalar("beta_variable", "x", positive=True)
beta = a * sp.Integral(variable ** (a - 1) / sp.sqrt(1 - variable), (variable, 0, w))
EDGE = (
    Chain("The mean excess on ball and sphere of radius 1, by w, one minus the square of b", sp.Derivative(w**a - sp.sqrt(1 - w) * beta, w), claim=NAME)
    .equals(beta / (2 * sp.sqrt(1 - w)), Elementary("differentiate", {w: (0.1, 0.9), a: (1, 3)}))
    .conclude()
)  # fmt: skip
imaginary = scalar("imaginary_part", "B", nonnegative=True)
CUT = (
    Chain("The tail across the cut is 1/2 + iB, so its square has the imaginary part B", (sp.Rational(1, 2) + sp.I * imaginary) ** 2, claim=NAME)
    .equals(sp.Rational(1, 4) - imaginary**2 + sp.I * imaginary, Elementary("expand"))
    .conclude()
)  # fmt: skip
tau = scalar("cut_variable", r"\tau", positive=True)
on_cut = sp.Integral(tau**2 / ((1 + tau**2) ** 2 * (tau**2 + b**2)), (tau, 0, sp.oo))
gap = 1 - b**2
SPHERE = (
    Chain("The case of the sphere in space, a = 1: P = (1-b)/2, B = tau/2", on_cut / sp.pi, claim=NAME)
    .equals(
        (((1 - b) / 2) / (1 - b**2)) ** 2,
        Evaluate(
            "partial fractions",
            on_cut,
            -b / gap**2 * sp.atan(tau / b)
            + b**2 / gap**2 * sp.atan(tau)
            + (tau / (1 + tau**2) + sp.atan(tau)) / (2 * gap),
            {b: (0.2, 0.9)},
        ),
    )
    .conclude()
)

CLAIM = Claim(
    name=NAME,
    title="The density for isotropic populations",
    statement=r"""
Let the law of $X$ on $\mathbb R^d$ be rotation-invariant with a finite mean, $P(b) = P(\langle v,X\rangle > b)$, $q(b) = E\langle v,X\rangle 1\{\langle v,X\rangle > b\}$, $h = q - bP$. Then
$g(v,b) = h\,(P^2+q^2)^{1/2}$ at $\abs b$; it falls in $\abs b$ and has a kink at 0 unless $X = 0$. Its inverse Radon transform is
$$ \rho = g\ (d=1),\qquad \rho(r) = -\frac1\pi\int_r^\infty\frac{g'(b)\,db}{\sqrt{b^2-r^2}}\ (d=2),\qquad \rho(r) = -\frac{g'(r)}{2\pi r}\ (d=3), $$
$$ \rho = \Bigl(-\frac{1}{2\pi r}\frac{d}{dr}\Bigr)^{(d-1)/2} g\ (d \text{ odd}), $$
and for even $d$ the marginal of the density one dimension up; $R\rho = g$, and the mass is $\int g\,db$ in every dimension. So every net has
$\int\rho\,d\abs{\Delta f} = \stabilitynorm f$ and $1 + 2\int\rho\,d\abs{\Delta f} \le \abs{E\nabla f}^2$. For the three laws below, with $\kappa = -g'(0+) > 0$, near the centre $\rho(r) \sim \frac\kappa\pi\log\frac1r$
for $d=2$ and $\rho(r) \sim \kappa\,\Gamma(\frac d2-1)\,r^{2-d}/(2\pi^{d/2})$ for $d \ge 3$: integrable, also on hyperplanes.

Positive: $\rho \ge 0$ for every such population if $d \le 5$, and $\rho > 0$ inside the population's extent, in every dimension, for the normal law and for the uniform laws on ball and
sphere of any radius (a general law fails at $d = 9$; from 6 to 8 it is open). There $\rho$ falls in $r$: on the sphere, too, it is largest at the centre, where there are no data, and 0 on the sphere.

Proof of the sign. With $s = r^2$, $G(s) = g(\sqrt s)$: $\rho = (-\frac1\pi\frac{d}{ds})^{(d-1)/2} G$. For $d \le 3$ it is enough that $g$ falls; for $d = 4, 5$ that $G$ is convex, and $h$, $P$, $q$ are
convex in $s$ since $p$ falls. Normal law: $G = \phi\,h\,(1+(Q/\phi)^2)^{1/2}$, where $\phi$ and $h$ are completely monotone in $s$ and $(Q/\phi)^2 = \int_0^\infty e^{-sw}\frac{dw}{(1+w)\sqrt{1+2w}}$; the kernel is completely monotone
in $w$, so $(Q/\phi)^2$ is a Stieltjes function, hence so is the root. So $G$ is completely monotone, $g$ is a mixture of normal densities in $b$, and so is $\rho$ in $r$. Ball and sphere of radius $R$,
$a = \frac{d\pm1}{2}$, $w = 1-s/R^2$: $q = Rq_0w^a$, $P = q_0w^aA(w)$ with $A = F(a,\frac12;a+1;w)$, and $g = \frac{Rq_0^2}{2(a+1)}w^{2a+1}F(1,a+\frac12;a+2;w)\sqrt{A^2+R^2}$. The function
$(q_0A)^2 = \frac1\pi\int_1^\infty\frac{B(\sqrt{x-1})}{x^{2a}(x-w)}dx$, $B(\tau) = \int_0^\tau\frac{(1+u^2)^{a-1}}{B(a,1/2)}du$, maps the upper half plane into itself, and so does the root; so the root's
coefficients are moments of a positive measure, $g$ is $w^{2a+1}$ times a series in $w$ with positive coefficients, and $(\frac{d}{dw})^{(d-1)/2}$, of half-integer order too, keeps them positive.
""".strip(),
    hypotheses=(
        "Two classical theorems are used: products of completely monotone functions are completely monotone, and the root of a function that maps the upper half plane into its closure (or of its reflection) and is positive on the half line below its cut has an integral representation of the same kind (Stieltjes, Nevanlinna).",
        "For $d = 4, 5$ and a law that is not smooth, derivatives are taken in the sense of distributions.",
    ),
    source=Source(OURS, "the densities by Radon inversion, and their sign in every dimension"),
    rests_on=("laplacian-bound",),
    derivations=(FALL, *PLANE, UPSTAIRS, NORMAL, POWERS, CONVEX, *BENDS, *MILLS, *NORMAL_MOMENTS, EDGE, CUT, SPHERE),
)
