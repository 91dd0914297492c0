"""The audit of a shallow network trained on a loss that is no square: the claim other-losses, and the Hessian."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from numerics.arrays.checks import Array
from numerics.audit.losses.findings import LossAudit, LossVerdict, loss_notes
from numerics.audit.methods.method import OTHER_LOSSES, method
from numerics.audit.modules.eigenvalues import Ends, bottom_eigenvalue, top_eigenvalue
from numerics.problem import Problem
from numerics.step_size import exact_step_size
from numerics.step_size import remarks as step_size_remarks
from numerics.wider.loss_curvature import loss_gradient_norm, loss_hessian_operator
from numerics.wider.losses import (
    mean_loss,
    second_derivatives,
    tilted_gradient_square,
    tilted_law,
    tilted_stability_norm,
)

_ROUNDING = float(np.finfo(np.float64).eps)
_TOLERANCE, _LOWEST_TOLERANCE = 1e-8, 1e-5
_ROOM = 1e-9
"""Relative, what |q_u|^2 has to be above its limit before a step is called excluded."""


def other_loss(
    network: object,
    x: npt.ArrayLike | None = None,
    y: npt.ArrayLike | None = None,
    step_size: object = None,
    *,
    loss: str,
    optimizer: str = "sgd",
    momentum: object = None,
) -> LossAudit:
    """What the claim other-losses, and the Hessian in floats, say of a network on data with labels.

    With the second derivatives s_j of the loss by the output, their mean sbar and u_j = s_j/(n sbar): wherever
    0 <= H <= 2/eta, H the Hessian of the mean loss, off the kinks, |q_u|^2 <= 2/(eta sbar) and |f|_(S,u) <=
    1/(eta sbar) - 1/2. With momentum its factor stands in the place of 2.

    Args:
        network: what a `Problem` is made of, or a `Problem` with labels.
        x: the data [n, d], in front of a preprocessing; None beside a Problem.
        y: the labels [n] or [n, 1]; from 0 to 1 for logistic, counts for poisson, -1 or 1 for exponential.
        step_size: eta, of the mean of the losses over the data, as `numerics.step_size` takes it; or None.
        loss: logistic (torch.nn.BCEWithLogitsLoss), poisson, exponential or huber.
        optimizer: sgd, heavy-ball or nesterov.
        momentum: beta in [0, 1), of the latter two.

    Raises:
        NotCoveredError, TypeError, ValueError: as for `numerics.audit.audit`; a label is out of the range of the loss,
            all second derivatives are 0, or the loss or the optimizer is not supported.
        OverflowError: a value exceeds the range of float64.

    Source: the claim other-losses of this project, statements flat-points and stable-points.

    >>> from numerics.network import ShallowNetwork
    >>> network = ShallowNetwork([[1.0]], [0.0], [2.0], 0.0)
    >>> found = other_loss(network, [[3.0], [-1.0]], [1.0, 0.0], "0.1", loss="logistic")
    >>> found.verdict, round(found.mean_second, 6), round(found.stability_norm, 9)
    ('stable', 0.126233, 0.001810961)
    """
    if loss not in OTHER_LOSSES:
        raise ValueError(
            f"the loss {loss!r} is not supported here; supported are {', '.join(OTHER_LOSSES)}, and losses of squares "
            "by numerics.audit.audit"
        )
    if optimizer == "adam":
        raise ValueError(f"the loss {loss} is supported with sgd, heavy-ball and nesterov; of adam no claim speaks")
    chosen = method(optimizer, loss="half-mse", momentum=momentum)
    eta = None if step_size is None else exact_step_size(step_size)
    problem = Problem.of(network, x, y)
    if problem.zero_biases:
        raise ValueError(f"the loss {loss} is supported for networks whose biases are all trained")
    seconds = second_derivatives(loss, problem.values, problem.labels)
    mean, law = tilted_law(seconds)
    sharpness, smallest = (None, None) if problem.kinks else _eigenvalues(problem, loss)
    found = LossAudit(
        n=problem.n,
        d=problem.network.d,
        k=problem.network.k,
        loss=loss,
        value=mean_loss(loss, problem.values, problem.labels),
        step_size=eta,
        method=chosen,
        gradient_norm=loss_gradient_norm(problem, loss=loss),
        kinks=problem.kinks,
        mean_second=mean,
        law=law,
        stability_norm=tilted_stability_norm(problem, seconds=seconds),
        gradient_square=tilted_gradient_square(problem, seconds=seconds),
        sharpness=sharpness,
        smallest=smallest,
        separated=_separated(loss, problem.values, problem.labels),
        remarks=(*problem.remarks, *step_size_remarks(step_size)),
    )
    found = replace(found, verdict=_verdict(found))
    return replace(found, notes=loss_notes(found))


def _eigenvalues(problem: Problem, loss: str) -> tuple[Ends | None, Ends | None]:
    """The largest and the smallest of H, from both sides; None for one that Lanczos does not find."""
    operator = loss_hessian_operator(problem, loss=loss)
    largest: Ends | None = None
    try:
        largest = top_eigenvalue(operator, _TOLERANCE, _ROUNDING)
        return largest, bottom_eigenvalue(operator, largest[1], _LOWEST_TOLERANCE, _ROUNDING)
    except OverflowError:
        raise
    except ArithmeticError:
        return largest, None


def _separated(loss: str, values: Array, labels: Array) -> bool:
    """Whether all outputs have the signs of the labels, 0 or 1 for logistic and -1 or 1 for exponential."""
    if loss == "logistic":
        return bool(np.all(((labels == 1) & (values > 0)) | ((labels == 0) & (values < 0))))
    return loss == "exponential" and bool(np.all(labels * values > 0))


def _verdict(found: LossAudit) -> LossVerdict | None:
    limit, largest = found.limit, found.largest_gradient_square
    if limit is None or largest is None:
        return None
    if found.kinks:
        return "undecided"
    if found.gradient_square * (1 - _ROOM) > largest:
        return "excluded"
    if found.sharpness is None:
        return "not excluded"
    if found.sharpness[0] > limit:
        return "unstable"
    return "stable" if found.sharpness[1] <= limit else "not excluded"
