"""Stable shallow nets stay exponentially far from the pyramid, at every width, with explicit constants."""

from __future__ import annotations

import sympy as sp

from theory.claim import OURS, Claim, Source, Statement
from theory.kernel import ByDerivation, Chain, Elementary, Hypothesis, Rewrite
from theory.separation.depth_separation_shallow import (
    ALONG_NORMAL,
    DENSITY,
    ENDS,
    LINEAR,
    NO_MASS,
    NO_MOMENT,
    SIZE,
    TRANSFORM_DOMINATED,
    mass,
    with_target,
)
from theory.separation.exponential_certificate import FOUR_VERTICES, FUBINI, KINKS, VERTICES
from theory.separation.lemmas.certificate_mass import FOUR_COPIES, INSIDE, MASS, OUTSIDE, POLAR
from theory.separation.lemmas.certificate_radial import SCALES, smallest
from theory.separation.lemmas.weak_duality import STABLE, error, level, supremum
from theory.symbols import eta

NAME = "exponential-separation"

rate = sp.Rational(63, 32) * supremum
BEST_SCALE = Hypothesis(
    "the best scale",
    r"\epsilon = \exp(-1 - \tfrac{63M}{32}C) \le \tfrac1e < \tfrac25",
    sp.Eq(smallest, sp.exp(-1 - rate * level), evaluate=False),
)
bound = 512 / (2835 * sp.pi * sp.E) * sp.exp(-rate * level)
share = 16 * smallest / (45 * sp.pi)
GIVEN = (*DENSITY.hypotheses, VERTICES, KINKS, FUBINI, FOUR_COPIES, POLAR, INSIDE, OUTSIDE)
SEPARATION = (
    Chain(
        "The error of a net",
        error,
        hypotheses=GIVEN,
        domain=(SCALES,),
        claim=NAME,
    )
    .at_least(
        share * error * mass,
        ByDerivation(MASS, share * error, reason="the mass of the Laplacian at the scale"),
    )
    .at_least(share * (with_target - supremum * level), ByDerivation(DENSITY, share, reason="weak duality"))
    .equals(
        share * (sp.Rational(32, 63) * sp.log(1 / smallest) - supremum * level),
        ByDerivation(FOUR_VERTICES, share, reason="the pairing with the pyramid"),
    )
    .conclude()
)
at_best = share * (sp.Rational(32, 63) * sp.log(1 / smallest) - supremum * level)
ERROR = (
    Chain(
        "The error of a net, at the best scale",
        error,
        hypotheses=(*GIVEN, BEST_SCALE),
        domain=(SCALES,),
        claim=NAME,
    )
    .at_least(at_best, ByDerivation(SEPARATION, reason="at every scale"))
    .equals(at_best.subs(smallest, sp.exp(-1 - rate * level)), Rewrite("put the scale in", (BEST_SCALE.name,)))
    .equals(bound, Elementary("collect"))
    .conclude()
)
STEP_SIZE = Hypothesis(
    "the level of a stable minimum",
    r"C = \tfrac1\eta - \tfrac12",
    sp.Eq(level, 1 / eta - sp.Rational(1, 2), evaluate=False),
)
STABLE_MINIMUM = (
    Chain(
        "The error of a stable minimum of the population loss",
        error,
        hypotheses=(*GIVEN, BEST_SCALE, STEP_SIZE),
        domain=(SCALES,),
        claim=NAME,
    )
    .at_least(bound, ByDerivation(ERROR, reason="the error of a net"))
    .equals(bound.subs(level, 1 / eta - sp.Rational(1, 2)), Rewrite("its level", (STEP_SIZE.name,)))
    .conclude()
)

TEST_FUNCTION = (*ENDS, ALONG_NORMAL, LINEAR, NO_MASS, NO_MOMENT, SIZE, *TRANSFORM_DOMINATED, STABLE)
ASSUMED = (*TEST_FUNCTION, VERTICES, KINKS, FUBINI, FOUR_COPIES, POLAR, INSIDE, OUTSIDE)
POPULATION = (
    r"$X$ is uniform on the ball $B_R$ in $\mathbb R^d$, $R > 2$, and $g = g_{d,R}$ is the weight of the population.",
    r"$\varphi$ is the pyramid in two of the $d$ coordinates.",
)
LEVEL = r"$\stabilitynorm{f} \le C$, with the weight of the population, and $\abs{(\radon\psi)(v_\theta,b)} \le M g(b)$ for all $\theta$, $b$ and $\epsilon$."
EXACT = tuple(f"d = 2, R = {R}" for R in ("4", "5/2", "3", "6", "12")) + tuple(
    f"d = {d}, R = {R}" for d in (3, 4, 5, 8) for R in (3, 4, 6) if (d, R) != (8, 3)
)
DUALITY = (
    "depth-separation-shallow.densities",
    "exponential-certificate.four-vertices",
    "exponential-certificate.mass",
)
TRANSFORM = (
    "exponential-certificate.radon-transform-near",
    "exponential-certificate.radon-transform-far",
    "isotropic-density.weight-falls",
)
CLAIM = Claim(
    name=NAME,
    title="Depth separation with explicit constants at every step size",
    statements=(
        Statement(
            name="every-scale",
            text=r"""
For every scale $\epsilon$ every shallow net, of any width, has
$$ \sup_{B_R}\abs{f - \varphi} \ge \tfrac{16\,\epsilon}{45\pi}\bigl(\tfrac{32}{63}\log\tfrac1\epsilon - M C\bigr). $$
""".strip(),
            hypotheses=(*POPULATION, LEVEL, r"$0 < \epsilon \le \frac25$."),
            formal=sp.Ge(error, at_best, evaluate=False),
            derivation=SEPARATION,
            assumes=ASSUMED,
            rests_on=DUALITY,
        ),
        Statement(
            name="error",
            text=r"""
Every shallow net, of any width, satisfies, by the scale $\epsilon = \exp(-1-\frac{63M}{32}C)$,
$$ \sup_{B_R}\abs{f - \varphi} \ge \frac{512}{2835\,\pi e}\,\exp\Bigl(-\frac{63M}{32}\,C\Bigr). $$
""".strip(),
            hypotheses=(*POPULATION, LEVEL),
            formal=sp.Ge(error, bound, evaluate=False),
            derivation=ERROR,
            assumes=(*ASSUMED, BEST_SCALE),
            rests_on=DUALITY,
        ),
        Statement(
            name="stable-minima",
            text=r"""
In particular every net that is a linearly stable minimum of the population loss at step size $\eta$, with $C = \frac1\eta - \frac12$.
""".strip(),
            hypotheses=(
                *POPULATION,
                LEVEL,
                r"The net is a minimum of the population loss, twice differentiable there, whose Hessian has no eigenvalue above $2/\eta$; its output bias is trained.",
            ),
            formal=sp.Ge(error, bound.subs(level, 1 / eta - sp.Rational(1, 2)), evaluate=False),
            derivation=STABLE_MINIMUM,
            assumes=(*ASSUMED, BEST_SCALE, STEP_SIZE),
            rests_on=(*DUALITY, "population-loss"),
        ),
        Statement(
            name="supremum",
            text=r"""
$M = \sup_{\theta,b,\epsilon} \abs{(\radon\psi)(v_\theta,b)}/g_{d,R}(b)$ is enclosed for the listed populations; it is approached as $\epsilon \to 0$. For $d = 2$, $R = 4$ it is
$\sqrt2\,D_{\max}/g_{2,4}(1/\sqrt2) = 0.32259\ldots$ with $D_{\max} = 622\sqrt{33}\,\pi/102487$, approached on lines along an edge of the pyramid.
""".strip(),
            hypotheses=POPULATION[:1],
            instances=EXACT,
            rests_on=TRANSFORM,
        ),
        Statement(
            name="bound-of-the-supremum",
            text=r"""
$\abs{(\radon\psi)(v_\theta,b)} \le 7.0082\,g_{8,3}(b)$ for all $\theta$, $b$ and $\epsilon$. This is an upper bound: it is not shown that the supremum is as large.
""".strip(),
            hypotheses=POPULATION[:1],
            instances=("d = 8, R = 3",),
            rests_on=TRANSFORM,
        ),
    ),
    source=Source(OURS, "an exponential lower bound from a superposition of bumps"),
    remarks=r"""
The norm is that of the population, $\stabilitynorm{f} = \sum_H \abs{a_H} g_H$; nothing is said of nets that are stable on a sample. For $d > 2$ weak duality is used in the plane of the two
coordinates, for the net restricted to it: there $(\langle v,x\rangle - b)_+ = \abs{v'}(\langle u,y\rangle - b/\abs{v'})_+$ with $v' = \abs{v'}u$ the part of v in the plane, so that $(\radon\psi)_H$ in
the derivation is $\abs{v'}(\radon\psi)(u, b/\abs{v'})$, at most $\abs{v'} M g(b/\abs{v'}) \le M g(b)$, since $g$ falls.
""".strip(),
)
