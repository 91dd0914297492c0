r"""The stability norm as a weighted total variation: the neurons of f are the measure :math:`-\gamma_d R (-\Delta)^{(d+1)/2} f`.

The convention for even measures: (v,b) and (-v,-b) are one hyperplane, a measure alpha on :math:`S^{d-1}\times R` gives both the same mass, and a
neuron :math:`a(\langle v,x\rangle - b)_+` is the measure :math:`a(\delta_{(v,b)} + \delta_{(-v,-b)})/2`, of total mass :math:`|a|`. Densities are with respect to
:math:`d\sigma(v)\,db` over the whole sphere. The same convention is that of ``numerics.sobolev.ridgelet``.
"""

from __future__ import annotations

import sympy as sp

from theory.claim import PAPER, Claim, Source, Statement
from theory.laplacian.lemmas.bump_coefficients import (
    BACKPROJECTION,
    BETA,
    HIGH,
    INVERSION,
    LOW,
    NAME,
    SPHERE,
    dimension,
    from_bump,
    from_laplacian,
    order,
)
from theory.laplacian.lemmas.bump_measure import (
    DAWSON,
    LINE,
    PLANE,
    density,
    laplacians,
    local_density,
    on_the_line,
    over_hyperplane,
    slope_of_sine,
    third_power,
    threshold,
)
from theory.laplacian.lemmas.net_measure import (
    CURVATURE,
    NEURON,
    PAIRING,
    RIDGE,
    SAMPLED,
    TEST_RADON,
    VARIATION,
    Q,
    along_profile,
    both_sides,
    mean_neuron,
    mean_norm,
    offset,
    on_plane,
    smooth_neuron,
    variation,
    weighted,
)
from theory.separation.depth_separation_shallow import ALONG_NORMAL, ENDS, LINEAR, NO_MASS, NO_MOMENT, with_net
from theory.separation.lemmas.weak_duality import norm

HELGASON = "Helgason, The Radon Transform, chapter I, section 2"
NET = r"Nets $f = \sum_H a_H(\langle v_H,x\rangle - b_H)_+ + {}$affine, neurons on one hyperplane merged."
DIMENSIONS = tuple(f"d = {d}" for d in range(1, 6))
CLAIM = Claim(
    name=NAME,
    title="The stability norm and the Radon transform",
    statements=(
        Statement(
            name="measure-of-a-net",
            text=r"""
Let $\alpha = \sum_H \frac{a_H}{2}\bigl(\delta_{(v_H,b_H)} + \delta_{(-v_H,-b_H)}\bigr)$ be the even measure of the net. For every $\psi \in C^2$ with compact support
$\int (\radon\psi)(v,b)\,d\alpha = \int f\,\Delta\psi\,dx$.
""".strip(),
            hypotheses=(NET, r"$\psi \in C^2(\mathbb R^d)$ vanishes for $\norm{x} \ge \varrho$, for some $\varrho$."),
            formal=sp.Eq(both_sides, with_net, evaluate=False),
            derivation=PAIRING,
            assumes=(ALONG_NORMAL, *ENDS, LINEAR, NO_MASS, NO_MOMENT),
            rests_on=("depth-separation-shallow.radon-transform",),
        ),
        Statement(
            name="weighted-variation",
            text=r"""
For nets $\int g\,d\abs\alpha = \stabilitynorm{f}$: one factor $\frac12$ for the two orientations, none elsewhere.
""".strip(),
            hypotheses=(NET,),
            formal=sp.Eq(variation, norm, evaluate=False),
            derivation=VARIATION,
        ),
        Statement(
            name="smoothed-neuron",
            text=r"""
The mean of a neuron over a normal law of width $s$, its centre at the signed distance $t$ from the hyperplane:
$\int_{-t/s}^\infty (t + sz)\,\phi(z)\,dz = \frac t2\bigl(1 + \operatorname{erf}\frac{t}{\sqrt2 s}\bigr) + s\,\phi(t/s)$.
""".strip(),
            formal=sp.Eq(mean_neuron, smooth_neuron, evaluate=False),
            derivation=NEURON,
        ),
        Statement(
            name="normal-density",
            text=r"""
Its second derivative in $t$, the Laplacian in the centre, is the density's own integral over the hyperplane, $\frac1s\phi(t/s)$: the first statement holds for normal densities $\psi$ of every centre and width.
""".strip(),
            formal=sp.Eq(sp.Derivative(smooth_neuron, (offset, 2)), on_plane, evaluate=False),
            derivation=CURVATURE,
        ),
        Statement(
            name="uniqueness",
            text=r"""
No other finite even measure on $S^{d-1}\times\mathbb R$ pairs with all $\radon\psi$ as $\alpha$ does.
""".strip(),
            cited=HELGASON + ": the range of the Radon transform on the Schwartz space",
        ),
        Statement(
            name="smooth-functions",
            text=r"""
If $f$ is smooth and decays with its derivatives, $\alpha = -\gamma_d\,\radon(-\Delta)^{(d+1)/2} f$, $\gamma_d = \frac{1}{2(2\pi)^{d-1}}$, has the density
$\gamma_d\,\partial_b^2(-\partial_b^2)^{(d-1)/2}\radon f$ with respect to $d\sigma(v)\,db$ on the whole of $S^{d-1}\times\mathbb R$, and
$f(x) = \int (\langle v,x\rangle - b)_+\,d\alpha = \tfrac12\int \abs{\langle v,x\rangle - b}\,d\alpha$, with no affine part.
""".strip(),
            cited="Helgason, The Radon Transform, chapter I, section 3: the inversion formula",
        ),
        Statement(
            name="one-direction",
            text=r"""
Neurons of one direction with the density $q''$ have the profile $q$: $(t-b)\,q'(b) + q(b)$ is a primitive of $(t-b)\,q''(b)$, which is $q$ at $b = t$ and $0$ at $-\infty$ if $q$ decays.
""".strip(),
            formal=sp.Eq(along_profile, (offset - threshold) * sp.Derivative(Q, (threshold, 2)), evaluate=False),
            derivation=RIDGE,
        ),
        Statement(
            name="bump",
            text=r"""
For $f = e^{-\abs x^2/2}$ the inversion formula $\gamma_d \radon^*\abs{\omega}^{d-1}\radon f = f$ holds coefficient by coefficient: that of $(-r^2/2)^k/k!$ is 1.
""".strip(),
            hypotheses=(r"$d \ge 2$, $k \ge 0$; the cosine is expanded, and integrated term by term.",),
            formal=sp.Eq(from_bump, 1, evaluate=False),
            derivation=INVERSION,
            assumes=(SPHERE, BETA, LOW),
        ),
        Statement(
            name="laplacian-of-the-bump",
            text=r"""
Integrated over all directions the density of the bump's neurons gives $\Delta f$: the coefficient of $(-r^2/2)^k/k!$ is $-2k-d$, as in $(r^2-d)\,e^{-r^2/2}$.
""".strip(),
            hypotheses=(r"$d \ge 2$, $k \ge 0$; the cosine is expanded, and integrated term by term.",),
            formal=sp.Eq(from_laplacian, -2 * order - dimension, evaluate=False),
            derivation=BACKPROJECTION,
            assumes=(SPHERE, BETA, HIGH),
        ),
        Statement(
            name="density-on-the-line",
            text=r"""
The density of the bump for $d = 1$ is $\frac12\mathrm{He}_2(b)\,e^{-b^2/2}$.
""".strip(),
            formal=sp.Eq(on_the_line, density(1), evaluate=False),
            derivation=LINE,
        ),
        *(
            Statement(
                name=f"density-in-dimension-{d}",
                text=rf"""
For $d = {d}$ the integral of $-\gamma_{d}(-\Delta)^{{{(d + 1) // 2}}}e^{{-\abs x^2/2}}$ over the hyperplane at $b$ is
${"-" if (d - 1) // 2 % 2 else ""}\kappa\,\mathrm{{He}}_{d + 1}(b)\,e^{{-b^2/2}}$, where $\kappa = \frac{{1}}{{2(2\pi)^{(d - 1) // 2}}}$.
""".strip(),
                formal=sp.Eq(over_hyperplane(d), density(d), evaluate=False),
                derivation=local_density(d),
            )
            for d in (3, 5)
        ),
        Statement(
            name="sine-transform",
            text=r"""
$S(b) = \int_0^\infty e^{-\omega^2/2}\sin(\omega b)\,d\omega = \sqrt2\,\mathrm{Dawson}(b/\sqrt2)$ obeys $S' + bS = 1$: the integral of $(\omega\cos\omega b + b\sin\omega b)\,e^{-\omega^2/2}$ is 1.
""".strip(),
            formal=sp.Eq(slope_of_sine, 1, evaluate=False),
            derivation=DAWSON,
        ),
        Statement(
            name="density-in-the-plane",
            text=r"""
$\int_0^\infty \omega^3\cos(\omega b)\,e^{-\omega^2/2}\,d\omega = 2 - b^2 + (b^3-3b)\,S(b)$, in one integral, so that for $d = 2$ the density of the bump is $-\frac1{2\pi}$ times this.
""".strip(),
            formal=sp.Eq(third_power, 2 - threshold**2, evaluate=False),
            derivation=PLANE,
        ),
        Statement(
            name="fourier-form",
            text=r"""
At the thresholds listed the density of the bump is $-\kappa\sqrt{\tfrac2\pi}\int_0^\infty \omega^{d+1}e^{-\omega^2/2}\cos(\omega b)\,d\omega$, and has the closed forms above, to 30 digits.
""".strip(),
            instances=tuple(f"{d}, b = 0, 3/7, 9/7, 20/7, 31/7" for d in DIMENSIONS),
        ),
        Statement(
            name="bump-from-its-neurons",
            text=r"""
At the distances listed the bump is the integral of its neurons, and its Laplacian that of their density over the directions, to 30 digits.
""".strip(),
            instances=tuple(rf"{d}, $\abs x$ = 1/3, 3/2, 3" for d in DIMENSIONS),
        ),
        Statement(
            name="sampled-norm",
            text=r"""
$\int g\,d\abs\alpha$ is the mean of $\stabilitynorm{f_k}$ over nets $f_k$ of $k$ neurons drawn from $\abs\alpha$, each with the amplitude $\pm\abs\alpha/k$.
""".strip(),
            hypotheses=(
                r"The weight is that of a population, or of data fixed beforehand.",
                r"No hyperplane is drawn twice, as is almost sure if $\alpha$ has a density.",
            ),
            formal=sp.Eq(mean_norm, weighted, evaluate=False),
            derivation=SAMPLED,
        ),
    ),
    source=Source(
        PAPER,
        "the stability norm of a net; its form as a weighted total variation, the conventions and the examples are worked out here",
    ),
    lemmas=(TEST_RADON, *laplacians(3), *laplacians(5)),
    remarks=r"""
For nets $\radon(-\Delta)^{(d+1)/2}f$ is meant weakly: $\langle\alpha, h\rangle = -\gamma_d\langle f, (-\Delta)^{(d+1)/2}\radon^*h\rangle$ for $h = \radon\psi$, where $\gamma_d(-\Delta)^{(d-1)/2}\radon^*\radon\psi = \psi$.
Why $\alpha$ is determined: for a spherical harmonic $Y_l$ and $\eta$ of the same parity whose Fourier transform vanishes near $0$, $Y_l(v)\eta(b)$ is a Radon
transform $\radon\psi$. So $\int \radon\psi\,d\alpha = 0$ for all $\psi$ makes the Fourier transform of each finite measure $\int Y_l\,d\alpha(v,\cdot)$ vanish off $0$, hence everywhere.
""".strip(),
)
