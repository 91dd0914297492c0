"""Certificates that no stable shallow net comes near a function: duality for measures and for test functions."""

from __future__ import annotations

import sympy as sp

from theory.claim import PAPER, Claim, Source
from theory.kernel import ByHypothesis, Chain, Derivation, Hypothesis, Identity
from theory.kernel.functions import relu
from theory.latex import named
from theory.stability.sharpness_lower_bound import g, planes, stability_norm
from theory.symbols import H, c, d, indexed, scalar
from theory.symbols import l as r

NAME = "depth-separation-shallow"

points = sp.Symbol(named("points", "s"), integer=True, positive=True)
charge = indexed("charge", r"\mu")
point = indexed("certificate_point", "p")
net, target = indexed("net_value", "f"), indexed("target_value", r"\varphi")
amplitude, direction, threshold = (
    indexed("merged_amplitude", "A"),
    indexed("plane_direction", "v"),
    indexed("plane_threshold", "b"),
)
constant, slope = scalar("affine_constant", "c_0"), indexed("affine_slope", "s")
moment = indexed("rectified_moment", "m")
error, supremum = scalar("uniform_error", "E", nonnegative=True), scalar("radon_supremum", "M", nonnegative=True)
level = scalar("norm_level", "C", nonnegative=True)

over_points, over_planes = [(r, 1, points)], [(H, 1, planes)]
rectified = relu(sp.Sum(direction[H, c] * point[r, c], (c, 1, d)) - threshold[H])

NET = Hypothesis(
    "the net in reduced form",
    r"f_l = \sum_H A_H \bigl(\langle v_H, p_l\rangle - b_H\bigr)_+ + c_0 + \langle s, p_l\rangle \text{ at each point } p_l",
    sp.Eq(
        net[r], sp.Sum(amplitude[H] * rectified, *over_planes) + constant + sp.Sum(slope[c] * point[r, c], (c, 1, d))
    ),
    (r,),
)
MOMENT = Hypothesis(
    "moments of the measure",
    r"m_H = \sum_l \mu_l \bigl(\langle v_H, p_l\rangle - b_H\bigr)_+",
    sp.Eq(moment[H], sp.Sum(charge[r] * rectified, *over_points)),
    (H,),
)
TOTAL = Hypothesis("no total charge", r"\sum_l \mu_l = 0", sp.Eq(sp.Sum(charge[r], *over_points), 0))
CENTRED = Hypothesis(
    "no first moment",
    r"\sum_l \mu_l\,p_{l,c} = 0 \text{ for each coordinate } c",
    sp.Eq(sp.Sum(charge[r] * point[r, c], *over_points), 0),
    (c,),
)
NORM = Hypothesis(
    "stability norm by hyperplanes",
    r"\stabilitynorm{f} = \sum_H \lvert A_H\rvert g_H",
    sp.Eq(stability_norm, sp.Sum(sp.Abs(amplitude[H]) * g[H], *over_planes)),
)
STABLE = Hypothesis("level of the norm", r"\stabilitynorm{f} \le C", sp.Ge(level, stability_norm, evaluate=False))


def between(name: str, latex: str, small: sp.Expr, large: sp.Expr, index: sp.Symbol) -> tuple[Hypothesis, Hypothesis]:
    """The two hypotheses -large <= small <= large, for all values of the index."""
    upper = Hypothesis(f"{name}, from above", rf"{latex.format('')}", sp.Ge(large, small, evaluate=False), (index,))
    lower = Hypothesis(f"{name}, from below", rf"{latex.format('-')}", sp.Ge(large, -small, evaluate=False), (index,))
    return upper, lower


UNIFORM = between("uniform error", r"{}(\varphi_l - f_l) \le E", target[r] - net[r], error, r)
DOMINATED = between("moments below the weight", r"{}m_H \le M g_H", moment[H], supremum * g[H], H)


def halves(weight: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """The positive and the negative part of a weight."""
    half = sp.Rational(1, 2)
    return tuple(sp.Mul(half, sp.Abs(weight) + sign * weight, evaluate=False) for sign in (1, -1))


def duality() -> Derivation:
    """The pairing with the target is at most C M plus the error times the total variation."""
    pairing = sp.Sum(charge[r] * target[r], *over_points)
    of_net = sp.Sum(charge[r] * net[r], *over_points)
    variation = sp.Sum(sp.Abs(charge[r]), *over_points)
    positive, negative = halves(charge[r])
    gap = target[r] - net[r]
    # the positive part of each weight first: what is left keeps its sign
    first = of_net + sp.Sum(charge[r] * gap + positive * (error - gap), *over_points)
    of_planes = sp.Sum(amplitude[H] * moment[H], *over_planes)
    affine = sp.Sum(charge[r] * (constant + sp.Sum(slope[c] * point[r, c], (c, 1, d))), *over_points)
    up, down = halves(amplitude[H])
    middle = sp.Sum(amplitude[H] * moment[H] + up * (supremum * g[H] - moment[H]), *over_planes)
    return (
        Chain(
            "The pairing of a measure with the target",
            pairing,
            hypotheses=(NET, MOMENT, TOTAL, CENTRED, NORM, STABLE, *UNIFORM, *DOMINATED),
            claim=NAME,
        )
        .equals(of_net + sp.Sum(charge[r] * gap, *over_points), Identity("add and subtract the net"))
        .at_most(first, ByHypothesis(UNIFORM[0].name, positive, over=over_points))
        .at_most(of_net + error * variation, ByHypothesis(UNIFORM[1].name, negative, over=over_points))
        .equals(
            sp.Sum(charge[r] * amplitude[H] * rectified, *over_points, *over_planes) + affine + error * variation,
            ByHypothesis(NET.name, charge[r], over=over_points),
        )
        .equals(
            of_planes + affine + error * variation,
            ByHypothesis(MOMENT.name, -amplitude[H], over=over_planes),
        )
        .equals(
            of_planes + sp.Sum(slope[c] * charge[r] * point[r, c], (c, 1, d), *over_points) + error * variation,
            ByHypothesis(TOTAL.name, constant),
        )
        .equals(of_planes + error * variation, ByHypothesis(CENTRED.name, slope[c], over=[(c, 1, d)]))
        .at_most(middle + error * variation, ByHypothesis(DOMINATED[0].name, up, over=over_planes))
        .at_most(
            supremum * sp.Sum(sp.Abs(amplitude[H]) * g[H], *over_planes) + error * variation,
            ByHypothesis(DOMINATED[1].name, down, over=over_planes),
        )
        .equals(supremum * stability_norm + error * variation, ByHypothesis(NORM.name, -supremum))
        .at_most(supremum * level + error * variation, ByHypothesis(STABLE.name, supremum))
        .conclude()
    )


DUALITY = duality()

CLAIM = Claim(
    name=NAME,
    title="What stable shallow nets cannot approximate: the certificate",
    statement=r"""
Let $\mu = \sum_l \mu_l \delta_{p_l}$ be a finite signed measure that annihilates affine functions, with
$\abs{\int (\langle v,x\rangle - b)_+ d\mu} \le M g(v,b)$ for all unit vectors $v$ and all $b$. Then every shallow net with $\stabilitynorm{f} \le C$, of any
width, and every function $\varphi$ satisfy
$$ \int \varphi\,d\mu \le C M + \sup_l\abs{f(p_l) - \varphi(p_l)}\,\sum_l\abs{\mu_l}. $$
A density $\mu = \Delta\psi$ with a compactly supported $\psi \in C^2$ is the limit of such measures; then the moments are the Radon transform,
$\int (\langle v,x\rangle - b)_+ \Delta\psi\,dx = (R\psi)(v,b)$, and the total variation is $\norm{\Delta\psi}_{L^1}$.
""".strip(),
    hypotheses=(r"$\mu$ annihilates affine functions, and $M \ge 0$.",),
    source=Source(PAPER, "the depth separation; the certificate in this form is this project's"),
    rests_on=("sharpness-lower-bound",),
    derivations=(DUALITY,),
    machine_checked=("DepthSeparation.certificate_weak_duality", "DepthSeparation.interpolation_norm"),
    machine_refuted=(("the measure need not annihilate affine functions", "Controls.control_certificate_constants"),),
)
