"""Fonts of a page: cut once for the same characters, and again where the cache is damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

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
