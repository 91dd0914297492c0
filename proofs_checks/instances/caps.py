"""For the checks of boundary-atoms: a tall spike, balanced neurons on draws, and false neighbours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb
from hypothesis import strategies as st

from numerics.converse.edge_weight import edge_constant, edge_curve
from numerics.converse.spike import Spike
from numerics.exact.balls import ball
from numerics.gram import gram_sharpness
from numerics.network import Array, ShallowNetwork
from numerics.population.isotropic import UniformBall
from proofs_checks.instances.isotropic import samples

ONE = Fraction(1)
TALL = Spike(10, Fraction(1, 10), Fraction(10**7))


@dataclass(frozen=True, eq=False)
class Neuron:
    """One balanced neuron on data x [n, d]: any finite set of data is a law."""

    network: ShallowNetwork
    x: Array

    @property
    def above(self) -> Array:
        """The pre-activations of the canonical neuron on its active side [n], 0 elsewhere."""
        scale = np.linalg.norm(self.network.W1)
        return np.maximum(self.network.preactivations(self.x)[:, 0] / scale, 0)

    @property
    def amplitude(self) -> float:
        """|a|."""
        return float(np.abs(self.network.w2[0]) * np.linalg.norm(self.network.W1))

    @property
    def one_sided_norm(self) -> float:
        """|a| times the one-sided weight: the stability norm where the active side has the smaller weight."""
        active = self.above > 0
        lever = np.hypot(active.mean(), np.linalg.norm((self.x * active[:, None]).mean(axis=0)))
        return float(self.amplitude * self.above.mean() * lever)

    @property
    def curvature(self) -> float:
        """The trace r of the block of w1, b1 and w2."""
        active = self.above > 0
        lengths = (1 + np.sum(self.x**2, axis=1)) * active
        scale = float(np.linalg.norm(self.network.W1))
        return float(self.network.w2[0] ** 2 * lengths.mean() + scale**2 * np.mean(self.above**2))

    @property
    def least_sharpness(self) -> float:
        """|a| sqrt(P h_2)."""
        return float(self.amplitude * np.sqrt((self.above > 0).mean() * np.mean(self.above**2)))

    def rescaled(self, factor: float) -> Neuron:
        """The same function with another scale."""
        return Neuron(self.network.rescaled([factor]), self.x)


def balanced_neuron(x: Array, width: float, height: float) -> Neuron:
    """A spike in the direction of the longest datum, with E relu = |w2| sqrt(P^2 + |E X 1|^2) on the data."""
    longest = x[np.argmax(np.sum(x**2, axis=1))]
    direction = longest / np.linalg.norm(longest)
    along = x @ direction
    edge = float(along.max()) - width
    a, active = height / width, along > edge
    lever = np.hypot(active.mean(), np.linalg.norm((x * active[:, None]).mean(axis=0)))
    scale = np.sqrt(a * lever / np.maximum(along - edge, 0).mean())
    return Neuron(ShallowNetwork([scale * direction], [-scale * edge], [a / scale], 0.5), x)


@st.composite
def balanced_neurons(draw: st.DrawFn) -> Neuron:
    """Draws from balls of dimension 1 to 6, one datum and duplicated data among them."""
    d, n = draw(st.integers(1, 6)), draw(st.sampled_from((1, 2, 5, 60)))
    x = samples(UniformBall(d, ONE), n, draw(st.integers(0, 2**16)))
    if draw(st.booleans()):
        x = np.concatenate([x, x[:1]])
    return balanced_neuron(x, draw(st.floats(0.05, 1)), draw(st.floats(0.05, 4)))


@dataclass(frozen=True)
class Neighbour:
    """A false variant of a statement, why it is false, and what gives its counterexample, if it finds one."""

    variant: str
    because: str
    statement: str
    find: Callable[[], str | None]


def _ratio(d: int, s: Fraction, constant: arb, power: int) -> str | None:
    """What g(1-s) is to a leading term, if that is no number near 1."""
    ratio = UniformBall(d, ONE).enclosed_weight(ball(1 - s)) / (constant * ball(s) ** power)
    return f"d = {d}, s = {s}: g(1-s) is {ratio.str(6)} times it" if abs(ratio - 1) > ball(Fraction(1, 10)) else None


def _half_constant() -> str | None:
    return _ratio(3, Fraction(1, 2**20), edge_constant(3) / 2, 5)


def _smaller_power() -> str | None:
    return _ratio(2, Fraction(1, 100), edge_constant(2), 3)


def _violated(d: int, s: Fraction, bound: arb, what: str) -> str | None:
    found = edge_curve(d, ball(s))
    return f"d = {d}, s = {s}: {found.str(6)} < {bound.str(6)}, {what}" if found < bound else None


def _no_factor() -> str | None:
    s = Fraction(1, 2)
    m = ball(Fraction(4, 6) * s)
    return _violated(3, s, ((1 + (1 - m) ** 2) / 2).sqrt(), "the root alone")


def _squared_factor() -> str | None:
    """The factor at half the mean depth, with the power d - 1 halved once more."""
    s = Fraction(1, 2)
    bound = edge_curve(3, ball(s), "larger") / (1 - ball(Fraction(4, 6) * s) / 2)
    return _violated(3, s, bound, "only the factor of the mean excess")


def _factor_of_the_tail_in_the_plane() -> str | None:
    """P >= P_0 (1 - m/2)^a for a = 1/2, with P_0 = A s^{3/2}/(3/2), A = sqrt2 2/pi."""
    s = ball(Fraction(1, 2))
    tail, _ = UniformBall(2, ONE).enclosed_moments(1 - s)
    flat = 2 * arb(2).sqrt() / arb.pi() * s * s.sqrt() * 2 / 3
    bound = flat * (1 - 3 * s / 10).sqrt()
    return f"d = 2, s = 1/2: P = {tail.str(8)} < {bound.str(8)}" if tail < bound else None


def _cheaper_spike() -> str | None:
    spike = Spike(2, Fraction(1, 8), ONE)
    bound = edge_constant(2) * ball(Fraction(1, 8)) ** 4
    return f"d = 2, s = 1/8: {spike.norm.str(6)} > {bound.str(6)}" if spike.norm > bound else None


def _norm_alone() -> str | None:
    bound = 1 + 2 * TALL.norm
    found = TALL.least_sharpness > bound
    return f"lambda_max >= {TALL.least_sharpness.str(6)}, 1 + 2 |f|_S = {bound.str(6)}" if found else None


def _without_the_others() -> str | None:
    neuron = balanced_neuron(samples(UniformBall(2, ONE), 60, 1), 0.5, 1.0)
    top, bound = gram_sharpness(neuron.network, neuron.x), 1 + 2 * neuron.one_sided_norm
    return f"60 draws: lambda_max = {top:.6f} > {bound:.6f}" if top > bound * (1 + 1e-6) else None


NEIGHBOURS = (
    Neighbour(r"$\kappa_d$ with $2^{d+1}$ in place of $2^{d+2}$", "the weight is then twice the leading term",
        "constants", _half_constant),
    Neighbour("$g(1-s)$ of the order $s^{d+1}$",
        "the lever is of the order $s^{(d+1)/2}$, and the mean excess of one order more", "constants", _smaller_power),
    Neighbour(r"the lower bound without the factor $(1-\frac s2)^{d-1}$",
        "the cap is narrower than a paraboloid", "lower-bound", _no_factor),
    Neighbour("the larger factor for the mean excess alone",
        "the probability of the cap is smaller, too", "larger-factor", _squared_factor),
    Neighbour(r"$P \ge P_0(1-\frac m2)^{(d-1)/2}$ in the plane, too",
        "the square root is concave", "larger-factor", _factor_of_the_tail_in_the_plane),
    Neighbour(r"a spike costs at most $H\kappa_ds^{d+2}$",
        "its amplitude is $H/s$", "spike", _cheaper_spike),
    Neighbour(r"$\sharpness = 1 + 2\stabilitynorm f$ for every spike",
        "the other parameters have curvature of their own", "tall-instance", _norm_alone),
    Neighbour(r"$\sharpness \le 1 + 2\stabilitynorm f$ for a balanced spike",
        "the mean gradient is no eigenvector", "sharpness", _without_the_others),
)  # fmt: skip
"""What must be refuted."""
