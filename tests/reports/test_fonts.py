"""Fonts of a page: cut once for the same characters, and again where the cache is damaged."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from reports import fonts

PAGE = "<p>x</p>"


@pytest.mark.parametrize("damage", ["truncated", "edited"])
def test_a_damaged_cache_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str) -> None:
    monkeypatch.setattr(fonts, "TEXT", ())
    monkeypatch.setattr(fonts, "_IMPLIED", ())
    rules = fonts.style_sheet(PAGE, tmp_path)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[:-100] if damage == "truncated" else whole.replace(b"d09GM", b"d09GN"))
    assert file.read_bytes() != whole
    assert fonts.style_sheet(PAGE, tmp_path) == rules
    assert file.read_bytes() == whole
    with monkeypatch.context() as patch:
        patch.setattr(fonts, "TTFont", None)  # what is whole is not cut again
        assert fonts.style_sheet(PAGE, tmp_path) == rules


def test_the_mathematics_have_the_italic_letters_that_are_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser sets them for plain ones: of Latin and Greek letters, and of h, which stands apart."""
    monkeypatch.setattr(fonts, "TEXT", ())
    rules = fonts.style_sheet("<p>y</p><math><mi>x</mi><mi>η</mi><mi>h</mi></math>", tmp_path)
    encoded = rules.partition("base64,")[2].partition(")")[0]
    held = TTFont(io.BytesIO(base64.b64decode(encoded))).getBestCmap()
    assert {0x1D465, 0x1D702, 0x210E, 0x221A} <= set(held)
    assert not {0x1D466, 0x1D703} & set(held)
