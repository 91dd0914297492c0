"""Networks with two hidden layers: values, gradients, sharpness at interpolation, and the one that is the pyramid."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from jaxtyping import Bool, Float64

from numerics.arrays.checks import real_array, require_finite, validate_data
from numerics.network import Array

Mask = npt.NDArray[np.bool_]

PARAMETERS = ("W1", "b1", "W2", "b2", "w3", "b3")
"""The names of the parameters, in the order of the gradients."""


@dataclass(frozen=True)
class LayerScales:
    """Factors of the three layers whose product is 1: by them the function stays the same, its sharpness does not.

    alpha multiplies W1, beta multiplies W2, gamma multiplies w3, all exact and positive.

    Raises:
        TypeError: a scale is not an int or a Fraction.
        ValueError: a scale is not positive, or the product is not 1.

    >>> LayerScales.of(beta=2, gamma=Fraction(1, 3)).alpha
    Fraction(3, 2)
    """

    alpha: Fraction
    beta: Fraction
    gamma: Fraction

    def __post_init__(self) -> None:
        for name in ("alpha", "beta", "gamma"):
            value = getattr(self, name)
            if not isinstance(value, int | Fraction):
                raise TypeError(f"{name} must be an int or a Fraction, so that it is exact, not {value!r}")
            if value <= 0:
                raise ValueError(f"{name} must be positive, not {value}")
        if self.alpha * self.beta * self.gamma != 1:
            raise ValueError(f"alpha beta gamma must be 1, not {self.alpha * self.beta * self.gamma}")

    @classmethod
    def of(cls, beta: int | Fraction, gamma: int | Fraction) -> LayerScales:
        """The scales with these beta and gamma; alpha = 1/(beta gamma)."""
        if beta * gamma == 0:
            raise ValueError(f"beta and gamma must be positive, not {beta} and {gamma}")
        return cls(1 / (Fraction(beta) * gamma), Fraction(beta), Fraction(gamma))


UNIT_SCALES = LayerScales.of(1, 1)
"""All three layers unscaled."""


@dataclass(frozen=True, eq=False)
class TwoLayerNetwork:
    """f(x) = <w3, relu(W2 relu(W1 x + b1) + b2)> + b3, all parameters trained.

    Args:
        W1: [k, d], the weights of the k neurons of the first hidden layer.
        b1: [k], their biases.
        W2: [m, k], the weights of the m neurons of the second hidden layer.
        b2: [m], their biases.
        w3: [m], the output weights.
        b3: the output bias.

    The arrays are copied and made read-only.

    Raises:
        TypeError: an entry is not a real number.
        ValueError: the shapes do not fit together, or an entry is not finite.

    >>> hat = TwoLayerNetwork([[1.0], [-1.0]], [0.0, 0.0], [[-1.0, -1.0]], [1.0], [1.0], 0.0)  # (1 - |x|)_+
    >>> hat([[-0.25], [3.0]])
    array([0.75, 0.  ])
    """

    W1: Float64[Array, "k d"]
    b1: Float64[Array, " k"]
    W2: Float64[Array, "m k"]
    b2: Float64[Array, " m"]
    w3: Float64[Array, " m"]
    b3: float

    def __init__(
        self,
        W1: npt.ArrayLike,
        b1: npt.ArrayLike,
        W2: npt.ArrayLike,
        b2: npt.ArrayLike,
        w3: npt.ArrayLike,
        b3: npt.ArrayLike,
    ) -> None:
        given = {"W1": (W1, 2), "b1": (b1, 1), "W2": (W2, 2), "b2": (b2, 1), "w3": (w3, 1)}
        arrays = {name: real_array(value, name, axes).copy() for name, (value, axes) in given.items()}
        (k, d), m = arrays["W1"].shape, len(arrays["W2"])
        if d == 0:
            raise ValueError("W1 must have at least one column, one for each input")
        for name, shape in {"b1": (k,), "W2": (m, k), "b2": (m,), "w3": (m,)}.items():
            if arrays[name].shape != shape:
                raise ValueError(f"{name} must have the shape {shape}, to fit W1 and W2, not {arrays[name].shape}")
        for name, array in arrays.items():
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        object.__setattr__(self, "b3", float(real_array(b3, "b3", 0)))

    @property
    def d(self) -> int:
        """The number of inputs."""
        return int(self.W1.shape[1])

    @property
    def widths(self) -> tuple[int, int]:
        """The numbers of neurons k and m of the two hidden layers."""
        return len(self.W1), len(self.W2)

    def __call__(self, x: npt.ArrayLike) -> Float64[Array, " n"]:
        """The values f(x_j) [n] at the data x [n, d]."""
        _, second = self.preactivations(x)
        with np.errstate(over="ignore", invalid="ignore"):
            return require_finite(np.maximum(second, 0.0) @ self.w3 + self.b3, "the network's values")

    def preactivations(self, x: npt.ArrayLike) -> tuple[Float64[Array, "n k"], Float64[Array, "n m"]]:
        """W1 x_j + b1 [n, k] and W2 relu(W1 x_j + b1) + b2 [n, m]."""
        data = validate_data(x, self.d)
        with np.errstate(over="ignore", invalid="ignore"):
            first = data @ self.W1.T + self.b1
            second = np.maximum(first, 0.0) @ self.W2.T + self.b2
        require_finite(first, "the first layer's pre-activations")
        return first, require_finite(second, "the second layer's pre-activations")

    def gradients(self, x: npt.ArrayLike, *, slope_at_kinks: float = 0.0) -> Float64[Array, "n p"]:
        """The gradients of f(x_j) in the parameters, one a row: Phi^T, shape [n, k d + k + m k + 2m + 1].

        The order is W1 (row by row), b1, W2 (row by row), b2, w3, b3. ``slope_at_kinks`` in [0, 1] stands for the
        derivative of relu at 0; where ``kinks`` finds none it plays no part.

        Raises:
            ValueError: ``slope_at_kinks`` is outside [0, 1].
        """
        data = validate_data(x, self.d)
        hidden, top, in_b1, in_b2 = self._passes(data, slope_at_kinks)
        n = len(data)
        in_W1 = (in_b1[:, :, None] * data[:, None, :]).reshape(n, -1)
        in_W2 = (in_b2[:, :, None] * hidden[:, None, :]).reshape(n, -1)
        parts = [in_W1, in_b1, in_W2, in_b2, top, np.ones((n, 1))]
        return require_finite(np.concatenate(parts, axis=1), "the gradients")

    def gram_matrix(self, x: npt.ArrayLike) -> Float64[Array, "n n"]:
        """K = Phi^T Phi / n [n, n], from the inner products of each layer; Phi itself is not formed.

        At an interpolating minimum with no datum on a kink the Hessian of 1/(2n) sum_j (f(x_j) - y_j)^2 is
        Phi Phi^T / n, which has the same eigenvalues but for zeros.
        """
        data = validate_data(x, self.d)
        hidden, top, in_b1, in_b2 = self._passes(data, 0.0)
        with np.errstate(over="ignore", invalid="ignore"):
            gram = 1.0 + top @ top.T + (in_b2 @ in_b2.T) * (1.0 + hidden @ hidden.T)
            gram += (in_b1 @ in_b1.T) * (1.0 + data @ data.T)
            gram = (gram + gram.T) / (2 * len(data))
        return require_finite(gram, "the entries of the Gram matrix")

    def sharpness(self, x: npt.ArrayLike) -> float:
        """lambda_max(K) in floats: the largest eigenvalue of the Hessian at interpolation, off the kinks.

        From K or from Phi Phi^T / n, whichever is smaller.
        """
        data = validate_data(x, self.d)
        if len(data) <= len(self.parameters()):
            return float(np.linalg.eigvalsh(self.gram_matrix(data))[-1])
        features = self.gradients(data)
        return float(np.linalg.eigvalsh(features.T @ features / len(data))[-1])

    def kinks(self, x: npt.ArrayLike, *, tolerance: float = 0.0) -> Bool[Mask, " n"]:
        """Which data lie on a kink, [n]: a neuron's pre-activation is 0, in a place where the output depends on it.

        A neuron of the first layer at 0 does no harm where every neuron of the second is strictly inactive: there
        f = b3, for all parameters nearby. With a tolerance a pre-activation counts as 0 up to that multiple of the
        largest size it could have on data of norm up to max_j |x_j|.

        Raises:
            ValueError: the tolerance is negative.
        """
        if not tolerance >= 0:
            raise ValueError(f"the tolerance must not be negative, but is {tolerance}")
        data = validate_data(x, self.d)
        first, second = self.preactivations(data)
        radius = float(np.max(np.linalg.norm(data, axis=1)))
        reach_first = np.linalg.norm(self.W1, axis=1) * radius + np.abs(self.b1)
        reach_second = np.abs(self.W2) @ reach_first + np.abs(self.b2)
        at_first = np.abs(first) <= tolerance * reach_first
        at_second = np.abs(second) <= tolerance * reach_second
        seen = np.any((second > 0) | at_second, axis=1)
        found: npt.NDArray[np.bool_] = np.any(at_second, axis=1) | (seen & np.any(at_first, axis=1))
        return found

    def parameters(self) -> Float64[Array, " p"]:
        """All parameters in one vector, in the order of the gradients."""
        return np.concatenate([np.ravel(getattr(self, name)) for name in PARAMETERS])

    def with_parameters(self, theta: npt.ArrayLike) -> TwoLayerNetwork:
        """The network of the same widths with the parameters ``theta``, in the order of the gradients.

        Raises:
            ValueError: not the right number of parameters.
        """
        (k, m), d = self.widths, self.d
        shapes = [(k, d), (k,), (m, k), (m,), (m,), ()]
        vector = real_array(theta, "theta", 1)
        ends = np.cumsum([int(np.prod(shape)) for shape in shapes])
        if len(vector) != ends[-1]:
            raise ValueError(f"there are {ends[-1]} parameters, not {len(vector)}")
        W1, b1, W2, b2, w3, b3 = (
            part.reshape(shape) for part, shape in zip(np.split(vector, ends[:-1]), shapes, strict=True)
        )
        return TwoLayerNetwork(W1, b1, W2, b2, w3, float(b3))

    def _passes(
        self, data: Float64[Array, "n d"], slope_at_kinks: float
    ) -> tuple[Float64[Array, "n k"], Float64[Array, "n m"], Float64[Array, "n k"], Float64[Array, "n m"]]:
        """Outputs of the layers, relu(.) [n, k] and [n, m], and the derivatives of f in b1 [n, k] and b2 [n, m]."""
        if not 0 <= slope_at_kinks <= 1:
            raise ValueError(f"the slope of relu at 0 must lie between 0 and 1, not {slope_at_kinks}")
        first, second = self.preactivations(data)
        with np.errstate(over="ignore", invalid="ignore"):
            in_b2 = np.heaviside(second, slope_at_kinks) * self.w3
            in_b1 = np.heaviside(first, slope_at_kinks) * (in_b2 @ self.W2)
        return np.maximum(first, 0.0), np.maximum(second, 0.0), in_b1, in_b2


def pyramid_network(d: int, scales: LayerScales = UNIT_SCALES) -> TwoLayerNetwork:
    r"""The pyramid (1 - |x|_1)_+ on R^d as gamma relu(1/gamma - beta sum_i relu(alpha x_i) + relu(-alpha x_i)).

    2d neurons in the first hidden layer, one in the second. Exact in floats for scales that are powers of two, as
    far as the sum is; other scales are rounded.

    Raises:
        ValueError: d < 1.

    >>> pyramid_network(2, LayerScales.of(beta=2, gamma=1))([[0.5, -0.25], [1.0, 1.0]])
    array([0.25, 0.  ])
    """
    if d < 1:
        raise ValueError(f"the pyramid needs at least one input, not {d}")
    signs = np.concatenate([np.eye(d), -np.eye(d)])
    return TwoLayerNetwork(
        W1=float(scales.alpha) * signs,
        b1=np.zeros(2 * d),
        W2=np.full((1, 2 * d), -float(scales.beta)),
        b2=np.array([float(1 / scales.gamma)]),
        w3=np.array([float(scales.gamma)]),
        b3=0.0,
    )
