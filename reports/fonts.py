"""The typefaces of the report, from packages that are there anyway: STIX Two Math (ziamath), STIX (matplotlib).

The PDF takes the fonts as they are. The HTML carries subsets with the characters it uses, as WOFF2 in data URIs.
Both families are under the SIL Open Font License; the subsets keep the names and the licence in their name tables.
"""

from __future__ import annotations

import base64
import hashlib
import html
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from reports.sealed import read_sealed, write_sealed


@dataclass(frozen=True)
class Face:
    """One font file, and the family, weight and style it is known by in a style sheet."""

    family: str
    package: str
    path: str
    weight: str = "normal"
    style: str = "normal"

    @property
    def file(self) -> Path:
        """The file of the font. Raises FileNotFoundError where the package or the file is missing."""
        found = find_spec(self.package)  # finds the folder without importing the package
        for folder in (found and found.submodule_search_locations) or ():
            if (Path(folder) / self.path).is_file():
                return Path(folder) / self.path
        raise FileNotFoundError(f"the font {self.path} is missing from the package {self.package}")


_STIX = "mpl-data/fonts/ttf/STIXGeneral"
MATHEMATICS = Face("STIX Two Math", "ziamath", "fonts/STIXTwoMath-Regular.ttf")
TEXT = (
    Face("STIXGeneral", "matplotlib", f"{_STIX}.ttf"),
    Face("STIXGeneral", "matplotlib", f"{_STIX}Italic.ttf", style="italic"),
    Face("STIXGeneral", "matplotlib", f"{_STIX}Bol.ttf", weight="bold"),
)
"""The faces of a page; nothing in it is both bold and italic."""

_ASCII = range(0x20, 0x7F)
# A browser sets a lone letter of a formula in these, which the HTML therefore does not name: the italic Latin and
# Greek letters, and the Planck constant, which is the italic h.
_IMPLIED = (*range(0x1D434, 0x1D468), 0x210E, *range(0x1D6E2, 0x1D71C))
# drawn by the browser too, around the content of an element
_RADICAL = 0x221A
_FEATURES = ("kern", "liga", "ccmp", "locl", "mark", "mkmk", "ssty", "dtls", "flac")
_HINTING = False
"""Hints are for grids of pixels coarser than those that pages are read on, and a quarter of the mathematics."""


def font_folders() -> list[Path]:
    """The folders that hold the fonts, for typst."""
    return sorted({face.file.parent for face in (MATHEMATICS, *TEXT)})


def style_sheet(page: str, cache: Path) -> str:
    """@font-face rules with all that the HTML ``page`` needs; the subsets are kept in the folder ``cache``."""
    mathematics = "".join(re.findall(r"<math.*?</math>", page, flags=re.DOTALL))
    letters = {_plain(code) for code in _characters(mathematics)}
    implied = {code for code in _IMPLIED if _plain(code) in letters} | {_RADICAL}
    rules = [_rule(MATHEMATICS, {*_characters(mathematics), *_ASCII, *implied}, cache)]
    rules += [_rule(face, {*_characters(page), *_ASCII}, cache) for face in TEXT]
    return "\n".join(rules)


def _characters(page: str) -> Iterator[int]:
    without_tags = re.sub(r"<(style|script)\b.*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)
    return (ord(character) for character in set(html.unescape(without_tags)))


def _plain(code: int) -> str:
    """The letter itself, whatever its style."""
    return unicodedata.normalize("NFKC", chr(code))


def _rule(face: Face, characters: Iterable[int], cache: Path) -> str:
    encoded = _subset(face, sorted(characters), cache)
    return (
        f"@font-face {{ font-family: '{face.family}'; font-weight: {face.weight}; font-style: {face.style}; "
        f"font-display: block; src: url(data:font/woff2;base64,{encoded}) format('woff2'); }}"
    )


def _subset(face: Face, characters: list[int], cache: Path) -> str:
    """The WOFF2 of some characters, in base64."""
    original = face.file.read_bytes()
    key = hashlib.sha256(original + repr((characters, _FEATURES, _HINTING)).encode()).hexdigest()
    file = cache / f"{face.file.stem}-{key[:16]}.json"
    kept = read_sealed(file) or {}
    if kept.get("made from") == key:
        return str(kept["woff2"])
    options = subset.Options(layout_features=list(_FEATURES), name_IDs=["*"], notdef_outline=True, flavor="woff2")
    options.hinting = _HINTING
    options.drop_tables += ["FFTM", "GlyphOrder"]  # notes of the font editor
    font = TTFont(io.BytesIO(original), recalcTimestamp=False)  # equal pages are equal files
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    font.flavor = "woff2"
    buffer = io.BytesIO()
    font.save(buffer)
    encoded = base64.b64encode(buffer.getvalue()).decode()
    cache.mkdir(parents=True, exist_ok=True)
    write_sealed(file, {"made from": key, "woff2": encoded})
    return encoded
