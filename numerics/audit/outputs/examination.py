"""The audit of a shallow network with several outputs on the square loss: the claim vector-outputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial

import numpy as np
import numpy.typing as npt

from numerics.arrays.checks import Array, real_array, validate_data
from numerics.audit.methods.method import PLAIN, Method
from numerics.audit.outputs.findings import OutputsAudit, OutputsVerdict, outputs_notes
from numerics.audit.outputs.in_floats import measured
from numerics.exact.intervals import interval
from numerics.loading.layers import NotCoveredError
from numerics.loading.networks import as_network
from numerics.step_size import exact_step_size
from numerics.step_size import remarks as step_size_remarks
from numerics.wider.outputs import VectorNetwork
from numerics.wider.outputs.enclosure import can_enclose, enclose_outputs
from numerics.wider.outputs.hessian import in_balls


def several_outputs(
    network: object,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    step_size: object = None,
    method: Method = PLAIN,
) -> OutputsAudit:
    """What the claim vector-outputs, and the Hessian, say of a network on data x [n, d] with labels y [n, m].

    Wherever 0 <= H <= 2/eta, H the Hessian of 1/(2n) sum |f(x_j) - y_j|^2, off the kinks: the largest eigenvalue of
    Q^T Q, Q = [E grad f_1 ... E grad f_m], is at most 2/eta, and the stability norm of all outputs 1/eta - 1/2. Up to
    n m = 4,096 (and n times k or d up to 2^19) everything is enclosed; beyond, it is in floats, and the answer says so.

    Args:
        network: a VectorNetwork; or what `numerics.loading.as_network` takes: torch.nn.Sequential(Linear, ReLU,
            Linear), a state_dict, a model of scikit-learn or Keras, or the path of a file; all biases trained.
        x: the data [n, d], in front of a preprocessing.
        y: the labels [n, m].
        step_size: eta, of the method's loss, as `numerics.step_size` takes it; or None.
        method: sgd, heavy-ball or nesterov, and the scale of the loss, made by `numerics.audit.method`; mse is the mean
            over data and outputs.

    Raises:
        NotCoveredError: the network is another one, or a layer has no bias.
        TypeError, ValueError: the data or labels are not finite real numbers of these shapes, or the method is not
            supported.
        ArithmeticError: in floats, an eigenvalue or the norm is not found to its tolerance, or a value exceeds their
            range.

    Source: the claim vector-outputs of this project, statements bounded and flat-points.

    >>> network = VectorNetwork([[1.0]], [0.0], [[2.0], [1.0]], [0.0, 0.0])
    >>> found = several_outputs(network, [[3.0], [-1.0]], [[6.0, 3.0], [0.0, 0.0]], step_size="1/20")
    >>> found.verdict, found.bound, found.enclosed, round(float(found.mean_gradients[1]), 6)
    ('stable', Fraction(39, 2), True, 15.75)
    """
    if method.optimizer == "adam" or method.layer_steps is not None or method.weight_decay:
        raise ValueError(
            "supported for several outputs are sgd, heavy-ball and nesterov, with one step size, without weight decay"
        )
    eta = None if step_size is None else exact_step_size(step_size)
    own, data, remarks = _read(network, x)
    labels = _labels(y, len(data), own.m)
    n = len(data)
    made = partial(
        OutputsAudit,
        n=n,
        d=own.d,
        k=own.k,
        outputs=own.m,
        step_size=eta,
        method=method,
        remarks=(*remarks, *step_size_remarks(step_size)),
    )
    limit = None if eta is None else method.factor / method.loss_factor(n, own.m) / eta
    found = _enclosed(made, own, data, labels, limit) if can_enclose(own, n) else None
    if found is None:
        found = measured(made, own, data, labels)
    found = replace(found, verdict=_verdict(found))
    return replace(found, notes=outputs_notes(found))


def _read(network: object, x: npt.ArrayLike) -> tuple[VectorNetwork, Array, tuple[str, ...]]:
    """The network, the data as they reach it, and what was taken for granted."""
    if isinstance(network, VectorNetwork):
        return network, validate_data(x, network.d), ()
    loaded = as_network(network, x, with_scaling=True, zero_biases=True, several=True)
    if loaded.zero_biases:
        raise NotCoveredError(
            f"there is no bias in {' and in '.join(loaded.zero_biases)}; the claim vector-outputs is of networks with "
            "biases, and all parameters trained"
        )
    first = loaded.first
    own = VectorNetwork(first.W1, first.b1, loaded.output_weights, loaded.output_biases)
    return own, validate_data(loaded.prepare(x), own.d), loaded.notes


def _labels(y: npt.ArrayLike, n: int, m: int) -> Array:
    """The labels [n, m]; of one output also [n]."""
    labels = real_array(y, "the labels y", np.ndim(y))
    if m == 1 and labels.shape == (n,):
        labels = labels[:, None]
    if labels.shape == (n,) and m > 1:
        raise ValueError(
            f"the network has {m} outputs, and the labels y have one number for each datum; y must be [{n}, {m}], a "
            f"column for each output, which for classes 0, 1, ... is np.eye({m})[y]"
        )
    if labels.shape != (n, m):
        raise ValueError(
            f"the labels y must have the shape {(n, m)}, a row for each datum and a column for each output, not "
            f"{labels.shape}"
        )
    return labels


def _enclosed(
    made: Callable[..., OutputsAudit], network: VectorNetwork, x: Array, y: Array, limit: Fraction | None
) -> OutputsAudit | None:
    """None if there are many data, and a number leaves the range of floats."""
    try:
        found = enclose_outputs(network, x, y, limit)
    except OverflowError:
        return None
    interpolating = bool(found.loss == 0)
    nu = Fraction(0), interval(found.residual_part)[1]
    sharpness, gram = interval(found.sharpness), interval(found.gram_sharpness)
    if found.at_most_limit:
        assert limit is not None
        sharpness = gram = sharpness[0], limit
    return made(
        enclosed=True,
        in_balls=in_balls(network, len(x)),
        loss=interval(found.loss),
        kinks=found.kinks,
        mean_gradients=interval(found.mean_gradients),
        stability_norm=interval(found.stability_norm),
        sharpness=sharpness,
        gram_sharpness=gram,
        negative_curvature=nu if interpolating or not found.kinks else None,
    )


def _verdict(found: OutputsAudit) -> OutputsVerdict | None:
    if found.limit is None:
        return None
    least = found.least_sharpness
    if found.kinks or least is None:
        return "undecided"
    if found.sharpness[1] <= found.limit:
        return "stable"
    if least[0] > found.limit:
        return "excluded"
    return "unstable" if found.sharpness[0] > found.limit else "undecided"
