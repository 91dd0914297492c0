r"""Smooth functions are approximated by stable minima of any width at one and the same step size.

A function :math:`f = \int (\langle v,x\rangle - b)_+ d\alpha + \ell` with finite :math:`|\alpha|` is sampled: k neurons drawn from :math:`|\alpha|`
miss it by the order of :math:`k^{-1/2}`, and their sharpness is bounded by :math:`|\alpha|`, whatever k is.
"""

from __future__ import annotations

import sympy as sp

from theory.claim import PAPER, Claim, Source, Statement
from theory.kernel import ByHypothesis, Chain, Hypothesis
from theory.laplacian.lemmas import sampling, signed_sums, sobolev_mass, symmetrisation
from theory.laplacian.lemmas.one_scale import (
    AFFINE,
    ENERGY,
    LEVER,
    NEURONS,
    SHARPNESS,
    R,
    affine_form,
    equal_shares,
    from_centre,
    in_ball,
    one_side,
    share,
    slope,
    unit_direction,
    unit_normal,
)
from theory.laplacian.lemmas.positive_part import parts
from theory.laplacian.lemmas.symmetrisation import a, e, every_pair, pair_worst, pairs, r, tuples, worst
from theory.stability.lemmas.trace_of_rescalings import form, unit
from theory.symbols import c, d, eta, i, indexed, k, scalar, sharpness

NAME = "sobolev-approximation"

best_weight, largest_weight = (
    indexed("upper_weight", r"\hat g", nonnegative=True),
    scalar("largest_upper_weight", r"\sup\hat g", nonnegative=True),
)
largest = Hypothesis(
    "the largest weight",
    r"\hat g(v_i,b_i) \le \sup\hat g",
    sp.Ge(largest_weight, best_weight[i], evaluate=False),
    ((i, k),),
)
BEST_SCALES = (
    Chain(
        "Equal shares at the best scales",
        1 + 2 * sp.Sum(share / k * best_weight[i], (i, 1, k)),
        hypotheses=(largest,),
        claim=NAME,
    )
    .at_most(1 + 2 * share * largest_weight, ByHypothesis(largest.name, 2 * share / k, over=[(i, 1, k)]))
    .conclude()
)

bound = scalar("bound_of_sharpness", "B", positive=True)
below = Hypothesis("the sharpness is below the bound", r"\lambda_{\max} \le B", sp.Ge(bound, sharpness, evaluate=False))
step = Hypothesis("a step of 2 over the bound", r"\eta \le 2/B", sp.Ge(2 / bound, eta, evaluate=False))
STEP = (
    Chain("The step size times the sharpness", eta * sharpness, hypotheses=(below, step), claim=NAME)
    .at_most(eta * bound, ByHypothesis(below.name, eta))
    .at_most(2, ByHypothesis(step.name, bound))
    .conclude()
)

total = (1 + 2 * (share + slope) * R * sp.sqrt(1 + R**2)) * unit
CLAIM = Claim(
    name=NAME,
    title="Near smooth functions: stable minima of every width, at one step size",
    statements=(
        Statement(
            name="mass-odd",
            text=r"""
For odd $d$ a function $f \in W^{d+1,1}(\mathbb R^d)$ is $f(0) + \langle\nabla f(0),x\rangle + \int(\langle v,x\rangle-b)_+\,d\alpha(v,b)$ on the ball $B_R$, with
$\alpha$ on $0 \le b \le R$ of twice the density $-\gamma_d \radon(-\Delta)^{(d+1)/2}f$, $\gamma_d = \frac{1}{2(2\pi)^{d-1}}$, and
$$ \abs\alpha \le \gamma_d\,\abs{S^{d-1}}\;\norm{\Delta^{(d+1)/2}f}_1 . $$
""".strip(),
            hypotheses=(r"$d$ is odd and $f \in W^{d+1,1}(\mathbb R^d)$.",),
            formal=sp.Le(
                sobolev_mass.mass, sobolev_mass.constant * sobolev_mass.area * sobolev_mass.laplacian, evaluate=False
            ),
            derivation=sobolev_mass.ODD,
            assumes=(sobolev_mass.density, sobolev_mass.fubini),
        ),
        Statement(
            name="mass-even",
            text=r"""
For even $d$ and $f \in W^{d+2,1}(\mathbb R^d)$ the same holds with
$$ \abs\alpha \le \frac4\pi\,\gamma_d\,\abs{S^{d-1}}\,\bigl(\norm{\Delta^{d/2}f}_1\,\norm{\Delta^{d/2+1}f}_1\bigr)^{1/2}. $$
""".strip(),
            hypotheses=(r"$d$ is even, $f \in W^{d+2,1}(\mathbb R^d)$, and neither norm is 0.",),
            formal=sp.Le(
                sobolev_mass.mass,
                4
                * sobolev_mass.constant
                * sobolev_mass.area
                * sp.sqrt(sobolev_mass.low_order * sobolev_mass.high_order)
                / sp.pi,
                evaluate=False,
            ),
            derivation=sobolev_mass.EVEN,
            assumes=(sobolev_mass.half_density, sobolev_mass.second_differences),
        ),
        Statement(
            name="signed-sums",
            text=r"The mean length of $\sum_i \varepsilon_i v_i$ over all $N = 2^k$ patterns of signs is at most $\sqrt k$.",
            hypotheses=(r"$v_1, \dots, v_k$ are unit vectors.",),
            formal=sp.Le(
                sp.Sum(signed_sums.length[signed_sums.o], (signed_sums.o, 1, signed_sums.patterns))
                / signed_sums.patterns,
                sp.sqrt(k),
                evaluate=False,
            ),
            derivation=signed_sums.SIGNS,
            assumes=(signed_sums.independent_signs, signed_sums.unit),
        ),
        Statement(
            name="centred-sums",
            text=r"For independent random unit vectors $w_i$ of one law, $\E\norm{\textstyle\sum_i (w_i - \E w_i)} \le \sqrt k$.",
            hypotheses=("The law is that of finitely many equally likely tuples.",),
            formal=sp.Le(
                sp.Sum(signed_sums.scatter[signed_sums.a], (signed_sums.a, 1, signed_sums.tuples)) / signed_sums.tuples,
                sp.sqrt(k),
                evaluate=False,
            ),
            derivation=signed_sums.VARIANCE,
            assumes=(signed_sums.mean_draw, signed_sums.independent_draws, signed_sums.unit_draws),
        ),
        Statement(
            name="second-tuple",
            text=r"""
The mean over the draws of the largest deviation $\max_p \sum_i (\psi_{a,i} - \bar\psi)(x_p)$ is at most the mean over two independent draws of the largest
difference $\max_p \sum_i (\psi_{a,i} - \psi_{e,i})(x_p)$.
""".strip(),
            hypotheses=("There are finitely many points, and finitely many equally likely tuples of draws.",),
            formal=sp.Le(
                sp.Sum(worst[a], (a, 1, tuples)) / tuples,
                sp.Sum(pair_worst[a, e], *every_pair) / tuples**2,
                evaluate=False,
            ),
            derivation=symmetrisation.GHOST,
            assumes=(symmetrisation.each_mean, symmetrisation.weights, symmetrisation.pair_largest),
        ),
        Statement(
            name="exchange",
            text=r"""
For every pattern $\varepsilon$ of signs, the sum over all pairs of tuples of the largest difference is at most that of
$\max_p \sum_i \varepsilon_i\psi_i(x_p) + \max_p \sum_i (-\varepsilon_i)\psi'_i(x_p)$.
""".strip(),
            hypotheses=(r"Pairs are as likely after the draws with $\varepsilon_i = -1$ are exchanged as before.",),
            formal=sp.Le(
                sp.Sum(symmetrisation.largest[r], (r, 1, pairs)),
                sp.Sum(symmetrisation.signed_worst[e] + symmetrisation.mirrored_worst[e], (e, 1, pairs)),
                evaluate=False,
            ),
            derivation=symmetrisation.EXCHANGE,
            assumes=(
                symmetrisation.pair_weights,
                symmetrisation.onto,
                symmetrisation.one_image,
                symmetrisation.exchanged,
                symmetrisation.signed_largest,
                symmetrisation.mirrored_largest,
            ),
        ),
        Statement(
            name="contraction",
            text=r"""
With $\psi(t) = (t-b)_+ - \frac12t$, for any two points $p$, $q$:
$(A_p + \psi(t_p)) + (A_q - \psi(t_q)) \le \max_p (A_p + \frac12t_p) + \max_p (A_p - \frac12t_p)$.
""".strip(),
            formal=sp.Ge(
                sampling.upper + sampling.lower,
                sampling.rest[sampling.p]
                + sampling.fold(sampling.height[sampling.p])
                + sampling.rest[sampling.q]
                - sampling.fold(sampling.height[sampling.q]),
                evaluate=False,
            ),
            derivation=sampling.CONTRACTION,
            assumes=(sampling.plus, sampling.minus, parts),
        ),
        Statement(
            name="linear-functions",
            text=r"On the ball of radius $R$ a linear function $\langle u,x\rangle$ with $\norm u \le L$ is at most $RL$.",
            formal=sp.Le(
                sp.Sum(sampling.gradient[c] * sampling.place[c], (c, 1, d)),
                R * sampling.gradient_length,
                evaluate=False,
            ),
            derivation=sampling.LINEAR,
            assumes=(sampling.longest, sampling.inside),
        ),
        Statement(
            name="sampling",
            text=r"""
Let $f(x) = c + \langle u,x\rangle + \int (\langle v,x\rangle - b)_+\,d\alpha(v,b)$ on the ball $B_R$, with $\alpha$ a finite signed measure on $0 \le b \le R$. Draw $k$
neurons $(v_i,b_i)$ independently from $\abs\alpha$, with amplitudes $\pm\abs\alpha/k$, and keep the affine part. Then
$$ \E\sup_{B_R}\abs{f_k - f} \le \frac{5}{2}\,\frac{\abs\alpha R}{\sqrt k}, $$
so that some net of each width is as near.
""".strip(),
            hypotheses=(
                r"$\alpha$ is finite and not 0. That $0 \le b \le R$ costs nothing: neurons beyond are affine on $B_R$, and $(t)_+ - (-t)_+ = t$.",
            ),
            formal=sp.Le(sampling.error, sp.Rational(5, 2) * share * R / sp.sqrt(k), evaluate=False),
            derivation=sampling.SAMPLING,
            assumes=(
                sampling.two_parts,
                sampling.bent_part,
                signed_sums.mean_draw,
                signed_sums.independent_draws,
                signed_sums.unit_draws,
                signed_sums.independent_signs,
                signed_sums.unit,
            ),
        ),
        Statement(
            name="sharpness",
            text=r"""
For data in $B_R$, of any number, the net $f_k$ with its affine part has one implementation for all data at once, at the scales
$(w^{(2)}_i)^2 = \abs{a_i}R/\sqrt{1+R^2}$, with
$$ \sharpness(K) \le 1 + 2(\abs\alpha + \norm u) R\sqrt{1+R^2}. $$
The width $k$ does not occur. The affine part is $\norm u((z)_+ - (-z)_+)$, $z = \langle u,x\rangle/\norm u$: two neurons on one hyperplane.
""".strip(),
            hypotheses=(
                r"$\norm{x_j} \le R$ for all $j$; $b_i \ge 0$ and $\abs{a_i} = \abs\alpha/k$ for all $i$.",
                r"$u \neq 0$; without an affine part the term $\norm u$ is absent.",
            ),
            formal=sp.Le(form + affine_form, total, evaluate=False),
            derivation=SHARPNESS,
            assumes=(equal_shares, in_ball, unit_direction, from_centre, one_side, unit_normal),
            rests_on=("gram-form", "sharpness-upper-bound"),
        ),
        Statement(
            name="best-scales",
            text=r"""
At the best scales for the data at hand the bound $1 + 2\sum_i\abs{a_i}\,\hat g(v_i,b_i)$ of the sharpness is at most $1 + 2\abs\alpha\sup\hat g$,
the supremum over unit vectors and $0 \le b \le R$.
""".strip(),
            hypotheses=(r"There is no affine part, and $\abs{a_i} = \abs\alpha/k$.",),
            formal=sp.Le(
                1 + 2 * sp.Sum(share / k * best_weight[i], (i, 1, k)), 1 + 2 * share * largest_weight, evaluate=False
            ),
            derivation=BEST_SCALES,
            assumes=(largest,),
            rests_on=("sharpness-upper-bound",),
        ),
        Statement(
            name="step-size",
            text=r"""
With the labels $y_j = f_k(x_j)$ the net is an interpolating differentiable minimum, linearly stable, $\eta\,\sharpness \le 2$, at every step size up to 2 over the bound of its
sharpness: one step size serves all widths. (The labels are those of the net; they differ from $f(x_j)$ by no more than the error.)
""".strip(),
            hypotheses=(
                r"No drawn neuron has a datum on its kink, $\langle v_i,x_j\rangle \neq b_i$: so it is for almost every draw, if $\alpha$ has a density.",
                r"If $u \neq 0$ then $\langle u,x_j\rangle \neq 0$ for all $j$: the kink of the affine part is not drawn.",
            ),
            formal=sp.Le(eta * sharpness, 2, evaluate=False),
            derivation=STEP,
            assumes=(below, step),
            rests_on=("gram-form", "linear-stability"),
        ),
        Statement(
            name="bumps",
            text=r"""
The neurons of $(1-\norm x^2)_+^m$, polynomials in $b$ on $\abs b \le 1$, transformed back give its Laplacian, inside and outside of the ball.
""".strip(),
            instances=tuple(f"d = {d}, m = {(d + 3) // 2 + extra}" for d in (1, 3, 5, 7, 9) for extra in range(4)),
        ),
        Statement(
            name="masses",
            text=r"The mass of the neurons, enclosed, is below its bound.",
            instances=(
                *(rf"$\exp(-\norm x^2/2)$, d = {d}" for d in (2, 3, 4, 5, 6)),
                *(rf"$(1-\norm x^2)_+^{m}$, d = {d}" for d, m in ((3, 4), (3, 6), (5, 6), (5, 9), (7, 8))),
            ),
        ),
    ),
    source=Source(
        PAPER, "Sobolev functions can be approximated by stable shallow nets; all constants are this project's"
    ),
    lemmas=(LEVER, ENERGY, NEURONS, AFFINE, *sobolev_mass.LEMMAS),
    remarks=r"""
The error has two parts, $(t-b)_+ = \frac12t + \psi(t)$ with $\psi(t) = \frac12(\abs{t-b}-b)$, both 0 at the centre. The linear one is $\frac12\langle V,x\rangle$, $V$ the mean of
independent centred vectors. For the other, two tuples and the exchange of draws give $\E\sup\abs{\textstyle\frac1k\sum_i(\psi_i - \bar\psi)} \le \frac4k\E\sup\sum_i\varepsilon_i\psi_i$: a factor 2 for
two tuples, another for the absolute value, since $\psi = 0$ at the centre. The inequality of contraction, with $A_p$ the terms of the other signs, is the mean over one sign; one sign after the other,
$\E\max_p \sum_i \varepsilon_i\psi(t_{p,i}) \le \frac12\E\max_p \sum_i \varepsilon_it_{p,i}$, which leaves $\frac2k\E\sup\sum_i\varepsilon_i\langle v_i,x\rangle$, which is
$\frac{2R}k\E\abs{\sum_i\varepsilon_iv_i}$. The lemmas are derived for finitely many points and equally likely draws; for the suprema and laws in general they are cited.
The representation of $f$ is that of radon-identity, where it is stated for smooth functions that decay.
""".strip(),
)
