"""Certificates that no stable shallow net comes near a function: duality for finite measures and for test functions."""

from __future__ import annotations

import sympy as sp

from theory.claim import PAPER, Claim, Source, Statement
from theory.kernel import ByDerivation, ByHypothesis, Chain, Elementary, Hypothesis
from theory.latex import named
from theory.separation.lemmas.weak_duality import (
    CENTRED,
    DOMINATED,
    DUALITY,
    INTERPOLATES,
    INTERPOLATION,
    NAME,
    STABLE,
    TOTAL,
    UNIFORM,
    WEAK,
    amplitude,
    bounded_by_norm,
    constant,
    dominated,
    error,
    level,
    norm,
    over_coordinates,
    over_planes,
    pairing,
    planes,
    slope,
    supremum,
    threshold,
    variation,
)
from theory.symbols import H, c, d, indexed, scalar

FUBINI = (
    "Rudin, Real and Complex Analysis, theorem 8.8 (Fubini), with the fundamental theorem of calculus, theorem 7.21"
)

height, cut = scalar("height", "t"), scalar("threshold_on_line", "b")
transform = sp.Function(named("transform_along_normal", r"\Psi({0})"), real=True)(height)
LINE = (
    Chain(
        "A primitive along the normal, Psi(t) the integral of psi over the hyperplane at t",
        sp.Derivative((height - cut) * sp.Derivative(transform, height) - transform, height),
        claim=NAME,
    )
    .equals((height - cut) * sp.Derivative(transform, (height, 2)), Elementary("product rule"))
    .conclude()
)

rectified = indexed("rectified_integral", "I")
radon, slope_at_plane = indexed("transform_of_test", r"(\radon\psi)"), indexed("slope_at_plane", r"\Psi'")
far = scalar("far_out", r"\varrho")
end, slope_at_end = indexed("transform_far_away", r"\Psi^{\varrho}"), indexed("slope_far_away", r"\Psi'^{\varrho}")
ALONG_NORMAL = Hypothesis(
    "integration along the normal",
    r"I_H = \int (\langle v_H,x\rangle - b_H)_+\Delta\psi\,dx = \int_{b_H}^{\varrho} (t-b_H)\Psi_H''(t)\,dt"
    r" = \bigl[(t-b_H)\Psi_H'(t) - \Psi_H(t)\bigr]_{b_H}^{\varrho},\ \Psi_H(b_H) = (\radon\psi)_H",
    sp.Eq(
        rectified[H],
        ((far - threshold[H]) * slope_at_end[H] - end[H])
        - ((threshold[H] - threshold[H]) * slope_at_plane[H] - radon[H]),
        evaluate=False,
    ),
    ((H, planes),),
    source=FUBINI,
)
ENDS = (
    Hypothesis(
        "the test function ends before", r"\Psi_H(\varrho) = 0", sp.Eq(end[H], 0, evaluate=False), ((H, planes),)
    ),
    Hypothesis(
        "its slope ends before", r"\Psi_H'(\varrho) = 0", sp.Eq(slope_at_end[H], 0, evaluate=False), ((H, planes),)
    ),
)
TRANSFORM = (
    Chain(
        "A neuron against the Laplacian of a test function",
        rectified[H],
        hypotheses=(ALONG_NORMAL, *ENDS),
        for_all=((H, planes),),
        claim=NAME,
    )
    .equals((far - threshold[H]) * slope_at_end[H] - end[H] + radon[H], ByHypothesis(ALONG_NORMAL.name))
    .equals((far - threshold[H]) * slope_at_end[H] + radon[H], ByHypothesis(ENDS[0].name, -1))
    .equals(radon[H], ByHypothesis(ENDS[1].name, far - threshold[H]))
    .conclude()
)

with_net, with_target = (
    scalar("laplacian_with_net", r"\textstyle\int f\Delta\psi"),
    scalar("laplacian_with_target", r"\textstyle\int\varphi\Delta\psi"),
)
with_one, with_coordinate = (
    scalar("laplacian_with_one", r"\textstyle\int\Delta\psi"),
    indexed("laplacian_with_coordinate", r"J"),
)
mass = scalar("laplacian_mass", r"\lVert\Delta\psi\rVert_{L^1}", nonnegative=True)
LINEAR = Hypothesis(
    "the integral is linear",
    r"\textstyle\int f\Delta\psi = \sum_H a_H I_H + c_0\int\Delta\psi + \sum_c s_c J_c,\ J_c = \int x_c\Delta\psi",
    sp.Eq(
        with_net,
        sp.Sum(amplitude[H] * rectified[H], *over_planes)
        + constant * with_one
        + sp.Sum(slope[c] * with_coordinate[c], *over_coordinates),
        evaluate=False,
    ),
    source="Rudin, Real and Complex Analysis, theorem 1.32",
)
NO_MASS = Hypothesis(
    "the Laplacian of a test function has no mass",
    r"\textstyle\int\Delta\psi\,dx = 0",
    sp.Eq(with_one, 0, evaluate=False),
    source=FUBINI,
)
NO_MOMENT = Hypothesis(
    "nor a first moment",
    r"J_c = \textstyle\int x_c\Delta\psi\,dx = 0",
    sp.Eq(with_coordinate[c], 0, evaluate=False),
    ((c, d),),
    source=FUBINI,
)
SIZE = Hypothesis(
    "the size of an integral",
    r"\textstyle\int(\varphi - f)\Delta\psi \le E\,\lVert\Delta\psi\rVert_{L^1},\ E = \sup\,\lvert f-\varphi\rvert \text{ on the support of } \psi",
    sp.Le(with_target - with_net, error * mass, evaluate=False),
    source="Rudin, Real and Complex Analysis, theorem 1.33",
)
TRANSFORM_DOMINATED = dominated(radon, r"(\radon\psi)_H")
against_planes = sp.Sum(amplitude[H] * rectified[H], *over_planes)
of_transform = sp.Sum(amplitude[H] * radon[H], *over_planes)
PLANES = bounded_by_norm("The Radon transform against the norm", of_transform, radon, r"(\radon\psi)_H").conclude()
DENSITY = (
    Chain(
        "The pairing of the Laplacian of a test function with the target",
        with_target,
        hypotheses=(*TRANSFORM.hypotheses, LINEAR, NO_MASS, NO_MOMENT, SIZE, *PLANES.hypotheses, STABLE),
        claim=NAME,
    )
    .at_most(with_net + error * mass, ByHypothesis(SIZE.name))
    .equals(
        against_planes + constant * with_one + sp.Sum(slope[c] * with_coordinate[c], *over_coordinates) + error * mass,
        ByHypothesis(LINEAR.name, reason="a finite sum over neurons, integrated term by term"),
    )
    .equals(
        against_planes + sp.Sum(slope[c] * with_coordinate[c], *over_coordinates) + error * mass,
        ByHypothesis(NO_MASS.name, constant),
    )
    .equals(against_planes + error * mass, ByHypothesis(NO_MOMENT.name, slope[c], over=over_coordinates))
    .equals(
        of_transform + error * mass,
        ByDerivation(
            TRANSFORM, amplitude[H], over=over_planes, reason="each neuron gives the transform of its hyperplane"
        ),
    )
    .at_most(supremum * norm + error * mass, ByDerivation(PLANES, reason="hyperplane by hyperplane"))
    .at_most(supremum * level + error * mass, ByHypothesis(STABLE.name, supremum))
    .conclude()
)

CLAIM = Claim(
    name=NAME,
    title="What stable shallow nets cannot approximate: the certificate",
    statements=(
        Statement(
            name="measures",
            text=r"""
Let $\mu = \sum_l \mu_l \delta_{p_l}$ be a finite signed measure that annihilates affine functions, with
$\abs{\int (\langle v,x\rangle - b)_+ d\mu} \le M g(v,b)$ for all unit vectors $v$ and all $b$. Then every shallow net with $\stabilitynorm{f} \le C$, of any
width, and every function $\varphi$ satisfy
$$ \int \varphi\,d\mu \le C M + \max_l\abs{f(p_l) - \varphi(p_l)}\,\sum_l\abs{\mu_l}. $$
""".strip(),
            hypotheses=(r"$\mu$ annihilates affine functions, and $M \ge 0$.",),
            formal=sp.Le(pairing, supremum * level + error * variation, evaluate=False),
            derivation=DUALITY,
            assumes=(TOTAL, CENTRED, *DOMINATED, STABLE, *UNIFORM),
            theorems=("DepthSeparation.certificate_weak_duality",),
        ),
        Statement(
            name="interpolation",
            text=r"""
If $f$ takes the values $\varphi(p_l)$ at the points of such a measure, then $\int\varphi\,d\mu \le M\stabilitynorm{f}$.
""".strip(),
            hypotheses=(r"$\mu$ annihilates affine functions, and $M \ge 0$.",),
            formal=sp.Le(pairing, supremum * norm, evaluate=False),
            derivation=INTERPOLATION,
            assumes=(TOTAL, CENTRED, *DOMINATED, INTERPOLATES),
            theorems=("DepthSeparation.interpolation_norm",),
        ),
        Statement(
            name="radon-transform",
            text=r"""
For $\psi \in C^2$ with compact support $\int (\langle v,x\rangle - b)_+\,\Delta\psi\,dx = (\radon\psi)(v,b)$, the integral of $\psi$ over the hyperplane
$\{\langle v,x\rangle = b\}$.
""".strip(),
            hypotheses=(r"$\psi \in C^2(\mathbb R^d)$ vanishes for $\norm{x} \ge \varrho$, for some $\varrho$.",),
            formal=sp.Eq(rectified[H], radon[H], evaluate=False),
            derivation=TRANSFORM,
            assumes=(ALONG_NORMAL, *ENDS),
        ),
        Statement(
            name="densities",
            text=r"""
Let $\psi \in C^2$ have compact support and $\abs{(\radon\psi)(v,b)} \le M g(v,b)$ for all unit vectors $v$ and all $b$. Then every shallow net with
$\stabilitynorm{f} \le C$, of any width, and every continuous $\varphi$ satisfy
$$ \int \varphi\,\Delta\psi\,dx \le C M + \sup_{\operatorname{supp}\psi}\abs{f - \varphi}\;\norm{\Delta\psi}_{L^1}. $$
""".strip(),
            hypotheses=(
                r"$\psi \in C^2(\mathbb R^d)$ vanishes for $\norm{x} \ge \varrho$, for some $\varrho$, and $M \ge 0$.",
            ),
            formal=sp.Le(with_target, supremum * level + error * mass, evaluate=False),
            derivation=DENSITY,
            assumes=(ALONG_NORMAL, *ENDS, LINEAR, NO_MASS, NO_MOMENT, SIZE, *TRANSFORM_DOMINATED, STABLE),
        ),
    ),
    source=Source(
        PAPER, "that stable shallow nets cannot approximate a certain function; the certificate is this project's"
    ),
    lemmas=(WEAK, LINE),
    machine_refuted=(
        (
            "the measure need not annihilate affine functions",
            "Controls.control_certificate_constants",
            "measures",
        ),
    ),
    remarks=r"""
$g$ is the weight of the data, or that of a population: all that is used of it is that it is not negative. In coordinates with $t$ along the normal the
Laplacian is $\partial_t^2$ and second derivatives within the hyperplanes, whose integrals vanish, so that $\int (t-b)_+\Delta\psi\,dx =
\int_b^\infty (t-b)\,\Psi''(t)\,dt$ with $\Psi(t) = (\radon\psi)(v,t)$; the first of the derivations below is its primitive.
""".strip(),
)
