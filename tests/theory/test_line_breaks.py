r"""Long formulas in lines: nothing is lost, none is wider than need be, and \left and \right stay on one line."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from theory.line_breaks import broken, printed_width

atoms = st.sampled_from(
    ["a", r"x_{j,c}", r"\eta", r"\left(b\right)_{+}^{2}", r"\mathbf{1}\{b > 0\}", r"\sum_{j=1}^{n} x_{j}"]
)
formulas = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds(r"{} + {}".format, inner, inner),
        st.builds(r"{} - {}".format, inner, inner),
        st.builds(r"{} \left({}\right)".format, inner, inner),
        st.builds(r"\left({}\right)^{{2}}".format, inner),
        st.builds(r"\frac{{{}}}{{n}}".format, inner),
        st.builds(r"\sqrt{{{}}}".format, inner),
        st.builds(r"\left\lvert {} \right\rvert".format, inner),
    ),
    max_leaves=25,
)


def balance(line: str) -> list[int]:
    """How many brackets and braces are left open."""
    lefts, rights = (len(re.findall(rf"\\{side}(?![a-z])", line)) for side in ("left", "right"))
    braces = re.findall(r"(?<!\\)[{}]", line)
    return [lefts - rights, braces.count("{") - braces.count("}")]


@given(formulas, st.integers(10, 64))
def test_nothing_is_lost_and_each_line_is_a_formula(formula: str, width: int) -> None:
    """Put together again, with the brackets as they were and fractions as they were, it is the same formula."""
    lines = broken(formula, width)
    assert all(balance(line) == [0, 0] for line in lines)
    together = re.sub(r"\\Big([lr])", lambda side: {"l": r"\left", "r": r"\right"}[side[1]], " ".join(lines))
    flat = re.compile(r"\\frac\{1\}\{n\} \\left\(|\\frac\{|\\right\)|\}\{n\}|[\s{}]")
    assert flat.sub("", together) == flat.sub("", formula)
    assert (len(lines) == 1) or printed_width(formula) > width


def test_signs_before_factors_and_outside_before_inside() -> None:
    """A sum is broken between its terms, a product between its factors, what is in brackets last."""
    terms = " + ".join(f"a_{{{n}}} b \\left(c + d\\right)" for n in range(6))
    assert all(line.startswith(("a", "+ a")) for line in broken(terms, 24))
    factors = r"\left(a + b + c + d + e\right) \left(f + g + h + i + j\right)"
    assert broken(factors, 12) == [r"\left(a + b + c + d + e\right)", r"\left(f + g + h + i + j\right)"]
    inside = r"w \left(a + b + c + d + e + f + g + h\right)^{2}"
    assert broken(inside, 12) == [r"w \Bigl(a + b + c + d + e", r"+ f + g + h\Bigr)^{2}"]


def test_lines_fit() -> None:
    """Where there are signs enough."""
    long = " + ".join("abcdefgh" for _ in range(40))
    assert all(printed_width(line) <= 64 for line in broken(long, 64))
    assert all(printed_width(line) > 40 for line in broken(long, 64)[:-1])


@pytest.mark.parametrize(
    "kept", [r"\frac{a + b + c}{d}^{2}", r"\sqrt{\frac{a + b + c}{d}}", r"\frac{1}{a + b + c + d}"]
)
def test_what_cannot_be_broken_is_left_whole(kept: str) -> None:
    """A power of a fraction, a fraction under a root, a long denominator."""
    assert broken(kept, 3) == [kept]


def test_no_line_ends_in_a_sign_that_waits_for_its_body() -> None:
    """Neither a sum nor a derivative is parted from what it is of."""
    summed = r"aaaaaaaa + \sum_{i=1}^{k} \left(bbbbbbbb + cccccccc\right)"
    derived = r"aaaaaaaa + \frac{\partial}{\partial b} \left(bbbbbbbb + cccccccc\right)"
    for text in (summed, derived):
        for width in range(4, 24):
            assert not any(line.endswith(("}^{k}", r"\partial b}")) for line in broken(text, width))
