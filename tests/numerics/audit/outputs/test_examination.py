"""The audit of several outputs: against autograd on random networks, pinned values, refusals."""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np
import pytest
import torch

from numerics.audit import NotCoveredError, method, several_outputs
from numerics.network import Array
from numerics.norm import stability_norm
from numerics.wider.outputs import VectorNetwork

# what torch.func itself uses
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:DeprecationWarning")

PINNED = VectorNetwork([[1.0]], [0.0], [[2.0], [1.0]], [0.0, 0.0])


def module(seed: int, d: int, k: int, m: int) -> torch.nn.Sequential:
    """A random one, in float64."""
    torch.manual_seed(seed)
    return torch.nn.Sequential(torch.nn.Linear(d, k), torch.nn.ReLU(), torch.nn.Linear(k, m)).double()


def data(seed: int, n: int, d: int, m: int) -> tuple[Array, Array]:
    """Inputs and labels."""
    random = np.random.default_rng(seed)
    return random.standard_normal((n, d)), random.standard_normal((n, m))


def by_autograd(model: torch.nn.Sequential, x: Array, y: Array) -> tuple[Array, Array]:
    """Q [p, m] and the Hessian [p, p] of 1/(2n) sum |f(x_j) - y_j|^2."""
    names, shapes = zip(*((name, part.shape) for name, part in model.named_parameters()), strict=True)
    theta = torch.cat([part.detach().reshape(-1) for part in model.parameters()])
    inputs, labels = torch.from_numpy(x), torch.from_numpy(y)

    def values(theta: torch.Tensor) -> torch.Tensor:
        pieces = torch.split(theta, [shape.numel() for shape in shapes])
        parts = {name: piece.reshape(shape) for name, piece, shape in zip(names, pieces, shapes, strict=True)}
        found: torch.Tensor = torch.func.functional_call(model, parts, (inputs,))
        return found

    gradients = torch.func.jacrev(lambda at: values(at).mean(dim=0))(theta)
    hessian = torch.func.hessian(lambda at: ((values(at) - labels) ** 2).sum() / (2 * len(x)))(theta)
    return gradients.numpy().T, hessian.numpy()


@pytest.mark.parametrize("seed", range(12))
def test_against_autograd(seed: int) -> None:
    n, d, k, m = 2 + seed % 5, 1 + seed % 3, 1 + seed % 4, 1 + seed % 3
    model, (x, y) = module(seed, d, k, m), data(seed, n, d, m)
    found = several_outputs(model, x, y, step_size="4/5")
    Q, hessian = by_autograd(model, x, y)
    square, largest = float(np.linalg.eigvalsh(Q.T @ Q)[-1]), float(np.linalg.eigvalsh(hessian)[-1])
    assert found.mean_gradients == pytest.approx(square, rel=1e-10)
    assert found.sharpness == pytest.approx(largest, rel=1e-8)
    assert found.loss == pytest.approx(float(((model(torch.from_numpy(x)).detach().numpy() - y) ** 2).sum()) / (2 * n))
    low, high = found.stability_norm
    assert low <= high <= low * (1 + 1e-8) + 1e-12
    assert 1 + 2 * low <= square * (1 + 1e-9)
    own = VectorNetwork(*(part.detach().numpy() for part in model.parameters()))
    for row in np.eye(m):
        assert stability_norm(own.combined(row), x) <= high * (1 + 1e-9) + 1e-12
    if m == 1:
        assert low == pytest.approx(stability_norm(own.combined([1.0]), x), rel=1e-8, abs=1e-12)
    assert found.verdict == ("excluded" if square > 2.5 else "unstable" if largest > 2.5 else "stable")


def test_pinned() -> None:
    """Q^T Q = 13/4 I + 5/2 w w^T with w = (2, 1), so 63/4; the norm is sqrt(5) g, g = 1/2 sqrt(1/2)."""
    found = several_outputs(PINNED, [[3.0], [-1.0]], [[6.0, 3.0], [0.0, 0.0]], step_size="1/10")
    assert found.loss == 0
    assert found.mean_gradients == pytest.approx(15.75)
    assert found.sharpness == pytest.approx(found.gram_sharpness)
    assert found.stability_norm[0] == pytest.approx(np.sqrt(5 / 8), rel=1e-8)
    assert found.limit == 20
    assert found.bound == Fraction(19, 2)
    assert found.excluded_above == pytest.approx(2 / 15.75)
    assert several_outputs(PINNED, [[3.0]], [[6.0, 3.0]]).sharpness == pytest.approx(60.0)
    assert several_outputs(PINNED, [[3.0]], [[6.0, 3.0]], step_size="1/31").verdict == "stable"


def test_scale_of_the_loss_and_momentum() -> None:
    x, y = [[3.0], [-1.0]], [[6.0, 3.0], [0.0, 0.0]]
    mean = several_outputs(PINNED, x, y, step_size="0.1", method=method(loss="mse"))
    assert mean.limit == 20  # the mean over two outputs makes up for the 2
    heavy = several_outputs(PINNED, x, y, step_size="0.1", method=method("heavy-ball", momentum="0.9", loss="half-mse"))
    assert heavy.limit == 38
    assert heavy.bound == Fraction(37, 2)


def test_on_a_kink_no_claim_speaks() -> None:
    found = several_outputs(PINNED, [[0.0], [1.0]], [[0.0, 0.0], [2.0, 1.0]], step_size="9")
    assert (found.kinks, found.verdict) == (1, "undecided")


def test_no_step_size_no_verdict() -> None:
    found = several_outputs(PINNED, [[3.0]], [[6.0, 3.0]])
    assert found.verdict is None
    assert found.limit is None
    assert found.bound is None


@pytest.mark.parametrize(
    ("network", "error", "words"),
    [
        (torch.nn.Linear(1, 2), NotCoveredError, "numerics.audit.any_network"),
        (torch.nn.Sequential(torch.nn.Linear(1, 2), torch.nn.Tanh(), torch.nn.Linear(2, 2)), NotCoveredError, "ReLU"),
        (
            torch.nn.Sequential(torch.nn.Linear(1, 2), torch.nn.ReLU(), torch.nn.Linear(2, 2, bias=False)),
            NotCoveredError,
            "with biases",
        ),
        ("model.pt", TypeError, "not of a str"),
    ],
)
def test_other_networks_are_refused(network: object, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=re.escape(words)):
        several_outputs(network, [[3.0]], [[6.0, 3.0]])


def test_bad_input() -> None:
    with pytest.raises(ValueError, match="labels y must have the shape"):
        several_outputs(PINNED, [[3.0]], [[6.0]])
    decayed = method(loss="mse", weight_decay="0.1", decayed="all")
    with pytest.raises(ValueError, match="without weight decay"):
        several_outputs(PINNED, [[3.0]], [[6.0, 3.0]], method=decayed)
    with pytest.raises(ValueError, match="step size"):
        several_outputs(PINNED, [[3.0]], [[6.0, 3.0]], step_size="0")
