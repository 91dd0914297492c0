"""The Hessian of the loss at an interpolating minimum, and the n x n Gram matrix that has its eigenvalues."""

from __future__ import annotations

import sympy as sp

from theory.claim import PAPER, Claim, Source
from theory.kernel import ByHypothesis, Chain, Derivation, Differentiate, Hypothesis, Identity, Rewrite
from theory.kernel.functions import relu
from theory.latex import named
from theory.symbols import (
    W1,
    Phi,
    active,
    b1,
    b2,
    c,
    d,
    i,
    index,
    indexed,
    j,
    k,
    l,
    mean,
    n,
    network,
    p,
    parameters,
    preactivation,
    q,
    scalar,
    w2,
    x,
    y,
)  # fmt: skip

NAME = "gram-form"

neuron, coordinate = index("r"), index("s")
off_kinks = Hypothesis("no datum on a kink", r"\langle w^{(1)}_i, x_j\rangle + b^{(1)}_i \neq 0 \text{ for all } i, j")


def _gradient(name: str, by: sp.Expr, value: sp.Expr) -> Chain:
    return Chain(name, sp.Derivative(network(j), by), hypotheses=(off_kinks,), claim=NAME).equals(
        value, Differentiate("the activation pattern is constant near the parameters", off_kinks.name)
    )


GRADIENT_W1 = _gradient(
    "Gradient by an input weight", W1[neuron, coordinate], w2[neuron] * active(neuron) * x[j, coordinate]
).conclude()
GRADIENT_B1 = _gradient("Gradient by an input bias", b1[neuron], w2[neuron] * active(neuron)).conclude()
GRADIENT_W2 = _gradient("Gradient by an output weight", w2[neuron], relu(preactivation(neuron))).conclude()
GRADIENT_B2 = _gradient("Gradient by the output bias", b2, sp.S.One).conclude()

first, second = scalar("first_parameter", r"\theta_p"), scalar("second_parameter", r"\theta_q")
output = sp.Function(named("network_output", "f(x_{{{0}}})"), real=True)(j, first, second)
interpolating = Hypothesis(
    "the net interpolates the data",
    r"f(x_j) = y_j \text{ for all } j",
    sp.Eq(output - y[j], 0, evaluate=False),
    (j,),
)


def _hessian(name: str, one: sp.Symbol, other: sp.Symbol) -> Derivation:
    slopes = mean(sp.Derivative(output, one) * sp.Derivative(output, other))
    curvature = sp.Derivative(output, one, other)
    return (
        Chain(
            name,
            sp.Derivative(sp.Rational(1, 2) * mean((output - y[j]) ** 2), one, other),
            hypotheses=(interpolating,),
            claim=NAME,
        )
        .equals(slopes + mean((output - y[j]) * curvature), Differentiate("product rule"))
        .equals(slopes, ByHypothesis(interpolating.name, curvature / n, over=[(j, 1, n)]))
        .conclude()
    )


HESSIAN = _hessian("The Hessian of the loss, two different parameters", first, second)
HESSIAN_DIAGONAL = _hessian("The Hessian of the loss, on the diagonal", first, first)

Z = indexed("Z", "z")
M = indexed("M", "m")
features = (
    Hypothesis("mask", r"m_{j,i} = \mathbf 1\{\langle w^{(1)}_i,x_j\rangle + b^{(1)}_i > 0\}", sp.Eq(M[j, i], active()), (j, i)),
    Hypothesis("output of a neuron", r"z_{j,i} = (\langle w^{(1)}_i,x_j\rangle + b^{(1)}_i)_+", sp.Eq(Z[j, i], relu(preactivation())), (j, i)),
)  # fmt: skip
GRAM = (
    Chain(
        "Entries of the Gram matrix, n times",
        sp.Sum((w2[i] * M[j, i] * x[j, c]) * (w2[i] * M[l, i] * x[l, c]), (c, 1, d), (i, 1, k))
        + sp.Sum((w2[i] * M[j, i]) * (w2[i] * M[l, i]), (i, 1, k))
        + sp.Sum(Z[j, i] * Z[l, i], (i, 1, k))
        + 1,
        hypotheses=features,
        claim=NAME,
    )
    .equals(
        1
        + sp.Sum(Z[j, i] * Z[l, i], (i, 1, k))
        + sp.Sum(w2[i] ** 2 * M[j, i] * M[l, i], (i, 1, k)) * (1 + sp.Sum(x[j, c] * x[l, c], (c, 1, d))),
        Identity("collect the inner product of two gradients, neuron by neuron"),
    )
    .conclude()
)

K = indexed("K", "K")
vector = indexed("eigenvector_of_K", "u")
eigenvalue = scalar("eigenvalue_of_K", r"\lambda")
gram_definition = Hypothesis(
    "Gram matrix",
    r"K_{j,l} = \frac1n \sum_p \Phi_{p,j}\Phi_{p,l}",
    sp.Eq(K[j, l], sp.Sum(Phi[p, j] * Phi[p, l], (p, 1, parameters)) / n),
    (j, l),
)
eigen = Hypothesis(
    "eigenvector of K",
    r"\sum_l K_{j,l} u_l = \lambda u_j",
    sp.Eq(sp.Sum(K[j, l] * vector[l], (l, 1, n)), eigenvalue * vector[j], evaluate=False),
    (j,),
)
SAME_EIGENVALUES = (
    Chain(
        "An eigenvector u of K gives the eigenvector Phi u of H, with the same eigenvalue",
        sp.Sum(mean(Phi[p, j] * Phi[q, j]) * sp.Sum(Phi[q, l] * vector[l], (l, 1, n)), (q, 1, parameters)),
        hypotheses=(gram_definition, eigen),
        claim=NAME,
    )
    .equals(
        sp.Sum(Phi[p, j] * sp.Sum(K[j, l] * vector[l], (l, 1, n)), (j, 1, n)),
        Rewrite("exchange the sums", ["Gram matrix"]),
    )
    .equals(
        eigenvalue * sp.Sum(Phi[p, j] * vector[j], (j, 1, n)),
        ByHypothesis("eigenvector of K", Phi[p, j], over=[(j, 1, n)]),
    )
    .conclude()
)
NOT_ZERO = (
    Chain(
        "Phi u is not zero where lambda is not",
        sp.Sum(sp.Sum(Phi[p, j] * vector[j], (j, 1, n)) ** 2, (p, 1, parameters)),
        hypotheses=(gram_definition, eigen),
        claim=NAME,
    )
    .equals(
        n * sp.Sum(vector[j] * sp.Sum(K[j, l] * vector[l], (l, 1, n)), (j, 1, n)),
        Rewrite("exchange the sums", ["Gram matrix"]),
    )
    .equals(
        n * eigenvalue * sp.Sum(vector[j] ** 2, (j, 1, n)),
        ByHypothesis("eigenvector of K", n * vector[j], over=[(j, 1, n)]),
    )
    .conclude()
)

CLAIM = Claim(
    name=NAME,
    title="The Gram form of the Hessian",
    statement=r"""
At an interpolating minimum where no datum is on a kink the Hessian of the loss is $H = \Phi\Phi^{\mathsf T}/n$,
$\Phi = [\nabla f(x_1) \dots \nabla f(x_n)]$, and its nonzero eigenvalues are those of the $n \times n$ matrix $K = \Phi^{\mathsf T}\Phi/n$,
$$ nK = \mathbf 1\mathbf 1^{\mathsf T} + ZZ^{\mathsf T} + \left(M \operatorname{diag}(w^{(2)})^2 M^{\mathsf T}\right) \circ \left(\mathbf 1\mathbf 1^{\mathsf T} + XX^{\mathsf T}\right), $$
$Z = (XW^{(1)\mathsf T} + b^{(1)})_+$ and $M = \mathbf 1\{XW^{(1)\mathsf T} + b^{(1)} > 0\}$, where $\circ$ is the entrywise product.
""".strip(),
    hypotheses=(
        r"$f(x_j) = y_j$ for all $j$.",
        r"No datum is on a kink: $\langle w^{(1)}_i, x_j\rangle + b^{(1)}_i \neq 0$ for all $i, j$.",
    ),
    source=Source(PAPER, "Hessian at an interpolating minimum; the entrywise Gram form is worked out here"),
    derivations=(
        GRADIENT_W1,
        GRADIENT_B1,
        GRADIENT_W2,
        GRADIENT_B2,
        HESSIAN,
        HESSIAN_DIAGONAL,
        GRAM,
        SAME_EIGENVALUES,
        NOT_ZERO,
    ),
    machine_checked=(
        "Network.hessian_is_second_derivative",
        "Network.second_derivative_unique",
        "GramForm.hessian_interpolating",
        "GramForm.sharpness_gram",
        "GramForm.gram_entry",
    ),
)
