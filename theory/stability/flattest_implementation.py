"""No rescaling of a net, and no implementation of a function, is flatter than a dual certificate says."""

from __future__ import annotations

import sympy as sp

from theory.claim import OURS, Claim, Source
from theory.kernel import ByDerivation, ByHypothesis, Chain, Hypothesis, Identity, Rewrite, Squares
from theory.kernel.functions import relu, step
from theory.latex import named
from theory.stability.gram_form import M, Z, features
from theory.stability.sharpness_lower_bound import amplitude, canonical, length, offset, rayleigh, u
from theory.symbols import Phi, c, d, i, index, indexed, j, k, l, n, p, parameters, sharpness, w2, x

NAME = "flattest-implementation"

r = index("r")
rank = sp.Symbol(named("rank", "R"), integer=True, positive=True)
certificate = indexed("certificate", "u")
trace_one = Hypothesis(
    "certificate",
    r"U = \sum_r u_r u_r^{\mathsf T},\ \operatorname{tr} U = \sum_{r,j} u_{r,j}^2 = 1",
    sp.Eq(sp.Sum(certificate[r, j] ** 2, (j, 1, n), (r, 1, rank)), 1, evaluate=False),
)
gradients_squared = sp.Sum(sp.Sum(Phi[p, j] * certificate[r, j], (j, 1, n)) ** 2, (p, 1, parameters), (r, 1, rank))
TEST_VECTORS = (
    Chain("The vectors of a certificate as test vectors", sharpness, hypotheses=(rayleigh, trace_one), claim=NAME)
    .equals(
        sharpness * sp.Sum(certificate[r, j] ** 2, (j, 1, n), (r, 1, rank)),
        ByHypothesis("certificate", -sharpness, reason="the certificate has trace one"),
    )
    .at_least(
        sp.Sum(
            certificate[r, j] * certificate[r, l] * Phi[p, j] * Phi[p, l] / n,
            (p, 1, parameters), (j, 1, n), (l, 1, n), (r, 1, rank),
        ),
        ByHypothesis(
            "top eigenvalue",
            at={u: sp.Lambda(j, certificate[r, j])},
            over=[(r, 1, rank)],
            reason="Rayleigh quotients, added up",
        ),
    )
    .equals(gradients_squared / n, Identity("a double sum of products is a square"))
    .conclude()
)  # fmt: skip


def _against(feature: sp.Expr) -> sp.Expr:
    return sp.Sum(sp.Sum(feature * certificate[r, j], (j, 1, n)) ** 2, (r, 1, rank))


def _lever(mask: sp.Expr) -> sp.Expr:
    moments = sp.Sum(sp.Sum(mask * x[j, c] * certificate[r, j], (j, 1, n)) ** 2, (c, 1, d), (r, 1, rank))
    return _against(mask) + moments


hidden = indexed("hidden_certificate", "q", nonnegative=True)
lever = indexed("lever_certificate", "p", nonnegative=True)
definitions = (
    *features,
    *canonical,
    Hypothesis(
        "outputs against the certificate",
        r"q_i = \langle Q_i, U\rangle = \sum_r \bigl(\sum_j u_{r,j} (\langle v_i,x_j\rangle - b_i)_+\bigr)^2",
        sp.Eq(hidden[i], _against(relu(offset))),
        (i,),
    ),
    Hypothesis(
        "levers against the certificate",
        r"p_i = \langle P_i, U\rangle = \sum_r \bigl[\bigl(\sum_j u_{r,j} m_{j,i}\bigr)^2 + \bigl\lvert\sum_j u_{r,j} m_{j,i} x_j\bigr\rvert^2\bigr]",
        sp.Eq(lever[i], _lever(step(offset))),
        (i,),
    ),
)
share = indexed("neuron_certificate", r"\sigma", nonnegative=True)
share_definition = Hypothesis(
    "share of a neuron",
    r"\sigma_i = \sum_r \Bigl[\bigl(\sum_j u_{r,j} z_{j,i}\bigr)^2 + (w^{(2)}_i)^2 \Bigl(\bigl(\sum_j u_{r,j} m_{j,i}\bigr)^2 + \bigl\lvert\sum_j u_{r,j} m_{j,i} x_j\bigr\rvert^2\Bigr)\Bigr]",
    sp.Eq(share[i], _against(Z[j, i]) + w2[i] ** 2 * _lever(M[j, i])),
    (i,),
)
NEURON = (
    Chain("One neuron against the certificate", share[i], hypotheses=(*definitions, share_definition), claim=NAME)
    .equals(
        length[i] ** 2 * hidden[i] + w2[i] ** 2 * lever[i],
        Rewrite(
            "the rectifier is homogeneous, its mask does not change with scale",
            [
                "share of a neuron",
                "mask",
                "output of a neuron",
                "outputs against the certificate",
                "levers against the certificate",
                "direction",
                "threshold",
            ],
        ),
    )
    .at_least(
        2 * sp.Abs(w2[i]) * length[i] * sp.sqrt(hidden[i] * lever[i]),
        Squares(
            "arithmetic and geometric mean",
            [(1, length[i] * sp.sqrt(hidden[i]) - sp.Abs(w2[i]) * sp.sqrt(lever[i]))],
        ),
    )
    .equals(
        2 * sp.Abs(amplitude[i]) * sp.sqrt(hidden[i] * lever[i]),
        Rewrite("a rescaling changes no amplitude", ["amplitude"]),
    )
    .conclude()
)

nonzero = indexed("nonzero_amplitude", r"\lvert a\rvert", positive=True)
positive_hidden = indexed("positive_hidden_certificate", "q", positive=True)
positive_lever = indexed("positive_lever_certificate", "p", positive=True)
weight_square = indexed("output_weight_square", "t", positive=True)
best_scale = Hypothesis(
    "best scale",
    r"t_i = (w^{(2)}_i)^2 = \lvert a_i\rvert\sqrt{q_i/p_i} \text{ with } a_i, q_i, p_i \neq 0",
    sp.Eq(weight_square[i], nonzero[i] * sp.sqrt(positive_hidden[i] / positive_lever[i])),
    (i,),
)
BEST_SCALE = (
    Chain(
        "The scale at which nothing is lost, which the fixed-point iteration takes",
        nonzero[i] ** 2 / weight_square[i] * positive_hidden[i] + weight_square[i] * positive_lever[i],
        hypotheses=(best_scale,),
        claim=NAME,
    )
    .equals(
        2 * nonzero[i] * sp.sqrt(positive_hidden[i] * positive_lever[i]),
        Rewrite("both terms are equal there", ["best scale"]),
    )
    .conclude()
)

blocks = Hypothesis(
    "parameters",
    r"\Phi \text{ has the rows of } b^{(2)}, w^{(2)}, b^{(1)}, w^{(1)}; \text{ no } w^{(1)}_i = 0",
    sp.Eq(gradients_squared, _against(sp.S.One) + sp.Sum(share[i], (i, 1, k)), evaluate=False),
)
RESCALINGS = (
    Chain(
        "Weak duality for every rescaling",
        sharpness,
        hypotheses=(rayleigh, trace_one, blocks, *definitions, share_definition),
        claim=NAME,
    )
    .at_least(gradients_squared / n, ByDerivation(TEST_VECTORS, reason="the vectors of the certificate"))
    .equals(
        (_against(sp.S.One) + sp.Sum(share[i], (i, 1, k))) / n,
        ByHypothesis("parameters", 1 / n, reason="the gradient, by gram-form"),
    )
    .at_least(
        (_against(sp.S.One) + 2 * sp.Sum(sp.Abs(amplitude[i]) * sp.sqrt(hidden[i] * lever[i]), (i, 1, k))) / n,
        ByDerivation(NEURON, 1 / n, over=[(i, 1, k)], reason="every neuron against the certificate"),
    )
    .conclude()
)

CLAIM = Claim(
    name=NAME,
    title="The flattest implementation: weak duality",
    statement=r"""
Let $U \succeq 0$ with $\operatorname{tr} U = 1$, and for a hyperplane $H$ with unit normal $v$ and threshold $b$ put $z = (Xv - b)_+$,
$m = \mathbf 1\{Xv > b\}$, $Q_H = zz^{\mathsf T}$, $P_H = mm^{\mathsf T}\circ(\mathbf 1\mathbf 1^{\mathsf T} + XX^{\mathsf T})$, and $P^-_H$, $Q^-_H$ the same for
$(-v,-b)$. Every rescaling of a net with neurons $(a_i, v_i, b_i)$ has
$$ \sharpness(K) \ge \frac1n\Bigl[ \mathbf 1^{\mathsf T}U\mathbf 1 + 2\sum_i \abs{a_i} \sqrt{\langle P_i,U\rangle\langle Q_i,U\rangle} \Bigr], $$
and every implementation of the same function, of any width, has
$$ \sharpness(K) \ge \frac1n\Bigl[ \mathbf 1^{\mathsf T}U\mathbf 1 + 2\sum_H \abs{a_H}
 \min\Bigl(\sqrt{\langle P_H,U\rangle\langle Q_H,U\rangle}, \sqrt{\langle P^-_H,U\rangle\langle Q^-_H,U\rangle}\Bigr)\Bigr], $$
the sum over the hyperplanes of its reduced form. At $U = \mathbf 1\mathbf 1^{\mathsf T}/n$ this is $1 + 2\stabilitynorm{f}$.
""".strip(),
    hypotheses=(r"The implementations compute the same function on all of $\mathbb R^d$.",),
    source=Source(OURS, "weak duality for every implementation, not only for rescalings"),
    rests_on=("gram-form", "sharpness-lower-bound"),
    derivations=(TEST_VECTORS, NEURON, BEST_SCALE, RESCALINGS),
    machine_checked=(
        "FlattestImplementation.weak_duality_net",
        "FlattestImplementation.weak_duality_reduced",
        "FlattestImplementation.weak_duality_function",
    ),
    machine_refuted=(("the trace of the certificate need not be 1", "Controls.control_flattest_trace"),),
)
