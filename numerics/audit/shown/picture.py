"""A picture of an audit: the chain of lower bounds of the sharpness, up to 2/eta."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from numerics.arrays.files import atomic_writer
from numerics.audit.findings import Audit, equivalent_step
from numerics.exact.intervals import Interval

FORMATS = (".png", ".pdf", ".svg")


_FORMULAS = {
    "1 + 2 |f|_S": "$1 + 2|f|_S$",
    "1 + 2 Σ |a| g̃": r"$1 + 2\sum_i |a_i|\,\tilde g_i$",
    "|E ∇f|²": r"$|\mathbb{E}\nabla f|^2$",
}


def bars(found: Audit) -> list[tuple[str, float]]:
    """1 + 2|f|_S <= 1 + 2 sum |a| gt <= |E grad f|^2 <= lambda_max(K), flattest rescaling and Hessian, with names.

    Raises:
        OverflowError: a number is beyond the floats.
    """
    chain = [
        ("1 + 2 |f|_S", _middle(found.stability_norm) * 2 + 1),
        ("1 + 2 Σ |a| g̃", _middle(found.one_sided_norm) * 2 + 1),
        ("|E ∇f|²", _middle(found.mean_gradient_square)),
        ("gram sharpness", _middle(found.gram_sharpness)),
    ]
    if found.flattest_gram_sharpness is not None:
        chain.insert(2, ("flattest gram sharpness", _middle(found.flattest_gram_sharpness)))
    if found.sharpness != found.gram_sharpness:
        chain.append(("sharpness", _middle(found.sharpness)))
    return chain


def scale(found: Audit) -> tuple[float, float | None]:
    """Where the axis of the bars ends, and where 2/eta, or what the sharpness may be with another method, is on it.

    None without a step size, where something else than the sharpness decides, or if it is far beyond.
    """
    longest = max(value for _, value in bars(found))
    step = equivalent_step(found)
    limit = None if step is None else _middle((2 / step,) * 2)
    return (longest, None) if limit is None or limit > 10 * longest else (max(longest, limit), limit)


def limit_name(found: Audit, math: bool = False) -> str:
    """What the line is called: 2/eta for plain gradient descent."""
    if not found.method.is_plain:
        return "largest sharpness allowed"
    return r"$2/\eta$" if math else "2/η"


def draw(found: Audit) -> Figure:
    """The `bars`, and a line at 2/eta. Raises OverflowError where a number is beyond the floats."""
    chain, (right, limit) = bars(found), scale(found)
    figure = Figure(figsize=(7.0, 0.6 + 0.45 * len(chain)), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    names = [f"{_FORMULAS.get(name, name)}   {value:.4g}" for name, value in chain]
    # the numbers stand beside the names: at the ends of the bars the line of 2/eta would cross them
    axes.barh(names, [value for _, value in chain], height=0.6, color="#4477aa")
    axes.invert_yaxis()
    axes.spines[["top", "right"]].set_visible(False)
    if limit is not None:
        axes.axvline(limit, color="#aa3344", linestyle="--", label=rf"{limit_name(found, math=True)} $= {limit:.4g}$")
        axes.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, 0.0), borderaxespad=2.2)
    axes.set_xlim(0, 1.15 * right)
    axes.set_title(f"{found.k} neurons on {found.n} data" + (f": {found.verdict}" if found.verdict else ""), loc="left")
    return figure


def save_picture(found: Audit, path: Path) -> None:
    """Write the picture, atomically; its ending chooses the format (.png, .pdf or .svg)."""
    with mpl.rc_context({"font.size": 9, "svg.hashsalt": "audit"}), atomic_writer(path) as file:
        draw(found).savefig(file, format=path.suffix[1:].lower(), dpi=150)


def _middle(value: Interval) -> float:
    try:
        return float((value[0] + value[1]) / 2)
    except OverflowError as error:
        raise OverflowError("the numbers are too large for a picture") from error
