"""Problems measured in floats: the margins hold the exact values."""

from __future__ import annotations

import json
from fractions import Fraction
from unittest import mock

import numpy as np
import pytest
import torch

from numerics.arrays.checks import Array
from numerics.arrays.gradients import DeviceGradients
from numerics.audit import examination
from numerics.audit.examination import audit
from numerics.audit.findings import Audit, least_stable_step
from numerics.audit.in_floats import measured
from numerics.audit.shown.text import to_json
from numerics.audit.statements import reasons
from numerics.problem import Problem
from numerics.sharpness import TopCurvature, sharpness
from tests.numerics.examples import gaussian, interpolating, net

NAMES = (
    "loss",
    "gradient_norm",
    "sharpness",
    "gram_sharpness",
    "mean_gradient_square",
    "one_sided_norm",
    "stability_norm",
)


def test_margins_hold_what_is_enclosed() -> None:
    for seed in range(5):
        example = gaussian(seed, n=12, d=3, k=5)
        problem = Problem(example.network, example.x, example.y)
        wide, narrow = measured(problem, None), audit(problem, rescaled=False)
        assert (wide.enclosed, wide.interpolating, wide.kinks) == (False, False, narrow.kinks)
        for name in NAMES:
            (low, high), (inner_low, inner_high) = getattr(wide, name), getattr(narrow, name)
            assert low <= inner_low <= inner_high <= high, name


@pytest.mark.parametrize("device", ["cpu:0", *(["cuda"] if torch.cuda.is_available() else [])])
def test_a_device_changes_the_rounding_alone(device: str) -> None:
    """By PyTorch, and so that the matrix of gradients is not formed."""
    example = gaussian(2, n=2100, d=3, k=5)
    with mock.patch("numerics.problem.require_device"):
        there = Problem(example.network, example.x, example.y, device=device)
    assert isinstance(there.gradients, DeviceGradients)
    here, found = measured(Problem(example.network, example.x, example.y), None), measured(there, None)
    for name in NAMES:
        (low, high), (other_low, other_high) = getattr(here, name), getattr(found, name)
        assert max(abs(low - other_low), abs(high - other_high)) <= Fraction(1, 10**10) * high, name


def test_off_interpolation_the_sharpness_is_that_of_the_hessian_in_floats_too() -> None:
    """As narrow as at interpolation, where K and the size of the residual part leave some percent."""
    example = gaussian(1, n=40, d=3, k=5)
    problem = Problem(example.network, example.x, example.y)
    found = measured(problem, None)
    low, high = found.sharpness
    assert low <= Fraction(sharpness(problem)) <= high
    assert high - low <= Fraction(1, 10**8) * high
    assert found.negative_curvature is not None
    assert found.negative_curvature[1] > high / 100


def test_where_no_eigenvalue_is_found_the_residuals_are_bounded() -> None:
    example = gaussian(1, n=40, d=3, k=5)
    problem = Problem(example.network, example.x, example.y)
    with mock.patch.object(TopCurvature, "sharpness", side_effect=ArithmeticError):
        found = measured(problem, None)
    assert found.sharpness[0] < sharpness(problem) < found.sharpness[1]
    assert "was not found in floats" in reasons(found)["sharpness"]


def test_floats_leave_interpolation_open() -> None:
    example = interpolating(gaussian(0, n=8, d=2, k=3))
    found = measured(Problem(example.network, example.x, example.y), Fraction(1, 10))
    assert found.interpolating is None
    assert found.flattest_gram_sharpness is None
    assert found.loss[0] == 0


def test_on_kinks_there_is_no_curvature() -> None:
    found = measured(Problem(net([[1.0]], [0.0], [2.0]), [[0.0], [0.75]], [0.0, 1.5]), None)
    assert (found.kinks, found.negative_curvature) == (1, None)


def test_margins_beyond_the_range_of_floats_are_refused_in_words() -> None:
    dead_and_huge = net([[1.0], [1.0]], [0.0, -9.0], [1.0, 1e200])
    with pytest.raises(OverflowError, match="the margins exceed the range of float64"):
        measured(Problem(dead_and_huge, [[1.0], [2.0]], [0.0, 0.0]), None)


def in_both(model: object, x: list[list[float]], y: list[float], eta: Fraction) -> tuple[Audit, Audit]:
    """The audit of a network without biases in floats and enclosed."""
    found = audit(model, x, y, eta, rescaled=False, zero_biases=True)
    with mock.patch.object(examination, "MOST_DATA", 0):
        return audit(model, x, y, eta, rescaled=False, zero_biases=True), found


def sequential(W1: Array, w2: Array, b1: Array | None = None, b2: float | None = None) -> torch.nn.Sequential:
    """w2 . relu(W1 x + b1) + b2, without the biases that are None."""
    k, d = W1.shape
    layers = torch.nn.Linear(d, k, bias=b1 is not None), torch.nn.Linear(k, 1, bias=b2 is not None)
    with torch.no_grad():
        for layer, weight, bias in ((layers[0].double(), W1, b1), (layers[1].double(), w2[None], b2)):
            layer.weight.copy_(torch.tensor(weight))
            if bias is not None:
                layer.bias.copy_(torch.tensor(np.atleast_1d(bias)))
    return torch.nn.Sequential(layers[0], torch.nn.ReLU(), layers[1]).eval()


TWICE = {
    "none": sequential(np.array([[1.0]]), np.array([2.0])),
    "hidden": sequential(np.array([[1.0]]), np.array([2.0]), b1=np.zeros(1)),
    "output": sequential(np.array([[1.0]]), np.array([2.0]), b2=0.0),
}
"""2 relu(x) with the biases of no layer, of the hidden and of the output layer."""


@pytest.mark.parametrize("biases", TWICE)
def test_without_biases_by_hand(biases: str) -> None:
    """At x = 3/4 the gradient of f is (3/2, 2, 3/4, 1); for the label 0 the residual 3/2 adds to the Hessian."""
    for y, top in (
        (1.5, 125 / 16),
        (0.0, np.linalg.eigvalsh([[6.25, 3.75, 2.5], [3.75, 0.5625, 0.75], [2.5, 0.75, 1]])[-1]),
    ):
        for eta, verdict in ((2 / (top + 0.01), "stable"), (2 / (top - 0.01), "undecided")):
            for found in in_both(TWICE[biases], [[0.75]], [y], Fraction(eta)):
                assert found.sharpness[0] <= Fraction(top) * (1 + Fraction(1, 10**12))
                assert found.sharpness[1] == pytest.approx(top, rel=1e-8)
                assert (found.verdict, found.bound, found.largest_stable_step) == (verdict, None, None)
                step = least_stable_step(found)
                assert step is not None
                assert step == pytest.approx(2 / top, rel=1e-8)


@pytest.mark.parametrize("seed", range(6))
def test_without_biases_floats_say_what_enclosures_say(seed: int) -> None:
    """For a step size on either side of the threshold; and what is stable is stable in the trained parameters."""
    random = np.random.default_rng(seed)
    W1, w2 = random.normal(size=(4, 3)), random.normal(size=4)
    x, y = random.normal(size=(9, 3)), random.normal(size=9)
    for b1, b2 in ((None, None), (random.normal(size=4), None), (None, 0.5)):
        model = sequential(W1, w2, b1, b2)
        top = float(in_both(model, x.tolist(), y.tolist(), Fraction(1))[1].sharpness[1])
        for eta in (2 / (1.001 * top), 2 / (0.999 * top)):
            wide, narrow = in_both(model, x.tolist(), y.tolist(), Fraction(eta))
            assert (wide.enclosed, narrow.enclosed) == (False, True)
            for name in NAMES:
                (low, high), (inner_low, inner_high) = getattr(wide, name), getattr(narrow, name)
                assert low <= inner_low <= inner_high <= high, name
            assert wide.zero_biases == narrow.zero_biases
            assert wide.verdict == narrow.verdict == ("stable" if eta * top < 2 else "undecided")
            assert (wide.bound, wide.tightness, wide.largest_stable_step) == (None, None, None)
            assert 0 < (least_stable_step(wide) or 0) <= (least_stable_step(narrow) or 0)


def test_without_biases_a_datum_at_the_origin_is_a_kink_in_floats_too() -> None:
    for found in in_both(TWICE["none"], [[0.0], [0.75]], [0.0, 1.5], Fraction(1, 100)):
        assert (found.kinks, found.verdict, least_stable_step(found)) == (1, "undecided", None)
        assert "on kinks" in reasons(found)["verdict"]
        assert json.loads(to_json(found))["largest_stable_step"] is None
