"""Steps of full-batch gradient descent on a shallow ReLU network, by explicit formulas."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from jaxtyping import Float64

from numerics.arrays.checks import Array
from numerics.arrays.files import AnyArray
from numerics.network import ShallowNetwork

STATE = ("coefficients", "w2", "b2", "step", "loss_steps", "losses")


class Descent:
    """Gradient descent in coordinates in which the data enter through G = X X^T + 1 1^T alone.

    W1 = W1_0 - C X and b1 = b1_0 - C 1 with coefficients C [k, n], so the pre-activations are T_0 - C G [k, n].
    A gradient step adds (eta/n) (w2 r^T) o M to C, r = f(x) - y and M the activation pattern; it subtracts
    (eta/n) Z r from w2 and (eta/n) 1^T r from b2. Compared with steps on W1 this takes one matrix product instead of
    two, on n x n instead of n x d numbers. Everything is computed by PyTorch, in float64, which TF32 leaves alone: its
    device and its number of threads alone can change the rounding.
    """

    def __init__(
        self, x: Float64[Array, "n d"], y: Float64[Array, " n"], start: ShallowNetwork, device: str = "cpu"
    ) -> None:
        n, k = len(x), start.k
        self.x, self.y = torch.tensor(x, device=device), torch.tensor(y, device=device)
        self.W1_start = torch.tensor(start.W1, device=device)
        self.b1_start = torch.tensor(start.b1, device=device)
        self.coefficients = torch.zeros((k, n), dtype=torch.float64, device=device)
        self.w2, self.b2 = torch.tensor(start.w2, device=device), start.b2
        self.step = 0
        self.loss_steps: list[int] = []
        self.losses: list[float] = []
        self._initial = self.W1_start @ self.x.T + self.b1_start[:, None]
        self._gram = self.x @ self.x.T + 1.0
        self._hidden, self._pattern, self._backward = torch.empty((3, k, n), dtype=torch.float64, device=device)
        self._residual = torch.empty(n, dtype=torch.float64, device=device)

    def network(self) -> ShallowNetwork:
        """The current parameters, in the data's own inputs."""
        W1 = self.W1_start - self.coefficients @ self.x
        b1 = self.b1_start - self.coefficients.sum(dim=1)
        return ShallowNetwork(W1.cpu().numpy(), b1.cpu().numpy(), self.w2.cpu().numpy(), self.b2)

    def forward(self) -> float:
        """The loss of the current parameters; keeps Z = relu(T_0 - C G) and r = f(x) - y for `update`."""
        torch.mm(self.coefficients, self._gram, out=self._hidden)
        torch.sub(self._initial, self._hidden, out=self._hidden)
        self._hidden.clamp_(min=0.0)
        torch.mv(self._hidden.T, self.w2, out=self._residual)
        self._residual += self.b2
        self._residual -= self.y
        return float(torch.dot(self._residual, self._residual)) / (2 * len(self.y))

    def update(self, step_size: float) -> None:
        """One gradient step, after `forward`."""
        rate = step_size / len(self.y)
        torch.sign(self._hidden, out=self._pattern)
        torch.outer(self.w2, self._residual, out=self._backward)
        self._backward *= self._pattern
        self.coefficients.add_(self._backward, alpha=rate)
        self.w2.addmv_(self._hidden, self._residual, alpha=-rate)
        self.b2 -= rate * float(self._residual.sum())
        self.step += 1

    def record(self, loss: float) -> None:
        """Add the loss of the current parameters to the loss curve, once."""
        if not self.loss_steps or self.loss_steps[-1] < self.step:
            self.loss_steps.append(self.step)
            self.losses.append(loss)

    def state(self) -> dict[str, AnyArray]:
        """All that changes from step to step, under the names STATE."""
        values = (
            self.coefficients.cpu().numpy(),
            self.w2.cpu().numpy(),
            self.b2,
            self.step,
            self.loss_steps,
            self.losses,
        )
        return {name: np.array(value) for name, value in zip(STATE, values, strict=True)}

    def restore(self, state: Mapping[str, AnyArray]) -> None:
        """Go on from what `state` returned, for the same data and start."""
        self.coefficients.copy_(torch.from_numpy(state["coefficients"]))
        self.w2.copy_(torch.from_numpy(state["w2"]))
        self.b2, self.step = float(state["b2"]), int(state["step"])
        self.loss_steps, self.losses = state["loss_steps"].tolist(), state["losses"].tolist()
