r"""The Hessian of the loss at interpolation, and the n x n Gram matrix that has its nonzero eigenvalues."""

from __future__ import annotations

import sympy as sp

from theory.claim import PAPER, Claim, Source, Statement
from theory.kernel import Derivation
from theory.kernel.functions import relu
from theory.stability.lemmas.derivatives_of_net import (
    BEND,
    GRADIENT_B1,
    GRADIENT_B2,
    GRADIENT_W1,
    GRADIENT_W2,
    HESSIAN,
    HESSIAN_ALONG,
    NAME,
    SLOPE,
    bend,
    coordinate,
    interpolating,
    loss_along,
    moving_network,
    neuron,
    off_kinks,
    off_kinks_along,
    output,
    tau,
)
from theory.stability.lemmas.gram_matrix import GRAM, M, Z, features, inner_product
from theory.stability.lemmas.gram_spectrum import (
    GRAM_BELOW,
    HESSIAN_BELOW,
    ORTHOGONAL_OF_H,
    ORTHOGONAL_OF_K,
    TO_H,
    TO_K,
    K,
    data_vector,
    eigen_of_gram,
    eigen_of_hessian,
    eigenvalue,
    form_of_gram,
    form_of_hessian,
    gram_below,
    hessian,
    hessian_below,
    orthonormal_of_gram,
    orthonormal_of_hessian,
    other,
    parameter_vector,
    square_of_u,
    square_of_v,
    top,
)
from theory.symbols import (
    W1,
    Phi,
    active,
    b1,
    b2,
    c,
    d,
    i,
    j,
    k,
    l,
    m,
    mean,
    n,
    network,
    p,
    parameters,
    preactivation,
    q,
    w2,
    x,
    y,
)

__all__ = ["CLAIM", "GRAM", "M", "Z", "features"]

_AT_KINKS = r"No datum is on a kink: $\langle w^{(1)}_i, x_j\rangle + b^{(1)}_i \neq 0$ for all $i, j$."
_ANY_MATRIX = r"$\Phi$ is any real matrix with $n$ columns, such as $[\nabla f(x_1) \dots \nabla f(x_n)]$; $\hessian = \Phi\Phi^{\mathsf T}/n$ and $K = \Phi^{\mathsf T}\Phi/n$."


def _of_gradient(name: str, text: str, by: sp.Expr, value: sp.Expr, derivation: Derivation) -> Statement:
    return Statement(
        name=name,
        text=text,
        hypotheses=(_AT_KINKS,),
        formal=sp.Eq(sp.Derivative(network(j), by), value, evaluate=False),
        derivation=derivation,
        assumes=(off_kinks,),
    )


CLAIM = Claim(
    name=NAME,
    title="The Gram form of the Hessian",
    statements=(
        _of_gradient(
            "gradient-input-weights",
            r"$\partial f(x_j)/\partial w^{(1)}_{r,s} = w^{(2)}_r\,\mathbf 1\{\langle w^{(1)}_r,x_j\rangle + b^{(1)}_r > 0\}\,x_{j,s}$.",
            W1[neuron, coordinate],
            w2[neuron] * active(neuron) * x[j, coordinate],
            GRADIENT_W1,
        ),
        _of_gradient(
            "gradient-input-biases",
            r"$\partial f(x_j)/\partial b^{(1)}_r = w^{(2)}_r\,\mathbf 1\{\langle w^{(1)}_r,x_j\rangle + b^{(1)}_r > 0\}$.",
            b1[neuron],
            w2[neuron] * active(neuron),
            GRADIENT_B1,
        ),
        _of_gradient(
            "gradient-output-weights",
            r"$\partial f(x_j)/\partial w^{(2)}_r = (\langle w^{(1)}_r,x_j\rangle + b^{(1)}_r)_+$.",
            w2[neuron],
            relu(preactivation(neuron)),
            GRADIENT_W2,
        ),
        _of_gradient("gradient-output-bias", r"$\partial f(x_j)/\partial b^{(2)} = 1$.", b2, sp.S.One, GRADIENT_B2),
        Statement(
            name="curvature-of-the-net",
            text=r"""
Along every line $\theta + \tau\dot\theta$ the second derivative of the net at a datum is
$2\sum_i \dot w^{(2)}_i m_i(\langle\dot w^{(1)}_i, x_j\rangle + \dot b^{(1)}_i)$ with the activation $m_i$ at that point of the line: it joins $w^{(2)}_i$ to
$(w^{(1)}_i, b^{(1)}_i)$ and nothing else, and it does not touch $b^{(2)}$.
""".strip(),
            hypotheses=("No datum is on a kink at that point of the line.",),
            formal=sp.Eq(sp.Derivative(moving_network, tau, tau), bend, evaluate=False),
            derivation=BEND,
            assumes=(off_kinks_along,),
        ),
        Statement(
            name="hessian-along-lines",
            text=r"""
Along every line, $\frac{d^2}{d\tau^2}L = \frac1n\sum_j \bigl(\frac{d}{d\tau}f(x_j)\bigr)^2 + \frac1n\sum_j (f(x_j) - y_j)\frac{d^2}{d\tau^2}f(x_j)$.
""".strip(),
            hypotheses=(r"$\tau \mapsto f(x_j)$ is twice differentiable at that point of the line, for every $j$.",),
            formal=sp.Eq(
                sp.Derivative(loss_along, tau, tau),
                mean(sp.Derivative(output, tau) ** 2) + mean((output - y[j]) * sp.Derivative(output, tau, tau)),
                evaluate=False,
            ),
            derivation=HESSIAN_ALONG,
        ),
        Statement(
            name="hessian",
            text=r"""
Where the net interpolates, $\frac{d^2}{d\tau^2}L = \frac1n\sum_j \bigl(\frac{d}{d\tau}f(x_j)\bigr)^2$ along every line: the Hessian of the loss is
$\hessian = \frac1n\Phi\Phi^{\mathsf T}$, $\Phi = [\nabla f(x_1) \dots \nabla f(x_n)]$.
""".strip(),
            hypotheses=(r"$f(x_j) = y_j$ for all $j$.", r"$\tau \mapsto f(x_j)$ is twice differentiable there."),
            formal=sp.Eq(sp.Derivative(loss_along, tau, tau), mean(sp.Derivative(output, tau) ** 2), evaluate=False),
            derivation=HESSIAN,
            assumes=(interpolating,),
        ),
        Statement(
            name="entries",
            text=r"""
$nK = \mathbf 1\mathbf 1^{\mathsf T} + ZZ^{\mathsf T} + \left(M \operatorname{diag}(w^{(2)})^2 M^{\mathsf T}\right) \circ \bigl(1 + \langle x_j, x_l\rangle\bigr)_{j,l}$
for $K = \frac1n\Phi^{\mathsf T}\Phi$, with the outputs $Z_{j,i} = (\langle w^{(1)}_i, x_j\rangle + b^{(1)}_i)_+$, the masks $M_{j,i} = \mathbf 1\{Z_{j,i} > 0\}$ and the entrywise
product $\circ$.
""".strip(),
            hypotheses=(_AT_KINKS,),
            formal=sp.Eq(
                inner_product,
                1
                + sp.Sum(Z[j, i] * Z[l, i], (i, 1, k))
                + sp.Sum(w2[i] ** 2 * M[j, i] * M[l, i], (i, 1, k)) * (1 + sp.Sum(x[j, c] * x[l, c], (c, 1, d))),
                evaluate=False,
            ),
            derivation=GRAM,
            assumes=(off_kinks,),
            theorems=("GramForm.gram_entry",),
        ),
        Statement(
            name="eigenvectors-to-hessian",
            text=r"If $Ku = \lambda u$, then $\hessian\Phi u = \lambda\Phi u$.",
            hypotheses=(_ANY_MATRIX,),
            formal=sp.Eq(
                sp.Sum(hessian[p, q] * sp.Sum(Phi[q, j] * data_vector[m, j], (j, 1, n)), (q, 1, parameters)),
                eigenvalue[m] * sp.Sum(Phi[p, j] * data_vector[m, j], (j, 1, n)),
                evaluate=False,
            ),
            derivation=TO_H,
            assumes=(eigen_of_gram,),
        ),
        Statement(
            name="multiplicities-to-hessian",
            text=r"""
If $u_1, \dots, u_R$ are orthonormal eigenvectors of $K$ with eigenvalues $\lambda_m > 0$, then $\langle\Phi u_m, \Phi u_w\rangle = n\lambda_w\delta_{m,w}$:
the $\Phi u_m$ are orthogonal and not zero, so each positive eigenvalue of $K$ is one of $\hessian$ with at least the same multiplicity.
""".strip(),
            hypotheses=(_ANY_MATRIX,),
            formal=sp.Eq(
                sp.Sum(
                    sp.Sum(Phi[p, j] * data_vector[m, j], (j, 1, n))
                    * sp.Sum(Phi[p, j] * data_vector[other, j], (j, 1, n)),
                    (p, 1, parameters),
                ),
                n * eigenvalue[other] * sp.KroneckerDelta(m, other),
                evaluate=False,
            ),
            derivation=ORTHOGONAL_OF_H,
            assumes=(eigen_of_gram, orthonormal_of_gram),
            theorems=("GramForm.eigenspace_isometry", "GramForm.product_multiplicity"),
        ),
        Statement(
            name="eigenvectors-to-gram",
            text=r"If $\hessian v = \lambda v$, then $K\Phi^{\mathsf T}v = \lambda\Phi^{\mathsf T}v$.",
            hypotheses=(_ANY_MATRIX,),
            formal=sp.Eq(
                sp.Sum(K[j, l] * sp.Sum(Phi[p, l] * parameter_vector[m, p], (p, 1, parameters)), (l, 1, n)),
                eigenvalue[m] * sp.Sum(Phi[p, j] * parameter_vector[m, p], (p, 1, parameters)),
                evaluate=False,
            ),
            derivation=TO_K,
            assumes=(eigen_of_hessian,),
            theorems=("GramForm.hessian_eigenvector",),
        ),
        Statement(
            name="multiplicities-to-gram",
            text=r"""
If $v_1, \dots, v_R$ are orthonormal eigenvectors of $\hessian$ with eigenvalues $\lambda_m > 0$, then
$\langle\Phi^{\mathsf T}v_m, \Phi^{\mathsf T}v_w\rangle = n\lambda_w\delta_{m,w}$: each positive eigenvalue of $\hessian$ is one of $K$ with at least the same multiplicity.
""".strip(),
            hypotheses=(_ANY_MATRIX,),
            formal=sp.Eq(
                sp.Sum(
                    sp.Sum(Phi[p, j] * parameter_vector[m, p], (p, 1, parameters))
                    * sp.Sum(Phi[p, j] * parameter_vector[other, p], (p, 1, parameters)),
                    (j, 1, n),
                ),
                n * eigenvalue[other] * sp.KroneckerDelta(m, other),
                evaluate=False,
            ),
            derivation=ORTHOGONAL_OF_K,
            assumes=(eigen_of_hessian, orthonormal_of_hessian),
            theorems=("GramForm.hessian_isometry", "GramForm.gram_multiplicity"),
        ),
        Statement(
            name="bound-of-gram",
            text=r"If $\hessian \preceq \lambda I$, then $K \preceq \lambda I$: $\langle u, Ku\rangle \le \lambda\norm{u}^2$ for all $u$.",
            hypotheses=(_ANY_MATRIX, r"$\lambda > 0$."),
            formal=sp.Ge(top * square_of_u, form_of_gram, evaluate=False),
            derivation=GRAM_BELOW,
            assumes=(hessian_below,),
            theorems=("GramForm.sharpness_gram",),
        ),
        Statement(
            name="bound-of-hessian",
            text=r"If $K \preceq \lambda I$, then $\hessian \preceq \lambda I$. With the converse, which holds as well, $\sharpness(\hessian) = \sharpness(K)$.",
            hypotheses=(_ANY_MATRIX, r"$\lambda > 0$."),
            formal=sp.Ge(top * square_of_v, form_of_hessian, evaluate=False),
            derivation=HESSIAN_BELOW,
            assumes=(gram_below,),
            theorems=("GramForm.sharpness_gram",),
            rests_on=("gram-form.bound-of-gram",),
        ),
    ),
    source=Source(
        PAPER, "the subject: step sizes, through the Hessian, bound the function; the Gram form is worked out here"
    ),
    lemmas=(SLOPE,),
    machine_refuted=(
        (
            "the same multiplicity also of the eigenvalue 0, for every matrix",
            "Controls.control_zero_eigenvalue",
            "multiplicities-to-gram",
        ),
    ),
    remarks=r"""
Together: $\hessian$ and $K$ have the same eigenvalues other than 0, each with the same multiplicity. The derivatives along all lines make up the Hessian, since a
symmetric matrix is determined by its quadratic form; that of the net at an interpolating point has the gradient of the first four statements in it.
""".strip(),
)
