"""The thresholds of SGD at the exact minima next to the carried MNIST networks, against the batch size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb, arb_mat, ctx
from jaxtyping import Float64

from numerics.arrays.checks import Array
from numerics.exact.balls import ball
from numerics.exact.network import ExactNetwork
from numerics.gram import gram_matrix
from numerics.mean_square.bounds import cheap_bounds, gain
from numerics.mean_square.enclosure import enclosed_threshold
from numerics.mean_square.threshold import thresholds
from numerics.minimum.certified import CertifiedMinimum, NotCertified, certify_minimum
from numerics.minimum.stored import StoredNetwork
from numerics.norm import stability_norm
from numerics.problem import Problem

_PRECISION = 128


@dataclass(frozen=True, eq=False)
class BatchCurve:
    """The largest step sizes of SGD against the batch size b, at the minimum next to a carried network on n data.

    All but `enclosed` are floats, of the centre of the certified minimum.

    batches [m]: the batch sizes.
    threshold [m]: the largest step size at which SGD is bounded in mean square.
    lower, upper [m]: the cheap bounds of it.
    corollary [m]: 2/((1 + p (kappa - 1)) (1 + 2|f|_S)), which it does not exceed.
    gradient_descent, main_theorem: 2/lambda_max and 2/(1 + 2|f|_S), the same of gradient descent.
    enclosed: batch sizes and the threshold of the exact minimum in a ball.
    step_size: eta, with which the network was trained by gradient descent.
    """

    name: str
    n: int
    step_size: Fraction
    batches: tuple[int, ...]
    threshold: Float64[Array, " m"]
    lower: Float64[Array, " m"]
    upper: Float64[Array, " m"]
    corollary: Float64[Array, " m"]
    gradient_descent: float
    main_theorem: float
    enclosed: tuple[tuple[int, arb], ...]


def batch_curve(
    stored: StoredNetwork, batches: Sequence[int] | None = None, enclosed: Sequence[int] = (1, 16)
) -> BatchCurve:
    """The data of a figure: thresholds against batch sizes, and some of them enclosed.

    Args:
        stored: a carried network, next to which a minimum is certified.
        batches: None for the powers of two below n, and n.
        enclosed: the batch sizes for which the threshold is enclosed, up to a few seconds each for n = 256.

    Raises:
        NotCertified: no minimum off kinks is certified next to the network.
        TypeError, ValueError: a batch size is not between 1 and n.
    """
    problem = Problem(stored.network, stored.task.x, stored.task.y)
    minimum = None if stored.ends_on_kinks else certify_minimum(problem, step_size=stored.step_size)
    if not isinstance(minimum, CertifiedMinimum):
        raise NotCertified(f"{stored.name} ends on kinks: the threshold of SGD is that of a minimum off kinks")
    n, centre = problem.n, problem.at(minimum.centre)
    sizes = tuple(batches) if batches is not None else (*(2**power for power in range((n - 1).bit_length())), n)
    gram = gram_matrix(centre)
    bounds = [cheap_bounds(gram, batch) for batch in sizes]
    main_theorem = 2 / (1 + 2 * stability_norm(centre))
    near = gram_near(minimum, centre.exact) if enclosed else None
    return BatchCurve(
        name=stored.name,
        n=n,
        step_size=stored.step_size,
        batches=sizes,
        threshold=np.array([found.value for found in thresholds(gram, sizes)]),
        lower=np.array([bound.lower for bound in bounds]),
        upper=np.array([bound.upper for bound in bounds]),
        corollary=np.array([main_theorem / gain(gram, batch) for batch in sizes]),
        gradient_descent=thresholds(gram, [n])[0].value,
        main_theorem=main_theorem,
        enclosed=tuple((batch, enclosed_threshold(near, batch)) for batch in enclosed) if near is not None else (),
    )


def gram_near(minimum: CertifiedMinimum, centre: ExactNetwork) -> arb_mat:
    """K [n, n] at the exact minimum, within its radius r of the centre and in the same cell.

    There each gradient changes by at most r |(x_j, 1)|, so <g_j, g_l> by r |(x_j, 1)| |g_l| + |g_j| r |(x_l, 1)| and
    the product of the changes.
    """
    n = centre.n
    with ctx.workprec(_PRECISION):
        changes = [ball(minimum.radius) * centre.data.features.ball(j, j).sqrt() for j in range(n)]
        lengths = [centre.gram.ball(j, j).sqrt() for j in range(n)]
        rows = centre.gram.balls().table()
        return arb_mat(
            [
                [
                    (rows[j][l] + arb(0, _change(lengths[j], changes[j], lengths[l], changes[l]))) / n
                    for l in range(n)  # noqa: E741
                ]
                for j in range(n)
            ]
        )


def _change(length: arb, change: arb, other_length: arb, other_change: arb) -> arb:
    return (change * other_length + length * other_change + change * other_change).upper()
