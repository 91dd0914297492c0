"""Audits of examples worked by hand, of users' networks, and of random ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from fractions import Fraction
from unittest import mock

import numpy as np
import pytest
import torch
from hypothesis import given
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from numerics import enclosure
from numerics import hessian as hessian_room
from numerics.audit import Audit, audit, examination, method, statements
from numerics.audit.methods.adam import Preconditioner
from numerics.audit.shown.text import to_json
from numerics.audit.statements import reasons
from numerics.exact.intervals import Interval
from numerics.loading import NotCoveredError
from numerics.measurement import measure
from numerics.network import ShallowNetwork
from numerics.problem import Problem
from proofs_checks.instances.profiles import settings
from tests.numerics.examples import Example, examples, interpolating, net, tricky_list
from tests.numerics.loading.users import circle_and_line, trained_by_sklearn, trained_by_torch
from tests.numerics.test_hessian import hessian

ZERO = (Fraction(0), Fraction(0))
TWICE = net([[1.0]], [0.0], [2.0])  # 2 relu(x)


def contains(found: Interval | None, value: Fraction | float | str) -> bool:
    assert found is not None
    return found[0] <= Fraction(value) <= found[1]


def assert_encloses(found: Interval | None, value: Fraction | str) -> None:
    assert contains(found, value)
    assert found is not None
    assert found[1] - found[0] <= Fraction(1, 10**10) * max(Fraction(1), abs(found[1]))


def test_one_datum() -> None:
    # relu = 3/4 and sqrt(1 + x^2) = 5/4, so nothing is irrational: sharpness 1 + 9/16 + 4 * 25/16
    found = audit(TWICE, [[0.75]], [1.5], Fraction(1, 5))
    assert_encloses(found.sharpness, "125/16")
    assert_encloses(found.mean_gradient_square, "125/16")
    assert_encloses(found.one_sided_norm, "15/8")
    assert found.stability_norm == ZERO
    assert found.loss == ZERO
    assert_encloses(found.bound, "9/2")
    assert_encloses(found.largest_stable_step, "32/125")
    # balanced, 1 + 2 * 15/8
    assert_encloses(found.flattest_gram_sharpness, "19/4")
    assert (found.kinks, found.near_kinks, found.interpolating, found.verdict) == (0, 0, True, "stable")
    assert any("stability-inequality" in note for note in found.notes)
    assert any("says nothing" in note for note in found.notes)


@pytest.mark.parametrize(
    ("step_size", "verdict"),
    [("32/125", "stable"), ("0.25599999", "stable"), ("0.25600001", "unstable"), ("3", "unstable")],
)
def test_verdicts_at_the_threshold(step_size: str, verdict: str) -> None:
    assert audit(TWICE, [[0.75]], [1.5], Fraction(step_size)).verdict == verdict


def test_two_data() -> None:
    # x = +-3/4: the weight is (3/8)(1/2)(5/4) on either side
    found = audit(TWICE, [[0.75], [-0.75]], [1.5, 0.0], Fraction(2, 5))
    assert_encloses(found.stability_norm, "15/32")
    assert_encloses(found.one_sided_norm, "15/32")
    assert_encloses(found.mean_gradient_square, "173/64")
    assert_encloses(found.tightness, "15/64")
    # K = [[125/32, 1/2], [1/2, 1/2]]: lambda = 141/64 + sqrt((109/64)^2 + 1/4)
    root = [end - Fraction(141, 64) for end in found.sharpness]
    assert root[0] ** 2 <= Fraction(109, 64) ** 2 + Fraction(1, 4) <= root[1] ** 2
    assert found.verdict == "stable"


def test_neurons_on_one_hyperplane_cancel() -> None:
    # relu(x) - relu(-x) = x is affine: one hyperplane, amplitudes 1 and -1
    found = audit(net([[1.0], [-3.0]], [0.0, 0.0], [1.0, -1 / 3]), [[0.75], [-0.75]], [0.75, -0.75])
    # the float nearest 1/3 times 3 is not 1: exactly, they do not cancel
    assert found.stability_norm[0] > 0
    found = audit(net([[1.0], [-4.0]], [0.0, 0.0], [1.0, -0.25]), [[0.75], [-0.75]], [0.75, -0.75])
    assert found.stability_norm == ZERO
    assert found.interpolating


def test_on_a_kink() -> None:
    # |E grad f|^2 = 173/64, whichever way the datum at 0 counts
    for step_size, verdict in ((Fraction(1, 2), "undecided"), (Fraction(1), "unstable")):
        found = audit(TWICE, [[0.0], [0.75]], [0.0, 1.5], step_size)
        assert (found.kinks, found.near_kinks, found.verdict) == (1, 1, verdict)
    assert found.largest_stable_step is not None
    assert found.largest_stable_step[0] == 0
    assert contains((Fraction("0.7398"), Fraction("0.7399")), found.largest_stable_step[1])
    assert any("nondifferentiable-minima" in note for note in found.notes)


def test_on_a_kink_and_off_interpolation() -> None:
    found = audit(TWICE, [[0.0], [0.75]], [1.0, 1.0], Fraction(1, 100))
    assert (found.verdict, found.largest_stable_step) == ("undecided", None)
    assert any("no claim speaks" in note for note in found.notes)


def test_off_interpolation() -> None:
    # the cubic of test_curvature, with rho = sqrt(2)
    found = audit(TWICE, [[1.0]], [1.0], Fraction(1, 10))
    assert (found.interpolating, found.verdict) == (False, "stable")
    assert found.loss == (Fraction(1, 2), Fraction(1, 2))
    assert 10 < found.sharpness[0] < found.sharpness[1] < 11
    assert_encloses(found.gram_sharpness, "10")
    assert found.bound is not None
    assert found.bound[0] == Fraction(19, 2)
    assert contains((Fraction("22.93"), Fraction("22.94")), found.bound[1])  # 9.5 (1 + sqrt 2)
    assert any("stationary-points" in note and "1.42" in note for note in found.notes)


def test_residuals_decide_the_verdict() -> None:
    # lambda_max(K) = 10 would be stable at 2/10.5, the Hessian of the loss is not
    assert audit(TWICE, [[1.0]], [1.0], Fraction(4, 21)).verdict == "unstable"
    assert audit(TWICE, [[1.0]], [2.0], Fraction(4, 21)).verdict == "stable"


def test_a_network_trained_by_a_plain_torch_script() -> None:
    model, shapes = trained_by_torch(), circle_and_line()
    found = audit(model, shapes.x, shapes.y, Fraction("0.1"))
    W1, b1, w2, b2 = (part.detach().double().numpy() for part in model.parameters())
    top = np.linalg.eigvalsh(hessian(Example(ShallowNetwork(W1, b1, w2[0], float(b2[0])), shapes.x, shapes.y)))[-1]
    assert float(found.sharpness[0]) * (1 - 1e-12) <= top <= float(found.sharpness[1]) * (1 + 1e-12)
    assert (found.verdict, found.interpolating) == ("stable", False)
    assert found.bound is not None
    assert found.stability_norm[1] <= found.bound[1]


def test_a_network_trained_by_sklearn() -> None:
    model, shapes = trained_by_sklearn(), circle_and_line()
    found = audit(model, shapes.x, shapes.y, 0.001)
    assert model.loss == "squared_error"
    error = np.mean((model.predict(shapes.x) - shapes.y) ** 2) / 2
    assert float(found.loss[0]) == pytest.approx(error, rel=1e-9)
    assert found.flattest_gram_sharpness is not None
    assert found.flattest_gram_sharpness[1] <= found.gram_sharpness[1]
    assert any("alpha" in remark for remark in found.remarks)
    assert found.negative_curvature is not None
    assert 1 + 2 * found.stability_norm[0] <= found.sharpness[1] * (1 + found.negative_curvature[1])


def test_a_preprocessing_is_applied_to_the_data() -> None:
    """The parameters are those that were trained, so that the sharpness is theirs at the data that reach them."""
    model, shapes = trained_by_sklearn(), circle_and_line()
    scaler = StandardScaler().fit(3 * shapes.x + 1)
    pipeline = Pipeline([("scaled", scaler), ("model", model)])
    found = audit(pipeline, 3 * shapes.x + 1, shapes.y, 0.001, rescaled=False)
    alone = audit(model, scaler.transform(3 * shapes.x + 1), shapes.y, 0.001, rescaled=False)
    assert found.sharpness == alone.sharpness
    assert any("The data were scaled by" in remark for remark in found.remarks), found.remarks


def relative(found: Interval) -> tuple[float, float]:
    return float(found[0]) * (1 - 1e-9) - 1e-9, float(found[1]) * (1 + 1e-9) + 1e-9


@settings(max_examples=30)
@given(examples())
def test_enclosures_contain_the_measurement(example: Example) -> None:
    here = interpolating(example)
    found, floats = audit(here.network, here.x, here.y, 0.1), measure(here.network, here.x, here.y, 0.1)
    for mine, theirs in (
        (found.gram_sharpness, floats.gram_sharpness),
        (found.one_sided_norm, floats.one_sided_norm),
        (found.stability_norm, floats.stability_norm),
        (found.mean_gradient_square, floats.mean_gradient_square),
    ):
        low, high = relative(mine)
        assert low <= theirs <= high


@settings(max_examples=30)
@given(examples())
def test_floats_with_margins_contain_the_enclosures(example: Example) -> None:
    found, exact = in_floats(example), audit(example.network, example.x, example.y, 0.1)
    assert not found.enclosed
    assert found.flattest_gram_sharpness is None
    for name in ("loss", "gram_sharpness", "mean_gradient_square", "one_sided_norm", "stability_norm"):
        mine, theirs = getattr(found, name), getattr(exact, name)
        assert mine[0] <= theirs[1], name
        assert theirs[0] <= mine[1], name
    assert found.sharpness[0] <= exact.sharpness[0] <= exact.sharpness[1] <= found.sharpness[1]
    assert found.kinks == exact.kinks
    assert found.interpolating in (None, exact.interpolating)
    assert found.verdict in ("undecided", exact.verdict)


def in_floats(example: Example) -> Audit:
    """The audit as if the problem were too large."""
    with mock.patch.object(examination, "MOST_DATA", 0):
        return audit(example.network, example.x, example.y, 0.1)


@pytest.mark.parametrize(("name", "example"), tricky_list())
def test_tricky_cases(name: str, example: Example) -> None:
    found = audit(example.network, example.x, example.y, 0.1)
    assert found.enclosed, name
    assert found.verdict in ("stable", "unstable") or found.kinks
    assert 1 + 2 * found.stability_norm[0] <= found.gram_sharpness[1], name
    in_floats(example)


def test_weights_beyond_the_range_of_float_products() -> None:
    found = audit(net([[1e200]], [0.0], [1e200]), [[1.0], [-1.0]], [0.0, 0.0], 0.1)
    assert found.verdict == "unstable"
    assert found.sharpness[0] > 10**399


def test_large_problems_are_measured_in_floats() -> None:
    few, many = np.zeros((4096, 1)), np.linspace(-1.0, 1.0, 4097)[:, None]
    assert examination.can_enclose(Problem(TWICE, few))
    assert not examination.can_enclose(Problem(TWICE, many))
    assert not examination.can_enclose(Problem(net([[1.0]] * 1025, [0.0] * 1025, [1.0] * 1025), few))
    found = audit(TWICE, many + 2, TWICE(many + 2), 0.01)
    assert (found.enclosed, found.interpolating, found.kinks, found.verdict) == (False, None, 0, "stable")
    assert any("in floats, not enclosed" in note for note in found.notes)


@contextmanager
def as_many_data() -> Iterator[None]:
    """Enclosures as of more than 1,024 data."""
    with ExitStack() as patches:
        for room in (examination, enclosure, hessian_room, statements):
            patches.enter_context(mock.patch.object(room, "MOST_EXACT", 0))
        yield


@pytest.mark.parametrize(("name", "example"), tricky_list())
def test_many_data_are_enclosed(name: str, example: Example) -> None:
    """As few are: no number contradicts the other's, exact ones are equal, and it is said what is trusted."""
    for labelled in (example, interpolating(example)):
        few = audit(labelled.network, labelled.x, labelled.y, 0.1, rescaled=False)
        with as_many_data():
            many = audit(labelled.network, labelled.x, labelled.y, 0.1)
        assert many.enclosed, name
        for field in ("loss", "gradient_norm", "mean_gradient_square", "stability_norm", "one_sided_norm", "kinks"):
            assert getattr(many, field) == getattr(few, field), (name, field)
        for field in ("sharpness", "gram_sharpness"):
            (low, high), (other_low, other_high) = getattr(many, field), getattr(few, field)
            assert max(low, other_low) <= min(high, other_high), (name, field)
            assert high - low <= Fraction(1, 10**9) * high
        assert many.interpolating == few.interpolating
        assert many.verdict in (few.verdict, "undecided")
        assert many.flattest_gram_sharpness is None
        assert any("matrices of floats whose rounding is bounded" in note for note in many.notes)
        assert any("The flattest rescaling is sought for at most" in note for note in many.notes)
        assert not any("range of floats" in note for note in many.notes)


def test_many_data_beyond_the_normal_floats_are_measured() -> None:
    with as_many_data():
        found = audit(TWICE, [[0.75], [1e-310]], [1.5, 0.0], 0.1)
    assert not found.enclosed
    assert found.verdict == "stable"


def test_arguments() -> None:
    with pytest.raises(ValueError, match="step size"):
        audit(TWICE, [[1.0]], [1.0], -1.0)
    with pytest.raises(ValueError, match="must have 1 columns"):
        audit(TWICE, [[1.0, 2.0]], [1.0])
    with pytest.raises(TypeError, match="not a list"):
        audit([1.0], [[1.0]], [1.0])


def without_biases(*, hidden: bool, output: bool) -> torch.nn.Sequential:
    """2 relu(x), with the biases that are asked for, all 0."""
    first, last = torch.nn.Linear(1, 1, bias=hidden), torch.nn.Linear(1, 1, bias=output)
    for layer, weight in ((first, 1.0), (last, 2.0)):
        torch.nn.init.constant_(layer.weight, weight)
        if layer.bias is not None:
            torch.nn.init.zeros_(layer.bias)
    return torch.nn.Sequential(first, torch.nn.ReLU(), last).double().eval()


def test_without_biases_the_verdict_is_of_the_trained_parameters() -> None:
    """The trained sharpness is 109/16 at 3/4 without the output bias, and 125/16 with it."""
    model = without_biases(hidden=True, output=False)
    with pytest.raises(NotCoveredError, match="no bias"):
        audit(model, [[0.75]], [1.5], "32/125")
    stable, larger = (audit(model, [[0.75]], [1.5], eta, zero_biases=True) for eta in ("32/125", "32/109"))
    assert (stable.verdict, larger.verdict) == ("stable", "undecided")
    assert (larger.bound, larger.tightness, larger.largest_stable_step) == (None, None, None)
    assert "in the trained parameters is at most 7.8125" in reasons(larger)["verdict"]
    assert "The bound 1/eta - 1/2 is not claimed" in larger.notes[0]
    assert "gives |f|_S <= 1/eta" in larger.notes[1]
    assert "at least 0.25" in str(larger)
    told = json.loads(to_json(larger))
    assert (told["largest_stable_step"], told["far_from_minimum"]) == (["0.25599999999997", None], None)


def test_without_hidden_biases_or_on_kinks_nothing_is_said_of_the_norm() -> None:
    for hidden, output, x in ((False, True, 0.75), (False, False, 0.75), (True, False, 0.0)):
        found = audit(without_biases(hidden=hidden, output=output), [[x]], [2 * x], 4, zero_biases=True)
        assert (found.verdict, found.bound) == ("undecided", None)
        assert not any("|f|_S" in note for note in found.notes)
    assert "on kinks" in reasons(found)["verdict"]
    # with all biases, the option changes nothing
    assert audit(without_biases(hidden=True, output=True), [[0.75]], [1.5], 4, zero_biases=True).verdict == "unstable"


def test_momentum_is_judged_in_floats_too() -> None:
    """A penalty and steps by layer are not."""
    example = interpolating(Example(TWICE, np.array([[0.75], [-0.75]]), np.zeros(2)))
    problem = Problem(example.network, example.x, example.y)
    heavy = method("heavy-ball", momentum="0.9", loss="mse")
    with mock.patch.object(examination, "MOST_DATA", 0):
        found = audit(problem, step_size="0.4", method=heavy)
        assert (found.enclosed, found.verdict) == (False, "stable")
        assert contains(found.bound, "15/8")
        for other in (
            method("sgd", loss="mse", weight_decay="1e-4", decayed="all"),
            method("sgd", loss="mse", layer_steps=[1, 1, 1]),
        ):
            with pytest.raises(ValueError, match="are supported for at most 4,096 data"):
                audit(problem, method=other)


def test_what_a_method_does_not_go_with() -> None:
    x, y = [[0.75], [-0.75]], [1.5, 0.0]
    with pytest.raises(ValueError, match="give the one or the other"):
        audit(TWICE, x, y, step_size=1, method=method("sgd", loss="mse", layer_steps=[1, 1, 1]))
    adam = method("adam", loss="mse", preconditioner=Preconditioner(np.ones(3), Fraction(9, 10), 1))
    with pytest.raises(ValueError, match="those of another network"):
        audit(TWICE, x, y, step_size=1, method=adam)
    model = torch.nn.Sequential(torch.nn.Linear(1, 2), torch.nn.ReLU(), torch.nn.Linear(2, 1, bias=False)).eval()
    with pytest.raises(ValueError, match="plain gradient descent and the loss half-mse alone"):
        audit(model, x, y, method=method("sgd", loss="mse"), zero_biases=True)


def test_on_kinks_another_method_is_not_judged() -> None:
    """And another scale of the loss is: a step of 2/|q|^2 = 2/(1 + ...) is excluded at half of it."""
    x, y = [[0.0], [0.75]], [0.0, 1.5]
    plain = audit(TWICE, x, y, step_size=2)
    assert plain.verdict == audit(TWICE, x, y, step_size=1, method=method("sgd", loss="mse")).verdict == "unstable"
    heavy = audit(TWICE, x, y, step_size=2, method=method("heavy-ball", momentum="0.9", loss="mse"))
    assert (heavy.verdict, heavy.bound, heavy.largest_stable_step) == ("undecided", None, None)
    assert "no claim speaks of the method" in reasons(heavy)["verdict"]
    assert any("On kinks no claim speaks" in note for note in heavy.notes)


def test_a_decay_that_no_network_bears() -> None:
    found = audit(TWICE, [[0.75]], [1.5], 1, method=method("sgd", loss="half-mse", weight_decay=3, decayed="all"))
    assert found.verdict == "unstable"
    assert found.bound is not None
    assert found.bound[1] < 0
    assert any("no network is stable" in note for note in found.notes)
