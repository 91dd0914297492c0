r"""Linear stability of gradient descent at a minimum, and what it says of stochastic gradient descent.

Near a minimum with Hessian H the deviation of gradient descent obeys :math:`\delta_{t+1} = (I - \eta H)\delta_t`. In the
eigenbasis of H each coordinate is multiplied by :math:`1 - \eta\lambda_m` at every step, which decides the matter.
"""

from __future__ import annotations

import sympy as sp

from theory.claim import PAPER, Claim, Source
from theory.kernel import ByHypothesis, Chain, Drop, Hypothesis, Identity, Rewrite, Squares
from theory.latex import named
from theory.symbols import Phi, eta, index, indexed, j, m, mean, n, p, parameters, q, scalar

NAME = "linear-stability"

t = sp.Symbol("t", integer=True, nonnegative=True)
coordinate = indexed("coordinate", "c")
"""Coordinates of the deviation at time t along the eigenvectors of the Hessian."""
later = indexed("later", "c'")
"""The same at time t + 1."""
eigenvalue = indexed("eigenvalue", r"\lambda", nonnegative=True)
eigenvector = indexed("eigenvector", "u")
deviation = indexed("deviation", r"\delta")
hessian = indexed("hessian", "h")
excess = scalar("excess", r"\sigma", positive=True)

recursion = Hypothesis(
    "gradient descent, linearised",
    r"\delta'_p = \delta_p - \eta \sum_q h_{p,q} \delta_q",
    sp.Eq(
        indexed("next_deviation", r"\delta'")[p],
        deviation[p] - eta * sp.Sum(hessian[p, q] * deviation[q], (q, 1, parameters)),
    ),
    (p,),
)
eigen = Hypothesis(
    "eigenvector",
    r"\sum_p u_{m,p} h_{p,q} = \lambda_m u_{m,q}",
    sp.Eq(
        sp.Sum(eigenvector[m, p] * hessian[p, q], (p, 1, parameters)),
        eigenvalue[m] * eigenvector[m, q],
        evaluate=False,
    ),
    (m, q),
)
one_step_coordinates = Hypothesis(
    "coordinates contract",
    r"c'_m = (1 - \eta\lambda_m) c_m",
    sp.Eq(later[m], (1 - eta * eigenvalue[m]) * coordinate[m]),
    (m,),
)
stable_eigenvalues = Hypothesis(
    "every eigenvalue is at most 2/eta",
    r"\lambda_m \le 2/\eta",
    sp.Ge(2 / eta, eigenvalue[m], evaluate=False),
    (m,),
)
too_sharp = Hypothesis(
    "an eigenvalue exceeds 2/eta",
    r"\lambda_m = (2 + \sigma)/\eta \text{ with } \sigma > 0",
    sp.Eq(eigenvalue[m], (2 + excess) / eta),
)

next_deviation = indexed("next_deviation", r"\delta'")
ONE_STEP = (
    Chain(
        "One step along an eigenvector",
        sp.Sum(eigenvector[m, p] * next_deviation[p], (p, 1, parameters)),
        hypotheses=(recursion, eigen),
        claim=NAME,
    )
    .equals(
        sp.Sum(eigenvector[m, p] * deviation[p], (p, 1, parameters))
        - eta * sp.Sum(eigenvector[m, p] * hessian[p, q] * deviation[q], (q, 1, parameters), (p, 1, parameters)),
        Rewrite("one step of the linearised recursion", ["gradient descent, linearised"]),
    )
    .equals(
        sp.Sum(eigenvector[m, p] * deviation[p], (p, 1, parameters))
        - eta * eigenvalue[m] * sp.Sum(eigenvector[m, q] * deviation[q], (q, 1, parameters)),
        ByHypothesis(
            "eigenvector",
            -eta * deviation[q],
            over=[(q, 1, parameters)],
            reason="u is an eigenvector of the Hessian",
        ),
    )
    .equals(
        (1 - eta * eigenvalue[m]) * sp.Sum(eigenvector[m, p] * deviation[p], (p, 1, parameters)),
        Identity("collect"),
    )
    .conclude()
)

SUFFICIENT = (
    Chain(
        "Sharpness at most 2/eta: the deviation never grows",
        sp.Sum(later[m] ** 2, (m, 1, parameters)),
        hypotheses=(one_step_coordinates, stable_eigenvalues),
        claim=NAME,
    )
    .equals(
        sp.Sum((1 - eta * eigenvalue[m]) ** 2 * coordinate[m] ** 2, (m, 1, parameters)),
        Rewrite("every coordinate contracts by its own factor", ["coordinates contract"]),
    )
    .equals(
        sp.Sum(coordinate[m] ** 2, (m, 1, parameters))
        - eta**2 * sp.Sum(eigenvalue[m] * (2 / eta - eigenvalue[m]) * coordinate[m] ** 2, (m, 1, parameters)),
        Identity("expand the square"),
    )
    .at_most(
        sp.Sum(coordinate[m] ** 2, (m, 1, parameters)),
        ByHypothesis(
            "every eigenvalue is at most 2/eta",
            eta**2 * eigenvalue[m] * coordinate[m] ** 2,
            over=[(m, 1, parameters)],
            reason="the Hessian is positive semidefinite with eigenvalues at most 2/eta",
        ),
    )
    .conclude()
)

growth = scalar("growth", r"\gamma", positive=True)
induction = Hypothesis(
    "induction on t",
    r"(1+\gamma)^t \ge 1 + t\gamma",
    sp.Ge((1 + growth) ** t, 1 + t * growth, evaluate=False),
)
BERNOULLI = (
    Chain(
        "Bernoulli's inequality, the step of the induction",
        (1 + growth) ** (t + 1),
        hypotheses=(induction,),
        claim=NAME,
    )
    .equals((1 + growth) ** t * (1 + growth), Identity("split off one factor"))
    .at_least((1 + t * growth) * (1 + growth), ByHypothesis("induction on t", 1 + growth))
    .equals(1 + (t + 1) * growth + t * growth**2, Identity("expand"))
    .at_least(1 + (t + 1) * growth, Drop("a nonnegative term is dropped", t * growth**2))
    .conclude()
)
bernoulli = Hypothesis(
    "Bernoulli's inequality",
    r"(1+\gamma)^t \ge 1 + t\gamma",
    sp.Ge((1 + growth) ** t, 1 + t * growth, evaluate=False),
    (growth, t),
)
NECESSARY = (
    Chain(
        "Sharpness above 2/eta: a coordinate grows without bound",
        ((1 - eta * eigenvalue[m]) ** 2) ** t * coordinate[m] ** 2,
        hypotheses=(too_sharp, bernoulli),
        claim=NAME,
    )
    .equals(
        (1 + (2 * excess + excess**2)) ** t * coordinate[m] ** 2,
        Rewrite("insert the eigenvalue", ["an eigenvalue exceeds 2/eta"]),
    )
    .at_least(
        (1 + t * (2 * excess + excess**2)) * coordinate[m] ** 2,
        ByHypothesis(
            "Bernoulli's inequality",
            coordinate[m] ** 2,
            at={growth: 2 * excess + excess**2},
            reason="Bernoulli's inequality; the right side is unbounded in t unless the coordinate is 0",
        ),
    )
    .conclude()
)

B = index("B")
batches = sp.Symbol(named("batches", "N"), integer=True, positive=True)
probability = indexed("probability", r"\pi", nonnegative=True)
batch_weight = indexed("batch_weight", r"\omega")
total_probability = Hypothesis(
    "probabilities of the batches",
    r"\textstyle\sum_B \pi_B = 1",
    sp.Eq(sp.Sum(probability[B], (B, 1, batches)), 1, evaluate=False),
)
unbiased = Hypothesis(
    "batches are unbiased",
    r"\textstyle\sum_B \pi_B \omega_{B,j} = 1/n",
    sp.Eq(sp.Sum(probability[B] * batch_weight[B, j], (B, 1, batches)), 1 / n, evaluate=False),
    (j,),
)
along = sp.Sum(Phi[q, j] * deviation[q], (q, 1, parameters))
SGD_MEAN = (
    Chain(
        "The mean of a step of SGD is a step of gradient descent",
        sp.Sum(
            probability[B] * (deviation[p] - eta * sp.Sum(batch_weight[B, j] * Phi[p, j] * along, (j, 1, n))),
            (B, 1, batches),
        ),
        hypotheses=(total_probability, unbiased),
        claim=NAME,
    )
    .equals(
        deviation[p] * sp.Sum(probability[B], (B, 1, batches))
        - eta * sp.Sum(Phi[p, j] * along * sp.Sum(probability[B] * batch_weight[B, j], (B, 1, batches)), (j, 1, n)),
        Identity("exchange the sums"),
    )
    .equals(
        deviation[p]
        - eta * sp.Sum(Phi[p, j] * along * sp.Sum(probability[B] * batch_weight[B, j], (B, 1, batches)), (j, 1, n)),
        ByHypothesis("probabilities of the batches", deviation[p]),
    )
    .equals(
        deviation[p] - eta * mean(Phi[p, j] * along),
        ByHypothesis("batches are unbiased", -eta * Phi[p, j] * along, over=[(j, 1, n)]),
    )
    .conclude()
)

direction = indexed("direction", "a")
vector = indexed("vector", "z")
CAUCHY_SCHWARZ = (
    Chain(
        "Cauchy and Schwarz, by Lagrange's identity",
        sp.Sum(direction[p] ** 2, (p, 1, parameters)) * sp.Sum(vector[p] ** 2, (p, 1, parameters)),
        claim=NAME,
    )
    .at_least(
        sp.Sum(direction[p] * vector[p], (p, 1, parameters)) ** 2,
        Squares(
            "a sum of squares over pairs of coordinates",
            [(sp.Rational(1, 2), direction[p] * vector[q] - direction[q] * vector[p])],
            over=[(p, 1, parameters), (q, 1, parameters)],
        ),
    )
    .conclude()
)
path = indexed("path", r"\zeta")
MEAN_BELOW = (
    Chain(
        "The mean deviation is bounded if the mean size is",
        sp.Sum(probability[B] * sp.Abs(path[B]), (B, 1, batches)),
        claim=NAME,
    )
    .at_least(
        sp.Abs(sp.Sum(probability[B] * path[B], (B, 1, batches))),
        Drop(
            "triangle inequality, for the component along any unit vector",
            sp.Sum(probability[B] * sp.Abs(path[B]), (B, 1, batches))
            - sp.Abs(sp.Sum(probability[B] * path[B], (B, 1, batches))),
        ),
    )
    .conclude()
)

CLAIM = Claim(
    name=NAME,
    title="Linear stability",
    statement=r"""
The linearised gradient descent $\delta_{t+1} = (I - \eta H)\delta_t$ with $H \succeq 0$ is bounded for every start
if and only if $\sharpness(H) \le 2/\eta$. For stochastic gradient descent with independent unbiased batches
$\E\,\delta_t$ obeys the same recursion, so that $\sharpness(H) \le 2/\eta$ is necessary for $\E\norm{\delta_t}$ to stay bounded.
""".strip(),
    hypotheses=(
        r"$H = \frac1n\sum_j \nabla f(x_j)\nabla f(x_j)^{\mathsf T}$ is the Hessian at a differentiable interpolating minimum; $\eta > 0$.",
        r"Batches are drawn independently at every step, and every datum has the same weight on average.",
    ),
    source=Source(PAPER, "definition of linear stability and the condition on the sharpness"),
    derivations=(ONE_STEP, SUFFICIENT, BERNOULLI, NECESSARY, SGD_MEAN, CAUCHY_SCHWARZ, MEAN_BELOW),
    machine_checked=(
        "LinearStability.descent_boundedP",
        "LinearStability.gd_boundedP",
        "LinearStability.sgd_mean_trajectory",
        "LinearStability.sgd_bounded_sharpness",
        "LinearStability.sgd_stable_sharpness",
    ),
    machine_refuted=(
        ("bounded only if the sharpness is strictly below 2/eta", "Controls.control_linear_stability_strict"),
        ("sharpness at most 3/eta is enough", "Controls.control_linear_stability_three"),
    ),
)
