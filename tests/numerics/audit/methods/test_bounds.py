"""The bound by steps of layers: equal steps, numbers worked out by hand, and the theorem on random networks."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from numerics.audit.findings import bound
from numerics.audit.methods.bounds import bound_by_layers
from numerics.audit.methods.curvature import Scaling, enclosed_scaled_top
from numerics.norm import stability_norm
from numerics.problem import Problem
from numerics.sharpness import residual_part
from proofs_checks.instances.profiles import settings
from tests.numerics.examples import Example, gaussian, interpolating

POWERS = st.integers(-5, 5).map(lambda exponent: Fraction(2) ** exponent)


@given(eta=st.fractions(Fraction(1, 8), 3, max_denominator=16), nu=st.fractions(0, 3, max_denominator=16))
def test_equal_steps_are_one_step(eta: Fraction, nu: Fraction) -> None:
    low, high = bound_by_layers((eta, eta, eta), (nu, nu))
    own = bound(eta, (nu, nu))[0]
    assert low <= own <= high
    assert high - low < Fraction(1, 10**10) * (1 + abs(own))


def test_by_hand() -> None:
    """(2 - 1)/(2 sqrt(1/4 * 1)) = 1, and 1 + nu/2 times that."""
    steps = Fraction(1, 4), Fraction(1), Fraction(1)
    assert bound_by_layers(steps, (Fraction(0), Fraction(0))) == (Fraction(1), Fraction(1))
    assert bound_by_layers(steps, (Fraction(1), Fraction(2))) == (Fraction(3, 2), Fraction(2))
    assert bound_by_layers((Fraction(1, 4), Fraction(1), Fraction(3)), (Fraction(0), Fraction(3)))[0] < 0


@settings(max_examples=20)
@given(
    example=st.builds(gaussian, st.integers(0, 2**32), n=st.integers(1, 6), d=st.integers(1, 3), k=st.integers(1, 4)),
    fits=st.booleans(),
    parts=st.tuples(POWERS, POWERS, POWERS),
)
def test_no_stable_network_exceeds_it(example: Example, fits: bool, parts: tuple[Fraction, ...]) -> None:
    """With the steps of a proportion just as large as they may be; off interpolation with the residual part as nu."""
    chosen = interpolating(example) if fits else example
    problem = Problem(chosen.network, chosen.x, chosen.y)
    top = enclosed_scaled_top(problem, Scaling((parts[0], parts[1], parts[2])), (Fraction(0), Fraction(10**9)))[1]
    first, second, bias = (2 * part / top for part in parts)
    rho = Fraction(residual_part(problem) * (1 + 1e-9))
    assert stability_norm(problem) <= bound_by_layers((first, second, bias), (rho, rho))[1] * (1 + Fraction(1, 10**9))
