"""The flattest rescaling of a network, between a primal and a dual bound, both of them proved if need be."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from flint import arb, ctx

from numerics.arrays.checks import Array, real_array, require_tolerance
from numerics.arrays.hyperplanes import representative
from numerics.exact.balls import ball, lower, upper
from numerics.exact.dyadic import Dyadic
from numerics.exact.network import ExactNetwork, ExactSide, gram_sum, smaller_side
from numerics.exact.spectrum import enclosed_top_eigenvalue
from numerics.flattest.family import Rescalings
from numerics.flattest.implementation import validate_vectors
from numerics.flattest.search import Method, search_flattest
from numerics.network import ShallowNetwork
from numerics.problem import Problem

__all__ = [
    "CertifiedFlattest",
    "Flattest",
    "Method",
    "certified_implementation_lower_bound",
    "certify_flattest",
    "flattest",
]

_PRECISION = 128


@dataclass(frozen=True, eq=False)
class Flattest:
    """How flat the rescalings (c_i w1_i, c_i b1_i, w2_i / c_i), c > 0, of a network are: inf lambda_max(K(c)).

    network: the flattest rescaling found. Neurons that share a hyperplane stay on it, at the nearest scales that
        floats allow (see `ShallowNetwork.rescaled_about`).
    scales: the scales c [k] of the bounds; 1 where they do not matter.
    upper: lambda_max(K) of it, in float64.
    vectors: rows u_r [r, n] of the dual certificate U = sum_r u_r u_r^T.
    lower: the dual value of U; no rescaling has a smaller lambda_max, up to rounding.
    attained: False where an active neuron has w2 = 0: its scale is best at 0, which no rescaling reaches, and
        `upper` only comes close to the infimum.
    method: what found the better bounds; rounds: how many rounds it took.
    """

    network: ShallowNetwork
    scales: Array
    upper: float
    vectors: Array
    lower: float
    attained: bool
    method: Method
    rounds: int

    @property
    def gap(self) -> float:
        """(upper - lower) / upper."""
        return (self.upper - self.lower) / self.upper

    @property
    def largest_stable_step(self) -> tuple[float, float]:
        """2/upper and 2/lower: at the first some rescaling is linearly stable, beyond the second none is."""
        return 2 / self.upper, 2 / self.lower


@dataclass(frozen=True)
class CertifiedFlattest:
    """The same, proved: exact ends of the interval in which inf over c > 0 of lambda_max(K(c)) lies."""

    lower: Fraction
    upper: Fraction

    @property
    def gap(self) -> Fraction:
        """(upper - lower) / upper."""
        return 1 - self.lower / self.upper

    @property
    def largest_stable_step(self) -> tuple[Fraction, Fraction]:
        """2/upper and 2/lower: at the first some rescaling is linearly stable, beyond the second none is."""
        return 2 / self.upper, 2 / self.lower


def flattest(
    network: object,
    x: npt.ArrayLike | None = None,
    *,
    tolerance: float = 1e-10,
    rounds: int = 40,
) -> Flattest:
    """Minimise lambda_max(K) over the rescalings of `network` at the data x [n, d], with a proof of how well.

    With s_i = c_i^2, K is convex in s, and (Sion)

        inf_c lambda_max(K(c)) = max (1/n) [1^T U 1 + 2 sum_i |w2_i| sqrt(<P_i, U> <Q_i, U>)],  U psd, tr U = 1,

    P_i = (m_i m_i^T) o (1 1^T + X X^T), Q_i = z_i z_i^T, m_i the pattern and z_i the outputs of neuron i. First the
    fixed point u = top eigenvector, s_i = |w2_i| sqrt(<P_i, u u^T> / <Q_i, u u^T>), from the constant u. Where the
    top eigenvalue is multiple at the minimum it does not settle; then an interior point method on the span of the top
    eigenvectors met so far, until no eigenvalue outside exceeds it.

    Nothing rests on convergence: `lower` and `upper` bound the infimum whatever the search did (up to rounding; see
    `certify_flattest`), and `gap` says how far apart they are, which may be more than the tolerance.

    Args:
        network: k neurons, those with w1 = 0 scaled as all others; or a `Problem`.
        x: the data [n, d]; None beside a Problem.
        tolerance: the relative gap at which to stop; the interior point method reaches about 1e-10.
        rounds: how many rounds each method may take at most.

    Raises:
        TypeError, ValueError: the data are not finite real numbers [n, d], or senseless options.
        ArithmeticError: a value exceeds the range of float64.

    >>> network = ShallowNetwork([[1.0]], [0.0], [2.0], 0.0)  # at one point, 1 + s x^2 + (4/s) (1 + x^2)
    >>> found = flattest(network, [[1.0]])
    >>> round(found.upper, 12), round(found.lower, 12)  # 1 + 4 sqrt(2)
    (6.656854249492, 6.656854249492)
    """
    problem = Problem.of(network, x)
    require_tolerance(tolerance)
    if rounds < 1:
        raise ValueError(f"there must be at least one round, not {rounds}")
    family = Rescalings(problem)
    search = search_flattest(family, tolerance, rounds)
    scales = family.scales(search.log_scales)
    return Flattest(
        network=problem.network.rescaled_about(scales),
        scales=scales,
        upper=search.upper,
        vectors=search.vectors,
        lower=search.lower,
        attained=len(family.vanishing) == 0,
        method=search.method,
        rounds=search.rounds,
    )


def certify_flattest(network: object, x: npt.ArrayLike | None = None, *, found: Flattest) -> CertifiedFlattest:
    """Prove the bounds of `found` for `network` at the data x [n, d], whoever found them.

    Weights, data, scales and vectors are the rationals that the floats are; activation patterns and sums are exact,
    square roots and the top eigenvalue enclosed. Above, K(c) is compared with the same sum where r_i >= 1/c_i, a
    float, stands in the place of 1/c_i: that is larger, and needs no division.

    Args:
        network: the network whose rescalings are bounded; or a `Problem`.
        x: the data [n, d]; None beside a Problem.
        found: only its scales [k] and vectors [r, n] are used.

    Raises:
        TypeError, ValueError: data, scales or vectors are not finite real numbers of the right shape, a scale is
            not positive, or the vectors are zero.
        ArithmeticError: an enclosure is infinite.
    """
    problem = Problem.of(network, x)
    u = validate_vectors(found.vectors, problem.n)
    c = real_array(found.scales, "the scales", 1)
    if len(c) != problem.network.k or not (c > 0).all():
        raise ValueError(f"there must be one positive scale for each of the {problem.network.k} neurons, not {c}")
    exact = problem.exact
    with ctx.workprec(_PRECISION):
        top = enclosed_top_eigenvalue(_gram_above(exact, c).balls() * (1 / arb(exact.n)))
        vectors = Dyadic.of(u)
        terms = _side_terms(exact, exact.above, vectors)
        every = sum((abs(exact.w2.ball(0, i)) * terms[i] for i in range(exact.k)), arb(0))
        return CertifiedFlattest(lower=lower(_dual_value(exact.n, vectors, every)), upper=upper(top))


def certified_implementation_lower_bound(
    network: object, x: npt.ArrayLike | None = None, *, vectors: npt.ArrayLike
) -> Fraction:
    """A number that `implementation_lower_bound` of these vectors is proved not to be below.

    Arguments and errors as there; network, data and vectors are the rationals that the floats are.
    """
    problem = Problem.of(network, x)
    u = validate_vectors(vectors, problem.n)
    exact = problem.exact
    with ctx.workprec(_PRECISION):
        certificate = Dyadic.of(u)
        above = _side_terms(exact, exact.above, certificate)
        below = _side_terms(exact, exact.below, certificate)
        merged = arb(0)
        for group in problem.hyperplanes:
            chosen = representative(problem.network.W1, group)
            merged += abs(ball(exact.merged_output_weight(group))) * smaller_side(above[chosen], below[chosen])
        return lower(_dual_value(exact.n, certificate, merged))


def _dual_value(n: int, vectors: Dyadic, terms: arb) -> arb:
    trace = vectors.row_squares().T.columns_summed()
    total = vectors.T.columns_summed().row_squares()
    return (total.ball() + 2 * terms) / (n * trace.ball())


def _gram_above(exact: ExactNetwork, c: Array) -> Dyadic:
    """A matrix above n K(c): r_i >= 1/c_i in the place of 1/c_i."""
    scales = [Fraction(float(value)) for value in c]
    reciprocals = np.array([_at_least(1 / value) for value in scales])
    outputs = exact.hidden * Dyadic.of(c[None, :])
    levers = exact.above.mask * (exact.w2 * Dyadic.of(reciprocals[None, :]))
    return gram_sum(outputs, levers, exact.data.features)


def _at_least(value: Fraction) -> float:
    nearest = float(value)
    return nearest if Fraction(nearest) >= value else float(np.nextafter(nearest, np.inf))


def _side_terms(exact: ExactNetwork, side: ExactSide, vectors: Dyadic) -> list[arb]:
    """sqrt(<P_i, U> <Q_i, U>) of each neuron, on one side."""
    hidden = (vectors @ side.outputs).T.row_squares()
    patterns = Dyadic.of(np.zeros((1, exact.k)))
    for r in range(vectors.shape[0]):
        weighted = side.mask * vectors.row(r).T
        count = weighted.columns_summed()
        patterns = patterns + (weighted.T @ exact.data.x).row_squares() + count * count
    return [hidden.ball(0, i).sqrt() * patterns.ball(0, i).sqrt() for i in range(exact.k)]
