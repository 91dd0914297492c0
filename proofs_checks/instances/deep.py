"""Networks with two hidden layers, differentiated automatically."""

from __future__ import annotations

import numpy as np
import torch

from numerics.network import Array


def deep_network(W1: Array, b1: Array, w2: Array, b2: float, x: Array) -> tuple[Array, float]:
    """Values [n] and sharpness at interpolation of relu(<w2, relu(W1 x + b1)> + b2), then scaled by 1 and shifted by 0.

    W1 [k, d], b1 [k], w2 [k] and b2 belong to two hidden layers, the second of one neuron; the output weight 1 and the
    output bias 0 are parameters too. x is [n, d]. The sharpness is the top eigenvalue of the features' Gram matrix.
    """
    parameters = [torch.tensor(part, dtype=torch.float64, requires_grad=True) for part in (W1, b1, w2, b2, 1.0, 0.0)]
    hidden, bias, second, second_bias, scale, shift = parameters
    rows, values = [], []
    for point in torch.tensor(x, dtype=torch.float64):
        value = scale * torch.relu(second @ torch.relu(hidden @ point + bias) + second_bias) + shift
        gradients = torch.autograd.grad(value, parameters)
        rows.append(torch.cat([gradient.reshape(-1) for gradient in gradients]).numpy())
        values.append(float(value.detach()))
    features = np.array(rows)
    return np.array(values), float(np.linalg.eigvalsh(features @ features.T / len(x))[-1])
