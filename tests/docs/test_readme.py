"""What the README shows runs, and prints what it says."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

from reports.command import COMMANDS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def test_examples() -> None:
    """Every prompt, in order."""
    found = doctest.testfile(
        str(ROOT / "README.md"), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    )
    assert found.attempted >= 5
    assert found.failed == 0


def test_links_and_folders() -> None:
    """Every file that it links to is there, and every folder that its tree names."""
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
    tree = README.split("## Where things are")[1].split("##")[0]
    for line in tree.splitlines():
        if named := re.match(r"    ([a-z_]+)/ ", line):
            assert (ROOT / named.group(1)).is_dir(), named.group(1)


def test_commands_are_there() -> None:
    """Every module that is run with ``python -m`` exists."""
    for module in set(re.findall(r"python -m ([a-z_.]+)", README)):
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), module


def test_commands_of_the_console_are_there() -> None:
    """Those that it shows are commands, and where it lists them it has all, each with the module that it is."""
    for command in set(re.findall(r"stable-minima ([a-z]+)", README)):
        assert command in COMMANDS, command
    listed = README.split("The commands below are those of")[1].split("\n\n")[0]
    for command, (module, _) in COMMANDS.items():
        assert f"`{command}`" in listed
        assert module.removesuffix(".__main__") in listed
