"""Sums over both orientations: what is folded, what is not, how it is printed, and that nothing is changed by it."""

from __future__ import annotations

import sympy as sp

from theory.kernel.functions import relu, step
from theory.latex import latex
from theory.shorthand.orientations import OverOrientations, over_orientations, written_out
from theory.symbols import H, i, index, indexed, k, scalar

h = index("h")
a_up, a_down, b_up, b_down = (
    indexed(f"test_{name}_{word}", f"{name}^{{{sign}}}")
    for name in "ab"
    for sign, word in (("+", "along"), ("-", "against"))
)
b = indexed("test_offset", "b")
c = scalar("test_plain", "c")
OVER = ((i, 1, k), (H, 1, h))


def test_a_pair_of_terms_is_printed_once() -> None:
    """And written out it is what it was."""
    both = 1 + 2 * sp.Sum(a_up[H, i] * c, *OVER) + 2 * sp.Sum(a_down[H, i] * c, *OVER)
    assert over_orientations(both) != both
    assert written_out(over_orientations(both)) == both
    assert latex(both) == r"1 + 2 \sum_{\pm} \sum_{H=1}^{h} \sum_{i=1}^{k} c a^{\pm}_{H,i}"
    assert latex(1 - c * a_up[1] - c * a_down[1]) == r"1 - c \sum_{\pm} a^{\pm}_{1}"
    assert latex((a_up[1] * b_up[1] + a_down[1] * b_down[1]) ** 2) == (
        r"\left(\sum_{\pm} a^{\pm}_{1} b^{\pm}_{1}\right)^{2}"
    )


def test_all_signs_of_a_term_go_together() -> None:
    """Terms that mix orientations stay, except where a part of them is the same in both."""
    for mixed in (
        a_up[1] * b_down[1] + a_down[1] * b_up[1],
        a_up[1] * b_up[1] + a_down[1] * b_up[1],
        a_up[1] * c + 2 * a_down[1] * c,
        a_up[1] * c + a_down[2] * c,
        a_up[1] + a_down[1],
    ):
        assert over_orientations(mixed) == mixed
    smaller = sp.Min(b_up[1], b_down[1])
    assert latex(a_up[1] * smaller + a_down[1] * smaller) == (
        r"\min\left(b^{-}_{1}, b^{+}_{1}\right) \sum_{\pm} a^{\pm}_{1}"
    )


def test_twins_stand_for_numbers_of_the_same_kind() -> None:
    """And are two: a third name that is written alike leaves open which of them is meant."""
    other = indexed("test_d_against", "d^{-}", nonnegative=True)
    assert over_orientations(unlike := c * indexed("test_d_along", "d^{+}")[1] + c * other[1]) == unlike
    third = indexed("test_third", "a^{+}")
    assert over_orientations(three := c * a_up[1] + c * a_down[1] * third[1]) == three


def test_there_is_no_such_sum_inside_another() -> None:
    """A sum over both orientations in a term of one is written out, since its signs are others."""
    inner = c * b_up[1] + c * b_down[1]
    folded = over_orientations(a_up[1] * inner + a_down[1] * inner)
    assert isinstance(folded, OverOrientations)
    assert not folded.term.has(OverOrientations)
    assert latex(folded) == r"\left(c b^{-}_{1} + c b^{+}_{1}\right) \sum_{\pm} a^{\pm}_{1}"


def test_masks_of_opposite_sides_are_mirrored() -> None:
    """With the names of their orientations, or alone; the sign is that of the orientation +."""
    distance = c - b[i]
    mirrored = a_up[1] * relu(distance) * step(distance) + a_down[1] * relu(-distance) * step(-distance)
    assert latex(mirrored) == (
        r"\sum_{\pm} a^{\pm}_{1} \left(\pm \left(c - b_{i}\right)\right)_{+}"
        r" \mathbf{1}\{\pm \left(c - b_{i}\right) > 0\}"
    )
    assert latex(1 + relu(-b[i]) ** 2 + relu(b[i]) ** 2) == r"1 + \sum_{\pm} \left(\pm b_{i}\right)_{+}^{2}"
    assert latex(c * a_up[1] * relu(-b[i]) + c * a_down[1] * relu(b[i])) == (
        r"c \sum_{\pm} a^{\pm}_{1} \left(\mp b_{i}\right)_{+}"
    )
    for other in (relu(c) * step(c) + relu(-c) * step(2 * c), c * a_up[1] * relu(c) + c * a_down[1] * relu(c - 1)):
        assert over_orientations(other) == other
