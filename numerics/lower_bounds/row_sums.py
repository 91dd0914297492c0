"""The lower bound of the sharpness by the row sums of the Gram matrix, one step of the power method beyond |q|^2."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from numerics.gram import gram_operator
from numerics.problem import Problem


def row_sum_bound(network: object, x: npt.ArrayLike | None = None) -> float:
    """|q|^2 + Var(s)/|q|^2 = mean s_j^2 / mean s_j <= lambda_max(K), s = K 1, up to rounding.

    s_j = <grad f(x_j), q> with the mean gradient q = E grad f, so that mean s_j = |q|^2: it is the Rayleigh quotient of
    the Hessian Phi Phi^T / n at q, and never below `numerics.gram.mean_gradient_square`. With the stability norm |f|_S,
    1 + 2|f|_S + Var(s)/|q|^2 <= lambda_max(K). One product with K, never formed. See the claim weights-from-data.

    Args:
        network: the network; or a `Problem`.
        x: the data [n, d]; None beside a Problem.

    Raises:
        TypeError, ValueError: the data are not finite real numbers [n, d].
        OverflowError: a row sum exceeds the range of float64.

    >>> from numerics.network import ShallowNetwork
    >>> network = ShallowNetwork([[1.0]], [0.0], [2.0], 0.0)
    >>> round(row_sum_bound(network, [[3.0], [-1.0]]), 9)  # s = (25.5, 1): 651.25/26.5, and lambda_max = 25.01
    24.575471698
    """
    problem = Problem.of(network, x)
    sums = gram_operator(problem) @ np.ones(problem.n)
    # the sums over their mean, that no square overflows; the output bias makes the mean at least 1
    mean = float(np.mean(sums))
    return mean * float(np.mean((sums / mean) ** 2))


def exact_row_sum_bound(network: object, x: npt.ArrayLike | None = None) -> Fraction:
    """The same number, exactly: weights and data are the rationals that the floats are. Arguments and errors as above.

    >>> from numerics.network import ShallowNetwork
    >>> exact_row_sum_bound(ShallowNetwork([[1.0]], [0.0], [2.0], 0.0), [[3.0], [-1.0]])
    Fraction(2605, 106)
    """
    problem = Problem.of(network, x)
    sums = problem.exact.gram.columns_summed()
    return sums.row_squares().fraction() / (problem.n * sums.T.columns_summed().fraction())
