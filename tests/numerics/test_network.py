"""The network: values, gradients, rescalings, canonical and reduced form, files."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from numerics.arrays.moments import positive_moments
from numerics.network import ShallowNetwork
from numerics.norm import stability_norm
from proofs_checks.instances.pinned import PINNED, Pinned
from tests.numerics.examples import Example, examples, gaussian, net, tricky, tricky_list
from tests.numerics.reference import hyperplanes


@given(examples())
def test_values_are_those_of_the_formula(example: Example) -> None:
    f, x = example.network, example.x
    for point, value in zip(x, f(x), strict=True):
        terms = [f.w2[i] * max(float(f.W1[i] @ point + f.b1[i]), 0.0) for i in range(f.k)]
        assert value == pytest.approx(sum(terms) + f.b2, rel=1e-12, abs=1e-12)


def test_gradients_agree_with_autograd_and_with_their_order() -> None:
    example = gaussian(3, n=7, d=3, k=4)
    f, x = example.network, torch.tensor(example.x)
    parameters = [torch.tensor(p, requires_grad=True) for p in (f.W1, f.b1, f.w2, np.array(f.b2))]
    W1, b1, w2, b2 = parameters
    rows = []
    for point in x:
        value = torch.relu(W1 @ point + b1) @ w2 + b2
        rows.append(torch.cat([g.reshape(-1) for g in torch.autograd.grad(value, parameters)]).numpy())
    np.testing.assert_allclose(f.gradients(example.x), np.array(rows), rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("pinned", PINNED.values(), ids=list(PINNED))
def test_gradients_worked_out_by_hand(pinned: Pinned) -> None:
    # their products are the Hessian, where the net interpolates
    f, x, n = pinned.network, pinned.x, len(pinned.x)
    rows = f.gradients(x)
    np.testing.assert_array_equal(rows, np.array(pinned.problem.gradients(), dtype=float))
    np.testing.assert_array_equal(rows[:, -1], 1.0)
    if pinned.loss == 0:
        for (a, b), entry in pinned.hessian.items():
            assert rows[:, a] @ rows[:, b] / n == pytest.approx(float(entry), rel=1e-15)
    np.testing.assert_allclose(f(x), np.array(pinned.problem.values(), dtype=float), rtol=1e-15)


def test_the_derivative_at_a_kink_is_zero() -> None:
    example = tricky()["data on a kink"]
    gradients = example.network.gradients(example.x)
    # neuron 0 is on its kink at the first datum, neuron 1 at the second
    np.testing.assert_array_equal(gradients[0], [0.0, -1.0, 0.0, -1.0, 0.0, 1.0, 1.0])
    np.testing.assert_array_equal(gradients[1], [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0])


@pytest.mark.parametrize("exponent", [-300, -40, 0, 7, 300])
def test_rescaling_by_powers_of_two_is_exact(exponent: int) -> None:
    example = gaussian(1, n=20, d=3, k=5)
    other = example.network.rescaled(np.full(5, 2.0**exponent))
    np.testing.assert_array_equal(other(example.x), example.network(example.x))
    np.testing.assert_array_equal(other.W1, example.network.W1 * 2.0**exponent)


def test_rescaling_refuses_what_would_change_the_function() -> None:
    f = net([[1e200]], [0.0], [1e-200])
    with pytest.raises(ArithmeticError, match="range of float64"):
        f.rescaled([1e200])
    with pytest.raises(ArithmeticError, match="range of float64"):
        f.rescaled([1e180])
    for scales in ([0.0], [-1.0], [1.0, 1.0], [np.nan], [np.inf]):
        with pytest.raises(ValueError, match="scale"):
            f.rescaled(scales)


@given(examples())
def test_balanced_networks_are_balanced_and_compute_the_same(example: Example) -> None:
    f, x = example.network, example.x
    # rounding decides on which side of a kink a datum exactly on it falls after rescaling
    assume((f.preactivations(x)[:, np.any(f.W1 != 0, axis=1)] != 0).all())
    g = f.balanced(x)
    np.testing.assert_allclose(g(x), f(x), rtol=1e-9, atol=1e-11)
    active = g.preactivations(x) > 0
    excess = np.maximum(g.preactivations(x), 0).mean(axis=0)
    means = np.concatenate([active[:, :, None] * x[:, None, :], active[:, :, None]], axis=2).mean(axis=0)
    feature = np.linalg.norm(means, axis=1)
    free = (f.w2 != 0) & (np.maximum(f.preactivations(x), 0).mean(axis=0) > 0)
    np.testing.assert_allclose(excess[free], (np.abs(g.w2) * feature)[free], rtol=1e-9)
    np.testing.assert_array_equal(g.W1[~free], f.W1[~free])


@given(examples())
def test_canonical_form_is_the_same_function(example: Example) -> None:
    f, x = example.network, example.x
    form = f.canonical()
    np.testing.assert_array_equal(form.neurons, np.flatnonzero(np.any(f.W1 != 0, axis=1)))
    constant = sum(f.w2[i] * max(f.b1[i], 0.0) for i in range(f.k) if i not in form.neurons)
    values = np.maximum(x @ form.directions.T - form.thresholds, 0) @ form.amplitudes + f.b2 + constant
    np.testing.assert_allclose(values, f(x), rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(np.linalg.norm(form.directions, axis=1), 1.0, rtol=1e-14)


@pytest.mark.parametrize("size", [1e-300, 1e-200, 1.0, 1e200, 1e300])
def test_canonical_form_of_extreme_weights(size: float) -> None:
    form = net([[3 * size, -4 * size]], [10 * size], [2 / size]).canonical()
    np.testing.assert_allclose(form.directions, [[0.6, -0.8]], rtol=1e-14)
    np.testing.assert_allclose(form.thresholds, [-2.0], rtol=1e-14)
    np.testing.assert_allclose(form.amplitudes, [10.0], rtol=1e-14)


def test_a_threshold_out_of_range_is_an_error() -> None:
    with pytest.raises(OverflowError, match="thresholds"):
        net([[1e-300]], [1e200], [1.0]).canonical()


def test_merged_amplitudes_cancel_exactly() -> None:
    # in float64 |3 (0.1, 0.2)| is not 3 |(0.1, 0.2)|, so sums of rounded amplitudes would leave dust
    w = np.array([0.1, 0.2])
    scaled = np.array([0.3, 0.6])
    assert not np.array_equal(3 * w, scaled)
    f = net([[1.0, 2.0], [-3.0, -6.0]], [0.1, -0.1 * 3], [0.3, -0.1])
    assert len(f.reduced().amplitudes) == 2  # 3 * 0.1 is rounded: not the same hyperplane
    f = net([[1.0, 2.0], [-3.0, -6.0]], [0.125, -0.375], [3.0, -1.0])
    assert f.reduced().amplitudes.tolist() == [0.0]


@given(examples())
def test_reduced_form_has_the_amplitudes_of_its_members(example: Example) -> None:
    f = example.network
    reduced, canonical = f.reduced(), f.canonical()
    assert [members.tolist() for members in reduced.members] == hyperplanes(f)
    amplitude = dict(zip(canonical.neurons.tolist(), canonical.amplitudes, strict=True))
    for total, members in zip(reduced.amplitudes, reduced.members, strict=True):
        assert total == pytest.approx(sum(amplitude[i] for i in members.tolist()), rel=1e-12, abs=1e-12)


@given(examples())
def test_reduced_form_adds_an_affine_function_only(example: Example) -> None:
    f = example.network
    form = f.reduced()
    points = 3.0 * np.random.default_rng(0).standard_normal((30, f.d))
    merged = np.maximum(points @ form.directions.T - form.thresholds, 0) @ form.amplitudes
    difference = f(points) - merged
    design = np.column_stack([points, np.ones(30)])
    fitted = design @ np.linalg.lstsq(design, difference, rcond=None)[0]
    np.testing.assert_allclose(fitted, difference, atol=1e-9)


@pytest.mark.parametrize(("name", "example"), tricky_list())
def test_files_keep_every_bit(name: str, example: Example, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.weights"
    example.network.save(path)
    other = ShallowNetwork.load(path)
    for parameter in ("W1", "b1", "w2", "b2"):
        np.testing.assert_array_equal(getattr(other, parameter), getattr(example.network, parameter))
    assert list(tmp_path.iterdir()) == [path]


def test_damaged_files_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "network.npz"
    gaussian(0, n=1, d=20, k=30).network.save(path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(ValueError, match="truncated or damaged"):
        ShallowNetwork.load(path)
    path.write_bytes(content[:2000] + bytes([content[2000] ^ 1]) + content[2001:])
    with pytest.raises(ValueError, match=r"damaged.*W1"):
        ShallowNetwork.load(path)
    path.write_bytes(b"")
    with pytest.raises(ValueError, match=r"no \.npz"):
        ShallowNetwork.load(path)
    with pytest.raises(FileNotFoundError):
        ShallowNetwork.load(tmp_path / "absent.npz")


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"W1": np.ones((2, 1)), "b1": np.ones(2), "w2": np.ones(2)}, "lacks b2"),
        ({"W1": np.ones((2, 1)), "b1": np.ones(3), "w2": np.ones(2), "b2": 0.0}, "b1 must have 2 entries"),
        ({"W1": np.ones(2), "b1": np.ones(2), "w2": np.ones(2), "b2": 0.0}, "W1 must have 2 axes"),
        ({"W1": np.full((2, 1), np.nan), "b1": np.ones(2), "w2": np.ones(2), "b2": 0.0}, "W1 must be finite"),
        ({"W1": np.ones((2, 1)), "b1": np.ones(2), "w2": np.array(["a", "b"]), "b2": 0.0}, "w2 must hold real"),
        ({"W1": np.ones((2, 1)), "b1": np.ones(2), "w2": np.array([None, 1.0]), "b2": 0.0}, "cannot be read"),
    ],
)
def test_files_of_something_else_are_reported(arrays: dict[str, Any], message: str, tmp_path: Path) -> None:
    path = tmp_path / "network.npz"
    np.savez(path, **arrays)
    with pytest.raises(ValueError, match=message) as raised:
        ShallowNetwork.load(path)
    assert str(path) in str(raised.value)


def test_parameters_are_checked_and_kept() -> None:
    with pytest.raises(ValueError, match="at least one column"):
        ShallowNetwork(np.ones((2, 0)), np.ones(2), np.ones(2), 0.0)
    with pytest.raises(ValueError, match=r"b2 must be finite, but b2 is inf"):
        net([[1.0]], [0.0], [1.0], np.inf)
    with pytest.raises(TypeError, match="real numbers"):
        ShallowNetwork(np.ones((1, 1), dtype=complex), np.ones(1), np.ones(1), 0.0)
    mine = np.ones((1, 1))
    f = ShallowNetwork(mine, np.ones(1), np.ones(1), 0.0)
    mine[0, 0] = 5.0
    assert f.W1[0, 0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        f.W1[0, 0] = 2.0


def test_data_are_checked() -> None:
    f = net([[1.0, 2.0]], [0.0], [1.0])
    with pytest.raises(ValueError, match="must have 2 columns"):
        f([[1.0]])
    with pytest.raises(ValueError, match=r"x\[1, 0\] is nan"):
        f([[0.0, 1.0], [np.nan, 1.0]])
    with pytest.raises(ValueError, match="2 axes"):
        f([1.0, 2.0])
    with pytest.raises(OverflowError, match="pre-activations"):
        f([[1e308, 1e308]])


@given(st.integers(0, 2**32))
def test_blocks_do_not_change_values(seed: int) -> None:
    example = gaussian(seed, n=40, d=2, k=3)
    whole = example.network(example.x)
    parts = np.concatenate([example.network(example.x[:17]), example.network(example.x[17:])])
    np.testing.assert_allclose(whole, parts, rtol=1e-12, atol=1e-13)


def twins(seed: int, factors: list[float]) -> ShallowNetwork:
    """Multiples of one neuron whose weights use all bits, with output weights of both signs."""
    random = np.random.default_rng(seed)
    row, w2 = random.standard_normal(4), random.standard_normal(len(factors))
    rows = np.outer(factors, row)
    return ShallowNetwork(rows[:, :-1], rows[:, -1], w2, 0.0)


def test_balancing_leaves_neurons_on_their_common_hyperplane() -> None:
    # two irrational scales; rounded apart, the amplitude that counts would be |3/16| + |3/8| instead of |3/16 - 3/8|
    x = [[0.0], [-0.25]]
    f = net([[0.75], [0.75]], [0.03125, 0.03125], [0.25, -0.5])
    g = f.balanced(x)
    assert [members.tolist() for members in g.reduced().members] == [[0, 1]]
    assert stability_norm(g, x) == pytest.approx(stability_norm(f, x), rel=1e-12)


@given(examples())
def test_rescaling_changes_no_hyperplane(example: Example) -> None:
    f = example.network
    g = f.balanced(example.x)
    assert [members.tolist() for members in g.reduced().members] == hyperplanes(f)
    np.testing.assert_allclose(g.reduced().amplitudes, f.reduced().amplitudes, rtol=1e-12, atol=1e-12)


@given(st.integers(0, 2**32), st.lists(st.sampled_from([1.0, -1.0, 2.0, -0.5]), min_size=2, max_size=4))
def test_neurons_whose_weights_use_all_bits_stay_together(seed: int, factors: list[float]) -> None:
    f = twins(seed, factors)
    x = np.random.default_rng(seed + 1).standard_normal((9, 3))
    g = f.balanced(x)
    assert len(g.reduced().members) == 1
    assert stability_norm(g, x) == pytest.approx(stability_norm(f, x), rel=1e-12)
    np.testing.assert_allclose(g(x), f(x), rtol=1e-12, atol=1e-13)
    # as near to balance as powers of two come
    moments = positive_moments(g.W1, g.b1, x)
    active = moments.excess > 0
    ratio = moments.excess[active] / (np.abs(g.w2) * moments.feature_norm)[active]
    assert np.all((ratio >= 0.5) & (ratio <= 2.0))


def test_scales_that_would_part_neurons_are_refused() -> None:
    f = twins(0, [1.0, -1.0, 2.0])
    with pytest.raises(ArithmeticError, match="neuron 1 would leave the hyperplane"):
        f.rescaled([1.0, 1.5, 1.0])
    assert len(f.rescaled([4.0, 0.25, 1.0]).reduced().members) == 1
    # weights of few bits leave room for the scale, up to its last bits
    g = net([[0.75], [-0.75]], [0.5, -0.5], [1.0, 1.0]).rescaled([0.1, 0.3])
    assert len(g.reduced().members) == 1
    np.testing.assert_allclose(g.W1, [[0.075], [-0.225]], rtol=1e-15)


def test_nearly_equal_neurons_are_not_merged_by_rescaling() -> None:
    row = np.array([0.1, 0.2, 0.3])
    other = np.nextafter(row, 1.0)
    random = np.random.default_rng(0)
    for _ in range(50):
        f = ShallowNetwork(np.array([row[:2], other[:2]]), np.array([row[2], other[2]]), random.standard_normal(2), 0.0)
        assert len(f.balanced(random.standard_normal((5, 2))).reduced().members) == 2
