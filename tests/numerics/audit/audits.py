"""Audits of 2 relu(x) and the like, worked out by hand, for the tests of what is made of them."""

from __future__ import annotations

from fractions import Fraction

from numerics.audit import Audit, audit
from tests.numerics.examples import net


def interpolating(step_size: str | None = "2/5") -> Audit:
    """2 relu(x) on +-3/4; |f|_S = 15/32."""
    return _audit([1.5, 0.0], step_size)


def residual(step_size: str | None = "2/5") -> Audit:
    """The same with the label 1 at 3/4, residual 1/2: nu is at most (1/4) |(3/4, 1)| = 5/16."""
    return _audit([1.0, 0.0], step_size)


def on_a_kink() -> Audit:
    """2 relu(x) on 0 and 3/4."""
    return audit(net([[1.0]], [0.0], [2.0]), [[0.0], [0.75]], [0.0, 1.5], Fraction(1, 10))


def _audit(labels: list[float], step_size: str | None) -> Audit:
    eta = None if step_size is None else Fraction(step_size)
    return audit(net([[1.0]], [0.0], [2.0]), [[0.75], [-0.75]], labels, eta)
