r"""Moments of ReLU features of X ~ N(0, I_d) in closed form, and what they give for networks on that population.

One neuron at any threshold: E(<v,X>-b)_+ = phi(b) - bQ(b), P = Q(b), E X 1 = phi(b) v, with phi the normal density and
Q its tail. Two neurons at threshold zero, at an angle: the arc-cosine kernels of Cho and Saul, and what Gaussian
integration by parts makes of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from jaxtyping import Bool, Float64
from scipy import special

from numerics.arrays.checks import row_norms
from numerics.network import Array, ShallowNetwork
from numerics.population.isotropic import Gaussian

Mask = npt.NDArray[np.bool_]

_PHI_0 = 1 / math.sqrt(2 * math.pi)
_FAR = 30.0


@dataclass(frozen=True, eq=False)
class NeuronMoments:
    """Of neurons (w1_i, b1_i): relu [k], E relu_i; probability [k], P_i; first [k, d], E X 1_i."""

    relu: Float64[Array, " k"]
    probability: Float64[Array, " k"]
    first: Float64[Array, "k d"]

    @property
    def feature_norm(self) -> Float64[Array, " k"]:
        """sqrt(P^2 + |E X 1|^2) [k]."""
        return np.hypot(self.probability, row_norms(self.first))


def neuron_moments(W1: Float64[Array, "k d"], b1: Float64[Array, " k"]) -> NeuronMoments:
    """Moments of relu(<w1_i, X> + b1_i) and its activation for X ~ N(0, I); w1 = 0 gives the constant relu(b1).

    Args:
        W1: [k, d].
        b1: [k].

    >>> neuron_moments(np.array([[3.0, 4.0]]), np.zeros(1)).relu.round(6).tolist()  # 5/sqrt(2 pi)
    [1.994711]
    """
    constant, scale, threshold = _normalised(W1, b1)
    density = np.exp(-(threshold**2) / 2) * _PHI_0
    tail = special.ndtr(-threshold)
    # beyond the mean the difference cancels, and phi - b Q = phi (1 - b Q/phi)
    relu = scale * np.where(threshold > 0, density * _mills(threshold)[1], density - threshold * tail)
    return NeuronMoments(
        np.where(constant, np.maximum(b1, 0), relu),
        np.where(constant, (b1 > 0).astype(float), tail),
        np.where(constant[:, None], 0.0, density[:, None] * W1 / scale[:, None]),
    )


def mean_gradient_square(network: ShallowNetwork) -> float:
    """|E grad f(X)|^2 = 1 + sum_i (E relu_i)^2 + w2_i^2 (P_i^2 + |E X 1_i|^2) for X ~ N(0, I), in closed form."""
    moments = neuron_moments(network.W1, network.b1)
    return 1 + float(np.sum(moments.relu**2 + (network.w2 * moments.feature_norm) ** 2))


def stability_norm(network: ShallowNetwork) -> float:
    """|f|_S = sum over hyperplanes of |merged amplitude| g, with the weight g of the population N(0, I)."""
    reduced = network.reduced()
    return float(np.abs(reduced.amplitudes) @ Gaussian(network.d).weight(reduced.thresholds))


def balanced(network: ShallowNetwork) -> ShallowNetwork:
    """The rescaling with E relu_i = |w2_i| sqrt(P_i^2 + |E X 1_i|^2): equality in the arithmetic-geometric step.

    Neurons with w1 = 0 or w2 = 0 are left as they are; those that share a hyperplane stay on it, at the nearest scales
    that floats allow (see `ShallowNetwork.rescaled_about`).
    """
    constant, scale, threshold = _normalised(network.W1, network.b1)
    moved = (network.w2 != 0) & ~constant
    # both sides divided by phi beyond the mean, where they underflow
    M, rest = _mills(threshold)
    density, tail = np.exp(-(threshold**2) / 2) * _PHI_0, special.ndtr(-threshold)
    relu = np.where(threshold > 0, rest, density - threshold * tail)
    feature = np.where(threshold > 0, np.hypot(M, 1.0), np.hypot(tail, density))
    ratio = np.abs(network.w2) / scale * (feature / relu)
    return network.rescaled_about(np.where(moved, np.sqrt(ratio), 1.0))


def _normalised(
    W1: Float64[Array, "k d"], b1: Float64[Array, " k"]
) -> tuple[Bool[Mask, " k"], Float64[Array, " k"], Float64[Array, " k"]]:
    """Whether w1 = 0, |w1| (or 1) and -b1/|w1| [k]."""
    norms = row_norms(W1)
    constant = norms == 0
    scale = np.where(constant, 1.0, norms)
    return constant, scale, -b1 / scale


def _mills(b: Float64[Array, " k"]) -> tuple[Float64[Array, " k"], Float64[Array, " k"]]:
    """Mills' ratio M = Q(b)/phi(b), and 1 - b M, both for b > 0; of no meaning elsewhere."""
    at = np.maximum(b, 0.0)
    M = math.sqrt(math.pi / 2) * special.erfcx(at / math.sqrt(2))
    # 1 - b M = b^-2 - 3 b^-4 + 15 b^-6 - ..., up to 10^-13 where it is used
    square = np.maximum(at, _FAR) ** -2
    series = np.zeros_like(at)
    for odd in (15, 13, 11, 9, 7, 5, 3):
        series = -odd * square * (1 + series)
    return M, np.where(at > _FAR, square * (1 + series), 1 - at * M)


@dataclass(frozen=True, eq=False)
class PairMoments:
    """Of pairs of neurons with threshold zero, rows u [k, d], X ~ N(0, I), 1_i = 1{<u_i, X> > 0}.

    masks [k, k]: E 1_i 1_j; relus [k, k]: E relu_i relu_j; first [k, k, d]: E X 1_i 1_j;
    mixed [k, k, d]: E X relu_i 1_j; second [k, k, d, d]: E X X^T 1_i 1_j.
    """

    masks: Float64[Array, "k k"]
    relus: Float64[Array, "k k"]
    first: Float64[Array, "k k d"]
    mixed: Float64[Array, "k k d"]
    second: Float64[Array, "k k d d"]


def pair_moments(directions: Float64[Array, "k d"]) -> PairMoments:
    r"""The arc-cosine kernels of all pairs of rows u_i, at the angle t, with unit vectors e_i = u_i/|u_i|:

        E 1_i 1_j = (pi - t)/(2 pi),    E relu_i relu_j = |u_i| |u_j| (sin t + (pi - t) cos t)/(2 pi),
        E X 1_i 1_j = (e_i + e_j)/(2 sqrt(2 pi)),
        E X X^T 1_i 1_j = (pi - t)/(2 pi) I + (e_i e_j^T + e_j e_i^T - cos t (e_i e_i^T + e_j e_j^T))/(2 pi sin t),
        E X relu_i 1_j = E X X^T 1_i 1_j u_i = |u_i| ((pi - t) e_i + sin t e_j)/(2 pi).

    Args:
        directions: u [k, d], none of them 0.

    Raises:
        ValueError: a row is 0, which has no direction.
    """
    u = np.asarray(directions, dtype=np.float64)
    norms = np.linalg.norm(u, axis=1)
    if not np.all(norms > 0):
        raise ValueError(f"row {int(np.argmin(norms > 0))} of the directions is 0")
    e = u / norms[:, None]
    # the angle from chords: arccos of the inner product would lose half of the digits near 0 and pi
    apart = np.linalg.norm(e[:, None] - e[None, :], axis=2)
    together = np.linalg.norm(e[:, None] + e[None, :], axis=2)
    angle = 2 * np.arctan2(apart, together)
    cosine, sine = np.cos(angle), np.sin(angle)
    masks = (np.pi - angle) / (2 * np.pi)
    relus = norms[:, None] * norms[None, :] * (sine + (np.pi - angle) * cosine) / (2 * np.pi)
    first = (e[:, None] + e[None, :]) * _PHI_0 / 2
    # e_j = cos t e_i + sin t n, so the correction is sin t (n-part): written with the normals, it does not divide by 0
    normal = e[None, :] - cosine[..., None] * e[:, None]
    length = np.linalg.norm(normal, axis=2)
    normal = normal / np.where(length > 0, length, 1.0)[..., None]
    in_plane = np.einsum("ic,ijd->ijcd", e, normal)
    correction = cosine[..., None, None] * (
        np.einsum("ic,id->icd", e, e)[:, None] - np.einsum("ijc,ijd->ijcd", normal, normal)
    ) + sine[..., None, None] * (in_plane + np.swapaxes(in_plane, 2, 3))
    second = masks[..., None, None] * np.eye(u.shape[1]) + (sine / (2 * np.pi))[..., None, None] * correction
    mixed = (
        norms[:, None, None] * ((np.pi - angle)[..., None] * e[:, None] + sine[..., None] * e[None, :]) / (2 * np.pi)
    )
    return PairMoments(masks, np.maximum(relus, 0), first, mixed, second)


def population_hessian(network: ShallowNetwork) -> Float64[Array, "p p"]:
    """H = E grad f(X) grad f(X)^T [p, p] for X ~ N(0, I) and a net with all b1 = 0: order W1 (row major), b1, w2, b2.

    It is the Hessian of the population loss at a net that interpolates. Its last column is E grad f.

    Raises:
        ValueError: some b1 is not 0, or some w1 is.
    """
    if np.any(network.b1 != 0):
        raise ValueError("the kernels in closed form are those of neurons with b1 = 0")
    k, d, w2 = network.k, network.d, network.w2
    pairs, single = pair_moments(network.W1), neuron_moments(network.W1, network.b1)
    H = np.zeros((k * d + 2 * k + 1, k * d + 2 * k + 1))
    inner, bias, outer = slice(0, k * d), slice(k * d, k * d + k), slice(k * d + k, k * d + 2 * k)
    both = w2[:, None] * w2[None, :]
    H[inner, inner] = (both[..., None, None] * pairs.second).transpose(0, 2, 1, 3).reshape(k * d, k * d)
    H[inner, bias] = (both[..., None] * pairs.first).transpose(0, 2, 1).reshape(k * d, k)
    # column j is relu_j, row (i, c) is w2_i X_c 1_i
    H[inner, outer] = (w2[None, :, None] * pairs.mixed).transpose(1, 2, 0).reshape(k * d, k)
    H[inner, -1] = (w2[:, None] * single.first).reshape(k * d)
    H[bias, bias] = both * pairs.masks
    # E relu_j 1_i = <u_j, E X 1_i 1_j>
    H[bias, outer] = w2[:, None] * np.einsum("jc,ijc->ij", network.W1, pairs.first)
    H[bias, -1] = w2 * single.probability
    H[outer, outer] = pairs.relus
    H[outer, -1] = single.relu
    H[-1, -1] = 1.0
    upper = np.triu(H)
    return np.asarray(upper + np.triu(H, 1).T)
