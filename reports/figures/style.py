"""One look for all figures: the report's typeface, colours that survive print and colour blindness, no clutter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import Colormap, LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullFormatter, NullLocator

WIDTH = 6.3
"""Width of a figure in inches: that of the text on an A4 page."""
SMALL = (2.0, 1.4)
"""Width and height of a thumbnail in inches: about those of a card of the front page."""

INK, SOFT, RULE = "#1b1b1b", "#55585c", "#c9cbce"
BLUE, VERMILION, GREEN = "#0072b2", "#d55e00", "#009e73"
"""From the palette of Okabe and Ito; told apart in all common forms of colour blindness, and in grey."""

_STYLE: Any = {
    "font.family": "STIXGeneral",
    "mathtext.fontset": "stix",
    "font.size": 9.0,
    "axes.titlesize": 9.5,
    "axes.labelsize": 9.0,
    "xtick.labelsize": 8.0,
    "ytick.labelsize": 8.0,
    "legend.fontsize": 8.0,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.width": 0.4,
    "ytick.minor.width": 0.4,
    "text.color": INK,
    "lines.linewidth": 1.2,
    "lines.markersize": 4.5,
    "legend.frameon": False,
    "figure.constrained_layout.use": True,
    # text as text, for readers aloud and for size: the page and the PDF bring the typeface; fixed identifiers, so that
    # equal figures are equal files
    "svg.fonttype": "none",
    "svg.hashsalt": "stable-minima",
    "pdf.fonttype": 42,
    "savefig.dpi": 160.0,
}


@contextmanager
def applied() -> Iterator[None]:
    """The look holds while figures are drawn and saved within this block."""
    with mpl.rc_context(_STYLE):
        yield


def new_figure(height: float) -> Figure:
    """An empty figure of the full text width, ``height`` in inches."""
    return Figure(figsize=(WIDTH, height))


def new_thumbnail() -> tuple[Figure, Axes]:
    """A figure that is read at its own small size, and its one panel."""
    figure = Figure(figsize=SMALL)
    return figure, figure.add_subplot()


def shades(count: int) -> list[tuple[float, float, float, float]]:
    """Colours for an ordered quantity, dark for the first; even in lightness, and readable on white."""
    scale = mpl.colormaps["viridis"]
    return [scale(0.8 * place / max(1, count - 1)) for place in range(count)]


def signed() -> Colormap:
    """For values of both signs: blue and dark below 0, a light grey at 0, orange and lighter above; so in grey, too."""
    return LinearSegmentedColormap.from_list("signed", ["#00233b", BLUE, "#a9adb1", "#f2b978", "#fff3d0"])


def _plain(value: float, _: int | None) -> str:
    return f"{value:g}".replace("-", "\u2212")


def plain_ticks(axis: Axis) -> None:
    """On a logarithmic axis: ticks at 1, 2 and 5 in each decade, written as plain numbers."""
    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axis.set_major_formatter(FuncFormatter(_plain))
    axis.set_minor_locator(LogLocator(subs=tuple(float(digit) for digit in range(1, 10))))
    axis.set_minor_formatter(NullFormatter())


def few_ticks(axis: Axis, values: Sequence[float]) -> None:
    """Ticks at these values and nowhere else, written as plain numbers."""
    axis.set_major_locator(FixedLocator(list(values)))
    axis.set_major_formatter(FuncFormatter(_plain))
    axis.set_minor_locator(NullLocator())


def label(axes: Axes, text: str, point: tuple[float, float], offset: tuple[float, float], **options: Any) -> None:
    """Write ``text`` at ``point`` in data coordinates, moved by ``offset`` in typographic points."""
    placed: dict[str, Any] = {"fontsize": 8.0, "ha": "left", "va": "center"} | options
    axes.annotate(text, point, offset, textcoords="offset points", annotation_clip=False, **placed)
