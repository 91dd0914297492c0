"""Small modules of all kinds on data, and their Hessians by torch.func in full."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from numerics.network import Array


class Residual(nn.Module):
    """Two blocks x + W relu(V x), with the weights V tied, gated by a sigmoid, and a head."""

    def __init__(self, outputs: int) -> None:
        super().__init__()
        self.shared = nn.Linear(3, 4)
        self.back = nn.ModuleList([nn.Linear(4, 3), nn.Linear(4, 3)])
        self.gate = nn.Linear(3, 3)
        self.head = nn.Linear(3, outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for back in self.back:
            x = x + torch.sigmoid(self.gate(x)) * back(torch.relu(self.shared(x)))
        found: torch.Tensor = self.head(x)
        return found


class OwnBias(nn.Module):
    """sum tanh(W x) + b with a bias that is a parameter of the module itself, [n] outputs, and another one inside."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Linear(3, 5)
        self.scale = nn.Parameter(torch.tensor(0.75))
        self.shift = nn.Parameter(torch.tensor(0.25))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.scale * torch.tanh(self.inner(x)).sum(dim=1) + self.shift


def mlp(outputs: int) -> nn.Module:
    """Three hidden layers."""
    return nn.Sequential(
        *(nn.Linear(3, 5), nn.ReLU(), nn.Linear(5, 4), nn.Tanh(), nn.Linear(4, 4), nn.GELU(), nn.Linear(4, outputs))
    )


def convolution(outputs: int) -> nn.Module:
    """A convolution with batch normalisation, whose running numbers are not the initial ones."""
    net = nn.Sequential(
        *(nn.Unflatten(1, (1, 3)), nn.Conv1d(1, 3, 2), nn.BatchNorm1d(3), nn.ReLU(), nn.Flatten(), nn.Dropout(0.5)),
        nn.Linear(6, outputs),
    )
    with torch.no_grad():
        net(torch.randn(16, 3))
    return net


KINDS = ("mlp", "convolution", "residual", "own bias")


def made(kind: str, seed: int, outputs: int = 1) -> nn.Module:
    """A module of the kind, in evaluation mode; "own bias" has one output."""
    torch.manual_seed(seed)
    if kind == "own bias":
        return OwnBias().eval()
    return {"mlp": mlp, "convolution": convolution, "residual": Residual}[kind](outputs).eval()


def data(seed: int, n: int, outputs: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Normal inputs [n, 3] and labels [n, m], in float32."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(n, 3, generator=generator), torch.randn(n, outputs, generator=generator)


def full(net: nn.Module, x: torch.Tensor, y: torch.Tensor) -> tuple[Array, Array, Array]:
    """H [p, p], Phi Phi^T/n [p, p] and the mean gradients [m, p] of the trained parameters, by torch.func."""
    parts = {name: part.detach().double() for name, part in net.named_parameters() if part.requires_grad}
    fixed = {
        name: part.detach().double() if part.is_floating_point() else part
        for name, part in [*net.named_buffers(), *net.named_parameters()]
        if name not in parts
    }
    sizes = [part.numel() for part in parts.values()]

    def values(theta: torch.Tensor) -> torch.Tensor:
        pieces = torch.split(theta, sizes)
        own = {name: piece.reshape(part.shape) for (name, part), piece in zip(parts.items(), pieces, strict=True)}
        found: torch.Tensor = torch.func.functional_call(net, {**fixed, **own}, (x.double(),))
        return found.reshape(len(x), -1)

    theta = torch.cat([part.reshape(-1) for part in parts.values()])
    hessian = torch.func.hessian(lambda t: ((values(t) - y.double()) ** 2).sum() / (2 * len(x)))(theta)
    jacobian = torch.func.jacrev(values)(theta)
    flat = jacobian.reshape(-1, len(theta))
    gram = flat.T @ flat / len(x)
    mean = jacobian.mean(dim=0)
    return tuple(np.asarray(part.detach()) for part in (hessian, gram, mean))  # type: ignore[return-value]
