r"""Wide shallow nets approximate the pyramid as well as wanted, with a norm of order log^2 of the error.

The pyramid is smoothed by the Poisson kernel :math:`P_\epsilon(x) = \epsilon/(2\pi(|x|^2+\epsilon^2)^{3/2})`; what the smooth function needs
of neurons is known in closed form, and finite nets sample it.
"""

from __future__ import annotations

import sympy as sp

from theory.claim import PAPER, Claim, Source, Statement
from theory.kernel.functions import relu
from theory.laplacian.lemmas import positive_part, pyramid_norm, sampling, smoothed_pyramid
from theory.laplacian.lemmas.best_draw import FINITE, best_error, best_norm, least, multiplier
from theory.laplacian.lemmas.one_scale import R, share
from theory.laplacian.lemmas.positive_part import here, taxicab, there
from theory.laplacian.lemmas.pyramid_norm import A, B, D, S, lines, norm, peak, product
from theory.laplacian.lemmas.signed_sums import SIGNS, VARIANCE
from theory.laplacian.lemmas.smoothed_pyramid import (
    VERTICES,
    angle,
    density,
    distance,
    edges,
    filtered,
    offset,
    smoothing,
    tau,
)
from theory.laplacian.lemmas.triangle_inequality import CAUCHY, MINKOWSKI, ROOT
from theory.symbols import c, k

NAME = "universal-approximation"

root = sp.sqrt(distance**2 + smoothing**2)
CLAIM = Claim(
    name=NAME,
    title="Universal approximation, and the norm it needs",
    statements=(
        Statement(
            name="all-directions",
            text=r"The mean of one-dimensional kernels: $\int_0^\pi \frac{\epsilon\,d\theta}{r^2\cos^2\theta+\epsilon^2} = \frac{\pi}{(r^2+\epsilon^2)^{1/2}}$, in two halves alike.",
            formal=sp.Eq(
                2 * sp.Integral(smoothing / (distance**2 * sp.cos(angle) ** 2 + smoothing**2), (angle, 0, sp.pi / 2)),
                sp.pi / root,
                evaluate=False,
            ),
            derivation=smoothed_pyramid.AVERAGE,
        ),
        Statement(
            name="poisson-kernel",
            text=r"$-\frac1{2\pi^2}\frac{\partial}{\partial\epsilon}\frac{\pi}{(r^2+\epsilon^2)^{1/2}} = P_\epsilon$: the filter of a line is $-\frac1{2\pi^2}\frac{\partial}{\partial\epsilon}\frac{\epsilon}{t^2+\epsilon^2}$.",
            formal=sp.Eq(
                -sp.Derivative(sp.pi / root, smoothing) / (2 * sp.pi**2),
                smoothing / (2 * sp.pi * (distance**2 + smoothing**2) ** sp.Rational(3, 2)),
                evaluate=False,
            ),
            derivation=smoothed_pyramid.POISSON,
        ),
        Statement(
            name="filter",
            text=r"That filter is the slope of $\frac1{2\pi^2}F$, $F(t) = t/(t^2+\epsilon^2)$.",
            formal=sp.Eq(
                sp.Derivative(filtered(offset), offset),
                -sp.Derivative(smoothing / (offset**2 + smoothing**2), smoothing),
                evaluate=False,
            ),
            derivation=smoothed_pyramid.FILTER,
        ),
        Statement(
            name="edge",
            text=r"Along an edge on which the distance from the line falls from $o$ to $o - \ell m$ at the rate $m$: $\int_0^\ell F'(o-mu)\,du = \frac{F(o)-F(o-\ell m)}m$.",
            formal=sp.Eq(
                smoothed_pyramid.edge_integral,
                (
                    filtered(smoothed_pyramid.start)
                    - filtered(smoothed_pyramid.start - smoothed_pyramid.length * smoothed_pyramid.incline)
                )
                / smoothed_pyramid.incline,
                evaluate=False,
            ),
            derivation=smoothed_pyramid.EDGE,
        ),
        Statement(
            name="vertices",
            text=r"""
For a line $x_1 + \tau x_2 = \beta$ the eight edges of the pyramid, jump of the slope times length over the rise of $x_1+\tau x_2$, leave the filter's values $F_E$, $F_N$, $F_W$, $F_S$ at the four corners;
the centre drops out.
""".strip(),
            formal=sp.Eq(
                edges(VERTICES),
                2
                * (1 + tau**2)
                / (1 - tau**2)
                * ((VERTICES["N"] - VERTICES["S"]) / tau - (VERTICES["E"] - VERTICES["W"])),
                evaluate=False,
            ),
            derivation=smoothed_pyramid.EIGHT_EDGES,
        ),
        Statement(
            name="density",
            text=r"""
So the lines $x_1 + \tau x_2 = \beta$, $0 < \tau < 1$, have the density
$$ \hat\alpha = -\frac{2(1+\tau^2)^{1/2}}{\pi^2}\operatorname{Re}\frac1{(z^2-\tau^2)(z^2-1)}, \qquad z = \beta + ie,\ e = \epsilon(1+\tau^2)^{1/2}, $$
per $d\tau\,d\beta$. (Per angle $\theta = \arctan\tau$ and threshold $b$ it is $-\frac8{\pi^2}\operatorname{Re}\bigl[(2(b+i\epsilon)^2-1)^2-\cos^22\theta\bigr]^{-1}$.)
""".strip(),
            formal=sp.Eq(smoothed_pyramid.four_corners, density, evaluate=False),
            derivation=smoothed_pyramid.DENSITY,
        ),
        Statement(
            name="representation",
            text=r"""
The smoothed pyramid consists of these lines: $\Delta(\varphi*P_\epsilon)(x) = \int_0^\pi \alpha(\theta,\langle v_\theta,x\rangle)\,d\theta$, and
$\varphi*P_\epsilon(x) = c + \frac12\int_0^\pi\!\int_{-R}^R \alpha(\theta,b)\,\abs{\langle v_\theta,x\rangle-b}\,db\,d\theta$ for $\norm x \le R$.
""".strip(),
        ),
        Statement(
            name="slope",
            text=r"In every dimension $\varphi(x) = (1-\sum_c\abs{x_c})_+$ has $\varphi(x) \le \varphi(z) + \sum_c\abs{x_c-z_c}$; so too with $x$ and $z$ exchanged.",
            formal=sp.Le(
                relu(1 - taxicab(here[c])),
                relu(1 - taxicab(there[c])) + taxicab(here[c] - there[c]),
                evaluate=False,
            ),
            derivation=positive_part.SLOPE,
            assumes=(positive_part.parts,),
        ),
        Statement(
            name="two-coordinates",
            text=r"$(\abs{y_1}+\abs{y_2})^2 \le 2\norm y^2$, so that in the plane the slope is at most $\sqrt2$.",
            formal=sp.Le(
                (sp.Abs(smoothed_pyramid.across) + sp.Abs(smoothed_pyramid.upward)) ** 2,
                2 * (smoothed_pyramid.across**2 + smoothed_pyramid.upward**2),
                evaluate=False,
            ),
            derivation=smoothed_pyramid.TAXICAB,
        ),
        Statement(
            name="smoothing-error",
            text=r"$\sup\abs{\varphi*P_\epsilon - \varphi} \le E(\epsilon) = \sqrt2\,\epsilon\,\operatorname{arsinh}\frac1{\sqrt2\,\epsilon}$, which goes to 0 with $\epsilon$.",
            formal=sp.Le(
                smoothed_pyramid.error,
                sp.sqrt(2) * smoothing * sp.asinh(1 / (sp.sqrt(2) * smoothing)),
                evaluate=False,
            ),
            derivation=smoothed_pyramid.ERROR,
            assumes=(smoothed_pyramid.monotone_in_the_plane,),
        ),
        Statement(
            name="two-factors",
            text=r"""
For $z = \beta + i\epsilon(1+\tau^2)^{1/2}$, $\beta \ge 0$ and $0 < \tau < 1$:
$\abs{(z^2-\tau^2)(z^2-1)}^{-1} \le \bigl(\frac1A + \frac1B\bigr)\bigl(\frac1S + \frac1D\bigr)$ with $A^2 = (\beta-\tau)^2+\epsilon^2$, $B^2 = (\beta-1)^2+\epsilon^2$, $S^2 = \tau^2+\epsilon^2$,
$D^2 = (1-\tau)^2+4\epsilon^2$: of two distances one is not small.
""".strip(),
            formal=sp.Le(product, (1 / A + 1 / B) * (1 / S + 1 / D), evaluate=False),
            derivation=pyramid_norm.POINTWISE,
        ),
        Statement(
            name="peak",
            text=r"The weight $g_R(b) = h\,(P^2+q^2)^{1/2}$ of a line is largest at the centre.",
            hypotheses=(
                r"The mean excess $h$, the mass $P$ and the moment $q$ beyond a line do not rise with its distance from the centre, as for every isotropic population.",
            ),
            formal=sp.Le(pyramid_norm.weight, pyramid_norm.central_weight, evaluate=False),
            derivation=pyramid_norm.PEAK,
        ),
        Statement(
            name="weighted-density",
            text=r"So $\abs{\hat\alpha}\,g_R \le \frac{2\sqrt2}{\pi^2}\,g_R(0)\,\bigl(\frac1A + \frac1B\bigr)\bigl(\frac1S + \frac1D\bigr)$.",
            formal=sp.Le(
                sp.Abs(lines) * pyramid_norm.weight,
                2 * sp.sqrt(2) / sp.pi**2 * peak * ((1 / A + 1 / B) * (1 / S + 1 / D)),
                evaluate=False,
            ),
            derivation=pyramid_norm.WEIGHTED,
        ),
        Statement(
            name="thresholds",
            text=r"Over the thresholds $\int \abs{\hat\alpha}\,g_R\,d\beta \le \frac{8\sqrt2}{\pi^2}\,g_R(0)\,\operatorname{arsinh}\frac{\sqrt2R}\epsilon\,\bigl(\frac1S + \frac1D\bigr)$.",
            hypotheses=(r"$R \ge 1$.",),
            formal=sp.Le(
                pyramid_norm.inner,
                8 * sp.sqrt(2) / sp.pi**2 * peak * sp.asinh(sp.sqrt(2) * R / smoothing) * (1 / S + 1 / D),
                evaluate=False,
            ),
            derivation=pyramid_norm.THRESHOLDS,
            assumes=(pyramid_norm.monotone_thresholds, pyramid_norm.longer),
        ),
        Statement(
            name="norm",
            text=r"""
The weighted mass $N_R(\epsilon) = \int g_R\,d\abs\alpha$ of the smoothed pyramid's lines in $B_R$ is at most
$$ \frac{64\sqrt2}{\pi^2}\,g_R(0)\,\operatorname{arsinh}\frac{\sqrt2R}\epsilon\,\Bigl(\operatorname{arsinh}\frac1\epsilon + \operatorname{arsinh}\frac1{2\epsilon}\Bigr), $$
which is of the order $\log^2\frac1\epsilon$.
""".strip(),
            hypotheses=(r"The dimension is 2, $X$ is uniform on the disc $B_R$ with weight $g_R$, and $R \ge 1$.",),
            formal=sp.Le(
                norm,
                64
                * sp.sqrt(2)
                / sp.pi**2
                * peak
                * sp.asinh(sp.sqrt(2) * R / smoothing)
                * (sp.asinh(1 / smoothing) + sp.asinh(1 / (2 * smoothing))),
                evaluate=False,
            ),
            derivation=pyramid_norm.NORM,
            assumes=(pyramid_norm.monotone_slopes,),
        ),
        Statement(
            name="finite-width",
            text=r"""
For every $\mu > 0$ some net $f$ of width $k$ with lines drawn from $\abs\alpha$ has
$$ \mu\sup_{B_R}\abs{f-\varphi*P_\epsilon} + \stabilitynorm{f} \le \mu\,\frac52\,\frac{\abs\alpha R}{\sqrt k} + \frac{64\sqrt2}{\pi^2}\,g_R(0)\,\operatorname{arsinh}\frac{\sqrt2R}\epsilon\,
\Bigl(\operatorname{arsinh}\frac1\epsilon + \operatorname{arsinh}\frac1{2\epsilon}\Bigr). $$
With $\mu = k^{1/4}$: as the width grows, $\sup_{B_R}\abs{f-\varphi}$ comes below $E(\epsilon) + \delta$ and $\stabilitynorm{f}$ below the bound of $N_R(\epsilon)$ plus $\delta$, for every $\delta > 0$.
""".strip(),
            hypotheses=(
                r"The draws are finitely many and equally likely; $\stabilitynorm{f} \le \sum_i\abs{a_i}g_R(b_i)$, with equality where no two lines coincide.",
            ),
            formal=sp.Le(
                multiplier * best_error + best_norm,
                multiplier * sp.Rational(5, 2) * share * R / sp.sqrt(k)
                + 64
                * sp.sqrt(2)
                / sp.pi**2
                * peak
                * sp.asinh(sp.sqrt(2) * R / smoothing)
                * (sp.asinh(1 / smoothing) + sp.asinh(1 / (2 * smoothing))),
                evaluate=False,
            ),
            derivation=FINITE,
            assumes=(
                least,
                pyramid_norm.monotone_slopes,
                sampling.two_parts,
                sampling.bent_part,
                *(h for h in VARIANCE.hypotheses if h.name != "length of the deviation"),
                *(h for h in SIGNS.hypotheses if h.name != "length of a signed sum"),
            ),
            rests_on=("sobolev-approximation.sampling",),
        ),
        Statement(
            name="explicit-nets",
            text=r"The net that samples the density has $\sup_{B_4}\abs{f-\varphi} \le E(\epsilon)$, on the whole disc, and a norm below the bound.",
            instances=(
                r"$\epsilon = 0.3$, $R = 4$, 20 directions",
                r"$\epsilon = 0.1$, $R = 4$, 60 directions",
            ),
        ),
    ),
    source=Source(
        PAPER,
        "stable shallow nets approximate Sobolev functions; the pyramid, its nets and their norm are this project's",
    ),
    lemmas=(ROOT, CAUCHY, MINKOWSKI),
    remarks=r"""
Why the lines represent the smoothed pyramid: $\Delta\varphi$ is the measure of the slope's jumps on the edges; $P_\epsilon(x-y)$ is the mean of the filter at $\langle v_\theta,x-y\rangle$ over all directions
(all-directions, poisson-kernel); by Fubini's theorem the integral over the edges comes first (edge, vertices, density). Two functions with the same Laplacian on the plane, one bounded and one of linear
growth, differ by an affine function (Liouville), and by a constant since both are even; lines beyond $R$ are affine on $B_R$.
""".strip(),
)
