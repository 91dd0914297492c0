"""The report's figures: a registry of groups, each drawn by a module of its own and kept until its sources change.

A module has one function, ``draw(profile)``, that yields plots. It is imported only when its figures have to be
drawn, so that an unchanged report is built without matplotlib or torch.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numerics.arrays.files import atomic_writer
from reports.sealed import read_sealed, write_sealed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = ("svg", "pdf")
"""SVG goes into the HTML and the PDF, PDF goes beside the LaTeX."""


@dataclass(frozen=True)
class Group:
    """Figures that belong together: one section of the report, one module that draws them."""

    name: str
    title: str
    module: str


@dataclass(frozen=True)
class Drawing:
    """A figure in its files ``name.svg`` and ``name.pdf``.

    ``caption`` is Markdown: what one sees. ``alternative`` is plain text for those who do not see it. ``seed`` and
    ``data`` (name and sha256 of each data set) say, with the command, how to draw it again.
    """

    name: str
    caption: str
    alternative: str
    seed: str
    data: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Plot:
    """A drawing that is still in memory."""

    drawing: Drawing
    figure: Figure


GROUPS = (
    Group("mnist", "Stable minima on MNIST", "reports.figures.mnist"),
    Group("one-dimensional", "Large steps smooth the predictor", "reports.figures.one_dimensional"),
    Group("two-dimensional", "The weight of a hyperplane in the plane", "reports.figures.two_dimensional"),
    Group("laplacian", "Where the Laplacian is weighted", "reports.figures.laplacian"),
    Group("sobolev", "Smooth functions at one step size, whatever the width", "reports.figures.sobolev"),
    Group("separation", "Depth separation, proved from both sides", "reports.figures.separation"),
)


def drawings(group: Group, profile: str, folder: Path, digest: str, *, fresh: bool = False) -> Sequence[Drawing]:
    """The drawings of a group, their files in ``folder``; drawn unless they are there with the same ``digest``.

    ``digest`` stands for everything the figures are computed from. Raises whatever the module raises; figures
    drawn earlier are then left as they were.
    """
    index = folder / f"{group.name}.json"
    kept = None if fresh else _kept(index, digest)
    if kept is not None:
        return kept
    drawn = _draw(group, profile, folder)
    write_sealed(
        index,
        {"digest": digest, "drawings": [asdict(drawing) for drawing in drawn], "files": _digests(folder, drawn)},
    )
    return drawn


def _draw(group: Group, profile: str, folder: Path) -> list[Drawing]:
    from reports.figures.style import applied

    folder.mkdir(parents=True, exist_ok=True)
    drawn = []
    with applied():
        plots: Iterable[Plot] = importlib.import_module(group.module).draw(profile)
        for plot in plots:
            for kind in FORMATS:
                # a date in the metadata would make equal figures differ
                metadata: dict[str, Any] = {"Date": None} if kind == "svg" else {"CreationDate": None}
                with atomic_writer(folder / f"{plot.drawing.name}.{kind}") as stream:
                    plot.figure.savefig(stream, format=kind, metadata=metadata)
            drawn.append(plot.drawing)
    return drawn


def _kept(index: Path, digest: str) -> Sequence[Drawing] | None:
    """What ``index`` lists, if it was made from the same sources and every file is as it was drawn."""
    record = read_sealed(index)
    if record is None or record.get("digest") != digest:
        return None
    try:
        found = [
            Drawing(**(entry | {"data": tuple((name, sha) for name, sha in entry["data"])}))
            for entry in record["drawings"]
        ]
        return found if record["files"] == _digests(index.parent, found) else None
    except (OSError, KeyError, TypeError):
        return None  # missing, or of another version: drawn anew


def _digests(folder: Path, drawn: Iterable[Drawing]) -> dict[str, str]:
    """The sha256 of the files of drawings."""
    names = [f"{drawing.name}.{kind}" for drawing in drawn for kind in FORMATS]
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
