"""reports.document.instances: networks as formulas, and none where they would not fit into a line."""

from __future__ import annotations

import pytest

from reports.document.instances import DATA, NEURONS, instance


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("W1 = [[1.0], [-1.0]], b1 = [0.0, -2.0], w2 = [0.0, -3.0]", r"$f(x) = 0\,(x)_+$ ${}- 3\,(-x - 2)_+$"),
        ("W1 = ((Fraction(0, 1),),), b1 = (Fraction(2, 1),), w2 = (Fraction(3, 4),)", r"$f(x) = 0.75\,(2)_+$"),
        ("W1 = ((Fraction(0, 1),),), b1 = (Fraction(0, 1),), w2 = (Fraction(1, 1),)", "$f(x) = (0)_+$"),
        (
            "Problem(W1=[[1.5, -1.0]], b1=[0.125], w2=[1.0], b2=0, x=[[1.0, 0.0], [0.5, 2.0]])",
            r"$f(x) = (1.5x_1 - x_2 + 0.125)_+$ at $x = (1, 0)$, $(0.5, 2)$",
        ),
        (
            "W1 = [[2.0]], b1 = [0.0], w2 = [1.2], x = [[0.75], [-2.4]], residuals -12/5, 0",
            r"$f(x) = 1.2\,(2x)_+$ at $x = 0.75$, $-2.4$, residuals -12/5, 0",
        ),
        ("Population(w1=Fraction(2, 1), b1=Fraction(0, 1))", ""),
    ],
)
def test_a_net_is_a_formula(written: str, shown: str) -> None:
    assert instance(written) == shown


def test_what_is_too_large_is_left_out() -> None:
    neurons, data = NEURONS + 1, DATA + 1
    assert not instance(f"W1 = {[[1.0]] * neurons}, b1 = {[0.0] * neurons}, w2 = {[1.0] * neurons}")
    assert not instance(f"W1 = [[1.0]], b1 = [0.0], w2 = [1.0], x = {[[1.0]] * data}")
    assert not instance("W1 = [[1.0, 1.0, 1.0]], b1 = [0.0], w2 = [1.0]")
