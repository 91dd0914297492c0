"""The trained MNIST networks that the project carries to certify minima near them, and how they came about."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import torch

from numerics.arrays.checks import Array
from numerics.arrays.gram import data_features, gram_sum
from numerics.arrays.hyperplanes import Indices
from numerics.network import ShallowNetwork
from numerics.training.descent import Descent
from numerics.training.mnist import Dataset, Preprocessing, parity_task
from numerics.training.train import TrainingPlan, train

FOLDER = Path(str(files("numerics"))) / "data" / "minima"

_GRID_BITS = 30
_SWEEP_LOSS = 1e-13
# far below the sweep's, so that kinks show: there pre-activations fall with the loss
_LOSS = 1e-20
_WARMUP_STARTS: dict[Preprocessing, float] = {"standardised": 0.005, "raw": 0.03}


@dataclass(frozen=True, eq=False)
class StoredNetwork:
    """A network trained on the parity task of n MNIST images, every parameter rounded to a multiple of 2^-30.

    step_size: eta, the decimal that it was trained with.
    seed: of the initialisation.
    moved: 0 for a network as gradient descent from its initialisation left it; else how far it then was moved off
        kinks, before gradient descent at the same step size went on (see `move_off_kinks`).
    ends_on_kinks: an example of a network that does, and is not counted.
    """

    name: str
    network: ShallowNetwork
    task: Dataset
    preprocessing: Preprocessing
    step_size: Fraction
    seed: int
    moved: float
    ends_on_kinks: bool

    @property
    def data(self) -> str:
        """The data, in words."""
        return f"these {len(self.task.x)} MNIST digits (even against odd, {self.preprocessing} pixels)"


def stored_networks(folder: Path = FOLDER) -> tuple[StoredNetwork, ...]:
    """The carried networks, in the order of their index.

    Raises:
        OSError: a file cannot be read.
        ValueError: a file is damaged.
    """
    index = folder / "index.json"
    text = index.read_text(encoding="utf-8")
    try:
        entries = [_described(entry) for entry in json.loads(text)]
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise ValueError(f"{index} is damaged: {error!r}") from error
    networks = [ShallowNetwork.load(folder / f"{entry['name']}.npz") for entry in entries]
    return tuple(StoredNetwork(network=network, **entry) for network, entry in zip(networks, entries, strict=True))


def _described(entry: Any) -> dict[str, Any]:
    """All of a `StoredNetwork` but the network, from its entry of the index."""
    return {
        "name": entry["name"],
        "task": parity_task(entry["n"], entry["preprocessing"]),
        "preprocessing": entry["preprocessing"],
        "step_size": Fraction(entry["step_size"]),
        "seed": entry["seed"],
        "moved": float(entry["moved"]),
        "ends_on_kinks": entry["ends_on_kinks"],
    }


def retrained(stored: StoredNetwork) -> ShallowNetwork:
    """Train a carried network anew, without the rounding at the end.

    The same plan on another machine ends in another minimum, or on kinks: at these step sizes gradient descent is
    chaotic, and a difference in rounding grows.

    Raises:
        ArithmeticError: training diverged, or a network that is to be moved returned to kinks.
    """
    width, eta, start = stored.network.k, float(stored.step_size), _WARMUP_STARTS[stored.preprocessing]
    loss_target = _SWEEP_LOSS if stored.moved else _LOSS
    plan = TrainingPlan(width, eta, 30_000, stored.seed, start, 0.1, 0.06, loss_target)
    x, y = stored.task.x, stored.task.y
    network = train(x, y, plan).network
    if network is None:
        raise ArithmeticError(f"training {stored.name} anew diverged")
    return move_off_kinks(network, x, y, eta) if stored.moved else network


def on_grid(network: ShallowNetwork) -> ShallowNetwork:
    """Every parameter rounded to a multiple of 2^-30, which shortens the file and moves the network by about 1e-7."""

    def rounded(values: Array) -> Array:
        grid: Array = np.ldexp(np.rint(np.ldexp(values, _GRID_BITS)), -_GRID_BITS)
        return grid

    return ShallowNetwork(
        rounded(network.W1), rounded(network.b1), rounded(network.w2), float(rounded(np.array([network.b2]))[0])
    )


def move_off_kinks(
    network: ShallowNetwork,
    x: Array,
    y: Array,
    step_size: float,
    *,
    margin: float = 1e-5,
    near: float = 3e-6,
    steps: int = 4000,
    loss_target: float = 1e-20,
    rounds: int = 6,
) -> ShallowNetwork:
    """Move a network that ends on kinks to an interpolating minimum nearby that does not, by gradient descent.

    Every pair of neuron and datum with |<w1_i, x_j> + b1_i| <= near |(x_j, 1)| is made inactive: the shortest step to
    -margin |(x_j, 1)| there that keeps all values of f to first order. (Of all modes at a kink the inactive one has
    the smallest sharpness wherever 1 + <x_j, x_l> >= 0 for all data.) Then gradient descent with the step size goes
    on to the loss target, and all is repeated until no pair is near.

    Args:
        network: interpolating the data up to a small loss.
        x: the data [n, d].
        y: the labels [n].
        step_size: eta.
        margin: how far inside the inactive side, as a distance in the space of (w1_i, b1_i).
        near: how near a kink counts, likewise; below margin.
        steps: of gradient descent in each round, at most.
        loss_target: gradient descent stops there.
        rounds: at most.

    Raises:
        ArithmeticError: some pair is still near after the last round.
    """
    lengths = np.sqrt(1 + np.sum(x * x, axis=1))
    for _ in range(rounds):
        distances = np.abs(network.preactivations(x)) / lengths[:, None]
        data, neurons = np.nonzero(distances <= near)
        if len(data) == 0:
            return network
        network = _made_inactive(network, x, y, data, neurons, margin * lengths[data])
        network = _descended(network, x, y, step_size, steps, loss_target)
    raise ArithmeticError(f"gradient descent returned to kinks {rounds} times")


def _made_inactive(
    network: ShallowNetwork,
    x: Array,
    y: Array,
    data: Indices,
    neurons: Indices,
    depths: Array,
) -> ShallowNetwork:
    """The shortest step to f(x_j) = y_j and pre-activations -depths at the pairs, both linearised."""
    preactivations = network.preactivations(x)
    pattern = (preactivations > 0).astype(np.float64)
    pattern[data, neurons] = 0.0
    hidden = preactivations * pattern
    features = data_features(x)
    values = gram_sum(hidden, pattern * np.abs(network.w2), features)
    mixed = network.w2[neurons][:, None] * pattern[:, neurons].T * features[data]
    pairs = (neurons[:, None] == neurons[None, :]) * features[np.ix_(data, data)]
    wanted = np.concatenate([y - hidden @ network.w2 - network.b2, -depths - preactivations[data, neurons]])
    solution = np.linalg.solve(np.block([[values, mixed.T], [mixed, pairs]]), wanted)
    of_values, of_pairs = solution[: len(x)], solution[len(x) :]
    coefficients = (pattern * of_values[:, None]).T * network.w2[:, None]
    np.add.at(coefficients, (neurons, data), of_pairs)
    return ShallowNetwork(
        network.W1 + coefficients @ x,
        network.b1 + coefficients.sum(axis=1),
        network.w2 + hidden.T @ of_values,
        network.b2 + float(of_values.sum()),
    )


def _descended(
    network: ShallowNetwork, x: Array, y: Array, step_size: float, steps: int, loss_target: float
) -> ShallowNetwork:
    descent = Descent(x, y, network)
    with torch.no_grad():
        for _ in range(steps):
            if descent.forward() <= loss_target:
                break
            descent.update(step_size)
    return descent.network()
