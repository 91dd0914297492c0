"""The pyramid phi(x) = (1 - |x|_1)_+, the function of the depth separation."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from jaxtyping import Float64

from numerics.network import Array


def pyramid(x: Float64[Array, "n d"]) -> Float64[Array, " n"]:
    """phi(x) = (1 - |x|_1)_+ for points x [n, d]; values [n]."""
    return np.asarray(np.maximum(1 - np.abs(x).sum(axis=1), 0))


def exact_pyramid(point: Sequence[Fraction]) -> Fraction:
    """Phi at one rational point, exactly."""
    return max(1 - sum(map(abs, point), Fraction(0)), Fraction(0))
