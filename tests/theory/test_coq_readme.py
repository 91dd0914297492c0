"""The names that the proofs take from mathcomp 1 and mathcomp 2 has renamed: the list is of names that are used."""

from __future__ import annotations

import re

from tests.overlay import ROOT

COQ = ROOT / "theory" / "coq"


def test_the_renamed_lemmas_are_used() -> None:
    """Each old name, in some proof; no new one, so that all of it is one version's."""
    listed = re.search(r"```\n(.*?)```", (COQ / "README.md").read_text("utf-8"), re.DOTALL)
    assert listed
    words = listed[1].split()
    old, new = words[::2], words[1::2]
    used = {word for file in COQ.glob("*.v") for word in re.findall(r"[A-Za-z_][\w']*", file.read_text("utf-8"))}
    assert len(set(old)) == len(old) == len(new) > 0
    assert not set(old) - used
    assert not set(new) & used
