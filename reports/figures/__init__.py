"""The report's figures: a registry of groups, each drawn by a module of its own and kept until its sources change.

A module has one function, ``draw(profile)``, that yields plots. It is imported only when its figures have to be
drawn, so that an unchanged report is built without matplotlib or torch.
"""

from __future__ import annotations

import hashlib
import importlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from numerics.arrays.files import atomic_writer
from reports.sealed import read_sealed, write_sealed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

KINDS = ("svg", "pdf", "csv")
"""SVG goes into the HTML and the PDF, PDF goes beside the LaTeX; CSV is what is drawn, in numbers."""

SCREEN = 110
"""Dots to the inch of what is an image inside an SVG, such as a heat map."""


@dataclass(frozen=True)
class Group:
    """Figures that are drawn together, by the function ``draw(profile)`` of one module; ``figures`` are their names.

    Of networks that are ``trained`` on MNIST it is ``draw(profile, directory)``, with the folder of its files or None.
    """

    name: str
    title: str
    module: str
    figures: tuple[str, ...]
    trained: bool = False


@dataclass(frozen=True)
class Drawing:
    """A figure in its files ``name.svg``, ``name.pdf`` and ``name.csv``.

    ``caption`` is Markdown: what one sees. ``alternative`` is plain text for those who do not see it. ``seed`` and
    ``data`` (name and sha256 of each data set) say, with the command, how to draw it again. ``small``: whether there is
    a thumbnail, in ``name-small.svg`` and ``name-small.pdf``. ``steps``: how many frames there are, at one step size
    after another, in ``name-step-1.svg`` and so on, with their numbers in ``name-steps.csv``.
    """

    name: str
    caption: str
    alternative: str
    seed: str
    data: tuple[tuple[str, str], ...]
    small: bool = False
    steps: int = 0

    @property
    def files(self) -> tuple[str, ...]:
        """The names of its files."""
        # a thumbnail shows a part of what the figure shows, so that it needs no numbers of its own
        thumbnail = (f"{self.name}-small.svg", f"{self.name}-small.pdf") if self.small else ()
        frames = [f"{self.name}-step-{place}.svg" for place in range(1, self.steps + 1)]
        frames += [f"{self.name}-steps.csv"] if frames else []
        return (*(f"{self.name}.{kind}" for kind in KINDS), *thumbnail, *frames)


@dataclass(frozen=True)
class Plot:
    """A drawing that is still in memory, and its thumbnail if it has one."""

    drawing: Drawing
    figure: Figure
    small: Figure | None = None


class Frame(NamedTuple):
    """A figure at one step size, and in words which one and what it shows; for the page, which moves between them."""

    words: str
    figure: Figure

    @property
    def name(self) -> str:
        """Which one: the words before the colon."""
        return self.words.partition(":")[0]


_MODULES = "reports.figures."
GROUPS = (
    Group("weight", "The weight of a hyperplane", f"{_MODULES}weight", ("weight",)),
    Group(
        "mnist",
        "Stable minima on MNIST",
        f"{_MODULES}trained.mnist",
        ("mnist-bound", "mnist-waterfall", "mnist-solution"),
        trained=True,
    ),
    Group(
        "mean-square",
        "Step sizes of SGD against the batch size",
        f"{_MODULES}trained.mean_square",
        ("mean-square-threshold",),
    ),
    Group(
        "along",
        "The edge of stability",
        f"{_MODULES}trained.along",
        ("along-training",),
        trained=True,
    ),
    Group(
        "methods",
        "Other optimisers, losses, outputs and depths",
        f"{_MODULES}trained.methods",
        ("methods",),
        trained=True,
    ),
    Group("boundary", "Caps at the edge of a ball", f"{_MODULES}boundary", ("boundary-atoms",)),
    Group(
        "planar-nets", "Nets in the plane and the weights of all lines", f"{_MODULES}two_dimensional", ("planar-nets",)
    ),
    Group(
        "laplacian",
        "Where the Laplacian is weighted",
        f"{_MODULES}laplacian",
        ("density", "one-dimensional", "laplacian-plane", "laplacian-carriers"),
        trained=True,
    ),
    Group(
        "sobolev",
        "Smooth functions at one step size, whatever the width",
        f"{_MODULES}sobolev",
        ("approximation-width",),
    ),
    Group(
        "separation",
        "Depth separation, proved from both sides",
        f"{_MODULES}separation",
        ("separation-bracket", "separation-norm", "separation-nets", "separation-certificate"),
    ),
    Group(
        "thresholds",
        "Step sizes of shallow nets and of two hidden layers",
        f"{_MODULES}thresholds",
        ("thresholds", "descent-on-the-grid"),
    ),
)
TWELVE = (
    "mnist-bound", "weight", "one-dimensional", "mnist-waterfall", "planar-nets", "thresholds", "descent-on-the-grid",
    "separation-bracket", "separation-nets", "separation-certificate", "approximation-width", "density",
)  # fmt: skip
"""The figures that claims may show, in the order of the report."""
STEPS = {"one-dimensional": f"{_MODULES}steps.line", "separation-bracket": f"{_MODULES}steps.bracket"}
"""The figures that have frames, and the module of each with a function ``frames()`` that yields them."""
_GROUP_OF = {name: group for group in GROUPS for name in group.figures}
FIGURES: dict[str, Group] = {name: _GROUP_OF[name] for name in dict.fromkeys((*TWELVE, *_GROUP_OF))}
"""The group of every figure, by the figure's name; the twelve come first."""


def drawings(
    group: Group, profile: str, folder: Path, digest: str, *, mnist: Path | None = None, fresh: bool = False
) -> Sequence[Drawing]:
    """The drawings of a group, their files in ``folder``; drawn unless they are there with the same ``digest``.

    ``digest`` stands for everything the figures are computed from. Raises whatever the module raises; figures
    drawn earlier are then left as they were.
    """
    index = folder / f"{group.name}.json"
    kept = None if fresh else _kept(index, digest)
    if kept is not None:
        return kept
    drawn = draw(group, profile, folder, mnist=mnist)
    write_sealed(
        index,
        {"digest": digest, "drawings": [asdict(drawing) for drawing in drawn], "files": _digests(folder, drawn)},
    )
    return drawn


def draw(
    group: Group, profile: str, folder: Path, wanted: Iterable[str] = (), *, mnist: Path | None = None
) -> list[Drawing]:
    """Draw a group into ``folder``, all of it or the figures wanted. Raises OSError, and what the module raises.

    ``mnist`` is the folder of the files to train on, None for the digits that the project carries.
    """
    from reports.figures.data import table, table_of_frames
    from reports.figures.style import applied

    folder.mkdir(parents=True, exist_ok=True)
    drawn, there = [], set(wanted) or set(group.figures)
    arguments = (profile, mnist) if group.trained else (profile,)
    with applied():
        plots: Iterable[Plot] = importlib.import_module(group.module).draw(*arguments)
        for plot in plots:
            name = plot.drawing.name
            if name not in group.figures:
                raise ValueError(f"{group.module} draws {name}, which its group does not name")
            if name not in there:
                continue
            frames = list(importlib.import_module(STEPS[name]).frames()) if name in STEPS else []
            drawing = replace(plot.drawing, small=plot.small is not None, steps=len(frames))
            contents = [*_saved(plot.figure, name), table(plot.figure).encode()]
            if plot.small is not None:
                contents += _saved(plot.small, f"{name}-small")
            contents += [_as_svg(frame.figure, f"{name}-step", Title=frame.words) for frame in frames]
            if frames:
                contents.append(table_of_frames({frame.name: frame.figure for frame in frames}).encode())
            for file, content in zip(drawing.files, contents, strict=True):
                with atomic_writer(folder / file) as stream:
                    stream.write(content)
            drawn.append(drawing)
    return drawn


def _saved(figure: Figure, name: str) -> tuple[bytes, bytes]:
    """The figure as SVG and as PDF."""
    pdf = io.BytesIO()
    figure.savefig(pdf, format="pdf", metadata={"CreationDate": None})
    return _as_svg(figure, name), pdf.getvalue()


def _as_svg(figure: Figure, name: str, **metadata: str) -> bytes:
    from reports.figures.svg import lean

    # a date in the metadata would make equal figures differ
    svg = io.BytesIO()
    figure.savefig(svg, format="svg", dpi=SCREEN, metadata={"Date": None, **metadata})
    return lean(svg.getvalue().decode(), name).encode()


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
    names = [name for drawing in drawn for name in drawing.files]
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
