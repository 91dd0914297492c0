r"""The stability norm in terms of the sharpness and the loss, at every differentiable point."""

from __future__ import annotations

import sympy as sp

from theory.claim import OURS, Claim, Source, Statement
from theory.kernel import ByDerivation, ByHypothesis, Chain, Rewrite
from theory.quantities import definition, names
from theory.stability.by_hyperplane.hessian_at_mean_gradient import (
    MEAN_ALONG,
    RESIDUALS,
    along_definition,
    at_mean_gradient,
    bend_at_mean,
    bend_definition,
    features,
    gradient_at_mean,
    length_square_at_mean,
    top_eigenvalue,
)
from theory.stability.by_hyperplane.oriented_neurons import (
    NORM,
    mean_gradient_square,
    norm_definition,
    side_means,
    square,
    squared_mean,
    stability_norm,
)
from theory.stability.by_hyperplane.tested_direction import (
    TESTED,
    form,
    mean_along,
    quotient,
    residual_part,
    taken,
    taken_at_most,
)
from theory.stability.lemmas.residual_part import (
    BEND,
    HESSIAN,
    MEAN_ABS,
    SLOPE,
    hessian_form,
    loss,
    off_kinks,
    reach,
    reach_definition,
    residual,
    root_loss,
    second_derivative,
    slope,
    within_radius,
)
from theory.stability.lemmas.residual_part import bend as curvature
from theory.symbols import j, mean, sharpness

NAME = "beyond-interpolation"

half = sp.Rational(1, 2)
form_at_mean_gradient = mean(gradient_at_mean**2) + 2 * mean(residual[j] * bend_at_mean)
taken_definition = definition("what the residuals take away, at most", r"\tau = \sigma\ell", taken, reach * root_loss)
_net = (*side_means, *features, along_definition, bend_definition, squared_mean)
QUOTIENT = (
    Chain(
        "The mean gradient as a test vector",
        sharpness * square,
        hypotheses=(top_eigenvalue, along_definition, bend_definition, squared_mean),
        claim=NAME,
    )
    .equals(sharpness * length_square_at_mean, ByHypothesis(squared_mean.name, sharpness))
    .at_least(form_at_mean_gradient, ByHypothesis(top_eigenvalue.name, at=at_mean_gradient))
    .equals(form, Rewrite("by definition", names((along_definition, bend_definition))))
    .conclude()
)
TAKEN = (
    Chain(
        "What the residuals take away along the mean gradient",
        residual_part,
        hypotheses=(*features, bend_definition, squared_mean, within_radius, reach_definition, loss, taken_definition),
        claim=NAME,
    )
    .at_most(
        reach * mean(sp.Abs(residual[j])) * (mean_gradient_square - 1),
        ByDerivation(RESIDUALS, reason="neuron by neuron"),
    )
    .at_most(
        reach * root_loss * (mean_gradient_square - 1),
        ByDerivation(MEAN_ABS, reach * (mean_gradient_square - 1), reason="the mean residual"),
    )
    .equals(reach * root_loss * (square - 1), ByHypothesis(squared_mean.name, -reach * root_loss))
    .equals(taken * (square - 1), ByHypothesis(taken_definition.name, 1 - square))
    .conclude()
)
MEAN_GRADIENT = (
    Chain(
        "The mean gradient and the top eigenvalue of the Hessian",
        mean_gradient_square,
        hypotheses=(*_net, top_eigenvalue, within_radius, reach_definition, loss, taken_definition),
        claim=NAME,
    )
    .equals(square, ByHypothesis(squared_mean.name, -1))
    .at_most(
        sharpness + taken,
        ByDerivation(
            TESTED,
            reason="the mean gradient as a test vector",
            discharged=((mean_along.name, MEAN_ALONG), (quotient.name, QUOTIENT), (taken_at_most.name, TAKEN)),
        ),
    )
    .equals(sharpness + reach * root_loss, ByHypothesis(taken_definition.name))
    .conclude()
)
bound = half * sharpness - half + half * reach * root_loss
BOUND = (
    Chain(
        "The stability norm",
        stability_norm,
        hypotheses=(*MEAN_GRADIENT.hypotheses, norm_definition),
        claim=NAME,
    )
    .at_most(
        half * mean_gradient_square - half, ByDerivation(NORM, half, reason="the mean gradient and the stability norm")
    )
    .at_most(bound, ByDerivation(MEAN_GRADIENT, half, reason="the mean gradient as a test vector"))
    .conclude()
)

_everywhere = "No datum is on a kink; the net need not interpolate, and the point need not be stationary."
CLAIM = Claim(
    name=NAME,
    title="Away from interpolation, in terms of the loss",
    statements=(
        Statement(
            name="bound",
            text=r"""
At every parameter vector where no datum is on a kink, with $\norm{x_j} \le R$, loss $L$ and Hessian $\hessian$,
$$ \stabilitynorm{f} \le \frac{\sharpness(\hessian)}{2} - \frac12 + \frac12\sqrt{1+R^2}\,\ell \qquad \text{for every } \ell > 0 \text{ with } \ell^2 \ge 2L, $$
that is, with $\sqrt{2L}$ in place of $\ell$.
""".strip(),
            hypotheses=(_everywhere, r"$\norm{x_j} \le R$ for all $j$.", "The output bias is trained."),
            formal=sp.Le(stability_norm, bound, evaluate=False),
            derivation=BOUND,
            assumes=(top_eigenvalue, within_radius, loss),
            theorems=("BeyondInterpolation.beyond_interpolation",),
        ),
        Statement(
            name="mean-gradient",
            text=r"$\norm{\E\nabla f(X)}^2 \le \sharpness(\hessian) + \sqrt{1+R^2}\,\ell$ for every $\ell > 0$ with $\ell^2 \ge 2L$.",
            hypotheses=(_everywhere, r"$\norm{x_j} \le R$ for all $j$.", "The output bias is trained."),
            formal=sp.Le(mean_gradient_square, sharpness + reach * root_loss, evaluate=False),
            derivation=MEAN_GRADIENT,
            assumes=(top_eigenvalue, within_radius, loss),
        ),
        Statement(
            name="hessian",
            text=r"""
Along a line the loss $\frac1{2n}\sum_j (\phi_j(t) - y_j)^2$ has the second derivative $\frac1n\sum_j \phi_j'(t)^2 + \frac1n\sum_j (\phi_j(t) - y_j)\phi_j''(t)$.
""".strip(),
            formal=sp.Eq(second_derivative, hessian_form, evaluate=False),
            derivation=HESSIAN,
        ),
        Statement(
            name="slope",
            text=r"""
Along the direction with the components $a_i$, $u_i$, $U_i$ and $e$ at $w^{(2)}_i$, $b^{(1)}_i$, $w^{(1)}_i$ and $b^{(2)}$ the net at $x_j$ has the slope
$\sum_i a_i(h_i)_+ + w^{(2)}_i(t)\mathbf 1\{h_i > 0\}(u_i + \langle U_i,x_j\rangle) + e$, $h_i$ the pre-activation and $w^{(2)}_i(t) = w^{(2)}_i + ta_i$.
""".strip(),
            hypotheses=("No datum is on a kink.",),
            formal=sp.Eq(SLOPE.start, slope, evaluate=False),
            derivation=SLOPE,
            assumes=(off_kinks,),
        ),
        Statement(
            name="curvature",
            text=r"""
The slope has the derivative $2\sum_i a_i\mathbf 1\{h_i > 0\}(u_i + \langle U_i,x_j\rangle)$, in which the output bias has no part.
""".strip(),
            hypotheses=("No datum is on a kink.",),
            formal=sp.Eq(BEND.start, curvature, evaluate=False),
            derivation=BEND,
            assumes=(off_kinks,),
        ),
    ),
    source=Source(
        OURS, "with the constant 1/2 before the residual term; the published constant is at least twice as large"
    ),
    machine_refuted=(
        ("no term for the loss", "ResidualControls.control_no_loss_term", "bound"),
        ("data at any distance, with any R in the bound", "OpposedClusters.control_no_radius", "bound"),
    ),
    remarks=r"""
The Hessian is tested at the mean gradient. With $\phi_j(t)$ the net at $x_j$ along a line, hessian, slope and curvature are its quadratic form at $t = 0$.
""".strip(),
)
