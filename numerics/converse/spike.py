r"""A spike on a cap of the unit ball as a network of one neuron: what it costs, and its sharpness on the population.

f(x) = (H/s)(<v,x> - b)_+, b = 1-s, has height H at v and vanishes outside of the cap of width s. X is uniform on the
ball and the labels are those of f, so that the Hessian of the loss is E grad f grad f^T. With the tail P, the partial
mean q, K = sqrt(P^2+q^2), the mean excess h = q - bP, h_2 = E(<v,X>-b)_+^2 and the amplitude |a| = H/s:

    |f|_S = |a| h K,    balanced scales: |w1|^2 = |a| K/h, w2^2 = |a| h/K,
    1 + 2|f|_S <= lambda_max <= 1 + 2|f|_S/(1-r) for the balanced spike with r = w2^2 (P + E|X|^2 1) + |w1|^2 h_2 < 1,
    lambda_max >= |a| sqrt(P h_2) at all scales.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from flint import arb, ctx

from numerics.exact.balls import ball
from numerics.population.isotropic import UniformBall, UniformSphere

_PRECISION = 192


@dataclass(frozen=True)
class Spike:
    """A spike of a height on the cap of a width in (0, 1] of the unit ball; numbers that are no fractions are balls.

    Raises:
        ValueError: a dimension below 1, a width not seen to lie in (0, 1], a height not seen to be positive.

    >>> line = Spike(1, Fraction(1), Fraction(1))  # (x)_+ on [-1, 1]: h = 1/4, P = 1/2, q = 1/4
    >>> line.norm.overlaps(arb(5).sqrt() / 16)
    True
    """

    dimension: int
    width: Fraction | arb
    height: Fraction | arb

    def __post_init__(self) -> None:
        """Refuse what is no spike."""
        if self.dimension < 1:
            raise ValueError(f"a ball has dimension >= 1, not {self.dimension}")
        if not (ball(self.width) > 0 and ball(self.width) <= 1):
            raise ValueError(f"a cap has a width in (0, 1], not {self.width}")
        if not ball(self.height) > 0:
            raise ValueError(f"a spike has a height > 0, not {self.height}")

    @property
    def amplitude(self) -> arb:
        """|a| = H/s."""
        with ctx.workprec(_PRECISION):
            return ball(self.height) / ball(self.width)

    @cached_property
    def _moments(self) -> tuple[arb, arb, arb, arb]:
        """b, P, q and E <v,X>^2 1.

        The last by parts: b q + P_{d+2}(b)/(d+2), with the tail of the ball two dimensions up.
        """
        with ctx.workprec(_PRECISION):
            b, d = 1 - ball(self.width), self.dimension
            tail, mean = UniformBall(d, Fraction(1)).enclosed_moments(b)
            upstairs, _ = UniformBall(d + 2, Fraction(1)).enclosed_moments(b)
            return b, tail, mean, b * mean + upstairs / (d + 2)

    @property
    def mass(self) -> arb:
        """P, the share of the population on which the neuron is active."""
        return self._moments[1]

    @property
    def excess(self) -> arb:
        """The mean excess h = E(<v,X> - b)_+."""
        with ctx.workprec(_PRECISION):
            b, tail, mean, _ = self._moments
            return mean - b * tail

    @property
    def lever(self) -> arb:
        """K = sqrt(P^2 + q^2) = sqrt(P^2 + |E X 1|^2)."""
        with ctx.workprec(_PRECISION):
            _, tail, mean, _ = self._moments
            return (tail**2 + mean**2).sqrt()

    @property
    def second(self) -> arb:
        """The second moment h_2 = E(<v,X> - b)_+^2."""
        with ctx.workprec(_PRECISION):
            b, tail, mean, square = self._moments
            return square - 2 * b * mean + b**2 * tail

    @property
    def norm(self) -> arb:
        """|f|_S = |a| g(1-s)."""
        with ctx.workprec(_PRECISION):
            return self.amplitude * self.excess * self.lever

    @property
    def curvature(self) -> arb:
        """r, the trace of the block of w1, b1 and w2 of the balanced spike: a bound of its eigenvalues."""
        with ctx.workprec(_PRECISION):
            _, tail, _, square = self._moments
            # the coordinates across are those of a ball of radius sqrt(1 - <v,x>^2) of one dimension less
            d = self.dimension
            lengths = square + (tail - square) * (d - 1) / (d + 1)
            return self.amplitude * (
                self.excess / self.lever * (tail + lengths) + self.lever / self.excess * self.second
            )

    @property
    def sharpness(self) -> arb:
        """A ball that contains lambda_max of the balanced spike.

        Raises:
            ArithmeticError: r is not seen to be below 1.
        """
        with ctx.workprec(_PRECISION):
            rest = 1 - self.curvature
            if not rest > 0:
                raise ArithmeticError(
                    f"the other parameters have a trace of {self.curvature.str(5)}, which is not below 1"
                )
            return (1 + 2 * self.norm).union(1 + 2 * self.norm / rest)

    @property
    def least_sharpness(self) -> arb:
        """|a| sqrt(P h_2), which lambda_max is at least, whatever the scales of the neuron."""
        with ctx.workprec(_PRECISION):
            return self.amplitude * (self.mass * self.second).sqrt()

    @property
    def share_of_edge(self) -> arb:
        """The share of the unit sphere that the cap covers: so many disjoint caps are there at most, one over it.

        Raises:
            ValueError: the dimension is 1, where the edge is two points.
        """
        if self.dimension < 2:
            raise ValueError("the edge of an interval is two points, and no cap covers a share of it")
        with ctx.workprec(_PRECISION):
            return UniformSphere(self.dimension, Fraction(1)).enclosed_moments(1 - ball(self.width))[0]


def touching_spikes(count: int, height: Fraction | arb) -> Spike:
    """One of ``count`` >= 2 spikes on the disc whose caps touch one another around the circle: s = 1 - cos(pi/count).

    >>> float(touching_spikes(4, Fraction(1)).share_of_edge)
    0.25
    """
    if count < 2:
        raise ValueError(f"at least two caps touch all around the circle, not {count}")
    with ctx.workprec(_PRECISION):
        return Spike(2, 1 - (arb(1) / count).cos_pi(), height)
