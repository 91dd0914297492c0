"""The worst case over all data, the best scales, and what proves both."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from numerics.exact.balls import lower, upper
from numerics.separation.two_layers.network import UNIT_SCALES, LayerScales, pyramid_network
from numerics.separation.two_layers.scales import (
    end_values,
    exact_gradient,
    for_every_dimension,
    gradient_square,
    least_worst_case,
    optimised_scales,
    posynomial_bound,
    posynomial_minimum,
    worst_case,
)
from proofs_checks.instances.profiles import settings

positive = st.builds(Fraction, st.integers(1, 12), st.integers(1, 12))
all_scales = st.builds(LayerScales.of, positive, positive)


@st.composite
def points_off_kinks(draw: st.DrawFn) -> list[Fraction]:
    d = draw(st.integers(1, 5))
    entries = draw(st.lists(st.integers(-20, 20).filter(bool), min_size=d, max_size=d))
    return [Fraction(entry, 31) for entry in entries if sum(map(abs, entries)) != 31] or [Fraction(1, 31)]


@settings(max_examples=100)
@given(points_off_kinks(), all_scales)
def test_gradient_square_is_that_of_backpropagation(point: list[Fraction], scales: LayerScales) -> None:
    gradient = exact_gradient(point, scales)
    assert gradient_square(point, scales) == sum(entry * entry for entry in gradient)
    floats = pyramid_network(len(point), scales).gradients([[float(c) for c in point]])[0]
    np.testing.assert_allclose(floats, [float(entry) for entry in gradient], rtol=1e-12, atol=1e-12)


@settings(max_examples=100)
@given(points_off_kinks(), all_scales)
def test_no_datum_exceeds_the_worst_case(point: list[Fraction], scales: LayerScales) -> None:
    assert gradient_square(point, scales) < worst_case(len(point), scales)


@settings(max_examples=40)
@given(st.integers(1, 6), all_scales)
def test_the_worst_case_is_approached(d: int, scales: LayerScales) -> None:
    tiny = Fraction(1, 10**9)
    near_apex, near_vertex = [tiny] * d, [1 - d * tiny] + [tiny] * (d - 1)
    found = [gradient_square(point, scales) for point in (near_apex, near_vertex)]
    for value, end in zip(found, end_values(d, scales), strict=True):
        assert abs(value - end) < end * Fraction(1, 10**6)


def test_unit_scales_give_two_d_plus_three() -> None:
    assert [worst_case(d, UNIT_SCALES) for d in (1, 2, 7)] == [5, 7, 17]


def test_points_on_kinks_are_refused() -> None:
    for point in ([Fraction(0), Fraction(1, 2)], [Fraction(1, 2), Fraction(-1, 2)], []):
        with pytest.raises(ValueError, match="kink"):
            gradient_square(point, UNIT_SCALES)


@pytest.mark.parametrize("d", [1, 2, 3, 10, 1000])
def test_optimised_scales_are_optimal_to_eight_places(d: int) -> None:
    best = optimised_scales(d)
    assert 0 <= best.worst_case - best.least_possible < Fraction(1, 10**7)
    assert best.worst_case == worst_case(d, best.scales)
    low, high = for_every_dimension(d)
    assert lower(low) <= best.worst_case
    assert best.least_possible <= upper(high)


@settings(max_examples=60)
@given(st.integers(1, 8), all_scales)
def test_no_scales_are_below_the_lower_bound(d: int, scales: LayerScales) -> None:
    assert optimised_scales(d).least_possible <= worst_case(d, scales)


@settings(max_examples=60)
@given(st.integers(1, 8), all_scales, st.integers(1, 9), st.integers(1, 32))
def test_every_multiplier_and_weight_gives_a_lower_bound(
    d: int, scales: LayerScales, tenths: int, percent: int
) -> None:
    assert least_worst_case(d, Fraction(tenths, 10), Fraction(percent, 100)) <= worst_case(d, scales)


coefficient = st.integers(1, 1000).map(lambda value: value / 100)


@settings(max_examples=60)
@given(st.tuples(coefficient, coefficient, coefficient, coefficient))
def test_the_posynomial_bound_is_attained(c: tuple[float, float, float, float]) -> None:
    G, B, weight = posynomial_minimum(c)
    value = c[0] / G + c[1] * G + c[2] / B + c[3] * G * B
    bound = posynomial_bound((arb(c[0]), arb(c[1]), arb(c[2]), arb(c[3])), Fraction(weight))
    assert float(bound.mid()) == pytest.approx(value, rel=1e-9)


def test_closed_form_is_exact() -> None:
    """At the scales of the closed form both ends agree, and the means are equal; symbolically in d."""
    s, q = sp.sqrt(3), sp.symbols("q", positive=True)  # q = (2d)^(1/3)
    d, M = q**3 / 2, s * q
    G, B = (s - 1) / q, s / M
    assert sp.simplify(1 / G + G + d * G * B - M - G) == 0
    assert sp.simplify(G + 1 / B + 2 * d * G * B - M - G) == 0
    multiplier = 1 / s
    for term in ((1 - multiplier) / G, multiplier / B, (1 + multiplier) * d * G * B):
        assert sp.simplify(term - M / 3) == 0


def test_senseless_arguments_are_refused() -> None:
    for wrong in (lambda: optimised_scales(0), lambda: worst_case(0, UNIT_SCALES), lambda: for_every_dimension(0)):
        with pytest.raises(ValueError, match="at least one input"):
            wrong()
    with pytest.raises(ValueError, match="multiplier"):
        least_worst_case(2, Fraction(1), Fraction(1, 5))
    with pytest.raises(ValueError, match="weight"):
        least_worst_case(2, Fraction(1, 2), Fraction(1, 3))
    with pytest.raises(ArithmeticError, match="positive"):
        posynomial_bound((arb(0, 1), arb(1), arb(1), arb(1)), Fraction(1, 5))
