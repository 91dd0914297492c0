"""Products with the gradients of a network at its data, which are never formed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from numerics.arrays.checks import Array, Floats
from numerics.arrays.hyperplanes import Indices
from numerics.arrays.moments import activation_pattern, row_blocks

if TYPE_CHECKING:
    import torch

# columns with an entry, of all, above which a copy of the data without the others does not pay
_LIT = 0.95
# blocks of at most 512 data: longer sums, of data that are alike, round to one side
_LEAST_WIDTH = 2**13


@dataclass(frozen=True)
class Direction:
    """A vector in the space of the parameters: W1 [k, d], b1 [k], w2 [k], b2."""

    W1: Floats
    b1: Floats
    w2: Floats
    b2: float

    def flat(self) -> Floats:
        """Its entries [k d + 2k + 1], W1 row by row."""
        return np.concatenate([self.W1.ravel(), self.b1, self.w2, [self.b2]])

    @staticmethod
    def of(entries: Floats, k: int, d: int) -> Direction:
        """The inverse of `flat`."""
        W1, b1, w2, b2 = np.split(entries, [k * d, k * d + k, k * d + 2 * k])
        return Direction(W1.reshape(k, d), b1, w2, float(b2[0]))


@dataclass(frozen=True)
class Gradients:
    """Phi = [grad f(x_1) ... grad f(x_n)], parameters x n, through the activation pattern M [n, k] alone.

    With w_i = (w1_i, b1_i), and 1_ji whether neuron i is active on x_j, grad f(x_j) is 1_ji w2_i (x_j, 1) in w_i,
    1_ji <w_i, (x_j, 1)> in w2_i, and 1 in b2. Two matrix products of 2 n k d operations make one with Phi or its
    transpose; memory beyond x: M, n k bytes, and a few blocks. Overflow is left to whoever asks.

    Args:
        W1, b1, w2: the network's; of float64 or float32, in which all is computed.
        x: the data [n, d], likewise; or of them the columns that are named.
        pattern: M [n, k], booleans.
        columns: those of the data, ascending, which are 0 in all others; None for all.
        outputs: Z [n, k], the outputs of the neurons, for products that are to lose no digit to what cancels in them;
            None for products with W1 and b1 instead.
    """

    W1: Floats
    b1: Floats
    w2: Floats
    x: Floats
    pattern: npt.NDArray[np.bool_]
    columns: Indices | None = None
    outputs: Floats | None = None

    @staticmethod
    def of(W1: Array, b1: Array, w2: Array, x: Array) -> Gradients:
        """With the activation pattern decided exactly. OverflowError if a pre-activation leaves the floats."""
        return Gradients(W1, b1, w2, x, activation_pattern(W1, b1, x))

    def without_dark_columns(self) -> Gradients:
        """The same, faster where many columns of the data are 0, as the rims of images are; x is copied then."""
        columns = np.flatnonzero(self.x.any(axis=0))
        if self.columns is not None or len(columns) > _LIT * self.x.shape[1]:
            return self
        return replace(self, x=np.ascontiguousarray(self.x[:, columns]), columns=columns)

    def astype(self, dtype: npt.DTypeLike) -> Gradients:
        """The same, computed in another type; infinite where an entry leaves its range."""
        with np.errstate(over="ignore"):
            arrays = {name: getattr(self, name).astype(dtype, copy=False) for name in ("W1", "b1", "w2", "x")}
            outputs = None if self.outputs is None else self.outputs.astype(dtype, copy=False)
        return replace(self, **arrays, outputs=outputs)

    def moments(self, u: Floats) -> tuple[Floats, Floats]:
        """G = (M o u)^T (X, 1) for u [n]: the part along the inputs [k, d], and along the bias [k]."""
        moments, masses = self._sums_of_data(u)
        if self.columns is None:
            return moments, masses
        of_all = np.zeros_like(self.W1)
        of_all[:, self.columns] = moments
        return of_all, masses

    def _sums_of_data(self, u: Floats) -> tuple[Floats, Floats]:
        """(M o u)^T X [k, columns of x] and M^T u [k]."""
        moments, masses = np.zeros((len(self.W1), self.x.shape[1]), dtype=self.x.dtype), np.zeros_like(self.b1)
        for rows in row_blocks(len(self.x), max(*self.W1.shape, _LEAST_WIDTH)):
            weighted = self.pattern[rows] * u[rows, None]
            moments += weighted.T @ self.x[rows]
            masses += np.ones(len(weighted), dtype=weighted.dtype) @ weighted
        return moments, masses

    def blocks(self, u: Floats) -> Array:
        """The same as one array [k, d + 1] of float64."""
        return np.column_stack(self.moments(u)).astype(np.float64, copy=False)

    def combination(self, u: Floats) -> Direction:
        """Phi u = sum_j u_j grad f(x_j), u [n]: in w_i it is w2_i G_i and in w2_i <w_i, G_i>, G = (M o u)^T (X, 1)."""
        moments, masses = self.moments(u)
        if self.outputs is None:
            in_w2 = np.einsum("kd,kd->k", self.W1, moments) + self.b1 * masses
        else:
            in_w2 = self.outputs.T @ u
        moments *= self.w2[:, None]
        return Direction(moments, masses * self.w2, in_w2, float(u.sum()))

    def slopes(self, v: Direction) -> Floats:
        """Phi^T v [n], the derivatives of f(x_j) along v: v_b2 + sum_i 1_ji <w2_i v_wi + v_w2i w_i, (x_j, 1)>."""
        directions, offsets = self.w2[:, None] * v.W1, self.w2 * v.b1
        if self.outputs is None:
            directions += v.w2[:, None] * self.W1
            offsets += v.w2 * self.b1
        if self.columns is not None:
            directions = directions[:, self.columns]
        result = self._sums_of_neurons(directions, offsets)
        if self.outputs is not None:
            result += self.outputs @ v.w2
        result += v.b2
        return result

    def _sums_of_neurons(self, directions: Floats, offsets: Floats) -> Floats:
        """sum_i 1_ji (<directions_i, x_j> + offsets_i) [n]."""
        result = np.empty(len(self.x), dtype=self.x.dtype)
        for rows in row_blocks(len(self.x), max(self.W1.shape)):
            terms = self.x[rows] @ directions.T
            terms += offsets
            terms *= self.pattern[rows]
            terms.sum(axis=1, out=result[rows])
        return result


@dataclass(frozen=True)
class DeviceGradients(Gradients):
    """The same products by PyTorch on another device, where data and pattern stay: n d float64 and n k bytes.

    All in float64, which TF32 leaves alone. Vectors come and go as arrays of NumPy. MemoryError where the device has
    too little memory.

    Args:
        device: its name for PyTorch, as "cuda".
    """

    device: str = "cpu"

    @cached_property
    def _there(self) -> tuple[torch.Tensor, torch.Tensor]:
        """The data and the pattern."""
        return self._moved(self.x), self._moved(self.pattern)

    def _moved(self, array: npt.NDArray[np.generic]) -> torch.Tensor:
        import torch

        try:
            return torch.tensor(array, device=self.device)
        except torch.OutOfMemoryError as error:
            raise MemoryError from error

    def astype(self, _: npt.DTypeLike) -> Gradients:
        """These products, in float64: devices that are made for it have little to gain from float32."""
        return self

    def _sums_of_data(self, u: Floats) -> tuple[Floats, Floats]:
        (x, pattern), weights = self._there, self._moved(u.astype(np.float64, copy=False))
        moments, masses = x.new_zeros((len(self.W1), x.shape[1])), x.new_zeros(len(self.W1))
        # in blocks as there, so that sums are no longer
        for rows in row_blocks(len(x), max(*self.W1.shape, _LEAST_WIDTH)):
            weighted = pattern[rows] * weights[rows, None]
            moments += weighted.T @ x[rows]
            masses += weighted.sum(dim=0)
        return moments.cpu().numpy(), masses.cpu().numpy()

    def _sums_of_neurons(self, directions: Floats, offsets: Floats) -> Floats:
        (x, pattern), along = self._there, self._moved(directions.astype(np.float64, copy=False))
        added, result = self._moved(offsets.astype(np.float64, copy=False)), x.new_empty(len(x))
        for rows in row_blocks(len(x), max(self.W1.shape)):
            terms = x[rows] @ along.T
            terms += added
            terms *= pattern[rows]
            result[rows] = terms.sum(dim=1)
        return result.cpu().numpy()
