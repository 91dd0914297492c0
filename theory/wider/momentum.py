r"""Gradient descent with momentum: what the largest eigenvalue may be, and what that says of the function.

Each method, linearised at a point with the Hessian :math:`\hessian`, is a recursion of second order in the deviation.
"""

from __future__ import annotations

import sympy as sp

from theory.claim import Claim, Source, Statement
from theory.kernel import ByDerivation, Chain, Derivation
from theory.stability.by_hyperplane.network import stability_norm
from theory.stability.lemmas.descent import inner
from theory.stability.lemmas.output_bias import at_least, at_most, bound_of_gradient
from theory.stability.sharpness_lower_bound import NORM
from theory.symbols import eta, p
from theory.wider.lemmas.eigenvectors import (
    ABOVE_HEAVY_BALL,
    ABOVE_NESTEROV,
    AVERAGED_STEP,
    HEAVY_BALL_PATH,
    NESTEROV_PATH,
    as_heavy_ball,
    averaging,
    eigen,
    eigenvector,
    next_heavy_ball,
    next_nesterov,
    root,
    root_of_heavy_ball,
    root_of_nesterov,
    t,
)
from theory.wider.lemmas.mean_square import EXPECTED_FALL, NO_GROWTH, after, before, fall, law
from theory.wider.lemmas.mean_square import present as present_number
from theory.wider.lemmas.nesterov import NESTEROV_FALLS, below_nesterov, form_of_nesterov
from theory.wider.lemmas.second_order import (
    HEAVY_BALL_FALLS,
    HEAVY_BALL_LENGTH,
    NAME,
    below_heavy_ball,
    below_one,
    beta,
    earlier,
    form_of_heavy_ball,
    friction,
    later,
    positive,
    present,
)

_half = sp.Rational(1, 2)


def _norm(name: str, threshold: sp.Expr) -> Derivation:
    r"""The stability norm where :math:`0 \preceq \hessian \preceq \tau/\eta`."""
    gradient = bound_of_gradient(threshold / eta, sp.S.Zero, NAME)
    flat = (at_most(threshold / eta), at_least(sp.S.Zero))
    return (
        Chain(name, stability_norm, hypotheses=(*NORM.hypotheses, *flat), claim=NAME)
        .at_most(_half * NORM.start - _half, ByDerivation(NORM, _half, reason="the squared mean gradient and the norm"))
        .at_most(
            threshold / (2 * eta) - _half,
            ByDerivation(gradient, _half, reason="the curvature at the output bias"),
        )
        .conclude()
    )


_HEAVY_BALL, _NESTEROV, _AVERAGED = 2 * (1 + beta), 2 * (1 + beta) / (1 + 2 * beta), 2 * (1 + beta) / friction
NORM_HEAVY_BALL = _norm("The stability norm with the heavy ball", _HEAVY_BALL)
NORM_NESTEROV = _norm("The stability norm with Nesterov's method", _NESTEROV)
NORM_AVERAGED = _norm("The stability norm with the averaged gradient", _AVERAGED)

_RANGE = r"$\hessian$ is symmetric, $\eta > 0$, $0 \le \beta < 1$."
_STEP = r"$\delta_{t+2} = \delta_{t+1} - \eta\hessian\delta_{t+1} + \beta(\delta_{t+1} - \delta_t)$"
_AHEAD = r"$\delta_{t+2} = (I - \eta\hessian)\bigl(\delta_{t+1} + \beta(\delta_{t+1} - \delta_t)\bigr)$"
_AVERAGE = r"$m_{t+1} = \beta m_t + (1-\beta)\hessian\delta_t$, $\delta_{t+1} = \delta_t - \eta m_{t+1}$"
_POINT = (
    "No datum is on a kink, and the output bias is trained.",
    "Any parameters, interpolating or not, stationary or not.",
    r"$\eta > 0$, $0 \le \beta < 1$.",
)
_NORMS = ("sharpness-lower-bound.mean-gradient", "sharpness-lower-bound.one-sided", "sharpness-lower-bound.merged")
_CURVATURES = r"The curvature of a step, $h_{\mathcal B}$, is drawn independently at every step, with mean $\lambda$ and variance $V$."
_FORM = r"$\Phi(\delta, \delta') = (1+\beta)\delta'^2 - 2\beta\mu\,\delta\delta' + (1+\beta)\beta^2\delta^2$ with $\mu = 1 + \beta - \eta\lambda$."

CLAIM = Claim(
    name=NAME,
    title="Momentum",
    statements=(
        Statement(
            name="heavy-ball",
            text=rf"""
The heavy ball {_STEP} is bounded from every start if and only if $0 \le \eta\langle u, \hessian u\rangle \le 2(1+\beta)\norm u^2$ for all $u$.
""".strip(),
            hypotheses=(_RANGE,),
            theorems=("Momentum.heavy_ball_boundedP",),
        ),
        Statement(
            name="nesterov",
            text=rf"""
Nesterov's method {_AHEAD} is bounded from every start if and only if
$0 \le \eta\langle u, \hessian u\rangle \le \frac{{2(1+\beta)}}{{1+2\beta}}\norm u^2$ for all $u$.
""".strip(),
            hypotheses=(_RANGE, r"$\hessian$ has an orthonormal basis of eigenvectors, as every symmetric matrix has."),
            theorems=("Momentum.nesterov_boundedP",),
        ),
        Statement(
            name="averaged-gradient",
            text=rf"""
The averaged gradient {_AVERAGE} is bounded from every start if and only if
$0 \le \eta\langle u, \hessian u\rangle \le \frac{{2(1+\beta)}}{{1-\beta}}\norm u^2$ for all $u$.
""".strip(),
            hypotheses=(_RANGE,),
            theorems=("Momentum.averaged_gradient_boundedP",),
        ),
        Statement(
            name="heavy-ball-norm",
            text=r"Where $0 \preceq \hessian \preceq \frac{2(1+\beta)}\eta I$, as where the heavy ball is bounded, $\stabilitynorm f \le \frac{1+\beta}\eta - \frac12$.",
            hypotheses=_POINT,
            formal=sp.Le(stability_norm, _HEAVY_BALL / (2 * eta) - _half, evaluate=False),
            derivation=NORM_HEAVY_BALL,
            assumes=(at_most(_HEAVY_BALL / eta), at_least(sp.S.Zero)),
            theorems=("Momentum.heavy_ball_stability_norm",),
            rests_on=(*_NORMS, "stationary-points.column", "stationary-points.unit-curvature"),
        ),
        Statement(
            name="nesterov-norm",
            text=r"Where $0 \preceq \hessian \preceq \frac{2(1+\beta)}{(1+2\beta)\eta}I$, as where Nesterov's method is bounded, $\stabilitynorm f \le \frac{1+\beta}{(1+2\beta)\eta} - \frac12$.",
            hypotheses=_POINT,
            formal=sp.Le(stability_norm, _NESTEROV / (2 * eta) - _half, evaluate=False),
            derivation=NORM_NESTEROV,
            assumes=(at_most(_NESTEROV / eta), at_least(sp.S.Zero)),
            theorems=("Momentum.nesterov_stability_norm",),
            rests_on=(*_NORMS, "stationary-points.column", "stationary-points.unit-curvature"),
        ),
        Statement(
            name="averaged-gradient-norm",
            text=r"Where $0 \preceq \hessian \preceq \frac{2(1+\beta)}{(1-\beta)\eta}I$, as where the averaged gradient is bounded, $\stabilitynorm f \le \frac{1+\beta}{(1-\beta)\eta} - \frac12$.",
            hypotheses=(*_POINT, r"$\varphi = 1 - \beta > 0$."),
            formal=sp.Le(stability_norm, _AVERAGED / (2 * eta) - _half, evaluate=False),
            derivation=NORM_AVERAGED,
            assumes=(at_most(_AVERAGED / eta), at_least(sp.S.Zero)),
            theorems=("Momentum.averaged_gradient_stability_norm",),
            rests_on=(*_NORMS, "stationary-points.column", "stationary-points.unit-curvature"),
        ),
        Statement(
            name="heavy-ball-form",
            text=r"""
If $0 \preceq \hessian \preceq \frac{2(1+\beta)}\eta I$, no step increases
$(1+\beta^2)\norm\delta^2 + 2\norm{\delta'}^2 - 2\langle\delta, (1 + \beta - \eta\hessian)\delta'\rangle$, with $\delta$ the earlier and $\delta'$ the later of two deviations.
""".strip(),
            hypotheses=(_RANGE,),
            formal=sp.Le(form_of_heavy_ball(present, later), form_of_heavy_ball(earlier, present), evaluate=False),
            derivation=HEAVY_BALL_FALLS,
            assumes=(below_one, positive, below_heavy_ball),
        ),
        Statement(
            name="heavy-ball-length",
            text=r"""
There this form is at least $\frac{(1-\beta)^2}{1+\beta^2}\norm{\delta'}^2$: all deviations are bounded by the first two.
""".strip(),
            hypotheses=(_RANGE,),
            formal=sp.Le(
                (1 - beta) ** 2 * inner(present, present),
                (1 + beta**2) * form_of_heavy_ball(earlier, present),
                evaluate=False,
            ),
            derivation=HEAVY_BALL_LENGTH,
            assumes=(positive, below_heavy_ball),
        ),
        Statement(
            name="nesterov-form",
            text=r"""
If $0 \preceq \hessian \preceq \frac{2(1+\beta)}{(1+2\beta)\eta}I$, no step of Nesterov's method increases
$\norm\delta^2 + \beta^2\norm{C\delta}^2 + 2\norm{\delta'}^2 - 2(1+\beta)\langle\delta, C\delta'\rangle$, $C = I - \eta\hessian$.
""".strip(),
            hypotheses=(_RANGE,),
            formal=sp.Le(form_of_nesterov(present, later), form_of_nesterov(earlier, present), evaluate=False),
            derivation=NESTEROV_FALLS,
            assumes=(below_one, positive, below_nesterov),
        ),
        Statement(
            name="heavy-ball-path",
            text=r"If $\hessian v = \lambda v$ and $\eta\lambda z = (1-z)(z-\beta)$, then $z^tv$ is a path of the heavy ball.",
            hypotheses=(_RANGE,),
            formal=sp.Eq(next_heavy_ball, root ** (t + 2) * eigenvector[p], evaluate=False),
            derivation=HEAVY_BALL_PATH,
            assumes=(eigen, root_of_heavy_ball),
        ),
        Statement(
            name="nesterov-path",
            text=r"If $\hessian v = \lambda v$ and $\eta\lambda((1+\beta)z - \beta) = (1-z)(z-\beta)$, then $z^tv$ is a path of Nesterov's method.",
            hypotheses=(_RANGE,),
            formal=sp.Eq(next_nesterov, root ** (t + 2) * eigenvector[p], evaluate=False),
            derivation=NESTEROV_PATH,
            assumes=(eigen, root_of_nesterov),
        ),
        Statement(
            name="averaged-step",
            text=r"The averaged gradient with the step size $\eta$ takes the steps of a heavy ball with the step size $(1-\beta)\eta$.",
            hypotheses=(r"$\eta > 0$.",),
            formal=sp.Eq(later[p], as_heavy_ball, evaluate=False),
            derivation=AVERAGED_STEP,
            assumes=averaging,
        ),
        Statement(
            name="mean-square-form",
            text=r"""
For the heavy ball in one dimension with a random curvature,
$\E\Phi(\delta', \delta'') = \Phi(\delta, \delta') - \eta\bigl(2(1-\beta^2)\lambda - \eta((1+\beta)V + (1-\beta)\lambda^2)\bigr)\delta'^2$.
""".strip(),
            hypotheses=(_CURVATURES, _FORM),
            formal=sp.Eq(after, before - fall * present_number**2, evaluate=False),
            derivation=EXPECTED_FALL,
            assumes=law,
        ),
        Statement(
            name="mean-square",
            text=r"""
For $V > 0$ its second moment $\E\delta_t^2$ is bounded from every start if and only if
$$ \eta \le \frac{2(1-\beta)\lambda}{V + \lambda^2\,\frac{1-\beta}{1+\beta}}; $$
for $\beta = 0$ this is $2\lambda/(\lambda^2 + V)$.
""".strip(),
            hypotheses=(_CURVATURES, r"$\eta > 0$, $0 \le \beta < 1$."),
            theorems=("Momentum.mean_square_boundedP",),
        ),
        Statement(
            name="mean-square-necessary",
            text=r"""
For the heavy ball with batches of $B$ of $n$ data without replacement, linearised at an interpolating minimum, $\E\norm{\delta_t}^2 \to 0$ on the range of $\hessian$ requires
$\eta \le 2(1-\beta)\lambda/(V + \lambda^2\frac{1-\beta}{1+\beta})$ of every eigenpair $\hessian v = \lambda v$ with $\lambda > 0$, $\norm v = 1$, with $V = \frac pn\sum_j(\langle v, \nabla f(x_j)\rangle^2 - \lambda)^2$ and $p = \frac{n-B}{B(n-1)}$.
""".strip(),
            hypotheses=("No datum is on a kink.", r"$n \ge 2$, $\eta > 0$, $0 \le \beta < 1$."),
        ),
    ),
    source=Source(
        "cohen2021",
        "the thresholds of the heavy ball and of Nesterov's method; that of Adam's frozen preconditioner is Cohen et al. (2022)",
    ),
    lemmas=(ABOVE_HEAVY_BALL, ABOVE_NESTEROV, NO_GROWTH),
    machine_refuted=(
        (
            "momentum 1 is bounded along a flat direction",
            "Momentum.control_momentum_one",
            "heavy-ball",
        ),
    ),
    remarks=r"""
Above the threshold the heavy ball is unbounded without any eigenvector: with $X = 1 + \beta - \eta\hessian$, $\delta_0 = q$ and $\delta_1 = \frac12Xq$ the numbers
$c_t = \langle q, \delta_t\rangle$ obey $c_{2t} = 2\norm{\delta_t}^2 - \beta^t\norm q^2$, as Chebyshev's polynomials do, so that $\norm q^2c_{2t} \ge 2c_t^2 - \beta^t\norm q^4$.
If $2\abs{c_t} \ge (1 + \beta^t + e)\norm q^2$, then $2c_{2t} \ge (1 + \beta^{2t} + 2e)\norm q^2$; and $2\abs{c_1} > (1+\beta)\norm q^2$ is what exceeding the threshold means.

Why mean-square-necessary holds. Let $\Sigma$ be a symmetric matrix, and let $F(\Sigma)$ be what the second moments of two successive deviations are short of being stationary, the
mixed one eliminated:
$$ F(\Sigma) = \E[X_{\mathcal B}\Sigma X_{\mathcal B}] - \tfrac\beta{1-\beta^2}\bigl(X^2\Sigma + \Sigma X^2 - 2\beta X\Sigma X\bigr) - (1-\beta^2)\Sigma,
\qquad X_{\mathcal B} = 1 + \beta - \eta\hessian_{\mathcal B},\ X = \E X_{\mathcal B}. $$
It is self-adjoint. Scale the noise of the batches by $\epsilon \in [0,1]$. The map of the second moments grows with $\epsilon$ in the order of the cone of positive semidefinite matrices, so
that stability at $\epsilon = 1$ is stability for all $\epsilon$, and then $F$ is invertible for all; at $\epsilon = 0$ it is negative definite, as the eigenvalues show, and stays so.
At $\Sigma = vv^{\mathsf T}$ this is the inequality of one dimension.
""".strip(),
)
