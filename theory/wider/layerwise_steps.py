r"""Gradient descent with step sizes of their own for the layers, or for each parameter."""

from __future__ import annotations

import sympy as sp

from theory.claim import OURS, Claim, Source, Statement
from theory.stability.by_hyperplane.network import stability_norm
from theory.wider.lemmas.equal_steps import EQUAL_STEPS, bound
from theory.wider.lemmas.equal_steps import measured_definition as measured_by_three
from theory.wider.lemmas.layer_steps import (
    MEASURED,
    NAME,
    STEP_NORM,
    bounded,
    measured,
    measured_definition,
    positive,
    step_norm,
    step_of_bias,
    step_of_outputs,
)
from theory.wider.lemmas.scaled_descent import (
    SCALED_FALLS,
    bounded_by_steps,
    earlier,
    later,
    length,
    not_negative,
)

_STEPS = r"$\Sigma$ is a diagonal matrix of step sizes, all positive; $\hessian$ is symmetric."
_KINKS = "No datum is on a kink."
_BIAS = "The output bias is trained."
_ANY = "Any parameters, interpolating or not, stationary or not."
_FLAT = r"$\hessian \succeq 0$ and $\langle\Sigma u, \hessian\Sigma u\rangle \le 2\langle u, \Sigma u\rangle$ for all $u$, that is $\sharpness(\Sigma^{1/2}\hessian\Sigma^{1/2}) \le 2$."
_LAYERS = r"The steps are $\eta_w$ for the weights and $\eta_b$ for the biases of the first layer, $\eta_2$ for the output weights, all positive, and $\eta_0 \ge 0$ for the output bias; $\langle q, \Sigma q\rangle > 0$, without which there is nothing to show."
_NORMS = ("sharpness-lower-bound.mean-gradient", "stationary-points.column", "stationary-points.unit-curvature")

CLAIM = Claim(
    name=NAME,
    title="Step sizes by layer",
    statements=(
        Statement(
            name="threshold",
            text=r"""
$\delta_{t+1} = \delta_t - \Sigma\hessian\delta_t$ is bounded from every start if and only if
$0 \le \langle u, \hessian u\rangle \le 2\langle u, \Sigma^{-1}u\rangle$ for all $u$: if and only if $\hessian \succeq 0$ and $\sharpness(\Sigma^{1/2}\hessian\Sigma^{1/2}) \le 2$.
""".strip(),
            hypotheses=(_STEPS,),
            theorems=("LayerwiseSteps.layerwise_boundedP",),
        ),
        Statement(
            name="no-growth",
            text=r"There no step lengthens the deviation, measured by the steps: $\langle\delta', \Sigma^{-1}\delta'\rangle \le \langle\delta, \Sigma^{-1}\delta\rangle$.",
            hypotheses=(_STEPS,),
            formal=sp.Le(length(later), length(earlier), evaluate=False),
            derivation=SCALED_FALLS,
            assumes=(not_negative, bounded_by_steps),
        ),
        Statement(
            name="mean-gradient",
            text=r"$\langle q, \Sigma q\rangle \le 2$ for the mean gradient $q = \E\nabla f(X)$.",
            hypotheses=(_KINKS, _BIAS, _ANY, _FLAT, "Step sizes may be zero."),
            formal=sp.Le(measured, 2, evaluate=False),
            derivation=MEASURED,
            assumes=(positive, bounded),
            theorems=("LayerwiseSteps.weighted_mean_gradient",),
            rests_on=("stationary-points.column", "stationary-points.unit-curvature"),
        ),
        Statement(
            name="norm-for-the-steps",
            text=r"""
$\displaystyle \eta_0 + 2\sqrt{\eta_2}\sum_H\abs{a_H}\omega_H \le 2$, where $\omega$ is the smaller over both sides of
$\E[(\langle v,X\rangle - b)_+]\sqrt{\eta_b\Prob(A)^2 + \eta_w\norm{\E[X\mathbf 1_A]}^2}$, $A = \{\langle v,X\rangle > b\}$.
""".strip(),
            hypotheses=(_KINKS, _BIAS, _ANY, _FLAT, _LAYERS),
            formal=sp.Le(step_of_bias + 2 * sp.sqrt(step_of_outputs) * step_norm, 2, evaluate=False),
            derivation=STEP_NORM,
            assumes=(measured_definition, positive, bounded),
            theorems=("LayerwiseSteps.layerwise_steps",),
            rests_on=_NORMS,
        ),
        Statement(
            name="stability-norm",
            text=r"For $\eta_w = \eta_b = \eta_1$, $\displaystyle \stabilitynorm f \le \frac{2 - \eta_0}{2\sqrt{\eta_1\eta_2}}$.",
            hypotheses=(_KINKS, _BIAS, _ANY, _FLAT, _LAYERS),
            formal=sp.Le(stability_norm, bound, evaluate=False),
            derivation=EQUAL_STEPS,
            assumes=(measured_by_three, positive, bounded),
            theorems=("LayerwiseSteps.layerwise_stability_norm", "LayerwiseSteps.layerwise_bounded_norm"),
            rests_on=(*_NORMS, "sharpness-lower-bound.merged"),
        ),
    ),
    source=Source(OURS, "the proof by the output bias in the inner product of the steps"),
    remarks=r"""
Where all steps are $\eta$ this is $\stabilitynorm f \le 1/\eta - 1/2$. The proof: $\langle u, \hessian v\rangle$ is an inner product, but for vectors of length 0, so that
$\langle q, \Sigma q\rangle^2 = \langle\Sigma q, \hessian e\rangle^2 \le \langle\Sigma q, \hessian\Sigma q\rangle\langle e, \hessian e\rangle \le 2\langle q, \Sigma q\rangle$ by Cauchy and Schwarz.
Any diagonal preconditioner is such a $\Sigma$; the sum over the neurons that it bounds is a norm of the function only if it does not depend on the neuron.
""".strip(),
)
