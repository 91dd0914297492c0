"""What the claim vector-outputs says of a network on data, enclosed: floats find candidates, exact arithmetic proves.

Both ends of the stability norm rest on no convergence: any state is a lower end, and any scales are an upper one.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import scipy.linalg
from flint import arb, arb_mat, ctx

from numerics.arrays.checks import Array, real_array, validate_data
from numerics.arrays.spectrum import checked_top_eigenpair
from numerics.exact.balls import ball
from numerics.exact.rounded import MOST_EXACT
from numerics.exact.spectrum import MOST_ROWS, at_most_exactly, enclosed_top_eigenvalue
from numerics.wider.outputs.curvature import hessian_operator
from numerics.wider.outputs.exact import ExactOutputs
from numerics.wider.outputs.hessian import PRECISION, enclosed_hessian
from numerics.wider.outputs.near_gram import near_gram_sharpness
from numerics.wider.outputs.network import VectorNetwork
from numerics.wider.outputs.state import StateNorm, largest_state

MOST_PAIRS, MOST_INPUTS = 4096, 2**19
"""Pairs of a datum and an output, and n times k or d, up to which everything is enclosed, in about two minutes."""
_TOLERANCE = 1e-10


@dataclass(frozen=True, eq=False)
class EnclosedOutputs:
    """A network with several outputs on data; every number a ball that contains the true value.

    loss: 1/(2n) sum |f(x_j) - y_j|^2.
    gram_sharpness: lambda_max(K), K [n m, n m] with strict masks (relu'(0) = 0).
    sharpness: lambda_max of the Hessian of the loss, with the same masks; on kinks only formal.
    residual_part: rho with H >= -rho.
    mean_gradients: lambda_max(Q^T Q), Q = [E grad f_1 ... E grad f_m].
    stability_norm: from the sum of a state to the value of scales.
    kinks: pairs of neuron and datum whose pre-activation is exactly zero.
    at_most_limit: whether the sharpness is decided to be at most the limit that was asked for, where its ball reaches
        to both sides.
    """

    loss: arb
    gram_sharpness: arb
    sharpness: arb
    residual_part: arb
    mean_gradients: arb
    stability_norm: arb
    kinks: int
    at_most_limit: bool


def can_enclose(network: VectorNetwork, n: int) -> bool:
    """Whether n data are few enough for the enclosures of a network."""
    return n * network.m <= MOST_PAIRS and n * max(network.k, network.d) <= MOST_INPUTS


def enclose_outputs(
    network: VectorNetwork, x: npt.ArrayLike, y: npt.ArrayLike, limit: Fraction | None = None
) -> EnclosedOutputs:
    """Enclose everything that the claim vector-outputs says of a network on data with labels.

    For n m above 1,024 K is a matrix of floats with a proven distance from the exact one.

    Args:
        network: m outputs.
        x: the data [n, d].
        y: the labels [n, m].
        limit: what the sharpness is to be compared with: in whole numbers where its ball leaves that open, the network
            interpolates, and n m is at most 100.

    Raises:
        TypeError, ValueError: data or labels are not finite real numbers of these shapes.
        OverflowError: n m is above 1,024, and a number leaves the range of normal floats.

    >>> network = VectorNetwork([[1.0]], [0.0], [[2.0], [1.0]], [0.0, 0.0])
    >>> found = enclose_outputs(network, [[3.0]], [[6.0, 3.0]], Fraction(60))
    >>> found.loss == 0, found.sharpness.contains(60), found.at_most_limit
    (True, True, True)
    """
    data, labels = validate_data(x, network.d), real_array(y, "the labels y", 2)
    if labels.shape != (len(data), network.m):
        raise ValueError(f"the labels y must have the shape {(len(data), network.m)}, not {labels.shape}")
    with ctx.workprec(PRECISION):
        exact = ExactOutputs(network, data)
        residuals = exact.residuals(labels)
        squares = (residuals * residuals).columns_summed().T.columns_summed()
        few = exact.n * exact.m <= MOST_EXACT
        gram = enclosed_top_eigenvalue(exact.gram.balls() / exact.n) if few else near_gram_sharpness(exact)
        interpolating = bool(squares.ball() == 0)
        if interpolating:
            top, residual_part = gram, arb(0)
        else:
            vector = None if exact.kinks else _top_vector(network, data, labels)
            top, residual_part = enclosed_hessian(exact, labels, gram, vector)
        return EnclosedOutputs(
            loss=squares.ball() / (2 * exact.n),
            gram_sharpness=gram,
            sharpness=top,
            residual_part=residual_part,
            mean_gradients=enclosed_top_eigenvalue(exact.mean_gradients_gram.balls() / exact.n**2, iterative=False),
            stability_norm=enclosed_norm(exact),
            kinks=exact.kinks,
            at_most_limit=interpolating and limit is not None and _at_most(exact, gram, limit),
        )


def enclosed_norm(exact: ExactOutputs) -> arb:
    """The stability norm of several outputs: a ball from the end of a state to that of scales, both found in floats.

    Of the hyperplanes with b_H = g_H a_H, a state R R^T / tr R R^T gives sum_H |R^T b_H| / |R|_F, and numbers t_H > 0
    give (1/2) [lambda_max(sum_H t_H b_H b_H^T) + sum_H 1/t_H], where a hyperplane may be left out and its |b_H| added.
    """
    with ctx.workprec(PRECISION):
        pairs = [(amplitude, weight) for amplitude, weight in exact.amplitudes_and_weights() if weight > 0]
        rows = [[entry * weight for entry in amplitude] for amplitude, weight in pairs]
        rows = [row for row in rows if any(entry != 0 for entry in row)]
        if not rows:
            return arb(0)
        found = _candidate(rows)
        root = _root(found.state) if found is not None else np.eye(exact.m)
        scales = found.scales if found is not None else np.zeros(len(rows))
        return _lower_end(rows, root).union(_upper_end(rows, scales))


def _candidate(rows: list[list[arb]]) -> StateNorm | None:
    """State and scales in floats, a scale for each row; None where floats do not reach."""
    with np.errstate(over="ignore"):
        floats = np.array([[float(entry) for entry in row] for row in rows])
    if not np.isfinite(floats).all() or not np.any(floats != 0, axis=1).all():
        return None
    try:
        found = largest_state(floats, np.ones(len(rows)), tolerance=_TOLERANCE)
    except (ArithmeticError, ValueError):
        return None
    reachable = np.isfinite(found.scales).all() and (found.scales > 0).all() and np.isfinite(found.state).all()
    return found if reachable else None


def _root(state: Array) -> Array:
    """R [m, m] with R R^T about the state."""
    values, vectors = scipy.linalg.eigh(state)
    root: Array = vectors * np.sqrt(np.maximum(values, 0.0))
    return root


def _lower_end(rows: list[list[arb]], root: Array) -> arb:
    images = arb_mat(rows) * arb_mat(root.tolist())
    sizes = [_length([entry.abs_lower() for entry in row]).lower() for row in images.table()]
    total = sum(sizes, arb(0)) / _length([arb(entry) for entry in root.ravel().tolist()])
    return total.lower()


def _upper_end(rows: list[list[arb]], scales: Array) -> arb:
    """With t_H = 0 for hyperplanes that are left out."""
    inverses, left_out, scaled = arb(0), arb(0), []
    for row, scale in zip(rows, scales.tolist(), strict=True):
        if scale == 0:
            left_out += _length([entry.abs_upper() for entry in row]).upper()
            continue
        inverses += 1 / arb(scale)
        scaled.append([entry * arb(scale).sqrt() for entry in row])
    if not scaled:
        return left_out.upper()
    matrix = arb_mat(scaled)
    top = enclosed_top_eigenvalue(matrix.transpose() * matrix, iterative=False)
    return ((top + inverses) / 2 + left_out).upper()


def _length(entries: list[arb]) -> arb:
    return sum((entry * entry for entry in entries), arb(0)).sqrt()


def _top_vector(network: VectorNetwork, x: Array, y: Array) -> Array | None:
    """That of lambda_max(H), in floats; None where floats do not reach."""
    try:
        return checked_top_eigenpair(hessian_operator(network, x, y), _TOLERANCE)[1]
    except (ArithmeticError, ValueError):
        return None


def _at_most(exact: ExactOutputs, top: arb, limit: Fraction) -> bool:
    """Whether no eigenvalue of K is above the limit, which its largest one may be next to; False where that is open."""
    near = top.overlaps(ball(limit)) and exact.n * exact.m <= MOST_ROWS
    return near and bool(at_most_exactly(exact.gram, exact.n * limit))
