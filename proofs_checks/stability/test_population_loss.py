"""population-loss: the main theorem where X has a density, and the Hessian a surface term that the output bias misses.

Instances: X uniform on [-1, 1] and f = w2 relu(w1 x + b1) + b2 with its kink inside: every mean is an integral of
polynomials.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.exact import Matrix, Vector, dot, top_at_most
from proofs_checks.instances.profiles import settings

CLAIM = "population-loss"
BOUNDS = ("negative-curvature", "flat-points")

_w1, _b1, _w2, _b2, _x = sp.symbols("w1 b1 w2 b2 x", real=True)
_labels = sp.symbols("y0:3", real=True)
PARAMETERS = (_w1, _b1, _w2, _b2)


@lru_cache
def _derivatives(side: int) -> tuple[Callable[..., object], Callable[..., object]]:
    """Gradient and Hessian of the loss, by integration and then differentiation: the kink moves with the parameters."""
    y = sum(coefficient * _x**power for power, coefficient in enumerate(_labels))
    kink = -_b1 / _w1
    active = sp.expand((_w2 * (_w1 * _x + _b1) + _b2 - y) ** 2)
    rest = sp.expand((_b2 - y) ** 2)
    above, below = (active, rest) if side > 0 else (rest, active)
    loss = (sp.integrate(below, (_x, -1, kink)) + sp.integrate(above, (_x, kink, 1))) / 4
    everything = (*PARAMETERS, *_labels)
    gradient = sp.lambdify(everything, [sp.diff(loss, p) for p in PARAMETERS], "math")
    hessian = sp.lambdify(everything, [[sp.diff(loss, p, q) for q in PARAMETERS] for p in PARAMETERS], "math")
    return gradient, hessian


@dataclass(frozen=True)
class Population:
    """w2 relu(w1 x + b1) + b2 on the uniform law of [-1, 1], labels y0 + y1 x + y2 x^2, kink inside."""

    w1: Fraction
    b1: Fraction
    w2: Fraction
    b2: Fraction
    y: tuple[Fraction, Fraction, Fraction]

    @property
    def kink(self) -> Fraction:
        """Where the pre-activation is 0."""
        return -self.b1 / self.w1

    def _side(self, sign: int) -> tuple[Fraction, Fraction, Fraction]:
        """E |x - kink|, P and E X over the x on one side of the kink."""
        length = 1 - sign * self.kink
        return length**2 / 4, length / 2, sign * (1 - self.kink**2) / 4

    def weight_squared(self, sign: int) -> Fraction:
        """The square of the one-sided weight of direction +1 or -1."""
        excess, probability, moment = self._side(sign)
        return excess**2 * (probability**2 + moment**2)

    @property
    def norm_squared(self) -> Fraction:
        """|f|_S^2 = (w2 w1)^2 min of the two squared one-sided weights."""
        return (self.w2 * self.w1) ** 2 * min(self.weight_squared(1), self.weight_squared(-1))

    @property
    def mean_gradient(self) -> Vector:
        """The mean gradient q = E grad f, by w1, b1, w2, b2."""
        excess, probability, moment = self._side(1 if self.w1 > 0 else -1)
        return self.w2 * moment, self.w2 * probability, abs(self.w1) * excess, Fraction(1)

    @property
    def hessian(self) -> Matrix:
        """The Hessian of the population loss, exactly."""
        _, hessian = _derivatives(1 if self.w1 > 0 else -1)
        return hessian(self.w1, self.b1, self.w2, self.b2, *self.y)  # type: ignore[return-value]

    @property
    def surface(self) -> Fraction:
        """w2/|w1| times the residual at the kink times the density 1/2: the surface term by (b1, b1)."""
        at_kink = sum((c * self.kink**power for power, c in enumerate(self.y)), Fraction(0))
        return self.w2 / abs(self.w1) * (self.b2 - at_kink) / 2

    def features(self) -> Matrix:
        """The Hessian without its surface term: E grad f grad f^T and the residual blocks between w2 and (w1, b1)."""
        rows = [list(row) for row in self.hessian]
        for a, left in ((0, self.kink), (1, Fraction(1))):
            for b, right in ((0, self.kink), (1, Fraction(1))):
                rows[a][b] -= self.surface * left * right
        return tuple(map(tuple, rows))


@st.composite
def populations(draw: st.DrawFn) -> Population:
    """Rational nets of one neuron with the kink inside (-1, 1)."""
    eighths = st.integers(-16, 16).map(lambda e: Fraction(e, 8))
    kink = draw(st.integers(-7, 7).map(lambda e: Fraction(e, 8)))
    w1 = draw(eighths.filter(bool))
    return Population(w1, -kink * w1, draw(eighths), draw(eighths), draw(st.tuples(eighths, eighths, eighths)))


def between(hessian: Matrix) -> tuple[Fraction, Fraction]:
    """A lambda and a nu in 64ths with -nu <= H <= lambda, each within 1/64 of the best, by exact elimination."""
    found = []
    size = sum((abs(entry) for row in hessian for entry in row), Fraction(1))
    for sign in (1, -1):
        matrix = tuple(tuple(sign * entry for entry in row) for row in hessian)
        low, high = -1, int(64 * size) + 1
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if top_at_most(matrix, Fraction(middle, 64)) else (middle, high)
        found.append(Fraction(max(high, 0), 64))
    return found[0], found[1]


PINNED = Population(Fraction(2), Fraction(0), Fraction(3), Fraction(1), (Fraction(0), Fraction(0), Fraction(0)))
"""3 relu(2 x) + 1 with labels 0: E z = 1/2, P = 1/2, E X 1 = 1/4; surface term (3/2)(1)(1/2) by (b1, b1)."""


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


def test_pinned(evidence: Evidence) -> None:
    """Gradient, Hessian, weights and norm of one net by hand."""
    with evidence.tested(
        CLAIM, ("column", "unit-curvature", "mean-gradient", *BOUNDS), "a net on the uniform law, by hand"
    ) as tally:
        assert PINNED.mean_gradient == (Fraction(3, 4), Fraction(3, 2), Fraction(1, 2), Fraction(1))
        hessian = PINNED.hessian
        # E grad f grad f^T: E (3 x 1)^2 = 3/2, E 9 x 1 = 9/4, E 9 1 = 9/2; surface 3/4 at b1, since the kink is 0
        assert (hessian[0][0], hessian[0][1], hessian[1][1]) == (
            Fraction(3, 2),
            Fraction(9, 4),
            Fraction(9, 2) + Fraction(3, 4),
        )
        assert PINNED.surface == Fraction(3, 4)
        # between w1 and w2: E 3x (2x) 1 = 1 and the residual part E (6x + 1) x 1 = 1 + 1/4
        assert hessian[0][2] == 1 + Fraction(5, 4)
        assert tuple(hessian[3]) == PINNED.mean_gradient
        assert dot(PINNED.mean_gradient, PINNED.mean_gradient) == 1 + Fraction(1, 4) + 9 * (
            Fraction(1, 4) + Fraction(1, 16)
        )
        # both sides weigh (1/4) sqrt(1/4 + 1/16), times the amplitude 6
        assert PINNED.norm_squared == 36 * Fraction(1, 16) * Fraction(5, 16)
        tally.count()


def test_output_bias(evidence: Evidence) -> None:
    """H e = q and <e, He> = 1 exactly, at any parameters and labels; |q|^2 neuron by neuron."""
    with evidence.tested(
        CLAIM, ("column", "unit-curvature", "mean-gradient"), "the Hessian of the integrated loss, in exact rationals"
    ) as tally:

        @settings(max_examples=60)
        @given(populations())
        def column(net: Population) -> None:
            assert tuple(net.hessian[3]) == net.mean_gradient == tuple(row[3] for row in net.hessian)
            excess, probability, moment = net._side(1 if net.w1 > 0 else -1)
            square = 1 + (net.w1 * excess) ** 2 + net.w2**2 * (probability**2 + moment**2)
            assert dot(net.mean_gradient, net.mean_gradient) == square
            tally.count()

        column()


def test_bound(evidence: Evidence) -> None:
    """The bounds at any parameters: the curvature by exact elimination, the norm as a square root."""
    with evidence.tested(
        CLAIM, BOUNDS, "the bound with the curvature of the population loss, in exact rationals"
    ) as tally:

        @settings(max_examples=60)
        @given(populations())
        def holds(net: Population) -> None:
            above, below = between(net.hessian)
            half = (above + below * (above - 1) - 1) / 2
            assert half >= 0
            assert net.norm_squared <= half**2
            tally.add(1 - float(net.norm_squared / half**2) if half else None)

        holds()


def found_in(strategy_of: Callable[[Population], str | None], nets: list[Population]) -> str | None:
    """The first counterexample among nets."""
    return next((words for net in nets if (words := strategy_of(net))), None)


def _against(net: Population, scale: int) -> str | None:
    above, below = between(net.hessian)
    right = (above + below * (above - 1) - 1) / 2
    square, bound = net.norm_squared * scale, right**2
    found = f"the norm squared is then {float(square):g}, the bound squared {float(bound):.6g}, at {net}"
    return found if square > bound else None


def _without_curvature(net: Population) -> str | None:
    above, _ = between(net.hessian)
    square = dot(net.mean_gradient, net.mean_gradient)
    return f"|q|^2 = {square} and H <= {above} at {net}" if square > above else None


CANDIDATES = [
    PINNED,
    *(
        Population(Fraction(w1), Fraction(0), Fraction(w2), Fraction(0), (Fraction(y0), Fraction(y1), Fraction(0)))
        for w1 in (1, 2, 4)
        for w2 in (1, 2, 4)
        for y0 in (0, 1, 4)
        for y1 in (0, 2, 4, 8, 16)
    ),
]
"""Nets with residuals of several signs and sizes."""


@pytest.mark.parametrize(
    ("variant", "because", "statement", "refute"),
    [
        (
            "the Hessian without its surface term",
            "the kink moves with b1 and sweeps over mass of density 1/2 at which the residual is 1",
            "column",
            lambda net: (
                f"entry (b1, b1) of H is {net.hessian[1][1]}, without the surface term {net.features()[1][1]}, at {net}"
                if net.features() != net.hessian
                else None
            ),
        ),
        (
            "|f|_S of the density doubled",
            r"$\E z$, $\Prob(A)$ and $\E[X\mathbf 1_A]$ are means: the law has mass 1",
            "negative-curvature",
            lambda net: _against(net, scale=16),
        ),
        (
            "|q|^2 <= lambda without a term for negative curvature",
            "a negative residual on the active side makes H indefinite and lowers its top eigenvalue",
            "negative-curvature",
            _without_curvature,
        ),
    ],
    ids=["no-surface", "mass", "no-curvature"],
)
def test_control(
    evidence: Evidence, variant: str, because: str, statement: str, refute: Callable[[Population], str | None]
) -> None:
    """False neighbours."""
    evidence.control(CLAIM, variant, found_in(refute, CANDIDATES), because=because, statement=statement)
