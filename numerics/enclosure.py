"""Rigorous enclosures of what the theory says of a network on data, and verdicts that rest on them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
import numpy.typing as npt
from flint import arb, arb_mat, ctx

from numerics.arrays.hyperplanes import representative
from numerics.exact.balls import ball, lower, upper
from numerics.exact.dyadic import Dyadic
from numerics.exact.network import ExactNetwork, smaller_side
from numerics.exact.rounded import MOST_EXACT, largest_eigenvalue, rounded_gram
from numerics.exact.spectrum import enclosed_top_eigenvalue
from numerics.problem import Problem
from numerics.step_size import exact_step_size

__all__ = [
    "EnclosedHyperplane",
    "Enclosure",
    "Verdict",
    "enclose",
    "enclosed_gradient_norm",
    "enclosed_gram",
    "enclosed_gram_sharpness",
    "enclosed_loss",
    "enclosed_top_eigenvalue",
    "exact_step_size",
    "stability_verdict",
]

Verdict = Literal["stable", "unstable", "undecided"]

_PRECISION = 128
_VECTOR_BITS = 60


@dataclass(frozen=True, eq=False)
class EnclosedHyperplane:
    """A distinct hyperplane of the reduced form: its neurons, |sum of their amplitudes| and weight g."""

    neurons: tuple[int, ...]
    amplitude: arb
    weight: arb


@dataclass(frozen=True, eq=False)
class Enclosure:
    """A network of k neurons on n data; every number a ball that contains the true value.

    gram_sharpness: lambda_max(K), K with strict masks (relu'(0) = 0).
    mean_gradient_square: |E grad f|^2, with the same masks.
    one_sided_norm, stability_norm: sum_i |a_i| gt_i over neurons with w1 != 0, and |f|_S.
    hyperplanes: what the stability norm is the sum of.
    one_sided_weights: gt(v_i, b_i) of each neuron; None where w1 = 0.
    kinks: pairs of neuron and datum whose pre-activation is exactly zero. With any, K is the Hessian of one mode
        among several, and the main theorem does not apply.
    loss: 1/(2n) sum_j (f(x_j) - y_j)^2; None without labels.
    step_size, bound: eta, exactly, and 1/eta - 1/2; None without a step size.
    """

    n: int
    gram_sharpness: arb
    mean_gradient_square: arb
    one_sided_norm: arb
    stability_norm: arb
    hyperplanes: tuple[EnclosedHyperplane, ...]
    one_sided_weights: tuple[arb | None, ...]
    kinks: int
    loss: arb | None
    step_size: Fraction | None
    bound: arb | None

    @property
    def verdict(self) -> Verdict | None:
        """Whether lambda_max(K) <= 2/eta; None without a step size."""
        return None if self.step_size is None else stability_verdict(self.gram_sharpness, self.step_size)

    @property
    def tightness(self) -> arb | None:
        """|f|_S over the bound; None where the bound is not positive or there is none."""
        return None if self.bound is None or not self.bound > 0 else self.stability_norm / self.bound


def stability_verdict(sharpness: arb, step_size: Fraction) -> Verdict:
    """Linear stability means sharpness <= 2/eta: "undecided" if the ball leaves it open.

    >>> stability_verdict(arb(20), Fraction(1, 10)), stability_verdict(arb(20, 1), Fraction(1, 10))
    ('stable', 'undecided')
    """
    if not sharpness.is_finite():
        return "undecided"
    limit = 2 / step_size
    if upper(sharpness) <= limit:
        return "stable"
    return "unstable" if lower(sharpness) > limit else "undecided"


def enclose(
    network: object,
    x: npt.ArrayLike | None = None,
    y: npt.ArrayLike | None = None,
    step_size: object = None,
) -> Enclosure:
    """Enclose everything the theory says of `network` on the data x [n, d], with relative widths below 1e-10.

    Weights and data are the rationals that the floats are. Activation patterns, sums and products are exact; only
    square roots, the eigenvalue and the last division round, in balls. No size of weights overflows. For more than
    1,024 data K is a matrix of floats with a proven distance from the exact one, for its largest eigenvalue alone.

    Args:
        network: k neurons, k = 0 is a constant; or a `Problem`.
        x: the data [n, d]; None beside a Problem.
        y: the labels [n], for the loss; likewise.
        step_size: eta, for the bound and the verdict; see `numerics.step_size.exact_step_size`.

    Raises:
        TypeError, ValueError: data, labels or step size are not finite real numbers of the right shape.
        OverflowError: there are more than 1,024 data, and a number leaves the range of normal floats.

    >>> from numerics.network import ShallowNetwork
    >>> network = ShallowNetwork([[1.0]], [0.0], [2.0], 0.0)
    >>> found = enclose(network, [[3.0], [-1.0]], [6.0, 0.0], Fraction(1, 20))
    >>> found.verdict, found.loss, found.stability_norm.overlaps(arb(0.5).sqrt())
    ('stable', 0, True)
    >>> found.gram_sharpness.str(9, radius=False)
    '25.0101998'
    """
    problem = Problem.of(network, x, y)
    eta = None if step_size is None else exact_step_size(step_size)
    with ctx.workprec(_PRECISION):
        exact = problem.exact
        hyperplanes = _hyperplanes(problem)
        terms = _one_sided_terms(exact)
        return Enclosure(
            n=exact.n,
            gram_sharpness=enclosed_gram_sharpness(exact),
            mean_gradient_square=_mean_gradient_square(exact),
            one_sided_norm=sum(
                (abs(exact.w2.ball(0, i)) * term for i, term in enumerate(terms) if term is not None), arb(0)
            ),
            stability_norm=sum((part.amplitude * part.weight for part in hyperplanes), arb(0)),
            hyperplanes=hyperplanes,
            one_sided_weights=tuple(
                None if term is None else term / _row_norm(exact, i) for i, term in enumerate(terms)
            ),
            kinks=exact.kinks,
            loss=None if problem.y is None else enclosed_loss(problem),
            step_size=eta,
            bound=None if eta is None else ball(1 / eta - Fraction(1, 2)),
        )


def enclosed_gram(network: object, x: npt.ArrayLike | None = None) -> arb_mat:
    """K = Phi^T Phi / n [n, n] of `numerics.gram.gram_matrix`, its entries exact up to one rounding in balls.

    Raises:
        TypeError, ValueError: the data are not finite real numbers [n, d].
    """
    problem = Problem.of(network, x)
    with ctx.workprec(_PRECISION):
        return _gram(problem.exact)


def enclosed_gram_sharpness(exact: ExactNetwork) -> arb:
    """lambda_max(K): of the exact matrix for up to 1,024 data, of a matrix of floats at a proven distance beyond.

    Raises OverflowError if there are more, and a number leaves the range of normal floats.
    """
    with ctx.workprec(_PRECISION):
        return enclosed_top_eigenvalue(_gram(exact)) if exact.n <= MOST_EXACT else _near_gram_sharpness(exact)


def _near_gram_sharpness(exact: ExactNetwork) -> arb:
    """Below it lies |Phi u|^2 / (n |u|^2), exact but for the division, at the eigenvector u found in floats."""
    high, vector = largest_eigenvalue(rounded_gram(exact))
    # on a grid: tiny entries would make long integers
    u = Dyadic.of(np.rint(np.ldexp(vector[:, None], _VECTOR_BITS)))
    low = combination_square(exact, u).ball() / (u.T @ u).ball()
    return low.lower().union(high) / exact.n


def combination_square(exact: ExactNetwork, vector: Dyadic) -> Dyadic:
    """|Phi v|^2 = |sum_j v_j grad f(x_j)|^2 for v [n, 1], exactly, without the matrix Phi^T Phi.

    With G_i = sum_j v_j 1_ij (x_j, 1) it is sum_i w2_i^2 |G_i|^2 + (sum_j v_j z_ij)^2, and (sum_j v_j)^2 for b2.
    """
    above = exact.above
    weighted = above.mask * vector
    masses = weighted.columns_summed()
    features = (weighted.T @ exact.data.x).row_squares() + masses * masses
    in_w2, in_b2 = vector.T @ above.outputs, vector.columns_summed()
    squares = exact.w2 * exact.w2 * features + in_w2 * in_w2
    return squares.T.columns_summed() + in_b2 * in_b2


def enclosed_loss(problem: Problem) -> arb:
    """1/(2n) sum_j (f(x_j) - y_j)^2. Raises ValueError if there are no labels."""
    with ctx.workprec(_PRECISION):
        residuals = problem.exact.residuals(problem.labels)
        return (residuals.T @ residuals).ball() / (2 * problem.n)


def enclosed_gradient_norm(problem: Problem) -> arb:
    """|grad L| of the loss L = 1/(2n) sum_j (f(x_j) - y_j)^2 in all parameters, with relu'(0) = 0.

    grad L = Phi r / n, r the residuals. Raises ValueError if there are no labels.
    """
    with ctx.workprec(_PRECISION):
        return combination_square(problem.exact, problem.exact.residuals(problem.labels)).ball().sqrt() / problem.n


def _gram(exact: ExactNetwork) -> arb_mat:
    return exact.gram.balls() * (1 / arb(exact.n))


def _mean_gradient_square(exact: ExactNetwork) -> arb:
    above = exact.above
    total = above.excess * above.excess + exact.w2 * exact.w2 * above.feature
    return 1 + total.T.columns_summed().ball() / exact.n**2


def _row_norm(exact: ExactNetwork, neuron: int) -> arb:
    row = exact.W1.row(neuron)
    return (row @ row.T).ball().sqrt()


def _one_sided_terms(exact: ExactNetwork) -> list[arb | None]:
    """|w1_i| gt(v_i, b_i) of each neuron: |w1| cancels in |a| gt, so it is divided out last or not at all."""
    living = np.any(exact.network.W1 != 0, axis=1)
    return [exact.above.term(i) if living[i] else None for i in range(exact.k)]


def _hyperplanes(problem: Problem) -> tuple[EnclosedHyperplane, ...]:
    exact, found = problem.exact, []
    for group in problem.hyperplanes:
        chosen = representative(problem.network.W1, group)
        norm = _row_norm(exact, chosen)
        amplitude = abs(ball(exact.merged_output_weight(group))) * norm
        smaller = smaller_side(exact.above.term(chosen), exact.below.term(chosen))
        found.append(EnclosedHyperplane(tuple(int(i) for i in group), amplitude, smaller / norm))
    return tuple(found)
