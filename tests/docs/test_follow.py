"""The runner of pages: it runs what it should, and a page that is wrong fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.follow import Session, blocks, prose


def run(page: str, folder: Path) -> Session:
    """A page in a folder, without a copy of the project."""
    session = Session(folder)
    for block in blocks(page):
        session.follow(block)
    return session


def test_a_page_is_one_session(tmp_path: Path) -> None:
    """A file, a folder and a name that one block makes are there for the next."""
    page = (
        "Save this as `say.py`:\n\n```python\nprint('one', 2.5)\n```\n\n"
        "```sh\nmkdir inner\ncd inner\npython ../say.py\n```\n\n```text\none ...\n```\n\n"
        "```python\nfrom pathlib import Path\nhere = Path.cwd().name\nprint(here)\n```\n\n```text\ninner\n```\n\n"
        "```python\n>>> here\n'inner'\n>>> there = 1\n\n```\n\n```python\nprint(there)\n```\n"
    )
    session = run(page, tmp_path)
    assert (session.printed, session.folder) == ("1\n", tmp_path / "inner")


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ("```sh\necho 1\n```\n\n```text\n2\n```\n", "line 5: the page shows"),
        ("```python\n>>> 1 + 1\n3\n\n```\n", "Expected:"),
        ("```sh\nfalse\ntrue\n```\n", "line 1: exit status 1"),
        ("```sh exits 1\ntrue\n```\n", "line 1: exit status 0"),
        ("```text\n2\n```\n", "nothing was printed"),
        ("```sh\necho 1\n```\n\n```python not run\nx\n```\n\n```text\n1\n```\n", "nothing was printed"),
        ("```toml\nx = 1\n```\n", "a block of 'toml' '' is not run"),
        ("```python slow\nx = 1\n```\n", "a block of 'python' 'slow' is not run"),
    ],
)
def test_a_page_that_is_wrong(tmp_path: Path, page: str, why: str) -> None:
    with pytest.raises(AssertionError, match=why):
        run(page, tmp_path)


def test_an_exit_status_that_the_page_tells(tmp_path: Path) -> None:
    assert run("```sh exits 3\necho so\nexit 3\n```\n\n```text\nso\n```\n", tmp_path).printed == "so\n"


def test_prose() -> None:
    assert prose("Words\n\n```sh\necho 1\n```\n\nmore") == "Words\n\n\n\nmore"


def test_commands_of_the_project(tmp_path: Path) -> None:
    """In this process, in the folder of the page, with their exit status; the first that fails is the last."""
    page = "```sh\nmkdir in\ncd in\n```\n\n```sh exits 2\npython -m proofs_checks.verify none.json\nfalse\n```\n"
    assert "none.json" in str(run(page.replace("\nfalse", ""), tmp_path).printed)
    first = run(
        "```sh exits 2\npython -m numerics.audit none.npz --data none.npz\npython -m theory.export\n```", tmp_path
    )
    assert "none.npz" in str(first.printed)
    assert not (tmp_path / "latex").exists()
