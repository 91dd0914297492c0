"""The Hessian off interpolation: enclosures against automatic differentiation and a cubic worked by hand."""

from __future__ import annotations

from fractions import Fraction
from unittest import mock

import numpy as np
import pytest
import torch
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from numerics import enclosure
from numerics import hessian as room
from numerics.exact.balls import lower, upper
from numerics.hessian import LossCurvature, enclosed_hessian, exact_hessian
from numerics.network import Array, ShallowNetwork
from numerics.problem import Problem as UserProblem
from numerics.sharpness import residual_part
from proofs_checks.instances.exact import RationalProblem, top_at_most
from proofs_checks.instances.networks import Problem, problems
from proofs_checks.instances.pinned import PINNED, Pinned
from proofs_checks.instances.profiles import settings
from tests.numerics.examples import Example, gaussian, net, tricky_list


def hessian(example: Example) -> Array:
    """The Hessian of the loss in all parameters, by automatic differentiation."""
    f = example.network
    x, y = torch.tensor(example.x), torch.tensor(example.y)
    sizes = [f.k * f.d, f.k, f.k, 1]

    def loss(parameters: torch.Tensor) -> torch.Tensor:
        W1, b1, w2, b2 = torch.split(parameters, sizes)
        return ((torch.relu(x @ W1.reshape(f.k, f.d).T + b1) @ w2 + b2 - y) ** 2).mean() / 2

    at = torch.tensor(np.concatenate([f.W1.ravel(), f.b1, f.w2, [f.b2]]))
    return np.asarray(torch.autograd.functional.hessian(loss, at))  # type: ignore[no-untyped-call]


@settings(max_examples=40)
@given(
    st.builds(gaussian, st.integers(0, 2**32), n=st.integers(1, 8), d=st.integers(1, 4), k=st.integers(1, 4)),
    st.integers(-13, 3),
)
def test_against_automatic_differentiation(example: Example, exponent: int) -> None:
    residuals = 10.0**exponent * example.y
    here = Example(example.network, example.x, example.network(example.x) - residuals)
    spectrum = np.linalg.eigvalsh(hessian(here))
    found = enclosed_hessian(here.network, here.x, here.y)
    rounding = 1e-12 * max(1.0, np.abs(spectrum).max())
    low, high = float(lower(found.top)), float(upper(found.top))
    assert low - rounding <= spectrum[-1] <= high + rounding
    assert high - low <= 1e-9 * high
    size = float(upper(found.residual_part))
    assert -spectrum[0] <= size + rounding
    assert residual_part(here.network, here.x, here.y) == pytest.approx(size, rel=1e-9, abs=1e-12)


@settings(max_examples=30)
@given(st.builds(gaussian, st.integers(0, 2**32), n=st.integers(1, 6), d=st.integers(1, 3), k=st.integers(0, 3)))
def test_the_exact_hessian_has_the_entries_of_automatic_differentiation(example: Example) -> None:
    problem = UserProblem(example.network, example.x, example.y)
    H = exact_hessian(problem)
    floats = [[float(H.fraction(i, j)) / problem.n for j in range(H.shape[1])] for i in range(H.shape[0])]
    np.testing.assert_allclose(floats, hessian(example), rtol=1e-9, atol=1e-9)


def encloses_the_top(found: arb, exact: RationalProblem) -> bool:
    """Whether the largest eigenvalue of the exact Hessian is between the ends."""
    H = exact.hessian()
    low = lower(found)
    return top_at_most(H, upper(found)) and not top_at_most(H, low - abs(low) / 10**12 - Fraction(1, 10**60))


@pytest.mark.parametrize("pinned", PINNED.values(), ids=list(PINNED))
def test_hessian_worked_out_by_hand(pinned: Pinned) -> None:
    found = enclosed_hessian(pinned.network, pinned.x, pinned.y)
    assert encloses_the_top(found.top, pinned.problem)
    assert upper(found.top) - lower(found.top) <= upper(found.top) / 10**8
    sizes = residual_squares(pinned.problem)
    assert residual_part(pinned.network, pinned.x, pinned.y) == pytest.approx(float(max(sizes)) ** 0.5, rel=1e-14)


def residual_squares(exact: RationalProblem) -> list[Fraction]:
    """|E[r 1_i (X, 1)]|^2 of each neuron."""
    n, sizes = len(exact.x), []
    for i in exact.neurons:
        active = [
            (r, point)
            for r, point, t in zip(exact.residuals(), exact.x, exact.preactivations(), strict=True)
            if t[i] > 0
        ]
        sums = [
            sum((r * (*point, Fraction(1))[c] for r, point in active), Fraction(0)) / n
            for c in range(len(exact.x[0]) + 1)
        ]
        sizes.append(sum((s * s for s in sums), Fraction(0)))
    return sizes


@settings(max_examples=40)
@given(problems(max_n=4, max_d=2, max_k=3, kinks=True), st.sampled_from([0.0, 0.5, -4.0]))
def test_against_the_exact_hessian(problem: Problem, residual: float) -> None:
    """Nets with coincidences of every kind; on kinks, with strict masks."""
    f, x = problem.network, problem.x
    y = f(x) - residual * np.arange(1, len(x) + 1)
    exact = RationalProblem.of(f.W1, f.b1, f.w2, f.b2, x, y)
    assert encloses_the_top(enclosed_hessian(f, x, y).top, exact)


def test_a_cubic() -> None:
    # 2 relu(x) at x = 1 with label 1: on (w1, b1) along (1, 1), w2 and b2 the Hessian is
    # [[8, 3 sqrt 2, 2 sqrt 2], [3 sqrt 2, 1, 1], [2 sqrt 2, 1, 1]], and 0 across
    found = enclosed_hessian(net([[1.0]], [0.0], [2.0]), [[1.0]], [1.0])

    def characteristic(value: Fraction) -> Fraction:
        return value**3 - 10 * value**2 - 10 * value + 2

    low, high = lower(found.top), upper(found.top)
    assert 10 < low < high < 11
    assert characteristic(low) <= 0 <= characteristic(high)
    assert high - low < Fraction(1, 10**8)
    square = found.residual_part * found.residual_part
    assert lower(square) <= 2 <= upper(square)


def test_residuals_alone() -> None:
    # the residual outweighs the rest: lambda_max(H) is just above rho = 1e9 sqrt(2)
    found = enclosed_hessian(net([[1e-3]], [0.0], [1e-3]), [[1.0]], [1e9])
    spectrum = np.linalg.eigvalsh(hessian(Example(net([[1e-3]], [0.0], [1e-3]), np.ones((1, 1)), np.array([1e9]))))
    assert float(lower(found.top)) <= spectrum[-1] * (1 + 1e-12)
    assert spectrum[-1] <= float(upper(found.top)) * (1 + 1e-12)


@settings(max_examples=40)
@given(
    st.builds(gaussian, st.integers(0, 2**32), n=st.integers(1, 8), d=st.integers(1, 4), k=st.integers(1, 4)),
    st.tuples(*[st.integers(-6, 6)] * 3),
)
def test_narrow_whatever_the_scales(example: Example, exponents: tuple[int, int, int]) -> None:
    inner, outer, residual = (10.0**exponent for exponent in exponents)
    f = example.network
    scaled = ShallowNetwork(inner * f.W1, inner * f.b1, outer * f.w2, f.b2)
    found = enclosed_hessian(scaled, example.x, scaled(example.x) + residual * example.y).top
    assert upper(found) - lower(found) <= upper(found) / 10**9


@pytest.mark.parametrize(("w1", "x", "square"), [(1.0, 1.0, 50), (0.0, 1.0, 50), (1.0, 0.0, 25)])
def test_where_the_residuals_outweigh_a_gram_matrix_of_1(w1: float, x: float, square: int) -> None:
    # w2 = 0 and outputs near w1 x: along (w1, b1) and w2 the Hessian is [[0, B], [B, z^2]], and 1 along b2
    found = enclosed_hessian(net([[w1]], [1e-20], [0.0]), [[x]], [5.0])
    low, high = lower(found.top), upper(found.top)
    assert high - low <= high / 10**9
    if w1 * x == 0:
        assert low <= 0 or low**2 <= square * (1 + Fraction(1, 10**15))
        assert high**2 >= square


def test_values_beyond_the_floats() -> None:
    # the Hessian has entries near 1e600; only the wide enclosure is left, and it is still one
    found = enclosed_hessian(net([[1e300]], [0.0], [1e300]), [[1.0]], [0.0])
    assert found.top.is_finite()
    assert lower(found.top) > 10**599


def test_at_interpolation_and_without_neurons() -> None:
    f = net([[1.0]], [0.0], [2.0])
    assert enclosed_hessian(f, [[1.0]], [2.0]).residual_part == 0
    assert residual_part(f, [[1.0]], [2.0]) == 0
    constant = ShallowNetwork(np.zeros((0, 1)), np.zeros(0), np.zeros(0), 0.0)
    found = enclosed_hessian(constant, [[1.0]], [2.0])
    assert found.top.contains(1)
    assert found.residual_part == 0


def test_narrow_where_pre_activations_cancel() -> None:
    """Data of 1e8 a few units from the kinks, so that the float eigenvalue has 8 digits."""
    W1 = [[-0.4444701372491536, -1.2087291166089875], [-1695960.0586516939, -413721.05468737264]]
    f = net(W1, [165319925.73625502, 210968111365742.3], [0.3026712803941565, -1.4551850049870465e-06], 1.28)
    top = enclosed_hessian(f, np.array([[99999999.5189506, 100000001.06395037]] * 2), np.array([1.7, 0.7])).top
    assert upper(top) - lower(top) <= lower(top) / 10**9


def both_ways(example: Example) -> tuple[LossCurvature, LossCurvature]:
    """Enclosed with exact matrices, and as of more than 1,024 data with floats at a proven distance."""
    near = enclosed_hessian(example.network, example.x, example.y)
    with mock.patch.object(room, "MOST_EXACT", 0), mock.patch.object(enclosure, "MOST_EXACT", 0):
        return near, enclosed_hessian(example.network, example.x, example.y)


@settings(max_examples=40)
@given(
    st.builds(gaussian, st.integers(0, 2**32), n=st.integers(1, 8), d=st.integers(1, 4), k=st.integers(1, 4)),
    st.integers(-13, 3),
    st.sampled_from([1e-8, 1.0, 1e8]),
)
def test_many_data_are_enclosed_too(example: Example, exponent: int, scale: float) -> None:
    x = scale * example.x
    y = example.network(x) - 10.0**exponent * example.y
    near, far = both_ways(Example(example.network, x, y))
    assert near.top.overlaps(far.top)
    assert near.residual_part.overlaps(far.residual_part)
    assert upper(far.top) - lower(far.top) <= upper(far.top) / 10**9


@pytest.mark.parametrize("example", [pytest.param(example, id=name) for name, example in tricky_list()])
def test_tricky_cases_of_many_data(example: Example) -> None:
    near, far = both_ways(example)
    assert near.top.overlaps(far.top)
    assert upper(far.top) - lower(far.top) <= upper(far.top) / 10**9


@settings(max_examples=25)
@given(problems(), st.sampled_from([0.0, 0.5, -2.0]))
def test_many_data_against_the_exact_hessian(problem: Problem, residual: float) -> None:
    f, x = problem.network, problem.x
    example = Example(f, x, f(x) + residual * np.cos(np.arange(len(x))))
    exact = RationalProblem.of(f.W1, f.b1, f.w2, f.b2, x, example.y)
    assert encloses_the_top(both_ways(example)[1].top, exact)


def test_no_level_below_the_top_is_proved() -> None:
    """With floats as with exact matrices, whatever the slack of the bounds."""
    example = gaussian(1, n=30, d=3, k=5)
    parts = room.HessianParts(UserProblem(example.network, example.x).exact, example.y)
    top = lower(enclosed_hessian(example.network, example.x, example.y).top)
    for most in (0, 1024):
        with mock.patch.object(room, "MOST_EXACT", most):
            assert parts.at_most(top * (1 + Fraction(1, 10**8)))
            for below in (10, 8, 4, 2, 1):
                assert not parts.at_most(top * (1 - Fraction(1, 10**below)))


def test_beyond_the_normal_floats_many_data_have_the_wide_enclosure() -> None:
    """No level is proved then, and K and the residuals bound the eigenvalue."""
    tiny = Example(net([[1.0]], [0.0], [2.0]), np.array([[1.0], [1e-310]]), np.array([1.0, 0.0]))
    parts = room.HessianParts(UserProblem(tiny.network, tiny.x).exact, tiny.y)
    assert parts.at_most(Fraction(100))
    with mock.patch.object(room, "MOST_EXACT", 0):
        assert not parts.at_most(Fraction(100))
