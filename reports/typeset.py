"""From the Markdown of the report to HTML, PDF and LaTeX."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pypandoc

from reports.document import TEMPLATES
from reports.fonts import font_folders, style_sheet
from reports.markup import BIBLIOGRAPHY, COLOURS
from reports.mathml import mended

MARKDOWN = "markdown-raw_html-auto_identifiers-smart-yaml_metadata_block"
"""The Markdown of the report. Raw TeX is on for the definitions of macros at its start; whatever comes from outside
is escaped, so that it can bring neither TeX nor HTML of its own."""

_REFERENCES = "::: {#refs}"
_FONTS = '<meta name="fonts">'

TITLE = "Stable minima of shallow ReLU networks"
SUBTITLE = "What is claimed, what was checked, and how strongly it is known"


class Typesetter:
    """Sets one Markdown source in three formats; collects what pandoc could not convert in ``warnings``."""

    def __init__(self, markdown: str, folder: Path) -> None:
        """``folder`` holds ``figures/``, the figures that the source refers to, and a cache of fonts."""
        self.markdown = markdown
        self.folder = folder
        self.warnings: list[str] = []

    def html(self) -> bytes:
        """One self-contained page: formulas in MathML, figures and fonts inside it."""
        options = ("--embed-resources", "--mathml", "--section-divs")
        page = mended(self._pandoc("html5", "svg", *options))
        fonts = style_sheet(page, self.folder / "cache")
        return page.replace(_FONTS, f"<style>\n{fonts}\n</style>", 1).encode()

    def pdf(self) -> bytes:
        """The PDF, set by typst with fonts from packages alone, so that it looks the same everywhere."""
        import typst

        source = self._pandoc("typst", "svg").encode()
        with tempfile.TemporaryDirectory(dir=self.folder, prefix=".typst.") as scratch:
            # inside the folder of the figures, since typst reads nothing outside its root
            main = Path(scratch) / "report.typ"
            main.write_bytes(source.replace(b'image("figures/', b'image("/figures/'))
            pdf = typst.compile(
                main,
                root=self.folder,
                font_paths=font_folders(),
                ignore_system_fonts=True,
            )
        if not isinstance(pdf, bytes):
            raise TypeError(f"typst returned {type(pdf).__name__}, expected the bytes of a PDF")
        return pdf

    def tex(self) -> bytes:
        """LaTeX source; its figures are the PDF files in ``figures/`` beside it."""
        return self._pandoc("latex", "pdf").encode()

    def _pandoc(self, target: str, image: str, *options: str) -> str:
        suffix = {"html5": "html", "typst": "typ", "latex": "tex"}[target]
        metadata = {
            "title": TITLE,
            "subtitle": SUBTITLE,
            "lang": "en",
            "link-citations": True,
            "chips": [{"name": name, "class": name.replace(" ", "-"), "colour": c} for name, c in COLOURS.items()],
        }
        with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as stream:
            json.dump(metadata, stream)
            stream.flush()
            command = [
                pypandoc.get_pandoc_path(),
                f"--from={MARKDOWN}",
                f"--to={target}",
                "--standalone",
                f"--template={TEMPLATES / f'report.{suffix}'}",
                f"--metadata-file={stream.name}",
                f"--resource-path={self.folder}",
                f"--default-image-extension={image}",
                *(["--citeproc", f"--bibliography={BIBLIOGRAPHY}"] if _REFERENCES in self.markdown else []),
                "--wrap=none",
                "--columns=20",  # narrow, so that tables always take the relative widths their source gives
                *options,
            ]
            result = subprocess.run(command, input=self.markdown, capture_output=True, encoding="utf-8", check=False)
        if result.returncode:
            raise ValueError(f"pandoc could not set the report as {suffix}: {' '.join(result.stderr.split())}")
        self.warnings += _warnings(result.stderr)
        return result.stdout


def _warnings(log: str) -> Sequence[str]:
    """The warnings of pandoc, each on one line."""
    return [" ".join(part.split()) for part in log.split("[WARNING]")[1:]]
