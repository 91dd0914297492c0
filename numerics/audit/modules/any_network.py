"""The audit of any torch module that ends in a trained bias, on the square loss: the claim any-architecture."""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from tqdm import tqdm

from numerics.audit.methods.method import PLAIN, Method
from numerics.audit.modules.eigenvalues import bottom_eigenvalue, top_eigenvalue
from numerics.audit.modules.findings import ModuleAudit, ModuleVerdict, module_notes
from numerics.step_size import exact_step_size

if TYPE_CHECKING:
    import torch

    from numerics.audit.modules.curvature import Curvature

_CHUNK = 256
_LOWEST_TOLERANCE = 1e-5
"""Of the smallest eigenvalue, relative to the largest: it lies next to many others, and little rests on it."""
_COLUMN = 1e-6
"""What |H e - q| may be, relative to |q|, for the rounding of products in floats; in float32 1e-2."""


def any_network(
    module: object,
    inputs: object,
    labels: object = None,
    *,
    step_size: object = None,
    method: Method = PLAIN,
    bias: str | None = None,
    device: str | torch.device = "cpu",
    dtype: torch.dtype | None = None,
    chunk: int = _CHUNK,
    tolerance: float | None = None,
    lowest: bool = True,
    progress: bool | None = None,
) -> ModuleAudit:
    """What one backward pass, and the Hessian in floats, say of a torch module on data with labels.

    With q_i = E grad f_i over the data, one backward pass for each output, and Q = [q_1 ... q_m]: where
    0 <= H <= 2/eta, H the Hessian of 1/(2n) sum |f(x_j) - y_j|^2, the largest eigenvalue of Q^T Q, |q|^2 for one
    output, is at most 2/eta. So larger steps than 2/|q|^2 are excluded, without the Hessian and without labels. With
    labels its largest eigenvalue is estimated from both sides, by Lanczos with products by autograd.

    Args:
        module: any torch.nn.Module in evaluation mode whose outputs [n], [n, 1] or [n, m] end in a trained bias; it is
            left as it is.
        inputs: [n, ...], a tensor or an array, of floats or of whole numbers.
        labels: [n] or [n, m], or None: nothing is said of the Hessian then.
        step_size: eta, of the method's loss, as `numerics.step_size` takes it; or None.
        method: the optimiser, the scale of the loss and the weight decay, made by `numerics.audit.method`.
        bias: the name of the output bias, if another one than the one found is meant.
        device: where torch computes, as "cuda".
        dtype: torch.float64, or torch.float32; None is float64, whatever the module is stored in.
        chunk: data that are in memory at a time.
        tolerance: of the residual of Lanczos, relative; None is 1e-8, in float32 1e-3.
        lowest: whether the smallest eigenvalue is sought too, which may take most of the time.
        progress: whether a bar counts the passes over the data; None is on a terminal.

    Raises:
        TypeError, ValueError, NotCoveredError: as `numerics.audit.modules.subject.subject`, or the method, the step
            size, the chunk or the tolerance is not supported.
        ArithmeticError: Lanczos does not reach the tolerance; or H e is not q, so that autograd or the bias is wrong.

    Source: the claim any-architecture of this project, statements column, flat-points and sharpness.

    >>> import torch
    >>> model = torch.nn.Sequential(torch.nn.Linear(1, 1), torch.nn.ReLU(), torch.nn.Linear(1, 1))
    >>> for part, value in zip(model.parameters(), (1.0, 0.0, 2.0, 0.0)):
    ...     _ = part.data.fill_(value)
    >>> found = any_network(model, [[1.0]], [2.0], step_size="0.1")  # 2 relu(x) at 1: |q|^2 = 4 + 4 + 1 + 1
    >>> found.bias, round(found.mean_gradient_square, 9), round(found.sharpness[0], 9), found.verdict
    ('2.bias', 10.0, 10.0, 'stable')
    """
    import torch

    from numerics.audit.modules.curvature import Curvature
    from numerics.audit.modules.subject import subject

    kind = torch.float64 if dtype is None else dtype
    wide = kind == torch.float64
    allowed = (1e-8 if wide else 1e-3) if tolerance is None else tolerance
    if chunk < 1 or not 0 < allowed < 1:
        raise ValueError(f"the chunk must be at least 1 and the tolerance between 0 and 1, not {chunk} and {allowed}")
    if method.optimizer == "adam" or method.layer_steps is not None:
        raise ValueError("supported for modules are sgd, heavy-ball and nesterov, with one step size")
    eta = None if step_size is None else exact_step_size(step_size)
    own = subject(module, inputs, labels, bias=bias, device=device, dtype=kind)
    rounding = float(torch.finfo(kind).eps)
    hidden = not (sys.stderr is not None and sys.stderr.isatty()) if progress is None else not progress
    with tqdm(desc="passes over the data", disable=hidden, leave=False) as bar:
        curvature = Curvature(own, chunk, bar.update)
        gradients = curvature.mean_gradients()
        square = float(np.linalg.eigvalsh(gradients @ gradients.T)[-1])
        gauss_newton = top_eigenvalue(curvature.gauss_newton(), allowed, rounding)
        sharpness = smallest = loss = penalised = None
        mu = float(method.weight_decay / method.loss_factor(own.n, own.outputs))
        if own.labels is not None:
            loss, hessian = curvature.loss(), curvature.hessian()
            _require_column(curvature, gradients, _COLUMN if wide else 1e-2)
            sharpness = top_eigenvalue(hessian, allowed, rounding)
            if method.decayed == "all-but-output-bias":
                penalised = top_eigenvalue(curvature.penalised(hessian, mu), allowed, rounding)
            elif method.weight_decay:
                penalised = sharpness[0] + mu, sharpness[1] + mu
            if lowest:
                rough = max(allowed, _LOWEST_TOLERANCE)
                smallest = bottom_eigenvalue(hessian, sharpness[1], rough, rounding)
    found = ModuleAudit(
        n=own.n,
        outputs=own.outputs,
        parameters=own.size,
        bias=own.bias,
        step_size=eta,
        method=method,
        loss=loss,
        mean_gradient_square=square,
        gauss_newton=gauss_newton,
        sharpness=sharpness,
        smallest=smallest,
        penalised_sharpness=penalised,
    )
    found = replace(found, verdict=_verdict(found, square * (1 - 1e4 * rounding)))
    return replace(found, notes=module_notes(found))


def _require_column(curvature: Curvature, gradients: np.ndarray, room: float) -> None:
    """H e = q for the unit vector e of the first entry of the output bias, as the claim says."""
    own = curvature.subject
    start = 0
    for name, part in own.parameters.items():
        if name == own.bias:
            break
        start += part.numel()
    unit = np.zeros(own.size)
    unit[start] = 1.0
    off = float(np.linalg.norm(curvature.hessian().matvec(unit) - gradients[0]) / np.linalg.norm(gradients[0]))
    if not (math.isfinite(off) and off <= room):
        raise ArithmeticError(
            f"the Hessian at the output bias {own.bias} is not the mean gradient, by {off:.1e} of it: the module's "
            "derivatives, or the bias, are not what they seem"
        )


def _verdict(found: ModuleAudit, square: float) -> ModuleVerdict | None:
    """The square of the mean gradient is given with room for its rounding."""
    limit, largest, deciding = found.limit, found.largest_gradient_square, found.deciding_sharpness
    if limit is None or largest is None:
        return None
    if deciding is not None and deciding[0] > limit:
        return "unstable"
    if square > largest:
        return "excluded"
    return "stable" if deciding is not None and deciding[1] <= limit else "undecided"
