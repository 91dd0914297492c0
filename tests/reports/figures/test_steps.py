"""reports.figures.steps: what the frames of a slider draw and say, against brackets and nets."""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np
import pytest

from numerics.measurement import measure
from numerics.network import ShallowNetwork
from numerics.separation.bracket.table import bracket_table
from numerics.separation.pyramid import pyramid
from numerics.training.train import TrainingResult
from reports.figures import Frame
from reports.figures.laplacian import LINE_DATA, LINE_LABELS, Run
from reports.figures.steps import bracket, line
from reports.figures.style import applied

ROWS = bracket_table(step_sizes=(Fraction(1), Fraction(1, 2)))


@pytest.fixture
def brackets(monkeypatch: pytest.MonkeyPatch) -> list[Frame]:
    """The frames of two step sizes whose nets are small."""
    monkeypatch.setattr(bracket, "bracket_table", lambda: ROWS)
    with applied():
        return list(bracket.frames())


def test_what_is_said_of_a_net_is_proved(brackets: list[Frame]) -> None:
    """The smallest step size first; ends rounded away from each other, by less than what is shown."""
    assert len(brackets) == len(ROWS)
    for row, frame in zip(reversed(ROWS), brackets, strict=True):
        assert frame.words.startswith(f"η = {row.step_size}: ")
        above, below = (Fraction(number) for number in re.findall(r"0\.\d{4}", frame.words))
        assert 0 <= above - row.upper < Fraction(1, 10**4)
        assert 0 <= row.lower - below < Fraction(1, 10**4)


def test_nets_and_their_errors_are_drawn_as_computed(brackets: list[Frame]) -> None:
    for row, frame in zip(reversed(ROWS), brackets, strict=True):
        slices, errors, _, interval = frame.figure.axes
        (drawn,) = [each for each in slices.lines if each.get_label() == "net"]
        ticks = np.asarray(drawn.get_xdata())
        along = np.column_stack([ticks, np.zeros(len(ticks))])
        assert np.asarray(drawn.get_ydata()) == pytest.approx(row.net.network()(along))
        values = np.asarray(errors.images[0].get_array())
        assert values[0] * float(row.upper) == pytest.approx(row.net.network()(along) - pyramid(along), abs=1e-12)
        assert np.abs(values).max() <= 1
        marker = interval.lines[-1]
        assert float(row.lower) <= float(np.asarray(marker.get_ydata())[0]) <= float(row.upper)
        assert np.asarray(marker.get_xdata()).tolist() == [float(row.step_size)]


def net(step_size: float) -> Run:
    """A net that was never trained: two kinks, of which one is seen."""
    network = ShallowNetwork(np.array([[1.0], [-1.0]]), np.array([-0.5, 9.0]), np.array([0.25, 2.0]), 0.0)
    result = TrainingResult(network, 0.1, 10, np.array([0]), np.array([1.0]), "not converged")
    return Run(step_size, network, result, measure(network, LINE_DATA, LINE_LABELS, step_size))


def test_kinks_stand_where_the_predictor_bends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "line_run", net)
    with applied():
        frames = list(line.frames())
    assert [frame.words.split(":")[0] for frame in frames] == [f"η = {step:g}" for step in line.STEPS]
    for step, frame in zip(line.STEPS, frames, strict=True):
        run = net(step)
        assert frame.words.endswith(f"stability norm {run.measured.stability_norm:.3f}, bound {1 / step - 0.5:.3f}")
        predictor, kinks, bound = frame.figure.axes
        (drawn,) = [each for each in predictor.lines if each.get_label() == "predictor"]
        x = np.asarray(drawn.get_xdata())
        assert np.array_equal(np.asarray(drawn.get_ydata()), run.network(x[:, None]))
        (stems,) = [each for each in kinks.lines if each.get_label() == "kinks"]
        assert np.asarray(stems.get_xdata()).tolist() == [0.5] * 3
        assert np.asarray(stems.get_ydata())[:2].tolist() == [0.0, 0.25]
        marker = bound.lines[-1]
        assert np.column_stack(marker.get_data()).tolist() == [[step, run.measured.stability_norm]]


def test_frames_differ_in_what_they_show_alone(brackets: list[Frame]) -> None:
    """Their panels stand in equal places, with equal axes."""
    one, two = brackets
    for first, second in zip(one.figure.axes, two.figure.axes, strict=True):
        assert first.get_position().bounds == second.get_position().bounds
        assert (first.get_xlim(), first.get_ylim()) == (second.get_xlim(), second.get_ylim())
