r"""Linear stability of gradient descent at a minimum, and what it says of stochastic gradient descent.

Near a point with Hessian H the deviation of gradient descent from it obeys, to first order, :math:`\delta_{t+1} = (I - \eta H)\delta_t`.
No eigenbasis is used: :math:`\eta H^2 \preceq 2H` shows that nothing grows, and a single eigenvector that something does.
"""

from __future__ import annotations

import sympy as sp

from theory.claim import PAPER, Claim, Source, Statement
from theory.kernel import ByHypothesis, Chain, Hypothesis, Identity, Rewrite
from theory.stability.lemmas.batches import B, batch_weight, batches, probability, total_probability, unbiased
from theory.stability.lemmas.descent import NAME, deviation, inner
from theory.stability.lemmas.stochastic_descent import CAUCHY_SCHWARZ, MEAN_BELOW, SGD_MEAN, along
from theory.symbols import Phi, eta, indexed, j, mean, n, p, parameters, q, scalar

half = indexed("half_of_hessian", "A")
hessian = indexed("hessian", r"\hessian")
image, later = indexed("image", "u"), indexed("later_deviation", r"\delta'")
test = indexed("test_direction", "t")
over = [(p, 1, parameters)]


def times(matrix: sp.IndexedBase, vector: sp.IndexedBase, row: sp.Symbol = p) -> sp.Expr:
    """An entry of a matrix times a vector."""
    return sp.Sum(matrix[row, q] * vector[q], (q, 1, parameters))


def form(vector: sp.IndexedBase) -> sp.Expr:
    """The quadratic form of the Hessian."""
    return sp.Sum(vector[p] * hessian[p, q] * vector[q], (p, 1, parameters), (q, 1, parameters))


symmetric = Hypothesis(
    "symmetric matrix",
    r"\hessian_{p,q} = A_{p,q} + A_{q,p}",
    sp.Eq(hessian[p, q], half[p, q] + half[q, p], evaluate=False),
    (p, q),
)
maps = Hypothesis("image of the deviation", r"u = \hessian\delta", sp.Eq(image[p], times(hessian, deviation)), (p,))
step = Hypothesis(
    "gradient descent, linearised",
    r"\delta' = \delta - \eta \hessian\delta",
    sp.Eq(later[p], deviation[p] - eta * image[p]),
    (p,),
)
positive = Hypothesis(
    "no negative curvature",
    r"\langle t, \hessian t\rangle \ge 0 \text{ for all } t",
    sp.Ge(form(test), 0, evaluate=False),
    (test,),
)
bounded = Hypothesis(
    "sharpness at most 2/eta",
    r"\langle t, \hessian t\rangle \le \tfrac2\eta\lVert t\rVert^2 \text{ for all } t",
    sp.Ge(2 / eta * inner(test, test), form(test), evaluate=False),
    (test,),
)
_first = {test: sp.Lambda(p, image[p])}
_second = {test: sp.Lambda(p, 2 / eta * deviation[p] - image[p])}


def _put(e: sp.Expr, values: dict[sp.IndexedBase, sp.Lambda]) -> sp.Expr:
    function = values[test]
    return e.replace(
        lambda item: isinstance(item, sp.Indexed) and item.base == test, lambda item: function(*item.indices)
    )


_size = inner(later, later)
_above = _size + eta**3 / 2 * _put(2 / eta * inner(test, test) - form(test), _first)
SUFFICIENT = (
    Chain(
        "Sharpness at most 2/eta: the deviation never grows",
        _size,
        hypotheses=(symmetric, maps, step, positive, bounded),
        claim=NAME,
    )
    .at_most(_above, ByHypothesis(bounded.name, eta**3 / 2, _first, reason="sharpness along the image"))
    .at_most(
        _above + eta**3 / 2 * _put(form(test), _second),
        ByHypothesis(
            positive.name,
            eta**3 / 2,
            _second,
            reason="no negative curvature along 2/eta times the deviation less its image",
        ),
    )
    .equals(
        inner(deviation, deviation), Rewrite("the symmetric matrix cancels", [step.name, maps.name, symmetric.name])
    )
    .conclude()
)

t = sp.Symbol("t", integer=True, nonnegative=True)
eigenvector = indexed("eigenvector", "v")
eigenvalue = scalar("eigenvalue", r"\lambda")
excess = scalar("excess", r"\sigma", positive=True)
eigen = Hypothesis(
    "eigenvector",
    r"\hessian v = \lambda v",
    sp.Eq(times(hessian, eigenvector), eigenvalue * eigenvector[p], evaluate=False),
    ((p, parameters),),
)
power = (1 - eta * eigenvalue) ** t
PATH = (
    Chain(
        "From an eigenvector: one step of gradient descent multiplies by 1 - eta lambda",
        power * eigenvector[p] - eta * sp.Sum(hessian[p, q] * (power * eigenvector[q]), (q, 1, parameters)),
        hypotheses=(eigen,),
        for_all=((p, parameters),),
        claim=NAME,
    )
    .equals(power * eigenvector[p] - eta * power * eigenvalue * eigenvector[p], ByHypothesis(eigen.name, -eta * power))
    .equals((1 - eta * eigenvalue) * power * eigenvector[p], Identity("collect"))
    .conclude()
)
too_sharp = Hypothesis(
    "an eigenvalue exceeds 2/eta", r"\lambda = (2 + \sigma)/\eta,\ \sigma > 0", sp.Eq(eigenvalue, (2 + excess) / eta)
)
negative = Hypothesis(
    "an eigenvalue is negative", r"\lambda = -\sigma/\eta,\ \sigma > 0", sp.Eq(eigenvalue, -excess / eta)
)


def _growth(name: str, which: Hypothesis) -> Chain:
    return Chain(
        name, sp.Sum(((1 - eta * eigenvalue) ** 2) ** t * eigenvector[p] ** 2, *over), hypotheses=(which,), claim=NAME
    ).equals(
        (1 + excess * (2 + excess)) ** t * inner(eigenvector, eigenvector),
        Rewrite("insert the eigenvalue", [which.name]),
    )


NECESSARY = _growth("Sharpness above 2/eta: the deviation grows at every step", too_sharp).conclude()
NEGATIVE = _growth("Negative curvature: the deviation grows at every step, however small", negative).conclude()

_ITERATION = r"$\delta' = (I - \eta \hessian)\delta$ with a symmetric matrix $\hessian$ and $\eta > 0$."
_LINEARISED = (
    r"No datum is on a kink, and $\hessian = \frac1n\sum_j \nabla f(x_j)\nabla f(x_j)^{\mathsf T}$, as at an interpolating minimum.",
    r"Independent batches in which every datum has the same weight on average; $\eta > 0$.",
)

CLAIM = Claim(
    name=NAME,
    title="Linear stability",
    statements=(
        Statement(
            name="sufficient",
            text=r"If $0 \preceq \hessian \preceq (2/\eta)I$, then no step lengthens the deviation: $\norm{\delta'}^2 \le \norm{\delta}^2$.",
            hypotheses=(_ITERATION,),
            formal=sp.Le(
                sp.Sum(later[p] ** 2, (p, 1, parameters)), sp.Sum(deviation[p] ** 2, (p, 1, parameters)), evaluate=False
            ),
            derivation=SUFFICIENT,
            assumes=(positive, bounded),
        ),
        Statement(
            name="along-an-eigenvector",
            text=r"If $\hessian v = \lambda v$, then a step takes $(1 - \eta\lambda)^tv$ to $(1 - \eta\lambda)^{t+1}v$: this is the path from $v$.",
            hypotheses=(_ITERATION,),
            formal=sp.Eq(
                power * eigenvector[p] - eta * sp.Sum(hessian[p, q] * (power * eigenvector[q]), (q, 1, parameters)),
                (1 - eta * eigenvalue) * power * eigenvector[p],
                evaluate=False,
            ),
            derivation=PATH,
            assumes=(eigen,),
        ),
        Statement(
            name="necessary",
            text=r"""
For an eigenvalue $\lambda = (2 + \sigma)/\eta$ with $\sigma > 0$ that path has $\norm{\delta_t}^2 = (1 + \sigma(2 + \sigma))^t\norm{v}^2$, so it is not bounded.
""".strip(),
            hypotheses=(_ITERATION,),
            formal=sp.Eq(
                sp.Sum(((1 - eta * eigenvalue) ** 2) ** t * eigenvector[p] ** 2, (p, 1, parameters)),
                (1 + excess * (2 + excess)) ** t * sp.Sum(eigenvector[p] ** 2, (p, 1, parameters)),
                evaluate=False,
            ),
            derivation=NECESSARY,
        ),
        Statement(
            name="negative-curvature",
            text=r"""
For an eigenvalue $\lambda = -\sigma/\eta$ with $\sigma > 0$ it has $\norm{\delta_t}^2 = (1 + \sigma(2 + \sigma))^t\norm{v}^2$: negative curvature is unstable at every
step size.
""".strip(),
            hypotheses=(_ITERATION,),
            formal=sp.Eq(
                sp.Sum(((1 - eta * eigenvalue) ** 2) ** t * eigenvector[p] ** 2, (p, 1, parameters)),
                (1 + excess * (2 + excess)) ** t * sp.Sum(eigenvector[p] ** 2, (p, 1, parameters)),
                evaluate=False,
            ),
            derivation=NEGATIVE,
        ),
        Statement(
            name="threshold",
            text=r"""
The iteration $\delta_{t+1} = (I - \eta \hessian)\delta_t$ is bounded from every start if and only if $\langle u, \hessian u\rangle \le (2/\eta)\norm{u}^2$ for all $u$.
""".strip(),
            hypotheses=(r"$\hessian \succeq 0$ is symmetric, $\eta > 0$.",),
            theorems=("LinearStability.descent_boundedP",),
        ),
        Statement(
            name="mean-of-a-step",
            text=r"The mean of a step of stochastic gradient descent is a step of gradient descent.",
            hypotheses=(
                r"$\hessian = \frac1n\sum_j \nabla f(x_j)\nabla f(x_j)^{\mathsf T}$; every datum has the same weight on average over the batches.",
            ),
            formal=sp.Eq(
                sp.Sum(
                    probability[B] * (deviation[p] - eta * sp.Sum(batch_weight[B, j] * Phi[p, j] * along, (j, 1, n))),
                    (B, 1, batches),
                ),
                deviation[p] - eta * mean(Phi[p, j] * along),
                evaluate=False,
            ),
            derivation=SGD_MEAN,
            assumes=(total_probability, unbiased),
        ),
        Statement(
            name="mean-trajectory",
            text=r"For independent batches $\E\langle u, \delta_t\rangle$ is $\langle u, \delta_t\rangle$ of gradient descent, for every $u$ and $t$.",
            hypotheses=(r"Independent batches in which every datum has the same weight on average.",),
            theorems=("LinearStability.sgd_mean_trajectory",),
        ),
        Statement(
            name="necessary-for-sgd",
            text=r"If $\E\norm{\delta_t}$ of stochastic gradient descent, linearised at an interpolating minimum, stays bounded from every start, then $\sharpness(\hessian) \le 2/\eta$.",
            hypotheses=_LINEARISED,
            theorems=("LinearStability.sgd_bounded_sharpness",),
        ),
        Statement(
            name="necessary-near-the-minimum",
            text=r"""
If for some $\varepsilon > 0$ every start with $\norm{\delta_0} \le \varepsilon$ has $\limsup_t\E\norm{\delta_t} \le \varepsilon$, then $\sharpness(\hessian) \le 2/\eta$.
""".strip(),
            hypotheses=_LINEARISED,
            theorems=("LinearStability.sgd_stable_sharpness",),
        ),
    ),
    source=Source(
        PAPER, "stability of minima under a given step size is its subject; the definitions are this project's reading"
    ),
    lemmas=(CAUCHY_SCHWARZ, MEAN_BELOW),
    machine_refuted=(
        (
            "bounded only if the sharpness is strictly below 2/eta",
            "Controls.control_linear_stability_strict",
            "threshold",
        ),
        ("sharpness at most 3/eta is enough", "Controls.control_linear_stability_three", "threshold"),
    ),
    remarks=r"""
A symmetric matrix has an eigenvector for its largest eigenvalue, so the second and third statement make $\sharpness(\hessian) \le 2/\eta$ necessary; the fifth says
so without eigenvectors. All of this is about the linearised dynamics. Gradient descent itself can keep oscillating near a linearly unstable minimum.
""".strip(),
)
