"""A preprocessing of the data in front of a network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from jaxtyping import Float64

from numerics.network import Array, validate_data

Operation = Literal["+", "-", "*", "/"]
_FORWARD = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}
_BACKWARD = {"+": np.subtract, "-": np.add, "*": np.divide, "/": np.multiply}


@dataclass(frozen=True, eq=False)
class ScalingStep:
    """x -> x (operation) numbers: [d], one for each input, or [1], one for all."""

    operation: Operation
    numbers: Float64[Array, " m"]


@dataclass(frozen=True, eq=False)
class InputScaling:
    """A preprocessing of the data in front of the network, such as (x - mean)/std: one step after the other.

    >>> scaling = InputScaling((ScalingStep("-", np.array([1.0, 2.0])), ScalingStep("/", np.array([4.0]))))
    >>> scaling.prepare([[5.0, 2.0]])
    array([[1., 0.]])
    """

    steps: tuple[ScalingStep, ...]

    def prepare(self, x: npt.ArrayLike) -> Float64[Array, "n d"]:
        """The data as they reach the first layer: each step in float64, as scikit-learn takes it.

        Raises:
            TypeError, ValueError: x is no finite array [n, d], or a prepared datum is not finite.
        """
        data = validate_data(x)
        self.require_inputs(data.shape[1])
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            for step in self.steps:
                data = _FORWARD[step.operation](data, step.numbers)
        return validate_data(data)

    def undone(self, z: Float64[Array, "n d"]) -> Float64[Array, "n d"]:
        """Data whose preparation is about z."""
        for step in reversed(self.steps):
            z = _BACKWARD[step.operation](z, step.numbers)
        return z

    def require_inputs(self, d: int) -> None:
        """ValueError unless all steps are finite, for d inputs, and do not divide or multiply by zero."""
        for step in self.steps:
            if step.numbers.size not in (1, d):
                raise ValueError(f"the preprocessing has {step.numbers.size} entries, but the network has {d} inputs")
            if not np.isfinite(step.numbers).all() or (step.operation in "*/" and not step.numbers.all()):
                raise ValueError(f"the preprocessing ({self}) is not finite, or scales an input by zero")

    def __str__(self) -> str:
        shown = (
            f"{step.operation} {step.numbers[0]:.6g}"
            if step.numbers.size == 1
            else f"{step.operation} [{step.numbers[0]:.6g}, ...]"
            for step in self.steps
        )
        return f"x {' '.join(shown)} (from left to right)"
