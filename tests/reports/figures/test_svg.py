"""reports.figures.svg: smaller, and the same picture."""

from __future__ import annotations

import base64
import io
import re

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from reports.figures.svg import lean


def drawn(colours: int) -> str:
    """A heat map with so many colours, and some text."""
    figure = Figure(figsize=(2, 2))
    axes = figure.subplots()
    axes.imshow(np.arange(colours).reshape(-1, 40 if colours > 100 else 1), cmap="viridis")
    axes.set_title("the title")
    stream = io.BytesIO()
    figure.savefig(stream, format="svg")
    return stream.getvalue().decode()


def picture(svg: str) -> np.ndarray:
    """The embedded image."""
    found = re.search(r"data:image/png;base64,\s*([A-Za-z0-9+/=\s]+)", svg)
    assert found
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(found[1]))).convert("RGBA"), dtype=float)


def test_few_colours_stay_as_they_are() -> None:
    whole = drawn(8)
    small = lean(whole, "a")
    assert len(small) < len(whole)
    assert np.array_equal(picture(small), picture(whole))


def test_many_colours_stay_close() -> None:
    whole = drawn(2000)
    assert np.abs(picture(lean(whole, "a")) - picture(whole)).max() <= 8


def test_coordinates_move_little() -> None:
    whole, small = drawn(3), lean(drawn(3), "a")
    paths = [re.findall(r' d="([^"]*)"', svg) for svg in (whole, small)]
    numbers = [np.array([float(n) for path in found for n in re.findall(r"-?[\d.]+", path)]) for found in paths]
    assert len(numbers[0]) > 50
    assert np.abs(numbers[0] - numbers[1]).max() <= 0.051
    assert "metadata" not in small


def test_styles_become_classes() -> None:
    """Each of its own name, with the rule it stands for; none for all elements of a page."""
    small = lean(drawn(3), "figure")
    rules = dict(re.findall(r"\.(figure-\d+)\{([^}]*)\}", small))
    used = set(re.findall(r' class="([^"]*)"', small))
    assert used == set(rules)
    assert len(set(rules.values())) == len(rules) > 0
    assert "*{" not in small
