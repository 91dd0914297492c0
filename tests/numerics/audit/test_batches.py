"""Thresholds of SGD beside an audit: enclosed or in floats, as if the network interpolated, or refused in words."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest

from numerics.audit.batches import batch_fields, batch_table, batch_thresholds
from numerics.audit.examination import audit
from numerics.audit.findings import Audit
from numerics.gram import gram_matrix
from numerics.mean_square.bounds import gain
from numerics.mean_square.threshold import threshold, thresholds
from numerics.network import Array, ShallowNetwork
from numerics.norm import stability_norm
from numerics.problem import Problem

NET = ShallowNetwork([[1.0, 0.5], [-1.0, 2.0]], [0.25, 1.5], [2.0, -1.0], 0.5)
DATA = np.array([[1.0, 0.0], [0.0, 1.0], [2.0, -1.5]])


def audited(x: Array = DATA, shift: float = 0.0) -> tuple[Problem, Audit]:
    """The net with its own values as labels, moved by a shift."""
    problem = Problem(NET, x, NET(x) + shift)
    return problem, audit(problem, rescaled=False)


def test_an_interpolating_network_is_enclosed() -> None:
    problem, found = audited()
    thresholds = batch_thresholds(problem, found, [2, 3, 2])
    gram, norm = gram_matrix(NET, DATA), stability_norm(NET, DATA)
    assert thresholds.enclosed
    assert [one.batch for one in thresholds.found] == [1, 2, 3]
    for one in thresholds.found:
        assert float(one.step[0]) == pytest.approx(threshold(gram, one.batch).value, rel=1e-8)
        assert 0 < one.step[1] - one.step[0] < 1e-8 * one.step[0]
        assert float(one.gain[1]) == pytest.approx(gain(gram, one.batch), rel=1e-12)
        assert float(one.limit[0]) == pytest.approx(2 / (gain(gram, one.batch) * (1 + 2 * norm)), rel=1e-9)
        assert one.step[1] <= one.limit[1]
    assert found.largest_stable_step is not None
    assert thresholds.found[-1].step[0] <= found.largest_stable_step[1]
    assert found.largest_stable_step[0] <= thresholds.found[-1].step[1]
    title, *lines = batch_table(thresholds).splitlines()
    assert re.split(r" {2,}", title) == ["batch size", "largest stable step of SGD", "gain", "limit by the gain"]
    assert [line.split()[0] for line in lines[:3]] == ["1", "2", "3"]
    assert lines[4].startswith("SGD is linearised, stable means bounded in mean square")
    assert "as if" not in thresholds.note
    fields = json.loads(json.dumps(batch_fields(thresholds)))
    assert [one["batch_size"] for one in fields["batches"]] == [1, 2, 3]
    low, high = map(float, fields["batches"][0]["step"])
    assert low <= thresholds.found[0].step[0]
    assert high >= thresholds.found[0].step[1]


def test_a_small_loss_is_taken_for_none_and_shown() -> None:
    thresholds = batch_thresholds(*audited(shift=2.0**-20), [1])
    assert "this is as if the network did, with a loss of 4.547e-13" in thresholds.note
    assert thresholds.found


def test_a_network_that_does_not_interpolate_is_refused() -> None:
    thresholds = batch_thresholds(*audited(shift=1.0), [1])
    assert thresholds.found == ()
    assert "residuals may change the Hessian of a datum by 2.7, more than a hundredth" in thresholds.refusal
    assert batch_table(thresholds).startswith("No largest stable step of SGD: the threshold is of minima that")
    assert batch_fields(thresholds) == {
        "batches": None,
        "batches_enclosed": False,
        "batches_note": thresholds.refusal,
    }


def test_kinks_are_refused() -> None:
    thresholds = batch_thresholds(*audited(np.array([[1.0, -0.25], [0.0, -0.5]])), [1])
    assert thresholds.refusal == "on kinks, 2 here, there is no such threshold: the loss has no Hessian"


def test_biases_that_are_not_trained_are_refused() -> None:
    problem, found = audited()
    assert (
        "biases are all trained" in batch_thresholds(problem, replace(found, zero_biases=("the output",)), [1]).refusal
    )


def test_too_many_data_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    # the package has a function audit in the place of the module
    monkeypatch.setattr(import_module("numerics.audit.batches"), "LARGEST_DENSE", 2)
    assert "formed for at most 2 data" in batch_thresholds(*audited(), [1]).refusal


def test_equal_data_are_measured_in_floats() -> None:
    thresholds = batch_thresholds(*audited(np.vstack([DATA, DATA[:1]])), [1])
    assert not thresholds.enclosed
    assert thresholds.note.endswith("computed in floats, not enclosed.")


def test_what_floats_do_not_find_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("numerics.mean_square.threshold._CYCLES", 1)
    thresholds = batch_thresholds(*audited(np.vstack([DATA, DATA[:1]])), [1])
    assert thresholds.refusal.startswith("the threshold of SGD is only known to lie between")


@pytest.mark.parametrize("batch", [0, 4])
def test_senseless_batch_sizes(batch: int) -> None:
    with pytest.raises(ValueError, match="between 1 and the number of data, 3"):
        batch_thresholds(*audited(), [batch])


def test_floats_answer_where_the_rank_is_in_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Floats may find a Gram matrix of full rank that is singular to rounding in balls."""

    def refused(*_: object) -> None:
        raise ValueError("the Gram matrix is singular to rounding")

    problem, found = audited()
    enclosed = batch_thresholds(problem, found, [1])
    monkeypatch.setattr(import_module("numerics.audit.batches"), "enclosed_threshold", refused)
    in_floats = batch_thresholds(problem, found, [1])
    assert (enclosed.enclosed, in_floats.enclosed, in_floats.refusal) == (True, False, "")
    assert float(in_floats.found[0].step[0]) == pytest.approx(float(enclosed.found[0].step[1]), rel=1e-6)


def test_fewer_digits_where_the_bounds_do_not_meet(monkeypatch: pytest.MonkeyPatch) -> None:
    tolerances = []

    def strict(gram: Array, sizes: list[int], tolerance: float = 1e-9) -> object:
        tolerances.append(tolerance)
        if tolerance < 1e-4:
            raise ArithmeticError("the bounds do not meet")
        return thresholds(gram, sizes, tolerance=tolerance)

    room = import_module("numerics.audit.batches")
    monkeypatch.setattr(room, "MOST_ENCLOSED", 0)
    monkeypatch.setattr(room, "thresholds", strict)
    found = batch_thresholds(*audited(), [1])
    assert (found.refusal, found.enclosed, len(tolerances)) == ("", False, 2)
    low, high = found.found[0].step
    exact = threshold(gram_matrix(audited()[0]), 1)
    assert low <= exact.upper
    assert high >= exact.lower
