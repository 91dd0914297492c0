"""The pages for readers: what they show runs and prints what they tell, and what they link to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.follow import NOT_RUN, blocks, follow, prose
from tests.overlay import ROOT

DOCS = ROOT / "docs"
OWN_TESTS = {"add-a-claim.md", "benchmarks.md", "formats.md", "gpu.md", "verdicts.md"}
"""Pages whose examples have a file of their own, and what `tests.benchmarks` measured elsewhere."""
PAGES = sorted(path.name for path in DOCS.glob("*.md"))
FOLLOWED = [name for name in PAGES if name not in OWN_TESTS]
_DECIMAL = re.compile(r"(?<![\w.])(?<!Python )\d+\.\d+")


def text(name: str) -> str:
    """A page."""
    return (DOCS / name).read_text("utf-8")


@pytest.mark.parametrize("name", FOLLOWED)
def test_runs(name: str, tmp_path: Path) -> None:
    """Block by block, in order, in a copy of the project."""
    follow(text(name), tmp_path)


@pytest.mark.parametrize("name", FOLLOWED)
def test_numbers_in_words(name: str) -> None:
    """Every decimal number in the text of a page begins one that a block has, which is compared."""
    page = text(name)
    shown = {number for block in blocks(page) for number in _DECIMAL.findall(block.text)}
    told = set(_DECIMAL.findall(re.sub(r"\]\([^)]*\)", "]", prose(page))))
    assert not [number for number in told if not any(each.startswith(number) for each in shown)]


@pytest.mark.parametrize("name", FOLLOWED)
def test_what_is_not_run_says_so(name: str) -> None:
    """In the paragraph before it."""
    for block in blocks(text(name)):
        if block.mark.endswith(NOT_RUN):
            assert NOT_RUN in block.before.rstrip().split("\n\n")[-1], f"line {block.line}"


@pytest.mark.parametrize("name", PAGES)
def test_links(name: str) -> None:
    """Files, and headings of pages, are there."""
    for target in re.findall(r"\]\((?!http)([^)]+)\)", text(name)):
        path, _, heading = target.partition("#")
        page = DOCS / path if path else DOCS / name
        assert page.exists(), target
        assert not heading or heading in anchors(page.read_text("utf-8")), target


def test_the_readme_lists_them() -> None:
    """All of them."""
    readme = (ROOT / "README.md").read_text("utf-8")
    assert not [name for name in PAGES if f"](docs/{name})" not in readme]


def anchors(page: str) -> set[str]:
    """The names that its headings have in links."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
