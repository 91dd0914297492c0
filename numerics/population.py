"""Populations with a density: the weight g of a hyperplane in closed form, in floats and in balls."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb
from scipy import special

from numerics.network import Array
from numerics.support.balls import ball


@dataclass(frozen=True)
class UniformBall:
    r"""X uniform on the ball of a radius R about the origin in d dimensions.

    With t = |b|/R: P(b) = P(<v,X> > b) = I_{1-t^2}((d+1)/2, 1/2)/2 (regularised incomplete beta function) and
    q(b) = E<v,X> 1{<v,X> > b} = R c_d/(d+1) (1-t^2)^{(d+1)/2}, c_d = Gamma(d/2+1)/(sqrt(pi) Gamma((d+1)/2)).
    The weight is g(b) = (q - |b| P) sqrt(P^2 + q^2), and 0 for |b| >= R.

    >>> UniformBall(2, Fraction(4)).weight(np.array([0.0, 4.0])).round(6).tolist()
    [0.836215, 0.0]
    """

    dimension: int
    radius: Fraction

    def __post_init__(self) -> None:
        """Refuse what is not a ball."""
        if self.dimension < 1 or self.radius <= 0:
            raise ValueError(f"a ball has dimension >= 1 and radius > 0, not {self.dimension} and {self.radius}")

    def probability(self, b: Array) -> Array:
        """P(<v,X> > b) for b >= 0, any shape."""
        t = np.minimum(np.abs(b) / float(self.radius), 1)
        return np.asarray(special.betainc((self.dimension + 1) / 2, 0.5, (1 - t) * (1 + t)) / 2)

    def partial_mean(self, b: Array) -> Array:
        """q(b) = E <v,X> 1{<v,X> > b}, any shape."""
        d = self.dimension
        t = np.minimum(np.abs(b) / float(self.radius), 1)
        constant = math.exp(math.lgamma(d / 2 + 1) - math.lgamma((d + 1) / 2)) / math.sqrt(math.pi)
        return np.asarray(float(self.radius) * constant / (d + 1) * ((1 - t) * (1 + t)) ** ((d + 1) / 2))

    def weight(self, b: Array) -> Array:
        """g(v, b), the same for every unit vector v; any shape."""
        P, q = self.probability(b), self.partial_mean(b)
        return np.asarray(np.maximum(q - np.abs(b) * P, 0) * np.sqrt(P**2 + q**2))

    def enclosed_moments(self, b: arb) -> tuple[arb, arb]:
        """Balls that contain P(b) and q(b), for a ball b within [0, R)."""
        d, R = self.dimension, ball(self.radius)
        t = b / R
        rest = (1 - t) * (1 + t)
        root = rest.sqrt()
        constant = (arb(d) / 2 + 1).gamma() / (arb.pi().sqrt() * (arb(d + 1) / 2).gamma())
        q = R * constant / (d + 1) * rest ** ((d + 1) // 2) * (1 if d % 2 else root)
        if d == 2:
            P = (t.acos() - t * root) / arb.pi()
        else:
            P = rest.beta_lower(arb(d + 1) / 2, arb(1) / 2, regularized=1) / 2
        return P, q

    def enclosed_weight(self, b: arb) -> arb:
        """A ball that contains g(b), for a ball b within [0, R)."""
        P, q = self.enclosed_moments(b)
        return (q - b * P) * (P**2 + q**2).sqrt()
