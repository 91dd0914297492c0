"""theory.exposition: what is told of a claim, and what its file may hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from theory import registry
from theory.exposition import expositions, read

TOLD = """
part = "main"
order = 1
gist = 'One is one.'
novelty = "known"
novel = 'Nothing.'
headline = ["one"]
sketch = ['By definition.']
limits = ['It says nothing of two.']
"""
FINDING = """
[finding]
rank = 1
text = '{instances} instances'
figure = "one"
numbers = {}
"""


def told(folder: Path, text: str) -> Path:
    """A file with this text."""
    path = folder / "one.toml"
    path.write_text(text)
    return path


def test_read(tmp_path: Path) -> None:
    """Lists become tuples, figures may be left out, a finding is optional."""
    found = read(told(tmp_path, TOLD))
    assert (found.part, found.order, found.headline, found.figures, found.finding) == ("main", 1, ("one",), (), None)
    finding = read(told(tmp_path, TOLD + FINDING)).finding
    assert finding is not None
    assert (finding.rank, finding.numbers) == (1, {})


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('part = "main"', 'part = "other"', "one.toml: part is 'other', expected one of main, norm"),
        ('novelty = "known"', 'novelty = "newest"', "novelty is 'newest', expected one of known, sharper, new"),
        ("order = 1", "order = true", "order is True, expected int"),
        ("order = 1", "", "order is None, expected int"),
        ("limits = [", "limits = []\nlimit = [", "it has limit, expected part, order"),
        ("sketch = ['By definition.']", "sketch = []", "sketch is empty"),
        ("sketch = ['By definition.']", "sketch = [1]", "expected text"),
        ("gist = 'One is one.'", "gist = ''", "gist is '', expected text"),
        ("rank = 1", "rank = '1'", "rank is '1', expected int"),
        ("[finding]", "finding = 3\n[other]", "it has other"),
        ("order = 1", "order = ", "one.toml: Invalid value"),
    ],
)
def test_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    """What is wrong is named, with its file."""
    assert old in TOLD + FINDING
    with pytest.raises(ValueError, match=re.escape(message)):
        read(told(tmp_path, (TOLD + FINDING).replace(old, new)))


@pytest.mark.parametrize("name", sorted(expositions()))
def test_claims_told(name: str) -> None:
    """Each exposition is that of a claim, and its headline are statements of it."""
    statements = {statement.name for statement in registry()[name].statements}
    assert set(expositions()[name].headline) <= statements
