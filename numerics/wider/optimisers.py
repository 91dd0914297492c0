"""How large the eigenvalues of the Hessian may be for an optimiser with momentum, and what that says of the function.

Linearised at a point with the Hessian H, with the step size eta and the momentum beta, 0 <= beta < 1, each of these
methods is bounded from every start if and only if 0 <= eta H <= its factor:

    gradient-descent   delta' = delta - eta H delta                                        2
    heavy-ball         delta'' = delta' - eta H delta' + beta (delta' - delta)             2 (1 + beta)
    nesterov           delta'' = a - eta H a,  a = delta' + beta (delta' - delta)          2 (1 + beta)/(1 + 2 beta)
    averaged-gradient  m' = beta m + (1 - beta) H delta,  delta' = delta - eta m'          2 (1 + beta)/(1 - beta)

The last is the form of Adam, whose preconditioner, frozen, belongs into H; without momentum all are gradient descent.
This replaces 2/eta where nothing is used but 0 <= H <= 2/eta, and nowhere else: not in mean square for stochastic
gradient descent, which has `largest_step_size_in_mean_square`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from numerics.step_size import exact_number, exact_step_size, exact_within

Optimizer: TypeAlias = Literal["gradient-descent", "heavy-ball", "nesterov", "averaged-gradient"]
OPTIMIZERS: tuple[Optimizer, ...] = get_args(Optimizer)
"""The names of the methods, as `--optimizer` takes them."""

_FACTORS: Mapping[str, Callable[[Fraction], Fraction]] = MappingProxyType(
    {
        "gradient-descent": lambda _: Fraction(2),
        "heavy-ball": lambda beta: 2 * (1 + beta),
        "nesterov": lambda beta: 2 * (1 + beta) / (1 + 2 * beta),
        "averaged-gradient": lambda beta: 2 * (1 + beta) / (1 - beta),
    }
)


def exact_momentum(momentum: object) -> Fraction:
    """The momentum beta, exactly, from the kinds of numbers that `numerics.step_size.exact_step_size` takes.

    Raises:
        TypeError: it is no real number, or True or False.
        ValueError: it is not in [0, 1).

    >>> exact_momentum("0.9"), exact_momentum(0)
    (Fraction(9, 10), Fraction(0, 1))
    """
    words = f"the momentum must be a number from 0 to below 1 such as 0.9 or 9/10, not {momentum!r}"
    return exact_within(momentum, words, lambda exact: 0 <= exact < 1)


def stability_factor(optimizer: str, momentum: object = 0) -> Fraction:
    """The largest eta lambda at which a method is bounded: 2 for gradient descent, 2 (1 + beta) for the heavy ball.

    Args:
        optimizer: one of `OPTIMIZERS`.
        momentum: beta in [0, 1), a number of any kind, or the text of one; 0 for gradient descent.

    Raises:
        TypeError: the momentum is no real number.
        ValueError: there is no such method, the momentum is not in [0, 1), or gradient descent is given one.

    Source: Cohen, Kaur, Li, Kolter, Talwalkar, ICLR 2021 (heavy ball, Nesterov); Cohen et al. 2022 (Adam's form).

    >>> stability_factor("heavy-ball", "0.9"), stability_factor("nesterov", "0.9")
    (Fraction(19, 5), Fraction(19, 14))
    >>> stability_factor("averaged-gradient", "0.9")
    Fraction(38, 1)
    """
    factor = _FACTORS.get(optimizer)
    if factor is None:
        raise ValueError(f"there is no optimizer {optimizer!r} here; there are {', '.join(OPTIMIZERS)}")
    beta = exact_momentum(momentum)
    if beta and optimizer == "gradient-descent":
        raise ValueError(f"gradient-descent has no momentum, and was given {beta}; heavy-ball has one")
    return factor(beta)


def largest_eigenvalue_allowed(optimizer: str, step_size: object, momentum: object = 0) -> Fraction:
    """The largest eigenvalue that the Hessian may have where a method is linearly stable, `stability_factor` / eta.

    The method, linearised, is bounded from every start if and only if all eigenvalues are from 0 to this, both
    included. Arguments, errors and source as for `stability_factor`; the step size as for `exact_step_size`.

    >>> largest_eigenvalue_allowed("gradient-descent", "0.1"), largest_eigenvalue_allowed("heavy-ball", "0.1", "0.9")
    (Fraction(20, 1), Fraction(38, 1))
    """
    return stability_factor(optimizer, momentum) / exact_step_size(step_size)


def largest_stability_norm(optimizer: str, step_size: object, momentum: object = 0) -> Fraction:
    """What |f|_S is at most wherever a method is linearly stable off kinks: half of the largest eigenvalue, less 1/2.

    For gradient descent 1/eta - 1/2, for the heavy ball (1 + beta)/eta - 1/2. Where it is negative there is no such
    point. Arguments, errors and source as for `largest_eigenvalue_allowed`.

    >>> largest_stability_norm("heavy-ball", "0.1", "0.9")
    Fraction(37, 2)
    """
    return (largest_eigenvalue_allowed(optimizer, step_size, momentum) - 1) / 2


def largest_step_size_in_mean_square(curvature: object, variance: object, momentum: object = 0) -> Fraction:
    """What eta is at most where SGD with the heavy ball is stable in mean square, from one eigenpair of the Hessian.

        2 (1 - beta) lambda / (V + lambda^2 (1 - beta)/(1 + beta)),  V = (p/n) sum_j (<v, grad f(x_j)>^2 - lambda)^2

    for H v = lambda v, |v| = 1 and batches of B of n data without replacement, p = (n - B)/(B (n - 1)). In one
    dimension it is the threshold itself.

    Args:
        curvature: lambda, positive.
        variance: V, not negative.
        momentum: beta in [0, 1).

    Raises:
        TypeError: an argument is no real number.
        ValueError: an argument is out of its range.

    >>> largest_step_size_in_mean_square(1, 1), largest_step_size_in_mean_square(1, 1, "0.9")
    (Fraction(1, 1), Fraction(19, 100))
    """
    top, spread, beta = exact_number(curvature), exact_number(variance), exact_momentum(momentum)
    if top <= 0 or spread < 0:
        raise ValueError(f"the curvature must be positive and its variance not negative, not {top} and {spread}")
    return 2 * (1 - beta) * top / (spread + top**2 * (1 - beta) / (1 + beta))
