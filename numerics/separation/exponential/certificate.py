r"""The exponential bound: how slowly shallow nets of a bounded stability norm approach phi(x) = (1 - |x|_1)_+.

Duality: for psi in C^2 with compact support in B_R and f(x) = sum_i a_i relu(<v_i,x> - b_i) + affine with |f|_S <= C,
<f, Laplacian psi> = sum_H a_H R psi(H), R the Radon transform, so with M >= |R psi|/g

    sup_{B_R} |f - phi| >= (<phi, Laplacian psi> - C M) / ||Laplacian psi||_1.

psi = psi(eps), 0 < eps <= 1/e, is the function of ``numerics.separation.exponential.function``; it is C^3 (so nothing
has to be mollified) and supported in the closed ball of radius 2, inside B_R for R > 2.

*Pairing.* Laplacian phi is sqrt(2) times arc length on |x|_1 = 1 minus twice arc length on the axes inside. The disc of
psi_1 meets, up to single points, only the three kinks at its vertex, where -Im(z^3) r^-3 is 1/sqrt(2), -1, 1/sqrt(2):
<phi, Laplacian psi_1> = 4 int r^3 G dr = 4 log(1/eps) int_0^1 u^3 (1-u^2)^(5/2) du = (8/63) log(1/eps). Four vertices:
(32/63) log(1/eps).

*Radon transform.* R psi_1(v_a, b) = sin(3a) (D(t) - D(t/eps)), t = b - sin a, with the profile D(y) = pi y sum_k
PROFILE_k y^(2k), D' = (5 pi/128) (1-y^2)^3 (11 y^2 - 3) on [-1, 1], constant beyond. The module
``numerics.separation.exponential.radon_supremum`` bounds |R psi|/g by M, for all eps.

*Mass.* Laplacian psi_1 = Im(z^3) (kappa(r) - kappa(r/eps))/r^6. kappa falls from 16/63 on [0, sqrt(8/11)] and rises to
kappa(1) = 0 after, so eps ||Laplacian psi_1||_1 = 4 int_0^{1/eps} u^-2 |kappa(eps u) - kappa(u)| du, where the part u <
1 is at most int u^-2 (kappa(0) - kappa(u)) du = -16/63 + 45 pi/256 (there kappa(eps u) >= kappa(u), as kappa > 0 on [0,
2/5]), and the part u > 1 at most max |kappa| = 16/63: together 45 pi/64, approached as eps -> 0. The triangle
inequality over four vertices gives 45 pi/16.

*The best eps.* The bound is (512/(2835 pi)) eps (log(1/eps) - c' C), c' = 63 M/32, largest at eps = exp(-1 - c' C),
which is at most 1/e for every C >= 0.

*Dimensions d > 2.* On the plane of the first two axes relu(<v,x> - b) = |v'| relu(<u,y> - b/|v'|), v' = (v_1, v_2) =
|v'| u, |v'| <= 1, or a constant if v' = 0. g_d falls in |b|, so |v'| |R psi(u, b/|v'|)| <= M g_d(b/|v'|) <= M g_d(b),
with M = sup |R psi|/g_d.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from flint import arb

from numerics.exact.balls import Exact, ball
from numerics.separation.exponential.profile import PROFILE as PROFILE
from numerics.separation.exponential.profile import profile
from numerics.separation.exponential.radon_supremum import enclosed_supremum

PAIRING = Fraction(32, 63)
"""<phi, Laplacian psi> = PAIRING log(1/eps)."""
MASS = Fraction(45, 16)
"""eps ||Laplacian psi||_1 <= MASS pi for 0 < eps <= LARGEST_SCALE."""
LARGEST_SCALE = Fraction(2, 5)
"""kappa > 0 on [0, 2/5], which the bound of the mass needs; 1/e is below."""


def checked_scale(epsilon: float) -> float:
    """The scale eps, if 0 < eps < 1; ValueError otherwise."""
    if not 0 < epsilon < 1:
        raise ValueError(f"the scale epsilon must lie strictly between 0 and 1, not {epsilon!r}")
    return float(epsilon)


def enclosed_radon(angle: arb, threshold: arb, epsilon: Exact | arb) -> arb:
    """R psi on the line {x_1 cos(angle) + x_2 sin(angle) = threshold}, a ball; E(t) = D(t) - D(t/eps) and

    R psi = sin(3 angle) (E(b - s) - E(b + s)) + cos(3 angle) (E(b + c) - E(b - c)), s, c the sine and cosine of the
    angle.
    """
    s, c, scale = angle.sin(), angle.cos(), ball(epsilon)

    def step(t: arb) -> arb:
        return profile(t) - profile(t / scale)

    b = threshold
    return (3 * angle).sin() * (step(b - s) - step(b + s)) + (3 * angle).cos() * (step(b + c) - step(b - c))


def mass_profile(r: arb) -> arb:
    """kappa(r) = 4 Q(w) + 2 r^4 w^(5/2) - 5 r^6 w^(3/2), w = 1 - r^2, a ball, for a ball r within [0, 1]."""
    w = (1 - r) * (1 + r)
    root = w.sqrt()
    primitive = root * w**3 * (ball(Fraction(2, 7)) - ball(Fraction(2, 9)) * w)
    return 4 * primitive + 2 * r**4 * w**2 * root - 5 * r**6 * w * root


def pairing(epsilon: Exact | arb) -> arb:
    """<phi, Laplacian psi> = (32/63) log(1/eps), a ball."""
    return -ball(PAIRING) * ball(epsilon).log()


def mass_bound(epsilon: Exact | arb) -> arb:
    """(45 pi/16)/eps, at least ||Laplacian psi||_1 for 0 < eps <= 2/5; ValueError for another eps."""
    scale = ball(epsilon)
    if not (scale > 0 and scale <= ball(LARGEST_SCALE)):
        raise ValueError(f"the bound of the mass is proved for 0 < epsilon <= 2/5, not for {scale.str(10)}")
    return ball(MASS) * arb.pi() / scale


@dataclass(frozen=True, eq=False)
class ExponentialTheorem:
    r"""X uniform on B_R in R^d: every net with |f|_S <= C has sup_{B_R} |f - phi| >= constant * exp(-rate * C), for all
    C >= 0.

    A net that is stable at the step size eta has C = 1/eta - 1/2.

    Args:
        dimension, radius: d and R.
        supremum: M, a ball; |R psi| <= M g for every eps in (0, 1). If ``exact``, it is the supremum over all lines and
        eps. constant: c = 512/(2835 pi e). rate: c' = 63 M/32. exact: whether M is the supremum, or only a bound of it.
        peak: the angle and threshold where the supremum is approached, in words. boxes: how many boxes the branch and
        bound looked at.
    """

    dimension: int
    radius: Fraction
    supremum: arb
    constant: arb
    rate: arb
    exact: bool
    peak: str
    boxes: int

    def lower_bound(self, norm: Exact | arb) -> arb:
        """The bound c exp(-c' C), a ball; ValueError unless C >= 0."""
        C = _norm(norm)
        return self.constant * (-self.rate * C).exp()

    def best_scale(self, norm: Exact | arb) -> arb:
        """The best eps, exp(-1 - c' C), a ball."""
        return (-1 - self.rate * _norm(norm)).exp()

    def bound_at(self, epsilon: Exact | arb, norm: Exact | arb) -> arb:
        """(<phi, Laplacian psi> - C M) / ((45 pi/16)/eps), the bound from one psi; a ball. ValueError for eps > 2/5."""
        return (pairing(epsilon) - _norm(norm) * self.supremum) / mass_bound(epsilon)


@lru_cache
def exponential_theorem(dimension: int, radius: int | Fraction) -> ExponentialTheorem:
    """Prove the theorem for X uniform on the ball of this radius (> 2) in this dimension (>= 2).

    Raises:
        ValueError: d < 2, R <= 2 or R not exact.
        ArithmeticError: no bound M was proved.

    >>> exponential_theorem(2, 4).lower_bound(0).str(8, radius=False)
    '0.021148158'
    """
    found = enclosed_supremum(dimension, radius)
    constant = arb(512) / (2835 * arb.pi() * arb(1).exp())
    rate = 63 * found.value / 32
    return ExponentialTheorem(
        dimension, Fraction(radius), found.value, constant, rate, found.exact, found.peak, found.boxes
    )


def _norm(norm: Exact | arb) -> arb:
    C = ball(norm)
    if not C.is_finite() or C < 0:
        raise ValueError(f"the stability norm C must be finite and at least 0, not {norm}")
    return C
