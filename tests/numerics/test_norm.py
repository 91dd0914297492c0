"""The stability norm against exact rationals, and by what it must satisfy."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.gram import gram_sharpness, mean_gradient_square
from numerics.norm import finite_sum, one_sided_norm, stability_norm
from numerics.weight import one_sided_weight, weight
from proofs_checks.instances.pinned import PINNED, Pinned, close
from tests.numerics.examples import Example, examples, gaussian, grid_examples, net, tricky, tricky_list
from tests.numerics.reference import norms


@pytest.mark.parametrize("pinned", PINNED.values(), ids=list(PINNED))
def test_norms_worked_out_by_hand(pinned: Pinned) -> None:
    assert close(stability_norm(pinned.network, pinned.x), pinned.norm)
    assert close(one_sided_norm(pinned.network, pinned.x), pinned.one_sided)


@given(grid_examples())
def test_norms_agree_with_exact_rationals(example: Example) -> None:
    found = stability_norm(example.network, example.x), one_sided_norm(example.network, example.x)
    assert found == pytest.approx(norms(example.network, example.x), rel=1e-12)


@pytest.mark.parametrize(("name", "example"), tricky_list())
def test_tricky_norms_agree_with_exact_rationals(name: str, example: Example) -> None:
    found = stability_norm(example.network, example.x), one_sided_norm(example.network, example.x)
    assert found == pytest.approx(norms(example.network, example.x), rel=1e-12), name


@given(st.integers(0, 2**32))
def test_norms_are_those_of_the_reduced_and_canonical_form(seed: int) -> None:
    example = gaussian(seed, n=30, d=3, k=5)
    reduced, canonical = example.network.reduced(), example.network.canonical()
    terms = np.abs(reduced.amplitudes) * weight(reduced.directions, reduced.thresholds, example.x)
    assert stability_norm(example.network, example.x) == pytest.approx(terms.sum(), rel=1e-12)
    sided = one_sided_weight(canonical.directions, canonical.thresholds, example.x)
    expected = (np.abs(canonical.amplitudes) * sided).sum()
    assert one_sided_norm(example.network, example.x) == pytest.approx(expected, rel=1e-12)


@given(examples())
def test_the_chain_of_lower_bounds(example: Example) -> None:
    f, x = example.network, example.x
    chain = [
        1 + 2 * stability_norm(f, x),
        1 + 2 * one_sided_norm(f, x),
        mean_gradient_square(f, x),
        gram_sharpness(f, x),
    ]
    for smaller, larger in itertools.pairwise(chain):
        assert smaller <= larger * (1 + 1e-11)


@given(examples(), st.integers(-8, 8))
def test_rescaling_leaves_the_norms_alone(example: Example, exponent: int) -> None:
    other = example.network.rescaled(np.full(example.network.k, 2.0**exponent))
    assert stability_norm(other, example.x) == stability_norm(example.network, example.x)
    assert one_sided_norm(other, example.x) == one_sided_norm(example.network, example.x)


def test_opposite_neurons_are_merged() -> None:
    example = tricky()["amplitudes cancel"]
    assert stability_norm(example.network, example.x) == 0.0
    assert one_sided_norm(example.network, example.x) > 0.0


def test_splitting_a_neuron_changes_nothing() -> None:
    x = [[1.0], [-2.0], [3.0]]
    whole = net([[1.0]], [0.5], [4.0])
    split = net([[1.0], [0.25], [-2.0]], [0.5, 0.125, -1.0], [1.0, 4.0, 1.0])
    assert stability_norm(split, x) == pytest.approx(stability_norm(whole, x), rel=1e-15)


@pytest.mark.parametrize("size", [1e-250, 1e-200, 1e200, 1e250])
def test_extreme_weights_with_moderate_amplitudes(size: float) -> None:
    x = [[1.0, 2.0], [-2.0, 1.0]]
    moderate = stability_norm(net([[3.0, 4.0]], [1.0], [2.0]), x)
    extreme = stability_norm(net([[3 * size, 4 * size]], [size], [2 / size]), x)
    assert extreme == pytest.approx(moderate, rel=1e-14)


def test_a_threshold_beyond_the_floats_does_no_harm() -> None:
    # the canonical form of this neuron overflows, its contribution does not: all data are on one side
    assert stability_norm(net([[1e-300]], [1e200], [1.0]), [[1.0], [-1.0]]) == 0.0


def test_overflow_is_an_error() -> None:
    with pytest.raises(OverflowError, match="norm"):
        one_sided_norm(net([[1e300]], [0.0], [1e300]), [[1.0]])


def test_a_constant_network_has_norm_zero() -> None:
    example = tricky()["no neurons"]
    assert stability_norm(example.network, example.x) == one_sided_norm(example.network, example.x) == 0.0


@pytest.mark.parametrize("terms", [[np.inf], [1.0, np.nan], [np.inf, np.nan, 0.0], [1.5e308, 1.5e308]])
def test_a_sum_that_is_not_finite_is_an_error(terms: list[float]) -> None:
    with pytest.raises(OverflowError):
        finite_sum(np.array(terms))
    assert finite_sum(np.array([0.1] * 10)) == 1.0
