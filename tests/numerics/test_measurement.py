"""One network measured: every field against its definition."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.gram import gram_sharpness, mean_gradient_square
from numerics.measurement import measure
from numerics.norm import one_sided_norm, stability_norm
from proofs_checks.instances.pinned import PINNED, Pinned, close
from tests.numerics.examples import Example, examples, gaussian, net, tricky, tricky_list


@pytest.mark.parametrize("pinned", PINNED.values(), ids=list(PINNED))
def test_fields_worked_out_by_hand(pinned: Pinned) -> None:
    found = measure(pinned.network, pinned.x, pinned.y, float(pinned.step_size))
    assert found.loss == pytest.approx(float(pinned.loss), rel=1e-15)
    assert close(found.stability_norm, pinned.norm)
    assert close(found.one_sided_norm, pinned.one_sided)
    assert found.mean_gradient_square == pytest.approx(float(pinned.mean_gradient_square), rel=1e-15)
    assert found.bound == pytest.approx(float(pinned.bound), rel=1e-14)
    assert found.hyperplanes == len(pinned.hyperplanes)
    assert found.near_kinks == pinned.problem.kinks()
    assert pinned.largest_stable_step is None or close(found.largest_stable_step, pinned.largest_stable_step, 1e-10)


@given(examples(), st.sampled_from([0.01, 0.5, 1.9]))
def test_the_fields_are_those_of_their_functions(example: Example, step_size: float) -> None:
    f, x, y = example.network, example.x, example.y
    found = measure(f, x, y, step_size)
    assert (found.n, found.d, found.k) == (len(x), f.d, f.k)
    assert found.loss == pytest.approx(np.mean((f(x) - y) ** 2) / 2, rel=1e-12)
    assert found.gram_sharpness == gram_sharpness(f, x)
    assert found.mean_gradient_square == pytest.approx(mean_gradient_square(f, x), rel=1e-15)
    assert found.one_sided_norm == one_sided_norm(f, x)
    assert found.stability_norm == stability_norm(f, x)
    assert found.bound == pytest.approx(1 / step_size - 0.5)
    assert found.largest_stable_step == pytest.approx(2 / found.gram_sharpness)
    assert found.tightness == pytest.approx(found.stability_norm / (1 / step_size - 0.5))
    assert found.hyperplanes == len(f.reduced().members)


@given(examples(), st.sampled_from([0.01, 0.5, 1.9]))
def test_the_waterfall_multiplies_to_the_whole(example: Example, step_size: float) -> None:
    found = measure(example.network, example.x, example.y, step_size)
    assert list(found.waterfall) == ["stability", "all-ones", "balance", "orientation"]
    whole = (1 + 2 * found.stability_norm) * step_size / 2
    assert np.prod(list(found.waterfall.values())) == pytest.approx(whole, rel=1e-12)
    for name in ("all-ones", "balance", "orientation"):
        assert found.waterfall[name] <= 1 + 1e-10


def test_without_a_step_size() -> None:
    example = gaussian(0, n=5, d=2, k=3)
    found = measure(example.network, example.x, example.y)
    assert found.step_size is found.bound is found.tightness is None
    assert list(found.waterfall) == ["all-ones", "balance", "orientation"]


def test_beyond_step_size_two_nothing_can_be_tight() -> None:
    example = gaussian(0, n=5, d=2, k=3)
    found = measure(example.network, example.x, example.y, 4.0)
    assert found.bound == -0.25
    assert found.tightness is None


def test_active_neurons_and_dead_layers() -> None:
    x, y = [[1.0], [2.0]], [0.0, 0.0]
    # active; active but without output weight; inactive
    some = measure(net([[1.0], [1.0], [1.0]], [0.0, 0.0, -5.0], [1.0, 0.0, 1.0]), x, y)
    assert (some.active_neurons, some.dead_layer) == (1, False)
    none = measure(net([[1.0], [1.0]], [0.0, -5.0], [0.0, 1.0]), x, y)
    assert (none.active_neurons, none.dead_layer) == (0, True)


def test_kinks_are_counted_in_units_of_neuron_and_data() -> None:
    x, y = [[1.0, 0.0], [0.0, 2.0]], [0.0, 0.0]
    # |w| R = 2, so the width is 2e-7: at the first datum the pre-activations are 1e-7, 3e-7 and 0
    f = net([[1.0, 0.0], [1.0, 0.0], [1.0, 0.0]], [-1.0 + 1e-7, -1.0 + 3e-7, -1.0], [1.0, 1.0, 1.0])
    assert measure(f, x, y).near_kinks == 2
    assert measure(f.rescaled([2.0**40] * 3), x, y).near_kinks == 2
    # a neuron without weights is on its kink everywhere iff its bias is zero
    assert measure(net([[0.0, 0.0], [0.0, 0.0]], [0.0, 1e-9], [1.0, 1.0]), x, y).near_kinks == 2
    assert measure(tricky()["data on a kink"].network, tricky()["data on a kink"].x, [0.0, 0.0, 0.0]).near_kinks == 2


@pytest.mark.parametrize(("name", "example"), tricky_list())
def test_tricky_cases_become_plain_numbers(name: str, example: Example) -> None:
    found = measure(example.network, example.x, example.y, 0.1).to_dict()
    again = json.loads(json.dumps(found, allow_nan=False))
    assert again == found, name


@given(examples())
def test_power_of_two_rescalings_change_only_what_they_should(example: Example) -> None:
    f = example.network
    here = measure(f, example.x, example.y, 0.1)
    there = measure(f.rescaled(np.full(f.k, 4.0)), example.x, example.y, 0.1)
    for field in ("loss", "stability_norm", "one_sided_norm", "active_neurons", "near_kinks", "hyperplanes"):
        assert getattr(here, field) == getattr(there, field)


def test_arguments_are_checked() -> None:
    f = net([[1.0]], [0.0], [1.0])
    for step_size in (0.0, -0.1, np.nan, np.inf):
        with pytest.raises(ValueError, match="step size"):
            measure(f, [[1.0]], [1.0], step_size)
    with pytest.raises(ValueError, match="one label"):
        measure(f, [[1.0]], [1.0, 2.0])
    with pytest.raises(ValueError, match="y must be finite"):
        measure(f, [[1.0]], [np.nan])
    with pytest.raises(OverflowError, match="residuals"):
        measure(f, [[1.0]], [1e200])
