r"""The test function behind the exponential depth separation: pairing, Radon transform and Laplacian in closed form.

About the vertex (0,1) of the pyramid, in polar coordinates: :math:`\psi_1 = -r^3 \sin 3\theta\; G(r)` with
:math:`G(r) = \int_\epsilon^1 s^{-5} (1 - r^2/s^2)_+^{5/2} ds`, a superposition of bumps of all scales s.
"""

from __future__ import annotations

import sympy as sp

from theory.claim import OURS, Claim, Source, Statement
from theory.kernel import ByDerivation, ByHypothesis, Chain, Elementary, Evaluate, Hypothesis
from theory.separation.depth_separation_shallow import mass, with_target
from theory.separation.lemmas.certificate_mass import (
    FOUR_COPIES,
    INSIDE,
    MASS,
    NEAR,
    OUTSIDE,
    POLAR,
    TURNING,
    falling,
    kappa,
)
from theory.separation.lemmas.certificate_profile import (
    BUMP_RADON,
    FAR_LINES,
    NEAR_LINES,
    along,
    bumps_on_line,
    offset,
    profile,
    steepness,
)
from theory.separation.lemmas.certificate_radial import (
    HALF_FIVE,
    INNER,
    INNER_ENDS,
    INNER_LAPLACIAN,
    NAME,
    OUTER,
    OUTER_ENDS,
    OUTER_LAPLACIAN,
    SCALES,
    angle,
    closed_laplacian,
    laplacian,
    over_scales,
    radius,
    scale,
    smallest,
    superposed,
)
from theory.symbols import scalar

ratio = scalar("scaled_radius", "u", positive=True)
cubes = sp.Integral(ratio**3 * (1 - ratio**2) ** HALF_FIVE, (ratio, 0, 1))
all_scales = sp.Integral(1 / scale, (scale, smallest, 1))
radial, one_pairing = (
    scalar("radial_integral", r"\textstyle\int_0^1 r^3 G\,dr"),
    scalar("one_pairing", r"\langle\Delta\varphi,\psi_1\rangle"),
)
edges = sum(-sp.sin(3 * place) for place in (-sp.pi / 4, -3 * sp.pi / 4))
ridge = -sp.sin(3 * -sp.pi / 2)
KINKS = Hypothesis(
    "the Laplacian of the pyramid near a vertex",
    r"\Delta\varphi \text{ is } \sqrt2 \text{ times arc length on the edges, at } \theta = -\tfrac\pi4, -\tfrac{3\pi}4,"
    r" \text{ and } {-2} \text{ times it on the ridge, at } {-\tfrac\pi2}",
    sp.Eq(one_pairing, (sp.sqrt(2) * edges - 2 * ridge) * radial, evaluate=False),
    source="Hörmander, The Analysis of Linear Partial Differential Operators I, theorem 3.1.9 (Gauss and Green)",
)
FUBINI = Hypothesis(
    "scale by scale",
    r"\textstyle\int_0^1 r^3 G\,dr = \int_\epsilon^1 \int_0^s r^3 s^{-5}(1-r^2/s^2)^{5/2}\,dr\,ds,\ r = su",
    sp.Eq(radial, cubes * all_scales, evaluate=False),
    source="Rudin, Real and Complex Analysis, theorems 7.26 and 8.8 (change of variables and Fubini)",
)
VERTICES = Hypothesis(
    "the rotated copies meet the rotated kinks",
    r"\textstyle\int\varphi\Delta\psi = 4\,\langle\Delta\varphi,\psi_1\rangle",
    sp.Eq(with_target, 4 * one_pairing, evaluate=False),
    source="Rudin, Real and Complex Analysis, theorem 7.26 (the pyramid is invariant under rotations by 90 degrees)",
)
PAIRING = (
    Chain(
        "The pairing with the pyramid at one vertex: two edges and one ridge, each contributing the same",
        one_pairing,
        hypotheses=(KINKS, FUBINI),
        domain=(SCALES,),
        claim=NAME,
    )
    .equals(4 * radial, ByHypothesis(KINKS.name, reason="the sines at the three angles"))
    .equals(4 * cubes * all_scales, ByHypothesis(FUBINI.name, 4))
    .equals(
        sp.Rational(8, 63) * all_scales,
        Evaluate(
            "a primitive", cubes, -((1 - ratio**2) ** (HALF_FIVE + 1)) / 7 + (1 - ratio**2) ** (HALF_FIVE + 2) / 9
        ),
    )
    .equals(sp.Rational(8, 63) * sp.log(1 / smallest), Evaluate("the logarithm", all_scales, sp.log(scale)))
    .conclude()
)
FOUR_VERTICES = (
    Chain(
        "The pairing at all vertices",
        with_target,
        hypotheses=(VERTICES, *PAIRING.hypotheses),
        domain=(SCALES,),
        claim=NAME,
    )
    .equals(4 * one_pairing, ByHypothesis(VERTICES.name))
    .equals(sp.Rational(32, 63) * sp.log(1 / smallest), ByDerivation(PAIRING, 4, reason="vertex by vertex"))
    .conclude()
)
STEEP = (
    Chain("The derivative of the profile D", sp.Derivative(profile(offset), offset), claim=NAME)
    .equals(steepness(offset), Elementary("differentiate"))
    .conclude()
)

SMALL = r"$0 < \epsilon < 1$."
GIVEN_SCALES = (KINKS, FUBINI)
CLAIM = Claim(
    name=NAME,
    title="The exponential certificate: its test function in closed form",
    statements=(
        Statement(
            name="pairing",
            text=r"""
About the vertex $(0,1)$ of $\varphi(x) = (1-\norm{x}_1)_+$ in the plane let, in polar coordinates,
$\psi_1 = -r^3\sin 3\theta\;G(r)$ with $G(r) = \int_\epsilon^1 s^{-5}(1 - r^2/s^2)_+^{5/2}\,ds$. Then
$\langle \Delta\varphi, \psi_1\rangle = \tfrac{8}{63}\log\tfrac1\epsilon$.
""".strip(),
            hypotheses=(SMALL,),
            formal=sp.Eq(one_pairing, sp.Rational(8, 63) * sp.log(1 / smallest), evaluate=False),
            derivation=PAIRING,
            assumes=GIVEN_SCALES,
        ),
        Statement(
            name="four-vertices",
            text=r"""
For the sum $\psi$ of $\psi_1$ and its copies rotated by $90$, $180$ and $270$ degrees $\int\varphi\,\Delta\psi = \tfrac{32}{63}\log\tfrac1\epsilon$.
""".strip(),
            hypotheses=(SMALL,),
            formal=sp.Eq(with_target, sp.Rational(32, 63) * sp.log(1 / smallest), evaluate=False),
            derivation=FOUR_VERTICES,
            assumes=(VERTICES, *GIVEN_SCALES),
        ),
        *(
            Statement(
                name=f"scale-integral-{where}",
                text=rf"""
With $Q(w) = \frac27 w^{{7/2}} - \frac29 w^{{9/2}}$ {words}.
""".strip(),
                hypotheses=(SMALL,),
                formal=sp.Eq(over_scales(low), superposed(low), evaluate=False),
                derivation=derivation,
            )
            for where, low, derivation, words in (
                (
                    "near",
                    smallest,
                    INNER,
                    r"$G(r) = \bigl(Q(1-r^2) - Q(1-r^2/\epsilon^2)\bigr)/(2r^4)$ for $0 < r < \epsilon$",
                ),
                (
                    "far",
                    radius,
                    OUTER,
                    r"$G(r) = Q(1-r^2)/(2r^4)$ for $\epsilon < r < 1$, where only the scales $s > r$ reach $r$",
                ),
            )
        ),
        *(
            Statement(
                name=f"laplacian-{where}",
                text=rf"""
$\Delta\psi_1 = r\sin 3\theta\,(8G + 2T + rT')$ for {words}.
""".strip(),
                hypotheses=(SMALL,),
                formal=sp.Eq(
                    laplacian(-(radius**3) * sp.sin(3 * angle) * superposed(low)),
                    closed_laplacian(superposed(low), ends),
                    evaluate=False,
                ),
                derivation=derivation,
            )
            for where, low, ends, derivation, words in (
                (
                    "near",
                    smallest,
                    INNER_ENDS,
                    INNER_LAPLACIAN,
                    r"$0 < r < \epsilon$, where $T = (1-r^2)^{5/2} - \epsilon^{-4}(1-r^2/\epsilon^2)^{5/2}$",
                ),
                ("far", radius, OUTER_ENDS, OUTER_LAPLACIAN, r"$\epsilon < r < 1$, where $T = (1-r^2)^{5/2}$"),
            )
        ),
        Statement(
            name="one-bump",
            text=r"""
The integral of $t^3 - 3t\sigma^2$ times $(1-t^2-\sigma^2)_+^{5/2}$ over $\sigma$ is $t D'(t) = \frac{5\pi}{128}t(1-t^2)^3(11t^2-3)$ for $0 < t < 1$. This is, up to the factor
$-\sin 3\theta$, the integral of $-r^3\sin 3\theta\,(1-r^2)_+^{5/2}$ over the line at distance $t$ with the normal $v_\theta$: the part that is odd in $\sigma$ gives nothing.
""".strip(),
            formal=sp.Eq(along, offset * steepness(offset), evaluate=False),
            derivation=BUMP_RADON,
        ),
        *(
            Statement(
                name=f"radon-transform-{where}",
                text=rf"""
The integrals of the bumps of all scales, $-\sin 3\theta\,\frac1s\,\frac ts D'(\frac ts)$ at the scale $s$, add up to $(\radon\psi_1)(v_\theta, b) = {words}$,
where $t = b - \sin\theta$ and $D(y) = -\frac{{\pi y}}{{8064}}(385y^8 - 1620y^6 + 2646y^4 - 2100y^2 + 945)$. It is odd in $t$.
""".strip(),
                hypotheses=(SMALL,),
                formal=sp.Eq(bumps_on_line(low), value, evaluate=False),
                derivation=derivation,
            )
            for where, low, value, derivation, words in (
                (
                    "near",
                    smallest,
                    sp.sin(3 * angle) * (profile(offset) - profile(offset / smallest)),
                    NEAR_LINES,
                    r"\sin 3\theta\,[D(t) - D(t/\epsilon)]$ for $0 < t < \epsilon",
                ),
                (
                    "far",
                    offset,
                    sp.sin(3 * angle) * (profile(offset) - profile(1)),
                    FAR_LINES,
                    r"\sin 3\theta\,[D(t) - D(1)]$ for $\epsilon < t < 1",
                ),
            )
        ),
        Statement(
            name="turning",
            text=r"""
$\Delta\psi_1 = \sin 3\theta\,r^{-3}(\kappa(r) - \kappa(r/\epsilon))$ with $\kappa(r) = 4Q(w) + 2r^4w^{5/2} - 5r^6w^{3/2}$, $w = 1 - r^2$, and 0 beyond $r = 1$, where
$\kappa' = 5r^5\sqrt{1-r^2}\,(11r^2-8)$: it falls up to $r^2 = \frac8{11}$ and rises after.
""".strip(),
            hypotheses=(r"$0 < r < 1$.",),
            formal=sp.Eq(
                sp.Derivative(kappa, radius),
                5 * radius**5 * sp.sqrt(1 - radius**2) * (11 * radius**2 - 8),
                evaluate=False,
            ),
            derivation=TURNING,
        ),
        Statement(
            name="size-of-the-profile",
            text=r"""
$\kappa \ge -\frac{16}{63}$ at its turning point, and $\kappa > 0$ at $\frac25$.
""".strip(),
            instances=(r"$r = \sqrt{8/11}$", r"$r = \frac25$"),
        ),
        Statement(
            name="near-mass",
            text=r"""
$\int_0^1 r^{-2}(\kappa(0) - \kappa(r))\,dr = \frac{45\pi}{256} - \frac{16}{63}$, where $\kappa(0) = \frac{16}{63}$.
""".strip(),
            formal=sp.Eq(falling, sp.Rational(45, 256) * sp.pi - sp.Rational(16, 63), evaluate=False),
            derivation=NEAR,
        ),
        Statement(
            name="mass",
            text=r"""
$\norm{\Delta\psi}_1 \le \frac{45\pi}{16\,\epsilon}$.
""".strip(),
            hypotheses=(r"$0 < \epsilon \le \frac25$.",),
            formal=sp.Le(mass, 45 * sp.pi / (16 * smallest), evaluate=False),
            derivation=MASS,
            assumes=(FOUR_COPIES, POLAR, INSIDE, OUTSIDE),
            rests_on=("exponential-certificate.turning", "exponential-certificate.size-of-the-profile"),
        ),
    ),
    source=Source(OURS, "a superposition of bumps of all scales about a vertex"),
    lemmas=(STEEP,),
    remarks=r"""
Where $t > 1$ no bump is met, and $D$ is taken as constant beyond 1. With $z = e^{i\theta}(t + i\sigma)$ on the line, $r^3\sin 3\theta_z = \operatorname{Im} z^3 =
\sin 3\theta\,(t^3 - 3t\sigma^2) + \cos 3\theta\,(3t^2\sigma - \sigma^3)$. In the plane, the bumps of the scale $s$ have the integral $s^4/s^5$ times that of the bump of scale 1 at $t/s$.
""".strip(),
)
