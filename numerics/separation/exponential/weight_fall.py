"""How steeply the weight g of a ball falls with the threshold, proved."""

from __future__ import annotations

from flint import arb

from numerics.exact.balls import ball
from numerics.population.isotropic import UniformBall


def steepest_fall(population: UniformBall, low: arb, high: arb) -> arb:
    """A bound of -g' on [low, high], as a ball; 0 <= low <= high < R.

    For b >= 0, P' = -p and q' = -b p with p = (d+1) q/(R^2 - b^2) the density of <v, X>. With h = q - bP, K^2 = P^2 +
    q^2 and g = h K, -g' = P K + h p (P + b q)/K, where P, q, h, p and K fall. (P + b q)/K is at most sqrt(1 + high^2)
    by Cauchy-Schwarz, and at most (P(low) + high q(low))/K(high). In particular g falls.
    """
    P, q = population.enclosed_moments(low)
    P_end, q_end = population.enclosed_moments(high)
    R = ball(population.radius)
    density = (population.dimension + 1) * q / ((R - low) * (R + low))
    ratio = (1 + high**2).sqrt().min((P + high * q) / (P_end**2 + q_end**2).sqrt())
    return P * (P**2 + q**2).sqrt() + (q - low * P) * density * ratio
