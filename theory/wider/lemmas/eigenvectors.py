r"""Paths of methods with momentum from an eigenvector, and the averaged gradient as a heavy ball.

Where :math:`\hessian v = \lambda v`, :math:`z^tv` is a path of a method if z is a root of its characteristic polynomial. A root -1 - e or 1 + e with e > 0
belongs to a curvature above the threshold, or to a negative one.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByHypothesis, Chain, Hypothesis, Identity, Rewrite
from theory.symbols import eta, indexed, p, parameters, q, scalar
from theory.wider.lemmas.second_order import NAME, beta, earlier, hessian, later, present

t = sp.Symbol("t", integer=True, nonnegative=True)
eigenvector = indexed("eigenvector", "v")
eigenvalue = scalar("eigenvalue", r"\lambda")
root = scalar("root", "z")
eigen = Hypothesis(
    "eigenvector",
    r"\hessian v = \lambda v",
    sp.Eq(sp.Sum(hessian[p, q] * eigenvector[q], (q, 1, parameters)), eigenvalue * eigenvector[p], evaluate=False),
    ((p, parameters),),
)
root_of_heavy_ball = Hypothesis(
    "root of the heavy ball",
    r"\eta\lambda z = (1 - z)(z - \beta)",
    sp.Eq(eta * eigenvalue * root, (1 - root) * (root - beta), evaluate=False),
)
root_of_nesterov = Hypothesis(
    "root of Nesterov's method",
    r"\eta\lambda\bigl((1+\beta)z - \beta\bigr) = (1 - z)(z - \beta)",
    sp.Eq(eta * eigenvalue * ((1 + beta) * root - beta), (1 - root) * (root - beta), evaluate=False),
)


def _image(factor: sp.Expr) -> sp.Expr:
    """An entry of the Hessian times the eigenvector times a factor."""
    return sp.Sum(hessian[p, q] * (factor * eigenvector[q]), (q, 1, parameters))


at, after = root**t, root ** (t + 1)
next_heavy_ball = (1 + beta) * after * eigenvector[p] - eta * _image(after) - beta * at * eigenvector[p]
HEAVY_BALL_PATH = (
    Chain(
        "Heavy ball: from an eigenvector to a multiple of it",
        next_heavy_ball,
        hypotheses=(eigen, root_of_heavy_ball),
        for_all=((p, parameters),),
        claim=NAME,
    )
    .equals(
        ((1 + beta) * after - eta * after * eigenvalue - beta * at) * eigenvector[p],
        ByHypothesis(eigen.name, -eta * after),
    )
    .equals(root ** (t + 2) * eigenvector[p], ByHypothesis(root_of_heavy_ball.name, -at * eigenvector[p]))
    .conclude()
)
_ahead = (1 + beta) * after - beta * at
next_nesterov = _ahead * eigenvector[p] - eta * _image(_ahead)
NESTEROV_PATH = (
    Chain(
        "Nesterov: from an eigenvector to a multiple of it",
        next_nesterov,
        hypotheses=(eigen, root_of_nesterov),
        for_all=((p, parameters),),
        claim=NAME,
    )
    .equals((_ahead - eta * _ahead * eigenvalue) * eigenvector[p], ByHypothesis(eigen.name, -eta * _ahead))
    .equals(root ** (t + 2) * eigenvector[p], ByHypothesis(root_of_nesterov.name, -at * eigenvector[p]))
    .conclude()
)

excess = scalar("excess", r"\epsilon", positive=True)
_size = 1 + excess
heavy_ball_level = (2 + excess) * (1 + excess + beta) / _size
nesterov_level = (2 + excess) * (1 + excess + beta) / ((1 + beta) * _size + beta)
ABOVE_HEAVY_BALL = (
    Chain("Heavy ball: the curvature of a root below -1", heavy_ball_level, claim=NAME)
    .equals(2 * (1 + beta) + excess * (_size - beta) / _size, Identity("divide"))
    .conclude()
)
ABOVE_NESTEROV = (
    Chain("Nesterov: the curvature of a root below -1", nesterov_level, claim=NAME)
    .equals(
        2 * (1 + beta) / (1 + 2 * beta)
        + excess * ((1 + 2 * beta) * _size + beta) / ((1 + 2 * beta) * ((1 + beta) * _size + beta)),
        Identity("divide"),
    )
    .conclude()
)

average, next_average = indexed("average", "m"), indexed("next_average", "m'")
averaging = (
    Hypothesis(
        "step from the average",
        r"\delta' = \delta - \eta m",
        sp.Eq(average[p], (earlier[p] - present[p]) / eta, evaluate=False),
        (p,),
    ),
    Hypothesis(
        "average of gradients",
        r"m' = \beta m + (1-\beta)\hessian\delta'",
        sp.Eq(
            next_average[p],
            beta * average[p] + (1 - beta) * sp.Sum(hessian[p, q] * present[q], (q, 1, parameters)),
            evaluate=False,
        ),
        (p,),
    ),
    Hypothesis(
        "step from the next average",
        r"\delta'' = \delta' - \eta m'",
        sp.Eq(later[p], present[p] - eta * next_average[p], evaluate=False),
        (p,),
    ),
)
as_heavy_ball = (
    present[p]
    + beta * (present[p] - earlier[p])
    - (1 - beta) * eta * sp.Sum(hessian[p, q] * present[q], (q, 1, parameters))
)
AVERAGED_STEP = (
    Chain(
        "The averaged gradient is a heavy ball",
        later[p],
        hypotheses=averaging,
        for_all=((p, parameters),),
        claim=NAME,
    )
    .equals(as_heavy_ball, Rewrite("insert the averages", tuple(each.name for each in reversed(averaging))))
    .conclude()
)
