"""Ends of the largest eigenvalues of K and of the Hessian, on nets where both are known exactly."""

from __future__ import annotations

from fractions import Fraction

import pytest

from proofs_checks.verify.arithmetic import root
from proofs_checks.verify.gram import gram_matrix
from proofs_checks.verify.hessian import ResidualPart
from proofs_checks.verify.network import NetworkOnData
from proofs_checks.verify.reading import NotProved
from tests.proofs_checks.verify.written import on_data

F = Fraction
TINY = F(1, 10**9)


def one_datum(y: float) -> NetworkOnData:
    """relu(w x + 1) at x = 0, value 1: J = (0, 1, 1, 1), K = 3, and the residual r = 1 - y between w2 and b1.

    The eigenvalues of the Hessian are -r and (3 + r +- sqrt((1 + r)^2 + 8))/2, and rho = |r|.
    """
    return on_data([[2.0, 1.0]], [1.0], [[0.0]], [y])


def test_the_gram_matrix_from_both_sides() -> None:
    """3 from above exactly, since there is one datum; from below up to rounding."""
    gram = gram_matrix(one_datum(1.0))
    gram.require_largest_below(F(3))
    gram.require_largest_above(3 - TINY, [1])
    proved = root(Fraction(gram.matrix[0][0] - 1) / gram.unit) ** 2
    assert 3 - TINY < proved < 3
    gram.require_largest_above(proved, [1])
    with pytest.raises(NotProved, match="lower end"):
        gram.require_largest_above(proved + (3 - proved) / 10**9, [1])
    with pytest.raises(NotProved, match="upper end"):
        gram.require_largest_below(3 - TINY)
    with pytest.raises(NotProved, match="lower end"):
        gram.require_largest_above(3 + TINY, [1])


def test_the_gram_matrix_of_what_is_near() -> None:
    """Within 1/10 of J: (sqrt(3) - 1/10)^2 = 2.6635 to (sqrt(3) + 1/10)^2 = 3.3565."""
    gram, drift = gram_matrix(one_datum(1.0)), F(1, 10)
    gram.require_largest_below(F(3357, 1000), drift)
    gram.require_largest_above(F(2663, 1000), [1], drift)
    for high in (F(3356, 1000), F(3)):
        with pytest.raises(NotProved, match="upper end"):
            gram.require_largest_below(high, drift)
    for low in (F(2664, 1000), F(3)):
        with pytest.raises(NotProved, match="lower end"):
            gram.require_largest_above(low, [1], drift)


def test_a_vector_that_is_no_eigenvector_proves_less() -> None:
    """The Rayleigh quotients of two data without a neuron that is active: n K is all ones."""
    gram = gram_matrix(on_data([[1.0, -1.0]], [1.0], [[0.0], [0.5]], [0.0, 0.0]))
    gram.require_largest_above(2 - TINY, [1, 1])
    gram.require_largest_above(1 - TINY, [1, 0])
    gram.require_largest_above(F(9, 5) - TINY, [1, 2])
    gram.require_largest_below(F(2))
    for low, vector in ((2 + TINY, [1, 1]), (1 + TINY, [0, 1]), (TINY, [1, -1]), (F(9, 5) + TINY, [2, 1])):
        with pytest.raises(NotProved, match="lower end"):
            gram.require_largest_above(low, vector)
    with pytest.raises(NotProved, match="upper end"):
        gram.require_largest_below(2 - TINY)


@pytest.mark.parametrize(("y", "rho", "largest"), [(-1.5, F(5, 2), F(5)), (5.5, F(9, 2), F(9, 2)), (1.0, F(0), F(3))])
def test_the_hessian_from_both_sides(y: float, rho: F, largest: F) -> None:
    """At r = 5/2 it is 5, above K; at r = -9/2 it is rho; at r = 0 that of K."""
    residual = ResidualPart(one_datum(y))
    assert residual.size == rho
    residual.require_largest_below(largest)
    residual.require_largest_below(largest + 1)
    residual.require_largest_above(largest - TINY, [1])
    residual.require_largest_above(F(-1), [1])
    for high in (largest - TINY, rho - TINY, F(0), F(-1)):
        with pytest.raises(NotProved):
            residual.require_largest_below(high)
    for low in (largest + TINY, largest + 1):
        with pytest.raises(NotProved):
            residual.require_largest_above(low, [1])


def test_up_to_rho_nothing_is_to_be_computed() -> None:
    """The residual part alone has the eigenvalue rho = 9/2, and K has no negative one; any vector will do."""
    residual = ResidualPart(one_datum(5.5))
    residual.require_largest_above(F(9, 2), [0])
    assert residual.size == F(9, 2)


def test_the_residual_part_is_that_of_the_active_data() -> None:
    """Blocks E[r 1 (X, 1)]: of two data and two neurons, the largest counts."""
    f = on_data([[1.0, 0.0], [-1.0, 0.0]], [1.0, 2.0], [[1.0], [-3.0]], [0.0, 0.0])
    # values 1 and 6; blocks 1 (1, 1)/2 and 6 (-3, 1)/2
    residual = ResidualPart(f)
    assert residual.squares == [F(1, 2), F(90)]
    assert residual.size**2 - 90 < F(1, 10**30)
    assert residual.size**2 >= 90
    # between the two
    with pytest.raises(NotProved):
        residual.require_largest_below(F(5))
    residual.require_largest_above(F(9), [1, 1])
    assert ResidualPart(on_data([[1.0, -5.0]], [1.0], [[1.0]], [3.0])).size == 0


def test_a_dead_neuron() -> None:
    """The bias at the end is all that is left, and the Hessian is 1, whatever the residual."""
    residual = ResidualPart(on_data([[0.0, -1.0]], [0.0], [[1.0]], [3.0]))
    residual.require_largest_below(F(1))
    residual.require_largest_above(1 - TINY, [1])
    with pytest.raises(NotProved):
        residual.require_largest_below(1 - TINY)
