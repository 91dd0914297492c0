"""The bars, their order, and the line of 2/eta."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from numerics.audit.shown.picture import bars, draw, save_picture, scale
from tests.numerics.audit.audits import interpolating, residual


def test_bars_are_the_chain_of_bounds() -> None:
    found = bars(interpolating())
    assert [value for _, value in found] == pytest.approx([1.9375, 1.9375, 2.5, 2.703125, 3.97812779])
    assert [name for name, _ in bars(residual())][-1] == "sharpness"
    assert len(bars(replace(interpolating(), flattest_gram_sharpness=None))) == 4


def test_a_step_size_is_a_line_unless_it_is_far_beyond() -> None:
    assert scale(interpolating()) == (5.0, 5.0)
    assert list(scale(interpolating("2"))) == pytest.approx([3.97812779, 1])
    assert scale(interpolating("1/1000"))[1] is None
    assert scale(interpolating(None))[1] is None
    assert [np.unique(line.get_xdata()) for line in draw(interpolating()).axes[0].lines] == [[5.0]]
    assert len(draw(interpolating("1/1000")).axes[0].lines) == 0


def test_numbers_beyond_the_floats_are_refused() -> None:
    huge = (Fraction(10) ** 400,) * 2
    with pytest.raises(OverflowError, match="too large for a picture"):
        draw(replace(interpolating(), sharpness=huge))
    with pytest.raises(OverflowError, match="too large for a picture"):
        draw(replace(interpolating(), step_size=Fraction(1, 10**400)))


def test_the_same_audit_is_the_same_picture(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        save_picture(interpolating(), tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
