"""The audit of a shallow network with several outputs on the square loss: the claim vector-outputs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from numerics.arrays.checks import Array, validate_data
from numerics.arrays.moments import stacked
from numerics.audit.methods.method import PLAIN, Method
from numerics.audit.outputs.findings import OutputsAudit, OutputsVerdict, outputs_notes
from numerics.loading.layers import NotCoveredError
from numerics.step_size import exact_step_size
from numerics.wider import outputs
from numerics.wider.outputs import VectorNetwork

_ROOM = 1e-9
"""Relative, for the rounding of eigenvalues next to the limit."""


def several_outputs(
    network: object,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    step_size: object = None,
    method: Method = PLAIN,
) -> OutputsAudit:
    """What the claim vector-outputs, and the Hessian in floats, say of a network on data x [n, d] with labels y [n, m].

    Wherever 0 <= H <= 2/eta, H the Hessian of 1/(2n) sum |f(x_j) - y_j|^2, off the kinks: the largest eigenvalue of
    Q^T Q, Q = [E grad f_1 ... E grad f_m], is at most 2/eta, and the stability norm of all outputs 1/eta - 1/2.

    Args:
        network: a VectorNetwork, or torch.nn.Sequential(Linear, ReLU, Linear), all biases trained.
        x: the data [n, d].
        y: the labels [n, m].
        step_size: eta, of the method's loss, as `numerics.step_size` takes it; or None.
        method: sgd, heavy-ball or nesterov, and the scale of the loss, made by `numerics.audit.method`.

    Raises:
        NotCoveredError: the module is another one, or one of its parameters is not trained.
        TypeError, ValueError: the data or labels are not finite real numbers of these shapes, or the method is not
            supported.
        ArithmeticError: an eigenvalue or the norm is not found to its tolerance, or a value exceeds the range of
            float64.

    Source: the claim vector-outputs of this project, statements bounded and flat-points.

    >>> network = VectorNetwork([[1.0]], [0.0], [[2.0], [1.0]], [0.0, 0.0])
    >>> found = several_outputs(network, [[3.0], [-1.0]], [[6.0, 3.0], [0.0, 0.0]], step_size="1/20")
    >>> found.verdict, found.bound, round(found.mean_gradients, 6)
    ('stable', Fraction(39, 2), 15.75)
    """
    if method.optimizer == "adam" or method.layer_steps is not None or method.weight_decay:
        raise ValueError(
            "supported for several outputs are sgd, heavy-ball and nesterov, with one step size, without weight decay"
        )
    eta = None if step_size is None else exact_step_size(step_size)
    own = network if isinstance(network, VectorNetwork) else _of_module(network)
    data = validate_data(x, own.d)
    norm = outputs.stability_norm(own, data)
    found = OutputsAudit(
        n=len(data),
        d=own.d,
        k=own.k,
        outputs=own.m,
        step_size=eta,
        method=method,
        loss=outputs.loss(own, data, y),
        kinks=_kinks(own, data),
        mean_gradients=float(np.linalg.eigvalsh(outputs.mean_gradients_gram(own, data))[-1]),
        # two sums in floats, which rounding may interchange
        stability_norm=(min(norm.lower, norm.upper), max(norm.lower, norm.upper)),
        sharpness=outputs.sharpness(own, data, y),
        gram_sharpness=outputs.gram_sharpness(own, data),
    )
    found = replace(found, verdict=_verdict(found))
    return replace(found, notes=outputs_notes(found))


def _of_module(module: object) -> VectorNetwork:
    import torch

    if not isinstance(module, torch.nn.Module):
        raise TypeError(
            f"this is of a VectorNetwork or torch.nn.Sequential(Linear, ReLU, Linear), not of a {type(module).__name__}"
        )
    kinds = [torch.nn.Linear, torch.nn.ReLU, torch.nn.Linear]
    # a subclass may compute something else
    if type(module) is not torch.nn.Sequential or [type(part) for part in module] != kinds:
        raise NotCoveredError(
            "networks with several outputs are supported as torch.nn.Sequential(Linear, ReLU, Linear); "
            "numerics.audit.any_network audits any module that ends in a trained bias"
        )
    first, _, last = module
    parts = [getattr(layer, name) for layer in (first, last) for name in ("weight", "bias")]
    if any(part is None or not part.requires_grad for part in parts):
        raise NotCoveredError("the claim vector-outputs is of networks with biases, and all parameters trained")
    return VectorNetwork(*(part.detach().cpu().double().numpy() for part in parts))


def _kinks(network: VectorNetwork, x: Array) -> int:
    preactivations = stacked(network.W1, network.b1, x)
    return int(preactivations.size - np.count_nonzero(preactivations))


def _verdict(found: OutputsAudit) -> OutputsVerdict | None:
    if found.limit is None:
        return None
    if found.kinks:
        return "undecided"
    limit = float(found.limit)
    if found.mean_gradients * (1 - _ROOM) > limit:
        return "excluded"
    if abs(found.sharpness - limit) <= _ROOM * limit:
        return "undecided"
    return "unstable" if found.sharpness > limit else "stable"
