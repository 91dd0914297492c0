"""From the Markdown of the report or its supplement to HTML, PDF and LaTeX."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pypandoc

from numerics.arrays.processes import guarded
from reports.document import TEMPLATES
from reports.fonts import font_folders, style_sheet
from reports.markup import BIBLIOGRAPHY, COLOURS
from reports.mathml import mended
from reports.page import with_drawings

MARKDOWN = "markdown-raw_html-auto_identifiers-smart-yaml_metadata_block"
"""The Markdown of the report. Raw TeX is on for the definitions of macros at its start; whatever comes from outside
is escaped, so that it can bring neither TeX nor HTML of its own."""

_REFERENCES = "::: {#refs}"
_PAGE = (
    b"#set document(date: none)\n#set page(width: auto, height: auto, margin: 0pt)\n"
    b'#image(bytes("%s"), format: "svg", width: 16cm)'
)
ACCESSIBLE = "ua-1"
"""The standard that PDFs keep: tagged, with words for every formula and figure; typst refuses what does not."""
_SCRIPT = "/* the page's script */"
_FONTS = '<meta name="fonts">'

TITLE = "Stable minima of shallow ReLU networks"
SUBTITLES = {
    "report": "What is claimed, what was checked, and how strongly it is known",
    "supplement": "Supplement: statements, derivations, theorems of Coq, checks and controls",
}
"""The documents, and what stands below their title."""


class Typesetter:
    """Sets Markdown in three formats; collects what pandoc could not convert in ``warnings``."""

    def __init__(self, folder: Path) -> None:
        """``folder`` holds ``figures/``, the figures that the sources refer to, and a cache of fonts."""
        self.folder = folder
        self.warnings: list[str] = []

    def html(self, markdown: str, document: str = "report") -> bytes:
        """One self-contained page: formulas in MathML, figures and fonts inside it."""
        options = ("--mathml", "--section-divs", "--toc", "--toc-depth=2")
        page = mended(self._pandoc(markdown, document, "html5", "svg", *options))
        page = with_drawings(page, self.folder).replace(_SCRIPT, (TEMPLATES / "report.js").read_text("utf-8"), 1)
        fonts = style_sheet(page, self.folder / "cache")
        return page.replace(_FONTS, f"<style>\n{fonts}\n</style>", 1).encode()

    def pdf(self, markdown: str, document: str = "report") -> bytes:
        """The PDF, set by typst with fonts from packages alone, so that it looks the same everywhere."""
        source = self._pandoc(
            markdown, document, "typst", "svg", f"--lua-filter={TEMPLATES / 'alternatives.lua'}"
        ).encode()
        return self._compiled(source.replace(b'image("figures/', b'image("/figures/'), [ACCESSIBLE])

    def drawing(self, svg: str) -> dict[str, bytes]:
        """The graph of the claims for print: the files of ``figures/`` that the sources refer to."""
        return {"claims.svg": svg.encode(), "claims.pdf": self._compiled(_PAGE % svg.replace('"', r"\"").encode())}

    def _compiled(self, source: bytes, standards: Sequence[str] = ()) -> bytes:
        import typst

        with tempfile.TemporaryDirectory(dir=self.folder, prefix=".typst.") as scratch:
            # inside the folder of the figures, since typst reads nothing outside its root
            main = Path(scratch) / "main.typ"
            main.write_bytes(source)
            pdf = typst.compile(
                main,
                root=self.folder,
                font_paths=font_folders(),
                ignore_system_fonts=True,
                pdf_standards=list(standards),  # type: ignore[arg-type]  # its types do not know all of them
            )
        if not isinstance(pdf, bytes):
            raise TypeError(f"typst returned {type(pdf).__name__}, expected the bytes of a PDF")
        return pdf

    def tex(self, markdown: str, document: str = "report") -> bytes:
        """LaTeX source; its figures are the PDF files in ``figures/`` beside it."""
        return self._pandoc(markdown, document, "latex", "pdf").encode()

    def _pandoc(self, markdown: str, document: str, target: str, image: str, *options: str) -> str:
        suffix = {"html5": "html", "typst": "typ", "latex": "tex"}[target]
        metadata = {
            "title": TITLE,
            "subtitle": SUBTITLES[document],
            document: True,
            "lang": "en",
            "link-citations": True,
            "chips": [{"name": name, "class": name.replace(" ", "-"), "colour": c} for name, c in COLOURS.items()],
        }
        with tempfile.NamedTemporaryFile(
            "w", dir=self.folder, prefix=".pandoc.", suffix=".json", encoding="utf-8"
        ) as stream:
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
                *(["--citeproc", f"--bibliography={BIBLIOGRAPHY}"] if _REFERENCES in markdown else []),
                "--wrap=none",
                "--columns=20",  # narrow, so that tables always take the relative widths their source gives
                *options,
            ]
            result = subprocess.run(
                guarded(command), input=markdown, capture_output=True, encoding="utf-8", check=False
            )
        if result.returncode:
            raise ValueError(f"pandoc could not set the {document} as {suffix}: {' '.join(result.stderr.split())}")
        self.warnings += _warnings(result.stderr)
        return result.stdout


def _warnings(log: str) -> Sequence[str]:
    """The warnings of pandoc, each on one line."""
    return [" ".join(part.split()) for part in log.split("[WARNING]")[1:]]
