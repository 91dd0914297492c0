"""Truncated power series of balls: Taylor coefficients that are enclosed, fit for rigorous quadrature."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flint import acb, acb_series, arb, ctx


@contextmanager
def truncated(length: int) -> Iterator[None]:
    """Inside, power series are cut after ``length`` coefficients."""
    before, ctx.cap = ctx.cap, length
    try:
        yield
    finally:
        ctx.cap = before


def square_root(series: acb_series, analytic: bool) -> acb_series:
    """The principal square root.

    Where ``analytic`` is set and the first coefficient meets the branch cut, the result is not finite.
    """
    if not series[0].sqrt(analytic=analytic).is_finite():
        return acb_series([acb("nan")])
    return series.sqrt()


def reciprocal(series: acb_series) -> acb_series:
    """1/series; not finite where the first coefficient may be 0.

    >>> reciprocal(acb_series([acb(arb(0, 1)), 1]))[0].is_finite()
    False
    """
    return acb_series([acb("nan")]) if series[0].contains(0) else series.inv()


def gauss(a: arb, b: arb, c: arb, at: acb, rate: arb, order: int) -> acb_series:
    """Gauss' hypergeometric function F(a, b; c; at + rate e) to the given order in e.

    >>> gauss(arb(1), arb(1), arb(2), acb(0.5), arb(1), 1)[1].real.overlaps(4 - 4 * arb(2).log())  # F = -log(1-w)/w
    True
    """
    coefficients, factor = [], arb(1)
    for k in range(order + 1):
        coefficients.append(at.hypgeom_2f1(a + k, b + k, c + k) * factor)
        factor *= (a + k) * (b + k) / ((c + k) * (k + 1)) * rate
    return acb_series(coefficients)


def coefficients(series: acb_series, order: int) -> list[acb]:
    """Coefficients 0..order; not finite where the series is cut before, and all of them if the first one is not."""
    known = series.prec if series[0].is_finite() else 0
    return [series[k] if k < known else acb("nan") for k in range(order + 1)]
