"""The brackets of the best stable shallow error at 14 step sizes, kept as data that nothing trusts."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from importlib.resources import files
from pathlib import Path

from numerics.network import ShallowNetwork
from numerics.separation.bracket.ends import Bracket as Bracket
from numerics.separation.bracket.ends import stability_bound as stability_bound
from numerics.separation.bracket.files import read_bracket
from numerics.separation.bracket.measures import DualMeasure

STEP_SIZES = tuple(
    Fraction(text)
    for text in "5/3 4/3 1 3/4 1/2 2/5 1/3 1/4 1/5 1/6 1/8 1/10 1/14 1/20".split()  # noqa: SIM905
)
"""The step sizes of the table: C from 1/10 to 39/2."""


def certificate_folder() -> Path:
    """The folder with the certificates that come with the package."""
    return Path(str(files("numerics"))) / "data" / "separation"


def bracket_path(step_size: Fraction, folder: Path | None = None) -> Path:
    """The file of one step size."""
    name = f"step_{step_size.numerator}_{step_size.denominator}.json"
    return (folder or certificate_folder()) / name


def nearest(step_size: Fraction, folder: Path) -> Bracket | None:
    """The bracket in the folder whose C is nearest, by ratio; the one of the step size itself if there is one."""
    norm = stability_bound(step_size)
    paths = [path for other in STEP_SIZES if (path := bracket_path(other, folder)).exists()]
    return min(map(read_bracket, paths), key=lambda found: max(found.norm / norm, norm / found.norm), default=None)


def bracket_table(folder: Path | None = None, step_sizes: Iterable[Fraction] = STEP_SIZES) -> tuple[Bracket, ...]:
    """The brackets of the step sizes as read from the data, not verified.

    Raises:
        FileNotFoundError: there is no file for a step size.
        ValueError: a file is damaged, or is about another step size than its name says.
    """
    found = []
    for step_size in step_sizes:
        path = bracket_path(step_size, folder)
        bracket = read_bracket(path)
        if bracket.step_size != step_size:
            raise ValueError(f"{path} is about the step size {bracket.step_size}, not {step_size}")
        found.append(bracket)
    return tuple(found)


def certificates(folder: Path | None = None) -> dict[Fraction, tuple[ShallowNetwork, DualMeasure]]:
    """The explicit net and the dual measure for each C of the table, for figures."""
    return {bracket.norm: (bracket.net.network(), bracket.measure) for bracket in bracket_table(folder)}
