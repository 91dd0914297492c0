"""The weight near the edge of the ball: values by hand, the population's own g, exact slopes, and what is no bound."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from numerics.converse.edge_weight import CURVES, Curve, edge_constant, edge_curve, edge_gaps, edge_slope
from numerics.exact.balls import ball, upper
from numerics.population.isotropic import UniformBall
from proofs_checks.instances.profiles import settings


def test_constants_by_hand() -> None:
    """c_1 = 1/2, c_2 = 2/pi, c_3 = 3/4."""
    root = arb(2).sqrt()
    for d, c in ((1, arb(1) / 2), (2, 2 / arb.pi()), (3, arb(3) / 4)):
        assert edge_constant(d).overlaps(root * 2 ** (d + 2) * c**2 / ((d + 1) ** 2 * (d + 3)))


def test_in_space() -> None:
    """P = s^2(3-s)/4, q = 3 s^2(2-s)^2/16 and h = s^3(4-s)/16."""
    for s in (Fraction(1, 7), Fraction(1, 2), Fraction(1)):
        P, q, h = s**2 * (3 - s) / 4, 3 * s**2 * (2 - s) ** 2 / 16, s**3 * (4 - s) / 16
        g = ball(h) * ball(P**2 + q**2).sqrt()
        assert edge_curve(3, ball(s)).overlaps(g / (edge_constant(3) * ball(s) ** 5))


@settings(max_examples=60)
@given(st.integers(1, 14), st.fractions(Fraction(1, 1000), 1, max_denominator=1000))
def test_the_weight_is_that_of_the_population(d: int, s: Fraction) -> None:
    g = UniformBall(d, Fraction(1)).enclosed_weight(ball(1 - s))
    assert edge_curve(d, ball(s)).overlaps(g / (edge_constant(d) * ball(s) ** (d + 2)))


@pytest.mark.parametrize("d", [1, 2, 3, 4, 9])
@pytest.mark.parametrize("curve", CURVES)
def test_all_start_at_one_with_their_slope(d: int, curve: Curve) -> None:
    step = Fraction(1, 10**6)
    assert edge_curve(d, arb(0), curve).overlaps(arb(1))
    quotient = (edge_curve(d, ball(step), curve) - 1) / ball(step)
    assert float(quotient) == pytest.approx(float(edge_slope(d, curve)), abs=1e-4)


def test_on_the_line_all_are_one_curve() -> None:
    for s in (Fraction(1, 100), Fraction(1)):
        first, *others = (edge_curve(1, ball(s), curve) for curve in CURVES)
        assert all(one.overlaps(first) for one in others)


@pytest.mark.parametrize(("d", "below"), [(2, "lower"), (2, "larger"), (3, "larger"), (6, "lower")])
def test_boxes_cover_all_widths_and_hold_the_gap(d: int, below: Curve) -> None:
    boxes = sorted(edge_gaps(d, below, "weight"), key=lambda found: float(found[0].mid()))
    assert boxes[0][0].contains(0)
    assert boxes[-1][0].contains(1)
    for (left, _), (right, _) in itertools.pairwise(boxes):
        assert left.overlaps(right)
    for box, gap in boxes[1:]:
        assert gap > 0
        middle = arb(box.mid())
        assert gap.contains(edge_curve(d, middle) - edge_curve(d, middle, below))


def test_what_is_no_bound_is_not_proved() -> None:
    """The bounds exchanged, in the first box; the lower bound without its factor, somewhere."""
    with pytest.raises(ArithmeticError, match="is not seen to be positive"):
        list(edge_gaps(3, "upper", "weight"))
    with pytest.raises(ArithmeticError, match="is not seen to be positive"):
        list(edge_gaps(1, "lower", "weight"))


def test_wide_balls_contain_their_points() -> None:
    wide = arb(0.3, 0.05)
    for curve in CURVES:
        around = edge_curve(5, wide, curve)
        assert upper(around) > 0
        assert all(around.contains(edge_curve(5, arb(s), curve)) for s in (0.26, 0.3, 0.34))


def test_refused() -> None:
    with pytest.raises(ValueError, match="dimension >= 1, not 0"):
        edge_constant(0)
    with pytest.raises(ValueError, match="dimension >= 1, not -1"):
        edge_curve(-1, arb(0))
    with pytest.raises(ValueError, match=r"a width in \[0, 1\]"):
        edge_curve(2, arb(3) / 2)
