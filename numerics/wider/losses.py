"""Losses other than the square: second derivatives at the outputs, the law on the data that they make, and its norm.

The loss of a network is L = (1/n) sum_j l(f(x_j), y_j), the mean and not the sum, with one of these l(u, y):

    half-mse     (u - y)^2 / 2           any y          s = 1
    mse          (u - y)^2               any y          s = 2                            torch.nn.MSELoss
    logistic     log(1 + e^u) - y u      0 <= y <= 1    s = sigma(u) (1 - sigma(u))      torch.nn.BCEWithLogitsLoss
    poisson      e^u - y u               y >= 0         s = e^u                          torch.nn.PoissonNLLLoss
    exponential  e^(-y u)                y = -1 or 1    s = e^(-y u)
    huber        (u - y)^2 / 2 where |u - y| < 1, |u - y| - 1/2 elsewhere                torch.nn.HuberLoss
                                         any y          s = 1 or 0; none where |u - y| = 1

s is the second derivative by u. With s_j that at datum j and sbar their mean, u_j = s_j / (n sbar) is the tilted law.
Wherever 0 <= H <= 2/eta for the Hessian H of L, off the kinks, the stability norm under this law is at most
1/(eta sbar) - 1/2. The factor counts: gradient descent on "mse" with eta is that on "half-mse" with 2 eta, and the
bound of a step size is that of the loss it is used on. See the claim other-losses.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt
from jaxtyping import Float64
from scipy.special import expit

from numerics.arrays.checks import Array, real_array, require_finite, validate_labels
from numerics.gram import gram_operator
from numerics.lower_bounds.vectors import stability_norm_of_law
from numerics.problem import Problem
from numerics.step_size import exact_step_size

Loss: TypeAlias = Literal["half-mse", "mse", "logistic", "poisson", "exponential", "huber"]
LOSSES: tuple[Loss, ...] = get_args(Loss)
"""The names of the losses."""
_Derivative = Callable[[Array, Array], Array]


@dataclass(frozen=True)
class _Derivatives:
    """The loss, its first two derivatives by the output at outputs and labels [n], and which labels there may be."""

    value: _Derivative
    first: _Derivative
    second: _Derivative
    labels: str = "any numbers"
    allowed: Callable[[Array], npt.NDArray[np.bool_]] = np.isfinite


_OF: Mapping[str, _Derivatives] = MappingProxyType(
    {
        "half-mse": _Derivatives(lambda u, y: (u - y) ** 2 / 2, lambda u, y: u - y, lambda u, _: np.ones_like(u)),
        "mse": _Derivatives(lambda u, y: (u - y) ** 2, lambda u, y: 2 * (u - y), lambda u, _: np.full_like(u, 2.0)),
        "logistic": _Derivatives(
            # two terms that are not negative, where log(1 + e^u) - y u would cancel
            lambda u, y: (1 - y) * np.logaddexp(0, u) + y * np.logaddexp(0, -u),
            lambda u, y: expit(u) - y,
            # the two factors lose nothing where one of them is near 1
            lambda u, _: expit(u) * expit(-u),
            "from 0 to 1",
            lambda y: (y >= 0) & (y <= 1),
        ),
        "poisson": _Derivatives(
            lambda u, y: np.exp(u) - y * u,
            lambda u, y: np.exp(u) - y,
            lambda u, _: np.exp(u),
            "at least 0",
            lambda y: y >= 0,
        ),
        "exponential": _Derivatives(
            lambda u, y: np.exp(-y * u),
            lambda u, y: -y * np.exp(-y * u),
            lambda u, y: np.exp(-y * u),
            "-1 or 1",
            lambda y: np.abs(y) == 1,
        ),
        "huber": _Derivatives(
            lambda u, y: np.where(np.abs(u - y) < 1, (u - y) ** 2 / 2, np.abs(u - y) - 0.5),
            lambda u, y: np.clip(u - y, -1.0, 1.0),
            lambda u, y: (np.abs(u - y) < 1).astype(np.float64),
        ),
    }
)


def mean_loss(loss: str, outputs: npt.ArrayLike, labels: npt.ArrayLike) -> float:
    """(1/n) sum_j l(f(x_j), y_j). Arguments and errors as for `second_derivatives`; a Huber loss has a value anywhere.

    >>> round(mean_loss("logistic", [0.0, 0.0], [0.0, 1.0]), 6), mean_loss("huber", [0.5, 9.0], [0.0, 0.0])
    (0.693147, 4.3125)
    """
    return float(_evaluated(loss, outputs, labels, lambda derivatives: derivatives.value).mean())


def slopes(loss: str, outputs: npt.ArrayLike, labels: npt.ArrayLike) -> Float64[Array, " n"]:
    """l'(f(x_j), y_j) [n], the first derivatives by the output. Arguments and errors as for `second_derivatives`.

    >>> slopes("half-mse", [3.0, 0.0], [1.0, 1.0]).tolist(), slopes("mse", [3.0, 0.0], [1.0, 1.0]).tolist()
    ([2.0, -1.0], [4.0, -2.0])
    """
    return _evaluated(loss, outputs, labels, lambda derivatives: derivatives.first)


def second_derivatives(loss: str, outputs: npt.ArrayLike, labels: npt.ArrayLike) -> Float64[Array, " n"]:
    """s_j = l''(f(x_j), y_j) [n], the second derivatives by the output; the table of the module says which l.

    Args:
        loss: one of `LOSSES`. "half-mse" has s = 1, as all claims on the square loss have it; "mse", which is what
            torch.nn.MSELoss computes, has s = 2.
        outputs: f(x_j) [n].
        labels: y_j [n] or [n, 1], in the range that the loss has.

    Raises:
        TypeError: the outputs or labels are not real numbers.
        ValueError: there is no such loss, the lengths differ, an entry is not finite, a label is out of range, or a
            datum is where the Huber loss has no second derivative.
        OverflowError: a derivative exceeds the range of float64.

    >>> second_derivatives("logistic", [0.0, 0.0], [0.0, 1.0]).tolist()
    [0.25, 0.25]
    >>> second_derivatives("huber", [0.5, 9.0], [0.0, 0.0]).tolist()  # inliers count, outliers do not
    [1.0, 0.0]
    """
    found = _evaluated(loss, outputs, labels, lambda derivatives: derivatives.second)
    if loss == "huber":
        edge = np.abs(np.asarray(outputs, dtype=np.float64) - validate_labels(labels, len(found))) == 1
        if edge.any():
            raise ValueError(
                f"the Huber loss has no second derivative at datum {int(edge.argmax())}, where |f - y| = 1"
            )
    return found


def tilted_law(seconds: npt.ArrayLike) -> tuple[float, Float64[Array, " n"]]:
    """sbar, the mean of second derivatives s [n], and the tilted law u_j = s_j / (n sbar) [n] on the data.

    Raises:
        TypeError, ValueError: they are not finite real numbers, one is negative, or all are 0: the loss then has no
            curvature at any output, and bounds nothing.

    >>> mean, law = tilted_law([0.25, 0.0, 0.75, 1.0])
    >>> mean, law.tolist()
    (0.5, [0.125, 0.0, 0.375, 0.5])
    """
    s = real_array(seconds, "the second derivatives", 1)
    if len(s) == 0 or s.min() < 0:
        raise ValueError("the second derivatives of a convex loss are at least 0, one for each datum")
    largest = float(s.max())
    if largest == 0:
        raise ValueError("the second derivatives are all 0: there is no tilted law")
    scaled = s / largest
    return largest * float(scaled.mean()), scaled / scaled.sum()


def tilted_stability_norm(network: object, x: npt.ArrayLike | None = None, *, seconds: npt.ArrayLike) -> float:
    """|f|_(S,u), the stability norm under the tilted law u of second derivatives s [n]: at most 1/(eta sbar) - 1/2
    wherever 0 <= H <= 2/eta off the kinks.

    Args:
        network: k neurons; or a `Problem`.
        x: the data [n, d]; None beside a Problem.
        seconds: s [n], such as `second_derivatives` gives.

    Raises:
        TypeError, ValueError: as for `tilted_law` and `numerics.lower_bounds.vectors.stability_norm_of_law`.
        OverflowError: a term exceeds the range of float64.

    Source: the claim other-losses.

    >>> from numerics.network import ShallowNetwork
    >>> network = ShallowNetwork([[1.0]], [0.0], [2.0], 0.0)
    >>> s = second_derivatives("logistic", [6.0, 0.0], [1.0, 0.0])  # the first datum is certain: it has 1% of the law
    >>> round(tilted_stability_norm(network, [[3.0], [-1.0]], seconds=s), 9)  # 2 (3 u_1) (sqrt(10) u_1)
    0.001810961
    """
    return stability_norm_of_law(network, x, weights=tilted_law(seconds)[1])


def tilted_gradient_square(network: object, x: npt.ArrayLike | None = None, *, seconds: npt.ArrayLike) -> float:
    """|q_u|^2 = |sum_j u_j grad f(x_j)|^2 under the tilted law u: at least 1 + 2|f|_(S,u), at most 2/(eta sbar).

    Arguments, errors and source as for `tilted_stability_norm`.

    >>> from numerics.network import ShallowNetwork
    >>> network = ShallowNetwork([[1.0]], [0.0], [2.0], 0.0)
    >>> tilted_gradient_square(network, [[3.0], [-1.0]], seconds=[1.0, 1.0])  # |(3, 1, 1.5, 1)|^2
    13.25
    """
    problem = Problem.of(network, x)
    _, law = tilted_law(seconds)
    if len(law) != problem.n:
        raise ValueError(f"there must be one second derivative for each of the {problem.n} data, not {len(law)}")
    return problem.n * float(law @ (gram_operator(problem) @ law))


def largest_tilted_norm(step_size: object, seconds: npt.ArrayLike) -> float:
    """1/(eta sbar) - 1/2, what |f|_(S,u) is at most wherever 0 <= H <= 2/eta off the kinks.

    Args:
        step_size: eta, as for `numerics.step_size.exact_step_size`, of gradient descent on the mean of the losses.
        seconds: s [n].

    Returns:
        The bound; infinite where it exceeds the range of float64. The smaller sbar is, the less it says.

    Raises:
        TypeError, ValueError: as for `tilted_law` and `numerics.step_size.exact_step_size`.

    >>> largest_tilted_norm("0.1", [1.0, 1.0]), largest_tilted_norm("0.1", [0.25, 0.0])
    (9.5, 79.5)
    """
    mean, _ = tilted_law(seconds)
    curvature = exact_step_size(step_size) * Fraction(mean)
    try:
        return float(1 / curvature - Fraction(1, 2))
    except (OverflowError, ZeroDivisionError):
        return math.inf


def _evaluated(
    loss: str,
    outputs: npt.ArrayLike,
    labels: npt.ArrayLike,
    choose: Callable[[_Derivatives], _Derivative],
) -> Float64[Array, " n"]:
    derivatives = _OF.get(loss)
    if derivatives is None:
        raise ValueError(f"there is no loss {loss!r} here; there are {', '.join(LOSSES)}")
    u = real_array(outputs, "the outputs", 1)
    y = validate_labels(labels, len(u))
    wrong = ~derivatives.allowed(y)
    if wrong.any():
        first = int(wrong.argmax())
        raise ValueError(f"labels of the loss {loss} are {derivatives.labels}, but y[{first}] is {y[first]}")
    with np.errstate(over="ignore", invalid="ignore"):
        return require_finite(choose(derivatives)(u, y), "the derivatives of the loss")
