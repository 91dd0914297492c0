"""The flattest rescaling against brute force, in closed form, and by its own certificates."""

from fractions import Fraction

import numpy as np
import pytest
import scipy.optimize
from hypothesis import given
from hypothesis import strategies as st

from numerics.flattest.implementation import implementation_lower_bound
from numerics.flattest.rescaling import certified_implementation_lower_bound, certify_flattest, flattest
from numerics.gram import gram_sharpness
from numerics.network import Array, ShallowNetwork
from numerics.norm import stability_norm
from proofs_checks.instances.profiles import settings
from tests.numerics.examples import Example, examples, gaussian, net, tricky, tricky_list

TINY = [(1, 1, 1), (2, 1, 2), (3, 2, 2), (4, 2, 3), (5, 3, 3), (6, 1, 4)]


def brute_force(example: Example) -> float:
    """The least sharpness over log scales that a derivative-free search finds, from several starts."""
    f = example.network

    def value(log_scales: Array) -> float:
        c = np.exp(np.clip(log_scales, -12, 12))
        # the sharpness does not mind that rounding takes neurons off their common hyperplane
        return gram_sharpness(ShallowNetwork(c[:, None] * f.W1, c * f.b1, f.w2 / c, f.b2), example.x)

    random = np.random.default_rng(0)
    options = {"maxiter": 4000, "maxfev": 4000, "xatol": 1e-9, "fatol": 1e-11, "adaptive": True}
    starts = [np.zeros(example.network.k), *random.standard_normal((2, example.network.k))]
    return min(
        float(scipy.optimize.minimize(value, start, method="Nelder-Mead", options=options).fun) for start in starts
    )


def symmetric(seed: int, n: int, d: int, k: int) -> Example:
    """An even function on data x and -x, scaled so that odd eigenvectors compete with even ones."""
    example = gaussian(seed, n, d, k, scale=3.0)
    W1, w2 = example.network.W1, example.network.w2
    even = ShallowNetwork(np.concatenate([W1, -W1]), np.zeros(2 * k), np.concatenate([w2, w2]), 0.0)
    return Example(even, np.concatenate([example.x, -example.x]), np.zeros(2 * n))


@pytest.mark.parametrize("shape", TINY)
@pytest.mark.parametrize("seed", range(3))
def test_brute_force_finds_nothing_flatter_and_the_same(seed: int, shape: tuple[int, int, int]) -> None:
    example = gaussian(seed, *shape)
    found = flattest(example.network, example.x)
    flattened = brute_force(example)
    assert found.lower <= flattened * (1 + 1e-9)
    assert flattened == pytest.approx(found.upper, rel=1e-4)


@pytest.mark.parametrize(("seed", "shape"), [(0, (2, 1, 1)), (1, (2, 2, 2)), (2, (3, 2, 2))])
def test_brute_force_on_symmetric_data(seed: int, shape: tuple[int, int, int]) -> None:
    example = symmetric(seed, *shape)
    found = flattest(example.network, example.x)
    flattened = brute_force(example)
    assert found.lower <= flattened * (1 + 1e-9)
    # at a kink of the top eigenvalue a derivative-free search stops early
    assert flattened == pytest.approx(found.upper, rel=5e-2)
    assert found.gap < 1e-9


def test_one_datum_in_closed_form() -> None:
    # K = 1 + s z^2 + (w^2 / s) (1 + |x|^2), smallest at 1 + 2 |w| z sqrt(1 + |x|^2)
    found = flattest(net([[1.0, 2.0]], [0.5], [-3.0]), [[1.0, 2.0]])
    assert found.upper == pytest.approx(1 + 2 * 3 * 5.5 * np.sqrt(6.0), rel=1e-14)
    assert found.gap <= 1e-14
    assert found.rounds == 1


@settings(max_examples=60)
@given(examples())
def test_the_ends_hold_and_close(example: Example) -> None:
    found = flattest(example.network, example.x)
    assert found.lower <= found.upper * (1 + 1e-12)
    assert found.gap < 1e-8
    assert found.upper <= gram_sharpness(example.network, example.x) * (1 + 1e-10)
    # the bound of the main theorem is the dual value of one certificate among many
    assert found.lower >= (1 + 2 * stability_norm(example.network, example.x)) * (1 - 1e-12)


@given(st.integers(0, 2**32))
def test_the_network_found_has_the_sharpness_and_the_function(seed: int) -> None:
    example = gaussian(seed, n=20, d=3, k=6)
    found = flattest(example.network, example.x)
    assert gram_sharpness(found.network, example.x) == pytest.approx(found.upper, rel=1e-9)
    np.testing.assert_allclose(found.network(example.x), example.network(example.x), rtol=1e-10, atol=1e-12)
    again = flattest(found.network, example.x)
    assert again.upper == pytest.approx(found.upper, rel=1e-9)


@pytest.mark.parametrize(("name", "example"), tricky_list())
def test_tricky_cases_are_certified(name: str, example: Example) -> None:
    found = flattest(example.network, example.x)
    proved = certify_flattest(example.network, example.x, found=found)
    assert 0 <= proved.gap < 1e-9, name
    assert float(proved.lower) == pytest.approx(found.lower, rel=1e-9)
    assert float(proved.upper) == pytest.approx(found.upper, rel=1e-9)
    assert float(proved.upper) <= gram_sharpness(example.network, example.x) * (1 + 1e-9)


def test_an_active_neuron_without_output_is_scaled_away() -> None:
    with_it = net([[1.0, 0.0], [1.0, 1.0]], [0.5, -0.5], [0.0, -1.0])
    x = [[1.0, 2.0], [0.0, -3.0]]
    found, without = flattest(with_it, x), flattest(net([[1.0, 1.0]], [-0.5], [-1.0]), x)
    assert not found.attained
    assert without.attained
    assert found.upper == pytest.approx(without.upper, rel=1e-12)
    assert gram_sharpness(found.network, x) == pytest.approx(without.upper, rel=1e-12)


def test_a_dead_neuron_does_not_matter() -> None:
    x = [[1.0], [2.0]]
    alone, accompanied = net([[1.0]], [0.0], [2.0]), net([[1.0], [1.0]], [0.0, -9.0], [2.0, 0.0])
    found = flattest(accompanied, x)
    assert found.attained
    assert found.scales[1] == 1.0
    assert found.upper == flattest(alone, x).upper


def test_constant_neurons_are_scaled_as_all_others() -> None:
    # at one datum K = 1 + c^2 b^2 + (w/c)^2 (1 + x^2), at least 1 + 2 |w b| sqrt(1 + x^2)
    constant = net([[0.0]], [2.0], [3.0], 0.25)
    assert flattest(constant, [[0.75]]).upper == pytest.approx(1 + 2 * 6 * 1.25, rel=1e-12)
    # beside another neuron it costs something, though the function is the same with it in the output bias
    x, alone = [[1.0], [-2.0]], net([[1.0]], [0.5], [1.0], 6.25)
    beside = net([[0.0], [1.0]], [2.0, 0.5], [3.0, 1.0], 0.25)
    np.testing.assert_array_equal(beside(x), alone(x))
    assert flattest(beside, x).lower > flattest(alone, x).upper + 6


def test_no_neurons() -> None:
    example = tricky()["no neurons"]
    found = flattest(example.network, example.x)
    assert found.upper == pytest.approx(1.0, rel=1e-14)
    assert found.gap == pytest.approx(0.0, abs=1e-14)
    assert found.largest_stable_step == pytest.approx((2.0, 2.0))


def test_duplicated_data_change_nothing() -> None:
    example = gaussian(3, 6, 2, 3)
    once, thrice = flattest(example.network, example.x), flattest(example.network, np.tile(example.x, (3, 1)))
    assert thrice.upper == pytest.approx(once.upper, rel=1e-9)


@pytest.mark.parametrize(("seed", "n"), [(0, 4), (1, 10), (2, 30), (4, 50)])
def test_symmetric_data_are_certified(seed: int, n: int) -> None:
    example = symmetric(seed, n, 2, 4)
    proved = certify_flattest(example.network, example.x, found=flattest(example.network, example.x))
    assert 0 <= proved.gap < 1e-9


def test_certificates_are_refuted_when_tampered_with() -> None:
    example = gaussian(7, 8, 2, 3)
    found = flattest(example.network, example.x)
    proved = certify_flattest(example.network, example.x, found=found)
    scales = found.scales * np.array([2.0, 1.0, 1.0])
    worse = certify_flattest(example.network, example.x, found=type(found)(**{**vars(found), "scales": scales}))
    assert worse.upper > proved.upper
    assert worse.lower == proved.lower
    vectors = found.vectors + 0.3 * np.eye(8)[:1]
    worse = certify_flattest(example.network, example.x, found=type(found)(**{**vars(found), "vectors": vectors}))
    assert worse.lower < proved.lower


def test_neurons_of_one_hyperplane_stay_on_it() -> None:
    # scales of their own, rounded apart, would let |3/16 - 3/8| count as |3/16| + |3/8|
    f, x = net([[0.75], [0.75]], [0.03125, 0.03125], [0.25, -0.5]), [[0.0], [-0.25]]
    found = flattest(f, x)
    assert stability_norm(found.network, x) == pytest.approx(stability_norm(f, x), rel=1e-12)
    assert implementation_lower_bound(found.network, x, vectors=found.vectors) <= found.upper * (1 + 1e-12)
    assert gram_sharpness(found.network, x) == pytest.approx(found.upper, rel=1e-9)


def test_twins_whose_weights_use_all_bits_stay_together() -> None:
    row = np.array([0.1, 0.7, -0.3])
    x = np.random.default_rng(0).standard_normal((8, 2))
    f = ShallowNetwork(np.array([row[:2], -row[:2]]), np.array([row[2], -row[2]]), np.array([1.5, -0.4]), 0.0)
    found = flattest(f, x)
    assert len(found.network.reduced().members) == 1
    np.testing.assert_allclose(found.network(x), f(x), rtol=1e-12, atol=1e-13)
    assert certify_flattest(f, x, found=found).gap < 1e-9
    assert gram_sharpness(found.network, x) <= 2 * found.upper


@settings(max_examples=40)
@given(examples(), st.integers(0, 2**32))
def test_the_implementation_bound_is_proved(example: Example, seed: int) -> None:
    f, x = example.network, example.x
    u = np.random.default_rng(seed).standard_normal((2, len(x)))
    proved = certified_implementation_lower_bound(f, x, vectors=u)
    assert float(proved) == pytest.approx(implementation_lower_bound(f, x, vectors=u), rel=1e-9, abs=1e-9)


def test_largest_stable_steps() -> None:
    example = gaussian(11, 10, 3, 4)
    found = flattest(example.network, example.x)
    proved = certify_flattest(example.network, example.x, found=found)
    low, high = found.largest_stable_step
    assert low <= high * (1 + 1e-12)
    assert gram_sharpness(found.network, example.x) == pytest.approx(2 / low, rel=1e-9)
    exact_low, exact_high = proved.largest_stable_step
    assert isinstance(exact_low, Fraction)
    assert exact_low <= exact_high
    assert float(exact_low) == pytest.approx(low, rel=1e-9)


def test_senseless_input_is_refused() -> None:
    example = gaussian(0, 3, 2, 2)
    with pytest.raises(ValueError, match="tolerance"):
        flattest(example.network, example.x, tolerance=0.0)
    with pytest.raises(ValueError, match="at least one round"):
        flattest(example.network, example.x, rounds=0)
    with pytest.raises(ValueError, match="2 columns"):
        flattest(example.network, [[1.0]])
    with pytest.raises(ValueError, match="all zero"):
        certified_implementation_lower_bound(example.network, example.x, vectors=np.zeros((1, 3)))
    with pytest.raises(ValueError, match="3 entries"):
        certified_implementation_lower_bound(example.network, example.x, vectors=np.ones((1, 2)))
    found = flattest(example.network, example.x)
    with pytest.raises(ValueError, match="one positive scale"):
        certify_flattest(gaussian(0, 3, 2, 3).network, example.x, found=found)
