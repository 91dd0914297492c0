"""Networks and data to test on: random ones of bounded size, and the tricky cases by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from numerics.network import Array, ShallowNetwork


@dataclass(frozen=True, eq=False)
class Example:
    """A network, data [n, d] and labels [n]."""

    network: ShallowNetwork
    x: Array
    y: Array


def net(W1: Sequence[Any], b1: Sequence[float], w2: Sequence[float], b2: float = 0.0) -> ShallowNetwork:
    """A network from plain lists."""
    return ShallowNetwork(np.array(W1, dtype=float), np.array(b1, dtype=float), np.array(w2, dtype=float), b2)


def _no_neurons() -> ShallowNetwork:
    return ShallowNetwork(np.zeros((0, 2)), np.zeros(0), np.zeros(0), 1.0)


def gaussian(seed: int, n: int, d: int, k: int, scale: float = 1.0) -> Example:
    """Standard normal parameters, data (times `scale`) and labels."""
    random = np.random.default_rng(seed)
    network = ShallowNetwork(
        random.standard_normal((k, d)), random.standard_normal(k), random.standard_normal(k), float(random.normal())
    )
    return Example(network, scale * random.standard_normal((n, d)), random.standard_normal(n))


def cancelling(seed: int, power: int) -> Example:
    """Of data at about 2^power whose pre-activations are small differences; a datum is near each hyperplane.

    The data lie about a point far away, on a line through the origin, in two clusters or next to one another, with one
    far coordinate or all; output weights make either part of the gradients the larger one; labels are near the values,
    or far from them.
    """
    random = np.random.default_rng([seed, power])
    n, k, d = int(random.integers(1, 9)), int(random.integers(1, 5)), int(random.integers(1, 4))
    far, x = 2.0**power * random.uniform(1, 2), random.standard_normal((n, d))
    places: list[Array] = [
        x + far,
        x + far * np.eye(d)[0],
        x + far * random.choice([-1.0, 1.0], (n, 1)),
        x + far * random.standard_normal((n, 1)),
        x * far,
        np.repeat(x[:1] + far, n, axis=0) * (1 + 2.0**-50 * random.integers(0, 3, (n, 1))),
        x * 2.0 ** random.integers(-20, 20, d) + far * random.integers(0, 2, d),
    ]
    x = places[seed % len(places)]
    W1 = random.standard_normal((k, d)) * 2.0 ** random.integers(-10, 10)
    offsets = np.linalg.norm(W1, axis=1) * 2.0 ** random.integers(-30, 3, k)
    b1 = -np.sum(W1 * x[random.integers(0, n, k)], axis=1) + offsets * random.standard_normal(k)
    w2 = random.standard_normal(k) * 2.0 ** random.choice([-2 * power, -power, -power // 2, 0, 5])
    network = ShallowNetwork(W1, b1, w2, float(random.standard_normal() * 2.0 ** random.choice([0, power])))
    noise = random.standard_normal(n)
    near = network(x) + noise * 2.0 ** random.integers(-45, 3)
    labels = [network(x), near, noise, noise + 2.0**power]
    return Example(network, x, labels[int(random.integers(0, len(labels)))])


def cancelling_examples() -> st.SearchStrategy[Example]:
    """These, up to 2^36."""
    return st.builds(cancelling, st.integers(0, 2**32), st.integers(0, 36))


def interpolating(example: Example) -> Example:
    """The same with the network's own values as labels."""
    return Example(example.network, example.x, example.network(example.x))


def _grid(shape: tuple[int, ...]) -> st.SearchStrategy[Array]:
    # halves between -3/2 and 3/2: products are exact, and kinks, zeros, duplicates and shared hyperplanes are common
    size = int(np.prod(shape))
    entries = st.lists(st.integers(-3, 3), min_size=size, max_size=size)
    return entries.map(lambda values: np.array(values, dtype=np.float64).reshape(shape) / 2)


@st.composite
def grid_examples(draw: st.DrawFn) -> Example:
    """Small examples whose arithmetic is exact in float64; n, d, k from 1 (k from 0)."""
    n, d, k = draw(st.integers(1, 5)), draw(st.integers(1, 3)), draw(st.integers(0, 4))
    network = ShallowNetwork(draw(_grid((k, d))), draw(_grid((k,))), draw(_grid((k,))), draw(st.integers(-2, 2)) / 2)
    return Example(network, draw(_grid((n, d))), draw(_grid((n,))))


def gaussian_examples() -> st.SearchStrategy[Example]:
    """Examples of normal entries, n to 60, d to 5, k to 7."""
    return st.builds(gaussian, st.integers(0, 2**32), n=st.integers(1, 60), d=st.integers(1, 5), k=st.integers(1, 7))


def examples() -> st.SearchStrategy[Example]:
    """Either kind."""
    return st.one_of(grid_examples(), gaussian_examples())


def tricky() -> dict[str, Example]:
    """The cases that formulas like to get wrong."""
    cases = {
        "one of everything": (net([[2.0]], [-1.0], [3.0], 0.5), [[2.0]]),
        "no neurons": (_no_neurons(), [[1.0, 2.0], [0.0, 1.0]]),
        "dead neurons": (net([[1.0], [-1.0]], [-9.0, -9.0], [1.0, 2.0]), [[1.0], [2.0]]),
        "zero weights": (net([[0.0, 0.0], [1.0, 1.0]], [2.0, 0.5], [3.0, 0.0]), [[1.0, 2.0], [-1.0, 0.0]]),
        "zero weights and biases": (net([[0.0], [1.0]], [0.0, 0.0], [3.0, 1.0]), [[1.0], [2.0]]),
        "duplicated points": (net([[1.0], [-2.0]], [0.5, 1.0], [1.0, -1.0]), [[1.0], [1.0], [1.0], [-3.0]]),
        "opposite orientation": (
            net([[1.0, 2.0], [-0.5, -1.0]], [0.25, -0.125], [1.0, 4.0]),
            [[3.0, 1.0], [-2.0, 0.0]],
        ),
        "amplitudes cancel": (net([[1.0], [-2.0]], [0.5, -1.0], [2.0, -1.0]), [[1.0], [-1.0]]),
        "data on a kink": (net([[1.0], [1.0]], [-1.0, 0.0], [1.0, -1.0]), [[1.0], [0.0], [2.0]]),
        "symmetric data": (net([[0.0]], [1.0], [30.0]), [[1.0], [-1.0], [2.0], [-2.0]] * 12),
        "large data": (net([[1.0, 0.5]], [1.0], [2.0]), [[1e9, -2e9], [3e9, 1e9], [-1e9, 1e9]]),
        "small data": (net([[1.0, 0.5]], [1e-9], [2.0]), [[1e-9, -2e-9], [3e-9, 1e-9], [-1e-9, 1e-9]]),
        "uneven scales": (net([[1e6, 1e-6], [1e-3, 1e3]], [1.0, -1.0], [1e-5, 1e2]), [[1e-4, 1e4], [2e-4, -1e4]]),
    }
    return {name: Example(network, np.array(x), np.linspace(-1.0, 1.0, len(x))) for name, (network, x) in cases.items()}


def tricky_list() -> list[tuple[str, Example]]:
    """The tricky cases in a form for parametrize."""
    return list(tricky().items())


def dense_gram(example: Example) -> npt.NDArray[np.float64]:
    """K = Phi^T Phi / n from the gradients themselves."""
    gradients = example.network.gradients(example.x)
    gram: Array = gradients @ gradients.T / len(example.x)
    return gram
