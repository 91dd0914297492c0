"""Numbers, chips and ids in Markdown; repairs of MathML."""

from __future__ import annotations

from dataclasses import replace

import pytest

from proofs_checks.evidence.record import (
    FAILED,
    LEVELS,
    NOT_CHECKED,
    PASSED,
    UNSUPPORTED,
    Check,
    Control,
    Figure,
    Theorem,
)
from reports.figures import Drawing
from reports.markup import (
    COLOURS,
    chip,
    control_chip,
    figure,
    level_chip,
    node,
    number,
    source,
    theorem,
)
from reports.mathml import mended

NAMESPACE = 'xmlns="http://www.w3.org/1998/Math/MathML"'


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (41200, "41,200"),
        (-3, "$-$3"),
        (0.0, "0"),
        (0.5, "0.5"),
        (1.25e-7, r"$1.25\times 10^{-7}$"),
        (-2.5e9, r"$-2.5\times 10^{9}$"),
        (0.99999987, "1"),
        (float("inf"), r"$\infty$"),
        (float("-inf"), r"$-\infty$"),
        (True, "yes"),
        (None, "–"),
        ("a_b $x$", r"a\_b $x$"),
    ],
)
def test_numbers(value: Figure, shown: str) -> None:
    assert number(value) == shown


def test_a_chip_may_say_more() -> None:
    assert '{.chip .tested title="for ”one”"}' in chip("tested", 'for "one"')
    assert "title" not in chip("tested")


def contrast_with_white(colour: str) -> float:
    """The contrast ratio of the WCAG."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def test_every_word_has_a_colour_that_can_be_read() -> None:
    words = {*LEVELS, PASSED, FAILED, NOT_CHECKED, UNSUPPORTED, "refuted", "not refuted"}
    assert words <= set(COLOURS)
    assert min(map(contrast_with_white, COLOURS.values())) > 5


@pytest.mark.parametrize("outcome", [FAILED, NOT_CHECKED])
def test_level_that_was_not_reached_is_not_filled(outcome: str) -> None:
    assert ".chip" not in level_chip(Check("derived", ("one",), "a", outcome, "", {}))
    assert ".chip" in level_chip(Check("derived", ("one",), "a", PASSED, "", {}))


def test_control_chips() -> None:
    shown = [control_chip(Control("v", "one", "b", "n", refuted, "")) for refuted in (True, False, None)]
    assert shown == [chip("refuted"), chip("not refuted"), chip(NOT_CHECKED)]


def test_theorems() -> None:
    """With what is declared around them, line by line; in the listing nothing is lost."""
    shown = theorem(Theorem("File.t", "Theorem t :\n  0 <= x.", "Variable R : T.", "Closed"))
    assert shown.index("File") < shown.index("Variable R") < shown.index("Theorem t") < shown.index("0 \\<\\= x")
    assert theorem(Theorem("File.t", "")).count("linebreak") == 0


def test_sources() -> None:
    assert source("nacson2023: the theorem") == "@nacson2023: the theorem"
    assert source("nobody1999: nothing") == r"nobody1999\: nothing"
    assert source("worked out here") == "worked out here"


def test_node_ids_lose_no_letter() -> None:
    identifier = "proofs_checks/test_a.py::test[a-very_long/parameter:with=everything]" + "x" * 70
    text = node(identifier).replace("`<wbr>`{=html}`\\allowbreak{}`{=latex}", "")
    assert "".join(text.split("[", 2)[2].split("]{.nodeid}")[0].split("\\")) == identifier


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            '<mover><mrow><mi>x</mi><mi>y</mi></mrow><mo accent="true">\u0302</mo></mover>',
            '<mover><mrow><mi>x</mi><mi>y</mi></mrow><mo accent="true">\u0302</mo></mover>',
        ),
        (
            '<mrow><mrow><mi mathvariant="normal">log</mi><mo>\u2061</mo></mrow><mi>x</mi></mrow>',
            '<mrow><mi mathvariant="normal">log</mi><mo>\u2061</mo></mrow><mspace width="0.167em"/><mi>x</mi>',
        ),
        (
            "<mrow><munder><mi>sup</mi><mi>x</mi></munder><mo>(</mo></mrow>",
            "<munder><mi>sup</mi><mi>x</mi></munder><mo>(</mo>",
        ),
        (
            "<msub><mi>x</mi><mo>+</mo></msub>",
            '<msub><mi>x</mi><mo lspace="0" rspace="0">+</mo></msub>',
        ),
        ('<mo stretchy="true" form="prefix">\u2016</mo>', '<mo stretchy="false" form="prefix">\u2016</mo>'),
        ('<mo form="prefix">(</mo><mo form="prefix">|</mo>', '<mo>(</mo><mo form="prefix">|</mo>'),
        ('<mo form="prefix">|</mo><mi>x</mi><mo form="postfix">|</mo>', "<mo>|</mo><mi>x</mi><mo>|</mo>"),
        ('<mi>x</mi><mo form="prefix">|</mo><mi>y</mi>', '<mi>x</mi><mo form="prefix">|</mo><mi>y</mi>'),
        (
            '<mi mathvariant="double-struck">\U0001d53c</mi><mi mathvariant="normal">\u03a6</mi>',
            '<mi>\U0001d53c</mi><mi mathvariant="normal">\u03a6</mi>',
        ),
        ("<mi>a</mi><mo>&lt;</mo><mtext>b &amp; c</mtext>", "<mi>a</mi><mo>&lt;</mo><mtext>b &amp; c</mtext>"),
    ],
)
def test_mended_mathml(before: str, after: str) -> None:
    page = f"<p>a &nbsp; b <math {NAMESPACE}>{before}</math> c</p>"
    assert mended(page) == f"<p>a &nbsp; b <math>{after}</math> c</p>"


@pytest.mark.parametrize(("tex", "attribute"), [("\\eta\n  &lt; x", r' alttext="\eta &lt; x"'), ("η&lt;x", "")])
def test_formulas_say_their_tex_unless_it_is_what_they_show(tex: str, attribute: str) -> None:
    annotated = f"<semantics><mrow><mi>η</mi><mo>&lt;</mo><mi>x</mi></mrow><annotation>{tex}</annotation></semantics>"
    shown = mended(f"<math {NAMESPACE}>{annotated}</math>")
    assert shown == f"<math{attribute}><mi>η</mi><mo>&lt;</mo><mi>x</mi></math>"


def test_figures_with_frames_say_how_many() -> None:
    drawing = Drawing("dot", "A dot.", 'a "dot"', "0", ())
    assert figure(drawing).endswith('(figures/dot){#figure-dot alt="a ”dot”" width=100%}')
    assert 'alt="a ”dot”" steps=3 ' in figure(replace(drawing, steps=3))
