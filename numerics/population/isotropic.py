"""Populations with a density: the weight g of a hyperplane in closed form, in floats and in balls.

All are isotropic: <v,X> has the same symmetric law for every unit vector v. With P(b) = P(<v,X> > b) and
q(b) = E<v,X> 1{<v,X> > b}, for b >= 0, the moment E X 1{<v,X> > b} is q(b) v, and the weight is

    g(b) = h(b) sqrt(P(b)^2 + q(b)^2),  h(b) = E(<v,X> - b)_+ = q(b) - b P(b),   even in b.

The other orientation has q(-b) = q(b), P(-b) = 1 - P(b) and h(-b) = h(b) + b, so it never weighs less.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import acb, acb_series, arb
from jaxtyping import Float64
from scipy import special

from numerics.exact.balls import ball
from numerics.exact.mills import enclosed_mills
from numerics.exact.power_series import coefficients, gauss, reciprocal, square_root, truncated
from numerics.network import Array


class Isotropic(ABC):
    """A rotation-invariant population in R^dimension."""

    dimension: int

    @property
    @abstractmethod
    def extent(self) -> Fraction | None:
        """The radius of the smallest ball that holds the population, or None if there is none."""

    @abstractmethod
    def probability(self, b: Float64[Array, " *s"]) -> Float64[Array, " *s"]:
        """P(<v,X> > |b|), any shape."""

    @abstractmethod
    def partial_mean(self, b: Float64[Array, " *s"]) -> Float64[Array, " *s"]:
        """q(b) = E <v,X> 1{<v,X> > |b|}, any shape."""

    @abstractmethod
    def marginal(self, b: Float64[Array, " *s"]) -> Float64[Array, " *s"]:
        """p(b), the density of <v,X>, any shape; infinite where it is not bounded."""

    @abstractmethod
    def enclosed_moments(self, b: arb) -> tuple[arb, arb]:
        """Balls that contain P(b) and q(b), for a ball b >= 0 within the extent."""

    @abstractmethod
    def enclosed_profile(self, s: acb, order: int, analytic: bool = False) -> list[acb]:
        """Taylor coefficients 0..order, at s, of s -> g(sqrt s) or its analytic continuation off the negative axis.

        Where ``analytic`` is set and the ball s meets the negative axis, they are not finite.
        """

    def weight(self, b: Float64[Array, " *s"]) -> Float64[Array, " *s"]:
        """g(v, b), the same for every unit vector v; any shape."""
        P, q = self.probability(b), self.partial_mean(b)
        return np.asarray(np.maximum(q - np.abs(b) * P, 0) * np.sqrt(P**2 + q**2))

    def weight_fall(self, b: Float64[Array, " *s"]) -> Float64[Array, " *s"]:
        """-g'(b) = P K + h p (P + b q)/K with K = sqrt(P^2 + q^2), b > 0, any shape; the limit from above at 0."""
        P, q, p = self.probability(b), self.partial_mean(b), self.marginal(b)
        K = np.sqrt(P**2 + q**2)
        with np.errstate(invalid="ignore"):
            # at the edge p may be infinite where all else is 0
            fall = P * K + np.maximum(q - b * P, 0) * p * (P + b * q) / np.where(K > 0, K, 1)
        return np.where(K > 0, fall, 0.0)

    def enclosed_weight(self, b: arb) -> arb:
        """A ball that contains g(b), for a ball b >= 0 within the extent."""
        P, q = self.enclosed_moments(b)
        return (q - b * P) * (P**2 + q**2).sqrt()


@dataclass(frozen=True)
class Gaussian(Isotropic):
    r"""X normal with mean 0 and covariance the identity.

    With phi the normal density and Q its tail: P = Q(b), q = phi(b) and g(b) = (phi - |b| Q) sqrt(Q^2 + phi^2).

    >>> Gaussian(3).weight(np.array([0.0, -1.0])).round(6).tolist()
    [0.255184, 0.024107]
    """

    dimension: int

    def __post_init__(self) -> None:
        """Refuse what is not a dimension."""
        if self.dimension < 1:
            raise ValueError(f"a population has dimension >= 1, not {self.dimension}")

    @property
    def extent(self) -> None:
        """None: there is no ball that holds the population."""
        return

    def probability(self, b: Float64[Array, " *s"]) -> Float64[Array, " *s"]:
        """Q(|b|), any shape."""
        return np.asarray(special.ndtr(-np.abs(b)))

    def partial_mean(self, b: Float64[Array, " *s"]) -> Float64[Array, " *s"]:
        """phi(b), any shape."""
        return self.marginal(b)

    def marginal(self, b: Float64[Array, " *s"]) -> Float64[Array, " *s"]:
        """phi(b), any shape."""
        return np.asarray(np.exp(-np.square(b) / 2) / math.sqrt(2 * math.pi))

    def enclosed_moments(self, b: arb) -> tuple[arb, arb]:
        """Balls that contain Q(b) and phi(b), for a ball b."""
        return (b / arb(2).sqrt()).erfc() / 2, (-(b**2) / 2).exp() / (2 * arb.pi()).sqrt()

    def enclosed_profile(self, s: acb, order: int, analytic: bool = False) -> list[acb]:
        """Taylor coefficients of phi^2 M_1 sqrt(1 + M_0^2), where 1 + M_0^2 has no zero off the negative axis."""
        root = s.sqrt(analytic=analytic)
        if not root.is_finite():
            return [acb("nan")] * (order + 1)
        mills, excess_at = enclosed_mills(root)
        with truncated(order + 1):
            # all over phi(b) at the expansion point
            density = acb_series([0, acb(-1) / 2]).exp()
            half_rate = reciprocal(acb_series([s, 1]).sqrt()) / 2
            tail = acb_series([mills]) - (density * half_rate).integral()
            excess = acb_series([excess_at]) - (tail * half_rate).integral()
            ratio = tail * acb_series([0, acb(1) / 2]).exp()
            g = excess * density * square_root(1 + ratio * ratio, analytic)
            return coefficients(g * ((-s).exp() / (2 * arb.pi())), order)


class _OnRadius(Isotropic):
    r"""Populations whose projections have the density (1 - t^2)^{a-1}/(R B(a, 1/2)), t = b/R, on [-R, R].

    With w = 1 - t^2, q_0 = Gamma(a+1/2)/(2 sqrt(pi) Gamma(a+1)) and Gauss' F,
    P = q_0 w^a F(a, 1/2; a+1; w), q = R q_0 w^a and
    g = R q_0^2/(2(a+1)) w^{2a+1} F(1, a+1/2; a+2; w) sqrt(F(a, 1/2; a+1; w)^2 + R^2); 2a+1 is a whole number.
    """

    radius: Fraction

    @property
    @abstractmethod
    def _twice_a(self) -> int: ...

    def __post_init__(self) -> None:
        """Refuse what is not a ball or a sphere."""
        if self.dimension < 1 or self.radius <= 0:
            raise ValueError(
                f"a ball or sphere has dimension >= 1 and radius > 0, not {self.dimension} and {self.radius}"
            )

    @property
    def extent(self) -> Fraction:
        """The radius R."""
        return self.radius

    def _rest(self, b: Float64[Array, " *s"]) -> Float64[Array, " *s"]:
        t = np.minimum(np.abs(b) / float(self.radius), 1)
        return np.asarray((1 - t) * (1 + t))

    def _constant(self) -> float:
        a = self._twice_a / 2
        return math.exp(math.lgamma(a + 0.5) - math.lgamma(a + 1)) / (2 * math.sqrt(math.pi))

    def probability(self, b: Float64[Array, " *s"]) -> Float64[Array, " *s"]:
        """P(<v,X> > |b|) = I_w(a, 1/2)/2, the regularised incomplete beta function; any shape."""
        if self._twice_a == 0:
            return np.where(self._rest(b) > 0, 0.5, 0.0)
        return np.asarray(special.betainc(self._twice_a / 2, 0.5, self._rest(b)) / 2)

    def partial_mean(self, b: Float64[Array, " *s"]) -> Float64[Array, " *s"]:
        """q(b) = E <v,X> 1{<v,X> > |b|}, any shape."""
        w = self._rest(b)
        power = np.where(w > 0, 1.0, 0.0) if self._twice_a == 0 else w ** (self._twice_a / 2)
        return np.asarray(float(self.radius) * self._constant() * power)

    def marginal(self, b: Float64[Array, " *s"]) -> Float64[Array, " *s"]:
        """p(b), the density of <v,X>, any shape: infinite at the ends of an arc's shadow, 0 between two points."""
        a, w = self._twice_a / 2, self._rest(b)
        with np.errstate(divide="ignore", invalid="ignore"):
            inside = 2 * a * self._constant() / float(self.radius) * w ** (a - 1) if a else np.zeros_like(w)
        return np.where(np.abs(b) > float(self.radius), 0.0, inside)

    def enclosed_moments(self, b: arb) -> tuple[arb, arb]:
        """Balls that contain P(b) and q(b), for a ball b within [0, R)."""
        R = ball(self.radius)
        t = b / R
        rest = (1 - t) * (1 + t)
        power = rest ** (self._twice_a // 2) * (rest.sqrt() if self._twice_a % 2 else 1)
        q = R * self._enclosed_constant() * power
        return self._enclosed_tail(t, rest), q

    def _enclosed_tail(self, t: arb, rest: arb) -> arb:
        match self._twice_a:
            case 0:
                return arb(1) / 2
            case 1:
                return t.acos() / arb.pi()
            case 2:
                return (1 - t) / 2
            case 3:
                return (t.acos() - t * rest.sqrt()) / arb.pi()
        return rest.beta_lower(arb(self._twice_a) / 2, arb(1) / 2, regularized=1) / 2

    def enclosed_profile(self, s: acb, order: int, analytic: bool = False) -> list[acb]:
        """Taylor coefficients: from the closed form, analytic at the edge s = R^2; by integration of p near s = 0."""
        R = ball(self.radius)
        root = s.sqrt(analytic=analytic)
        if not root.is_finite():
            return [acb("nan")] * (order + 1)
        central = abs(s / R**2) < 0.5
        with truncated(order + 1):
            g = self._central_profile(s, root, analytic) if central else self._outer_profile(s, order, analytic)
            return coefficients(g, order)

    def _outer_profile(self, s: acb, order: int, analytic: bool) -> acb_series:
        a, R, half = arb(self._twice_a) / 2, ball(self.radius), arb(1) / 2
        w, rate = 1 - s / R**2, -1 / R**2
        excess = gauss(arb(1), a + half, a + 2, w, rate, order)
        tail = gauss(a, half, a + 1, w, rate, order)
        power = acb_series([w, rate]) ** (self._twice_a + 1)
        return (
            power
            * excess
            * square_root(tail * tail + R**2, analytic)
            * (R * self._enclosed_constant() ** 2 / (2 * (a + 1)))
        )

    def _central_profile(self, s: acb, root: acb, analytic: bool) -> acb_series:
        # dP/ds = -p/(2b) with b = sqrt s; w^a would wind round 0 under the root, so it stays outside
        a, R, half = arb(self._twice_a) / 2, ball(self.radius), arb(1) / 2
        t, w = root / R, 1 - s / R**2
        constant = self._enclosed_constant()
        rest = acb_series([w, -1 / R**2])
        power = rest ** (self._twice_a // 2) * (rest.sqrt() if self._twice_a % 2 else 1)
        tail_at = half - 2 * a * constant * t * (t**2).hypgeom_2f1(half, 1 - a, 3 * half)
        root_series = acb_series([s, 1]).sqrt()
        half_rate = reciprocal(root_series) / 2
        tail = acb_series([tail_at]) - (power * reciprocal(rest) * (2 * a * constant / R) * half_rate).integral()
        ratio = tail * reciprocal(power)
        lever = power * square_root(ratio * ratio + (R * constant) ** 2, analytic)
        return (power * (R * constant) - root_series * tail) * lever

    def _enclosed_constant(self) -> arb:
        a = arb(self._twice_a) / 2
        return (a + arb(1) / 2).gamma() / (2 * arb.pi().sqrt() * (a + 1).gamma())


@dataclass(frozen=True)
class UniformBall(_OnRadius):
    r"""X uniform on the ball of a radius R about the origin in d dimensions.

    With t = |b|/R: P(b) = P(<v,X> > b) = I_{1-t^2}((d+1)/2, 1/2)/2 (regularised incomplete beta function) and
    q(b) = E<v,X> 1{<v,X> > b} = R c_d/(d+1) (1-t^2)^{(d+1)/2}, c_d = Gamma(d/2+1)/(sqrt(pi) Gamma((d+1)/2)).
    The weight is g(b) = (q - |b| P) sqrt(P^2 + q^2), of the order (1-t)^{d+2} at the edge, and 0 for |b| >= R.

    >>> UniformBall(2, Fraction(4)).weight(np.array([0.0, 4.0])).round(6).tolist()
    [0.836215, 0.0]
    """

    dimension: int
    radius: Fraction

    @property
    def _twice_a(self) -> int:
        return self.dimension + 1


@dataclass(frozen=True)
class UniformSphere(_OnRadius):
    r"""X uniform on the sphere of a radius R about the origin in d dimensions (two points if d = 1).

    As for the ball of dimension d - 2: P(b) = I_{1-t^2}((d-1)/2, 1/2)/2, q(b) = R c (1-t^2)^{(d-1)/2} with
    c = Gamma(d/2)/(2 sqrt(pi) Gamma((d+1)/2)). The weight is of the order (1-t)^d at the edge, and 0 for |b| >= R.

    >>> UniformSphere(1, Fraction(1)).weight(np.array([0.0, 0.5, 1.0])).round(6).tolist()  # (1-|b|) sqrt(2)/4
    [0.353553, 0.176777, 0.0]
    """

    dimension: int
    radius: Fraction

    @property
    def _twice_a(self) -> int:
        return self.dimension - 1
