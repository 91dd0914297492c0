"""A network trained on labels by chance in a ball: how much of the data each neuron sees, and what it costs.

It is carried as a file: at its step size gradient descent is chaotic, and the same plan on another machine ends
elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float64

from numerics.arrays.checks import Array
from numerics.network import ShallowNetwork
from numerics.problem import Problem
from numerics.training.mnist import data_digest
from numerics.training.train import TrainingPlan, initial_network
from numerics.weight import weight

FILE = Path(str(files("numerics"))) / "data" / "boundary" / "noise-256.npz"
PLAN = TrainingPlan(width=256, step_size=0.4, steps=30_000, warmup_start=0.02)
"""Initialisation and step sizes of the carried network, the last one from step 15,000 on."""
STEPS = 140_000
"""How many steps it took."""
SIZE, DIMENSION = 512, 10
_DATA_SEED, _LABEL_SEED = 0, 1


@dataclass(frozen=True, eq=False)
class NeuronShares:
    """Of the neurons of a network, from the one that sees the least of the data to the one that sees the most.

    seen: the share of the data on which each neuron is active [k].
    amplitudes: |a_i| = |w2_i| |w1_i|, over their sum [k].
    costs: |a_i| g_i, over their sum [k]: that sum is the stability norm where no two neurons share a hyperplane.
    """

    seen: Float64[Array, " k"]
    amplitudes: Float64[Array, " k"]
    costs: Float64[Array, " k"]

    def up_to(self, share: float) -> tuple[float, float, float]:
        """Of the neurons active on at most this share of the data: their share of all neurons, amplitudes and costs."""
        few = self.seen <= share
        return float(few.mean()), float(self.amplitudes[few].sum()), float(self.costs[few].sum())


def noisy_data(n: int = SIZE, dimension: int = DIMENSION) -> tuple[Float64[Array, "n d"], Float64[Array, " n"]]:
    """Data x [n, d], uniform draws from the unit ball, and labels +1 and -1 [n] by chance, as the carried network's.

    >>> x, y = noisy_data(3, 2)
    >>> bool(np.all(np.linalg.norm(x, axis=1) < 1)), sorted(set(np.abs(y).tolist()))
    (True, [1.0])
    """
    numbers = np.random.default_rng(_DATA_SEED)
    x = numbers.normal(size=(n, dimension))
    x *= numbers.uniform(size=(n, 1)) ** (1 / dimension) / np.linalg.norm(x, axis=1, keepdims=True)
    return x, np.random.default_rng(_LABEL_SEED).choice([-1.0, 1.0], size=n)


def carried() -> tuple[Problem, str]:
    """The carried network on its data, and the digest of the data.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is damaged.
    """
    x, y = noisy_data()
    return Problem(ShallowNetwork.load(FILE), x, y), data_digest(x, y)


def retrained(plan: TrainingPlan = PLAN, steps: int = STEPS) -> ShallowNetwork:
    """Train a network as the carried one, by full-batch gradient descent on all parameters, in float64 on one thread.

    The steps are those of `numerics.training.train`, in the coordinates of the inputs: with d far below n that takes
    fewer multiplications, about 2 n d k a step.

    Raises:
        ArithmeticError: it diverged.
    """
    x, y = noisy_data()
    start, n, threads = initial_network(x.shape[1], plan), len(x), torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        data = torch.tensor(np.column_stack([x, np.ones(n)]))
        columns, labels = data.T.contiguous(), torch.tensor(y)
        inner, outer = torch.tensor(np.column_stack([start.W1, start.b1])), torch.tensor(start.w2)
        bias = start.b2
        with torch.no_grad():
            for step in range(steps):
                hidden = (inner @ columns).clamp_(min=0)
                residual = outer @ hidden + bias - labels
                rate = plan.step_size_at(step) / n
                backward = torch.outer(outer, residual) * torch.sign(hidden)
                inner -= rate * (backward @ data)
                outer -= rate * (hidden @ residual)
                bias -= rate * float(residual.sum())
    finally:
        torch.set_num_threads(threads)
    weights = inner.numpy()
    if not (np.isfinite(weights).all() and np.isfinite(bias)):
        raise ArithmeticError(f"gradient descent with the step size {plan.step_size} diverged")
    return ShallowNetwork(weights[:, :-1], weights[:, -1], outer.numpy(), bias)


def neuron_shares(problem: Problem) -> NeuronShares:
    """How much of the data each neuron sees, and its shares of the amplitudes and of what the norm adds up.

    Raises:
        ValueError: a neuron has w1 = 0, and no hyperplane; or none costs anything.

    >>> network = ShallowNetwork([[1.0], [1.0]], [0.0, -1.5], [1.0, 3.0], 0.0)
    >>> found = neuron_shares(Problem(network, [[2.0], [1.0], [-1.0]]))
    >>> found.seen.round(3).tolist(), found.amplitudes.tolist()
    ([0.333, 0.667], [0.75, 0.25])
    """
    canonical = problem.network.canonical()
    sizes = np.abs(canonical.amplitudes)
    costs = sizes * weight(canonical.directions, canonical.thresholds, problem.x)
    if len(sizes) < problem.network.k or not costs.sum() > 0:
        raise ValueError("every neuron needs a hyperplane, and some neuron has to cost something")
    seen = (problem.network.preactivations(problem.x) > 0).mean(axis=0)
    order = np.argsort(seen, kind="stable")
    return NeuronShares(seen[order], (sizes / sizes.sum())[order], (costs / costs.sum())[order])
