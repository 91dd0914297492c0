"""Mean gradients, Gram matrix, loss and Hessian of networks with several outputs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse.linalg import LinearOperator

from numerics.arrays.checks import Array, require_finite, require_tolerance, validate_data
from numerics.arrays.gram import data_features
from numerics.arrays.spectrum import checked_top_eigenpair
from numerics.gram import LARGEST_DENSE
from numerics.wider.outputs.network import Features, VectorNetwork, combination, residuals, slopes_along, split


def mean_gradients_gram(network: VectorNetwork, x: npt.ArrayLike) -> Array:
    """Q^T Q [m, m] for the mean gradients q_r = E grad f_r of the outputs in all parameters, by the formula

        Q^T Q = (1 + sum_i (E relu_i)^2) I + sum_i F_i^2 w2_i w2_i^T,  F_i^2 = P_i^2 + |E X 1_i|^2.

    At every differentiable point with 0 <= Hessian <= lambda it is at most lambda I. Arguments and errors as for
    `gram_matrix`.

    >>> mean_gradients_gram(VectorNetwork([[1.0]], [0.0], [[2.0], [1.0]], [0.0, 0.0]), [[3.0], [-1.0]])
    array([[13.25,  5.  ],
           [ 5.  ,  5.75]])
    """
    features = Features.of(network, x)
    n = len(features.x)
    with np.errstate(over="ignore", invalid="ignore"):
        outputs, masses = features.outputs.mean(axis=0), features.pattern.mean(axis=0)
        levers = masses**2 + np.sum((features.pattern.T @ features.x / n) ** 2, axis=1)
        gram = (network.W2 * levers) @ network.W2.T + (1 + np.sum(outputs**2)) * np.eye(network.m)
    return require_finite((gram + gram.T) / 2, "the products of the mean gradients")


def gram_matrix(network: VectorNetwork, x: npt.ArrayLike) -> Array:
    """K [n m, n m], the products over n of the gradients of the outputs at the data, without forming the gradients:

        n K = (1 1^T + Z Z^T) (x) I + sum_i ((m_i m_i^T) o (1 1^T + X X^T)) (x) w2_i w2_i^T,

    row j m + r for output r at datum j; Z = relu(X W1^T + b1), m_i the activation pattern of neuron i. At an
    interpolating differentiable minimum its nonzero eigenvalues are those of the Hessian of the loss.

    Args:
        network: m outputs.
        x: the data [n, d].

    Raises:
        TypeError, ValueError: the data are not finite real numbers [n, d].
        OverflowError: an entry exceeds the range of float64.

    >>> gram_matrix(VectorNetwork([[1.0]], [0.0], [[2.0], [1.0]], [0.0, 0.0]), [[3.0]])
    array([[50., 20.],
           [20., 20.]])
    """
    features = Features.of(network, x)
    n, m = len(features.x), network.m
    gram = np.empty((n, m, n, m))
    with np.errstate(over="ignore", invalid="ignore"):
        products = data_features(features.x)
        outputs = features.outputs @ features.outputs.T + 1.0
        for r in range(m):
            for s in range(r, m):
                block = (features.pattern * (network.W2[r] * network.W2[s])) @ features.pattern.T * products
                block = (block + block.T) / 2 + (outputs if r == s else 0.0)
                gram[:, r, :, s] = gram[:, s, :, r] = block / n
    matrix = gram.reshape(n * m, n * m)
    return require_finite((matrix + matrix.T) / 2, "the entries of the Gram matrix")


def gram_operator(network: VectorNetwork, x: npt.ArrayLike) -> LinearOperator:
    """Products u -> K u [n m] with the matrix of `gram_matrix`, which is not formed; arguments and errors as there.

    A product takes about 4 n k (d + m) multiplications; one that overflows raises OverflowError.
    """
    features = Features.of(network, x)
    n, m = len(features.x), network.m

    def product(u: Array) -> Array:
        vector = np.asarray(u, dtype=np.float64).reshape(n, m)
        with np.errstate(over="ignore", invalid="ignore"):
            image = slopes_along(network, features, combination(network, features, vector)) / n
        return require_finite(image.ravel(), "the entries of K u")

    return LinearOperator((n * m, n * m), matvec=product, rmatvec=product, dtype=np.float64)


def gram_sharpness(network: VectorNetwork, x: npt.ArrayLike, *, tolerance: float = 1e-10) -> float:
    """lambda_max(K), the sharpness where the network interpolates; never below 1 + 2 times the stability norm.

    Args:
        network: m outputs.
        x: the data [n, d].
        tolerance: of the residual |K u - theta u|, relative to theta; some eigenvalue of K is so near. That it is the
            largest rests, for n m > 2048, on Lanczos from a start in general position.

    Raises:
        TypeError, ValueError: the data are not finite real numbers [n, d], or a senseless tolerance.
        ArithmeticError: the residual does not reach the tolerance, or a value exceeds the range of float64.

    >>> round(gram_sharpness(VectorNetwork([[1.0]], [0.0], [[2.0], [1.0]], [0.0, 0.0]), [[3.0]]), 9)
    60.0
    """
    require_tolerance(tolerance)
    dense = len(validate_data(x, network.d)) * network.m <= LARGEST_DENSE
    return checked_top_eigenpair(gram_matrix(network, x) if dense else gram_operator(network, x), tolerance)[0]


def loss(network: VectorNetwork, x: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """1/(2n) sum_j |f(x_j) - y_j|^2 for labels y [n, m]. Errors as for `sharpness`."""
    errors = residuals(network, Features.of(network, x), y)
    with np.errstate(over="ignore"):
        return float(require_finite(np.array([np.sum(errors**2) / (2 * len(errors))]), "the loss")[0])


def hessian_operator(network: VectorNetwork, x: npt.ArrayLike, y: npt.ArrayLike) -> LinearOperator:
    """Products v -> H v with the Hessian of the loss, in the order W1, b1, W2, b2, matrices row by row.

    H = Phi Phi^T / n + R, where R has the block E[r_s 1_i (X, 1)] between W2[s, i] and (w1_i, b1_i), r the residuals.
    On a kink it is only formal, with relu'(0) = 0.

    Args:
        network: m outputs.
        x: the data [n, d].
        y: the labels [n, m]; a vector e of labels of one class each, one-hot, is `np.eye(m)[e]`.

    Raises:
        TypeError, ValueError: data or labels are not finite real numbers of these shapes.
        OverflowError: a value exceeds the range of float64.
    """
    features = Features.of(network, x)
    n, k, d, m = len(features.x), network.k, network.d, network.m
    inputs, biases = _residual_blocks(network, features, y)
    size = k * d + k + m * k + m

    def product(v: Array) -> Array:
        W1, b1, W2, b2 = split(network, np.asarray(v, dtype=np.float64).reshape(size))
        with np.errstate(over="ignore", invalid="ignore"):
            slopes = slopes_along(network, features, (W1, b1, W2, b2)) / n
            to_W1, to_b1, to_W2, to_b2 = combination(network, features, slopes)
            to_W1 = to_W1 + np.einsum("mk,mkd->kd", W2, inputs)
            to_b1 = to_b1 + np.sum(W2 * biases, axis=0)
            to_W2 = to_W2 + np.einsum("kd,mkd->mk", W1, inputs) + b1 * biases
        image = np.concatenate([to_W1.ravel(), to_b1, to_W2.ravel(), to_b2])
        return require_finite(image, "the entries of H v")

    return LinearOperator((size, size), matvec=product, rmatvec=product, dtype=np.float64)


def sharpness(network: VectorNetwork, x: npt.ArrayLike, y: npt.ArrayLike, *, tolerance: float = 1e-10) -> float:
    """lambda_max(H), H the Hessian of the loss, see `hessian_operator`; never below 1, by the output biases.

    Where the network interpolates it is `gram_sharpness`. Arguments as for `hessian_operator`, tolerance and errors as
    for `gram_sharpness`.

    >>> network = VectorNetwork([[1.0]], [0.0], [[2.0], [1.0]], [0.0, 0.0])
    >>> round(sharpness(network, [[3.0]], [[6.0, 3.0]]), 9)
    60.0
    """
    require_tolerance(tolerance)
    return checked_top_eigenpair(hessian_operator(network, x, y), tolerance)[0]


def residual_part(network: VectorNetwork, x: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """The size rho = max_i |E[r 1_i (X, 1)^T]| of R in H = Phi Phi^T / n + R: the residuals r move no eigenvalue more.

    Arguments and errors as for `hessian_operator`.

    >>> network = VectorNetwork([[1.0]], [0.0], [[2.0], [1.0]], [0.0, 0.0])
    >>> round(residual_part(network, [[3.0]], [[3.0, 7.0]]), 9)  # |(3, -4)| |(3, 1)|
    15.811388301
    """
    inputs, biases = _residual_blocks(network, Features.of(network, x), y)
    blocks = np.concatenate([inputs, biases[:, :, None]], axis=2)
    return float(np.max(np.linalg.norm(blocks, 2, axis=(0, 2)), initial=0.0))


def _residual_blocks(network: VectorNetwork, features: Features, y: npt.ArrayLike) -> tuple[Array, Array]:
    """E[r 1_i X] [m, k, d] and E[r 1_i] [m, k]."""
    with np.errstate(over="ignore", invalid="ignore"):
        active = residuals(network, features, y).T[:, :, None] * features.pattern
        inputs = np.einsum("mnk,nd->mkd", active, features.x, optimize=True) / len(features.x)
        biases = active.sum(axis=1) / len(features.x)
    return require_finite(inputs, "the residuals times the data"), biases
