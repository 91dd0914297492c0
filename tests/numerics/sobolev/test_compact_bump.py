"""The bump of compact support: its neurons by the definition, its mass, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from flint import arb
from scipy import integrate

from numerics.sobolev.compact_bump import CompactBump

CASES = [(1, 2), (1, 5), (3, 3), (3, 4), (5, 4), (5, 6)]


@pytest.mark.parametrize(("d", "m"), CASES)
def test_the_neurons_make_the_bump(d: int, m: int) -> None:
    """f(x) = (1/2) int |<v,x> - b| dalpha, by quadrature, within the ball and beyond."""
    bump = CompactBump(d, m)
    area = 2 * math.pi ** (d / 2) / math.gamma(d / 2)
    for r in (0.0, 0.4, 0.9, 1.0, 1.7):
        nodes, weights = np.polynomial.legendre.leggauss(400)
        if d == 1:
            cosines, share = np.array([-1.0, 1.0]), np.array([0.5, 0.5])
        else:
            cosines, share = nodes, weights * (1 - nodes**2) ** ((d - 3) / 2)
            share = share / share.sum()
        b = nodes
        folded = np.abs(r * cosines[:, None] - b) @ (weights * bump.density(b))
        # the kink of |rt - b| costs the rule some digits
        assert area / 2 * (share @ folded) == pytest.approx(max(1 - r**2, 0) ** m, abs=5e-3)


@pytest.mark.parametrize(("d", "m"), CASES)
def test_mass(d: int, m: int) -> None:
    """The enclosed mass against quadrature; the density has (d+1)/2 changes of sign on (0, 1)."""
    bump = CompactBump(d, m)
    zeros = [float(zero) for zero in bump.sign_changes()]
    assert len(zeros) == (d + 1) // 2
    half = integrate.quad(lambda b: abs(float(bump.density(b))), 0, 1, points=zeros, epsabs=1e-12)[0]
    area = 2 * math.pi ** (d / 2) / math.gamma(d / 2)
    assert float(bump.total_mass()) == pytest.approx(2 * area * half, rel=1e-8)
    assert bump.laplacian_of_neurons() == bump.laplacian()


def test_one_dimension_is_half_the_second_derivative() -> None:
    """(1 - x^2)^3 has the second derivative -6 (1 - x^2)^2 + 24 x^2 (1 - x^2); the mass is its L1 norm."""
    bump = CompactBump(1, 3)
    b = np.linspace(-1, 1, 9)
    rest = 1 - b**2
    assert bump.density(b) == pytest.approx((-6 * rest**2 + 24 * b**2 * rest) / 2, abs=1e-12)
    assert bump.total_mass().overlaps(bump.laplacian_mass())
    assert bump.density(np.array([-1.5, 1.01])).tolist() == [0.0, 0.0]


def test_values() -> None:
    """The bump itself."""
    values = CompactBump(3, 3).value([[0.0, 0.0, 0.0], [0.5, 0.5, 0.0], [1.0, 1.0, 1.0]])
    assert values == pytest.approx([1.0, 0.125, 0.0])


def test_enclosed_density() -> None:
    """Balls contain the floats; thresholds outside are refused."""
    bump = CompactBump(3, 5)
    for b in (0.0, 0.3, -0.8):
        assert abs(float(bump.enclosed_density(arb(b))) - float(bump.density(b))) < 1e-12
    with pytest.raises(ValueError, match=r"not seen to lie in \[-1, 1\]"):
        bump.enclosed_density(arb("1.5"))


def test_refused() -> None:
    """Even dimensions, bumps that are not smooth enough, balls that are too small."""
    with pytest.raises(ValueError, match="the dimension is odd, not 2"):
        CompactBump(2, 5)
    with pytest.raises(ValueError, match="at least 3, not 2"):
        CompactBump(3, 2)
    with pytest.raises(ValueError, match=r"W\^\(d\+1,1\) for m >= d \+ 1 = 4 only, not for m = 3"):
        CompactBump(3, 3).laplacian_mass()
    with pytest.raises(ValueError, match=r"at least 1, not 0\.5"):
        CompactBump(1, 2).total_mass(0.5)
