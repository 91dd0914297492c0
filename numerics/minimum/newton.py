"""The Newton map around a network in exact arithmetic: polishing, its constants, and enclosures near its centre."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import scipy.linalg
from flint import arb

from numerics.arrays.checks import Array
from numerics.exact.balls import ball, upper
from numerics.exact.dyadic import Dyadic, power_of_two
from numerics.exact.network import ExactNetwork, ExactSide, smaller_side
from numerics.exact.spectrum import enclosed_bottom_eigenvalue, enclosed_top_eigenvalue
from numerics.gram import gram_matrix
from numerics.network import ShallowNetwork

_POLISHING_STEPS = 8


class NotCertified(ArithmeticError):  # noqa: N818 - it says what was found, not that the program failed
    """No minimum is proved to exist near the network; the message says which hypothesis fails."""


def polished(start: ExactNetwork, y: Array) -> ExactNetwork:
    """Gauss-Newton steps theta - J^+ F(theta) until rounding stops the residuals from falling.

    Raises:
        NotCertified: J J^T is singular in floats.
    """
    best, best_size = start, _norm(start.residuals(y))
    for _ in range(_POLISHING_STEPS):
        if best_size == 0:
            break
        candidate = ExactNetwork(_newton_update(best, y), best.data)
        size = _norm(candidate.residuals(y))
        if size < best_size:
            falling = size < best_size / 2
            best, best_size = candidate, size
            if falling:
                continue
        break
    return best


def newton_constants(centre: ExactNetwork, y: Array) -> tuple[arb, arb, arb]:
    """Upper bounds of beta = 1/sigma_min(J) and of |J^+ F|, and M between them, all rigorous.

    |J^+ F| <= |J^T z| + beta |F - J J^T z| for every z; z solves J J^T z = F in floats.

    Raises:
        NotCertified: sigma_min(J) is not proved to be positive.
    """
    smallest = enclosed_bottom_eigenvalue(centre.gram.balls()).lower()
    if not smallest > 0:
        raise NotCertified(
            "the derivative of the residuals is not proved to be onto: the smallest eigenvalue of its Gram matrix"
            f" is at least {float(smallest):.1e}, no more (equal data, or too few neurons?)"
        )
    inverse_bound = 1 / smallest.sqrt()
    residuals = centre.residuals(y)
    z = Dyadic.of(_solution(centre, residuals)[:, None])
    image = centre.gram @ z
    step = (z.T @ image).ball().sqrt() + inverse_bound * _norm(residuals + -image)
    trace = sum(centre.data.features.fraction(j, j) for j in range(centre.n))
    return inverse_bound, ball(trace).sqrt(), step.upper()


def certified_radius(inverse_bound: arb, lipschitz: arb, newton_step: arb) -> Fraction:
    """An r with newton_step + beta M r^2 / 2 < r: the Newton map sends the ball of radius r into its interior.

    It is twice the Newton step, rounded up to three digits. Works, and is given, iff beta M newton_step is
    below about 1/2.

    Raises:
        NotCertified: there is none.
    """
    radius = _rounded_up(max(2 * upper(newton_step), Fraction(1, 10**40)))
    r = ball(radius)
    if not newton_step + inverse_bound * lipschitz * r * r / 2 < r:
        raise NotCertified(
            f"the Newton step is too long: beta M |J^+ F| is {float(inverse_bound * lipschitz * newton_step):.2g},"
            " and must be below 1/2"
        )
    return radius


def activation_margin(exact: ExactNetwork) -> arb:
    """min_ij |<w1_i, x_j> + b1_i| / |(x_j, 1)|: no closer is a parameter vector with a datum on a kink."""
    if exact.k == 0:
        return arb.pos_inf()
    margin = arb.pos_inf()
    for j, row in enumerate(exact.preactivations.matrix.table()):
        nearest = min(abs(entry) for entry in row) * power_of_two(exact.preactivations.exponent)
        margin = margin.min(nearest / exact.data.features.ball(j, j).sqrt())
    return margin


def require_distinct_hyperplanes(exact: ExactNetwork, radius: Fraction) -> None:
    """Within the radius no two neurons share a hyperplane, and none has w1 = 0.

    |(u + e) ^ (v + f)| >= |u ^ v| - r (|u| + |v|) - r^2 for u, v = (w1, b1) of two neurons, |e|, |f| <= r.

    Raises:
        NotCertified: that is not proved.
    """
    r = ball(radius)
    rows = exact.W1 @ exact.W1.T
    products = rows + exact.b1.T @ exact.b1
    norms = [products.ball(i, i).sqrt() for i in range(exact.k)]
    for i in range(exact.k):
        if not rows.ball(i, i).sqrt() > r:
            raise NotCertified(f"neuron {i} may have w1 = 0 at the minimum; fold it into the output bias first")
        for j in range(i):
            square = products.ball(i, i) * products.ball(j, j) - products.ball(i, j) ** 2
            if not (square > 0 and square.sqrt() > r * (norms[i] + norms[j]) + r * r):
                raise NotCertified(f"neurons {j} and {i} may share a hyperplane at the minimum; merge them first")


def _newton_update(exact: ExactNetwork, y: Array) -> ShallowNetwork:
    z = _solution(exact, exact.residuals(y))
    network, x = exact.network, exact.data.floats
    coefficients = (exact.signs > 0).astype(np.float64).T * z * network.w2[:, None]
    return ShallowNetwork(
        network.W1 - coefficients @ x,
        network.b1 - coefficients.sum(axis=1),
        network.w2 - np.maximum(network.preactivations(x), 0.0).T @ z,
        network.b2 - float(z.sum()),
    )


def _solution(exact: ExactNetwork, residuals: Dyadic) -> Array:
    """J J^T z = F in floats."""
    gram = exact.n * gram_matrix(exact.network, exact.data.floats)
    try:
        factor = scipy.linalg.cho_factor(gram, lower=True)
    except scipy.linalg.LinAlgError as error:
        raise NotCertified("the data cannot be fitted independently: the Gram matrix is singular") from error
    solution: Array = scipy.linalg.cho_solve(factor, [float(entry) for entry in residuals.balls().entries()])
    return solution


def sharpness_near(exact: ExactNetwork, change: arb) -> arb:
    """(1/n) |J'|^2 in the spectral norm, for |J' - J| <= change."""
    norm = enclosed_top_eigenvalue(exact.gram.balls()).sqrt()
    return _widened(norm, change) ** 2 / exact.n


def mean_gradient_square_near(exact: ExactNetwork, change: arb) -> arb:
    """(1/n^2) |sum_j grad f(x_j)|^2, likewise."""
    norm = exact.gram.columns_summed().T.columns_summed().ball().sqrt()
    return _widened(norm, change * arb(exact.n).sqrt()) ** 2 / exact.n**2


def stability_norm_near(exact: ExactNetwork, radius: Fraction) -> arb:
    """|f|_S at parameters within the radius, in the same cell, with distinct hyperplanes."""
    r = ball(radius)
    total = arb(0)
    for i in range(exact.k):
        smaller = smaller_side(_term_near(exact.above, i, r), _term_near(exact.below, i, r))
        total += abs(_widened(exact.w2.ball(0, i), r)) * smaller
    return total


def _term_near(side: ExactSide, neuron: int, r: arb) -> arb:
    # the mean of |t| over a side moves by at most r |E (X, 1) 1{side}|
    feature = side.feature.ball(0, neuron).sqrt()
    return _widened(side.excess.ball(0, neuron), r * feature) * feature / side.n**2


def _widened(value: arb, by: arb) -> arb:
    return value + arb(0, by.upper())


def distance_between(first: ExactNetwork, second: ExactNetwork) -> arb:
    """The Euclidean distance in the space of all parameters."""
    pairs = ((first.W1, second.W1), (first.b1, second.b1), (first.w2, second.w2), (first.b2, second.b2))
    squares = [(one + -other).row_squares().T.columns_summed().ball() for one, other in pairs]
    return sum(squares, arb(0)).sqrt()


def _norm(column: Dyadic) -> arb:
    return (column.T @ column).ball().sqrt()


def neuron_sizes(network: ShallowNetwork) -> list[arb]:
    """|(w1_i, b1_i)| [k]."""
    squares = Dyadic.of(np.column_stack([network.W1, network.b1])).row_squares()
    return [squares.ball(0, i).sqrt() for i in range(network.k)]


def pairs_within(exact: ExactNetwork, distance: arb) -> int:
    """The number of pairs of neuron and datum on a kink at some parameters within the distance, rounded up."""
    reach = [distance * exact.data.features.ball(j, j).sqrt() for j in range(exact.n)]
    rows = exact.preactivations.balls().table()
    return sum(not abs(entry) > far for row, far in zip(rows, reach, strict=True) for entry in row)


def _rounded_up(value: Fraction) -> Fraction:
    """Three significant decimal digits."""
    exponent = len(str(value.numerator)) - len(str(value.denominator)) - 3
    unit = Fraction(10) ** exponent
    return -(-value // unit) * unit
