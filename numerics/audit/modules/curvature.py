"""Products with the Hessian of the square loss and with its Gauss-Newton part, by autograd."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from scipy.sparse.linalg import LinearOperator

from numerics.arrays.checks import Array, require_finite
from numerics.audit.modules.subject import Subject


@dataclass(frozen=True, eq=False)
class Curvature:
    """Of the loss 1/(2n) sum_j |f(x_j) - y_j|^2 in the trained parameters theta [p], flat, in the order of the module.

    subject: the module on data.
    chunk: data that are in memory at a time.
    counted: called once for each pass over the data.
    """

    subject: Subject
    chunk: int
    counted: Callable[[], None] = lambda: None

    def loss(self) -> float:
        """The loss. AssertionError if there are no labels."""
        own = self.subject
        assert own.labels is not None
        with torch.no_grad():
            parts = [((own.values(rows) - own.labels[rows]) ** 2).sum() for rows in own.chunks(self.chunk)]
        return float(sum(parts)) / (2 * own.n)

    def mean_gradients(self) -> Array:
        """Q = [E grad f_1 ... E grad f_m] as rows [m, p]: one backward pass for each output."""
        own, found = self.subject, np.zeros((self.subject.outputs, self.subject.size))
        for rows in own.chunks(self.chunk):
            leaves = self._leaves()
            sums = own.values(rows, leaves).sum(dim=0)
            for output in range(own.outputs):
                found[output] += _flat(_gradient(sums[output], leaves, retain=True))
        self.counted()
        return require_finite(found / own.n, "the mean gradients")

    def hessian(self) -> LinearOperator:
        """Products with H [p, p], by differentiating twice. AssertionError if there are no labels."""
        own = self.subject
        assert own.labels is not None
        labels = own.labels

        def product(vector: torch.Tensor, rows: slice) -> torch.Tensor:
            leaves = self._leaves()
            loss = ((own.values(rows, leaves) - labels[rows]) ** 2).sum() / (2 * own.n)
            slopes = _gradient(loss, leaves, create=True)
            along = sum((slope * part).sum() for slope, part in zip(slopes, self._split(vector), strict=True))
            return _joined(_gradient(along, leaves))

        return self._operator(product)

    def penalised(self, hessian: LinearOperator, penalty: float) -> LinearOperator:
        """Products with H + mu (I - E E^T), E the directions of the output biases: a penalty on all but these."""
        parts = self.subject.parameters
        seen = [0.0 if name == self.subject.bias else penalty for name in parts]
        diagonal = np.repeat(seen, [part.numel() for part in parts.values()])

        def product(v: Array) -> Array:
            image: Array = hessian.matvec(v) + diagonal * np.ravel(v)
            return image

        return LinearOperator(hessian.shape, matvec=product, rmatvec=product, dtype=np.float64)

    def gauss_newton(self) -> LinearOperator:
        """Products with Phi Phi^T/n [p, p], Phi the gradients of all outputs at all data."""
        own = self.subject

        def product(vector: torch.Tensor, rows: slice) -> torch.Tensor:
            leaves = self._leaves()
            values = own.values(rows, leaves)
            # what is linear in the weights of the data gives, differentiated, the slopes along the vector
            weights = torch.zeros_like(values, requires_grad=True)
            combined = _gradient(values, leaves, weights=weights, create=True)
            along = sum((part * v).sum() for part, v in zip(combined, self._split(vector), strict=True))
            assert isinstance(along, torch.Tensor)
            (slopes,) = torch.autograd.grad(along, [weights], retain_graph=True)
            return _joined(_gradient(values, leaves, weights=slopes / own.n))

        return self._operator(product)

    def _operator(self, product: Callable[[torch.Tensor, slice], torch.Tensor]) -> LinearOperator:
        own = self.subject
        like = next(iter(own.parameters.values()))

        def whole(v: Array) -> Array:
            vector = torch.as_tensor(np.array(v, dtype=np.float64).ravel()).to(like.device, like.dtype)
            total = sum(product(vector, rows) for rows in own.chunks(self.chunk))
            assert isinstance(total, torch.Tensor)
            self.counted()
            image: Array = total.double().cpu().numpy()
            return require_finite(image, "the products with the Hessian")

        return LinearOperator((own.size, own.size), matvec=whole, rmatvec=whole, dtype=np.float64)

    def _leaves(self) -> Mapping[str, torch.Tensor]:
        return {name: part.detach().requires_grad_() for name, part in self.subject.parameters.items()}

    def _split(self, vector: torch.Tensor) -> list[torch.Tensor]:
        parts = list(self.subject.parameters.values())
        pieces = torch.split(vector, [part.numel() for part in parts])
        return [piece.reshape(part.shape) for piece, part in zip(pieces, parts, strict=True)]


def _gradient(
    value: torch.Tensor | float,
    leaves: Mapping[str, torch.Tensor],
    *,
    weights: torch.Tensor | None = None,
    create: bool = False,
    retain: bool = False,
) -> tuple[torch.Tensor, ...]:
    assert isinstance(value, torch.Tensor)
    parts = list(leaves.values())
    if not value.requires_grad:
        return tuple(torch.zeros_like(part) for part in parts)
    return torch.autograd.grad(
        value,
        parts,
        grad_outputs=weights,
        create_graph=create,
        retain_graph=create or retain,
        allow_unused=True,
        materialize_grads=True,
    )


def _joined(parts: tuple[torch.Tensor, ...]) -> torch.Tensor:
    return torch.cat([part.detach().reshape(-1) for part in parts])


def _flat(parts: tuple[torch.Tensor, ...]) -> Array:
    found: Array = _joined(parts).double().cpu().numpy()
    return found
